"""Past work from files: what a file may say, and reading it strictly. docs/import.md has the formats."""
