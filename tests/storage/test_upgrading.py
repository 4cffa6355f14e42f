"""A database with rows of every earlier version comes through an upgrade whole, on both kinds."""

from collections.abc import Iterator
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import JSON, Boolean, Column, Connection, Date, DateTime, MetaData, Numeric, Table, text
from sqlalchemy import types as kinds

from g40flow.storage import schema, schema_version
from g40flow.storage.database import Database
from g40flow.storage.items import ItemSearch, search_items
from tests.postgres import Postgres

VERSIONS = ("0001", "0002", "0003", "0004", "0005")
OWN = {"alembic_version"}
MOMENT = datetime(2026, 11, 20, 8, 30, tzinfo=UTC)


def value_for(column: Column[Any]) -> object:
    """Something that the column takes; an id, and what refers to one, is 1."""
    if column.foreign_keys and column.nullable:
        return None
    for kind, value in (
        (Boolean, False), (DateTime, MOMENT), (Date, date(2026, 11, 20)), (JSON, {"a": [1]}),
        (kinds.Integer, 1), (Numeric, 1), (kinds.LargeBinary, b"x"),
    ):  # fmt: skip
        if isinstance(column.type, kind):
            return value
    return "woningbouw"


def tables_of(connection: Connection) -> list[Table]:
    found = MetaData()
    found.reflect(connection)
    return [table for table in found.sorted_tables if table.name not in OWN and "words" not in table.name]


def fill(database: Database, filled: set[str]) -> None:
    """A row in every table that has none yet."""
    with database.engine.begin() as connection:
        for table in tables_of(connection):
            if table.name not in filled and connection.execute(table.select()).first() is None:
                connection.execute(table.insert(), {c.name: value_for(c) for c in table.columns})
            filled.add(table.name)


def rows_of(database: Database) -> dict[str, dict[str, Any]]:
    with database.engine.connect() as connection:
        found = {
            table.name: connection.execute(table.select()).mappings().all() for table in tables_of(connection)
        }
    assert all(len(rows) == 1 for rows in found.values())
    return {name: dict(rows[0]) for name, rows in found.items()}


@pytest.fixture(params=["sqlite", pytest.param("postgres", marks=pytest.mark.postgres)])
def empty(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Database]:
    """Without any table."""
    if request.param == "sqlite":
        database = Database(f"sqlite:///{tmp_path}/old.sqlite")
        yield database
        database.close()
        return
    server: Postgres = request.getfixturevalue("postgres_server")
    database = Database(server.new_database("old"))
    yield database
    database.close()
    server.drop_database("old")


def test_rows_of_every_version_are_the_same_after_an_upgrade(empty: Database) -> None:
    filled: set[str] = set()
    before: dict[str, dict[str, Any]] = {}
    for version in VERSIONS:
        schema.upgrade(empty, until=version)
        fill(empty, filled)
        now = rows_of(empty)
        for name, row in before.items():
            assert row.items() <= now[name].items(), (version, name)
        before = now

    assert schema_version.is_current(empty)
    assert len(before) > 40


def test_items_of_before_are_found_by_their_words_and_go_on_being_found(empty: Database) -> None:
    schema.upgrade(empty, until="0002")
    fill(empty, set())

    schema.upgrade(empty)

    with empty.engine.begin() as connection:
        connection.execute(text("UPDATE item SET kind = 'consultation', status = 'open'"))
    with empty.reading() as session:
        assert search_items(session, ItemSearch(text="woningbouw"))[1] == 1
    with empty.engine.begin() as connection:
        connection.execute(text("UPDATE item SET title = 'Warmtenetten in de wijk'"))
    with empty.reading() as session:
        assert search_items(session, ItemSearch(text="warmtenet"))[1] == 1
