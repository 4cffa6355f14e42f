"""Where the groups of a Chamber stand on an ask, as a picture, in the units of the drawing.

One bar of the whole Chamber with the line of a majority, and below it a line for each group. Nothing is told
by colour: every part has its word and its number of seats beside it, and a pattern of its own.
"""

from collections.abc import Sequence
from dataclasses import dataclass

from g40flow.domain.parliament.support import PartySupport, Support, SupportPicture

WIDTH, LEFT, RIGHT, TOP, ROW = 740, 232, 640, 78, 26
_BAR_TOP, _BAR = 26, 26
_THICK = 14
LEAST_FOR_WORD = 74
"""How wide a part must be for its word to fit in it."""


@dataclass(frozen=True, kw_only=True)
class Share:
    """A part of the bar of the whole Chamber."""

    support: Support
    seats: int
    x: float
    width: float

    @property
    def has_room(self) -> bool:
        """Whether its word fits in it."""
        return self.width >= LEAST_FOR_WORD

    @property
    def middle(self) -> float:
        """Where its word stands."""
        return round(self.x + self.width / 2, 1)


@dataclass(frozen=True, kw_only=True)
class PartyRow:
    """One group. text_y: of its name; width 0 for who has no seats today."""

    party: PartySupport
    y: float
    width: float
    text_y: float


@dataclass(frozen=True, kw_only=True)
class SupportDrawing:
    """The drawing. name: of its ids, unique on a page. line_x: where the majority begins."""

    name: str
    picture: SupportPicture
    height: int
    shares: Sequence[Share]
    rows: Sequence[PartyRow]
    line_x: float
    bar_y: float
    bar_height: float


def support_drawing(name: str, picture: SupportPicture) -> SupportDrawing:
    """Where everything stands. name: unique on the page."""
    scale = (WIDTH - 4) / picture.total
    shares: list[Share] = []
    x = 2.0
    for support in Support:
        width = round(picture.seats[support] * scale, 1)
        if width:
            shares.append(Share(support=support, seats=picture.seats[support], x=round(x, 1), width=width))
        x += width
    most = max((party.seats or 0 for party in picture.parties), default=0) or 1
    return SupportDrawing(
        name=name,
        picture=picture,
        height=TOP + ROW * len(picture.parties) + 4,
        shares=shares,
        rows=[
            PartyRow(
                party=party,
                y=TOP + ROW * place + (ROW - _THICK) / 2,
                width=round((RIGHT - LEFT) * (party.seats or 0) / most, 1),
                text_y=TOP + ROW * place + ROW / 2 + 4.5,
            )
            for place, party in enumerate(picture.parties)
        ],
        line_x=round(2 + picture.line * scale, 1),
        bar_y=_BAR_TOP,
        bar_height=_BAR,
    )
