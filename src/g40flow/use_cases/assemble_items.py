"""From records to items: what changed, for whom it is, and who is told; all in one transaction."""

import logging
from collections.abc import Callable, Sequence
from contextlib import nullcontext
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy.exc import SQLAlchemyError
from sqlmodel import Session

from g40flow.domain.instants import dutch_date
from g40flow.domain.items import SourceItem
from g40flow.domain.news import News, item_changes, news_of
from g40flow.sources.contract import RecordReader, Source
from g40flow.storage.database import Database
from g40flow.storage.families import keep_family_keys
from g40flow.storage.items import (
    find_item,
    read_item,
    write_item,
)
from g40flow.storage.pending import pending_items, unmark_pending
from g40flow.storage.publishers import note_signal
from g40flow.storage.records import StoredRecords, change_as_json
from g40flow.storage.remembered_records import RememberedRecords
from g40flow.storage.tables import Item, ItemRevision, PendingItem
from g40flow.use_cases.announce_items import Announcer
from g40flow.use_cases.route_items import Router, route_item
from g40flow.use_cases.tell_operators import tell_signal

PER_TRANSACTION = 25
"""Items per transaction: a crash loses no more work than this, and no writer waits long."""

log = logging.getLogger(__name__)


@dataclass
class AssembleResult:
    """What one pass did. unrouted: new items that go to nobody; they stay findable."""

    new: int = 0
    changed: int = 0
    routed: int = 0
    triage: int = 0
    unrouted: int = 0

    def add(self, other: "AssembleResult") -> None:
        """Count what another pass did as well."""
        for name, count in vars(other).items():
            setattr(self, name, getattr(self, name) + count)


def assemble_items(
    database: Database,
    source: Source,
    router: Router,
    announcer: Announcer,
    *,
    clock: Callable[[], datetime],
    progress: Callable[[AssembleResult], None] = lambda _: None,
) -> AssembleResult:
    """Assemble every waiting item of a source, route it, and put its messages in the outbox.

    Safe to run twice or at the same time: an item that nothing changed in changes nothing.
    """
    result = AssembleResult()
    size = PER_TRANSACTION
    while True:
        now = clock()
        current = ""
        done = AssembleResult()
        try:
            with database.writing() as session:
                waiting = pending_items(session, source.name, size)
                current = waiting[0].identifier if waiting else ""
                records = _records_of(session, source, waiting)
                for pending in waiting:
                    current = pending.identifier
                    _assemble(session, source, records, router, announcer, pending, now, done)
                unmark_pending(session, source.name, [pending.identifier for pending in waiting])
        except SQLAlchemyError:
            raise
        except Exception as error:
            if size == 1:
                _set_aside(database, source.name, current, error, now)
            size = 1  # one by one from here, so that only the item at fault waits
            continue
        if not waiting:
            return result
        result.add(done)
        progress(result)


def _set_aside(database: Database, source: str, identifier: str, error: Exception, now: datetime) -> None:
    """An item that cannot be assembled must not hold up the others; a person must look at it."""
    log.error("%s %s cannot be assembled", source, identifier, exc_info=error)
    with database.writing() as session:
        session.get_one(PendingItem, (source, identifier)).broken = repr(error)
        message = f"{identifier} kan niet worden samengesteld: {error!r}"
        noted = note_signal(session, source, "cannot_assemble", identifier, message, now)
        if noted is not None:
            tell_signal(session, noted, now)


def _records_of(session: Session, source: Source, waiting: Sequence[PendingItem]) -> RecordReader:
    """The records of which these items are made, already read, and the rest when it is asked for."""
    records = RememberedRecords(StoredRecords(lambda: nullcontext(session), source.name))
    source.read_ahead([pending.identifier for pending in waiting], records)
    return records


def _assemble(
    session: Session,
    source: Source,
    records: RecordReader,
    router: Router,
    announcer: Announcer,
    pending: PendingItem,
    now: datetime,
    result: AssembleResult,
) -> None:
    item = source.assemble(pending.identifier, records, now)
    if item is None:
        return
    row = find_item(session, source.name, pending.identifier)
    if row is None:
        news: tuple[News, ...] = (News.NEW,)
        row = _new_row(session, item, pending, now)
        result.new += 1
    else:
        before = read_item(row)
        if item == before:
            return
        news = _revise(session, row, before, item, pending, now)
        result.changed += 1
    routing = route_item(session, row, item, router, announcer.network, now)
    announcer.announce(session, row, item, news, now)
    if News.NEW in news:
        result.routed += bool(routing.groups)
        result.triage += routing.triage
        result.unrouted += not routing.groups and not routing.triage


def _new_row(session: Session, item: SourceItem, pending: PendingItem, now: datetime) -> Item:
    row = Item(
        source=item.source,
        identifier=item.identifier,
        kind=item.kind.value,
        status=item.status.value,
        first_read=pending.first_read,
        first_seen_at=now,
        changed_at=now,
        facts={},
    )
    write_item(row, item)
    session.add(row)
    session.flush()
    keep_family_keys(session, row)
    return row


def _revise(
    session: Session, row: Item, before: SourceItem, item: SourceItem, pending: PendingItem, now: datetime
) -> tuple[News, ...]:
    # What the first reading of a stream adds to an item is history that catches up, not a change.
    news = () if pending.first_read else news_of(before, item, dutch_date(now))
    assert row.id is not None
    session.add(
        ItemRevision(
            item_id=row.id,
            seen_at=now,
            changes=[change_as_json(change) for change in item_changes(before, item)],
            news=[word.value for word in news],
        )
    )
    write_item(row, item)
    row.changed_at = now
    session.add(row)
    session.flush()
    keep_family_keys(session, row)
    return news
