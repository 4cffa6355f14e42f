"""The stand-in as one ASGI application."""

import asyncio
from collections.abc import Awaitable, Callable
from datetime import timedelta
from pathlib import Path

from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse, PlainTextResponse, Response
from starlette.routing import BaseRoute, Route, WebSocketRoute

from g40flow.sandbox.clock import SandboxClock
from g40flow.sandbox.slack.api import WebApi
from g40flow.sandbox.slack.control import Control
from g40flow.sandbox.slack.deliveries import ACK_TIME, Deliveries
from g40flow.sandbox.slack.page.pages import Pages
from g40flow.sandbox.slack.page.sign_in_pages import SignInPages
from g40flow.sandbox.slack.response_urls import ResponseUrls
from g40flow.sandbox.slack.socket_mode import SocketEndpoint
from g40flow.sandbox.slack.workspace import Workspace


def build_slack_app(
    workspace: Workspace | Path | str | None = None,
    clock: SandboxClock | None = None,
    *,
    sleep: Callable[[float], Awaitable[None]] = asyncio.sleep,
    ack_time: timedelta = ACK_TIME,
) -> Starlette:
    """A Slack workspace over HTTP and web sockets; may be mounted at a prefix.

    workspace: a Workspace, a file for one, or None for the G40 workspace that comes along.
    clock: shared with whoever else lives in the sandbox; None follows the real time.
    sleep: waits real seconds; only slow answers use it.
    ack_time: how long an app may take to acknowledge.
    Raises InvalidWorkspace.
    """
    if workspace is None:
        workspace = Workspace.default()
    elif not isinstance(workspace, Workspace):
        workspace = Workspace.load(workspace)
    clock = clock or SandboxClock()
    deliveries = Deliveries(workspace, clock, ack_time=ack_time)
    answers = ResponseUrls(workspace, clock)
    control = Control(workspace, clock, deliveries)
    routes: list[BaseRoute] = [
        Route("/api/{method:path}", WebApi(workspace, clock, sleep).answer, methods=["GET", "POST"]),
        Route("/upload/v1/{key}", Upload(workspace).receive, methods=["POST", "PUT"]),
        *(
            Route(f"/{kind}/{{team}}/{{key}}", answers.answer, methods=["POST"])
            for kind in ("actions", "commands", "app")
        ),
        WebSocketRoute("/link/", SocketEndpoint(deliveries)),
        *control.routes(),
        *SignInPages(workspace, clock).routes(),
        *Pages(workspace, clock, deliveries).routes(),
    ]
    app = Starlette(routes=routes)
    app.state.workspace, app.state.clock, app.state.deliveries = workspace, clock, deliveries
    return app


class Upload:
    """Where files.getUploadURLExternal lets the bytes of a file be sent to."""

    def __init__(self, workspace: Workspace) -> None:
        self.workspace = workspace

    async def receive(self, request: Request) -> Response:
        """The bytes, raw or as the only file of a form; as many as were announced."""
        content = await _uploaded_bytes(request)
        with self.workspace.lock:
            key = request.path_params["key"]
            file = next((f for f in self.workspace.files.values() if f.key == key), None)
            if file is None:
                return JSONResponse({"ok": False, "error": "file_not_found"}, status_code=404)
            if len(content) != file.length:
                why = f"announced {file.length} bytes, received {len(content)}"
                return PlainTextResponse(why, status_code=400)
            file.content = content
        return PlainTextResponse(f"OK - {len(content)}")


async def _uploaded_bytes(request: Request) -> bytes:
    if not request.headers.get("content-type", "").startswith("multipart/form-data"):
        return await request.body()
    async with request.form() as form:
        for value in form.values():
            return value.encode() if isinstance(value, str) else await value.read()
    return b""
