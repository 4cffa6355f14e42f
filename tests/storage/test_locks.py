"""The order in which transactions lock, on the database that has row locks."""

from collections.abc import Callable, Iterator
from threading import Barrier, Thread

import pytest
from sqlalchemy import text

from g40flow.storage.database import Database
from g40flow.storage.dossier_tables import Dossier, DossierItem
from g40flow.storage.locks import lock_around_items, lock_dossiers, lock_items, take_turn
from g40flow.storage.messages import add_item, write_message
from g40flow.storage.tables import Item
from tests.conftest import MONDAY

pytestmark = pytest.mark.postgres


@pytest.fixture
def postgres(postgres_url: str) -> Iterator[Database]:
    """Two dossiers, each about the item that the other one is about as well, and messages about both."""
    database = Database(postgres_url)
    with database.writing() as session:
        for number in (1, 2):
            row = Item(
                source="tk", identifier=str(number), kind="activity", title="", url="", status="open",
                facts={}, first_seen_at=MONDAY, changed_at=MONDAY,
            )  # fmt: skip
            dossier = Dossier(
                number=f"2026-{number:03}", title="", document_type="letter_chamber",
                stage_since=MONDAY, detected_on=MONDAY.date(), opened_at=MONDAY, opened_by="anna-testerink",
                plan={},
            )  # fmt: skip
            session.add_all([row, dossier])
            session.flush()
            assert row.id is not None
            message = write_message(session, str(number), audience="triage", kind="item_card", now=MONDAY)
            add_item(session, message, row.id)
        session.add_all([DossierItem(dossier_id=one, item_id=3 - one) for one in (1, 2)])
    yield database
    database.close()


def together(*work: Thread) -> None:
    for thread in work:
        thread.start()
    for thread in work:
        thread.join(30)
    assert not any(thread.is_alive() for thread in work)


def test_work_on_many_items_is_done_one_at_a_time(postgres: Database) -> None:
    done: list[str] = []

    def work() -> None:
        with postgres.writing() as session:
            take_turn(session)
            done.append("other")

    other = Thread(target=work)
    with postgres.writing() as session:
        take_turn(session)
        other.start()
        other.join(0.2)  # it would be done by then if it did not wait
        done.append("first")
    other.join()

    assert done == ["first", "other"]


def test_those_who_need_the_same_rows_from_different_sides_queue(postgres: Database) -> None:
    start, problems = Barrier(4), []

    def from_items(ids: list[int]) -> None:
        with postgres.writing() as session:
            lock_items(session, ids)
            lock_around_items(session, ids)

    def from_dossiers(ids: list[int]) -> None:
        with postgres.writing() as session:
            lock_dossiers(session, ids)

    def often(work: Callable[[list[int]], None], ids: list[int]) -> None:
        start.wait()
        try:
            for _ in range(25):
                work(ids)
        except Exception as error:
            problems.append(error)

    together(
        *(
            Thread(target=often, args=(work, ids))
            for work in (from_items, from_dossiers)
            for ids in ([1, 2], [2, 1])
        )
    )

    with postgres.engine.connect() as connection:
        deadlocks = connection.scalar(
            text("SELECT deadlocks FROM pg_stat_database WHERE datname = current_database()")
        )
    assert (problems, deadlocks) == ([], 0)


def test_a_row_that_is_locked_may_be_referred_to_meanwhile(postgres: Database) -> None:
    def refer() -> None:
        with postgres.writing() as session:
            session.add(DossierItem(dossier_id=1, item_id=1))

    with postgres.writing() as session:
        lock_items(session, [1])
        lock_dossiers(session, [1])
        together(Thread(target=refer))

    with postgres.reading() as session:
        assert session.get(DossierItem, (1, 1)) is not None


def test_two_who_write_the_same_message_at_once_get_the_same_one(postgres: Database) -> None:
    ids = list[int | None]()

    def write() -> None:
        with postgres.writing() as session:
            ids.append(write_message(session, "same", audience="triage", kind="item_card", now=MONDAY).id)

    other = Thread(target=write)
    with postgres.writing() as session:
        first = write_message(session, "same", audience="triage", kind="item_card", now=MONDAY).id
        other.start()
        while not session.scalar(text("SELECT count(*) FROM pg_locks WHERE NOT granted")):
            assert other.is_alive()
    other.join(30)

    assert ids == [first]
