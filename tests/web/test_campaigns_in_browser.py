"""The pages of campaigns in a real browser: rules of accessibility, small screens, and paper."""

from collections.abc import Iterator
from datetime import date

import pytest
from playwright.sync_api import Browser, expect

from g40flow.use_cases.campaigns.coalition import add_signatory
from g40flow.use_cases.campaigns.documents import open_document
from g40flow.use_cases.campaigns.stakeholders import StakeholderText, add_stakeholder, map_stakeholder
from g40flow.use_cases.dossier.signatures import ask_signature
from tests.browsing import OpenPage, flaws
from tests.use_cases.campaigns.world import CampaignWorld
from tests.web.chamber import chamber_decides
from tests.web.signing_in import pages_of
from tests.web.world import World

pytestmark = pytest.mark.browser

SECRETARIAT = "anna-testerink"
PAGES = (
    "/campagnes",
    "/campagnes?q=bestaatniet",
    "/campagnes/nieuw",
    "/campagnes/1",
    "/campagnes/1/boodschappen/1",
    "/contacten",
    "/contacten/1",
    "/contacten/1/wijzigen",
    "/contacten/nieuw?campagne=1",
    "/relaties",
    "/admin/persoonsgegevens?name=Verzonnen",
    "/dossiers/1/text/edit",
    "/library?kind=core_message",
    "/work",
)


def fill_campaign(world: World) -> int:
    """Everything that the page of a campaign can show."""
    network = CampaignWorld(world.database, now=world.now())
    campaign_id = network.running(
        title="Betaalbaar wonen voor iedereen in de stad", decision_on=date(2027, 3, 2)
    )
    second = network.ask(campaign_id, "Geef gemeenten de middelen om de regie te nemen", priority=1)
    network.judge(second, "partly", note="amendement aangenomen")
    slug = network.do(add_signatory, campaign_id, "Bouwend Fictief", seen_revision=None).partner
    network.do(ask_signature, campaign_id, slug, sign_by=date(2026, 12, 11), seen_revision=None)
    known = network.do(
        add_stakeholder, StakeholderText(kind="committee", function="Vaste commissie voor Wonen")
    )
    network.do(map_stakeholder, campaign_id, known.id, "ally", note="vroeg om het debat")
    network.do(open_document, campaign_id, "letter_chamber", title="Brief aan de commissie")
    network.log(
        campaign_id, by=SECRETARIAT, ask_ids=[second], follow_up="Stuur het paper", response="positief"
    )
    return campaign_id


@pytest.fixture
def open_page(chromium: Browser, world: World) -> Iterator[OpenPage]:
    """Opens pages of the portal, with one campaign in which much is going on."""
    chamber_decides(world, fill_campaign(world))
    with pages_of(world, chromium) as open_:
        yield open_


def test_no_rule_of_accessibility_is_broken_nothing_is_too_wide_and_paper_has_no_forms(
    open_page: OpenPage,
) -> None:
    page = open_page("/", SECRETARIAT)
    found = {}

    for path in PAGES:
        page.goto(path)
        found[path] = flaws(page)

    assert {path: wrong for path, wrong in found.items() if wrong} == {}
    page.goto("/campagnes/1")
    page.emulate_media(media="print")
    expect(page.get_by_role("heading", level=1)).to_be_visible()
    expect(page.get_by_role("button", name="Volgen")).not_to_be_visible()
