"""The Tweede Kamer as a source: one stream per category of the SyncFeed."""

from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import date, datetime
from hashlib import blake2b

from g40flow.domain.checks import Check
from g40flow.domain.coverage import Listed
from g40flow.domain.errors import ConfigError, SourceChanged, SourceError, SourceUnavailable
from g40flow.domain.instants import dutch_date
from g40flow.domain.items import PublisherRecord, SourceItem
from g40flow.domain.parliament.facts import CommitteeSeat, ParliamentaryFacts
from g40flow.sources.contract import (
    Batch,
    Comparison,
    HistoryPage,
    ReadAgain,
    RecordReader,
    Signal,
    StreamState,
)
from g40flow.sources.fetch import Fetcher
from g40flow.sources.markup import shown
from g40flow.sources.tweedekamer.activities import assemble_activity
from g40flow.sources.tweedekamer.affected import ACTIVITY, CASE, affected_items
from g40flow.sources.tweedekamer.ahead import read_ahead
from g40flow.sources.tweedekamer.cases import assemble_case
from g40flow.sources.tweedekamer.chamber import facts_in, seats_of_committees
from g40flow.sources.tweedekamer.committees import committee_key
from g40flow.sources.tweedekamer.comparing import compare_agenda, read_activities
from g40flow.sources.tweedekamer.debat_direct import STREAM, DebatDirect
from g40flow.sources.tweedekamer.feed import FeedPage, parse_page
from g40flow.sources.tweedekamer.fields import STANDARD_CATEGORIES, TABLES, EntityTable, record_of
from g40flow.sources.tweedekamer.history import History, present_position
from g40flow.sources.tweedekamer.known_values import signals_for
from g40flow.sources.tweedekamer.live import debat_direct_check, live_checks, odata_check
from g40flow.sources.tweedekamer.odata import ODataService
from g40flow.sources.tweedekamer.pages import Addresses
from g40flow.sources.tweedekamer.quiet_feed import QuietLimit, is_silently_stale

LIVE_BASE_URL = "https://gegevensmagazijn.tweedekamer.nl"
LIVE_SITE_URL = "https://www.tweedekamer.nl"


@dataclass(frozen=True, kw_only=True)
class _ReadPage:
    """A page with its entities read."""

    page: FeedPage
    records: tuple[PublisherRecord, ...]


class TweedeKamer:
    """SyncFeed 2.0 as the source of truth; fulfils sources.contract.Source.

    base_url: of the data warehouse, above /SyncFeed/2.0. site_url: of the website, for links only.
    categories: the streams, in the order in which they are best read.
    start_tokens: per category the skiptoken of a first reading; None or absent reads from the
        beginning, which for the large categories is eighteen years and takes hours.
    known_committees: names; one outside them gives a signal. Empty switches the check off.
    quiet_limit: when a lively feed that brings nothing counts as stale; None switches it off.
    debat_direct: where broadcasts are found, a further stream; None leaves it out.
    """

    def __init__(
        self,
        *,
        base_url: str = LIVE_BASE_URL,
        site_url: str = LIVE_SITE_URL,
        name: str = "tweedekamer",
        categories: Iterable[str] = STANDARD_CATEGORIES,
        start_tokens: Mapping[str, str | None] | None = None,
        known_committees: Collection[str] = (),
        quiet_limit: QuietLimit | None = None,
        odata: ODataService | None = None,
        debat_direct: DebatDirect | None = None,
    ) -> None:
        self.name = name
        self._categories = tuple(categories)
        self.streams = self._categories if debat_direct is None else (*self._categories, STREAM)
        self._debat_direct = debat_direct
        self.addresses = Addresses(warehouse=base_url, site=site_url)
        self._start_tokens = dict(start_tokens or {})
        self._known_committees = frozenset(map(committee_key, known_committees))
        self._quiet_limit = quiet_limit
        self._odata = odata
        # A misspelled category gives an empty feed, not an error: refuse it before it is asked for.
        if unknown := sorted({*self._categories, *self._start_tokens} - TABLES.keys()):
            raise ConfigError(f"{name}: expected categories among {', '.join(TABLES)}; found {unknown}")

    def read(
        self, stream: str, state: StreamState, stored: RecordReader, fetch: Fetcher, now: datetime
    ) -> Iterator[Batch]:
        """One batch per page; the cursor in its state is the skiptoken that follows its last entry."""
        if stream == STREAM and self._debat_direct is not None:
            yield from _broadcasts(self._debat_direct, state, fetch, now)
            return
        table = self._table(stream)
        cursor = state.cursor or self._start_tokens.get(stream)
        has_read = False
        moves_again = self._moves_again(stream, state)
        while True:
            read = self._page(table, cursor, fetch)
            if not read.records:
                break
            cursor = self._advanced(stream, cursor, read.page)
            state = replace(
                state,
                cursor=cursor,
                newest_entry_at=_newest(read.records, state.newest_entry_at),
                completed_at=state.completed_at if read.page.more else now,
            )
            yield Batch(
                records=read.records,
                state=state,
                seen=len(read.records),
                more=read.page.more,
                signals=moves_again + signals_for(read.records, self._known_committees, now),
            )
            has_read, moves_again = True, ()
            if not read.page.more:
                return
        yield from self._at_the_end(stream, state, cursor, read.page.token, now, has_read=has_read)

    def item_identifiers(self, records: Collection[PublisherRecord], stored: RecordReader) -> set[str]:
        """Identifiers of the items whose content a change of these records can alter."""
        return affected_items(records, stored)

    def read_ahead(self, identifiers: Collection[str], stored: RecordReader) -> None:
        """Ask at once for the records of which these items are made."""
        read_ahead(identifiers, stored)

    def assemble(self, identifier: str, stored: RecordReader, now: datetime) -> SourceItem | None:
        """The item as the stored records tell it; the same at any `now`."""
        if identifier.startswith(ACTIVITY):
            guid = identifier.removeprefix(ACTIVITY)
            return assemble_activity(guid, stored, self.addresses, self.name)
        if identifier.startswith(CASE):
            return assemble_case(identifier.removeprefix(CASE), stored, self.addresses, self.name)
        raise ValueError(f"expected an identifier of {self.name}, found {identifier!r}")

    @property
    def first_address(self) -> str:
        """The feed of the first category, from the beginning."""
        return self.addresses.feed(self.streams[0], None)

    def live_checks(self, fetch: Fetcher) -> list[Check]:
        """What the real feeds show on the points that are inferred, for `g40flow doctor --live`."""
        checks = live_checks(fetch, self.addresses, self._categories, self._known_committees)
        if self._odata is not None:
            checks.append(odata_check(fetch, self._odata))
        if self._debat_direct is not None:
            checks.append(debat_direct_check(fetch, self._debat_direct))
        return checks

    def facts_in(self, records: Collection[PublisherRecord], stored: RecordReader) -> ParliamentaryFacts:
        """Votes, commitments and groups that a change of these records tells of."""
        return facts_in(records, stored)

    def seats_of_committees(self, stored: RecordReader, today: date) -> Iterator[CommitteeSeat]:
        """Who holds which seat of a standing committee today."""
        return seats_of_committees(stored, today)

    def compare(self, stored: RecordReader, fetch: Fetcher, now: datetime) -> Comparison:
        """The agenda of the coming weeks as OData shows it, beside our copy."""
        return compare_agenda(self._odata, self.addresses, stored, fetch, now)

    def read_again(
        self, missing: Collection[Listed], stored: RecordReader, fetch: Fetcher, now: datetime
    ) -> Iterator[ReadAgain]:
        """Activities by their identifier; what belongs to them comes with its own feed."""
        return read_activities(missing, self.addresses, fetch)

    @property
    def history_streams(self) -> tuple[str, ...]:
        """Every feed that is followed."""
        return self._categories

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
        """The feed from the place that belongs to a day."""
        table = self._table(stream)

        def read(token: str | None) -> tuple[FeedPage, tuple[PublisherRecord, ...]]:
            found = self._page(table, token, fetch)
            if found.records:
                self._advanced(stream, token, found.page)
            return found.page, found.records

        place = None if present.completed_at is None else present.cursor
        history = History(stream=stream, since=since, present=place)
        return history.pages(read, cursor, self.addresses, fetch, now)

    def present_position(self, stream: str, fetch: Fetcher, now: datetime) -> StreamState | None:
        """Yesterday's place, for a feed that would otherwise be read from 2008 on first."""
        if stream == STREAM:
            return None
        return present_position(stream, self._start_tokens.get(stream), self.addresses, fetch, now)

    def _table(self, stream: str) -> EntityTable:
        if stream not in self._categories:
            raise ValueError(f"expected one of the streams {self.streams}, found {stream!r}")
        return TABLES[stream]

    def _page(self, table: EntityTable, cursor: str | None, fetch: Fetcher) -> _ReadPage:
        url = self.addresses.feed(table.category, cursor)
        answer = fetch.get(url)
        if answer.status != 200:
            raise SourceChanged(f"{url}: expected a feed, found status {answer.status}")
        page = parse_page(answer.body, url)
        return _ReadPage(page=page, records=tuple(record_of(table, entry, url) for entry in page.entries))

    def _advanced(self, stream: str, cursor: str | None, page: FeedPage) -> str:
        """The position after the page. Standing still or going back would read the feed for ever."""
        token = page.token
        assert token is not None
        if token == cursor or (cursor and _is_before(token, cursor)):
            raise SourceChanged(f"{self.name} {stream}: expected a token after {cursor}, found {token}")
        return token

    def _at_the_end(
        self,
        stream: str,
        state: StreamState,
        cursor: str | None,
        resume_token: str | None,
        now: datetime,
        *,
        has_read: bool,
    ) -> Iterator[Batch]:
        signals = self._staleness(stream, state, now)
        if cursor is None and not has_read:
            signals += (_empty_feed(stream),)
        if has_read or signals or state.completed_at is None:
            state = replace(state, cursor=cursor or resume_token, completed_at=now)
            yield Batch(records=(), state=state, seen=0, signals=signals)

    def _staleness(self, stream: str, state: StreamState, now: datetime) -> tuple[Signal, ...]:
        if not self._is_stale(stream, state, now):
            return ()
        message = f"de feed {stream} antwoordt, maar heeft al te lang niets nieuws"
        return (Signal(code="stale_feed", subject=_since(stream, state), message=message),)

    def _moves_again(self, stream: str, state: StreamState) -> tuple[Signal, ...]:
        """For the first new entry after a silence that was told: at the last look it was one already."""
        if state.completed_at is None or not self._is_stale(stream, state, state.completed_at):
            return ()
        message = f"de feed {stream} brengt weer nieuws"
        return (Signal(code="feed_moves_again", subject=_since(stream, state), message=message),)

    def _is_stale(self, stream: str, state: StreamState, now: datetime) -> bool:
        limit = self._quiet_limit
        if limit is None or stream not in limit.categories:
            return False
        return is_silently_stale(state.newest_entry_at, now, limit)


def _broadcasts(door: DebatDirect, state: StreamState, fetch: Fetcher, now: datetime) -> Iterator[Batch]:
    """Where meetings can be watched. Nobody promised this interface: that it fails is told, once a day."""
    today = dutch_date(now)
    try:
        records = door.look(today, fetch)
    except SourceError as error:
        if isinstance(error, SourceUnavailable) and error.retry_after is not None:
            raise
        message = f"Debat Direct is niet te lezen, links naar uitzendingen ontbreken: {shown(str(error))}"
        signal = Signal(code="debat_direct_unusable", subject=today.isoformat(), message=message)
        yield Batch(records=(), state=state, seen=0, signals=(signal,))
        return
    content = "".join(f"{record.identifier}{sorted(record.fields.items())}" for record in records)
    cursor = blake2b(content.encode("utf-8", "replace"), digest_size=16).hexdigest()
    if cursor != state.cursor:
        kept = replace(state, cursor=cursor, completed_at=now)
        yield Batch(records=records, state=kept, seen=len(records))


def _since(stream: str, state: StreamState) -> str:
    return f"{stream} {state.newest_entry_at:%Y-%m-%dT%H:%MZ}"


def _empty_feed(stream: str) -> Signal:
    return Signal(
        code="empty_feed",
        subject=stream,
        message=f"de feed {stream} is leeg, ook vanaf het begin: klopt de naam nog?",
    )


def _newest(records: Iterable[PublisherRecord], before: datetime | None) -> datetime | None:
    moments = [record.updated_at for record in records] + [before]
    return max((moment for moment in moments if moment is not None), default=None)


def _is_before(token: str, cursor: str) -> bool:
    return token.isdigit() and cursor.isdigit() and int(token) < int(cursor)
