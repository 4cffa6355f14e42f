"""Reminders, escalations and what time alone ends."""

from collections import Counter
from datetime import UTC, date, datetime, timedelta

import pytest
from sqlmodel import Session, col, select

from g40flow.domain.actors import PROGRAM
from g40flow.domain.dossier.workflow import Stage
from g40flow.domain.instants import AMSTERDAM
from g40flow.render.deadline_messages import DeadlineRenderer
from g40flow.resources import resource
from g40flow.storage.database import Database
from g40flow.storage.dossier_tables import HistoryHead
from g40flow.storage.dossiers import active_exception, dossier_by_id
from g40flow.storage.history import chain_of, history_of, record, verify_chain
from g40flow.storage.plans import kept_plan
from g40flow.storage.tables import Message
from g40flow.use_cases.dossier.plan import begin_plan, fix_plan
from g40flow.use_cases.dossier.remind import dossiers_to_remind, remind
from g40flow.use_cases.dossier.watch_deadlines import Watcher
from g40flow.use_cases.messages_about_deadlines import MessagesAboutDeadlines
from g40flow.use_cases.messages_about_dossiers import DossierViews
from tests.conftest import MONDAY, on_both
from tests.use_cases.calls.calling import LINKS
from tests.use_cases.dossier.deadlines import (
    CLOSES,
    DESK,
    PA,
    PEN_HOLDER,
    SECRETARY,
    a_dossier,
    acting,
    an_item,
    days_later,
)

DRAFT_DAY = date(2027, 1, 14)  # a Thursday, outside every recess
COMPOSED = MessagesAboutDeadlines(
    views=DossierViews(desk=DESK, portal_url="https://portal.example"),
    renderer=DeadlineRenderer(resource("templates")),
)


def at_ten(day: date) -> datetime:
    return datetime(day.year, day.month, day.day, 10, tzinfo=AMSTERDAM).astimezone(UTC)


def drafting(session: Session, **more: object) -> int:
    """A dossier whose text is being written, by a plan."""
    dossier_id = a_dossier(session)
    fix_plan(session, DESK, dossier_id, actor=acting(PA), seen_revision=0, now=MONDAY)
    dossier = dossier_by_id(session, dossier_id)
    dossier.stage = Stage.DRAFTING
    for name, value in more.items():
        setattr(dossier, name, value)
    session.add(dossier)
    session.flush()
    return dossier_id


def told(session: Session) -> Counter[tuple[str, str]]:
    """How many messages each audience gets about what."""
    query = select(Message).where(col(Message.kind).startswith("deadline_"))
    return Counter((m.subject["urging"], m.audience) for m in session.scalars(query))


def test_the_pen_holder_is_reminded_the_day_before_and_once(database: Database) -> None:
    with database.writing() as session:
        dossier_id = drafting(session)
        now = at_ten(DRAFT_DAY - timedelta(days=1))

        assert dossiers_to_remind(session, DESK, now) == [dossier_id]
        assert remind(session, DESK, dossier_id, now) == 1
        assert remind(session, DESK, dossier_id, now + timedelta(minutes=15)) == 0

        assert told(session) == {("step_due", f"person:{PEN_HOLDER}"): 1}
        [message] = session.scalars(select(Message).where(col(Message.kind) == "deadline_reminder"))
        assert message.key == f"dossier:{dossier_id}:remind:drafting:2027-01-14:step_due:person:{PEN_HOLDER}"


def test_nobody_is_reminded_long_before(sqlite: Database) -> None:
    with sqlite.writing() as session:
        drafting(session)

        assert dossiers_to_remind(session, DESK, at_ten(DRAFT_DAY - timedelta(days=2))) == []


@on_both
def test_what_is_late_goes_up_and_every_escalation_stands_in_the_history(database: Database) -> None:
    with database.writing() as session:
        dossier_id = drafting(session)

        for days in range(1, 8):
            remind(session, DESK, dossier_id, at_ten(DRAFT_DAY + timedelta(days=days)))

        escalations = [e for e in history_of(session, chain_of(dossier_id)) if e.action == "escalate"]
        assert [e.facts["urging"] for e in escalations] == ["escalated_to_lead", "escalated_to_chair"]
        assert all(e.facts["day"] == "2027-01-14" and e.facts["to"] for e in escalations)
        assert {e.surface for e in escalations} == {"automatic"}
        assert set(told(session).values()) == {1}
        assert ("escalated_to_chair", f"person:{PA}") in told(session)
        verify_chain(session, chain_of(dossier_id))


def test_a_dossier_without_a_plan_reminds_nobody_of_steps(sqlite: Database) -> None:
    with sqlite.writing() as session:
        dossier_id = a_dossier(session, stage=Stage.DRAFTING)

        assert remind(session, DESK, dossier_id, at_ten(DRAFT_DAY)) == 0


def test_the_first_stages_are_reminded_of_before_anybody_fixed_a_plan(sqlite: Database) -> None:
    with sqlite.writing() as session:
        dossier_id = a_dossier(session, stage=Stage.TRIAGE)
        begin_plan(DESK, dossier_by_id(session, dossier_id), MONDAY)

        remind(session, DESK, dossier_id, days_later(1))  # O+2 is the day after
        remind(session, DESK, dossier_id, days_later(3))

        assert told(session)[("step_due", f"person:{PA}")] == 1
        assert told(session)[("step_overdue", f"person:{PA}")] == 1


def test_the_day_before_closing_is_urgent_for_everybody_who_works_on_it(sqlite: Database) -> None:
    with sqlite.writing() as session:
        dossier_id = drafting(session, stage=Stage.READY_TO_SUBMIT)

        remind(session, DESK, dossier_id, at_ten(CLOSES - timedelta(days=1)))

        closing = {who for urging, who in told(session) if urging == "closing"}
        assert {f"person:{PA}", f"person:{PEN_HOLDER}", f"person:{SECRETARY}"} <= closing
        query = select(Message).where(col(Message.key).contains(":closing:"))
        assert all(message.urgent for message in session.scalars(query))


@on_both
def test_a_missed_term_is_noted_once_and_people_say_why(database: Database) -> None:
    with database.writing() as session:
        dossier_id = drafting(session)

        remind(session, DESK, dossier_id, at_ten(CLOSES + timedelta(days=3)))
        remind(session, DESK, dossier_id, at_ten(CLOSES + timedelta(days=4)))

        missed = active_exception(session, dossier_id, "missed")
        assert missed is not None
        assert missed.facts == {"closed_on": CLOSES.isoformat()}
        actions = [entry.action for entry in history_of(session, chain_of(dossier_id))]
        assert actions.count("raise_missed") == 1
        assert dossier_by_id(session, dossier_id).stage == Stage.DRAFTING


@pytest.mark.parametrize("stage", [Stage.SUSPENDED, Stage.WITHDRAWN, Stage.CLOSED])
def test_what_rests_disturbs_nobody(sqlite: Database, stage: Stage) -> None:
    with sqlite.writing() as session:
        dossier_id = drafting(session, stage=stage)

        assert remind(session, DESK, dossier_id, at_ten(CLOSES + timedelta(days=9))) == 0


def test_reminders_leave_in_sending_hours(sqlite: Database) -> None:
    with sqlite.writing() as session:
        dossier_id = drafting(session)
        night = datetime(2027, 1, 13, 23, 30, tzinfo=UTC)

        remind(session, DESK, dossier_id, night)

        [message] = session.scalars(select(Message).where(col(Message.kind) == "deadline_reminder"))
        local = message.not_before.astimezone(AMSTERDAM)
        assert (local.date(), local.hour) == (DRAFT_DAY, 8)


def test_in_a_recess_a_reminder_waits_for_the_moment_of_the_week_unless_it_is_urgent(
    sqlite: Database,
) -> None:
    with sqlite.writing() as session:
        quiet = drafting(session)
        haste = a_dossier(session, number="2026-002", stage=Stage.DRAFTING, urgent=True)
        urgent = dossier_by_id(session, haste)
        urgent.plan = dossier_by_id(session, quiet).plan
        session.add(urgent)
        session.flush()
        in_recess = at_ten(date(2027, 1, 6))
        for dossier_id in (quiet, haste):
            _move_day(session, dossier_id, date(2027, 1, 6))
            remind(session, DESK, dossier_id, in_recess)

        leaves = {
            m.subject["dossier_id"]: m.not_before
            for m in session.scalars(select(Message).where(col(Message.kind) == "deadline_reminder"))
        }
        assert leaves[haste] == in_recess
        assert leaves[quiet].astimezone(AMSTERDAM).date() == date(2027, 1, 11)  # the next Monday


MISSED_IN_RECESS = [
    (datetime(2027, 1, 6, 10, tzinfo=AMSTERDAM), datetime(2027, 1, 6, 10, tzinfo=AMSTERDAM)),
    (datetime(2027, 1, 9, 3, tzinfo=AMSTERDAM), datetime(2027, 1, 11, 8, tzinfo=AMSTERDAM)),  # a Saturday
]


@pytest.mark.parametrize(("noticed", "told"), MISSED_IN_RECESS)
def test_a_term_missed_in_a_recess_is_told_at_the_next_working_moment(
    sqlite: Database, noticed: datetime, told: datetime
) -> None:
    with sqlite.writing() as session:
        dossier_id = a_dossier(session, stage=Stage.DRAFTING, closes_on=date(2027, 1, 5))

        remind(session, DESK, dossier_id, noticed.astimezone(UTC))

        missed = [
            m.not_before
            for m in session.scalars(select(Message).where(col(Message.kind) == "deadline_reminder"))
            if m.subject["urging"] == "missed"
        ]
        assert missed == [told.astimezone(UTC)] * len(missed)
        assert missed


def test_a_reminder_of_what_was_done_meanwhile_is_not_sent_and_one_that_was_sent_says_so(
    sqlite: Database,
) -> None:
    with sqlite.writing() as session:
        dossier_id = drafting(session)
        now = at_ten(DRAFT_DAY)
        remind(session, DESK, dossier_id, now)
        [message] = session.scalars(select(Message).where(col(Message.kind) == "deadline_reminder"))
        compose = COMPOSED.kinds["deadline_reminder"]
        first = compose(session, message, now)
        assert first is not None
        assert "Concept" in first.text

        dossier = dossier_by_id(session, dossier_id)
        dossier.stage = Stage.OFFICIAL_REVIEW
        session.add(dossier)
        session.flush()

        assert compose(session, message, now) is None
        message.external_ts = "1.0"
        after = compose(session, message, now)
        assert after is not None
        assert "niet meer nodig" in after.text


# --- what time alone ends -------------------------------------------------------------------------


def watcher(database: Database, now: datetime) -> Watcher:
    return Watcher(database=database, desk=DESK, call_links=lambda: LINKS, clock=lambda: now)


def test_no_response_is_closed_when_nobody_objected_in_time(database: Database) -> None:
    with database.writing() as session:
        dossier_id = a_dossier(session, stage=Stage.NO_RESPONSE, objection_until=days_later(3))

    before = watcher(database, days_later(2)).watch()
    after = watcher(database, days_later(4)).watch()

    assert (before.no_response, after.no_response, after.errors) == (0, 1, [])
    with database.reading() as session:
        assert dossier_by_id(session, dossier_id).stage == Stage.CLOSED
        assert history_of(session, chain_of(dossier_id))[-1].action == "close_no_response"


def test_looking_twice_changes_nothing(sqlite: Database) -> None:
    with sqlite.writing() as session:
        drafting(session)
    late = at_ten(DRAFT_DAY + timedelta(days=5))

    first, second = watcher(sqlite, late).watch(), watcher(sqlite, late).watch()

    assert first.reminded > 0
    assert vars(second) == {**vars(second), "reminded": 0, "errors": []}


def test_one_dossier_in_trouble_holds_up_no_other(sqlite: Database) -> None:
    with sqlite.writing() as session:
        broken = a_dossier(session, stage=Stage.NO_RESPONSE, objection_until=MONDAY)
        sound = a_dossier(session, number="2026-002", stage=Stage.NO_RESPONSE, objection_until=MONDAY)
        _break_history(session, broken)

    seen = watcher(sqlite, days_later(1)).watch()

    assert seen.no_response == 1
    assert len(seen.errors) == 1
    assert f"dossier {broken}" in seen.errors[0]
    with sqlite.reading() as session:
        assert dossier_by_id(session, sound).stage == Stage.CLOSED
        assert dossier_by_id(session, broken).stage == Stage.NO_RESPONSE


def test_a_dossier_that_lags_behind_its_item_catches_up(sqlite: Database) -> None:
    with sqlite.writing() as session:
        item = an_item(session)
        dossier_id = a_dossier(session, items=(item,))
        item.closes_on = date(2027, 2, 12)
        session.add(item)

    first, second = (watcher(sqlite, days_later(1)).recalculate() for _ in range(2))

    assert (first.recalculated, second.recalculated) == (1, 0)
    with sqlite.reading() as session:
        assert dossier_by_id(session, dossier_id).closes_on == date(2027, 2, 12)


def test_a_plan_with_a_day_that_became_a_day_off_is_made_again(sqlite: Database) -> None:
    with sqlite.writing() as session:
        dossier_id = drafting(session)
        _move_day(session, dossier_id, date(2027, 1, 9))  # a Saturday, as if it had been a working day

    seen = watcher(sqlite, days_later(1)).recalculate()

    assert seen.recalculated == 1
    with sqlite.reading() as session:
        kept = kept_plan(dossier_by_id(session, dossier_id))
        assert kept is not None
        day = kept.plan.day_of(Stage.DRAFTING)
        assert day is not None
        assert day.latest_on == DRAFT_DAY


def _move_day(session: Session, dossier_id: int, day: date) -> None:
    dossier = dossier_by_id(session, dossier_id)
    days = [
        {**kept, "latest_on": day.isoformat()} if kept["stage"] == "drafting" else kept
        for kept in dossier.plan["days"]
    ]
    dossier.plan = {**dossier.plan, "days": days}
    session.add(dossier)
    session.flush()


def _break_history(session: Session, dossier_id: int) -> None:
    """A head that does not know of an entry that is there: adding to the chain cannot succeed."""
    record(session, chain_of(dossier_id), PROGRAM, "open", now=MONDAY)
    head = session.get_one(HistoryHead, chain_of(dossier_id))
    head.length = 0
    session.add(head)
    session.flush()


def test_a_dossier_whose_groups_have_all_answered_goes_on_by_itself(sqlite: Database) -> None:
    with sqlite.writing() as session:
        a_dossier(session, stage=Stage.ROUTED)

    first, second = watcher(sqlite, MONDAY).watch(), watcher(sqlite, MONDAY).watch()

    assert (first.begun, second.begun) == (1, 0)
