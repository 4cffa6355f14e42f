"""What people decide about families: this does not belong here, these two belong together."""

from datetime import datetime

from sqlalchemy import delete, insert
from sqlmodel import Session, col

from g40flow.domain.actors import Actor, roles_of
from g40flow.domain.dossier.rights import Right, require
from g40flow.domain.errors import InvalidInput, NotFound, StaleVersion
from g40flow.domain.family_keys import BY_HAND, TRAJECTORIES, kind_of
from g40flow.domain.outside_text import one_line
from g40flow.storage.family_members import (
    block,
    counting_keys,
    family_id_of,
    lock_families,
    unblock,
)
from g40flow.storage.family_tables import FamilyDecision, FamilyVerdict
from g40flow.storage.tables import Item, ItemFamily
from g40flow.use_cases.families.settle import join, take_apart

SHORTEST_REASON, LONGEST_REASON = 5, 500


def keep_apart(
    session: Session, item_id: int, *, actor: Actor, reason: str, seen_family: int, now: datetime
) -> FamilyDecision:
    """Take an item out of its family, for good: what joins it with the rest counts for it no more.

    seen_family: the family it was in on screen.
    Raises NotAllowed, NotFound, StaleVersion if it is in another family by now, InvalidInput
    ("reason_missing", "too_long", "alone").
    """
    require(Right.CORRECT_FAMILY, roles_of(actor))
    reason = _checked(reason)
    _existing(session, item_id)
    lock_families(session)
    family_id = family_id_of(session, item_id)
    if family_id is None:
        raise InvalidInput("alone", f"item {item_id} is in no family", field="reason")
    if family_id != seen_family:
        raise StaleVersion(f"item {item_id} is in family {family_id} by now, not in {seen_family}")
    keys = counting_keys(session, family_id=family_id)
    mine = keys.pop(item_id)
    others = {key for several in keys.values() for key in several}
    if not others:
        raise InvalidInput("alone", f"item {item_id} has its family to itself", field="reason")
    # Also what would join it tomorrow: the courses of events that the others are part of.
    blocked = mine & others | {key for key in others if kind_of(key) in TRAJECTORIES}
    decision = _note(session, item_id, FamilyVerdict.APART, actor, reason, now, keys=sorted(blocked))
    assert decision.id is not None
    block(session, decision.id, {item_id: blocked})
    take_apart(session, [item_id], now)
    return decision


def put_together(
    session: Session, item_id: int, other_item_id: int, *, actor: Actor, reason: str, now: datetime
) -> FamilyDecision:
    """Let two items, and so their families, belong together whatever the publishers say.

    Raises NotAllowed, NotFound, InvalidInput ("reason_missing", "too_long", "together_already").
    """
    require(Right.CORRECT_FAMILY, roles_of(actor))
    reason = _checked(reason)
    for known in (item_id, other_item_id):
        _existing(session, known)
    lock_families(session)
    family_id = family_id_of(session, item_id)
    if item_id == other_item_id or (family_id and family_id == family_id_of(session, other_item_id)):
        raise InvalidInput("together_already", "they are in one family", field="other")
    decision = _note(session, item_id, FamilyVerdict.TOGETHER, actor, reason, now, other=other_item_id)
    keys = [{"item_id": known, "key": _key(decision)} for known in (item_id, other_item_id)]
    session.connection().execute(insert(ItemFamily), keys)
    join(session, [item_id, other_item_id], now)
    return decision


def take_back(session: Session, decision_id: int, *, actor: Actor, now: datetime) -> FamilyDecision:
    """Undo a decision: what publishers say counts again. Nothing happens if it was undone already.

    Raises NotAllowed, NotFound.
    """
    require(Right.CORRECT_FAMILY, roles_of(actor))
    decision = session.get(FamilyDecision, decision_id, with_for_update=True)
    if decision is None:
        raise NotFound(f"there is no decision {decision_id} about a family")
    if decision.undone_at is not None:
        return decision
    lock_families(session)
    decision.undone_at, decision.undone_by = now, actor.name
    session.add(decision)
    session.flush()
    if decision.verdict is FamilyVerdict.APART:
        unblock(session, decision_id)
        join(session, [decision.item_id], now)
    else:
        session.execute(delete(ItemFamily).where(col(ItemFamily.key) == _key(decision)))
        take_apart(session, [decision.item_id], now)
    return decision


def _note(
    session: Session,
    item_id: int,
    verdict: FamilyVerdict,
    actor: Actor,
    reason: str,
    now: datetime,
    *,
    other: int | None = None,
    keys: list[str] | None = None,
) -> FamilyDecision:
    decision = FamilyDecision(
        item_id=item_id,
        verdict=verdict,
        other_item_id=other,
        keys=list(keys or ()),
        person=actor.name,
        reason=reason,
        decided_at=now,
    )
    session.add(decision)
    session.flush()
    return decision


def _key(decision: FamilyDecision) -> str:
    return f"{BY_HAND}:{decision.id}"


def _existing(session: Session, item_id: int) -> None:
    if session.get(Item, item_id) is None:
        raise NotFound(f"there is no item {item_id}")


def _checked(reason: str) -> str:
    reason = one_line(reason)
    if len(reason) < SHORTEST_REASON:
        raise InvalidInput("reason_missing", "a decision needs a reason", field="reason")
    if len(reason) > LONGEST_REASON:
        raise InvalidInput("too_long", f"a reason has at most {LONGEST_REASON} characters", field="reason")
    return reason
