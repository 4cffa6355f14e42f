"""The points of a response and the library of positions in the portal."""

import pytest

from g40flow.domain.dossier.workflow import Stage
from g40flow.storage.dossier_tables import Point
from g40flow.storage.texts import evidence_of, points_of
from tests.web.calling import PEN_HOLDER, SECRETARY
from tests.web.reading import Reader
from tests.web.signing_in import ANNA, browser_of
from tests.web.world import World, consultation
from tests.web.writing import HOSTILE, dossier_in_writing, put

BOARD_MEMBER, PARTNER = "joost-proefsma", "vigo-partnerman"


@pytest.fixture
def dossier(world: World) -> int:
    """A dossier with one point: "Er is geen geld."."""
    return dossier_in_writing(world, world.publish(consultation("Wet regie woningen")))


def reader(world: World, person: str = PEN_HOLDER) -> Reader:
    return Reader(browser_of(world, person))


def points(world: World, dossier: int) -> list[Point]:
    with world.database.reading() as session:
        return list(points_of(session, dossier))


def test_points_are_added_changed_moved_and_removed(world: World, dossier: int) -> None:
    pen = reader(world)
    address = f"/dossiers/{dossier}/points"

    pen.send(pen.get(address), "/points", problem=HOSTILE, article="Artikel 4", priority="1")
    first, second = points(world, dossier)
    assert (second.problem, second.priority) == (HOSTILE, 1)
    page = pen.send(pen.get(address), f"/points/{second.id}", problem="Te laat")
    assert "Te laat" in page.text
    pen.send(page, f"/points/{second.id}/move")
    assert [point.id for point in points(world, dossier)] == [second.id, first.id]
    page = pen.send(pen.get(address), f"/points/{first.id}/remove", reason="dubbel")

    assert [point.problem for point in points(world, dossier)] == ["Te laat"]
    assert page.tree.xpath("//script") == []


def test_a_point_without_a_problem_keeps_what_was_typed(world: World, dossier: int) -> None:
    pen = reader(world)

    page = pen.send(
        pen.get(f"/dossiers/{dossier}/points"), "/points", status=422, problem=" ", article="Art. 9"
    )

    assert "Schrijf wat er mis is." in page.text
    assert page.tree.xpath("//input[@id='nieuw-article']/@value") == ["Art. 9"]


def test_a_city_brings_an_example(world: World, dossier: int) -> None:
    pen = reader(world)
    (point,) = points(world, dossier)

    page = pen.send(
        pen.get(f"/dossiers/{dossier}/points"), "/evidence", city="delft", text="Kost 2 ton", publish="true"
    )

    assert "Delft mag genoemd worden Kost 2 ton" in page.text
    with world.database.reading() as session:
        assert [row.publish for row in evidence_of(session, dossier)[point.id or 0]] == [True]


def test_what_became_of_a_point_is_kept_after_it_was_sent(world: World, dossier: int) -> None:
    secretary = reader(world, SECRETARY)
    assert not secretary.get(f"/dossiers/{dossier}/points").has_form("/outcome")
    put(world, dossier, stage=Stage.FOLLOW_UP)

    page = secretary.send(
        secretary.get(f"/dossiers/{dossier}/points"), "/outcome", outcome="partly", note="In de toelichting"
    )

    assert "Deels bereikt" in page.text
    assert points(world, dossier)[0].outcome == "partly"


def test_others_read_and_partners_do_not(world: World, dossier: int) -> None:
    page = reader(world, BOARD_MEMBER).get(f"/dossiers/{dossier}/points")

    assert "Er is geen geld." in page.text
    assert page.tree.xpath("//main//form") == []
    reader(world, PARTNER).get(f"/dossiers/{dossier}/points", status=404)


def test_positions_are_added_found_and_taken_off(world: World) -> None:
    anna = reader(world, ANNA)
    page = anna.get("/library")
    assert "0 gevonden" in page.text

    page = anna.send(
        page, "/library", title="Financiën op orde", body=HOSTILE, source="Brief 2024", groups=["financien"]
    )
    assert "Het is toegevoegd aan de bibliotheek." in page.text
    assert "Financiën op orde" in anna.get("/library?q=financien").text
    assert "Er is niets gevonden" in anna.get("/library?q=visserij").text
    assert "Er is niets gevonden" in anna.get("/library?group=woningmarkt").text
    page = anna.send(anna.get("/library"), "/retire", reason="verouderd")

    assert "0 gevonden" in page.text
    assert page.tree.xpath("//script") == []


def test_a_position_that_lacks_something_keeps_what_was_typed(world: World) -> None:
    anna = reader(world, ANNA)

    page = anna.send(anna.get("/library"), "/library", status=422, title="Huur", body="x", source="y")

    assert "Kies ten minste één themagroep." in page.text
    assert page.tree.xpath("//input[@id='title']/@value") == ["Huur"]
