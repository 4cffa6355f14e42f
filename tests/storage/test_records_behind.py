from g40flow.domain.items import PublisherRecord, Reference
from g40flow.storage.database import Database
from g40flow.storage.records import keep_records, records_behind
from tests.conftest import MONDAY


def record(entity: str, identifier: str, *points_to: str) -> PublisherRecord:
    """A record that points to others."""
    references = tuple(Reference(relation="bij", identifier=target) for target in points_to)
    return PublisherRecord(entity=entity, identifier=identifier, references=references)


def test_an_items_own_record_comes_first_then_what_it_is_tied_to(database: Database) -> None:
    with database.writing() as session:
        kept = [
            record("agendapunt", "punt", "debat"),
            record("activiteit", "debat", "commissie"),
            record("commissie", "commissie"),
            record("zaak", "zaak", "punt"),
        ]
        keep_records(session, "p", kept, MONDAY)
        keep_records(session, "other", [record("activiteit", "debat")], MONDAY)

    with database.reading() as session:
        found = records_behind(session, "p", "activiteit:debat", limit=10)

    assert [row.entity for row in found] == ["activiteit", "agendapunt", "commissie"]


def test_no_more_are_given_than_asked_for(database: Database) -> None:
    with database.writing() as session:
        keep_records(session, "p", [record("x", str(n), "own") for n in range(9)], MONDAY)

    with database.reading() as session:
        assert len(records_behind(session, "p", "own", limit=4)) == 4
