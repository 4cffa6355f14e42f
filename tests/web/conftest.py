"""The portal over a small network, read by somebody without scripts."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.conftest import begin_from
from tests.web.reading import Reader, TestClient
from tests.web.signing_in import browser_of
from tests.web.world import WorkingDay, World, build_world, fill


@pytest.fixture(scope="session")
def working_day(migrated_sqlite: Path, tmp_path_factory: pytest.TempPathFactory) -> WorkingDay:
    """A day that happened once, for all tests that begin after it."""
    path = tmp_path_factory.mktemp("day") / "g40flow.sqlite"
    begin_from(migrated_sqlite, path)
    return WorkingDay.at(path)


@pytest.fixture
def world(sqlite_url: str, sqlite_path: Path, request: pytest.FixtureRequest) -> Iterator[World]:
    """A network in which nothing has happened; with `items` a working day."""
    built = build_world(sqlite_url)
    if "items" in request.fixturenames:
        day: WorkingDay = request.getfixturevalue("working_day")
        begin_from(day.database, sqlite_path)
        day.begin(built)
    yield built
    built.database.close()


@pytest.fixture
def client(world: World) -> TestClient:
    """A browser in which Anna Testerink of the PA office is signed in."""
    return browser_of(world)


@pytest.fixture
def reader(client: TestClient) -> Reader:
    """Somebody who reads the portal."""
    return Reader(client)


@pytest.fixture
def items(world: World) -> dict[str, int]:
    """A working day in the network: numbers of items by name."""
    return world.numbers or fill(world)
