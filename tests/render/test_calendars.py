"""Calendars as another program reads them: a library that shares nothing with the one that writes."""

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
import vobject
from hypothesis import given, settings
from hypothesis import strategies as st

from g40flow.domain.instants import AMSTERDAM
from g40flow.domain.private_feeds import (
    CalendarEvent,
    EventKind,
    EventStanding,
    FeedScope,
    Told,
    now_told,
)
from g40flow.render.calendars import CalendarWriter
from g40flow.resources import resource

NOW = datetime(2026, 11, 23, 9, 0, 30, 123456, tzinfo=UTC)
WRITER = CalendarWriter(resource("templates"), portal_url="https://g40.example", host="g40.example")
CLOSING = CalendarEvent(
    key="dossier-1-closing",
    kind=EventKind.CLOSING,
    title="Wet collectieve warmte",
    number="2026-001",
    starts=date(2026, 12, 3),
    path="/dossiers/1",
)
DEBATE = CalendarEvent(
    key="item-7",
    kind=EventKind.ACTIVITY,
    title="Woningbouw",
    detail="Commissiedebat",
    place="Vaste commissie voor Volkshuisvesting",
    starts=datetime(2026, 12, 1, 12, 30, tzinfo=UTC),
    ends=datetime(2026, 12, 1, 15, 30, tzinfo=UTC),
    path="/items/7",
)


def told(event: CalendarEvent) -> Told:
    found = now_told(None, replace(event, standing=EventStanding.CONFIRMED), WRITER.wording, NOW)
    assert found is not None
    return found


def calendar(*texts: str, reminds: bool = False, scope: FeedScope = FeedScope.GROUP) -> bytes:
    return WRITER.calendar(scope, "Duurzaamheid", texts, reminds=reminds)


def read(event: CalendarEvent, **more: Any) -> Any:
    """The event as the other library understands it."""
    return vobject.readOne(calendar(WRITER.event(event, told(event)), **more).decode()).vevent


def test_a_day_is_a_whole_day_whose_end_is_not_included() -> None:
    found = read(CLOSING)

    assert found.dtstart.value == date(2026, 12, 3)
    assert found.dtend.value == date(2026, 12, 4)
    assert found.dtstart.params["VALUE"] == ["DATE"]
    assert found.summary.value == "Sluit: Wet collectieve warmte"
    assert found.uid.value == "dossier-1-closing@g40.example"
    assert found.url.value == "https://g40.example/dossiers/1"
    assert "23.59 uur" in found.description.value
    assert found.transp.value == "TRANSPARENT"


def test_days_in_a_row_are_one_event() -> None:
    days = replace(CLOSING, kind=EventKind.NETWORK_DAY, title="Netwerkdagen", ends=date(2026, 12, 4))

    found = read(days)
    assert (found.dtstart.value, found.dtend.value) == (date(2026, 12, 3), date(2026, 12, 5))
    assert found.summary.value == "Netwerkdagen"


def test_an_hour_is_in_dutch_time_with_the_rule_of_that_time_in_the_calendar() -> None:
    found = read(DEBATE)

    assert found.dtstart.value.astimezone(UTC) == DEBATE.starts
    assert found.dtend.value.astimezone(UTC) == DEBATE.ends
    assert found.dtstart.value.replace(tzinfo=None).isoformat() == "2026-12-01T13:30:00"
    assert found.summary.value == "Commissiedebat: Woningbouw"
    assert found.location.value == "Vaste commissie voor Volkshuisvesting"
    assert found.dtstamp.value == NOW.replace(microsecond=0)


def test_what_has_no_end_is_a_moment() -> None:
    assert not hasattr(read(replace(DEBATE, ends=None)), "dtend")


@pytest.mark.parametrize(
    "day", [date(2027, 3, 28), date(2026, 10, 25), date(2026, 6, 30), date(2031, 12, 31)]
)
@pytest.mark.parametrize("hour", [0, 1, 2, 4, 12, 23])
def test_the_rule_gives_the_right_instant_around_the_change_of_the_clock(day: date, hour: int) -> None:
    starts = datetime.combine(day, datetime.min.time(), UTC) + timedelta(hours=hour)

    found = read(replace(DEBATE, starts=starts, ends=starts + timedelta(hours=1)))
    local = starts.astimezone(AMSTERDAM)
    assert found.dtstart.value.replace(tzinfo=None) == local.replace(tzinfo=None)
    if not local.fold and (local.month, local.hour) != (10, 2):  # an hour that is there twice has no name
        assert found.dtstart.value.astimezone(UTC) == starts


def test_a_whole_day_on_which_the_clock_changes_is_that_day() -> None:
    found = read(replace(CLOSING, starts=date(2027, 3, 28)))

    assert (found.dtstart.value, found.dtend.value) == (date(2027, 3, 28), date(2027, 3, 29))


def test_a_calendar_says_what_it_is_and_when_to_look_again() -> None:
    text = calendar(WRITER.event(CLOSING, told(CLOSING))).decode()

    assert vobject.readOne(text).vtimezone.tzid.value == "Europe/Amsterdam"
    for line in (
        "X-WR-CALNAME:g40flow: Duurzaamheid",
        "REFRESH-INTERVAL;VALUE=DURATION:PT1H",
        "X-PUBLISHED-TTL:PT1H",
        "LAST-MODIFIED:20261123T090030Z",
        "SEQUENCE:0",
    ):
        assert f"\r\n{line}\r\n" in text
    assert "METHOD" not in text


def test_lines_are_folded_as_every_program_expects() -> None:
    long = replace(CLOSING, title="Wet één – " + "lang ü " * 30)

    text = calendar(WRITER.event(long, told(long)))
    assert all(len(line) <= 75 for line in text.split(b"\r\n"))
    assert b"\n" not in text.replace(b"\r\n", b"")
    assert read(long).summary.value.startswith("Sluit: Wet één – lang ü")


@settings(derandomize=True)
@given(title=st.text(max_size=80))
def test_no_title_can_add_lines_or_events(title: str) -> None:
    text = calendar(WRITER.event(replace(CLOSING, title=title), told(CLOSING))).decode()

    found = vobject.readOne(text)
    assert len(found.vevent_list) == 1
    assert found.vevent.uid.value == "dossier-1-closing@g40.example"
    assert found.vevent.summary.value.startswith("Sluit:")


def test_a_title_that_looks_like_a_calendar_stays_a_title() -> None:
    hostile = "X\r\nEND:VEVENT\r\nBEGIN:VEVENT\r\nUID:1;a,b\\n\u202e"

    found = read(replace(CLOSING, title=hostile))
    assert found.summary.value == "Sluit: X END:VEVENT BEGIN:VEVENT UID:1;a,b\\n"


def test_what_does_not_go_through_says_so_to_programs_and_to_people() -> None:
    off = replace(DEBATE, standing=EventStanding.CANCELLED, note="cancelled")

    found = read(off)
    assert found.status.value == "CANCELLED"
    assert found.summary.value == "Vervallen: Commissiedebat: Woningbouw"
    assert "gaat niet door" in found.description.value


def test_what_is_gone_keeps_its_day_and_is_called_off() -> None:
    gone = now_told(told(DEBATE), None, WRITER.wording, NOW + timedelta(days=1))
    assert gone is not None
    text = WRITER.called_off(WRITER.event(DEBATE, told(DEBATE)), gone)

    found = vobject.readOne(calendar(text).decode()).vevent
    assert found.status.value == "CANCELLED"
    assert found.sequence.value == "1"
    assert found.summary.value == "Vervallen: Commissiedebat: Woningbouw"
    assert found.dtstart.value.astimezone(UTC) == DEBATE.starts
    assert found.last_modified.value == NOW.replace(microsecond=0) + timedelta(days=1)
    again = WRITER.called_off(text, gone)
    assert "Vervallen: Vervallen" not in again


def test_a_step_of_a_plan_that_nobody_fixed_is_tentative() -> None:
    step = replace(CLOSING, kind=EventKind.STEP, detail="drafting", standing=EventStanding.TENTATIVE)

    found = read(step)
    assert found.status.value == "TENTATIVE"
    assert found.summary.value == "Concept klaar: 2026-001 Wet collectieve warmte"
    assert "voorstel" in found.description.value


@pytest.mark.parametrize("kind", EventKind)
def test_every_kind_of_event_has_words(kind: EventKind) -> None:
    assert read(replace(CLOSING, kind=kind)).summary.value.strip(": ")


def test_alarms_are_only_there_where_asked_and_not_for_what_is_off() -> None:
    off = replace(CLOSING, key="off", standing=EventStanding.CANCELLED, note="cancelled")
    texts = [WRITER.event(event, told(event)) for event in (CLOSING, DEBATE, off)]

    assert b"VALARM" not in calendar(*texts)
    day, hour, none = vobject.readOne(calendar(*texts, reminds=True).decode()).vevent_list
    assert day.valarm.trigger.value == -timedelta(hours=15)
    assert day.valarm.description.value == "Morgen: Sluit: Wet collectieve warmte"
    assert hour.valarm.trigger.value == -timedelta(days=1)
    assert not hasattr(none, "valarm")


@pytest.mark.parametrize(
    ("scope", "name"),
    [
        (FeedScope.PERSON, "g40flow: mijn agenda"),
        (FeedScope.GROUP, "g40flow: Duurzaamheid"),
        (FeedScope.NETWORK, "g40flow: Duurzaamheid, hele netwerk"),
    ],
)
def test_a_calendar_is_named_after_whom_it_is_for(scope: FeedScope, name: str) -> None:
    assert f"\r\nNAME:{name}\r\n".encode() in calendar(scope=scope)
