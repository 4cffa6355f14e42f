"""Stretches of time join without gap or overlap, whatever the clock and the schedule do."""

from datetime import UTC, date, datetime, time, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from g40flow.domain.calendar import Period, WorkingCalendar
from g40flow.domain.digest.moments import (
    SETTLING,
    WEEK,
    RecessMode,
    Schedule,
    Window,
    carried_on,
    due_window,
    is_shortened,
    moments_until,
    next_moment,
)
from g40flow.domain.instants import AMSTERDAM

SUMMER = Period(name="Zomerreces", from_on=date(2026, 7, 3), until_on=date(2026, 8, 31))
EASTER_MONDAY, CHRISTMAS = date(2026, 4, 6), date(2026, 12, 25)
CALENDAR = WorkingCalendar(holidays=frozenset({EASTER_MONDAY, CHRISTMAS}), recesses=(SUMMER,))
MONDAY = Schedule(weekday=0, at=time(8, 30))


def _dutch(day: date, clock: time) -> datetime:
    return datetime.combine(day, clock, tzinfo=AMSTERDAM).astimezone(UTC)


def test_a_digest_covers_everything_since_the_last_one() -> None:
    last = _dutch(date(2026, 11, 16), time(8, 30))

    window = due_window(MONDAY, CALENDAR, last, _dutch(date(2026, 11, 23), time(8, 32)))

    assert window == Window(since=last, until=_dutch(date(2026, 11, 23), time(8, 30)))


def test_before_its_moment_nothing_is_due() -> None:
    last = _dutch(date(2026, 11, 16), time(8, 30))

    assert due_window(MONDAY, CALENDAR, last, _dutch(date(2026, 11, 23), time(8, 29))) is None


def test_what_was_just_written_may_settle_first() -> None:
    last, moment = _dutch(date(2026, 11, 16), time(8, 30)), _dutch(date(2026, 11, 23), time(8, 30))

    assert due_window(MONDAY, CALENDAR, last, moment) is None
    assert due_window(MONDAY, CALENDAR, last, moment + SETTLING) is not None


def test_a_doubled_run_finds_nothing_due() -> None:
    now = _dutch(date(2026, 11, 23), time(9))
    first = due_window(MONDAY, CALENDAR, None, now)
    assert first is not None

    assert due_window(MONDAY, CALENDAR, first.until, now) is None


def test_weeks_that_were_missed_are_made_up_by_one_digest() -> None:
    last = _dutch(date(2026, 10, 5), time(8, 30))

    window = due_window(MONDAY, CALENDAR, last, _dutch(date(2026, 11, 25), time(3)))

    assert window == Window(since=last, until=_dutch(date(2026, 11, 23), time(8, 30)))


def test_the_very_first_digest_looks_back_a_week() -> None:
    window = due_window(MONDAY, CALENDAR, None, _dutch(date(2026, 11, 23), time(9)))

    assert window is not None
    assert window.until - window.since == WEEK


@pytest.mark.parametrize(
    ("before", "after"),
    [(date(2026, 3, 23), date(2026, 3, 30)), (date(2026, 10, 19), date(2026, 10, 26))],
)
def test_the_moment_stays_at_half_past_eight_over_the_change_of_the_clocks(before: date, after: date) -> None:
    window = due_window(MONDAY, CALENDAR, _dutch(before, time(8, 30)), _dutch(after, time(8, 40)))

    assert window is not None
    assert window.until.astimezone(AMSTERDAM).time() == time(8, 30)
    assert abs((window.until - window.since) - WEEK) == timedelta(hours=1)


def test_on_a_day_off_the_moment_is_on_the_next_working_day() -> None:
    assert next_moment(MONDAY, _dutch(date(2026, 4, 1), time(9)), CALENDAR) == _dutch(
        date(2026, 4, 7), time(8, 30)
    )


def test_a_recess_that_is_skipped_is_covered_by_the_first_digest_after_it() -> None:
    skipping = Schedule(weekday=0, at=time(8, 30), recess=RecessMode.SKIP)
    last = _dutch(date(2026, 6, 29), time(8, 30))

    in_summer = due_window(skipping, CALENDAR, last, _dutch(date(2026, 8, 24), time(10)))
    after = due_window(skipping, CALENDAR, last, _dutch(date(2026, 9, 7), time(10)))

    assert in_summer is None
    assert after == Window(since=last, until=_dutch(date(2026, 9, 7), time(8, 30)))


def test_a_digest_is_shortened_only_in_a_recess_and_only_if_it_is_to_be() -> None:
    shortened = Schedule(weekday=0, at=time(8, 30), recess=RecessMode.SHORTENED)

    assert is_shortened(shortened, date(2026, 7, 13), CALENDAR)
    assert not is_shortened(shortened, date(2026, 9, 7), CALENDAR)
    assert not is_shortened(MONDAY, date(2026, 7, 13), CALENDAR)


SCHEDULES = st.builds(
    Schedule,
    weekday=st.integers(0, 4),
    at=st.times(max_value=time(23, 59)).map(lambda t: t.replace(second=0, microsecond=0)),
    recess=st.sampled_from(RecessMode),
)
INSTANTS = st.integers(0, 2 * 365 * 24 * 60).map(
    lambda minutes: datetime(2026, 1, 1, tzinfo=UTC) + timedelta(minutes=minutes)
)


@settings(derandomize=True, deadline=None)
@given(SCHEDULES, INSTANTS)
def test_moments_are_in_order_and_none_is_between_the_last_and_the_next(
    schedule: Schedule, now: datetime
) -> None:
    moments = moments_until(schedule, now, CALENDAR)
    latest, before = next(moments), next(moments)
    coming = next_moment(schedule, now, CALENDAR)

    assert before < latest <= now < coming
    assert next_moment(schedule, latest, CALENDAR) == coming
    assert all(CALENDAR.is_working_day(m.astimezone(AMSTERDAM).date()) for m in (before, latest, coming))


STEPS = st.lists(
    st.tuples(
        # Minutes by which the clock moves before something is seen: by a moment, through weeks of
        # downtime, far ahead, a little back, or far back.
        st.one_of(
            st.integers(1, 600),
            st.integers(600, 60_000),
            st.integers(60_000, 400_000),
            st.integers(-600, -1),
            st.integers(-400_000, -600),
        ),
        st.booleans(),  # whether the program then runs
    ),
    min_size=1,
    max_size=40,
)

UNNOTICED = timedelta(hours=20)
"""So far back a clock is never set without a run that sees it: the program looks four times an hour."""


@settings(derandomize=True, deadline=None)
@given(SCHEDULES, INSTANTS, STEPS)
def test_everything_is_told_exactly_once_whatever_the_clock_does(
    schedule: Schedule, start: datetime, steps: list[tuple[int, bool]]
) -> None:
    archive = _Archive(schedule)
    now = last_run = start
    for minutes, runs in steps:
        now += timedelta(minutes=minutes)
        archive.see(now)
        if runs or now < last_run - UNNOTICED:
            last_run = now
            archive.run(now)
            archive.run(now)  # doubled: does nothing
    end = max([now, *(seen for seen, _ in archive.facts)]) + 20 * WEEK
    archive.run(now)
    archive.run(end)

    assert archive.joined
    told = [fact for digest in archive.told for fact in digest]
    assert len(told) == len(set(told))
    assert set(told) >= {fact for _, fact in archive.facts if fact >= archive.first}


class _Archive:
    """What the program does with windows, facts with the instants of its own clock, in few lines."""

    def __init__(self, schedule: Schedule) -> None:
        self.schedule = schedule
        self.facts: list[tuple[datetime, int]] = []
        self.windows: list[Window] = []
        self.told: list[list[int]] = []
        self.carries_on_at: datetime | None = None
        self.joined = True
        self.first = 0
        """The first fact that must be told: those from before the first stretch are history."""

    def see(self, now: datetime) -> None:
        self.facts.append((now, len(self.facts)))

    def run(self, now: datetime) -> None:
        if self.carries_on_at is not None:
            self.carries_on_at = carried_on(self.carries_on_at, now)
        window = due_window(self.schedule, CALENDAR, self.carries_on_at, now)
        if window is None:
            return
        self.joined &= self.carries_on_at in (None, window.since) and window.since < window.until <= now
        reach = window.with_overlap
        if self.carries_on_at is None:
            outside = [fact for seen, fact in self.facts if seen not in reach and seen < reach.since]
            self.first = max(outside, default=-1) + 1
        touching = zip(self.windows, self.told, strict=True)
        known = {fact for other, facts in touching if other.until > reach.since for fact in facts}
        self.windows.append(window)
        self.told.append([fact for seen, fact in self.facts if seen in reach and fact not in known])
        self.carries_on_at = window.until
