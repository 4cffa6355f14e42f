"""Chasing in levels: once each, only who has not answered, and the lead when too few did."""

from datetime import UTC, datetime, timedelta

import pytest

from g40flow.domain.dossier.workflow import Stage
from g40flow.domain.errors import NotAllowed, StepNotAllowed, TooManyAttempts
from g40flow.use_cases.calls.chase_calls import chase_by_hand, chase_calls
from g40flow.use_cases.calls.manage_call import change_term, close_due_calls
from tests.conftest import on_both
from tests.use_cases.calls.calling import CLOSES_AT, LINKS, Calling
from tests.use_cases.dossier.world import DESK, HOUSING_LEAD, HOUSING_SECRETARY, SECRETARIAT

HALFWAY = datetime(2026, 11, 30, 7, 0, tzinfo=UTC)
TWO_DAYS = datetime(2026, 12, 2, 7, 0, tzinfo=UTC)
LAST_DAY = datetime(2026, 12, 4, 7, 0, tzinfo=UTC)


def chase(calling: Calling, moment: datetime) -> int:
    """Let the clock of the network come to a moment, and chase twice."""
    calling.world.now = moment
    with calling.world.writing() as session:
        written = chase_calls(session, DESK, moment)
    with calling.world.writing() as session:
        assert chase_calls(session, DESK, moment) == 0
    return written


@on_both
def test_who_did_not_answer_hears_three_times_and_each_time_once(calling: Calling) -> None:
    calling.open(minimum_answers=0)
    calling.answer("delft")

    written = [
        chase(calling, moment)
        for moment in (HALFWAY - timedelta(seconds=1), HALFWAY, TWO_DAYS, LAST_DAY, CLOSES_AT)
    ]

    assert written == [0, 2, 2, 2, 0]
    people = {f"person:{calling.links(city)[0].person}" for city in ("almere", "zwolle")}
    assert set(calling.world.messages("call_reminder")) == people


def test_reminders_that_were_missed_are_not_made_up_for(calling: Calling) -> None:
    calling.open(minimum_answers=0)

    assert chase(calling, LAST_DAY) == 3


def test_the_lead_hears_on_the_last_day_that_too_few_cities_answered(calling: Calling) -> None:
    calling.open(minimum_answers=2)
    calling.answer("delft")

    assert chase(calling, LAST_DAY) == 2 + 3

    assert calling.world.messages("call_escalation") == [
        "person:karel-denkbeeld",
        f"person:{HOUSING_LEAD}",
        f"person:{HOUSING_SECRETARY}",
    ]


def test_enough_answers_are_no_reason_to_bother_the_lead(calling: Calling) -> None:
    calling.open(minimum_answers=1)
    calling.answer("delft")

    chase(calling, LAST_DAY)

    assert calling.world.messages("call_escalation") == []


def test_after_another_term_reminders_begin_again(calling: Calling) -> None:
    calling.open(minimum_answers=0)
    chase(calling, LAST_DAY)

    with calling.world.writing() as session:
        change_term(
            session,
            DESK,
            LINKS,
            calling.call,
            CLOSES_AT + timedelta(days=7),
            actor=calling.secretary,
            seen_revision=None,
            despite_plan=True,
            now=calling.now,
        )

    assert chase(calling, LAST_DAY) == 0
    assert chase(calling, LAST_DAY + timedelta(days=7)) == 3


@pytest.mark.parametrize("stage", [Stage.SUSPENDED, Stage.WITHDRAWN, Stage.CLOSED])
def test_nobody_is_chased_for_a_dossier_that_rests_or_is_over(calling: Calling, stage: Stage) -> None:
    calling.open()
    calling.world.change(calling.dossier_id, stage=stage)

    assert chase(calling, LAST_DAY) == 0


def test_nobody_is_chased_for_a_call_that_is_over(calling: Calling) -> None:
    calling.open()
    after = CLOSES_AT + timedelta(minutes=1)

    assert chase(calling, after) == 0
    with calling.world.writing() as session:
        close_due_calls(session, DESK, after)
    assert chase(calling, after) == 0


@on_both
def test_the_secretary_reminds_by_hand_once_a_day(calling: Calling) -> None:
    calling.open()
    calling.answer("delft")

    with calling.world.writing() as session:
        assert chase_by_hand(session, DESK, calling.call, actor=calling.secretary, now=calling.now) == 2
    with pytest.raises(TooManyAttempts), calling.world.writing() as session:
        chase_by_hand(session, DESK, calling.call, actor=calling.secretary, now=calling.now)
    calling.world.later(days=1)
    with calling.world.writing() as session:
        assert chase_by_hand(session, DESK, calling.call, actor=calling.secretary, now=calling.now) == 2

    assert calling.world.acts(calling.dossier_id).count("chase_call") == 2


def test_only_who_runs_a_call_that_is_open_reminds(calling: Calling) -> None:
    calling.open()

    with pytest.raises(NotAllowed), calling.world.writing() as session:
        chase_by_hand(session, DESK, calling.call, actor=calling.world.actor(SECRETARIAT), now=calling.now)
    with pytest.raises(StepNotAllowed), calling.world.writing() as session:
        chase_by_hand(
            session, DESK, calling.call, actor=calling.secretary, now=CLOSES_AT + timedelta(hours=1)
        )
