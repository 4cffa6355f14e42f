"""internetconsultatie.nl as a source: which pages are read when, and in what order they are stored."""

from collections.abc import Collection, Iterator
from dataclasses import replace
from datetime import date, datetime, timedelta

from g40flow.domain.checks import Check
from g40flow.domain.coverage import Listed as ListedItem
from g40flow.domain.errors import NotFound, SourceChanged, SourceError, SourceUnavailable
from g40flow.domain.instants import dutch_date, require_aware
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
from g40flow.sources.fetch import Fetcher
from g40flow.sources.internetconsultatie import assembling, closed_list
from g40flow.sources.internetconsultatie.comparing import compare_open, read_pages
from g40flow.sources.internetconsultatie.conclusions import conclusions, page_records, row_records
from g40flow.sources.internetconsultatie.live import look_at
from g40flow.sources.internetconsultatie.markup import PublisherDown, asks_to_stop
from g40flow.sources.internetconsultatie.open_list import (
    Cursor,
    OpenList,
    check_believable,
    compare,
    is_due,
    read_open_list,
    search_open,
)
from g40flow.sources.internetconsultatie.reading import PageReader, ReadPage
from g40flow.sources.internetconsultatie.records import PAGE, ROW
from g40flow.sources.internetconsultatie.site import Site
from g40flow.sources.internetconsultatie.visits import Copy, RereadRules, Visit, Why, news, rereads, visit_to
from g40flow.sources.markup import shown

FAILURES_IN_A_ROW = 3  # then it is the publisher, not the page


class Internetconsultatie:
    """Open consultations by list and page, the closed ones for back-fill. Fulfils contract.Source.

    expected_minimum: fewer open consultations than this on the list cannot be right.
    reread_open_after, reread_closed_after: how old our copy of a page may become.
    reread_closed_for: after its last day a closed consultation is read again for so long (a report may
        still come). rereads_at_once: no more old copies than this are renewed in one poll.
    """

    name = "internetconsultatie"
    streams: tuple[str, ...] = ("open",)
    streams_on_demand = ("closed",)

    def __init__(
        self,
        *,
        base_url: str,
        expected_minimum: int,
        reread_open_after: timedelta,
        reread_closed_after: timedelta,
        reread_closed_for: timedelta = timedelta(days=365),
        rereads_at_once: int = 60,
    ) -> None:
        self._site = Site(base_url)
        self._minimum = expected_minimum
        self._rules = RereadRules(
            open_after=reread_open_after,
            closed_after=reread_closed_after,
            closed_for=reread_closed_for,
            at_once=rereads_at_once,
        )

    @property
    def allowed_hosts(self) -> tuple[str, ...]:
        """Hosts that a Fetcher for this source may ask."""
        return (self._site.host,)

    def read(
        self, stream: str, state: StreamState, stored: RecordReader, fetch: Fetcher, now: datetime
    ) -> Iterator[Batch]:
        """See contract.Source. "closed" is for back-fill on demand: it takes a request per unknown page."""
        now = require_aware(now)
        match stream:
            case "open":
                return self._read_open(state, stored, fetch, now)
            case "closed":
                return closed_list.read_closed(self._site, state, stored, fetch, now)
            case _:
                known = self.streams + self.streams_on_demand
                raise NotFound(f"expected a stream of {known}, found {stream!r}")

    def item_identifiers(self, records: Collection[PublisherRecord], stored: RecordReader) -> set[str]:
        """The consultations themselves, and those that are linked with them by Keten-ID."""
        return {record.identifier for record in records} | assembling.linked(records, stored)

    def read_ahead(self, identifiers: Collection[str], stored: RecordReader) -> None:
        """Ask at once for the rows and pages of these consultations."""
        assembling.read_ahead(identifiers, stored)

    def assemble(self, identifier: str, stored: RecordReader, now: datetime) -> SourceItem | None:
        """The consultation with this slug."""
        return assembling.assemble(self.name, self._site, identifier, stored, require_aware(now))

    @property
    def first_address(self) -> str:
        """The list of open consultations."""
        return self._site.open_list

    def compare(self, stored: RecordReader, fetch: Fetcher, now: datetime) -> Comparison:
        """What the search page shows as open, beside our copy."""
        return compare_open(self._site, stored, fetch, require_aware(now))

    def read_again(
        self, missing: Collection[ListedItem], stored: RecordReader, fetch: Fetcher, now: datetime
    ) -> Iterator[ReadAgain]:
        """The page of each consultation that is missing."""
        return read_pages(missing, self._site, fetch)

    @property
    def history_streams(self) -> tuple[str, ...]:
        """The closed list; the open one is always read whole."""
        return self.streams_on_demand

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
        """Consultations that closed since a day, newest first."""
        return closed_list.read_history(self._site, since, cursor, stored, fetch)

    def present_position(self, stream: str, fetch: Fetcher, now: datetime) -> StreamState | None:
        """The open list has no past to pass over."""
        return None

    def live_checks(self, fetch: Fetcher) -> list[Check]:
        """Looks at every point that the documentation of the site leaves open; a dozen requests."""
        return look_at(self._site, fetch, self._minimum)

    def _read_open(
        self, state: StreamState, stored: RecordReader, fetch: Fetcher, now: datetime
    ) -> Iterator[Batch]:
        today = dutch_date(now)
        known = {kept.record.identifier: kept for kept in stored.all(ROW)}
        found = read_open_list(self._site, state, fetch, today)
        if found.rows is not None:
            check_believable(found.rows, list(known.values()), self._minimum, today)
            yield Batch(records=(), state=state, seen=found.seen, more=True, signals=found.signals)
        copies = {kept.record.identifier: Copy.of(kept) for kept in stored.all(PAGE)}
        visits = [
            *news(found.rows or {}, known if found.rows is not None else {}, copies),
            *rereads(found.rows, known, copies, self._rules, now),
        ]
        if found.by_rest and is_due(Cursor.read(state.cursor).checked_at, now):
            listed = known.keys() if found.rows is None else found.rows.keys()
            state, checked, unlisted = self._cross_check(state, listed, stored, fetch, now)
            visits += unlisted
            yield checked
        yield from self._visit_all(visits, state, stored, fetch, today)
        if found.rows is not None or visits:
            yield _finished(found, state, now)

    def _cross_check(
        self,
        state: StreamState,
        listed: Collection[str],
        stored: RecordReader,
        fetch: Fetcher,
        now: datetime,
    ) -> tuple[StreamState, Batch, list[Visit]]:
        """Compare with the search page once a day. That it fails is told, and does not stop the poll."""
        cursor = replace(Cursor.read(state.cursor), checked_at=now)
        state = replace(state, cursor=cursor.written())
        try:
            found = search_open(self._site, fetch, dutch_date(now))
        except SourceError as error:
            if asks_to_stop(error):
                raise
            signal = Signal(
                code="cross_check_failed",
                subject="zoeken/resultaat",
                message=f"de zoekpagina is niet te vergelijken met de REST-lijst: {shown(str(error))}",
            )
            return state, Batch(records=(), state=state, seen=0, more=True, signals=(signal,)), []
        signals = (*found.signals, *compare(listed, (row.slug for row in found.rows)))
        unlisted = [
            visit_to(row.slug, Why.UNLISTED, {}, path=row.path)
            for row in found.rows
            if row.slug not in listed and stored.get(PAGE, row.slug) is None
        ]
        return state, Batch(records=(), state=state, seen=0, more=True, signals=signals), unlisted

    def _visit_all(
        self,
        visits: list[Visit],
        state: StreamState,
        stored: RecordReader,
        fetch: Fetcher,
        today: date,
    ) -> Iterator[Batch]:
        """One batch per page. Pages that fail do not keep the others from being read.

        Raises SourceUnavailable at once when the publisher is down, and at the end the first failure.
        """
        reader = PageReader(self._site, fetch)
        failures: list[SourceError] = []
        in_a_row = 0
        for visit in visits:
            try:
                page = reader.read(visit.slug, visit.path)
            except PublisherDown:
                raise
            except SourceError as error:
                failures.append(error)
                in_a_row += 1
                if visit.row is not None:
                    yield Batch(records=(visit.row,), state=state, seen=0, more=True)
                if in_a_row >= FAILURES_IN_A_ROW:
                    break
            else:
                in_a_row = 0
                yield _batch(visit, page, state, stored, today)
        if failures:
            raise _all_together(failures, len(visits)) from failures[0]


def _batch(visit: Visit, page: ReadPage, state: StreamState, stored: RecordReader, today: date) -> Batch:
    """The records that a page leads to, with its row, so that the two are stored together."""
    return Batch(
        records=(*row_records(visit), *page_records(visit, page, stored)),
        state=state,
        seen=0 if visit.why is Why.LISTED else 1,  # those on the list are counted with the list
        more=True,
        signals=(*page.signals, *conclusions(visit, page, today)),
    )


def _all_together(failures: list[SourceError], visits: int) -> SourceError:
    """One error for several pages: a change if any is one, since that needs a person."""
    kind = SourceChanged if any(isinstance(error, SourceChanged) for error in failures) else SourceUnavailable
    return kind(f"{len(failures)} of {visits} pages could not be read, first: {failures[0]}")


def _finished(found: OpenList, state: StreamState, now: datetime) -> Batch:
    """Everything was read: next time the same list needs no work."""
    if found.rows is not None:
        cursor = replace(Cursor.read(state.cursor), body=found.body)
        state = replace(state, cursor=cursor.written(), etag=found.etag, last_modified=found.last_modified)
    return Batch(records=(), state=replace(state, completed_at=now), seen=0)
