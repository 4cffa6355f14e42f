from datetime import UTC, datetime, timedelta, timezone
from functools import partial
from typing import Any

import pytest
from sqlalchemy import create_engine, event, text
from sqlalchemy.exc import StatementError
from sqlmodel import Session

from g40flow.domain.errors import ConfigError
from g40flow.storage.database import Database, reading_notes
from g40flow.storage.tables import Claim
from tests.conftest import MONDAY


def test_an_instant_comes_back_in_utc_whatever_zone_it_was_given_in(database: Database) -> None:
    summer_time = timezone(timedelta(hours=2))
    with database.writing() as session:
        session.add(Claim(name="a", holder="x", until=datetime(2026, 7, 1, 12, tzinfo=summer_time)))

    with database.reading() as session:
        assert session.get_one(Claim, "a").until == datetime(2026, 7, 1, 10, tzinfo=UTC)
        assert session.get_one(Claim, "a").until.utcoffset() == timedelta(0)


def test_a_naive_instant_is_refused(database: Database) -> None:
    naive = MONDAY.replace(tzinfo=None)

    with pytest.raises(StatementError, match="naive"), database.writing() as session:
        session.add(Claim(name="a", holder="x", until=naive))


def test_an_error_in_a_writing_session_keeps_nothing_of_it(database: Database) -> None:
    def fail_halfway() -> None:
        with database.writing() as session:
            session.add(Claim(name="a", holder="x", until=MONDAY))
            session.flush()
            raise RuntimeError

    with pytest.raises(RuntimeError):
        fail_halfway()

    with database.reading() as session:
        assert session.get(Claim, "a") is None


@pytest.mark.postgres
def test_connections_that_rested_while_the_server_was_away_are_made_anew(postgres_url: str) -> None:
    database = Database(postgres_url)
    rested_for_a_minute = partial(rest, seconds=60)
    event.listen(database.engine, "checkin", rested_for_a_minute)
    with database.reading() as one, database.reading() as other:
        before = {backend(one), backend(other)}

    throw_out(postgres_url, before)

    with database.reading() as one, database.reading() as other:
        assert before.isdisjoint({backend(one), backend(other)})
    event.remove(database.engine, "checkin", rested_for_a_minute)
    database.close()


def rest(_connection: Any, record: Any, *, seconds: float) -> None:
    """Let a connection have been put back that long ago."""
    record.info["g40flow.resting_since"] -= seconds


def backend(session: Session) -> int:
    """The process of the server that answers a session."""
    return int(session.connection().execute(text("SELECT pg_backend_pid()")).scalar_one())


def throw_out(address: str, backends: set[int]) -> None:
    """End connections from the side of the server."""
    engine = create_engine(Database(address).url)
    with engine.connect() as connection:
        for one in backends:
            connection.execute(text("SELECT pg_terminate_backend(:pid, 5000)"), {"pid": one})
    engine.dispose()


def test_another_kind_of_database_is_refused_by_name() -> None:
    with pytest.raises(ConfigError, match="found 'mysql'"):
        Database("mysql://localhost/g40flow")


def test_an_unreadable_address_is_refused_without_repeating_its_secrets() -> None:
    with pytest.raises(ConfigError) as raised:
        Database("user:secret@host")

    assert "secret" not in str(raised.value)


def test_only_a_session_that_changes_nothing_keeps_what_it_found_out(sqlite: Database) -> None:
    with sqlite.reading() as one, sqlite.reading() as other:
        kept = reading_notes(one)
        assert kept is not None
        kept["asked"] = "once"

        assert (reading_notes(one), reading_notes(other)) == ({"asked": "once"}, {})
    with sqlite.writing() as session:
        assert reading_notes(session) is None
