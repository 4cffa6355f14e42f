"""The portal of a large network under load: 100,000 items and 2,000 dossiers in PostgreSQL."""

import asyncio
import hashlib
import random
import shutil
import statistics
import sys
import tempfile
import time
from collections.abc import Mapping, Sequence
from contextlib import ExitStack
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

import psutil

from bench.filling_network import fill_network
from bench.measuring import SECRET, environment, free_port, serving
from bench.report import Section, table
from bench.timed_portal import FLOOR, TOOK
from g40flow.bootstrap import build_app
from g40flow.domain.instants import dutch_date
from g40flow.storage import schema
from g40flow.storage.schema_version import MIGRATIONS
from g40flow.web.actor import cookie_name
from tests.postgres import Postgres, running_postgres
from tests.web.signing_in import ANNA, session_of

MANY_ENTRIES = 100_000
RATE = 50
PROCESSES = 2
"""As many as the machine for which the target is set has cores."""
SECONDS, SECONDS_OF_FLOOR, SECONDS_OF_WARMING = 30, 5, 10
TARGET_MS, TARGET_KB = 100, 100
PAGES: Mapping[str, int] = {
    "/": 8,
    "/work": 12,
    "/dossiers": 10,
    "/dossiers?q=woningbouw": 4,
    "/dossiers/{dossier}": 20,
    "/dossiers/{dossier}/text": 6,
    "/dossiers/{dossier}/points": 3,
    "/dossiers/{dossier}/history": 3,
    "/items": 8,
    "/items?q=woningbouw+steden": 3,
    "/items?q=zeldzaamheid": 3,
    "/items?open=true&order=soonest": 3,
    "/items/{item}": 10,
    "/agenda": 3,
    "/board": 3,
    "/admin/people": 1,
}
"""What people look at, and how many of a hundred times."""
HERE = Path(__file__).parent


@dataclass(frozen=True)
class Size:
    """How much there is in the database."""

    items: int
    dossiers: int


USUAL, FULL = Size(10_000, 200), Size(100_000, 2_000)


@dataclass(frozen=True)
class Answer:
    """One page that was asked for. took: ms in the server. waited: ms from asking to the last byte."""

    page: str
    took: float
    waited: float
    is_fine: bool
    size: int


@dataclass(frozen=True)
class Load:
    """What a run of questions got, with the processor time (ms) that each cost the portal and PostgreSQL."""

    answers: Sequence[Answer]
    portal_ms: float
    database_ms: float


def measure(entries: int) -> Section:
    """Requests come at their moment whether or not earlier ones are answered.

    A tenth of the size, unless many entries are asked for.
    """
    size = FULL if entries >= MANY_ENTRIES else USUAL
    with ExitStack() as stack:
        folder = _folder(size)
        postgres = stack.enter_context(running_postgres(kept_in=folder))
        port = free_port()
        settings = {
            "G40FLOW_DATABASE_URL": _filled(postgres, folder, size),
            "G40FLOW_PORTAL_URL": f"http://127.0.0.1:{port}",
        } | SECRET
        app = build_app(environment(**settings))
        cookie = f"{cookie_name(app)}={session_of(app, ANNA)}"
        app.database.close()
        command = ["-m", "bench.timed_portal", str(port), str(PROCESSES)]
        stack.enter_context(serving(command, f"http://127.0.0.1:{port}/healthz", settings=settings))
        site = Site(port, cookie, size)
        _say("warming up")
        _loaded(site, folder, _mixed(RATE * SECONDS_OF_WARMING))
        floor = _loaded(site, folder, [FLOOR] * RATE * SECONDS_OF_FLOOR)
        pages = _mixed(RATE * SECONDS)
        load = _loaded(site, folder, pages)
    return _section(size, floor, load)


def _section(size: Size, floor: Load, load: Load) -> Section:
    return Section(
        title="The portal under load",
        text=(
            f"{size.items:,} items and {size.dossiers:,} dossiers with plans, texts, points and history in\n"
            f"PostgreSQL; a portal of {PROCESSES} processes, {RATE} pages a second for {SECONDS} seconds in\n"
            f"the mix of a working day, after {SECONDS_OF_WARMING} seconds of it that are not counted; each\n"
            "at its moment whether or not earlier ones are answered; client and database run on the same\n"
            "cores. Server: milliseconds from taking a question in to the first byte of the\n"
            "answer; waited: from asking to the last byte. Floor: an empty page of the same framework with\n"
            f"one SELECT, at the same rate. Target: 95 of 100 under {TARGET_MS} ms in the server, pages\n"
            f"under {TARGET_KB} kB. Processor time of a page: portal {load.portal_ms:.1f} ms, PostgreSQL\n"
            f"{load.database_ms:.1f} ms; of the floor {floor.portal_ms:.1f} and {floor.database_ms:.1f} ms."
        ),
        body=table(
            ["page", "asked", "server median ms", "server 95 % ms", "waited 95 % ms", "largest kB", "errors"],
            [
                *(_row(page, [a for a in load.answers if a.page == page]) for page in PAGES),
                _row("all pages", load.answers),
                _row("floor", floor.answers),
            ],
        ),
    )


def _row(name: str, answers: Sequence[Answer]) -> list[str]:
    return [
        name,
        str(len(answers)),
        f"{statistics.median(answer.took for answer in answers):.0f}",
        f"{_high([answer.took for answer in answers]):.0f}",
        f"{_high([answer.waited for answer in answers]):.0f}",
        f"{max(answer.size for answer in answers) / 1e3:.0f}",
        str(sum(not answer.is_fine for answer in answers)),
    ]


def _high(times: Sequence[float]) -> float:
    """Under which 95 of 100 stay."""
    return sorted(times)[max(0, round(len(times) * 0.95) - 1)]


# --- asking -------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Site:
    """The portal that is asked, as somebody who is signed in."""

    port: int
    cookie: str
    size: Size

    async def ask(self, page: str, path: str) -> Answer:
        """A connection for each question, as proxies do, so that the processes share the work."""
        start = time.perf_counter()
        reader, writer = await asyncio.open_connection("127.0.0.1", self.port)
        head = f"Host: 127.0.0.1:{self.port}\r\nCookie: {self.cookie}\r\nConnection: close"
        writer.write(f"GET {path} HTTP/1.1\r\n{head}\r\n\r\n".encode())
        answer = await reader.read(-1)
        waited = (time.perf_counter() - start) * 1e3
        writer.close()
        head_of_answer, _, body = answer.partition(b"\r\n\r\n")
        status, *lines = head_of_answer.decode("latin-1").split("\r\n")
        took = next((float(line.split(":")[1]) for line in lines if line.startswith(f"{TOOK}:")), waited)
        return Answer(page, took, waited, status.startswith("HTTP/1.1 200"), len(body))

    def path(self, page: str, chance: random.Random) -> str:
        """An address of this kind of page."""
        return page.format(
            dossier=chance.randint(1, self.size.dossiers), item=chance.randint(1, self.size.items)
        )


def _mixed(number: int) -> list[str]:
    chance = random.Random(3)
    return chance.choices(list(PAGES), weights=list(PAGES.values()), k=number)


def _loaded(site: Site, folder: Path, pages: Sequence[str]) -> Load:
    before = _processor_seconds(folder)
    answers = asyncio.run(_at_their_moment(site, pages))
    spent = {name: seconds - before[name] for name, seconds in _processor_seconds(folder).items()}
    each = {name: seconds * 1e3 / len(pages) for name, seconds in spent.items()}
    return Load(answers, portal_ms=each["portal"], database_ms=each["database"])


async def _at_their_moment(site: Site, pages: Sequence[str]) -> list[Answer]:
    chance = random.Random(1)
    start = time.perf_counter()
    asked: list[asyncio.Task[Answer]] = []
    for number, page in enumerate(pages):
        await asyncio.sleep(max(0.0, start + number / RATE - time.perf_counter()))
        asked.append(asyncio.create_task(site.ask(page, site.path(page, chance))))
        if number % (RATE * 5) == 0:
            _say(f"{number} of {len(pages)} questions asked, {sum(task.done() for task in asked)} answered")
    return list(await asyncio.gather(*asked))


def _processor_seconds(folder: Path) -> dict[str, float]:
    """Of the processes of the portal, which are all below this one, and of the database in a folder."""
    postmaster = int((folder / "data" / "postmaster.pid").read_text().splitlines()[0])
    spent = {}
    for name, parent in (("portal", psutil.Process()), ("database", psutil.Process(postmaster))):
        below = [
            child for child in parent.children(recursive=True) if _is_database(child) == (name == "database")
        ]
        times = [child.cpu_times() for child in below]
        spent[name] = sum(one.user + one.system for one in times)
    return spent


def _is_database(process: psutil.Process) -> bool:
    return process.name().startswith("postgres")


# --- the database -------------------------------------------------------------------------------


def _folder(size: Size) -> Path:
    """Where the filled database stays for the next time: until the week, the tables or the filling change."""
    week = dutch_date(datetime.now(UTC)).isocalendar()
    made_by = [*sorted(MIGRATIONS.rglob("*.py")), *HERE.glob("filling*.py")]
    digest = hashlib.sha256(b"".join(path.read_bytes() for path in made_by)).hexdigest()[:12]
    name = f"{size.items}-{size.dossiers}-{week.year}w{week.week}-{digest}"
    folder = Path(tempfile.gettempdir()) / "g40flow-bench" / name
    if not (folder / "filled").exists():
        shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(parents=True, exist_ok=True)
    return folder


def _filled(postgres: Postgres, folder: Path, size: Size) -> str:
    """The address of the database, filled now if it was not before."""
    if (folder / "filled").exists():
        return postgres.address("portal")
    _say(f"filling {folder}, once: some minutes for the full size")
    address = postgres.new_database("portal")
    app = build_app(environment(G40FLOW_DATABASE_URL=address, **SECRET))
    schema.upgrade(app.database)
    fill_network(app, size.items, size.dossiers)
    app.database.close()
    (folder / "filled").touch()
    return address


def _say(text: str) -> None:
    print(f"portal: {text}", file=sys.stderr, flush=True)
