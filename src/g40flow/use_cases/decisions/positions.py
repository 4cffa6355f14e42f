"""Taking a position: a member of the board, or the deputy named before the round."""

from datetime import datetime

from sqlmodel import Session

from g40flow.domain.actors import Actor
from g40flow.domain.dossier.decisions import (
    NEEDS_COMMENT,
    DecisionForm,
    Position,
    RoundClosed,
    Standing,
)
from g40flow.domain.dossier.rights import Right
from g40flow.domain.dossier.workflow import AT_THE_BOARD
from g40flow.domain.errors import InvalidInput, NotAllowed, StepNotAllowed
from g40flow.storage.decisions import members_of
from g40flow.storage.dossier_tables import DecisionRound, Dossier, SeenVersion
from g40flow.use_cases.decisions.ending import is_over, require_current, require_open, standing_of
from g40flow.use_cases.decisions.mandates import require_mandate, settle_mandate
from g40flow.use_cases.decisions.rounds import add_position, round_for_change
from g40flow.use_cases.decisions.telling import tell_ready
from g40flow.use_cases.dossier.desk import Desk, note_change, require_on


def take_position(
    session: Session,
    desk: Desk,
    round_id: int,
    position: Position,
    *,
    seen_hash: str,
    comment: str = "",
    member: str = "",
    actor: Actor,
    now: datetime,
) -> Standing:
    """Say where a member stands, or change it before the end. Saying the same again changes nothing.

    seen_hash: of the text that was on screen. comment: with an objection, a wish to discuss or a change
    it is needed. member: for whom; "" for the actor, or else the one whose deputy the actor is.
    In a round under mandate the position of its holder is the decision, and closes it.

    Raises NotFound, NotAllowed (not asked in this round), RoundClosed (too late, with the result),
    StaleVersion (the text is not the one that was on screen), StepNotAllowed, or InvalidInput
    ("decided_in_meeting", "comment_needed", and for a mandate what require_mandate raises).
    """
    dossier, round_ = round_for_change(session, round_id, actor)
    is_mandate = round_.form == DecisionForm.MANDATE
    require_on(session, dossier, actor, Right.DECIDE_BY_MANDATE if is_mandate else Right.DECIDE)
    seat = _seat(session, round_, actor, member)
    _require_answerable(session, dossier, round_, seen_hash, now)
    if position in NEEDS_COMMENT and not comment.strip():
        raise InvalidInput("comment_needed", f"{position} needs words", field="comment")
    if is_mandate:
        require_mandate(session, dossier, round_, position, actor, now)
    if add_position(session, round_, seat, position, comment, actor, now):
        _note(session, dossier, round_, seat, position, comment, actor, now)
    standing = standing_of(session, round_, now)
    if is_mandate:
        settle_mandate(session, desk, dossier, round_, standing, actor, now)
    elif standing.is_complete:
        tell_ready(session, desk, dossier, round_, now)
    return standing


def _seat(session: Session, round_: DecisionRound, actor: Actor, member: str) -> str:
    """The member for whom the actor answers. Raises NotAllowed."""
    assert round_.id is not None
    rows = members_of(session, round_.id)
    own = [row.member for row in rows if row.member == actor.person]
    seats = own + [row.member for row in rows if row.deputy == actor.person]
    if not seats or (member and member not in seats):
        raise NotAllowed(f"{actor.person} is not asked in round {round_.id} for {member or 'anybody'}")
    return member or seats[0]


def _require_answerable(
    session: Session, dossier: Dossier, round_: DecisionRound, seen_hash: str, now: datetime
) -> None:
    require_open(round_)
    if is_over(round_, now):
        assert round_.closes_at is not None
        raise RoundClosed(f"round {round_.id} was over", result="", ended_at=round_.closes_at)
    require_current(session, dossier, round_, seen_hash)
    if dossier.stage not in AT_THE_BOARD:
        raise StepNotAllowed(f"dossier {dossier.number} is not at the board but at stage {dossier.stage}")
    if round_.form == DecisionForm.MEETING:
        raise InvalidInput("decided_in_meeting", f"round {round_.id} is decided in a meeting")


def _note(
    session: Session,
    dossier: Dossier,
    round_: DecisionRound,
    seat: str,
    position: Position,
    comment: str,
    actor: Actor,
    now: datetime,
) -> None:
    """History, and that the actor knows this text: next time changes are shown from here."""
    session.merge(
        SeenVersion(
            person=actor.person, dossier_id=round_.dossier_id, version_id=round_.version_id, seen_at=now
        )
    )
    note_change(
        session,
        dossier,
        actor,
        "take_position",
        now=now,
        version_hash=round_.version_hash,
        reason=comment.strip(),
        facts={"round": round_.id, "member": seat, "position": position.value},
    )
