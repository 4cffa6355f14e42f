"""The board decides in a real browser: rules of accessibility, a phone, the keyboard, paper."""

import shutil
import socket
from collections.abc import Callable, Iterator
from contextlib import closing
from importlib.resources import files
from io import BytesIO
from threading import Thread

import pytest
import uvicorn
from playwright.sync_api import Page, expect, sync_playwright
from pypdf import PdfReader

from g40flow.domain.dossier.decisions import DecisionForm
from g40flow.web.actor import cookie_name
from g40flow.web.portal import build_portal
from tests.use_cases.decisions.board import CHAIR, JOOST, MEMBERS, SECRETARY, Board
from tests.use_cases.dossier.world import World as Dossiers
from tests.web.signing_in import session_of
from tests.web.world import World

pytestmark = pytest.mark.browser

RULES = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]
CHROMIUM = next(filter(None, map(shutil.which, ("chromium", "chromium-browser", "google-chrome"))), None)
TEXT = "# Reactie\n\nDe steden vragen om bekostiging.\n\n| taak | weken |\n| --- | --- |\n| inspraak | 6 |\n"

PageOf = Callable[[str], Page]


@pytest.fixture
def board(world: World) -> Board:
    """A dossier at the board of the network that the portal shows, with a text that was changed once."""
    found = Board.of(Dossiers(world.database, now=world.moment))
    found.text = found.world.text(found.dossier, TEXT)
    found.text = found.world.text(found.dossier, TEXT.replace("bekostiging", "geld en tijd"))
    return found


@pytest.fixture
def page_of(world: World) -> Iterator[PageOf]:
    """Opens a page as somebody, each in a browser of his own."""
    if CHROMIUM is None:
        pytest.skip("no Chromium on this machine")
    with closing(socket.socket()) as listening, sync_playwright() as playwright:
        listening.bind(("127.0.0.1", 0))
        address = f"http://127.0.0.1:{listening.getsockname()[1]}"
        server = uvicorn.Server(uvicorn.Config(build_portal(world), log_level="critical", lifespan="off"))
        thread = Thread(target=server.run, kwargs={"sockets": [listening]}, daemon=True)
        thread.start()
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=["--no-sandbox", "--disable-gpu"])

        def open_(person: str) -> Page:
            context = browser.new_context(base_url=address, viewport={"width": 390, "height": 844})
            token = session_of(world, person)
            context.add_cookies([{"name": cookie_name(world), "value": token, "url": address}])
            return context.new_page()

        yield open_
        browser.close()
        server.should_exit = True
        thread.join()


def _axe() -> str:
    """The script that checks the rules."""
    return (files("axe_playwright_python") / "axe.min.js").read_text(encoding="utf-8")


def test_no_rule_of_accessibility_is_broken_on_a_phone(board: Board, page_of: PageOf) -> None:
    mandate = Board.of(board.world)
    mandate.decide_alone(mandate.mandate())
    waiting, meeting = Board.of(board.world), Board.of(board.world)
    meeting_id = meeting.open(form=DecisionForm.MEETING, meeting_on=board.world.now.date())
    round_id, axe = board.open(question="Akkoord?"), _axe()
    board.take(round_id, CHAIR)
    seen_by = {
        JOOST: ["/board", f"/board/{round_id}", "/board/print"],
        CHAIR: [f"/board/{round_id}", f"/board/dossiers/{waiting.dossier}"],
        SECRETARY: [
            f"/board/{round_id}",
            f"/board/{meeting_id}",
            f"/board/dossiers/{waiting.dossier}",
            "/board/mandates",
        ],
    }

    for person, paths in seen_by.items():
        page = page_of(person)
        for path in paths:
            page.emulate_media(color_scheme="dark" if person == CHAIR else "light")
            page.goto(path)
            page.evaluate("document.querySelectorAll('details').forEach(d => d.open = true)")
            page.evaluate(axe)
            found = page.evaluate("rules => axe.run({runOnly: rules})", RULES)
            broken = [(v["id"], [node["html"] for node in v["nodes"]][:3]) for v in found["violations"]]
            assert broken == [], path
            assert page.evaluate("document.scrollingElement.scrollWidth <= innerWidth"), path


def test_a_member_decides_with_the_keyboard_and_another_sees_it(board: Board, page_of: PageOf) -> None:
    round_id = board.open()
    joost, secretary = page_of(JOOST), page_of(SECRETARY)
    joost.goto(f"/board/{round_id}")

    joost.get_by_role("radio", name="Akkoord U stelt deze tekst vast").focus()
    joost.keyboard.press("Space")
    joost.get_by_role("button", name="Verder").focus()
    joost.keyboard.press("Enter")
    expect(joost.get_by_role("heading", name="Klopt dit?")).to_be_visible()
    expect(joost.get_by_text(board.text[:8])).to_be_visible()
    joost.get_by_role("button", name="Ja, leg dit vast").focus()
    joost.keyboard.press("Enter")

    expect(joost.get_by_role("status")).to_contain_text("Uw standpunt is vastgelegd")
    secretary.goto(f"/board/{round_id}")
    expect(secretary.get_by_role("list", name="Standpunten van de leden")).to_contain_text(
        "Joost Proefsma Akkoord"
    )
    assert board.positions(round_id) == {JOOST: "approve"}


def test_the_secretary_walks_from_question_to_adopted(board: Board, page_of: PageOf) -> None:
    page = page_of(SECRETARY)
    page.goto("/board")

    page.get_by_role("link", name="Wet regie").click()
    page.get_by_label("Vraag aan het bestuur").fill("Stelt u dit vast?")
    page.get_by_role("button", name="Voorleggen").click()
    expect(page.get_by_role("status")).to_contain_text("De vraag is gesteld")
    (round_,) = board.rounds()
    board.all_take(round_.id or 0, *MEMBERS[:4])
    page.reload()
    page.get_by_role("button", name="Vaststellen").click()

    expect(page.get_by_role("status")).to_contain_text("De uitkomst is vastgelegd")
    assert board.adopted() == board.text


def test_the_agenda_on_paper_gives_each_text_a_page_of_its_own(board: Board, page_of: PageOf) -> None:
    board.open()
    Board.of(board.world).open()
    page = page_of(CHAIR)
    page.goto("/board/print")

    paper = PdfReader(BytesIO(page.pdf()))

    begins = [sheet.extract_text().strip().splitlines()[0] for sheet in paper.pages[1:]]
    assert [line[:2] for line in begins] == ["1.", "2."]
    assert "geld en tijd" in paper.pages[1].extract_text()
