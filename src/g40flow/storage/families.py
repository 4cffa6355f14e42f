"""Which items belong together: the same proposal as consultation, bill, letter, motion and debate."""

from collections.abc import Sequence

from sqlalchemy import delete, select
from sqlmodel import Session, col

from g40flow.domain.families import FamilyFacts, family_keys
from g40flow.storage.tables import Item, ItemFamily

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
    )


def keep_family_keys(session: Session, row: Item) -> None:
    """Note the keys of an item as it is now."""
    assert row.id is not None
    session.connection().execute(delete(ItemFamily).where(col(ItemFamily.item_id) == row.id))
    session.add_all(ItemFamily(item_id=row.id, key=key) for key in sorted(family_keys(facts_of(row))))
    session.flush()


def family_of(session: Session, item_id: int) -> Sequence[Item]:
    """The other items that share a key with this one, newest first."""
    mine = select(col(ItemFamily.key)).where(col(ItemFamily.item_id) == item_id)
    theirs = select(col(ItemFamily.item_id)).where(
        col(ItemFamily.key).in_(mine), col(ItemFamily.item_id) != item_id
    )
    query = select(Item).where(col(Item.id).in_(theirs)).order_by(col(Item.id).desc())
    return session.scalars(query.limit(MOST_MEMBERS)).all()
