from datetime import UTC, date, datetime, time, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from g40flow.sources.tweedekamer.quiet_feed import QuietLimit, is_silently_stale, working_time_between

HOLIDAY = date(2026, 5, 25)  # Whit Monday
LIMIT = QuietLimit(
    is_sitting_day=lambda day: day.weekday() < 4 and day != HOLIDAY,
    opens=time(9),
    closes=time(17),
    working_time=timedelta(hours=6),
)


@pytest.mark.parametrize(
    ("since", "until", "hours"),
    [
        ("2026-05-20T08:00", "2026-05-20T10:30", 2.5),  # Wednesday 10:00 to 12:30
        ("2026-05-20T14:00", "2026-05-21T08:00", 2.0),  # an hour before closing, an hour after opening
        ("2026-05-21T15:00", "2026-05-25T20:00", 0.0),  # weekend and holiday
        ("2026-05-21T14:00", "2026-05-26T09:00", 3.0),
        ("2026-03-26T15:00", "2026-03-30T09:00", 3.0),  # before and after summer time begins
        ("2026-05-20T10:00", "2026-05-20T09:00", 0.0),
    ],
)
def test_only_working_hours_of_sitting_days_count(since: str, until: str, hours: float) -> None:
    start, end = (datetime.fromisoformat(text).replace(tzinfo=UTC) for text in (since, until))

    assert working_time_between(start, end, LIMIT) == timedelta(hours=hours)


def test_a_feed_is_stale_when_it_was_silent_longer_than_the_limit() -> None:
    newest = datetime(2026, 5, 20, 7, tzinfo=UTC)

    assert not is_silently_stale(newest, newest + timedelta(hours=6), LIMIT)
    assert is_silently_stale(newest, newest + timedelta(hours=6, minutes=1), LIMIT)


def test_a_feed_that_was_never_read_is_not_stale() -> None:
    assert not is_silently_stale(None, datetime(2026, 5, 20, tzinfo=UTC), LIMIT)


def test_a_silence_of_years_is_counted_quickly() -> None:
    assert is_silently_stale(datetime(2008, 1, 1, tzinfo=UTC), datetime(2026, 5, 20, tzinfo=UTC), LIMIT)


@settings(derandomize=True)
@given(st.integers(0, 60 * 24 * 30), st.integers(0, 60 * 24 * 5), st.integers(0, 60 * 24 * 5))
def test_silence_only_grows_and_adds_up(start: int, first: int, second: int) -> None:
    since = datetime(2026, 5, 1, tzinfo=UTC) + timedelta(minutes=start)
    middle = since + timedelta(minutes=first)
    until = middle + timedelta(minutes=second)

    total = working_time_between(since, until, LIMIT)

    assert total == working_time_between(since, middle, LIMIT) + working_time_between(middle, until, LIMIT)
