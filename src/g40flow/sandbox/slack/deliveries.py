"""Handing things to an app: signed HTTP or Socket Mode, three seconds to acknowledge, events again."""

import asyncio
import hashlib
import hmac
import json
import secrets
import uuid
from collections.abc import Coroutine
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any, Literal
from urllib.parse import urlencode

import httpx
from starlette.websockets import WebSocket, WebSocketDisconnect, WebSocketState

from g40flow.sandbox.clock import SandboxClock
from g40flow.sandbox.slack.connection_reset import reset_connection
from g40flow.sandbox.slack.refusals import Json
from g40flow.sandbox.slack.state import App, DeliveryRecord
from g40flow.sandbox.slack.workspace import Workspace

Kind = Literal["interactive", "options", "slash_commands", "events_api"]

ACK_TIME = timedelta(seconds=3)
EVENT_RETRIES = (timedelta(0), timedelta(minutes=1), timedelta(minutes=5))
LOOK_AT_CLOCK_SECONDS = 0.05
STALE_BY_SECONDS = 360


@dataclass(frozen=True)
class Outcome:
    """How a delivery went. reason: "acked", or http_timeout, http_error, connection_failed, no_connection.

    answer: what the app said with its acknowledgement: JSON, text, or None for nothing.
    """

    acked: bool
    reason: str
    status: int | None = None
    answer: Json | str | None = None
    transport: Literal["http", "socket"] = "http"


@dataclass(eq=False)
class Connection:
    """One open web socket of an app. awaited: acknowledgements by envelope id."""

    app_id: str
    socket: WebSocket
    send: Any
    awaited: dict[str, asyncio.Future[Json]] = field(default_factory=dict)

    @property
    def is_open(self) -> bool:
        """Whether something can be sent."""
        return self.socket.application_state is WebSocketState.CONNECTED

    def acknowledge(self, message: Json) -> None:
        """Take an answer of the app; one that nobody waits for is dropped, as at Slack."""
        waiting = self.awaited.pop(str(message.get("envelope_id")), None)
        if waiting is not None and not waiting.done():
            waiting.set_result(message)


class Deliveries:
    """Everything that goes from the stand-in to the apps of one workspace.

    ack_time: how long an app may take to acknowledge; more than Slack's where the machine is slow.
    """

    def __init__(self, workspace: Workspace, clock: SandboxClock, *, ack_time: timedelta = ACK_TIME) -> None:
        self.workspace = workspace
        self.clock = clock
        self._ack_time = ack_time
        self.connections: list[Connection] = []
        self._tasks: set[asyncio.Task[Any]] = set()
        self._http: httpx.AsyncClient | None = None

    def connections_of(self, app_id: str) -> list[Connection]:
        """The open sockets of one app."""
        return [c for c in self.connections if c.app_id == app_id and c.is_open]

    async def deliver(self, app: App, kind: Kind, payload: Json, *, accepts_answer: bool = False) -> Outcome:
        """Hand over once and wait for the acknowledgement."""
        return await self._attempt(app, kind, payload, accepts_answer=accepts_answer)

    async def deliver_event(self, app: App, event: Json) -> Outcome:
        """Hand over an event; without a 2xx or ack it is sent again, in the background.

        At once, after one minute and after five, by the clock of the stand-in.
        """
        now = self.clock.now()
        payload = self._event_callback(app, event, now)
        outcome = await self._attempt(app, "events_api", payload)
        if not outcome.acked and outcome.reason != "no_request_url":
            self.in_background(self._retry(app, payload, outcome.reason, now))
        return outcome

    def in_background(self, work: Coroutine[Any, Any, Any]) -> None:
        """Let something run on without being waited for."""
        task = asyncio.ensure_future(work)
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

    async def verify_address(self, app: App, url: str) -> bool:
        """The first call of an events address: whether it gives the challenge back."""
        challenge = secrets.token_hex(20)
        body = json.dumps({"token": "sandbox", "challenge": challenge, "type": "url_verification"}).encode()
        outcome = await self._post(app, url, body, "application/json", {})
        answer = outcome.answer
        given = answer.get("challenge") if isinstance(answer, dict) else (answer or "").strip()
        return outcome.acked and given == challenge

    def _event_callback(self, app: App, event: Json, now: datetime) -> Json:
        authorization = {
            "enterprise_id": None,
            "team_id": self.workspace.team_id,
            "user_id": app.bot_user_id,
            "is_bot": True,
            "is_enterprise_install": False,
        }
        return {
            "token": "sandbox",
            "team_id": self.workspace.team_id,
            "api_app_id": app.id,
            "type": "event_callback",
            "event_id": self.workspace.new_id("Ev"),
            "event_time": int(now.timestamp()),
            "event": {"event_ts": f"{now.timestamp():.6f}", **event},
            "authorizations": [authorization],
            "is_ext_shared_channel": False,
        }

    async def _retry(self, app: App, payload: Json, reason: str, first_at: datetime) -> None:
        for number, wait in enumerate(EVENT_RETRIES, start=1):
            await self._until(first_at + wait)
            outcome = await self._attempt(app, "events_api", payload, attempt=number, because=reason)
            if outcome.acked:
                return
            reason = outcome.reason

    async def _until(self, moment: datetime) -> None:
        # Looked at again and again, because the clock can be set by somebody else.
        while (left := (moment - self.clock.now()).total_seconds()) > 0:
            await asyncio.sleep(min(left, LOOK_AT_CLOCK_SECONDS))

    async def _attempt(
        self,
        app: App,
        kind: Kind,
        payload: Json,
        *,
        accepts_answer: bool = False,
        attempt: int = 0,
        because: str = "",
    ) -> Outcome:
        sockets = self.connections_of(app.id)
        if app.part.socket_mode or (app.part.socket_mode is None and sockets):
            envelope: Json = {
                "envelope_id": str(uuid.uuid4()),
                "type": "interactive" if kind == "options" else kind,
                "payload": payload,
                "accepts_response_payload": accepts_answer,
                "retry_attempt": attempt,
                "retry_reason": because,
            }
            outcome = await self._over_socket(sockets, envelope)
        else:
            outcome = await self._over_http(app, kind, payload, attempt, because)
        self._log(app, kind, payload, attempt, outcome)
        return outcome

    async def _over_socket(self, sockets: list[Connection], envelope: Json) -> Outcome:
        if not sockets:
            return Outcome(False, "no_connection", transport="socket")
        connection = secrets.choice(sockets)
        waiting: asyncio.Future[Json] = asyncio.get_running_loop().create_future()
        connection.awaited[envelope["envelope_id"]] = waiting
        try:
            await connection.socket.send_json(envelope)
        except WebSocketDisconnect:
            self.forget(connection)
            return Outcome(False, "socket_dropped", transport="socket")
        fault = self.workspace.faults.take_for_delivery("socket_disconnect", "socket_drop")
        if fault and fault.kind == "socket_disconnect":
            await self.disconnect(connection, fault.reason)
            return Outcome(False, "socket_disconnected", transport="socket")
        if fault:
            self.forget(connection)
            reset_connection(connection.send)
            return Outcome(False, "socket_dropped", transport="socket")
        if not await self._done_in_time(waiting):
            connection.awaited.pop(envelope["envelope_id"], None)
            return Outcome(False, "http_timeout", transport="socket")
        answer = waiting.result().get("payload") if envelope["accepts_response_payload"] else None
        return Outcome(True, "acked", answer=answer or None, transport="socket")

    def forget(self, connection: Connection) -> None:
        """Choose this connection for nothing any more."""
        if connection in self.connections:
            self.connections.remove(connection)

    async def disconnect(self, connection: Connection, reason: str) -> None:
        """Ask the app to connect again, and close."""
        self.forget(connection)
        await connection.socket.send_json(
            {"type": "disconnect", "reason": reason, "debug_info": {"host": "sandbox"}}
        )
        await connection.socket.close()

    async def _over_http(self, app: App, kind: Kind, payload: Json, attempt: int, because: str) -> Outcome:
        urls = app.part.request_urls
        url = {
            "interactive": urls.interactivity,
            "options": urls.options or urls.interactivity,
            "slash_commands": urls.commands,
            "events_api": urls.events,
        }[kind]
        if url is None:
            return Outcome(False, "no_request_url")
        headers = {"X-Slack-Retry-Num": str(attempt), "X-Slack-Retry-Reason": because} if attempt else {}
        if kind == "events_api":
            return await self._post(app, url, json.dumps(payload).encode(), "application/json", headers)
        fields = payload if kind == "slash_commands" else {"payload": json.dumps(payload)}
        form = urlencode(fields).encode()
        return await self._post(app, url, form, "application/x-www-form-urlencoded", headers)

    async def _post(
        self, app: App, url: str, body: bytes, media_type: str, headers: dict[str, str]
    ) -> Outcome:
        sent = {
            **headers,
            **self._signature(app, body),
            "Content-Type": media_type,
            "User-Agent": "Slackbot 1.0 (+https://api.slack.com/robots)",
            "Accept": "application/json,*/*",
        }
        request = asyncio.ensure_future(self._client().post(url, content=body, headers=sent))
        if not await self._done_in_time(request):
            request.cancel()
            return Outcome(False, "http_timeout")
        try:
            response = request.result()
        except httpx.HTTPError:
            return Outcome(False, "connection_failed")
        ok = 200 <= response.status_code < 300
        return Outcome(ok, "acked" if ok else "http_error", response.status_code, _body(response))

    def _client(self) -> httpx.AsyncClient:
        if self._http is None:
            # No idle connections: nothing is left open when the server stops.
            limits = httpx.Limits(max_keepalive_connections=0)
            self._http = httpx.AsyncClient(limits=limits, trust_env=False, timeout=30)
        return self._http

    def _signature(self, app: App, body: bytes) -> dict[str, str]:
        timestamp = int(self.clock.now().timestamp())
        fault = self.workspace.faults.take_for_delivery("bad_signature", "stale_timestamp")
        if fault and fault.kind == "stale_timestamp":
            timestamp -= STALE_BY_SECONDS
        secret = "another-secret" if fault and fault.kind == "bad_signature" else app.part.signing_secret
        return {
            "X-Slack-Request-Timestamp": str(timestamp),
            "X-Slack-Signature": signature(secret, str(timestamp), body),
        }

    async def _done_in_time(self, work: asyncio.Future[Any]) -> bool:
        """Whether it is done before the time of an app has passed, by the clock or really."""
        loop = asyncio.get_running_loop()
        due, real_due = self.clock.now() + self._ack_time, loop.time() + self._ack_time.total_seconds()
        while not work.done():
            left = min((due - self.clock.now()).total_seconds(), real_due - loop.time())
            if left <= 0:
                return False
            await asyncio.wait({work}, timeout=min(left, LOOK_AT_CLOCK_SECONDS))
        return True

    def _log(self, app: App, kind: Kind, payload: Json, attempt: int, outcome: Outcome) -> None:
        with self.workspace.lock:
            log = self.workspace.deliveries
            number = log[-1].number + 1 if log else 1
            self.workspace.log_delivery(
                DeliveryRecord(
                    number,
                    self.clock.now(),
                    app.id,
                    str(payload.get("type", kind)) if kind != "slash_commands" else "command",
                    outcome.transport,
                    attempt,
                    payload,
                    outcome.reason,
                    outcome.status,
                    outcome.answer,
                )
            )


def signature(secret: str, timestamp: str, body: bytes) -> str:
    """The value of X-Slack-Signature: "v0=" and an HMAC-SHA256 in hexadecimals."""
    digest = hmac.new(secret.encode(), b"v0:" + timestamp.encode() + b":" + body, hashlib.sha256)
    return f"v0={digest.hexdigest()}"


def _body(response: httpx.Response) -> Json | str | None:
    text = response.text
    if not text.strip():
        return None
    try:
        content = json.loads(text)
    except ValueError:
        return text
    return content if isinstance(content, dict) else text
