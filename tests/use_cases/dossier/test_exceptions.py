"""What does not go as usual: every code has its way in, and the ones raised by hand their way out."""

from datetime import date

import pytest

from g40flow.domain.actors import PROGRAM
from g40flow.domain.dossier.words import ExceptionCode
from g40flow.domain.dossier.workflow import Guard, Stage
from g40flow.domain.errors import GuardFailed, InvalidInput, NotAllowed, NotFound
from g40flow.domain.news import News
from g40flow.storage.dossier_tables import Dossier
from g40flow.storage.dossiers import items_of_dossier
from g40flow.storage.guards import guard_facts
from g40flow.storage.tables import Item
from g40flow.use_cases.dossier.exceptions import BY_HAND, lift_by_hand, note_exception, raise_by_hand
from g40flow.use_cases.dossier.plan import accept_urgent, decline_urgent
from g40flow.use_cases.dossier.recalculate import follow_publisher
from g40flow.use_cases.dossier.take_step import step_by_program
from tests.conftest import on_both
from tests.use_cases.dossier.world import (
    BOARD_SECRETARY,
    DESK,
    HOUSING,
    HOUSING_LEAD,
    HOUSING_SECRETARY,
    SECRETARIAT,
    World,
)

ELSEWHERE_TESTED = {
    "late_detected": "test_open_dossier", "holiday_term": "test_open_dossier",
    "reopened": "test_open_dossier",
    "no_response": "test_take_step", "suspended": "test_take_step", "wrong_group": "test_groups",
    "joint_letter": "test_settle", "confidential": "test_settle", "duplicate": "test_settle",
    "controversial": "test_settle", "missed": "test_settle",
}  # fmt: skip
HERE = {
    "urgent", "extended", "shortened", "withdrawn", "dissent", "held_over", "post_adoption_change",
    "personal_data_found",
}  # fmt: skip


def raise_one(world: World, dossier_id: int, code: str, by: str, reason: str = "omdat", **facts: str) -> None:
    with world.writing() as session:
        raise_by_hand(
            session, DESK, dossier_id, code, actor=world.actor(by), reason=reason, facts=facts, now=world.now,
            seen_revision=world.read(dossier_id).revision,
        )  # fmt: skip


def lift_one(world: World, dossier_id: int, code: str, by: str) -> None:
    with world.writing() as session:
        lift_by_hand(
            session, DESK, dossier_id, code, actor=world.actor(by), reason="opgelost", now=world.now,
            seen_revision=world.read(dossier_id).revision,
        )  # fmt: skip


def publisher_says(world: World, dossier_id: int, *news: News, **fields: object) -> None:
    """The item of a dossier changes, and the dossier follows."""
    with world.writing() as session:
        row = session.get_one(Item, items_of_dossier(session, dossier_id)[0].item_id)
        for name, value in fields.items():
            setattr(row, name, value)
        session.flush()
        follow_publisher(session, DESK, row, news, world.now)


def test_every_code_is_tested_somewhere() -> None:
    assert {code.value for code in ExceptionCode} == set(ELSEWHERE_TESTED) | HERE


def test_urgent_is_accepted_and_declined_with_the_plan(world: World) -> None:
    dossier_id = world.at(Stage.RESPONSE_DECISION, closes_on=date(2026, 12, 2))

    with world.writing() as session:
        plan = accept_urgent(
            session, DESK, dossier_id, reason="acht dagen", actor=world.actor(HOUSING_LEAD), now=world.now,
            seen_revision=world.read(dossier_id).revision,
        )  # fmt: skip
    assert (plan.mode, world.read(dossier_id).urgent) == ("urgent", True)
    assert "urgent" in world.exceptions(dossier_id)
    with world.writing() as session:
        decline_urgent(
            session, DESK, dossier_id, reason="toch niet", actor=world.actor(HOUSING_LEAD), now=world.now,
            seen_revision=world.read(dossier_id).revision,
        )  # fmt: skip
    assert "urgent" not in world.exceptions(dossier_id)


def test_urgency_opens_the_way_past_the_political_review(world: World) -> None:
    dossier_id = world.at(Stage.OFFICIAL_REVIEW)
    world.text(dossier_id)

    with pytest.raises(GuardFailed):
        world.step(dossier_id, "agree_urgently", HOUSING_LEAD)
    world.change(dossier_id, urgent=True)

    assert world.step(dossier_id, "agree_urgently", HOUSING_LEAD).stage == "board_approval"


@pytest.mark.parametrize(
    ("news", "day"), [(News.EXTENDED, date(2027, 2, 12)), (News.SHORTENED, date(2027, 1, 15))]
)
def test_another_closing_day_keeps_the_old_one_beside_it(world: World, news: News, day: date) -> None:
    dossier_id = world.at(Stage.DRAFTING)

    publisher_says(world, dossier_id, news, closes_on=day)

    assert world.read(dossier_id).closes_on == day
    noted = world.exceptions(dossier_id)[news.value]
    assert "2027-01-29" in str(noted.facts)


@on_both
def test_a_withdrawn_consultation_withdraws_its_dossier(world: World) -> None:
    dossier_id = world.at(Stage.DRAFTING)

    publisher_says(world, dossier_id, News.WITHDRAWN, status="withdrawn", url="https://example.nl/weg")

    assert world.read(dossier_id).stage == "withdrawn"
    assert world.exceptions(dossier_id)["withdrawn"].facts["url"] == "https://example.nl/weg"
    assert world.history(dossier_id)[-1].person == "g40flow"


def test_dissent_says_whose_it_is(world: World) -> None:
    dossier_id = world.at(Stage.DRAFTING)

    with pytest.raises(InvalidInput) as error:
        raise_one(world, dossier_id, "dissent", HOUSING_SECRETARY)
    raise_one(world, dossier_id, "dissent", HOUSING_SECRETARY, who="Delft")

    assert error.value.field == "who"
    assert world.exceptions(dossier_id)["dissent"].facts == {"who": "Delft"}
    lift_one(world, dossier_id, "dissent", HOUSING_SECRETARY)
    assert world.exceptions(dossier_id) == {}
    with pytest.raises(NotFound):
        lift_one(world, dossier_id, "dissent", HOUSING_SECRETARY)


@on_both
def test_held_over_has_a_new_day_and_is_over_once_the_board_adopts(world: World) -> None:
    dossier_id = world.at(Stage.BOARD_APPROVAL)
    text = world.text(dossier_id)
    with pytest.raises(InvalidInput):
        raise_one(world, dossier_id, "held_over", BOARD_SECRETARY, until="morgen")
    raise_one(world, dossier_id, "held_over", BOARD_SECRETARY, until="2026-12-10")
    assert world.exceptions(dossier_id)["held_over"].facts == {"until": "2026-12-10"}

    world.change(dossier_id, adopted_hash=text)
    world.step(dossier_id, "adopt", BOARD_SECRETARY)

    assert world.exceptions(dossier_id) == {}


def test_a_change_after_adoption_sends_the_text_back_to_the_board(world: World) -> None:
    dossier_id = world.at(Stage.READY_TO_SUBMIT, adopted_hash="a" * 64)

    with world.writing() as session:
        dossier = session.get_one(Dossier, dossier_id)
        step_by_program(session, DESK, dossier, "void_adoption", now=world.now, reason="nieuw punt")

    after = world.read(dossier_id)
    assert (after.stage, after.adopted_hash) == ("board_approval", "")
    assert world.exceptions(dossier_id)["post_adoption_change"].facts == {"adopted_hash": "a" * 64}


@on_both
def test_personal_data_blocks_handing_in_until_it_is_dealt_with(world: World) -> None:
    dossier_id = world.at(Stage.READY_TO_SUBMIT)
    world.text(dossier_id)
    guard = Guard.NO_PERSONAL_DATA

    raise_one(world, dossier_id, "personal_data_found", SECRETARIAT, "telefoonnummer op bladzijde 2")
    with world.database.reading() as session:
        dossier = session.get_one(Dossier, dossier_id)
        assert not guard_facts(session, dossier, world.now, [guard])[guard]
    lift_one(world, dossier_id, "personal_data_found", SECRETARIAT)

    with world.database.reading() as session:
        dossier = session.get_one(Dossier, dossier_id)
        assert guard_facts(session, dossier, world.now, [guard])[guard]


def test_what_was_raised_already_gets_the_new_facts_beside_the_old_ones(world: World) -> None:
    dossier_id = world.dossier(HOUSING)

    for facts in ({"old": "2026-12-01", "new": "2026-12-08"}, {"new": "2026-12-15"}):
        with world.writing() as session:
            dossier = session.get_one(Dossier, dossier_id)
            note_exception(
                session, dossier, ExceptionCode.EXTENDED, actor=PROGRAM, now=world.now, facts=facts
            )

    assert world.exceptions(dossier_id)["extended"].facts == {"old": "2026-12-01", "new": "2026-12-15"}
    assert world.acts(dossier_id).count("raise_extended") == 2


def test_by_hand_needs_the_right_a_reason_and_a_code_of_the_list(world: World) -> None:
    dossier_id = world.at(Stage.DRAFTING)

    with pytest.raises(NotAllowed):
        raise_one(world, dossier_id, "dissent", HOUSING_LEAD, who="Delft")
    with pytest.raises(InvalidInput):
        raise_one(world, dossier_id, "dissent", HOUSING_SECRETARY, reason=" ", who="Delft")
    for code in {*ExceptionCode} - {*BY_HAND}:
        with pytest.raises(InvalidInput):
            raise_one(world, dossier_id, code, SECRETARIAT)

    assert world.exceptions(dossier_id) == {}
