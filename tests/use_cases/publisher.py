"""A publisher of our own making for the tests of use cases: pages of records, as one wants them."""

from collections.abc import Collection, Iterator
from dataclasses import dataclass, field, replace
from datetime import date, datetime

from g40flow.domain.checks import Check
from g40flow.domain.errors import SourceError
from g40flow.domain.items import ItemKind, ItemStatus, PublisherRecord, SourceItem
from g40flow.sources.contract import Batch, RecordReader, Signal, StreamState
from g40flow.sources.fetch import Fetcher


def consultation(slug: str, **fields: str) -> PublisherRecord:
    """A record that makes an open consultation; fields: title, closes_on, status, references (with ;)."""
    return PublisherRecord(entity="consultation", identifier=slug, fields={"title": slug, **fields})


@dataclass
class Publisher:
    """Pages per stream; the cursor is the number of pages read. Fulfils sources.contract.Source.

    troubles: raised by a stream instead of its next page. died: raised after so many pages.
    """

    name: str = "publisher"
    streams: tuple[str, ...] = ("news",)
    pages: dict[str, list[list[PublisherRecord]]] = field(default_factory=dict)
    troubles: dict[str, SourceError] = field(default_factory=dict)
    signals: tuple[Signal, ...] = ()
    dies_after_pages: int | None = None
    first_address: str = "https://publisher.example/"

    def live_checks(self, fetch: Fetcher) -> list[Check]:
        """Nothing is open about it."""
        return []

    def publish(self, *records: PublisherRecord, stream: str = "news") -> None:
        """Add a page."""
        self.pages.setdefault(stream, []).append(list(records))

    def read(
        self, stream: str, state: StreamState, stored: RecordReader, fetch: Fetcher, now: datetime
    ) -> Iterator[Batch]:
        """The pages after the cursor."""
        if stream in self.troubles:
            raise self.troubles[stream]
        pages = self.pages.get(stream, [])
        for number in range(int(state.cursor or 0), len(pages)):
            if self.dies_after_pages == number:
                raise SystemExit("killed")
            state = replace(state, cursor=str(number + 1))
            more = number + 1 < len(pages)
            yield Batch(
                records=tuple(pages[number]),
                state=state if more else replace(state, completed_at=now),
                seen=len(pages[number]),
                more=more,
                signals=self.signals,
            )

    def item_identifiers(self, records: Collection[PublisherRecord], stored: RecordReader) -> set[str]:
        """Every record is an item of its own."""
        return {record.identifier for record in records}

    def read_ahead(self, identifiers: Collection[str], stored: RecordReader) -> None:
        """One record makes an item."""

    def assemble(self, identifier: str, stored: RecordReader, now: datetime) -> SourceItem | None:
        """The consultation as its record tells it."""
        kept = stored.get("consultation", identifier)
        assert kept is not None
        fields = {name: str(value) for name, value in kept.record.fields.items()}
        closes = fields.get("closes_on")
        return SourceItem(
            source=self.name,
            identifier=identifier,
            kind=ItemKind.CONSULTATION,
            kind_label=fields.get("kind", "AMvB"),
            title=fields["title"],
            url=f"https://publisher.example/{identifier}",
            status=ItemStatus(fields.get("status", "open")),
            closes_on=date.fromisoformat(closes) if closes else None,
            opens_on=date(2026, 11, 20),
            published_on=date.fromisoformat(fields.get("published_on", "2026-11-20")),
            references=tuple(sorted(filter(None, fields.get("references", "").split(";")))),
        )
