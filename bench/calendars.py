"""A large personal calendar, as a calendar program asks for it: the first time, later, and unchanged."""

import random
import sqlite3
import tempfile
import time
from collections.abc import Callable
from datetime import date, datetime, timedelta
from pathlib import Path

from sqlalchemy import insert
from sqlmodel import Session

from bench.report import Section, table
from g40flow.config.calendar import load_calendars
from g40flow.config.network import load_network
from g40flow.config.workflow import load_workflow
from g40flow.domain.actors import Surface, actor_on
from g40flow.domain.dossier.workflow import Stage
from g40flow.domain.instants import dutch_date
from g40flow.domain.private_feeds import FeedKind, FeedScope
from g40flow.render.calendars import CalendarWriter
from g40flow.resources import resource
from g40flow.sandbox.world import WORLD_START
from g40flow.storage import schema
from g40flow.storage.database import Database
from g40flow.storage.dossier_tables import Dossier, DossierGroup
from g40flow.storage.plans import KeptPlan, keep_plan
from g40flow.storage.tables import Item, ItemRouting
from g40flow.use_cases.dossier.desk import Desk
from g40flow.use_cases.dossier.plan import propose_plan
from g40flow.use_cases.private_feeds.addresses import make_feed
from g40flow.use_cases.private_feeds.calendars import (
    CalendarDesk,
    CalendarState,
    calendar_state,
    keep_changes,
    write_calendar,
)
from g40flow.use_cases.private_feeds.reading import open_feed

DOSSIERS, ACTIVITIES = 300, 5_000
GROUP, PERSON = "woningmarkt", "jasmijn-de-voorbeeld"
TODAY = dutch_date(WORLD_START)


def measure(_entries: int) -> Section:
    """On SQLite, without the portal around it."""
    folder = resource("config")
    network, calendars = load_network(folder), load_calendars(folder)
    work = Desk(network=network, calendars=calendars, rules=load_workflow(folder))
    writer = CalendarWriter(resource("templates"), portal_url="https://g40.example", host="g40.example")
    desk = CalendarDesk(network=network, calendars=calendars, writer=writer)
    with tempfile.TemporaryDirectory() as temporary:
        path = Path(temporary) / "calendar.sqlite"
        database = Database(f"sqlite:///{path}")
        schema.upgrade(database)
        with database.writing() as session:
            _fill(session, work)
            token = _address(session, work)
        first, state, _ = _asked(database, desk, token)
        events, changes = len(state.told), len(state.changes)
        again, state, size = min((_asked(database, desk, token) for _ in range(5)), key=lambda one: one[0])
        floor = min(_seconds(lambda: _read(path)) for _ in range(5))
        unchanged = min(_seconds(lambda: _state(database, desk, token)) for _ in range(5))
        database.close()
    if changes != events or state.changes:
        raise RuntimeError(f"expected {events} changes at first and none later, found {changes}")
    return Section(
        title="A personal calendar",
        text=(
            f"{DOSSIERS} dossiers with full plans and {ACTIVITIES:,} activities of one group: {events:,}\n"
            f"events, {size / 1e6:.1f} MB; SQLite. The first reader after a change writes what changed,\n"
            "here all of it. Processor time. Floor: reading the same texts with Python's sqlite3 and\n"
            "joining them."
        ),
        body=table(
            ["asked", "ms", "floor ms"],
            [
                ["the first time, every event new", f"{first * 1000:,.0f}", ""],
                ["again, the whole calendar", f"{again * 1000:,.0f}", f"{floor * 1000:,.0f}"],
                ["again, by a program that has it (304)", f"{unchanged * 1000:,.0f}", ""],
            ],
        ),
    )


def _asked(database: Database, desk: CalendarDesk, token: str) -> tuple[float, CalendarState, int]:
    """(seconds of the processor, what stood in it, bytes)."""
    start = time.process_time()
    state = _state(database, desk, token)
    if state.changes:
        with database.writing() as session:
            keep_changes(session, state)
    with database.reading() as session:
        content = write_calendar(session, desk, state)
    return time.process_time() - start, state, len(content)


def _state(database: Database, desk: CalendarDesk, token: str) -> CalendarState:
    with database.reading() as session:
        opened = open_feed(session, desk.network, token, FeedKind.CALENDAR, WORLD_START)
        assert opened is not None
        return calendar_state(session, desk, opened, WORLD_START)


def _read(path: Path) -> str:
    with sqlite3.connect(path) as connection:
        return "".join(text for (text,) in connection.execute("SELECT text FROM calendar_entry ORDER BY key"))


def _seconds(work: Callable[[], object]) -> float:
    start = time.process_time()
    work()
    return time.process_time() - start


def _address(session: Session, work: Desk) -> str:
    person = work.network.person(PERSON)
    assert person is not None
    _, token = make_feed(
        session,
        work.network,
        kind=FeedKind.CALENDAR,
        scope=FeedScope.PERSON,
        actor=actor_on(person, TODAY, Surface.PORTAL),
        now=WORLD_START,
    )
    return token


def _fill(session: Session, work: Desk) -> None:
    chance = random.Random(7)  # the same calendar every time
    for number in range(1, DOSSIERS + 1):
        dossier = _dossier(number, chance)
        plan = propose_plan(work, dossier, WORLD_START)
        keep_plan(dossier, KeptPlan(plan=plan, made_at=WORLD_START, fixed_by=PERSON, fixed_at=WORLD_START))
        session.add(dossier)
        session.flush()
        assert dossier.id is not None
        session.add(DossierGroup(dossier_id=dossier.id, theme_group=GROUP, is_lead=True, state="accepted"))
    connection = session.connection()
    connection.execute(insert(Item), [_activity(number, chance) for number in range(1, ACTIVITIES + 1)])
    connection.execute(insert(ItemRouting), [_routing(number) for number in range(1, ACTIVITIES + 1)])


def _dossier(number: int, chance: random.Random) -> Dossier:
    return Dossier(
        number=f"2026-{number:03}",
        title=f"Reactie nummer {number} op een wet over wonen",
        stage=Stage.DRAFTING,
        stage_since=WORLD_START,
        lead_group=GROUP,
        opens_on=TODAY,
        closes_on=TODAY + timedelta(days=chance.randint(20, 90)),
        detected_on=TODAY,
        plan={},
        opened_at=WORLD_START,
        opened_by=PERSON,
    )


def _activity(number: int, chance: random.Random) -> dict[str, object]:
    starts_at: datetime = WORLD_START + timedelta(days=chance.randint(-50, 300), hours=chance.randint(0, 9))
    return {
        "id": number,
        "source": "tweedekamer",
        "identifier": f"activiteit:{number}",
        "kind": "activity",
        "kind_label": "Commissiedebat",
        "title": f"Debat nummer {number} over de woningbouw in middelgrote steden",
        "status": "planned",
        "published_on": date(2026, 1, 1),
        "starts_at": starts_at,
        "ends_at": starts_at + timedelta(hours=3),
        "committee": "Vaste commissie voor Volkshuisvesting en Ruimtelijke Ordening",
        "facts": {},
        "first_seen_at": WORLD_START,
        "changed_at": WORLD_START,
    }


def _routing(number: int) -> dict[str, object]:
    return {
        "item_id": number,
        "theme_group": GROUP,
        "is_lead": True,
        "score": 0.9,
        "reasons": [],
        "explanation": "",
        "origin": "engine",
        "routed_at": WORLD_START,
    }
