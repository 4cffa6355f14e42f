from datetime import UTC, datetime, timedelta

import pytest

from g40flow.sandbox.clock import SandboxClock

NOON = datetime(2026, 11, 23, 12, tzinfo=UTC)


def test_the_clock_ticks_with_real_time_from_its_start() -> None:
    seconds = [100.0]
    clock = SandboxClock(NOON, monotonic=lambda: seconds[0])

    seconds[0] += 90

    assert clock.now() == NOON + timedelta(seconds=90)


def test_the_clock_goes_on_ticking_after_it_was_set_and_advanced() -> None:
    seconds = [0.0]
    clock = SandboxClock(NOON, monotonic=lambda: seconds[0])

    seconds[0] = 5
    clock.set(NOON + timedelta(days=1))
    clock.advance(timedelta(hours=-2))
    seconds[0] = 6

    assert clock.now() == NOON + timedelta(hours=22, seconds=1)


def test_without_a_start_the_clock_shows_the_real_time() -> None:
    before = datetime.now(UTC)

    shown = SandboxClock().now()

    assert before <= shown <= datetime.now(UTC)


def test_a_naive_moment_is_refused() -> None:
    with pytest.raises(ValueError, match="naive"):
        SandboxClock(datetime(2026, 11, 23))  # noqa: DTZ001 - the point of the test
