"""The pages of dossiers in a real browser: rules of accessibility, small screens, paper, a walk by hand."""

import importlib.util
import shutil
import socket
from collections.abc import Iterator
from contextlib import closing
from importlib.resources import files
from threading import Thread

import pytest
import uvicorn
from playwright.sync_api import Page, expect, sync_playwright

from g40flow.domain.dossier.words import ExceptionCode
from g40flow.storage.dossier_tables import DossierException, DossierGroup, DossierPartner
from g40flow.use_cases.dossier.open_dossier import open_dossier
from g40flow.web.actor import cookie_name
from g40flow.web.portal import build_portal
from tests.use_cases.dossier.world import World as Network
from tests.web.signing_in import session_of
from tests.web.world import World

pytestmark = pytest.mark.browser

LEAD, SECRETARIAT = "zeger-de-voorbeeld", "anna-testerink"
PAGES = (
    "/work",
    "/dossiers",
    "/dossiers?q=bestaatniet",
    "/dossiers/new",
    "/dossiers/1",
    "/dossiers/1/history",
    "/items/1",
)
RULES = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]
CHROMIUM = next(filter(None, map(shutil.which, ("chromium", "chromium-browser", "google-chrome"))), None)


@pytest.fixture
def address(world: World) -> Iterator[str]:
    """The portal over HTTP, with one dossier in which much is going on."""
    fill_dossier(world)
    with closing(socket.socket()) as listening:
        listening.bind(("127.0.0.1", 0))
        server = uvicorn.Server(uvicorn.Config(build_portal(world), log_level="critical", lifespan="off"))
        thread = Thread(target=server.run, kwargs={"sockets": [listening]}, daemon=True)
        thread.start()
        yield f"http://127.0.0.1:{listening.getsockname()[1]}"
        server.should_exit = True
        thread.join()


def fill_dossier(world: World) -> None:
    """Everything that the page of a dossier can show."""
    network = Network(world.database, now=world.now())
    item = network.item("woningmarkt", title="Wet versterking regie volkshuisvesting")
    with world.database.writing() as session:
        dossier = open_dossier(
            session, world.desk, [item], actor=network.actor(SECRETARIAT), now=world.now(), routed=True
        )
        assert dossier.id is not None
        session.add(DossierGroup(dossier_id=dossier.id, theme_group="europa", state="rejected", reason="nee"))
        session.add(DossierPartner(dossier_id=dossier.id, partner="vng", state="asked", contact="adviseur"))
        session.add(DossierPartner(dossier_id=dossier.id, partner="g4", state="signed", signed_hash="a" * 64))
        for code in ExceptionCode:
            session.add(
                DossierException(
                    dossier_id=dossier.id,
                    code=code,
                    raised_at=world.now(),
                    raised_by=SECRETARIAT,
                    note="Toelichting",
                    facts={"days": 3, "until": "2026-12-01", "who": "Delft", "old": "2026-12-01", "new": "x"},
                    lifted_at=world.now() if code is ExceptionCode.DISSENT else None,
                )
            )


@pytest.fixture
def page_of(world: World, address: str) -> Iterator[dict[str, Page]]:
    """A page per person, each in a browser of their own, with scripts."""
    if CHROMIUM is None:
        pytest.skip("no Chromium on this machine")
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=["--no-sandbox", "--disable-gpu"])
        pages = {}
        for person in (SECRETARIAT, LEAD):
            context = browser.new_context(base_url=address)
            token = session_of(world, person)
            context.add_cookies([{"name": cookie_name(world), "value": token, "url": address}])
            pages[person] = context.new_page()
        yield pages
        browser.close()


def test_no_rule_of_accessibility_is_broken_and_nothing_is_too_wide(page_of: dict[str, Page]) -> None:
    page, axe = page_of[SECRETARIAT], _axe()
    page.set_viewport_size({"width": 390, "height": 900})

    for path in PAGES:
        for scheme in ("light", "dark"):
            page.emulate_media(color_scheme=scheme)
            page.goto(path)
            page.evaluate("document.querySelectorAll('details').forEach(d => d.open = true)")
            page.evaluate(axe)
            found = page.evaluate("rules => axe.run({runOnly: rules})", RULES)
            broken = [(v["id"], [node["html"] for node in v["nodes"]][:3]) for v in found["violations"]]
            assert broken == [], (path, scheme)
        too_wide = page.evaluate("document.scrollingElement.scrollWidth - innerWidth")
        assert too_wide <= 0, path


def test_a_lead_answers_and_the_secretariat_sees_it(page_of: dict[str, Page]) -> None:
    lead, office = page_of[LEAD], page_of[SECRETARIAT]

    lead.goto("/work")
    lead.get_by_role("link", name="Zeg of uw groep meedoet").click()
    lead.get_by_role("button", name="Wij doen mee (Woningmarkt)").click()

    expect(lead.get_by_role("status").first).to_contain_text("U doet mee")
    office.goto("/dossiers")
    office.get_by_role("link", name="Wet versterking regie volkshuisvesting").click()
    expect(office.get_by_role("region", name="Geschiedenis")).to_contain_text("Groep doet mee")


def test_on_paper_stands_the_dossier_without_the_forms(page_of: dict[str, Page]) -> None:
    page = page_of[SECRETARIAT]
    page.goto("/dossiers/1")

    page.emulate_media(media="print")

    expect(page.get_by_role("heading", level=1)).to_be_visible()
    expect(page.get_by_role("navigation")).not_to_be_visible()
    expect(page.get_by_role("button", name="Niet meer volgen")).not_to_be_visible()
    expect(page.get_by_role("button", name="Volgen")).not_to_be_visible()


def _axe() -> str:
    found = importlib.util.find_spec("axe_playwright_python")
    assert found is not None
    return (files("axe_playwright_python") / "axe.min.js").read_text(encoding="utf-8")
