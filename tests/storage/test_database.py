from datetime import UTC, datetime, timedelta, timezone

import pytest
from sqlalchemy.exc import StatementError

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
