"""Days and times as Dutch readers write them, in the zone of whoever looks."""

import re
from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

MONTHS = (
    "januari",
    "februari",
    "maart",
    "april",
    "mei",
    "juni",
    "juli",
    "augustus",
    "september",
    "oktober",
    "november",
    "december",
)
SHORT_MONTHS = ("jan", "feb", "mrt", "apr", "mei", "jun", "jul", "aug", "sep", "okt", "nov", "dec")
WEEKDAYS = ("maandag", "dinsdag", "woensdag", "donderdag", "vrijdag", "zaterdag", "zondag")
_TOKEN = re.compile(r"\{([a-z_]+)\}")


def local_moment(seconds: float, zone: str) -> datetime:
    """The moment of Unix seconds in a zone."""
    return datetime.fromtimestamp(seconds, UTC).astimezone(ZoneInfo(zone))


def clock_time(moment: datetime) -> str:
    """ "14:05"."""
    return f"{moment:%H:%M}"


def long_day(day: date, today: date) -> str:
    """ "vandaag", "gisteren", "morgen" or "dinsdag 1 september 2026"."""
    return _near(day, today) or full_day(day)


def full_day(day: date) -> str:
    """ "dinsdag 1 september 2026"."""
    return f"{WEEKDAYS[day.weekday()]} {_long(day)}"


def filled_in(template: str, moment: datetime, now: datetime) -> str | None:
    """A date template of Slack, as in "{date_short_pretty} {time}"; None if it has an unknown part.

    moment, now: aware, in the reader's zone.
    """
    parts = _parts(moment, now)
    if any(name not in parts for name in _TOKEN.findall(template)):
        return None
    return _TOKEN.sub(lambda found: parts[found[1]], template)


def _parts(moment: datetime, now: datetime) -> dict[str, str]:
    day = moment.date()
    near = _near(day, now.date())
    short = f"{day.day} {SHORT_MONTHS[day.month - 1]} {day.year}"
    weekday = full_day(day)
    return {
        "date_num": f"{day:%d-%m-%Y}",
        "date_slash": f"{day:%d/%m/%Y}",
        "date": _long(day),
        "date_short": short,
        "date_long": weekday,
        "date_pretty": near or _long(day),
        "date_short_pretty": near or short,
        "date_long_pretty": near or weekday,
        "time": clock_time(moment),
        "time_secs": f"{moment:%H:%M:%S}",
        "ago": _ago(moment, now),
    }


def _long(day: date) -> str:
    return f"{day.day} {MONTHS[day.month - 1]} {day.year}"


def _near(day: date, today: date) -> str | None:
    return {-1: "gisteren", 0: "vandaag", 1: "morgen"}.get((day - today) // timedelta(days=1))


def _ago(moment: datetime, now: datetime) -> str:
    seconds = (now - moment).total_seconds()
    for size, one, several in ((86_400, "dag", "dagen"), (3_600, "uur", "uur"), (60, "minuut", "minuten")):
        number = int(abs(seconds) // size)
        if number:
            words = f"{number} {one if number == 1 else several}"
            return f"{words} geleden" if seconds > 0 else f"over {words}"
    return "zojuist"
