"""Storing what one answer of a publisher told: its records, and the items that they touch."""

from collections.abc import Sequence
from contextlib import nullcontext
from datetime import datetime

from sqlmodel import Session

from g40flow.domain.items import PublisherRecord
from g40flow.sources.contract import Source
from g40flow.storage.pending import mark_pending
from g40flow.storage.records import RecordChange, StoredRecords, keep_records, keep_turn
from g40flow.use_cases.outcomes.take_in import take_in_facts


def keep_page(
    session: Session,
    source: Source,
    records: Sequence[PublisherRecord],
    now: datetime,
    *,
    first_read: bool = False,
    history: bool = False,
) -> list[RecordChange]:
    """Store records and mark the items they touch as waiting, in the caller's transaction.

    first_read: they were there before the publisher was read, so they are no news. history: the reading
    of the past assembles them, so that they do not stand in the way of what is new.
    """
    keep_turn(session, source.name)
    changes = keep_records(session, source.name, records, now)
    touched = _touched_items(source, changes, session)
    take_in_facts(session, source, changes, now)
    mark_pending(session, source.name, touched, first_read=first_read, now=now, history=history)
    return changes


def _touched_items(source: Source, changes: list[RecordChange], session: Session) -> set[str]:
    """Items of both the old and the new content: a record can move from one item to another."""
    states = [state for change in changes for state in (change.before, change.after) if state is not None]
    return source.item_identifiers(states, StoredRecords(lambda: nullcontext(session), source.name))
