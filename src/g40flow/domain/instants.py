"""Moments and days: aware UTC instants for what happened, Dutch calendar dates for deadlines."""

from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

AMSTERDAM = ZoneInfo("Europe/Amsterdam")


def require_aware(moment: datetime) -> datetime:
    """The same instant in UTC. Raises ValueError for a naive value: its zone would be a guess."""
    if moment.tzinfo is UTC:  # as most are, and there are many
        return moment
    if moment.tzinfo is None or moment.utcoffset() is None:
        raise ValueError(f"expected an aware datetime, found the naive {moment.isoformat()}")
    return moment.astimezone(UTC)


def dutch_date(moment: datetime) -> date:
    """The calendar day in the Netherlands on which the instant falls."""
    return require_aware(moment).astimezone(AMSTERDAM).date()


def dutch_instant(day: date, clock: time) -> datetime:
    """The UTC instant of a Dutch wall-clock time.

    A time that the spring clock change skips is read as the moment after the skip; of a time
    that the autumn change repeats, the first one is taken.
    """
    return datetime.combine(day, clock, tzinfo=AMSTERDAM).astimezone(UTC)


def end_of_dutch_day(day: date) -> datetime:
    """The last second (23:59:59 Europe/Amsterdam) of a day, as UTC: until then a term is open."""
    return dutch_instant(day + timedelta(days=1), time(0)) - timedelta(seconds=1)
