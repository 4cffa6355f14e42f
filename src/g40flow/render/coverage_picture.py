"""Whether every publisher was looked at on every day, as a picture."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from enum import StrEnum

ROW, TOP = 26, 28
"""The height of a row, and room for the names of days."""

MOST_DAYS = 28


@dataclass(frozen=True, kw_only=True)
class Room:
    """How a drawing is laid out. left: where the days begin; cell: width of a day. label: characters of a
    name. days: how many fit. legend: signs in one row of the explanation, and how far apart they stand.
    """

    width: int
    left: int
    cell: int
    label: int
    days: int
    legend: tuple[int, int]


WIDE = Room(width=740, left=196, cell=19, label=28, days=MOST_DAYS, legend=(4, 130))
NARROW = Room(width=400, left=158, cell=17, label=23, days=14, legend=(2, 118))
"""For a mail, a phone and Slack."""


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
    room: Room

    def x(self, number: int) -> float:
        """Where a day stands. number: its place in `days`."""
        return self.room.left + number * self.room.cell

    @property
    def bad_days(self) -> int:
        """Days of a publisher on which not all went well."""
        return sum(look not in (DayLook.LOOKED, DayLook.BEFORE) for _, row in self.rows for look in row.days)


def coverage(sources: Sequence[SourceDays], days: Sequence[date], room: Room = WIDE) -> Coverage | None:
    """The picture of publishers, in the order given; None without any.

    days: at most as many Dutch days as there is room for, oldest first; as many as each publisher has looks.
    """
    if not sources or not days:
        return None
    if len(days) > room.days:
        raise ValueError(f"expected at most {room.days} days, found {len(days)}")
    return Coverage(
        height=TOP + ROW * len(sources) + 4,
        days=days,
        rows=[(TOP + ROW * number, source) for number, source in enumerate(sources)],
        ticks=[(room.left + (n + 0.5) * room.cell, day) for n, day in enumerate(days) if day.weekday() == 0],
        room=room,
    )
