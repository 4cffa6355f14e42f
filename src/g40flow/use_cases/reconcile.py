"""Looking for what fell between: the daily proof that nothing is missed silently."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import ColumnElement, exists, func, literal, select
from sqlmodel import Session, col

from g40flow.domain.errors import SourceError
from g40flow.domain.instants import dutch_date
from g40flow.domain.news import News
from g40flow.sources.contract import Signal, Source
from g40flow.sources.fetch import Fetcher
from g40flow.storage.database import Database
from g40flow.storage.items import read_item
from g40flow.storage.messages import write_message
from g40flow.storage.publishers import last_runs, note_signal, streams_of
from g40flow.storage.records import StoredRecords
from g40flow.storage.tables import (
    Item,
    ItemRouting,
    Message,
    MessageItem,
    MessageState,
    PendingItem,
)
from g40flow.use_cases.announce_items import Announcer
from g40flow.use_cases.tell_operators import OPERATORS, tell_signal

LOOKS_BACK = timedelta(days=30)
PER_TRANSACTION = 50
TOLD_ONE_BY_ONE = 3


@dataclass(frozen=True, kw_only=True)
class Reconciled:
    """What was found. retold: groups that should have been told of an item and now are.

    differences: what another door of a publisher shows that our copy lacks.
    """

    waiting_items: int
    silent_sources: int
    failed_messages: int
    retold: int
    differences: int = 0


def reconcile(
    database: Database, announcer: Announcer, rhythms: Mapping[str, timedelta], now: datetime
) -> Reconciled:
    """Tell groups what they were not told, and the operators what needs a person.

    rhythms: of every enabled source; one that was not looked at for three rounds is silent.
    """
    retold = _tell_forgotten(database, announcer, now)
    with database.writing() as session:
        silent = [name for name, every in rhythms.items() if _is_silent(session, name, every, now)]
        for name in silent:
            _tell_silence(session, name, now)
        failed = _count(session, Message, col(Message.state) == MessageState.FAILED)
        if failed:
            _tell_failed(session, failed, now)
        waiting = session.scalar(select(func.count()).select_from(PendingItem)) or 0
    return Reconciled(
        waiting_items=waiting, silent_sources=len(silent), failed_messages=failed, retold=retold
    )


def _tell_forgotten(database: Database, announcer: Announcer, now: datetime) -> int:
    """Announce recent items to groups that they were routed to without a message."""
    told, after = 0, 0
    while True:
        with database.writing() as session:
            rows = _untold_items(session, now - LOOKS_BACK, after)
            before = _count(session, MessageItem)
            for row in rows:
                announcer.announce(session, row, read_item(row), (News.NEW,), now)
                after = row.id or after
            told += _count(session, MessageItem) - before
        if len(rows) < PER_TRANSACTION:
            return told


def _untold_items(session: Session, since: datetime, after: int) -> list[Item]:
    audience = literal("group:") + col(ItemRouting.theme_group)
    was_told = exists().where(
        col(MessageItem.item_id) == col(ItemRouting.item_id), col(MessageItem.audience) == audience
    )
    query = (
        select(Item)
        .join(ItemRouting, col(ItemRouting.item_id) == col(Item.id))
        .where(
            col(ItemRouting.withdrawn_at).is_(None),
            col(ItemRouting.routed_at) >= since,
            col(Item.id) > after,
            ~was_told,
        )
        .distinct()
        .order_by(col(Item.id))
        .limit(PER_TRANSACTION)
    )
    return list(session.scalars(query))


def cross_check(database: Database, source: Source, fetch: Fetcher, now: datetime) -> int:
    """Compare our copy with another door of the publisher; what differs is told to the operators once.

    Returns how many differences there are; 0 as long as the publisher was never read to its end. A
    door that does not open is a signal, not a failure.
    """
    with database.reading() as session:
        states = streams_of(session, source.name)
    if not states or any(state.completed_at is None for state in states):
        return 0
    day = dutch_date(now).isoformat()
    try:
        found = source.cross_check(StoredRecords(database.reading, source.name), fetch, now)
    except SourceError as error:
        found = (Signal(code="cross_check_failed", subject=day, message=str(error)),)
    with database.writing() as session:
        for signal in _gathered(found, day):
            noted = note_signal(session, source.name, signal.code, signal.subject, signal.message, now)
            if noted is not None:
                tell_signal(session, noted, now)
    return len(found)


def _gathered(signals: Iterable[Signal], day: str) -> Iterator[Signal]:
    """A few signals of one kind as they are, many as one a day: nobody reads a hundred messages."""
    by_code: dict[str, list[Signal]] = {}
    for signal in signals:
        by_code.setdefault(signal.code, []).append(signal)
    for code, alike in by_code.items():
        if len(alike) <= TOLD_ONE_BY_ONE:
            yield from alike
            continue
        subjects = ", ".join(signal.subject for signal in alike[:TOLD_ONE_BY_ONE])
        message = f"{alike[0].message}: {subjects} en nog {len(alike) - TOLD_ONE_BY_ONE}"
        yield Signal(code=code, subject=day, message=message)


def _is_silent(session: Session, name: str, every: timedelta, now: datetime) -> bool:
    last = next(iter(last_runs(session, name, limit=1)), None)
    return last is not None and now - last.started_at > 3 * every


def _tell_silence(session: Session, name: str, now: datetime) -> None:
    message = f"Er is al meer dan drie rondes niet naar {name} gekeken. Draaien de flows nog?"
    signal = note_signal(session, name, "not_looked_at", dutch_date(now).isoformat(), message, now)
    if signal is not None:
        tell_signal(session, signal, now)


def _tell_failed(session: Session, failed: int, now: datetime) -> None:
    write_message(
        session,
        f"failed-messages:{dutch_date(now).isoformat()}",
        audience=OPERATORS,
        kind="source_notice",
        subject={
            "source": "outbox",
            "code": "failed_messages",
            "message": f"Niet te versturen berichten: {failed}. Zie g40flow outbox --state failed.",
        },
        now=now,
    )


def _count(
    session: Session, table: type[Message] | type[MessageItem], *conditions: ColumnElement[bool]
) -> int:
    return session.scalar(select(func.count()).select_from(table).where(*conditions)) or 0
