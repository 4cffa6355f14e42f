"""Databases for tests: real SQLite in a file, and a real PostgreSQL that comes from PyPI."""

import gc
import os
import shutil
import sys
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest
from hypothesis import settings
from playwright.sync_api import Browser

from g40flow.storage import schema
from g40flow.storage.database import Database
from tests.browsing import running_chromium
from tests.postgres import Postgres, running_postgres

# Where no bytecode is kept, each worker and each process that a test starts compiles all libraries anew.
os.environ.pop("PYTHONDONTWRITEBYTECODE", None)
sys.dont_write_bytecode = False

settings.register_profile("quick", max_examples=60, derandomize=True, deadline=None)
settings.register_profile("thorough", max_examples=2000, deadline=None)
"""`--hypothesis-profile=thorough`, for a night: many examples where a test does not say how many."""
settings.load_profile("quick")

MONDAY = datetime(2026, 11, 23, 9, 0, tzinfo=UTC)
"""Ten o'clock in the Netherlands, on a working day outside recess."""


@pytest.hookimpl(tryfirst=True)
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """A file stays with one worker, unless it says otherwise: what its tests share is made once."""
    for item in items:
        if item.get_closest_marker("xdist_group") is None:
            item.add_marker(pytest.mark.xdist_group(item.nodeid.partition("::")[0]))


def pytest_collection_finish(session: pytest.Session) -> None:
    """What was imported stays until the end: the garbage collector need not look at it again and again.

    Ends the run when groups do not reach pytest-xdist, which says nothing of it: everything that tests
    share would be made again and again, and the run takes three times as long.
    """
    in_groups = getattr(session.config.option, "loadgroup", False)
    if in_groups and not all("@" in item.nodeid for item in session.items):
        pytest.exit("this pytest-xdist does not see the groups of tests with this pytest", returncode=3)
    gc.collect()
    gc.freeze()


@pytest.fixture(scope="session")
def migrated_sqlite(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A SQLite file at the newest version, to copy from."""
    path = tmp_path_factory.mktemp("schema") / "migrated.sqlite"
    database = Database(f"sqlite:///{path}")
    schema.upgrade(database)
    with database.engine.connect() as connection:
        connection.exec_driver_sql("PRAGMA wal_checkpoint(TRUNCATE)")
    database.close()
    return path


@pytest.fixture(scope="session")
def sqlite_path(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Where the SQLite database of every test lies: always at one address, whose statements are known."""
    return tmp_path_factory.mktemp("database") / "g40flow.sqlite"


@pytest.fixture
def sqlite_url(migrated_sqlite: Path, sqlite_path: Path) -> str:
    """Address of a fresh SQLite database."""
    return begin_from(migrated_sqlite, sqlite_path)


def begin_from(begun: Path, path: Path) -> str:
    """Put a copy of a database in the place of another; gives its address."""
    address = f"sqlite:///{path}"
    Database(address).close()
    for left in path.parent.glob(f"{path.name}*"):
        left.unlink()
    shutil.copyfile(begun, path)
    return address


@pytest.fixture(scope="session")
def postgres_server() -> Iterator[Postgres]:
    """A PostgreSQL server with a template database at the newest version."""
    with running_postgres(durable=False) as server:
        database = Database(server.new_database("migrated"))
        schema.upgrade(database)
        database.close()
        yield server


@pytest.fixture
def postgres_url(postgres_server: Postgres) -> Iterator[str]:
    """Address of a fresh PostgreSQL database: always the same, whose statements are known."""
    address = postgres_server.renew_database("test", template="migrated")
    yield address
    Database(address).close()


KINDS = ["sqlite", pytest.param("postgres", marks=pytest.mark.postgres)]
on_both = pytest.mark.parametrize("database_url", KINDS, indirect=True)
"""For a test that asks each kind of database, where the rule is SQLite: see `address_of_kind`."""


def address_of_kind(request: pytest.FixtureRequest) -> str:
    """Address of a fresh database of the kind that is asked for; SQLite if none is.

    For folders whose tests are about rules that no database changes; what queries and locks is `on_both`.
    """
    return str(request.getfixturevalue(f"{getattr(request, 'param', 'sqlite')}_url"))


@pytest.fixture(params=KINDS)
def database_url(request: pytest.FixtureRequest) -> str:
    """Address of a fresh database, on each of the two kinds in turn."""
    return address_of_kind(request)


@pytest.fixture
def database(database_url: str) -> Iterator[Database]:
    """A fresh database, on each of the two kinds in turn."""
    opened = Database(database_url)
    yield opened
    opened.close()


@pytest.fixture
def sqlite(sqlite_url: str) -> Iterator[Database]:
    """A fresh SQLite database, for what does not depend on the kind."""
    opened = Database(sqlite_url)
    yield opened
    opened.close()


@pytest.fixture(scope="module")
def chromium() -> Iterator[Browser]:
    """A browser on this machine. Not for the whole session: its loop would run into tests of other loops."""
    with running_chromium() as browser:
        yield browser
