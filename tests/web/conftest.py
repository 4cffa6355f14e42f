"""The portal over a small network, read by somebody without scripts."""

from collections.abc import Iterator

import pytest

from g40flow.web.portal import build_portal
from tests.web.reading import PORTAL, Reader, TestClient
from tests.web.world import World, build_world, fill


@pytest.fixture
def world(sqlite_url: str) -> Iterator[World]:
    """A network in which nothing has happened."""
    built = build_world(sqlite_url)
    yield built
    built.database.close()


@pytest.fixture
def client(world: World) -> TestClient:
    """A browser on this machine: it says where a form comes from, as browsers do."""
    return TestClient(
        build_portal(world), base_url=PORTAL, headers={"Origin": PORTAL}, follow_redirects=False
    )


@pytest.fixture
def reader(client: TestClient) -> Reader:
    """Somebody who reads the portal."""
    return Reader(client)


@pytest.fixture
def items(world: World) -> dict[str, int]:
    """A working day in the network: numbers of items by name."""
    return fill(world)
