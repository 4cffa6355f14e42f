"""Proposing, fixing and changing the plan of a dossier."""

from datetime import date

import pytest
from sqlmodel import col, select

from g40flow.domain.dossier.plan import Mode
from g40flow.domain.dossier.workflow import Guard, Stage
from g40flow.domain.errors import InvalidInput, NotAllowed, StaleVersion
from g40flow.storage.database import Database
from g40flow.storage.dossiers import active_exception, dossier_by_id
from g40flow.storage.guards import guard_facts
from g40flow.storage.history import chain_of, history_of
from g40flow.storage.plans import digest_of, kept_plan
from g40flow.storage.tables import Message
from g40flow.use_cases.dossier.plan import (
    accept_urgent,
    begin_plan,
    choose_day,
    decline_urgent,
    fix_plan,
    propose_plan,
    recalculate_plan,
    release_day,
    shown_plan,
)
from tests.conftest import MONDAY, on_both
from tests.use_cases.dossier.deadlines import (
    DESK,
    OTHER_SECRETARY,
    PA,
    SECRETARY,
    a_dossier,
    acting,
    days_later,
)

SOON = date(2026, 12, 2)  # seven working days after Monday


@on_both
def test_fixing_the_plan_keeps_it_as_it_was_shown_with_who_and_when(database: Database) -> None:
    with database.writing() as session:
        dossier_id = a_dossier(session)
        shown = propose_plan(DESK, dossier_by_id(session, dossier_id), MONDAY)

        fix_plan(
            session,
            DESK,
            dossier_id,
            actor=acting(SECRETARY),
            seen_revision=0,
            seen_plan=digest_of(shown),
            now=MONDAY,
        )

    with database.reading() as session:
        dossier = dossier_by_id(session, dossier_id)
        kept = kept_plan(dossier)
        assert kept is not None
        assert (kept.plan, kept.fixed_by, kept.fixed_at) == (shown, SECRETARY, MONDAY)
        assert guard_facts(session, dossier, MONDAY, [Guard.PLAN_FIXED])[Guard.PLAN_FIXED]
        [entry] = history_of(session, chain_of(dossier_id))
        assert (entry.action, entry.person) == ("fix_plan", SECRETARY)
        assert entry.facts["days"]["submitted"] == "2027-01-28"


def test_a_plan_that_was_counted_on_another_day_than_shown_is_not_fixed(sqlite: Database) -> None:
    with sqlite.writing() as session:
        dossier_id = a_dossier(session, closes_on=date(2026, 12, 18))
        shown = digest_of(propose_plan(DESK, dossier_by_id(session, dossier_id), MONDAY))

        with pytest.raises(StaleVersion):
            fix_plan(
                session,
                DESK,
                dossier_id,
                actor=acting(PA),
                seen_revision=0,
                seen_plan=shown,
                now=days_later(3),
            )


def test_the_first_proposal_stands_until_somebody_counts_again(sqlite: Database) -> None:
    with sqlite.writing() as session:
        dossier_id = a_dossier(session)
        dossier = dossier_by_id(session, dossier_id)
        first = begin_plan(DESK, dossier, MONDAY)

        week_later, kept = shown_plan(DESK, dossier, days_later(10))

        assert week_later == first
        assert kept is not None
        assert not kept.is_fixed
        fixed = fix_plan(
            session,
            DESK,
            dossier_id,
            actor=acting(PA),
            seen_revision=0,
            seen_plan=digest_of(first),
            now=days_later(10),
        )
        assert fixed == first


def test_a_proposal_for_another_closing_day_does_not_stand(sqlite: Database) -> None:
    with sqlite.writing() as session:
        dossier = dossier_by_id(session, a_dossier(session))
        begin_plan(DESK, dossier, MONDAY)
        dossier.agreed_closes_on = date(2027, 2, 12)

        plan, _ = shown_plan(DESK, dossier, MONDAY)

        assert plan.closes_on == date(2027, 2, 12)


def test_the_secretary_of_another_group_fixes_no_plan(sqlite: Database) -> None:
    with sqlite.writing() as session:
        dossier_id = a_dossier(session)

        with pytest.raises(NotAllowed):
            fix_plan(session, DESK, dossier_id, actor=acting(OTHER_SECRETARY), seen_revision=0, now=MONDAY)


def test_a_plan_that_proposes_the_urgent_procedure_waits_for_a_decision(database: Database) -> None:
    with database.writing() as session:
        dossier_id = a_dossier(session, closes_on=SOON)
        with pytest.raises(InvalidInput, match="urgent"):
            fix_plan(session, DESK, dossier_id, actor=acting(PA), seen_revision=0, now=MONDAY)

        accept_urgent(
            session,
            DESK,
            dossier_id,
            reason="te weinig tijd",
            actor=acting(PA),
            seen_revision=0,
            now=MONDAY,
        )
        dossier = dossier_by_id(session, dossier_id)
        plan = fix_plan(
            session, DESK, dossier_id, actor=acting(PA), seen_revision=dossier.revision, now=MONDAY
        )

    assert plan.mode is Mode.URGENT
    with database.reading() as session:
        assert dossier_by_id(session, dossier_id).urgent
        assert active_exception(session, dossier_id, "urgent") is not None
        notes = select(col(Message.audience)).where(col(Message.kind) == "dossier_note")
        told = set(session.scalars(notes))
    assert told >= {f"person:{who}" for who in ("bram-bedacht", "lars-schijn", SECRETARY)}
    assert f"person:{PA}" not in told


def test_who_declines_the_urgent_procedure_works_by_a_scaled_plan(database: Database) -> None:
    with database.writing() as session:
        dossier_id = a_dossier(session, closes_on=SOON)
        decline_urgent(
            session, DESK, dossier_id, reason="kan nog", actor=acting(PA), seen_revision=0, now=MONDAY
        )
        plan = fix_plan(session, DESK, dossier_id, actor=acting(PA), seen_revision=1, now=MONDAY)

    assert plan.mode is Mode.SCALED
    with database.reading() as session:
        assert not dossier_by_id(session, dossier_id).urgent
        kept = kept_plan(dossier_by_id(session, dossier_id))
        assert kept is not None
        assert kept.is_fixed


def test_declining_after_accepting_lifts_the_exception(sqlite: Database) -> None:
    with sqlite.writing() as session:
        dossier_id = a_dossier(session, closes_on=SOON)
        accept_urgent(
            session, DESK, dossier_id, reason="haast", actor=acting(PA), seen_revision=0, now=MONDAY
        )
        revision = dossier_by_id(session, dossier_id).revision

        decline_urgent(
            session,
            DESK,
            dossier_id,
            reason="toch niet",
            actor=acting(PA),
            seen_revision=revision,
            now=MONDAY,
        )

        assert active_exception(session, dossier_id, "urgent") is None
        assert not dossier_by_id(session, dossier_id).urgent


def test_when_no_time_is_left_no_plan_can_be_fixed(sqlite: Database) -> None:
    with sqlite.writing() as session:
        dossier_id = a_dossier(session, closes_on=date(2026, 11, 20))

        with pytest.raises(InvalidInput, match="no working day"):
            fix_plan(session, DESK, dossier_id, actor=acting(PA), seen_revision=0, now=MONDAY)


def test_a_day_that_people_choose_stays_when_the_plan_is_made_again_until_it_is_released(
    database: Database,
) -> None:
    chosen = date(2027, 1, 13)
    with database.writing() as session:
        dossier_id = a_dossier(session)
        fix_plan(session, DESK, dossier_id, actor=acting(PA), seen_revision=0, now=MONDAY)
        choose_day(
            session,
            DESK,
            dossier_id,
            "drafting",
            chosen,
            reason="penvoerder is weg",
            actor=acting(PA),
            seen_revision=1,
            now=MONDAY,
        )

        changes = recalculate_plan(
            session, DESK, dossier_id, actor=acting(PA), seen_revision=2, now=days_later(7)
        )

        kept = kept_plan(dossier_by_id(session, dossier_id))
        assert kept is not None
        assert kept.is_fixed
        day = kept.plan.day_of(Stage.DRAFTING)
        assert day is not None
        assert day.by_hand is not None
        assert (day.latest_on, day.by_hand.reason) == (chosen, "penvoerder is weg")
        assert day.arithmetic.counted_on == date(2027, 1, 14)
        assert [change.stage for change in changes] == [Stage.RESPONSE_DECISION]

        freed = release_day(
            session, DESK, dossier_id, "drafting", actor=acting(PA), seen_revision=3, now=MONDAY
        )
        day = freed.day_of(Stage.DRAFTING)
        assert day is not None
        assert (day.latest_on, day.by_hand) == (date(2027, 1, 14), None)
        actions = [entry.action for entry in history_of(session, chain_of(dossier_id))]
        assert actions == ["fix_plan", "choose_day", "recalculate_plan", "release_day"]


def test_recalculating_without_the_chosen_days_gives_what_is_counted(sqlite: Database) -> None:
    with sqlite.writing() as session:
        dossier_id = a_dossier(session)
        choose_day(
            session,
            DESK,
            dossier_id,
            "drafting",
            date(2027, 1, 8),
            reason="eerder",
            actor=acting(PA),
            seen_revision=0,
            now=MONDAY,
        )

        recalculate_plan(
            session, DESK, dossier_id, actor=acting(PA), seen_revision=1, keep_chosen=False, now=MONDAY
        )

        plan, kept = shown_plan(DESK, dossier_by_id(session, dossier_id), MONDAY)
        assert all(day.by_hand is None for day in plan.days)
        assert kept is not None
        assert not kept.is_fixed


@pytest.mark.parametrize(
    ("stage", "day", "reason", "code"),
    [
        ("drafting", date(2027, 1, 9), "omdat", "not_a_working_day"),
        ("drafting", date(2026, 11, 20), "omdat", "day_passed"),
        ("drafting", date(2027, 2, 1), "omdat", "after_closing"),
        ("drafting", date(2027, 1, 8), " ", "reason_needed"),
        ("triage", date(2027, 1, 8), "omdat", "stage_not_planned"),
        ("nonsense", date(2027, 1, 8), "omdat", "stage_not_planned"),
    ],
)
def test_a_day_that_cannot_be_is_refused(
    sqlite: Database, stage: str, day: date, reason: str, code: str
) -> None:
    with sqlite.writing() as session:
        dossier_id = a_dossier(session)

        with pytest.raises(InvalidInput) as refused:
            choose_day(
                session,
                DESK,
                dossier_id,
                stage,
                day,
                reason=reason,
                actor=acting(PA),
                seen_revision=0,
                now=MONDAY,
            )

    assert refused.value.code == code


def test_two_chosen_days_do_not_change_places(sqlite: Database) -> None:
    with sqlite.writing() as session:
        dossier_id = a_dossier(session)
        choose_day(
            session,
            DESK,
            dossier_id,
            "drafting",
            date(2027, 1, 13),
            reason="a",
            actor=acting(PA),
            seen_revision=0,
            now=MONDAY,
        )

        with pytest.raises(InvalidInput) as refused:
            choose_day(
                session,
                DESK,
                dossier_id,
                "official_review",
                date(2027, 1, 12),
                reason="b",
                actor=acting(PA),
                seen_revision=1,
                now=MONDAY,
            )

    assert refused.value.code == "day_taken"
