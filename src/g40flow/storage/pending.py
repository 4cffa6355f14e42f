"""Items that wait to be assembled because one of their records changed."""

from collections.abc import Iterable, Iterator, Sequence
from datetime import datetime

from sqlalchemy import ColumnElement, delete, select, update
from sqlmodel import Session, col

from g40flow.storage.bulk import insert_rows
from g40flow.storage.database import chunks
from g40flow.storage.tables import PendingItem


def mark_pending(
    session: Session,
    source: str,
    identifiers: Iterable[str],
    *,
    first_read: bool,
    now: datetime,
    history: bool = False,
) -> None:
    """Ask for items to be assembled again; those already waiting keep their place.

    history: only the reading of the past waits for them. What is news stays news when history touches
    the same item, in whatever order the two come.
    If one of them is being assembled at this moment, this waits until that is over: it was made of
    the records as they were, and must be made again.
    """
    wanted = sorted(set(identifiers))
    waiting: set[str] = set()
    outdated: list[str] = []
    columns = (PendingItem.identifier, PendingItem.broken, PendingItem.first_read, PendingItem.history)
    for condition in _of(source, wanted):
        query = select(*map(col, columns)).where(condition).with_for_update()
        for identifier, why, was_first, was_history in session.connection().execute(query):
            waiting.add(identifier)
            if why or (was_first and not first_read) or (was_history and not history):
                outdated.append(identifier)
    for condition in _of(source, outdated):
        changed: dict[str, object] = {"broken": ""}
        if not first_read:
            changed["first_read"] = False
        if not history:
            changed["history"] = False
        session.connection().execute(update(PendingItem).where(condition).values(**changed))
    rows = [
        {
            "source": source,
            "identifier": identifier,
            "first_read": first_read,
            "history": history,
            "broken": "",
            "marked_at": now,
        }
        for identifier in wanted
        if identifier not in waiting
    ]
    insert_rows(session, PendingItem, rows)


def pending_items(
    session: Session, source: str, limit: int, *, history: bool = False
) -> Sequence[PendingItem]:
    """The items of a source that wait to be assembled, longest waiting first.

    history: those that only the reading of the past waits for, instead of the others.
    They are ours until the end of the transaction. Those that another one is busy with are left out.
    """
    query = select(PendingItem).where(
        col(PendingItem.source) == source,
        col(PendingItem.broken) == "",
        col(PendingItem.history).is_(history),
    )
    order = (col(PendingItem.marked_at), col(PendingItem.identifier))
    return session.scalars(query.order_by(*order).limit(limit).with_for_update(skip_locked=True)).all()


def unmark_pending(session: Session, source: str, identifiers: Sequence[str]) -> None:
    """These items have been assembled."""
    for condition in _of(source, identifiers):
        session.connection().execute(delete(PendingItem).where(condition))


def _of(source: str, identifiers: Sequence[str]) -> Iterator[ColumnElement[bool]]:
    """Conditions that together find these items."""
    for chunk in chunks(identifiers):
        yield (col(PendingItem.source) == source) & col(PendingItem.identifier).in_(chunk)
