"""Events and calendars as iCalendar (RFC 5545), with what mail programs expect besides. Pure.

An event is written once per change and kept as text; a calendar is those texts one after another, so
that a calendar of thousands of events costs little. Escaping and folding is the work of `icalendar`.
"""

import re
from collections.abc import Iterable, Iterator
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

from icalendar import Calendar, Component, Event, Timezone, TimezoneDaylight, TimezoneStandard
from icalendar.parser import Contentline
from icalendar.prop import vText

from g40flow.domain.instants import AMSTERDAM, require_aware
from g40flow.domain.outside_text import cut, one_line, several_lines
from g40flow.domain.private_feeds import CalendarEvent, EventStanding, FeedScope, Told
from g40flow.render.markup import PLAIN, environment

WORDING = 1
"""Raise it to tell every event again in the words of today: all of them then count as changed."""

PRODUCT = "-//g40flow//g40flow//NL"
LOOK_AGAIN_AFTER = timedelta(hours=1)

LONGEST_PLACE = 250
LONGEST_LINE = 75
"""Bytes, RFC 5545 section 3.1."""

SUMMARY = re.compile(r"\r\nSUMMARY:((?:[^\r]|\r\n )*)\r\n")
END = "END:VEVENT\r\n"
WHOLE_DAY = "DTSTART;VALUE=DATE:"


class CalendarWriter:
    """Writes.

    templates: the folder with feeds/ and web/. portal_url: of this installation, no slash at the end.
    host: makes the names of events unique in the world.
    """

    def __init__(self, templates: Path, *, portal_url: str, host: str) -> None:
        self._portal_url, self._host = portal_url, host
        self._words: Any = environment(templates, PLAIN).get_template("feeds/event.txt").module
        self.wording = f"{WORDING} {portal_url}"

    def event(self, event: CalendarEvent, told: Told) -> str:
        """An event as it is told now.

        Line by line: a component of `icalendar` takes ten times as long, and this is done for thousands
        of events when a calendar is read for the first time.
        """
        summary = one_line(str(self._words.summary(event)))
        address = f"{self._portal_url}{event.path}"
        words = several_lines(str(self._words.description(event)))
        stamp = _in_utc(told.changed_at)
        lines = [
            "BEGIN:VEVENT",
            f"UID:{event.key}@{self._host}",
            # Without METHOD the stamp says when the event was last revised, RFC 5545 section 3.8.7.2.
            f"DTSTAMP:{stamp}",
            f"LAST-MODIFIED:{stamp}",
            f"SEQUENCE:{told.sequence}",
            *_when(event),
            _line("SUMMARY", self._off(summary) if event.standing is EventStanding.CANCELLED else summary),
            _line("DESCRIPTION", f"{words}\n{address}".strip()),
            _folded(f"URL:{address}"),
            *([_line("LOCATION", cut(one_line(event.place), LONGEST_PLACE))] if event.place else ()),
            f"STATUS:{event.standing.value}",
            "TRANSP:TRANSPARENT",  # a deadline takes nobody's time
        ]
        return "\r\n".join(lines) + "\r\n" + END

    def called_off(self, text: str, told: Told) -> str:
        """An event that is there no more, from how it was told before."""
        written = Event.from_ical(text)
        assert isinstance(written, Event)
        for name in ("sequence", "dtstamp", "last-modified", "status"):
            written.pop(name, None)
        for name in ("dtstamp", "last-modified"):
            written.add(name, require_aware(told.changed_at).replace(microsecond=0))
        written.add("sequence", told.sequence)
        written.add("status", EventStanding.CANCELLED.value)
        written.add("summary", self._off(str(written.pop("summary"))))
        return _text(written)

    def _off(self, summary: str) -> str:
        """Said to people too: not every program shows the status."""
        mark = f"{self._words.called_off} "
        return summary if summary.startswith(mark) else mark + summary

    def calendar(self, scope: FeedScope, name: str, events: Iterable[str], *, reminds: bool) -> bytes:
        """A whole calendar. name: of the group or the network. events: as `event` wrote them."""
        calendar = Calendar()
        calendar.add("prodid", PRODUCT)
        calendar.add("version", "2.0")
        calendar.add("calscale", "GREGORIAN")
        shown = one_line(str(self._words.calendar_name(scope, name)))
        for field in ("name", "x-wr-calname"):
            calendar.add(field, shown)
        calendar.add("x-wr-timezone", AMSTERDAM.key)
        calendar.add("refresh-interval", LOOK_AGAIN_AFTER, parameters={"VALUE": "DURATION"})
        calendar.add("x-published-ttl", "PT1H")
        calendar.add_component(_dutch_time())
        frame = _text(calendar)
        head, _, tail = frame.rpartition("END:VCALENDAR")
        body = "".join(map(self._with_reminder, events) if reminds else events)
        return f"{head}{body}END:VCALENDAR{tail}".encode()

    def _with_reminder(self, text: str) -> str:
        """With an alarm the day before that says what comes; of a whole day at nine in the morning."""
        found = SUMMARY.search(text)
        if found is None or "\r\nSTATUS:CANCELLED\r\n" in text:
            return text
        what = found[1].replace("\r\n ", "")  # as it is escaped already
        alarm = (
            "BEGIN:VALARM",
            "ACTION:DISPLAY",
            _folded(f"DESCRIPTION:{self._words.reminder} {what}"),
            f"TRIGGER:{'-PT15H' if WHOLE_DAY in text else '-P1D'}",
            "END:VALARM",
        )
        return text.removesuffix(END) + "\r\n".join(alarm) + "\r\n" + END


def _when(event: CalendarEvent) -> Iterator[str]:
    if isinstance(event.starts, datetime):
        yield f"DTSTART;TZID={AMSTERDAM.key}:{_in_dutch_time(event.starts)}"
        if isinstance(event.ends, datetime):
            yield f"DTEND;TZID={AMSTERDAM.key}:{_in_dutch_time(event.ends)}"
        return
    last = event.ends if event.ends is not None and not isinstance(event.ends, datetime) else event.starts
    yield f"{WHOLE_DAY}{event.starts:%Y%m%d}"
    yield f"DTEND;VALUE=DATE:{last + timedelta(days=1):%Y%m%d}"  # not included, as iCalendar counts


def _in_dutch_time(moment: datetime) -> str:
    return f"{require_aware(moment).astimezone(AMSTERDAM):%Y%m%dT%H%M%S}"


def _in_utc(moment: datetime) -> str:
    return f"{require_aware(moment):%Y%m%dT%H%M%SZ}"


def _line(name: str, text: str) -> str:
    """A line with text from outside, escaped and folded."""
    return _folded(f"{name}:{vText(text).to_ical().decode()}")


def _folded(line: str) -> str:
    """In lines of at most 75 bytes; most need no folding."""
    if len(line) <= LONGEST_LINE and len(line.encode()) <= LONGEST_LINE:
        return line
    content: Any = Contentline  # which has no types
    folded: bytes = content(line).to_ical()
    return folded.decode()


def _text(written: Component) -> str:
    made: bytes = written.to_ical()
    return made.decode()


def _dutch_time() -> Timezone:
    """The rule since 1996: the last Sundays of March and October, at one o'clock UTC."""
    zone = Timezone()
    zone.add("tzid", AMSTERDAM.key)
    summer, winter = TimezoneDaylight(), TimezoneStandard()
    one, two = timedelta(hours=1), timedelta(hours=2)
    for part, name, begins, month, before, after in (
        (summer, "CEST", datetime.fromisoformat("1996-03-31T02:00"), 3, one, two),
        (winter, "CET", datetime.fromisoformat("1996-10-27T03:00"), 10, two, one),
    ):
        part.add("tzname", name)
        part.add("dtstart", begins)
        part.add("rrule", {"freq": "yearly", "bymonth": month, "byday": "-1SU"})
        part.add("tzoffsetfrom", before)
        part.add("tzoffsetto", after)
        zone.add_component(part)
    return zone
