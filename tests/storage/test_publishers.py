from datetime import timedelta
from typing import Any

from g40flow.storage.database import Database
from g40flow.storage.publishers import RunTotals, all_streams, latest_runs, runs_page, totals_since
from g40flow.storage.tables import RunOutcome, SourceRun, SourceStream
from tests.conftest import MONDAY


def look(database: Database, source: str, *, hours: float = 0, **values: Any) -> None:
    """A look at a publisher, so many hours after Monday morning."""
    run = SourceRun(source=source, started_at=MONDAY + timedelta(hours=hours), **values)
    with database.writing() as session:
        session.add(run)


def test_totals_are_per_source_and_since_a_moment(database: Database) -> None:
    look(database, "a", hours=-1, new=100)
    look(database, "a", new=2, changed=1, requests=3, outcome=RunOutcome.READ)
    look(database, "a", hours=1, gone=4, requests=1, outcome=RunOutcome.FAILED)
    look(database, "b", outcome=RunOutcome.ABANDONED)

    with database.reading() as session:
        totals = totals_since(session, MONDAY)

    assert totals == {
        "a": RunTotals(looks=2, failed=1, requests=4, new=2, changed=1, gone=4),
        "b": RunTotals(looks=1, failed=1),
    }


def test_the_latest_look_is_one_per_source(database: Database) -> None:
    for hours in range(3):
        look(database, "a", hours=hours)
    look(database, "b")

    with database.reading() as session:
        latest = latest_runs(session)

    assert {source: run.started_at for source, run in latest.items()} == {
        "a": MONDAY + timedelta(hours=2),
        "b": MONDAY,
    }


def test_the_ledger_is_turned_page_by_page_newest_first(database: Database) -> None:
    for seen in range(5):
        look(database, "a", seen=seen)
    look(database, "b", seen=99)

    with database.reading() as session:
        rows, total = runs_page(session, "a", limit=2, offset=2)

    assert ([row.seen for row in rows], total) == ([2, 1], 5)


def test_streams_stand_by_source_and_name(database: Database) -> None:
    with database.writing() as session:
        session.add_all(SourceStream(source=s, stream=n) for s, n in (("b", "x"), ("a", "y"), ("a", "x")))

    with database.reading() as session:
        streams = all_streams(session)

    assert {source: [row.stream for row in rows] for source, rows in streams.items()} == {
        "a": ["x", "y"],
        "b": ["x"],
    }
