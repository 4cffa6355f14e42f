"""Days for what its publisher gives no day: when we first saw it, unless it was there at the beginning."""

from datetime import date, datetime

from g40flow.domain.instants import dutch_date
from g40flow.domain.items import Json
from g40flow.sources.contract import StoredRecord, StreamState

SEEN_ON = "gezienOp"
"""Field that is ours: the Dutch day on which a record came that was not there at the first reading."""


def seen_on(kept: StoredRecord | None, state: StreamState, now: datetime) -> dict[str, Json]:
    """The field for a record that is read now; it never changes once the record is there.

    Empty for what was there when its stream was first read: nobody knows how old that is.
    """
    if kept is not None:
        known = kept.record.fields.get(SEEN_ON)
        return {SEEN_ON: known} if isinstance(known, str) else {}
    return {} if state.completed_at is None else {SEEN_ON: dutch_date(now).isoformat()}


def day_seen(kept: StoredRecord) -> date | None:
    """What `seen_on` noted."""
    known = kept.record.fields.get(SEEN_ON)
    return date.fromisoformat(known) if isinstance(known, str) else None
