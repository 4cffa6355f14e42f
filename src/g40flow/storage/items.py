"""Items: keeping what was assembled, and finding it again."""

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from functools import cache, lru_cache
from typing import Any

from sqlalchemy import (
    ColumnElement,
    ColumnExpressionArgument,
    Select,
    and_,
    bindparam,
    func,
    or_,
    select,
)
from sqlmodel import Session, col

from g40flow.domain.instants import dutch_instant
from g40flow.domain.items import ItemDocument, ItemKind, ItemStatus, SourceItem
from g40flow.storage.item_search import has_words
from g40flow.storage.tables import Item, ItemRevision, ItemRouting

COLUMNS = (
    "number", "title", "summary", "url", "published_on", "opens_on", "closes_on", "starts_at", "ends_at",
    "ministry", "committee", "dossier_number", "chain_id", "kind_label",
)  # fmt: skip
_LEAD_FIRST = (col(ItemRouting.is_lead).desc(), col(ItemRouting.score).desc(), col(ItemRouting.theme_group))
LISTS = (
    "following_committees",
    "topics",
    "agenda",
    "related",
    "references",
    "suggested_groups",
    "home_groups",
)


def find_items(session: Session, source: str, identifiers: Collection[str]) -> dict[str, Item]:
    """The items with these identities of the publisher that exist, by identity; locked, to be changed."""
    query = select(Item).where(col(Item.source) == source, col(Item.identifier).in_(identifiers))
    locked = query.order_by(col(Item.id)).with_for_update(key_share=True)
    return {row.identifier: row for row in session.scalars(locked)}


def write_item(row: Item, item: SourceItem) -> None:
    """Copy what the publisher says into a row; what is ours in it stays."""
    for name in COLUMNS:
        setattr(row, name, getattr(item, name))
    row.kind, row.status = item.kind.value, item.status.value
    facts: dict[str, Any] = {name: list(getattr(item, name)) for name in LISTS}
    facts["documents"] = [{"title": d.title, "url": d.url, "kind": d.kind} for d in item.documents]
    facts["replaced_by"] = item.replaced_by
    row.facts = facts


def read_item(row: Item) -> SourceItem:
    """What the publisher says, as it was last kept."""
    values: dict[str, Any] = {name: getattr(row, name) for name in COLUMNS}
    values |= {name: tuple(row.facts.get(name, ())) for name in LISTS}
    return SourceItem(
        source=row.source,
        identifier=row.identifier,
        kind=ItemKind(row.kind),
        status=ItemStatus(row.status),
        documents=tuple(ItemDocument(**document) for document in row.facts.get("documents", ())),
        replaced_by=row.facts.get("replaced_by"),
        **values,
    )


def revisions_of(session: Session, item_id: int) -> Sequence[ItemRevision]:
    """What changed in an item, newest first."""
    return session.scalars(_revisions(), {"item_id": item_id}).all()


@cache
def _revisions() -> Select[tuple[ItemRevision]]:
    query = select(ItemRevision).where(col(ItemRevision.item_id) == bindparam("item_id"))
    return query.order_by(col(ItemRevision.id).desc())


def routings_of(session: Session, item_id: int, *, also_withdrawn: bool = False) -> Sequence[ItemRouting]:
    """The groups an item goes to, lead first, then by score."""
    return session.scalars(_routings(also_withdrawn=also_withdrawn), {"item_id": item_id}).all()


@cache
def _routings(*, also_withdrawn: bool) -> Select[tuple[ItemRouting]]:
    query = select(ItemRouting).where(col(ItemRouting.item_id) == bindparam("item_id"))
    if not also_withdrawn:
        query = query.where(col(ItemRouting.withdrawn_at).is_(None))
    return query.order_by(*_LEAD_FIRST)


def is_taken_off(session: Session, item_id: int, group: str) -> bool:
    """Whether a person took an item off a group that had it."""
    routing = session.get(ItemRouting, (item_id, group))
    return routing is not None and routing.withdrawn_at is not None


def groups_of_items(session: Session, item_ids: Sequence[int]) -> dict[int, list[str]]:
    """Slugs of the groups of each item, lead first; items for nobody are left out."""
    if not item_ids:
        return {}
    groups: dict[int, list[str]] = {}
    for item_id, group in session.execute(_groups(), {"item_ids": item_ids}):
        groups.setdefault(item_id, []).append(group)
    return groups


@cache
def _groups() -> Select[tuple[int, str]]:
    among = col(ItemRouting.item_id).in_(bindparam("item_ids", expanding=True))
    query = select(col(ItemRouting.item_id), col(ItemRouting.theme_group))
    query = query.where(among, col(ItemRouting.withdrawn_at).is_(None))
    return query.order_by(col(ItemRouting.is_lead).desc(), col(ItemRouting.score).desc())


def items_replaced_by(session: Session, items: Collection[SourceItem]) -> dict[tuple[str, str], list[int]]:
    """For each (source, identifier) the ids of the items whose place it took; the others left out.

    Both must say so: the one by what it is related with, the other by what replaced it.
    """
    related = {(item.source, item.identifier): item.related for item in items if item.related}
    replaced: dict[tuple[str, str], list[int]] = {}
    if not related:
        return replaced
    heir = col(Item.facts)["replaced_by"].as_string()
    query = select(col(Item.id), col(Item.source), col(Item.identifier), heir).where(
        col(Item.source).in_({source for source, _ in related}),
        col(Item.identifier).in_({identifier for several in related.values() for identifier in several}),
        heir.in_({identifier for _, identifier in related}),
    )
    for id_, source, identifier, successor in session.execute(query.order_by(col(Item.id))):
        if identifier in related.get((source, successor), ()):
            replaced.setdefault((source, successor), []).append(id_)
    return replaced


def routings_of_items(
    session: Session, item_ids: Sequence[int], *, also_withdrawn: bool = False
) -> dict[int, list[ItemRouting]]:
    """Likewise `routings_of` for each of these items; those for nobody are left out."""
    query = select(ItemRouting).where(col(ItemRouting.item_id).in_(item_ids))
    if not also_withdrawn:
        query = query.where(col(ItemRouting.withdrawn_at).is_(None))
    routings: dict[int, list[ItemRouting]] = {}
    for routing in session.scalars(query.order_by(*_LEAD_FIRST)):
        routings.setdefault(routing.item_id, []).append(routing)
    return routings


NOBODY, ANYBODY = "-", "*"


@dataclass(frozen=True, kw_only=True)
class ItemSearch:
    """What to look for. Empty values do not restrict.

    text: words, or parts of them, that must all occur in title, summary or a number; any case.
    group: slug; NOBODY asks for items that go to no group, ANYBODY for those that go to one or more.
    open_on: still to act on, on that day. soonest_first: by last day to act instead of newest first.
    count_until: do not count further than a page needs, or this number; None counts all there is.
    """

    text: str = ""
    source: str = ""
    kind: str = ""
    group: str = ""
    triage: bool = False
    open_on: date | None = None
    soonest_first: bool = False
    limit: int = 50
    offset: int = 0
    count_until: int | None = None


FEW = 200
"""Items found by words that are sorted by themselves, rather than met while reading newest first."""
SOON = timedelta(days=14)
"""In which a large network has more to act on than a page shows: the rest need not be sorted then."""


def search_items(session: Session, search: ItemSearch) -> tuple[Sequence[Item], int]:
    """(one page of items, newest first; how many there are in all, see count_until)."""
    if search.text.strip():
        return _search_words(session, search)
    rows = _quick_page(session, search)
    is_last = len(rows) < search.limit and (rows or not search.offset)
    return rows, search.offset + len(rows) if is_last else session.scalar(_number(search)) or 0


def _quick_page(session: Session, search: ItemSearch) -> Sequence[Item]:
    """What has no day comes last, and is most of all items; what is soon fills most pages."""
    if search.soonest_first and search.open_on is not None:
        for until in (search.open_on + SOON, None):
            found = session.scalars(_page_with_days(search, until)).all()
            if len(found) == search.limit and (until is None or _last_day(found[-1]) <= until):
                return found
    return session.scalars(_whole_page(search)).all()


def _last_day(row: Item) -> date:
    """By which `_soonest` orders what has a day, in UTC."""
    last_day = row.agreed_closes_on or row.closes_on
    if last_day is None:
        assert row.starts_at is not None
        return row.starts_at.date()
    return last_day


@lru_cache
def _page_with_days(search: ItemSearch, until: date | None) -> Select[tuple[Item]]:
    assert search.open_on is not None
    return _page([*_conditions(search), _has_day_from(search.open_on, until)], search)


@lru_cache
def _whole_page(search: ItemSearch) -> Select[tuple[Item]]:
    return _page(_conditions(search), search)


@lru_cache
def _number(search: ItemSearch) -> Select[tuple[int]]:
    return _count(_conditions(search), search)


def _search_words(session: Session, search: ItemSearch) -> tuple[Sequence[Item], int]:
    """How rare words are together no database can foresee: it would read all items newest first, and find
    none of them. So the index of words is asked first, and only as far as is needed to know.
    """
    conditions = [*_conditions(search), has_words(session, search.text)]
    enough = max(FEW, _counted_until(search) or 0)
    found = session.scalars(select(col(Item.id)).where(*conditions).limit(enough + 1)).all()
    if len(found) <= FEW:
        return session.scalars(_page([col(Item.id).in_(found)], search)).all(), len(found)
    is_counted = search.count_until is None
    total = session.scalar(_count(conditions, search)) or 0 if is_counted else len(found)
    if len(found) > enough and not search.soonest_first:
        conditions = [*_conditions(search), has_words(session, search.text, are_many=True)]
    return session.scalars(_page(conditions, search)).all(), total


def _page(conditions: Sequence[ColumnElement[bool]], search: ItemSearch) -> Select[tuple[Item]]:
    newest_first = (col(Item.first_seen_at).desc(), col(Item.id).desc())
    order = (*_soonest(), col(Item.id)) if search.soonest_first else newest_first
    query = select(Item).where(*conditions).order_by(*order)
    return query.offset(search.offset).limit(search.limit)


def _count(conditions: Sequence[ColumnElement[bool]], search: ItemSearch) -> Select[tuple[int]]:
    matching = select(col(Item.id)).where(*conditions)
    if (until := _counted_until(search)) is not None:
        matching = matching.limit(until + 1)
        if search.open_on is not None:  # which is most likely what came last
            matching = matching.order_by(col(Item.id).desc())
    return select(func.count()).select_from(matching.subquery())


def _counted_until(search: ItemSearch) -> int | None:
    """As far as was asked, and in any case as far as the page reaches."""
    return None if search.count_until is None else max(search.count_until, search.offset + search.limit)


def _soonest() -> tuple[ColumnExpressionArgument[Any], ...]:
    """By last day to act; what names none comes last. Within a day by hour."""
    last_day = func.coalesce(col(Item.agreed_closes_on), col(Item.closes_on), func.date(col(Item.starts_at)))
    return last_day.is_(None), last_day, col(Item.starts_at)


def _conditions(search: ItemSearch) -> list[ColumnElement[bool]]:
    """All but the words, which each database finds in its own way."""
    routed = select(col(ItemRouting.item_id)).where(col(ItemRouting.withdrawn_at).is_(None))
    conditions: list[ColumnElement[bool]] = []
    if search.source:
        conditions.append(col(Item.source) == search.source)
    if search.kind:
        conditions.append(col(Item.kind) == search.kind)
    if search.group == NOBODY:
        conditions.append(col(Item.id).not_in(routed))
    elif search.group == ANYBODY:
        conditions.append(col(Item.id).in_(routed))
    elif search.group:
        conditions.append(col(Item.id).in_(routed.where(col(ItemRouting.theme_group) == search.group)))
    if search.triage:
        conditions.append(col(Item.triage).is_(True))
    if search.open_on is not None:
        conditions.append(_is_open(search.open_on))
    return conditions


def _is_open(day: date) -> ColumnElement[bool]:
    """A term that was agreed counts also after the published one is over."""
    closes, starts = col(Item.closes_on), col(Item.starts_at)
    still_to_come = or_(starts.is_(None), starts >= dutch_instant(day, time(0)))
    return or_(
        col(Item.agreed_closes_on) >= day,
        and_(
            col(Item.status).in_((ItemStatus.OPEN.value, ItemStatus.PLANNED.value)),
            or_(closes >= day, and_(closes.is_(None), still_to_come)),
        ),
    )


def _has_day_from(day: date, until: date | None) -> ColumnElement[bool]:
    """Of what is open: that it has a day, which is one to come or was agreed. Each side has its index.

    until: all that has its last day by then must be found, and little else; None for all.
    """
    closes, starts = col(Item.closes_on), col(Item.starts_at)
    closing, starting = closes >= day, starts >= dutch_instant(day, time(0))
    if until is not None:
        closing &= closes <= until
        starting &= starts < datetime.combine(until + timedelta(days=1), time(0), UTC)
    return or_(closing, col(Item.agreed_closes_on).is_not(None), starting)


def items_by_id(session: Session, ids: Iterable[int]) -> dict[int, Item]:
    """The items that exist among the ids."""
    wanted = list(ids)
    if not wanted:
        return {}
    return {row.id: row for row in session.scalars(select(Item).where(col(Item.id).in_(wanted))) if row.id}


def chains_since(session: Session, since: datetime) -> set[str]:
    """Keten-IDs of items that came since an instant."""
    query = select(col(Item.chain_id)).where(
        col(Item.chain_id).is_not(None), col(Item.first_seen_at) >= since
    )
    return {chain for chain in session.scalars(query.distinct()) if chain}


def has_items(session: Session) -> bool:
    """Whether any item was ever assembled."""
    return session.scalar(select(col(Item.id)).limit(1)) is not None


def new_items(session: Session, since: datetime, limit: int) -> tuple[Sequence[Item], int]:
    """(items that appeared since an instant, newest first; how many there are).

    What was there when its publisher was read for the first time is not new.
    """
    conditions = (col(Item.first_seen_at) >= since, col(Item.first_read).is_(False))
    query = select(Item).where(*conditions).order_by(col(Item.first_seen_at).desc(), col(Item.id).desc())
    rows = session.scalars(query.limit(limit)).all()
    if len(rows) < limit:
        return rows, len(rows)
    return rows, session.scalar(select(func.count()).select_from(Item).where(*conditions)) or 0


def news_since(session: Session, since: datetime, limit: int) -> list[tuple[ItemRevision, Item]]:
    """Changes that were worth telling since an instant, newest first, each with its item.

    limit: of the changes looked at, of which some may not have been worth telling.
    """
    query = (
        select(ItemRevision, Item)
        .join(Item, col(Item.id) == col(ItemRevision.item_id))
        .where(col(ItemRevision.seen_at) >= since)
        .order_by(col(ItemRevision.id).desc())
        .limit(limit)
    )
    return [(revision, item) for revision, item in session.execute(query) if revision.news]


def items_of_revisions(session: Session, revision_ids: Iterable[int]) -> dict[int, tuple[int, str]]:
    """For each revision the (id, title) of the item that it changed."""
    query = (
        select(col(ItemRevision.id), col(Item.id), col(Item.title))
        .join(Item, col(Item.id) == col(ItemRevision.item_id))
        .where(col(ItemRevision.id).in_(list(revision_ids)))
    )
    rows = session.execute(query)
    return {revision: (item, title) for revision, item, title in rows if revision and item}


def related_items(session: Session, row: Item, limit: int) -> Sequence[Item]:
    """Other items of the same dossier or chain, or that the publisher ties to this one; newest first."""
    given = {
        "dossier_number": row.dossier_number,
        "chain_id": row.chain_id,
        "named": [*row.facts.get("related", ()), *filter(None, [row.facts.get("replaced_by")])],
    }
    ties = tuple(name for name, value in given.items() if value)
    if not ties:
        return []
    return session.scalars(
        _related(ties), {**given, "source": row.source, "own_id": row.id, "limit": limit}
    ).all()


@cache
def _related(ties: tuple[str, ...]) -> Select[tuple[Item]]:
    """ties: by which something can be related with an item at all; few have all of them."""
    among_named = col(Item.identifier).in_(bindparam("named", expanding=True))
    conditions: dict[str, ColumnElement[bool]] = {
        "dossier_number": col(Item.dossier_number) == bindparam("dossier_number"),
        "chain_id": col(Item.chain_id) == bindparam("chain_id"),
        "named": and_(col(Item.source) == bindparam("source"), among_named),
    }
    query = select(Item).where(or_(*(conditions[tie] for tie in ties)), col(Item.id) != bindparam("own_id"))
    order = (col(Item.published_on).desc(), col(Item.id).desc())
    return query.order_by(*order).limit(bindparam("limit"))
