"""The stored records of one source, kept in memory; a double of what storage does with batches."""

from collections.abc import Iterable, Iterator
from dataclasses import replace
from datetime import datetime

from g40flow.domain.items import PublisherRecord
from g40flow.sources.contract import Batch, StoredRecord


class MemoryRecords:
    """Fulfils RecordReader. Deleted records keep the last fields and references they had."""

    def __init__(self) -> None:
        self._kept: dict[tuple[str, str], StoredRecord] = {}

    def clone(self) -> "MemoryRecords":
        """The same records, to be changed independently."""
        other = MemoryRecords()
        other._kept = dict(self._kept)
        return other

    def apply(self, batch: Batch, now: datetime) -> list[PublisherRecord]:
        """Keep the records of a batch; returns those that were new or changed, in the order given."""
        return [record for record in batch.records if self._keep(record, now)]

    def _keep(self, record: PublisherRecord, now: datetime) -> bool:
        key = (record.entity, record.identifier)
        known = self._kept.get(key)
        if known is None:
            self._kept[key] = StoredRecord(record=record, first_seen_at=now, last_seen_at=now)
            return True
        if record.deleted:
            record = replace(record, fields=known.record.fields, references=known.record.references)
        changed = _content(record) != _content(known.record)
        self._kept[key] = StoredRecord(
            record=record if changed else known.record,
            first_seen_at=known.first_seen_at,
            last_seen_at=now,
        )
        return changed

    def forget(self, entity: str, identifier: str) -> None:
        """As if it was never read."""
        del self._kept[entity, identifier]

    def get(self, entity: str, identifier: str) -> StoredRecord | None:
        return self._kept.get((entity, identifier))

    def get_many(self, entity: str, identifiers: Iterable[str]) -> list[StoredRecord]:
        wanted = dict.fromkeys(identifiers)
        return [kept for identifier in wanted if (kept := self.get(entity, identifier))]

    def referring(self, entity: str, relation: str, identifier: str) -> list[StoredRecord]:
        return self.referring_any(entity, relation, [identifier])

    def referring_any(self, entity: str, relation: str, identifiers: Iterable[str]) -> list[StoredRecord]:
        wanted = frozenset(identifiers)
        return [
            kept
            for kept in self.all(entity)
            if any(r.relation == relation and r.identifier in wanted for r in kept.record.references)
        ]

    def all(self, entity: str) -> Iterator[StoredRecord]:
        for key in sorted(self._kept):
            kept = self._kept[key]
            if kept.record.entity == entity and not kept.record.deleted:
                yield kept


def _content(record: PublisherRecord) -> tuple[object, ...]:
    return dict(record.fields), record.references, record.deleted
