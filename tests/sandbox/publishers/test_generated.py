"""Large worlds that are computed instead of stored."""

from xml.etree import ElementTree

import httpx

from g40flow.sandbox.publishers.sync_feed import ATOM, PAGE_SIZE
from g40flow.sandbox.server import SandboxServer
from g40flow.sandbox.world.generated import (
    OPEN_AT_ONCE,
    GeneratedFeed,
    benchmark_world,
    generate_consultations,
    generate_entries,
)


def test_the_same_seed_gives_the_same_entries_and_another_seed_others() -> None:
    first, again, other = (list(generate_entries(300, seed)) for seed in (1, 1, 2))

    assert first == again
    assert first != other


def test_tokens_rise_and_guids_differ() -> None:
    entries = list(generate_entries(2_000, 7))

    tokens = [entry.token for entry in entries]
    assert tokens == sorted(set(tokens))
    assert len({entry.entity.guid for entry in entries}) == 2_000


def test_references_point_to_earlier_entries() -> None:
    seen: set[str] = set()

    for entry in generate_entries(2_000, 3):
        assert {target for _, target in entry.entity.references} <= seen
        seen.add(entry.entity.guid)


def test_the_pages_of_all_categories_together_are_the_whole_feed() -> None:
    feed = GeneratedFeed(1_000, 5)
    categories = {entry.entity.category for entry in generate_entries(1_000, 5)}

    shown = [entry.token for category in categories for entry in feed.page(category, 0, 1_000)[0]]

    assert sorted(shown) == [entry.token for entry in generate_entries(1_000, 5)]


def test_a_single_entity_is_found_by_guid() -> None:
    feed = GeneratedFeed(1_000, 5)
    entry = feed.at(345)

    assert feed.entry(entry.entity.guid) == entry
    assert GeneratedFeed(1_000, 6).entry(entry.entity.guid) is None
    assert GeneratedFeed(100, 5).entry(entry.entity.guid) is None


def test_the_far_end_of_a_very_large_feed_is_served_like_its_beginning() -> None:
    with SandboxServer(benchmark_world(entries=200_000, consultations=2_847)) as sandbox:
        newest = sandbox.world.feed.newest()
        assert newest
        token = newest.token - 3 * (PAGE_SIZE - 1)
        page = httpx.get(f"{sandbox.parliament_url}/SyncFeed/2.0/Feed?skiptoken={token}", timeout=10)
        closed = httpx.get(f"{sandbox.consultations_url}/geslotenconsultaties/28/100", timeout=10)

    assert len(ElementTree.fromstring(page.content).findall(f"{{{ATOM}}}entry")) == PAGE_SIZE
    assert "in totaal 2797 consultaties" in closed.text


def test_consultations_have_unique_slugs_and_as_many_open_as_said(sandbox: SandboxServer) -> None:
    every = list(generate_consultations(500, 1))
    today = sandbox.clock.now().date()

    assert len({item.slug for item in every}) == 500
    assert sum(item.is_open(today) for item in every) == OPEN_AT_ONCE
