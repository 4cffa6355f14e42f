"""open.overheid.nl as a source: what changed last, block by block, until a block brings nothing new.

Streams: "wijzigingen", the list of changes, and "teruglezen", documents that are looked at again.
"""

import json
from collections.abc import Collection, Iterable, Iterator
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta

from g40flow.domain.checks import Check
from g40flow.domain.coverage import Listed
from g40flow.domain.errors import NotFound, SourceChanged, SourceSuspicious
from g40flow.domain.instants import dutch_date, require_aware
from g40flow.domain.items import PublisherRecord, SourceItem
from g40flow.sources.contract import (
    Batch,
    Comparison,
    HistoryPage,
    ReadAgain,
    RecordReader,
    Signal,
    StoredRecord,
    StreamState,
)
from g40flow.sources.fetch import Fetcher
from g40flow.sources.openoverheid.again import AT_ONCE, MOST_A_LOOK, Again
from g40flow.sources.openoverheid.answers import (
    DOCUMENT,
    Block,
    Row,
    parse_block,
    parse_document,
    signals_of,
)
from g40flow.sources.openoverheid.assembling import item_of
from g40flow.sources.openoverheid.live import look_at
from g40flow.sources.openoverheid.wanted import Wanted

STREAM, REREAD = "wijzigingen", "teruglezen"
ROWS = 50
OVERLAP = 5
"""Rows of a block that are asked for again with the next one: what is taken away moves others up."""

MOST_BLOCKS = 400
COMPARED_DAYS = 7
COMPARED_BLOCKS = 60


@dataclass(frozen=True, kw_only=True)
class Cursor:
    """Where reading stands; see read.

    through: everything that changed up to here is read; None before the first reading ended.
    start: row to go on at in a reading that is not over; newest: the newest change it began with.
    """

    through: datetime | None = None
    start: int = 0
    newest: datetime | None = None

    @classmethod
    def read(cls, text: str | None) -> "Cursor":
        """An unreadable cursor only costs one full reading."""
        try:
            values = json.loads(text or "{}")
            moments = (values.get("through"), values.get("newest"))
            through, newest = (require_aware(datetime.fromisoformat(m)) if m else None for m in moments)
            return cls(through=through, start=max(0, int(values.get("start", 0))), newest=newest)
        except (ValueError, AttributeError, TypeError):
            return cls()

    def written(self) -> str:
        through, newest = (m.isoformat() if m else None for m in (self.through, self.newest))
        return json.dumps({"through": through, "start": self.start, "newest": newest})


class OpenOverheid:
    """Fulfils contract.Source, Comparable and HasHistory.

    expected_minimum: fewer documents than this on the whole site cannot be right.
    begin: how far back a first reading goes.
    """

    name = "openoverheid"
    streams: tuple[str, ...] = (STREAM, REREAD)

    def __init__(self, *, base_url: str, wanted: Wanted, expected_minimum: int, begin: timedelta) -> None:
        self._base = base_url.rstrip("/")
        self._wanted = wanted
        self._minimum = expected_minimum
        self._begin = begin

    @property
    def first_address(self) -> str:
        """The block of what changed last."""
        return self._search(0)

    def read(
        self, stream: str, state: StreamState, stored: RecordReader, fetch: Fetcher, now: datetime
    ) -> Iterator[Batch]:
        """One batch per block, or per ten documents that are looked at again."""
        match stream:
            case "wijzigingen":
                return self._read_changes(state, stored, fetch, now)
            case "teruglezen":
                return self._read_again(state, stored, fetch, now)
            case _:
                raise NotFound(f"{self.name}: expected a stream of {self.streams}, found {stream!r}")

    def _read_changes(
        self, state: StreamState, stored: RecordReader, fetch: Fetcher, now: datetime
    ) -> Iterator[Batch]:
        """While blocks are read new documents push others down: those come twice.

        A reading that broke off goes on at the block that was not kept; what changed meanwhile is
        newer than what it began with, and comes with the next one.
        """
        cursor = Cursor.read(state.cursor)
        through = cursor.through or require_aware(now) - self._begin
        newest = cursor.newest if cursor.start else None
        done: set[str] = set()
        for start in range(cursor.start, MOST_BLOCKS * ROWS, ROWS - OVERLAP):
            block = self._block(self._search(start), fetch)
            if start == 0:
                newest = max((row.changed_at for row in block.rows), default=through)
            fresh = [row for row in self._fresh(block, through, stored) if row.uuid not in done]
            is_over = block.shown < ROWS or not any(row.changed_at > through for row in block.rows)
            done |= {row.uuid for row in fresh}
            records, signals = self._documents(fresh, stored, fetch)
            position = Cursor(through=cursor.through, start=start + ROWS - OVERLAP, newest=newest)
            if is_over:
                position = Cursor(through=max(through, newest or through))
            yield Batch(
                records=records,
                state=replace(
                    state,
                    cursor=position.written(),
                    completed_at=now if is_over else state.completed_at,
                    newest_entry_at=newest if newest and newest <= now else state.newest_entry_at,
                ),
                seen=len(fresh),
                more=not is_over,
                signals=(*block.signals, *signals),
            )
            if is_over:
                return
        raise SourceSuspicious(f"{self.name}: {MOST_BLOCKS} blocks of changes and no end")

    def _read_again(
        self, state: StreamState, stored: RecordReader, fetch: Fetcher, now: datetime
    ) -> Iterator[Batch]:
        """Documents that are due to be looked at again, so many at most; the next look goes on."""
        before = Again.read(state.cursor)
        again = before.on(dutch_date(now), stored, self._wanted)
        if again == before and not again.todo:
            return
        due = again.todo[:MOST_A_LOOK]
        for first in range(0, max(len(due), 1), AT_ONCE):
            names = due[first : first + AT_ONCE]
            records, signals = self._documents(_rows(stored.get_many(DOCUMENT, names)), stored, fetch)
            taken_away = sum(record.deleted for record in records)
            if taken_away > AT_ONCE // 2:
                raise SourceSuspicious(f"{self.name}: {taken_away} of {AT_ONCE} documents in a row are gone")
            again = again.after(names)
            more = first + AT_ONCE < len(due)
            yield Batch(
                records=records,
                state=replace(state, cursor=again.written(), completed_at=now),
                seen=len(names),
                more=more,
                signals=tuple(signals),
            )

    def _fresh(self, block: Block, through: datetime, stored: RecordReader) -> list[Row]:
        """What changed since; of the very moment that was reached only what we have not got."""
        same = [row.uuid for row in block.rows if row.changed_at == through]
        held = {kept.record.identifier for kept in stored.get_many(DOCUMENT, same)} if same else set()
        return [
            row
            for row in block.rows
            if row.changed_at > through
            or (row.changed_at == through and row.uuid not in held and self._wanted.is_body(row.publisher))
        ]

    def item_identifiers(self, records: Collection[PublisherRecord], stored: RecordReader) -> set[str]:
        """The documents."""
        return {record.identifier for record in records}

    def read_ahead(self, identifiers: Collection[str], stored: RecordReader) -> None:
        """Ask at once for these documents."""
        stored.get_many(DOCUMENT, identifiers)

    def assemble(self, identifier: str, stored: RecordReader, now: datetime) -> SourceItem | None:
        """The document with this uuid, if it is of a kind that we want."""
        kept = stored.get(DOCUMENT, identifier)
        if kept is None or not kept.record.fields:
            return None
        return item_of(self.name, self._base, kept, self._wanted)

    def live_checks(self, fetch: Fetcher) -> list[Check]:
        """Three requests, at the points that two other projects rely on."""
        return look_at(self._search(0), self._document, self._wanted, self._minimum, fetch)

    def compare(self, stored: RecordReader, fetch: Fetcher, now: datetime) -> Comparison:
        """What was published in the past week by the publisher's other order, beside our copy."""
        since = dutch_date(now) - timedelta(days=COMPARED_DAYS)
        listed: dict[str, Listed] = {}
        for number in range(COMPARED_BLOCKS):
            block = self._block(self._by_publication(number * ROWS, since.strftime("%d-%m-%Y")), fetch)
            recent = [row for row in block.rows if row.published_on is not None and row.published_on >= since]
            listed |= {row.uuid: self._listed(row) for row in recent if self._wanted.is_body(row.publisher)}
            if not recent or block.shown < ROWS:
                break
        kept = stored.get_many(DOCUMENT, listed)
        held = frozenset(one.record.identifier for one in kept if not one.record.deleted)
        return Comparison.of_list(
            "wat de afgelopen week openbaar is gemaakt, op datum van openbaarmaking", listed.values(), held
        )

    def read_again(
        self, missing: Collection[Listed], stored: RecordReader, fetch: Fetcher, now: datetime
    ) -> Iterator[ReadAgain]:
        """Each document by its uuid."""
        for one in missing:
            try:
                page = fetch.get(self._document(one.identifier))
                yield ReadAgain(identifier=one.identifier, records=(parse_document(page, one.identifier),))
            except SourceChanged:
                continue

    @property
    def history_streams(self) -> tuple[str, ...]:
        """What was made public; what is looked at again has no past."""
        return (STREAM,)

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
        """What was published since a day, newest first, in blocks; what we hold is not asked for again."""
        start = int(cursor) if cursor and cursor.isdecimal() else 0
        whole = max(1, (dutch_date(now) - since).days)
        while True:
            block = self._block(self._by_publication(start, since.strftime("%d-%m-%Y")), fetch)
            days = [row.published_on for row in block.rows if row.published_on is not None]
            rows = [row for row in block.rows if row.published_on is not None and row.published_on >= since]
            held = {kept.record.identifier for kept in stored.get_many(DOCUMENT, [row.uuid for row in rows])}
            records, signals = self._documents([r for r in rows if r.uuid not in held], stored, fetch)
            is_over = not rows or block.shown < ROWS
            start += ROWS - OVERLAP
            reached = (dutch_date(now) - min(days, default=since)).days
            yield HistoryPage(
                batch=Batch(
                    records=records,
                    state=StreamState(cursor=str(start)),
                    seen=len(rows),
                    more=not is_over,
                    signals=(*block.signals, *signals),
                ),
                share=1.0 if is_over else min(1.0, reached / whole),
            )
            if is_over:
                return

    def present_position(self, stream: str, fetch: Fetcher, now: datetime) -> StreamState | None:
        """The ordinary reading begins with the present by itself."""
        return None

    def _documents(
        self, rows: Collection[Row], stored: RecordReader, fetch: Fetcher
    ) -> tuple[tuple[PublisherRecord, ...], list[Signal]]:
        """The documents behind rows of bodies that we follow; one that is gone counts as deleted."""
        records: dict[str, PublisherRecord] = {}
        signals: list[Signal] = []
        for row in rows:
            if row.uuid in records or not self._wanted.is_body(row.publisher):
                continue
            page = fetch.get(self._document(row.uuid))
            if page.status in (404, 410):
                if stored.get(DOCUMENT, row.uuid) is not None:
                    records[row.uuid] = PublisherRecord(entity=DOCUMENT, identifier=row.uuid, deleted=True)
                continue
            try:
                found = parse_document(page, row.uuid)
            except SourceChanged as error:
                signals.append(Signal(code="odd_document", subject=row.uuid, message=str(error)))
                continue
            records[row.uuid] = replace(found, updated_at=row.changed_at)
            signals.extend(signals_of(found))
        if signals and not records and len(signals) >= len(rows) > 1:
            raise SourceChanged(f"{self.name}: no document can be read, first: {signals[0].message}")
        return tuple(records.values()), signals

    def _block(self, address: str, fetch: Fetcher) -> Block:
        block = parse_block(fetch.get(address), self.name)
        if block.total < self._minimum:
            raise SourceSuspicious(
                f"{self.name}: expected at least {self._minimum} documents, found {block.total}"
            )
        return block

    def _listed(self, row: Row) -> Listed:
        return Listed(identifier=row.uuid, title=row.title, url=f"{self._base}/details/{row.uuid}")

    def _search(self, start: int) -> str:
        return f"{self._api}/zoek?zoektekst=&start={start}&aantalResultaten={ROWS}&sort=laatst-gewijzigd"

    def _by_publication(self, start: int, since: str) -> str:
        query = f"start={start}&aantalResultaten={ROWS}&sort=publicatiedatum&publicatiedatumVan={since}"
        return f"{self._api}/zoek?zoektekst=&{query}"

    def _document(self, uuid: str) -> str:
        return f"{self._api}/zoek/{uuid}"

    @property
    def _api(self) -> str:
        return f"{self._base}/overheid/openbaarmakingen/api/v0"


def _rows(kept: Iterable[StoredRecord]) -> list[Row]:
    """As rows of a list that shows them unchanged."""
    return [
        Row(
            uuid=one.record.identifier,
            title=str(one.record.fields.get("titel", "")),
            publisher=str(one.record.fields.get("verantwoordelijke", "")),
            changed_at=one.record.updated_at or one.first_seen_at,
            published_on=None,
        )
        for one in kept
    ]
