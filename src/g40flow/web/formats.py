"""Filters for templates: moments for machines, how long ago, numbers and weights."""

from collections.abc import Callable
from datetime import date, datetime
from typing import Any

from babel.dates import format_timedelta
from babel.numbers import format_decimal

from g40flow.domain.instants import AMSTERDAM, require_aware
from g40flow.render import dutch
from g40flow.render.links import safe_url

LOCALE = "nl"


def local_iso(moment: datetime) -> str:
    """For machines, in Dutch time: "2026-03-13T10:30:00+01:00"."""
    return require_aware(moment).astimezone(AMSTERDAM).isoformat(timespec="seconds")


def ago(moment: datetime, now: datetime) -> str:
    """ "12 minuten geleden"."""
    return format_timedelta(require_aware(moment) - now, add_direction=True, locale=LOCALE)


def signed(weight: float) -> str:
    """ "+2,6" or "−0,5"."""
    sign = "−" if weight < 0 else "+"
    return sign + format_decimal(abs(weight), format="0.0#", locale=LOCALE)


def percent(chance: float) -> str:
    """ "87 %", of an estimated chance between 0 and 1; never 100 %, for no estimate is certain."""
    return f"{min(99, round(chance * 100))} %"


def as_date(text: str) -> date | None:
    """The day that a fact of the history names in ISO form; None if it names none."""
    try:
        return date.fromisoformat(text)
    except ValueError:
        return None


FILTERS: dict[str, Callable[..., Any]] = {
    "long_day": dutch.long_day,
    "short_day": dutch.short_day,
    "short_moment": dutch.short_moment,
    "clock": dutch.clock,
    "local_iso": local_iso,
    "as_date": as_date,
    "as_moment": datetime.fromisoformat,
    "ago": ago,
    "number": dutch.number,
    "signed": signed,
    "percent": percent,
    "safe_url": safe_url,
}
