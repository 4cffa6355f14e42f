"""The portal over a small network, read by somebody without scripts."""

from collections.abc import Iterator

import pytest

from tests.web.reading import Reader, TestClient
from tests.web.signing_in import browser_of
from tests.web.world import World, build_world, fill


@pytest.fixture
def world(sqlite_url: str) -> Iterator[World]:
    """A network in which nothing has happened."""
    built = build_world(sqlite_url)
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
    return fill(world)
