"""internetconsultatie.nl as a source: which pages are read when, and in what order they are stored."""

from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from enum import Enum, auto

from g40flow.domain.errors import SourceChanged, SourceError, SourceUnavailable
from g40flow.domain.instants import dutch_date, require_aware
from g40flow.domain.items import PublisherRecord, SourceItem, StoredRecord
from g40flow.sources.contract import Batch, LiveCheck, RecordReader, Signal, StreamState
from g40flow.sources.fetch import Fetcher
from g40flow.sources.internetconsultatie import assembling, closed_list, words
from g40flow.sources.internetconsultatie.live import look_at
from g40flow.sources.internetconsultatie.markup import PublisherDown, shown
from g40flow.sources.internetconsultatie.open_list import (
    Cursor,
    OpenList,
    check_believable,
    compare,
    is_due,
    read_open_list,
    search_open,
)
from g40flow.sources.internetconsultatie.reading import PageReader, PageState, ReadPage
from g40flow.sources.internetconsultatie.records import (
    MOVED_TO,
    PAGE,
    ROW,
    empty_page,
    gone,
    moved,
    page_last_day,
    row_last_day,
    row_record,
    status_word,
    target_of,
    text,
)
from g40flow.sources.internetconsultatie.site import Site

FAILURES_IN_A_ROW = 3  # then it is the publisher, not the page


class _Why(Enum):
    LISTED = auto()  # new on the list, or its values changed
    GONE = auto()  # no longer on the list
    UNLISTED = auto()  # open according to the search page only
    REREAD = auto()  # our copy is old or missing


@dataclass(frozen=True, kw_only=True)
class _Copy:
    """What the stored copy of a page says, in short: there can be thousands of them."""

    last_seen_at: datetime
    path: str
    last_day: date | None
    status: str
    has_moved: bool

    @classmethod
    def of(cls, kept: StoredRecord) -> "_Copy":
        return cls(
            last_seen_at=kept.last_seen_at,
            path=text(kept.record.fields, "adres"),
            last_day=page_last_day(kept.record),
            status=status_word(kept.record),
            has_moved=target_of(kept.record, MOVED_TO) is not None,
        )


@dataclass(frozen=True, kw_only=True)
class _Visit:
    """A page to read.

    path: where it was last, below the base. row: to store with it. known_row: as stored.
    copy: of the page, None if it was never read.
    """

    slug: str
    path: str
    why: _Why
    row: PublisherRecord | None = None
    known_row: PublisherRecord | None = None
    copy: _Copy | None = None

    @property
    def is_listed(self) -> bool:
        return self.why is not _Why.GONE and (self.row or self.known_row) is not None

    @property
    def last_day(self) -> date | None:
        """By the newest row, or by the page as it was."""
        row = self.row or self.known_row
        return (row_last_day(row) if row else None) or (self.copy.last_day if self.copy else None)


class Internetconsultatie:
    """Open consultations by list and page, the closed ones for back-fill. Fulfils contract.Source.

    expected_minimum: fewer open consultations than this on the list cannot be right.
    reread_open_after, reread_closed_after: how old our copy of a page may become.
    reread_closed_for: after its last day a closed consultation is read again for so long (a report may
        still come). rereads_at_once: no more old copies than this are renewed in one poll.
    """

    name = "internetconsultatie"
    streams = ("open",)
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
        self._reread_open_after = reread_open_after
        self._reread_closed_after = reread_closed_after
        self._reread_closed_for = reread_closed_for
        self._rereads_at_once = rereads_at_once

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
                raise ValueError(f"expected one of {self.streams + self.streams_on_demand}, found {stream!r}")

    def item_identifiers(self, record: PublisherRecord, stored: RecordReader) -> set[str]:
        """The consultation itself, and those that are linked with it by Keten-ID."""
        return {record.identifier, *assembling.siblings(record, stored)}

    def assemble(self, identifier: str, stored: RecordReader, now: datetime) -> SourceItem | None:
        """The consultation with this slug."""
        return assembling.assemble(self.name, self._site, identifier, stored, require_aware(now))

    def live_checks(self, fetch: Fetcher) -> list[LiveCheck]:
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
        listed = frozenset(known if found.rows is None else found.rows)
        copies = {kept.record.identifier: _Copy.of(kept) for kept in stored.all(PAGE)}
        visits = [*self._news(found, known, copies), *self._rereads(found, known, copies, now)]
        if found.by_rest and is_due(Cursor.read(state.cursor).checked_at, now):
            state, checked, unlisted = self._cross_check(state, listed, stored, fetch, now)
            visits += unlisted
            yield checked
        yield from self._visit_all(visits, state, stored, fetch, today)
        if found.rows is not None or visits:
            yield _finished(found, state, now)

    # what is to be read

    def _news(
        self, found: OpenList, known: dict[str, StoredRecord], copies: dict[str, _Copy]
    ) -> Iterator[_Visit]:
        """Rows that are new, changed or gone."""
        if found.rows is None:
            return
        for slug, row in found.rows.items():
            kept = known.get(slug)
            if kept is None or not self._is_unchanged(kept, found):
                record = row_record(row, kept.record if kept else None)
                yield _visit(slug, _Why.LISTED, copies, row=record, path=row.path)
        for slug, kept in known.items():
            if slug not in found.rows:
                yield _visit(slug, _Why.GONE, copies, known_row=kept.record)

    def _rereads(
        self,
        found: OpenList,
        known: dict[str, StoredRecord],
        copies: dict[str, _Copy],
        now: datetime,
    ) -> Iterator[_Visit]:
        """Pages that were never read or are older than their row, then those that grew old."""
        unchanged = {slug: kept for slug, kept in known.items() if self._is_unchanged(kept, found)}
        handled = (known.keys() | (found.rows or {}).keys()) - unchanged.keys()
        missing = [
            slug
            for slug, row in unchanged.items()
            if slug not in copies or copies[slug].last_seen_at < row.last_seen_at
        ]
        old = [
            slug
            for slug, copy in sorted(copies.items(), key=lambda pair: pair[1].last_seen_at)
            if slug not in handled and self._is_old(copy, slug in unchanged, now)
        ]
        for slug in dict.fromkeys([*missing, *old[: self._rereads_at_once]]):
            row = unchanged.get(slug)
            yield _visit(slug, _Why.REREAD, copies, known_row=row.record if row else None)

    def _is_unchanged(self, kept: StoredRecord, found: OpenList) -> bool:
        if found.rows is None:
            return True
        row = found.rows.get(kept.record.identifier)
        return row is not None and dict(row_record(row, kept.record).fields) == dict(kept.record.fields)

    def _is_old(self, copy: _Copy, is_listed: bool, now: datetime) -> bool:
        """Whether our copy is due: open ones soon, closed ones seldom and not for ever."""
        age, today = now - copy.last_seen_at, dutch_date(now)
        if is_listed:
            return age >= self._reread_open_after
        if copy.last_day is None or copy.has_moved:
            return False
        if copy.last_day >= today and copy.status not in {words.CLOSED_WORD, words.RESULT_WORD}:
            return age >= self._reread_open_after
        return today - copy.last_day <= self._reread_closed_for and age >= self._reread_closed_after

    def _cross_check(
        self,
        state: StreamState,
        listed: Collection[str],
        stored: RecordReader,
        fetch: Fetcher,
        now: datetime,
    ) -> tuple[StreamState, Batch, list[_Visit]]:
        """Compare with the search page once a day. That it fails is told, and does not stop the poll."""
        cursor = replace(Cursor.read(state.cursor), checked_at=now)
        state = replace(state, cursor=cursor.written())
        try:
            found = search_open(self._site, fetch, dutch_date(now))
        except SourceError as error:
            signal = Signal(
                code="cross_check_failed",
                subject="zoeken/resultaat",
                message=f"de zoekpagina is niet te vergelijken met de REST-lijst: {shown(str(error))}",
            )
            return state, Batch(records=(), state=state, seen=0, more=True, signals=(signal,)), []
        signals = (*found.signals, *compare(listed, (row.slug for row in found.rows)))
        unlisted = [
            _visit(row.slug, _Why.UNLISTED, {}, path=row.path)
            for row in found.rows
            if row.slug not in listed and stored.get(PAGE, row.slug) is None
        ]
        return state, Batch(records=(), state=state, seen=0, more=True, signals=signals), unlisted

    # reading it

    def _visit_all(
        self,
        visits: list[_Visit],
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
            except SourceUnavailable as error:
                if isinstance(error, PublisherDown):
                    raise
                failures.append(error)
            except SourceChanged as error:
                failures.append(error)
            else:
                in_a_row = 0
                yield self._batch(visit, page, state, stored, today)
                continue
            in_a_row += 1
            if visit.row is not None:
                yield Batch(records=(visit.row,), state=state, seen=1, more=True)
            if in_a_row >= FAILURES_IN_A_ROW:
                break
        if failures:
            kind = next((SourceChanged for error in failures if isinstance(error, SourceChanged)), None)
            raise (kind or SourceUnavailable)(
                f"{len(failures)} of {len(visits)} pages could not be read, first: {failures[0]}"
            ) from failures[0]

    def _batch(
        self, visit: _Visit, page: ReadPage, state: StreamState, stored: RecordReader, today: date
    ) -> Batch:
        """The records that a page leads to, with its row, so that the two are stored together."""
        records = [*_row_records(visit), *_page_records(visit, page, stored)]
        signals = (*page.signals, *_conclusions(visit, page, today))
        seen = 0 if visit.why is _Why.LISTED else 1  # those on the list are counted with the list
        return Batch(records=tuple(records), state=state, seen=seen, more=True, signals=signals)


def _visit(
    slug: str,
    why: _Why,
    copies: Mapping[str, _Copy],
    *,
    row: PublisherRecord | None = None,
    known_row: PublisherRecord | None = None,
    path: str = "",
) -> _Visit:
    copy = copies.get(slug)
    return _Visit(
        slug=slug,
        path=(copy.path if copy else "") or path or f"/{slug}",
        why=why,
        row=row,
        known_row=known_row,
        copy=copy,
    )


def _row_records(visit: _Visit) -> Iterator[PublisherRecord]:
    if visit.row is not None:
        yield visit.row
    if visit.why is _Why.GONE:
        yield gone(ROW, visit.slug)


def _page_records(visit: _Visit, page: ReadPage, stored: RecordReader) -> Iterator[PublisherRecord]:
    """A page that is lost while the list still has its row is believed to come back."""
    if page.record is not None:
        yield page.record
    if page.state is PageState.MOVED and page.record is not None:
        kept = stored.get(PAGE, visit.slug)
        yield moved(kept.record if kept else empty_page(visit.slug), page.record.identifier)
    if page.state is PageState.LOST and not visit.is_listed and visit.why is not _Why.UNLISTED:
        yield gone(PAGE, visit.slug)


def _conclusions(visit: _Visit, page: ReadPage, today: date) -> Iterator[Signal]:
    """What an operator must hear of a page that is not as its row says."""
    match page.state:
        case PageState.MOVED if page.record is not None:
            yield _told("moved", visit.slug, f"leidt nu naar {shown(page.record.identifier)}")
        case PageState.LOST if visit.is_listed:
            yield _told("page_missing", visit.slug, "staat op de lijst, maar de pagina is er niet")
        case PageState.LOST if visit.last_day is None or visit.last_day >= today:
            yield _told("withdrawn", visit.slug, "is ingetrokken: de pagina is er niet meer")
        case PageState.FOUND if page.record is not None:
            yield from _comparison(visit, page.record, today)


def _comparison(visit: _Visit, page: PublisherRecord, today: date) -> Iterator[Signal]:
    row = visit.row or visit.known_row
    if row is None:
        return
    by_row, by_page, word = row_last_day(row), page_last_day(page), status_word(page)
    if visit.is_listed and by_row and by_page and by_row != by_page:
        yield Signal(
            code="closing_dates_differ",
            subject=f"{shown(visit.slug)}: {by_row} / {by_page}",
            message=f"{shown(visit.slug)} sluit volgens de lijst op {by_row}, volgens de pagina op {by_page}",
        )
    last_day = by_page or by_row
    if word == words.CLOSED_WORD and last_day and last_day > today:
        yield _told("withdrawn", visit.slug, f"is gesloten voor de laatste dag, {last_day}")
    if word == words.OPEN_WORD and not visit.is_listed and last_day and last_day >= today:
        yield _told("missing_from_list", visit.slug, "staat niet meer op de lijst, maar is nog open")


def _told(code: str, slug: str, what: str) -> Signal:
    return Signal(code=code, subject=shown(slug), message=f"{shown(slug)} {what}")


def _finished(found: OpenList, state: StreamState, now: datetime) -> Batch:
    """Everything was read: next time the same list needs no work."""
    if found.rows is not None:
        cursor = replace(Cursor.read(state.cursor), body=found.body)
        state = replace(state, cursor=cursor.written(), etag=found.etag, last_modified=found.last_modified)
    return Batch(records=(), state=replace(state, completed_at=now), seen=found.seen, signals=found.signals)
