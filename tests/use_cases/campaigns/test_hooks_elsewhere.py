"""Moments on cards, in calendars, in the weekly digest and on the command line."""

import json
from datetime import UTC, date, datetime, timedelta

import pytest
from sqlmodel import col, select
from typer.testing import CliRunner

from g40flow.bootstrap import build_app
from g40flow.cli_campaign import WIRING, campaign
from g40flow.domain.digest.audiences import AudienceKind
from g40flow.domain.digest.content import Section, What
from g40flow.domain.private_feeds import FeedScope
from g40flow.render.campaign_messages import CampaignRenderer
from g40flow.resources import resource
from g40flow.storage.database import Database
from g40flow.storage.tables import ItemRouting, Message
from g40flow.use_cases.messages_about_campaigns import MessagesAboutCampaigns
from tests.use_cases.campaigns.hook_world import COMPOSER, DEBATE_AT, HookWorld
from tests.use_cases.digest.newsroom import Newsroom
from tests.use_cases.dossier.world import HOUSING
from tests.use_cases.private_feeds.world import FeedWorld


@pytest.fixture
def world(sqlite: Database) -> HookWorld:
    return HookWorld(sqlite)


def route(world: HookWorld, item_id: int) -> None:
    """An activity goes to the group that leads the campaign."""
    with world.writing() as session:
        session.add(
            ItemRouting(
                item_id=item_id,
                theme_group=HOUSING,
                is_lead=True,
                score=0.9,
                reasons=[],
                routed_at=world.now,
            )
        )


def test_the_card_of_a_campaign_names_its_next_moments_and_what_is_needed_first(world: HookWorld) -> None:
    campaign_id = world.lobby()
    world.activity()
    world.accepted(campaign_id)
    cards = MessagesAboutCampaigns(views=COMPOSER.views, renderer=CampaignRenderer(resource("templates")))

    with world.database.reading() as session:
        card = session.scalars(select(Message).where(col(Message.kind) == "campaign_card")).one()
        rendered = cards.kinds["campaign_card"](session, card, world.now)

    assert rendered is not None
    assert "Commissiedebat: Regie op wonen – dinsdag 15 december 2026, 10:00 uur" in rendered.text
    assert "tekst klaar en vastgesteld uiterlijk donderdag 3 december 2026" in rendered.text


def test_a_calendar_has_the_moment_and_its_preparations_and_calls_them_off(world: HookWorld) -> None:
    campaign_id = world.lobby()
    item_id = world.activity()
    hook_id = world.accepted(campaign_id)
    feeds = FeedWorld(world.database)
    token = feeds.address(scope=FeedScope.NETWORK)

    first = feeds.read(token)
    world.publish(item_id, starts_at=DEBATE_AT - timedelta(days=7))
    moved = feeds.read(token)
    world.publish(item_id, status="cancelled")
    off = feeds.read(token)

    key, letter = f"hook-{hook_id}", f"hook-{hook_id}-letter_to_spokespersons"
    assert first[key].summary.value == "Commissiedebat: Regie op wonen"
    assert first[letter].dtstart.value == date(2026, 12, 9)
    assert first[letter].summary.value == "Uiterlijk: brief aan de woordvoerders – Regie op wonen"
    assert [one[key].sequence.value for one in (first, moved, off)] == ["0", "1", "2"]
    assert moved[letter].dtstart.value == date(2026, 12, 2)
    assert [one[key].status.value for one in (moved, off)] == ["CONFIRMED", "CANCELLED"]
    assert off[letter].status.value == "CANCELLED"


def test_a_moment_that_loses_its_day_is_called_off_in_calendars_until_it_has_one(world: HookWorld) -> None:
    campaign_id = world.lobby()
    item_id = world.activity()
    hook_id = world.accepted(campaign_id)
    feeds = FeedWorld(world.database)
    token = feeds.address(scope=FeedScope.NETWORK)
    feeds.read(token)

    world.publish(item_id, starts_at=None)
    undated = feeds.read(token)[f"hook-{hook_id}"]
    world.publish(item_id, starts_at=DEBATE_AT + timedelta(days=7))
    dated = feeds.read(token)[f"hook-{hook_id}"]

    assert (undated.status.value, dated.status.value) == ("CANCELLED", "CONFIRMED")


def test_a_debate_that_the_group_gets_by_itself_stands_in_its_calendar_once(world: HookWorld) -> None:
    campaign_id = world.lobby()
    item_id = world.activity()
    hook_id = world.accepted(campaign_id)
    route(world, item_id)
    feeds = FeedWorld(world.database)

    found = feeds.read(feeds.address(group=HOUSING))

    assert f"item-{item_id}" in found
    assert f"hook-{hook_id}" not in found
    assert f"hook-{hook_id}-letter_to_spokespersons" in found


def test_the_weekly_digest_of_the_group_has_what_must_be_ready_in_the_coming_two_weeks(
    world: HookWorld,
) -> None:
    campaign_id = world.lobby()
    world.activity(at=datetime(2026, 12, 3, 9, tzinfo=UTC))
    world.accepted(campaign_id)
    newsroom = Newsroom(world.database, now=world.now)

    newsroom.make(AudienceKind.THEME_GROUP, up_to_now=True, also_empty=True)

    lines = [line for line in newsroom.lines(HOUSING_DIGEST, Section.CALENDAR) if line.what is What.HOOK]
    assert [(line.note, line.until) for line in lines] == [
        ("text_ready", date(2026, 11, 23)),
        ("letter_to_spokespersons", date(2026, 11, 27)),
        ("call_spokespersons", date(2026, 12, 2)),
        ("", date(2026, 12, 3)),
    ]
    said = "\n".join(one.text for one in newsroom.rendered(f"group:{HOUSING}") if one is not None)
    assert "Brief aan de woordvoerders voor Regie op wonen" in said
    assert "(commissiedebat, 2026-001): uiterlijk vr 27 nov (nog 4 werkdagen)." in said


def test_the_command_line_lists_the_moments_of_a_campaign(world: HookWorld) -> None:
    campaign_id = world.lobby()
    world.activity()
    world.accepted(campaign_id)
    app = build_app({"G40FLOW_DATABASE_URL": str(world.database.url)})
    before = getattr(WIRING, "app", None)
    WIRING.app = lambda: app

    listed = CliRunner().invoke(campaign, ["hooks", "2026-001", "--json", "--all"])
    table = CliRunner().invoke(campaign, ["hooks", "2026-001"])
    missing = CliRunner().invoke(campaign, ["hooks", "2026-999"])

    if before is not None:
        WIRING.app = before
    app.database.close()
    assert json.loads(listed.output)[0]["reasons"][1] == {"kind": "dossier_number", "value": "36512"}
    assert "committee_debate" in table.output
    assert missing.exit_code == 1


HOUSING_DIGEST = f"theme_group:{HOUSING}"
