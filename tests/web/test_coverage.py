from datetime import UTC, datetime, timedelta

from g40flow.domain.coverage import Healed, Listed, Offer
from g40flow.storage.coverage import close_gap, open_gap
from g40flow.storage.coverage_tables import CoverageCheck
from g40flow.storage.tables import RunOutcome, SourceSignal
from tests.web.reading import Reader
from tests.web.world import World

HOSTILE = '"><script>alert(1)</script>'


def signals(world: World) -> list[SourceSignal]:
    return world._all(SourceSignal)


def a_day(world: World) -> None:
    """Looks every hour from ten on, without the afternoon, and a comparison that found two gaps."""
    for hour in range(11):
        if hour not in (3, 4, 5, 6):
            world.look("internetconsultatie", seen=40, new=hour % 2)
        elif hour == 5:
            world.look("internetconsultatie", outcome=RunOutcome.FAILED, message="open: 503", seen=0)
        world.later(hours=1)
    with world.database.writing() as session:
        lost = Listed(identifier="lost", title=f"Verloren wet {HOSTILE}", url="javascript:alert(1)")
        open_gap(session, "internetconsultatie", lost, world.moment)
        found = Listed(identifier="found", title="Gevonden wet", url="https://site.example/found")
        close_gap(
            open_gap(session, "internetconsultatie", found, world.moment), Healed.READ_AGAIN, world.moment
        )
        session.add(
            CoverageCheck(
                source="internetconsultatie",
                at=world.moment,
                offer=Offer.LIST,
                door="de open consultaties op de zoekpagina",
                theirs=42,
                ours=40,
                opened=2,
                healed=1,
                missing=1,
            )
        )
    world.later(minutes=5)


def test_a_day_shows_looks_the_stretch_not_reached_the_comparison_and_every_gap(
    world: World, reader: Reader
) -> None:
    a_day(world)

    page = reader.get("/sources/coverage")

    text = page.part("dag")
    assert "maandag 23 november 2026 (vandaag, tot nu)" in text
    assert "7 keer gelukt, 1 mislukt" in text
    assert "40 van 42" in text
    assert "Niet altijd bereikt" in text
    assert "1 keer geprobeerd. open: 503" in text
    assert "Gevonden wet found ma 23 nov 21:00 uur ma 23 nov 21:00 uur apart opgevraagd" in text
    assert "Ontbreekt nog" in text
    assert "Verloren wet" in page.part("open")
    assert "Gevonden wet" not in page.part("open")
    assert "<script>alert" not in page.source
    assert "javascript:" not in page.source


def test_the_looks_of_one_source_are_shown_one_by_one_also_of_another_day(
    world: World, reader: Reader
) -> None:
    a_day(world)
    world.later(days=2)

    page = reader.get("/sources/coverage?day=2026-11-23&source=internetconsultatie")

    text = page.part("dag")
    assert "maandag 23 november 2026" in text
    assert text.count("Gelezen") == 7
    assert "Vergeleken om ma 23 nov 21:00 uur : de open consultaties op de zoekpagina" in text
    assert "verwacht: 24 keer" in text


def test_a_source_that_was_not_followed_then_is_no_gap(world: World, reader: Reader) -> None:
    world.look("internetconsultatie")

    text = reader.get("/sources/coverage?day=2026-01-05").part("dag")

    assert "Deze bron werd toen nog niet gevolgd." in text


def test_a_day_that_is_none_or_in_the_future_is_today(world: World, reader: Reader) -> None:
    assert "Deze bron is nog nooit bekeken." in reader.get("/sources/coverage").part("dag")
    for day in ("morgen", "2027-01-01", "2026-13-99"):
        assert "23 november 2026" in reader.get(f"/sources/coverage?day={day}").part("dag")


def test_what_is_unknown_is_ticked_off_with_a_note_and_can_be_put_back(world: World, reader: Reader) -> None:
    world.signal("tweedekamer", "unknown_committee", "onbekende commissie ‘Vaste commissie voor Water’")
    [signal] = signals(world)
    page = reader.get("/sources/coverage")

    assert "onbekende commissie ‘Vaste commissie voor Water’" in page.part("signalen")
    after = reader.send(
        page, f"/sources/signals/{signal.id}/acknowledge", note="Nieuwe commissie, staat nu in de lijst."
    )

    text = after.part("signalen")
    assert "Er is niets dat nog bekeken moet worden." in text
    assert "Anna Testerink" in text
    assert "Nieuwe commissie, staat nu in de lijst." in text
    assert signals(world)[0].acknowledged_at == world.now()
    refused = reader.send(page, f"/sources/signals/{signal.id}/acknowledge", note="nog eens", status=409)
    assert refused is not None

    back = reader.send(after, f"/sources/signals/{signal.id}/reopen")

    assert "Afvinken" in back.part("signalen")


def test_a_note_is_needed(world: World, reader: Reader) -> None:
    world.signal("tweedekamer", "unknown_kind", "onbekende soort")
    [signal] = signals(world)

    after = reader.send(
        reader.get("/sources/coverage"), f"/sources/signals/{signal.id}/acknowledge", note="  "
    )

    assert "Let op: Zeg waarom." in after.part("signalen")
    assert signals(world)[0].acknowledged_at is None


def test_when_all_is_well_the_page_says_so(world: World, reader: Reader) -> None:
    for _ in range(11):
        world.look("internetconsultatie")
        world.look("tweedekamer")
        world.later(minutes=10)
    world.moment = datetime(2026, 11, 23, 11, tzinfo=UTC) + timedelta(minutes=5)
    before = reader.get("/sources/coverage").part("open")
    with world.database.writing() as session:
        for source in ("internetconsultatie", "tweedekamer"):
            session.add(CoverageCheck(source=source, at=world.moment, offer=Offer.LIST))

    page = reader.get("/sources/coverage")

    assert "Niet bekend" in before
    assert "Niets" not in before
    assert "Niets Bij de laatste vergelijking" in page.part("open")
    assert "Internetconsultatie" not in page.part("open")
    assert "Compleet" in page.part("dag")
