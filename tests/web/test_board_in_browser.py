"""The board decides in a real browser: rules of accessibility, a phone, the keyboard, paper."""

from collections.abc import Iterator
from io import BytesIO

import pytest
from playwright.sync_api import Browser, expect
from pypdf import PdfReader

from g40flow.domain.dossier.decisions import DecisionForm
from tests.browsing import OpenPage, flaws_seen_by
from tests.use_cases.decisions.board import CHAIR, JOOST, MEMBERS, SECRETARY, Board
from tests.use_cases.dossier.world import World as Dossiers
from tests.web.signing_in import pages_of
from tests.web.world import World

pytestmark = pytest.mark.browser

TEXT = "# Reactie\n\nDe steden vragen om bekostiging.\n\n| taak | weken |\n| --- | --- |\n| inspraak | 6 |\n"


@pytest.fixture
def board(world: World) -> Board:
    """A dossier at the board of the network that the portal shows, with a text that was changed once."""
    found = Board.of(Dossiers(world.database, now=world.moment))
    found.text = found.world.text(found.dossier, TEXT)
    found.text = found.world.text(found.dossier, TEXT.replace("bekostiging", "geld en tijd"))
    return found


@pytest.fixture
def open_page(chromium: Browser, world: World) -> Iterator[OpenPage]:
    """Opens pages of the portal."""
    with pages_of(world, chromium) as open_:
        yield open_


def test_no_rule_of_accessibility_is_broken_and_nothing_is_too_wide(
    board: Board, open_page: OpenPage
) -> None:
    mandate = Board.of(board.world)
    mandate.decide_alone(mandate.mandate())
    waiting, meeting = Board.of(board.world), Board.of(board.world)
    meeting_id = meeting.open(form=DecisionForm.MEETING, meeting_on=board.world.now.date())
    round_id = board.open(question="Akkoord?")
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

    assert flaws_seen_by(open_page, seen_by) == {}


def test_a_member_decides_with_the_keyboard_and_another_sees_it(board: Board, open_page: OpenPage) -> None:
    round_id = board.open()
    joost, secretary = open_page(f"/board/{round_id}", JOOST), open_page("/board", SECRETARY)

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


def test_the_secretary_walks_from_question_to_adopted(board: Board, open_page: OpenPage) -> None:
    page = open_page("/board", SECRETARY)

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


def test_the_agenda_on_paper_gives_each_text_a_open_page_its_own(board: Board, open_page: OpenPage) -> None:
    board.open()
    Board.of(board.world).open()
    page = open_page("/board/print", CHAIR)

    paper = PdfReader(BytesIO(page.pdf()))

    begins = [sheet.extract_text().strip().splitlines()[0] for sheet in paper.pages[1:]]
    assert [line[:2] for line in begins] == ["1.", "2."]
    assert "geld en tijd" in paper.pages[1].extract_text()
