from datetime import timedelta

import pytest

from g40flow.storage.tables import RunOutcome
from tests.web.reading import Reader
from tests.web.world import World


def test_each_source_says_how_it_stands(reader: Reader, items: dict[str, int]) -> None:
    page = reader.get("/sources")

    assert "Internetconsultatie In orde" in page.part("bron-1")
    assert "Ritme elk uur" in page.part("bron-1")
    assert "Tweede Kamer Storing" in page.part("bron-2")
    assert "Storing sinds ma 23 nov 10:00 uur 503 Service Unavailable" in page.part("bron-2")
    assert "1 mislukt" in page.part("bron-2")


def test_a_source_that_was_never_looked_at_says_what_to_do(reader: Reader) -> None:
    page = reader.get("/sources")

    assert "Nog nooit bekeken" in page.part("bron-1")
    assert "g40flow poll internetconsultatie" in page.part("bron-1")


@pytest.mark.parametrize(("hours", "standing"), [(2.9, "In orde"), (3.1, "Te lang niet bekeken")])
def test_a_source_is_late_after_three_rounds(
    world: World, reader: Reader, hours: float, standing: str
) -> None:
    world.look("internetconsultatie")

    world.later(hours=hours)

    assert standing in reader.get("/sources").part("bron-1")


def test_totals_are_those_of_a_day(world: World, reader: Reader) -> None:
    world.look("internetconsultatie", new=40)
    world.later(hours=23)
    world.look("internetconsultatie", new=2, changed=1)

    within = reader.get("/sources").part("bron-1")
    world.later(hours=2)
    after = reader.get("/sources").part("bron-1")

    assert "42 nieuw, 1 gewijzigd" in within
    assert "2 nieuw, 1 gewijzigd" in after
    assert "42" not in after


def test_every_look_is_in_the_ledger(world: World, reader: Reader) -> None:
    for number in range(60):
        world.look("tweedekamer", seen=number)
        world.later(minutes=10)
    world.look("tweedekamer", outcome=RunOutcome.FAILED, message="Activiteit: 503")

    page = reader.get("/sources/tweedekamer")
    older = reader.get(page.link("Volgende ›"))

    assert "Mislukt Activiteit: 503" in page.part("keren")
    assert "1 tot en met 50 van 61" in page.part("keren")
    assert "2,5 s" in page.part("keren")
    assert "51 tot en met 61 van 61" in older.part("keren")


def test_what_is_odd_is_told_with_how_often(world: World, reader: Reader) -> None:
    for _ in range(3):
        world.signal("internetconsultatie", "unknown_status", "onbekende status ‘Gepauzeerd’")

    text = reader.get("/sources/internetconsultatie").part("signalen")

    assert "onbekende status ‘Gepauzeerd’" in text
    assert " 3 " in text


def test_read_to_the_end_and_newest_entry_are_told_per_stream(world: World, reader: Reader) -> None:
    world.look("tweedekamer")
    world.stream(
        "tweedekamer",
        "Zaak",
        looked_at=world.now() - timedelta(minutes=12),
        completed_at=world.now() - timedelta(days=3),
        newest_entry_at=world.now() - timedelta(hours=2),
    )

    text = reader.get("/sources/tweedekamer").part("nu")

    assert "Zaak 12 minuten geleden vr 20 nov 10:00 uur ma 23 nov 08:00 uur In orde" in text


def test_a_source_that_does_not_exist_is_a_page_that_helps(reader: Reader) -> None:
    assert "Deze pagina bestaat niet" in reader.get("/sources/gemeenteblad", status=404).text
