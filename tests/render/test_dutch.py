"""Days and hours in Dutch, in Dutch time."""

from datetime import UTC, date, datetime

import pytest

from g40flow.render import dutch

TODAY = date(2026, 11, 20)


def test_days_are_written_in_full_or_short() -> None:
    assert dutch.long_day(date(2026, 12, 17)) == "donderdag 17 december 2026"
    assert dutch.short_day(date(2026, 3, 5), TODAY) == "do 5 mrt"


def test_a_short_day_in_another_year_names_the_year() -> None:
    assert dutch.short_day(date(2027, 1, 4), TODAY) == "ma 4 jan 2027"


@pytest.mark.parametrize(
    ("moment", "shown"),
    [
        (datetime(2026, 11, 23, 8, 0, tzinfo=UTC), "ma 23 nov 09:00 uur"),
        (datetime(2026, 10, 25, 0, 30, tzinfo=UTC), "zo 25 okt 02:30 uur"),
        (datetime(2026, 10, 25, 1, 30, tzinfo=UTC), "zo 25 okt 02:30 uur"),
        (datetime(2026, 3, 29, 1, 0, tzinfo=UTC), "zo 29 mrt 03:00 uur"),
        (datetime(2026, 11, 22, 23, 30, tzinfo=UTC), "ma 23 nov 00:30 uur"),
    ],
)
def test_moments_are_shown_on_a_dutch_clock(moment: datetime, shown: str) -> None:
    assert dutch.short_moment(moment, TODAY) == shown


def test_a_meeting_shows_its_end_on_the_same_day_only() -> None:
    start = datetime(2026, 11, 24, 9, 0, tzinfo=UTC)

    assert dutch.long_moment(start, datetime(2026, 11, 24, 12, 0, tzinfo=UTC)) == (
        "dinsdag 24 november 2026, 10:00–13:00 uur"
    )
    assert dutch.long_moment(start, datetime(2026, 11, 25, 12, 0, tzinfo=UTC)) == (
        "dinsdag 24 november 2026, 10:00 uur"
    )
    assert dutch.long_moment(start) == "dinsdag 24 november 2026, 10:00 uur"


def test_a_naive_moment_is_refused() -> None:
    naive = datetime(2026, 11, 24, 9, 0)  # noqa: DTZ001 - that is what is tested

    with pytest.raises(ValueError, match="aware"):
        dutch.short_moment(naive, TODAY)
