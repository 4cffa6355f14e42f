"""Stored records made of entities as the feed brings them."""

from datetime import UTC, datetime

from g40flow.domain.items import PublisherRecord
from g40flow.sources.contract import Batch, StreamState
from g40flow.sources.tweedekamer.feed import parse_page
from g40flow.sources.tweedekamer.fields import TABLES, record_of
from tests.sources.memory_records import MemoryRecords
from tests.sources.tweedekamer.feeds import Entity, feed_page

NOW = datetime(2026, 11, 21, 9, tzinfo=UTC)
_CATEGORIES = {table.entity: category for category, table in TABLES.items()}


def record(entity: Entity) -> PublisherRecord:
    """The record as it is read from the wire."""
    (entry,) = parse_page(feed_page(entity), "feed").entries
    return record_of(TABLES[_CATEGORIES[entity.kind]], entry, "feed")


def arrive(stored: MemoryRecords, entity: Entity) -> list[PublisherRecord]:
    """Store one entity; returns the record if it was new or changed."""
    return stored.apply(Batch(records=(record(entity),), state=StreamState(), seen=1), NOW)


def keep(*entities: Entity) -> MemoryRecords:
    """All entities, stored in the order given."""
    stored = MemoryRecords()
    for entity in entities:
        arrive(stored, entity)
    return stored
