"""Serves the whole sandbox over real HTTP, on this machine only."""

import socket
from contextlib import ExitStack, closing
from datetime import UTC, datetime
from ipaddress import ip_address
from pathlib import Path
from threading import Event, Thread
from types import TracebackType
from typing import TYPE_CHECKING, Any, cast

import uvicorn
from starlette.applications import Starlette
from starlette.datastructures import Headers
from starlette.responses import PlainTextResponse, RedirectResponse
from starlette.routing import BaseRoute, Mount, Route
from starlette.types import ASGIApp, Receive, Scope, Send
from uvicorn.protocols.http.h11_impl import H11Protocol

from g40flow.sandbox.clock import SandboxClock
from g40flow.sandbox.control import control_routes
from g40flow.sandbox.publishers import build_publishers_app
from g40flow.sandbox.publishers.gate import TRANSPORT
from g40flow.sandbox.world import WORLD_START, World, load_world

if TYPE_CHECKING:
    from g40flow.sandbox.mail import MailReceiver

START_LIMIT_SECONDS = 20.0


class NotLoopback(ValueError):
    """The sandbox was asked to listen on an address that others can reach."""


SLACK_AT_ROOT = (
    "/api/", "/upload/", "/actions/", "/commands/", "/app/", "/link/", "/openid/", "/oauth/", "/.well-known/",
)  # fmt: skip
"""Paths of Slack itself; clients that are given the bare address of the sandbox find it there too."""

SLACK_CONTROLS = tuple(
    f"/sandbox/{name}"
    for name in (
        "press", "choose", "options", "fill", "submit", "close", "command", "shortcut", "open-home",
        "react", "unreact", "say", "users", "channels", "tokens", "clock", "faults", "rate-limits", "app",
        "sockets", "authorize", "sees", "calls", "deliveries", "workspace",
    )
)  # fmt: skip
"""Controls of the stand-in that no control of the publishers has the name of."""


def build_sandbox_app(
    world: World,
    clock: SandboxClock,
    *,
    slack: ASGIApp | None = None,
    mail: "MailReceiver | None" = None,
    gallery: Path | None = None,
) -> ASGIApp:
    """Publishers at /, controls at /sandbox/ and, if given, the stand-ins for Slack and mail.

    Slack is at /slack with its pages; its API and controls answer at the root as well. What the
    mail server took is shown at /mail, and given to programs at /sandbox/mail. gallery: a file with
    examples of messages, shown at /gallery.
    """
    routes: list[BaseRoute] = [Route("/", RedirectResponse("/sandbox/"))]
    if mail is not None:
        from g40flow.sandbox.mail.pages import mail_routes

        routes.extend(mail_routes(mail.box, address=f"127.0.0.1:{mail.port}"))
    if gallery is not None:
        from g40flow.sandbox.gallery import gallery_routes

        routes.extend(gallery_routes(gallery))
    controls = control_routes(
        world,
        clock,
        with_slack=slack is not None,
        with_mail=mail is not None,
        with_gallery=gallery is not None,
    )
    routes.append(Mount("/sandbox", routes=controls))
    if slack is not None:
        routes.append(Mount("/slack", app=slack))
    routes.append(Mount("/", app=build_publishers_app(world, clock)))
    app: ASGIApp = Starlette(routes=routes)
    return LocalOnly(app if slack is None else SlackAtRoot(app, slack))


class SlackAtRoot:
    """ASGI middleware: sends what Slack alone has at its root to the stand-in."""

    def __init__(self, app: ASGIApp, slack: ASGIApp) -> None:
        self._app, self._slack = app, slack

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        path = "" if scope["type"] == "lifespan" else scope["path"]
        # the controls by whole parts: /sandbox/app but not /sandbox/apples
        is_slacks = path.startswith(SLACK_AT_ROOT) or "/".join(path.split("/")[:3]) in SLACK_CONTROLS
        await (self._slack if is_slacks else self._app)(scope, receive, send)


def run_sandbox(
    host: str = "127.0.0.1",
    port: int = 8040,
    *,
    workspace: Path | None = None,
    start: datetime | None = None,
    with_slack: bool = True,
    mail_port: int | None = None,
    gallery: Path | None = None,
) -> None:
    """Serve until interrupted.

    workspace: file that describes the Slack workspace; None takes the packaged one.
    start: aware moment the sandbox begins at; None is now. The data set moves along by whole weeks.
    mail_port: where the mail server listens; None for no mail server, 0 for a free port.
    gallery: file with examples of messages; None for no gallery.
    Raises NotLoopback for an address others can reach, OSError if the port is taken.
    """
    with closing(_listen(host, port)) as listening, ExitStack() as stand_ins:
        begin = start or datetime.now(UTC)
        clock = SandboxClock(begin)
        slack = _slack_app(workspace, clock) if with_slack else None
        mail = None if mail_port is None else stand_ins.enter_context(_mail_receiver(clock, mail_port))
        app = build_sandbox_app(load_world(begin), clock, slack=slack, mail=mail, gallery=gallery)
        uvicorn.Server(_config(app, log_level="warning")).run(sockets=[listening])


class SandboxServer:
    """A sandbox in a thread, on a free port: `with SandboxServer() as sandbox: ...`.

    world, clock: direct access, while the server runs. base_url: "http://127.0.0.1:PORT".
    slack: the Slack stand-in, mail: the mail server; None unless asked for.
    """

    def __init__(
        self,
        world: World | None = None,
        clock: SandboxClock | None = None,
        *,
        workspace: Path | None = None,
        with_slack: bool = False,
        with_mail: bool = False,
        gallery: Path | None = None,
    ) -> None:
        self.world = world or load_world(WORLD_START)
        self.clock = clock or SandboxClock(WORLD_START)
        self._listening = _listen("127.0.0.1", 0)
        self.base_url = f"http://127.0.0.1:{self._listening.getsockname()[1]}"
        self.slack = _slack_app(workspace, self.clock) if with_slack else None
        self.mail = _mail_receiver(self.clock, 0) if with_mail else None
        app = build_sandbox_app(self.world, self.clock, slack=self.slack, mail=self.mail, gallery=gallery)
        self._server = _AnnouncingServer(_config(app, log_level="critical"))
        self._thread = Thread(target=self._server.run, args=([self._listening],), daemon=True)

    @property
    def consultations_url(self) -> str:
        return f"{self.base_url}/internetconsultatie"

    @property
    def parliament_url(self) -> str:
        return f"{self.base_url}/tweedekamer"

    def __enter__(self) -> "SandboxServer":
        if self.mail is not None:
            self.mail.__enter__()
        self._thread.start()
        if not self._server.ready.wait(START_LIMIT_SECONDS):
            raise TimeoutError(f"the sandbox did not start within {START_LIMIT_SECONDS} s")
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._server.should_exit = True
        self._thread.join()
        self._listening.close()
        if self.mail is not None:
            self.mail.__exit__(kind, error, trace)


class LocalOnly:
    """ASGI middleware: answers only requests that name this machine, from pages of this machine.

    Otherwise a page on the internet could reach the sandbox through the browser of who runs it.
    """

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] in {"http", "websocket"} and not _is_local(Headers(scope=scope)):
            await PlainTextResponse("only for this machine", 403)(scope, receive, send)
            return
        await self._app(scope, receive, send)


class _AnnouncingServer(uvicorn.Server):
    """Says when it accepts connections."""

    def __init__(self, config: uvicorn.Config) -> None:
        super().__init__(config)
        self.ready = Event()

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        await super().startup(sockets)
        self.ready.set()


class _BreakableProtocol(H11Protocol):
    """Lets the application get at its connection, to break it when it was asked to."""

    def connection_made(self, transport: Any) -> None:
        super().connection_made(transport)
        inner = self.app

        async def app(scope: Scope, receive: Receive, send: Send) -> None:
            extensions = {**scope.get("extensions", {}), TRANSPORT: lambda: transport}
            await inner({**scope, "extensions": extensions}, receive, send)

        self.app = cast("Any", app)


def _config(app: ASGIApp, *, log_level: str) -> uvicorn.Config:
    return uvicorn.Config(
        app,
        loop="asyncio",
        http=_BreakableProtocol,
        ws="websockets-sansio",
        lifespan="off",
        date_header=False,
        server_header=False,
        access_log=False,
        log_level=log_level,
        timeout_graceful_shutdown=2,
    )


def _listen(host: str, port: int) -> socket.socket:
    """A socket that is bound to a loopback address. Raises NotLoopback for any other."""
    if not _is_loopback(host):
        raise NotLoopback(f"the sandbox only listens on this machine (127.0.0.1 or ::1), not on {host}")
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    # Named, because asyncio sends small answers at once only on sockets that say they are TCP.
    listening = socket.socket(family, socket.SOCK_STREAM, socket.IPPROTO_TCP)
    listening.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        listening.bind((host, port))
    except OSError:
        listening.close()
        raise
    return listening


def _is_loopback(host: str) -> bool:
    if host == "localhost":
        return True
    try:
        return ip_address(host).is_loopback
    except ValueError:
        return False


def _is_local(headers: Headers) -> bool:
    host = headers.get("host", "")
    origin = headers.get("origin")
    return _is_loopback(_host_name(host)) and origin in {None, "null", f"http://{host}"}


def _host_name(host: str) -> str:
    """ "127.0.0.1:8040" and "[::1]:8040" without the port."""
    return host[1:].partition("]")[0] if host.startswith("[") else host.partition(":")[0]


def _slack_app(workspace: Path | None, clock: SandboxClock) -> Starlette:
    from g40flow.sandbox.slack import build_slack_app  # only when asked for: it takes time to import

    return build_slack_app(workspace, clock)


def _mail_receiver(clock: SandboxClock, port: int) -> "MailReceiver":
    from g40flow.sandbox.mail import MailBox, MailReceiver  # as above

    return MailReceiver(MailBox(), now=clock.now, port=port)
