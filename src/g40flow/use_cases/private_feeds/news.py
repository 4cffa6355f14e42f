"""The newest items of a theme group or the network, for programs that read news."""

from collections.abc import Sequence

from sqlmodel import Session, col, select

from g40flow.domain.network import Network
from g40flow.domain.news import last_day_to_act
from g40flow.domain.private_feeds import FeedScope
from g40flow.render.news_feed import NewsEntry, NewsWriter
from g40flow.storage.items import read_item, routings_of_items
from g40flow.storage.tables import Item, ItemRouting
from g40flow.use_cases.private_feeds.calendars import name_of
from g40flow.use_cases.private_feeds.reading import OpenFeed, items_in

MOST_ENTRIES = 100
"""Who comes by less often than that many items finds the rest in the portal."""


def write_news(
    session: Session, network: Network, writer: NewsWriter, opened: OpenFeed, address: str
) -> bytes:
    """The feed behind an address. What a publisher showed before it was followed is not in it."""
    feed = opened.feed
    rows = session.scalars(
        select(Item)
        .where(col(Item.id).in_(items_in(session, opened)), col(Item.first_read).is_(False))
        .order_by(col(Item.first_seen_at).desc(), col(Item.id).desc())
        .limit(MOST_ENTRIES)
    ).all()
    routings = routings_of_items(session, [row.id for row in rows if row.id is not None])
    group = feed.theme_group if feed.scope is FeedScope.GROUP else ""
    entries = [_entry(network, row, routings.get(row.id or 0, []), group) for row in rows]
    subject = f"group/{group}" if group else "network"
    return writer.feed(
        f"news/{subject}", name_of(network, feed), entries, address=address, made_at=feed.created_at
    )


def _entry(network: Network, row: Item, routings: Sequence[ItemRouting], group: str) -> NewsEntry:
    assert row.id is not None
    own = next((routing for routing in routings if routing.theme_group == group), routings[0])
    return NewsEntry(
        item_id=row.id,
        title=row.title,
        kind_label=row.kind_label,
        number=row.number or "",
        summary=row.summary,
        status=row.status,
        groups=[network.scope_name(routing.theme_group) for routing in routings],
        reason=own.explanation,
        also_for=[network.scope_name(one.theme_group) for one in routings if one is not own],
        last_day=row.agreed_closes_on or last_day_to_act(read_item(row)),
        starts_at=row.starts_at if row.closes_on is None else None,
        ends_at=row.ends_at,
        url=row.url,
        published_at=own.routed_at,
        updated_at=max(row.changed_at, *(routing.routed_at for routing in routings)),
    )
