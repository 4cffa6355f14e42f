"""Inserting many rows at once."""

import json
from collections.abc import Mapping, Sequence
from datetime import datetime
from functools import cache
from typing import Any

from sqlalchemy import Insert, Text, bindparam, cast, column, func, insert, select
from sqlalchemy.dialects.postgresql import JSON
from sqlalchemy.orm import class_mapper
from sqlmodel import Session, SQLModel

from g40flow.domain.instants import require_aware


def insert_rows(session: Session, table: type[SQLModel], rows: Sequence[Mapping[str, Any]]) -> None:
    """Insert rows that all have the same columns; nothing for none.

    PostgreSQL gets them as one value in one statement: a statement for each row costs it more than the
    row. Raises ValueError for a naive instant.
    """
    if not rows:
        return
    connection = session.connection()
    if connection.dialect.name == "postgresql":
        whole = json.dumps(rows, ensure_ascii=False, default=_instant)
        connection.execute(_statement(table, tuple(rows[0])), {"rows": whole})
    else:
        connection.execute(insert(table), rows)


@cache
def _statement(table: type[SQLModel], columns: tuple[str, ...]) -> Insert:
    given = func.json_to_recordset(cast(bindparam("rows", type_=Text()), JSON)).table_valued(
        *(column(name, class_mapper(table).columns[name].type) for name in columns), name="given"
    )
    rows = select(given.render_derived(with_types=True))
    return insert(table).from_select(columns, rows, include_defaults=False)


def _instant(value: object) -> str:
    if isinstance(value, datetime):
        return require_aware(value).isoformat()
    raise TypeError(f"expected a value that a column can hold, found {type(value).__name__}")
