"""What pages of publishers tell of votes is kept with them, and follows every correction."""

from dataclasses import replace

import pytest
from sqlmodel import Session, col, select

from g40flow.domain.items import PublisherRecord
from g40flow.domain.parliament.votes import Chamber, Choice, Method, Result, tally
from g40flow.sources.contract import Batch, StreamState
from g40flow.sources.eerstekamer.chamber import facts_in as senate_facts
from g40flow.sources.tweedekamer.source import TweedeKamer
from g40flow.storage.database import Database
from g40flow.storage.parliament import groups_today, sizes_of, votes_by_id, votes_on
from g40flow.storage.parliament_tables import CommitteeSeatRow, VoteRow
from g40flow.storage.tables import PendingItem, Record, RecordRevision
from g40flow.use_cases.keep_page import keep_page
from g40flow.use_cases.outcomes.take_in import take_in_committees
from tests.conftest import MONDAY
from tests.sources.memory_records import MemoryRecords
from tests.sources.tweedekamer.feeds import Entity, guid
from tests.sources.tweedekamer.kept import record
from tests.sources.tweedekamer.test_chamber import BASE, DECISION, PERSON, ROOS, SEATS, VOTES, vote

HOUSE = TweedeKamer()


def arrive(database: Database, *entities: Entity) -> None:
    with database.writing() as session:
        keep_page(session, HOUSE, [record(entity) for entity in entities], MONDAY)


def only_vote(session: Session) -> VoteRow:
    found: VoteRow = session.scalars(select(VoteRow)).one()
    return found


def test_votes_are_stored_whatever_comes_first_and_no_item_waits_for_them(sqlite: Database) -> None:
    arrive(sqlite, *VOTES)
    arrive(sqlite, *BASE)

    with sqlite.reading() as session:
        row = only_vote(session)
        found = votes_by_id(session, [row.id or 0])[row.id or 0]
        on = votes_on(session, {HOUSE.name: [f"zaak:{guid('motion')}"]})
        waiting = set(session.scalars(select(col(PendingItem.identifier))))
    assert (tally(found).in_favour, found.stated, list(on.values())) == (80, Result.ADOPTED, [[row.id]])
    assert not {one for one in waiting if "besluit" in one or "stemming" in one}


def test_the_same_page_twice_changes_nothing_and_a_correction_does(sqlite: Database) -> None:
    arrive(sqlite, *BASE, *VOTES)
    with sqlite.reading() as session:
        before = only_vote(session).fingerprint

    arrive(sqlite, *VOTES, DECISION)
    with sqlite.reading() as session:
        assert only_vote(session).fingerprint == before

    arrive(sqlite, replace(VOTES[0], fields={**VOTES[0].fields, "vergissing": "true"}))
    arrive(sqlite, vote("roos", "Tegen", "80", name="meant"))
    with sqlite.reading() as session:
        row = only_vote(session)
        assert row.fingerprint != before
        assert tally(votes_by_id(session, [row.id or 0])[row.id or 0]).against == 150


def test_a_decision_that_was_taken_back_stays_as_withdrawn(sqlite: Database) -> None:
    arrive(sqlite, *BASE, *VOTES)
    arrive(sqlite, replace(DECISION, deleted=True))

    with sqlite.reading() as session:
        row = only_vote(session)
        found = votes_by_id(session, [row.id or 0])[row.id or 0]
    assert found.withdrawn
    assert len(found.lines) == 2


def test_sizes_of_groups_are_kept_over_time(sqlite: Database) -> None:
    arrive(sqlite, ROOS)
    with sqlite.writing() as session:
        smaller = replace(ROOS, fields={**ROOS.fields, "aantalZetels": "78"})
        keep_page(session, HOUSE, [record(smaller)], MONDAY.replace(day=30))

    with sqlite.reading() as session:
        assert [seats for _, seats in sizes_of(session, guid("roos"))] == [80, 78]
        assert [(group.name, group.seats) for group in groups_today(session, Chamber.HOUSE)] == [("Roos", 78)]


def test_nothing_is_left_of_a_person_whom_the_chamber_took_back(sqlite: Database) -> None:
    arrive(sqlite, *SEATS)
    arrive(sqlite, replace(PERSON, fields={**PERSON.fields, "achternaam": "Nieuwnaam"}))
    assert take_in_committees(sqlite, HOUSE, MONDAY) == 1

    arrive(sqlite, replace(PERSON, deleted=True))
    assert take_in_committees(sqlite, HOUSE, MONDAY) == 0

    with sqlite.reading() as session:
        kept = session.scalars(select(Record).where(col(Record.entity) == "persoon")).one()
        revisions = session.scalars(
            select(RecordRevision).where(col(RecordRevision.record_id) == kept.id)
        ).all()
        seats = session.scalars(select(CommitteeSeatRow)).all()
    assert (kept.fields, list(revisions), list(seats)) == ({}, [], [])


@pytest.mark.parametrize(
    ("method", "expected"),
    [
        ("Stemming bij zitten en opstaan", Method.BY_GROUP),
        ("Hamerstuk", Method.WITHOUT_VOTE),
        ("Hoofdelijke stemming", Method.ROLL_CALL),
    ],
)
def test_votes_of_the_senate_have_sides_and_no_sizes(method: str, expected: Method) -> None:
    told = PublisherRecord(
        entity="stemming",
        identifier="20261208:36512",
        fields={
            "dag": "2026-12-08",
            "titel": "Wet regie",
            "uitslag": "Verworpen",
            "wijze": method,
            "voor": ["Roos"],
            "tegen": ["Iep\n<b>"],
            "aantekening": ["Es"],
        },
    )
    stored = MemoryRecords()
    stored.apply(Batch(records=(told,), state=StreamState(), seen=1), MONDAY)

    [found] = senate_facts([told], stored).votes

    assert (found.chamber, found.method, found.stated) == (Chamber.SENATE, expected, Result.REJECTED)
    assert [(line.party, line.choice, line.size) for line in found.lines] == [
        ("Roos", Choice.FOR, None),
        ("Iep <b>", Choice.AGAINST, None),
        ("Es", Choice.AGAINST, None),
    ]
    assert found.subjects == ("stemming:20261208:36512",)
