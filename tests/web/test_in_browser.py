"""The portal in a real browser: with and without scripts, by keyboard, small, dark and on paper."""

import importlib.util
import shutil
import socket
from collections.abc import Callable, Iterator
from contextlib import closing
from importlib.resources import files
from threading import Thread
from typing import Any

import pytest
import uvicorn
from playwright.sync_api import Browser, Page, expect, sync_playwright

from g40flow.web.actor import cookie_name
from g40flow.web.portal import build_portal
from tests.web.signing_in import ANNA, session_of
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
    "/messages",
    "/corrections",
    "/routing/quality",
    "/routing/rules",
    "/routing/proposals",
    "/account",
    "/admin/people",
    "/admin/people/lars-schijn",
    "/sign-in?done=out",
    "/nergens",
)
RULES = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]
CHROMIUM = next(filter(None, map(shutil.which, ("chromium", "chromium-browser", "google-chrome"))), None)

OpenPage = Callable[..., Page]


@pytest.fixture(scope="module")
def chromium() -> Iterator[Browser]:
    """A browser on this machine."""
    if CHROMIUM is None:
        pytest.skip("no Chromium on this machine")
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=["--no-sandbox", "--disable-gpu"])
        yield browser
        browser.close()


@pytest.fixture
def address(world: World, items: dict[str, int]) -> Iterator[str]:
    """The portal served over HTTP on this machine."""
    with closing(socket.socket()) as listening:
        listening.bind(("127.0.0.1", 0))
        config = uvicorn.Config(build_portal(world), log_level="critical", lifespan="off")
        server = uvicorn.Server(config)
        thread = Thread(target=server.run, kwargs={"sockets": [listening]}, daemon=True)
        thread.start()
        yield f"http://127.0.0.1:{listening.getsockname()[1]}"
        server.should_exit = True
        thread.join()


@pytest.fixture
def open_page(chromium: Browser, address: str, world: World) -> Iterator[OpenPage]:
    """Opens pages of the portal; fails when a page asks the browser for something that is refused."""
    complaints: list[str] = []
    contexts: list[Any] = []

    def open_(path: str, **settings: Any) -> Page:
        context = chromium.new_context(base_url=address, **settings)
        context.add_cookies([{"name": cookie_name(world), "value": session_of(world, ANNA), "url": address}])
        contexts.append(context)
        page = context.new_page()
        page.on("console", lambda message: complaints.append(message.text))
        page.goto(path)
        return page

    yield open_
    for context in contexts:
        context.close()
    # A page that does not exist is reported by the browser itself.
    assert [said for said in complaints if "404 (Not Found)" not in said] == []


@pytest.mark.parametrize("scripts", [False, True])
def test_search_correct_and_undo(open_page: OpenPage, world: World, scripts: bool) -> None:
    page = open_page("/", java_script_enabled=scripts)
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
    page = open_page("/messages?state=failed", java_script_enabled=False)

    page.get_by_role("button", name="Opnieuw proberen").first.click()

    expect(page.get_by_role("status").first).to_contain_text("staat weer klaar")


def test_the_keyboard_reaches_the_content_at_once(open_page: OpenPage) -> None:
    page = open_page("/items")

    page.keyboard.press("Tab")
    expect(page.get_by_role("link", name="Naar de inhoud")).to_be_focused()
    page.keyboard.press("Enter")
    page.keyboard.press("Tab")

    expect(page.get_by_role("searchbox", name="Zoeken")).to_be_focused()


@pytest.mark.parametrize("width", [320, 390, 768])
def test_nothing_is_wider_than_the_screen(open_page: OpenPage, width: int) -> None:
    page = open_page("/", viewport={"width": width, "height": 800})

    for path in PAGES:
        page.goto(path)
        for summary in page.locator("summary").all():
            summary.click()
        too_wide = page.evaluate("document.scrollingElement.scrollWidth - innerWidth")
        assert too_wide <= 0, f"{path} at {width}"


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("width", [390, 1280])
def test_no_rule_of_accessibility_is_broken(open_page: OpenPage, scheme: str, width: int) -> None:
    page = open_page("/", color_scheme=scheme, viewport={"width": width, "height": 900})
    axe = _axe()

    for path in PAGES:
        page.goto(path)
        page.evaluate("document.querySelectorAll('details').forEach(d => d.open = true)")
        page.evaluate(axe)
        found = page.evaluate("rules => axe.run({runOnly: rules})", RULES)
        broken = [(v["id"], [node["html"] for node in v["nodes"]][:3]) for v in found["violations"]]
        assert broken == [], path


def test_on_paper_stands_what_was_found_and_not_how_to_look(open_page: OpenPage) -> None:
    page = open_page("/items/2")

    page.emulate_media(media="print")

    expect(page.get_by_role("heading", level=1)).to_be_visible()
    expect(page.get_by_role("heading", name="Voor wie, en waarom")).to_be_visible()
    expect(page.get_by_role("navigation")).not_to_be_visible()
    expect(page.get_by_role("button", name="Routering opslaan")).not_to_be_visible()


def _axe() -> str:
    if importlib.util.find_spec("axe_playwright_python") is None:
        pytest.skip("axe-playwright-python is not installed")
    return (files("axe_playwright_python") / "axe.min.js").read_text()
