"""The real reading code against the sandbox's House of Representatives, over HTTP."""

from collections import Counter
from collections.abc import Iterator
from datetime import UTC, datetime

import pytest

from g40flow.domain.items import ItemKind, SourceItem
from g40flow.sandbox.server import SandboxServer
from g40flow.sources.contract import StreamState
from g40flow.sources.fetch import Fetcher
from g40flow.sources.tweedekamer import TweedeKamer
from tests.sources.loopback import fetching
from tests.sources.memory_records import MemoryRecords


class Copy:
    """Our own copy of the sandbox's parliament, kept as the use case keeps it."""

    def __init__(self, source: TweedeKamer, fetch: Fetcher, now: datetime) -> None:
        self.source, self.fetch, self.now = source, fetch, now
        self.stored = MemoryRecords()
        self.states = {stream: StreamState() for stream in source.streams}
        self.signals: list[str] = []
        self.changed = 0

    def poll(self) -> None:
        for stream in self.source.streams:
            for batch in self.source.read(stream, self.states[stream], self.stored, self.fetch, self.now):
                self.changed += len(self.stored.apply(batch, self.now))
                self.states[stream] = batch.state
                self.signals += [f"{signal.code} {signal.subject}" for signal in batch.signals]

    def items(self) -> list[SourceItem]:
        identifiers = [
            f"{entity}:{kept.record.identifier}"
            for entity in ("activiteit", "zaak")
            for kept in self.stored.all(entity)
        ]
        made = (self.source.assemble(identifier, self.stored, self.now) for identifier in identifiers)
        return [item for item in made if item]


@pytest.fixture(scope="module")
def sandbox() -> Iterator[SandboxServer]:
    with SandboxServer() as running:
        yield running


@pytest.fixture(scope="module")
def copy(sandbox: SandboxServer) -> Iterator[Copy]:
    with fetching() as fetch:
        source = TweedeKamer(base_url=sandbox.parliament_url)
        made = Copy(source, fetch, sandbox.clock.now().astimezone(UTC))
        made.poll()
        yield made


def test_the_whole_parliament_is_read(copy: Copy) -> None:
    kinds = Counter(item.kind for item in copy.items())

    assert kinds[ItemKind.ACTIVITY] >= 50
    assert kinds[ItemKind.PARLIAMENTARY_CASE] >= 100


def test_everything_the_sandbox_says_is_known(copy: Copy) -> None:
    assert copy.signals == []


def test_committee_debates_come_with_what_makes_them_routable(copy: Copy) -> None:
    debates = [item for item in copy.items() if item.kind_label == "Commissiedebat"]

    assert all(debate.committee and debate.number for debate in debates)
    assert sum(debate.starts_at is not None for debate in debates) > 0.9 * len(debates)
    assert sum(bool(debate.agenda) for debate in debates) > 0.5 * len(debates)
    assert any(debate.following_committees for debate in debates)


def test_written_rounds_have_a_closing_day(copy: Copy) -> None:
    rounds = [item for item in copy.items() if item.kind_label.startswith("Inbreng")]

    assert rounds
    assert all(one.closes_on and one.starts_at for one in rounds)


def test_a_moved_activity_leads_to_an_item(copy: Copy) -> None:
    items = {item.identifier: item for item in copy.items()}

    moved = [item for item in items.values() if item.replaced_by]

    assert moved
    assert all(item.replaced_by in items for item in moved)


def test_reading_again_changes_nothing(copy: Copy) -> None:
    before = copy.changed

    copy.poll()

    assert copy.changed == before
