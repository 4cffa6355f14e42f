"""The portal of a large network under load: 100,000 items and 2,000 dossiers in PostgreSQL."""

import asyncio
import random
import statistics
import time
from collections.abc import Sequence
from contextlib import ExitStack
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

import httpx
from sqlalchemy import insert, text

from bench.filling import fill_with_items
from bench.measuring import environment, free_port, serving
from bench.report import Section, table
from g40flow.bootstrap import App, build_app
from g40flow.domain.actors import PROGRAM
from g40flow.domain.dossier.text import content_hash
from g40flow.domain.dossier.workflow import Stage
from g40flow.storage import schema
from g40flow.storage.dossier_tables import Dossier, DossierGroup, DossierItem, TextVersion
from g40flow.storage.history import chain_of, record
from g40flow.storage.plans import KeptPlan, keep_plan
from g40flow.use_cases.dossier.desk import Desk
from g40flow.use_cases.dossier.plan import propose_plan
from g40flow.web.actor import cookie_name
from tests.postgres import running_postgres
from tests.web.signing_in import ANNA, session_of

MANY_ENTRIES = 100_000
RATE = 50
PROCESSES = 2
"""As many as the machine for which the target is set has cores."""
SECONDS = 20
TARGET_MS = 100
NOW = datetime.now(UTC)
GROUPS = ("woningmarkt", "duurzaamheid", "zorg-jeugd-onderwijs", "financien")
STAGES = (Stage.ROUTED, Stage.DRAFTING, Stage.OFFICIAL_REVIEW, Stage.BOARD_APPROVAL, Stage.CLOSED)
PAGES = (
    "/work",
    "/dossiers",
    "/dossiers?q=woningbouw",
    "/dossiers/{dossier}",
    "/dossiers/{dossier}/history",
    "/items",
    "/items?q=woningbouw+steden",
    "/items?q=zeldzaamheid",
    "/items/{item}",
    "/agenda",
    "/board",
)


@dataclass(frozen=True)
class Size:
    """How much there is in the database."""

    items: int
    dossiers: int


USUAL, FULL = Size(10_000, 200), Size(100_000, 2_000)


@dataclass(frozen=True)
class Answer:
    """One page that was asked for. seconds: from asking to the last byte."""

    page: str
    seconds: float
    status: int
    size: int


def measure(entries: int) -> Section:
    """Requests come at their moment whether or not earlier ones are answered.

    A tenth of the size, unless many entries are asked for.
    """
    size = FULL if entries >= MANY_ENTRIES else USUAL
    with ExitStack() as stack:
        postgres = stack.enter_context(running_postgres())
        address, port = postgres.new_database("portal"), free_port()
        settings = {"G40FLOW_DATABASE_URL": address, "G40FLOW_PORTAL_URL": f"http://127.0.0.1:{port}"}
        secret = {"G40FLOW_SECRET_KEY": "benchmark-benchmark-benchmark-benchmark"}
        app = build_app(environment(**settings, **secret))
        schema.upgrade(app.database)
        _fill(app, size)
        cookie = {cookie_name(app): session_of(app, ANNA)}
        command = ["-m", "g40flow", "portal", "--port", str(port), "--processes", str(PROCESSES)]
        stack.enter_context(serving(command, f"http://127.0.0.1:{port}/healthz", settings=settings | secret))
        answers = asyncio.run(_load(f"http://127.0.0.1:{port}", cookie, size))
        app.database.close()
    return Section(
        title="The portal under load",
        text=(
            f"{size.items:,} items and {size.dossiers:,} dossiers with plans in PostgreSQL; a portal of\n"
            f"{PROCESSES} processes, {RATE} pages a second for {SECONDS} seconds, spread over all pages;\n"
            "the client runs on the same cores. Milliseconds from asking to the last byte. Floor: the\n"
            f"target of {TARGET_MS} ms for 95 of 100\npages; ratio = target / measured."
        ),
        body=table(
            ["page", "asked", "median ms", "95 % ms", "largest kB", "errors", "ratio"],
            [_row(page, [a for a in answers if a.page == page]) for page in PAGES] + [_row("all", answers)],
        ),
    )


def _row(name: str, answers: Sequence[Answer]) -> list[str]:
    times = sorted(answer.seconds * 1e3 for answer in answers)
    high = times[max(0, round(len(times) * 0.95) - 1)]
    return [
        name,
        str(len(answers)),
        f"{statistics.median(times):.0f}",
        f"{high:.0f}",
        f"{max(answer.size for answer in answers) / 1e3:.0f}",
        str(sum(answer.status != httpx.codes.OK for answer in answers)),
        f"{TARGET_MS / high:.1f}",
    ]


async def _load(base: str, cookies: dict[str, str], size: Size) -> list[Answer]:
    chance = random.Random(1)
    limits = httpx.Limits(max_connections=200)
    async with httpx.AsyncClient(
        base_url=base, cookies=cookies, limits=limits, timeout=30, trust_env=False
    ) as client:
        for page in PAGES:  # the first look at each page compiles its template
            await _ask(client, page, chance, size)
        start = time.perf_counter()
        asked: list[asyncio.Task[Answer]] = []
        for number in range(RATE * SECONDS):
            await asyncio.sleep(max(0.0, start + number / RATE - time.perf_counter()))
            asked.append(asyncio.create_task(_ask(client, PAGES[number % len(PAGES)], chance, size)))
        return list(await asyncio.gather(*asked))


async def _ask(client: httpx.AsyncClient, page: str, chance: random.Random, size: Size) -> Answer:
    path = page.format(dossier=chance.randint(1, size.dossiers), item=chance.randint(1, size.items))
    start = time.perf_counter()
    answer = await client.get(path)
    return Answer(page, time.perf_counter() - start, answer.status_code, len(answer.content))


def _fill(app: App, size: Size) -> None:
    chance, numbers = random.Random(2), range(1, size.dossiers + 1)
    fill_with_items(app.database, size.items)
    with app.database.writing() as session:
        session.add_all([_dossier(app.desk, n, chance) for n in numbers])
        session.flush()
        session.execute(insert(DossierGroup), [_group(n) for n in numbers])
        session.execute(insert(DossierItem), [{"dossier_id": n, "item_id": n * 7} for n in numbers])
        session.execute(insert(TextVersion), [_version(n) for n in numbers])
        session.execute(
            text("SELECT setval(pg_get_serial_sequence('dossier', 'id'), :n)").bindparams(n=size.dossiers)
        )
        for number in numbers:
            for action in ("open_dossier", "accept_group", "fix_plan", "write_version", "offer_for_review"):
                record(session, chain_of(number), PROGRAM, action, now=NOW)
    with app.database.engine.connect() as connection:
        connection.execution_options(isolation_level="AUTOCOMMIT").execute(text("ANALYZE"))


def _dossier(desk: Desk, number: int, chance: random.Random) -> Dossier:
    """One with a plan as it is made when it is opened, so that agenda and reminders have work."""
    opened = NOW - timedelta(hours=number % 900)
    dossier = Dossier(
        id=number,
        number=f"2026-{number:04}",
        title=f"Wet regie woningbouw in middelgrote steden, deel {number}",
        document_type="consultation_response",
        stage=chance.choice(STAGES),
        stage_since=opened,
        lead_group=GROUPS[number % len(GROUPS)],
        pillar="fysiek",
        pen_holder="teun-papier",
        response_type="own",
        opens_on=opened.date(),
        closes_on=NOW.date() + timedelta(days=20 + number % 100),
        detected_on=opened.date(),
        plan={},
        current_version_id=number,
        opened_at=opened,
        opened_by="anna-testerink",
    )
    plan = propose_plan(desk, dossier, opened)
    keep_plan(dossier, KeptPlan(plan=plan, made_at=opened, fixed_by="teun-papier", fixed_at=opened))
    return dossier


def _group(number: int) -> dict[str, object]:
    return {
        "dossier_id": number,
        "theme_group": GROUPS[number % len(GROUPS)],
        "is_lead": True,
        "state": "accepted",
    }


def _version(number: int) -> dict[str, object]:
    markdown = f"# Reactie {number}\n\n" + "De steden vragen om geld en ruimte voor woningbouw. " * 60
    return {
        "id": number,
        "dossier_id": number,
        "number": 1,
        "content_hash": content_hash(markdown),
        "markdown": markdown,
        "author": "teun-papier",
        "origin": "portal",
        "created_at": NOW,
    }
