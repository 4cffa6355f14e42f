"""The pages of texts in a real browser: without scripts, small, dark, and by the rules of accessibility."""

import importlib.util
import shutil
import socket
from collections.abc import Iterator
from contextlib import closing
from importlib.resources import files
from threading import Thread

import pytest
import uvicorn
from playwright.sync_api import Browser, BrowserContext, Page, expect, sync_playwright

from g40flow.domain.actors import Surface
from g40flow.use_cases.access.sign_in import actor_for
from g40flow.use_cases.text.comments import add_comment
from g40flow.web.actor import cookie_name
from g40flow.web.portal import build_portal
from tests.web.calling import PEN_HOLDER
from tests.web.signing_in import ANNA, session_of
from tests.web.world import World, consultation
from tests.web.writing import adopted, dossier_in_writing, written

pytestmark = pytest.mark.browser

CHROMIUM = next(filter(None, map(shutil.which, ("chromium", "chromium-browser", "google-chrome"))), None)
RULES = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]
TEXT = """## Inleiding

De steden **steunen** het doel[^1]. Zie [de wet](https://www.example.nl/wet).

| Artikel | Voorstel | Toelichting die wat langer is dan de kolom breed is |
|---|---|---|
| 2.1 | schrap lid 3 | {word} |

- een
- twee

[^1]: Net als de VNG.
"""


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
def dossier(world: World) -> int:
    """A dossier with two versions, a comment, and a third version that was adopted."""
    found = dossier_in_writing(world, world.publish(consultation("Wet regie woningen")))
    written(world, found, TEXT.format(word="eerst"))
    seen = written(world, found, TEXT.format(word="daarna"))
    with world.database.writing() as session:
        actor = actor_for(session, world.network, PEN_HOLDER, surface=Surface.PORTAL, now=world.now())
        add_comment(
            session,
            world.desk,
            found,
            "Waarom?",
            actor=actor,
            seen_version=seen,
            quote="doel",
            now=world.now(),
        )
    adopted(world, found, TEXT.format(word="Bel 06-12345678"))
    return found


@pytest.fixture
def address(world: World) -> Iterator[str]:
    """The portal served over HTTP on this machine."""
    with closing(socket.socket()) as listening:
        listening.bind(("127.0.0.1", 0))
        server = uvicorn.Server(uvicorn.Config(build_portal(world), log_level="critical", lifespan="off"))
        thread = Thread(target=server.run, kwargs={"sockets": [listening]}, daemon=True)
        thread.start()
        yield f"http://127.0.0.1:{listening.getsockname()[1]}"
        server.should_exit = True
        thread.join()


def browser_for(
    chromium: Browser, address: str, world: World, person: str, *, scheme: str = "light", width: int = 1280
) -> BrowserContext:
    """A window in which somebody is signed in; no scripts of the page run."""
    context = chromium.new_context(
        base_url=address,
        color_scheme="dark" if scheme == "dark" else "light",
        viewport={"width": width, "height": 900},
    )
    cookie = session_of(world, person)
    context.add_cookies([{"name": cookie_name(world), "value": cookie, "url": address}])
    return context


def pages_of(dossier: int) -> list[str]:
    base = f"/dossiers/{dossier}"
    return [
        f"{base}/text",
        f"{base}/text/edit",
        f"{base}/text/versions/1",
        f"{base}/text/changes?old=1&new=2",
        f"{base}/text/changes?old=1&new=2&view=side&whole=true",
        f"{base}/points",
        f"{base}/submission",
        "/library",
    ]


@pytest.mark.parametrize(("scheme", "width"), [("light", 1280), ("dark", 320)])
def test_pages_fit_and_break_no_rule_of_accessibility(
    chromium: Browser, address: str, world: World, dossier: int, scheme: str, width: int
) -> None:
    if importlib.util.find_spec("axe_playwright_python") is None:
        pytest.skip("axe-playwright-python is not installed")
    axe = (files("axe_playwright_python") / "axe.min.js").read_text()
    with browser_for(chromium, address, world, ANNA, scheme=scheme, width=width) as context:
        page = context.new_page()
        for path in pages_of(dossier):
            page.goto(path)
            page.evaluate("document.querySelectorAll('details').forEach(d => d.open = true)")
            page.evaluate(axe)
            found = page.evaluate("rules => axe.run({runOnly: rules})", RULES)

            broken = [(v["id"], [node["html"] for node in v["nodes"]][:3]) for v in found["violations"]]
            assert broken == [], path
            assert page.evaluate("document.scrollingElement.scrollWidth - innerWidth") <= 0, path


def test_a_pen_holder_writes_and_compares(
    chromium: Browser, address: str, world: World, dossier: int
) -> None:
    with browser_for(chromium, address, world, PEN_HOLDER) as context:
        page: Page = context.new_page()
        page.goto(f"/dossiers/{dossier}/text")
        page.get_by_role("link", name="Tekst wijzigen of Word inlezen").click()
        page.get_by_label("Tekst", exact=True).fill("De steden steunen dit helemaal.")
        page.get_by_label("Inhoudelijk").first.check()
        page.get_by_label("Wat hebt u gewijzigd?").first.fill("korter")
        page.get_by_role("button", name="Bewaar als nieuwe versie").click()
        expect(page.get_by_role("status").first).to_contain_text("De nieuwe versie is bewaard.")

        page.get_by_role("link", name="Wat veranderde in versie 4").click()

        expect(page.get_by_role("heading", level=1)).to_have_text("Van versie 3 naar versie 4")
        expect(page.locator("ins").last).to_contain_text("helemaal")
