"""The days of dossiers, as events for calendars. What a dossier gives is the same in every calendar."""

from collections.abc import Iterable, Iterator, Mapping
from datetime import date, datetime, timedelta
from typing import Any

from sqlalchemy import ColumnElement, Row, func, or_, select
from sqlmodel import Session, col

from g40flow.domain.dossier.calls import CallState
from g40flow.domain.dossier.workflow import OPEN, Process, Stage
from g40flow.domain.instants import dutch_date, end_of_dutch_day
from g40flow.domain.private_feeds import KEPT_PAST, CalendarEvent, EventKind, EventStanding
from g40flow.storage.dossier_search import not_confidential
from g40flow.storage.dossier_tables import DecisionRound, Dossier, DossierItem, MemberCall

COUNTS = frozenset({*OPEN, Stage.CLOSED})
"""Stages at which the days of a dossier mean something: not while it rests, not after it was merged."""

PLANNED = COUNTS - {Stage.NO_RESPONSE, Stage.SUPPORT_VNG}
"""Stages at which the network writes by its plan."""

BEFORE_THE_END = timedelta(minutes=15)
"""A term that ends at an hour is shown as the quarter before: calendars have no moments."""


def still_shown(now: datetime) -> ColumnElement[bool]:
    """The dossiers whose days still stand in calendars."""
    return or_(col(Dossier.closed_at).is_(None), col(Dossier.closed_at) >= now - KEPT_PAST)


def dossier_events(session: Session, dossiers: ColumnElement[bool], now: datetime) -> Iterator[CalendarEvent]:
    """Every day of the dossiers in a scope, past ones too."""
    query = select(
        col(Dossier.id),
        col(Dossier.number),
        col(Dossier.title),
        col(Dossier.stage),
        col(Dossier.process),
        col(Dossier.plan),
        col(Dossier.closes_on),
        col(Dossier.agreed_closes_on),
        col(Dossier.objection_until),
    ).where(dossiers, still_shown(now))
    rows = {row.id: row for row in session.execute(query)}
    items = items_taken_up(session)
    for row in rows.values():
        yield from _of_dossier(row, items.get(row.id))
    scope = select(col(Dossier.id)).where(dossiers, still_shown(now))
    yield from _of_calls(session, col(MemberCall.dossier_id).in_(scope), rows)
    yield from _of_rounds(session, col(DecisionRound.dossier_id).in_(scope), rows)


def items_taken_up(session: Session) -> dict[int, int]:
    """For each dossier the item whose closing day is now a day of that dossier: {dossier: item}.

    Its event goes on under the name it had, so that it does not stand twice in a calendar. What is
    confidential takes up nothing: otherwise others would see by it that there is a dossier. Of several
    dossiers about an item the first one counts; a campaign stands beside it.
    """
    query = (
        select(col(DossierItem.item_id), func.min(col(Dossier.id)))
        .join(Dossier, col(Dossier.id) == col(DossierItem.dossier_id))
        .where(
            not_confidential(),
            col(Dossier.stage) != Stage.MERGED,
            col(Dossier.process) == Process.RESPONSE,
        )
        .group_by(col(DossierItem.item_id))
        .order_by(col(DossierItem.item_id).desc())
    )
    return {dossier: item for item, dossier in session.execute(query)}


def _of_dossier(row: Row[Any], item: int | None) -> Iterator[CalendarEvent]:
    stage = Stage(row.stage)
    if stage in COUNTS:
        yield from _closing_days(row, f"dossier-{row.id}" if item is None else f"item-{item}")
    if stage in PLANNED:
        yield from _steps(row)
    if stage is Stage.NO_RESPONSE and row.objection_until is not None:
        yield _ending(row, f"dossier-{row.id}-objection", EventKind.OBJECTION, row.objection_until)


def _closing_days(row: Row[Any], key: str) -> Iterator[CalendarEvent]:
    last_day = row.agreed_closes_on or row.closes_on
    if last_day is not None:
        detail = "agreed" if row.agreed_closes_on else ""
        kind = EventKind.DECISION if row.process == Process.CAMPAIGN else EventKind.CLOSING
        yield _event(row, f"{key}-closing", kind, last_day, detail=detail)
    if row.closes_on is not None and row.agreed_closes_on not in (None, row.closes_on):
        yield _event(row, f"{key}-published", EventKind.CLOSING_AS_PUBLISHED, row.closes_on)


def _steps(row: Row[Any]) -> Iterator[CalendarEvent]:
    """The latest day of each stage; of a plan that nobody fixed as tentative."""
    fixed = EventStanding.CONFIRMED if row.plan.get("fixed_at") else EventStanding.TENTATIVE
    for day in row.plan.get("days", []):
        yield _event(
            row,
            f"dossier-{row.id}-step-{day['stage']}",
            EventKind.STEP,
            date.fromisoformat(day["latest_on"]),
            detail=day["stage"],
            standing=fixed,
        )


def _of_calls(
    session: Session, calls: ColumnElement[bool], rows: Mapping[int, Row[Any]]
) -> Iterator[CalendarEvent]:
    for call in session.scalars(select(MemberCall).where(calls)):
        ran_out = call.closed_at is not None and call.closed_at >= call.closes_at
        if call.state == CallState.OPEN or (call.state == CallState.CLOSED and ran_out):
            row = rows[call.dossier_id]
            yield _ending(
                row, f"call-{call.id}", EventKind.CALL, call.closes_at, path=f"/dossiers/{row.id}/call"
            )


def _of_rounds(
    session: Session, rounds: ColumnElement[bool], rows: Mapping[int, Row[Any]]
) -> Iterator[CalendarEvent]:
    for round_ in session.scalars(select(DecisionRound).where(rounds)):
        yield from _of_round(round_, rows[round_.dossier_id])


def _of_round(round_: DecisionRound, row: Row[Any]) -> Iterable[CalendarEvent]:
    path, key = f"/board/{round_.id}", f"round-{round_.id}"
    if round_.closes_at is not None:
        yield _event(
            row,
            f"{key}-opens",
            EventKind.ROUND_OPENS,
            round_.opened_at,
            ends=round_.opened_at + BEFORE_THE_END,
            path=path,
        )
        if round_.closed_at is None or round_.closed_at >= round_.closes_at:
            yield _ending(row, f"{key}-closes", EventKind.ROUND_CLOSES, round_.closes_at, path=path)
    if round_.meeting_on is not None and _meets(round_):
        yield _event(row, f"{key}-meeting", EventKind.MEETING, round_.meeting_on, path=path)


def _meets(round_: DecisionRound) -> bool:
    """Not when it was ended before the day of the meeting, unless that is the day it was held over to."""
    if round_.closed_at is None or round_.result == "held_over":
        return True
    assert round_.meeting_on is not None
    return dutch_date(round_.closed_at) >= round_.meeting_on


def _ending(row: Row[Any], key: str, kind: EventKind, until: datetime, *, path: str = "") -> CalendarEvent:
    """A term that ends at an hour; at the end of a day that is the whole day."""
    day = dutch_date(until)
    if until >= end_of_dutch_day(day) - timedelta(minutes=1):
        return _event(row, key, kind, day, path=path)
    return _event(row, key, kind, until - BEFORE_THE_END, ends=until, path=path)


def _event(
    row: Row[Any],
    key: str,
    kind: EventKind,
    starts: date | datetime,
    *,
    ends: datetime | None = None,
    detail: str = "",
    path: str = "",
    standing: EventStanding = EventStanding.CONFIRMED,
) -> CalendarEvent:
    return CalendarEvent(
        key=key,
        kind=kind,
        title=row.title,
        number=row.number,
        starts=starts,
        ends=ends,
        detail=detail,
        path=path or f"/dossiers/{row.id}",
        standing=standing,
        dossier_id=row.id,
    )
