"""Routing everything again after the rules changed: one command that can be stopped and goes on."""

import json
import tempfile
import time
from datetime import timedelta
from pathlib import Path

import psutil
from sqlalchemy import insert
from sqlmodel import select

from bench.items import plain_announcer
from bench.report import Section, table
from g40flow.config.routing import load_router
from g40flow.resources import resource
from g40flow.sandbox.world import WORLD_START
from g40flow.storage import schema
from g40flow.storage.database import Database
from g40flow.storage.items import read_item
from g40flow.storage.tables import Item
from g40flow.use_cases.reroute_items import reroute_items
from g40flow.use_cases.route_items import Router, routable

OF_ENTRIES = 2
"""One item for every so many entries of a feed: 100,000 items when measured in full."""


def measure(entries: int) -> Section:
    """On SQLite, items with the titles and summaries of the examples."""
    number = entries // OF_ENTRIES
    with tempfile.TemporaryDirectory() as folder:
        database = Database(f"sqlite:///{Path(folder) / 'items.sqlite'}")
        schema.upgrade(database)
        _fill(database, number)
        router = load_router(resource("config") / "routing")
        floor = _route_only(database, router)
        memory, start = psutil.Process().memory_info().rss, time.process_time()
        done = reroute_items(
            database, router, plain_announcer(), rule_version="new", clock=lambda: WORLD_START
        )
        seconds = time.process_time() - start
        grown = psutil.Process().memory_info().rss - memory
        database.close()
    return Section(
        title="Routing everything again",
        text=(
            "Every item that other rules routed is routed again with its reasons, 200 a transaction, and\n"
            "what that adds is announced in gathered messages; SQLite, processor time. Floor: reading the\n"
            "same items and routing them, without keeping anything."
        ),
        body=table(
            ["items", "items/s", "pairs added", "memory grown", "floor items/s", "ratio"],
            [
                [
                    f"{done.done:,}",
                    f"{done.done / seconds:,.0f}",
                    f"{done.added:,}",
                    f"{grown / 2**20:,.0f} MB",
                    f"{number / floor:,.0f}",
                    f"{floor / seconds:.2f}",
                ]
            ],
        ),
    )


def _fill(database: Database, number: int) -> None:
    path = resource("config") / "routing" / "examples.jsonl"
    examples = [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines()]
    rows = [_row(at, examples[at % len(examples)]) for at in range(number)]
    with database.writing() as session:
        for first in range(0, number, 5_000):
            session.execute(insert(Item), rows[first : first + 5_000])


def _row(at: int, example: dict[str, str]) -> dict[str, object]:
    seen = WORLD_START - timedelta(minutes=at)
    return {
        "source": "bench",
        "identifier": str(at),
        "kind": "consultation",
        "kind_label": "Wet",
        "title": f"{example['title']} ({at})",
        "summary": example.get("summary", ""),
        "url": f"https://example.nl/{at}",
        "status": "open",
        "published_on": seen.date(),
        "committee": example.get("committee", ""),
        "ministry": example.get("ministry", ""),
        "facts": {},
        "rule_version": "old",
        "first_seen_at": seen,
        "changed_at": seen,
    }


def _route_only(database: Database, router: Router) -> float:
    start = time.process_time()
    with database.reading() as session:
        for row in session.scalars(select(Item).execution_options(yield_per=200)):
            router.route(routable(read_item(row), dossier_groups=(), today_of=WORLD_START))
    return time.process_time() - start
