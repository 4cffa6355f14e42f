"""What publishers announce, as events for calendars: closing days, and activities in parliament."""

from collections.abc import Iterator
from datetime import datetime, time, timedelta
from typing import Any

from sqlalchemy import Row, Select, or_, select
from sqlmodel import Session, col

from g40flow.domain.instants import dutch_date, dutch_instant
from g40flow.domain.items import ItemKind, ItemStatus
from g40flow.domain.private_feeds import CalendarEvent, EventKind, EventStanding, first_kept_day
from g40flow.storage.tables import Item
from g40flow.use_cases.private_feeds.dossier_events import BEFORE_THE_END, items_taken_up

LONGEST = timedelta(days=10)
"""No activity lasts longer: one that began before is over."""

OFF = {
    ItemStatus.CANCELLED: "cancelled",
    ItemStatus.WITHDRAWN: "withdrawn",
    ItemStatus.MOVED: "moved",
}
"""What does not go through, and the word for why."""


def item_events(session: Session, items: Select[tuple[int]], now: datetime) -> Iterator[CalendarEvent]:
    """Every day and hour of the items in a scope. What has no day gives none.

    The closing day of a consultation that a dossier took up is an event of that dossier.
    """
    first = first_kept_day(dutch_date(now))
    taken_up = set(items_taken_up(session).values())
    query = select(
        col(Item.id),
        col(Item.kind),
        col(Item.kind_label),
        col(Item.number),
        col(Item.title),
        col(Item.status),
        col(Item.opens_on),
        col(Item.closes_on),
        col(Item.agreed_closes_on),
        col(Item.starts_at),
        col(Item.ends_at),
        col(Item.committee),
    ).where(
        col(Item.id).in_(items),
        col(Item.kind).in_([ItemKind.ACTIVITY.value, ItemKind.CONSULTATION.value]),
        or_(
            col(Item.starts_at) >= dutch_instant(first, time(0)) - LONGEST,
            col(Item.closes_on) >= first,
            col(Item.agreed_closes_on) >= first,
            col(Item.opens_on) >= first,
        ),
    )
    for row in session.execute(query):
        if row.kind == ItemKind.ACTIVITY:
            yield from _activity(row)
        elif row.id not in taken_up:
            yield from _consultation(row)


def _activity(row: Row[Any]) -> Iterator[CalendarEvent]:
    if row.closes_on is not None:  # nobody meets: it is the last moment for written input
        if row.starts_at is None:
            yield _event(row, EventKind.INPUT, starts=row.closes_on)
        else:
            yield _event(row, EventKind.INPUT, starts=row.starts_at - BEFORE_THE_END, ends=row.starts_at)
    elif row.starts_at is not None:
        ends = row.ends_at if row.ends_at is not None and row.ends_at > row.starts_at else None
        yield _event(row, EventKind.ACTIVITY, starts=row.starts_at, ends=ends)
    elif row.opens_on is not None:  # the day is known, the hour is not
        yield _event(row, EventKind.ACTIVITY, starts=row.opens_on)


def _consultation(row: Row[Any]) -> Iterator[CalendarEvent]:
    last_day = row.agreed_closes_on or row.closes_on
    if last_day is not None:
        detail = "agreed" if row.agreed_closes_on else ""
        yield _event(row, EventKind.CLOSING, starts=last_day, detail=detail, suffix="-closing")
    if row.closes_on is not None and row.agreed_closes_on not in (None, row.closes_on):
        yield _event(row, EventKind.CLOSING_AS_PUBLISHED, starts=row.closes_on, suffix="-published")


def _event(
    row: Row[Any], kind: EventKind, *, starts: Any, ends: Any = None, detail: str = "", suffix: str = ""
) -> CalendarEvent:
    why = OFF.get(ItemStatus(row.status), "")
    return CalendarEvent(
        key=f"item-{row.id}{suffix}",
        kind=kind,
        title=row.title,
        number=row.number or "",
        starts=starts,
        ends=ends,
        path=f"/items/{row.id}",
        detail=detail or row.kind_label,
        place=row.committee,  # where people meet; a ministry would be taken for the place of a deadline
        note=why,
        standing=EventStanding.CANCELLED if why else EventStanding.CONFIRMED,
        item_id=row.id,
    )
