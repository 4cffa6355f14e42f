"""A program and a database of another version."""

from pathlib import Path

import pytest
from sqlalchemy import inspect, text

from g40flow.domain.errors import ConfigError
from g40flow.storage import schema, schema_version
from g40flow.storage.database import Database


def set_version(database: Database, version: str) -> None:
    with database.engine.begin() as connection:
        connection.execute(text("UPDATE alembic_version SET version_num = :version"), {"version": version})


def test_a_program_refuses_the_database_of_a_newer_one(sqlite: Database) -> None:
    set_version(sqlite, "9999")

    with pytest.raises(ConfigError, match="nieuwer programma"):
        schema_version.require_current(sqlite)
    with pytest.raises(ConfigError, match="nieuwer programma"):
        schema.upgrade(sqlite)


def test_a_program_refuses_an_older_or_empty_database_and_says_what_to_do(
    sqlite: Database, tmp_path: Path
) -> None:
    empty = Database(f"sqlite:///{tmp_path}/empty.sqlite")
    set_version(sqlite, "0003")

    for database in (sqlite, empty):
        with pytest.raises(ConfigError, match="g40flow db upgrade"):
            schema_version.require_current(database)
    empty.close()


def test_a_database_of_this_program_is_taken(sqlite: Database) -> None:
    schema_version.require_current(sqlite)


def test_what_an_old_program_writes_still_fits_after_an_upgrade(tmp_path: Path) -> None:
    """So a program that still runs while the database is upgraded under it goes on working."""
    database = Database(f"sqlite:///{tmp_path}/old.sqlite")
    schema.upgrade(database, until="0003")
    before = {
        table: {column["name"] for column in inspect(database.engine).get_columns(table)}
        for table in inspect(database.engine).get_table_names()
    }

    schema.upgrade(database)

    after = inspect(database.engine)
    for table, columns in before.items():
        now = {column["name"]: column for column in after.get_columns(table)}
        assert columns <= now.keys()
        for name in now.keys() - columns:
            assert now[name]["nullable"] or now[name]["default"] is not None, f"{table}.{name}"
    database.close()
