"""From the publishers to what people see in Slack, step by step, without anything made up in between."""

import pytest

from g40flow.storage.tables import (
    Claim,
    Delivery,
    Item,
    ItemRevision,
    ItemRouting,
    Message,
    MessageItem,
    MessageState,
    Record,
    RecordRevision,
    RunOutcome,
    SourceRun,
    SourceSignal,
)
from tests.main_job.world import CONSULTATIONS, HOUSE, PA_OFFICER, Difference, Seen, World

pytestmark = pytest.mark.xdist_group("main_job")
JASMIJN = "jasmijn-de-voorbeeld"  # secretary of Woningmarkt


def lines(messages: list[Seen]) -> list[tuple[str, bool, str]]:
    """(channel, whether in a thread, what the notification says up to its first dash) of messages."""
    return sorted(
        (m.channel.removeprefix("themagroep-"), m.in_thread, m.summary.split(" – ")[0]) for m in messages
    )


def next_step(world: World) -> Difference:
    """Play a step of the script, and look at every publisher."""
    with world.watching() as difference:
        world.sandbox.screen.post("/sandbox/script/next").raise_for_status()
        world.round()
    return difference


def test_at_the_start_every_group_gets_one_message_and_nobody_is_alarmed(world: World) -> None:
    seen = world.seen()
    channels = [message.channel for message in seen]

    assert len(channels) == len(set(channels)) >= 16
    assert all(message.summary.startswith("Bij de start van g40flow:") for message in seen)
    assert not [message for message in world.seen(JASMIJN) if message.is_direct]
    assert {message.state for message in world.messages()} == {MessageState.SENT}
    assert {run.outcome for run in world.rows(SourceRun)} == {RunOutcome.READ}


def test_what_is_for_nobody_is_kept_and_findable(world: World) -> None:
    routed = {routing.item_id for routing in world.rows(ItemRouting)}
    told = {row.item_id for row in world.rows(MessageItem)}
    for_nobody = [item for item in world.rows(Item) if item.id not in routed and not item.triage]

    assert len(for_nobody) > 50
    assert not told.intersection(item.id for item in for_nobody)


def test_the_story_of_the_demo_tells_exactly_what_it_should(world: World) -> None:
    """Renewed messages are those of the first reading: what they show follows, without a sound."""
    with world.watching(JASMIJN) as jasmijn:
        urgent = next_step(world)
    assert lines(urgent.new) == [
        ("woningmarkt", False, "Spoed: Tijdelijke regeling woningdelen en hospitaverhuur")
    ]
    assert [m.summary.split(" – ")[0] for m in jasmijn.new if m.is_direct] == [
        "Spoed voor Woningmarkt: Tijdelijke regeling woningdelen en hospitaverhuur"
    ]
    assert urgent.renewed == []

    extended = next_step(world)
    [reply] = lines(extended.new)
    assert reply[:2] == ("duurzaamheid", True)
    assert "verlengd" in reply[2]
    assert "28 december" in reply[2]
    assert [m.channel for m in extended.renewed] == ["themagroep-duurzaamheid"]
    assert "28 dec" in extended.renewed[0].words

    moved = next_step(world)
    groups = {channel for channel, _, _ in lines(moved.new)}
    assert "woningmarkt" in groups
    for group in groups:  # in the thread: another one takes its place; beside it: that other one
        shown = [(in_thread, line) for channel, in_thread, line in lines(moved.new) if channel == group]
        assert [in_thread for in_thread, _ in shown] == [False, True]
        assert all("Woningbouwopgave" in line for _, line in shown)

    relevant = next_step(world)
    assert lines(relevant.new) == [
        ("vitale-binnensteden-werklocaties", False, "Commissiedebat: Marktordening")
    ]

    withdrawn = next_step(world)
    [to_operators, to_group] = lines(withdrawn.new)
    assert to_operators[:2] == ("g40-beheer", False)
    assert to_group[:2] == ("interbestuurlijke-samenwerking", True)
    assert "ngetrokken" in to_group[2]

    outage = next_step(world)
    assert (outage.new, outage.renewed) == ([], [])  # most outages are over by the next look

    still_out = next_step(world)  # and the House put forty old papers out again
    assert [m.channel for m in still_out.new] == ["g40-beheer"]
    assert "niet te lezen" in still_out.new[0].summary

    last = next_step(world)
    assert [(channel, in_thread) for channel, in_thread, _ in lines(last.new)] == [
        ("g40-beheer", False),
        ("slimme-verstedelijking-mobiliteit", True),
    ]
    assert "eannuleerd" in lines(last.new)[1][2]

    with world.watching() as gathered:
        world.later(hours=4)  # past one o'clock, when what can wait is gathered
        world.round()
    assert [m.channel for m in gathered.new] == ["themagroep-financien"]
    assert "gemeentefonds" in gathered.new[0].words


def test_looking_again_costs_one_request_per_stream_and_writes_only_the_ledger(world: World) -> None:
    tables = (Item, ItemRevision, Record, RecordRevision, SourceSignal, Message, Delivery, Claim)
    before, first_runs = world.contents(*tables), len(world.rows(SourceRun))
    world.sandbox.forget_requests()

    with world.watching() as difference:
        for _ in range(2):
            world.round()

    assert len(world.sandbox.requests(CONSULTATIONS)) == 2
    streams = world.source(HOUSE).streams
    assert len(world.sandbox.requests(HOUSE) + world.sandbox.requests("debatdirect")) == 2 * len(streams)
    assert world.contents(*tables) == before
    assert (difference.new, difference.renewed) == ([], [])
    outcomes = [run.outcome for run in world.rows(SourceRun)[first_runs:]]
    assert outcomes == [RunOutcome.NOTHING_NEW] * 2 * first_runs


def test_an_unchanged_list_is_not_even_sent_where_the_publisher_knows_validators(world: World) -> None:
    world.sandbox.happen("switch_validators", on=True)
    world.sandbox.happen("new_consultation")
    world.poll(CONSULTATIONS)

    world.poll(CONSULTATIONS)

    statuses = [request.status for request in world.sandbox.server.world.requests]
    assert statuses[-1] == 304


def test_a_person_in_the_group_sees_why_and_until_when(world: World) -> None:
    world.sandbox.happen("new_consultation", slug="kamers", title="Besluit kamerverhuur en woningdelen")

    with world.watching(JASMIJN) as difference:
        world.round()

    [card] = [message for message in difference.new if not message.is_direct]
    assert card.channel == "themagroep-woningmarkt"
    for expected in ("Besluit kamerverhuur en woningdelen", "Waarom hier", "woningdelen", "werkdagen"):
        assert expected in card.words


def test_in_the_night_only_what_is_due_tomorrow_disturbs(world: World) -> None:
    world.later(hours=12)  # nine in the evening
    world.sandbox.happen("new_consultation", slug="later", title="Regeling woningdelen", working_days=6)
    world.sandbox.happen("new_activity", title="Woningbouwopgave met spoed", in_days=1, clock="09:30-12:00")

    with world.watching() as at_night:
        world.round()
    with world.watching() as in_the_morning:
        world.later(hours=11)
        world.round()

    assert "Regeling woningdelen" not in " ".join(m.summary for m in at_night.new)
    assert "Regeling woningdelen" in " ".join(m.summary for m in in_the_morning.new)


def test_a_group_that_leaves_slack_in_between_is_found_again(world: World) -> None:
    world.sandbox.slack("channels/remove", channel="themagroep-woningmarkt")
    world.sandbox.happen("new_consultation", slug="kamers", title="Besluit kamerverhuur en woningdelen")

    with world.watching(PA_OFFICER) as difference:
        world.round()

    assert [m.channel for m in difference.new] == ["themagroep-woningmarkt"]
