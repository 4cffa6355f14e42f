from datetime import UTC, date, datetime, time, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from g40flow.config.calendar import load_calendars
from g40flow.domain.calendar import next_gather_moment, next_open_moment
from g40flow.domain.delivery import Form, plan_announcement, urgent_moment
from g40flow.domain.instants import AMSTERDAM, dutch_date, dutch_instant, end_of_dutch_day, require_aware
from g40flow.resources import resource

CALENDARS = load_calendars(resource("config"))
HOURS, DAYS = CALENDARS.sending, CALENDARS.working
moments = st.datetimes(datetime(2026, 1, 1), datetime(2027, 12, 1), timezones=st.just(UTC))  # noqa: DTZ001
dates = st.dates(date(2026, 1, 1), date(2027, 12, 1))


@settings(derandomize=True, deadline=None)
@given(moments)
def test_the_next_open_moment_is_in_open_hours_not_before_now_and_stays_itself(now: datetime) -> None:
    opened = next_open_moment(now, HOURS, DAYS)

    local = opened.astimezone(AMSTERDAM)
    assert opened >= now
    assert DAYS.is_working_day(local.date())
    assert HOURS.opens <= local.time() < HOURS.closes
    assert next_open_moment(opened, HOURS, DAYS) == opened


@settings(derandomize=True, deadline=None)
@given(moments)
def test_the_next_gather_moment_is_a_configured_hour_after_now_whatever_the_clocks_do(now: datetime) -> None:
    gathered = next_gather_moment(now, HOURS, DAYS)

    local = gathered.astimezone(AMSTERDAM)
    assert gathered > now
    assert DAYS.is_working_day(local.date())
    assert local.time() in HOURS.gather_at


@settings(derandomize=True, deadline=None)
@given(dates, st.integers(0, 60))
def test_working_days_add_up_and_count_back(today: date, ahead: int) -> None:
    middle, end = today + timedelta(days=ahead // 2), today + timedelta(days=ahead)

    left = DAYS.working_days_left(today, end)

    assert left == DAYS.working_days_left(today, middle) + DAYS.working_days_left(middle, end)
    assert DAYS.working_days_left(end, today) == -left


@settings(derandomize=True, deadline=None)
@given(dates, st.integers(0, 400))
def test_working_days_left_are_those_that_come_one_by_one(today: date, ahead: int) -> None:
    until = today + timedelta(days=ahead)

    counted = sum(DAYS.is_working_day(today + timedelta(days=n)) for n in range(1, ahead + 1))

    assert DAYS.working_days_left(today, until) == counted


@pytest.mark.parametrize(
    ("day", "works"),
    [
        (date(2026, 11, 23), True),
        (date(2026, 11, 28), False),  # Saturday
        (date(2026, 12, 25), False),  # Christmas
        (date(2027, 4, 27), False),  # King's day
        (date(2026, 4, 3), False),  # Good Friday, a day off by configuration
        (date(2026, 12, 22), True),  # a recess is no holiday
    ],
)
def test_weekends_public_holidays_and_configured_days_are_no_working_days(day: date, works: bool) -> None:
    assert DAYS.is_working_day(day) is works


def test_in_recess_messages_gather_once_a_week_on_the_first_working_day() -> None:
    before_christmas = datetime(2026, 12, 22, 8, tzinfo=UTC)

    gathered = next_gather_moment(before_christmas, HOURS, DAYS)

    assert gathered == dutch_instant(date(2026, 12, 28), time(9))


def test_parliament_sits_on_its_weekdays_outside_recess_and_holidays() -> None:
    days = [date(2026, 11, 24), date(2026, 11, 27), date(2026, 12, 22)]

    assert [CALENDARS.is_sitting_day(day) for day in days] == [True, False, False]


@pytest.mark.parametrize(
    ("clock", "utc"),
    [
        (datetime(2026, 3, 29, 1, 30, tzinfo=AMSTERDAM), datetime(2026, 3, 29, 0, 30, tzinfo=UTC)),
        (datetime(2026, 3, 29, 3, 30, tzinfo=AMSTERDAM), datetime(2026, 3, 29, 1, 30, tzinfo=UTC)),
        (datetime(2026, 10, 25, 2, 30, tzinfo=AMSTERDAM), datetime(2026, 10, 25, 0, 30, tzinfo=UTC)),
    ],
)
def test_dutch_time_around_the_change_of_the_clocks(clock: datetime, utc: datetime) -> None:
    assert dutch_instant(clock.date(), clock.time()) == utc


@pytest.mark.parametrize("day", [date(2026, 3, 29), date(2026, 10, 25), date(2026, 7, 1)])
def test_a_closing_day_lasts_until_its_last_dutch_second(day: date) -> None:
    last = end_of_dutch_day(day)

    assert dutch_date(last) == day
    assert dutch_date(last + timedelta(seconds=1)) == day + timedelta(days=1)


def test_a_naive_instant_is_refused_because_its_zone_would_be_a_guess() -> None:
    with pytest.raises(ValueError, match="naive"):
        require_aware(datetime(2026, 1, 1))  # noqa: DTZ001


MONDAY = datetime(2026, 11, 23, 9, tzinfo=UTC)
SATURDAY = datetime(2026, 11, 28, 9, tzinfo=UTC)
RECESS = datetime(2026, 12, 22, 9, tzinfo=UTC)
MONDAY_MORNING = dutch_instant(date(2026, 11, 30), time(8))


@pytest.mark.parametrize(
    ("now", "urgent", "at_once", "first_read", "form", "leaves"),
    [
        (MONDAY, False, True, False, Form.CARD, MONDAY),
        (SATURDAY, False, True, False, Form.CARD, MONDAY_MORNING),
        (MONDAY, False, False, False, Form.GATHERED, dutch_instant(date(2026, 11, 23), time(13))),
        (MONDAY, True, False, False, Form.CARD, MONDAY),
        (RECESS, False, True, False, Form.GATHERED, dutch_instant(date(2026, 12, 28), time(9))),
        (RECESS, True, True, False, Form.CARD, RECESS),
        (MONDAY, True, True, True, Form.GATHERED, MONDAY),
    ],
)
def test_how_and_when_an_audience_is_told(
    now: datetime, urgent: bool, at_once: bool, first_read: bool, form: Form, leaves: datetime
) -> None:
    plan = plan_announcement(
        now=now,
        urgent=urgent,
        at_once=at_once,
        first_read=first_read,
        due_at=None,
        hours=HOURS,
        calendar=DAYS,
    )

    assert (plan.form, plan.not_before) == (form, leaves)


@pytest.mark.parametrize(
    ("hours_left", "leaves"), [(23, SATURDAY), (25, MONDAY_MORNING), (-1, MONDAY_MORNING)]
)
def test_only_what_is_due_within_a_day_breaks_the_quiet(hours_left: int, leaves: datetime) -> None:
    due = SATURDAY + timedelta(hours=hours_left)

    assert urgent_moment(SATURDAY, due, HOURS, DAYS) == leaves
