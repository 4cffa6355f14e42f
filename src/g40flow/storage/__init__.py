"""What is kept: SQLModel tables, queries as plain functions, migrations. SQLite or PostgreSQL."""
