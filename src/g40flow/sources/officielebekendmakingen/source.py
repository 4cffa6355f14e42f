"""Official publications as a source: one stream per saved query.

A look asks the feed of the query, which is light; the search, which is complete, is asked when the feed
shows something unknown, and every few hours in any case.
"""

from collections.abc import Collection, Iterable, Iterator
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from hashlib import blake2b

from g40flow.domain.checks import Check
from g40flow.domain.coverage import Listed
from g40flow.domain.errors import NotFound, SourceChanged, SourceError, SourceUnavailable
from g40flow.domain.instants import dutch_date
from g40flow.domain.items import PublisherRecord, SourceItem
from g40flow.sources.contract import (
    Batch,
    Comparison,
    HistoryPage,
    ReadAgain,
    RecordReader,
    Signal,
    StreamState,
)
from g40flow.sources.feed_document import parse_feed
from g40flow.sources.fetch import Fetcher
from g40flow.sources.markup import shown
from g40flow.sources.officielebekendmakingen.addresses import Addresses, page_for_people
from g40flow.sources.officielebekendmakingen.answer import Found
from g40flow.sources.officielebekendmakingen.live import look_at
from g40flow.sources.officielebekendmakingen.publications import (
    FINDING,
    PUBLICATION,
    About,
    item_of,
    records_of,
    signals_of,
)
from g40flow.sources.officielebekendmakingen.reading import Cursor, ask, begin, read_parts

COMPARED = timedelta(days=7)


@dataclass(frozen=True, kw_only=True)
class Query:
    """A saved query, see config.sources.SavedQuery."""

    name: str
    cql: str
    expected_per_week: int = 0
    ministry: str = ""
    topics: tuple[str, ...] = ()
    groups: tuple[str, ...] = ()


class OfficieleBekendmakingen:
    """SRU search with the RSS of the same query in between; fulfils contract.Source.

    search_every: how often the search is asked when the feed shows nothing unknown.
    begin_days_ago: how far back a first reading goes.
    """

    name = "officielebekendmakingen"

    def __init__(
        self,
        *,
        addresses: Addresses,
        queries: Iterable[Query],
        search_every: timedelta,
        begin_days_ago: int,
    ) -> None:
        self._addresses = addresses
        self._queries = {query.name: query for query in queries}
        self._about = {
            query.name: About(ministry=query.ministry, topics=query.topics, groups=query.groups, order=place)
            for place, query in enumerate(self._queries.values())
        }
        self._search_every = search_every
        self._begin_days_ago = begin_days_ago
        self.streams = tuple(self._queries)

    @property
    def first_address(self) -> str:
        """The first query, one record."""
        return self._addresses.count_of(next(iter(self._queries.values())).cql)

    def read(
        self, stream: str, state: StreamState, stored: RecordReader, fetch: Fetcher, now: datetime
    ) -> Iterator[Batch]:
        """A look at the feed, then, when that is due, the search, one batch per page."""
        query = self._query(stream)
        cursor = Cursor.read(state.cursor)
        looked = self._look_at_feed(query, state, stored, fetch)
        state = replace(state, etag=looked.etag, last_modified=looked.last_modified)
        cursor = replace(cursor, feed=looked.fingerprint)
        if cursor.part is None and not looked.shows_news and not self._is_due(cursor, now):
            if looked.changed or looked.signals:
                kept = replace(state, cursor=cursor.written())
                yield Batch(records=(), state=kept, seen=0, signals=looked.signals)
            return
        if looked.signals:
            yield Batch(records=(), state=state, seen=0, more=True, signals=looked.signals)
        yield from self._search(query, cursor, state, fetch, now)

    def _search(
        self, query: Query, cursor: Cursor, state: StreamState, fetch: Fetcher, now: datetime
    ) -> Iterator[Batch]:
        today = dutch_date(now)
        part = cursor.part or begin(cursor.through, today, self._begin_days_ago)
        for step in read_parts(query.cql, part, today, cursor.through, self._addresses, fetch):
            is_done = step.part is None
            cursor = replace(
                cursor,
                through=step.through,
                part=step.part,
                asked_at=now if is_done else cursor.asked_at,
            )
            state = replace(
                state,
                cursor=cursor.written(),
                newest_entry_at=_newest(step.found, state.newest_entry_at, now),
                completed_at=now if is_done else state.completed_at,
            )
            yield Batch(
                records=_records(step.found, query),
                state=state,
                seen=len(step.found),
                more=not is_done,
                signals=tuple(signals_of(step.found)),
            )

    def item_identifiers(self, records: Collection[PublisherRecord], stored: RecordReader) -> set[str]:
        """The publications."""
        own = {record.identifier for record in records if record.entity == PUBLICATION}
        found = {
            reference.identifier
            for record in records
            if record.entity == FINDING
            for reference in record.references
        }
        return own | found

    def read_ahead(self, identifiers: Collection[str], stored: RecordReader) -> None:
        """Ask at once for these publications and for what found them."""
        stored.get_many(PUBLICATION, identifiers)
        stored.referring_any(FINDING, PUBLICATION, identifiers)

    def assemble(self, identifier: str, stored: RecordReader, now: datetime) -> SourceItem | None:
        """The publication with this identifier."""
        kept = stored.get(PUBLICATION, identifier)
        if kept is None:
            return None
        findings = stored.referring(FINDING, PUBLICATION, identifier)
        names = {str(finding.record.fields["zoekvraag"]) for finding in findings}
        about = sorted((self._about[n] for n in names & self._about.keys()), key=lambda one: one.order)
        return item_of(self.name, self._addresses.site, kept, about)

    def live_checks(self, fetch: Fetcher) -> list[Check]:
        """Some four requests per query, at the points that are inferred."""
        return [
            check
            for query in self._queries.values()
            for check in look_at(
                query.name, query.cql, self._addresses, fetch, per_week=query.expected_per_week
            )
        ]

    def compare(self, stored: RecordReader, fetch: Fetcher, now: datetime) -> Comparison:
        """Everything that the search names for the past week up to yesterday, beside our copy."""
        last = dutch_date(now) - timedelta(days=1)
        listed: dict[str, Listed] = {}
        signals: list[Signal] = []
        for query in self._queries.values():
            found = self._week(query, last, fetch)
            listed |= {one.identifier: self._listed(one) for one in found if one.identifier}
            if len(found) < query.expected_per_week:
                expected = query.expected_per_week
                message = f"{query.name}: {len(found)} publicaties in een week, verwacht {expected}"
                signals.append(Signal(code="too_few", subject=f"{query.name} {last}", message=message))
        kept = stored.get_many(PUBLICATION, listed)
        held = frozenset(one.record.identifier for one in kept if not one.record.deleted)
        return Comparison.of_list(
            "alle publicaties van de afgelopen week die de zoekdienst telt",
            listed.values(),
            held,
            signals=signals,
        )

    def read_again(
        self, missing: Collection[Listed], stored: RecordReader, fetch: Fetcher, now: datetime
    ) -> Iterator[ReadAgain]:
        """Each publication by its identifier."""
        for one in missing:
            try:
                found = ask(self._addresses.by_name(one.identifier), fetch).found
            except SourceChanged:
                continue
            records = [records_of(f, self.streams[0])[0] for f in found if f.identifier == one.identifier]
            if records:
                yield ReadAgain(identifier=one.identifier, records=tuple(records))

    @property
    def history_streams(self) -> tuple[str, ...]:
        """Every query."""
        return self.streams

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
        """What was last modified since a day, oldest first, in stretches that the service can count."""
        query, today = self._query(stream), dutch_date(now)
        begun = Cursor.read(cursor)
        part = begun.part or begin(begun.through or since + timedelta(days=1), today, 0)
        for step in read_parts(query.cql, part, today, begun.through, self._addresses, fetch):
            position = replace(begun, through=step.through, part=step.part).written()
            yield HistoryPage(
                batch=Batch(
                    records=_records(step.found, query),
                    state=StreamState(cursor=position),
                    seen=len(step.found),
                    more=step.part is not None,
                    signals=tuple(signals_of(step.found)),
                ),
                share=_share(since, step.part.first if step.part else today, today),
            )

    def present_position(self, stream: str, fetch: Fetcher, now: datetime) -> StreamState | None:
        """The ordinary reading begins with the present by itself."""
        return None

    def _query(self, stream: str) -> Query:
        if stream not in self._queries:
            raise NotFound(f"{self.name}: expected a query of {self.streams}, found {stream!r}")
        return self._queries[stream]

    def _is_due(self, cursor: Cursor, now: datetime) -> bool:
        return cursor.asked_at is None or now - cursor.asked_at >= self._search_every

    def _week(self, query: Query, last: date, fetch: Fetcher) -> list[Found]:
        part = begin(last - COMPARED + timedelta(days=2), last, 0)
        steps = read_parts(query.cql, replace(part, last=last), last, None, self._addresses, fetch)
        return [found for step in steps for found in step.found]

    def _listed(self, found: Found) -> Listed:
        return Listed(
            identifier=found.identifier,
            item=found.identifier,
            title=found.text("documenttitel") or found.text("title"),
            url=page_for_people(self._addresses.site, found.identifier),
        )

    def _look_at_feed(
        self, query: Query, state: StreamState, stored: RecordReader, fetch: Fetcher
    ) -> "_FeedLook":
        """What the feed of a query shows. That it cannot be used is told, and the search goes on its own."""
        known = Cursor.read(state.cursor).feed
        url = self._addresses.feed_of(query.cql)
        if url is None:
            return _FeedLook()
        try:
            page = fetch.get(url, etag=state.etag, last_modified=state.last_modified)
            if page.not_modified:
                return _FeedLook(fingerprint=known, etag=state.etag, last_modified=state.last_modified)
            if page.status != 200:
                raise SourceChanged(f"expected a feed, found status {page.status}")
            fingerprint = blake2b(page.body, digest_size=16).hexdigest()
            entries = parse_feed(page.body, f"feed of {query.name}").entries if fingerprint != known else ()
        except SourceError as error:
            if isinstance(error, SourceUnavailable) and error.retry_after is not None:
                raise
            message = f"de feed van {query.name} is niet bruikbaar; alleen de zoekdienst wordt gelezen: "
            signal = Signal(code="feed_unusable", subject=query.name, message=message + shown(str(error)))
            return _FeedLook(fingerprint=known, signals=(signal,))
        named = {entry.title.partition(" :")[0].strip() for entry in entries} - {""}
        held = stored.get_many(FINDING, [f"{query.name} {identifier}" for identifier in named])
        return _FeedLook(
            fingerprint=fingerprint,
            etag=page.etag,
            last_modified=page.last_modified,
            changed=fingerprint != known,
            shows_news=len(held) < len(named),
        )


@dataclass(frozen=True, kw_only=True)
class _FeedLook:
    """changed: other bytes than before. shows_news: something in it is unknown to us."""

    fingerprint: str | None = None
    etag: str | None = None
    last_modified: str | None = None
    changed: bool = False
    shows_news: bool = False
    signals: tuple[Signal, ...] = ()


def _records(found: Iterable[Found], query: Query) -> tuple[PublisherRecord, ...]:
    return tuple(record for one in found if one.identifier for record in records_of(one, query.name))


def _newest(found: Iterable[Found], before: datetime | None, now: datetime) -> datetime | None:
    moments = [records_of(one, "")[0].updated_at for one in found if one.identifier] + [before]
    return max((moment for moment in moments if moment is not None and moment <= now), default=None)


def _share(since: date, reached: date, today: date) -> float:
    whole = (today - since).days
    return 1.0 if whole <= 0 else min(1.0, max(0.0, (reached - since).days / whole))
