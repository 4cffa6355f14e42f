"""What is coming: the days of all dossiers that somebody may see, in one list."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from enum import StrEnum

from sqlalchemy import ColumnElement, func, or_, select
from sqlmodel import Session, col

from g40flow.domain.actors import Actor
from g40flow.domain.calendar import WorkingCalendar
from g40flow.domain.dossier.calls import CallState
from g40flow.domain.dossier.workflow import BEFORE_SUBMISSION, CAMPAIGN_WORK, OPEN, Stage
from g40flow.domain.instants import dutch_date
from g40flow.storage.dossier_search import has_part, visible_to
from g40flow.storage.dossier_tables import DecisionRound, Dossier, MemberCall
from g40flow.storage.plans import plan_unless_known, step_day
from g40flow.use_cases.dossier.desk import Desk


class Due(StrEnum):
    """What a day in the agenda is."""

    STEP = "step"  # the stage in which the dossier is must be over
    CLOSING = "closing"  # the publisher's term ends
    CALL = "call"
    ROUND = "round"
    OBJECTION = "objection"  # to a decision not to respond
    DECISION = "decision"  # what a campaign aims at is expected to be decided


MOST_LATE, MOST_LINES = 40, 120
"""More than this nobody reads on one page; the page says how many there are besides."""


@dataclass(frozen=True, kw_only=True)
class AgendaDossier:
    """What the agenda shows of a dossier. step_on: latest day of the stage it is in, if a plan has one."""

    id: int
    number: str
    title: str
    stage: Stage
    lead_group: str
    urgent: bool
    step_on: date | None
    closes_on: date | None
    objection_until: datetime | None


@dataclass(frozen=True, kw_only=True)
class AgendaLine:
    """One day of one dossier. working_days: from today; negative when it passed. at: None for a whole day."""

    day: date
    due: Due
    dossier: AgendaDossier
    working_days: int
    at: datetime | None = None


@dataclass(frozen=True, kw_only=True)
class AgendaWeek:
    """Lines of one week. monday: None for what has passed. hidden: lines that are not shown."""

    monday: date | None
    lines: Sequence[AgendaLine]
    hidden: int = 0


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
    dossiers = _dossiers(session, actor, until, group=group, pen_holder=actor.person if mine else "")
    marks = sorted(
        (mark for mark in _marks(session, dossiers) if mark.day < until),
        key=lambda mark: (mark.day, mark.dossier.number, mark.due),
    )
    by_week: dict[date | None, list[_Mark]] = {}
    for mark in marks:
        monday = None if mark.day < today else mark.day - timedelta(days=mark.day.weekday())
        by_week.setdefault(monday, []).append(mark)
    return list(_shown(by_week, desk.calendars.working, today))


@dataclass(frozen=True)
class _Mark:
    day: date
    due: Due
    dossier: AgendaDossier
    at: datetime | None = None


def _shown(
    by_week: dict[date | None, list[_Mark]], calendar: WorkingCalendar, today: date
) -> Iterator[AgendaWeek]:
    """As many lines as can be read: of what is late the latest, of what comes the first."""
    room = MOST_LINES
    for monday, found in by_week.items():
        shown = found[-MOST_LATE:] if monday is None else found[:room]
        lines = [
            AgendaLine(
                day=mark.day,
                due=mark.due,
                dossier=mark.dossier,
                working_days=calendar.working_days_left(today, mark.day),
                at=mark.at,
            )
            for mark in shown
        ]
        yield AgendaWeek(monday=monday, lines=lines, hidden=len(found) - len(lines))
        room -= 0 if monday is None else len(lines)


def _dossiers(
    session: Session, actor: Actor, until: date, *, group: str, pen_holder: str
) -> dict[int, AgendaDossier]:
    query = select(
        col(Dossier.id),
        col(Dossier.number),
        col(Dossier.title),
        col(Dossier.stage),
        col(Dossier.lead_group),
        col(Dossier.urgent),
        col(Dossier.step_on),
        plan_unless_known().label("plan"),
        col(Dossier.closes_on),
        col(Dossier.agreed_closes_on),
        col(Dossier.objection_until),
    ).where(col(Dossier.stage).in_(list(OPEN)), _may_have_day_before(until), visible_to(actor))
    if group:
        query = query.where(has_part(group))
    if pen_holder:
        query = query.where(col(Dossier.pen_holder) == pen_holder)
    return {
        row.id: AgendaDossier(
            id=row.id,
            number=row.number,
            title=row.title,
            stage=Stage(row.stage),
            lead_group=row.lead_group,
            urgent=row.urgent,
            step_on=step_day(row.step_on, row.plan, Stage(row.stage)),
            closes_on=row.agreed_closes_on or row.closes_on,
            objection_until=row.objection_until,
        )
        for row in session.execute(query)
    }


def _may_have_day_before(until: date) -> ColumnElement[bool]:
    """Leaves out what surely has none, which are most of them."""
    calls = select(col(MemberCall.dossier_id)).where(col(MemberCall.state) == CallState.OPEN)
    rounds = select(col(DecisionRound.dossier_id)).where(col(DecisionRound.closed_at).is_(None))
    return or_(
        col(Dossier.step_on).is_(None),
        col(Dossier.step_on) < until,
        func.coalesce(col(Dossier.agreed_closes_on), col(Dossier.closes_on)) < until,
        col(Dossier.objection_until).is_not(None),
        col(Dossier.id).in_(calls),
        col(Dossier.id).in_(rounds),
    )


def _marks(session: Session, dossiers: dict[int, AgendaDossier]) -> Iterator[_Mark]:
    for dossier in dossiers.values():
        if dossier.step_on is not None:
            yield _Mark(dossier.step_on, Due.STEP, dossier)
        if dossier.closes_on is not None and dossier.stage in BEFORE_SUBMISSION:
            yield _Mark(dossier.closes_on, Due.CLOSING, dossier)
        if dossier.closes_on is not None and dossier.stage in CAMPAIGN_WORK:
            yield _Mark(dossier.closes_on, Due.DECISION, dossier)
        if dossier.stage is Stage.NO_RESPONSE and dossier.objection_until is not None:
            until = dossier.objection_until
            yield _Mark(dutch_date(until), Due.OBJECTION, dossier, until)
    for call in session.scalars(select(MemberCall).where(col(MemberCall.state) == CallState.OPEN)):
        if call.dossier_id in dossiers:
            yield _Mark(dutch_date(call.closes_at), Due.CALL, dossiers[call.dossier_id], call.closes_at)
    for round_ in session.scalars(select(DecisionRound).where(col(DecisionRound.closed_at).is_(None))):
        day = dutch_date(round_.closes_at) if round_.closes_at is not None else round_.meeting_on
        if round_.dossier_id in dossiers and day is not None:
            yield _Mark(day, Due.ROUND, dossiers[round_.dossier_id], round_.closes_at)
