"""Lead times: working days, recess, and what is too late."""

from datetime import date, timedelta

from hypothesis import given, settings
from hypothesis import strategies as st

from g40flow.config.calendar import load_calendars
from g40flow.domain.calendar import Period, WorkingCalendar
from g40flow.domain.campaigns.hook_plan import (
    LEAD_TIMES,
    HookPlan,
    Preparation,
    StepStanding,
    due_reminder,
    plan_hook,
    step_at_hand,
)
from g40flow.domain.campaigns.hooks import HookStanding, Situation
from g40flow.domain.campaigns.words import HookKind
from g40flow.resources import resource

CALENDAR = load_calendars(resource("config")).working
LETTER = Preparation.LETTER_TO_SPOKESPERSONS
days = st.dates(date(2026, 1, 1), date(2028, 12, 31))


def planned(on: date | None, today: date, kind: HookKind = HookKind.COMMITTEE_DEBATE) -> HookPlan:
    found = Situation(standing=HookStanding.PLANNED if on else HookStanding.UNDATED, on=on)
    return plan_hook(kind, found, LEAD_TIMES[kind], done=(), today=today, calendar=CALENDAR)


@settings(derandomize=True)
@given(
    kind=st.sampled_from(HookKind),
    on=days,
    today=days,
    recesses=st.lists(st.tuples(days, st.integers(0, 60))),
)
def test_every_preparation_is_on_a_working_day_before_the_moment_outside_recess_and_in_order(
    kind: HookKind, on: date, today: date, recesses: list[tuple[date, int]]
) -> None:
    calendar = WorkingCalendar(
        holidays=CALENDAR.holidays,
        recesses=tuple(
            Period(name="reces", from_on=begin, until_on=begin + timedelta(days=length))
            for begin, length in recesses
        ),
    )
    found = Situation(standing=HookStanding.PLANNED, on=on)

    plan = plan_hook(kind, found, LEAD_TIMES[kind], done=(), today=today, calendar=calendar)

    last_days = [step.on for step in plan.steps if step.on is not None]
    assert len(last_days) == len(LEAD_TIMES[kind])
    assert last_days == sorted(last_days)
    for step in plan.steps:
        assert step.on is not None
        assert step.on <= on
        assert calendar.is_working_day(step.on)
        assert calendar.recess_on(step.on) is None
        assert (step.standing is StepStanding.TOO_LATE) == (step.on < today)
        assert calendar.working_days_left(step.on, on) >= step.working_days


def test_a_letter_for_a_debate_on_monday_is_due_four_working_days_earlier() -> None:
    plan = planned(date(2026, 11, 30), date(2026, 11, 20))

    letter = next(step for step in plan.steps if step.preparation is LETTER)
    assert letter.on == date(2026, 11, 24)
    assert plan.next_step is not None
    assert plan.next_step.preparation is LETTER
    assert [step.preparation for step in plan.too_late] == [Preparation.TEXT_READY]


def test_what_would_fall_in_the_christmas_recess_must_be_ready_before_it() -> None:
    plan = planned(date(2027, 1, 13), date(2026, 11, 20))

    assert [step.on for step in plan.steps[:2]] == [date(2026, 12, 17), date(2026, 12, 17)]
    assert [recess.name for recess in plan.recesses] == ["Kerstreces"]
    assert plan.recess is None


def test_a_moment_in_recess_is_said_to_be_in_it() -> None:
    plan = planned(date(2026, 12, 22), date(2026, 11, 20), HookKind.WRITTEN_CONSULTATION)

    assert plan.recess is not None
    assert all(step.on is not None and step.on < date(2026, 12, 18) for step in plan.steps)


def test_without_a_day_nothing_has_a_last_day_and_nothing_is_too_late() -> None:
    plan = planned(None, date(2026, 11, 20))

    assert {step.standing for step in plan.steps} == {StepStanding.UNDATED}
    assert [step.on for step in plan.steps] == [None] * len(plan.steps)


def test_reminders_come_two_days_ahead_and_on_the_day_and_not_after_it() -> None:
    letter = planned(date(2026, 11, 30), date(2026, 11, 20)).steps[1]

    due = [due_reminder(letter, date(2026, 11, day), (2, 0), CALENDAR) for day in (19, 20, 23, 24, 25)]

    assert due == [None, 2, 2, 0, None]


def test_what_is_due_within_ten_working_days_or_late_is_at_hand_first_things_first() -> None:
    on, kind = date(2026, 12, 15), HookKind.COMMITTEE_DEBATE  # the text is due on Thursday 3 December

    def at_hand(today: date, *done: str) -> Preparation | None:
        found = Situation(standing=HookStanding.PLANNED, on=on)
        plan = plan_hook(kind, found, LEAD_TIMES[kind], done=done, today=today, calendar=CALENDAR)
        step = step_at_hand(plan, today, CALENDAR)
        return None if step is None else step.preparation

    assert at_hand(date(2026, 11, 18)) is None
    assert at_hand(date(2026, 11, 19)) is Preparation.TEXT_READY
    assert at_hand(date(2026, 12, 10)) is Preparation.TEXT_READY
    assert at_hand(date(2026, 12, 10), "text_ready") is LETTER
    assert at_hand(date(2026, 11, 19), "text_ready") is None
    assert at_hand(date(2026, 12, 10), *(code.value for code in LEAD_TIMES[kind])) is None


def test_nothing_is_at_hand_for_a_moment_without_a_day_or_that_does_not_go_through() -> None:
    today, kind = date(2026, 12, 10), HookKind.VOTE
    for standing, on in ((HookStanding.UNDATED, None), (HookStanding.CANCELLED, date(2026, 12, 15))):
        found = Situation(standing=standing, on=on)
        plan = plan_hook(kind, found, LEAD_TIMES[kind], done=(), today=today, calendar=CALENDAR)

        assert step_at_hand(plan, today, CALENDAR) is None
