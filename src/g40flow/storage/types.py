"""Column types that refuse what would be a guess, the same on SQLite and PostgreSQL."""

from datetime import UTC, datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import JSON, DateTime, Dialect, Text
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.types import TypeDecorator

from g40flow.domain.instants import require_aware


class UtcInstant(TypeDecorator[datetime]):
    """An aware instant. Naive values are refused on the way in; always UTC on the way out."""

    impl = DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        """The value in UTC. Raises ValueError for a naive one."""
        return None if value is None else require_aware(value)

    def process_result_value(self, value: Any | None, dialect: Dialect) -> datetime | None:
        """Aware UTC. SQLite hands back what was stored without its zone, which was UTC."""
        if value is None:
            return None
        moment: datetime = value
        return moment.replace(tzinfo=UTC) if moment.tzinfo is None else moment.astimezone(UTC)


class Word(TypeDecorator[StrEnum]):
    """One word of a StrEnum, kept as text and the word itself on the way out, so that `is` holds.

    Raises ValueError for a text that is no such word.
    """

    impl = Text
    cache_ok = True

    def __init__(self, of: type[StrEnum]) -> None:
        super().__init__()
        self.of = of

    def process_bind_param(self, value: StrEnum | str | None, dialect: Dialect) -> str | None:
        """The plain text."""
        return None if value is None else self.of(value).value

    def process_result_value(self, value: Any | None, dialect: Dialect) -> StrEnum | None:
        """The word."""
        return None if value is None else self.of(value)


JsonValue = JSON().with_variant(JSONB(), "postgresql")
