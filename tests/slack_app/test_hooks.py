"""Moments in Slack: chosen from a message, and ticked off below the card of the campaign."""

from datetime import timedelta
from typing import Any

import pytest
from sqlmodel import col, select

from g40flow.domain.campaigns.hooks import HookState
from g40flow.storage.tables import Message
from g40flow.use_cases.campaigns.hooks import accept_hook
from tests.slack_app.conftest import JASMIJN, QUINT, WONINGMARKT, World, text_of, wait_until
from tests.slack_app.test_home_and_command import home, open_home, press
from tests.use_cases.campaigns.hook_world import HookWorld


@pytest.fixture
def network(world: World) -> HookWorld:
    return HookWorld(world.app.database, now=world.now)


def with_button(messages: list[dict[str, Any]], action: str) -> list[dict[str, Any]]:
    return [message for message in messages if action in str(message["blocks"])]


def test_a_proposal_is_chosen_with_one_button_and_then_the_message_says_so(
    world: World, network: HookWorld
) -> None:
    campaign_id = network.lobby()
    network.activity(at=world.now + timedelta(days=20))
    network.propose()
    with world.app.database.writing() as session:
        for message in session.scalars(select(Message).where(col(Message.kind) == "hook_proposals")):
            message.not_before = message.next_attempt_at = world.now

    def proposal() -> list[dict[str, Any]]:
        world.deliver()
        return with_button(world.direct(JASMIJN), "hook_accept")

    [posted] = wait_until(proposal)
    assert "op de agenda staat “Wet regie”" in text_of(posted)
    channels = world.slack.see("sees", user=JASMIJN)["channels"]
    own = next(one["id"] for one in channels if one["is_im"])
    world.slack.do("press", user=JASMIJN, channel=own, ts=str(posted["ts"]), action_id="hook_accept")

    assert "Telt mee: Regie op wonen" in world.heard(JASMIJN, "Telt mee")
    assert network.hooks(campaign_id)[0].state is HookState.ACCEPTED
    assert wait_until(lambda: not proposal())


def test_who_prepares_ticks_it_off_in_the_channel_and_others_cannot(world: World, network: HookWorld) -> None:
    campaign_id = network.lobby()
    network.activity(at=world.now + timedelta(days=6))
    network.propose()
    hook = network.hooks(campaign_id)[0]
    network.do(accept_hook, campaign_id, hook.id, seen_revision=None)
    network.watch()

    def reminders() -> list[dict[str, Any]]:
        world.deliver()
        return with_button(world.standing(world.channel_of(WONINGMARKT)), "hook_ready")

    posted = wait_until(reminders)[0]
    world.press(QUINT, "hook_ready", ts=str(posted["ts"]))
    assert world.heard(QUINT, "niet")
    assert network.hooks(campaign_id)[0].done == {}
    world.press(JASMIJN, "hook_ready", ts=str(posted["ts"]))

    assert "Genoteerd als klaar" in world.heard(JASMIJN, "klaar")
    assert list(network.hooks(campaign_id)[0].done)


def test_what_must_be_ready_stands_on_home_and_is_ticked_off_there(world: World, network: HookWorld) -> None:
    campaign_id = network.lobby()
    network.activity(at=world.now + timedelta(days=16))
    hook_id = network.accepted(campaign_id)

    view = open_home(world, JASMIJN)
    assert "Regie op wonen>: zorg dat dit klaar is – tekst klaar en vastgesteld, uiterlijk" in text_of(view)
    assert f"/campagnes/{campaign_id}#momenten" in str(view["blocks"])
    press(world, JASMIJN, view, "hook_ready")

    wait_until(lambda: "tekst klaar en vastgesteld" not in text_of(home(world, JASMIJN)))
    assert [hook.id for hook in network.hooks(campaign_id) if "text_ready" in hook.done] == [hook_id]
