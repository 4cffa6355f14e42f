"""Publishers in trouble: the last good state stays, operators hear of it once, and once when it is over."""

from datetime import timedelta

import pytest

from g40flow.storage.tables import Item, ItemRevision, Record, RunOutcome, SourceRun
from tests.main_job.world import CONSULTATIONS, HOUSE, Seen, World

pytestmark = pytest.mark.xdist_group("main_job")
KEPT = (Item, ItemRevision, Record)
BROKEN_ANYWHERE = (
    *("html_503", "malformed_page", "truncated", "wrong_encoding", "rate_limit", "server_error"),
    *("connection_reset", "huge", "hostile", "redirect", "outage_page"),
)
BROKEN = [
    *((CONSULTATIONS, kind) for kind in (*BROKEN_ANYWHERE, "emptied_list", "halved_list")),
    *((HOUSE, kind) for kind in BROKEN_ANYWHERE),
]


def operators(messages: list[Seen]) -> list[Seen]:
    return [message for message in messages if message.channel == "g40-beheer"]


def look(world: World, publisher: str) -> None:
    """At one stream: how several behave together has its own test."""
    world.poll(publisher, streams=("Zaak",) if publisher == HOUSE else ())
    world.deliver()


@pytest.mark.parametrize(("publisher", "kind"), BROKEN)
def test_a_publisher_in_trouble_loses_nothing_and_is_told_once(
    world: World, publisher: str, kind: str
) -> None:
    world.sandbox.happen("new_consultation", slug="kamers", title="Besluit kamerverhuur en woningdelen")
    world.sandbox.happen("new_case", title="Woningdelen en kamerverhuur in de steden")
    world.sandbox.happen("trouble", kind=kind, publisher=publisher, megabytes=17, seconds=20)
    before = world.contents(*KEPT)

    with world.watching() as meanwhile:
        for _ in range(3):
            look(world, publisher)
            world.later(minutes=10)
    kept = world.contents(*KEPT)
    world.sandbox.happen("lift_trouble")
    with world.watching() as afterwards:
        look(world, publisher)
        look(world, publisher)

    assert kept == before
    [trouble] = meanwhile.new
    assert trouble.summary.startswith("Storing: ")
    [recovery] = operators(afterwards.new)
    assert recovery.summary.startswith("Storing voorbij: ")
    runs = [run for run in world.rows(SourceRun) if run.source == publisher][1:]
    assert world.item("kamerverhuur").first_seen_at > runs[0].started_at
    assert [run.outcome for run in runs] == [
        *[RunOutcome.FAILED] * 3,
        RunOutcome.READ,
        RunOutcome.NOTHING_NEW,
    ]


@pytest.mark.parametrize("publisher", [CONSULTATIONS, HOUSE])
def test_a_publisher_that_asks_us_to_wait_is_asked_again_no_sooner(world: World, publisher: str) -> None:
    world.sandbox.happen("trouble", kind="rate_limit", publisher=publisher, times=1, seconds=37)

    look(world, publisher)

    assert world.rows(SourceRun)[-1].outcome == RunOutcome.NOTHING_NEW
    assert world.waits == [37.0]


def test_the_list_by_another_road_when_the_first_is_broken(world: World) -> None:
    world.sandbox.happen("new_consultation", slug="kamers", title="Besluit kamerverhuur en woningdelen")
    world.sandbox.happen("trouble", kind="malformed_page", publisher=CONSULTATIONS, where="/rest/")

    with world.watching() as difference:
        look(world, CONSULTATIONS)
        look(world, CONSULTATIONS)

    assert world.item("kamerverhuur").identifier == "kamers"
    assert len(operators(difference.new)) == 1
    assert {run.outcome for run in world.rows(SourceRun)[2:]} <= {RunOutcome.READ, RunOutcome.NOTHING_NEW}


def test_one_category_that_answers_with_an_error_does_not_stop_the_others(world: World) -> None:
    world.sandbox.happen("trouble", kind="server_error", publisher=HOUSE, where="category=Agendapunt")
    world.sandbox.happen("new_activity", title="Woningbouw in de steden", agenda=["Leefbaarheid in wijken"])

    with world.watching() as without_agenda:
        world.round()
        world.later(minutes=10)
        world.round()
    agenda_at_first = world.item("Woningbouw in de steden").facts["agenda"]
    world.sandbox.happen("lift_trouble")
    with world.watching() as with_agenda:
        world.round()

    assert agenda_at_first == []
    assert "themagroep-woningmarkt" in {message.channel for message in without_agenda.new}
    assert [m.summary[:8] for m in operators(without_agenda.new)] == ["Storing:"]
    assert world.item("Woningbouw in de steden").facts["agenda"] == ["Leefbaarheid in wijken"]
    assert [(m.channel, m.summary[:16]) for m in with_agenda.new] == [("g40-beheer", "Storing voorbij:")]
    [card] = [m for m in with_agenda.renewed if m.channel == "themagroep-woningmarkt"]
    assert "Leefbaarheid in wijken" in card.words


def test_what_comes_on_the_agenda_while_that_cannot_be_read_is_told_afterwards(world: World) -> None:
    world.sandbox.happen("new_activity", title="Woningbouw in de steden", agenda=["Leefbaarheid in wijken"])
    world.sandbox.happen("trouble", kind="server_error", publisher=HOUSE, where="category=Agendapunt")
    world.round()
    world.later(minutes=10)
    world.sandbox.happen("add_agenda_point", key="cd-nieuw", title="Brief over flexwoningen")
    world.round()
    world.sandbox.happen("lift_trouble")
    with world.watching() as afterwards:
        world.round()

    [told] = [m for m in afterwards.new if m.channel == "themagroep-woningmarkt"]
    assert told.in_thread
    assert "Brief over flexwoningen" in told.words


def test_a_whole_publisher_that_is_down_is_one_message_and_not_one_per_stream(world: World) -> None:
    world.sandbox.happen("trouble", kind="server_error", publisher=HOUSE)

    with world.watching() as down:
        for _ in range(2):
            world.poll(HOUSE)
            world.deliver()
            world.later(minutes=10)
    world.sandbox.happen("lift_trouble")
    with world.watching() as up:
        world.poll(HOUSE)
        world.deliver()

    for messages, opening in ((down.new, "Storing: "), (up.new, "Storing voorbij: ")):
        assert [message.summary.startswith(opening) for message in messages] == [True]


def test_a_feed_that_stands_still_while_it_answers_is_told_once_and_once_when_it_moves(world: World) -> None:
    world.sandbox.happen("freeze_feed")

    with world.watching() as silent:
        for _ in range(3):  # Tuesday, Wednesday, Thursday: days on which the House meets
            world.later(days=1, hours=1)
            world.poll(HOUSE, streams=("Activiteit",))
            world.deliver()
    world.sandbox.happen("lift_trouble")
    world.sandbox.happen("new_activity", title="Visserij", agenda=[])
    with world.watching() as moving:
        for _ in range(2):
            world.poll(HOUSE, streams=("Activiteit",))
            world.deliver()

    assert ["lang niets nieuws" in message.words for message in operators(silent.new)] == [True]
    assert ["brengt weer nieuws" in message.words for message in operators(moving.new)] == [True]


def test_a_whole_outage_leaves_no_consultation_looking_closed(world: World) -> None:
    world.sandbox.happen("trouble", kind="emptied_list", publisher=CONSULTATIONS)
    world.later(days=1)

    world.round()

    statuses = {item.status for item in world.rows(Item) if item.source == CONSULTATIONS}
    assert statuses == {"open"}
    assert world.now() - world.rows(SourceRun)[-1].started_at < timedelta(minutes=1)
