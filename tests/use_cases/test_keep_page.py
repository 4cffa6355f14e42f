from concurrent.futures import ThreadPoolExecutor

from sqlmodel import select

from g40flow.storage.database import Database
from g40flow.storage.tables import PendingItem, Record
from g40flow.use_cases.keep_page import keep_page
from tests.conftest import MONDAY
from tests.use_cases.publisher import Publisher, consultation

PAGE = [consultation(f"Wet {number}") for number in range(40)]


def test_two_who_store_the_same_new_records_at_the_same_time_do_not_collide(database: Database) -> None:
    def store(history: bool) -> int:
        with database.writing() as session:
            changes = keep_page(session, Publisher(), PAGE, MONDAY, first_read=history, history=history)
        return sum(change.before is None for change in changes)

    with ThreadPoolExecutor(4) as pool:
        new = list(pool.map(store, [True, False, True, False]))

    assert sum(new) == len(PAGE)
    with database.reading() as session:
        assert len(session.exec(select(Record)).all()) == len(PAGE)
        waiting = session.exec(select(PendingItem)).all()
    assert len(waiting) == len(PAGE)


def test_what_is_news_stays_news_in_whatever_order_history_comes(sqlite: Database) -> None:
    changed = [consultation("Wet 0", status="closed")]

    for first, second in ((True, False), (False, True)):
        with sqlite.writing() as session:
            for row in session.exec(select(PendingItem)):
                session.delete(row)
        with sqlite.writing() as session:
            keep_page(session, Publisher(), PAGE[:1], MONDAY, first_read=first, history=first)
        with sqlite.writing() as session:
            keep_page(session, Publisher(), changed, MONDAY, first_read=second, history=second)

        with sqlite.reading() as session:
            [row] = session.exec(select(PendingItem)).all()
        assert (row.first_read, row.history) == (False, False)
