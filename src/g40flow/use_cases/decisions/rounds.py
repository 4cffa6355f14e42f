"""Opening and closing rounds."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime

from sqlmodel import Session

from g40flow.config.workflow import RuleConfig, Silence
from g40flow.domain.actors import PROGRAM, Actor, Surface, actor_on, may_see
from g40flow.domain.dossier.decisions import (
    APPROVED,
    ROUND_FORMS,
    DecisionForm,
    Position,
    Result,
    Rule,
    Seat,
    Weigher,
    mandate_problem,
    seats_on,
    usual_end,
)
from g40flow.domain.dossier.rights import Right
from g40flow.domain.dossier.workflow import AT_THE_BOARD, Guard
from g40flow.domain.errors import GuardFailed, InvalidInput, StaleVersion, StepNotAllowed
from g40flow.domain.instants import dutch_date, end_of_dutch_day
from g40flow.domain.items import Json
from g40flow.domain.outside_text import one_line
from g40flow.storage.access import effective_network
from g40flow.storage.decisions import (
    current_version_of,
    leave_of,
    locked_mandate,
    members_of,
    round_by_id,
    rounds_over,
    standing_positions,
)
from g40flow.storage.dossier_tables import (
    DecisionRound,
    Dossier,
    DossierReader,
    RoundMember,
    RoundPosition,
    TextVersion,
)
from g40flow.storage.dossiers import parties_of
from g40flow.storage.guards import guard_facts, last_instant
from g40flow.storage.locks import parts_in_turn
from g40flow.use_cases.decisions.ending import (
    end_round,
    require_current,
    require_open,
    standing_of,
)
from g40flow.use_cases.decisions.telling import ask_for_positions, tell_ready
from g40flow.use_cases.dossier.desk import Desk, note_change, open_for_change, require_on, required_reason

LONGEST_COMMENT = 4_000
CHOSEN = APPROVED | {Result.HELD_OVER, Result.REJECTED, Result.CANCELLED}
"""Results that the secretary records; the others follow from time and text."""


@dataclass(frozen=True, kw_only=True)
class NewRound:
    """What the secretary asks the board.

    closes_at: last instant for an answer, aware UTC; None takes the usual one. Not for a meeting.
    meeting_on: day of the meeting; for a meeting only. mandate_id: with which mandate, for that form.
    after_deadline: it may end after the last day of the dossier; the secretary was warned.
    admit: let members who cannot see this confidential dossier see it.
    """

    form: DecisionForm
    question: str = ""
    closes_at: datetime | None = None
    meeting_on: date | None = None
    mandate_id: int | None = None
    after_deadline: bool = False
    admit: bool = False


def open_round(
    session: Session,
    desk: Desk,
    dossier_id: int,
    new: NewRound,
    *,
    seen_hash: str,
    actor: Actor,
    now: datetime,
) -> DecisionRound:
    """Ask the board to decide on the text as it is now.

    seen_hash: of the text that the actor had on screen.
    Raises NotFound, NotAllowed, StepNotAllowed (not at the board), StaleVersion, GuardFailed (no text,
    open comments, or another round is open), or InvalidInput ("form_unknown", "meeting_day_needed",
    "day_passed", "after_deadline", "too_few_members", "members_cannot_see", "mandate_needed" and those
    of a mandate).
    """
    if new.form not in ROUND_FORMS:
        raise InvalidInput("form_unknown", f"expected one of {ROUND_FORMS}, found {new.form}", field="form")
    dossier = open_for_change(session, dossier_id, actor)
    require_on(session, dossier, actor, Right.OPEN_ROUND)
    version = decidable_version(session, dossier, seen_hash, "open_round", now)
    seats = _seats(session, desk, dossier, new, now)
    round_ = written_round(session, desk, dossier, version, new, seats, "open_round", actor, now)
    ask_for_positions(session, desk, dossier, round_, now)
    return round_


def decidable_version(
    session: Session, dossier: Dossier, seen_hash: str, action: str, now: datetime
) -> TextVersion:
    """The text on which the board can decide now: the one that was on screen.

    Raises StepNotAllowed, GuardFailed or StaleVersion.
    """
    if dossier.stage not in AT_THE_BOARD:
        raise StepNotAllowed(f"{action!r} is for dossiers at the board, not at stage {dossier.stage}")
    needed = (Guard.TEXT_WRITTEN, Guard.COMMENTS_DISPOSED, Guard.NO_OPEN_ROUND)
    facts = guard_facts(session, dossier, now, needed)
    if failing := [guard for guard in needed if not facts[guard]]:
        raise GuardFailed(action, failing)
    version = current_version_of(session, dossier)
    assert version is not None
    if version.content_hash != seen_hash:
        raise StaleVersion(
            f"dossier {dossier.number}: seen text {seen_hash[:8]}, the newest is {version.content_hash[:8]}"
        )
    return version


def record_meeting(
    session: Session,
    desk: Desk,
    round_id: int,
    positions: Mapping[str, tuple[Position, str]],
    *,
    result: Result,
    seen_hash: str,
    reason: str = "",
    until: date | None = None,
    actor: Actor,
    now: datetime,
) -> DecisionRound:
    """Write down what a meeting decided, and close its round.

    positions: per member (slug) the position with the words that belong to it; who was absent is left
    out. result, reason, until: as for close_round.
    Raises as close_round does, StaleVersion, and InvalidInput ("not_a_meeting", "meeting_not_yet",
    "unknown_member").
    """
    dossier, round_ = round_for_change(session, round_id, actor)
    require_on(session, dossier, actor, Right.RECORD_MEETING)
    require_open(round_)
    require_current(session, dossier, round_, seen_hash)
    if round_.form != DecisionForm.MEETING or round_.meeting_on is None:
        raise InvalidInput("not_a_meeting", f"round {round_.id} is a {round_.form}")
    if dutch_date(now) < round_.meeting_on:
        raise InvalidInput("meeting_not_yet", f"the meeting is on {round_.meeting_on}", field="meeting_on")
    seated = {row.member for row in members_of(session, round_id)}
    if strangers := positions.keys() - seated:
        raise InvalidInput("unknown_member", f"not asked: {sorted(strangers)}", field="positions")
    for member, (position, comment) in sorted(positions.items()):
        add_position(session, round_, member, position, comment, actor, now)
    _close(session, desk, dossier, round_, result, "record_meeting", reason, until, actor, now)
    return round_


def close_round(
    session: Session,
    desk: Desk,
    round_id: int,
    *,
    result: Result,
    reason: str = "",
    until: date | None = None,
    actor: Actor,
    now: datetime,
) -> DecisionRound:
    """Record the result of a round, with or without approval.

    result: ADOPTED (becomes ADOPTED_WITH_CHANGES if members asked for changes), HELD_OVER (until: the
    day of the new decision), REJECTED or CANCELLED; all but adoption need a reason.
    Raises NotFound, NotAllowed, RoundClosed, StaleVersion, StepNotAllowed, GuardFailed, or InvalidInput
    ("result_unknown", "rule_not_met", "reason_needed", "new_day_needed", "day_passed").
    """
    dossier, round_ = round_for_change(session, round_id, actor)
    require_on(session, dossier, actor, Right.CLOSE_ROUND)
    require_open(round_)
    _close(session, desk, dossier, round_, result, "close_round", reason, until, actor, now)
    return round_


def close_expired_rounds(session: Session, desk: Desk, *, now: datetime) -> list[int]:
    """End the rounds whose time is over and that are not approved; returns their ids.

    Time approves nothing: a round that meets its rule waits for the secretary, who is told once.
    """
    closed: list[int] = []
    for round_, dossier in parts_in_turn(session, rounds_over(session, now)):
        assert round_.id is not None
        if round_.closed_at is not None:
            continue
        standing = standing_of(session, round_, now)
        if standing.is_met:
            tell_ready(session, desk, dossier, round_, now)
            continue
        end_round(
            session, desk, dossier, round_, standing.result, action="expire_round", actor=PROGRAM, now=now
        )
        closed.append(round_.id)
    return closed


def round_for_change(session: Session, round_id: int, actor: Actor) -> tuple[Dossier, DecisionRound]:
    """A round and its dossier, which nobody else changes before this transaction ends.

    Raises NotFound, also for a round in a dossier that the actor may not know of.
    """
    dossier = open_for_change(session, round_by_id(session, round_id).dossier_id, actor)
    return dossier, round_by_id(session, round_id)


def add_position(
    session: Session,
    round_: DecisionRound,
    member: str,
    position: Position,
    comment: str,
    actor: Actor,
    now: datetime,
) -> bool:
    """Keep where a member stands, beside what was kept before; False if it is the same."""
    assert round_.id is not None
    said = comment.strip()[:LONGEST_COMMENT]
    last = standing_positions(session, round_.id).get(member)
    if last is not None and (last.position, last.comment) == (position, said):
        return False
    session.add(
        RoundPosition(
            round_id=round_.id,
            member=member,
            decided_by=actor.person,
            position=position,
            comment=said,
            surface=actor.surface,
            seen_hash=round_.version_hash,
            at=now,
        )
    )
    session.flush()
    return True


# --- opening --------------------------------------------------------------------------------------


def written_round(
    session: Session,
    desk: Desk,
    dossier: Dossier,
    version: TextVersion,
    new: NewRound,
    seats: Sequence[Seat],
    action: str,
    actor: Actor,
    now: datetime,
) -> DecisionRound:
    """A new round as it is kept, with who is asked. action: word for the history."""
    assert dossier.id is not None
    assert version.id is not None
    rule = rule_for(desk, new.form, seats)
    if len(seats) < rule.minimum_answers:
        raise InvalidInput(
            "too_few_members", f"the rule needs {rule.minimum_answers} answers, the board has {len(seats)}"
        )
    round_ = DecisionRound(
        dossier_id=dossier.id,
        version_id=version.id,
        version_hash=version.content_hash,
        form=new.form,
        rule=rule.as_json(),
        question=one_line(new.question),
        opened_at=now,
        opened_by=actor.person,
        closes_at=_closes_at(desk, dossier, new, now),
        meeting_on=_meeting_on(dossier, new, now),
        mandate_id=new.mandate_id,
    )
    session.add(round_)
    session.flush()
    assert round_.id is not None
    for seat in seats:
        session.add(RoundMember(round_id=round_.id, member=seat.member, deputy=seat.deputy, asked_at=now))
    session.flush()
    note_change(
        session,
        dossier,
        actor,
        action,
        now=now,
        version_hash=version.content_hash,
        reason=round_.question,
        facts=_opening_facts(round_, version, seats),
    )
    return round_


def rule_for(desk: Desk, form: DecisionForm, seats: Sequence[Seat]) -> Rule:
    """The rule of the configuration for one form, with who is in the chair."""
    rules = desk.rules.decisions
    config: RuleConfig = {
        DecisionForm.MEETING: rules.meeting,
        DecisionForm.WRITTEN_ROUND: rules.written_round,
        DecisionForm.MANDATE: rules.mandate,
        DecisionForm.OFFICE: rules.mandate,
    }[form]
    return Rule(
        minimum_answers=config.minimum_answers,
        counts_as_approval=frozenset(config.counts_as_approval),
        silence_agrees=config.silence is Silence.AGREEMENT,
        moves_to=Weigher(config.object_moves_to),
        chair=next((seat.member for seat in seats if seat.is_chair), ""),
    )


def _seats(session: Session, desk: Desk, dossier: Dossier, new: NewRound, now: datetime) -> Sequence[Seat]:
    people, today = effective_network(session, desk.network).people, dutch_date(now)
    if new.form is DecisionForm.MANDATE:
        seats: Sequence[Seat] = (Seat(member=_holder(session, dossier, new, today), is_chair=True),)
    else:
        seats = seats_on(people, today)
    asked = {slug for seat in seats for slug in (seat.member, seat.deputy)}
    parties = parties_of(session, dossier)
    blind = [
        person.slug
        for person in people
        if person.slug in asked and not may_see(actor_on(person, today, Surface.AUTOMATIC), parties)
    ]
    if blind and not new.admit:
        raise InvalidInput("members_cannot_see", f"the dossier is confidential for {blind}", field="admit")
    for slug in blind:
        session.add(DossierReader(dossier_id=dossier.id or 0, person=slug))
    session.flush()
    return seats


def _holder(session: Session, dossier: Dossier, new: NewRound, today: date) -> str:
    if new.mandate_id is None:
        raise InvalidInput("mandate_needed", "expected a mandate, found none", field="mandate_id")
    mandate = locked_mandate(session, new.mandate_id)
    problem = mandate_problem(
        leave_of(mandate),
        person=mandate.holder,
        lead_group=dossier.lead_group,
        document_type=dossier.document_type,
        day=today,
    )
    if problem is not None:
        raise InvalidInput(problem, f"mandate {mandate.id} does not reach this", field="mandate_id")
    return mandate.holder


def _closes_at(desk: Desk, dossier: Dossier, new: NewRound, now: datetime) -> datetime | None:
    if new.form is DecisionForm.MEETING:
        return None
    deadline = last_instant(dossier)
    days = desk.rules.decisions.written_round.working_days
    closes_at = new.closes_at or usual_end(now, days, deadline, desk.calendars.working)
    if closes_at <= now:
        raise InvalidInput("day_passed", f"{closes_at} has passed", field="closes_at")
    _require_in_time(closes_at, deadline, new, "closes_at")
    return closes_at


def _meeting_on(dossier: Dossier, new: NewRound, now: datetime) -> date | None:
    if new.form is not DecisionForm.MEETING:
        return None
    if new.meeting_on is None:
        raise InvalidInput("meeting_day_needed", "expected the day of the meeting", field="meeting_on")
    if new.meeting_on < dutch_date(now):
        raise InvalidInput("day_passed", f"{new.meeting_on} has passed", field="meeting_on")
    _require_in_time(end_of_dutch_day(new.meeting_on), last_instant(dossier), new, "meeting_on")
    return new.meeting_on


def _require_in_time(end: datetime, deadline: datetime | None, new: NewRound, field: str) -> None:
    if deadline is not None and end > deadline and not new.after_deadline:
        raise InvalidInput("after_deadline", f"{end} is after the deadline {deadline}", field=field)


def _opening_facts(round_: DecisionRound, version: TextVersion, seats: Sequence[Seat]) -> dict[str, Json]:
    deputies: dict[str, Json] = {seat.member: seat.deputy for seat in seats}
    return {
        "round": round_.id,
        "form": round_.form,
        "version": version.number,
        "members": deputies,
        "closes_at": None if round_.closes_at is None else round_.closes_at.isoformat(),
        "meeting_on": None if round_.meeting_on is None else round_.meeting_on.isoformat(),
        "rule": round_.rule,
    }


# --- closing --------------------------------------------------------------------------------------


def _close(
    session: Session,
    desk: Desk,
    dossier: Dossier,
    round_: DecisionRound,
    result: Result,
    action: str,
    reason: str,
    until: date | None,
    actor: Actor,
    now: datetime,
) -> None:
    if result not in CHOSEN:
        raise InvalidInput(
            "result_unknown", f"expected one of {sorted(CHOSEN)}, found {result}", field="result"
        )
    said = one_line(reason) if result in APPROVED else required_reason(reason)
    if result in APPROVED:
        standing = standing_of(session, round_, now)
        result = standing.result if standing.is_met else result
    if result is Result.HELD_OVER:
        until = _new_day(until, now)
    end_round(
        session,
        desk,
        dossier,
        round_,
        result,
        action=action,
        actor=actor,
        now=now,
        reason=said,
        until=until if result is Result.HELD_OVER else None,
    )


def _new_day(until: date | None, now: datetime) -> date:
    if until is None:
        raise InvalidInput("new_day_needed", "expected the day of the new decision", field="until")
    if until < dutch_date(now):
        raise InvalidInput("day_passed", f"{until} has passed", field="until")
    return until
