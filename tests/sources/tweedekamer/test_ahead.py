from collections.abc import Iterable, Iterator
from datetime import UTC, datetime

import pytest

from g40flow.sources.contract import StoredRecord
from g40flow.sources.tweedekamer import TweedeKamer
from tests.sources.memory_records import MemoryRecords
from tests.sources.tweedekamer.feeds import guid
from tests.sources.tweedekamer.kept import keep
from tests.sources.tweedekamer.test_affected import WORLD

NOW = datetime(2026, 11, 21, 9, tzinfo=UTC)
SOURCE = TweedeKamer(base_url="https://voorbeeld.example", site_url="https://site.example")
ITEMS = [f"activiteit:{guid(name)}" for name in ("debate", "successor")] + [
    f"zaak:{guid(name)}" for name in ("case", "changed", "unknown")
]
Question = tuple[str, ...]


class Listening:
    """Notes which single questions are asked of stored records. Fulfils RecordReader."""

    def __init__(self, records: MemoryRecords) -> None:
        self._records = records
        self.asked: set[Question] = set()

    def get(self, entity: str, identifier: str) -> StoredRecord | None:
        return next(iter(self.get_many(entity, [identifier])), None)

    def get_many(self, entity: str, identifiers: Iterable[str]) -> list[StoredRecord]:
        wanted = list(identifiers)
        self.asked |= {(entity, one) for one in wanted}
        return self._records.get_many(entity, wanted)

    def referring(self, entity: str, relation: str, identifier: str) -> list[StoredRecord]:
        return self.referring_any(entity, relation, [identifier])

    def referring_any(self, entity: str, relation: str, identifiers: Iterable[str]) -> list[StoredRecord]:
        wanted = list(identifiers)
        self.asked |= {(entity, relation, one) for one in wanted}
        return self._records.referring_any(entity, relation, wanted)

    def all(self, entity: str) -> Iterator[StoredRecord]:
        return self._records.all(entity)


@pytest.fixture
def listening() -> Listening:
    return Listening(keep(*WORLD))


def test_what_assembling_asks_was_asked_ahead(listening: Listening) -> None:
    SOURCE.read_ahead(ITEMS, listening)
    ahead = set(listening.asked)

    for identifier in ITEMS:
        SOURCE.assemble(identifier, listening, NOW)

    assert listening.asked - ahead == set()


def test_reading_ahead_of_nothing_asks_nothing(listening: Listening) -> None:
    SOURCE.read_ahead([], listening)

    assert listening.asked == set()
