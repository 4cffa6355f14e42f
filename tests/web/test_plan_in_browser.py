"""The plan, the agenda and the history in a real browser: rules of accessibility, small and dark."""

import importlib.util
import shutil
import socket
from collections.abc import Iterator
from contextlib import closing
from datetime import date
from importlib.resources import files
from threading import Thread

import pytest
import uvicorn
from playwright.sync_api import Page, expect, sync_playwright

from g40flow.domain.dossier.workflow import Stage
from g40flow.use_cases.dossier.plan import choose_day, fix_plan
from g40flow.web.actor import cookie_name
from g40flow.web.portal import build_portal
from tests.use_cases.dossier.deadlines import PA, a_dossier, acting
from tests.web.signing_in import ANNA, session_of
from tests.web.world import World

pytestmark = pytest.mark.browser

PAGES = ("/dossiers/1", "/dossiers/2", "/dossiers/3", "/dossiers/1/history", "/agenda?weeks=13")
RULES = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]
CHROMIUM = next(filter(None, map(shutil.which, ("chromium", "chromium-browser", "google-chrome"))), None)


@pytest.fixture
def address(world: World) -> Iterator[str]:
    """The portal over HTTP, with a plan that people work by, a proposal in a hurry, and one too late."""
    with world.database.writing() as session:
        planned = a_dossier(session)
        fix_plan(session, world.desk, planned, actor=acting(PA), seen_revision=0, now=world.now())
        choose_day(
            session,
            world.desk,
            planned,
            "drafting",
            date(2027, 1, 12),
            reason="vakantie",
            actor=acting(PA),
            seen_revision=1,
            now=world.now(),
        )
        a_dossier(session, number="2026-002", closes_on=date(2026, 12, 2), stage=Stage.DRAFTING)
        a_dossier(session, number="2026-003", closes_on=date(2026, 11, 20))
    world.later(days=9)
    with closing(socket.socket()) as listening:
        listening.bind(("127.0.0.1", 0))
        server = uvicorn.Server(uvicorn.Config(build_portal(world), log_level="critical", lifespan="off"))
        thread = Thread(target=server.run, kwargs={"sockets": [listening]}, daemon=True)
        thread.start()
        yield f"http://127.0.0.1:{listening.getsockname()[1]}"
        server.should_exit = True
        thread.join()


@pytest.fixture
def page(world: World, address: str) -> Iterator[Page]:
    """A page in which Anna of the secretariat is signed in; fails when the browser refuses something."""
    if CHROMIUM is None:
        pytest.skip("no Chromium on this machine")
    complaints: list[str] = []
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=["--no-sandbox", "--disable-gpu"])
        context = browser.new_context(base_url=address)
        context.add_cookies([{"name": cookie_name(world), "value": session_of(world, ANNA), "url": address}])
        opened = context.new_page()
        opened.on("console", lambda message: complaints.append(message.text))
        yield opened
        browser.close()
    assert complaints == []


def test_no_rule_of_accessibility_is_broken_and_nothing_is_too_wide(page: Page) -> None:
    axe = _axe()
    for width, scheme in ((1280, "light"), (390, "dark")):
        page.set_viewport_size({"width": width, "height": 900})
        page.emulate_media(color_scheme="dark" if scheme == "dark" else "light")
        for path in PAGES:
            page.goto(path)
            page.evaluate("document.querySelectorAll('details').forEach(d => d.open = true)")
            page.evaluate(axe)
            found = page.evaluate("rules => axe.run({runOnly: rules})", RULES)
            broken = [(v["id"], [node["html"] for node in v["nodes"]][:3]) for v in found["violations"]]
            assert broken == [], (path, scheme)
            too_wide = page.evaluate("document.scrollingElement.scrollWidth - innerWidth")
            assert too_wide <= 0, (path, width)


def test_the_picture_gives_way_to_the_table_on_a_phone(page: Page) -> None:
    page.goto("/dossiers/1")
    expect(page.get_by_role("img", name="Planning als tijdlijn")).to_be_visible()

    page.set_viewport_size({"width": 390, "height": 900})

    expect(page.get_by_role("img", name="Planning als tijdlijn")).not_to_be_visible()
    expect(page.get_by_text("elf werkdagen voor de sluiting")).to_be_visible()


def test_a_day_is_chosen_with_the_form(page: Page) -> None:
    page.goto("/dossiers/1")
    page.get_by_text("Een andere dag kiezen").click()
    page.get_by_label("Fase", exact=True).select_option("official_review")
    page.get_by_label("Uiterlijk op").fill("2027-01-15")
    page.get_by_label("Waarom een andere dag?").fill("secretarissen overleggen dan")

    page.get_by_role("button", name="Dag kiezen").click()

    expect(page.get_by_text("secretarissen overleggen dan").first).to_be_visible()


def _axe() -> str:
    assert importlib.util.find_spec("axe_playwright_python")
    return files("axe_playwright_python").joinpath("axe.min.js").read_text(encoding="utf-8")
