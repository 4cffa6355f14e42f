"""Feeds at the sandbox, and at a server that answers as it is told, over real HTTP."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta

import pytest

from g40flow.domain.errors import SourceError, SourceSuspicious
from g40flow.domain.news import NewsRules, is_fresh
from g40flow.sandbox.clock import SandboxClock
from g40flow.sandbox.server import SandboxServer
from g40flow.sandbox.world import WORLD_START
from g40flow.sandbox.world.faults import FAULT_KINDS, Fault
from g40flow.sources.contract import StreamState
from g40flow.sources.feeds import Feed, Feeds
from g40flow.sources.fetch import Fetcher
from tests.sources.loopback import Answer, Loopback, fetching
from tests.sources.memory_records import MemoryRecords
from tests.sources.sandbox_copy import Copy

HOUSING = "/ministeries/ministerie-van-volkshuisvesting-en-ruimtelijke-ordening/nieuws.rss"
CLIMATE = "/ministeries/ministerie-van-klimaat-en-groene-groei/nieuws.rss"
SOCIAL = "/ministeries/ministerie-van-sociale-zaken-en-werkgelegenheid/nieuws.rss"
READ_ALL_THE_SAME = {"slow", "emptied_list", "halved_list", "wrong_encoding", "malformed_page"}
NOON = datetime(2026, 11, 23, 12, tzinfo=UTC)


@pytest.fixture(scope="module")
def sandbox() -> Iterator[SandboxServer]:
    with SandboxServer(clock=SandboxClock(WORLD_START, monotonic=lambda: 0.0)) as running:
        yield running


@pytest.fixture(scope="module")
def first(sandbox: SandboxServer) -> Iterator[Copy]:
    """Everything read once."""
    feeds = (
        Feed(name="wonen", path=HOUSING, ministry="Ministerie van Wonen", groups=("woningmarkt",)),
        Feed(name="klimaat", path=CLIMATE, ministry="Ministerie van Klimaat", topics=("Energie",)),
        Feed(name="sociaal", path=SOCIAL),
    )
    with fetching() as fetch:
        source = Feeds(name="rijksoverheid", base_url=f"{sandbox.base_url}/rijksoverheid", feeds=feeds)
        made = Copy(sandbox, source, fetch)
        made.poll()
        yield made


@pytest.fixture
def copy(first: Copy) -> Copy:
    """The publisher as at its beginning, everything read once."""
    first.sandbox.world.reset()
    return first.clone()


def by_title(copy: Copy, words: str) -> str:
    [identifier] = {item.identifier for item in copy.news() if words in item.title}
    return identifier


def test_an_article_in_two_feeds_is_one_item_with_what_both_say(copy: Copy) -> None:
    item = copy.item(by_title(copy, "tunnel"))

    assert item.ministry == "Ministerie van Wonen"
    assert item.topics == ("Energie",)
    assert item.suggested_groups == ("woningmarkt",)


def test_looking_again_changes_nothing_and_costs_one_request_per_feed(copy: Copy) -> None:
    before = copy.fetch.requests_made

    assert copy.poll() == []

    assert copy.fetch.requests_made == before + 3


def test_what_was_there_without_a_date_is_old_and_what_comes_without_one_is_new(copy: Copy) -> None:
    old = copy.item(by_title(copy, "zonder datum"))
    assert not is_fresh(old, copy.now.date(), NewsRules())
    copy.happen("publish_news", feed=SOCIAL)
    press = copy.sandbox.world.contents.press
    press["betaalbare-woningen"] = type(press["betaalbare-woningen"])(
        **{**vars(press["betaalbare-woningen"]), "at": None}
    )

    copy.poll()

    [item] = copy.news()
    assert item.published_on == copy.now.date()
    assert copy.item(old.identifier).published_on is None


@pytest.mark.parametrize("kind", sorted(set(FAULT_KINDS) - READ_ALL_THE_SAME))
def test_no_trouble_changes_what_is_known(copy: Copy, kind: str) -> None:
    copy.happen("publish_news")
    fault = Fault(kind=kind, publisher="rijksoverheid", seconds=0.01, megabytes=17)
    copy.sandbox.world.faults.put(fault)

    with pytest.raises(SourceError):
        copy.poll()

    assert copy.changed == 0


def test_the_comparison_and_the_live_checks_find_everything(copy: Copy) -> None:
    assert isinstance(copy.source, Feeds)

    found = copy.source.compare(copy.stored, copy.fetch, copy.now)
    checks = copy.source.live_checks(copy.fetch)

    assert {one.identifier for one in found.listed} == found.held
    assert [check for check in checks if not check.ok] == []


def test_what_our_copy_lacks_is_named_and_read_again(copy: Copy) -> None:
    assert isinstance(copy.source, Feeds)
    copy.happen("publish_news")

    found = copy.source.compare(copy.stored, copy.fetch, copy.now)
    missing = [one for one in found.listed if one.identifier not in found.held]
    read = list(copy.source.read_again(missing, copy.stored, copy.fetch, copy.now))

    assert [one.title for one in missing] == ["Extra geld voor betaalbare woningbouw in steden"]
    assert [one.identifier for one in read] == [missing[0].identifier]


# --- entries whose names change ----------------------------------------------------------------------


class Told:
    """A feed at a server that answers as it is told."""

    def __init__(self, server: Loopback, fetch: Fetcher) -> None:
        self.server, self.fetch = server, fetch
        self.source = Feeds(
            name="voorbeeld", base_url=server.url, feeds=[Feed(name="nieuws", path="/nieuws.rss")]
        )
        self.stored = MemoryRecords()
        self.state = StreamState()
        self.signals: list[str] = []

    def shows(self, *entries: str, **headers: str) -> set[str]:
        """Look at a feed with these entries; gives the identifiers of all articles known."""
        body = f'<rss version="2.0"><channel><title>x</title>{"".join(entries)}</channel></rss>'.encode()
        self.server.tell("/nieuws.rss", Answer(body=body, headers=headers))
        for batch in self.source.read("nieuws", self.state, self.stored, self.fetch, NOON):
            self.stored.apply(batch, NOON)
            self.state = batch.state
            self.signals += [signal.code for signal in batch.signals]
        records = [kept.record for kept in self.stored.all("bericht")]
        return self.source.item_identifiers(records, self.stored)


@pytest.fixture(scope="module")
def server() -> Iterator[Loopback]:
    with Loopback().running() as running:
        yield running


@pytest.fixture
def told(server: Loopback) -> Iterator[Told]:
    with fetching() as fetch:
        yield Told(server, fetch)


def entry(title: str, link: str = "", guid: str = "", date: str = "Mon, 23 Nov 2026 09:00:00 GMT") -> str:
    guid = f"<guid isPermaLink='false'>{guid}</guid>" if guid else ""
    return f"<item><title>{title}</title><link>{link}</link>{guid}<pubDate>{date}</pubDate></item>"


def test_an_entry_with_another_guid_or_another_address_is_the_same_article(told: Told) -> None:
    first = told.shows(entry("Woningen", "https://voorbeeld.example/a?utm_source=x", "g1"))

    assert told.shows(entry("Woningen", "https://voorbeeld.example/a", "g2")) == first
    assert told.shows(entry("Woningen", "https://voorbeeld.example/nieuw-adres", "g2")) == first


def test_entries_that_share_an_address_or_a_guid_stay_apart(told: Told) -> None:
    same_link = [entry(f"Bericht {n}", "https://voorbeeld.example/", f"g{n}") for n in range(3)]
    same_guid = [entry(f"Ander {n}", f"https://voorbeeld.example/{n}", "altijd") for n in range(3)]

    assert len(told.shows(*same_link, *same_guid)) == 6


def test_a_date_that_is_still_to_come_is_told_and_not_believed(told: Told) -> None:
    [name] = told.shows(entry("Later", "https://voorbeeld.example/l", "g", "Mon, 23 Nov 2099 09:00:00 GMT"))

    item = told.source.assemble(name, told.stored, NOON)
    assert item is not None
    assert item.published_on is None
    assert told.signals == ["date_ahead"]


@pytest.mark.parametrize(
    "link",
    [
        "http://10.0.0.1/a",
        "http://192.168.1.1/",
        "http://[::1]/",
        "http://localhost/",
        "http://intern.local/x",
        "javascript:alert(1)",
        "https://naam:geheim@voorbeeld.example/",
        "file:///etc/passwd",
        "http://2130706433/",
    ],
)
def test_a_link_that_does_not_lead_to_a_public_page_is_dropped(told: Told, link: str) -> None:
    [name] = told.shows(entry("Woningen", link, "g"))

    item = told.source.assemble(name, told.stored, NOON)
    assert item is not None
    assert item.url == told.server.url
    assert told.signals == ["refused_link"]


def test_validators_are_sent_back_and_a_304_is_no_work(told: Told, server: Loopback) -> None:
    told.shows(entry("Woningen", "https://voorbeeld.example/a", "g"), ETag='"v1"')
    server.tell("/nieuws.rss", Answer(status=304))

    assert list(told.source.read("nieuws", told.state, told.stored, told.fetch, NOON)) == []

    assert server.requests[-1].headers["if-none-match"] == '"v1"'


def test_an_empty_feed_is_refused(told: Told) -> None:
    with pytest.raises(SourceSuspicious, match="0 entries"):
        told.shows()


def test_a_feed_that_stands_still_is_known_by_its_newest_entry(told: Told) -> None:
    told.shows(entry("Oud", "https://voorbeeld.example/o", "g", "Mon, 02 Nov 2026 09:00:00 GMT"))

    assert told.state.newest_entry_at == NOON - timedelta(days=21, hours=3)
