"""A calendar as a program reads it: what stands in it now, and what changed since it was last told.

An event is the same in every calendar, and so are its sequence and its text: they are kept once, when
the first reader comes by after a change. Who may not see an event (any more) does not find it in his
calendar, without being told that it exists.
"""

import hashlib
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime

from sqlalchemy import ColumnElement, select
from sqlmodel import Session, col

from g40flow.config.calendar import Calendars
from g40flow.config.hooks import HooksConfig
from g40flow.domain.instants import dutch_date
from g40flow.domain.network import Network
from g40flow.domain.private_feeds import (
    CalendarEvent,
    EventKind,
    FeedScope,
    Told,
    first_kept_day,
    is_shown,
    now_told,
)
from g40flow.render.calendars import CalendarWriter
from g40flow.storage.dossier_tables import Dossier
from g40flow.storage.private_feed_tables import CalendarEntry, PrivateFeed
from g40flow.storage.private_feeds import Entry, in_scope, keep_entries, texts_of, told_of, told_since
from g40flow.use_cases.private_feeds.dossier_events import dossier_events, still_shown
from g40flow.use_cases.private_feeds.hook_events import hook_events
from g40flow.use_cases.private_feeds.item_events import item_events
from g40flow.use_cases.private_feeds.reading import OpenFeed, dossiers_in, items_in


@dataclass(frozen=True, kw_only=True)
class CalendarDesk:
    """What calendars need of the configuration. hooks: lead times of moments in parliament."""

    network: Network
    calendars: Calendars
    writer: CalendarWriter
    hooks: HooksConfig = field(default_factory=HooksConfig)


@dataclass(frozen=True, kw_only=True)
class CalendarState:
    """What stands in one calendar. told: by key of the event. mark: changes whenever its content does.

    changes: what must be kept before it can be handed over.
    """

    feed: PrivateFeed
    told: Mapping[str, Told]
    changes: tuple[Entry, ...]
    mark: str


EventSource = Callable[[Session, CalendarDesk, OpenFeed, datetime], Iterable[CalendarEvent]]


def _of_dossiers(
    session: Session, desk: CalendarDesk, opened: OpenFeed, now: datetime
) -> Iterable[CalendarEvent]:
    return dossier_events(session, dossiers_in(session, opened), now)


def _of_items(
    session: Session, desk: CalendarDesk, opened: OpenFeed, now: datetime
) -> Iterable[CalendarEvent]:
    return item_events(session, items_in(session, opened), now)


def _of_the_network(
    session: Session, desk: CalendarDesk, opened: OpenFeed, now: datetime
) -> Iterator[CalendarEvent]:
    """Network days stand in every calendar."""
    for period in desk.calendars.network_days:
        yield CalendarEvent(
            key=f"network-day-{period.from_on.isoformat()}",
            kind=EventKind.NETWORK_DAY,
            title=period.name,
            starts=period.from_on,
            ends=period.until_on,
            path="/agenda",
        )


def _of_hooks(
    session: Session, desk: CalendarDesk, opened: OpenFeed, now: datetime
) -> Iterable[CalendarEvent]:
    return hook_events(session, desk.hooks, desk.calendars, dossiers_in(session, opened), now)


EVENT_SOURCES: tuple[EventSource, ...] = (_of_dossiers, _of_items, _of_hooks, _of_the_network)
"""Where events come from. A further kind is a function here, that gives for a calendar the events of
the dossiers and items in its scope: all of them, whatever their day, and the same in every calendar."""


def calendar_state(session: Session, desk: CalendarDesk, opened: OpenFeed, now: datetime) -> CalendarState:
    """What stands in a calendar now, and what of it was never told like this."""
    today = dutch_date(now)
    first = first_kept_day(today)
    events = {
        event.key: event
        for source in EVENT_SOURCES
        for event in source(session, desk, opened, now)
        if event.last_on >= first
    }
    told = told_since(session, _scope(session, opened, now), first)
    told |= told_of(session, events.keys() - told.keys())
    current = {
        key: now_told(told.get(key), events.get(key), desk.writer.wording, now)
        for key in events.keys() | told.keys()
    }
    changed = {
        key: value for key, value in current.items() if value is not None and value is not told.get(key)
    }
    shown = {key: v for key, v in current.items() if v is not None and is_shown(v, today, now)}
    return CalendarState(
        feed=opened.feed,
        told=shown,
        changes=tuple(_entries(session, desk, changed, told, events)),
        mark=_mark(opened.feed, shown, desk.writer.wording),
    )


def keep_changes(session: Session, state: CalendarState) -> None:
    """Keep what is told from now on."""
    keep_entries(session, state.changes)


def write_calendar(session: Session, desk: CalendarDesk, state: CalendarState) -> bytes:
    """The calendar for a program, after keep_changes. In order of the keys, so that equal is equal."""
    texts = texts_of(session, state.told.keys())
    return desk.writer.calendar(
        state.feed.scope,
        name_of(desk.network, state.feed),
        (texts[key] for key in sorted(texts)),
        reminds=state.feed.reminds,
    )


def name_of(network: Network, feed: PrivateFeed) -> str:
    """What an address is for: a group, or the network."""
    return network.scope_name(feed.theme_group) if feed.scope is FeedScope.GROUP else network.name


def _scope(session: Session, opened: OpenFeed, now: datetime) -> ColumnElement[bool]:
    dossiers = select(col(Dossier.id)).where(dossiers_in(session, opened), still_shown(now))
    return in_scope(
        col(CalendarEntry.dossier_id).in_(dossiers),
        col(CalendarEntry.item_id).in_(items_in(session, opened)),
        also_common=True,
    )


def _entries(
    session: Session,
    desk: CalendarDesk,
    changed: Mapping[str, Told],
    told: Mapping[str, Told],
    events: Mapping[str, CalendarEvent],
) -> Iterator[Entry]:
    before = texts_of(session, [key for key in changed if key not in events])
    for key, now_told_ in sorted(changed.items()):
        event, earlier = events.get(key), told.get(key)
        yield Entry(
            key=key,
            told=now_told_,
            text=desk.writer.called_off(before[key], now_told_)
            if event is None
            else desk.writer.event(event, now_told_),
            before=None if earlier is None else earlier.sequence,
            event=event,
        )


def _mark(feed: PrivateFeed, shown: Mapping[str, Told], wording: str) -> str:
    facts = [feed.scope.value, feed.theme_group, str(feed.reminds), wording]
    facts += [f"{key} {shown[key].sequence}" for key in sorted(shown)]
    return hashlib.sha256("\n".join(facts).encode()).hexdigest()[:32]
