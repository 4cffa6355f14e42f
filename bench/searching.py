"""The page on which people search items, in a database of many years."""

import random
import sqlite3
import tempfile
from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

from sqlalchemy import event, insert
from starlette.testclient import TestClient

from bench.measuring import environment, median_seconds
from bench.report import Section, table
from g40flow.bootstrap import App, build_app
from g40flow.storage import schema
from g40flow.storage.tables import Item, ItemRouting, RoutingOrigin
from g40flow.web.actor import cookie_name
from g40flow.web.portal import build_portal
from tests.web.signing_in import ANNA, session_of

ITEMS = 50_000
TIMES = 7
NOW = datetime.now(UTC)
PAGES = {
    "newest first": "/items",
    "page 1,000": "/items?page=1000",
    "a frequent word": "/items?q=woningbouw",
    "two words, one rare": "/items?q=woningbouw+zeldzaamheid",
    "one group": "/items?group=woningmarkt",
    "for nobody": "/items?group=-",
    "still open, nearest day first": "/items?open=true&order=soonest",
}
SUBJECTS = ("Woningbouw", "Jeugdhulp", "Netcongestie", "Gemeentefonds", "Openbaar vervoer", "Defensie")
GROUPS = ("woningmarkt", "zorg-jeugd-onderwijs", "duurzaamheid", "financien")

Statement = tuple[str, tuple[object, ...]]


def measure(_entries: int) -> Section:
    """Through the portal, on SQLite."""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "many.sqlite"
        app = build_app(environment(G40FLOW_DATABASE_URL=f"sqlite:///{path}"))
        schema.upgrade(app.database)
        _fill(app)
        client = TestClient(build_portal(app), base_url=app.settings.portal_url)
        client.cookies.set(cookie_name(app), session_of(app, ANNA))
        rows = [_measure(name, client, address, app, path) for name, address in PAGES.items()]
        app.database.close()
    return Section(
        title=f"Searching {ITEMS:,} items",
        text=(
            "The portal's list of items, whole pages as HTML without the network, on SQLite. Floor: the\n"
            f"queries of that page alone, asked of the same file with Python's sqlite3. Median of {TIMES}."
        ),
        body=table(["page", "ms", "queries", "floor ms", "ratio"], rows),
    )


def _measure(name: str, client: TestClient, address: str, app: App, path: Path) -> list[str]:
    asked: list[Statement] = []

    def listen(_connection: object, _cursor: object, sql: str, values: object, *_: object) -> None:
        if sql.startswith("SELECT"):
            asked.append((sql, tuple(values) if isinstance(values, tuple) else ()))

    event.listen(app.database.engine, "before_cursor_execute", listen)
    client.get(address).raise_for_status()
    event.remove(app.database.engine, "before_cursor_execute", listen)
    seconds = median_seconds(lambda: client.get(address).raise_for_status(), TIMES)
    floor = median_seconds(_asking(path, asked), TIMES)
    return [name, f"{seconds * 1e3:.0f}", str(len(asked)), f"{floor * 1e3:.0f}", f"{floor / seconds:.2f}"]


def _asking(path: Path, statements: list[Statement]) -> Callable[[], None]:
    def ask() -> None:
        with sqlite3.connect(path) as connection:
            for sql, values in statements:
                connection.execute(sql, values).fetchall()

    return ask


def _fill(app: App) -> None:
    chance = random.Random(1)
    with app.database.writing() as session:
        session.connection().execute(
            insert(Item), [example_item(n, chance, of=ITEMS) for n in range(1, ITEMS + 1)]
        )
        session.connection().execute(
            insert(ItemRouting),
            [example_routing(n, chance) for n in range(1, ITEMS + 1) if chance.random() < 0.3],
        )


def example_item(number: int, chance: random.Random, *, of: int) -> dict[str, object]:
    """One of many items, the last of which was seen now."""
    subject, seen = chance.choice(SUBJECTS), NOW - timedelta(minutes=90 * (of - number))
    rare = " en een zeldzaamheid" if number % 5_000 == 0 else ""
    return {
        "source": "tweedekamer",
        "identifier": f"zaak:{number:08}",
        "kind": "parliamentary_case" if number % 3 else "activity",
        "kind_label": "Brief regering",
        "summary": f"Brief over {subject.lower()} en wat gemeenten daarvan merken. " * 4,
        "number": f"2026Z{number:05}",
        "title": f"{subject} in middelgrote steden, stuk {number}{rare}",
        "triage_reason": "",
        "url": f"https://voorbeeld.example/{number}",
        "status": "open" if number % 4 else "closed",
        "published_on": seen.date(),
        "closes_on": date(2026, 1, 1) + timedelta(days=number % 700) if number % 7 == 0 else None,
        "dossier_number": f"36{number % 900:03}",
        "facts": {"documents": [], "topics": [], "agenda": [], "related": [], "following_committees": []},
        "first_seen_at": seen,
        "changed_at": seen,
    }


def example_routing(number: int, chance: random.Random) -> dict[str, object]:
    """Where an item goes."""
    return {
        "item_id": number,
        "theme_group": chance.choice(GROUPS),
        "is_lead": True,
        "score": chance.random(),
        "reasons": [],
        "explanation": "",
        "origin": RoutingOrigin.ENGINE,
        "routed_at": NOW,
    }
