"""A source at the sandbox with records in memory, as the use case keeps them."""

from datetime import datetime

from g40flow.domain.items import SourceItem
from g40flow.sandbox.events import Scene, play
from g40flow.sandbox.server import SandboxServer
from g40flow.sources.contract import Batch, Source, StreamState
from g40flow.sources.fetch import Fetcher
from tests.sources.memory_records import MemoryRecords


class Copy:
    """What was read of a publisher, and what every look changed. changed: records since the last poll."""

    def __init__(self, sandbox: SandboxServer, source: Source, fetch: Fetcher) -> None:
        self.sandbox, self.source, self.fetch = sandbox, source, fetch
        self.stored = MemoryRecords()
        self.states = {stream: StreamState() for stream in source.streams}
        self.touched: set[str] = set()
        self.changed = 0
        self.signals: list[str] = []

    def clone(self) -> "Copy":
        """The same, to go on from independently."""
        other = Copy(self.sandbox, self.source, self.fetch)
        other.stored, other.states = self.stored.clone(), dict(self.states)
        other.touched = set(self.touched)
        return other

    @property
    def now(self) -> datetime:
        """Of the sandbox; aware UTC."""
        return self.sandbox.clock.now()

    def poll(self, *, pages: int | None = None) -> list[Batch]:
        """Every stream to its end. pages: stop after so many, as a crash would, the last one not kept."""
        self.changed, self.touched, self.signals = 0, set(), []
        batches: list[Batch] = []
        for stream in self.source.streams:
            for batch in self.source.read(stream, self.states[stream], self.stored, self.fetch, self.now):
                if pages is not None and len(batches) >= pages:
                    return batches
                self._keep(batch)
                self.states[stream] = batch.state
                batches.append(batch)
        return batches

    def _keep(self, batch: Batch) -> None:
        before = [self.stored.get(record.entity, record.identifier) for record in batch.records]
        changes = self.stored.apply(batch, self.now)
        self.changed += len(changes)
        self.signals += [signal.code for signal in batch.signals]
        names = {(change.entity, change.identifier) for change in changes}
        former = [k.record for k in before if k and (k.record.entity, k.record.identifier) in names]
        self.touched |= self.source.item_identifiers([*changes, *former], self.stored)

    def item(self, identifier: str) -> SourceItem:
        """One item that there must be."""
        found = self.source.assemble(identifier, self.stored, self.now)
        assert found is not None, identifier
        return found

    def news(self) -> list[SourceItem]:
        """The items that the last poll touched."""
        made = [self.source.assemble(name, self.stored, self.now) for name in sorted(self.touched)]
        return [item for item in made if item is not None]

    def happen(self, event: str, **values: object) -> None:
        """Let something happen at a publisher."""
        play(Scene(self.sandbox.world, self.sandbox.clock), event, values)
