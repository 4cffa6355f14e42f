"""What every module of tables uses: the base of their classes, and columns."""

from enum import StrEnum
from typing import Any

from sqlalchemy import Boolean, Column, ForeignKey, Integer, Text, text
from sqlmodel import Field, SQLModel

from g40flow.storage.types import JsonValue, UtcInstant, Word


class Table(SQLModel):
    """Base of all tables. SQLModel does not validate tables, so what would validate them is built only when
    somebody asks for it: nobody does, and every process would wait for it at its start.
    """

    model_config = {"defer_build": True}


def instant(*, nullable: bool = False, index: bool = False) -> Any:
    """An aware UTC instant."""
    return Field(default=None, sa_column=Column(UtcInstant, nullable=nullable, index=index))


def json_value() -> Any:
    """A JSON value; never NULL."""
    return Field(sa_column=Column(JsonValue, nullable=False))


def long_text(default: str | None = "") -> Any:
    """Text of any length; nullable only if its default is None."""
    return Field(default=default, sa_column=Column(Text, nullable=default is None, default=default))


def word(of: type[StrEnum], default: Any = ..., *, index: bool = False) -> Any:
    """One word of a StrEnum, kept as text."""
    column: Column[Any] = Column(Word(of), nullable=False, index=index)
    return Field(sa_column=column) if default is ... else Field(default=default, sa_column=column)


def counted() -> Any:
    """A number that begins at 0, also in rows that were there before the column was."""
    return Field(default=0, sa_column=Column(Integer, nullable=False, server_default="0"))


def no_by_itself() -> Any:
    """A yes or no that begins as no, also in rows that were there before the column was."""
    return Field(default=False, sa_column=Column(Boolean, nullable=False, server_default=text("false")))


def part_of(table: str, *, primary_key: bool = False, index: bool = False) -> Any:
    """The id of a row in another table, with which this row disappears."""
    return Field(
        sa_column=Column(
            ForeignKey(f"{table}.id", ondelete="CASCADE"),
            primary_key=primary_key,
            nullable=False,
            index=index,
        )
    )


def refers_to(table: str, *, index: bool = False) -> Any:
    """The id of a row in another table, or None; the other row cannot disappear while it is named."""
    return Field(default=None, sa_column=Column(ForeignKey(f"{table}.id"), nullable=True, index=index))
