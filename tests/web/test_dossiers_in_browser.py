"""The pages of dossiers in a real browser: rules of accessibility, small screens, paper, a walk by hand."""

from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, expect

from g40flow.domain.dossier.words import ExceptionCode
from g40flow.storage.dossier_tables import DossierException, DossierGroup, DossierPartner
from g40flow.use_cases.dossier.open_dossier import open_dossier
from tests.browsing import OpenPage, flaws
from tests.use_cases.dossier.world import World as Network
from tests.web.signing_in import pages_of
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
    "/items",
    "/items/1",
    "/dossiers/from-items?item=1",
)


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
def open_page(chromium: Browser, world: World) -> Iterator[OpenPage]:
    """Opens pages of the portal, with one dossier in which much is going on."""
    fill_dossier(world)
    with pages_of(world, chromium) as open_:
        yield open_


def test_no_rule_of_accessibility_is_broken_and_nothing_is_too_wide(open_page: OpenPage) -> None:
    page = open_page("/", SECRETARIAT)
    found = {}

    for path in PAGES:
        page.goto(path)
        found[path] = flaws(page)

    assert {path: wrong for path, wrong in found.items() if wrong} == {}


def test_a_lead_answers_and_the_secretariat_sees_it(open_page: OpenPage) -> None:
    lead, office = open_page("/work", LEAD), open_page("/work", SECRETARIAT)

    lead.get_by_role("link", name="Zeg of uw groep meedoet").click()
    lead.get_by_role("button", name="Wij doen mee (Woningmarkt)").click()

    expect(lead.get_by_role("status").first).to_contain_text("U doet mee")
    office.goto("/dossiers")
    office.get_by_role("link", name="Wet versterking regie volkshuisvesting").click()
    expect(office.get_by_role("region", name="Geschiedenis")).to_contain_text("Groep doet mee")


def test_on_paper_stands_the_dossier_without_the_forms(open_page: OpenPage) -> None:
    page = open_page("/dossiers/1", SECRETARIAT)

    page.emulate_media(media="print")

    expect(page.get_by_role("heading", level=1)).to_be_visible()
    expect(page.get_by_role("navigation")).not_to_be_visible()
    expect(page.get_by_role("button", name="Niet meer volgen")).not_to_be_visible()
    expect(page.get_by_role("button", name="Volgen")).not_to_be_visible()
