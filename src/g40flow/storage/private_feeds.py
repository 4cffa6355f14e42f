"""Private addresses of calendars and news, and what calendars were told of each event."""

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass, fields
from datetime import date
from typing import Any

from sqlalchemy import ColumnElement, Row, bindparam, or_, select, update
from sqlmodel import Session, col

from g40flow.domain.private_feeds import CalendarEvent, Told
from g40flow.storage.access import hash_of_secret
from g40flow.storage.database import insert_or_ignore
from g40flow.storage.private_feed_tables import CalendarEntry, PrivateFeed

KEYS_AT_ONCE = 500


def feed_with_token(session: Session, token: str) -> PrivateFeed | None:
    """The address with this token, whatever became of it; None if there never was one."""
    query = select(PrivateFeed).where(col(PrivateFeed.token_hash) == hash_of_secret(token))
    return session.scalars(query).one_or_none()


def feeds_of(session: Session, person: str) -> Sequence[PrivateFeed]:
    """The addresses of somebody that were not revoked, oldest first."""
    query = select(PrivateFeed).where(
        col(PrivateFeed.person) == person, col(PrivateFeed.revoked_at).is_(None)
    )
    return session.scalars(query.order_by(col(PrivateFeed.id))).all()


# --- what calendars were told -----------------------------------------------------------------------

_TOLD = tuple(field.name for field in fields(Told))
_COLUMNS = tuple(getattr(CalendarEntry, name) for name in _TOLD)


def told_since(session: Session, scope: ColumnElement[bool], first: date) -> dict[str, Told]:
    """What was told of events in a scope that end on or after a day, by key."""
    query = select(col(CalendarEntry.key), *_COLUMNS).where(scope, col(CalendarEntry.last_on) >= first)
    return {row.key: _told(row) for row in session.execute(query)}


def told_of(session: Session, keys: Collection[str]) -> dict[str, Told]:
    """What was told of these events, however long ago, by key."""
    found: dict[str, Told] = {}
    for some in _in_portions(sorted(keys)):
        query = select(col(CalendarEntry.key), *_COLUMNS).where(col(CalendarEntry.key).in_(some))
        found |= {row.key: _told(row) for row in session.execute(query)}
    return found


def texts_of(session: Session, keys: Collection[str]) -> dict[str, str]:
    """The events as they were written, by key."""
    found: dict[str, str] = {}
    for some in _in_portions(sorted(keys)):
        query = select(col(CalendarEntry.key), col(CalendarEntry.text))
        rows = session.execute(query.where(col(CalendarEntry.key).in_(some)))
        found.update((row.key, row.text) for row in rows)
    return found


def in_scope(
    dossiers: ColumnElement[bool], items: ColumnElement[bool], *, also_common: bool
) -> ColumnElement[bool]:
    """Entries of certain dossiers and items; also_common: and what everybody may know.

    dossiers, items: conditions on CalendarEntry.dossier_id and CalendarEntry.item_id.
    """
    common = col(CalendarEntry.dossier_id).is_(None) & col(CalendarEntry.item_id).is_(None)
    return or_(dossiers, items, common) if also_common else or_(dossiers, items)


@dataclass(frozen=True, kw_only=True)
class Entry:
    """What calendars are told from now on. before: the sequence they were told until now; None if new.

    event: None for one that is there no more; it goes on belonging to what it did.
    """

    key: str
    told: Told
    text: str
    before: int | None
    event: CalendarEvent | None


def keep_entries(session: Session, entries: Iterable[Entry]) -> None:
    """Keep what is told. What somebody else told meanwhile stays: the next reader looks again."""
    new: list[dict[str, Any]] = []
    changed: list[dict[str, Any]] = []
    gone: list[dict[str, Any]] = []
    for entry in entries:
        values = {"text": entry.text, **{name: getattr(entry.told, name) for name in _TOLD}}
        if entry.before is not None:
            values |= {"same_key": entry.key, "before": entry.before}
        if entry.event is not None:
            values |= {"dossier_id": entry.event.dossier_id, "item_id": entry.event.item_id}
        if entry.before is None:
            new.append({"key": entry.key, **values})
        else:
            (gone if entry.event is None else changed).append(values)
    connection = session.connection()
    if new:
        connection.execute(insert_or_ignore(CalendarEntry), new)
    is_told_so = (
        col(CalendarEntry.key) == bindparam("same_key"),
        col(CalendarEntry.sequence) == bindparam("before"),
    )
    for rows in filter(None, (changed, gone)):
        connection.execute(update(CalendarEntry).where(*is_told_so), rows)


def _told(row: Row[Any]) -> Told:
    return Told(**dict(zip(_TOLD, row[1:], strict=True)))


def _in_portions(keys: Sequence[str]) -> Iterable[Sequence[str]]:
    return (keys[n : n + KEYS_AT_ONCE] for n in range(0, len(keys), KEYS_AT_ONCE))
