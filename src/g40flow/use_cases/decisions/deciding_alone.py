"""Deciding with a mandate, at once and without the others."""

from datetime import datetime

from sqlmodel import Session

from g40flow.domain.actors import Actor
from g40flow.domain.dossier.decisions import DecisionForm, Position, Seat, Standing
from g40flow.domain.dossier.rights import Right
from g40flow.domain.errors import InvalidInput
from g40flow.storage.decisions import mandate_by_id, open_round_of
from g40flow.storage.dossier_tables import DecisionRound
from g40flow.use_cases.decisions.positions import take_position
from g40flow.use_cases.decisions.rounds import NewRound, decidable_version, written_round
from g40flow.use_cases.dossier.desk import Desk, open_for_change, require_on


def decide_by_mandate(
    session: Session,
    desk: Desk,
    dossier_id: int,
    mandate_id: int,
    position: Position,
    *,
    seen_hash: str,
    comment: str = "",
    actor: Actor,
    now: datetime,
) -> tuple[DecisionRound, Standing]:
    """Decide alone on the text that was on screen, in the round that asks for it or a new one.

    Raises what take_position raises, and GuardFailed for open comments or another open round.
    """
    dossier = open_for_change(session, dossier_id, actor)
    require_on(session, dossier, actor, Right.DECIDE_BY_MANDATE)
    mandate = mandate_by_id(session, mandate_id)
    if mandate.holder != actor.person:
        raise InvalidInput("mandate_of_other", f"mandate {mandate_id} is of {mandate.holder}")
    round_ = open_round_of(session, dossier_id)
    if round_ is None or round_.mandate_id != mandate_id:
        version = decidable_version(session, dossier, seen_hash, "decide_by_mandate", now)
        new = NewRound(form=DecisionForm.MANDATE, mandate_id=mandate_id, after_deadline=True)
        seats = (Seat(member=actor.person, is_chair=True),)
        round_ = written_round(session, desk, dossier, version, new, seats, "decide_alone", actor, now)
    assert round_.id is not None
    standing = take_position(
        session, desk, round_.id, position, seen_hash=seen_hash, comment=comment, actor=actor, now=now
    )
    return round_, standing
