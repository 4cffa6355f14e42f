"""A database with the items of many years, filled quickly: the index of words is made once, at the end."""

import random
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from datetime import UTC, date, datetime, timedelta
from itertools import islice
from typing import Any

from sqlalchemy import Connection, Table, insert, text
from sqlmodel import SQLModel

from g40flow.storage.database import Database
from g40flow.storage.tables import Item, ItemRouting, RoutingOrigin

NOW = datetime.now(UTC)
AT_ONCE = 10_000
SUBJECTS = ("Woningbouw", "Jeugdhulp", "Netcongestie", "Gemeentefonds", "Openbaar vervoer", "Defensie")
GROUPS = ("woningmarkt", "zorg-jeugd-onderwijs", "duurzaamheid", "financien")


def fill_with_items(database: Database, number: int, *, routed: float = 0.3) -> None:
    """Items with ids from 1, the last of which was seen now. routed: which part of them goes to a group."""
    chance = random.Random(1)
    items = (example_item(n, chance, of=number) for n in range(1, number + 1))
    numbers = (n for n in range(1, number + 1) if chance.random() < routed)
    routings = (example_routing(n, chance, of=number) for n in numbers)
    with database.writing() as session:
        connection = session.connection()
        with _words_indexed_afterwards(connection):
            insert_rows(connection, Item, items)
        insert_rows(connection, ItemRouting, routings)
    analyze(database)


def analyze(database: Database) -> None:
    """Let the database know how much there is of everything, as it would find out by itself after a while."""
    with database.engine.connect() as connection:
        connection.execution_options(isolation_level="AUTOCOMMIT").execute(text("ANALYZE"))


def example_item(number: int, chance: random.Random, *, of: int) -> dict[str, Any]:
    """One of many items, the last of which was seen now."""
    subject, seen = chance.choice(SUBJECTS), seen_at(number, of=of)
    rare = " en een zeldzaamheid" if number % 5_000 == 0 else ""
    return {
        "source": "tweedekamer",
        "identifier": f"zaak:{number:08}",
        "kind": "parliamentary_case" if number % 3 else "activity",
        "kind_label": "Brief regering",
        "summary": f"Brief over {subject.lower()} en wat gemeenten daarvan merken. " * 4,
        "number": f"2026Z{number:05}",
        "title": f"{subject} in middelgrote steden, stuk {number}{rare}",
        "triage_reason": "",
        "url": f"https://voorbeeld.example/{number}",
        "status": "open" if number % 4 else "closed",
        "published_on": seen.date(),
        "closes_on": date(2026, 1, 1) + timedelta(days=number % 700) if number % 7 == 0 else None,
        "dossier_number": f"36{number % 900:03}",
        "starts_at": None if number % 3 else seen + timedelta(days=14),
        "facts": {"documents": [], "topics": [], "agenda": [], "related": [], "following_committees": []},
        "first_seen_at": seen,
        "changed_at": seen,
    }


def seen_at(number: int, *, of: int) -> datetime:
    """When an item was seen: one every hour and a half."""
    return NOW - timedelta(minutes=90 * (of - number))


def example_routing(number: int, chance: random.Random, *, of: int) -> dict[str, Any]:
    """Where an item goes."""
    return {
        "item_id": number,
        "theme_group": chance.choice(GROUPS),
        "is_lead": True,
        "score": chance.random(),
        "reasons": [],
        "explanation": "",
        "origin": RoutingOrigin.ENGINE,
        "routed_at": seen_at(number, of=of),
    }


def insert_rows(connection: Connection, model: type[SQLModel], rows: Iterator[dict[str, Any]]) -> None:
    """Many rows at once; columns that the first one does not name get their default."""
    table = SQLModel.metadata.tables[str(model.__tablename__)]
    defaults: dict[str, Any] = {}  # which a bulk insert does not know
    while chunk := list(islice(rows, AT_ONCE)):
        defaults = defaults or model(**chunk[0]).model_dump(exclude={"id"})
        complete = [{**defaults, **row} for row in chunk]
        if connection.dialect.name == "postgresql":
            _copy(connection, table, complete)
        else:
            connection.execute(insert(table), complete)


def _copy(connection: Connection, table: Table, rows: Sequence[Mapping[str, Any]]) -> None:
    """PostgreSQL's COPY, many times as quick as inserts."""
    names, dialect = list(rows[0]), connection.dialect
    writers = {name: table.c[name].type.dialect_impl(dialect).bind_processor(dialect) for name in names}
    driver: Any = connection.connection.cursor()
    with driver.copy(f"COPY {table.name} ({', '.join(names)}) FROM STDIN") as copy:
        for row in rows:
            copy.write_row([write(row[name]) if write else row[name] for name, write in writers.items()])
    driver.close()


@contextmanager
def _words_indexed_afterwards(connection: Connection) -> Iterator[None]:
    """As the migrations made it, but in one go."""
    if connection.dialect.name == "postgresql":
        index = connection.scalar(text("SELECT indexdef FROM pg_indexes WHERE indexname = 'ix_item_words'"))
        connection.execute(text("DROP INDEX ix_item_words"))
        yield  # the words come with the items
        connection.execute(text("SET LOCAL maintenance_work_mem = '512MB'"))
        connection.execute(text(str(index)))
        return
    trigger = connection.scalar(text("SELECT sql FROM sqlite_master WHERE name = 'item_words_added'"))
    connection.execute(text("DROP TRIGGER item_words_added"))
    yield
    words = str(trigger).partition("new.id, ")[2].partition(");")[0].replace("new.", "item.")
    connection.execute(text(f"INSERT INTO item_words (rowid, words) SELECT id, {words} FROM item"))
    connection.exec_driver_sql(str(trigger))
