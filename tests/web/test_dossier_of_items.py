"""One dossier about several items that were ticked in the list, without scripts."""

import pytest
from sqlmodel import select

from g40flow.storage.dossier_tables import Dossier
from g40flow.storage.dossiers import items_of_dossier
from tests.web.reading import Page, Reader
from tests.web.signing_in import browser_of
from tests.web.world import World


def items_in(world: World) -> dict[str, set[int]]:
    """Per dossier, by its number, the items it is about."""
    with world.database.reading() as session:
        found = session.exec(select(Dossier)).all()
        return {
            row.number: {link.item_id for link in items_of_dossier(session, row.id or 0)} for row in found
        }


@pytest.fixture
def ticked(reader: Reader, items: dict[str, int]) -> tuple[list[int], Page]:
    """Two items of the list, and the page that follows when they are ticked."""
    boxes = reader.get("/items").tree.xpath("//input[@name='item'][@form='kiezen']/@value")
    two = [int(value) for value in boxes[:2]]
    return two, reader.get(f"/dossiers/from-items?item={two[0]}&item={two[1]}")


def test_ticked_items_become_one_dossier(
    world: World, reader: Reader, ticked: tuple[list[int], Page]
) -> None:
    two, page = ticked

    opened = reader.send(page, "/from-items")

    assert "2 stukken gekozen" in page.text
    assert "Het dossier is geopend" in opened.text
    assert items_in(world) == {"2026-001": set(two)}


def test_ticked_items_join_a_dossier_that_there_is(
    world: World, reader: Reader, items: dict[str, int], ticked: tuple[list[int], Page]
) -> None:
    two, _ = ticked
    reader.send(reader.get(f"/items/{two[0]}"), f"/items/{two[0]}/dossier")
    page = reader.get(f"/dossiers/from-items?item={two[0]}&item={two[1]}")

    second = reader.send(page, "/from-items", status=422)
    unknown = reader.send(page, "/add", status=422, number="1999-001")
    added = reader.send(page, "/add")

    assert "loopt al dossier 2026-001" in second.text
    assert "Er is geen ander dossier met dat nummer" in unknown.text
    assert "toegevoegd" in added.text
    assert items_in(world) == {"2026-001": set(two)}
    assert "staan allemaal al in dat dossier" in reader.send(page, "/add", status=422).text


def test_who_opens_no_dossiers_ticks_nothing(world: World, items: dict[str, int]) -> None:
    reader = Reader(browser_of(world, "joost-proefsma"))

    assert reader.get("/items").tree.xpath("//input[@name='item']") == []
    reader.get("/dossiers/from-items", status=403)


def test_nothing_ticked_says_what_to_do(reader: Reader) -> None:
    assert "U hebt niets gekozen" in reader.get("/dossiers/from-items").text
