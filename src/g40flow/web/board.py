"""Pages of the board: the queue, a round, a text without a round, the agenda on paper, mandates.

What people do on them is in g40flow.web.board_acts; nothing is decided by looking.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from dataclasses import field as filled
from datetime import date, datetime
from typing import Annotated, Any

from fastapi import APIRouter, Path, Query
from fastapi.responses import HTMLResponse
from sqlmodel import Session, col, select

from g40flow.bootstrap import App
from g40flow.domain.actors import Actor
from g40flow.domain.dossier.decisions import (
    NEEDS_COMMENT,
    ROUND_FORMS,
    Ballot,
    DecisionForm,
    Position,
    Result,
    Standing,
    rule_of,
    tally,
)
from g40flow.domain.dossier.rights import RIGHTS, Right
from g40flow.domain.dossier.words import DocumentType
from g40flow.domain.dossier.workflow import AT_THE_BOARD
from g40flow.domain.instants import dutch_date
from g40flow.storage.access import effective_people, names_of_people
from g40flow.storage.decisions import (
    closed_rounds,
    mandates,
    open_rounds,
    ratifications,
)
from g40flow.storage.dossier_tables import DecisionRound, Dossier, Ratification
from g40flow.use_cases.decisions.ending import is_over
from g40flow.use_cases.decisions.rounds import LONGEST_COMMENT
from g40flow.web.actor import CurrentActor, needs
from g40flow.web.board_page import (
    PositionLine,
    lines_of_rounds,
    round_page,
    text_page,
    visible,
)
from g40flow.web.pages import Pages
from g40flow.web.wiring import CurrentApp, CurrentPages

router = APIRouter(prefix="/board", dependencies=[needs(Right.READ_HISTORY)])

RoundId = Annotated[int, Path(ge=1, le=2**62)]
DossierId = Annotated[int, Path(ge=1, le=2**62)]
Done = Annotated[str, Query(max_length=20)]

CHOICES = [position.value for position in Position]
ENDINGS = [Result.ADOPTED.value, Result.HELD_OVER.value, Result.REJECTED.value, Result.CANCELLED.value]
MOST_CLOSED, MOST_UNASKED = 15, 100


@dataclass(frozen=True, kw_only=True)
class QueueLine:
    """One open round in the queue. own: the viewer's seat, None if he has none.

    until: the day on which it ends or is discussed.
    """

    round: DecisionRound
    dossier: Dossier
    standing: Standing
    own: PositionLine | None
    until: date | None
    is_over: bool

    @property
    def waits_for_viewer(self) -> bool:
        """Whether the viewer is still to answer."""
        asked = self.own is not None and not self.own.position
        return asked and not self.is_over and self.round.form != DecisionForm.MEETING


@dataclass(frozen=True, kw_only=True)
class Problem:
    """Why nothing was changed, with what was typed. code: see templates/web/board/labels.html."""

    code: str
    field: str = ""
    detail: str = ""
    typed: Mapping[str, Any] = filled(default_factory=dict)


@router.get("")
def queue(app: CurrentApp, pages: CurrentPages, actor: CurrentActor, done: Done = "") -> HTMLResponse:
    """Everything at the board: what waits for the viewer first."""
    now = app.now()
    with app.database.reading() as session:
        lines = queue_lines(session, app, actor, now)
        unasked = _without_round(session, actor)
        due = _ratification_lines(session, actor, only_due=True)
        ended = _ended(session, actor)
        names = names_of_people(session, app.network)
    return pages.show(
        "board/queue.html",
        here="board",
        mine=[line for line in lines if line.waits_for_viewer],
        others=[line for line in lines if not line.waits_for_viewer],
        unasked=unasked,
        due=due,
        ended=ended,
        names=names,
        done=done,
    )


@router.get("/print")
def agenda(app: CurrentApp, pages: CurrentPages, actor: CurrentActor) -> HTMLResponse:
    """Every open round with its papers, to print for a meeting."""
    now = app.now()
    with app.database.reading() as session:
        lines = queue_lines(session, app, actor, now)
        papers = [round_page(session, app, line.round.id or 0, actor, now) for line in lines]
        due = _ratification_lines(session, actor, only_due=True)
        names = names_of_people(session, app.network)
    return pages.show("board/print.html", here="board", papers=papers, due=due, names=names)


@router.get("/mandates")
def mandate_list(app: CurrentApp, pages: CurrentPages, actor: CurrentActor, done: Done = "") -> HTMLResponse:
    """Mandates, and what was decided with them and must be ratified."""
    return show_mandates(app, pages, actor, done=done)


@router.get("/dossiers/{dossier_id}")
def text(dossier_id: DossierId, app: CurrentApp, pages: CurrentPages, actor: CurrentActor) -> HTMLResponse:
    """A text at the board: asking for a decision, or deciding with a mandate."""
    return show_text(dossier_id, app, pages, actor)


@router.get("/{round_id}")
def one_round(
    round_id: RoundId,
    app: CurrentApp,
    pages: CurrentPages,
    actor: CurrentActor,
    done: Done = "",
    via: Annotated[str, Query(max_length=10)] = "",
) -> HTMLResponse:
    """A round with everything that is needed to decide. via: "mail" for who followed the link in one."""
    return show_round(round_id, app, pages, actor, done=done, via=via)


def show_round(
    round_id: int,
    app: App,
    pages: Pages,
    actor: Actor,
    *,
    status: int = 200,
    done: str = "",
    via: str = "",
    problem: Problem | None = None,
) -> HTMLResponse:
    """The page of a round. via: how the viewer came, kept with what he decides."""
    with app.database.reading() as session:
        page = round_page(session, app, round_id, actor, app.now())
    return pages.show(
        "board/round.html",
        status=status,
        here="board",
        page=page,
        done=done,
        via=via,
        problem=problem,
        **choices(),
    )


def show_text(
    dossier_id: int,
    app: App,
    pages: Pages,
    actor: Actor,
    *,
    status: int = 200,
    problem: Problem | None = None,
) -> HTMLResponse:
    """The page of a text without an open round."""
    with app.database.reading() as session:
        page = text_page(session, app, dossier_id, actor, app.now())
    if page is None:
        return pages.error(404, "missing")
    return pages.show("board/text.html", status=status, here="board", page=page, problem=problem, **choices())


def show_mandates(
    app: App, pages: Pages, actor: Actor, *, status: int = 200, done: str = "", problem: Problem | None = None
) -> HTMLResponse:
    """The page of mandates and ratifications."""
    today = dutch_date(app.now())
    with app.database.reading() as session:
        people = effective_people(session, app.network)
        values: dict[str, Any] = {
            "rows": mandates(session),
            "decisions": _ratification_lines(session, actor, only_due=False),
            "names": names_of_people(session, app.network),
        }
    holders = [
        (person.slug, person.name)
        for person in people
        if any(h.role in RIGHTS[Right.DECIDE_BY_MANDATE] for h in person.roles)
    ]
    return pages.show(
        "board/mandates.html",
        status=status,
        here="board",
        holders=holders,
        document_types=[known.value for known in DocumentType],
        is_current=lambda row: row.revoked_at is None and row.from_on <= today <= row.until_on,
        done=done,
        problem=problem,
        **values,
    )


def choices() -> dict[str, Any]:
    """What templates with forms for deciding need."""
    return {
        "choices": CHOICES,
        "endings": ENDINGS,
        "needs_words": sorted(position.value for position in NEEDS_COMMENT),
        "longest": LONGEST_COMMENT,
        "forms": [form.value for form in ROUND_FORMS],
    }


def queue_lines(session: Session, app: App, actor: Actor, now: datetime) -> list[QueueLine]:
    """The open rounds that somebody may see: what ends first at the top."""
    found = open_rounds(session)
    seen = visible(session, (dossier for _, dossier in found), actor)
    shown = [(round_, dossier) for round_, dossier in found if dossier.id in seen]
    by_round = lines_of_rounds(session, app, [round_.id for round_, _ in shown if round_.id is not None])
    lines = [_queue_line(round_, dossier, by_round[round_.id or 0], actor, now) for round_, dossier in shown]
    return sorted(lines, key=lambda line: (line.until or date.max, line.round.id or 0))


def _queue_line(
    round_: DecisionRound, dossier: Dossier, lines: Sequence[PositionLine], actor: Actor, now: datetime
) -> QueueLine:
    over = is_over(round_, now)
    ballots = [
        Ballot(member=line.member, position=Position(line.position) if line.position else None)
        for line in lines
    ]
    own = [line for line in lines if line.member == actor.person]
    own += [line for line in lines if line.deputy == actor.person]
    ends_on = None if round_.closes_at is None else dutch_date(round_.closes_at)
    return QueueLine(
        round=round_,
        dossier=dossier,
        standing=tally(rule_of(round_.rule), ballots, is_over=over),
        own=next(iter(own), None),
        until=ends_on or round_.meeting_on,
        is_over=over,
    )


def _without_round(session: Session, actor: Actor) -> list[Dossier]:
    """Dossiers at the board about which nobody was asked anything."""
    asked = select(col(DecisionRound.dossier_id)).where(col(DecisionRound.closed_at).is_(None))
    query = select(Dossier).where(col(Dossier.stage).in_(AT_THE_BOARD), col(Dossier.id).not_in(asked))
    rows = session.scalars(query.order_by(col(Dossier.closes_on), col(Dossier.id)).limit(MOST_UNASKED)).all()
    seen = visible(session, rows, actor)
    return [row for row in rows if row.id in seen]


def _ended(session: Session, actor: Actor) -> list[tuple[DecisionRound, Dossier]]:
    found = closed_rounds(session, MOST_CLOSED)
    seen = visible(session, (dossier for _, dossier in found), actor)
    return [(round_, dossier) for round_, dossier in found if dossier.id in seen]


@dataclass(frozen=True, kw_only=True)
class RatificationLine:
    """A decision under mandate with its dossier and round."""

    row: Ratification
    round: DecisionRound
    dossier: Dossier


def _ratification_lines(session: Session, actor: Actor, *, only_due: bool) -> list[RatificationLine]:
    found = [
        RatificationLine(
            row=row,
            round=session.get_one(DecisionRound, row.round_id),
            dossier=session.get_one(Dossier, row.dossier_id),
        )
        for row in ratifications(session, only_due=only_due)
    ]
    seen = visible(session, (line.dossier for line in found), actor)
    return [line for line in found if line.dossier.id in seen]
