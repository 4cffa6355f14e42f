from contextlib import nullcontext
from datetime import timedelta

from sqlmodel import Session, select

from g40flow.domain.items import PublisherRecord, Reference
from g40flow.storage.database import Database
from g40flow.storage.records import RecordChange, StoredRecords, keep_records
from g40flow.storage.tables import RecordRevision
from tests.conftest import MONDAY

TUESDAY = MONDAY + timedelta(days=1)


def zaak(
    identifier: str, *, deleted: bool = False, agenda: tuple[str, ...] = (), **fields: str
) -> PublisherRecord:
    references = tuple(Reference(relation="agendapunt", identifier=target) for target in agenda)
    return PublisherRecord(
        entity="zaak", identifier=identifier, fields=fields, references=references, deleted=deleted
    )


def keep(database: Database, *records: PublisherRecord, now: object = MONDAY) -> list[RecordChange]:
    assert isinstance(now, type(MONDAY))
    with database.writing() as session:
        return keep_records(session, "tk", records, now)


def reader(session: Session) -> StoredRecords:
    return StoredRecords(lambda: nullcontext(session), "tk")


def test_a_new_record_is_kept_with_its_references(database: Database) -> None:
    changes = keep(database, zaak("z1", titel="Regeldruk", agenda=("a1", "a2")))

    assert [(change.before, change.after.identifier) for change in changes] == [(None, "z1")]
    with database.reading() as session:
        stored = reader(session).get("zaak", "z1")
    assert stored is not None
    assert stored.record == zaak("z1", titel="Regeldruk", agenda=("a1", "a2"))
    assert stored.first_seen_at == stored.last_seen_at == MONDAY


def test_the_same_record_again_changes_nothing_but_when_it_was_last_seen(database: Database) -> None:
    keep(database, zaak("z1", titel="Regeldruk"))

    changes = keep(database, zaak("z1", titel="Regeldruk"), now=TUESDAY)

    assert changes == []
    with database.reading() as session:
        stored = reader(session).get("zaak", "z1")
        revisions = session.exec(select(RecordRevision)).all()
    assert stored is not None
    assert (stored.first_seen_at, stored.last_seen_at) == (MONDAY, TUESDAY)
    assert revisions == []


def test_a_change_is_kept_with_old_and_new_value_and_when_it_was_seen(database: Database) -> None:
    keep(database, zaak("z1", titel="Oud", agenda=("a1",)))

    [change] = keep(database, zaak("z1", titel="Nieuw", agenda=("a2",)), now=TUESDAY)

    assert change.before == zaak("z1", titel="Oud", agenda=("a1",))
    with database.reading() as session:
        [revision] = session.exec(select(RecordRevision)).all()
        assert [r.record.identifier for r in reader(session).referring("zaak", "agendapunt", "a2")] == ["z1"]
        assert reader(session).referring("zaak", "agendapunt", "a1") == []
    assert revision.seen_at == TUESDAY
    assert revision.changes == [
        {"field": "titel", "old": "Oud", "new": "Nieuw"},
        {"field": "→ agendapunt", "old": ["a1"], "new": ["a2"]},
    ]


def test_a_deleted_record_keeps_what_it_said_and_is_no_longer_referred_from(database: Database) -> None:
    keep(database, zaak("z1", titel="Ingetrokken brief", agenda=("a1",)))

    [change] = keep(database, zaak("z1", deleted=True), now=TUESDAY)
    again = keep(database, zaak("z1", deleted=True), now=TUESDAY)

    assert change.after.deleted
    assert change.after.fields == {"titel": "Ingetrokken brief"}
    assert again == []
    with database.reading() as session:
        stored = reader(session).get("zaak", "z1")
        assert reader(session).referring("zaak", "agendapunt", "a1") == []
        assert list(reader(session).all("zaak")) == []
    assert stored is not None
    assert stored.record.fields == {"titel": "Ingetrokken brief"}


def test_an_identity_that_stands_twice_on_a_page_counts_as_it_stood_last(database: Database) -> None:
    changes = keep(database, zaak("z1", titel="Eerst"), zaak("z1", titel="Later"))

    assert [change.after.fields for change in changes] == [{"titel": "Later"}]


def test_many_records_are_read_back_in_order_page_by_page(database: Database) -> None:
    keep(database, *(zaak(f"z{n:05}", titel=str(n)) for n in range(1203)))

    stored = [row.record.identifier for row in StoredRecords(database.reading, "tk").all("zaak")]

    assert stored == [f"z{n:05}" for n in range(1203)]


def test_records_of_another_source_do_not_mix(database: Database) -> None:
    keep(database, zaak("z1", titel="Van de Kamer"))

    with database.reading() as session:
        assert StoredRecords(lambda: nullcontext(session), "ek").get("zaak", "z1") is None
