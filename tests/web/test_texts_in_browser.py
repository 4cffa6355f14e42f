"""The pages of texts in a real browser: without scripts, small, dark, and by the rules of accessibility."""

from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, expect

from g40flow.domain.actors import Surface
from g40flow.use_cases.access.sign_in import actor_for
from g40flow.use_cases.text.comments import add_comment
from tests.browsing import OpenPage, flaws
from tests.web.calling import PEN_HOLDER
from tests.web.signing_in import ANNA, pages_of
from tests.web.world import World, consultation
from tests.web.writing import adopted, dossier_in_writing, written

pytestmark = pytest.mark.browser

TEXT = """## Inleiding

De steden **steunen** het doel[^1]. Zie [de wet](https://www.example.nl/wet).

| Artikel | Voorstel | Toelichting die wat langer is dan de kolom breed is |
|---|---|---|
| 2.1 | schrap lid 3 | {word} |

- een
- twee

[^1]: Net als de VNG.
"""


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
def open_page(chromium: Browser, world: World) -> Iterator[OpenPage]:
    """Opens pages of the portal."""
    with pages_of(world, chromium) as open_:
        yield open_


def paths_of(dossier: int) -> list[str]:
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


def test_pages_fit_and_break_no_rule_of_accessibility(open_page: OpenPage, dossier: int) -> None:
    page = open_page("/", ANNA)
    found = {}

    for path in paths_of(dossier):
        page.goto(path)
        found[path] = flaws(page)

    assert {path: wrong for path, wrong in found.items() if wrong} == {}


def test_a_pen_holder_writes_and_compares(open_page: OpenPage, dossier: int) -> None:
    page = open_page(f"/dossiers/{dossier}/text", PEN_HOLDER)
    page.get_by_role("link", name="Tekst wijzigen of Word inlezen").click()
    page.get_by_label("Tekst", exact=True).fill("De steden steunen dit helemaal.")
    page.get_by_label("Inhoudelijk").first.check()
    page.get_by_label("Wat hebt u gewijzigd?").first.fill("korter")
    page.get_by_role("button", name="Bewaar als nieuwe versie").click()
    expect(page.get_by_role("status").first).to_contain_text("De nieuwe versie is bewaard.")

    page.get_by_role("link", name="Wat veranderde in versie 4").click()

    expect(page.get_by_role("heading", level=1)).to_have_text("Van versie 3 naar versie 4")
    expect(page.locator("ins").last).to_contain_text("helemaal")
