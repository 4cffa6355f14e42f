"""Several processes that make the same digests at the same moment, on either database."""

from collections import Counter
from threading import Barrier, Thread

import pytest
from sqlmodel import select

from g40flow.domain.digest.audiences import AudienceKind
from g40flow.storage.database import Database
from g40flow.storage.digest_tables import DigestRow, DigestRun
from g40flow.storage.tables import Message
from g40flow.use_cases.digest.make_digests import DigestsMade
from tests.use_cases.digest.newsroom import Newsroom
from tests.use_cases.dossier.world import CARE, HOUSING

KINDS = (AudienceKind.THEME_GROUP, AudienceKind.NETWORK)


@pytest.mark.postgres
def test_processes_that_begin_together_make_everything_once(database: Database) -> None:
    room = Newsroom(database)
    room.item(HOUSING, CARE)
    room.later(days=7)
    start, made, problems = Barrier(3), list[DigestsMade](), list[Exception]()

    def run(number: int) -> None:
        digester = room.digester(f"process-{number}")
        start.wait()
        try:
            made.append(digester.make_due(KINDS))
        except Exception as error:
            problems.append(error)

    threads = [Thread(target=run, args=(number,)) for number in range(3)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(60)
    made.append(room.digester("later").make_due(KINDS))

    with database.reading() as session:
        runs = [(run.kind, run.number) for run in session.exec(select(DigestRun))]
        audiences = Counter(session.exec(select(DigestRow.audience)))
        keys = Counter(session.exec(select(Message.key)))
    assert problems == []
    assert sorted(runs) == sorted((kind, 1) for kind in KINDS)
    assert len(audiences) == 17
    assert set(audiences.values()) == set(keys.values()) == {1}
    assert sum(one.digests for one in made) == 17
