"""Days, hours and numbers as Dutch people write them, in Dutch time."""

from datetime import date, datetime
from functools import lru_cache

from babel import Locale
from babel.dates import format_date, format_datetime
from babel.numbers import format_decimal

from g40flow.domain.instants import AMSTERDAM, require_aware

_DUTCH = Locale.parse("nl")


def long_day(day: date) -> str:
    """ "donderdag 17 december 2026"."""
    return format_date(day, "EEEE d MMMM y", locale=_DUTCH)


def written_day(day: date) -> str:
    """ "17 december 2026"."""
    return format_date(day, "d MMMM y", locale=_DUTCH)


@lru_cache(maxsize=2048)
def short_day(day: date, today: date) -> str:
    """ "do 17 dec", with the year if it is another one than today's."""
    return format_date(day, "EEE d MMM" if day.year == today.year else "EEE d MMM y", locale=_DUTCH)


def clock(moment: datetime) -> str:
    """ "09:00" on a Dutch clock. Raises ValueError for a naive moment."""
    return format_datetime(require_aware(moment), "HH:mm", tzinfo=AMSTERDAM, locale=_DUTCH)


def long_moment(starts_at: datetime, ends_at: datetime | None = None) -> str:
    """ "dinsdag 24 november 2026, 10:00–13:00 uur"; the end only if it is on the same day."""
    start = require_aware(starts_at).astimezone(AMSTERDAM)
    end = None if ends_at is None else require_aware(ends_at).astimezone(AMSTERDAM)
    same_day = end is not None and end.date() == start.date() and end > start
    until = f"–{clock(end)}" if end is not None and same_day else ""
    return f"{long_day(start.date())}, {clock(start)}{until} uur"


def short_moment(moment: datetime, today: date) -> str:
    """ "ma 23 nov 09:00 uur"."""
    local = require_aware(moment).astimezone(AMSTERDAM)
    return f"{short_day(local.date(), today)} {clock(local)} uur"


@lru_cache(maxsize=2048)
def number(value: float) -> str:
    """ "1.234"."""
    return format_decimal(value, locale=_DUTCH)


def counted(count: int, one: str, many: str) -> str:
    """ "1 werkdag", "2 werkdagen", "1.200 werkdagen"."""
    return f"{number(count)} {one if _PLURAL(count) == 'one' else many}"


_PLURAL = _DUTCH.plural_form
