"""Slack over HTTP: who is let in, what is answered when, and what comes twice is done once."""

import hashlib
import hmac
import json
import socket
import threading
import time
from collections.abc import Iterator
from typing import Any
from urllib.parse import urlencode

import httpx
import pytest
import uvicorn
from sqlmodel import select

from g40flow.bootstrap import App
from g40flow.sandbox.slack.server import SlackServer
from g40flow.slack_app.http import LARGEST_BODY
from g40flow.storage.slack_tables import SlackInteraction
from g40flow.web.portal import build_portal
from tests.slack_app.conftest import ZEGER, World, program, wait_until
from tests.use_cases.decisions.board import JOOST, Board
from tests.use_cases.dossier.world import World as Dossiers

SECRET = "sandbox-signing-secret"


class Portal:
    """The portal in a thread, on a free port."""

    def __init__(self, app: App) -> None:
        self._listening = socket.socket(socket.AF_INET, socket.SOCK_STREAM)
        self._listening.bind(("127.0.0.1", 0))
        self.url = f"http://127.0.0.1:{self._listening.getsockname()[1]}"
        self.portal = build_portal(app)
        self._server = uvicorn.Server(
            uvicorn.Config(self.portal, log_level="critical", lifespan="off", timeout_graceful_shutdown=1)
        )
        self._thread = threading.Thread(target=self._server.run, args=([self._listening],), daemon=True)

    def __enter__(self) -> "Portal":
        self._thread.start()
        wait_until(lambda: self._server.started)
        return self

    def __exit__(self, *_: object) -> None:
        self._server.should_exit = True
        self._thread.join()
        self._listening.close()
        self.portal.state.slack.receiver.close()


@pytest.fixture
def app(sqlite_url: str, slack: SlackServer) -> Iterator[App]:
    with program(sqlite_url, slack) as built:
        yield built


@pytest.fixture
def portal(app: App, slack: SlackServer) -> Iterator[Portal]:
    """The portal, at which Slack delivers."""
    with Portal(app) as running:
        kinds = {"interactivity": "interactions", "events": "events", "commands": "commands"}
        urls = {kind: f"{running.url}/slack/{path}" for kind, path in kinds.items()}
        slack.do("app", request_urls=urls, socket_mode=False, verify=False)
        yield running
        slack.do("app", request_urls=dict.fromkeys(urls), socket_mode=None, verify=False)


@pytest.fixture
def world(app: App, slack: SlackServer, portal: Portal) -> World:
    return World(app, slack)


def signed(world: World, body: bytes, *, at: float | None = None, secret: str = SECRET) -> dict[str, str]:
    timestamp = str(int(world.now.timestamp() if at is None else at))
    made = hmac.new(secret.encode(), b"v0:" + timestamp.encode() + b":" + body, hashlib.sha256).hexdigest()
    return {
        "X-Slack-Request-Timestamp": timestamp,
        "X-Slack-Signature": f"v0={made}",
        "Content-Type": "application/x-www-form-urlencoded",
    }


def post(portal: Portal, path: str, body: bytes, headers: dict[str, str]) -> httpx.Response:
    with httpx.Client(trust_env=False, timeout=15) as client:
        return client.post(f"{portal.url}/slack/{path}", content=body, headers=headers)


def command_body(text: str = "help", trigger: str = "1.2.abc") -> bytes:
    return urlencode(
        {
            "command": "/g40flow",
            "text": text,
            "user_id": "U0G40P026",
            "team_id": "T0G40",
            "channel_id": "C0G40BEHEER",
            "trigger_id": trigger,
            "response_url": "https://hooks.slack.com/commands/x",
        }
    ).encode()


def kept(world: World) -> list[SlackInteraction]:
    with world.reading() as session:
        return list(session.exec(select(SlackInteraction)))


# --- the same handlers ----------------------------------------------------------------------------


def test_a_button_works_as_it_does_over_a_socket(world: World) -> None:
    world.add_item()

    assert world.press(ZEGER, "item_follow")["acked"]

    assert world.heard(ZEGER, "Je volgt dit nu")


def test_a_modal_and_its_mistakes_work_as_they_do_over_a_socket(world: World) -> None:
    board = Board.of(Dossiers(world.app.database, now=world.now))
    board.open()
    world.slack.do("open-home", user=JOOST)
    view = wait_until(lambda: world.slack.see("sees", user=JOOST)["homes"])[-1]
    world.slack.do("press", user=JOOST, view_id=view["id"], action_id="round_decide")

    done = world.submit(JOOST, position="hold")

    assert "comment" in done["errors"]


def test_the_command_is_answered_in_the_acknowledgement(world: World, portal: Portal) -> None:
    body = command_body()

    answer = post(portal, "commands", body, signed(world, body))

    assert answer.status_code == 200
    assert answer.json()["response_type"] == "ephemeral"


def test_an_address_gives_its_challenge_back_to_slack_only(world: World, portal: Portal) -> None:
    body = json.dumps({"type": "url_verification", "challenge": "abc"}).encode()

    assert post(portal, "events", body, signed(world, body)).text == "abc"
    assert post(portal, "events", body, signed(world, body, secret="other")).status_code == 401


# --- who is let in --------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "broken",
    [
        {},
        {"X-Slack-Signature": "v0=" + "0" * 64},
        {"X-Slack-Signature": "v0=é"},
        {"X-Slack-Signature": "v1=" + "0" * 64},
        {"X-Slack-Request-Timestamp": "nooit"},
        {"X-Slack-Request-Timestamp": "-1"},
        {"X-Slack-Request-Timestamp": "9" * 40},
        {"X-Slack-Request-Timestamp": "١٧٠٠٠٠٠٠٠٠"},
    ],
)
def test_without_a_signature_of_slack_nothing_is_taken(
    world: World, portal: Portal, broken: dict[str, str]
) -> None:
    body = command_body()
    headers: dict[str, Any] = signed(world, body) if broken else {}
    headers |= {name: value.encode() for name, value in broken.items()}

    answer = post(portal, "commands", body, headers)

    assert answer.status_code == 401
    assert kept(world) == []


@pytest.mark.parametrize("minutes", [-6, 6])
def test_a_signature_of_another_moment_is_refused(world: World, portal: Portal, minutes: int) -> None:
    body = command_body()
    headers = signed(world, body, at=world.now.timestamp() + minutes * 60)

    assert post(portal, "commands", body, headers).status_code == 401


def test_a_signature_over_another_body_is_refused(world: World, portal: Portal) -> None:
    headers = signed(world, command_body("help"))

    assert post(portal, "commands", command_body("mijn werk"), headers).status_code == 401


def test_a_body_larger_than_any_of_slack_is_refused(world: World, portal: Portal) -> None:
    body = b"payload=" + b"x" * LARGEST_BODY

    assert post(portal, "interactions", body, signed(world, body)).status_code == 413


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"payload=",
        b"payload=%7B",
        b"payload=[]",
        b"payload=" + b"[" * 100_000,
        b"\xff\xfe",
        b"payload=%7B%22type%22%3A%22onbekend%22%7D",
        b"&".join(b"a%d=1" % number for number in range(200)),
    ],
)
def test_signed_nonsense_is_refused_without_a_fault(world: World, portal: Portal, body: bytes) -> None:
    assert post(portal, "interactions", body, signed(world, body)).status_code == 400


def test_a_browser_cannot_reach_these_addresses(world: World, portal: Portal) -> None:
    with httpx.Client(trust_env=False) as client:
        assert client.get(f"{portal.url}/slack/interactions").status_code in (404, 405)


def test_without_a_signing_secret_the_addresses_do_not_exist(sqlite_url: str, slack: SlackServer) -> None:
    with program(sqlite_url, slack, G40FLOW_SLACK_SIGNING_SECRET="") as app:
        paths = [getattr(route, "path", "") for route in build_portal(app).routes]

    assert not [path for path in paths if path.startswith("/slack/")]


# --- what comes twice -----------------------------------------------------------------------------


def test_a_replayed_request_is_done_once_and_answered_the_same(world: World, portal: Portal) -> None:
    body = command_body("zoek regie")
    headers = signed(world, body)

    first, second = (post(portal, "commands", body, headers) for _ in range(2))

    assert first.json() == second.json()
    assert len(kept(world)) == 1


def test_a_replayed_click_changes_nothing_more(world: World, portal: Portal) -> None:
    world.add_item()
    world.press(ZEGER, "item_follow")
    world.heard(ZEGER, "Je volgt dit nu")
    delivered = world.slack.see("deliveries")["deliveries"][-1]["payload"]
    body = urlencode({"payload": json.dumps(delivered)}).encode()

    answers = [post(portal, "interactions", body, signed(world, body)) for _ in range(3)]

    assert {answer.status_code for answer in answers} == {200}
    time.sleep(0.2)
    assert [text for text in world.whispers(ZEGER) if "volgt" in text] == world.whispers(ZEGER)[:1]


def test_an_event_that_slack_repeats_opens_home_once(world: World, portal: Portal) -> None:
    event = {
        "type": "event_callback",
        "event_id": "Ev1",
        "team_id": "T0G40",
        "event": {"type": "app_home_opened", "user": "U0G40P026", "channel": "D1", "tab": "home"},
    }
    body = json.dumps(event).encode()

    for _ in range(3):
        assert post(portal, "events", body, signed(world, body)).status_code == 200

    assert wait_until(lambda: world.slack.see("calls", method="views.publish")["calls"])
    time.sleep(0.2)
    assert len(world.slack.see("calls", method="views.publish")["calls"]) == 1


def test_remarks_are_not_kept_longer_than_they_are_needed(world: World) -> None:
    world.add_item()
    world.press(ZEGER, "item_not_ours")
    world.submit(ZEGER, reason="Heel persoonlijke reden")

    assert wait_until(lambda: all(row.done_at for row in kept(world)))
    assert "Heel persoonlijke reden" not in str([row.payload for row in kept(world)])
