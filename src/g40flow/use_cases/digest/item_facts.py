"""The items that digests of one stretch of time can be about, with a fixed number of questions."""

from array import array
from collections.abc import Iterator, Sequence
from datetime import date, datetime, time, timedelta
from itertools import groupby
from operator import itemgetter
from typing import Any

from sqlalchemy import ColumnElement, Row, and_, or_, select
from sqlmodel import Session, col

from g40flow.config.notifications import NotificationsConfig
from g40flow.domain.digest.facts import ItemFacts, NewsOfItem, RoutedTo
from g40flow.domain.digest.moments import Window
from g40flow.domain.dossier.workflow import Stage
from g40flow.domain.instants import dutch_date, dutch_instant
from g40flow.domain.items import ItemKind, ItemStatus, SourceItem
from g40flow.domain.news import NewsRules, is_fresh
from g40flow.storage.dossier_tables import Dossier, DossierItem
from g40flow.storage.family_tables import FamilyMember
from g40flow.storage.tables import Item, ItemRevision, ItemRouting

AT_ONCE = 500
"""Items that are in memory at the same time, and ids in one question."""

MOST_TERMS = 3
"""Words shown as reason; the page of the item has all."""

_RUNS = (ItemStatus.OPEN.value, ItemStatus.PLANNED.value)
_COLUMNS = (
    Item.id,
    Item.source,
    Item.identifier,
    Item.kind,
    Item.kind_label,
    Item.number,
    Item.title,
    Item.url,
    Item.status,
    Item.published_on,
    Item.opens_on,
    Item.closes_on,
    Item.agreed_closes_on,
    Item.starts_at,
    Item.ends_at,
    Item.first_read,
    Item.first_seen_at,
    Item.triage,
    Item.triage_reason,
)


def item_families(
    session: Session,
    window: Window,
    today: date,
    *,
    calendar_days: int,
    rules: NotificationsConfig,
    only: ItemKind | None = None,
) -> Iterator[list[ItemFacts]]:
    """Items that are new or changed in the stretch, open today, or held in the coming days.

    Those of one family come together, others by themselves; of a year only some are in memory.
    only: of this kind; None for all.
    """
    news_rules = rules.news_rules()
    for families in _some_at_once(_wanted_ids(session, window, today, calendar_days, only)):
        found = _items(session, families, window, news_rules)
        for _, ids in families:
            yield [found.pop(id_) for id_ in ids if id_ in found]


Family = tuple[int | None, list[int]]
"""A family with ids of items; one item without a family is (None, [id])."""


def _wanted_ids(
    session: Session, window: Window, today: date, calendar_days: int, only: ItemKind | None
) -> Iterator[Family]:
    query = (
        select(col(FamilyMember.family_id), col(Item.id))
        .outerjoin_from(Item, FamilyMember, col(FamilyMember.item_id) == col(Item.id))
        .where(_is_wanted(window, today, calendar_days))
        .order_by(col(FamilyMember.family_id), col(Item.id))
    )
    if only is not None:
        query = query.where(col(Item.kind) == only)
    families, ids = array("q"), array("q")  # of a year there are many: as numbers, not as rows
    for family_id, id_ in session.execute(query):
        families.append(family_id or 0)
        ids.append(id_ or 0)
    for family, rows in groupby(zip(families, ids, strict=True), key=itemgetter(0)):
        if family:
            yield family, [id_ for _, id_ in rows]
        else:
            yield from ((None, [id_]) for _, id_ in rows)


def _some_at_once(families: Iterator[Family]) -> Iterator[list[Family]]:
    some: list[Family] = []
    total = 0
    for family in families:
        some.append(family)
        total += len(family[1])
        if total >= AT_ONCE:
            yield some
            some, total = [], 0
    if some:
        yield some


def _items(
    session: Session, families: Sequence[Family], window: Window, rules: NewsRules
) -> dict[int, ItemFacts]:
    """The items of some families, by id."""
    of_family = {
        id_: frozenset() if family is None else frozenset({f"family:{family}"})
        for family, ids in families
        for id_ in ids
    }
    ids = list(of_family)
    routings, changes, taken_up = (
        _routings(session, ids),
        _changes(session, ids, window),
        _taken_up(session, ids),
    )
    query = select(*map(col, _COLUMNS)).where(col(Item.id).in_(ids))
    return {
        row.id: _facts(
            row,
            routings=tuple(routings.get(row.id, ())),
            changes=tuple(changes.get(row.id, ())),
            family=of_family[row.id],
            has_dossier=row.id in taken_up,
            rules=rules,
        )
        for row in session.execute(query)
    }


def _is_wanted(window: Window, today: date, calendar_days: int) -> ColumnElement[bool]:
    begins, ends = window.with_overlap.since, window.until
    routed = select(col(ItemRouting.item_id)).where(
        col(ItemRouting.routed_at) >= begins,
        col(ItemRouting.routed_at) < ends,
        col(ItemRouting.withdrawn_at).is_(None),
    )
    changed = select(col(ItemRevision.item_id)).where(
        col(ItemRevision.seen_at) >= begins, col(ItemRevision.seen_at) < ends
    )
    judged = and_(col(Item.triage), col(Item.first_seen_at) >= begins, col(Item.first_seen_at) < ends)
    last = today + timedelta(days=calendar_days)
    held = or_(
        col(Item.starts_at).between(_midnight(today), _midnight(last + timedelta(days=1))),
        and_(col(Item.starts_at).is_(None), col(Item.opens_on).between(today, last)),
    )
    asks = or_(
        col(Item.id).in_(routed),
        col(Item.id).in_(changed),
        judged,
        col(Item.agreed_closes_on) >= today,
        and_(col(Item.status).in_(_RUNS), col(Item.closes_on) >= today),
        and_(col(Item.status) == ItemStatus.PLANNED.value, col(Item.kind) == ItemKind.ACTIVITY.value, held),
    )
    return and_(col(Item.first_seen_at) < ends, asks)


def _midnight(day: date) -> datetime:
    return dutch_instant(day, time(0))


def _facts(
    row: Row[Any],
    *,
    routings: tuple[RoutedTo, ...],
    changes: tuple[NewsOfItem, ...],
    family: frozenset[str],
    has_dossier: bool,
    rules: NewsRules,
) -> ItemFacts:
    kind = ItemKind(row.kind)
    return ItemFacts(
        id=row.id,
        source=row.source,
        kind=kind,
        label=row.kind_label,
        number=row.number or "",
        title=row.title,
        status=ItemStatus(row.status),
        url=row.url,
        first_seen_at=row.first_seen_at,
        is_fresh=not row.first_read and is_fresh(_as_published(row), dutch_date(row.first_seen_at), rules),
        closes_on=row.agreed_closes_on or row.closes_on,
        agreed=row.agreed_closes_on is not None,
        starts_at=row.starts_at,
        ends_at=row.ends_at,
        held_on=_held_on(row, kind),
        # A written round has a last day, and nobody meets.
        is_meeting=kind is ItemKind.ACTIVITY and row.closes_on is None,
        family=family,
        routings=routings,
        triage_reason=row.triage_reason if row.triage else None,
        changes=changes,
        has_dossier=has_dossier,
    )


def _held_on(row: Row[Any], kind: ItemKind) -> date | None:
    if kind is not ItemKind.ACTIVITY:
        return None
    return row.opens_on if row.starts_at is None else dutch_date(row.starts_at)


def _as_published(row: Row[Any]) -> SourceItem:
    """As much of an item as decides whether it was new to the world."""
    return SourceItem(
        source=row.source,
        identifier=row.identifier,
        kind=ItemKind(row.kind),
        kind_label=row.kind_label,
        title=row.title,
        url=row.url,
        status=ItemStatus(row.status),
        published_on=row.published_on,
        closes_on=row.closes_on,
        starts_at=row.starts_at,
    )


def _routings(session: Session, ids: Sequence[int]) -> dict[int, list[RoutedTo]]:
    query = (
        select(
            col(ItemRouting.item_id),
            col(ItemRouting.theme_group),
            col(ItemRouting.is_lead),
            col(ItemRouting.reasons),
            col(ItemRouting.routed_at),
        )
        .where(col(ItemRouting.item_id).in_(ids), col(ItemRouting.withdrawn_at).is_(None))
        .order_by(
            col(ItemRouting.is_lead).desc(), col(ItemRouting.score).desc(), col(ItemRouting.theme_group)
        )
    )
    found: dict[int, list[RoutedTo]] = {}
    for item_id, group, is_lead, reasons, at in session.execute(query):
        routed = RoutedTo(group=group, is_lead=is_lead, terms=_terms(reasons), at=at)
        found.setdefault(item_id, []).append(routed)
    return found


def _terms(reasons: Sequence[dict[str, Any]]) -> tuple[str, ...]:
    """What in the item spoke for the group; the likeness to earlier items is no word that says anything."""
    speaking = (reason["quote"] for reason in reasons if reason["weight"] > 0 and reason["quote"])
    return tuple(dict.fromkeys(speaking))[:MOST_TERMS]


def _changes(session: Session, ids: Sequence[int], window: Window) -> dict[int, list[NewsOfItem]]:
    query = (
        select(
            col(ItemRevision.id),
            col(ItemRevision.item_id),
            col(ItemRevision.seen_at),
            col(ItemRevision.news),
        )
        .where(
            col(ItemRevision.item_id).in_(ids),
            col(ItemRevision.seen_at) >= window.with_overlap.since,
            col(ItemRevision.seen_at) < window.until,
        )
        .order_by(col(ItemRevision.id))
    )
    found: dict[int, list[NewsOfItem]] = {}
    for revision_id, item_id, seen_at, news in session.execute(query):
        if news:
            change = NewsOfItem(revision_id=revision_id, at=seen_at, news=tuple(news))
            found.setdefault(item_id, []).append(change)
    return found


def _taken_up(session: Session, ids: Sequence[int]) -> set[int]:
    """Those of some items about which there is a dossier that everybody may know of."""
    query = (
        select(col(DossierItem.item_id))
        .join(Dossier, col(Dossier.id) == col(DossierItem.dossier_id))
        .where(
            col(DossierItem.item_id).in_(ids),
            col(Dossier.confidential).is_(False),
            col(Dossier.stage) != Stage.MERGED,
        )
    )
    return set(session.scalars(query))
