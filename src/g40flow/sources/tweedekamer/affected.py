"""Which items a change of records can alter.

The mirror image of assembly: whatever `activities` and `cases` read to make an item must lead back
to that item here. Then the order in which the feeds bring things does not matter.
"""

from collections.abc import Collection, Iterable

from g40flow.domain.items import PublisherRecord
from g40flow.sources.contract import RecordReader

ACTIVITY = "activiteit:"
CASE = "zaak:"


def affected_items(records: Iterable[PublisherRecord], stored: RecordReader) -> set[str]:
    """Identifiers of items. Asks as little of a page of records as of one of them."""
    by_entity: dict[str, list[PublisherRecord]] = {}
    for record in records:
        by_entity.setdefault(record.entity, []).append(record)
    return {item for entity, several in by_entity.items() for item in _affected(entity, several, stored)}


def _affected(entity: str, records: Collection[PublisherRecord], stored: RecordReader) -> set[str]:
    """Likewise, of records of one entity.

    A dossier reaches all its cases and their activities. That stays bounded because a dossier's
    record hardly ever changes: the counter of its documents is not kept. A committee reaches
    nothing: a renamed one would touch years of agenda, and names stand in the items' own records.
    A withdrawn case is reached by its own records only: it stays as it was told last.
    """
    match entity:
        case "activiteit":
            return _items(ACTIVITY, _own(records) | _targets(records, "vervangenVanuit"))
        case "agendapunt":
            cases = stored.referring_any("zaak", "agendapunt", _own(records))
            return _items(ACTIVITY, _targets(records, "activiteit")) | _items(
                CASE, (case.record.identifier for case in cases)
            )
        case "zaak":
            return _of_cases(records, stored) | _items(CASE, _targets(records, "vervangenVanuit"))
        case "activiteitActor":
            return _items(ACTIVITY, _targets(records, "activiteit"))
        case "zaakActor":
            return _items(CASE, _targets(records, "zaak"))
        case "document":
            return _of_documents(records, stored)
        case "uitzending":
            activities = stored.referring_any("activiteit", "dag", _targets(records, "dag"))
            return _items(ACTIVITY, (activity.record.identifier for activity in activities))
        case "documentVersie":
            documents = stored.get_many("document", _targets(records, "document"))
            return _of_documents([kept.record for kept in documents], stored)
        case "kamerstukdossier":
            cases = stored.referring_any("zaak", "kamerstukdossier", _own(records))
            return _of_cases([kept.record for kept in cases], stored)
        case _:
            return set()


def activities_of(records: Collection[PublisherRecord], stored: RecordReader) -> set[str]:
    """GUIDs of the activities that deal with cases or documents: named directly or by agenda point."""
    points = stored.get_many("agendapunt", _targets(records, "agendapunt"))
    present = [point.record for point in points if not point.record.deleted]
    return _targets(records, "activiteit") | _targets(present, "activiteit")


def _of_cases(records: Collection[PublisherRecord], stored: RecordReader) -> set[str]:
    return _items(CASE, _own(records)) | _items(ACTIVITY, activities_of(records, stored))


def _of_documents(records: Collection[PublisherRecord], stored: RecordReader) -> set[str]:
    return _items(CASE, _targets(records, "zaak")) | _items(ACTIVITY, activities_of(records, stored))


def _own(records: Iterable[PublisherRecord]) -> set[str]:
    return {record.identifier for record in records}


def _targets(records: Iterable[PublisherRecord], relation: str) -> set[str]:
    return {target for record in records for target in record.targets(relation)}


def _items(prefix: str, identifiers: Iterable[str]) -> set[str]:
    return {prefix + identifier for identifier in identifiers}
