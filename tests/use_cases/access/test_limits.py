"""Counting attempts, and using a link at the same time, on both databases."""

from collections.abc import Callable
from datetime import timedelta
from threading import Barrier, Thread

from sqlmodel import select

from g40flow.config.network import load_network
from g40flow.domain.errors import SignInFailed
from g40flow.resources import resource
from g40flow.storage.access import attempts_so_far, count_attempt, forget_old, hash_of_secret
from g40flow.storage.access_tables import Attempt, SignInLink, WebSession
from g40flow.storage.database import Database
from g40flow.use_cases.access.rules import AccessRules
from g40flow.use_cases.access.sign_in import make_link, use_link
from tests.conftest import MONDAY

RULES = AccessRules(network=load_network(resource("config")), secret_key=b"k" * 32)
WINDOW = timedelta(minutes=15)


def test_attempts_are_counted_per_key_within_a_window(database: Database) -> None:
    with database.writing() as session:
        counts = [count_attempt(session, "a", WINDOW, MONDAY + timedelta(minutes=n)) for n in range(3)]
        other = count_attempt(session, "b", WINDOW, MONDAY)
        after = count_attempt(session, "a", WINDOW, MONDAY + WINDOW)

    assert counts == [1, 2, 3]
    assert other == after == 1
    with database.reading() as session:
        assert attempts_so_far(session, "a", WINDOW, MONDAY + WINDOW) == 1
        assert attempts_so_far(session, "c", WINDOW, MONDAY) == 0


def test_attempts_at_the_same_time_all_count(database: Database) -> None:
    together(5, lambda: _count(database))

    with database.reading() as session:
        assert attempts_so_far(session, "a", WINDOW, MONDAY) == 5


def test_who_tried_what_cannot_be_read_from_the_counts(database: Database) -> None:
    with database.writing() as session:
        count_attempt(session, "link for anna@example.nl", WINDOW, MONDAY)

    with database.reading() as session:
        assert [row.key for row in session.scalars(select(Attempt))] == [
            hash_of_secret("link for anna@example.nl")
        ]


def test_a_link_used_twice_at_the_same_time_signs_in_once(database: Database) -> None:
    with database.writing() as session:
        token = make_link(session, RULES, "anna-testerink", MONDAY)
    refused: list[str] = []

    def sign_in() -> None:
        try:
            with database.writing() as session:
                use_link(session, RULES, token, agent="", now=MONDAY)
        except SignInFailed as failed:
            refused.append(failed.code)

    together(4, sign_in)

    assert refused == ["link_used"] * 3
    with database.reading() as session:
        assert len(session.scalars(select(WebSession)).all()) == 1


def test_what_is_long_over_is_forgotten(database: Database) -> None:
    with database.writing() as session:
        token = make_link(session, RULES, "anna-testerink", MONDAY)
        use_link(session, RULES, token, agent="", now=MONDAY)
        count_attempt(session, "a", WINDOW, MONDAY)
        forget_old(session, MONDAY + timedelta(days=60))

    with database.reading() as session:
        for table in (SignInLink, WebSession, Attempt):
            assert session.scalars(select(table)).all() == []


def test_another_key_makes_no_link_of_ours(database: Database) -> None:
    other = AccessRules(network=RULES.network, secret_key=b"x" * 32)
    with database.writing() as session:
        ours, theirs = (make_link(session, rules, "anna-testerink", MONDAY) for rules in (RULES, other))

    assert len({ours, theirs}) == 2
    assert len(ours) == 43


def _count(database: Database) -> None:
    with database.writing() as session:
        count_attempt(session, "a", WINDOW, MONDAY)


def together(number: int, act: Callable[[], None]) -> None:
    """Do something in as many threads at the same moment."""
    barrier = Barrier(number)

    def run() -> None:
        barrier.wait()
        act()

    threads = [Thread(target=run) for _ in range(number)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
