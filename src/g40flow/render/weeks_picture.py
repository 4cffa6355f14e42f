"""How many items each group got per week, as a picture."""

import math
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

ROW, TOP, TALLEST = 40, 24, 20
"""The height of a row, room for the weeks, and the height of the tallest bar."""

LEAST_APART = 44
"""Between two names of weeks that can be read."""


@dataclass(frozen=True, kw_only=True)
class Room:
    """How a drawing is laid out. left, right: where the weeks begin and end. label: characters of a name."""

    width: int
    left: int
    right: int
    label: int


WIDE = Room(width=740, left=232, right=676, label=34)
NARROW = Room(width=400, left=146, right=362, label=21)
"""For a mail, a phone and Slack."""


@dataclass(frozen=True, kw_only=True)
class GroupWeeks:
    """One theme group. name: as shown. counts: items per week of the picture, oldest first."""

    name: str
    counts: Sequence[int]

    @property
    def total(self) -> int:
        """Items in all weeks together."""
        return sum(self.counts)


@dataclass(frozen=True, kw_only=True)
class WeekBar:
    """One week of one group."""

    count: int
    x: float
    y: float
    width: float
    height: float


@dataclass(frozen=True, kw_only=True)
class Weeks:
    """The drawing. mondays: (middle of the week, its Monday); ticks: those with room for a name.

    rows: (bottom of the bars, group, bars).
    """

    height: int
    mondays: Sequence[tuple[float, date]]
    ticks: Sequence[tuple[float, date]]
    rows: Sequence[tuple[int, GroupWeeks, Sequence[WeekBar]]]
    room: Room


def weeks(groups: Sequence[GroupWeeks], mondays: Sequence[date], room: Room = WIDE) -> Weeks | None:
    """The picture of groups, in the order given; None without groups or weeks.

    mondays: of each week, oldest first; as many as each group has counts. All bars have one scale.
    """
    if not groups or not mondays:
        return None
    step = (room.right - room.left) / len(mondays)
    most = max((count for group in groups for count in group.counts), default=0)
    return Weeks(
        height=TOP + ROW * len(groups) + 4,
        mondays=[(round(room.left + step * (n + 0.5), 1), monday) for n, monday in enumerate(mondays)],
        # Counted from the last week, whose name is looked for first.
        ticks=[
            (round(room.left + step * (n + 0.5), 1), monday)
            for n, monday in enumerate(mondays)
            if (len(mondays) - 1 - n) % max(1, math.ceil(LEAST_APART / step)) == 0
        ],
        rows=[_row(group, TOP + ROW * (n + 1) - 6, step, most, room) for n, group in enumerate(groups)],
        room=room,
    )


def _row(
    group: GroupWeeks, bottom: int, step: float, most: int, room: Room
) -> tuple[int, GroupWeeks, list[WeekBar]]:
    width = round(min(step * 0.62, 34), 1)
    bars = [
        WeekBar(
            count=count,
            x=round(room.left + step * (n + 0.5) - width / 2, 1),
            y=round(bottom - TALLEST * count / most, 1) if most else bottom,
            width=width,
            height=round(TALLEST * count / most, 1) if most else 0,
        )
        for n, count in enumerate(group.counts)
    ]
    return bottom, group, bars
