"""How a choice of somebody works out for one message, whatever the hour."""

from dataclasses import replace
from datetime import UTC, date, datetime, time, timedelta
from itertools import product

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from g40flow.config.calendar import load_calendars
from g40flow.domain.instants import AMSTERDAM
from g40flow.domain.preferences import (
    DIGESTS,
    TOPICS,
    USUAL,
    Absence,
    Gathering,
    Handling,
    Notice,
    Pace,
    Preferences,
    QuietHours,
    Topic,
    Verdict,
    Why,
    judge,
    topic_of,
)
from g40flow.resources import resource
from tests.conftest import MONDAY

CALENDARS = load_calendars(resource("config"))
NIGHT = QuietHours(from_clock=time(18), until_clock=time(8, 30))
MUST_ARRIVE = (Topic.DECISION, Topic.OBJECTION, Topic.CLOSING, Topic.CALL)
AWAY = Absence(from_on=date(2026, 11, 20), until_on=date(2026, 11, 27), deputy="kim")


def judged(notice: Notice, wanted: Preferences, now: datetime = MONDAY) -> Verdict:
    return judge(notice, wanted, now, hours=CALENDARS.sending, calendar=CALENDARS.working)


def choosing(pace: Pace, *topics: Topic) -> Preferences:
    return Preferences(paces=dict.fromkeys(((topic, "") for topic in topics or Topic), pace))


moments = st.datetimes(datetime(2026, 1, 1), datetime(2028, 1, 1), timezones=st.just(UTC))  # noqa: DTZ001
clocks = st.times().map(lambda clock: clock.replace(second=0, microsecond=0))
quiets = st.builds(
    lambda pair, days: QuietHours(from_clock=pair[0], until_clock=pair[1], weekdays=days),
    st.tuples(clocks, clocks).filter(lambda pair: pair[0] != pair[1]) | st.just((None, None)),
    st.frozensets(st.integers(0, 6), max_size=6),
)
absences = st.builds(
    lambda first, days, deputy: Absence(from_on=first, until_on=first + timedelta(days=days), deputy=deputy),
    st.dates(date(2026, 1, 1), date(2027, 12, 1)),
    st.integers(0, 40),
    st.sampled_from(["", "kim"]),
)
paces = st.dictionaries(
    st.tuples(st.sampled_from(Topic), st.sampled_from(["", "woningmarkt", "europa"])),
    st.sampled_from(Pace),
)
people = st.builds(
    lambda chosen, quiet, absence: Preferences(paces=chosen, quiet=quiet, absence=absence),
    paces,
    quiets,
    st.none() | absences,
)
notices = st.builds(
    lambda topic, group, urgent, due, covered, gathering: Notice(
        topic=topic, group=group, urgent=urgent, due_at=due, is_covered=covered, gathering=gathering
    ),
    st.none() | st.sampled_from(Topic),
    st.sampled_from(["", "woningmarkt"]),
    st.booleans(),
    st.none() | moments,
    st.booleans(),
    st.none() | st.sampled_from(Gathering),
)


@settings(derandomize=True, deadline=None)
@given(notices, people, moments)
def test_what_needs_a_decision_is_never_dropped_nor_put_in_a_daily_or_weekly_list(
    notice: Notice, wanted: Preferences, now: datetime
) -> None:
    found = judged(notice, wanted, now)

    if notice.topic in MUST_ARRIVE and notice.gathering is None:
        assert found.handling is not Handling.DROP
        assert found.gathering in (None, Gathering.RETURN)
        assert found.gathering is None or notice.is_covered


@settings(derandomize=True, deadline=None)
@given(notices, people, moments)
def test_what_waits_leaves_later_within_weeks_and_not_in_the_quiet(
    notice: Notice, wanted: Preferences, now: datetime
) -> None:
    found = judged(notice, wanted, now)

    assert (found.until is None) == (found.handling in (Handling.SEND, Handling.DROP))
    assert (found.gathering is None) == (found.handling is not Handling.GATHER)
    if found.until is not None:
        assert now < found.until < now + timedelta(days=70)
        assert wanted.quiet.end_of_quiet(found.until) == found.until


@settings(derandomize=True, deadline=None)
@given(quiets, moments)
def test_quiet_always_ends_within_a_week_also_over_the_clock_changes(
    quiet: QuietHours, now: datetime
) -> None:
    end = quiet.end_of_quiet(now)

    assert now <= end <= now + timedelta(days=7, hours=1)
    assert quiet.end_of_quiet(end) == end
    assert end.astimezone(AMSTERDAM).weekday() not in quiet.weekdays


@settings(derandomize=True, deadline=None)
@given(notices, people, moments)
def test_nothing_that_is_urgent_waits_until_it_is_too_late(
    notice: Notice, wanted: Preferences, now: datetime
) -> None:
    found = judged(notice, wanted, now)

    if found.why is Why.QUIET and notice.urgent:
        assert found.until is not None
        assert notice.due_at is not None
        assert notice.due_at < now or notice.due_at > found.until


@settings(derandomize=True, deadline=None)
@given(notices, people, moments)
def test_judging_again_when_it_may_leave_sends_or_gathers_but_does_not_hold_forever(
    notice: Notice, wanted: Preferences, now: datetime
) -> None:
    moment = now
    for _ in range(4):
        found = judged(notice, wanted, moment)
        if found.handling is not Handling.HOLD:
            return
        assert found.until is not None
        moment = found.until
    raise AssertionError(f"still held: {found}")


@pytest.mark.parametrize(("topic", "pace"), list(product(Topic, Pace)))
def test_a_choice_counts_only_where_the_topic_leaves_it(topic: Topic, pace: Pace) -> None:
    found = choosing(pace, topic).pace(topic)

    assert found is (pace if pace in TOPICS[topic].choices else TOPICS[topic].usual)


def test_everybody_who_never_chose_hears_everything_at_once() -> None:
    for topic in Topic:
        assert judged(Notice(topic=topic, is_digest=topic in DIGESTS), USUAL).handling is Handling.SEND


def test_a_choice_for_a_group_goes_before_the_one_for_all() -> None:
    wanted = Preferences(paces={(Topic.DOSSIER, ""): Pace.OFF, (Topic.DOSSIER, "woningmarkt"): Pace.WEEKLY})

    assert judged(Notice(topic=Topic.DOSSIER, group="europa"), wanted).handling is Handling.DROP
    assert judged(Notice(topic=Topic.DOSSIER, group="woningmarkt"), wanted).gathering is Gathering.WEEKLY


def test_the_daily_list_leaves_the_next_working_morning_and_the_weekly_one_on_monday() -> None:
    friday = datetime(2026, 11, 27, 14, tzinfo=UTC)
    daily = judged(Notice(topic=Topic.DOSSIER), choosing(Pace.DAILY), friday)
    weekly = judged(Notice(topic=Topic.DOSSIER), choosing(Pace.WEEKLY), MONDAY)

    assert daily.until == datetime(2026, 11, 30, 8, tzinfo=UTC)
    assert weekly.until == datetime(2026, 11, 30, 8, tzinfo=UTC)


def test_quiet_hours_hold_what_can_wait_and_let_through_what_cannot() -> None:
    evening = datetime(2026, 11, 23, 19, tzinfo=UTC)
    wanted = replace(USUAL, quiet=NIGHT)
    usual = Notice(topic=Topic.DECISION, urgent=True)

    assert judged(Notice(topic=Topic.DOSSIER), wanted, evening) == Verdict(
        handling=Handling.HOLD, why=Why.QUIET, until=datetime(2026, 11, 24, 7, 30, tzinfo=UTC)
    )
    assert judged(usual, wanted, evening).why is Why.CANNOT_WAIT
    next_week = replace(usual, due_at=evening + timedelta(days=6))
    assert judged(next_week, wanted, evening).handling is Handling.HOLD
    tomorrow = replace(usual, due_at=evening + timedelta(days=1))
    assert judged(tomorrow, wanted, evening).why is Why.CANNOT_WAIT


def test_the_personal_weekly_digest_is_sent_and_is_no_line_of_a_list() -> None:
    for topic in DIGESTS:
        digest = Notice(topic=topic, is_digest=True)
        off = Preferences(paces={(topic, ""): Pace.OFF})

        assert judged(digest, USUAL).handling is Handling.SEND
        assert judged(digest, off).why is Why.SWITCHED_OFF


def test_news_of_a_group_comes_as_soon_as_was_chosen_for_that_group_and_its_digest_as_well() -> None:
    wanted = Preferences(paces={(Topic.GROUP_NEWS, "woningmarkt"): Pace.DAILY})
    news = Notice(topic=Topic.GROUP_NEWS, group="woningmarkt")

    assert judged(news, wanted).gathering is Gathering.DAILY
    assert judged(replace(news, is_digest=True), wanted).handling is Handling.SEND


def test_who_switched_digests_off_gets_none_of_a_body_unless_it_was_chosen() -> None:
    off = {(Topic.DIGEST, ""): Pace.OFF}
    chosen = Preferences(paces={**off, (Topic.GROUP_NEWS, "woningmarkt"): Pace.WEEKLY})

    assert Preferences(paces=off).pace(Topic.BODY_DIGEST) is Pace.OFF
    assert chosen.pace(Topic.GROUP_NEWS, "woningmarkt") is Pace.WEEKLY
    assert chosen.pace(Topic.GROUP_NEWS, "europa") is Pace.OFF


def test_a_digest_is_chosen_by_what_it_is_of() -> None:
    assert topic_of("digest", {"digest": 1, "group": "woningmarkt"}) is Topic.GROUP_NEWS
    assert topic_of("digest", {"digest": 1, "body": "daily_board"}) is Topic.BODY_DIGEST
    assert topic_of("digest", {"digest": 1}) is Topic.DIGEST


def test_while_somebody_is_away_messages_wait_for_the_return_and_asks_only_if_a_deputy_has_them() -> None:
    wanted = replace(USUAL, absence=AWAY)
    back = datetime(2026, 11, 30, 8, tzinfo=UTC)

    note = judged(Notice(topic=Topic.DOSSIER), wanted)
    covered = judged(Notice(topic=Topic.DECISION, is_covered=True), wanted)
    alone = judged(Notice(topic=Topic.DECISION), wanted)

    assert (note.gathering, note.until) == (Gathering.RETURN, back)
    assert (covered.gathering, covered.why) == (Gathering.RETURN, Why.AWAY)
    assert (alone.handling, alone.why) == (Handling.SEND, Why.NOBODY_ELSE)
    assert judged(Notice(topic=None), wanted).handling is Handling.SEND


def test_a_list_that_was_begun_before_an_absence_waits_for_the_return() -> None:
    wanted = replace(USUAL, absence=AWAY)

    assert judged(Notice(topic=None, gathering=Gathering.DAILY), wanted).why is Why.AWAY
    assert judged(Notice(topic=None, gathering=Gathering.RETURN), wanted).handling is Handling.SEND


@pytest.mark.parametrize("hours", [(time(8), time(8)), (time(8), None), (None, time(8))])
def test_quiet_hours_that_never_end_are_refused(hours: tuple[time | None, time | None]) -> None:
    with pytest.raises(ValueError, match="two different times"):
        QuietHours(from_clock=hours[0], until_clock=hours[1])


def test_a_week_without_a_day_for_messages_is_refused() -> None:
    with pytest.raises(ValueError, match="weekdays"):
        QuietHours(weekdays=frozenset(range(7)))


def test_a_closing_term_and_an_objection_are_more_than_others_of_their_kind() -> None:
    assert topic_of("deadline_reminder", {"urging": "step_due"}) is Topic.STEP
    assert topic_of("deadline_reminder", {"urging": "closing"}) is Topic.CLOSING
    assert topic_of("dossier_note", {"sequence": 3}) is Topic.DOSSIER
    assert topic_of("dossier_note", {"sequence": 3, "objection": True}) is Topic.OBJECTION
    assert topic_of("sign_in_link") is None
