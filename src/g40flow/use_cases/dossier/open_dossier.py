"""Opening a dossier: from what a publisher brought, or by hand for a letter or a paper."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy.exc import IntegrityError
from sqlmodel import Session, col, select

from g40flow.domain.actors import Actor, may_see, roles_of
from g40flow.domain.dossier.plan import Mode, PlanWarning, Term
from g40flow.domain.dossier.rights import Right, require
from g40flow.domain.dossier.words import DocumentType, ExceptionCode, GroupState
from g40flow.domain.dossier.workflow import FINAL, Process, Stage
from g40flow.domain.errors import InvalidInput, NotFound
from g40flow.domain.instants import dutch_date
from g40flow.domain.items import ItemKind, Json
from g40flow.domain.network import Role
from g40flow.domain.outside_text import one_line
from g40flow.storage.dossier_tables import Dossier, DossierGroup, DossierItem, DossierReader
from g40flow.storage.dossiers import dossier_with_number, dossiers_about, next_number, parties_of
from g40flow.storage.items import groups_of_items
from g40flow.storage.locks import lock_dossiers
from g40flow.storage.tables import Item
from g40flow.use_cases.dossier.desk import Desk, note_change, open_for_change, require_on
from g40flow.use_cases.dossier.exceptions import note_exception
from g40flow.use_cases.dossier.plan import begin_plan
from g40flow.use_cases.dossier.take_step import advance
from g40flow.use_cases.dossier.telling import tell_groups

MOST_TRIES = 50
"""So many people never open a dossier in the same moment."""


class AlreadyDossier(InvalidInput):
    """The item has a dossier that is not closed. dossier_id, number: of that one."""

    def __init__(self, dossier: Dossier) -> None:
        super().__init__("already_dossier", f"there is a dossier already: {dossier.number}")
        assert dossier.id is not None
        self.dossier_id, self.number = dossier.id, dossier.number


@dataclass(frozen=True, kw_only=True)
class NewDossier:
    """What a dossier begins with. groups: slugs, lead first; accepted: those that take part already.

    readers: None unless it is confidential. For a further text of a campaign: its id, who writes, and
    what kind of response it is; otherwise these follow later.
    """

    title: str
    document_type: DocumentType
    stage: Stage
    groups: Sequence[str] = ()
    accepted: Collection[str] = ()
    opens_on: date | None = None
    closes_on: date | None = None
    agreed_closes_on: date | None = None
    agreed_closes_source: str = ""
    readers: Collection[str] | None = None
    process: Process = Process.RESPONSE
    campaign_id: int | None = None
    pen_holder: str = ""
    response_type: str = ""


def open_dossier(
    session: Session,
    desk: Desk,
    item_ids: Sequence[int],
    *,
    actor: Actor,
    now: datetime,
    despite_open: bool = False,
    routed: bool = False,
    confidential: bool = False,
) -> Dossier:
    """Open a dossier about one or more items; title, dates and groups come from them.

    The secretariat begins with triage, or at once with the groups if `routed`; people of a group
    begin at `routed`, and a lead thereby accepts for the own group. If no other group is asked, the
    decision to respond begins at once.
    despite_open: open a second one about an item that has a dossier already.
    Raises NotAllowed, NotFound, InvalidInput ("no_items") or AlreadyDossier.
    """
    require(Right.OPEN_DOSSIER, roles_of(actor))
    items = locked_items(session, item_ids)
    earlier = [dossier for item in items for dossier in _visible(session, item, actor)]
    if not despite_open:
        _refuse_second(earlier)
    groups = _groups_of(session, items, actor)
    begins_routed = bool(groups) and (routed or not _is_secretariat(actor))
    lead_item = min(items, key=_last_day)
    dossier = begin(
        session,
        desk,
        NewDossier(
            title=lead_item.title,
            document_type=_document_type(lead_item),
            stage=Stage.ROUTED if begins_routed else Stage.TRIAGE,
            groups=groups,
            accepted=led_by(actor),
            opens_on=lead_item.opens_on,
            closes_on=lead_item.closes_on,
            agreed_closes_on=lead_item.agreed_closes_on,
            agreed_closes_source=lead_item.agreed_closes_source,
            readers=[actor.person] if confidential else None,
        ),
        actor,
        now,
        items=items,
    )
    _link_to_closed(session, dossier, earlier, actor, now)
    return dossier


def open_by_hand(
    session: Session,
    desk: Desk,
    *,
    title: str,
    document_type: str,
    actor: Actor,
    now: datetime,
    groups: Sequence[str] = (),
    closes_on: date | None = None,
    confidential: bool = False,
) -> Dossier:
    """Open a dossier that no publisher asks for: a letter, a position paper, a manifest.

    groups: slugs, lead first. closes_on: when it must be ready; None for no such day.
    Raises NotAllowed or InvalidInput ("title_needed", "unknown_document_type", "unknown_group",
    "day_passed").
    """
    require(Right.OPEN_DOSSIER, roles_of(actor))
    if not (said := one_line(title)):
        raise InvalidInput("title_needed", "expected a title, found nothing", field="title")
    if document_type not in {known.value for known in DocumentType}:
        raise InvalidInput("unknown_document_type", f"found {document_type!r}", field="document_type")
    check_groups(desk, groups)
    today = dutch_date(now)
    if closes_on is not None and closes_on < today:
        raise InvalidInput("day_passed", f"{closes_on} lies before {today}", field="closes_on")
    return begin(
        session,
        desk,
        NewDossier(
            title=said,
            document_type=DocumentType(document_type),
            stage=Stage.ROUTED if groups else Stage.TRIAGE,
            groups=list(dict.fromkeys(groups)),
            accepted=led_by(actor),
            opens_on=today if closes_on else None,
            closes_on=closes_on,
            readers=[actor.person] if confidential else None,
        ),
        actor,
        now,
    )


def reopen(
    session: Session,
    desk: Desk,
    dossier_id: int,
    old_number: str,
    *,
    actor: Actor,
    seen_revision: int,
    now: datetime,
) -> None:
    """Say that a dossier takes up the subject of an earlier one, by its number.

    Raises NotFound, StaleVersion, NotAllowed or InvalidInput ("unknown_number").
    """
    old = dossier_with_number(session, old_number.strip())
    lock_dossiers(session, [dossier_id, *([] if old is None or old.id is None else [old.id])])
    dossier = open_for_change(session, dossier_id, actor, seen_revision=seen_revision)
    require_on(session, dossier, actor, Right.EDIT_DOSSIER)
    if old is None or old.id == dossier.id or not may_see(actor, parties_of(session, old)):
        raise InvalidInput("unknown_number", f"there is no other dossier {old_number!r}", field="old")
    link_reopened(session, dossier, old, actor=actor, now=now)


def add_item(
    session: Session,
    desk: Desk,
    dossier_id: int,
    item_id: int,
    *,
    actor: Actor,
    seen_revision: int | None,
    now: datetime,
) -> Dossier:
    """Let a dossier be about one more item, such as the bill that a consultation became.

    Its groups and its term stay as they are; a change of the item's term is followed from now on.
    Raises NotFound, StaleVersion, NotAllowed or InvalidInput ("item_in_dossier").
    """
    dossier = open_for_change(session, dossier_id, actor, seen_revision=seen_revision)
    require_on(session, dossier, actor, Right.EDIT_DOSSIER)
    item = session.get(Item, item_id)
    if item is None:
        raise NotFound(f"there is no item {item_id}")
    if session.get(DossierItem, (dossier_id, item_id)) is not None:
        raise InvalidInput("item_in_dossier", f"item {item_id} is in {dossier.number} already")
    session.add(DossierItem(dossier_id=dossier_id, item_id=item_id))
    session.flush()
    facts: dict[str, Json] = {"item": item_id, "title": item.title}
    note_change(session, dossier, actor, "add_item", now=now, facts=facts)
    return dossier


def check_groups(desk: Desk, groups: Sequence[str], *, field: str = "groups") -> None:
    """Raises InvalidInput ("unknown_group") for a slug that the network has not."""
    unknown = [slug for slug in groups if desk.network.group(slug) is None]
    if unknown:
        raise InvalidInput("unknown_group", f"the network has no group {unknown}", field=field)


def led_by(actor: Actor) -> set[str]:
    """Slugs of the groups for which somebody accepts or rejects."""
    return {held.scope for held in actor.holdings if held.role is Role.THEME_GROUP_LEAD and held.scope}


def groups_of_actor(actor: Actor) -> set[str]:
    """Slugs of the groups that somebody leads or is secretary of."""
    leading = (Role.THEME_GROUP_LEAD, Role.THEME_GROUP_SECRETARY)
    return {held.scope for held in actor.holdings if held.role in leading and held.scope}


# --- what it begins with --------------------------------------------------------------------------


def locked_items(session: Session, item_ids: Sequence[int]) -> list[Item]:
    """The items, in the order asked for; two who open a dossier about the same one queue here."""
    if not item_ids:
        raise InvalidInput("no_items", "expected at least one item", field="items")
    query = (
        select(Item).where(col(Item.id).in_(item_ids)).order_by(col(Item.id)).with_for_update(key_share=True)
    )
    found = {item.id: item for item in session.scalars(query)}
    if missing := [item_id for item_id in item_ids if item_id not in found]:
        raise NotFound(f"there is no item {missing[0]}")
    return [found[item_id] for item_id in dict.fromkeys(item_ids)]


def _visible(session: Session, item: Item, actor: Actor) -> list[Dossier]:
    assert item.id is not None
    return [d for d in dossiers_about(session, item.id) if may_see(actor, parties_of(session, d))]


def _refuse_second(earlier: Sequence[Dossier]) -> None:
    for dossier in earlier:
        if dossier.stage not in FINAL:
            raise AlreadyDossier(dossier)


def _groups_of(session: Session, items: Sequence[Item], actor: Actor) -> list[str]:
    """The groups the items go to, lead of the first item first, and the own group of who opens it."""
    routed = groups_of_items(session, [item.id for item in items if item.id is not None])
    groups = [group for item in items for group in routed.get(item.id or 0, [])]
    own = sorted(groups_of_actor(actor) - set(groups))
    if not _is_secretariat(actor) and not groups_of_actor(actor) & set(groups):
        groups += own[:1]
    return list(dict.fromkeys(groups))


def _is_secretariat(actor: Actor) -> bool:
    return Role.PA_OFFICER in roles_of(actor)


def _last_day(item: Item) -> tuple[date, int]:
    return (item.closes_on or date.max, item.id or 0)


def _document_type(item: Item) -> DocumentType:
    if item.kind == ItemKind.CONSULTATION:
        return DocumentType.CONSULTATION_RESPONSE
    return DocumentType.LETTER_CHAMBER


# --- writing it -----------------------------------------------------------------------------------


def begin(
    session: Session, desk: Desk, new: NewDossier, actor: Actor, now: datetime, items: Sequence[Item] = ()
) -> Dossier:
    """Write a new dossier with its groups, items, readers and first line of history; rights were checked."""
    dossier = _numbered(session, desk, new, actor, now)
    assert dossier.id is not None
    for item in items:
        session.add(DossierItem(dossier_id=dossier.id, item_id=item.id or 0))
    for group in new.groups:
        session.add(_group_row(dossier.id, group, new, actor, now))
    for person in new.readers or ():
        session.add(DossierReader(dossier_id=dossier.id, person=person))
    session.flush()
    facts: dict[str, Json] = {
        "stage": new.stage.value,
        "items": [item.id for item in items],
        "groups": list(new.groups),
        "document_type": new.document_type.value,
    }
    note_change(session, dossier, actor, "open", now=now, facts=facts)
    if new.process is Process.RESPONSE:  # a campaign has no plan of latest days
        _note_what_is_odd(session, desk, dossier, new, actor, now)
    elif new.readers is not None:
        note_exception(session, dossier, ExceptionCode.CONFIDENTIAL, actor=actor, now=now)
    if new.stage == Stage.ROUTED:
        tell_groups(session, desk, dossier, now)
        # Who opens it for the own group has accepted, and there may be no other group to wait for.
        advance(session, desk, dossier, now, cause=actor)
    return dossier


def _numbered(session: Session, desk: Desk, new: NewDossier, actor: Actor, now: datetime) -> Dossier:
    """The new dossier under the next free number; two at once each get their own."""
    for _ in range(MOST_TRIES):
        dossier = _row(session, desk, new, actor, now)
        try:
            with session.begin_nested():
                session.add(dossier)
        except IntegrityError:
            continue  # somebody else took the number meanwhile
        return dossier
    raise InvalidInput("busy", f"no free number in {MOST_TRIES} tries")


def _row(session: Session, desk: Desk, new: NewDossier, actor: Actor, now: datetime) -> Dossier:
    today = dutch_date(now)
    lead = new.groups[0] if new.groups else ""
    return Dossier(
        number=next_number(session, today.year),
        process=new.process.value,
        campaign_id=new.campaign_id,
        title=new.title,
        document_type=new.document_type.value,
        stage=new.stage,
        stage_since=now,
        lead_group=lead,
        pillar=pillar_of(desk, lead),
        pen_holder=new.pen_holder,
        response_type=new.response_type,
        confidential=new.readers is not None,
        opens_on=new.opens_on,
        closes_on=new.closes_on,
        agreed_closes_on=new.agreed_closes_on,
        agreed_closes_source=new.agreed_closes_source,
        detected_on=today,
        days_lost=_term(new, today).days_lost(desk.calendars.working),
        plan={},
        opened_at=now,
        opened_by=actor.person,
    )


def pillar_of(desk: Desk, group: str) -> str:
    """Slug of the pillar of a group; "" for a group outside the pillars, and for no group."""
    known = desk.network.group(group)
    return (known.pillar or "") if known else ""


def _group_row(dossier_id: int, group: str, new: NewDossier, actor: Actor, now: datetime) -> DossierGroup:
    accepted = group in new.accepted
    return DossierGroup(
        dossier_id=dossier_id,
        theme_group=group,
        is_lead=group == new.groups[0],
        state=GroupState.ACCEPTED if accepted else GroupState.ASKED,
        answered_by=actor.person if accepted else "",
        answered_at=now if accepted else None,
    )


def _note_what_is_odd(
    session: Session, desk: Desk, dossier: Dossier, new: NewDossier, actor: Actor, now: datetime
) -> None:
    """What can be seen at once: seen late, a term over the holidays, confidential."""
    plan = begin_plan(desk, dossier, now)
    for warned in plan.warnings:
        code = _RAISED_BY.get(warned.code)
        in_time = plan.mode is Mode.NORMAL and code is ExceptionCode.LATE_DETECTED
        if code is not None and not in_time:
            left = plan.working_days_left
            facts: dict[str, Json] = {"days": warned.count, "mode": plan.mode.value, "days_left": left}
            note_exception(session, dossier, code, actor=actor, now=now, facts=facts)
    if new.readers is not None:
        note_exception(session, dossier, ExceptionCode.CONFIDENTIAL, actor=actor, now=now)


_RAISED_BY = {
    PlanWarning.LATE_DETECTED: ExceptionCode.LATE_DETECTED,
    PlanWarning.HOLIDAY_TERM: ExceptionCode.HOLIDAY_TERM,
}


def _term(new: NewDossier, today: date) -> Term:
    return Term(
        opens_on=new.opens_on,
        closes_on=new.closes_on,
        agreed_closes_on=new.agreed_closes_on,
        detected_on=today,
    )


def _link_to_closed(
    session: Session, dossier: Dossier, earlier: Sequence[Dossier], actor: Actor, now: datetime
) -> None:
    """An item that had a dossier which is closed was reopened: both dossiers say so."""
    closed = next((old for old in earlier if old.stage == Stage.CLOSED and old.id != dossier.id), None)
    if closed is not None:
        link_reopened(session, dossier, closed, actor=actor, now=now)


def link_reopened(session: Session, dossier: Dossier, old: Dossier, *, actor: Actor, now: datetime) -> None:
    """Keep in both dossiers that the new one takes up the subject of the old one."""
    facts: dict[str, Json] = {"old": old.number, "old_id": old.id}
    note_exception(session, dossier, ExceptionCode.REOPENED, actor=actor, now=now, facts=facts)
    later: dict[str, Json] = {"new": dossier.number, "new_id": dossier.id}
    note_change(session, old, actor, "reopened_as", now=now, facts=later)
