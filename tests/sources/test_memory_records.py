from datetime import UTC, datetime

from g40flow.domain.items import PublisherRecord, Reference
from g40flow.sources.contract import Batch, StreamState
from tests.sources.memory_records import MemoryRecords

FIRST = datetime(2026, 7, 20, 8, tzinfo=UTC)
LATER = datetime(2026, 7, 21, 8, tzinfo=UTC)


def batch(*records: PublisherRecord) -> Batch:
    return Batch(records=records, state=StreamState(), seen=len(records))


def test_a_deleted_record_keeps_what_it_said_last() -> None:
    records = MemoryRecords()
    reference = Reference(relation="zaak", identifier="z1")
    records.apply(
        batch(
            PublisherRecord(
                entity="activiteit", identifier="a1", fields={"onderwerp": "Wonen"}, references=(reference,)
            )
        ),
        FIRST,
    )

    changed = records.apply(batch(PublisherRecord(entity="activiteit", identifier="a1", deleted=True)), LATER)

    kept = records.get("activiteit", "a1")
    assert kept is not None
    assert kept.record.deleted
    assert kept.record.fields == {"onderwerp": "Wonen"}
    assert kept.record.references == (reference,)
    assert [record.identifier for record in changed] == ["a1"]
    assert list(records.all("activiteit")) == []
    assert records.referring("activiteit", "zaak", "z1") == []


def test_an_unchanged_record_is_only_confirmed() -> None:
    records = MemoryRecords()
    record = PublisherRecord(entity="zaak", identifier="z1", fields={"titel": "Wonen"})
    records.apply(batch(record), FIRST)

    changed = records.apply(batch(record), LATER)

    kept = records.get("zaak", "z1")
    assert kept is not None
    assert (kept.first_seen_at, kept.last_seen_at) == (FIRST, LATER)
    assert changed == []


def test_records_are_read_by_identity_and_by_reference() -> None:
    records = MemoryRecords()
    pointing = PublisherRecord(
        entity="agendapunt", identifier="p1", references=(Reference(relation="activiteit", identifier="a1"),)
    )
    records.apply(batch(pointing, PublisherRecord(entity="agendapunt", identifier="p2")), FIRST)

    assert [kept.record.identifier for kept in records.referring("agendapunt", "activiteit", "a1")] == ["p1"]
    assert [kept.record.identifier for kept in records.get_many("agendapunt", ["p2", "p9", "p1"])] == [
        "p2",
        "p1",
    ]
    assert [kept.record.identifier for kept in records.all("agendapunt")] == ["p1", "p2"]
