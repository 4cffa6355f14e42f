"""The page and the command with which people search items, in a database of many years."""

import os
import subprocess
import sys
import tempfile
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from pathlib import Path
from typing import Any

from sqlalchemy import event
from starlette.testclient import TestClient

from bench.filling import fill_with_items
from bench.measuring import SECRET, environment, median_seconds
from bench.report import Section, table
from g40flow.bootstrap import App, build_app
from g40flow.storage import schema
from g40flow.web.actor import cookie_name
from g40flow.web.portal import build_portal
from tests.postgres import running_postgres
from tests.web.signing_in import ANNA, session_of

ITEMS, MANY_ITEMS, MANY_ENTRIES = 50_000, 500_000, 100_000
TIMES, TIMES_OF_COMMANDS = 7, 3
PAGES = {
    "newest first": "/items",
    "page 1,000": "/items?page=1000",
    "a frequent word": "/items?q=woningbouw",
    "two words, one rare": "/items?q=woningbouw+zeldzaamheid",
    "a word that is nowhere": "/items?q=quetzalcoatlus",
    "one group": "/items?group=woningmarkt",
    "for nobody": "/items?group=-",
    "still open, nearest day first": "/items?open=true&order=soonest",
}
COMMANDS = {"g40flow items": ["items"], "g40flow items, two words": ["items", "woningbouw", "zeldzaamheid"]}

Statement = tuple[str, Any]


def measure(entries: int) -> Section:
    """Through the portal, on both databases; many items when many entries are asked for."""
    number = MANY_ITEMS if entries >= MANY_ENTRIES else ITEMS
    with ExitStack() as stack:
        folder = stack.enter_context(tempfile.TemporaryDirectory())
        postgres = stack.enter_context(running_postgres(durable=False))
        addresses = {
            "SQLite": f"sqlite:///{Path(folder) / 'many.sqlite'}",
            "PostgreSQL": postgres.new_database("many"),
        }
        rows = [row for name, address in addresses.items() for row in _rows(name, address, number)]
    return Section(
        title="Searching items",
        text=(
            f"{number:,} items. The portal's list, whole pages as HTML without the network; floor: the\n"
            f"queries of that page alone, asked of the database's own driver; median of {TIMES}. The\n"
            "commands from the start of the process to its end; floor: a Python that does nothing."
        ),
        body=table(["database", "page", "ms", "queries", "floor ms", "ratio"], rows),
    )


def _rows(name: str, address: str, number: int) -> Iterator[list[str]]:
    variables = environment(G40FLOW_DATABASE_URL=address, **SECRET)
    app = build_app(variables)
    schema.upgrade(app.database)
    fill_with_items(app.database, number)
    client = TestClient(build_portal(app), base_url=app.settings.portal_url)
    client.cookies.set(cookie_name(app), session_of(app, ANNA))
    for page, where in PAGES.items():
        yield [name, page, *_page(client, where, app)]
    nothing = _command_seconds(["-c", "pass"], variables)
    for command, arguments in COMMANDS.items():
        seconds = _command_seconds(["-m", "g40flow", *arguments], variables)
        yield [name, command, f"{seconds * 1e3:.0f}", "", f"{nothing * 1e3:.0f}", f"{nothing / seconds:.2f}"]
    app.database.close()


def _page(client: TestClient, where: str, app: App) -> list[str]:
    asked: list[Statement] = []

    def listen(_connection: object, _cursor: object, sql: str, values: Any, *_: object) -> None:
        if sql.startswith("SELECT"):
            asked.append((sql, values))

    event.listen(app.database.engine, "before_cursor_execute", listen)
    client.get(where).raise_for_status()
    event.remove(app.database.engine, "before_cursor_execute", listen)
    seconds = median_seconds(lambda: client.get(where).raise_for_status(), TIMES)
    floor = median_seconds(_asking(app, asked), TIMES)
    return [f"{seconds * 1e3:.0f}", str(len(asked)), f"{floor * 1e3:.0f}", f"{floor / seconds:.2f}"]


def _asking(app: App, statements: list[Statement]) -> Callable[[], None]:
    def ask() -> None:
        connection = app.database.engine.raw_connection()
        cursor = connection.cursor()
        for sql, values in statements:
            cursor.execute(sql, values)
            cursor.fetchall()
        connection.close()

    return ask


def _command_seconds(arguments: list[str], variables: dict[str, str]) -> float:
    def start() -> None:
        subprocess.run(
            [sys.executable, *arguments], env=variables, check=True, stdout=subprocess.DEVNULL, cwd=os.sep
        )

    return median_seconds(start, TIMES_OF_COMMANDS)
