from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from datetime import timedelta

import pytest
from sqlalchemy import text

from g40flow.domain.actors import PROGRAM, Actor, Surface
from g40flow.domain.errors import HistoryBroken
from g40flow.storage.database import Database
from g40flow.storage.history import NETWORK, chain_of, chains, history_of, record, verify_chain
from tests.conftest import MONDAY

ANNA = Actor(person="anna", name="Anna Testerink", surface=Surface.PORTAL)
CHAIN = chain_of(7)


def fill(database: Database, number: int, chain: str = CHAIN) -> None:
    for n in range(number):
        with database.writing() as session:
            record(
                session,
                chain,
                ANNA,
                f"act_{n}",
                now=MONDAY + timedelta(seconds=n, microseconds=n * 7),
                reason="omdat het 'moest' – café",
                facts={"nested": {"b": [1, True, None], "a": "é"}, "on": "2026-11-23"},
            )


def tamper(database: Database, statement: str) -> None:
    with database.writing() as session:
        session.execute(text(statement))


def verified(database: Database, chain: str = CHAIN) -> int:
    with database.reading() as session:
        return verify_chain(session, chain)


def test_what_was_recorded_is_read_back_in_order_and_verifies(database: Database) -> None:
    fill(database, 5)

    with database.reading() as session:
        entries = history_of(session, CHAIN)
    assert [entry.action for entry in entries] == [f"act_{n}" for n in range(5)]
    assert [entry.sequence for entry in entries] == [1, 2, 3, 4, 5]
    assert entries[0].person_name == "Anna Testerink"
    assert verified(database) == 5


def test_chains_are_apart_and_all_are_known(database: Database) -> None:
    fill(database, 2)
    fill(database, 3, NETWORK)

    with database.reading() as session:
        assert chains(session) == [CHAIN, NETWORK]
    assert (verified(database), verified(database, NETWORK), verified(database, "dossier:99")) == (2, 3, 0)


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE history_entry SET reason = 'x' WHERE sequence = 2",
        "UPDATE history_entry SET person = 'bram' WHERE sequence = 3",
        "UPDATE history_entry SET facts = '{}' WHERE sequence = 1",
        "DELETE FROM history_entry WHERE sequence = 2",
        "DELETE FROM history_entry WHERE sequence = 3",
        "DELETE FROM history_entry",
        "UPDATE history_head SET length = 2",
        "UPDATE history_entry SET sequence = 9 WHERE sequence = 3",
        "DELETE FROM history_head",
    ],
)
def test_tampering_is_noticed(database: Database, statement: str) -> None:
    fill(database, 3)

    tamper(database, statement)

    with pytest.raises(HistoryBroken, match=CHAIN):
        verified(database)


def test_a_chain_whose_head_was_removed_is_still_looked_at(database: Database) -> None:
    fill(database, 1)
    tamper(database, "DELETE FROM history_head")

    with database.reading() as session:
        assert chains(session) == [CHAIN]


def test_what_is_rolled_back_leaves_no_gap(database: Database) -> None:
    fill(database, 1)

    with suppress(ZeroDivisionError), database.writing() as session:
        record(session, CHAIN, PROGRAM, "lost", now=MONDAY)
        raise ZeroDivisionError
    fill(database, 1)

    assert verified(database) == 2


def test_many_at_once_queue_at_the_head_of_a_chain(database: Database) -> None:
    def act(number: int) -> None:
        with database.writing() as session:
            record(session, CHAIN, ANNA, f"act_{number}", now=MONDAY)

    with ThreadPoolExecutor(4) as pool:
        list(pool.map(act, range(12)))

    assert verified(database) == 12
    with database.reading() as session:
        assert {entry.action for entry in history_of(session, CHAIN)} == {f"act_{n}" for n in range(12)}


def test_history_cannot_be_changed_or_removed_by_the_program(database: Database) -> None:
    fill(database, 1)

    with pytest.raises(HistoryBroken, match="never changed"), database.writing() as session:
        history_of(session, CHAIN)[0].reason = "anders"
    with pytest.raises(HistoryBroken, match="never changed"), database.writing() as session:
        session.delete(history_of(session, CHAIN)[0])

    assert verified(database) == 1
