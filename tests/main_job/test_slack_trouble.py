"""Slack in trouble, and what people do in it: nothing is lost, nothing stands there twice."""

from typing import Any

import pytest

from g40flow.storage.tables import MessageState
from tests.main_job.world import CONSULTATIONS, World

pytestmark = pytest.mark.xdist_group("main_job")
CHANNEL = "themagroep-woningmarkt"


@pytest.fixture
def card(world: World) -> World:
    """One new consultation, not yet told."""
    world.sandbox.happen("new_consultation", slug="kamers", title="Besluit woningdelen")
    world.poll(CONSULTATIONS)
    return world


@pytest.mark.parametrize(
    "fault",
    [
        {"kind": "drop_after_storing"},
        {"kind": "drop_before_storing"},
        {"kind": "http_500", "after_storing": True},
        {"kind": "http_500"},
        {"kind": "html_503", "after_storing": True},
        {"kind": "rate_limited", "retry_after": 45},
        {"kind": "error", "error": "internal_error"},
        {"kind": "drop_after_storing", "times": 3},
        {"kind": "drop_and_store_late", "seconds": 2_400},
    ],
    ids=lambda fault: " ".join(map(str, fault.values())),
)
def test_a_fault_of_slack_loses_nothing_and_doubles_nothing(card: World, fault: dict[str, Any]) -> None:
    card.sandbox.slack("faults", method="chat.postMessage", **fault)

    with card.watching() as difference:
        for _ in range(6):
            card.deliver()
            card.later(minutes=30)

    assert [(m.channel, "Besluit woningdelen" in m.words) for m in difference.new] == [(CHANNEL, True)]
    assert {message.state for message in card.messages()} == {MessageState.SENT}


def test_a_card_that_changes_while_slack_is_away_is_shown_as_it_is_afterwards(card: World) -> None:
    card.deliver()
    card.sandbox.happen("extend_consultation", slug="kamers", calendar_days=30)
    card.poll(CONSULTATIONS)
    card.sandbox.slack("faults", kind="http_500", method="*", times=20)
    card.deliver()
    card.sandbox.workspace.faults.clear()

    with card.watching() as difference:
        card.later(hours=1)
        card.deliver()

    assert [(m.channel, m.in_thread) for m in difference.new] == [(CHANNEL, True)]
    assert [m.channel for m in difference.renewed] == [CHANNEL]


def test_a_channel_that_was_archived_is_a_failure_that_a_person_sees_and_mends(card: World) -> None:
    card.sandbox.slack("channels/archive", channel=CHANNEL)
    refused = card.deliver()
    [failed] = [m for m in card.messages() if m.state == MessageState.FAILED]

    card.sandbox.slack("channels/archive", channel=CHANNEL, archived=False)
    with card.watching() as difference:
        card.retry(failed.id)
        card.deliver()

    assert refused.failed == 1
    assert "is_archived" in failed.last_error
    assert [m.channel for m in difference.new] == [CHANNEL]


def test_one_channel_that_asks_us_to_wait_does_not_hold_up_the_others(card: World) -> None:
    card.sandbox.happen(
        "new_consultation", slug="warmte", title="Warmtenetten", themes=["Energie"], topics=[]
    )
    card.poll(CONSULTATIONS)
    channel = card.sandbox.workspace.find_channel(CHANNEL)
    assert channel is not None
    card.sandbox.slack("faults", kind="rate_limited", retry_after=90, channel=channel.id)

    with card.watching() as at_once:
        card.deliver()
    with card.watching() as afterwards:
        card.later(seconds=91)
        card.deliver()

    assert "themagroep-duurzaamheid" in {m.channel for m in at_once.new}
    assert CHANNEL not in {m.channel for m in at_once.new}
    assert [m.channel for m in afterwards.new] == [CHANNEL]


def test_text_of_publishers_with_markup_calls_nobody_and_leads_nowhere(world: World) -> None:
    world.sandbox.happen("hostile_consultation")
    world.sandbox.happen("new_activity", title="Woningbouw <!here> <https://evil.invalid|klik> \u202egnp.exe")

    with world.watching() as difference:
        world.round()

    [*stored] = [
        message.payload
        for channel in world.sandbox.workspace.channels.values()
        for message in channel.messages.values()
    ]
    shown = str(stored)
    assert len(difference.new) >= 2
    for live in ("<!channel>", "<!here>", "<https://evil.invalid", "<@U0001>", "<script", "\u202e"):
        assert live not in shown
    assert "&lt;!channel&gt;" in shown


def test_a_correction_brings_the_item_to_the_other_group_and_says_so_to_the_first(card: World) -> None:
    card.deliver()
    item = card.item("Besluit woningdelen")

    with card.watching() as difference:
        card.correct(item, ["wonen-welzijn-zorg"], seen=["woningmarkt"], reason="gaat over urgentie")
        card.deliver()

    assert [m.channel for m in difference.new] == ["themagroep-wonen-welzijn-zorg"]
    assert "gaat over urgentie" in difference.new[0].words
    assert [m.channel for m in difference.renewed] == [CHANNEL]
    assert {message.state for message in card.messages()} == {MessageState.SENT}


def test_a_correction_before_the_telling_spares_the_wrong_group(card: World) -> None:
    item = card.item("Besluit woningdelen")

    with card.watching() as difference:
        card.correct(item, ["financien"], seen=["woningmarkt"], reason="")
        card.deliver()

    assert [m.channel for m in difference.new] == ["themagroep-financien"]


def test_a_routing_by_a_person_stays_when_the_publisher_changes_the_item(card: World) -> None:
    item = card.item("Besluit woningdelen")
    card.correct(item, ["financien"], seen=["woningmarkt"], reason="")
    card.deliver()
    card.sandbox.happen("extend_consultation", slug="kamers", calendar_days=30)

    with card.watching() as difference:
        card.round()

    assert {(m.channel, m.in_thread) for m in difference.new} == {("themagroep-financien", True)}


def test_a_card_taken_off_its_group_after_it_may_have_arrived_is_still_mended_there(card: World) -> None:
    card.sandbox.slack("faults", kind="drop_after_storing", method="chat.postMessage")
    item = card.item("Besluit woningdelen")

    with card.watching() as difference:
        card.deliver()
        card.correct(item, ["financien"], seen=["woningmarkt"], reason="")
        card.later(minutes=30)
        card.deliver()

    by_channel = {message.channel: message for message in difference.new}
    assert by_channel.keys() == {CHANNEL, "themagroep-financien"}
    assert "Niet meer voor" in by_channel[CHANNEL].words
