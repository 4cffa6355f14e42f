"""The whole history of a dossier: who did what, and whether it is as it was written."""

from datetime import date

import pytest
from sqlalchemy import text

from g40flow.use_cases.dossier.plan import choose_day, fix_plan
from g40flow.use_cases.dossier.term import agree_closing_day
from tests.use_cases.dossier.deadlines import PA, SECRETARY, a_dossier, acting
from tests.web.reading import Reader
from tests.web.world import World


@pytest.fixture
def dossier_id(world: World) -> int:
    """A dossier in which two people did something."""
    with world.database.writing() as session:
        dossier_id = a_dossier(session)
        now, desk = world.now(), world.desk
        fix_plan(session, desk, dossier_id, actor=acting(SECRETARY), seen_revision=0, now=now)
        choose_day(
            session,
            desk,
            dossier_id,
            "drafting",
            date(2027, 1, 13),
            reason="<b>vakantie</b>",
            actor=acting(PA),
            seen_revision=1,
            now=now,
        )
        agree_closing_day(
            session,
            desk,
            dossier_id,
            date(2027, 2, 12),
            source="mail",
            actor=acting(PA),
            seen_revision=2,
            now=now,
        )
    return dossier_id


def test_the_history_says_who_what_when_where_and_why(reader: Reader, dossier_id: int) -> None:
    page = reader.get(f"/dossiers/{dossier_id}/history")

    said = page.part("alles")
    assert "Dag in de planning gekozen" in said
    assert "Anna Testerink · portaal" in said
    assert "<b>vakantie</b>" in said  # as text
    assert "Van vr 29 jan 2027 naar vr 12 feb 2027" in said
    assert "Bijzonderheid: Verlengde termijn" in said


def test_it_can_be_narrowed_to_one_person_and_one_act(reader: Reader, dossier_id: int) -> None:
    of_one = reader.get(f"/dossiers/{dossier_id}/history?person={SECRETARY}").part("alles")
    of_act = reader.get(f"/dossiers/{dossier_id}/history?action=choose_day").part("alles")
    nothing = reader.get(f"/dossiers/{dossier_id}/history?person={SECRETARY}&action=choose_day").text

    assert "1 gebeurtenis" in of_one
    assert "Planning vastgesteld" in of_one
    assert "1 gebeurtenis" in of_act
    assert "Niets gevonden" in nothing


def test_it_says_that_it_was_checked_and_that_somebody_changed_it(
    world: World, reader: Reader, dossier_id: int
) -> None:
    assert "gecontroleerd" in reader.get(f"/dossiers/{dossier_id}/history").text

    with world.database.engine.begin() as connection:
        connection.execute(text("UPDATE history_entry SET reason = 'iets anders' WHERE sequence = 2"))

    assert "niet betrouwbaar" in reader.get(f"/dossiers/{dossier_id}/history").text
