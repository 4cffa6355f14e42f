from concurrent.futures import ThreadPoolExecutor
from datetime import date
from typing import Any

import pytest
from sqlmodel import col, select

from g40flow.domain.dossier.workflow import Stage
from g40flow.domain.errors import InvalidInput, NotAllowed, NotFound
from g40flow.storage.dossier_tables import Dossier
from g40flow.storage.dossiers import items_of_dossier
from g40flow.use_cases.dossier.open_dossier import (
    AlreadyDossier,
    add_item,
    open_by_hand,
    open_dossier,
    reopen,
)
from g40flow.use_cases.dossier.take_up import take_up
from tests.conftest import on_both
from tests.use_cases.dossier.world import (
    BOARD_MEMBER,
    CARE,
    CARE_LEAD,
    DESK,
    HOUSING,
    HOUSING_LEAD,
    HOUSING_SECRETARY,
    SAFETY,
    SECRETARIAT,
    World,
)


def take(world: World, item: int, by: str) -> Dossier:
    """Press "Oppakken"."""
    with world.writing() as session:
        return take_up(session, DESK, item, actor=world.actor(by), now=world.now)


@on_both
def test_a_dossier_takes_over_what_the_publisher_and_the_router_said(world: World) -> None:
    item = world.item(
        HOUSING,
        CARE,
        title="Wet betaalbare huur",
        agreed_closes_on=date(2027, 2, 5),
        agreed_closes_source="BZK",
    )

    with world.writing() as session:
        dossier = open_dossier(session, DESK, [item], actor=world.actor(SECRETARIAT), now=world.now)

    assert (dossier.number, dossier.title) == ("2026-001", "Wet betaalbare huur")
    assert (dossier.stage, dossier.document_type) == (Stage.TRIAGE, "consultation_response")
    assert (dossier.lead_group, dossier.pillar) == (HOUSING, "fysiek")
    assert (dossier.opens_on, dossier.closes_on) == (date(2026, 11, 23), date(2027, 1, 29))
    assert (dossier.agreed_closes_on, dossier.agreed_closes_source) == (date(2027, 2, 5), "BZK")
    assert (dossier.detected_on, dossier.days_lost) == (date(2026, 11, 23), 0)
    assert dossier.id is not None
    assert world.groups(dossier.id) == {HOUSING: "asked", CARE: "asked"}
    assert world.acts(dossier.id) == ["open"]
    assert world.messages("dossier_card") == []


def test_groups_are_told_once_it_is_for_them(world: World) -> None:
    world.dossier(HOUSING, CARE, routed=True)

    assert world.messages("dossier_card") == [f"group:{HOUSING}", f"group:{CARE}"]


@on_both
def test_one_dossier_about_several_items_takes_the_nearest_day_and_every_group(world: World) -> None:
    later = world.item(HOUSING, title="Later", closes_on=date(2027, 3, 1))
    sooner = world.item(CARE, HOUSING, title="Eerder", closes_on=date(2027, 1, 20))

    with world.writing() as session:
        dossier = open_dossier(session, DESK, [later, sooner], actor=world.actor(SECRETARIAT), now=world.now)

    assert (dossier.title, dossier.closes_on) == ("Eerder", date(2027, 1, 20))
    assert dossier.id is not None
    assert set(world.groups(dossier.id)) == {HOUSING, CARE}
    with world.database.reading() as session:
        assert [link.item_id for link in items_of_dossier(session, dossier.id)] == [later, sooner]


def test_a_lead_who_opens_one_accepts_for_the_own_group(world: World) -> None:
    dossier_id = world.dossier(HOUSING, CARE, by=HOUSING_LEAD)

    assert world.read(dossier_id).stage == Stage.ROUTED
    assert world.groups(dossier_id) == {HOUSING: "accepted", CARE: "asked"}
    assert world.group(dossier_id, HOUSING).answered_by == HOUSING_LEAD


@on_both
def test_a_lead_who_takes_up_what_no_other_group_is_asked_for_begins_the_decision(world: World) -> None:
    dossier_id = take(world, world.item(HOUSING), HOUSING_LEAD).id or 0

    assert world.read(dossier_id).stage == Stage.RESPONSE_DECISION
    opened, begun = world.history(dossier_id)
    assert [(opened.action, opened.person), (begun.action, begun.person)] == [
        ("open", HOUSING_LEAD),
        ("start_decision", "g40flow"),
    ]
    assert world.messages("dossier_card") == [f"group:{HOUSING}"]


def test_a_secretary_who_opens_one_leaves_accepting_to_the_lead(world: World) -> None:
    dossier_id = world.dossier(HOUSING, by=HOUSING_SECRETARY)

    assert world.read(dossier_id).stage == Stage.ROUTED
    assert world.groups(dossier_id) == {HOUSING: "asked"}


def test_a_group_that_the_router_did_not_think_of_comes_in_by_taking_it_up(world: World) -> None:
    dossier_id = world.dossier(CARE, by=HOUSING_LEAD)

    assert world.read(dossier_id).lead_group == CARE
    assert world.groups(dossier_id) == {CARE: "asked", HOUSING: "accepted"}


def test_an_item_with_an_open_dossier_gets_a_second_one_only_when_somebody_insists(world: World) -> None:
    item = world.item(HOUSING)
    actor = world.actor(SECRETARIAT)
    with world.writing() as session:
        first = open_dossier(session, DESK, [item], actor=actor, now=world.now)

    with pytest.raises(AlreadyDossier) as there_is, world.writing() as session:
        open_dossier(session, DESK, [item], actor=actor, now=world.now)
    with world.writing() as session:
        second = open_dossier(session, DESK, [item], actor=actor, now=world.now, despite_open=True)

    assert (there_is.value.number, there_is.value.dossier_id) == (first.number, first.id)
    assert second.number == "2026-002"


def test_an_item_whose_dossier_was_closed_gets_a_new_one_that_is_linked_to_it(world: World) -> None:
    item = world.item(HOUSING)
    with world.writing() as session:
        old = open_dossier(session, DESK, [item], actor=world.actor(SECRETARIAT), now=world.now)
    assert old.id is not None
    world.change(old.id, stage=Stage.CLOSED)

    with world.writing() as session:
        new = open_dossier(session, DESK, [item], actor=world.actor(SECRETARIAT), now=world.now)

    assert new.id is not None
    assert world.exceptions(new.id)["reopened"].facts == {"old": "2026-001", "old_id": old.id}
    assert world.history(old.id)[-1].facts == {"new": "2026-002", "new_id": new.id}


def test_a_dossier_about_another_item_can_be_linked_to_an_old_one_by_hand(world: World) -> None:
    old, new = world.dossier(HOUSING), world.dossier(HOUSING)

    with world.writing() as session:
        reopen(
            session, DESK, new, "2026-001", actor=world.actor(SECRETARIAT),
            seen_revision=world.read(new).revision, now=world.now,
        )  # fmt: skip
    with pytest.raises(InvalidInput, match="2026-999"), world.writing() as session:
        reopen(
            session, DESK, new, "2026-999", actor=world.actor(SECRETARIAT),
            seen_revision=world.read(new).revision, now=world.now,
        )  # fmt: skip

    assert world.exceptions(new)["reopened"].facts["old_id"] == old
    assert world.acts(old)[-1] == "reopened_as"


def test_one_more_item_can_be_added_by_who_may_edit(world: World) -> None:
    dossier_id, item = world.dossier(HOUSING), world.item(CARE, title="Wetsvoorstel")

    def add(by: str) -> None:
        with world.writing() as session:
            add_item(
                session, DESK, dossier_id, item, actor=world.actor(by),
                seen_revision=world.read(dossier_id).revision, now=world.now,
            )  # fmt: skip

    with pytest.raises(NotAllowed):
        add(HOUSING_LEAD)
    add(HOUSING_SECRETARY)
    with pytest.raises(InvalidInput):
        add(HOUSING_SECRETARY)

    with world.database.reading() as session:
        assert [link.item_id for link in items_of_dossier(session, dossier_id)][-1] == item
    assert world.history(dossier_id)[-1].facts["title"] == "Wetsvoorstel"


def test_what_is_seen_late_says_how_many_days_were_lost(world: World) -> None:
    dossier_id = world.dossier(HOUSING, opens_on=date(2026, 11, 9), closes_on=date(2026, 12, 11))

    late = world.exceptions(dossier_id)["late_detected"]
    assert late.facts == {"days": 10, "mode": "scaled", "days_left": 14}
    assert world.read(dossier_id).days_lost == 10


def test_what_is_seen_late_with_time_enough_is_no_exception(world: World) -> None:
    dossier_id = world.dossier(HOUSING, opens_on=date(2026, 11, 20), closes_on=date(2027, 2, 26))

    assert world.read(dossier_id).days_lost == 1
    assert "late_detected" not in world.exceptions(dossier_id)


def test_a_term_over_the_holidays_is_told(world: World) -> None:
    dossier_id = world.dossier(HOUSING, opens_on=date(2026, 12, 14), closes_on=date(2027, 1, 4))

    assert "holiday_term" in world.exceptions(dossier_id)


def test_confidential_from_the_start_is_told_to_no_channel_and_seen_by_nobody_else(world: World) -> None:
    item = world.item(HOUSING)

    with world.writing() as session:
        dossier = open_dossier(
            session,
            DESK,
            [item],
            actor=world.actor(SECRETARIAT),
            now=world.now,
            routed=True,
            confidential=True,
        )

    assert dossier.id is not None
    assert world.messages("dossier_card") == []
    assert "confidential" in world.exceptions(dossier.id)
    with pytest.raises(NotFound):
        world.step(dossier.id, "suspend", "bram-bedacht")
    again = take(world, item, HOUSING_LEAD)  # who may not know of it opens another one
    assert again.number == "2026-002"


def test_a_letter_is_opened_by_hand(world: World) -> None:
    with world.writing() as session:
        dossier = open_by_hand(
            session, DESK, title="  Brief over\nde Voorjaarsnota ", document_type="letter_minister",
            groups=["financien"], closes_on=date(2027, 2, 1), actor=world.actor(SECRETARIAT), now=world.now,
        )  # fmt: skip

    assert (dossier.title, dossier.stage) == ("Brief over de Voorjaarsnota", Stage.ROUTED)
    assert (dossier.lead_group, dossier.pillar) == ("financien", "")
    assert world.messages("dossier_card") == ["group:financien"]


@pytest.mark.parametrize(
    ("field", "values"),
    [
        ("title", {"title": "\u200b "}),
        ("document_type", {"document_type": "poem"}),
        ("groups", {"groups": ["gnomes"]}),
        ("closes_on", {"closes_on": date(2026, 11, 22)}),
    ],
)
def test_what_cannot_be_used_is_named(world: World, field: str, values: dict[str, Any]) -> None:
    good: dict[str, Any] = {"title": "Brief", "document_type": "letter_minister"}

    with pytest.raises(InvalidInput) as error, world.writing() as session:
        open_by_hand(session, DESK, actor=world.actor(SECRETARIAT), now=world.now, **(good | values))

    assert error.value.field == field


def test_only_the_secretariat_and_leading_people_of_groups_open_dossiers(world: World) -> None:
    item = world.item(HOUSING)

    with pytest.raises(NotAllowed):
        take(world, item, BOARD_MEMBER)
    with pytest.raises(NotFound):
        take(world, 999, SECRETARIAT)


def test_taking_up_joins_the_dossier_that_somebody_else_of_the_groups_opened(world: World) -> None:
    item = world.item(HOUSING, CARE)

    first = take(world, item, HOUSING_SECRETARY)
    second = take(world, item, CARE_LEAD)
    third = take(world, item, HOUSING_LEAD)

    assert first.id == second.id == third.id
    assert first.id is not None
    assert world.groups(first.id) == {HOUSING: "accepted", CARE: "accepted"}
    assert world.read(first.id).stage == Stage.RESPONSE_DECISION
    with pytest.raises(AlreadyDossier):
        take(world, item, "ger-testerink")  # of a group without a part in it


@on_both
def test_people_who_open_dossiers_at_once_each_get_a_number_of_their_own(world: World) -> None:
    items = [world.item(HOUSING) for _ in range(6)]

    with ThreadPoolExecutor(4) as pool:
        numbers = list(pool.map(lambda item: take(world, item, HOUSING_LEAD).number, items))

    assert sorted(numbers) == [f"2026-{n:03d}" for n in range(1, 7)]


@on_both
def test_people_who_press_the_same_button_at_once_get_the_same_dossier(world: World) -> None:
    item = world.item(HOUSING, CARE)

    with ThreadPoolExecutor(4) as pool:
        found = list(
            pool.map(lambda by: take(world, item, by).id, [HOUSING_LEAD, CARE_LEAD, HOUSING_SECRETARY])
        )

    assert len(set(found)) == 1
    with world.database.reading() as session:
        assert len(session.exec(select(Dossier).order_by(col(Dossier.id))).all()) == 1


@on_both
def test_the_number_after_the_thousandth_of_a_year_goes_on(world: World) -> None:
    first = world.dossier(HOUSING)
    world.change(first, number="2026-999")
    world.change(world.dossier(HOUSING), number="2026-1000")

    assert world.read(world.dossier(SAFETY)).number == "2026-1001"
