"""Jobs that touch many campaigns at once queue with the others that do, and lock in the one order."""

from collections.abc import Callable, Iterator
from datetime import datetime
from threading import Thread

import pytest
from sqlmodel import Session

from g40flow.storage.database import Database
from g40flow.storage.locks import take_turn
from g40flow.use_cases.campaigns.coalition import chase_signatures
from g40flow.use_cases.campaigns.hooks_following import catch_up
from g40flow.use_cases.campaigns.hooks_proposing import propose_hooks
from g40flow.use_cases.campaigns.hooks_reminding import remind_of_hooks
from g40flow.use_cases.campaigns.known_bodies import know_bodies
from g40flow.use_cases.campaigns.personal_data import reduce_touchpoints
from g40flow.use_cases.dossier.desk import Desk
from tests.conftest import MONDAY
from tests.use_cases.dossier.world import DESK

pytestmark = pytest.mark.postgres

Job = Callable[[Session, Desk, datetime], int]
JOBS: list[Job] = [
    chase_signatures,
    catch_up,
    propose_hooks,
    remind_of_hooks,
    know_bodies,
    reduce_touchpoints,
]


@pytest.fixture
def postgres(postgres_url: str) -> Iterator[Database]:
    database = Database(postgres_url)
    yield database
    database.close()


def test_every_job_waits_for_its_turn(postgres: Database) -> None:
    done: list[str] = []

    def work(job: Job) -> None:
        with postgres.writing() as session:
            job(session, DESK, MONDAY)
        done.append(job.__name__)

    threads = [Thread(target=work, args=(job,)) for job in JOBS]
    with postgres.writing() as session:
        take_turn(session)
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join(0.05)  # it would be done by then if it did not wait
        before = list(done)
    for thread in threads:
        thread.join(30)

    assert before == []
    assert sorted(done) == sorted(job.__name__ for job in JOBS)
