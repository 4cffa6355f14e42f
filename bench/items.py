"""From stored records to routed items with their messages."""

import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field, fields
from datetime import datetime, timedelta
from pathlib import Path

from sqlmodel import Session

from bench.report import Section, table
from g40flow.config.calendar import load_calendars
from g40flow.config.network import load_network
from g40flow.config.notifications import load_notifications
from g40flow.config.routing import load_router
from g40flow.domain.items import SourceItem
from g40flow.domain.news import News
from g40flow.domain.routing import RoutableItem, Routing
from g40flow.resources import resource
from g40flow.sandbox.server import SandboxServer
from g40flow.sandbox.world import WORLD_START, World, load_world
from g40flow.sandbox.world.generated import benchmark_world
from g40flow.sources.contract import RecordReader
from g40flow.sources.fetch import Fetcher, FetchLimits
from g40flow.sources.tweedekamer import TweedeKamer
from g40flow.storage import schema
from g40flow.storage.database import Database
from g40flow.storage.tables import Item
from g40flow.use_cases.announce_items import Announcer
from g40flow.use_cases.assemble_items import assemble_items
from g40flow.use_cases.poll_source import poll_source
from g40flow.use_cases.route_items import Router

ENTRIES = 8_000


@dataclass
class Stopwatch:
    """Processor seconds per part."""

    seconds: dict[str, float] = field(default_factory=dict)

    @contextmanager
    def of(self, part: str) -> Iterator[None]:
        """Count the block for a part."""
        start = time.process_time()
        yield
        self.seconds[part] = self.seconds.get(part, 0.0) + time.process_time() - start


class TimedSource(TweedeKamer):
    """Tells how long assembling takes."""

    watch: Stopwatch

    def assemble(self, identifier: str, stored: RecordReader, now: datetime) -> SourceItem | None:
        with self.watch.of("assemble"):
            return super().assemble(identifier, stored, now)


@dataclass
class TimedRouter:
    """Tells how long the routing itself takes."""

    router: Router
    watch: Stopwatch

    def route(self, item: RoutableItem) -> Routing:
        with self.watch.of("route"):
            return self.router.route(item)


@dataclass(frozen=True, kw_only=True)
class TimedAnnouncer(Announcer):
    """Tells how long writing messages takes."""

    watch: Stopwatch

    def announce(
        self,
        session: Session,
        row: Item,
        item: SourceItem,
        news: tuple[News, ...],
        now: datetime,
        *,
        quietly: bool = False,
        heard: frozenset[str] = frozenset(),
    ) -> None:
        with self.watch.of("announce"):
            super().announce(session, row, item, news, now, quietly=quietly, heard=heard)


def measure(_entries: int) -> Section:
    """On SQLite, from a generated feed and from the sandbox's own data set."""
    worlds = {
        f"generated feed of {ENTRIES:,} entries": benchmark_world(entries=ENTRIES),
        "the sandbox's data set": load_world(WORLD_START),
    }
    return Section(
        title="Assembling and routing items",
        text=(
            "Every item of a first reading is assembled from its records, stored with its family, routed\n"
            "with reasons, and announced in the outbox; SQLite, one transaction per batch. Processor "
            "time of\n"
            "the process, split by part. Floor: the routing itself, on the same items."
        ),
        body=table(
            [
                "records",
                "items",
                "items/s",
                "assemble",
                "route",
                "announce",
                "store",
                "routing only/s",
                "ratio",
            ],
            [_measure(name, world) for name, world in worlds.items()],
        ),
    )


def _measure(name: str, world: World) -> list[str]:
    watch = Stopwatch()
    with tempfile.TemporaryDirectory() as folder:
        database = Database(f"sqlite:///{Path(folder) / 'items.sqlite'}")
        schema.upgrade(database)
        source = _read(database, world)
        source.watch = watch
        router = TimedRouter(load_router(resource("config") / "routing"), watch)
        announcer = _announcer(watch)
        start = time.process_time()
        result = assemble_items(database, source, router, announcer, clock=lambda: WORLD_START)
        total = time.process_time() - start
        database.close()
    rest = total - sum(watch.seconds.values())
    shares = [*(watch.seconds[part] / total for part in ("assemble", "route", "announce")), rest / total]
    only = watch.seconds["route"]
    return [
        name,
        f"{result.new:,}",
        f"{result.new / total:,.0f}",
        *(f"{share:.0%}" for share in shares),
        f"{result.new / only:,.0f}",
        f"{only / total:.2f}",
    ]


def _read(database: Database, world: World) -> TimedSource:
    limits = FetchLimits(interval=timedelta())
    with (
        SandboxServer(world) as sandbox,
        Fetcher(contact="bench@example.nl", allowed_hosts=["127.0.0.1"], limits=limits) as fetch,
    ):
        source = TimedSource(base_url=sandbox.parliament_url)
        poll_source(database, source, fetch, clock=lambda: WORLD_START, holder="bench")
    return source


def _announcer(watch: Stopwatch) -> TimedAnnouncer:
    plain = plain_announcer()
    return TimedAnnouncer(watch=watch, **{part.name: getattr(plain, part.name) for part in fields(plain)})


def plain_announcer() -> Announcer:
    """With the example configuration."""
    config = resource("config")
    network = load_network(config)
    return Announcer(
        network=network, calendars=load_calendars(config), rules=load_notifications(config, network)
    )
