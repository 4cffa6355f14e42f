"""Open dossiers against their deadlines as a picture: where everything stands, in units of the drawing."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from g40flow.render.picture_scale import DayScale

LEFT, RIGHT, ROW, TOP, WIDTH = 232, 596, 34, 34, 740
"""Where the days begin and end, the height of a row, room for the names of days, and the whole width."""

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
    hidden: int = 0


def timeline(terms: Sequence[OpenTerm], today: date, *, most: int = 12) -> Timeline | None:
    """The picture of open dossiers, those that close first on top; None without any.

    today: a Dutch day. most: rows; the rest is counted in `hidden`.
    """
    if not terms:
        return None
    ordered = sorted(terms, key=lambda term: (term.closes_on, term.number))
    shown = ordered[:most]
    scale = _scale(shown, today)
    return Timeline(
        height=TOP + ROW * len(shown) + 4,
        bars=[_bar(term, scale, today, TOP + ROW * number) for number, term in enumerate(shown)],
        ticks=list(scale.mondays()),
        today=scale.at(today),
        drawn_on=today,
        hidden=len(ordered) - len(shown),
    )


def _scale(terms: Sequence[OpenTerm], today: date) -> DayScale:
    """From at most three weeks ago, so that a term that opened long ago leaves room for what is left."""
    opened = min(term.opens_on or today for term in terms)
    first = max(min(opened, today), today - timedelta(weeks=3))
    last = min(max(term.closes_on for term in terms), today + LONGEST_AHEAD)
    return DayScale(first, max(last, today + timedelta(days=7)), LEFT, RIGHT)


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
