"""Stands in front of the publishers: faults, the Date header, validators and the log of requests."""

import asyncio
import socket
import struct
from collections.abc import Callable
from dataclasses import dataclass, field
from email.utils import format_datetime
from hashlib import sha256
from typing import Any

from starlette.datastructures import Headers, MutableHeaders
from starlette.requests import Request
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from g40flow.sandbox.clock import SandboxClock
from g40flow.sandbox.publishers import broken
from g40flow.sandbox.world import Fault, SeenRequest, World

_LIST_PATHS = (
    *("/rest/openconsultaties", "/zoeken/resultaat", "/geslotenconsultaties", "/SyncFeed/2.0/Feed"),
    *("/api/v0/zoek", "/brpapi/searchInitiatives"),
    "/internetconsultatie/",
)
_SHARE = "g40flow.list_share"
TRANSPORT = "g40flow.transport"
"""Scope extension with a callable that gives the connection's transport, set by server.py."""


@dataclass
class Answer:
    """A whole HTTP answer."""

    status: int = 500
    headers: MutableHeaders = field(default_factory=MutableHeaders)
    body: bytes = b""


def list_share(request: Request) -> float:
    """Which part of a list to show: 1 as a rule, less while a list fault is on."""
    share: float = request.scope.get(_SHARE, 1.0)
    return share


class Gate:
    """ASGI middleware; see the module."""

    def __init__(self, app: ASGIApp, world: World, clock: SandboxClock) -> None:
        self._app = app
        self._world = world
        self._clock = clock

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        path = _full_path(scope)
        publisher = path.split("/", 2)[1]
        fault = self._world.faults.take(publisher, path, lists=_asks_for_a_list(scope["path"]))
        if fault and fault.kind == "slow":
            await asyncio.sleep(fault.seconds)
        answer = await self._answer(scope, receive, fault)
        answer.headers["Date"] = format_datetime(self._clock.now(), usegmt=True)
        if self._world.validators and fault is None and answer.status == 200:
            _validate(answer, Headers(scope=scope), self._world)
        self._note(scope, path, answer.status, fault)
        if fault and fault.kind == "connection_reset":
            _reset(scope)
        await _send(answer, scope, send)

    async def _answer(self, scope: Scope, receive: Receive, fault: Fault | None) -> Answer:
        made = broken.instead_of_the_answer(fault, scope["path"]) if fault else None
        if made:
            status, headers, body = made
            return Answer(status, MutableHeaders(headers), body)
        if fault and fault.kind in {"emptied_list", "halved_list"}:
            scope = {**scope, _SHARE: 0.0 if fault.kind == "emptied_list" else 0.5}
        answer = await self._collect(scope, receive)
        if fault:
            answer.body = broken.damage(fault, answer.body, answer.headers.get("content-type", ""))
            answer.headers["Content-Length"] = str(len(answer.body))
        return answer

    async def _collect(self, scope: Scope, receive: Receive) -> Answer:
        answer = Answer()
        parts: list[bytes] = []

        async def keep(message: Message) -> None:
            if message["type"] == "http.response.start":
                answer.status = message["status"]
                answer.headers = MutableHeaders(raw=list(message["headers"]))
            else:
                parts.append(message.get("body", b""))

        with self._world.lock:
            await self._app(scope, receive, keep)
        answer.body = b"".join(parts)
        return answer

    def _note(self, scope: Scope, path: str, status: int, fault: Fault | None) -> None:
        self._world.requests.append(
            SeenRequest(
                method=scope["method"],
                path=path,
                status=status,
                at=self._clock.now(),
                fault=fault.kind if fault else None,
                user_agent=Headers(scope=scope).get("user-agent", ""),
            )
        )


def _full_path(scope: Scope) -> str:
    raw: bytes = scope.get("raw_path") or scope["path"].encode()
    query: bytes = scope.get("query_string", b"")
    path = raw.split(b"?")[0].decode("latin-1")
    return f"{path}?{query.decode('latin-1')}" if query else path


def _asks_for_a_list(path: str) -> bool:
    return path.endswith(_LIST_PATHS[-1]) or any(part in path for part in _LIST_PATHS[:-1])


def _validate(answer: Answer, asked: Headers, world: World) -> None:
    """Add ETag and Last-Modified, and make it a 304 when the client has this very answer."""
    etag = f'"{sha256(answer.body).hexdigest()[:20]}"'
    changed = format_datetime(world.changed_at.replace(microsecond=0), usegmt=True)
    answer.headers["ETag"] = etag
    answer.headers["Last-Modified"] = changed
    known = asked.get("if-none-match")
    same = etag in known.split(", ") if known else asked.get("if-modified-since") == changed
    if same:
        answer.status, answer.body = 304, b""
        del answer.headers["Content-Length"]


def _reset(scope: Scope) -> None:
    """Break the connection the hard way, so that the client sees a reset."""
    find: Callable[[], Any] | None = scope.get("extensions", {}).get(TRANSPORT)
    transport = find() if find else None
    if transport is not None:
        sock = transport.get_extra_info("socket")
        sock.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
        transport.abort()
    raise ConnectionResetError("the sandbox was asked to break this connection")


async def _send(answer: Answer, scope: Scope, send: Send) -> None:
    body = b"" if scope["method"] == "HEAD" else answer.body
    await send({"type": "http.response.start", "status": answer.status, "headers": answer.headers.raw})
    await send({"type": "http.response.body", "body": body})
