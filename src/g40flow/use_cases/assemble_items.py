"""From records to items: what changed, for whom it is, and who is told; all in one transaction."""

import logging
from collections.abc import Callable, Sequence
from contextlib import nullcontext
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy.exc import SQLAlchemyError
from sqlmodel import Session

from g40flow.domain.instants import dutch_date
from g40flow.domain.items import ItemKind, SourceItem
from g40flow.domain.network import Network
from g40flow.domain.news import News, item_changes, news_of
from g40flow.sources.contract import Source
from g40flow.storage.database import Database
from g40flow.storage.deadlines import items_with_dossiers
from g40flow.storage.families import keep_family_keys, members_of_families
from g40flow.storage.items import find_items, read_item, routings_of_items, write_item
from g40flow.storage.locks import lock_around_items, take_turn
from g40flow.storage.pending import pending_items, unmark_pending
from g40flow.storage.publishers import note_signal
from g40flow.storage.records import StoredRecords, change_as_json
from g40flow.storage.remembered_records import RememberedRecords
from g40flow.storage.tables import Item, ItemRevision, PendingItem
from g40flow.use_cases.announce_items import Announcer
from g40flow.use_cases.families.settle import settle_families
from g40flow.use_cases.route_items import Router, route_items
from g40flow.use_cases.tell_operators import tell_signal

PER_TRANSACTION = 100
"""Items per transaction: a crash loses no more work than this, and other writers wait under a second."""

Follow = Callable[[Session, Item, tuple[News, ...], datetime], frozenset[str]]
"""Lets other work follow what happened to an item; gives the audiences that were told of it thereby."""

log = logging.getLogger(__name__)


def nobody_follows(_session: Session, _row: Item, _news: tuple[News, ...], _now: datetime) -> frozenset[str]:
    """For where there are no dossiers."""
    return frozenset()


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
    follow: Follow = nobody_follows,
    progress: Callable[[AssembleResult], None] = lambda _: None,
    history: bool = False,
) -> AssembleResult:
    """Assemble every waiting item of a source, route it, and put its messages in the outbox.

    history: those that only the reading of the past waits for, instead of the others.
    Safe to run twice or at the same time: an item that nothing changed in changes nothing.
    """
    result = AssembleResult()
    size = PER_TRANSACTION
    while True:
        now = clock()
        identifiers: list[str] = []
        try:
            with database.writing() as session:
                take_turn(session)
                waiting = pending_items(session, source.name, size, history=history)
                identifiers = [pending.identifier for pending in waiting]
                made = _assemble(session, source, waiting, now)
                kept = _keep(session, source, made, now)
                done = _route(session, router, announcer.network, kept, now)
                _announce(session, announcer, follow, kept, now)
                unmark_pending(session, source.name, identifiers)
        except SQLAlchemyError:
            raise
        except Exception as error:
            if size == 1:
                _set_aside(database, source.name, identifiers[0], error, now)
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


@dataclass(frozen=True)
class _Made:
    """What the records say of an item that waited. first_read: see PendingItem."""

    item: SourceItem
    first_read: bool


@dataclass(frozen=True)
class _Kept:
    """An item that is new or that changed, as it is stored now.

    news: what is worth telling of it. is_history: the change was there before we looked.
    """

    item: SourceItem
    row: Item
    news: tuple[News, ...]
    is_history: bool

    @property
    def is_new(self) -> bool:
        return News.NEW in self.news


def _assemble(session: Session, source: Source, waiting: Sequence[PendingItem], now: datetime) -> list[_Made]:
    """The items that the records make, all of which are read at once."""
    records = RememberedRecords(StoredRecords(lambda: nullcontext(session), source.name))
    source.read_ahead([pending.identifier for pending in waiting], records)
    assembled = ((source.assemble(pending.identifier, records, now), pending) for pending in waiting)
    return [_Made(item, pending.first_read) for item, pending in assembled if item is not None]


def _keep(session: Session, source: Source, made: Sequence[_Made], now: datetime) -> list[_Kept]:
    """Store what is new or changed, with what it was before and its family."""
    known = find_items(session, source.name, [one.item.identifier for one in made])
    kept: list[_Kept] = []
    for one in made:
        row = known.get(one.item.identifier)
        if row is None:
            kept.append(_Kept(one.item, _new_row(session, one, now), (News.NEW,), one.first_read))
        elif (before := read_item(row)) != one.item:
            news = _revise(session, row, before, one, now)
            kept.append(_Kept(one.item, row, news, one.first_read))
    session.flush()
    settle_families(session, keep_family_keys(session, [one.row for one in kept]), now)
    return kept


def _route(
    session: Session, router: Router, network: Network, kept: Sequence[_Kept], now: datetime
) -> AssembleResult:
    done = AssembleResult()
    routings = route_items(session, [(one.row, one.item) for one in kept], router, network, now)
    for one, routing in zip(kept, routings, strict=True):
        done.new += one.is_new
        done.changed += not one.is_new
        if one.is_new:
            done.routed += bool(routing.groups)
            done.triage += routing.triage
            done.unrouted += not routing.groups and not routing.triage
    return done


def _announce(
    session: Session, announcer: Announcer, follow: Follow, kept: Sequence[_Kept], now: datetime
) -> None:
    ids = [one.row.id for one in kept if one.row.id]
    lock_around_items(session, {*ids, *_earlier_consultations(session, kept)})
    routings, in_dossiers = routings_of_items(session, ids), items_with_dossiers(session, ids)
    for one in kept:
        if one.is_new:
            announcer.introduce(session, one.row, one.item, routings.get(one.row.id or 0, ()), now)
            follow(session, one.row, one.news, now)
        else:
            heard = frozenset[str]()
            if one.row.id in in_dossiers:
                heard = follow(session, one.row, one.news, now)
            announcer.announce(session, one.row, one.item, one.news, now, quietly=one.is_history, heard=heard)


def _earlier_consultations(session: Session, kept: Sequence[_Kept]) -> set[int]:
    """Items whose dossiers may take up a new consultation as well."""
    new = [
        one.row.id
        for one in kept
        if one.is_new and one.row.id and one.row.kind == ItemKind.CONSULTATION and not one.row.first_read
    ]
    return (
        {id_ for several in members_of_families(session, new).values() for id_ in several} if new else set()
    )


def _new_row(session: Session, made: _Made, now: datetime) -> Item:
    item = made.item
    row = Item(
        source=item.source,
        identifier=item.identifier,
        kind=item.kind.value,
        status=item.status.value,
        first_read=made.first_read,
        first_seen_at=now,
        changed_at=now,
        facts={},
    )
    write_item(row, item)
    session.add(row)
    return row


def _revise(session: Session, row: Item, before: SourceItem, made: _Made, now: datetime) -> tuple[News, ...]:
    # What the first reading of a stream adds to an item is history that catches up, not a change.
    news = () if made.first_read else news_of(before, made.item, dutch_date(now), row.first_seen_at)
    assert row.id is not None
    session.add(
        ItemRevision(
            item_id=row.id,
            seen_at=now,
            changes=[change_as_json(change) for change in item_changes(before, made.item)],
            news=[word.value for word in news],
        )
    )
    write_item(row, made.item)
    row.changed_at = now
    session.add(row)
    return news
