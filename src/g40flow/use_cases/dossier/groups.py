"""The theme groups of a dossier: what each says, who leads, and sending it to others."""

from collections.abc import Sequence
from datetime import datetime

from sqlmodel import Session

from g40flow.domain.actors import Actor
from g40flow.domain.dossier.rights import Right
from g40flow.domain.dossier.words import ExceptionCode, GroupState
from g40flow.domain.dossier.workflow import FINAL, RESPONSE_STEPS, RESTING, Stage, find_step
from g40flow.domain.errors import InvalidInput, NotAllowed
from g40flow.domain.items import Json
from g40flow.domain.network import Role
from g40flow.domain.outside_text import one_line
from g40flow.storage.dossier_tables import Dossier, DossierGroup
from g40flow.storage.dossiers import groups_of, items_of_dossier
from g40flow.storage.items import routings_of
from g40flow.storage.locks import lock_around_items, lock_items
from g40flow.use_cases.announce_items import Announcer
from g40flow.use_cases.correct_item_routing import correct_item_routing
from g40flow.use_cases.dossier.desk import (
    Desk,
    note_change,
    open_for_change,
    require_on,
    required_reason,
    roles_on,
)
from g40flow.use_cases.dossier.exceptions import note_exception
from g40flow.use_cases.dossier.open_dossier import check_groups, pillar_of
from g40flow.use_cases.dossier.take_step import advance, apply_step, step_by_program
from g40flow.use_cases.dossier.telling import tell_groups


def accept(
    session: Session,
    desk: Desk,
    dossier_id: int,
    group: str,
    *,
    actor: Actor,
    seen_revision: int | None,
    now: datetime,
) -> Dossier:
    """A group takes part. When every group has answered, the decision to respond begins.

    Raises NotFound, StaleVersion, NotAllowed or InvalidInput ("group_not_asked", "not_open").
    """
    dossier = open_for_change(session, dossier_id, actor, seen_revision=seen_revision)
    accept_in(session, desk, dossier, group, actor=actor, now=now)
    return dossier


def accept_in(
    session: Session, desk: Desk, dossier: Dossier, group: str, *, actor: Actor, now: datetime
) -> None:
    """As accept, in a dossier that is open for change; nothing happens if the group accepted before."""
    row = _row_to_answer(session, dossier, group, actor)
    if row.state == GroupState.ACCEPTED:
        return
    _answer(session, dossier, row, GroupState.ACCEPTED, "", actor, now)
    advance(session, desk, dossier, now, cause=actor)


def reject(
    session: Session,
    desk: Desk,
    dossier_id: int,
    group: str,
    *,
    reason: str,
    actor: Actor,
    seen_revision: int | None,
    now: datetime,
) -> Dossier:
    """A group does not take part and says why. A lead group that does sends it back to triage.

    Once it is being worked on, the lead must first go to another group.
    Raises as accept does, and InvalidInput ("reason_needed", "too_late_for").
    """
    dossier = open_for_change(session, dossier_id, actor, seen_revision=seen_revision)
    row = _row_to_answer(session, dossier, group, actor)
    said = required_reason(reason)
    if row.is_lead and dossier.stage not in (Stage.SIGNALED, Stage.TRIAGE, Stage.ROUTED):
        raise InvalidInput("too_late_for", f"{dossier.number} is {dossier.stage}: first change the lead")
    _answer(session, dossier, row, GroupState.REJECTED, said, actor, now)
    if row.is_lead and dossier.stage == Stage.ROUTED:
        facts: dict[str, Json] = {"group": group}
        step_by_program(
            session, desk, dossier, "back_to_triage", now=now, reason=said, facts=facts, actor=actor
        )
    else:
        advance(session, desk, dossier, now, cause=actor)
    return dossier


def ask_group(
    session: Session,
    desk: Desk,
    dossier_id: int,
    group: str,
    *,
    reason: str = "",
    actor: Actor,
    seen_revision: int | None,
    now: datetime,
) -> Dossier:
    """Ask one more group to take part, or one that said no to think again; it gets a card.

    Raises NotFound, StaleVersion, NotAllowed or InvalidInput ("unknown_group", "group_has_part",
    "not_open").
    """
    dossier = open_for_change(session, dossier_id, actor, seen_revision=seen_revision)
    _require_asking(session, dossier, actor)
    _require_open(dossier)
    check_groups(desk, [group], field="group")
    row = session.get(DossierGroup, (dossier_id, group))
    if row is not None and row.state != GroupState.REJECTED:
        raise InvalidInput("group_has_part", f"{group} was asked already", field="group")
    is_lead = row.is_lead if row is not None else False
    session.add(_asked(dossier_id, group, row, is_lead=is_lead))
    session.flush()
    said = one_line(reason)
    note_change(session, dossier, actor, "ask_group", now=now, reason=said, facts={"group": group})
    if dossier.stage not in (Stage.SIGNALED, Stage.TRIAGE):
        tell_groups(session, desk, dossier, now)
    return dossier


def change_lead(
    session: Session,
    desk: Desk,
    dossier_id: int,
    group: str,
    *,
    reason: str,
    actor: Actor,
    seen_revision: int | None,
    now: datetime,
) -> Dossier:
    """Give the lead to another group; the one that had it stays as a co-group.

    A group that was not asked yet is asked now. The pillar follows the lead.
    Raises NotFound, StaleVersion, NotAllowed or InvalidInput ("unknown_group", "reason_needed",
    "not_open").
    """
    dossier = open_for_change(session, dossier_id, actor, seen_revision=seen_revision)
    require_on(session, dossier, actor, Right.ROUTE_DOSSIER)
    _require_open(dossier)
    check_groups(desk, [group], field="group")
    said = required_reason(reason)
    before = dossier.lead_group
    others = [row.theme_group for row in groups_of(session, dossier_id) if row.theme_group != group]
    _set_groups(session, desk, dossier, [group, *others])
    facts: dict[str, Json] = {"lead_before": before, "lead": group}
    note_change(session, dossier, actor, "change_lead", now=now, reason=said, facts=facts)
    if dossier.stage not in (Stage.SIGNALED, Stage.TRIAGE):
        tell_groups(session, desk, dossier, now)
    advance(session, desk, dossier, now, cause=actor)
    return dossier


def reroute(
    session: Session,
    desk: Desk,
    announcer: Announcer,
    dossier_id: int,
    groups: Sequence[str],
    *,
    reason: str,
    actor: Actor,
    seen_revision: int | None,
    now: datetime,
) -> Dossier:
    """Send a dossier to other groups, because it came to the wrong ones; its items go along.

    groups: slugs, lead first. In triage the groups are only put right; later it goes back to the
    groups, and those that had accepted need not answer again. The correction of each item is an
    example for the router.
    Raises NotFound, StaleVersion, StepNotAllowed, GuardFailed, NotAllowed or InvalidInput
    ("unknown_group", "no_groups", "reason_needed").
    """
    links = items_of_dossier(session, dossier_id)
    lock_items(session, [link.item_id for link in links])
    lock_around_items(session, [link.item_id for link in links])
    dossier = open_for_change(session, dossier_id, actor, seen_revision=seen_revision)
    require_on(session, dossier, actor, Right.ROUTE_DOSSIER)
    said = required_reason(reason)
    wanted = list(dict.fromkeys(groups))
    if not wanted:
        raise InvalidInput("no_groups", "expected at least one group", field="groups")
    check_groups(desk, wanted)
    before = [row.theme_group for row in groups_of(session, dossier_id)]
    in_triage = dossier.stage in (Stage.SIGNALED, Stage.TRIAGE)
    step = None
    if not in_triage:
        step = find_step(RESPONSE_STEPS, dossier.stage, "reroute", roles_on(session, dossier, actor))
    _set_groups(session, desk, dossier, wanted, drop_others=True)
    facts: dict[str, Json] = {"groups_before": list(before), "groups": list(wanted)}
    note_exception(session, dossier, ExceptionCode.WRONG_GROUP, actor=actor, now=now, note=said, facts=facts)
    for link in items_of_dossier(session, dossier_id):
        _correct(session, announcer, link.item_id, wanted, actor, said, now)
    if step is not None:
        apply_step(session, desk, dossier, step, actor=actor, reason=said, facts=facts, now=now)
        advance(session, desk, dossier, now, cause=actor)
    return dossier


# --- parts ----------------------------------------------------------------------------------------


def _row_to_answer(session: Session, dossier: Dossier, group: str, actor: Actor) -> DossierGroup:
    _require_open(dossier)
    row = session.get(DossierGroup, (dossier.id, group))
    if row is None:
        raise InvalidInput("group_not_asked", f"{group} has no part in {dossier.number}", field="group")
    if not actor.holds(Role.THEME_GROUP_LEAD, group):
        raise NotAllowed(
            f"{Right.ANSWER_FOR_GROUP} for {group} is for its lead", roles=[Role.THEME_GROUP_LEAD]
        )
    return row


def _require_open(dossier: Dossier) -> None:
    if dossier.stage in FINAL | RESTING:
        raise InvalidInput("not_open", f"{dossier.number} is {dossier.stage}")


def _require_asking(session: Session, dossier: Dossier, actor: Actor) -> None:
    """The secretariat routes; a lead or secretary may bring in another group as well."""
    leading = {Role.THEME_GROUP_LEAD, Role.THEME_GROUP_SECRETARY}
    if not leading & roles_on(session, dossier, actor):
        require_on(session, dossier, actor, Right.ROUTE_DOSSIER)


def _answer(
    session: Session,
    dossier: Dossier,
    row: DossierGroup,
    state: GroupState,
    reason: str,
    actor: Actor,
    now: datetime,
) -> None:
    row.state, row.reason, row.answered_by, row.answered_at = state, reason, actor.person, now
    session.add(row)
    action = "accept" if state is GroupState.ACCEPTED else "reject"
    note_change(session, dossier, actor, action, now=now, reason=reason, facts={"group": row.theme_group})


def _asked(dossier_id: int, group: str, row: DossierGroup | None, *, is_lead: bool) -> DossierGroup:
    row = row or DossierGroup(dossier_id=dossier_id, theme_group=group)
    row.is_lead, row.state = is_lead, GroupState.ASKED
    row.reason, row.answered_by, row.answered_at = "", "", None
    return row


def _set_groups(
    session: Session, desk: Desk, dossier: Dossier, groups: Sequence[str], *, drop_others: bool = False
) -> None:
    """Let these groups take part, lead first. A group that said no is asked again only as lead."""
    assert dossier.id is not None
    known = {row.theme_group: row for row in groups_of(session, dossier.id)}
    for slug in groups:
        row, is_lead = known.get(slug), slug == groups[0]
        if row is None or (row.state == GroupState.REJECTED and (is_lead or drop_others)):
            row = _asked(dossier.id, slug, row, is_lead=is_lead)
        row.is_lead = is_lead
        session.add(row)
    if drop_others:
        for slug in known.keys() - set(groups):
            session.delete(known[slug])
    dossier.lead_group, dossier.pillar = groups[0], pillar_of(desk, groups[0])
    session.add(dossier)
    session.flush()


def _correct(
    session: Session,
    announcer: Announcer,
    item_id: int,
    groups: Sequence[str],
    actor: Actor,
    reason: str,
    now: datetime,
) -> None:
    seen = [routing.theme_group for routing in routings_of(session, item_id)]
    if seen[:1] == list(groups)[:1] and set(seen) == set(groups):
        return
    correct_item_routing(
        session, announcer, item_id, groups, seen_groups=seen, person=actor.name, reason=reason, now=now
    )
