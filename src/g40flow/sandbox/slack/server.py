"""The stand-in in a thread of its own, on a free port of this machine."""

import asyncio
import socket
from collections.abc import Awaitable, Callable
from datetime import timedelta
from threading import Event, Thread
from typing import Any

import httpx
import uvicorn
from starlette.applications import Starlette
from starlette.routing import Mount

from g40flow.sandbox.clock import SandboxClock
from g40flow.sandbox.slack.app import build_slack_app
from g40flow.sandbox.slack.deliveries import ACK_TIME
from g40flow.sandbox.slack.workspace import Workspace

START_LIMIT_SECONDS = 20.0


class ControlRefused(Exception):
    """A call of the control interface was refused. error: its code."""

    def __init__(self, answer: dict[str, Any]) -> None:
        super().__init__(str(answer))
        self.error = str(answer.get("error"))


class SlackServer:
    """`with SlackServer() as slack:` serves until the end of the block.

    url: "http://127.0.0.1:PORT" and the prefix; api_url: what a WebClient takes as base_url.
    ack_time: how long an app may take to acknowledge.
    prefix: where the stand-in is mounted, as in "/slack"; "" for the root.
    workspace, clock: direct access, also while the server runs.
    """

    def __init__(
        self,
        workspace: Workspace | None = None,
        clock: SandboxClock | None = None,
        *,
        prefix: str = "",
        sleep: Callable[[float], Awaitable[None]] = asyncio.sleep,
        ack_time: timedelta = ACK_TIME,
    ) -> None:
        self.workspace = workspace or Workspace.default()
        self.clock = clock or SandboxClock()
        self._listening = socket.socket(socket.AF_INET, socket.SOCK_STREAM, socket.IPPROTO_TCP)
        self._listening.bind(("127.0.0.1", 0))
        self.url = f"http://127.0.0.1:{self._listening.getsockname()[1]}{prefix}"
        self.api_url = f"{self.url}/api/"
        app = build_slack_app(self.workspace, self.clock, sleep=sleep, ack_time=ack_time)
        if prefix:
            app = Starlette(routes=[Mount(prefix, app=app)])
        self._server = _AnnouncingServer(
            uvicorn.Config(
                app,
                loop="asyncio",
                http="h11",  # whose connection can be broken off, see connection_reset
                ws="websockets-sansio",
                lifespan="off",
                log_level="critical",
                timeout_graceful_shutdown=1,
            )
        )
        self._thread = Thread(target=self._server.run, args=([self._listening],), daemon=True)
        self._http = httpx.Client(base_url=f"{self.url}/sandbox/", trust_env=False, timeout=60)

    def __enter__(self) -> "SlackServer":
        self._thread.start()
        if not self._server.ready.wait(START_LIMIT_SECONDS):
            raise TimeoutError(f"the stand-in did not start within {START_LIMIT_SECONDS} s")
        return self

    def __exit__(self, *_: object) -> None:
        self._http.close()
        self._server.should_exit = True
        self._server.force_exit = True
        self._thread.join()
        self._listening.close()

    def do(self, path: str, **content: Any) -> dict[str, Any]:
        """A POST of the control interface, as in `do("press", user=…)`. Raises ControlRefused."""
        return _accepted(self._http.post(path, json=content))

    def see(self, path: str, **query: str) -> dict[str, Any]:
        """A GET of the control interface, as in `see("calls", method=…)`. Raises ControlRefused."""
        return _accepted(self._http.get(path, params=query))

    def advance(self, **duration: float) -> None:
        """Move the clock, as in `advance(minutes=5)`."""
        self.clock.advance(timedelta(**duration))


class _AnnouncingServer(uvicorn.Server):
    """Says when it accepts connections."""

    def __init__(self, config: uvicorn.Config) -> None:
        super().__init__(config)
        self.ready = Event()

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        await super().startup(sockets)
        self.ready.set()


def _accepted(response: httpx.Response) -> dict[str, Any]:
    answer: dict[str, Any] = response.json()
    if not answer.get("ok"):
        raise ControlRefused(answer)
    return answer
