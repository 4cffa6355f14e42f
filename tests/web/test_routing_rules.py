import pytest

from tests.web.reading import Page, Reader
from tests.web.test_hostile_text import assert_harmless
from tests.web.test_items import counted_queries
from tests.web.world import World, consultation

ADDRESS = "/routing/rules"


def terms(page: Page) -> list[str]:
    return [th.text_content().strip() for th in page.tree.xpath("//tbody//th")]


def test_rules_stand_with_how_often_they_counted(world: World, reader: Reader) -> None:
    for n in range(12):
        world.publish(consultation(f"Woningwet nummer {n}"))
    world.publish(consultation("Warmtewet"))
    world.later(weeks=4)

    page = reader.get(ADDRESS)

    assert terms(page) == ["woning*", "warmte*", "zorg*"]
    text = page.part("gevonden")
    assert "woning* Woningmarkt eigen woorden ongeveer 3 per week 12 keer" in text
    assert "warmte* Duurzaamheid eigen woorden ongeveer 1 per maand 1 keer" in text
    assert "zorg* Zorg, Jeugd en Onderwijs eigen woorden nog niet gezien" in text
    assert "13 keer een stuk gerouteerd, ongeveer 3 per week. Geteld over 4 weken" in text


def test_little_time_is_called_rough(world: World, reader: Reader) -> None:
    world.publish(consultation("Woningwet"))

    assert "nog geen twee weken, dus ruw" in reader.get(ADDRESS).part("gevonden")


def test_what_was_there_at_the_first_reading_does_not_count(world: World, reader: Reader) -> None:
    world.publish(consultation("Woningwet"), first_read=True)

    assert "0 keer een stuk gerouteerd" in reader.get(ADDRESS).part("gevonden")


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ("q=won", ["woning*"]),
        ("q=ORG", ["zorg*"]),
        ("group=duurzaamheid", ["warmte*"]),
        ("group=duurzaamheid&q=zorg", []),
    ],
)
def test_rules_are_found_by_word_and_group(reader: Reader, query: str, found: list[str]) -> None:
    assert terms(reader.get(f"{ADDRESS}?{query}")) == found


def test_nothing_found_says_what_to_try(reader: Reader) -> None:
    page = reader.get(f"{ADDRESS}?q=bestaatniet")

    assert page.link("wis de filters") == ADDRESS


@pytest.mark.parametrize("query", ["q=<script>alert(1)</script>", "group=%22><img src=x>", "q={{7*7}}"])
def test_what_is_asked_for_is_only_ever_text(reader: Reader, query: str) -> None:
    page = reader.get(f"{ADDRESS}?{query}")

    assert_harmless(page)
    assert "49" not in page.text


def test_the_number_of_queries_does_not_grow(world: World, reader: Reader) -> None:
    for n in range(20):
        world.publish(consultation(f"Zorg en warmte nummer {n}"))
    reader.get(ADDRESS)  # who everybody is, is found out once and then only whether that changed

    with counted_queries(world) as asked:
        reader.get(ADDRESS)

    assert len(asked) == 1, asked
