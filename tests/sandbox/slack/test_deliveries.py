"""What an app receives: signed HTTP, Socket Mode, three seconds, retries, response_url."""

import asyncio
import hashlib
import hmac
import json
import threading
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qs

import httpx
import pytest
from slack_sdk import WebClient
from slack_sdk.errors import SlackApiError
from slack_sdk.signature import Clock, SignatureVerifier
from slack_sdk.socket_mode.aiohttp import SocketModeClient
from slack_sdk.socket_mode.request import SocketModeRequest
from slack_sdk.socket_mode.response import SocketModeResponse
from slack_sdk.web.async_client import AsyncWebClient
from slack_sdk.webhook import WebhookClient

from g40flow.sandbox.slack.deliveries import signature
from g40flow.sandbox.slack.server import ControlRefused, SlackServer

Json = dict[str, Any]

BUTTONS: list[Json] = [
    {"type": "section", "text": {"type": "mrkdwn", "text": "Besluit?"}},
    {
        "type": "actions",
        "block_id": "decision",
        "elements": [
            {
                "type": "button",
                "action_id": "approve",
                "value": "r17:v3",
                "text": {"type": "plain_text", "text": "Akkoord"},
            },
            {
                "type": "static_select",
                "action_id": "choice",
                "options": [
                    {"text": {"type": "plain_text", "text": name}, "value": name} for name in ("ja", "nee")
                ],
            },
        ],
    },
]
MODAL: Json = {
    "type": "modal",
    "callback_id": "return",
    "private_metadata": "r17:v3",
    "notify_on_close": True,
    "title": {"type": "plain_text", "text": "Teruggeven"},
    "submit": {"type": "plain_text", "text": "Geef terug"},
    "blocks": [
        {
            "type": "input",
            "block_id": "why",
            "label": {"type": "plain_text", "text": "Waarom?"},
            "element": {"type": "plain_text_input", "action_id": "text", "min_length": 10},
        },
        {
            "type": "input",
            "block_id": "who",
            "optional": True,
            "label": {"type": "plain_text", "text": "Wie?"},
            "element": {"type": "users_select", "action_id": "person"},
        },
    ],
}


class App:
    """An app behind an address of its own. answers: status and body per path, else 200 and nothing."""

    def __init__(self) -> None:
        self.received: list[tuple[str, dict[str, str], bytes]] = []
        self.answers: dict[str, Callable[[Json], tuple[int, str]]] = {}
        app = self

        class Handler(BaseHTTPRequestHandler):
            def do_POST(self) -> None:
                body = self.rfile.read(int(self.headers["Content-Length"]))
                app.received.append((self.path, {k.lower(): v for k, v in self.headers.items()}, body))
                answering = app.answers.get(self.path)
                status, answer = answering(app.content(-1)) if answering else (200, "")
                self.send_response(status)
                self.send_header("Content-Length", str(len(answer.encode())))
                self.end_headers()
                self.wfile.write(answer.encode())

            def log_message(self, *_: Any) -> None:
                pass

        self.server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.url = f"http://127.0.0.1:{self.server.server_port}"

    def content(self, number: int) -> Json:
        """What was received: the payload of an interaction, the fields of a command, the event."""
        _, headers, body = self.received[number]
        if headers["content-type"] == "application/json":
            return dict(json.loads(body))
        fields = {name: values[0] for name, values in parse_qs(body.decode()).items()}
        return dict(json.loads(fields["payload"])) if "payload" in fields else fields


@pytest.fixture
def app(slack: SlackServer) -> Iterator[App]:
    app = App()
    thread = threading.Thread(target=app.server.serve_forever, kwargs={"poll_interval": 0.01}, daemon=True)
    thread.start()
    urls = {name: f"{app.url}/{name}" for name in ("interactivity", "events", "commands")}
    slack.do("app", request_urls=urls, socket_mode=False, verify=False)
    yield app
    slack.do(
        "app",
        request_urls=dict.fromkeys(("interactivity", "events", "commands")),
        socket_mode=None,
        verify=False,
    )
    app.server.shutdown()
    app.server.server_close()


def post_buttons(web: WebClient, channel: str = "C0OPEN") -> str:
    return str(web.chat_postMessage(channel=channel, text="Besluit?", blocks=BUTTONS)["ts"])


def press(slack: SlackServer, ts: str, **changes: Any) -> Json:
    given = {"user": "anna", "channel": "C0OPEN", "ts": ts, "action_id": "approve", **changes}
    return slack.do("press", **given)


def test_the_signature_is_that_of_the_contract() -> None:
    body = b"payload=%7B%7D"

    made = signature("local-signing-secret", "1700000000", body)

    assert made == "v0=1b3f5405bc90ff7882fef94684f92fd4d346c08f1342132ce9e0952a8e10c230"


def test_a_pressed_button_arrives_signed_over_its_raw_bytes(
    slack: SlackServer, web: WebClient, app: App
) -> None:
    class SandboxTime(Clock):
        def now(self) -> float:
            return slack.clock.now().timestamp()

    press(slack, post_buttons(web))

    ((path, headers, body),) = app.received
    verifier = SignatureVerifier("local-signing-secret", clock=SandboxTime())
    assert path == "/interactivity"
    assert headers["content-type"] == "application/x-www-form-urlencoded"
    assert verifier.is_valid_request(body, headers)


@pytest.mark.parametrize("fault", ["bad_signature", "stale_timestamp"])
def test_a_signature_can_be_made_wrong_on_purpose(
    slack: SlackServer, web: WebClient, app: App, fault: str
) -> None:
    slack.do("faults", kind=fault)

    press(slack, post_buttons(web))

    _, headers, body = app.received[0]
    timestamp = headers["x-slack-request-timestamp"]
    right = hmac.new(b"local-signing-secret", f"v0:{timestamp}:".encode() + body, hashlib.sha256).hexdigest()
    late = abs(slack.clock.now().timestamp() - int(timestamp)) > 300
    assert (headers["x-slack-signature"] != f"v0={right}") or late


def test_block_actions_tell_who_pressed_what_where(slack: SlackServer, web: WebClient, app: App) -> None:
    ts = post_buttons(web)

    report = press(slack, ts)

    payload = app.content(0)
    assert report["acked"] is True
    assert (payload["type"], payload["api_app_id"]) == ("block_actions", "A0TEST")
    assert payload["user"] == {"id": "U0ANNA", "username": "anna", "name": "anna", "team_id": "T0TEST"}
    assert payload["channel"] == {"id": "C0OPEN", "name": "algemeen"}
    assert payload["container"] == {
        "type": "message",
        "message_ts": ts,
        "channel_id": "C0OPEN",
        "is_ephemeral": False,
    }
    (action,) = payload["actions"]
    assert (action["action_id"], action["block_id"], action["value"]) == ("approve", "decision", "r17:v3")
    assert payload["message"]["ts"] == ts
    assert payload["state"]["values"]["decision"]["choice"]["selected_option"] is None


def test_a_choice_is_in_the_action_and_in_the_state(slack: SlackServer, web: WebClient, app: App) -> None:
    ts = post_buttons(web)

    slack.do("choose", user="anna", channel="algemeen", ts=ts, action_id="choice", value="nee")

    payload = app.content(0)
    assert payload["actions"][0]["selected_option"]["value"] == "nee"
    assert payload["state"]["values"]["decision"]["choice"]["selected_option"]["value"] == "nee"


def test_what_nobody_can_press_is_refused(slack: SlackServer, web: WebClient, app: App) -> None:
    ts = post_buttons(web, "C0PRIV")

    for given, error in (
        ({"action_id": "other", "channel": "C0PRIV"}, "action_not_found"),
        ({"user": "bram", "channel": "C0PRIV"}, "channel_not_found"),
        ({"user": "gone"}, "user_deactivated"),
        ({"ts": "1.0"}, "message_not_found"),
    ):
        with pytest.raises(ControlRefused) as caught:
            press(slack, given.pop("ts", ts), **given)
        assert caught.value.error == error
    assert app.received == []


def test_a_modal_goes_from_trigger_to_submission(slack: SlackServer, web: WebClient, app: App) -> None:
    press(slack, post_buttons(web))
    view = web.views_open(trigger_id=app.content(0)["trigger_id"], view=MODAL)["view"]

    result = slack.do("submit", user="anna", view_id=view["id"], values={"why": "De cijfers kloppen niet"})

    payload = app.content(1)
    assert (payload["type"], payload["view"]["private_metadata"]) == ("view_submission", "r17:v3")
    assert payload["view"]["state"]["values"] == {
        "why": {"text": {"type": "plain_text_input", "value": "De cijfers kloppen niet"}},
        "who": {"person": {"type": "users_select", "selected_user": None}},
    }
    assert payload["response_urls"] == []
    assert result["closed"] is True
    assert slack.see("sees", user="anna")["modals"] == []


@pytest.mark.parametrize(
    ("values", "complaint"), [({}, "Vul dit veld in."), ({"why": "kort"}, "Minstens 10 tekens.")]
)
def test_what_slack_itself_refuses_never_reaches_the_app(
    slack: SlackServer, web: WebClient, app: App, values: Json, complaint: str
) -> None:
    open_modal(slack, web)

    result = slack.do("submit", user="anna", values=values)

    assert result["errors"] == {"why": complaint}
    assert app.received == []


def open_modal(slack: SlackServer, web: WebClient) -> Json:
    trigger = web.api_call("views.generateTriggerId", json={"user_id": "U0ANNA"})["trigger_id"]
    return dict(web.views_open(trigger_id=trigger, view=MODAL)["view"])


GOOD = {"why": {"text": "De cijfers kloppen niet"}}
SECOND = {**MODAL, "title": {"type": "plain_text", "text": "Al besloten"}}


def test_errors_leave_the_modal_open(slack: SlackServer, web: WebClient, app: App) -> None:
    open_modal(slack, web)
    answer = json.dumps({"response_action": "errors", "errors": {"why": "Licht het toe"}})
    app.answers["/interactivity"] = lambda _: (200, answer)

    result = slack.do("submit", user="anna", values=GOOD)

    assert (result["closed"], result["errors"]) == (False, {"why": "Licht het toe"})
    assert len(slack.see("sees", user="anna")["modals"]) == 1


def test_an_update_keeps_what_was_typed(slack: SlackServer, web: WebClient, app: App) -> None:
    before = open_modal(slack, web)
    answer = json.dumps({"response_action": "update", "view": SECOND})
    app.answers["/interactivity"] = lambda _: (200, answer)

    slack.do("submit", user="anna", values=GOOD)

    (view,) = slack.see("sees", user="anna")["modals"]
    assert (view["id"], view["title"]["text"]) == (before["id"], "Al besloten")
    assert view["state"]["values"]["why"]["text"]["value"] == "De cijfers kloppen niet"
    assert view["hash"] != before["hash"]


def test_a_pushed_view_lies_on_top_and_clear_closes_all(slack: SlackServer, web: WebClient, app: App) -> None:
    open_modal(slack, web)
    app.answers["/interactivity"] = lambda _: (200, json.dumps({"response_action": "push", "view": SECOND}))
    slack.do("submit", user="anna", values=GOOD)
    two = slack.see("sees", user="anna")["modals"]
    app.answers["/interactivity"] = lambda _: (200, json.dumps({"response_action": "clear"}))

    slack.do("submit", user="anna", values=GOOD)

    assert [v["previous_view_id"] for v in two] == [None, two[0]["id"]]
    assert slack.see("sees", user="anna")["modals"] == []


@pytest.mark.parametrize(
    "answer",
    [
        '{"response_action": "explode"}',
        '{"response_action": "errors", "errors": {"nothing": "x"}}',
        '{"response_action": "update", "view": {"type": "modal"}}',
        "OK",
    ],
)
def test_an_answer_that_slack_does_not_understand_leaves_a_warning(
    slack: SlackServer, web: WebClient, app: App, answer: str
) -> None:
    view = open_modal(slack, web)
    app.answers["/interactivity"] = lambda _: (200, answer)

    result = slack.do("submit", user="anna", values=GOOD)

    assert result["closed"] is False
    assert view["id"] in slack.see("sees", user="anna")["warnings"]


def test_closing_is_only_told_to_those_who_asked(slack: SlackServer, web: WebClient, app: App) -> None:
    open_modal(slack, web)
    slack.do("close", user="anna")

    assert (app.content(0)["type"], app.content(0)["is_cleared"]) == ("view_closed", False)
    assert slack.see("sees", user="anna")["modals"] == []


def test_a_command_is_a_plain_form_and_its_answer_is_for_the_asker(slack: SlackServer, app: App) -> None:
    app.answers["/commands"] = lambda fields: (200, json.dumps({"text": f"Gezocht: {fields['text']}"}))

    slack.do("command", user="anna", channel="algemeen", command="/g40", text="zoek wonen")

    fields = app.content(0)
    assert (fields["command"], fields["text"], fields["user_name"]) == ("/g40", "zoek wonen", "anna")
    assert fields["channel_id"] == "C0OPEN"
    (channel,) = slack.see("sees", user="anna", channel="algemeen")["channels"]
    assert [m["text"] for m in channel["ephemerals"]] == ["Gezocht: zoek wonen"]


def test_a_command_can_be_answered_to_the_channel(slack: SlackServer, web: WebClient, app: App) -> None:
    app.answers["/commands"] = lambda _: (200, json.dumps({"response_type": "in_channel", "text": "Allen"}))

    slack.do("command", user="anna", channel="algemeen", command="/g40")

    assert [m["text"] for m in web.conversations_history(channel="C0OPEN")["messages"]] == ["Allen"]


def test_a_shortcut_of_a_message_carries_the_message(slack: SlackServer, web: WebClient, app: App) -> None:
    ts = post_buttons(web)

    slack.do("shortcut", user="anna", callback_id="signal_from_message", channel="algemeen", ts=ts)

    payload = app.content(0)
    assert (payload["type"], payload["message"]["ts"]) == ("message_action", ts)
    assert payload["response_url"]


def test_opening_home_is_an_event_with_the_view_that_is_there(
    slack: SlackServer, web: WebClient, app: App
) -> None:
    slack.do("open-home", user="anna")
    web.views_publish(user_id="U0ANNA", view={"type": "home", "blocks": []})
    slack.do("open-home", user="anna")

    first, second = app.content(0)["event"], app.content(1)["event"]
    assert (first["type"], first["user"], first["tab"]) == ("app_home_opened", "U0ANNA", "home")
    assert "view" not in first
    assert second["view"]["type"] == "home"


def test_people_who_come_change_and_go_are_events(slack: SlackServer, web: WebClient, app: App) -> None:
    slack.do("users", name="nieuw", email="nieuw@example.nl")
    slack.do("users/deactivate", user="nieuw")

    joined, changed = app.content(0)["event"], app.content(1)["event"]
    assert (joined["type"], joined["user"]["profile"]["email"]) == ("team_join", "nieuw@example.nl")
    assert (changed["type"], changed["user"]["deleted"]) == ("user_change", True)
    with pytest.raises(SlackApiError, match="users_not_found"):
        web.users_lookupByEmail(email="nieuw@example.nl")


def test_messages_and_reactions_of_people_are_events(slack: SlackServer, web: WebClient, app: App) -> None:
    ts = slack.do("say", user="anna", channel="algemeen", text="<@U0BOT> hallo")["ts"]
    slack.do("react", user="bram", channel="algemeen", ts=ts, name="eyes")

    events = [app.content(number)["event"] for number in range(3)]
    assert [event["type"] for event in events] == ["message", "app_mention", "reaction_added"]
    assert events[2]["item"] == {"type": "message", "channel": "C0OPEN", "ts": ts}


def test_a_bot_that_was_removed_is_told_and_cannot_post(slack: SlackServer, web: WebClient, app: App) -> None:
    slack.do("channels/remove", channel="triage")

    assert app.content(0)["event"] == {**app.content(0)["event"], "type": "group_left", "channel": "C0PRIV"}
    with pytest.raises(SlackApiError, match="channel_not_found"):
        web.chat_postMessage(channel="C0PRIV", text="x")
    slack.do("channels/invite", channel="triage")
    assert web.chat_postMessage(channel="C0PRIV", text="x")["ok"]


def test_an_address_for_events_must_give_its_challenge_back(slack: SlackServer, app: App) -> None:
    app.answers["/new"] = lambda content: (200, json.dumps({"challenge": content["challenge"]}))

    verified = slack.do("app", request_urls={"events": f"{app.url}/new"})["verified"]

    assert verified is True
    with pytest.raises(ControlRefused) as caught:
        slack.do("app", request_urls={"events": f"{app.url}/silent"})
    assert caught.value.error == "url_verification_failed"


def wait_for(condition: Callable[[], bool]) -> None:
    """Until something that runs in the stand-in has happened; fails after five seconds."""
    until = time.monotonic() + 5
    while not condition():
        assert time.monotonic() < until, "it did not happen"
        time.sleep(0.01)


def test_an_event_without_2xx_comes_again_at_once_after_a_minute_and_after_five(
    slack: SlackServer, app: App
) -> None:
    app.answers["/events"] = lambda _: (500, "")

    slack.do("open-home", user="anna")
    wait_for(lambda: len(app.received) == 2)
    slack.advance(seconds=61)
    wait_for(lambda: len(app.received) == 3)
    slack.advance(seconds=240)
    wait_for(lambda: len(app.received) == 4)

    heads = [headers for _, headers, _ in app.received]
    assert [head.get("x-slack-retry-num") for head in heads] == [None, "1", "2", "3"]
    assert heads[1]["x-slack-retry-reason"] == "http_error"
    assert len({app.content(number)["event_id"] for number in range(4)}) == 1


def test_an_interaction_is_not_repeated(slack: SlackServer, web: WebClient, app: App) -> None:
    app.answers["/interactivity"] = lambda _: (500, "")

    report = press(slack, post_buttons(web))

    assert (report["acked"], report["reason"], report["status"]) == (False, "http_error", 500)
    slack.advance(minutes=10)
    assert len(app.received) == 1


def test_after_three_seconds_the_person_is_warned(slack: SlackServer, web: WebClient, app: App) -> None:
    started, go_on = threading.Event(), threading.Event()

    def slow(_: Json) -> tuple[int, str]:
        started.set()
        go_on.wait(5)
        return 200, ""

    app.answers["/interactivity"] = slow
    ts = post_buttons(web)

    with ThreadPoolExecutor(1) as pool:
        report = pool.submit(press, slack, ts)
        assert started.wait(5)
        slack.advance(seconds=3.1)
        assert report.result(5)["reason"] == "http_timeout"
        go_on.set()

    assert list(slack.see("sees", user="anna")["warnings"]) == [f"C0OPEN/{ts}/U0ANNA"]


def response_url(slack: SlackServer, web: WebClient, app: App) -> WebhookClient:
    press(slack, post_buttons(web))
    return WebhookClient(app.content(-1)["response_url"])


def test_a_response_url_answers_the_person_who_pressed(slack: SlackServer, web: WebClient, app: App) -> None:
    answered = response_url(slack, web, app).send(text="Al besloten", response_type="ephemeral")

    (channel,) = slack.see("sees", user="anna", channel="algemeen")["channels"]
    assert (answered.status_code, answered.body) == (200, "ok")
    assert [m["text"] for m in channel["ephemerals"]] == ["Al besloten"]


def test_a_response_url_replaces_or_deletes_the_message(slack: SlackServer, web: WebClient, app: App) -> None:
    hook = response_url(slack, web, app)

    hook.send(text="Besloten", replace_original=True)
    (replaced,) = web.conversations_history(channel="C0OPEN")["messages"]
    hook.send(delete_original=True)

    assert (replaced["text"], "blocks" in replaced) == ("Besloten", False)
    assert web.conversations_history(channel="C0OPEN")["messages"] == []


def test_a_response_url_works_five_times_within_half_an_hour(
    slack: SlackServer, web: WebClient, app: App
) -> None:
    used, late = response_url(slack, web, app), response_url(slack, web, app)
    answers = [used.send(text=str(number)) for number in range(6)]

    slack.advance(minutes=31)

    assert [answer.status_code for answer in answers] == [200] * 5 + [404]
    assert "used_url" in answers[5].body
    assert "expired_url" in late.send(text="x").body


def test_a_response_url_checks_what_it_is_given(slack: SlackServer, web: WebClient, app: App) -> None:
    hook = response_url(slack, web, app)

    assert "no_text" in hook.send_dict({"text": ""}).body
    assert "invalid_blocks" in hook.send_dict({"text": "x", "blocks": [{"type": "none"}]}).body


# Socket Mode


async def connected(slack: SlackServer, handle: Callable[[SocketModeRequest], Json | None]) -> Any:
    """A client of the SDK that acknowledges everything with what `handle` gives; the SDK has no types."""
    client: Any = SocketModeClient(
        "xapp-test", web_client=AsyncWebClient(base_url=slack.api_url), ping_interval=0.1
    )

    async def listen(_: Any, request: SocketModeRequest) -> None:
        answer = handle(request)
        await client.send_socket_mode_response(SocketModeResponse(request.envelope_id, answer))

    client.socket_mode_request_listeners.append(listen)
    await client.connect()
    return client


def with_socket(
    slack: SlackServer, handle: Callable[[SocketModeRequest], Json | None], work: Callable[[], Any]
) -> Any:
    """Run `work` in a thread while a client is connected."""

    async def scenario() -> Any:
        client = await connected(slack, handle)
        while not slack.see("workspace")["connections"]["A0TEST"]:
            await asyncio.sleep(0.01)
        try:
            return await asyncio.to_thread(work)
        finally:
            await client.close()

    return asyncio.run(scenario())


def test_a_press_goes_over_the_socket_and_is_acknowledged(slack: SlackServer, web: WebClient) -> None:
    seen: list[SocketModeRequest] = []
    ts = post_buttons(web)

    report = with_socket(slack, lambda request: seen.append(request), lambda: press(slack, ts))

    assert (report["acked"], report["transport"]) == (True, "socket")
    assert (seen[0].type, seen[0].accepts_response_payload) == ("interactive", False)
    assert seen[0].payload["actions"][0]["value"] == "r17:v3"


def test_a_submission_is_answered_in_the_acknowledgement(slack: SlackServer, web: WebClient) -> None:
    open_modal(slack, web)
    answer = {"response_action": "errors", "errors": {"why": "Licht het toe"}}

    result = with_socket(slack, lambda _: answer, lambda: slack.do("submit", user="anna", values=GOOD))

    assert (result["closed"], result["errors"]) == (False, {"why": "Licht het toe"})


def test_commands_and_events_come_over_the_socket_too(slack: SlackServer) -> None:
    seen: list[tuple[str, int | None]] = []

    def handle(request: SocketModeRequest) -> Json | None:
        seen.append((request.type, request.retry_attempt))
        return {"text": "Gezien"} if request.type == "slash_commands" else None

    def work() -> None:
        slack.do("command", user="anna", channel="algemeen", command="/g40")
        slack.do("open-home", user="anna")

    with_socket(slack, handle, work)

    (channel,) = slack.see("sees", user="anna", channel="algemeen")["channels"]
    assert seen == [("slash_commands", 0), ("events_api", 0)]
    assert [m["text"] for m in channel["ephemerals"]] == ["Gezien"]


@pytest.mark.parametrize("fault", ["socket_disconnect", "socket_drop"])
def test_a_connection_that_breaks_is_made_again_and_the_event_repeated(
    slack: SlackServer, fault: str
) -> None:
    attempts: list[int | None] = []

    def work() -> None:
        slack.do("faults", kind=fault)
        slack.do("open-home", user="anna")
        wait_for(lambda: slack.see("workspace")["connections"]["A0TEST"] == 1)
        slack.advance(seconds=61)
        wait_for(lambda: bool(attempts) and attempts[-1] != 0)

    with_socket(slack, lambda request: attempts.append(request.retry_attempt), work)

    assert attempts[-1] in (1, 2)


def test_an_address_for_a_socket_works_once(slack: SlackServer) -> None:
    app_client = WebClient("xapp-test", base_url=slack.api_url)
    url = app_client.apps_connections_open(app_token="xapp-test")["url"]

    async def scenario() -> list[Any]:
        from websockets.asyncio.client import connect
        from websockets.exceptions import InvalidStatus

        async with connect(url, proxy=None) as socket:
            hello = json.loads(await socket.recv())
            with pytest.raises(InvalidStatus):
                await connect(url, proxy=None)
        return [hello]

    (hello,) = asyncio.run(scenario())

    assert (hello["type"], hello["num_connections"]) == ("hello", 1)
    assert hello["connection_info"] == {"app_id": "A0TEST"}


@pytest.mark.parametrize(
    ("token", "error"),
    [
        ("xapp-unknown", "invalid_auth"),
        ("xapp-without-scope", "missing_scope"),
        ("xoxb-test-bot", "not_allowed_token_type"),
    ],
)
def test_who_may_not_open_a_socket(slack: SlackServer, token: str, error: str) -> None:
    with pytest.raises(SlackApiError, match=error):
        WebClient(base_url=slack.api_url).apps_connections_open(app_token=token)


def test_the_eleventh_connection_is_one_too_many(slack: SlackServer) -> None:
    async def scenario() -> Json:
        from websockets.asyncio.client import connect

        opened = []
        for _ in range(11):
            client = WebClient(base_url=slack.api_url)
            url = client.apps_connections_open(app_token="xapp-test")["url"]
            opened.append(await connect(url, proxy=None))
        first = dict(json.loads(await opened[10].recv()))
        for socket in opened:
            await socket.close()
        return first

    assert asyncio.run(scenario())["reason"] == "too_many_websockets"


def test_without_a_connection_a_press_is_lost(slack: SlackServer, web: WebClient) -> None:
    slack.do("app", socket_mode=True)
    try:
        report = press(slack, post_buttons(web))
    finally:
        slack.do("app", socket_mode=None)

    assert (report["acked"], report["reason"]) == (False, "no_connection")


def test_deliveries_are_logged(slack: SlackServer, web: WebClient, app: App) -> None:
    press(slack, post_buttons(web))

    (record,) = slack.see("deliveries")["deliveries"]

    assert (record["kind"], record["transport"], record["outcome"]) == ("block_actions", "http", "acked")


def test_the_clock_and_the_state_can_be_set_over_http(slack: SlackServer, web: WebClient) -> None:
    web.chat_postMessage(channel="C0OPEN", text="x")

    now = slack.do("clock", set="2027-01-01T09:00:00+01:00", advance=60)["now"]
    slack.do("reset")

    assert now == "2027-01-01T08:01:00+00:00"
    assert web.conversations_history(channel="C0OPEN")["messages"] == []
    assert (
        httpx.post(f"{slack.url}/sandbox/clock", json={"set": "morgen"}, trust_env=False).status_code == 400
    )
