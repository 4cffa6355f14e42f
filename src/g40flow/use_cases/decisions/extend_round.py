"""Giving an open round more time, and moving a meeting to a later day."""

from dataclasses import dataclass
from datetime import date, datetime

from sqlmodel import Session

from g40flow.domain.actors import Actor
from g40flow.domain.dossier.decisions import DecisionForm
from g40flow.domain.dossier.rights import Right
from g40flow.domain.errors import InvalidInput
from g40flow.domain.instants import dutch_date, end_of_dutch_day
from g40flow.domain.items import Json
from g40flow.storage.decisions import end_of
from g40flow.storage.dossier_tables import DecisionRound, Dossier
from g40flow.storage.guards import last_instant
from g40flow.use_cases.decisions.ending import is_over, require_current, require_open
from g40flow.use_cases.decisions.rounds import round_for_change
from g40flow.use_cases.decisions.telling import tell_extended
from g40flow.use_cases.dossier.desk import Desk, note_change, require_on, required_reason


@dataclass(frozen=True, kw_only=True)
class LaterEnd:
    """Until when a round goes on. Of the two days only the one that belongs to its form is read.

    closes_at: new last instant for an answer, aware UTC. meeting_on: new day of a meeting, Dutch day.
    after_deadline: it may end after the last day of the dossier; the secretary was warned.
    """

    closes_at: datetime | None = None
    meeting_on: date | None = None
    after_deadline: bool = False


def extend_round(
    session: Session,
    desk: Desk,
    round_id: int,
    later: LaterEnd,
    *,
    reason: str,
    actor: Actor,
    now: datetime,
) -> DecisionRound:
    """Let an open round end later: positions stay, everybody it concerns hears the new end and why.

    A round only gets longer, so that nobody who counted on its end comes too late.
    Raises NotFound, NotAllowed, RoundClosed, StaleVersion (the text changed), or InvalidInput
    ("reason_needed", "round_over", "no_date", "meeting_day_needed", "day_passed", "not_later",
    "after_deadline").
    """
    dossier, round_ = round_for_change(session, round_id, actor)
    require_on(session, dossier, actor, Right.EXTEND_ROUND)
    require_open(round_)
    require_current(session, dossier, round_, round_.version_hash)
    why = required_reason(reason)
    before = end_of(round_)
    if round_.form == DecisionForm.MEETING:
        round_.meeting_on = _later_meeting(dossier, round_, later, now)
    else:
        round_.closes_at = _later_instant(dossier, round_, later, now)
    session.add(round_)
    facts: dict[str, Json] = {"round": round_.id, "before": before, "until": end_of(round_)}
    note_change(
        session,
        dossier,
        actor,
        "extend_round",
        now=now,
        version_hash=round_.version_hash,
        reason=why,
        facts=facts,
    )
    tell_extended(session, desk, dossier, round_, before=before, reason=why, now=now)
    return round_


def _later_instant(dossier: Dossier, round_: DecisionRound, later: LaterEnd, now: datetime) -> datetime:
    if is_over(round_, now):
        raise InvalidInput("round_over", f"the time of round {round_.id} is over", field="closes_on")
    if later.closes_at is None:
        raise InvalidInput("no_date", "expected the new end, found nothing", field="closes_on")
    if later.closes_at <= now:
        raise InvalidInput("day_passed", f"{later.closes_at} has passed", field="closes_on")
    if round_.closes_at is not None and later.closes_at <= round_.closes_at:
        raise InvalidInput(
            "not_later", f"{later.closes_at} is not after {round_.closes_at}", field="closes_on"
        )
    _require_in_time(dossier, later.closes_at, later, "closes_on")
    return later.closes_at


def _later_meeting(dossier: Dossier, round_: DecisionRound, later: LaterEnd, now: datetime) -> date:
    if later.meeting_on is None:
        raise InvalidInput("meeting_day_needed", "expected the day of the meeting", field="meeting_on")
    if later.meeting_on < dutch_date(now):
        raise InvalidInput("day_passed", f"{later.meeting_on} has passed", field="meeting_on")
    if round_.meeting_on is not None and later.meeting_on <= round_.meeting_on:
        raise InvalidInput(
            "not_later", f"{later.meeting_on} is not after {round_.meeting_on}", field="meeting_on"
        )
    _require_in_time(dossier, end_of_dutch_day(later.meeting_on), later, "meeting_on")
    return later.meeting_on


def _require_in_time(dossier: Dossier, end: datetime, later: LaterEnd, field: str) -> None:
    deadline = last_instant(dossier)
    if deadline is not None and end > deadline and not later.after_deadline:
        raise InvalidInput("after_deadline", f"{end} is after the deadline {deadline}", field=field)
