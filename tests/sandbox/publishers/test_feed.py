"""The order of the feed, whatever happens to it."""

from datetime import UTC, datetime

from hypothesis import given, settings
from hypothesis import strategies as st

from g40flow.sandbox.world.feed import StoredFeed
from g40flow.sandbox.world.model import Entity

NOON = datetime(2026, 11, 23, 12, tzinfo=UTC)
CHANGES = st.lists(st.tuples(st.sampled_from("abcdefgh"), st.sampled_from(["Zaak", "Document"])), max_size=40)


def put(feed: StoredFeed, name: str, category: str) -> None:
    feed.put(Entity(category=category, guid=f"{category}/{name}", modified_at=NOON), NOON)


def read_all(feed: StoredFeed, category: str | None, limit: int) -> list[str]:
    """GUIDs in the order in which someone who follows the entries' own links sees them."""
    token, seen = 0, list[str]()
    while True:
        entries, _ = feed.page(category, token, limit)
        if not entries:
            return seen
        seen += [entry.entity.guid for entry in entries]
        token = entries[-1].next_token


@settings(derandomize=True)
@given(changes=CHANGES, limit=st.integers(1, 7))
def test_every_entity_is_seen_once_at_its_last_change(changes: list[tuple[str, str]], limit: int) -> None:
    feed = StoredFeed()

    for name, category in changes:
        put(feed, name, category)

    last_changes = list(dict.fromkeys(f"{category}/{name}" for name, category in reversed(changes)))[::-1]
    assert read_all(feed, None, limit) == last_changes
    assert read_all(feed, "Zaak", limit) == [guid for guid in last_changes if guid.startswith("Zaak")]


@settings(derandomize=True)
@given(before=CHANGES, after=CHANGES)
def test_reading_on_from_the_last_entry_shows_just_what_came_later(
    before: list[tuple[str, str]], after: list[tuple[str, str]]
) -> None:
    feed = StoredFeed()
    for name, category in before:
        put(feed, name, category)
    newest = feed.newest()
    token = newest.next_token if newest else 0

    for name, category in after:
        put(feed, name, category)

    shown = {entry.entity.guid for entry in feed.page(None, token, 1_000)[0]}
    assert shown == {f"{category}/{name}" for name, category in after}


@settings(derandomize=True, max_examples=50)
@given(before=CHANGES, after=CHANGES)
def test_a_frozen_feed_and_a_copy_do_not_see_later_changes(
    before: list[tuple[str, str]], after: list[tuple[str, str]]
) -> None:
    feed = StoredFeed()
    for name, category in before:
        put(feed, name, category)
    seen = read_all(feed, None, 5)

    copy = feed.copy()
    feed.freeze()
    for name, category in after:
        put(feed, name, category)

    assert read_all(feed, None, 5) == seen
    assert read_all(copy, None, 5) == seen
    feed.thaw()
    assert feed.newest() == (feed.entry(f"{after[-1][1]}/{after[-1][0]}") if after else copy.newest())
