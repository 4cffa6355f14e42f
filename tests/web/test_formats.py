from datetime import UTC, datetime

import pytest

from g40flow.render.dutch import number
from g40flow.web.formats import ago, local_iso, percent, signed

NOW = datetime(2026, 10, 25, 1, 30, tzinfo=UTC)  # the second half past two of that night


def test_machines_read_which_of_two_equal_hours_is_meant() -> None:
    assert local_iso(NOW) == "2026-10-25T02:30:00+01:00"
    assert local_iso(NOW.replace(hour=0)) == "2026-10-25T02:30:00+02:00"


def test_how_long_ago_is_said_in_dutch() -> None:
    assert ago(NOW.replace(minute=18), NOW) == "12 minuten geleden"


@pytest.mark.parametrize(("weight", "shown"), [(2.6, "+2,6"), (-0.5, "−0,5"), (0, "+0,0"), (1.25, "+1,25")])
def test_a_weight_says_for_or_against(weight: float, shown: str) -> None:
    assert signed(weight) == shown


def test_an_estimate_is_never_a_hundred_percent() -> None:
    assert percent(0.87) == "87 %"
    assert percent(1.0) == "99 %"


def test_large_numbers_have_dots() -> None:
    assert number(1234567) == "1.234.567"


def test_a_moment_without_a_zone_is_refused() -> None:
    with pytest.raises(ValueError, match="aware"):
        local_iso(datetime(2026, 1, 1))  # noqa: DTZ001 - that is the point
