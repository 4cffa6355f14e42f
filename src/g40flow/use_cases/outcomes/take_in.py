"""Keeping what a page of a publisher tells of votes, commitments and groups, with that page."""

from collections.abc import Sequence
from contextlib import nullcontext
from datetime import datetime

from sqlmodel import Session

from g40flow.domain.instants import dutch_date
from g40flow.sources.contract import KnowsCommittees, Source, TellsOfParliament
from g40flow.storage.database import Database
from g40flow.storage.parliament import (
    forget_content,
    keep_commitments,
    keep_groups,
    keep_seats,
    keep_votes,
)
from g40flow.storage.records import RecordChange, StoredRecords

PEOPLE = "persoon"


def take_in_facts(session: Session, source: Source, changes: Sequence[RecordChange], now: datetime) -> None:
    """Store what changed records tell of a Chamber, in the transaction that stores the records.

    Of people whom the publisher took back nothing is left, not even what their records said before.
    """
    if not changes or not isinstance(source, TellsOfParliament):
        return
    states = [state for change in changes for state in (change.before, change.after) if state is not None]
    told = source.facts_in(states, StoredRecords(lambda: nullcontext(session), source.name))
    keep_votes(session, source.name, told.votes, now)
    keep_commitments(session, source.name, told.commitments, now)
    keep_groups(session, source.name, told.groups, now)
    people = {change.after.identifier for change in changes if change.after.entity == PEOPLE}
    if people:
        forget_content(session, source.name, PEOPLE, people)


def take_in_committees(database: Database, source: Source, now: datetime) -> int:
    """Look again who sits in which committee; says how many seats there are. Safe to repeat."""
    if not isinstance(source, KnowsCommittees):
        return 0
    stored = StoredRecords(database.reading, source.name)
    seats = list(source.seats_of_committees(stored, dutch_date(now)))
    with database.writing() as session:
        return keep_seats(session, source.name, seats)
