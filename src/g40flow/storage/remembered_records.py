"""Records read within one transaction: each question reaches the database once."""

from collections.abc import Iterable, Iterator

from g40flow.domain.items import StoredRecord
from g40flow.storage.records import StoredRecords


class RememberedRecords:
    """Remembers every answer, also that there is none. Fulfils sources.contract.RecordReader.

    For as long as nobody stores records: the length of one transaction that only reads them. What
    was asked for many at once is then there for each of them.
    """

    def __init__(self, stored: StoredRecords) -> None:
        self._stored = stored
        self._records: dict[tuple[str, str], StoredRecord | None] = {}
        self._pointing: dict[tuple[str, str, str], list[StoredRecord]] = {}

    def get(self, entity: str, identifier: str) -> StoredRecord | None:
        """The record, deleted or not; None if it was never seen."""
        return next(iter(self.get_many(entity, [identifier])), None)

    def get_many(self, entity: str, identifiers: Iterable[str]) -> list[StoredRecord]:
        """The records that exist, in the order of identifiers."""
        wanted = dict.fromkeys(identifiers)
        unasked = [identifier for identifier in wanted if (entity, identifier) not in self._records]
        if unasked:
            self._records |= dict.fromkeys((entity, identifier) for identifier in unasked)
            for found in self._stored.get_many(entity, unasked):
                self._records[entity, found.record.identifier] = found
        return [kept for one in wanted if (kept := self._records[entity, one]) is not None]

    def referring(self, entity: str, relation: str, identifier: str) -> list[StoredRecord]:
        """Undeleted records of `entity` that point to `identifier` by `relation`, by identifier."""
        return self.referring_any(entity, relation, [identifier])

    def referring_any(self, entity: str, relation: str, identifiers: Iterable[str]) -> list[StoredRecord]:
        """Undeleted records of `entity` that point to any of these, each once, by identifier."""
        wanted = [(entity, relation, identifier) for identifier in dict.fromkeys(identifiers)]
        unasked = {question: list[StoredRecord]() for question in wanted if question not in self._pointing}
        if unasked:
            for kept in self._stored.referring_any(entity, relation, [target for _, _, target in unasked]):
                for reference in kept.record.references:
                    answer = unasked.get((entity, reference.relation, reference.identifier))
                    if answer is not None:
                        answer.append(kept)
            self._pointing |= unasked
        found = {kept.record.identifier: kept for question in wanted for kept in self._pointing[question]}
        return [found[identifier] for identifier in sorted(found)]

    def all(self, entity: str) -> Iterator[StoredRecord]:
        """Every undeleted record of one entity, by identifier, in constant memory; not remembered."""
        return self._stored.all(entity)
