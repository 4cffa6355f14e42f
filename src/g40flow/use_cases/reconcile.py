"""Looking for what fell between: the daily proof that nothing is missed silently."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import ColumnElement, exists, func, literal, select
from sqlmodel import Session, col

from g40flow.domain.instants import dutch_date
from g40flow.domain.news import News
from g40flow.storage.database import Database
from g40flow.storage.items import read_item
from g40flow.storage.locks import lock_around_items, take_turn
from g40flow.storage.messages import write_message
from g40flow.storage.tables import (
    Item,
    ItemRouting,
    Message,
    MessageItem,
    MessageState,
    PendingItem,
)
from g40flow.use_cases.announce_items import Announcer
from g40flow.use_cases.tell_operators import OPERATORS
from g40flow.use_cases.watch_quiet import Expected, KindOfDay, watch_looks, watch_yesterday

LOOKS_BACK = timedelta(days=30)
PER_TRANSACTION = 50


@dataclass(frozen=True, kw_only=True)
class Reconciled:
    """What was found. retold: groups that should have been told of an item and now are.

    differences: what publishers show themselves and our copy lacks, after it was asked for by name.
    quiet_sources: publishers that answer without bringing what they should.
    """

    waiting_items: int
    silent_sources: int
    failed_messages: int
    retold: int
    differences: int = 0
    quiet_sources: int = 0


def reconcile(
    database: Database,
    announcer: Announcer,
    expected: Mapping[str, Expected],
    kind_of: KindOfDay,
    now: datetime,
) -> Reconciled:
    """Tell groups what they were not told, and the operators what needs a person.

    expected: of every enabled source; one that was not looked at for three rounds is silent.
    """
    retold = _tell_forgotten(database, announcer, now)
    with database.writing() as session:
        silent = watch_looks(session, expected, now)
        quiet = watch_yesterday(session, expected, kind_of, now)
        failed = _count(session, Message, col(Message.state) == MessageState.FAILED)
        if failed:
            _tell_failed(session, failed, now)
        waiting = session.scalar(select(func.count()).select_from(PendingItem)) or 0
    return Reconciled(
        waiting_items=waiting,
        silent_sources=silent,
        failed_messages=failed,
        retold=retold,
        quiet_sources=quiet,
    )


def _tell_forgotten(database: Database, announcer: Announcer, now: datetime) -> int:
    """Announce recent items to groups that they were routed to without a message."""
    told, after = 0, 0
    while True:
        with database.writing() as session:
            take_turn(session)
            rows = _untold_items(session, now - LOOKS_BACK, after)
            lock_around_items(session, [row.id for row in rows if row.id is not None])
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
