"""Who is asked in a call for input, when they are chased, and what the cities said."""

from datetime import UTC, date, datetime, time, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from g40flow.config.calendar import load_calendars
from g40flow.config.network import load_network
from g40flow.domain.dossier.calls import (
    LONGEST_ANSWER,
    AnswerKind,
    Asked,
    Audience,
    ChaseLevel,
    Reply,
    TermProblem,
    chase_moments,
    checked_reply,
    cities_asked,
    closing_clock,
    coordinators_of,
    due_chase,
    summarise,
    term_problem,
    usual_closing,
)
from g40flow.domain.errors import InvalidInput
from g40flow.domain.instants import AMSTERDAM, dutch_date, dutch_instant
from g40flow.resources import resource

CALENDARS = load_calendars(resource("config"))
HOURS, DAYS = CALENDARS.sending, CALENDARS.working
NETWORK = load_network(resource("config"))
TODAY = date(2026, 11, 23)
MONDAY = datetime(2026, 11, 23, 9, 0, tzinfo=UTC)

moments = st.datetimes(datetime(2026, 1, 1), datetime(2027, 12, 1), timezones=st.just(UTC))  # noqa: DTZ001


# --- who is asked -------------------------------------------------------------------------------


def test_all_is_every_city_of_the_network_in_its_order() -> None:
    asked = cities_asked(NETWORK, Asked(audience=Audience.ALL), TODAY)

    assert len(asked) == 41
    assert asked == tuple(city.slug for city in NETWORK.cities)


def test_group_members_are_the_cities_that_people_of_the_groups_work_for() -> None:
    asked = cities_asked(NETWORK, Asked(audience=Audience.GROUP_MEMBERS, theme_groups=["woningmarkt"]), TODAY)

    assert "delft" in asked  # the city of the secretary
    assert 1 <= len(asked) < 10


def test_chosen_and_pilot_cities_come_in_order_without_strangers_or_doubles() -> None:
    named = ["zwolle", "rotterdam", "almere", "zwolle"]

    chosen = cities_asked(NETWORK, Asked(audience=Audience.CHOSEN, chosen=named), TODAY)
    pilot = cities_asked(NETWORK, Asked(audience=Audience.PILOT, pilot=named), TODAY)

    assert chosen == pilot == ("almere", "zwolle")


def test_every_city_has_somebody_who_answers() -> None:
    assert [city.slug for city in NETWORK.cities if not coordinators_of(NETWORK, city.slug, TODAY)] == []


# --- the term -----------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("closes_at", "problem"),
    [
        (MONDAY, TermProblem.PAST),
        (MONDAY + timedelta(minutes=1), None),
        (dutch_instant(date(2026, 12, 1), time(23, 59)), None),
        (dutch_instant(date(2026, 12, 2), time(0, 0)), TermProblem.AFTER_PLAN),
        (dutch_instant(date(2026, 12, 18), time(17)), TermProblem.AFTER_PLAN),
        (dutch_instant(date(2026, 12, 19), time(0)), TermProblem.AFTER_TERM),
    ],
)
def test_a_call_closes_in_the_future_within_the_term_and_preferably_within_the_plan(
    closes_at: datetime, problem: TermProblem | None
) -> None:
    found = term_problem(
        closes_at,
        now=MONDAY,
        planned_on=date(2026, 12, 1),
        last_instant=dutch_instant(date(2026, 12, 18), time(23, 59, 59)),
    )

    assert found is problem


def test_without_plan_or_term_every_later_instant_will_do() -> None:
    far = MONDAY + timedelta(days=900)

    assert term_problem(far, now=MONDAY, planned_on=None, last_instant=None) is None


def test_a_closing_is_proposed_on_a_working_day_and_shown_as_typed() -> None:
    proposed = usual_closing(date(2026, 12, 6), DAYS)  # a Sunday

    assert closing_clock(proposed) == (date(2026, 12, 4), time(17))


# --- chasing ------------------------------------------------------------------------------------


def test_a_call_of_two_weeks_is_chased_halfway_two_days_before_and_on_the_last_day() -> None:
    closes_at = dutch_instant(date(2026, 12, 4), time(17))

    found = chase_moments(MONDAY, closes_at, HOURS, DAYS)

    assert [(m.level, dutch_date(m.at)) for m in found] == [
        (ChaseLevel.HALFWAY, date(2026, 11, 30)),
        (ChaseLevel.TWO_DAYS, date(2026, 12, 2)),
        (ChaseLevel.LAST_DAY, date(2026, 12, 4)),
    ]


def test_who_must_answer_before_people_wake_hears_of_it_the_day_before() -> None:
    closes_at = dutch_instant(date(2026, 12, 4), time(7))

    assert dutch_date(chase_moments(MONDAY, closes_at, HOURS, DAYS)[-1].at) == date(2026, 12, 3)


def test_a_call_of_a_day_is_not_chased_on_the_day_it_began() -> None:
    assert chase_moments(MONDAY, dutch_instant(TODAY, time(17)), HOURS, DAYS) == ()


@settings(derandomize=True, deadline=None)
@given(moments, st.integers(0, 60 * 24 * 60))
def test_reminders_climb_within_term_and_hours_and_never_come_twice_a_day(
    since: datetime, minutes: int
) -> None:
    closes_at = since + timedelta(minutes=minutes)

    found = chase_moments(since, closes_at, HOURS, DAYS)

    days = [dutch_date(moment.at) for moment in found]
    levels = [moment.level for moment in found]
    assert days == sorted(set(days))
    assert levels == [level for level in ChaseLevel if level in levels]
    for moment in found:
        local = moment.at.astimezone(AMSTERDAM)
        assert since < moment.at < closes_at
        assert DAYS.is_working_day(local.date())
        assert local.time() == HOURS.opens
        assert local.date() > dutch_date(since)


@settings(derandomize=True, deadline=None)
@given(moments, st.integers(0, 60), st.integers(0, 60 * 24))
def test_the_last_reminder_that_is_due_counts_and_missed_ones_are_not_made_up(
    since: datetime, days: int, hours: int
) -> None:
    found = chase_moments(since, since + timedelta(days=days), HOURS, DAYS)

    due = due_chase(found, since + timedelta(hours=hours))

    come = [moment for moment in found if moment.at <= since + timedelta(hours=hours)]
    assert due == (come[-1] if come else None)


# --- answers ------------------------------------------------------------------------------------


def test_what_does_not_belong_to_a_reply_falls_away() -> None:
    given_reply = Reply(
        kind=AnswerKind.SUPPORT,
        answers={"q1": "ja", "q9": "nooit gevraagd", "q2": ""},
        publish_example=True,
        mention_dissent=True,
    )

    checked = checked_reply(given_reply, ["q1", "q2"])

    assert checked == Reply(kind=AnswerKind.SUPPORT, answers={"q1": "ja"})


def test_an_example_keeps_its_consent_and_dissent_its_wish() -> None:
    reply = Reply(
        kind=AnswerKind.DISSENT,
        answers={},
        remark="Wij zien dit anders.",
        example="In onze stad ging het mis.",
        publish_example=True,
        mention_dissent=True,
    )

    assert checked_reply(reply, []) == reply


@pytest.mark.parametrize(
    ("reply", "code", "field"),
    [
        (Reply(kind=AnswerKind.INPUT, answers={}), "no_input", "kind"),
        (Reply(kind=AnswerKind.DISSENT, answers={"q1": "nee"}), "no_dissent", "remark"),
        (Reply(kind=AnswerKind.INPUT, answers={"q1": "x" * (LONGEST_ANSWER + 1)}), "long", "answer_q1"),
        (Reply(kind=AnswerKind.INPUT, answers={}, figures="x" * (LONGEST_ANSWER + 1)), "long", "figures"),
        (
            Reply(
                kind=AnswerKind.INPUT,
                answers={f"q{n}": "x" * LONGEST_ANSWER for n in range(1, 5)},
                remark="x",
            ),
            "long_together",
            "",
        ),
    ],
)
def test_a_reply_that_cannot_be_used_names_the_field(reply: Reply, code: str, field: str) -> None:
    with pytest.raises(InvalidInput) as refused:
        checked_reply(reply, ["q1", "q2", "q3", "q4"])

    assert (refused.value.code, refused.value.field) == (code, field)


def test_a_summary_says_who_said_what_and_how_many_are_lacking() -> None:
    kinds = {
        "almere": AnswerKind.INPUT,
        "zwolle": AnswerKind.DISSENT,
        "rotterdam": AnswerKind.INPUT,  # was not asked
    }

    summary = summarise(["almere", "delft", "oss", "zwolle"], kinds, minimum=3)

    assert summary.by_kind[AnswerKind.INPUT] == ("almere",)
    assert summary.count(AnswerKind.DISSENT) == 1
    assert summary.silent == ("delft", "oss")
    assert (summary.asked, summary.answered, summary.missing) == (4, 2, 1)


@settings(derandomize=True, deadline=None)
@given(
    st.lists(st.sampled_from("abcdefgh"), unique=True),
    st.dictionaries(st.sampled_from("abcdefghxyz"), st.sampled_from(AnswerKind)),
    st.integers(0, 20),
)
def test_every_city_asked_is_counted_exactly_once(
    cities: list[str], kinds: dict[str, AnswerKind], minimum: int
) -> None:
    summary = summarise(cities, kinds, minimum)

    counted = [*summary.silent, *(city for said in summary.by_kind.values() for city in said)]
    assert sorted(counted) == sorted(cities)
    assert summary.missing == max(0, min(minimum, len(cities)) - summary.answered)
