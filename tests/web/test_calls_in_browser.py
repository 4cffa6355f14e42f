"""A call for input from question to summary in a real browser, by people with and without an account."""

from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, expect
from sqlmodel import select

from g40flow.storage.dossier_tables import CallAnswer, MemberCall
from tests.browsing import PHONE, OpenPage, flaws_seen_by
from tests.web.calling import PEN_HOLDER, SECRETARY, answered, call_in, dossier_in_call, token_for
from tests.web.signing_in import pages_of
from tests.web.world import World, consultation

pytestmark = pytest.mark.browser


@pytest.fixture
def dossier(world: World) -> int:
    """A dossier at the stage of the call."""
    return dossier_in_call(world, world.publish(consultation("Wet regie woningen")))


@pytest.fixture
def open_page(chromium: Browser, world: World, dossier: int) -> Iterator[OpenPage]:
    """Opens pages of the portal, for people with and without an account."""
    # A form that is shown again is reported by the browser itself.
    with pages_of(world, chromium, allowed="422 (Unprocessable") as open_:
        yield open_


def test_a_call_goes_from_question_to_summary_without_scripts(
    world: World, dossier: int, open_page: OpenPage
) -> None:
    secretary = open_page(f"/dossiers/{dossier}/call", SECRETARY, scripts=False)
    secretary.get_by_label("Titel").fill("Wat kost de wet uw stad?")
    secretary.get_by_label("Vraag 1", exact=True).fill("Hoeveel woningen zijn er nodig?")
    secretary.get_by_role("radio", name="Gekozen steden").check()
    secretary.get_by_text("Welke steden").click()
    for city in ("Delft", "Zwolle"):
        secretary.get_by_role("checkbox", name=city, exact=True).check()
    secretary.get_by_label("Laatste dag").fill("2026-12-04")
    secretary.get_by_role("button", name="Bekijk eerst").click()
    expect(secretary.get_by_role("status").first).to_contain_text("Er is nog niets verstuurd")
    assert _calls(world) == []
    secretary.get_by_role("button", name="Open de uitvraag").click()
    expect(secretary.get_by_role("status").first).to_contain_text("De uitvraag is geopend.")
    (call,) = _calls(world)
    assert call.id is not None

    delft = open_page(f"/uitvraag/{token_for(world, call.id, 'delft')}", scripts=False, viewport=PHONE)
    expect(delft.get_by_role("heading", level=1)).to_have_text("Wat kost de wet uw stad?")
    delft.get_by_role("radio", name="Afwijkend standpunt").check()
    delft.get_by_label("1. Hoeveel woningen zijn er nodig?").fill("Tweeduizend.")
    delft.get_by_role("button", name="Antwoord versturen").click()
    expect(delft.get_by_role("alert")).to_contain_text("nog niet verstuurd")
    expect(delft.get_by_label("1. Hoeveel woningen zijn er nodig?")).to_have_value("Tweeduizend.")
    delft.get_by_label("Wat wilt u nog meegeven?").fill("Wij zijn er juist voor.")
    delft.get_by_role("button", name="Antwoord versturen").click()
    expect(delft.get_by_role("status")).to_contain_text("Het antwoord van Delft is ontvangen")
    assert [(answer.city, answer.kind) for answer in _answers(world)] == [("delft", "dissent")]

    writer = open_page(f"/dossiers/{dossier}/call", PEN_HOLDER, scripts=False)
    expect(writer.get_by_text("Wij zijn er juist voor.")).to_be_visible()
    expect(writer.get_by_text("Nog niet: Zwolle")).to_be_visible()
    writer.get_by_text("Bij een punt zetten").click()
    writer.get_by_role("button", name="Zet erbij").click()
    expect(writer.get_by_role("status").first).to_contain_text("Het antwoord staat nu bij het punt.")

    secretary.get_by_text("Nu herinneren").click()
    secretary.get_by_role("button", name="herinnering").click()
    expect(secretary.get_by_role("status").first).to_contain_text("krijgt een herinnering")
    secretary.get_by_text("Nu sluiten", exact=True).click()
    secretary.get_by_role("button", name="Sluit de uitvraag").click()
    expect(secretary.get_by_role("status").first).to_contain_text("De uitvraag is gesloten.")


def test_a_city_answers_by_keyboard_alone(world: World, dossier: int, open_page: OpenPage) -> None:
    call = call_in(world, dossier)
    page = open_page(f"/uitvraag/{token_for(world, call, 'delft')}")

    page.get_by_role("radio", name="Inbreng").focus()
    page.keyboard.press("Space")
    for words in ("Twee miljoen.", "Meer geld."):
        page.keyboard.press("Tab")
        page.keyboard.type(words)
    page.get_by_role("button", name="Antwoord versturen").focus()
    page.keyboard.press("Enter")

    expect(page.get_by_role("status")).to_contain_text("is ontvangen")
    assert [answer.answers for answer in _answers(world)] == [{"q1": "Twee miljoen.", "q2": "Meer geld."}]


def test_no_rule_of_accessibility_is_broken_and_nothing_is_too_wide(
    world: World, dossier: int, open_page: OpenPage
) -> None:
    call = call_in(world, dossier)
    answered(world, call, "almere", example="Een voorbeeld.")
    link = f"/uitvraag/{token_for(world, call, 'delft')}"
    mine = f"/uitvraag/{token_for(world, call, 'almere')}?done=answered"
    seen_by = {"": [link, mine], SECRETARY: [f"/dossiers/{dossier}/call", "/calls"]}

    assert flaws_seen_by(open_page, seen_by) == {}


def test_on_paper_the_answers_stand_without_buttons(world: World, dossier: int, open_page: OpenPage) -> None:
    call = call_in(world, dossier)
    answered(world, call, "almere")
    page = open_page(f"/dossiers/{dossier}/call", SECRETARY)

    page.emulate_media(media="print")

    expect(page.get_by_text("In almere kost het veel.")).to_be_visible()
    expect(page.get_by_role("button", name="Open de uitvraag")).to_be_hidden()


def _calls(world: World) -> list[MemberCall]:
    with world.database.reading() as session:
        return list(session.exec(select(MemberCall)))


def _answers(world: World) -> list[CallAnswer]:
    with world.database.reading() as session:
        return list(session.exec(select(CallAnswer)))
