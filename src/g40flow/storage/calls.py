"""Reading calls for input: their invitations, and what the cities answered."""

from collections.abc import Collection, Iterable, Sequence
from datetime import datetime

from sqlmodel import Session, col, select

from g40flow.domain.dossier.calls import AnswerKind, CallState, CallSummary, summarise
from g40flow.domain.errors import NotFound
from g40flow.storage.access import hash_of_secret
from g40flow.storage.access_tables import Deactivation
from g40flow.storage.dossier_tables import CallAnswer, CallInvitation, CallVisit, MemberCall


def call_by_id(session: Session, call_id: int) -> MemberCall:
    """Raises NotFound."""
    call = session.get(MemberCall, call_id)
    if call is None:
        raise NotFound(f"there is no call {call_id}")
    return call


def calls_of(session: Session, dossier_id: int) -> Sequence[MemberCall]:
    """Every call of a dossier, newest first."""
    query = select(MemberCall).where(col(MemberCall.dossier_id) == dossier_id)
    return session.scalars(query.order_by(col(MemberCall.id).desc())).all()


def open_calls(session: Session) -> Sequence[MemberCall]:
    """Every call that takes answers, or did until its closing instant passed; first to close first."""
    query = select(MemberCall).where(col(MemberCall.state) == CallState.OPEN)
    return session.scalars(query.order_by(col(MemberCall.closes_at), col(MemberCall.id))).all()


def calls_for_cities(
    session: Session, cities: Collection[str], *, closed_after: datetime
) -> Sequence[MemberCall]:
    """Calls in which one of some cities is asked: open ones, and those closed after an instant.

    Open ones first, the first to close at the top.
    """
    query = select(MemberCall).where(
        (col(MemberCall.state) == CallState.OPEN)
        | ((col(MemberCall.state) == CallState.CLOSED) & (col(MemberCall.closed_at) > closed_after))
    )
    found = session.scalars(query.order_by(col(MemberCall.closes_at), col(MemberCall.id)))
    wanted = set(cities)
    asked = [call for call in found if wanted.intersection(call.cities)]
    return sorted(asked, key=lambda call: call.state != CallState.OPEN)


# --- invitations --------------------------------------------------------------------------------


def invitations_of(session: Session, call_id: int) -> Sequence[CallInvitation]:
    """Every personal link of a call, revoked or not, in the order they were made."""
    query = select(CallInvitation).where(col(CallInvitation.call_id) == call_id)
    return session.scalars(query.order_by(col(CallInvitation.id))).all()


def live_invitations(session: Session, call_id: int) -> list[CallInvitation]:
    """The personal links of a call that were not revoked, of people who may still come in."""
    return [one for one in invitations_of(session, call_id) if is_live(session, one)]


def is_live(session: Session, invitation: CallInvitation) -> bool:
    """Whether a personal link was not revoked, and is of nobody who was deactivated."""
    is_out = invitation.person != "" and session.get(Deactivation, invitation.person) is not None
    return invitation.revoked_at is None and not is_out


def invitation_by_id(session: Session, call_id: int, invitation_id: int) -> CallInvitation:
    """A personal link of this very call. Raises NotFound."""
    found = session.get(CallInvitation, invitation_id)
    if found is None or found.call_id != call_id:
        raise NotFound(f"call {call_id} has no invitation {invitation_id}")
    return found


def invitation_with_token(session: Session, token: str) -> CallInvitation | None:
    """The personal link with this token, whatever became of it; None if there never was one."""
    query = select(CallInvitation).where(col(CallInvitation.token_hash) == hash_of_secret(token))
    return session.scalars(query).one_or_none()


def visits_of(session: Session, invitation_ids: Iterable[int]) -> Sequence[CallVisit]:
    """The log of some personal links, newest first."""
    query = select(CallVisit).where(col(CallVisit.invitation_id).in_(list(invitation_ids)))
    return session.scalars(query.order_by(col(CallVisit.id).desc())).all()


# --- answers ------------------------------------------------------------------------------------


def answers_of(session: Session, call_id: int) -> Sequence[CallAnswer]:
    """The answer of each city as it now stands, oldest first."""
    query = select(CallAnswer).where(
        col(CallAnswer.call_id) == call_id, col(CallAnswer.replaced_at).is_(None)
    )
    return session.scalars(query.order_by(col(CallAnswer.id))).all()


def all_answers_of(session: Session, call_id: int, city: str) -> Sequence[CallAnswer]:
    """Everything that a city answered, newest first."""
    query = select(CallAnswer).where(col(CallAnswer.call_id) == call_id, col(CallAnswer.city) == city)
    return session.scalars(query.order_by(col(CallAnswer.id).desc())).all()


def answer_of_city(session: Session, call_id: int, city: str) -> CallAnswer | None:
    """What a city answered last; None if it did not."""
    return next((one for one in all_answers_of(session, call_id, city) if one.replaced_at is None), None)


def answer_by_id(session: Session, call_id: int, answer_id: int) -> CallAnswer:
    """An answer to this very call. Raises NotFound."""
    found = session.get(CallAnswer, answer_id)
    if found is None or found.call_id != call_id:
        raise NotFound(f"call {call_id} has no answer {answer_id}")
    return found


def kinds_of(answers: Iterable[CallAnswer]) -> dict[str, AnswerKind]:
    """What each city said, by slug."""
    return {answer.city: AnswerKind(answer.kind) for answer in answers}


def summary_of(session: Session, call: MemberCall) -> CallSummary:
    """Who answered what, and who did not."""
    assert call.id is not None
    return summarise(call.cities, kinds_of(answers_of(session, call.id)), call.minimum_answers)


def dissents_of(session: Session, dossier_id: int) -> Sequence[CallAnswer]:
    """The answers of cities that do not agree, as they now stand, in all calls that were not cancelled.

    One with `mention_dissent` may be named in the public text; the others are for the board only.
    """
    query = (
        select(CallAnswer)
        .join(MemberCall, col(MemberCall.id) == col(CallAnswer.call_id))
        .where(
            col(MemberCall.dossier_id) == dossier_id,
            col(MemberCall.state) != CallState.CANCELLED,
            col(CallAnswer.kind) == AnswerKind.DISSENT,
            col(CallAnswer.replaced_at).is_(None),
        )
    )
    return session.scalars(query.order_by(col(CallAnswer.id))).all()
