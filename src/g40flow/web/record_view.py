"""What a publisher said, as it is kept: short on the page, whole as JSON."""

import json
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from g40flow.storage.tables import Record

LONGEST_VALUE = 300
MOST_CHARACTERS = 20_000
"""Of all records on a page together, so that the page stays light."""


@dataclass(frozen=True, kw_only=True)
class RecordView:
    """One record with its fields as short texts."""

    record: Record
    fields: tuple[tuple[str, str], ...]


def record_views(records: Sequence[Record]) -> tuple[list[RecordView], int]:
    """(records as far as they fit on a page, how many were left out)."""
    views: list[RecordView] = []
    used = 0
    for record in records:
        fields = tuple((name, _short(value)) for name, value in sorted(record.fields.items()))
        used += sum(len(name) + len(text) for name, text in fields)
        if used > MOST_CHARACTERS and views:
            break
        views.append(RecordView(record=record, fields=fields))
    return views, len(records) - len(views)


def record_as_json(record: Record) -> dict[str, Any]:
    """The whole record, with when it was seen."""
    return {
        "entity": record.entity,
        "identifier": record.identifier,
        "deleted": record.deleted,
        "updated_at": None if record.updated_at is None else record.updated_at.isoformat(),
        "first_seen_at": record.first_seen_at.isoformat(),
        "last_seen_at": record.last_seen_at.isoformat(),
        "fields": record.fields,
    }


def _short(value: Any) -> str:
    text = value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)
    return text if len(text) <= LONGEST_VALUE else text[:LONGEST_VALUE] + "…"
