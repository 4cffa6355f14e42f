"""Items that wait to be assembled because one of their records changed."""

from collections.abc import Iterable, Iterator, Sequence
from datetime import datetime

from sqlalchemy import ColumnElement, delete, insert, select, update
from sqlmodel import Session, col

from g40flow.storage.tables import PendingItem

CHUNK = 500


def mark_pending(
    session: Session, source: str, identifiers: Iterable[str], *, first_read: bool, now: datetime
) -> None:
    """Ask for items to be assembled again; those already waiting keep their place.

    If one of them is being assembled at this moment, this waits until that is over: it was made of
    the records as they were, and must be made again.
    """
    wanted = sorted(set(identifiers))
    waiting: set[str] = set()
    broken: list[str] = []
    for condition in _of(source, wanted):
        query = select(col(PendingItem.identifier), col(PendingItem.broken)).where(condition)
        for identifier, why in session.connection().execute(query.with_for_update()):
            waiting.add(identifier)
            if why:
                broken.append(identifier)
    for condition in _of(source, broken):
        session.connection().execute(update(PendingItem).where(condition).values(broken=""))
    rows = [
        {
            "source": source,
            "identifier": identifier,
            "first_read": first_read,
            "broken": "",
            "marked_at": now,
        }
        for identifier in wanted
        if identifier not in waiting
    ]
    if rows:
        session.connection().execute(insert(PendingItem), rows)


def pending_items(session: Session, source: str, limit: int) -> Sequence[PendingItem]:
    """The items of a source that wait to be assembled, longest waiting first.

    They are ours until the end of the transaction. Those that another one is busy with are left out.
    """
    query = select(PendingItem).where(col(PendingItem.source) == source, col(PendingItem.broken) == "")
    order = (col(PendingItem.marked_at), col(PendingItem.identifier))
    return session.scalars(query.order_by(*order).limit(limit).with_for_update(skip_locked=True)).all()


def unmark_pending(session: Session, source: str, identifiers: Sequence[str]) -> None:
    """These items have been assembled."""
    for condition in _of(source, identifiers):
        session.connection().execute(delete(PendingItem).where(condition))


def _of(source: str, identifiers: Sequence[str]) -> Iterator[ColumnElement[bool]]:
    """Conditions that together find these items."""
    for start in range(0, len(identifiers), CHUNK):
        chunk = identifiers[start : start + CHUNK]
        yield (col(PendingItem.source) == source) & col(PendingItem.identifier).in_(chunk)
