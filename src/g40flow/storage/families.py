"""Which items belong together: the same proposal as consultation, bill, letter, motion and debate."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import ColumnElement, Select, and_, delete, exists, func, insert, or_, select
from sqlalchemy.orm import aliased
from sqlmodel import Session, col

from g40flow.domain.families import SAME_NEWS, FamilyFacts, family_keys, reference_keys, same_publication
from g40flow.domain.family_keys import BY_HAND, NAME_OF_ACT, TRAJECTORIES, is_identity, is_joining, kind_of
from g40flow.storage.family_tables import FamilyBlock, FamilyMember
from g40flow.storage.tables import Item, ItemFamily, Message, MessageItem

MOST_MEMBERS = 200
"""A dossier that runs for decades has thousands of papers; the latest are what people look for."""


def facts_of(row: Item) -> FamilyFacts:
    """What family is recognised by."""
    return FamilyFacts(
        id=str(row.id),
        title=row.title,
        source=row.source,
        kind=row.kind_label,
        dossier_number=row.dossier_number,
        chain_id=row.chain_id,
        on=row.published_on,
        number=row.number,
        references=tuple(row.facts.get("references", ())),
        ministry=row.ministry,
    )


@dataclass(frozen=True, kw_only=True)
class ChangedKeys:
    """Items whose joining keys are not what they were: all of them, and those that lost one."""

    changed: frozenset[int] = frozenset()
    lost: frozenset[int] = frozenset()


def keep_family_keys(session: Session, rows: Sequence[Item]) -> ChangedKeys:
    """Note the keys of some items as they are now; what people put together stays."""
    wanted = {row.id: family_keys(facts_of(row)) for row in rows if row.id is not None}
    known: dict[int, set[str]] = {}
    query = select(col(ItemFamily.item_id), col(ItemFamily.key)).where(col(ItemFamily.item_id).in_(wanted))
    for item_id, key in session.execute(query):
        if kind_of(key) != BY_HAND:
            known.setdefault(item_id, set()).add(key)
    changed = {item_id: keys for item_id, keys in wanted.items() if keys != known.get(item_id, set())}
    _forget(
        session, {item_id: known[item_id] - keys for item_id, keys in changed.items() if item_id in known}
    )
    added = [
        {"item_id": item_id, "key": key}
        for item_id, keys in changed.items()
        for key in sorted(keys - known.get(item_id, set()))
    ]
    if added:
        session.connection().execute(insert(ItemFamily), added)
    lost = {id_ for id_, keys in changed.items() if any(map(is_joining, known.get(id_, set()) - keys))}
    return ChangedKeys(changed=frozenset(changed), lost=frozenset(lost))


def _forget(session: Session, keys: Mapping[int, set[str]]) -> None:
    for item_id, gone in keys.items():
        if gone:
            condition = (col(ItemFamily.item_id) == item_id) & col(ItemFamily.key).in_(gone)
            session.connection().execute(delete(ItemFamily).where(condition))


def family_of(session: Session, item_id: int) -> Sequence[Item]:
    """The other items that share a key with this one, newest first."""
    query = select(Item).where(col(Item.id).in_(_members(item_id)))
    return session.scalars(query.order_by(col(Item.id).desc())).all()


def members_of_families(session: Session, item_ids: Sequence[int]) -> dict[int, list[int]]:
    """For each item the ids of the others that share a key with it, newest first."""
    own = select(col(ItemFamily.item_id), col(ItemFamily.key)).where(
        col(ItemFamily.item_id).in_(item_ids), _counts()
    )
    keys: dict[int, set[str]] = {}
    for item_id, key in session.execute(own):
        keys.setdefault(item_id, set()).add(key)
    bearers = _bearers(session, {key for several in keys.values() for key in several})
    return {
        item_id: sorted({id_ for key in several for id_ in bearers[key]} - {item_id}, reverse=True)[
            :MOST_MEMBERS
        ]
        for item_id, several in keys.items()
    }


def _bearers(session: Session, keys: Collection[str]) -> dict[str, list[int]]:
    """For each key the newest items that bear it, as many as can matter to one of them."""
    if not keys:
        return {}
    newest_first = col(ItemFamily.item_id).desc()
    place = func.row_number().over(partition_by=col(ItemFamily.key), order_by=newest_first).label("place")
    numbered = (
        select(col(ItemFamily.key), col(ItemFamily.item_id), place)
        .where(col(ItemFamily.key).in_(keys), _counts())
        .subquery()
    )
    query = select(numbered.c.key, numbered.c.item_id).where(numbered.c.place <= MOST_MEMBERS + 1)
    bearers: dict[str, list[int]] = {}
    for key, item_id in session.execute(query):
        bearers.setdefault(key, []).append(item_id)
    return bearers


def messages_to_family(session: Session, item_id: int, audience: str) -> Sequence[tuple[Item, Message]]:
    """The other items of the family that an audience was told of, newest first, each with its message."""
    query = (
        select(Item, Message)
        .join(MessageItem, col(MessageItem.item_id) == col(Item.id))
        .join(Message, col(Message.id) == col(MessageItem.message_id))
        .where(col(Item.id).in_(_members(item_id)), col(MessageItem.audience) == audience)
        .order_by(col(Item.id).desc())
    )
    return [(item, message) for item, message in session.execute(query)]


def same_publications(session: Session, row: Item) -> list[Item]:
    """The same thing as other publishers show it, oldest first; see domain.families.same_publication.

    What a person took out of the family is something else.
    """
    mine = aliased(FamilyMember)
    own = session.scalars(select(col(ItemFamily.key)).where(col(ItemFamily.item_id) == row.id)).all()
    alike: ColumnElement[bool] = col(Item.id).in_(_that_bear([key for key in own if is_identity(key)]))
    if row.published_on is not None:
        near = col(Item.published_on).between(row.published_on - SAME_NEWS, row.published_on + SAME_NEWS)
        courses = [key for key in own if kind_of(key) in TRAJECTORIES]
        alike = or_(alike, and_(near, col(Item.id).in_(_that_bear(courses))))
    query = (
        select(Item)
        .join(FamilyMember, col(FamilyMember.item_id) == col(Item.id))
        .join(mine, col(mine.family_id) == col(FamilyMember.family_id))
        .where(col(mine.item_id) == row.id, col(Item.source) != row.source, alike)
        .order_by(col(Item.id).desc())
        .limit(MOST_MEMBERS)
    )
    facts = facts_of(row)
    found = [other for other in session.scalars(query) if same_publication(facts, facts_of(other))]
    return list(reversed(found))


def _that_bear(keys: Collection[str]) -> Select[Any]:
    return select(col(ItemFamily.item_id)).where(col(ItemFamily.key).in_(keys))


def suggestions_for(session: Session, rows: Sequence[Item], limit: int) -> list[Item]:
    """Items elsewhere that bear the name of the same act, newest first: perhaps they belong with these."""
    ids = [row.id for row in rows if row.id is not None]
    names = select(col(ItemFamily.key)).where(
        col(ItemFamily.item_id).in_(ids), col(ItemFamily.key).startswith(f"{NAME_OF_ACT}:")
    )
    bearers = select(col(ItemFamily.item_id)).where(col(ItemFamily.key).in_(names))
    query = select(Item).where(col(Item.id).in_(bearers), col(Item.id).not_in(ids))
    return list(session.scalars(query.order_by(col(Item.id).desc()).limit(limit)))


def once(rows: Sequence[Item]) -> list[Item]:
    """The rows in their order, without those that show the same as another publisher's older one."""
    facts = {row.id: facts_of(row) for row in rows}
    by_key: dict[str, list[Item]] = {}
    for row in rows:
        for key in reference_keys(facts[row.id]).joining:
            by_key.setdefault(key, []).append(row)
    later: set[int | None] = set()
    for alike in by_key.values():
        first, *others = sorted(alike, key=lambda row: row.id or 0)
        later |= {row.id for row in others if same_publication(facts[first.id], facts[row.id])}
    return [row for row in rows if row.id not in later]


def _members(item_id: int) -> Select[Any]:
    """Ids of the other items that share a key with this one, no more than MOST_MEMBERS."""
    mine = select(col(ItemFamily.key)).where(col(ItemFamily.item_id) == item_id, _counts())
    query = select(col(ItemFamily.item_id)).where(
        col(ItemFamily.key).in_(mine), col(ItemFamily.item_id) != item_id, _counts()
    )
    return query.distinct().order_by(col(ItemFamily.item_id).desc()).limit(MOST_MEMBERS)


def _counts() -> ColumnElement[bool]:
    """Whether a person left this key of this item as it is."""
    blocked = aliased(FamilyBlock)
    return ~exists().where(
        col(blocked.item_id) == col(ItemFamily.item_id), col(blocked.key) == col(ItemFamily.key)
    )
