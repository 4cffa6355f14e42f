"""The portal in a real browser: with and without scripts, by keyboard, small, dark and on paper."""

from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, expect

from tests.browsing import OpenPage, flaws
from tests.web.signing_in import ANNA, pages_of
from tests.web.world import World

pytestmark = pytest.mark.browser

PAGES = (
    "/",
    "/items",
    "/items?q=bestaatniet",
    "/items/2",
    "/items/3",
    "/sources",
    "/sources/tweedekamer",
    "/sources/coverage?source=tweedekamer",
    "/messages",
    "/corrections",
    "/routing/quality",
    "/routing/rules",
    "/routing/proposals",
    "/account",
    "/account/feeds",
    "/admin/people",
    "/admin/people/lars-schijn",
    "/admin/people/lars-schijn/voorkeuren",
    "/voorkeuren?done=saved",
    "/afmelden/1.geen",
    "/sign-in?done=out",
    "/nergens",
)


@pytest.fixture
def open_page(chromium: Browser, world: World, items: dict[str, int]) -> Iterator[OpenPage]:
    """Opens pages of the portal on a working day."""
    # A page that does not exist is reported by the browser itself.
    with pages_of(world, chromium, allowed="404 (Not Found)") as open_:
        yield open_


@pytest.mark.parametrize("scripts", [False, True])
def test_search_correct_and_undo(open_page: OpenPage, world: World, scripts: bool) -> None:
    page = open_page("/", ANNA, scripts=scripts)
    page.get_by_role("link", name="Stukken", exact=True).click()
    page.get_by_role("searchbox", name="Zoeken").fill("pluimvee")
    page.get_by_role("button", name="Zoeken").click()
    page.get_by_role("link", name="Regeling pluimvee in Brussel").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Regeling pluimvee in Brussel")

    page.get_by_role("checkbox", name="Europa").check()
    page.get_by_role("radio", name="voortouw voor Europa").check()
    page.get_by_label("Waarom?").fill("Gaat over Europese regels")
    page.get_by_role("button", name="Routering opslaan").click()
    expect(page.get_by_role("status").first).to_contain_text("De routering is gewijzigd.")
    expect(page.get_by_text("Toegewezen door Anna Testerink")).to_be_visible()

    page.get_by_role("button", name="Ongedaan maken").first.click()
    expect(page.get_by_role("status").first).to_contain_text("De correctie is ongedaan gemaakt.")
    assert [c.new_groups for c in world.corrections()] == [["europa"], []]


def test_a_failed_message_is_retried(open_page: OpenPage) -> None:
    page = open_page("/messages?state=failed", ANNA, scripts=False)

    page.get_by_role("button", name="Opnieuw proberen").first.click()

    expect(page.get_by_role("status").first).to_contain_text("staat weer klaar")


def test_the_keyboard_reaches_the_content_at_once(open_page: OpenPage) -> None:
    page = open_page("/items", ANNA)

    page.keyboard.press("Tab")
    expect(page.get_by_role("link", name="Naar de inhoud")).to_be_focused()
    page.keyboard.press("Enter")
    page.keyboard.press("Tab")

    expect(page.get_by_role("searchbox", name="Zoeken")).to_be_focused()


def test_no_page_breaks_a_rule_of_accessibility_or_is_too_wide(open_page: OpenPage) -> None:
    page = open_page("/", ANNA)
    found = {}

    for path in PAGES:
        page.goto(path)
        found[path] = flaws(page)

    assert {path: wrong for path, wrong in found.items() if wrong} == {}


def test_on_paper_stands_what_was_found_and_not_how_to_look(open_page: OpenPage) -> None:
    page = open_page("/items/2", ANNA)

    page.emulate_media(media="print")

    expect(page.get_by_role("heading", level=1)).to_be_visible()
    expect(page.get_by_role("heading", name="Voor wie, en waarom")).to_be_visible()
    expect(page.get_by_role("navigation")).not_to_be_visible()
    expect(page.get_by_role("button", name="Routering opslaan")).not_to_be_visible()
