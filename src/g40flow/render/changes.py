"""The values behind news, read from the changes of an item's fields."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime

from g40flow.domain.items import FieldChange, ItemDocument, Json
from g40flow.domain.messages import Told


@dataclass(frozen=True, kw_only=True)
class ChangeValues:
    """What a change was from and to. None: absent, or this did not change.

    closes_from, closes_to: Dutch dates. starts_from, starts_to: aware UTC. day_from, day_to: Dutch
    dates of what has no hour. moved: whether day or hour changed at all.
    documents: added ones. agenda_added, agenda_gone: titles, in the order of the agenda.
    """

    closes_from: date | None
    closes_to: date | None
    starts_from: datetime | None
    starts_to: datetime | None
    day_from: date | None
    day_to: date | None
    moved: bool
    documents: tuple[ItemDocument, ...]
    agenda_added: tuple[str, ...]
    agenda_gone: tuple[str, ...]


def change_values(told: Told) -> ChangeValues:
    """The values of one change. Raises ValueError for a value that g40flow cannot have written."""
    changes = {change.field: change for change in told.changes}
    closes_from, closes_to = _both(changes.get("closes_on"))
    starts_from, starts_to = _both(changes.get("starts_at"))
    day_from, day_to = _both(changes.get("opens_on"))
    documents_gone, documents = _difference(changes.get("documents"))
    agenda_gone, agenda_added = _difference(changes.get("agenda"))
    return ChangeValues(
        closes_from=_day(closes_from),
        closes_to=_day(closes_to),
        starts_from=_moment(starts_from),
        starts_to=_moment(starts_to),
        day_from=_day(day_from),
        day_to=_day(day_to),
        moved="starts_at" in changes or "opens_on" in changes,
        documents=_new_documents(documents, documents_gone),
        agenda_added=agenda_added,
        agenda_gone=agenda_gone,
    )


def _both(change: FieldChange | None) -> tuple[Json, Json]:
    return (None, None) if change is None else (change.old, change.new)


def _day(value: Json) -> date | None:
    return None if value is None else date.fromisoformat(str(value))


def _moment(value: Json) -> datetime | None:
    return None if value is None else datetime.fromisoformat(str(value))


def _difference(change: FieldChange | None) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """What is only in the old list, and what is only in the new one."""
    old, new = (_texts(value) for value in _both(change))
    return tuple(t for t in old if t not in new), tuple(t for t in new if t not in old)


def _texts(value: Json) -> Sequence[str]:
    return [str(part) for part in value] if isinstance(value, list) else []


def _new_documents(added: Sequence[str], gone: Sequence[str]) -> tuple[ItemDocument, ...]:
    """Documents with an address that was not there before; another title makes no other document.

    Written as "title <url>", see news.item_changes.
    """
    known = {_document(text).url for text in gone}
    return tuple(document for text in added if (document := _document(text)).url not in known)


def _document(text: str) -> ItemDocument:
    title, _, url = text.rpartition(" <")
    return ItemDocument(title=title, url=url.removesuffix(">"))
