"""Leave to decide alone, decisions taken with it, and their ratification by the next meeting."""

from collections.abc import Sequence
from datetime import date, datetime, timedelta

from sqlmodel import Session, col, select

from g40flow.domain.actors import PROGRAM, Actor
from g40flow.domain.dossier.decisions import (
    APPROVED,
    Position,
    Result,
    Standing,
    mandate_problem,
)
from g40flow.domain.dossier.rights import RIGHTS, Right, require
from g40flow.domain.dossier.words import DocumentType
from g40flow.domain.dossier.workflow import ADOPTED_AND_HERE
from g40flow.domain.errors import InvalidInput
from g40flow.domain.instants import dutch_date
from g40flow.domain.items import Json
from g40flow.domain.outside_text import one_line
from g40flow.storage.access import effective_network
from g40flow.storage.decisions import (
    leave_of,
    locked_mandate,
    next_meeting_on,
    ratification_by_id,
    ratifications_due_after,
)
from g40flow.storage.dossier_tables import DecisionRound, Dossier, Mandate, Ratification
from g40flow.storage.dossiers import locked_dossier
from g40flow.storage.history import NETWORK, record
from g40flow.storage.locks import parts_in_turn
from g40flow.use_cases.decisions.ending import end_round, void_adoption
from g40flow.use_cases.decisions.telling import tell_ratification, tell_ratified
from g40flow.use_cases.dossier.desk import (
    Desk,
    note_change,
    open_for_change,
    require_on,
    required_reason,
)

ALONE = frozenset({Position.APPROVE, Position.APPROVE_WITH_CHANGES, Position.OBJECT, Position.HOLD})
"""Where somebody who decides alone can stand."""


def register_mandate(
    session: Session,
    desk: Desk,
    *,
    holder: str,
    scope: str,
    from_on: date,
    until_on: date,
    theme_groups: Sequence[str] = (),
    document_types: Sequence[str] = (),
    must_ratify: bool = True,
    actor: Actor,
    now: datetime,
) -> Mandate:
    """Write down that somebody may decide alone on some documents in a period (both days included).

    scope: its wording. theme_groups, document_types: empty for all.
    Raises NotAllowed or InvalidInput ("scope_needed", "period_reversed", "holder_cannot_decide",
    "unknown_group", "unknown_document_type").
    """
    require(Right.REGISTER_MANDATE, [held.role for held in actor.holdings])
    if not (said := one_line(scope)):
        raise InvalidInput("scope_needed", "expected the wording of the mandate", field="scope")
    if until_on < from_on:
        raise InvalidInput("period_reversed", f"{until_on} lies before {from_on}", field="until_on")
    _require_holder(session, desk, holder, from_on, until_on)
    if unknown := [slug for slug in theme_groups if desk.network.group(slug) is None]:
        raise InvalidInput("unknown_group", f"the network has no group {unknown}", field="theme_groups")
    if unknown := sorted(set(document_types) - {known.value for known in DocumentType}):
        raise InvalidInput("unknown_document_type", f"found {unknown}", field="document_types")
    mandate = Mandate(
        holder=holder,
        scope=said,
        theme_groups=list(dict.fromkeys(theme_groups)),
        document_types=list(dict.fromkeys(document_types)),
        from_on=from_on,
        until_on=until_on,
        must_ratify=must_ratify,
        granted_by=actor.person,
        granted_at=now,
    )
    session.add(mandate)
    session.flush()
    record(session, NETWORK, actor, "register_mandate", now=now, reason=said, facts=_mandate_facts(mandate))
    return mandate


def revoke_mandate(
    session: Session, desk: Desk, mandate_id: int, *, reason: str, actor: Actor, now: datetime
) -> Mandate:
    """End a mandate; what waits to be decided with it is cancelled, what was decided stays.

    Raises NotFound, NotAllowed or InvalidInput ("reason_needed", "mandate_revoked").
    """
    require(Right.REGISTER_MANDATE, [held.role for held in actor.holdings])
    said = required_reason(reason)
    waiting = select(DecisionRound).where(
        col(DecisionRound.mandate_id) == mandate_id, col(DecisionRound.closed_at).is_(None)
    )
    for found in session.scalars(waiting.order_by(col(DecisionRound.dossier_id))).all():
        _cancel(session, desk, found, said, actor, now)
    mandate = locked_mandate(session, mandate_id)
    if mandate.revoked_at is not None:
        raise InvalidInput("mandate_revoked", f"mandate {mandate_id} was revoked at {mandate.revoked_at}")
    mandate.revoked_at, mandate.revoked_by = now, actor.person
    session.add(mandate)
    record(session, NETWORK, actor, "revoke_mandate", now=now, reason=said, facts=_mandate_facts(mandate))
    return mandate


def require_mandate(
    session: Session, dossier: Dossier, round_: DecisionRound, position: Position, actor: Actor, now: datetime
) -> None:
    """Raises InvalidInput unless the mandate of a round reaches this actor, dossier and day.

    Codes: "mandate_of_other", "mandate_revoked", "mandate_period", "mandate_group",
    "mandate_document", "mandate_position" (who decides alone cannot abstain or recuse himself).
    """
    assert round_.mandate_id is not None
    mandate = locked_mandate(session, round_.mandate_id)
    problem = mandate_problem(
        leave_of(mandate),
        person=actor.person,
        lead_group=dossier.lead_group,
        document_type=dossier.document_type,
        day=dutch_date(now),
    )
    if problem is None and position not in ALONE:
        problem = "mandate_position"
    if problem is not None:
        raise InvalidInput(problem, f"mandate {mandate.id} does not reach {actor.person} here")


def settle_mandate(
    session: Session,
    desk: Desk,
    dossier: Dossier,
    round_: DecisionRound,
    standing: Standing,
    actor: Actor,
    now: datetime,
) -> None:
    """The holder of the mandate has spoken: close the round, and plan the ratification if it must be."""
    result = standing.result
    end_round(session, desk, dossier, round_, result, action="decide_by_mandate", actor=actor, now=now)
    assert round_.mandate_id is not None
    mandate = session.get_one(Mandate, round_.mandate_id)
    if result in APPROVED and mandate.must_ratify:
        ratification = Ratification(
            dossier_id=round_.dossier_id, round_id=round_.id or 0, due_on=_next_meeting(session, desk, now)
        )
        session.add(ratification)
        session.flush()
        tell_ratification(session, desk, dossier, ratification, now)


def ratify(
    session: Session,
    desk: Desk,
    ratification_id: int,
    *,
    ratified: bool,
    note: str = "",
    actor: Actor,
    now: datetime,
) -> Ratification:
    """Record that a meeting ratified a decision under mandate, or refused to.

    A refusal needs a note, and takes the adoption back as long as the text was not sent. Who decided
    hears it; of what was sent already and is refused everybody it concerns.
    Raises NotFound, NotAllowed or InvalidInput ("already_ratified", "reason_needed").
    """
    dossier_id = ratification_by_id(session, ratification_id).dossier_id
    dossier = open_for_change(session, dossier_id, actor)
    require_on(session, dossier, actor, Right.RATIFY)
    due = ratification_by_id(session, ratification_id)
    if due.result:
        raise InvalidInput("already_ratified", f"ratification {due.id} has result {due.result}")
    said = one_line(note) if ratified else required_reason(note, field="note")
    due.result = "ratified" if ratified else "refused"
    due.recorded_by, due.recorded_at, due.note = actor.person, now, said
    session.add(due)
    round_ = session.get_one(DecisionRound, due.round_id)
    entry = note_change(
        session,
        dossier,
        actor,
        "ratify" if ratified else "refuse_ratification",
        now=now,
        version_hash=round_.version_hash,
        reason=said,
        facts={"round": round_.id, "ratification": due.id},
    )
    is_unsent = dossier.stage in ADOPTED_AND_HERE and dossier.adopted_hash == round_.version_hash
    tell_ratified(session, desk, dossier, round_, entry, ratified=ratified, was_sent=not is_unsent, now=now)
    if not ratified and is_unsent:
        void_adoption(session, desk, dossier, actor=actor, now=now, reason=said)
    return due


def _require_holder(session: Session, desk: Desk, holder: str, from_on: date, until_on: date) -> None:
    """Only who may decide alone by his office can get a mandate, for a period in which he holds it."""
    person = next((p for p in effective_network(session, desk.network).people if p.slug == holder), None)
    held = () if person is None else person.roles
    if not any(
        h.role in RIGHTS[Right.DECIDE_BY_MANDATE]
        and (h.from_on is None or h.from_on <= until_on)
        and (h.until_on is None or from_on <= h.until_on)
        for h in held
    ):
        raise InvalidInput(
            "holder_cannot_decide", f"{holder!r} chairs neither board nor pillar", field="holder"
        )


def _cancel(
    session: Session, desk: Desk, found: DecisionRound, reason: str, actor: Actor, now: datetime
) -> None:
    dossier = locked_dossier(session, found.dossier_id)
    session.refresh(found)
    if found.closed_at is None:
        end_round(
            session,
            desk,
            dossier,
            found,
            Result.CANCELLED,
            action="cancelled_round",
            actor=actor,
            now=now,
            reason=reason,
        )


def follow_meetings(session: Session, desk: Desk, now: datetime) -> int:
    """Let the next meeting ratify also when it was planned after the decision; returns how many decisions.

    A meeting that falls away leaves the day as it is: the task stays, and is late after it.
    """
    planned = next_meeting_on(session, dutch_date(now))
    if planned is None:
        return 0
    moved = 0
    for ratification, dossier in parts_in_turn(session, ratifications_due_after(session, planned)):
        if ratification.result or ratification.due_on is None or ratification.due_on <= planned:
            continue
        facts: dict[str, Json] = {
            "ratification": ratification.id,
            "old": ratification.due_on.isoformat(),
            "new": planned.isoformat(),
        }
        ratification.due_on = planned
        session.add(ratification)
        note_change(session, dossier, PROGRAM, "ratify_earlier", now=now, facts=facts)
        tell_ratification(session, desk, dossier, ratification, now)
        moved += 1
    return moved


def _next_meeting(session: Session, desk: Desk, now: datetime) -> date:
    """The next meeting that is planned, or else the last day on which it must have been ratified."""
    today = dutch_date(now)
    planned = next_meeting_on(session, today)
    day = today
    for _ in range(desk.rules.decisions.ratify_within_working_days):
        day = desk.calendars.working.next_working_day(day + timedelta(days=1))
    return day if planned is None else min(planned, day)


def _mandate_facts(mandate: Mandate) -> dict[str, Json]:
    return {
        "mandate": mandate.id,
        "holder": mandate.holder,
        "from_on": mandate.from_on.isoformat(),
        "until_on": mandate.until_on.isoformat(),
        "theme_groups": list(mandate.theme_groups),
        "document_types": list(mandate.document_types),
        "must_ratify": mandate.must_ratify,
    }
