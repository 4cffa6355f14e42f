"""What people did in Slack: kept once, taken by one, forgotten when it is old."""

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest

from g40flow.storage.database import Database
from g40flow.storage.slack_interactions import (
    MOST_ATTEMPTS,
    answer_given,
    forget_interactions,
    left_behind,
    note_done,
    note_interaction,
    take_again,
)
from g40flow.storage.slack_tables import SlackInteraction
from tests.conftest import MONDAY

LEASE = timedelta(minutes=2)
LATER = MONDAY + timedelta(minutes=5)


def note(database: Database, key: str = "trigger:1") -> bool:
    with database.writing() as session:
        return note_interaction(
            session,
            key,
            kind="action",
            name="item_follow",
            slack_user="U1",
            payload={"type": "block_actions"},
            now=MONDAY,
            lease_until=MONDAY + LEASE,
        )


def take(database: Database, key: str = "trigger:1") -> bool:
    with database.writing() as session:
        return take_again(session, key, LATER, LATER + LEASE)


@pytest.fixture
def crowd() -> Iterator[ThreadPoolExecutor]:
    with ThreadPoolExecutor(4) as people:
        yield people


def test_of_many_deliveries_at_once_one_is_new(database: Database, crowd: ThreadPoolExecutor) -> None:
    assert sorted(crowd.map(lambda _: note(database), range(8))) == [False] * 7 + [True]


def test_the_answer_that_was_given_can_be_given_again_and_the_payload_is_gone(database: Database) -> None:
    note(database)

    with database.writing() as session:
        note_done(session, "trigger:1", MONDAY, answer={"text": "gedaan"})

    with database.reading() as session:
        assert answer_given(session, "trigger:1") == {"text": "gedaan"}
        assert session.get_one(SlackInteraction, "trigger:1").payload == {}
        assert answer_given(session, "trigger:unknown") == {}


def test_what_was_left_behind_is_taken_by_one(database: Database, crowd: ThreadPoolExecutor) -> None:
    note(database)

    assert sorted(crowd.map(lambda _: take(database), range(4))) == [False, False, False, True]


def test_what_is_being_handled_is_not_left_behind(database: Database) -> None:
    note(database)

    with database.reading() as session:
        assert left_behind(session, MONDAY + timedelta(minutes=1)) == []
        assert [row.key for row in left_behind(session, LATER)] == ["trigger:1"]


def test_what_killed_its_handler_several_times_is_left_for_a_person(database: Database) -> None:
    note(database)
    now = MONDAY
    for _ in range(MOST_ATTEMPTS - 1):
        now += timedelta(minutes=5)
        with database.writing() as session:
            assert take_again(session, "trigger:1", now, now + LEASE)

    with database.reading() as session:
        assert left_behind(session, now + timedelta(minutes=5)) == []


def test_a_change_that_fails_leaves_the_act_to_be_done(database: Database) -> None:
    note(database)

    def change_and_fail() -> None:
        with database.writing() as session:
            note_done(session, "trigger:1", MONDAY)
            raise RuntimeError("the use case failed")

    with pytest.raises(RuntimeError):
        change_and_fail()

    with database.reading() as session:
        assert session.get_one(SlackInteraction, "trigger:1").done_at is None


def test_old_ones_are_forgotten(database: Database) -> None:
    note(database)

    with database.writing() as session:
        forget_interactions(session, MONDAY + timedelta(days=1))

    assert note(database)
