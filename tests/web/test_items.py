from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date
from typing import Any

import pytest
from sqlalchemy import event

from tests.web.reading import Reader
from tests.web.world import World, bill, consultation, debate


def test_the_newest_item_stands_first(reader: Reader, items: dict[str, int]) -> None:
    assert reader.get("/items").rows()[0] == "Spoedregeling zorg"


def test_the_first_deadline_can_stand_first(reader: Reader, items: dict[str, int]) -> None:
    rows = reader.get("/items?order=soonest&open=1").rows()

    assert rows[:3] == ["Spoedregeling zorg", "Woningbouwopgave", "Besluit oude woningen"]
    assert rows[-1] == "Wet regie volkshuisvesting woningen"  # names no day


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ("q=collectieve", {"Wet collectieve warmte voor woningen"}),
        ("q=COLLECTIEVE+wet", {"Wet collectieve warmte voor woningen"}),
        ("q=2026A07519", {"Woningbouwopgave"}),
        ("q=36512", {"Woningbouwopgave", "Wet regie volkshuisvesting woningen"}),
        ("kind=activity", {"Woningbouwopgave"}),
        ("source=tweedekamer&kind=parliamentary_case", {"Wet regie volkshuisvesting woningen"}),
        ("group=duurzaamheid", {"Wet collectieve warmte voor woningen"}),
        ("group=-", {"Regeling pluimvee in Brussel", "Besluit twijfelgevallen"}),
        ("triage=1", {"Besluit twijfelgevallen"}),
        ("group=*&kind=activity", {"Woningbouwopgave"}),
    ],
)
def test_filters_find_what_they_say(
    reader: Reader, items: dict[str, int], query: str, found: set[str]
) -> None:
    assert set(reader.get(f"/items?{query}").rows()) == found


def test_wildcards_of_the_database_are_plain_characters(reader: Reader, items: dict[str, int]) -> None:
    assert reader.get("/items?q=%25").rows() == []
    assert reader.get("/items?q=_").rows() == []


def test_nothing_found_says_what_to_try(reader: Reader, items: dict[str, int]) -> None:
    page = reader.get("/items?q=bestaatniet")

    assert "Geen stukken gevonden" in page.text
    assert page.link("wis alle filters") == "/items"


def test_what_is_over_is_not_open(world: World, reader: Reader) -> None:
    world.publish(consultation("Oude woningwet", closes_on=date(2026, 11, 20)))
    world.publish(debate())
    world.later(days=10)

    assert reader.get("/items?open=1").rows() == []


def test_filters_stay_when_the_page_is_turned(world: World, reader: Reader) -> None:
    for number in range(30):
        world.publish(consultation(f"Woningwet nummer {number:02}"))

    first = reader.get("/items?q=woningwet&group=woningmarkt")
    second = reader.get(first.link("Volgende ›"))

    assert "30 stukken gevonden" in first.text
    assert "Stuk 1 tot en met 25 van 30" in first.text
    assert "Pagina 2 van 2" in second.text
    assert len(second.rows()) == 5
    assert not set(first.rows()) & set(second.rows())
    assert second.link("‹ Vorige") == "/items?q=woningwet&group=woningmarkt"


def test_a_page_beyond_the_last_leads_back(reader: Reader, items: dict[str, int]) -> None:
    page = reader.get("/items?page=99&q=woning")

    assert page.link("Naar de eerste pagina") == "/items?q=woning"


def test_what_was_filled_in_stands_in_the_form(reader: Reader, items: dict[str, int]) -> None:
    _, values = reader.get("/items?q=warmte&group=duurzaamheid&open=1&order=soonest").form("/items")

    assert values["q"] == ["warmte"]
    assert values["group"] == ["duurzaamheid"]
    assert values["open"] == ["1"]
    assert values["order"] == ["soonest"]


def test_the_lead_is_named_for_those_who_cannot_see_it(reader: Reader, items: dict[str, int]) -> None:
    assert "Duurzaamheid (voortouw)" in reader.get("/items?q=warmte").text


def test_the_number_of_queries_does_not_grow_with_the_list(world: World, reader: Reader) -> None:
    for number in range(3):
        world.publish(consultation(f"Woningwet nummer {number:02}"))
    reader.get("/items")  # who everybody is, is found out once and then only whether that changed
    with counted_queries(world) as few:
        reader.get("/items")
    for number in range(3, 25):
        world.publish(bill(f"Woningwet nummer {number:02}"))

    with counted_queries(world) as many:
        reader.get("/items")

    assert (len(few), len(many)) == (2, 3), many  # of a full page it is asked how many follow


def test_a_full_list_stays_light(world: World, reader: Reader) -> None:
    for number in range(25):
        world.publish(consultation(f"Woningwet over warmte en zorg nummer {number:02} " + "lang " * 40))

    assert len(reader.get("/items").source.encode()) < 100_000


OF_VISITOR = ("web_session", "deactivation", "slack_link", "role_grant", "person\n")


@contextmanager
def counted_queries(world: World) -> Iterator[list[str]]:
    """Every question that is put to the database for the page itself, not for who looks at it."""
    asked: list[str] = []

    def note(connection: Any, cursor: Any, statement: str, *rest: Any) -> None:
        if statement.startswith("SELECT") and not any(f"FROM {table}" in statement for table in OF_VISITOR):
            asked.append(statement)

    event.listen(world.database.engine, "before_cursor_execute", note)
    try:
        yield asked
    finally:
        event.remove(world.database.engine, "before_cursor_execute", note)
