"""Which rows a transaction locks, and in which order, so that no two wait for each other.

One order for everybody. On SQLite writers queue for the whole database and nothing below is needed; on
PostgreSQL a transaction that needs rows of several kinds takes them in this order, and several of one
kind by id:

1. the turn of work that touches many items or dossiers at once (`take_turn`): one at a time
2. a claim, see claims.py
3. items that wait to be assembled, see pending.py
4. items
5. dossiers
6. what is part of a dossier or is used by it: calls, rounds, groups, texts, mandates
7. messages
8. the head of a chain of history, always last

What one person does locks one item or one dossier and the messages that show it, and needs no turn.
Rows are locked FOR NO KEY UPDATE: that keeps other writers away, but not who only refers to the row.
"""

from collections.abc import Collection, Iterator, Sequence
from typing import Any, TypeVar

from sqlalchemy import ColumnElement, func, or_, select
from sqlmodel import Session, col

from g40flow.storage.digest_tables import DigestSubject
from g40flow.storage.dossier_tables import (
    DecisionRound,
    Dossier,
    DossierItem,
    MemberCall,
    MessageDossier,
    Ratification,
)
from g40flow.storage.dossiers import locked_dossier
from g40flow.storage.hook_tables import Hook
from g40flow.storage.tables import Item, Message, MessageItem

PartOfDossier = TypeVar("PartOfDossier", MemberCall, DecisionRound, Ratification)

TURN = 4_040
"""Number of the lock of the turn; PostgreSQL wants a number, and any will do."""


def take_turn(session: Session) -> None:
    """Wait until no other transaction does work on many items or dossiers; ours until this one ends.

    The turn of a process that dies is free at once: it lives in the connection.
    """
    if _has_row_locks(session):
        session.execute(select(func.pg_advisory_xact_lock(TURN)))


def parts_in_turn(
    session: Session, parts: Sequence[PartOfDossier]
) -> Iterator[tuple[PartOfDossier, Dossier]]:
    """Parts of many dossiers one by one, each as it is now, with its dossier; others wait until we are done.

    Whether there is still something to do is to be looked at again: another may have been faster.
    """
    take_turn(session)
    lock_dossiers(session, [part.dossier_id for part in parts])
    for part in parts:
        dossier = locked_dossier(session, part.dossier_id)
        session.refresh(part)
        yield part, dossier


def lock_items(session: Session, item_ids: Collection[int]) -> None:
    """Lock items that may change, before they are read."""
    _lock(session, Item, col(Item.id).in_(item_ids))


def lock_around_items(session: Session, item_ids: Collection[int]) -> None:
    """Lock the dossiers about some items or that aim at one, and every message that shows any of these."""
    if _has_row_locks(session):
        about = select(col(DossierItem.dossier_id)).where(col(DossierItem.item_id).in_(item_ids))
        aims = select(col(Hook.dossier_id)).where(col(Hook.item_id).in_(item_ids))
        found = {*session.scalars(about.distinct()), *session.scalars(aims.distinct())}
        lock_dossiers(session, found, item_ids=item_ids)


def lock_dossiers(session: Session, dossier_ids: Collection[int], *, item_ids: Collection[int] = ()) -> None:
    """Lock dossiers, and every message that shows one of them, one of their items, or one of `item_ids`."""
    _lock(session, Dossier, col(Dossier.id).in_(dossier_ids))
    their_items = select(col(DossierItem.item_id)).where(col(DossierItem.dossier_id).in_(dossier_ids))
    of_items = select(col(MessageItem.message_id)).where(
        or_(col(MessageItem.item_id).in_(item_ids), col(MessageItem.item_id).in_(their_items))
    )
    of_dossiers = select(col(MessageDossier.message_id)).where(
        col(MessageDossier.dossier_id).in_(dossier_ids)
    )
    which = or_(col(Message.id).in_(of_items), col(Message.id).in_(of_dossiers))
    if _has_row_locks(session) and (digests := _digests_with(session, dossier_ids, item_ids)):
        # A line of theirs may have to say what was done, see use_cases/digest/follow_acts.py.
        shown: ColumnElement[Any] = col(Message.subject)["digest"].as_integer()
        which = or_(which, (col(Message.kind) == "digest") & shown.in_(digests))
    _lock(session, Message, which)


def _digests_with(session: Session, dossier_ids: Collection[int], item_ids: Collection[int]) -> Sequence[int]:
    """Digests in which one of these stands."""
    their_items = select(col(DossierItem.item_id)).where(col(DossierItem.dossier_id).in_(dossier_ids))
    items = {*item_ids, *session.scalars(their_items)}
    subjects = [*(f"dossier:{id_}" for id_ in dossier_ids), *(f"item:{id_}" for id_ in items)]
    query = select(col(DigestSubject.digest_id)).where(col(DigestSubject.subject).in_(subjects))
    return session.scalars(query.distinct()).all()


def _lock(
    session: Session, table: type[Item] | type[Dossier] | type[Message], which: ColumnElement[bool]
) -> None:
    if _has_row_locks(session):
        query = select(col(table.id)).where(which).order_by(col(table.id))
        session.execute(query.with_for_update(key_share=True))


def _has_row_locks(session: Session) -> bool:
    return session.get_bind().dialect.name == "postgresql"
