"""A publisher on loopback that answers as it is told, over real HTTP."""

import ssl
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

from g40flow.sources.fetch import Fetcher, FetchLimits, Time


@dataclass(frozen=True, kw_only=True)
class Answer:
    """length: what Content-Length says; None for the truth. hang_up: close before any answer.

    stall: wait for the server's `release` before answering.
    """

    body: bytes = b""
    status: int = 200
    headers: dict[str, str] = field(default_factory=dict)
    length: int | None = None
    hang_up: bool = False
    stall: bool = False


@dataclass(frozen=True)
class Request:
    path: str
    headers: dict[str, str]


Responder = Callable[[Request], Answer]


class Loopback:
    """Answers each path from its list, the last one again and again; 404 for the rest."""

    def __init__(self, tls: ssl.SSLContext | None = None) -> None:
        self.requests: list[Request] = []
        self.release = threading.Event()
        self._answers: dict[str, list[Answer]] = {}
        self._respond: Responder | None = None
        self._server = ThreadingHTTPServer(("127.0.0.1", 0), self._handler())
        self.port = self._server.server_address[1]
        self.url = f"{'https' if tls else 'http'}://127.0.0.1:{self.port}"
        if tls:
            self._server.socket = tls.wrap_socket(self._server.socket, server_side=True)

    def tell(self, path: str, *answers: Answer) -> None:
        self._answers[path] = list(answers)

    def respond_with(self, responder: Responder) -> None:
        """Decides about every path for which nothing was told."""
        self._respond = responder

    def paths(self) -> list[str]:
        return [request.path for request in self.requests]

    @contextmanager
    def running(self) -> Iterator["Loopback"]:
        thread = threading.Thread(target=self._server.serve_forever, kwargs={"poll_interval": 0.01})
        thread.start()
        try:
            yield self
        finally:
            self.release.set()
            self._server.shutdown()
            self._server.server_close()
            thread.join()

    def _answer(self, request: Request) -> Answer:
        answers = self._answers.get(request.path)
        if answers:
            return answers.pop(0) if len(answers) > 1 else answers[0]
        return self._respond(request) if self._respond else Answer(status=404, body=b"niet gevonden")

    def _handler(self) -> type[BaseHTTPRequestHandler]:
        loopback = self

        class Handler(BaseHTTPRequestHandler):
            def do_GET(self) -> None:
                request = Request(self.path, {name.lower(): value for name, value in self.headers.items()})
                loopback.requests.append(request)
                answer = loopback._answer(request)
                if answer.stall:
                    loopback.release.wait(10)
                if not answer.hang_up:
                    self._send(answer)
                self.close_connection = True

            def _send(self, answer: Answer) -> None:
                self.send_response(answer.status)
                for name, value in answer.headers.items():
                    self.send_header(name, value)
                length = len(answer.body) if answer.length is None else answer.length
                self.send_header("Content-Length", str(length))
                self.end_headers()
                try:
                    self.wfile.write(answer.body)
                except ConnectionError:
                    self.close_connection = True  # the client had heard enough

            def log_message(self, format: str, *args: object) -> None:
                """Tests read `requests` instead."""

        return Handler


class FakeTime:
    """A clock that only moves when somebody sleeps; remembers every sleep in seconds."""

    def __init__(self, now: datetime = datetime(2026, 7, 20, 8, tzinfo=UTC), chance: float = 1.0) -> None:
        self._start = now
        self._seconds = 0.0
        self._lock = threading.Lock()
        self.slept: list[float] = []
        self.time = Time(
            now=lambda: self._start + timedelta(seconds=self._seconds),
            monotonic=lambda: self._seconds,
            sleep=self._sleep,
            chance=lambda: chance,
        )

    def _sleep(self, seconds: float) -> None:
        with self._lock:
            self.slept.append(round(seconds, 6))
            self._seconds += seconds


UNPACED = FetchLimits(interval=timedelta(), attempts=1)


@contextmanager
def fetching(
    *hosts: str,
    limits: FetchLimits = UNPACED,
    clock: Time | None = None,
    trust: ssl.SSLContext | None = None,
) -> Iterator[Fetcher]:
    """A Fetcher for loopback that is closed afterwards."""
    with Fetcher(
        contact="pa@voorbeeld.example",
        allowed_hosts=hosts or ("127.0.0.1",),
        limits=limits,
        clock=clock or FakeTime().time,
        trust=trust,
    ) as fetcher:
        yield fetcher
