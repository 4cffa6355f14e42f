"""What every source offers and what it is given: the seam between publishers and the use cases."""

from collections.abc import Collection, Iterable, Iterator
from dataclasses import dataclass
from datetime import date, datetime
from typing import Protocol, runtime_checkable

from g40flow.domain.checks import Check
from g40flow.domain.coverage import Listed, Offer
from g40flow.domain.items import PublisherRecord, SourceItem
from g40flow.domain.items import StoredRecord as StoredRecord
from g40flow.domain.parliament.facts import CommitteeSeat, ParliamentaryFacts
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


# --- what a source may offer besides ----------------------------------------------------------------


@dataclass(frozen=True, kw_only=True)
class Comparison:
    """Our copy beside what the publisher itself lists or counts, at one moment.

    offer: LIST names what there is, COUNT only says how many, NOTHING: there is no such thing (now).
    door: which list or count, in Dutch, for people: "de agenda in OData, vier weken vooruit".
    listed: everything on the list, each identifier once. held: identifiers of those that we have.
    theirs, ours: what the two count; for a list its length and how many of it we have.
    signals: oddities of the door itself, such as a field that was renamed.
    """

    offer: Offer
    door: str
    listed: tuple[Listed, ...] = ()
    held: frozenset[str] = frozenset()
    theirs: int | None = None
    ours: int | None = None
    signals: tuple[Signal, ...] = ()

    @classmethod
    def of_list(
        cls, door: str, listed: Iterable[Listed], held: frozenset[str], signals: Iterable[Signal] = ()
    ) -> "Comparison":
        """Beside a list that names everything: the two counts are its length and how many of it we have."""
        named = tuple(listed)
        return cls(
            offer=Offer.LIST,
            door=door,
            listed=named,
            held=held,
            theirs=len(named),
            ours=len(held),
            signals=tuple(signals),
        )


@dataclass(frozen=True, kw_only=True)
class ReadAgain:
    """What the publisher answered about one thing by name. identifier: of Listed. records: to store."""

    identifier: str
    records: tuple[PublisherRecord, ...]


@runtime_checkable
class Comparable(Protocol):
    """A source whose publisher has a list or a count of its own, apart from what `read` reads.

    A source that is not Comparable says by that: there is nothing to compare with.
    """

    def compare(self, stored: RecordReader, fetch: Fetcher, now: datetime) -> Comparison:
        """Look at the other door. Raises SourceError when it does not open."""


@runtime_checkable
class ReadsByName(Protocol):
    """A source that can ask for what its publisher's list shows and we lack, one thing at a time."""

    def read_again(
        self, missing: Collection[Listed], stored: RecordReader, fetch: Fetcher, now: datetime
    ) -> Iterator[ReadAgain]:
        """Ask by name for what is missing, one after the other; the reading of the streams keeps its place.

        What cannot be read is passed over. Raises SourceUnavailable when the publisher is down.
        """


@dataclass(frozen=True, kw_only=True)
class HistoryPage:
    """One page's worth of history. batch.state.cursor: where to go on, of this reading only.

    share: how much of the whole is behind us now, 0 to 1; None if that cannot be said.
    """

    batch: Batch
    share: float | None = None


@runtime_checkable
class HasHistory(Protocol):
    """A source whose past can be read from any day on, apart from the ordinary reading."""

    @property
    def history_streams(self) -> tuple[str, ...]:
        """What can be read so, in the best order."""

    def history(
        self,
        stream: str,
        since: date,
        cursor: str | None,
        present: StreamState,
        stored: RecordReader,
        fetch: Fetcher,
        now: datetime,
    ) -> Iterator[HistoryPage]:
        """What became visible since a Dutch day, from `cursor` on; None begins.

        present: where the ordinary reading of the stream is; what lies beyond is for that one.
        The last page has batch.more False. Raises SourceError; pages that were yielded stay valid.
        """

    def present_position(self, stream: str, fetch: Fetcher, now: datetime) -> StreamState | None:
        """Where the ordinary reading of a stream that was never read can begin, so that it follows
        the present while history is read beside it. None if it begins with the present by itself.
        """


@runtime_checkable
class TellsOfParliament(Protocol):
    """A source that tells what a Chamber decided, besides items."""

    def facts_in(self, records: Collection[PublisherRecord], stored: RecordReader) -> ParliamentaryFacts:
        """What these records tell now, which are stored already.

        records: of one page, of before and after their change: what a vote was about can move.
        """


@runtime_checkable
class KnowsCommittees(Protocol):
    """A source that tells who sits in which committee."""

    def seats_of_committees(self, stored: RecordReader, today: date) -> Iterator[CommitteeSeat]:
        """Who holds which seat of a standing committee on a Dutch day."""
