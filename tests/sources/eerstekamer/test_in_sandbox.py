"""The source at the sandbox, over real HTTP: what happens there is what people are told."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta

import pytest

from g40flow.domain.errors import SourceError, SourceSuspicious
from g40flow.domain.items import ItemStatus
from g40flow.domain.news import News, NewsRules, is_fresh, news_of
from g40flow.sandbox.clock import SandboxClock
from g40flow.sandbox.server import SandboxServer
from g40flow.sandbox.world import WORLD_START
from g40flow.sandbox.world.faults import FAULT_KINDS, Fault
from g40flow.sources.eerstekamer import EersteKamer
from tests.sources.loopback import fetching
from tests.sources.sandbox_copy import Copy

NO_TROUBLE = {"slow", "emptied_list", "halved_list", "malformed_page"}


@pytest.fixture(scope="module")
def sandbox() -> Iterator[SandboxServer]:
    with SandboxServer(clock=SandboxClock(WORLD_START, monotonic=lambda: 0.0)) as running:
        yield running


@pytest.fixture(scope="module")
def first(sandbox: SandboxServer) -> Iterator[Copy]:
    """Everything read once."""
    base = f"{sandbox.base_url}/eerstekamer"
    with fetching() as fetch:
        source = EersteKamer(base_url=base, expected_minimum=3, bills_every=timedelta(0))
        made = Copy(sandbox, source, fetch)
        made.poll()
        yield made


@pytest.fixture
def copy(first: Copy) -> Copy:
    """The publisher as at its beginning, everything read once."""
    first.sandbox.world.reset()
    first.sandbox.clock.set(WORLD_START)
    return first.clone()


def test_looking_again_changes_nothing_and_tells_nothing(copy: Copy) -> None:
    assert copy.signals == []

    copy.poll()

    assert (copy.changed, copy.signals) == (0, [])


def test_a_day_for_input_becomes_an_item_that_is_still_to_come(copy: Copy) -> None:
    copy.happen("set_senate_input", committee="iw_vro", bill="36.512", in_days=14)

    copy.poll()

    [item] = [item for item in copy.news() if item.identifier.startswith("inbreng:")]
    assert item.kind_label == "Inbreng verslag (Eerste Kamer)"
    assert item.closes_on == (copy.now + timedelta(days=14)).date()
    assert item.dossier_number == "36512"
    assert "Inbreng voor het verslag wordt geleverd op" in item.summary
    assert is_fresh(item, copy.now.date(), NewsRules())


def test_another_day_for_the_same_round_moves_the_same_item(copy: Copy) -> None:
    copy.happen("set_senate_input", in_days=14)
    copy.poll()
    [before] = [item for item in copy.news() if item.identifier.startswith("inbreng:")]

    copy.happen("set_senate_input", in_days=21)
    copy.poll()

    after = copy.item(before.identifier)
    assert before.closes_on is not None
    assert after.closes_on == before.closes_on + timedelta(days=7)


def test_a_meeting_that_is_gone_from_its_page_is_cancelled(copy: Copy) -> None:
    before = copy.item("vergadering:20261201_vws")

    copy.happen("cancel_senate_meeting", committee="vws")
    copy.happen("new_senate_meeting", committee="fin", in_days=15)
    copy.poll()

    after = copy.item("vergadering:20261201_vws")
    assert news_of(before, after, copy.now.date()) == (News.CANCELLED,)


def test_a_meeting_that_takes_over_the_points_replaces_the_old_one(copy: Copy) -> None:
    copy.happen("move_senate_meeting", committee="iw_vro", days=7)

    copy.poll()

    moved = copy.item("vergadering:20261124_iw_vro")
    assert (moved.status, moved.replaced_by) == (ItemStatus.MOVED, "vergadering:20261201_iw_vro")
    assert copy.item("vergadering:20261201_iw_vro").status is ItemStatus.PLANNED


def test_a_debate_past_midnight_keeps_its_day_and_ends_on_the_next(copy: Copy) -> None:
    debate = copy.item("plenair:20261208:36576:plenair-debat")

    assert debate.starts_at == datetime(2026, 12, 8, 9, tzinfo=UTC)
    assert debate.ends_at == datetime(2026, 12, 8, 23, tzinfo=UTC)  # midnight in the Netherlands


def test_a_bill_that_is_dealt_with_is_closed_and_one_that_is_new_is_news(copy: Copy) -> None:
    first = copy.item("wetsvoorstel:36512")
    assert (first.status, first.published_on) == (ItemStatus.OPEN, None)

    for _ in range(2):
        copy.happen("advance_senate_bill", bill="36.512")
    copy.sandbox.clock.advance(timedelta(hours=1))
    copy.poll()

    assert copy.item("wetsvoorstel:36512").status is ItemStatus.CLOSED


def test_a_vote_comes_with_its_result_and_the_groups(copy: Copy) -> None:
    copy.happen("vote_in_senate", bill="36.576", result="Verworpen")

    copy.poll()

    [vote] = [item for item in copy.news() if item.identifier.startswith("stemming:")]
    assert vote.title == "Verworpen: Wet collectieve warmte"
    assert "Tegen: PVV en FVD" in vote.summary
    assert vote.published_on == copy.now.date()


def test_a_look_that_is_broken_off_goes_on_with_what_was_not_kept(copy: Copy) -> None:
    whole = {name: copy.item(name) for name in ("wetsvoorstel:36512", "wetsvoorstel:36921")}
    again = Copy(copy.sandbox, copy.source, copy.fetch)

    for pages in (1, 5, 9, 12):
        again.poll(pages=pages)
    again.poll()

    assert {name: again.item(name) for name in whole} == whole


def test_too_few_bills_are_refused(copy: Copy) -> None:
    strict = EersteKamer(base_url=f"{copy.sandbox.base_url}/eerstekamer", expected_minimum=50)
    again = Copy(copy.sandbox, strict, copy.fetch)

    with pytest.raises(SourceSuspicious, match="open bills"):
        again.poll()


@pytest.mark.parametrize("kind", sorted(set(FAULT_KINDS) - NO_TROUBLE))
def test_no_trouble_changes_what_is_known(copy: Copy, kind: str) -> None:
    fault = Fault(kind=kind, publisher="eerstekamer", seconds=0.01, megabytes=17)
    copy.sandbox.world.faults.put(fault)

    with pytest.raises(SourceError):
        copy.poll()

    assert copy.changed == 0


def test_the_live_checks_and_the_comparison_find_everything_in_order(copy: Copy) -> None:
    assert isinstance(copy.source, EersteKamer)

    checks = copy.source.live_checks(copy.fetch)
    found = copy.source.compare(copy.stored, copy.fetch, copy.now)

    assert [check for check in checks if not check.ok] == []
    assert {one.identifier for one in found.listed} == found.held


def test_what_our_copy_lacks_is_named_and_read_again(copy: Copy) -> None:
    assert isinstance(copy.source, EersteKamer)
    empty = Copy(copy.sandbox, copy.source, copy.fetch)

    found = copy.source.compare(empty.stored, copy.fetch, copy.now)
    read = copy.source.read_again(found.listed, empty.stored, copy.fetch, copy.now)

    assert {one.identifier for one in read} == {one.identifier for one in found.listed} != set()
