"""How a round ends, and what follows: adoption, or a reason why not."""

from datetime import date, datetime

from sqlmodel import Session

from g40flow.domain.actors import Actor
from g40flow.domain.dossier.decisions import (
    APPROVED,
    Result,
    RoundClosed,
    Standing,
    rule_of,
    tally,
)
from g40flow.domain.dossier.words import ExceptionCode
from g40flow.domain.errors import InvalidInput, StaleVersion
from g40flow.domain.instants import dutch_date
from g40flow.domain.items import Json
from g40flow.storage.decisions import ballots_of, due_ratifications_of, open_round_of
from g40flow.storage.dossier_tables import DecisionRound, Dossier
from g40flow.storage.guards import current_hash, last_instant
from g40flow.use_cases.decisions.telling import tell_adoption_voided, tell_result
from g40flow.use_cases.dossier.desk import Desk, note_change
from g40flow.use_cases.dossier.exceptions import lift_noted, note_exception
from g40flow.use_cases.dossier.take_step import step_by_program


def is_over(round_: DecisionRound, now: datetime) -> bool:
    """Whether the time for answers has passed."""
    return round_.closes_at is not None and now > round_.closes_at


def standing_of(session: Session, round_: DecisionRound, now: datetime) -> Standing:
    """What the positions of a round come to at an instant."""
    assert round_.id is not None
    session.flush()
    return tally(rule_of(round_.rule), ballots_of(session, round_.id), is_over=is_over(round_, now))


def require_open(round_: DecisionRound) -> None:
    """Raises RoundClosed with how it ended."""
    if round_.closed_at is not None:
        raise RoundClosed(
            f"round {round_.id} ended with {round_.result}", result=round_.result, ended_at=round_.closed_at
        )


def require_current(session: Session, dossier: Dossier, round_: DecisionRound, seen_hash: str) -> None:
    """Raises StaleVersion unless what was on screen is what the round, and the dossier, is about."""
    newest = current_hash(session, dossier)
    if not seen_hash == round_.version_hash == newest:
        raise StaleVersion(
            f"dossier {dossier.number}: decided on text {seen_hash[:8]}, the round is about "
            f"{round_.version_hash[:8]} and the newest text is {newest[:8]}"
        )


def is_extensible(session: Session, dossier: Dossier, round_: DecisionRound, now: datetime) -> bool:
    """Whether a round can end later than was said: it is open, in time, and about the newest text."""
    is_open = round_.closed_at is None and not is_over(round_, now)
    return is_open and current_hash(session, dossier) == round_.version_hash


def end_round(
    session: Session,
    desk: Desk,
    dossier: Dossier,
    round_: DecisionRound,
    result: Result,
    *,
    action: str,
    actor: Actor,
    now: datetime,
    reason: str = "",
    until: date | None = None,
) -> None:
    """Close a round with its result, and do what follows from it.

    result: APPROVED ones only when the rule is met. until: day of the meeting to which it is held over.
    Raises InvalidInput ("rule_not_met"), StaleVersion, StepNotAllowed or GuardFailed.
    """
    standing = standing_of(session, round_, now)
    if result in APPROVED:
        if not standing.is_met:
            raise InvalidInput("rule_not_met", f"the rule is not met: {standing}", field="result")
        require_current(session, dossier, round_, round_.version_hash)
    round_.closed_at, round_.closed_by, round_.result, round_.reason = now, actor.person, result, reason
    if result is Result.HELD_OVER:
        round_.meeting_on = until
    session.add(round_)
    note_change(
        session,
        dossier,
        actor,
        action,
        now=now,
        version_hash=round_.version_hash,
        reason=reason,
        facts=_facts(round_, result, standing, until),
    )
    if result in APPROVED:
        _adopt(session, desk, dossier, round_, now)
    _note_held_over(session, dossier, result, until, actor, now)
    tell_result(session, desk, dossier, round_, now)


def end_open_round(
    session: Session,
    desk: Desk,
    dossier: Dossier,
    result: Result,
    *,
    actor: Actor,
    now: datetime,
    reason: str,
) -> bool:
    """Close the open round of a dossier without a decision; False if there is none.

    result: CANCELLED when the dossier leaves the board, VOID when its text changes.
    """
    assert dossier.id is not None
    round_ = open_round_of(session, dossier.id)
    if round_ is None:
        return False
    end_round(
        session, desk, dossier, round_, result, action=f"{result}_round", actor=actor, now=now, reason=reason
    )
    return True


def void_adoption(
    session: Session, desk: Desk, dossier: Dossier, *, actor: Actor, now: datetime, reason: str
) -> None:
    """The text that was adopted counts no longer; a dossier that was ready goes back to the board."""
    assert dossier.id is not None
    for due in due_ratifications_of(session, dossier.id):
        due.result, due.recorded_by, due.recorded_at, due.note = "lapsed", actor.person, now, reason
        session.add(due)
    step_by_program(session, desk, dossier, "void_adoption", now=now, reason=reason, actor=actor)
    tell_adoption_voided(session, desk, dossier, reason, now)


def _adopt(session: Session, desk: Desk, dossier: Dossier, round_: DecisionRound, now: datetime) -> None:
    """What the board adopted is this very text; then the dossier is ready to be sent."""
    dossier.adopted_hash, dossier.adopted_at = round_.version_hash, now
    session.add(dossier)
    facts: dict[str, Json] = {"round": round_.id}
    step_by_program(session, desk, dossier, "adopt", now=now, reason="", facts=facts)


def _note_held_over(
    session: Session, dossier: Dossier, result: Result, until: date | None, actor: Actor, now: datetime
) -> None:
    """Held over: the new day and whether that is in time are shown until something was decided."""
    if result is not Result.HELD_OVER:
        if result is Result.REJECTED:  # adoption lifts it by itself
            lift_noted(session, dossier, ExceptionCode.HELD_OVER, actor=actor, now=now)
        return
    deadline = last_instant(dossier)
    late = until is not None and deadline is not None and until > dutch_date(deadline)
    facts: dict[str, Json] = {"until": "" if until is None else until.isoformat(), "too_late": late}
    note_exception(session, dossier, ExceptionCode.HELD_OVER, actor=actor, now=now, facts=facts)


def _facts(round_: DecisionRound, result: Result, standing: Standing, until: date | None) -> dict[str, Json]:
    facts: dict[str, Json] = {
        "round": round_.id,
        "form": round_.form,
        "result": result.value,
        "counts": {position.value: count for position, count in sorted(standing.counts.items())},
        "needed": standing.needed,
        "answered": standing.answered,
    }
    return facts if until is None else {**facts, "until": until.isoformat()}
