"""While a call runs: another term, closing, opening again, cancelling, and who has a link."""

from datetime import datetime

from sqlmodel import Session

from g40flow.domain.actors import PROGRAM, Actor
from g40flow.domain.dossier.calls import CallState
from g40flow.domain.dossier.rights import Right
from g40flow.domain.dossier.workflow import FINAL, RESTING
from g40flow.domain.errors import InvalidInput, StepNotAllowed
from g40flow.domain.instants import dutch_date
from g40flow.domain.items import Json
from g40flow.domain.mail_address import usable_address
from g40flow.domain.network import Role
from g40flow.domain.outside_text import one_line
from g40flow.storage.access import effective_network
from g40flow.storage.calls import call_by_id, invitation_by_id, live_invitations, open_calls, summary_of
from g40flow.storage.dossier_tables import CallInvitation, Dossier, MemberCall
from g40flow.storage.locks import parts_in_turn
from g40flow.use_cases.calls.dissent import note_dissents
from g40flow.use_cases.calls.links import CallLinks, Invitee, new_invitation
from g40flow.use_cases.calls.open_call import check_term, require_call_stage, tell_invitee
from g40flow.use_cases.dossier.desk import (
    Desk,
    leaves_at,
    note_change,
    open_for_change,
    require_on,
    required_reason,
    tell,
)
from g40flow.use_cases.dossier.take_step import advance

LONGEST_NAME = 120
_RUNNING = (Role.THEME_GROUP_SECRETARY,)


# --- the term -----------------------------------------------------------------------------------


def change_term(
    session: Session,
    desk: Desk,
    links: CallLinks,
    call_id: int,
    closes_at: datetime,
    *,
    actor: Actor,
    seen_revision: int | None,
    despite_plan: bool = False,
    now: datetime,
) -> MemberCall:
    """Close a call at another instant; one that was closed is opened again by it.

    Its links live as long, and reminders count from now. Everybody's invitation shows the new instant.
    Raises NotFound, StaleVersion, NotAllowed, StepNotAllowed for a cancelled call or outside the stages
    of a call, or InvalidInput ("not_changed" or a word of TermProblem).
    """
    dossier, call = _opened(session, call_id, actor, seen_revision)
    require_call_stage(dossier)
    _refuse_state(call, CallState.CANCELLED)
    if call.state == CallState.OPEN and call.closes_at == closes_at:
        raise InvalidInput("not_changed", f"call {call.id} closes then already", field="closes_at")
    check_term(desk, dossier, closes_at, despite_plan=despite_plan, now=now)
    before, was_open = call.closes_at, call.state == CallState.OPEN
    call.closes_at, call.term_since = closes_at, now
    call.state, call.closed_at, call.closed_by = CallState.OPEN, None, ""
    for invitation in live_invitations(session, call_id):
        invitation.expires_at = links.expires_at(closes_at)
        session.add(invitation)
    session.add(call)
    facts: dict[str, Json] = {"call": call.id, "old": before.isoformat(), "new": closes_at.isoformat()}
    note_change(
        session, dossier, actor, "change_call_term" if was_open else "reopen_call", now=now, facts=facts
    )
    return call


def close_call(
    session: Session, desk: Desk, call_id: int, *, actor: Actor, seen_revision: int | None, now: datetime
) -> MemberCall:
    """Take no more answers; the dossier goes on when this was its last open call.

    Raises NotFound, StaleVersion, NotAllowed, or StepNotAllowed for a call that is not open.
    """
    dossier, call = _opened(session, call_id, actor, seen_revision)
    _refuse_state(call, CallState.CLOSED, CallState.CANCELLED)
    _close(session, desk, dossier, call, actor, now)
    return call


def cancel_call(
    session: Session,
    desk: Desk,
    call_id: int,
    *,
    actor: Actor,
    seen_revision: int | None,
    reason: str,
    now: datetime,
) -> MemberCall:
    """Take a call back as if it was never asked; answers are kept, but count no more.

    Raises NotFound, StaleVersion, NotAllowed, StepNotAllowed if it was cancelled before, or
    InvalidInput ("reason_needed").
    """
    dossier, call = _opened(session, call_id, actor, seen_revision)
    _refuse_state(call, CallState.CANCELLED)
    said = required_reason(reason)
    _cancel(session, dossier, call, actor, said, now)
    return call


def close_due_calls(session: Session, desk: Desk, now: datetime) -> int:
    """Close every call whose term is over, and cancel those of dossiers that are over; returns how many.

    Of a dossier that rests the calls wait with it.
    """
    done = 0
    for found, dossier in parts_in_turn(session, open_calls(session)):
        if found.state != CallState.OPEN:
            continue
        if dossier.stage in FINAL:
            _cancel(session, dossier, found, PROGRAM, "", now)
        elif found.closes_at < now and dossier.stage not in RESTING:
            _close(session, desk, dossier, found, PROGRAM, now)
        else:
            continue
        done += 1
    return done


def _close(
    session: Session, desk: Desk, dossier: Dossier, call: MemberCall, actor: Actor, now: datetime
) -> None:
    call.state, call.closed_at, call.closed_by = CallState.CLOSED, now, actor.person
    session.add(call)
    note_change(session, dossier, actor, "close_call", now=now, facts={"call": call.id})
    # A call that was short or closed early had no last day on which the lead heard of too few answers.
    roles = (Role.THEME_GROUP_LEAD, *_RUNNING) if summary_of(session, call).missing else _RUNNING
    for audience in leaders_of(session, desk, dossier, now, roles=roles):
        tell(
            session,
            dossier,
            f"call:{call.id}:closed:{call.closes_at.isoformat()}:{audience}",
            audience=audience,
            kind="call_closed",
            subject={"call_id": call.id},
            now=now,
            not_before=leaves_at(desk, dossier, now),
        )
    advance(session, desk, dossier, now)


def _cancel(
    session: Session, dossier: Dossier, call: MemberCall, actor: Actor, reason: str, now: datetime
) -> None:
    call.state, call.closed_at, call.closed_by = CallState.CANCELLED, now, actor.person
    session.add(call)
    note_change(session, dossier, actor, "cancel_call", now=now, reason=reason, facts={"call": call.id})
    note_dissents(session, dossier, now)


def leaders_of(
    session: Session,
    desk: Desk,
    dossier: Dossier,
    now: datetime,
    *,
    roles: tuple[Role, ...] = _RUNNING,
) -> list[str]:
    """Audiences of who works with the answers: the pen holder, and these roles in the lead group."""
    network, today = effective_network(session, desk.network), dutch_date(now)
    people = [p.slug for role in roles for p in network.holders(role, dossier.lead_group, today)]
    return [f"person:{slug}" for slug in dict.fromkeys([dossier.pen_holder, *people]) if slug]


# --- links --------------------------------------------------------------------------------------


def add_invitation(
    session: Session,
    desk: Desk,
    links: CallLinks,
    call_id: int,
    *,
    city: str,
    person: str = "",
    name: str = "",
    email: str = "",
    actor: Actor,
    now: datetime,
) -> CallInvitation:
    """Let one more person answer for a city: somebody of the network, or anybody with a mail address.

    A city that was not asked yet is asked with it.
    Raises NotFound, NotAllowed, StepNotAllowed for a call that is not open, or InvalidInput
    ("unknown_city", "unknown_person", "missing", "long", "no_address", "invited_already").
    """
    dossier, call = _opened(session, call_id, actor, None)
    _refuse_state(call, CallState.CLOSED, CallState.CANCELLED)
    invitee = _invitee(session, desk, city, person, name, email)
    mine = (invitee.city, invitee.person, invitee.email)
    if any((one.city, one.person, one.email) == mine for one in live_invitations(session, call_id)):
        raise InvalidInput("invited_already", f"{mine} has a link", field="person" if person else "email")
    if city not in call.cities:
        order = [known.slug for known in desk.network.cities]
        call.cities = sorted([*call.cities, city], key=order.index)
        session.add(call)
    invitation = new_invitation(session, links, call, invitee, now)
    note_link(session, dossier, actor, "invite_to_call", invitation, now)
    tell_invitee(session, desk, dossier, invitation, now)
    return invitation


def replace_invitation(
    session: Session,
    desk: Desk,
    links: CallLinks,
    call_id: int,
    invitation_id: int,
    *,
    actor: Actor,
    now: datetime,
) -> CallInvitation:
    """Give the same person a new link; the old one opens nothing any more.

    Raises NotFound, NotAllowed, or StepNotAllowed for a call that is not open.
    """
    dossier, call = _opened(session, call_id, actor, None)
    _refuse_state(call, CallState.CLOSED, CallState.CANCELLED)
    old = invitation_by_id(session, call_id, invitation_id)
    old.revoked_at = old.revoked_at or now
    session.add(old)
    invitee = Invitee(city=old.city, person=old.person, name=old.name, email=old.email)
    invitation = new_invitation(session, links, call, invitee, now)
    note_link(session, dossier, actor, "renew_call_link", invitation, now)
    tell_invitee(session, desk, dossier, invitation, now)
    return invitation


def revoke_invitation(
    session: Session, call_id: int, invitation_id: int, *, actor: Actor, now: datetime
) -> None:
    """Let a link open nothing any more; what was answered with it stays. Raises NotFound, NotAllowed."""
    dossier, _ = _opened(session, call_id, actor, None)
    invitation = invitation_by_id(session, call_id, invitation_id)
    if invitation.revoked_at is None:
        invitation.revoked_at = now
        session.add(invitation)
        note_link(session, dossier, actor, "revoke_call_link", invitation, now)


def _invitee(session: Session, desk: Desk, city: str, person: str, name: str, email: str) -> Invitee:
    if city not in {known.slug for known in desk.network.cities}:
        raise InvalidInput("unknown_city", f"{city!r}", field="city")
    if person:
        found = effective_network(session, desk.network).person(person)
        if found is None:
            raise InvalidInput("unknown_person", f"{person!r}", field="person")
        return Invitee.of(found, city)
    said, address = one_line(name), usable_address(one_line(email))
    if not said or len(said) > LONGEST_NAME:
        raise InvalidInput("long" if said else "missing", "no usable name", field="name")
    if address is None:
        raise InvalidInput("no_address", "no usable mail address", field="email")
    return Invitee(city=city, name=said, email=address)


def note_link(
    session: Session,
    dossier: Dossier,
    actor: Actor,
    action: str,
    invitation: CallInvitation,
    now: datetime,
) -> None:
    """Note in the history what happened to a personal link, and whose it is; not the link itself."""
    note_change(
        session,
        dossier,
        actor,
        action,
        now=now,
        facts={
            "call": invitation.call_id,
            "invitation": invitation.id,
            "city": invitation.city,
            "name": invitation.name,
        },
    )


# --- both ---------------------------------------------------------------------------------------


def _opened(
    session: Session, call_id: int, actor: Actor, seen_revision: int | None
) -> tuple[Dossier, MemberCall]:
    """A call with its dossier, for somebody who runs calls; nobody else changes them meanwhile."""
    call = call_by_id(session, call_id)
    dossier = open_for_change(session, call.dossier_id, actor, seen_revision=seen_revision)
    require_on(session, dossier, actor, Right.RUN_CALL)
    session.refresh(call)
    return dossier, call


def _refuse_state(call: MemberCall, *states: CallState) -> None:
    if call.state in states:
        raise StepNotAllowed(f"call {call.id} is {call.state}")
