from datetime import timedelta
from threading import Thread

from sqlmodel import col, select

from g40flow.storage.database import Database
from g40flow.storage.pending import mark_pending, pending_items, unmark_pending
from g40flow.storage.tables import PendingItem
from tests.conftest import MONDAY


def mark(database: Database, *identifiers: str, minutes: int = 0) -> None:
    with database.writing() as session:
        now = MONDAY + timedelta(minutes=minutes)
        mark_pending(session, "tk", identifiers, first_read=False, now=now)


def waiting(database: Database, limit: int = 100) -> list[str]:
    with database.reading() as session:
        return [pending.identifier for pending in pending_items(session, "tk", limit)]


def test_items_wait_in_the_order_in_which_they_were_first_marked(database: Database) -> None:
    mark(database, "b", "c")
    mark(database, "c", "a", minutes=1)

    assert waiting(database) == ["b", "c", "a"]
    assert waiting(database, limit=2) == ["b", "c"]


def test_an_item_that_was_set_aside_waits_again_when_it_is_marked_again(database: Database) -> None:
    mark(database, "a", "b")
    with database.writing() as session:
        for row in session.exec(select(PendingItem)):
            row.broken = "ValueError()"

    mark(database, "a", minutes=1)

    assert waiting(database) == ["a"]


def test_what_was_assembled_waits_no_more(database: Database) -> None:
    mark(database, "a", "b", "c")

    with database.writing() as session:
        unmark_pending(session, "tk", ["a", "c"])

    assert waiting(database) == ["b"]


def test_a_change_that_comes_while_its_item_is_being_assembled_is_not_lost(database: Database) -> None:
    mark(database, "a")
    change = Thread(target=mark, args=(database, "a"), kwargs={"minutes": 1})

    with database.writing() as session:
        taken = [pending.identifier for pending in pending_items(session, "tk", 10)]
        change.start()
        change.join(timeout=0.2)  # it would be over by then if it did not wait for us
        waited = change.is_alive()
        unmark_pending(session, "tk", taken)
    change.join()

    assert waited
    with database.reading() as session:
        [row] = session.exec(select(PendingItem).order_by(col(PendingItem.identifier)))
    assert row.marked_at == MONDAY + timedelta(minutes=1)


def test_two_at_once_take_different_items(database: Database) -> None:
    if database.is_sqlite:
        return  # there is one writer at a time
    mark(database, "a", "b")

    with database.writing() as first, database.writing() as second:
        mine = [pending.identifier for pending in pending_items(first, "tk", 1)]
        others = [pending.identifier for pending in pending_items(second, "tk", 10)]

    assert (mine, others) == (["a"], ["b"])
