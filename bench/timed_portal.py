"""The portal as it is started for users, with the time that each answer took noted in its head.

`python -m bench.timed_portal PORT PROCESSES`. At FLOOR there is an empty page with one question to the
database: the least that a page costs with the same server, framework and driver.
"""

import sys
import time

import uvicorn
from sqlalchemy import text
from starlette.applications import Starlette
from starlette.datastructures import MutableHeaders
from starlette.requests import Request
from starlette.responses import HTMLResponse
from starlette.routing import Mount, Route
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from g40flow.cli import SLOWEST_START_SECONDS
from g40flow.web.portal import portal_of_environment

FLOOR = "/floor"
TOOK = "x-took-ms"


class Timed:
    """From the first byte of a question that the server took in until the first byte of its answer."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        start = time.perf_counter()

        async def send_timed(message: Message) -> None:
            if message["type"] == "http.response.start":
                took = (time.perf_counter() - start) * 1e3
                MutableHeaders(scope=message)[TOOK] = f"{took:.2f}"
            await send(message)

        await self._app(scope, receive, send_timed if scope["type"] == "http" else send)


def timed() -> ASGIApp:
    """One process of it, from the environment."""
    portal = portal_of_environment()
    engine = portal.state.app.database.engine

    def floor(_request: Request) -> HTMLResponse:
        with engine.connect() as connection:
            title = connection.scalar(text("SELECT title FROM dossier WHERE id = 1"))
        return HTMLResponse(f"<!doctype html><title>{title}</title>")

    routes = [Route(FLOOR, floor), Mount("/", portal)]
    return Timed(Starlette(routes=routes, lifespan=portal.router.lifespan_context))


if __name__ == "__main__":
    uvicorn.run(
        "bench.timed_portal:timed",
        factory=True,
        host="127.0.0.1",
        port=int(sys.argv[1]),
        workers=int(sys.argv[2]),
        timeout_worker_healthcheck=SLOWEST_START_SECONDS,
        log_level="warning",
        log_config=None,
    )
