"""Saved queries at the sandbox, over real HTTP."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import date, timedelta

import pytest

from g40flow.domain.errors import SourceChanged, SourceError, SourceSuspicious
from g40flow.sandbox.clock import SandboxClock
from g40flow.sandbox.server import SandboxServer
from g40flow.sandbox.world import WORLD_START
from g40flow.sandbox.world.faults import FAULT_KINDS, Fault
from g40flow.sandbox.world.papers import JournalEntry
from g40flow.sources.contract import StreamState
from g40flow.sources.officielebekendmakingen import OfficieleBekendmakingen, Query
from g40flow.sources.officielebekendmakingen.addresses import Addresses
from g40flow.sources.officielebekendmakingen.reading import begin, read_parts
from tests.sources.loopback import Answer, Loopback, fetching
from tests.sources.sandbox_copy import Copy

JOURNAL = Query(name="staatscourant", cql="w.publicatienaam==Staatscourant", topics=("Wonen",))
MINISTRY = Query(
    name="vro", cql='dt.creator any "volkshuisvesting"', groups=("woningmarkt",), expected_per_week=1
)


@pytest.fixture(scope="module")
def sandbox() -> Iterator[SandboxServer]:
    with SandboxServer(clock=SandboxClock(WORLD_START, monotonic=lambda: 0.0)) as running:
        yield running


@pytest.fixture(scope="module")
def first(sandbox: SandboxServer) -> Iterator[Copy]:
    """Everything read once."""
    with fetching() as fetch:
        made = Copy(sandbox, source_at(sandbox), fetch)
        made.poll()
        yield made


@pytest.fixture
def copy(first: Copy) -> Copy:
    """The publisher as at its beginning, everything read once."""
    first.sandbox.world.reset()
    first.sandbox.clock.set(WORLD_START)
    return first.clone()


def source_at(sandbox: SandboxServer, *queries: Query) -> OfficieleBekendmakingen:
    base = f"{sandbox.base_url}/officielebekendmakingen"
    return OfficieleBekendmakingen(
        addresses=Addresses(search=base, site=base),
        queries=queries or (JOURNAL, MINISTRY),
        search_every=timedelta(hours=6),
        begin_days_ago=14,
    )


def fill(sandbox: SandboxServer, count: int, day: date) -> None:
    for number in range(count):
        entry = JournalEntry(
            identifier=f"stcrt-2026-5{number:04d}",
            title=f"Besluit {number}",
            journal="Staatscourant",
            maker="Ministerie van Voorbeelden",
            day=day,
        )
        sandbox.world.contents.journal[entry.identifier] = entry


def test_looking_again_asks_the_feeds_only(copy: Copy) -> None:
    before = copy.fetch.requests_made

    assert copy.poll() == []

    assert copy.fetch.requests_made == before + 2


def test_what_the_feed_shows_as_new_is_searched_at_once(copy: Copy) -> None:
    copy.happen("publish_in_journal")

    copy.poll()

    [item] = copy.news()
    assert item.identifier == "stcrt-2026-39001"
    assert item.ministry == "Ministerie van Volkshuisvesting en Ruimtelijke Ordening"
    assert (item.topics, item.suggested_groups) == (("Wonen",), ("woningmarkt",))
    assert item.published_on == copy.now.date()


def test_the_search_is_asked_after_some_hours_also_when_the_feed_is_gone(copy: Copy) -> None:
    copy.sandbox.world.faults.put(Fault(kind="html_503", publisher="officielebekendmakingen", where="/rss"))
    copy.happen("publish_in_journal")
    copy.poll()
    assert (copy.changed, copy.signals) == (0, ["feed_unusable", "feed_unusable"])

    copy.sandbox.clock.advance(timedelta(hours=6))
    copy.poll()

    assert [item.identifier for item in copy.news()] == ["stcrt-2026-39001"]


def test_many_pages_are_read_to_the_end_and_go_on_where_they_broke_off(copy: Copy) -> None:
    fill(copy.sandbox, 250, copy.now.date())
    again = Copy(copy.sandbox, source_at(copy.sandbox, JOURNAL), copy.fetch)
    asked = len(copy.sandbox.world.requests)

    again.poll(pages=2)
    seen = [request.path for request in list(copy.sandbox.world.requests)[asked:]]
    again.poll()

    later = [request.path for request in list(copy.sandbox.world.requests)[asked + len(seen) :]]
    assert "startRecord=1&" not in "".join(later)
    assert sum(1 for _ in again.stored.all("publicatie")) == 253


def test_a_list_that_changes_between_two_pages_is_begun_again(copy: Copy) -> None:
    fill(copy.sandbox, 150, copy.now.date())
    again = Copy(copy.sandbox, source_at(copy.sandbox, JOURNAL), copy.fetch)
    again.poll(pages=1)

    copy.happen("publish_in_journal", key="stcrt-2026-00001")
    again.poll()

    assert sum(1 for _ in again.stored.all("publicatie")) == 154


def test_a_day_with_more_than_the_service_can_count_is_told() -> None:
    answer = (
        b'<searchRetrieveResponse xmlns="http://docs.oasis-open.org/ns/search-ws/sruResponse">'
        b"<numberOfRecords>9001</numberOfRecords></searchRetrieveResponse>"
    )
    with Loopback().running() as server, fetching() as fetch:
        server.respond_with(lambda _: Answer(body=answer))
        addresses = Addresses(search=server.url, site=server.url)
        part = begin(None, date(2026, 11, 23), 14)

        with pytest.raises(SourceSuspicious, match="narrow the query"):
            list(read_parts("x==y", part, part.last, None, addresses, fetch))

    assert len(server.requests) == 5  # fifteen days, eight, four, two, one


def test_a_query_that_is_not_understood_is_told(copy: Copy) -> None:
    odd = Query(name="odd", cql="dt.bestaatniet==x")

    with pytest.raises(SourceChanged, match="Unsupported index"):
        Copy(copy.sandbox, source_at(copy.sandbox, odd), copy.fetch).poll()


@pytest.mark.parametrize("kind", sorted(set(FAULT_KINDS) - {"slow", "emptied_list", "halved_list"}))
def test_no_trouble_with_the_search_changes_what_is_known(copy: Copy, kind: str) -> None:
    fault = Fault(kind=kind, publisher="officielebekendmakingen", where="/sru", seconds=0.01, megabytes=17)
    copy.happen("publish_in_journal")
    copy.sandbox.world.faults.put(fault)

    with pytest.raises(SourceError):
        copy.poll()

    assert copy.changed == 0


def test_the_comparison_names_what_is_missing_and_what_is_too_little(copy: Copy) -> None:
    source = source_at(copy.sandbox, JOURNAL, replace(MINISTRY, expected_per_week=9))
    gone = copy.sandbox.world.contents.journal.pop("stcrt-2026-38011")
    partial = Copy(copy.sandbox, source, copy.fetch)
    partial.poll()
    copy.sandbox.world.contents.journal[gone.identifier] = gone

    found = source.compare(partial.stored, copy.fetch, copy.now)

    missing = [one for one in found.listed if one.identifier not in found.held]
    assert [one.identifier for one in missing] == ["stcrt-2026-38011"]
    assert [signal.code for signal in found.signals] == ["too_few"]
    read = list(source.read_again(missing, partial.stored, copy.fetch, copy.now))
    assert [record.identifier for one in read for record in one.records] == ["stcrt-2026-38011"]


def test_history_is_read_in_pages_beside_the_present(copy: Copy) -> None:
    fill(copy.sandbox, 150, copy.now.date() - timedelta(days=60))
    source = source_at(copy.sandbox, JOURNAL)
    since = copy.now.date() - timedelta(days=90)

    pages = list(
        source.history("staatscourant", since, None, StreamState(), copy.stored, copy.fetch, copy.now)
    )

    assert [page.batch.more for page in pages] == [True, False]
    assert sum(page.batch.seen for page in pages) == 153
    assert pages[-1].share == 1.0


def test_the_live_checks_find_the_sandbox_in_order(copy: Copy) -> None:
    source = source_at(copy.sandbox, JOURNAL, replace(MINISTRY, expected_per_week=0))

    checks = source.live_checks(copy.fetch)

    assert [check for check in checks if not check.ok] == []
    assert len(checks) == 6
