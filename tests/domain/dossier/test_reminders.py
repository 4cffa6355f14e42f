"""Who is reminded of what, and when."""

from datetime import date

import pytest

from g40flow.domain.dossier.plan import Plan, Term
from g40flow.domain.dossier.planning import back_plan, planned_stages
from g40flow.domain.dossier.reminders import (
    WHO_ACTS,
    Reminder,
    ReminderRules,
    Urging,
    due_reminders,
    planned_for,
)
from g40flow.domain.dossier.workflow import BEFORE_SUBMISSION, Stage
from g40flow.domain.network import Role
from tests.domain.dossier.test_planning import CALENDAR, DAYS, RULES

CLOSES = date(2027, 1, 29)
PLAN = back_plan(
    Term(opens_on=date(2026, 11, 23), closes_on=CLOSES, detected_on=date(2026, 11, 23)),
    today=date(2026, 11, 23),
    days=DAYS,
    rules=RULES,
)


def due(today: date, stage: Stage = Stage.DRAFTING, plan: Plan | None = PLAN) -> list[tuple[Urging, date]]:
    return [(one.urging, one.day) for one in reminders(today, stage, plan)]


def reminders(today: date, stage: Stage = Stage.DRAFTING, plan: Plan | None = PLAN) -> tuple[Reminder, ...]:
    return due_reminders(
        plan, stage=stage, closes_on=CLOSES, today=today, calendar=CALENDAR, rules=ReminderRules()
    )


DRAFT_DAY = date(2027, 1, 14)  # a Thursday


@pytest.mark.parametrize(
    ("today", "expected"),
    [
        (date(2027, 1, 12), []),
        (date(2027, 1, 13), [Urging.STEP_DUE]),
        (date(2027, 1, 14), [Urging.STEP_DUE]),
        (date(2027, 1, 15), [Urging.STEP_OVERDUE, Urging.ESCALATED_TO_LEAD]),
        (date(2027, 1, 18), [Urging.STEP_OVERDUE, Urging.ESCALATED_TO_LEAD]),
        (
            date(2027, 1, 19),
            [Urging.STEP_OVERDUE, Urging.ESCALATED_TO_LEAD, Urging.ESCALATED_TO_CHAIR],
        ),
    ],
)
def test_a_step_is_reminded_of_the_day_before_and_escalated_by_working_days(
    today: date, expected: list[Urging]
) -> None:
    assert due(today) == [(urging, DRAFT_DAY) for urging in expected]


def test_a_step_that_ended_on_friday_is_not_overdue_in_the_weekend() -> None:
    # The review of the secretaries ends on Tuesday; a fictional Friday comes from the member call.
    friday = back_plan(
        Term(opens_on=date(2026, 11, 23), closes_on=date(2027, 2, 3), detected_on=date(2026, 11, 23)),
        today=date(2026, 11, 23),
        days=DAYS,
        rules=RULES,
    )
    day = friday.day_of(Stage.MEMBER_CALL)
    assert day is not None
    assert day.latest_on == date(2027, 1, 15)

    assert due(date(2027, 1, 16), Stage.MEMBER_CALL, friday) == []
    assert due(date(2027, 1, 17), Stage.MEMBER_CALL, friday) == []
    assert due(date(2027, 1, 18), Stage.MEMBER_CALL, friday)[0][0] is Urging.STEP_OVERDUE


def test_who_acts_is_not_escalated_to_as_well() -> None:
    late = {one.urging: one.roles for one in reminders(date(2027, 1, 26), Stage.RESPONSE_DECISION)}

    assert Urging.ESCALATED_TO_LEAD not in late
    assert late[Urging.ESCALATED_TO_CHAIR] == {Role.PA_OFFICER}


def test_the_day_before_closing_everybody_who_works_on_it_hears_of_it() -> None:
    [closing] = [one for one in reminders(date(2027, 1, 28)) if one.urging is Urging.CLOSING]

    assert closing.day == CLOSES
    assert {Role.PA_OFFICER, Role.PEN_HOLDER, Role.THEME_GROUP_SECRETARY} <= closing.roles


def test_a_term_that_ended_is_missed_until_something_was_handed_in() -> None:
    after = date(2027, 1, 30)

    assert (Urging.MISSED, CLOSES) in due(after)
    assert due(after, Stage.SUBMITTED) == []


def test_what_was_handed_in_is_reminded_of_until_it_is_published_and_never_escalated() -> None:
    urged = due(date(2027, 2, 16), Stage.SUBMITTED)

    assert urged == [(Urging.STEP_OVERDUE, date(2027, 2, 3))]


@pytest.mark.parametrize("stage", [Stage.SUSPENDED, Stage.WITHDRAWN, Stage.CLOSED, Stage.FOLLOW_UP])
def test_nobody_is_reminded_of_what_rests_or_is_done(stage: Stage) -> None:
    assert due(date(2027, 3, 1), stage) == []


def test_without_a_plan_only_closing_counts() -> None:
    assert due(date(2027, 1, 28), plan=None) == [(Urging.CLOSING, CLOSES)]
    assert due(date(2027, 1, 20), plan=None) == []


def test_every_stage_with_a_day_before_submission_has_somebody_to_remind() -> None:
    with_day = {stage for stage in BEFORE_SUBMISSION if planned_for(stage) in planned_stages(RULES)}

    assert with_day <= WHO_ACTS.keys()
