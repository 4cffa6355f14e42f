"""The sandbox's feed as files, so that making it costs the measured run nothing.

`python -m bench.recorded_feed FOLDER PORT` serves a recording.
"""

import sys
from functools import partial
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from urllib.parse import parse_qs, urlsplit

import httpx

from g40flow.sandbox.server import SandboxServer
from g40flow.sandbox.world.generated import benchmark_world
from g40flow.sources.tweedekamer.feed import parse_page
from g40flow.sources.tweedekamer.fields import STANDARD_CATEGORIES


def record(entries: int, folder: Path) -> None:
    """Every page that a first reading of a feed of so many entries asks for."""
    folder.mkdir(parents=True)
    world = benchmark_world(entries=entries)
    with SandboxServer(world) as sandbox, httpx.Client(trust_env=False) as client:
        for category in STANDARD_CATEGORIES:
            token, more = "", True
            while more:
                at = f"&skiptoken={token}" if token else ""
                url = f"{sandbox.parliament_url}/SyncFeed/2.0/Feed?category={category}{at}"
                body = client.get(url).raise_for_status().content
                (folder / _name(category, token)).write_bytes(body)
                page = parse_page(body, url)
                token, more = page.token or "", page.more


def _name(category: str, token: str) -> str:
    return f"{category}-{token or 0}.xml"


class _Pages(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    disable_nagle_algorithm = True

    def __init__(self, folder: Path, *arguments: object) -> None:
        self._folder = folder
        super().__init__(*arguments)  # type: ignore[arg-type]  # passed on as they came

    def do_GET(self) -> None:
        query = parse_qs(urlsplit(self.path).query)
        name = _name(query.get("category", [""])[0], query.get("skiptoken", [""])[0])
        path = self._folder / name
        body = path.read_bytes() if path.exists() else b""
        self.send_response(200 if body else 404)
        self.send_header("Content-Type", "application/atom+xml; charset=utf-8")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, format: str, *arguments: object) -> None:
        """Nobody reads it."""


if __name__ == "__main__":
    handler = partial(_Pages, Path(sys.argv[1]))
    ThreadingHTTPServer(("127.0.0.1", int(sys.argv[2])), handler).serve_forever()
