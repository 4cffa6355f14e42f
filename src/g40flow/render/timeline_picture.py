"""Open dossiers against their deadlines as a picture: where everything stands, in units of the drawing."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from g40flow.render.picture_scale import DayScale


@dataclass(frozen=True, kw_only=True)
class Room:
    """How a drawing is laid out. left, right: where the days begin and end. row: height of one; top: room
    for the names of days. bar, title, says: where in its row the bar, the title and what is left stand, from
    its top; title and says as (across, down). label: characters of a title.
    """

    width: int
    left: int
    right: int
    row: int
    bar: int
    title: tuple[int, int]
    says: tuple[int, int]
    label: int
    top: int = 34


WIDE = Room(width=740, left=232, right=596, row=34, bar=5, title=(0, 26), says=(612, 12), label=34)
NARROW = Room(width=400, left=14, right=268, row=56, bar=21, title=(68, 12), says=(282, 28), label=48)
"""For a mail, a phone and Slack: the title stands above its bar, and its letters stay readable."""

LONGEST_AHEAD = timedelta(weeks=13)
"""Closing days after this stand at the edge, with an arrow."""

SOON = 5
"""Working days under which a term is nearly over."""


@dataclass(frozen=True, kw_only=True)
class OpenTerm:
    """One dossier that is still to be handed in.

    number: such as "2026-014". opens_on: first day of its bar; None for today. step_on: latest day of
    the stage in which it is, None without a plan. working_days: left until closes_on, negative if over.
    """

    number: str
    title: str
    opens_on: date | None
    step_on: date | None
    closes_on: date
    working_days: int


@dataclass(frozen=True, kw_only=True)
class TermBar:
    """One row. state: "over", "soon" or "ahead". step: place of step_on; None if it is not in the picture.

    is_later: the term ends after the last day of the picture.
    """

    term: OpenTerm
    state: str
    x: float
    width: float
    y: int
    step: float | None
    is_later: bool

    @property
    def end(self) -> float:
        """Where the closing day is."""
        return self.x + self.width


@dataclass(frozen=True, kw_only=True)
class Timeline:
    """The drawing. ticks: (place, Monday). hidden: dossiers for which there was no room."""

    height: int
    bars: Sequence[TermBar]
    ticks: Sequence[tuple[float, date]]
    today: float
    drawn_on: date
    room: Room
    hidden: int = 0


MOST_BARS = 12


def timeline(
    terms: Sequence[OpenTerm], today: date, *, most: int = MOST_BARS, besides: int = 0, room: Room = WIDE
) -> Timeline | None:
    """The picture of open dossiers, those that close first on top; None without any.

    today: a Dutch day. most: rows; the rest is counted in `hidden`. besides: dossiers that
    close later and are not among the terms.
    """
    if not terms:
        return None
    ordered = sorted(terms, key=lambda term: (term.closes_on, term.number))
    shown = ordered[:most]
    scale = _scale(shown, today, room)
    return Timeline(
        height=room.top + room.row * len(shown) + 4,
        bars=[_bar(term, scale, today, room.top + room.row * number) for number, term in enumerate(shown)],
        ticks=list(scale.mondays()),
        today=scale.at(today),
        drawn_on=today,
        room=room,
        hidden=len(ordered) - len(shown) + besides,
    )


def _scale(terms: Sequence[OpenTerm], today: date, room: Room) -> DayScale:
    """From at most three weeks ago, so that a term that opened long ago leaves room for what is left."""
    opened = min(term.opens_on or today for term in terms)
    first = max(min(opened, today), today - timedelta(weeks=3))
    last = min(max(term.closes_on for term in terms), today + LONGEST_AHEAD)
    return DayScale(first, max(last, today + timedelta(days=7)), room.left, room.right)


def _bar(term: OpenTerm, scale: DayScale, today: date, y: int) -> TermBar:
    start, end = scale.at(term.opens_on or today), scale.at(term.closes_on)
    over = term.closes_on < today
    return TermBar(
        term=term,
        state="over" if over else "soon" if term.working_days < SOON else "ahead",
        x=min(start, end),
        width=max(round(end - start, 1), 3.0),
        y=y,
        step=scale.at(term.step_on) if term.step_on is not None and scale.holds(term.step_on) else None,
        is_later=term.closes_on > scale.last,
    )
