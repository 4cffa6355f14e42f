"""Which items a change of one record can alter.

The mirror image of assembly: whatever `activities` and `cases` read to make an item must lead back
to that item here. Then the order in which the feeds bring things does not matter.
"""

from collections.abc import Iterable
from dataclasses import replace

from g40flow.domain.items import PublisherRecord
from g40flow.sources.contract import RecordReader

ACTIVITY = "activiteit:"
CASE = "zaak:"


def affected_items(record: PublisherRecord, stored: RecordReader) -> set[str]:
    """Identifiers of items; also by the references that the record had before, if it is stored so.

    A dossier reaches all its cases and their activities. That stays bounded because a dossier's
    record hardly ever changes: the counter of its documents is not kept. A committee reaches
    nothing: a renamed one would touch years of agenda, and names stand in the items' own records.
    A withdrawn case is reached by its own records only: it stays as it was told last.
    """
    record = _with_former_references(record, stored)
    match record.entity:
        case "activiteit":
            return {ACTIVITY + record.identifier} | _items(ACTIVITY, _targets(record, "vervangenVanuit"))
        case "agendapunt":
            cases = stored.referring("zaak", "agendapunt", record.identifier)
            return _items(ACTIVITY, _targets(record, "activiteit")) | _items(
                CASE, (case.record.identifier for case in cases)
            )
        case "zaak":
            return _of_case(record, stored) | _items(CASE, _targets(record, "vervangenVanuit"))
        case "activiteitActor":
            return _items(ACTIVITY, _targets(record, "activiteit"))
        case "zaakActor":
            return _items(CASE, _targets(record, "zaak"))
        case "document":
            return _of_document(record, stored)
        case "documentVersie":
            documents = stored.get_many("document", sorted(_targets(record, "document")))
            return _union(_of_document(document.record, stored) for document in documents)
        case "kamerstukdossier":
            cases = stored.referring("zaak", "kamerstukdossier", record.identifier)
            return _union(_of_case(case.record, stored) for case in cases)
        case _:
            return set()


def activities_of(record: PublisherRecord, stored: RecordReader) -> set[str]:
    """GUIDs of the activities that deal with a case or document: named directly or by agenda point."""
    points = stored.get_many("agendapunt", sorted(_targets(record, "agendapunt")))
    return _targets(record, "activiteit").union(
        *(_targets(point.record, "activiteit") for point in points if not point.record.deleted)
    )


def _of_case(record: PublisherRecord, stored: RecordReader) -> set[str]:
    return {CASE + record.identifier} | _items(ACTIVITY, activities_of(record, stored))


def _of_document(record: PublisherRecord, stored: RecordReader) -> set[str]:
    return _items(CASE, _targets(record, "zaak")) | _items(ACTIVITY, activities_of(record, stored))


def _with_former_references(record: PublisherRecord, stored: RecordReader) -> PublisherRecord:
    """What is deleted comes without references; what points elsewhere now must reach both."""
    before = stored.get(record.entity, record.identifier)
    if before is None or before.record.references == record.references:
        return record
    return replace(record, references=(*record.references, *before.record.references))


def _targets(record: PublisherRecord, relation: str) -> set[str]:
    return {ref.identifier for ref in record.references if ref.relation == relation}


def _items(prefix: str, identifiers: Iterable[str]) -> set[str]:
    return {prefix + identifier for identifier in identifiers}


def _union(sets: Iterable[set[str]]) -> set[str]:
    return set().union(*sets)
