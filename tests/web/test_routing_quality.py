from datetime import datetime
from typing import Any

import pytest

from g40flow.storage.tables import ItemRouting
from tests.web.reading import Page, Reader
from tests.web.test_hostile_text import assert_harmless
from tests.web.test_items import counted_queries
from tests.web.world import World, consultation

ADDRESS = "/routing/quality"
BECAUSE: dict[str, Any] = {"reason": "Huur"}


def cells(page: Page, heading: str, title: str) -> list[str]:
    """The cells of a row of the table in the card with this heading."""
    rows = page.tree.xpath("//*[@aria-labelledby=$id]//tbody/tr", id=heading)
    texts = [[" ".join(cell.itertext()).split() for cell in row] for row in rows]
    (found,) = ([" ".join(cell) for cell in row[1:]] for row in texts if " ".join(row[0]).startswith(title))
    return found


def test_without_routings_it_says_so(reader: Reader) -> None:
    page = reader.get(ADDRESS)

    assert "nog niets gerouteerd" in page.part("totaal")
    assert page.tree.xpath("//svg") == []


def test_corrections_in_and_out_are_counted_per_group(
    world: World, reader: Reader, items: dict[str, int]
) -> None:
    reader.send(
        reader.get(f"/items/{items['warmte']}"), "/routing", groups=["woningmarkt"], lead="", **BECAUSE
    )
    reader.send(reader.get(f"/items/{items['nobody']}"), "/routing", lead="europa", **BECAUSE)

    page = reader.get(ADDRESS)

    few = ["te weinig stukken", "te weinig stukken"]
    assert cells(page, "groepen", "Duurzaamheid") == ["1", "1", "0", *few]
    assert cells(page, "groepen", "Woningmarkt") == ["4", "0", "0", *few]
    assert cells(page, "groepen", "Europa") == ["0", "0", "1", *few]
    assert "Naar een mens (triage) 1 van 7 stukken" in page.part("totaal")
    assert "Over 2 van de 6 routeringen heeft iemand zich uitgesproken" in page.part("totaal")


def test_a_percentage_is_an_upper_bound_with_its_interval(world: World, reader: Reader) -> None:
    numbers = [world.publish(consultation(f"Woningwet nummer {n}")) for n in range(15)]
    for number in numbers[:3]:
        reader.send(reader.get(f"/items/{number}"), "/routing", groups=[], lead="", **BECAUSE)

    page = reader.get(ADDRESS)

    assert cells(page, "groepen", "Woningmarkt") == ["15", "3", "0", "80 % (55–93 %)", "100 % (76–100 %)"]
    assert "bovengrens" in page.part("totaal")


def test_a_correction_that_was_taken_back_does_not_count(
    world: World, reader: Reader, items: dict[str, int]
) -> None:
    after = reader.send(reader.get(f"/items/{items['warmte']}"), "/routing", groups=[], lead="", **BECAUSE)
    reader.send(after, "/undo")

    assert cells(reader.get(ADDRESS), "groepen", "Duurzaamheid")[:3] == ["1", "0", "0"]


def test_each_week_stands_in_the_table_and_in_the_chart(world: World, reader: Reader) -> None:
    world.publish(consultation("Woningwet"))
    world.later(days=7)
    world.publish(consultation("Zorg in een woning"))

    page = reader.get(ADDRESS)

    assert cells(page, "weken", "ma 30 nov") == ["1", "0", "2", "0", "0"]
    assert cells(page, "weken", "ma 23 nov") == ["1", "0", "1", "0", "0"]
    assert len(page.tree.xpath("//*[@aria-labelledby='weken']//tbody/tr")) == 13
    (chart,) = page.tree.xpath("//svg[@role='img']")
    assert len(chart.xpath("./rect")) == 13
    assert "de hoogste 2" in " ".join(chart.itertext())


@pytest.mark.parametrize(
    ("moment", "week"),
    [("2026-11-22T22:59:00+00:00", "ma 16 nov"), ("2026-11-22T23:00:00+00:00", "ma 23 nov")],
)
def test_a_week_begins_on_monday_midnight_in_the_netherlands(
    world: World, reader: Reader, moment: str, week: str
) -> None:
    world.__dict__["moment"] = datetime.fromisoformat(moment)
    world.publish(consultation("Woningwet"))
    world.later(hours=24)

    assert cells(reader.get(ADDRESS), "weken", week)[0] == "1"


def test_what_is_older_than_ninety_days_does_not_count(world: World, reader: Reader) -> None:
    world.publish(consultation("Woningwet"))
    world.later(days=92)

    assert "nog niets gerouteerd" in reader.get(ADDRESS).part("totaal")


def test_a_group_that_left_the_network_keeps_its_figures(world: World, reader: Reader) -> None:
    number = world.publish(consultation("Regeling"))
    routing = ItemRouting(
        item_id=number, theme_group="<b>oud</b>", reasons=[], rule_version="r", routed_at=world.now()
    )
    with world.database.writing() as session:
        session.add(routing)

    page = reader.get(ADDRESS)

    assert_harmless(page)
    assert cells(page, "groepen", "<b>oud</b>")[0] == "1"


def test_the_number_of_queries_does_not_grow(world: World, reader: Reader) -> None:
    world.publish(consultation("Woningwet"))
    reader.get(ADDRESS)  # who everybody is, is found out once and then only whether that changed
    with counted_queries(world) as few:
        reader.get(ADDRESS)
    for n in range(20):
        world.publish(consultation(f"Zorg en warmte nummer {n}"))

    with counted_queries(world) as many:
        reader.get(ADDRESS)

    assert len(many) == len(few) == 4, many
