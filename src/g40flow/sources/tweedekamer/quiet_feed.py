"""Telling a quiet Kamer from a feed that silently stopped.

In July 2024 the copying behind the feeds stood still for three days while every request was answered
normally. The only trace is that the newest entry grows old during hours in which the Kamer works.
"""

from collections.abc import Callable, Collection
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta

from g40flow.domain.instants import dutch_date, dutch_instant

# Feeds in which every sitting day brings many entries; the others may rest for days.
LIVELY_CATEGORIES = frozenset({"Activiteit", "Document"})

_FURTHEST_BACK = timedelta(days=60)


@dataclass(frozen=True, kw_only=True)
class QuietLimit:
    """How long a lively feed may bring nothing.

    working_time: on sitting days, within opens and closes (Dutch wall-clock time).
    is_sitting_day: whether the Kamer works on a Dutch calendar date.
    """

    is_sitting_day: Callable[[date], bool]
    opens: time = time(9)
    closes: time = time(18)
    working_time: timedelta = timedelta(hours=4)
    categories: Collection[str] = LIVELY_CATEGORIES


def working_time_between(since: datetime, until: datetime, limit: QuietLimit) -> timedelta:
    """Time between two instants that lies within working hours of sitting days.

    Looks back at most 60 days: whoever was silent longer is silent enough.
    """
    since = max(since, until - _FURTHEST_BACK)
    total = timedelta(0)
    day = dutch_date(since)
    while day <= dutch_date(until):
        if limit.is_sitting_day(day):
            opens = max(since, dutch_instant(day, limit.opens))
            closes = min(until, dutch_instant(day, limit.closes))
            total += max(closes - opens, timedelta(0))
        day += timedelta(days=1)
    return total


def is_silently_stale(newest_entry_at: datetime | None, now: datetime, limit: QuietLimit) -> bool:
    """Whether the newest entry is older than a working feed allows. False while nothing was ever read."""
    if newest_entry_at is None:
        return False
    return working_time_between(newest_entry_at, now, limit) > limit.working_time
