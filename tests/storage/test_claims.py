import threading
from datetime import timedelta

import pytest

from g40flow.domain.errors import AlreadyRunning
from g40flow.storage.claims import keep_claim, release_claim, take_claim
from g40flow.storage.database import Database
from tests.conftest import MONDAY

LEASE = timedelta(minutes=5)


def take(database: Database, holder: str, *, minutes_later: int = 0) -> None:
    with database.writing() as session:
        take_claim(session, "poll", holder=holder, now=MONDAY + timedelta(minutes=minutes_later), lease=LEASE)


def test_a_claim_is_for_one_holder_at_a_time(database: Database) -> None:
    take(database, "a")

    with pytest.raises(AlreadyRunning, match="poll"):
        take(database, "b")


def test_a_claim_that_was_given_back_is_free(database: Database) -> None:
    take(database, "a")

    with database.writing() as session:
        release_claim(session, "poll", holder="a")

    take(database, "b")


def test_a_claim_whose_lease_is_over_is_taken_and_its_old_holder_notices(database: Database) -> None:
    take(database, "a")
    take(database, "b", minutes_later=6)

    with pytest.raises(AlreadyRunning), database.writing() as session:
        keep_claim(session, "poll", holder="a", now=MONDAY, lease=LEASE)


def test_releasing_a_claim_of_somebody_else_leaves_it_alone(database: Database) -> None:
    take(database, "a")

    with database.writing() as session:
        release_claim(session, "poll", holder="b")

    with pytest.raises(AlreadyRunning):
        take(database, "b")


def test_of_many_that_ask_at_the_same_time_exactly_one_gets_the_claim(database: Database) -> None:
    start, won = threading.Barrier(8), []

    def ask(holder: str) -> None:
        start.wait()
        try:
            take(database, holder)
        except AlreadyRunning:
            return
        won.append(holder)

    threads = [threading.Thread(target=ask, args=(f"h{n}",)) for n in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert len(won) == 1
