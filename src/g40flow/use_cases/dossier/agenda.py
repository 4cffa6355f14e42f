"""What is coming: the days of all dossiers that somebody may see, in one list."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from enum import StrEnum

from sqlmodel import Session, col, select

from g40flow.domain.actors import Actor
from g40flow.domain.dossier.calls import CallState
from g40flow.domain.dossier.reminders import planned_for
from g40flow.domain.dossier.workflow import BEFORE_SUBMISSION, OPEN, Stage
from g40flow.domain.instants import dutch_date
from g40flow.storage.dossier_search import visible_to
from g40flow.storage.dossier_tables import DecisionRound, Dossier, DossierGroup, MemberCall
from g40flow.use_cases.dossier.desk import Desk
from g40flow.use_cases.dossier.term import last_day


class Due(StrEnum):
    """What a day in the agenda is."""

    STEP = "step"  # the stage in which the dossier is must be over
    CLOSING = "closing"  # the publisher's term ends
    CALL = "call"
    ROUND = "round"
    OBJECTION = "objection"  # to a decision not to respond


@dataclass(frozen=True, kw_only=True)
class AgendaLine:
    """One day of one dossier. working_days: from today; negative when it passed. at: None for a whole day."""

    day: date
    due: Due
    dossier: Dossier
    working_days: int
    at: datetime | None = None


@dataclass(frozen=True, kw_only=True)
class AgendaWeek:
    """Lines of one week. monday: None for what has passed."""

    monday: date | None
    lines: Sequence[AgendaLine]


def agenda_of(
    session: Session,
    desk: Desk,
    actor: Actor,
    now: datetime,
    *,
    weeks: int,
    group: str = "",
    mine: bool = False,
) -> list[AgendaWeek]:
    """The coming weeks, and before them what is late; weeks without anything are left out.

    group: slug; mine: only what the actor is pen holder of.
    """
    today = dutch_date(now)
    until = today + timedelta(days=7 * weeks - today.weekday())
    dossiers = _dossiers(session, actor, group=group, pen_holder=actor.person if mine else "")
    lines = sorted(
        (line for line in _lines(session, desk, dossiers, today) if line.day < until),
        key=lambda line: (line.day, line.dossier.number, line.due),
    )
    by_week: dict[date | None, list[AgendaLine]] = {}
    for line in lines:
        monday = None if line.day < today else line.day - timedelta(days=line.day.weekday())
        by_week.setdefault(monday, []).append(line)
    return [AgendaWeek(monday=monday, lines=found) for monday, found in by_week.items()]


def _dossiers(session: Session, actor: Actor, *, group: str, pen_holder: str) -> dict[int, Dossier]:
    query = select(Dossier).where(col(Dossier.stage).in_(list(OPEN)), visible_to(actor))
    if group:
        with_part = select(DossierGroup.dossier_id).where(
            col(DossierGroup.dossier_id) == col(Dossier.id), col(DossierGroup.theme_group) == group
        )
        query = query.where(with_part.exists())
    if pen_holder:
        query = query.where(col(Dossier.pen_holder) == pen_holder)
    return {row.id: row for row in session.scalars(query) if row.id is not None}


def _lines(session: Session, desk: Desk, dossiers: dict[int, Dossier], today: date) -> Iterator[AgendaLine]:
    calendar = desk.calendars.working

    def line(dossier: Dossier, due: Due, day: date, at: datetime | None = None) -> AgendaLine:
        left = calendar.working_days_left(today, day)
        return AgendaLine(day=day, due=due, dossier=dossier, working_days=left, at=at)

    for dossier in dossiers.values():
        step, closing = _planned_on(dossier), last_day(dossier)
        if step is not None:
            yield line(dossier, Due.STEP, step)
        if closing is not None and Stage(dossier.stage) in BEFORE_SUBMISSION:
            yield line(dossier, Due.CLOSING, closing)
        if Stage(dossier.stage) is Stage.NO_RESPONSE and dossier.objection_until is not None:
            until = dossier.objection_until
            yield line(dossier, Due.OBJECTION, dutch_date(until), until)
    for call in session.scalars(select(MemberCall).where(col(MemberCall.state) == CallState.OPEN)):
        if call.dossier_id in dossiers:
            yield line(dossiers[call.dossier_id], Due.CALL, dutch_date(call.closes_at), call.closes_at)
    for round_ in session.scalars(select(DecisionRound).where(col(DecisionRound.closed_at).is_(None))):
        day = dutch_date(round_.closes_at) if round_.closes_at is not None else round_.meeting_on
        if round_.dossier_id in dossiers and day is not None:
            yield line(dossiers[round_.dossier_id], Due.ROUND, day, round_.closes_at)


def _planned_on(dossier: Dossier) -> date | None:
    """The latest day of the stage it is in. Read as it is kept: of thousands of dossiers only this
    one day is wanted.
    """
    stage = planned_for(Stage(dossier.stage)).value
    found = next((day for day in dossier.plan.get("days", []) if day["stage"] == stage), None)
    return None if found is None else date.fromisoformat(found["latest_on"])
