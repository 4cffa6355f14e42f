"""A first reading of the SyncFeed, on both databases."""

import tempfile
from collections.abc import Callable
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path

from bench.measuring import Run, free_port, run_worker, serving
from bench.recorded_feed import record
from bench.report import Section, table
from tests.postgres import running_postgres

ROUNDS = 3
NewDatabase = Callable[[], str]


@dataclass(frozen=True, kw_only=True)
class Compared:
    """The best of several runs of each kind, and the most memory that any of them used."""

    entries: int
    product_seconds: float
    floor_seconds: float
    product_bytes: int
    floor_bytes: int

    def cells(self, name: str) -> list[str]:
        """One row of the table."""
        ratio = self.floor_seconds / self.product_seconds
        return [
            name,
            f"{self.entries:,}",
            f"{self.entries / self.product_seconds:,.0f}",
            f"{self.entries / self.floor_seconds:,.0f}",
            f"{ratio:.2f}",
            f"{self.product_bytes / 2**20:.0f}",
            f"{self.floor_bytes / 2**20:.0f}",
        ]


def measure(entries: int) -> Section:
    """A quarter and all of the entries, so that it shows whether memory grows."""
    rows: list[list[str]] = []
    with tempfile.TemporaryDirectory() as folder, ExitStack() as stack:
        databases = _databases(Path(folder), stack)
        for number in (entries // 4, entries):
            recording = Path(folder) / f"feed-{number}"
            record(number, recording)
            port = free_port()
            feed = f"http://127.0.0.1:{port}"
            with serving(["-m", "bench.recorded_feed", str(recording), str(port)], feed):
                rows += [_compare(new, feed).cells(name) for name, new in databases.items()]
    return Section(
        title="First reading of the SyncFeed",
        text=(
            "A poll of all ten categories: pages fetched over HTTP from another process, read strictly,\n"
            "compared with what is known, stored with references, revisions, position and ledger, and the\n"
            "items that must be assembled marked; one transaction for each page of 250 entries. Floor: the\n"
            "same bytes fetched with httpx, parsed with lxml and inserted into the same two tables with\n"
            f"SQLAlchemy Core, nothing checked. Best of {ROUNDS} alternating runs, each in a process of its\n"
            "own; memory is the peak of that process (RSS), which must not grow with the number of entries."
        ),
        body=table(
            ["database", "entries", "entries/s", "floor/s", "ratio", "peak MB", "floor MB"],
            rows,
        ),
    )


def _compare(new_database: NewDatabase, feed: str) -> Compared:
    floor: list[Run] = []
    product: list[Run] = []
    for _ in range(ROUNDS):
        floor.append(run_worker("bench.sync_worker", "floor", new_database(), feed))
        product.append(run_worker("bench.sync_worker", "product", new_database(), feed))
    read = {run.answer["entries"] for run in floor + product}
    if len(read) != 1:
        raise RuntimeError(f"expected all runs to read the same entries, found {read}")
    return Compared(
        entries=read.pop(),
        product_seconds=min(run.answer["seconds"] for run in product),
        floor_seconds=min(run.answer["seconds"] for run in floor),
        product_bytes=max(run.peak_bytes for run in product),
        floor_bytes=max(run.peak_bytes for run in floor),
    )


def _databases(folder: Path, stack: ExitStack) -> dict[str, NewDatabase]:
    """Something that gives the address of a new, empty database of each kind."""
    postgres = stack.enter_context(running_postgres())
    numbers = iter(range(1_000))
    return {
        "SQLite": lambda: f"sqlite:///{folder}/{next(numbers)}.sqlite",
        "PostgreSQL": lambda: postgres.new_database(f"bench_{next(numbers)}"),
    }
