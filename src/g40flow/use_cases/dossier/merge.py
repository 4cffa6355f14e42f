"""Two dossiers about the same thing become one; nothing of either is lost."""

from datetime import datetime

from sqlmodel import Session, col, select

from g40flow.domain.actors import Actor, may_see
from g40flow.domain.dossier.words import ExceptionCode, GroupState, PartnerState
from g40flow.domain.dossier.workflow import FINAL, RESPONSE_STEPS, RESTING, find_step
from g40flow.domain.errors import InvalidInput
from g40flow.domain.items import Json
from g40flow.storage.dossier_tables import Dossier, DossierGroup, DossierItem, DossierPartner, Follow
from g40flow.storage.dossiers import (
    dossier_with_number,
    groups_of,
    items_of_dossier,
    parties_of,
    partners_of,
)
from g40flow.storage.locks import lock_dossiers
from g40flow.use_cases.campaigns.hooks_merging import move_hooks
from g40flow.use_cases.dossier.desk import Desk, note_change, open_for_change, required_reason, roles_on
from g40flow.use_cases.dossier.exceptions import note_exception
from g40flow.use_cases.dossier.open_work import cancel_open_work
from g40flow.use_cases.dossier.take_step import apply_step
from g40flow.use_cases.dossier.telling import tell_followers, tell_groups


def merge(
    session: Session,
    desk: Desk,
    dossier_id: int,
    into: str,
    *,
    reason: str,
    actor: Actor,
    seen_revision: int | None,
    now: datetime,
) -> Dossier:
    """Merge a dossier into another one, which is returned; followers of both hear of it.

    into: number of the other one. It gets the items, groups, partners, followers, the moments that count
    and what ties it to parliament; texts, calls and decisions stay where they were made and remain
    readable. What was still asked of people is called off.
    Raises NotFound, StaleVersion, StepNotAllowed or InvalidInput ("unknown_number", "same_dossier",
    "not_open", "reason_needed").
    """
    kept_id = _id_of(session, into, actor)
    if kept_id == dossier_id:
        raise InvalidInput("same_dossier", "a dossier cannot be merged into itself", field="into")
    dossier, kept = _both(session, dossier_id, kept_id, actor, seen_revision)
    said = required_reason(reason)
    step = find_step(RESPONSE_STEPS, dossier.stage, "merge", roles_on(session, dossier, actor))
    if kept.stage in FINAL | RESTING:
        raise InvalidInput("not_open", f"{kept.number} is {kept.stage}", field="into")
    cancelled = cancel_open_work(session, desk, dossier, now)
    _move_over(session, dossier_id, kept_id, now)
    move_hooks(session, dossier, kept, actor, now)
    dossier.merged_into_id = kept_id
    facts: dict[str, Json] = {"into": kept.number, "into_id": kept_id, "cancelled": list(cancelled)}
    _note(session, dossier, {"into": kept.number}, said, actor, now)
    apply_step(session, desk, dossier, step, actor=actor, reason=said, facts=facts, now=now)
    _note(session, kept, {"from": dossier.number, "from_id": dossier_id}, said, actor, now)
    entry = note_change(
        session, kept, actor, "merged_from", now=now, reason=said, facts={"from": dossier.number}
    )
    tell_followers(session, desk, kept, entry, now)
    tell_groups(session, desk, kept, now)
    return kept


def _id_of(session: Session, number: str, actor: Actor) -> int:
    found = dossier_with_number(session, number.strip())
    if found is None or found.id is None or not may_see(actor, parties_of(session, found)):
        raise InvalidInput("unknown_number", f"there is no dossier {number!r}", field="into")
    return found.id


def _both(
    session: Session, dossier_id: int, kept_id: int, actor: Actor, seen_revision: int | None
) -> tuple[Dossier, Dossier]:
    """Both dossiers, locked in the order of their ids: two who merge crosswise queue."""
    lock_dossiers(session, [dossier_id, kept_id])
    found = {
        one: open_for_change(session, one, actor, seen_revision=seen_revision if one == dossier_id else None)
        for one in sorted([dossier_id, kept_id])
    }
    return found[dossier_id], found[kept_id]


def _note(
    session: Session, dossier: Dossier, facts: dict[str, Json], reason: str, actor: Actor, now: datetime
) -> None:
    note_exception(session, dossier, ExceptionCode.DUPLICATE, actor=actor, now=now, note=reason, facts=facts)


def _move_over(session: Session, old_id: int, kept_id: int, now: datetime) -> None:
    for link in items_of_dossier(session, old_id):
        if session.get(DossierItem, (kept_id, link.item_id)) is None:
            session.add(DossierItem(dossier_id=kept_id, item_id=link.item_id, relation="duplicate"))
    for group in groups_of(session, old_id):
        known = session.get(DossierGroup, (kept_id, group.theme_group))
        if known is None and group.state != GroupState.REJECTED:
            session.add(_group(kept_id, group))
    for partner in partners_of(session, old_id):
        if session.get(DossierPartner, (kept_id, partner.partner)) is None:
            session.add(
                DossierPartner(
                    dossier_id=kept_id,
                    partner=partner.partner,
                    state=PartnerState.PARTNER,
                    contact=partner.contact,
                )
            )
    for person in session.scalars(
        select(col(Follow.person)).where(col(Follow.subject) == f"dossier:{old_id}")
    ).all():
        if session.get(Follow, (person, f"dossier:{kept_id}")) is None:
            session.add(Follow(person=person, subject=f"dossier:{kept_id}", since=now))
    session.flush()


def _group(kept_id: int, group: DossierGroup) -> DossierGroup:
    return DossierGroup(
        dossier_id=kept_id,
        theme_group=group.theme_group,
        is_lead=False,
        state=group.state,
        reason=group.reason,
        answered_by=group.answered_by,
        answered_at=group.answered_at,
    )
