"""What to store, and what to tell, when a page was read."""

from collections.abc import Iterator
from datetime import date

from g40flow.domain.items import PublisherRecord
from g40flow.sources.contract import RecordReader, Signal
from g40flow.sources.internetconsultatie import words
from g40flow.sources.internetconsultatie.reading import PageState, ReadPage
from g40flow.sources.internetconsultatie.records import (
    PAGE,
    ROW,
    empty_page,
    gone,
    moved,
    page_last_day,
    row_last_day,
    status_word,
)
from g40flow.sources.internetconsultatie.visits import Visit, Why
from g40flow.sources.markup import shown


def row_records(visit: Visit) -> Iterator[PublisherRecord]:
    """What is to be stored of the row."""
    if visit.row is not None:
        yield visit.row
    if visit.why is Why.GONE:
        yield gone(ROW, visit.slug)


def page_records(visit: Visit, page: ReadPage, stored: RecordReader) -> Iterator[PublisherRecord]:
    """What is to be stored of the page. One that is lost while its row is listed may well come back."""
    if page.record is not None:
        yield page.record
    if page.state is PageState.MOVED and page.record is not None:
        kept = stored.get(PAGE, visit.slug)
        yield moved(kept.record if kept else empty_page(visit.slug), page.record.identifier)
    if page.state is PageState.LOST and not visit.is_listed and visit.why is not Why.UNLISTED:
        yield gone(PAGE, visit.slug)


def conclusions(visit: Visit, page: ReadPage, today: date) -> Iterator[Signal]:
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


def _comparison(visit: Visit, page: PublisherRecord, today: date) -> Iterator[Signal]:
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
