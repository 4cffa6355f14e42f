"""Have your say as a source: the open initiatives, and the details of those that are new or changed."""

import json
from collections.abc import Collection, Iterator, Mapping
from dataclasses import replace
from datetime import date, datetime

from g40flow.domain.checks import Check
from g40flow.domain.coverage import Listed, Offer
from g40flow.domain.errors import NotFound, SourceChanged, SourceSuspicious
from g40flow.domain.instants import dutch_date, require_aware
from g40flow.domain.items import PublisherRecord, SourceItem, StoredRecord
from g40flow.sources.contract import Batch, Comparison, ReadAgain, RecordReader, Signal, StreamState
from g40flow.sources.fetch import Fetcher
from g40flow.sources.haveyoursay.answers import DETAIL, ROW, ListPage, last_day, parse_detail, parse_list
from g40flow.sources.haveyoursay.assembling import Names, item_of
from g40flow.sources.haveyoursay.live import look_at
from g40flow.sources.markup import shown

STREAM = "open"
PAGE_SIZE = 100
"""The publisher gives no more, whatever is asked."""
MOST_PAGES = 80
FEWEST_TO_HALVE = 8


class HaveYourSay:
    """Fulfils contract.Source and Comparable.

    names: how codes are called; an unknown one is a signal. expected_minimum: fewer open initiatives
    cannot be right. most_open: more than this cannot be either: the publisher then ignores the filter.
    """

    name = "haveyoursay"
    streams: tuple[str, ...] = (STREAM,)

    def __init__(self, *, base_url: str, names: Names, expected_minimum: int, most_open: int) -> None:
        self._base = base_url.rstrip("/")
        self._names = names
        self._minimum = expected_minimum
        self._most = most_open

    @property
    def first_address(self) -> str:
        """The first page of open initiatives."""
        return self._list(0)

    def read(
        self, stream: str, state: StreamState, stored: RecordReader, fetch: Fetcher, now: datetime
    ) -> Iterator[Batch]:
        """First the whole list in one batch, so that what left it is known; then a batch per detail.

        state.cursor: initiatives whose details are still to be read after a reading broke off.
        """
        if stream != STREAM:
            raise NotFound(f"{self.name}: expected the stream {STREAM}, found {stream!r}")
        today = dutch_date(require_aware(now))
        pages = list(self._pages(fetch))
        found = {record.identifier: record for page in pages for record in page.open}
        known = {kept.record.identifier: kept for kept in stored.all(ROW)}
        self._check_believable(found, known, today)
        gone = [identifier for identifier in known if identifier not in found]
        left = [PublisherRecord(entity=ROW, identifier=identifier, deleted=True) for identifier in gone]
        fresh = [identifier for identifier, record in found.items() if _differs(record, known)]
        waiting = list(dict.fromkeys([*_waiting(state), *fresh, *gone]))
        yield Batch(
            records=(*found.values(), *left),
            state=_with_waiting(state, waiting, now),
            seen=sum(page.shown for page in pages),
            more=bool(waiting),
            signals=(*(s for page in pages for s in page.signals), *self._odd(pages, found.values(), today)),
        )
        while waiting:
            identifier = waiting.pop(0)
            records, signals = self._detail(identifier, fetch)
            yield Batch(
                records=records,
                state=_with_waiting(state, waiting, now),
                seen=0,
                more=bool(waiting),
                signals=signals,
            )

    def item_identifiers(self, records: Collection[PublisherRecord], stored: RecordReader) -> set[str]:
        """The initiatives."""
        return {record.identifier for record in records}

    def read_ahead(self, identifiers: Collection[str], stored: RecordReader) -> None:
        """Ask at once for the rows and details."""
        stored.get_many(ROW, identifiers)
        stored.get_many(DETAIL, identifiers)

    def assemble(self, identifier: str, stored: RecordReader, now: datetime) -> SourceItem | None:
        """The initiative with this number, once it took feedback."""
        row, detail = stored.get(ROW, identifier), stored.get(DETAIL, identifier)
        if row is None or not row.record.fields:
            return None
        today = dutch_date(require_aware(now))
        return item_of(self.name, self._base, row, detail, self._names, today)

    def live_checks(self, fetch: Fetcher) -> list[Check]:
        """Three requests: the filter, the codes, one initiative."""
        expected = (self._minimum, self._most)
        return look_at(self._list(0), self._initiative, self._names, fetch, expected=expected)

    def compare(self, stored: RecordReader, fetch: Fetcher, now: datetime) -> Comparison:
        """Every open initiative on the list, and how many the publisher counts, beside our copy."""
        pages = list(self._pages(fetch))
        theirs = max(page.total for page in pages)
        if theirs > self._most or any(page.others for page in pages):
            return Comparison(
                offer=Offer.NOTHING, door="de lijst van open initiatieven (het filter werkt nu niet)"
            )
        rows = {record.identifier: record for page in pages for record in page.open}
        held = [kept.record for kept in stored.get_many(ROW, rows) if not kept.record.deleted]
        return Comparison(
            offer=Offer.LIST,
            door="de lijst van open initiatieven, met het aantal dat de publicist telt",
            listed=tuple(self._listed(record) for record in rows.values()),
            held=frozenset(record.identifier for record in held),
            theirs=theirs,
            ours=len(held),
            signals=tuple(signal for page in pages for signal in page.signals),
        )

    def read_again(
        self, missing: Collection[Listed], stored: RecordReader, fetch: Fetcher, now: datetime
    ) -> Iterator[ReadAgain]:
        """The row of each on the list, and what is published with it."""
        rows = {record.identifier: record for page in self._pages(fetch) for record in page.open}
        for one in missing:
            if one.identifier in rows:
                details, _ = self._detail(one.identifier, fetch)
                yield ReadAgain(identifier=one.identifier, records=(rows[one.identifier], *details))

    def _listed(self, record: PublisherRecord) -> Listed:
        titles = record.fields.get("titels")
        named = [str(title) for title in titles.values()] if isinstance(titles, dict) else []
        return Listed(identifier=record.identifier, item=record.identifier, title=next(iter(named), ""))

    def _pages(self, fetch: Fetcher) -> Iterator[ListPage]:
        for number in range(MOST_PAGES):
            page = parse_list(fetch.get(self._list(number)), number)
            yield page
            if page.last:
                return
            if not page.shown:
                raise SourceChanged(f"{self.name}: page {number} is empty and says that it is not the last")
        raise SourceSuspicious(f"{self.name}: {MOST_PAGES} pages and no end")

    def _check_believable(
        self, found: Collection[str], known: Mapping[str, StoredRecord], today: date
    ) -> None:
        """Raises SourceSuspicious for a list that is too short, too long or that halved before its time."""
        if not self._minimum <= len(found) <= self._most:
            raise SourceSuspicious(
                f"{self.name}: expected {self._minimum} to {self._most} open initiatives, found {len(found)}"
            )
        running = {identifier for identifier, kept in known.items() if _runs(kept, today)}
        left = running.intersection(found)
        if len(running) >= FEWEST_TO_HALVE and len(left) * 2 <= len(running):
            raise SourceSuspicious(f"{self.name}: of {len(running)} running initiatives {len(left)} are left")

    def _odd(
        self, pages: Collection[ListPage], found: Collection[PublisherRecord], today: date
    ) -> Iterator[Signal]:
        others, total = sum(page.others for page in pages), max(page.total for page in pages)
        if others or total > self._most:
            message = f"het filter op open initiatieven werkt niet: {total} in totaal, {others} niet open"
            yield Signal(code="broken_filter", subject=str(today), message=message)
        acts = {str(r.fields["foreseenActType"]) for r in found if "foreseenActType" in r.fields}
        for act in sorted(acts - set(self._names.acts)):
            yield Signal(
                code="unknown_act", subject=shown(act), message=f"onbekende soort handeling: {shown(act)}"
            )
        topics = {
            (code, str(label))
            for record in found
            if isinstance(named := record.fields.get("topics"), dict)
            for code, label in named.items()
        }
        for code, label in sorted(topics):
            if code not in self._names.topics:
                message = f"onbekend onderwerp: {shown(code)} ({shown(label)}); geef het een Nederlandse naam"
                yield Signal(code="unknown_topic", subject=shown(code), message=message)

    def _detail(
        self, identifier: str, fetch: Fetcher
    ) -> tuple[tuple[PublisherRecord, ...], tuple[Signal, ...]]:
        """What is published with it. A form that we do not know costs the details, not the initiative."""
        page = fetch.get(self._initiative(identifier))
        if page.status in (404, 410):
            return (PublisherRecord(entity=DETAIL, identifier=identifier, deleted=True),), ()
        try:
            return (parse_detail(page, identifier),), ()
        except SourceChanged as error:
            return (), (Signal(code="odd_detail", subject=identifier, message=str(error)),)

    def _list(self, number: int) -> str:
        query = f"page={number}&size={PAGE_SIZE}&language=EN&feedbackStatus=OPEN"
        return f"{self._base}/info/law/better-regulation/brpapi/searchInitiatives?{query}"

    def _initiative(self, identifier: str) -> str:
        return f"{self._base}/info/law/better-regulation/brpapi/groupInitiatives/{identifier}"


def _differs(record: PublisherRecord, known: Mapping[str, StoredRecord]) -> bool:
    kept = known.get(record.identifier)
    return kept is None or kept.record.fields != record.fields


def _runs(kept: StoredRecord, today: date) -> bool:
    ends_on = last_day(str(kept.record.fields.get("feedbackEndDate", "")))
    return ends_on is None or ends_on >= today


def _waiting(state: StreamState) -> list[str]:
    try:
        values = json.loads(state.cursor or "[]")
    except ValueError:
        return []
    return [text for text in values if isinstance(text, str)] if isinstance(values, list) else []


def _with_waiting(state: StreamState, waiting: list[str], now: datetime) -> StreamState:
    done = now if not waiting else state.completed_at
    return replace(state, cursor=json.dumps(waiting) if waiting else None, completed_at=done)
