"""The plan, the agenda and the history in a real browser: rules of accessibility, small and dark."""

from collections.abc import Iterator
from datetime import date

import pytest
from playwright.sync_api import Browser, Page, expect

from g40flow.domain.dossier.workflow import Stage
from g40flow.use_cases.dossier.plan import choose_day, fix_plan
from tests.browsing import flaws
from tests.use_cases.dossier.deadlines import PA, a_dossier, acting
from tests.web.signing_in import ANNA, pages_of
from tests.web.world import World

pytestmark = pytest.mark.browser

PAGES = ("/dossiers/1", "/dossiers/2", "/dossiers/3", "/dossiers/1/history", "/agenda?weeks=13")


def plan(world: World) -> None:
    """A plan that people work by, a proposal in a hurry, and one too late."""
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


@pytest.fixture
def page(chromium: Browser, world: World) -> Iterator[Page]:
    """A page in which Anna of the secretariat is signed in."""
    plan(world)
    with pages_of(world, chromium) as open_:
        yield open_("/", ANNA)


def test_no_rule_of_accessibility_is_broken_and_nothing_is_too_wide(page: Page) -> None:
    found = {}

    for path in PAGES:
        page.goto(path)
        found[path] = flaws(page)

    assert {path: wrong for path, wrong in found.items() if wrong} == {}


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
