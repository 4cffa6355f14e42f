"""How many items each group got per week, as a picture."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

LEFT, RIGHT, ROW, TOP, WIDTH = 232, 676, 40, 24, 740
"""Where the weeks begin and end, the height of a row, room for the weeks, and the whole width."""

TALLEST = 20


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
    """The drawing. mondays: (middle of the week, its Monday). rows: (bottom of the bars, group, bars)."""

    height: int
    mondays: Sequence[tuple[float, date]]
    rows: Sequence[tuple[int, GroupWeeks, Sequence[WeekBar]]]


def weeks(groups: Sequence[GroupWeeks], mondays: Sequence[date]) -> Weeks | None:
    """The picture of groups, in the order given; None without groups or weeks.

    mondays: of each week, oldest first; as many as each group has counts. All bars have one scale.
    """
    if not groups or not mondays:
        return None
    step = (RIGHT - LEFT) / len(mondays)
    most = max((count for group in groups for count in group.counts), default=0)
    return Weeks(
        height=TOP + ROW * len(groups) + 4,
        mondays=[(round(LEFT + step * (n + 0.5), 1), monday) for n, monday in enumerate(mondays)],
        rows=[_row(group, TOP + ROW * (n + 1) - 6, step, most) for n, group in enumerate(groups)],
    )


def _row(group: GroupWeeks, bottom: int, step: float, most: int) -> tuple[int, GroupWeeks, list[WeekBar]]:
    width = round(min(step * 0.62, 34), 1)
    bars = [
        WeekBar(
            count=count,
            x=round(LEFT + step * (n + 0.5) - width / 2, 1),
            y=round(bottom - TALLEST * count / most, 1) if most else bottom,
            width=width,
            height=round(TALLEST * count / most, 1) if most else 0,
        )
        for n, count in enumerate(group.counts)
    ]
    return bottom, group, bars
