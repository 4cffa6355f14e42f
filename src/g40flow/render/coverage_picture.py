"""Whether every publisher was looked at on every day, as a picture."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from enum import StrEnum

LEFT, CELL, ROW, TOP, WIDTH = 196, 19, 26, 28, 740
"""Where the days begin, the width of a day, the height of a row, room for names of days, whole width."""

MOST_DAYS = 28


class DayLook(StrEnum):
    """How one day went with one publisher."""

    LOOKED = "looked"
    PARTLY = "partly"  # some looks failed
    FAILED = "failed"  # every look failed
    GAP = "gap"  # nobody looked
    BEFORE = "before"  # the publisher was not followed yet, or the day is still to come


@dataclass(frozen=True, kw_only=True)
class SourceDays:
    """One publisher, in words of the configuration. days: how each day of the picture went, oldest first."""

    source: str
    days: Sequence[DayLook]


@dataclass(frozen=True, kw_only=True)
class Coverage:
    """The drawing. days: Dutch, oldest first. rows: (top, publisher). ticks: (place, Monday)."""

    height: int
    days: Sequence[date]
    rows: Sequence[tuple[int, SourceDays]]
    ticks: Sequence[tuple[float, date]]

    def x(self, number: int) -> float:
        """Where a day stands. number: its place in `days`."""
        return LEFT + number * CELL

    @property
    def bad_days(self) -> int:
        """Days of a publisher on which not all went well."""
        return sum(look not in (DayLook.LOOKED, DayLook.BEFORE) for _, row in self.rows for look in row.days)


def coverage(sources: Sequence[SourceDays], days: Sequence[date]) -> Coverage | None:
    """The picture of publishers, in the order given; None without any.

    days: at most 28 Dutch days, oldest first; as many as each publisher has looks.
    """
    if not sources or not days:
        return None
    if len(days) > MOST_DAYS:
        raise ValueError(f"expected at most {MOST_DAYS} days, found {len(days)}")
    return Coverage(
        height=TOP + ROW * len(sources) + 4,
        days=days,
        rows=[(TOP + ROW * number, source) for number, source in enumerate(sources)],
        ticks=[(LEFT + n * CELL + CELL / 2, day) for n, day in enumerate(days) if day.weekday() == 0],
    )
