"""Making, renewing and revoking private addresses. Each act is in the history of the network."""

import secrets
from datetime import datetime, timedelta

from sqlmodel import Session

from g40flow.domain.actors import Actor, roles_of
from g40flow.domain.dossier.rights import require
from g40flow.domain.errors import InvalidInput, NotFound
from g40flow.domain.items import Json
from g40flow.domain.network import Network
from g40flow.domain.private_feeds import FeedKind, FeedScope
from g40flow.storage.access import hash_of_secret
from g40flow.storage.history import NETWORK, record
from g40flow.storage.private_feed_tables import PrivateFeed
from g40flow.storage.private_feeds import feeds_of
from g40flow.use_cases.private_feeds.reading import RIGHT_FOR

MOST_FEEDS = 20
USED_STEP = timedelta(hours=1)


def make_feed(
    session: Session,
    network: Network,
    *,
    kind: FeedKind,
    scope: FeedScope,
    theme_group: str = "",
    reminds: bool = False,
    actor: Actor,
    now: datetime,
) -> tuple[PrivateFeed, str]:
    """A new address, with its token, which is told this once and kept nowhere.

    theme_group: slug, for a group. Raises NotAllowed, InvalidInput.
    """
    require(RIGHT_FOR[scope], roles_of(actor))
    _check(network, kind, scope, theme_group)
    if len(feeds_of(session, actor.person)) >= MOST_FEEDS:
        raise InvalidInput("too_many_feeds", f"expected at most {MOST_FEEDS} addresses for one person")
    token = secrets.token_urlsafe(32)
    feed = PrivateFeed(
        kind=kind,
        scope=scope,
        theme_group=theme_group if scope is FeedScope.GROUP else "",
        reminds=reminds and kind is FeedKind.CALENDAR,
        person=actor.person,
        token_hash=hash_of_secret(token),
        created_at=now,
    )
    session.add(feed)
    session.flush()
    record(session, NETWORK, actor, "make_feed", now=now, facts=_facts(feed))
    return feed, token


def renew_feed(session: Session, feed_id: int, *, actor: Actor, now: datetime) -> tuple[PrivateFeed, str]:
    """Another token for an address of one's own; the old one works no more. Raises NotFound."""
    feed = _own(session, feed_id, actor)
    if feed.revoked_at is not None:
        raise NotFound(f"er is geen adres {feed_id}")
    token = secrets.token_urlsafe(32)
    feed.token_hash, feed.renewed_at, feed.last_used_at = hash_of_secret(token), now, None
    session.add(feed)
    record(session, NETWORK, actor, "renew_feed", now=now, facts=_facts(feed))
    return feed, token


def revoke_feed(session: Session, feed_id: int, *, actor: Actor, now: datetime) -> None:
    """Let an address of one's own work no more; doing it twice is once. Raises NotFound."""
    feed = _own(session, feed_id, actor)
    if feed.revoked_at is None:
        feed.revoked_at = now
        session.add(feed)
        record(session, NETWORK, actor, "revoke_feed", now=now, facts=_facts(feed))


def is_to_be_noted(feed: PrivateFeed, now: datetime) -> bool:
    """Whether a reading is kept: not every one, so that reading costs no writing."""
    return feed.last_used_at is None or feed.last_used_at <= now - USED_STEP


def note_read(session: Session, feed_id: int, now: datetime) -> None:
    """Keep that a program came by."""
    feed = session.get_one(PrivateFeed, feed_id)
    feed.last_used_at = now
    session.add(feed)


def _own(session: Session, feed_id: int, actor: Actor) -> PrivateFeed:
    feed = session.get(PrivateFeed, feed_id, with_for_update=True)
    if feed is None or feed.person != actor.person:
        raise NotFound(f"er is geen adres {feed_id}")
    return feed


def _check(network: Network, kind: FeedKind, scope: FeedScope, theme_group: str) -> None:
    if scope is FeedScope.GROUP and network.group(theme_group) is None:
        raise InvalidInput("unknown_group", f"found {theme_group[:40]!r}", field="theme_group")
    if scope is FeedScope.PERSON and kind is FeedKind.NEWS:
        raise InvalidInput("no_personal_news", "news is for a group or the network", field="scope")


def _facts(feed: PrivateFeed) -> dict[str, Json]:
    return {
        "feed": feed.id,
        "for": feed.person,
        "kind": feed.kind.value,
        "scope": feed.scope.value,
        "theme_group": feed.theme_group,
    }
