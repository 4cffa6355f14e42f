"""What people see of a consultation, made of its row on the open list and its page."""

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime

from g40flow.domain.instants import dutch_date
from g40flow.domain.items import (
    ItemDocument,
    ItemKind,
    ItemStatus,
    Json,
    PublisherRecord,
    SourceItem,
    StoredRecord,
)
from g40flow.sources.contract import RecordReader
from g40flow.sources.internetconsultatie import words
from g40flow.sources.internetconsultatie.records import (
    CHAIN,
    MOVED_TO,
    PAGE,
    ROW,
    documents_of,
    overview_of,
    page_last_day,
    row_last_day,
    status_word,
    target_of,
    text,
    texts,
)
from g40flow.sources.internetconsultatie.site import Site

NAMED = "https://www.internetconsultatie.nl"
"""How other publishers name a consultation, wherever it is read from."""
STATUS_LABEL_START = "Consultatie "  # of the large labels this one says that it is open or closed


@dataclass(frozen=True)
class _Known:
    """row, page: None if never seen. A deleted one still says what it said last."""

    row: StoredRecord | None
    page: StoredRecord | None

    @property
    def listed(self) -> bool:
        return self.row is not None and not self.row.record.deleted

    @property
    def page_fields(self) -> Mapping[str, Json]:
        return self.page.record.fields if self.page else {}

    @property
    def row_fields(self) -> Mapping[str, Json]:
        return self.row.record.fields if self.row else {}

    @property
    def page_is_newer(self) -> bool:
        """Read together they count as equally new, and the page says more."""
        if self.row is None or self.page is None:
            return self.page is not None
        return self.page.last_seen_at >= self.row.last_seen_at


def assemble(source: str, site: Site, slug: str, stored: RecordReader, now: datetime) -> SourceItem | None:
    """The item; None if nothing was ever told about it, or it only ever was another one's address."""
    known = _Known(stored.get(ROW, slug), stored.get(PAGE, slug))
    page, row = known.page_fields, known.row_fields
    overview = overview_of(page)
    title = text(page, "titel") or text(row, "titel")
    replaced_by = target_of(known.page.record, MOVED_TO) if known.page else None
    if not title or (replaced_by and not text(page, "titel")):
        return None
    closes_on = _closes_on(known)
    opens_on = _opens_on(overview) or words.parse_date(text(row, "startdatum"))
    return SourceItem(
        source=source,
        identifier=slug,
        kind=ItemKind.CONSULTATION,
        kind_label=text(overview, words.TYPE_LABEL),
        title=title,
        url=site.page(text(page, "adres") or f"/{slug}"),
        status=_status(known, closes_on, dutch_date(now)),
        summary="\n".join(texts(page, "samenvatting")),
        published_on=opens_on,
        opens_on=opens_on,
        closes_on=closes_on,
        ministry=_ministry(overview, row),
        topics=_topics(page),
        documents=tuple(
            ItemDocument(
                title=document.title,
                url=site.page(f"/{slug}/document/{document.number}"),
                kind=document.kind,
            )
            for document in documents_of(page)
        ),
        related=_related(known, slug, stored),
        replaced_by=replaced_by,
        chain_id=target_of(known.page.record, CHAIN) if known.page else None,
        references=(f"{NAMED}/{slug}",),
    )


def read_ahead(slugs: Collection[str], stored: RecordReader) -> None:
    """Ask at once for what `assemble` asks for each of these."""
    stored.get_many(ROW, slugs)
    pages = stored.get_many(PAGE, slugs)
    linked([page.record for page in pages], stored)


def linked(records: Iterable[PublisherRecord], stored: RecordReader) -> set[str]:
    """Slugs of the consultations with the Keten-ID of one of these."""
    chains = filter(None, (target_of(record, CHAIN) for record in records))
    return {kept.record.identifier for kept in stored.referring_any(PAGE, CHAIN, chains)}


def _related(known: _Known, slug: str, stored: RecordReader) -> tuple[str, ...]:
    return tuple(sorted(linked([known.page.record], stored) - {slug})) if known.page else ()


def _closes_on(known: _Known) -> date | None:
    by_page = page_last_day(known.page.record) if known.page else None
    by_row = row_last_day(known.row.record) if known.row else None
    first, second = (by_page, by_row) if known.page_is_newer else (by_row, by_page)
    return first or second


def _opens_on(overview: Mapping[str, Json]) -> date | None:
    days = (words.parse_date(text(overview, label)) for label in words.FIRST_DAY_LABELS)
    return next((day for day in days if day), None)


def _ministry(overview: Mapping[str, Json], row: Mapping[str, Json]) -> str:
    """The full name; the codes of the REST list as long as the page was not read."""
    return (
        text(overview, words.ORGANISATION_LABEL)
        or text(row, "organisatie")
        or ", ".join(texts(row, "departementen"))
    )


def _topics(page: Mapping[str, Json]) -> tuple[str, ...]:
    themes = (label for label in texts(page, "labels") if not label.startswith(STATUS_LABEL_START))
    return tuple(dict.fromkeys([*themes, *texts(page, "onderwerpen")]))


def _status(known: _Known, closes_on: date | None, today: date) -> ItemStatus:
    page = known.page.record if known.page else None
    word = status_word(page) if page else ""
    ended = closes_on is not None and closes_on < today
    if page is not None and target_of(page, MOVED_TO):
        return ItemStatus.MOVED
    if known.page is not None and known.page.record.deleted and not known.listed:
        return _of_a_lost_page(closes_on, dutch_date(known.page.last_seen_at))
    if word == words.RESULT_WORD:
        return ItemStatus.RESULT_PUBLISHED
    if word == words.CLOSED_WORD:
        return _of_a_closed_page(known, closes_on)
    if ended:
        return ItemStatus.CLOSED
    return ItemStatus.OPEN if known.listed or word == words.OPEN_WORD else ItemStatus.UNKNOWN


def _of_a_lost_page(closes_on: date | None, lost_on: date) -> ItemStatus:
    return ItemStatus.CLOSED if closes_on is not None and closes_on < lost_on else ItemStatus.WITHDRAWN


def _of_a_closed_page(known: _Known, closes_on: date | None) -> ItemStatus:
    """Closed before its last day is withdrawn. The hour of closing on that day itself is not known."""
    if known.row is None or known.page is None or closes_on is None:
        return ItemStatus.CLOSED
    closed_by = known.page if known.listed else known.row
    return ItemStatus.WITHDRAWN if dutch_date(closed_by.last_seen_at) < closes_on else ItemStatus.CLOSED
