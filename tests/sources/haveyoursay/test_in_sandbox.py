"""Have your say read at the stand-in, over real HTTP."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import date, timedelta

import pytest

from g40flow.domain.coverage import Offer
from g40flow.domain.errors import SourceChanged, SourceSuspicious, SourceUnavailable
from g40flow.domain.items import ItemKind, ItemStatus
from g40flow.sandbox.event_table import Scene
from g40flow.sandbox.events import play
from g40flow.sandbox.server import SandboxServer
from g40flow.sandbox.world import WORLD_START, Fault
from g40flow.sources.fetch import Fetcher
from g40flow.sources.haveyoursay import HaveYourSay, Names
from tests.sources.loopback import fetching
from tests.sources.reading_on import Reader

NAMES = Names(
    acts={code: code.title() for code in ("DIR", "REG", "REG_IMPL", "REG_DEL", "FC")}
    | {"COMMU": "Mededeling"},
    topics={"JUST": "Justitie", "FOOD": "Voedselveiligheid", "CLIMA": "Klimaat"},
    groups=("europa",),
)
OPEN = {"18901", "18913", "18927", "18931", "18936", "18944", "18950"}


@pytest.fixture(scope="module")
def server() -> Iterator[SandboxServer]:
    with SandboxServer() as running:
        yield running


@pytest.fixture
def sandbox(server: SandboxServer) -> SandboxServer:
    server.world.reset()
    server.clock.set(WORLD_START)
    return server


@pytest.fixture
def fetch() -> Iterator[Fetcher]:
    with fetching() as fetcher:
        yield fetcher


def source(sandbox: SandboxServer, *, minimum: int = 3, names: Names = NAMES, most: int = 500) -> HaveYourSay:
    base_url = f"{sandbox.base_url}/haveyoursay"
    return HaveYourSay(base_url=base_url, names=names, expected_minimum=minimum, most_open=most)


@pytest.fixture
def reader(sandbox: SandboxServer, fetch: Fetcher) -> Reader:
    return Reader(source(sandbox), fetch)


def happen(sandbox: SandboxServer, name: str, **values: object) -> None:
    play(Scene(sandbox.world, sandbox.clock), name, values)


def open_ones(reader: Reader) -> set[str]:
    return {kept.record.identifier for kept in reader.stored.all("initiatief")}


def test_open_initiatives_are_consultations_with_dutch_words(reader: Reader) -> None:
    reader.look(WORLD_START)

    item = reader.item("18901", WORLD_START)
    assert open_ones(reader) == OPEN
    assert item is not None
    assert (item.kind, item.status, item.kind_label) == (ItemKind.CONSULTATION, ItemStatus.OPEN, "Mededeling")
    assert item.title == "Europees kader voor investeringen in betaalbaar wonen"
    assert item.summary.startswith("European framework for affordable housing investment")
    assert (item.opens_on, item.closes_on) == (date(2026, 11, 2), date(2026, 12, 14))
    assert item.topics == ("Justitie",)
    assert item.url.endswith("/have-your-say/initiatives/18901_nl")
    assert item.home_groups == item.suggested_groups == ("europa",)
    assert [document.title for document in item.documents] == ["Call for evidence"]


def test_without_a_dutch_title_the_english_one_is_shown(reader: Reader) -> None:
    reader.look(WORLD_START)

    item = reader.item("18931", WORLD_START)

    assert item is not None
    assert item.title == "Urban wastewater: delegated act on micropollutants"


def test_a_proposal_is_known_by_its_number(reader: Reader) -> None:
    reader.look(WORLD_START)

    item = reader.item("18913", WORLD_START)

    assert item is not None
    assert "COM(2026)412" in item.references


def test_a_second_look_asks_for_the_list_only_and_changes_nothing(
    sandbox: SandboxServer, reader: Reader
) -> None:
    reader.look(WORLD_START)
    before = len(sandbox.world.requests)
    sandbox.clock.advance(timedelta(hours=5))  # counts of feedback differ by now

    assert reader.look(WORLD_START) == []
    assert len(sandbox.world.requests) == before + 1


def test_a_reading_that_broke_off_asks_for_the_details_that_are_left(
    sandbox: SandboxServer, reader: Reader
) -> None:
    reader.look(WORLD_START, at_most=3)
    assert reader.state.completed_at is None

    reader.look(WORLD_START)

    assert {kept.record.identifier for kept in reader.stored.all("publicaties")} == OPEN
    assert reader.state.completed_at == WORLD_START


def test_a_term_that_moves_is_seen(sandbox: SandboxServer, reader: Reader) -> None:
    reader.look(WORLD_START)
    happen(sandbox, "extend_initiative", number=18944, calendar_days=7)

    assert set(reader.look(WORLD_START)) == {"18944"}
    item = reader.item("18944", WORLD_START)
    assert item is not None
    assert item.closes_on == date(2026, 12, 7)


def test_what_leaves_the_list_is_closed_and_what_is_gone_altogether_is_withdrawn(
    sandbox: SandboxServer, reader: Reader
) -> None:
    reader.look(WORLD_START)
    one = sandbox.world.contents.initiatives[18936]
    sandbox.world.contents.initiatives[18936] = replace(one, listed_as="CLOSED")
    happen(sandbox, "withdraw_initiative", number=18901)

    reader.look(WORLD_START)

    closed, withdrawn = reader.item("18936", WORLD_START), reader.item("18901", WORLD_START)
    assert closed is not None
    assert withdrawn is not None
    assert closed.status is ItemStatus.CLOSED
    assert withdrawn.status is ItemStatus.WITHDRAWN


def test_a_filter_that_is_not_understood_is_told_and_each_row_is_judged_by_itself(
    sandbox: SandboxServer, reader: Reader
) -> None:
    happen(sandbox, "break_filter")

    reader.look(WORLD_START)

    assert open_ones(reader) == OPEN
    assert reader.signals() == {"broken_filter"}
    assert source(sandbox).compare(reader.stored, reader.fetch, WORLD_START).offer is Offer.NOTHING


def test_the_list_of_the_publisher_is_compared_by_name_and_what_lacks_is_read(
    sandbox: SandboxServer, reader: Reader
) -> None:
    reader.look(WORLD_START)
    whole = source(sandbox).compare(reader.stored, reader.fetch, WORLD_START)
    poorer = reader.stored.clone()
    poorer.forget("initiatief", "18901")

    found = source(sandbox).compare(poorer, reader.fetch, WORLD_START)

    assert (whole.offer, whole.theirs, whole.ours) == (Offer.LIST, 7, 7)
    [lost] = [one for one in found.listed if one.identifier not in found.held]
    assert lost.identifier == "18901"
    assert lost.title
    [again] = source(sandbox).read_again([lost], poorer, reader.fetch, WORLD_START)
    assert {record.identifier for record in again.records} == {"18901"}


def test_unknown_codes_are_signals_and_shown_as_they_are(sandbox: SandboxServer, fetch: Fetcher) -> None:
    reader = Reader(source(sandbox, names=Names()), fetch)

    reader.look(WORLD_START)

    item = reader.item("18901", WORLD_START)
    assert reader.signals() == {"unknown_act", "unknown_topic"}
    assert item is not None
    assert (item.kind_label, item.topics) == ("COMMU", ("Justice and fundamental rights",))


def test_more_open_initiatives_than_there_can_be_are_not_believed(
    sandbox: SandboxServer, fetch: Fetcher
) -> None:
    with pytest.raises(SourceSuspicious, match="3 to 5 open initiatives, found 7"):
        Reader(source(sandbox, most=5), fetch).look(WORLD_START)


def test_a_list_that_halves_is_not_believed(sandbox: SandboxServer, reader: Reader) -> None:
    for number in range(5):
        happen(sandbox, "new_initiative", number=19100 + number)
    reader.look(WORLD_START)
    sandbox.world.faults.put(Fault(kind="halved_list", publisher="haveyoursay"))

    with pytest.raises(SourceSuspicious, match="are left"):
        reader.look(WORLD_START)

    assert len(open_ones(reader)) == 12


@pytest.mark.parametrize(
    ("kind", "error"),
    [("outage_page", SourceChanged), ("truncated", SourceUnavailable), ("html_503", SourceUnavailable)],
)
def test_trouble_is_an_error_and_closes_nothing(
    sandbox: SandboxServer, reader: Reader, kind: str, error: type[Exception]
) -> None:
    reader.look(WORLD_START)
    sandbox.world.faults.put(Fault(kind=kind, publisher="haveyoursay"))

    with pytest.raises(error):
        reader.look(WORLD_START)

    assert open_ones(reader) == OPEN


def test_the_shell_of_the_website_costs_the_details_and_not_the_initiative(
    sandbox: SandboxServer, reader: Reader
) -> None:
    sandbox.world.faults.put(
        Fault(kind="outage_page", publisher="haveyoursay", where="groupInitiatives/18901")
    )

    reader.look(WORLD_START)

    assert reader.signals() == {"odd_detail"}
    assert reader.item("18901", WORLD_START) is not None


def test_live_checks_are_content_with_the_stand_in(sandbox: SandboxServer, fetch: Fetcher) -> None:
    checks = source(sandbox).live_checks(fetch)

    assert [check.what for check in checks if not check.ok] == []
    assert len(checks) == 6
