"""Socket Mode and the receiver: nothing is lost, nothing is done twice, nobody waits three seconds."""

import os
import signal
import subprocess
import sys
import threading
import time
from datetime import timedelta
from typing import Any

import pytest
from sqlmodel import select

from g40flow.domain.errors import ConfigError
from g40flow.sandbox.slack.server import SlackServer
from g40flow.slack_app.answers import Answer, Say
from g40flow.slack_app.dispatch import Dispatcher, Table
from g40flow.slack_app.receiver import Receiver
from g40flow.slack_app.socket_mode import SocketModeListener
from g40flow.slack_app.turn import Turn
from g40flow.storage.slack_interactions import note_interaction
from g40flow.storage.slack_tables import SlackInteraction
from g40flow.use_cases.dossier.follow import is_following
from tests.slack_app.conftest import ZEGER, World, wait_until

USER = "U0G40P026"  # Zeger


def kept(world: World) -> list[SlackInteraction]:
    with world.reading() as session:
        return list(session.exec(select(SlackInteraction)))


def command(trigger: str, text: str = "help") -> dict[str, Any]:
    return {
        "command": "/g40flow",
        "text": text,
        "user_id": USER,
        "team_id": "T0G40",
        "channel_id": "C0G40BEHEER",
        "trigger_id": trigger,
    }


def receiver_with(world: World, table: Table, seconds: float = 0.2) -> Receiver:
    """A receiver with handlers of a test, that waits less long."""
    assert world.entry is not None
    built = world.entry.receiver
    old = built.dispatcher
    dispatcher = Dispatcher(app=old.app, dialog=old.dialog, people=old.people, views=old.views, table=table)
    return Receiver(
        world.app, dispatcher, homes=world.entry.homes, couriers=built.couriers, answer_within=seconds
    )


# --- the connection -------------------------------------------------------------------------------


def test_it_connects_again_when_slack_asks(world: World) -> None:
    world.add_item()
    world.slack.do("sockets/disconnect", reason="refresh_requested")

    assert wait_until(lambda: world.press(ZEGER, "item_follow")["acked"])
    assert world.heard(ZEGER, "Je volgt dit")


def test_it_connects_again_when_the_line_drops(world: World) -> None:
    world.add_item()
    world.slack.do("faults", kind="socket_drop")
    world.press(ZEGER, "item_follow")

    assert wait_until(lambda: world.press(ZEGER, "item_follow")["acked"])


def test_an_event_whose_acknowledgement_was_lost_is_handled_once(world: World) -> None:
    world.slack.do("faults", kind="socket_disconnect", reason="warning")

    world.slack.do("open-home", user=ZEGER)

    assert wait_until(lambda: world.slack.see("sees", user=ZEGER)["homes"])
    assert wait_until(lambda: len(world.slack.see("deliveries")["deliveries"]) >= 2)
    assert len([row for row in kept(world) if row.kind == "event"]) == 1
    assert len(world.slack.see("calls", method="views.publish")["calls"]) == 1


@pytest.mark.parametrize("token", ["xapp-nobody", "xoxb-sandbox-bot"])
def test_a_token_that_slack_refuses_stops_the_start_with_advice(
    world: World, slack: SlackServer, token: str
) -> None:
    assert world.entry is not None
    listener = SocketModeListener(token, world.entry.receiver, base_url=slack.api_url)

    with pytest.raises(ConfigError, match="G40FLOW_SLACK_APP_TOKEN"):
        listener.connect()

    listener.close()


def test_an_outage_of_slack_is_waited_for(world: World, slack: SlackServer) -> None:
    assert world.entry is not None
    slack.do("faults", kind="http_500", method="apps.connections.open", times=1)
    listener = SocketModeListener("xapp-sandbox-app", world.entry.receiver, base_url=slack.api_url)

    listener.connect()

    assert listener.is_connected
    listener.close()


def test_listening_stops_cleanly_when_it_is_asked_to(
    world: World, slack: SlackServer, sqlite_url: str
) -> None:
    environment = {
        "PATH": os.environ["PATH"],
        "G40FLOW_DATABASE_URL": sqlite_url,
        "G40FLOW_SLACK_BASE_URL": slack.api_url,
        "G40FLOW_SLACK_BOT_TOKEN": "xoxb-sandbox-bot",
        "G40FLOW_SLACK_APP_TOKEN": "xapp-sandbox-app",
        "G40FLOW_SECRET_KEY": "a secret of tests that is long enough",
    }
    process = subprocess.Popen(
        [sys.executable, "-m", "g40flow", "slack", "listen"],
        env=environment,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )
    wait_until(lambda: process.poll() is not None or _sockets(slack) >= 2, seconds=25)

    process.send_signal(signal.SIGTERM)
    out, err = process.communicate(timeout=20)

    assert process.returncode == 0, err
    assert "gestopt" in out


def _sockets(slack: SlackServer) -> int:
    return len(slack.see("calls", method="apps.connections.open")["calls"])


# --- in time --------------------------------------------------------------------------------------


def test_a_slow_command_is_acknowledged_in_time_and_answered_after(world: World) -> None:
    world.add_item()
    card = world.press(ZEGER, "open_portal")
    address = card["payload"]["response_url"] if "payload" in card else ""
    go_on = threading.Event()

    def slow(turn: Turn) -> Answer:
        go_on.wait(10)
        return Say(text="eindelijk klaar")

    receiver = receiver_with(world, Table(commands={"/g40flow": slow}))
    began = time.monotonic()

    ack = receiver.receive({**command("9.9.slow"), "response_url": address})

    assert ack is None
    assert time.monotonic() - began < 2
    go_on.set()
    assert wait_until(
        lambda: (
            [t for t in world.whispers(ZEGER) if t == "eindelijk klaar"]
            or [m for m in world.direct(ZEGER) if m["text"] == "eindelijk klaar"]
        )
    )


def test_a_handler_that_breaks_says_so_and_leaves_a_trace(world: World) -> None:
    def broken(turn: Turn) -> Answer:
        raise RuntimeError("kapot")

    receiver = receiver_with(world, Table(commands={"/g40flow": broken}), seconds=5)

    ack = receiver.receive(command("9.9.broken"))

    assert ack is not None
    assert "ging bij mij iets mis" in str(ack["text"])
    (row,) = [row for row in kept(world) if row.key == "trigger:9.9.broken"]
    assert "kapot" in row.error


def test_what_nobody_knows_is_answered_kindly(world: World) -> None:
    receiver = receiver_with(world, Table(), seconds=5)

    ack = receiver.receive(command("9.9.unknown"))

    assert ack is not None
    assert "ken ik niet meer" in str(ack["text"])


def test_the_same_act_at_the_same_time_is_done_once(world: World) -> None:
    count: list[int] = []

    def counted(turn: Turn) -> Answer:
        count.append(1)
        return Say(text="gedaan")

    receiver = receiver_with(world, Table(commands={"/g40flow": counted}), seconds=5)
    threads = [threading.Thread(target=receiver.receive, args=(command("9.9.same"),)) for _ in range(6)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert count == [1]


# --- after a crash --------------------------------------------------------------------------------


def leave_behind(world: World, trigger: str, *, ago: timedelta) -> None:
    """What a process had received when it died."""
    at = world.now - ago
    with world.writing() as session:
        note_interaction(
            session,
            f"trigger:{trigger}",
            kind="command",
            name="/g40flow",
            slack_user=USER,
            payload=command(trigger),
            now=at,
            lease_until=at + timedelta(minutes=2),
        )


def test_what_a_dead_process_left_behind_is_done(world: World) -> None:
    done = threading.Event()

    def handle(turn: Turn) -> Answer:
        done.set()
        return None

    receiver = receiver_with(world, Table(commands={"/g40flow": handle}))
    leave_behind(world, "5.5.left", ago=timedelta(minutes=5))

    assert receiver.take_up_what_was_left() == 1

    assert done.wait(5)
    assert wait_until(lambda: all(row.done_at for row in kept(world)))


def test_what_is_being_handled_or_too_old_is_left_alone(world: World) -> None:
    def handle(turn: Turn) -> Answer:
        raise AssertionError("must not be done")

    receiver = receiver_with(world, Table(commands={"/g40flow": handle}))
    leave_behind(world, "5.5.busy", ago=timedelta(minutes=1))
    leave_behind(world, "5.5.old", ago=timedelta(hours=2))

    receiver.take_up_what_was_left()

    old = wait_until(lambda: [row for row in kept(world) if row.key == "trigger:5.5.old" and row.done_at])
    assert "too old" in old[0].error
    (busy,) = [row for row in kept(world) if row.key == "trigger:5.5.busy"]
    assert busy.done_at is None


# --- answering ------------------------------------------------------------------------------------


def test_an_answer_that_slack_asks_to_hold_is_given_later(world: World, slack: SlackServer) -> None:
    world.add_item()
    slack.do("faults", kind="rate_limited", method="views.open", retry_after=1, times=1)

    world.press(ZEGER, "item_not_ours")

    assert world.modal(ZEGER)


def test_a_modal_that_comes_too_late_says_to_click_again(world: World, slack: SlackServer) -> None:
    world.add_item()
    slack.do("faults", kind="error", method="views.open", error="expired_trigger_id", times=1)

    world.press(ZEGER, "item_not_ours")

    assert world.heard(ZEGER, "Klik nog een keer")


def test_a_modal_that_slack_does_not_open_is_no_silence(world: World, slack: SlackServer) -> None:
    world.add_item()
    slack.do("faults", kind="error", method="views.open", error="fatal_error", times=1)

    world.press(ZEGER, "item_not_ours")

    assert world.heard(ZEGER, "Slack opende het venster niet")


def test_when_slack_does_not_say_who_somebody_is_nothing_is_done(world: World, slack: SlackServer) -> None:
    item = world.add_item()
    slack.do("faults", kind="error", method="users.info", error="fatal_error", times=1)

    world.press(ZEGER, "item_follow")

    assert world.heard(ZEGER, "Slack zei me nu niet wie je bent")
    with world.reading() as session:
        assert not is_following(session, ZEGER, f"item:{item}")
