"""A look at publishers that have nothing new."""

import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path

import httpx
import yaml

from bench.measuring import free_port, median_seconds, serving
from bench.report import Section, table
from g40flow.bootstrap import App, build_app
from g40flow.domain.instants import AMSTERDAM
from g40flow.sandbox.demo import sandbox_config
from g40flow.sandbox.world import WORLD_START
from g40flow.sources.fetch import Fetcher, FetchLimits, Page
from g40flow.storage import schema
from g40flow.storage.tables import RunOutcome
from g40flow.use_cases.poll_source import PollResult, poll_source

TIMES = 9
FICHES = [31001]
"""Of the calendar of laws, which is asked only for the numbers that items name: one is followed here."""


def measure(_entries: int) -> Section:
    """Every publisher of the example configuration, at the sandbox, on SQLite."""
    with _installation() as app:
        rows = [_measure(app, name) for name, one in app.sources_config.all().items() if one.enabled]
    return Section(
        title="A look that finds nothing new",
        text=(
            "Every publisher was read to its end before. One request for each stream (a category of the\n"
            "SyncFeed, Debat Direct, a feed, a saved query, a list of consultations), and nothing is\n"
            "written but the ledger, the state of the streams and the claim; without the pause between\n"
            "requests, which is a second or more for each in real use. The Eerste Kamer has neither a list\n"
            "nor validators for its agenda: each day that is still to come or was within three weeks is a\n"
            "page, and is read again. Floor: the same addresses asked with a new httpx client. Median of "
            f"{TIMES}."
        ),
        body=table(["publisher", "streams", "requests", "ms", "floor ms", "ratio"], rows),
    )


@contextmanager
def _installation() -> Iterator[App]:
    """A new database and the example configuration, with every publisher at a sandbox."""
    port = free_port()
    sandbox = f"http://127.0.0.1:{port}"
    start = WORLD_START.astimezone(AMSTERDAM).replace(tzinfo=None).isoformat()
    command = ["-m", "g40flow", "sandbox", "--port", str(port), "--start", start]
    with (
        tempfile.TemporaryDirectory() as folder,
        serving(command, f"{sandbox}/sandbox/state"),
    ):
        config = sandbox_config(Path(folder) / "config", sandbox)
        _as_in_real_use(config / "sources.yaml")
        app = build_app(
            {
                "G40FLOW_CONFIG_DIR": str(config),
                "G40FLOW_DATABASE_URL": f"sqlite:///{Path(folder) / 'poll.sqlite'}",
                "G40FLOW_CLOCK_OFFSET_SECONDS": str((WORLD_START - datetime.now(UTC)).total_seconds()),
            }
        )
        schema.upgrade(app.database)
        yield app
        app.database.close()


def _as_in_real_use(path: Path) -> None:
    """The lists of bills are read twice a day, not at each look; and a law is followed."""
    sources = yaml.safe_load(path.read_text(encoding="utf-8"))
    sources["eerstekamer"]["bills_every_hours"] = 12
    sources["wetgevingskalender"] |= {"enabled": True, "keten_ids": FICHES}
    path.write_text(yaml.safe_dump(sources, allow_unicode=True), encoding="utf-8")


def _measure(app: App, name: str) -> list[str]:
    _poll(app, name)
    asked: list[str] = []
    idle = _poll(app, name, asked)
    if idle.outcome is not RunOutcome.NOTHING_NEW:
        raise RuntimeError(f"{name}: expected nothing new, found {idle}")
    seconds = median_seconds(lambda: _poll(app, name), TIMES)
    floor = median_seconds(lambda: _ask(asked), TIMES)
    return [
        name,
        str(len(app.source(name).streams)),
        str(idle.requests),
        f"{seconds * 1e3:.0f}",
        f"{floor * 1e3:.0f}",
        f"{floor / seconds:.2f}",
    ]


def _ask(addresses: list[str]) -> None:
    with httpx.Client(trust_env=False, follow_redirects=True) as client:
        for address in addresses:
            client.get(address)


class ListeningFetcher(Fetcher):
    """Notes the addresses that are asked for."""

    asked: list[str]

    def get(self, url: str, *, etag: str | None = None, last_modified: str | None = None) -> Page:
        self.asked.append(url)
        return super().get(url, etag=etag, last_modified=last_modified)


def _poll(app: App, name: str, asked: list[str] | None = None) -> PollResult:
    limits = FetchLimits(interval=timedelta())
    fetch = ListeningFetcher(contact="bench@example.nl", allowed_hosts=["127.0.0.1"], limits=limits)
    fetch.asked = [] if asked is None else asked
    with fetch:
        return poll_source(app.database, app.source(name), fetch, clock=app.now, holder=app.new_holder())
