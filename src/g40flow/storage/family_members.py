"""Families by name: which items are in which, what people decided about that, and who follows."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime

from sqlalchemy import ColumnElement, delete, exists, func, insert, select, text, update
from sqlmodel import Session, col

from g40flow.domain.family_keys import NAME_OF_ACT
from g40flow.storage.database import chunks, insert_or_ignore
from g40flow.storage.dossier_tables import Follow
from g40flow.storage.family_tables import Family, FamilyBlock, FamilyDecision, FamilyMember
from g40flow.storage.tables import Item, ItemFamily

_LOCK = 40_036_512
"""Any number that nothing else in this database locks."""


def family_subject(family_id: int) -> str:
    """What a person follows who follows a family."""
    return f"family:{family_id}"


def lock_families(session: Session) -> None:
    """Let nobody else put families together until this transaction ends.

    Two that store items with one key at the same time would each find the other missing. SQLite has one
    writer at a time anyway.
    """
    if session.get_bind().dialect.name == "postgresql":
        session.execute(text("SELECT pg_advisory_xact_lock(:key)"), {"key": _LOCK})


def family_id_of(session: Session, item_id: int) -> int | None:
    """The family of an item; None if it is alone and nobody follows it as a family."""
    member = session.get(FamilyMember, item_id)
    return None if member is None else member.family_id


def has_families(session: Session) -> bool:
    """Whether there ever was a family."""
    return session.scalar(select(col(Family.id)).limit(1)) is not None


def current_family(session: Session, family_id: int) -> Family | None:
    """The family, or the one that it became part of; None if there never was one."""
    family = session.get(Family, family_id)
    while family is not None and family.merged_into is not None:
        family = session.get(Family, family.merged_into)
    return family


def family_items(session: Session, family_id: int, limit: int) -> tuple[Sequence[Item], int]:
    """(the newest items of a family in the order of their days, oldest first; how many there are)."""
    members = select(col(FamilyMember.item_id)).where(col(FamilyMember.family_id) == family_id)
    total = session.scalar(select(func.count()).select_from(members.subquery())) or 0
    day = func.coalesce(
        func.date(col(Item.starts_at)), col(Item.published_on), func.date(col(Item.first_seen_at))
    )
    query = select(Item).where(col(Item.id).in_(members)).order_by(day.desc(), col(Item.id).desc())
    return list(reversed(session.scalars(query.limit(limit)).all())), total


def family_size(session: Session, family_id: int) -> int:
    """How many items a family has."""
    query = select(func.count()).where(col(FamilyMember.family_id) == family_id)
    return session.scalar(query.select_from(FamilyMember)) or 0


def sources_of_family(session: Session, family_id: int) -> dict[str, int]:
    """How many items of a family each publisher has, by the publisher's name."""
    query = (
        select(col(Item.source), func.count())
        .join(FamilyMember, col(FamilyMember.item_id) == col(Item.id))
        .where(col(FamilyMember.family_id) == family_id)
        .group_by(col(Item.source))
        .order_by(col(Item.source))
    )
    return {str(source): int(number) for source, number in session.execute(query)}


@dataclass
class Neighbours:
    """What items of a batch are joined with.

    keys: joining keys of each item. families: by key those that bear it. alone: by key the items that bear
    it and have no family.
    """

    keys: dict[int, set[str]] = field(default_factory=dict)
    families: dict[str, set[int]] = field(default_factory=dict)
    alone: dict[str, set[int]] = field(default_factory=dict)


def neighbours_of(session: Session, item_ids: Collection[int]) -> Neighbours:
    """Keys of some items, and who else bears them."""
    found = Neighbours(keys=counting_keys(session, ids=item_ids))
    wanted = sorted({key for keys in found.keys.values() for key in keys})
    for chunk in chunks(wanted):
        query = (
            select(col(ItemFamily.key), col(FamilyMember.family_id))
            .join(FamilyMember, col(FamilyMember.item_id) == col(ItemFamily.item_id))
            .where(col(ItemFamily.key).in_(chunk), _counts())
            .distinct()
        )
        for key, family_id in session.execute(query):
            found.families.setdefault(key, set()).add(family_id)
        lone = (
            select(col(ItemFamily.key), col(ItemFamily.item_id))
            .outerjoin(FamilyMember, col(FamilyMember.item_id) == col(ItemFamily.item_id))
            .where(col(ItemFamily.key).in_(chunk), col(FamilyMember.item_id).is_(None), _counts())
        )
        for key, item_id in session.execute(lone):
            found.alone.setdefault(key, set()).add(item_id)
    return found


def counting_keys(
    session: Session, *, ids: Collection[int] = (), family_id: int | None = None
) -> dict[int, set[str]]:
    """For each of some items, or of a family, the keys that join it; items without one have an empty set."""
    if family_id is not None:
        members = select(col(FamilyMember.item_id)).where(col(FamilyMember.family_id) == family_id)
        ids = [item_id for item_id in session.scalars(members) if item_id is not None]
    keys: dict[int, set[str]] = {item_id: set() for item_id in ids}
    for chunk in chunks(sorted(keys)):
        query = select(col(ItemFamily.item_id), col(ItemFamily.key))
        for item_id, key in session.execute(query.where(col(ItemFamily.item_id).in_(chunk), _counts())):
            keys[item_id].add(key)
    return keys


def _counts() -> ColumnElement[bool]:
    """Whether a key joins the item that bears it: it is no mere name, and nobody said otherwise."""
    blocked = exists().where(
        col(FamilyBlock.item_id) == col(ItemFamily.item_id), col(FamilyBlock.key) == col(ItemFamily.key)
    )
    return ~col(ItemFamily.key).startswith(f"{NAME_OF_ACT}:") & ~blocked


def new_family(session: Session, item_ids: Iterable[int], now: datetime) -> int:
    """Give items that were alone, or left their family, a family of their own."""
    family = Family(since=now)
    session.add(family)
    session.flush()
    assert family.id is not None
    put_in_family(session, family.id, item_ids)
    return family.id


def put_in_family(session: Session, family_id: int, item_ids: Iterable[int]) -> None:
    """Let items be in this family and in no other."""
    ids = sorted(item_ids)
    leave_families(session, ids)
    if ids:
        rows = [{"item_id": item_id, "family_id": family_id} for item_id in ids]
        session.connection().execute(insert(FamilyMember), rows)


def leave_families(session: Session, item_ids: Iterable[int]) -> None:
    """Let items be in no family."""
    for chunk in chunks(sorted(item_ids)):
        session.execute(
            delete(FamilyMember)
            .where(col(FamilyMember.item_id).in_(chunk))
            .execution_options(synchronize_session="fetch")
        )


def merge_families(session: Session, target: int, others: Iterable[int]) -> None:
    """Let families become part of another one, with whoever follows them."""
    for family_id in sorted(others):
        session.execute(
            update(FamilyMember)
            .where(col(FamilyMember.family_id) == family_id)
            .values(family_id=target)
            .execution_options(synchronize_session="fetch")
        )
        session.execute(
            update(Family)
            .where(col(Family.id) == family_id)
            .values(merged_into=target)
            .execution_options(synchronize_session="fetch")
        )
        copy_followers(session, family_id, target)
        session.execute(delete(Follow).where(col(Follow.subject) == family_subject(family_id)))


def copy_followers(session: Session, family_id: int, target: int) -> None:
    """Whoever follows the one follows the other as well, since the same day."""
    query = select(col(Follow.person), col(Follow.since)).where(
        col(Follow.subject) == family_subject(family_id)
    )
    for person, since in session.execute(query).all():
        values = {"person": person, "subject": family_subject(target), "since": since}
        session.connection().execute(insert_or_ignore(Follow), values)


def is_followed(session: Session, family_id: int) -> bool:
    """Whether anybody follows this family."""
    query = select(col(Follow.person)).where(col(Follow.subject) == family_subject(family_id))
    return session.scalars(query.limit(1)).first() is not None


def decisions_of_family(session: Session, item_ids: Collection[int]) -> Sequence[FamilyDecision]:
    """What people decided about the family of some items and did not take back, newest first."""
    either = col(FamilyDecision.item_id).in_(item_ids) | col(FamilyDecision.other_item_id).in_(item_ids)
    query = select(FamilyDecision).where(either, col(FamilyDecision.undone_at).is_(None))
    return session.scalars(query.order_by(col(FamilyDecision.id).desc())).all()


def apart_from(session: Session, keys: Collection[str]) -> Sequence[FamilyDecision]:
    """Decisions that items do not belong where one of these keys leads, newest first."""
    found: dict[int, FamilyDecision] = {}
    for chunk in chunks(sorted(keys)):
        blocked = select(col(FamilyBlock.decision_id)).where(col(FamilyBlock.key).in_(chunk))
        query = select(FamilyDecision).where(col(FamilyDecision.id).in_(blocked))
        found |= {row.id: row for row in session.scalars(query) if row.id is not None}
    return [found[number] for number in sorted(found, reverse=True)]


def block(session: Session, decision_id: int, keys: Mapping[int, Iterable[str]]) -> None:
    """Let keys count no more for an item."""
    rows = [
        {"item_id": item_id, "key": key, "decision_id": decision_id}
        for item_id, several in keys.items()
        for key in sorted(set(several))
    ]
    if rows:
        session.connection().execute(insert(FamilyBlock), rows)


def unblock(session: Session, decision_id: int) -> None:
    """Let the keys count again that a decision had blocked."""
    session.execute(delete(FamilyBlock).where(col(FamilyBlock.decision_id) == decision_id))


def items_without_family_keys(session: Session, after: int, limit: int) -> Sequence[Item]:
    """Items in the order of their id, after this one; for going through all of them once."""
    query = select(Item).where(col(Item.id) > after).order_by(col(Item.id)).limit(limit)
    return session.scalars(query).all()
