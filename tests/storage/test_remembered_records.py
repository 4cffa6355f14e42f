from collections.abc import Iterable, Iterator
from contextlib import contextmanager, nullcontext
from dataclasses import dataclass, field

import pytest
from sqlmodel import Session

from g40flow.domain.items import PublisherRecord, Reference, StoredRecord
from g40flow.storage.database import Database
from g40flow.storage.records import StoredRecords, keep_records
from g40flow.storage.remembered_records import RememberedRecords
from tests.conftest import MONDAY


def zaak(identifier: str, *points: str, deleted: bool = False) -> PublisherRecord:
    references = tuple(Reference(relation="agendapunt", identifier=point) for point in points)
    return PublisherRecord(entity="zaak", identifier=identifier, references=references, deleted=deleted)


@dataclass
class Questions:
    """Counts how often the database is asked."""

    session: Session
    asked: int = field(default=0)

    @contextmanager
    def __call__(self) -> Iterator[Session]:
        self.asked += 1
        yield self.session


@pytest.fixture
def questions(sqlite: Database) -> Iterator[Questions]:
    with sqlite.writing() as session:
        records = [zaak("z1", "p1", "p2"), zaak("z2", "p2"), zaak("z3", "p9"), zaak("z4", deleted=True)]
        keep_records(session, "tk", records, MONDAY)
    with sqlite.reading() as session:
        yield Questions(session)


def names(found: Iterable[StoredRecord]) -> list[str]:
    return [kept.record.identifier for kept in found]


def test_the_answers_are_those_of_the_database(questions: Questions) -> None:
    plain = StoredRecords(lambda: nullcontext(questions.session), "tk")
    remembered = RememberedRecords(plain)

    for _ in range(2):
        for reader in (plain, remembered):
            assert names(reader.get_many("zaak", ["z4", "z9", "z1"])) == ["z4", "z1"]
            assert names(reader.referring_any("zaak", "agendapunt", ["p2", "p1"])) == ["z1", "z2"]
            assert reader.get("zaak", "z9") is None
            assert reader.get("zaak", "z2") == plain.get("zaak", "z2")
            assert reader.referring("zaak", "agendapunt", "p9") == plain.referring("zaak", "agendapunt", "p9")
            assert reader.referring("zaak", "document", "p9") == []
            assert names(reader.all("zaak")) == ["z1", "z2", "z3"]


def test_what_was_asked_for_many_is_not_asked_again_for_each(questions: Questions) -> None:
    remembered = RememberedRecords(StoredRecords(questions, "tk"))
    remembered.get_many("zaak", ["z1", "z2", "z9"])
    remembered.referring_any("zaak", "agendapunt", ["p1", "p2", "p8"])
    before = questions.asked

    found = [remembered.get("zaak", "z2"), remembered.get("zaak", "z9")]
    pointing = [names(remembered.referring("zaak", "agendapunt", point)) for point in ("p1", "p2", "p8")]

    assert [kept.record.identifier if kept else None for kept in found] == ["z2", None]
    assert pointing == [["z1"], ["z1", "z2"], []]
    assert questions.asked == before
