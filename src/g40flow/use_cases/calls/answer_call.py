"""What a city does with a call: reading it, answering it, and answering it again."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlmodel import Session

from g40flow.domain.actors import Actor, may_see
from g40flow.domain.dossier.calls import AnswerKind, CallState, Reply, Visibility, checked_reply
from g40flow.domain.dossier.rights import Right, has_right, require
from g40flow.domain.errors import CallRefused, NotAllowed, NotFound, StaleVersion
from g40flow.domain.network import Role
from g40flow.domain.outside_text import several_lines
from g40flow.storage.calls import (
    answer_of_city,
    answers_of,
    call_by_id,
    invitation_with_token,
    is_live,
    live_invitations,
)
from g40flow.storage.dossier_tables import CallAnswer, CallInvitation, CallVisit, Dossier, MemberCall
from g40flow.storage.dossiers import dossier_by_id, locked_dossier, parties_of
from g40flow.use_cases.calls.consent import follow_consent
from g40flow.use_cases.calls.dissent import note_dissents
from g40flow.use_cases.calls.links import actor_of_invitation
from g40flow.use_cases.calls.manage_call import leaders_of
from g40flow.use_cases.dossier.desk import Desk, leaves_at, note_change, roles_on, tell


@dataclass(frozen=True, kw_only=True)
class CityCall:
    """A call as one city sees it. No value here changes anything when it is changed.

    mine: what the city answered last; None if it did not. others: the answers of other cities, empty
    when they are not shown. invitation: the link it was opened with; None for who signed in.
    takes_answers: whether the term is still running.
    """

    call: MemberCall
    dossier: Dossier
    city: str
    mine: CallAnswer | None
    others: Sequence[CallAnswer]
    invitation: CallInvitation | None
    takes_answers: bool


# --- reading ------------------------------------------------------------------------------------


def open_link(session: Session, token: str, now: datetime) -> CityCall:
    """What somebody sees who opens a personal link. Changes nothing; see note_visit.

    Raises CallRefused ("link") for a token that is unknown, expired or revoked, or of somebody who was
    deactivated.
    """
    invitation = _working(session, invitation_with_token(session, token), now)
    call = call_by_id(session, invitation.call_id)
    return _as_seen(session, call, invitation.city, invitation, now)


def note_visit(session: Session, token: str, now: datetime) -> bool:
    """Log that a personal link was opened, also one that opens nothing any more.

    Returns whether there ever was a link with this token: who shows others is guessing.
    """
    invitation = invitation_with_token(session, token)
    if invitation is None:
        return False
    is_refused = invitation.expires_at < now or not is_live(session, invitation)
    _log(session, invitation, "refused" if is_refused else "opened", now)
    return True


def open_for_city(session: Session, call_id: int, city: str, actor: Actor, now: datetime) -> CityCall:
    """What somebody who signed in sees of a call to his city.

    Raises NotFound, also for a dossier he may not know of, or NotAllowed for a city he does not answer for.
    """
    call = call_by_id(session, call_id)
    _require_city(session, call, city, actor)
    return _as_seen(session, call, city, None, now)


# --- answering ----------------------------------------------------------------------------------


def answer_by_link(
    session: Session, desk: Desk, token: str, reply: Reply, *, seen_answer: int | None, now: datetime
) -> CallAnswer:
    """Answer for a city with a personal link, without an account.

    seen_answer: id of the city's answer that was on screen; None if there was none.
    Raises CallRefused, StaleVersion when a colleague answered meanwhile, or InvalidInput as
    checked_reply does.
    """
    invitation = _working(session, invitation_with_token(session, token), now)
    dossier, call = _locked(session, invitation.call_id)
    session.refresh(invitation)
    _working(session, invitation, now)
    actor = actor_of_invitation(invitation)
    answer = _keep(
        session, desk, dossier, call, invitation.city, reply, actor, seen_answer, now, invitation=invitation
    )
    _log(session, invitation, "answered", now)
    return answer


def answer_as_coordinator(
    session: Session,
    desk: Desk,
    call_id: int,
    city: str,
    reply: Reply,
    *,
    actor: Actor,
    seen_answer: int | None,
    now: datetime,
) -> CallAnswer:
    """Answer for one's own city, signed in. Raises as answer_by_link does, NotFound and NotAllowed."""
    dossier, call = _locked(session, call_id)
    _require_city(session, call, city, actor)
    return _keep(session, desk, dossier, call, city, reply, actor, seen_answer, now)


def cities_of(actor: Actor) -> list[str]:
    """The cities that somebody may answer for, slugs."""
    scopes = (held.scope for held in actor.holdings if held.role is Role.CITY_COORDINATOR)
    return list(dict.fromkeys(scope for scope in scopes if scope is not None))


def _keep(
    session: Session,
    desk: Desk,
    dossier: Dossier,
    call: MemberCall,
    city: str,
    reply: Reply,
    actor: Actor,
    seen_answer: int | None,
    now: datetime,
    *,
    invitation: CallInvitation | None = None,
) -> CallAnswer:
    _require_open(call, now)
    before = _replaced(session, call, city, seen_answer, now)
    said = checked_reply(_harmless(reply), [question["key"] for question in call.questions])
    answer = _row(call, city, said, actor, invitation, now)
    session.add(answer)
    session.flush()
    note_change(
        session,
        dossier,
        actor,
        "answer_call",
        now=now,
        facts={"call": call.id, "city": city, "kind": said.kind.value, "again": before is not None},
    )
    _follow_dissent(session, desk, dossier, answer, now)
    if before is not None and before.publish_example:
        follow_consent(session, desk, dossier, answer, actor, now)
    return answer


def _require_open(call: MemberCall, now: datetime) -> None:
    if call.state == CallState.CANCELLED:
        raise CallRefused("cancelled", f"call {call.id} was cancelled")
    if call.state == CallState.CLOSED or now > call.closes_at:
        raise CallRefused("closed", f"call {call.id} closed at {call.closes_at.isoformat()}")


def _replaced(
    session: Session, call: MemberCall, city: str, seen_answer: int | None, now: datetime
) -> CallAnswer | None:
    """The answer that a new one takes the place of; it is kept. Raises StaleVersion."""
    assert call.id is not None
    before = answer_of_city(session, call.id, city)
    if (None if before is None else before.id) != seen_answer:
        raise StaleVersion(f"{city} answered call {call.id} meanwhile")
    if before is not None:
        before.replaced_at = now
        session.add(before)
    return before


def _row(
    call: MemberCall,
    city: str,
    said: Reply,
    actor: Actor,
    invitation: CallInvitation | None,
    now: datetime,
) -> CallAnswer:
    assert call.id is not None
    return CallAnswer(
        call_id=call.id,
        city=city,
        kind=said.kind,
        answers=dict(said.answers),
        remark=said.remark,
        figures=said.figures,
        example=said.example,
        publish_example=said.publish_example,
        mention_dissent=said.mention_dissent,
        answered_by=actor.name,
        surface=actor.surface,
        invitation_id=None if invitation is None else invitation.id,
        answered_at=now,
    )


def _harmless(reply: Reply) -> Reply:
    """The same without what cannot be seen: no control characters, no turned text."""
    return Reply(
        kind=reply.kind,
        answers={key: several_lines(text) for key, text in reply.answers.items()},
        remark=several_lines(reply.remark),
        figures=several_lines(reply.figures),
        example=several_lines(reply.example),
        publish_example=reply.publish_example,
        mention_dissent=reply.mention_dissent,
    )


# --- dissent ------------------------------------------------------------------------------------


def _follow_dissent(
    session: Session, desk: Desk, dossier: Dossier, answer: CallAnswer, now: datetime
) -> None:
    """Show on the dossier which cities do not agree, and tell it at once to who works on it."""
    assert dossier.id is not None
    note_dissents(session, dossier, now)
    if answer.kind != AnswerKind.DISSENT:
        return
    leading = (Role.THEME_GROUP_SECRETARY, Role.THEME_GROUP_LEAD)
    for audience in leaders_of(session, desk, dossier, now, roles=leading):
        tell(
            session,
            dossier,
            f"call:{answer.call_id}:dissent:{answer.city}:{audience}",
            audience=audience,
            kind="call_dissent",
            subject={"call_id": answer.call_id, "city": answer.city},
            now=now,
            not_before=leaves_at(desk, dossier, now),
        )


# --- who may ------------------------------------------------------------------------------------


def _working(session: Session, invitation: CallInvitation | None, now: datetime) -> CallInvitation:
    if invitation is None or invitation.expires_at < now or not is_live(session, invitation):
        raise CallRefused("link", "unknown, expired, revoked, or of somebody who was deactivated")
    return invitation


def _require_city(session: Session, call: MemberCall, city: str, actor: Actor) -> None:
    """Who is invited may answer, also about a dossier that only few people may see."""
    assert call.id is not None
    invited_for = {one.city for one in live_invitations(session, call.id) if one.person == actor.person}
    if city in invited_for:
        return
    dossier = dossier_by_id(session, call.dossier_id)
    if city not in call.cities or not (invited_for or may_see(actor, parties_of(session, dossier))):
        raise NotFound(f"there is no call {call.id} to {city}")
    require(Right.ANSWER_CALL, [held.role for held in actor.holdings])
    if city not in cities_of(actor):
        raise NotAllowed(f"{actor.person} does not answer for {city}")


def may_run_calls(session: Session, dossier: Dossier, actor: Actor) -> bool:
    """Whether somebody may ask cities something about a dossier."""
    return has_right(Right.RUN_CALL, roles_on(session, dossier, actor))


# --- both ---------------------------------------------------------------------------------------


def _locked(session: Session, call_id: int) -> tuple[Dossier, MemberCall]:
    call = call_by_id(session, call_id)
    dossier = locked_dossier(session, call.dossier_id)
    session.refresh(call)
    return dossier, call


def _as_seen(
    session: Session, call: MemberCall, city: str, invitation: CallInvitation | None, now: datetime
) -> CityCall:
    assert call.id is not None
    answers = answers_of(session, call.id)
    shown = call.visibility == Visibility.GROUP and call.state != CallState.CANCELLED
    return CityCall(
        call=call,
        dossier=dossier_by_id(session, call.dossier_id),
        city=city,
        mine=next((answer for answer in answers if answer.city == city), None),
        others=[answer for answer in answers if answer.city != city] if shown else [],
        invitation=invitation,
        takes_answers=call.state == CallState.OPEN and now <= call.closes_at,
    )


def _log(session: Session, invitation: CallInvitation, act: str, now: datetime) -> None:
    assert invitation.id is not None
    session.add(CallVisit(invitation_id=invitation.id, at=now, act=act))
    if act != "refused":
        invitation.last_used_at = now
        session.add(invitation)
