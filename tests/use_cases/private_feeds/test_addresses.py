"""Private addresses: who may make which, and what is kept of them."""

import pytest
from sqlmodel import select

from g40flow.domain.errors import InvalidInput, NotAllowed, NotFound
from g40flow.domain.private_feeds import FeedKind, FeedScope
from g40flow.storage.dossier_tables import DossierPartner, HistoryEntry
from g40flow.storage.private_feed_tables import PrivateFeed
from g40flow.storage.private_feeds import feeds_of
from g40flow.use_cases.private_feeds.addresses import (
    MOST_FEEDS,
    is_to_be_noted,
    renew_feed,
    revoke_feed,
)
from tests.use_cases.dossier.deadlines import acting
from tests.use_cases.private_feeds.world import SECRETARY, FeedWorld

PARTNER = "vigo-partnerman"


def is_open(world: FeedWorld, token: str) -> bool:
    with world.database.reading() as session:
        return world.state(session, token) is not None


def test_of_an_address_only_a_hash_is_kept_and_the_history_says_that_it_was_made(world: FeedWorld) -> None:
    token = world.address()

    with world.database.reading() as session:
        feed = session.exec(select(PrivateFeed)).one()
        entry = session.exec(select(HistoryEntry)).one()
    assert token not in repr(feed)
    assert len(token) >= 43
    assert (entry.action, entry.facts["theme_group"]) == ("make_feed", "woningmarkt")
    assert token not in repr(entry)


def test_a_renewed_address_works_and_the_old_one_no_more(world: FeedWorld) -> None:
    old = world.address()
    with world.database.writing() as session:
        _, new = renew_feed(session, 1, actor=acting(SECRETARY), now=world.moment)

    assert (is_open(world, old), is_open(world, new)) == (False, True)


def test_a_revoked_address_works_no_more_and_cannot_be_renewed(world: FeedWorld) -> None:
    token = world.address()
    with world.database.writing() as session:
        revoke_feed(session, 1, actor=acting(SECRETARY), now=world.moment)
        revoke_feed(session, 1, actor=acting(SECRETARY), now=world.moment)
    with world.database.writing() as session, pytest.raises(NotFound):
        renew_feed(session, 1, actor=acting(SECRETARY), now=world.moment)

    assert not is_open(world, token)
    with world.database.reading() as session:
        assert list(feeds_of(session, SECRETARY)) == []
        assert len(session.exec(select(HistoryEntry)).all()) == 2


def test_nobody_touches_the_address_of_somebody_else(world: FeedWorld) -> None:
    world.address()
    with world.database.writing() as session:
        for act in (renew_feed, revoke_feed):
            with pytest.raises(NotFound):
                act(session, 1, actor=acting("anna-testerink"), now=world.moment)


@pytest.mark.parametrize("scope", [FeedScope.GROUP, FeedScope.NETWORK])
def test_a_partner_reads_no_calendar_of_a_group_or_the_network(world: FeedWorld, scope: FeedScope) -> None:
    with pytest.raises(NotAllowed):
        world.address(PARTNER, scope)


def test_the_own_calendar_of_a_partner_holds_what_the_partner_works_on(world: FeedWorld) -> None:
    world.dossier()
    world.dossier(number="2026-002")
    token = world.address(PARTNER, FeedScope.PERSON)
    assert world.read(token) == {}
    with world.database.writing() as session:
        session.add(DossierPartner(dossier_id=2, partner="vng"))

    assert set(world.read(token)) == {"dossier-2-closing"}


def test_an_unknown_group_and_news_for_one_person_are_refused(world: FeedWorld) -> None:
    with pytest.raises(InvalidInput, match="nergens"):
        world.address(group="nergens")
    with pytest.raises(InvalidInput, match="group or the network"):
        world.address(scope=FeedScope.PERSON, kind=FeedKind.NEWS)


def test_there_is_an_end_to_how_many_addresses_one_person_has(world: FeedWorld) -> None:
    for _ in range(MOST_FEEDS):
        world.address()

    with pytest.raises(InvalidInput, match="at most 20"):
        world.address()


def test_that_it_was_read_is_kept_once_an_hour(world: FeedWorld) -> None:
    feed = PrivateFeed(kind=FeedKind.CALENDAR, scope=FeedScope.PERSON, person="x", token_hash="x")
    assert is_to_be_noted(feed, world.moment)
    feed.last_used_at = world.moment
    assert not is_to_be_noted(feed, world.moment)
    world.later(hours=1)
    assert is_to_be_noted(feed, world.moment)
