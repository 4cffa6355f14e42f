"""When an event of a calendar counts as changed, as called off, and how long it stays."""

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from g40flow.domain.private_feeds import (
    CalendarEvent,
    EventKind,
    EventStanding,
    Told,
    is_shown,
    now_told,
)

NOW = datetime(2026, 11, 23, 9, tzinfo=UTC)
LATER = NOW + timedelta(hours=3)
TODAY = date(2026, 11, 23)
EVENT = CalendarEvent(
    key="dossier-1-closing",
    kind=EventKind.CLOSING,
    title="Wet warmte",
    starts=date(2026, 12, 3),
    path="/dossiers/1",
    dossier_id=1,
)
OFF = replace(EVENT, standing=EventStanding.CANCELLED)


def first_told(event: CalendarEvent = EVENT) -> Told:
    told = now_told(None, event, "w", NOW)
    assert told is not None
    return told


def test_an_event_begins_at_sequence_zero_and_stays_so_while_nothing_changes() -> None:
    told = first_told()

    assert told.sequence == 0
    assert now_told(told, EVENT, "w", LATER) is told


@pytest.mark.parametrize(
    "changed",
    [
        replace(EVENT, starts=date(2026, 12, 10)),
        replace(EVENT, title="Wet collectieve warmte"),
        replace(EVENT, standing=EventStanding.TENTATIVE),
        replace(EVENT, place="Commissie voor Klimaat"),
    ],
)
def test_whatever_people_see_of_it_counts_as_a_change(changed: CalendarEvent) -> None:
    told = now_told(first_told(), changed, "w", LATER)

    assert told is not None
    assert (told.sequence, told.changed_at, told.last_on) == (1, LATER, changed.last_on)


def test_other_words_in_the_templates_are_told_as_a_change() -> None:
    told = now_told(first_told(), EVENT, "other words", LATER)

    assert told is not None
    assert told.sequence == 1


def test_an_event_that_is_gone_is_called_off_once() -> None:
    gone = now_told(first_told(), None, "w", LATER)

    assert gone is not None
    assert (gone.sequence, gone.cancelled_at) == (1, LATER)
    assert now_told(gone, None, "w", LATER + timedelta(days=1)) is gone


def test_an_event_that_comes_back_goes_on_where_it_was() -> None:
    gone = now_told(first_told(), None, "w", LATER)
    back = now_told(gone, EVENT, "w", LATER)

    assert back is not None
    assert (back.sequence, back.cancelled_at) == (2, None)


def test_what_was_off_before_anybody_heard_of_it_is_not_told() -> None:
    assert now_told(None, OFF, "w", NOW) is None
    assert now_told(None, None, "w", NOW) is None


def test_another_change_of_what_is_off_does_not_keep_it_longer() -> None:
    off = now_told(first_told(), OFF, "w", NOW)
    moved = now_told(off, replace(OFF, title="Anders"), "w", LATER)

    assert moved is not None
    assert (moved.sequence, moved.cancelled_at) == (2, NOW)


def test_what_is_off_stays_thirty_days_and_what_is_over_sixty() -> None:
    off = now_told(first_told(), OFF, "w", NOW)

    assert off is not None
    assert is_shown(off, TODAY, NOW + timedelta(days=29))
    assert not is_shown(off, TODAY, NOW + timedelta(days=30))
    assert is_shown(first_told(), date(2027, 2, 1), NOW)
    assert not is_shown(first_told(), date(2027, 2, 2), NOW)


def test_a_naive_hour_is_refused() -> None:
    with pytest.raises(ValueError, match="aware"):
        replace(EVENT, starts=datetime.fromisoformat("2026-12-03T10:00"))


STATES = st.sampled_from([None, EVENT, OFF, replace(EVENT, title="Anders")])


@settings(derandomize=True)
@given(st.lists(STATES, max_size=12))
def test_the_sequence_never_falls_and_grows_exactly_when_something_else_is_told(
    states: list[CalendarEvent | None],
) -> None:
    told: Told | None = None
    for number, state in enumerate(states):
        new = now_told(told, state, "w", NOW + timedelta(hours=number))
        if told is not None:
            assert new is not None
            assert new.sequence == told.sequence + (new is not told)
            assert (new.cancelled_at is None) == (state is not None and state is not OFF)
        told = new
