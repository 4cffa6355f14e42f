"""Fiches of the calendar of legislation, read at the stand-in over real HTTP."""

from collections.abc import Iterator

import pytest

from g40flow.domain.errors import SourceChanged, SourceUnavailable
from g40flow.domain.items import ItemStatus
from g40flow.sandbox.server import SandboxServer
from g40flow.sandbox.world import WORLD_START, Fault
from g40flow.sources.fetch import Fetcher
from g40flow.sources.wetgevingskalender import Wetgevingskalender
from tests.sources.loopback import fetching
from tests.sources.reading_on import Reader

FOLLOWED = ["28411", "28390", "27102"]


@pytest.fixture(scope="module")
def server() -> Iterator[SandboxServer]:
    with SandboxServer() as running:
        yield running


@pytest.fixture
def sandbox(server: SandboxServer) -> SandboxServer:
    server.world.reset()
    return server


@pytest.fixture
def fetch() -> Iterator[Fetcher]:
    with fetching() as fetcher:
        yield fetcher


def source(sandbox: SandboxServer, *followed: str) -> Wetgevingskalender:
    return Wetgevingskalender(
        base_url=f"{sandbox.base_url}/wetgevingskalender", followed=lambda: followed or FOLLOWED
    )


def test_the_fiche_of_a_consultation_says_where_the_law_stands(
    sandbox: SandboxServer, fetch: Fetcher
) -> None:
    reader = Reader(source(sandbox), fetch)

    assert reader.look(WORLD_START) == ["27102", "28390", "28411"]
    item = reader.item("27102", WORLD_START)
    assert item is not None
    assert (item.number, item.chain_id, item.status) == ("WGK027102", "27102", ItemStatus.PUBLISHED)
    assert item.kind_label == "Wet in voorbereiding"
    assert item.title == "Wet woonplaatsbeginsel beschermd wonen"
    assert item.published_on is None
    assert any(name.startswith("http://www.internetconsultatie.nl/") for name in item.references)


def test_a_second_look_changes_nothing(sandbox: SandboxServer, fetch: Fetcher) -> None:
    reader = Reader(source(sandbox), fetch)
    reader.look(WORLD_START)

    assert reader.look(WORLD_START) == []


def test_a_reading_that_broke_off_goes_on_with_the_next_fiche(sandbox: SandboxServer, fetch: Fetcher) -> None:
    reader = Reader(source(sandbox), fetch)
    reader.look(WORLD_START, at_most=1)

    assert reader.look(WORLD_START) == ["28390", "28411"]
    assert reader.state.cursor is None


def test_a_number_without_a_fiche_is_told(sandbox: SandboxServer, fetch: Fetcher) -> None:
    reader = Reader(source(sandbox, "99999", "28411"), fetch)

    assert reader.look(WORLD_START) == ["28411"]
    assert reader.signals() == {"no_fiche"}


def test_pages_instead_of_fiches_are_a_site_that_refuses_programs(
    sandbox: SandboxServer, fetch: Fetcher
) -> None:
    sandbox.world.faults.put(Fault(kind="outage_page", publisher="wetgevingskalender"))

    with pytest.raises(SourceChanged, match="3 fiches in a row"):
        Reader(source(sandbox), fetch).look(WORLD_START)


def test_hostile_xml_is_refused(sandbox: SandboxServer, fetch: Fetcher) -> None:
    sandbox.world.faults.put(Fault(kind="hostile", publisher="wetgevingskalender"))

    with pytest.raises((SourceChanged, SourceUnavailable)):
        Reader(source(sandbox), fetch).look(WORLD_START)


def test_live_checks_look_at_three_fiches(sandbox: SandboxServer, fetch: Fetcher) -> None:
    checks = source(sandbox).live_checks(fetch)

    assert [check.ok for check in checks] == [True] * 3
    assert source(sandbox, "geen").live_checks(fetch)[0].found.startswith("er is nog geen Keten-ID")
