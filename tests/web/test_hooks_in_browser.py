"""Moments in a real browser: rules of accessibility, small screens, and paper."""

from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta

import pytest
from playwright.sync_api import Browser, expect

from g40flow.use_cases.campaigns.hooks import NewHook, accept_hook, add_hook, dismiss_hook, tie_dossier
from tests.browsing import OpenPage, flaws
from tests.use_cases.campaigns.hook_world import DEBATE_AT, HookWorld
from tests.web.signing_in import pages_of
from tests.web.world import World

pytestmark = pytest.mark.browser

SECRETARIAT = "anna-testerink"


def fill(world: World) -> None:
    """Everything that the part about moments can show."""
    network = HookWorld(world.database, now=world.now())
    campaign_id = network.lobby()
    moved = network.activity(title="Regie op de volkshuisvesting en de betaalbaarheid van woningen")
    network.activity("Plenair debat", datetime(2027, 1, 13, 9, tzinfo=UTC), title="Debat na het reces")
    off = network.activity("Rondetafelgesprek", DEBATE_AT + timedelta(days=1), title="Rondetafel")
    network.activity("Stemmingen", None, title="Stemmingen")
    network.activity("Technische briefing", DEBATE_AT, title="Briefing")
    network.propose()
    for hook in network.hooks(campaign_id)[:3]:
        network.do(accept_hook, campaign_id, hook.id, seen_revision=None)
    network.do(dismiss_hook, campaign_id, network.hooks(campaign_id)[3].id, seen_revision=None)
    manifest = NewHook(kind="petition_handover", title="Aanbieding", on=date(2027, 2, 2), note="met VNG")
    network.do(add_hook, campaign_id, manifest, seen_revision=None)
    network.do(add_hook, campaign_id, NewHook(kind="vote", title="Later", expected="mei"), seen_revision=None)
    network.do(tie_dossier, campaign_id, "dossier_number", "32847", seen_revision=None)
    network.publish(moved, starts_at=datetime(2026, 11, 27, 9, tzinfo=UTC))
    network.publish(off, status="cancelled")


@pytest.fixture
def open_page(chromium: Browser, world: World) -> Iterator[OpenPage]:
    """Opens pages of the portal, with one campaign with moments of every sort."""
    fill(world)
    with pages_of(world, chromium) as open_:
        yield open_


def test_moments_break_no_rule_of_accessibility_are_not_too_wide_and_print_without_forms(
    open_page: OpenPage,
) -> None:
    page = open_page("/", SECRETARIAT)
    found = {}

    for path in ("/momenten", "/momenten?kind=vote&group=veiligheid", "/campagnes/1"):
        page.goto(path)
        found[path] = flaws(page)

    assert {path: wrong for path, wrong in found.items() if wrong} == {}
    page.emulate_media(media="print")
    expect(page.get_by_role("heading", name="Momenten in de Kamer")).to_be_visible()
    expect(page.get_by_role("button", name="Klaar: tekst klaar").first).not_to_be_visible()
