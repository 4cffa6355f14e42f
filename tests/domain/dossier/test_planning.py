"""Back-planning: by example, and what holds for every plan."""

from datetime import date, timedelta

import pytest
from hypothesis import assume, example, given, settings
from hypothesis import strategies as st

from g40flow.config.calendar import load_calendars
from g40flow.config.workflow import load_workflow
from g40flow.domain.calendar import Period
from g40flow.domain.dossier.plan import (
    Base,
    ByHand,
    Call,
    DayChange,
    Mode,
    Plan,
    PlanDay,
    PlanRules,
    PlanWarning,
    Term,
    compare_plans,
)
from g40flow.domain.dossier.planning import Days, back_plan, planned_stages
from g40flow.domain.dossier.workflow import Stage
from g40flow.domain.instants import AMSTERDAM, end_of_dutch_day
from g40flow.resources import resource

CALENDARS = load_calendars(resource("config"))
CALENDAR = CALENDARS.working
RULES = load_workflow(resource("config")).plan.rules()
DAYS = Days(
    working=CALENDAR,
    school_holidays=CALENDARS.school_holidays,
    network_days=CALENDARS.network_days,
)
OPENS, CLOSES = date(2026, 11, 23), date(2027, 1, 29)  # a Monday, and a Friday nearly ten weeks later


def term(opens: date | None = OPENS, closes: date | None = CLOSES, detected: date | None = None) -> Term:
    return Term(opens_on=opens, closes_on=closes, detected_on=detected or opens or OPENS)


def plan_of(given_term: Term, today: date | None = None, *, urgent: bool | None = None) -> Plan:
    return back_plan(given_term, today=today or given_term.detected_on, days=DAYS, rules=RULES, urgent=urgent)


def latest(plan: Plan, stage: Stage) -> date:
    day = plan.day_of(stage)
    assert day is not None
    return day.latest_on


def codes(plan: Plan) -> set[PlanWarning]:
    return {warned.code for warned in plan.warnings}


# --- by example ---------------------------------------------------------------------------------


def test_a_long_term_is_counted_from_opening_and_back_from_closing_over_weekends_and_holidays() -> None:
    plan = plan_of(term())

    assert plan.mode is Mode.NORMAL
    assert {day.stage: day.latest_on for day in plan.days} == {
        Stage.SIGNALED: date(2026, 11, 23),
        Stage.TRIAGE: date(2026, 11, 25),
        Stage.ROUTED: date(2026, 11, 26),
        Stage.RESPONSE_DECISION: date(2026, 11, 30),
        Stage.MEMBER_CALL: date(2027, 1, 12),
        Stage.DRAFTING: date(2027, 1, 14),
        Stage.OFFICIAL_REVIEW: date(2027, 1, 19),
        Stage.POLITICAL_REVIEW: date(2027, 1, 21),
        Stage.BOARD_APPROVAL: date(2027, 1, 26),
        Stage.READY_TO_SUBMIT: date(2027, 1, 27),
        Stage.SUBMITTED: date(2027, 1, 28),
        Stage.PUBLISHED: date(2027, 2, 3),
    }


def test_the_arithmetic_says_what_was_counted_and_which_holidays_did_not_count() -> None:
    plan = plan_of(term(date(2027, 3, 1), date(2027, 4, 2)))

    day = plan.day_of(Stage.OFFICIAL_REVIEW)
    assert day is not None
    assert (day.arithmetic.base, day.arithmetic.offset) == (Base.CLOSING, -8)
    assert day.arithmetic.from_on == date(2027, 4, 2)
    assert day.arithmetic.passed_over == ("Goede Vrijdag", "Tweede paasdag")
    assert day.latest_on == date(2027, 3, 19)


def test_a_closing_day_in_the_weekend_is_counted_from_the_friday_before() -> None:
    plan = plan_of(term(closes=date(2027, 1, 31)))

    day = plan.day_of(Stage.SUBMITTED)
    assert day is not None
    assert day.arithmetic.named_on == date(2027, 1, 31)
    assert day.arithmetic.from_on == date(2027, 1, 29)
    assert day.latest_on == date(2027, 1, 28)
    assert PlanWarning.CLOSES_ON_DAY_OFF in codes(plan)


def test_an_agreed_closing_day_counts_rather_than_the_published_one() -> None:
    agreed = Term(
        opens_on=OPENS, closes_on=CLOSES, detected_on=OPENS, agreed_closes_on=CLOSES + timedelta(days=7)
    )

    plan = plan_of(agreed)

    assert latest(plan, Stage.SUBMITTED) == date(2027, 2, 4)


def test_with_twenty_working_days_nothing_is_scaled_and_with_nineteen_each_stage_gives_some() -> None:
    twenty = plan_of(term(closes=CALENDAR.working_days_after(OPENS, 20)))
    nineteen = plan_of(term(closes=CALENDAR.working_days_after(OPENS, 19)))

    assert (twenty.mode, nineteen.mode) == (Mode.NORMAL, Mode.SCALED)
    assert latest(twenty, Stage.MEMBER_CALL) == CALENDAR.working_days_after(OPENS, 7)
    assert latest(nineteen, Stage.MEMBER_CALL) == CALENDAR.working_days_after(OPENS, 6)
    share = nineteen.days[4].arithmetic.share
    assert share is not None
    assert (share.place, share.of, share.day, share.left) == (7, 20, 6, 19)


def test_under_ten_working_days_the_urgent_procedure_is_proposed_with_both_reviews_side_by_side() -> None:
    plan = plan_of(term(closes=CALENDAR.working_days_after(OPENS, 9)))

    assert plan.mode is Mode.URGENT
    assert plan.call is Call.CORE_GROUP
    assert latest(plan, Stage.OFFICIAL_REVIEW) == latest(plan, Stage.POLITICAL_REVIEW)
    assert latest(plan, Stage.MEMBER_CALL) <= latest(plan, Stage.DRAFTING)


def test_an_urgent_plan_of_four_working_days_asks_the_cities_nothing() -> None:
    plan = plan_of(term(closes=CALENDAR.working_days_after(OPENS, 4)))

    assert plan.call is Call.NONE
    assert plan.day_of(Stage.MEMBER_CALL) is None


def test_who_declines_the_urgent_procedure_gets_a_scaled_plan_and_who_wants_it_always_gets_it() -> None:
    short = term(closes=CALENDAR.working_days_after(OPENS, 6))

    assert plan_of(short, urgent=False).mode is Mode.SCALED
    assert plan_of(term(), urgent=True).mode is Mode.URGENT


def test_what_was_seen_late_is_counted_from_the_day_it_was_seen_with_the_days_lost() -> None:
    plan = plan_of(term(detected=date(2026, 11, 30)))

    triage = plan.day_of(Stage.TRIAGE)
    assert triage is not None
    assert triage.arithmetic.base is Base.START
    assert triage.latest_on == date(2026, 12, 2)
    lost = next(w for w in plan.warnings if w.code is PlanWarning.LATE_DETECTED)
    assert lost.count == 5


def test_what_was_seen_a_day_late_can_still_keep_the_days_that_count_from_opening() -> None:
    plan = plan_of(term(detected=date(2026, 11, 24)))

    assert latest(plan, Stage.TRIAGE) == date(2026, 11, 25)


def test_without_closing_day_only_the_first_stages_get_a_day() -> None:
    plan = plan_of(term(closes=None))

    assert [day.stage for day in plan.days] == list(RULES.from_opening)
    assert codes(plan) == {PlanWarning.NO_CLOSING}


@pytest.mark.parametrize(
    ("today", "closes"),
    [
        (date(2027, 1, 4), date(2026, 12, 31)),  # closed before it was seen
        (date(2026, 12, 26), date(2026, 12, 27)),  # Christmas, a Saturday and a Sunday
    ],
)
def test_when_no_working_day_is_left_there_is_no_plan_but_a_warning(today: date, closes: date) -> None:
    plan = plan_of(term(date(2026, 11, 2), closes, detected=today))

    assert (plan.mode, plan.days) == (Mode.NONE, ())
    assert PlanWarning.TOO_LATE in codes(plan)


def test_what_closes_today_is_planned_today() -> None:
    plan = plan_of(term(OPENS, OPENS))

    assert {day.latest_on for day in plan.days if day.stage is not Stage.PUBLISHED} == {OPENS}
    assert plan.mode is Mode.URGENT


def test_a_term_over_the_turn_of_the_year_warns_for_recess_and_school_holiday() -> None:
    plan = plan_of(term(date(2026, 12, 14), date(2027, 1, 8)))

    assert {PlanWarning.RECESS, PlanWarning.SCHOOL_HOLIDAY, PlanWarning.HOLIDAY_TERM} <= codes(plan)
    names = {warned.name for warned in plan.warnings}
    assert {"Kerstreces", "Kerstvakantie"} <= names


def test_a_network_day_in_the_term_is_shown() -> None:
    plan = plan_of(term(date(2027, 3, 1), date(2027, 4, 23)))

    assert PlanWarning.NETWORK_DAY in codes(plan)


def test_a_term_that_closes_before_it_opens_is_planned_from_the_day_it_was_seen_and_warned_of() -> None:
    plan = plan_of(term(date(2027, 3, 1), date(2027, 2, 19), detected=date(2027, 1, 4)))

    assert latest(plan, Stage.TRIAGE) == date(2027, 1, 6)
    assert PlanWarning.CLOSES_BEFORE_OPENING in codes(plan)


def test_nothing_is_planned_before_a_consultation_opens() -> None:
    plan = plan_of(term(date(2027, 3, 1), date(2027, 4, 23), detected=date(2027, 1, 4)))

    assert plan.starts_on == date(2027, 3, 1)
    assert latest(plan, Stage.TRIAGE) == date(2027, 3, 3)


def test_a_new_plan_keeps_the_days_of_what_is_over_and_the_days_that_people_chose() -> None:
    old = plan_of(term())
    chosen = _chosen(old, Stage.DRAFTING, date(2027, 1, 12))

    new = back_plan(
        term(closes=CLOSES + timedelta(days=14)),
        today=date(2026, 12, 7),
        days=DAYS,
        rules=RULES,
        current=Stage.MEMBER_CALL,
        earlier=chosen,
    )

    assert latest(new, Stage.TRIAGE) == latest(old, Stage.TRIAGE)
    assert latest(new, Stage.DRAFTING) == date(2027, 1, 12)
    assert latest(new, Stage.MEMBER_CALL) == date(2027, 1, 12)  # may not end after the next one
    assert latest(new, Stage.SUBMITTED) == date(2027, 2, 11)


def test_a_chosen_day_after_the_new_closing_day_gives_way() -> None:
    chosen = _chosen(plan_of(term()), Stage.BOARD_APPROVAL, date(2027, 1, 27))

    new = back_plan(term(closes=date(2027, 1, 15)), today=OPENS, days=DAYS, rules=RULES, earlier=chosen)

    board = new.day_of(Stage.BOARD_APPROVAL)
    assert board is not None
    assert (board.by_hand, board.latest_on) == (None, date(2027, 1, 12))


def test_comparing_two_plans_names_each_stage_with_another_day() -> None:
    old, new = plan_of(term()), plan_of(term(closes=date(2027, 2, 1)))

    changes = compare_plans(old, new)

    assert [change.stage for change in changes] == [s for s in planned_stages(RULES) if s in _CLOSING]
    assert changes[-1] == DayChange(stage=Stage.PUBLISHED, old=date(2027, 2, 3), new=date(2027, 2, 4))
    assert compare_plans(new, new) == ()
    assert len(compare_plans(None, new)) == len(new.days)


@pytest.mark.parametrize(
    ("opening", "closing", "problem"),
    [
        ({Stage.TRIAGE: 3, Stage.ROUTED: 2}, {Stage.SUBMITTED: 1}, "before the one that precedes"),
        ({Stage.TRIAGE: 2}, {Stage.DRAFTING: 3, Stage.SUBMITTED: 5}, "before the one that precedes"),
        ({Stage.TRIAGE: 2}, {Stage.TRIAGE: 3}, "counted both"),
        ({Stage.TRIAGE: 9}, {Stage.DRAFTING: 12}, "need 21 working days"),
    ],
)
def test_rules_in_which_stages_change_places_are_refused(
    opening: dict[Stage, int], closing: dict[Stage, int], problem: str
) -> None:
    with pytest.raises(ValueError, match=problem):
        PlanRules(from_opening=opening, before_closing=closing)


def test_a_closing_day_counts_until_its_end_on_days_when_the_clock_changes() -> None:
    for day in (date(2027, 3, 28), date(2026, 10, 25), date(2027, 10, 31)):
        local = end_of_dutch_day(day).astimezone(AMSTERDAM)
        assert (local.date(), local.hour, local.minute, local.second) == (day, 23, 59, 59)


# --- what holds for every plan ------------------------------------------------------------------

_CLOSING = {*RULES.before_closing, Stage.PUBLISHED}
dates = st.dates(date(2025, 6, 1), date(2028, 6, 1))
weeks = st.lists(
    st.tuples(dates, st.integers(0, 30)).map(
        lambda t: Period(name="weken", from_on=t[0], until_on=t[0] + timedelta(days=t[1]))
    ),
    max_size=3,
)


@st.composite
def rules(draw: st.DrawFn) -> PlanRules:
    """Any rules that the configuration accepts."""
    opening = sorted(draw(st.lists(st.integers(0, 12), min_size=4, max_size=4)))
    closing = sorted(draw(st.lists(st.integers(0, 25), min_size=7, max_size=7)), reverse=True)
    urgent = draw(st.integers(1, 15))
    return PlanRules(
        from_opening=dict(zip(RULES.from_opening, opening, strict=True)),
        before_closing=dict(zip(RULES.before_closing, closing, strict=True)),
        published_within=draw(st.integers(0, 5)),
        scale_under=opening[-1] + closing[0] + draw(st.integers(1, 10)),
        urgent_under=urgent,
        no_call_under=draw(st.integers(0, urgent)),
    )


def hold_of_every_plan(plan: Plan, given_term: Term, today: date) -> None:
    """The promises of the plan: order, working days, never past closing, never before one can begin."""
    latest_days = [day.latest_on for day in plan.days]
    assert latest_days == sorted(latest_days), "a step after its successor"
    assert [day.stage for day in plan.days] == sorted((d.stage for d in plan.days), key=list(Stage).index)
    for day in plan.days:
        assert CALENDAR.is_working_day(day.latest_on), "on a day off"
        assert day.latest_on >= max(today, given_term.detected_on), "before anybody could begin"
        if given_term.last_on is not None and day.stage is not Stage.PUBLISHED:
            assert day.latest_on <= given_term.last_on, "past closing"
    assert (plan.mode is Mode.NONE) <= (plan.days == ())


@settings(derandomize=True, deadline=None)
@given(
    opens=st.none() | dates,
    lasts=st.none() | st.integers(-30, 200),
    seen_after=st.integers(-40, 120),
    later=st.integers(0, 60),
    extra=st.none() | st.integers(-20, 40),
    urgent=st.sampled_from([None, True, False]),
)
@example(date(2026, 12, 24), 1, 0, 0, None, None)  # two days before Christmas
@example(date(2027, 3, 25), 5, 0, 0, None, None)  # over Easter
@example(date(2027, 4, 26), 1, 0, 0, None, None)  # King's Day is the last day
@example(date(2027, 4, 27), 0, 0, 0, None, None)  # King's Day is the only day
@example(date(2027, 3, 27), 1, 0, 0, None, None)  # a weekend in which the clock changes
def test_no_plan_breaks_its_promises(
    opens: date | None,
    lasts: int | None,
    seen_after: int,
    later: int,
    extra: int | None,
    urgent: bool | None,
) -> None:
    base = opens or date(2026, 11, 2)
    closes = None if lasts is None else base + timedelta(days=lasts)
    given_term = Term(
        opens_on=opens,
        closes_on=closes,
        detected_on=base + timedelta(days=seen_after),
        agreed_closes_on=None if extra is None or closes is None else closes + timedelta(days=extra),
    )
    today = given_term.detected_on + timedelta(days=later)

    plan = plan_of(given_term, today, urgent=urgent)

    hold_of_every_plan(plan, given_term, today)


@settings(derandomize=True, deadline=None)
@given(rules(), dates, st.integers(0, 90), st.integers(0, 60), weeks)
def test_no_rules_that_the_configuration_accepts_break_the_promises(
    any_rules: PlanRules, opens: date, lasts: int, seen_after: int, away: list[Period]
) -> None:
    given_term = term(opens, opens + timedelta(days=lasts), opens + timedelta(days=seen_after))
    days = Days(working=CALENDAR, school_holidays=tuple(away))

    plan = back_plan(given_term, today=given_term.detected_on, days=days, rules=any_rules)

    hold_of_every_plan(plan, given_term, given_term.detected_on)


@settings(derandomize=True, deadline=None)
@given(dates, st.integers(0, 60))
def test_less_time_never_gives_a_stage_a_later_day(opens: date, lasts: int) -> None:
    shorter = plan_of(term(opens, opens + timedelta(days=lasts)), urgent=False)
    longer = plan_of(term(opens, opens + timedelta(days=lasts + 1)), urgent=False)

    assume(shorter.mode is not Mode.NONE)
    for day in shorter.days:
        assert day.latest_on <= latest(longer, day.stage)


@settings(derandomize=True, deadline=None)
@given(
    closes_in=st.integers(10, 90),
    moved=st.integers(-60, 60),
    passed=st.integers(0, 60),
    current=st.sampled_from(planned_stages(RULES)),
    picks=st.lists(st.tuples(st.sampled_from(planned_stages(RULES)), st.integers(0, 80)), max_size=3),
)
def test_a_plan_that_is_made_again_keeps_its_promises_with_days_that_people_chose(
    closes_in: int, moved: int, passed: int, current: Stage, picks: list[tuple[Stage, int]]
) -> None:
    plan = plan_of(term(closes=OPENS + timedelta(days=closes_in)))
    for stage, ahead in picks:
        if plan.day_of(stage):
            plan = _chosen(plan, stage, CALENDAR.next_working_day(OPENS + timedelta(days=ahead)))
    new_term = term(closes=OPENS + timedelta(days=closes_in + moved))
    today = OPENS + timedelta(days=passed)

    new = back_plan(new_term, today=today, days=DAYS, rules=RULES, current=current, earlier=plan)

    coming = [day for day in new.days if list(Stage).index(day.stage) >= list(Stage).index(current)]
    over = [day.latest_on for day in new.days if day not in coming]
    hold_of_every_plan(_only(new, coming), new_term, today)
    assert not coming or all(day <= coming[0].latest_on for day in over)
    assert all(d.by_hand is None or d.latest_on == latest(plan, d.stage) for d in coming)


@settings(derandomize=True, deadline=None)
@given(dates, st.integers(0, 120), st.integers(0, 30))
def test_the_same_plan_made_again_on_the_same_day_is_the_same(opens: date, lasts: int, seen: int) -> None:
    given_term = term(opens, opens + timedelta(days=lasts), opens + timedelta(days=seen))

    plan = plan_of(given_term)

    again = back_plan(given_term, today=given_term.detected_on, days=DAYS, rules=RULES, earlier=plan)
    assert again == plan


def _chosen(plan: Plan, stage: Stage, day: date) -> Plan:
    by_hand = ByHand(by="pa", by_name="P. A.", reason="vergadering verzet")
    return _only(
        plan,
        [
            PlanDay(stage=d.stage, latest_on=day, arithmetic=d.arithmetic, by_hand=by_hand)
            if d.stage is stage
            else d
            for d in plan.days
        ],
    )


def _only(plan: Plan, days: list[PlanDay]) -> Plan:
    return Plan(
        mode=plan.mode,
        starts_on=plan.starts_on,
        closes_on=plan.closes_on,
        working_days_left=plan.working_days_left,
        days=tuple(days),
    )
