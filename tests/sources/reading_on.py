"""Reading a source as a poll does, without a database: each batch is kept before the next is asked for."""

from dataclasses import dataclass, field
from datetime import datetime

from g40flow.domain.items import PublisherRecord, SourceItem
from g40flow.sources.contract import Batch, Source, StreamState
from g40flow.sources.fetch import Fetcher
from tests.sources.memory_records import MemoryRecords


@dataclass
class Reader:
    """One source with what is stored of it. changed: records that were new or changed at the last look.

    stream: "" reads the first one.
    """

    source: Source
    fetch: Fetcher
    stored: MemoryRecords = field(default_factory=MemoryRecords)
    state: StreamState = field(default_factory=StreamState)
    changed: list[PublisherRecord] = field(default_factory=list)
    batches: list[Batch] = field(default_factory=list)
    stream: str = ""

    def look(self, now: datetime, *, at_most: int | None = None) -> list[str]:
        """Read on; returns the identifiers of what was new or changed. at_most: batches before it dies."""
        self.changed, self.batches = [], []
        for batch in self.source.read(
            self.stream or self.source.streams[0], self.state, self.stored, self.fetch, now
        ):
            self.changed += self.stored.apply(batch, now)
            self.state = batch.state
            self.batches.append(batch)
            if len(self.batches) == at_most:
                break
        return [record.identifier for record in self.changed]

    def signals(self) -> set[str]:
        """Codes of everything odd at the last look."""
        return {signal.code for batch in self.batches for signal in batch.signals}

    def item(self, identifier: str, now: datetime) -> SourceItem | None:
        return self.source.assemble(identifier, self.stored, now)
