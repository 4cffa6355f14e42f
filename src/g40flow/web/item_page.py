"""Everything the portal shows about one item, gathered in a fixed number of queries."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from sqlmodel import Session

from g40flow.bootstrap import App
from g40flow.domain.errors import NotFound
from g40flow.domain.instants import dutch_date
from g40flow.domain.items import SourceItem
from g40flow.render.routing_text import why_not
from g40flow.storage.access import network_with_everybody
from g40flow.storage.corrections import corrections_of
from g40flow.storage.items import read_item, related_items, revisions_of, routings_of
from g40flow.storage.messages import deliveries_of, messages_about, with_replies
from g40flow.storage.records import records_behind
from g40flow.storage.tables import Delivery, Item, ItemRevision, ItemRouting, Message, RoutingCorrection
from g40flow.use_cases.route_items import routable_row
from g40flow.web.audiences import audience_name
from g40flow.web.change_lines import ChangeLine, change_lines
from g40flow.web.item_lines import ItemLine, item_lines
from g40flow.web.record_view import RecordView, record_views

RELATED, RECORDS, MESSAGES, REVISIONS, CORRECTIONS = 10, 40, 40, 20, 10
"""How many of each are shown; a page is to be read, and to stay under 100 kB."""


@dataclass(frozen=True, kw_only=True)
class Term:
    """The time in which a response is accepted, as a bar. day: of today, counted from 1."""

    opens_on: date
    closes_on: date
    day: int
    calendar_days: int

    @property
    def share(self) -> int:
        """How much of it is over, in percent."""
        return max(0, min(100, round(100 * self.day / self.calendar_days)))


@dataclass(frozen=True, kw_only=True)
class Told:
    """One message about the item: whom it tells, and each attempt to hand it over."""

    message: Message
    audience: tuple[str, str]
    deliveries: tuple[Delivery, ...]


@dataclass(frozen=True, kw_only=True)
class ItemPage:
    """The values behind the page. why_not: (theme group slug, sentence) of groups that came close.

    records_left_out: how many records did not fit.
    """

    row: Item
    item: SourceItem
    line: ItemLine
    published_days_left: int | None
    term: Term | None
    routings: Sequence[ItemRouting]
    withdrawn: Sequence[ItemRouting]
    why_not: Sequence[tuple[str, str]]
    revisions: Sequence[tuple[ItemRevision, list[ChangeLine]]]
    corrections: Sequence[RoutingCorrection]
    told: Sequence[Told]
    related: Sequence[ItemLine]
    records: Sequence[RecordView]
    records_left_out: int


def item_page(session: Session, app: App, item_id: int) -> ItemPage:
    """Raises NotFound."""
    row = session.get(Item, item_id)
    if row is None:
        raise NotFound(f"no item {item_id}")
    item, today = read_item(row), dutch_date(app.now())
    line, *related = item_lines(session, app, [row, *related_items(session, row, RELATED)])
    routings = routings_of(session, item_id, also_withdrawn=True)
    current = [routing for routing in routings if routing.withdrawn_at is None]
    revisions = revisions_of(session, item_id)
    records, left_out = record_views(records_behind(session, row.source, row.identifier, RECORDS))
    return ItemPage(
        row=row,
        item=item,
        line=line,
        published_days_left=_days_left(app, item.closes_on),
        term=_term(item, line.last_day, today),
        routings=current,
        withdrawn=[routing for routing in routings if routing.withdrawn_at is not None],
        why_not=_why_not(session, app, row, {routing.theme_group for routing in current}),
        revisions=[(r, change_lines(r.changes, today)) for r in revisions[:REVISIONS]],
        corrections=corrections_of(session, item_id)[:CORRECTIONS],
        told=_told(session, app, item_id, {revision.id for revision in revisions}),
        related=related,
        records=records,
        records_left_out=left_out,
    )


def _days_left(app: App, day: date | None) -> int | None:
    if day is None:
        return None
    return app.calendars.working.working_days_left(dutch_date(app.now()), day)


def _term(item: SourceItem, last_day: date | None, today: date) -> Term | None:
    opens = item.opens_on or item.published_on
    if item.closes_on is None or last_day is None or opens is None or opens > last_day:
        return None
    days = (last_day - opens).days + 1
    return Term(opens_on=opens, closes_on=last_day, day=(today - opens).days + 1, calendar_days=days)


def _why_not(session: Session, app: App, row: Item, current: set[str]) -> list[tuple[str, str]]:
    """By the rules of now, which may be newer than those that routed the item."""
    routing = app.router.route(routable_row(session, row, app.now()))
    named = ((slug, app.network.group(slug)) for slug in routing.near_misses if slug not in current)
    return [(slug, why_not(routing, slug, group.name)) for slug, group in named if group is not None]


def _told(session: Session, app: App, item_id: int, revisions: set[int | None]) -> list[Told]:
    found = with_replies(session, messages_about(session, item_id))
    if not found:
        return []
    # A message that gathers several items has changes of all of them in its thread.
    messages = [m for m in found if m.parent_id is None or m.subject.get("revision") in revisions]
    deliveries = deliveries_of(session, [message.id for message in messages if message.id is not None])
    network = network_with_everybody(session, app.network)
    return [
        Told(
            message=message,
            audience=audience_name(network, message.audience),
            deliveries=tuple(d for d in deliveries if d.message_id == message.id),
        )
        for message in messages[:MESSAGES]
    ]
