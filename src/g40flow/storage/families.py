"""Which items belong together: the same proposal as consultation, bill, letter, motion and debate."""

from collections.abc import Collection, Sequence
from typing import Any

from sqlalchemy import Select, delete, func, insert, select
from sqlmodel import Session, col

from g40flow.domain.families import FamilyFacts, family_keys
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
    )


def keep_family_keys(session: Session, rows: Sequence[Item]) -> None:
    """Note the keys of some items as they are now."""
    ids = [row.id for row in rows]
    session.connection().execute(delete(ItemFamily).where(col(ItemFamily.item_id).in_(ids)))
    keys = [{"item_id": row.id, "key": key} for row in rows for key in sorted(family_keys(facts_of(row)))]
    if keys:
        session.connection().execute(insert(ItemFamily), keys)


def family_of(session: Session, item_id: int) -> Sequence[Item]:
    """The other items that share a key with this one, newest first."""
    query = select(Item).where(col(Item.id).in_(_members(item_id)))
    return session.scalars(query.order_by(col(Item.id).desc())).all()


def members_of_families(session: Session, item_ids: Sequence[int]) -> dict[int, list[int]]:
    """For each item the ids of the others that share a key with it, newest first."""
    own = select(col(ItemFamily.item_id), col(ItemFamily.key)).where(col(ItemFamily.item_id).in_(item_ids))
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
    newest_first = col(ItemFamily.item_id).desc()
    place = func.row_number().over(partition_by=col(ItemFamily.key), order_by=newest_first).label("place")
    numbered = (
        select(col(ItemFamily.key), col(ItemFamily.item_id), place)
        .where(col(ItemFamily.key).in_(keys))
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


def _members(item_id: int) -> Select[Any]:
    """Ids of the other items that share a key with this one, no more than MOST_MEMBERS."""
    mine = select(col(ItemFamily.key)).where(col(ItemFamily.item_id) == item_id)
    query = select(col(ItemFamily.item_id)).where(
        col(ItemFamily.key).in_(mine), col(ItemFamily.item_id) != item_id
    )
    return query.distinct().order_by(col(ItemFamily.item_id).desc()).limit(MOST_MEMBERS)
