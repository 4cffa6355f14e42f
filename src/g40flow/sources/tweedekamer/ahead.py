"""What assembling many items asks for, asked at once.

Only for speed: a question that is forgotten here is asked later, by the item that needs it.
"""

from collections.abc import Collection, Iterable

from g40flow.domain.items import StoredRecord
from g40flow.sources.contract import RecordReader
from g40flow.sources.tweedekamer.affected import ACTIVITY, CASE


def read_ahead(items: Iterable[str], stored: RecordReader) -> None:
    """Ask for the records of which these items are made."""
    items = list(items)
    _activities(_guids(ACTIVITY, items), stored)
    _cases(_guids(CASE, items), stored)


def _activities(activities: Collection[str], stored: RecordReader) -> None:
    found = stored.get_many("activiteit", activities)
    stored.referring_any("uitzending", "dag", set(_targets(found, "dag")))
    stored.referring_any("activiteit", "vervangenVanuit", activities)
    stored.referring_any("activiteitActor", "activiteit", activities)
    points = stored.referring_any("agendapunt", "activiteit", activities)
    point_ids = [point.record.identifier for point in points]
    stored.referring_any("document", "agendapunt", point_ids)
    stored.referring_any("document", "activiteit", activities)
    cases = [
        *stored.referring_any("zaak", "agendapunt", point_ids),
        *stored.referring_any("zaak", "activiteit", activities),
    ]
    stored.get_many("kamerstukdossier", _targets(cases, "kamerstukdossier"))


def _cases(cases: Collection[str], stored: RecordReader) -> None:
    found = stored.get_many("zaak", cases)
    stored.get_many("kamerstukdossier", _targets(found, "kamerstukdossier"))
    stored.get_many("agendapunt", _targets(found, "agendapunt"))
    stored.referring_any("zaak", "vervangenVanuit", cases)
    stored.referring_any("zaakActor", "zaak", cases)
    stored.referring_any("document", "zaak", cases)


def _guids(prefix: str, items: Iterable[str]) -> list[str]:
    return [item.removeprefix(prefix) for item in items if item.startswith(prefix)]


def _targets(found: Iterable[StoredRecord], relation: str) -> list[str]:
    return [ref.identifier for kept in found for ref in kept.record.references if ref.relation == relation]
