"""The closed list, for back-fill: page by page, newest closing date first, resumable."""

import json
from collections.abc import Iterator
from dataclasses import replace
from datetime import date, datetime

from g40flow.domain.errors import SourceChanged, SourceError
from g40flow.sources.contract import Batch, HistoryPage, RecordReader, Signal, StreamState
from g40flow.sources.fetch import Fetcher
from g40flow.sources.internetconsultatie import words
from g40flow.sources.internetconsultatie.lists import Listed, ParsedList, parse_results
from g40flow.sources.internetconsultatie.markup import PublisherDown
from g40flow.sources.internetconsultatie.reading import PageReader
from g40flow.sources.internetconsultatie.records import PAGE
from g40flow.sources.internetconsultatie.site import LIST_PAGE_SIZE, Site
from g40flow.sources.markup import shown

FAILURES_IN_A_ROW = 3
MOST_PAGES = 1000


def read_closed(
    site: Site, state: StreamState, stored: RecordReader, fetch: Fetcher, now: datetime
) -> Iterator[Batch]:
    """Every consultation of the closed list that is not stored yet, one batch per page read.

    The cursor is the number of the list page being worked through. Consultations that close
    meanwhile push others to later pages, never to earlier ones, so nothing is passed over. Once the
    list was read to its end, a list page that holds nothing unknown ends the reading.
    Pages that cannot be read are signals: they are tried again when the list is read the next time.
    """
    reader = PageReader(site, fetch)
    for number in range(_page_number(state.cursor), MOST_PAGES):
        listed = _list_page(site, fetch, number)
        unknown = [row for row in listed.rows if stored.get(PAGE, row.slug) is None]
        state = replace(state, cursor=json.dumps({"page": number}))
        yield from _pages(unknown, reader, state)
        is_last = not listed.shown or (listed.total is not None and number * LIST_PAGE_SIZE >= listed.total)
        if is_last or (not unknown and state.completed_at is not None):
            finished = replace(state, cursor=None, completed_at=now)
            yield Batch(records=(), state=finished, seen=listed.shown, signals=listed.signals)
            return
        state = replace(state, cursor=json.dumps({"page": number + 1}))
        yield Batch(records=(), state=state, seen=listed.shown, more=True, signals=listed.signals)


def read_history(
    site: Site, since: date, cursor: str | None, stored: RecordReader, fetch: Fetcher
) -> Iterator[HistoryPage]:
    """Consultations that closed on or after a day and are not stored yet, one page per page read.

    Rows whose day cannot be read are taken along. Ends with the first list page that lies before the day
    altogether.
    """
    reader = PageReader(site, fetch)
    for number in range(_page_number(cursor), MOST_PAGES):
        listed = _list_page(site, fetch, number)
        wanted = [row for row in listed.rows if (_closed_on(row) or since) >= since]
        unknown = [row for row in wanted if stored.get(PAGE, row.slug) is None]
        here = StreamState(cursor=json.dumps({"page": number}))
        share = None if not listed.total else min(number * LIST_PAGE_SIZE / listed.total, 1.0)
        for batch in _pages(unknown, reader, here):
            yield HistoryPage(batch=batch, share=share)
        all_seen = listed.total is not None and number * LIST_PAGE_SIZE >= listed.total
        is_last = not listed.shown or all_seen or (bool(listed.rows) and not wanted)
        state = StreamState(cursor=json.dumps({"page": number + 1}))
        batch = Batch(records=(), state=state, seen=listed.shown, more=not is_last, signals=listed.signals)
        yield HistoryPage(batch=batch, share=1.0 if is_last else share)
        if is_last:
            return


def _closed_on(row: Listed) -> date | None:
    return words.parse_date(row.last_day)


def _list_page(site: Site, fetch: Fetcher, number: int) -> ParsedList:
    page = fetch.get(site.closed_list(number))
    if page.status != 200:
        raise SourceChanged(f"closed list, page {number}: expected status 200, found {page.status}")
    listed = parse_results(page.body, site)
    if number == 1 and not listed.rows:
        raise SourceChanged("closed list: the first page is empty")
    return listed


def _pages(rows: list[Listed], reader: PageReader, state: StreamState) -> Iterator[Batch]:
    in_a_row = 0
    for row in rows:
        try:
            page = reader.read(row.slug, row.path)
        except PublisherDown:
            raise
        except SourceError as error:
            in_a_row += 1
            if in_a_row >= FAILURES_IN_A_ROW:
                raise
            yield Batch(records=(), state=state, seen=0, more=True, signals=(_unread(row, error),))
            continue
        in_a_row = 0
        records = (page.record,) if page.record else ()
        yield Batch(records=records, state=state, seen=0, more=True, signals=page.signals)


def _unread(row: Listed, error: SourceError) -> Signal:
    return Signal(
        code="page_unreadable",
        subject=shown(row.slug),
        message=f"{shown(row.slug)} is niet te lezen: {shown(str(error))}",
    )


def _page_number(cursor: str | None) -> int:
    """An unreadable cursor only costs reading the lists again."""
    try:
        number = json.loads(cursor or "{}").get("page", 1)
    except (ValueError, AttributeError):
        return 1
    return number if isinstance(number, int) and number >= 1 else 1
