"""What every source offers and what it is given: the seam between publishers and the use cases."""

from collections.abc import Collection, Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from g40flow.domain.checks import Check
from g40flow.domain.items import PublisherRecord, SourceItem
from g40flow.domain.items import StoredRecord as StoredRecord
from g40flow.sources.fetch import Fetcher


@dataclass(frozen=True, kw_only=True)
class StreamState:
    """Where reading of one stream stopped. All values are opaque to everybody but the source.

    cursor: position to go on from (a skiptoken, a page hash); None before the first page.
    etag, last_modified: validators of the last full answer, None if the publisher gave none.
    completed_at: aware UTC, when the stream was last read to its end; None while it never was.
    newest_entry_at: aware UTC by the publisher's clock, of the newest entry read; None if none was.
        A feed that answers but whose newest entry grows old on a working day is silently stale.
    """

    cursor: str | None = None
    etag: str | None = None
    last_modified: str | None = None
    completed_at: datetime | None = None
    newest_entry_at: datetime | None = None


@dataclass(frozen=True, kw_only=True)
class Signal:
    """Something odd that did not stop the reading but that an operator must hear of.

    code: stable snake_case word ("unknown_status"); the same code and subject is told once.
    subject: what it is about, e.g. a slug or the unknown value.
    """

    code: str
    subject: str
    message: str


@dataclass(frozen=True, kw_only=True)
class Batch:
    """One page's worth of reading, stored together with `state` in one transaction.

    seen: how many entries the publisher showed (records may be fewer: unchanged ones are skipped).
    more: whether the source means to go on at once.
    """

    records: tuple[PublisherRecord, ...]
    state: StreamState
    seen: int
    more: bool = False
    signals: tuple[Signal, ...] = ()


class RecordReader(Protocol):
    """Read access to the stored records of one source."""

    def get(self, entity: str, identifier: str) -> StoredRecord | None:
        """The record, deleted or not; None if it was never seen."""

    def get_many(self, entity: str, identifiers: Iterable[str]) -> list[StoredRecord]:
        """The records that exist, in the order of identifiers."""

    def referring(self, entity: str, relation: str, identifier: str) -> list[StoredRecord]:
        """Undeleted records of `entity` that point to `identifier` by `relation`, by identifier."""

    def referring_any(self, entity: str, relation: str, identifiers: Iterable[str]) -> list[StoredRecord]:
        """Undeleted records of `entity` that point to any of these, each once, by identifier."""

    def all(self, entity: str) -> Iterator[StoredRecord]:
        """Every undeleted record of one entity, by identifier, in constant memory."""


class Source(Protocol):
    """One publisher. Configured at construction; holds no state of its own."""

    name: str
    streams: tuple[str, ...]

    @property
    def first_address(self) -> str:
        """The address that a look at this publisher begins with, to see whether it answers."""

    def live_checks(self, fetch: Fetcher) -> list[Check]:
        """What the real publisher shows on the points that its documentation leaves open."""

    def cross_check(self, stored: RecordReader, fetch: Fetcher, now: datetime) -> tuple[Signal, ...]:
        """What another door of the publisher shows that our copy lacks; empty if it has no other door.

        Raises SourceError.
        """

    def read(
        self, stream: str, state: StreamState, stored: RecordReader, fetch: Fetcher, now: datetime
    ) -> Iterator[Batch]:
        """Read on from `state` until caught up; the caller stores each batch before asking the next.

        Yields nothing when the publisher confirms that nothing is new.
        Raises SourceUnavailable, SourceChanged or SourceSuspicious; batches yielded stay valid.
        """

    def item_identifiers(self, records: Collection[PublisherRecord], stored: RecordReader) -> set[str]:
        """Identifiers of the items whose content a change of these records can alter.

        records: of one page. Of what changed give the former state as well: items that it pointed
        to before are reached by that one only, and what is deleted comes without references.
        """

    def read_ahead(self, identifiers: Collection[str], stored: RecordReader) -> None:
        """Ask at once for what `assemble` will ask for each of these items.

        A reader that remembers then has it at hand. The items are the same without.
        """

    def assemble(self, identifier: str, stored: RecordReader, now: datetime) -> SourceItem | None:
        """The item as the stored records tell it; None if they do not (yet) make one."""
