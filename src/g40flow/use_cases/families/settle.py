"""Putting items in families as their keys come and go. Families keep their id; followers are never lost."""

from collections.abc import Collection
from datetime import datetime

from sqlmodel import Session

from g40flow.domain.family_graph import components, heir
from g40flow.storage.database import Database
from g40flow.storage.families import ChangedKeys, keep_family_keys
from g40flow.storage.family_members import (
    Neighbours,
    copy_followers,
    counting_keys,
    family_id_of,
    has_families,
    is_followed,
    items_without_family_keys,
    leave_families,
    lock_families,
    merge_families,
    neighbours_of,
    new_family,
    put_in_family,
)

PER_TRANSACTION = 500


def settle_families(session: Session, keys: ChangedKeys, now: datetime) -> None:
    """Let families follow what changed: first take apart what no longer holds, then join."""
    if not keys.changed:
        return
    lock_families(session)
    take_apart(session, keys.lost, now)
    join(session, keys.changed, now)


def settle_once(database: Database, now: datetime) -> int:
    """Likewise `settle_all`, for a database that never had a family; does nothing in any other."""
    with database.reading() as session:
        if has_families(session):
            return 0
    return settle_all(database, now)


def settle_all(database: Database, now: datetime) -> int:
    """Give every item its keys and family by today's rules; says how many items had other keys.

    For a database from before there were families. Changes nothing when all is as it should be.
    """
    changed, after = 0, 0
    while True:
        with database.writing() as session:
            rows = items_without_family_keys(session, after, PER_TRANSACTION)
            keys = keep_family_keys(session, rows)
            settle_families(session, keys, now)
        if not rows:
            return changed
        changed += len(keys.changed)
        after = rows[-1].id or after


def join(session: Session, item_ids: Collection[int], now: datetime) -> None:
    """Put each item in one family with whatever shares a key with it, merging families where needed."""
    found = neighbours_of(session, item_ids)
    for families, alone in _groups(found):
        if families:
            target, *others = sorted(families)
            merge_families(session, target, others)
            put_in_family(session, target, alone)
        elif len(alone) > 1:
            new_family(session, alone, now)


def _groups(found: Neighbours) -> list[tuple[set[int], set[int]]]:
    """(families, items without one) that belong together. Families are told apart by a minus sign."""
    nodes: dict[int, set[str]] = {}
    for key, families in found.families.items():
        for family_id in families:
            nodes.setdefault(-family_id, set()).add(key)
    for key, items in found.alone.items():
        for item_id in items:
            nodes.setdefault(item_id, set()).add(key)
    groups = []
    for group in components(nodes):
        groups.append(({-node for node in group if node < 0}, {node for node in group if node > 0}))
    return groups


def take_apart(session: Session, item_ids: Collection[int], now: datetime) -> None:
    """Look again at the families of these items, and part what is no longer joined.

    The largest part stays what it was. Whoever follows the family follows every part of it.
    """
    families = {family_id_of(session, item_id) for item_id in item_ids}
    for family_id in sorted(found for found in families if found is not None):
        parts = components(counting_keys(session, family_id=family_id))
        if len(parts) < 2:
            continue
        staying, followed = heir(parts), is_followed(session, family_id)
        for part in parts:
            if part is staying:
                continue
            if len(part) == 1 and not followed:
                leave_families(session, part)
            else:
                copy_followers(session, family_id, new_family(session, part, now))
