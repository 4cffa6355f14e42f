"""Numbers beside each other as a picture: on each line a name, a bar and the number.

Nothing is told by colour: names and numbers stand in the drawing as text.
"""

from collections.abc import Sequence
from dataclasses import dataclass

LEFT, RIGHT, ROW, TOP, WIDTH = 232, 690, 30, 6, 740
"""Where bars begin and the longest one ends, the height of a line, room above, and the whole width."""

_THICK = 16
MOST_IN_WORDS = 6
"""Numbers that still can be listened to."""


@dataclass(frozen=True, kw_only=True)
class BarRow:
    """One line. label: as shown. count: at least 0."""

    label: str
    count: int


@dataclass(frozen=True, kw_only=True)
class Bar:
    """One line of the drawing. text_y: of its name and number; number_x: where the number begins."""

    row: BarRow
    y: float
    width: float
    height: float
    text_y: float
    number_x: float


@dataclass(frozen=True, kw_only=True)
class Bars:
    """The drawing. name: of its ids, unique on a page. title: what is counted. head: what the lines are."""

    name: str
    title: str
    head: str
    height: int
    bars: Sequence[Bar]

    @property
    def total(self) -> int:
        """All lines together."""
        return sum(bar.row.count for bar in self.bars)


def bars(name: str, title: str, rows: Sequence[BarRow], *, head: str) -> Bars | None:
    """The picture of some numbers, in the order given; None if there is nothing to see."""
    most = max((row.count for row in rows), default=0)
    if not most:
        return None
    return Bars(
        name=name,
        title=title,
        head=head,
        height=TOP + ROW * len(rows) + 4,
        bars=[_bar(row, TOP + ROW * place, most) for place, row in enumerate(rows)],
    )


def _bar(row: BarRow, top: float, most: int) -> Bar:
    width = round((RIGHT - LEFT) * row.count / most, 1)
    return Bar(
        row=row,
        y=top + (ROW - _THICK) / 2,
        width=width,
        height=_THICK,
        text_y=top + ROW / 2 + 4.5,
        number_x=LEFT + width + 8,
    )
