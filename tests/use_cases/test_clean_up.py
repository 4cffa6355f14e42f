from datetime import timedelta

from sqlmodel import select

from g40flow.domain.coverage import Span
from g40flow.storage.claims import take_claim
from g40flow.storage.coverage import looks_between
from g40flow.storage.database import Database
from g40flow.storage.tables import Claim, RunOutcome, SourceRun
from g40flow.use_cases.clean_up import Cleaned, clean_up
from tests.conftest import MONDAY

KEEP = timedelta(days=90)


def fill(database: Database) -> None:
    with database.writing() as session:
        for day in reversed(range(120)):
            for hour in (9, 12):
                at = MONDAY - timedelta(days=day) + timedelta(hours=hour - 12)
                session.add(
                    SourceRun(source="house", started_at=at, finished_at=at, outcome=RunOutcome.READ, new=day)
                )
        long_ago = MONDAY - timedelta(days=30)
        take_claim(session, "poll:house", holder="dead", now=long_ago, lease=timedelta(minutes=1))
        take_claim(session, "poll:other", holder="alive", now=MONDAY, lease=timedelta(minutes=1))


def test_single_looks_go_and_the_proof_of_their_days_stays(sqlite: Database) -> None:
    fill(sqlite)
    window = Span(from_at=MONDAY - timedelta(days=200), until_at=MONDAY + timedelta(days=1))

    with sqlite.reading() as session:
        before = looks_between(session, "house", window)
    with sqlite.writing() as session:
        first = clean_up(session, ["house"], MONDAY, keep_looks=KEEP)
    with sqlite.writing() as session:
        second = clean_up(session, ["house"], MONDAY, keep_looks=KEEP)

    with sqlite.reading() as session:
        assert looks_between(session, "house", window) == before
        assert len(session.exec(select(SourceRun)).all()) == 240 - first.looks
        assert [claim.name for claim in session.exec(select(Claim))] == ["poll:other"]
    assert first == Cleaned(days_kept=119, looks=58, claims=1)
    assert second == Cleaned()


def test_counting_only_changes_nothing(sqlite: Database) -> None:
    fill(sqlite)

    with sqlite.reading() as session:
        counted = clean_up(session, ["house"], MONDAY, keep_looks=KEEP)

    assert counted.looks == 58
    with sqlite.reading() as session:
        assert len(session.exec(select(SourceRun)).all()) == 240
