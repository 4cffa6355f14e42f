from datetime import UTC, date, datetime, timedelta

from hypothesis import given, settings
from hypothesis import strategies as st

from g40flow.domain.coverage import (
    DayKind,
    DayTotals,
    Expectation,
    ExpectedOn,
    Healed,
    Listed,
    Look,
    Span,
    Verdict,
    day_span,
    day_totals,
    days_between,
    episode_of,
    gap_changes,
    good_looks_needed,
    is_too_quiet,
    unreached,
    verdict_on,
)

NOON = datetime(2026, 11, 23, 12, 0, tzinfo=UTC)
HOUR = timedelta(hours=1)
SITTING = DayKind(is_working=True, is_sitting=True)
RECESS = DayKind(is_working=True, is_sitting=False)
SUNDAY = DayKind(is_working=False, is_sitting=False)


def look(hours: float, *, reached: bool = True, why: str = "") -> Look:
    return Look(at=NOON + hours * HOUR, reached=reached, why=why)


def window(from_hours: float, until_hours: float) -> Span:
    return Span(from_at=NOON + from_hours * HOUR, until_at=NOON + until_hours * HOUR)


def test_a_publisher_that_was_looked_at_in_time_was_reached() -> None:
    looks = [look(hour) for hour in range(-1, 12)]

    assert unreached(looks, window(0, 12), HOUR) == ()


def test_a_missing_night_runs_from_the_look_that_was_due_until_the_next_good_one() -> None:
    looks = [look(0), look(5, reached=False, why="502"), look(6, reached=False, why="504"), look(9)]

    [night] = unreached(looks, window(0, 10), HOUR)

    assert night.span == window(1, 9)
    assert (night.looks, night.why) == (2, "504")


def test_a_stretch_that_began_before_the_window_counts_from_its_begin() -> None:
    [night] = unreached([look(-20), look(5)], window(0, 6), HOUR)

    assert night.span == window(0, 5)


def test_a_look_that_is_still_to_come_leaves_the_end_of_the_window_unreached() -> None:
    [now] = unreached([look(0)], window(0, 8), HOUR)

    assert now.span == window(1, 8)


def test_before_the_first_look_there_was_nothing_to_miss() -> None:
    assert unreached([look(20), look(21)], window(0, 22), HOUR) == ()


def test_a_publisher_that_never_answered_is_unreached_since_the_first_try() -> None:
    [never] = unreached([look(2, reached=False), look(8, reached=False)], window(0, 9), HOUR)

    assert never.span == window(2, 9)


@settings(derandomize=True, deadline=None)
@given(st.lists(st.tuples(st.integers(-400, 2000), st.booleans()), max_size=30))
def test_what_is_unreached_has_no_good_look_in_it_and_what_is_not_has_one_nearby(
    moments: list[tuple[int, bool]],
) -> None:
    looks = [Look(at=NOON + timedelta(minutes=m), reached=ok) for m, ok in moments]
    day = window(0, 24)

    found = unreached(looks, day, HOUR)

    good = [one.at for one in looks if one.reached]
    assert all(not any(s.span.from_at < at < s.span.until_at for at in good) for s in found)
    assert all(s.span.length > timedelta(0) for s in found)
    assert all(day.from_at <= s.span.from_at and s.span.until_at <= day.until_at for s in found)
    if looks and min(looks, key=lambda one: one.at).reached:
        for minute in range(0, 24 * 60, 30):
            moment = NOON + timedelta(minutes=minute)
            if moment < min(good):
                continue
            inside = any(s.span.from_at <= moment < s.span.until_at for s in found)
            near = any(timedelta(0) <= abs(moment - at) <= 3 * HOUR for at in good)
            assert inside or near


def test_a_day_adds_up_and_shows_its_longest_pause() -> None:
    day = day_span(date(2026, 11, 23))
    looks = [
        Look(at=day.from_at + 2 * HOUR, reached=True, requests=2, pages=1, records=30, new=3, changed=1),
        Look(at=day.from_at + 5 * HOUR, reached=False, requests=4),
        Look(at=day.from_at + 20 * HOUR, reached=True, requests=1, gone=1),
    ]

    totals = day_totals(looks, day)

    assert (totals.looks, totals.good, totals.requests, totals.records) == (3, 2, 7, 30)
    assert (totals.new, totals.changed, totals.gone) == (3, 1, 1)
    assert totals.longest_pause == 18 * HOUR


def test_a_day_has_one_hour_less_when_summer_time_begins() -> None:
    assert day_span(date(2026, 3, 29)).length == 23 * HOUR
    assert days_between(day_span(date(2026, 3, 29)).from_at, day_span(date(2026, 3, 30)).until_at) == [
        date(2026, 3, 29),
        date(2026, 3, 30),
    ]


LIVELY = Expectation(on=ExpectedOn.SITTING_DAYS, at_least=50, quiet_days=2)


def brought(records: int, good: int = 100) -> DayTotals:
    return DayTotals(looks=100, good=good, new=records)


def test_a_sitting_day_with_less_than_expected_is_too_little_once_it_is_over() -> None:
    assert verdict_on(brought(3), SITTING, LIVELY, is_over=True) is Verdict.TOO_LITTLE
    assert verdict_on(brought(3), SITTING, LIVELY, is_over=False) is Verdict.NOT_OVER
    assert verdict_on(brought(50), SITTING, LIVELY, is_over=False) is Verdict.ENOUGH


def test_in_a_recess_and_on_a_sunday_parliament_need_not_bring_anything() -> None:
    assert verdict_on(brought(0), RECESS, LIVELY, is_over=True) is Verdict.NOT_EXPECTED
    assert verdict_on(brought(0), SUNDAY, LIVELY, is_over=True) is Verdict.NOT_EXPECTED


def test_of_a_day_on_which_nobody_got_through_nothing_can_be_said() -> None:
    assert verdict_on(brought(0, good=0), SITTING, LIVELY, is_over=True) is Verdict.NOT_REACHED


def test_two_empty_sitting_days_are_too_quiet_whatever_lies_between() -> None:
    assert is_too_quiet([(brought(0), SITTING), (brought(0), SUNDAY), (brought(0), SITTING)], LIVELY)
    assert not is_too_quiet([(brought(0), SITTING), (brought(1), SUNDAY), (brought(0), SITTING)], LIVELY)
    assert not is_too_quiet([(brought(0), RECESS)] * 30, LIVELY)


def test_a_day_on_which_the_publisher_was_down_does_not_make_it_quiet() -> None:
    assert not is_too_quiet([(brought(0, good=0), SITTING), (brought(0), SITTING)], LIVELY)


def test_trouble_that_comes_back_within_a_day_is_told_less_and_less() -> None:
    assert episode_of(3, NOON - HOUR, NOON) == 4
    assert episode_of(3, NOON - 25 * HOUR, NOON) == 1
    assert episode_of(0, None, NOON) == 1
    assert [good_looks_needed(n) for n in (1, 2, 3, 4, 5, 60)] == [1, 2, 4, 8, 16, 16]


def test_every_gap_is_opened_once_and_closed_with_its_reason() -> None:
    listed = [Listed(identifier=name) for name in ("new", "quick", "known", "read", "came", "held")]

    changes = gap_changes(
        listed,
        held={"came", "held"},
        was_open={"known", "read", "came", "gone"},
        read_again={"read", "quick"},
    )

    assert [one.identifier for one in changes.opened] == ["new", "quick"]
    assert changes.still_open == ("known",)
    assert changes.closed == (
        ("came", Healed.CAME_BY_ITSELF),
        ("gone", Healed.NO_LONGER_LISTED),
        ("quick", Healed.READ_AGAIN),
        ("read", Healed.READ_AGAIN),
    )


@settings(derandomize=True, deadline=None)
@given(*[st.sets(st.sampled_from("abcdefgh"))] * 4)
def test_afterwards_exactly_what_is_listed_and_still_lacking_is_open(
    shown: set[str], held: set[str], was_open: set[str], read_again: set[str]
) -> None:
    changes = gap_changes([Listed(identifier=name) for name in shown], held, was_open, read_again)

    opened = {one.identifier for one in changes.opened}
    closed = {name for name, _ in changes.closed}
    assert (was_open | opened) - closed == shown - held - read_again
    assert set(changes.still_open) == was_open & (shown - held - read_again)
