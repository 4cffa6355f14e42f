"""A look at publishers that have nothing new."""

import tempfile
import time
from datetime import UTC, datetime, timedelta
from pathlib import Path

import httpx

from bench.measuring import free_port, median_seconds, serving
from bench.report import Section, table
from g40flow.sources.contract import Source
from g40flow.sources.fetch import Fetcher, FetchLimits, Page
from g40flow.sources.internetconsultatie import Internetconsultatie
from g40flow.sources.tweedekamer import TweedeKamer
from g40flow.storage import schema
from g40flow.storage.database import Database
from g40flow.use_cases.poll_source import PollResult, poll_source

TIMES = 15


def measure(_entries: int) -> Section:
    """Both publishers of the sandbox, on SQLite."""
    port = free_port()
    sandbox = f"http://127.0.0.1:{port}"
    with serving(["-m", "g40flow", "sandbox", "--port", str(port)], f"{sandbox}/sandbox/state"):
        rows = [
            _measure(_consultations(f"{sandbox}/internetconsultatie")),
            _measure(TweedeKamer(base_url=f"{sandbox}/tweedekamer")),
        ]
    return Section(
        title="A look that finds nothing new",
        text=(
            "The publisher was read to its end before. One request for each stream (the SyncFeed has ten,\n"
            "the list of consultations one), and nothing is written but the ledger and the claim; without\n"
            "the pause between requests, which is a second for each in real use. Floor: the same\n"
            f"addresses asked with a new httpx client. Median of {TIMES}."
        ),
        body=table(["publisher", "streams", "requests", "ms", "floor ms", "ratio"], rows),
    )


def _consultations(base_url: str) -> Source:
    return Internetconsultatie(
        base_url=base_url,
        expected_minimum=1,
        reread_open_after=timedelta(days=1),
        reread_closed_after=timedelta(days=7),
    )


def _measure(source: Source) -> list[str]:
    with tempfile.TemporaryDirectory() as folder:
        database = Database(f"sqlite:///{Path(folder) / 'poll.sqlite'}")
        schema.upgrade(database)
        _poll(database, source)
        asked: list[str] = []
        idle = _poll(database, source, asked)
        if idle.new or idle.changed or idle.gone:
            raise RuntimeError(f"{source.name}: expected nothing new, found {idle}")
        seconds = median_seconds(lambda: _poll(database, source), TIMES)
        floor = median_seconds(lambda: _ask(asked), TIMES)
        database.close()
    return [
        source.name,
        str(len(source.streams)),
        str(idle.requests),
        f"{seconds * 1e3:.0f}",
        f"{floor * 1e3:.0f}",
        f"{floor / seconds:.2f}",
    ]


def _ask(addresses: list[str]) -> None:
    with httpx.Client() as client:
        for address in addresses:
            client.get(address)


class ListeningFetcher(Fetcher):
    """Notes the addresses that are asked for."""

    asked: list[str]

    def get(self, url: str, *, etag: str | None = None, last_modified: str | None = None) -> Page:
        self.asked.append(url)
        return super().get(url, etag=etag, last_modified=last_modified)


def _poll(database: Database, source: Source, asked: list[str] | None = None) -> PollResult:
    limits = FetchLimits(interval=timedelta())
    fetch = ListeningFetcher(contact="bench@example.nl", allowed_hosts=["127.0.0.1"], limits=limits)
    fetch.asked = [] if asked is None else asked
    with fetch:
        return poll_source(
            database, source, fetch, clock=lambda: datetime.now(UTC), holder=str(time.monotonic_ns())
        )
