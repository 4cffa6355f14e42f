"""News of a group as a news reader understands it."""

from datetime import date

import feedparser
from lxml import etree

from g40flow.domain.items import ItemStatus
from g40flow.domain.private_feeds import FeedKind, FeedScope
from g40flow.storage.tables import ItemRouting
from tests.conftest import MONDAY
from tests.use_cases.private_feeds.world import FeedWorld

ATOM = "{http://www.w3.org/2005/Atom}"


def test_a_reader_finds_what_it_is_why_and_until_when(world: FeedWorld) -> None:
    world.consultation("Wet warmte")
    world.later(hours=1)
    item = world.activity()

    news = feedparser.parse(world.news(world.address(kind=FeedKind.NEWS)))
    assert not news.bozo
    assert news.version == "atom10"
    assert (news.feed.id, news.feed.language) == ("tag:g40.example,2026:news/group/woningmarkt", "nl")
    debate, consultation = news.entries
    assert debate.id == f"tag:g40.example,2026:item/{item}"
    assert debate.link == f"https://g40.example/items/{item}"
    assert "dinsdag 1 december 2026, 13:30–16:30 uur" in debate.summary
    assert debate.summary.endswith("uur. Voor Woningmarkt, want er staat ‘woning’ in.")
    assert "Uiterlijk vrijdag 18 december 2026." in consultation.summary
    assert consultation.updated_parsed[:5] == MONDAY.timetuple()[:5]


def test_every_part_that_atom_asks_for_is_there_and_text_stays_text(world: FeedWorld) -> None:
    world.consultation('X</title><script>"\u0000\u202e&', url="javascript:alert(1)")

    tree = etree.fromstring(world.news(world.address(kind=FeedKind.NEWS)))
    [entry] = tree.findall(f"{ATOM}entry")
    for part in ("id", "title", "updated"):
        assert tree.findtext(f"{ATOM}{part}")
        assert entry.findtext(f"{ATOM}{part}")
    assert tree.find(f"{ATOM}author/{ATOM}name") is not None
    assert entry.findtext(f"{ATOM}title") == 'X</title><script>"&'
    assert [link.get("rel") for link in entry.findall(f"{ATOM}link")] == ["alternate"]


def test_an_empty_feed_is_one_all_the_same(world: FeedWorld) -> None:
    news = feedparser.parse(world.news(world.address(kind=FeedKind.NEWS)))

    assert (news.bozo, news.entries) == (False, [])
    assert news.feed.updated == "2026-11-23T09:00:00Z"


def test_what_was_changed_later_says_so_and_what_is_off_too(world: FeedWorld) -> None:
    item = world.activity()
    world.later(hours=2)
    world.change_item(item, changed_at=world.moment, status=ItemStatus.CANCELLED.value)

    [entry] = feedparser.parse(world.news(world.address(kind=FeedKind.NEWS))).entries
    assert entry.published == "2026-11-23T09:00:00Z"
    assert entry.updated == "2026-11-23T11:00:00Z"
    assert "Gaat niet door." in entry.summary


def test_a_group_reads_its_own_news_and_the_network_reads_all(world: FeedWorld) -> None:
    world.consultation("Wet woningen")
    world.consultation("Wet zorg", group="europa", closes_on=date(2026, 12, 20))
    withdrawn = world.consultation("Wet weg")
    with world.database.writing() as session:
        session.get_one(ItemRouting, (withdrawn, "woningmarkt")).withdrawn_at = MONDAY

    own = feedparser.parse(world.news(world.address(kind=FeedKind.NEWS)))
    whole = feedparser.parse(world.news(world.address(kind=FeedKind.NEWS, scope=FeedScope.NETWORK)))
    assert [entry.title for entry in own.entries] == ["Wet woningen"]
    assert {entry.title for entry in whole.entries} == {"Wet woningen", "Wet zorg"}


def test_what_was_there_before_the_publisher_was_followed_is_no_news(world: FeedWorld) -> None:
    item = world.consultation()
    world.change_item(item, first_read=True)

    assert feedparser.parse(world.news(world.address(kind=FeedKind.NEWS))).entries == []
