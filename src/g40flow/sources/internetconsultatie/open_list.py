"""The list of open consultations: by REST, and by the search page when that cannot be used."""

import json
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from hashlib import blake2b

from g40flow.domain.errors import SourceChanged, SourceError, SourceSuspicious
from g40flow.domain.instants import dutch_date, require_aware
from g40flow.domain.items import StoredRecord
from g40flow.sources.contract import Signal, StreamState
from g40flow.sources.fetch import Fetcher, Page
from g40flow.sources.internetconsultatie import words
from g40flow.sources.internetconsultatie.lists import Listed, ParsedList, parse_open_list, parse_results
from g40flow.sources.internetconsultatie.markup import asks_to_stop
from g40flow.sources.internetconsultatie.records import row_last_day
from g40flow.sources.internetconsultatie.site import Site
from g40flow.sources.markup import shown

SEARCH_BACK = timedelta(days=190)  # terms last four to twelve weeks, rarely longer
SEARCH_AHEAD = timedelta(days=365)  # the search may filter on first or last day: ask for both
MOST_SEARCH_PAGES = 60
MOST_DIFFERENCES_TOLD = 10  # more than this says something about the lists, not about consultations
FEWEST_TO_HALVE = 4  # below this a list "halves" when one or two consultations close


@dataclass(frozen=True, kw_only=True)
class Cursor:
    """body: fingerprint of the last list that was worked through. checked_at: of the last cross-check."""

    body: str | None = None
    checked_at: datetime | None = None

    @classmethod
    def read(cls, text: str | None) -> "Cursor":
        """An unreadable cursor only costs one full reading."""
        try:
            values = json.loads(text or "{}")
            checked_at = values.get("checked_at")
            return cls(
                body=values.get("body"),
                checked_at=require_aware(datetime.fromisoformat(checked_at)) if checked_at else None,
            )
        except (ValueError, AttributeError, TypeError):
            return cls()

    def written(self) -> str:
        checked_at = self.checked_at.isoformat() if self.checked_at else None
        return json.dumps({"body": self.body, "checked_at": checked_at})


@dataclass(frozen=True, kw_only=True)
class OpenList:
    """rows: by slug; None if the publisher confirmed that the list is as it was.

    body, etag, last_modified: to recognise the same list by next time.
    """

    rows: dict[str, Listed] | None
    seen: int = 0
    by_rest: bool = True
    body: str | None = None
    etag: str | None = None
    last_modified: str | None = None
    signals: tuple[Signal, ...] = ()


def read_open_list(site: Site, state: StreamState, fetch: Fetcher, today: date) -> OpenList:
    """By REST, or by the search page when REST gives no list at all.

    Raises SourceUnavailable when the publisher says or shows that it is down, and the error of REST
    when the search page cannot be used either.
    """
    try:
        page = fetch.get(site.open_list, etag=state.etag, last_modified=state.last_modified)
        return _rest_list(site, state, page)
    except SourceError as error:
        if asks_to_stop(error):
            raise
        return _instead_of_rest(site, fetch, today, error)


def _rest_list(site: Site, state: StreamState, page: Page) -> OpenList:
    if page.not_modified:
        return OpenList(rows=None)
    if page.status != 200:
        raise SourceChanged(f"REST list: expected status 200, found {page.status}")
    body = blake2b(page.body, digest_size=16).hexdigest()
    if body == Cursor.read(state.cursor).body:
        return OpenList(rows=None)
    parsed = parse_open_list(page.body, site)
    return OpenList(
        rows=_by_slug(parsed.rows),
        seen=parsed.shown,
        body=body,
        etag=page.etag,
        last_modified=page.last_modified,
        signals=parsed.signals,
    )


def _instead_of_rest(site: Site, fetch: Fetcher, today: date, error: SourceError) -> OpenList:
    try:
        found = search_open(site, fetch, today)
    except SourceError as second:
        raise error from second
    signal = Signal(
        code="rest_unusable",
        subject="rest/openconsultaties",
        message=f"de REST-lijst is niet bruikbaar, de zoekpagina is gelezen: {shown(str(error))}",
    )
    return OpenList(
        rows=_by_slug(found.rows), seen=found.shown, by_rest=False, signals=(signal, *found.signals)
    )


def search_open(site: Site, fetch: Fetcher, today: date) -> ParsedList:
    """All consultations that the search page shows as open, page by page.

    Raises SourceChanged, also when the pages hold fewer results than they say.
    """
    begin, end = _search_day(today - SEARCH_BACK), _search_day(today + SEARCH_AHEAD)
    rows: dict[str, Listed] = {}
    signals: list[Signal] = []
    total: int | None = None
    for number in range(1, MOST_SEARCH_PAGES + 1):
        page = fetch.get(site.search(begin, end, number))
        if page.status != 200:
            raise SourceChanged(f"search results: expected status 200, found {page.status}")
        parsed = parse_results(page.body, site)
        total = parsed.total if parsed.total is not None else total
        signals += parsed.signals
        fresh = _by_slug(row for row in parsed.rows if row.slug not in rows)
        rows |= fresh
        if not fresh or (total is not None and len(rows) >= total):
            break
    if total is not None and len(rows) + len(signals) < total:
        raise SourceChanged(f"search results: {total} announced, {len(rows)} found")
    return ParsedList(
        rows=tuple(row for row in rows.values() if row.status == words.OPEN_WORD),
        shown=len(rows),
        total=total,
        signals=(*signals, *_unknown_statuses(rows.values())),
    )


def check_believable(rows: dict[str, Listed], known: list[StoredRecord], minimum: int, today: date) -> None:
    """Raises SourceSuspicious for a list that is empty, too short, or that halved.

    Consultations whose term is over are expected to go, so that an ordinary closing day alarms nobody.
    """
    if not rows:
        raise SourceSuspicious("the list of open consultations is empty")
    if len(rows) < minimum:
        raise SourceSuspicious(f"the list has {len(rows)} open consultations, expected at least {minimum}")
    running = [kept.record.identifier for kept in known if _still_runs(kept, today)]
    missing = [slug for slug in running if slug not in rows]
    if len(running) >= FEWEST_TO_HALVE and 2 * len(missing) >= len(running):
        raise SourceSuspicious(
            f"{len(missing)} of {len(running)} consultations whose term still runs are gone from the list"
        )


def _still_runs(kept: StoredRecord, today: date) -> bool:
    last_day = row_last_day(kept.record)
    return last_day is None or last_day >= today


def compare(rest: Iterable[str], searched: Iterable[str]) -> tuple[Signal, ...]:
    """A signal per consultation that only one of the two lists of open ones has, or one for very many."""
    by_rest, by_search = set(rest), set(searched)
    differing = by_rest ^ by_search
    if len(differing) > MOST_DIFFERENCES_TOLD:
        message = f"REST-lijst en zoekresultaten verschillen in {len(differing)} open consultaties"
        return (Signal(code="lists_differ", subject="zoeken/resultaat", message=message),)
    return tuple(
        Signal(code=code, subject=slug, message=f"{slug} staat wel {here}, niet {there}")
        for code, here, there, slugs in (
            ("missing_from_rest", "in de zoekresultaten", "in de REST-lijst", by_search - by_rest),
            ("missing_from_search", "in de REST-lijst", "in de zoekresultaten", by_rest - by_search),
        )
        for slug in sorted(slugs)
    )


def is_due(checked_at: datetime | None, now: datetime) -> bool:
    """Whether the daily cross-check is to be done: once per Dutch day."""
    return checked_at is None or dutch_date(checked_at) < dutch_date(now)


def _unknown_statuses(rows: Iterable[Listed]) -> list[Signal]:
    unknown = {row.status: row.slug for row in rows if row.status not in words.STATUS_WORDS}
    return [
        Signal(
            code="unknown_status",
            subject=shown(status),
            message=f"{shown(slug)}: onbekend woord bij Status in een lijst: {shown(status)}",
        )
        for status, slug in sorted(unknown.items())
    ]


def _by_slug(rows: Iterable[Listed]) -> dict[str, Listed]:
    return {row.slug: row for row in rows}


def _search_day(day: date) -> str:
    return f"{day.day}-{day.month}-{day.year}"
