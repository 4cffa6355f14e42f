"""Plans of many dossiers in one run: looking whether they can stand, and counting all of them again."""

import json
import sqlite3
import tempfile
import time
from collections.abc import Callable
from datetime import date, datetime, timedelta
from pathlib import Path

from sqlalchemy import func
from sqlmodel import col, select

from bench.measuring import SECRET
from bench.report import Section, table
from g40flow.config.calendar import load_calendars
from g40flow.config.network import load_network
from g40flow.config.workflow import load_workflow
from g40flow.domain.dossier.workflow import Stage
from g40flow.domain.instants import dutch_date
from g40flow.resources import resource
from g40flow.sandbox.world import WORLD_START
from g40flow.storage import schema
from g40flow.storage.database import Database
from g40flow.storage.dossier_tables import Dossier, DossierGroup, HistoryEntry
from g40flow.storage.plans import KeptPlan, keep_plan
from g40flow.storage.tables import Message
from g40flow.use_cases.calls.links import CallLinks
from g40flow.use_cases.dossier.desk import Desk
from g40flow.use_cases.dossier.plan import propose_plan
from g40flow.use_cases.dossier.watch_deadlines import Watcher

DOSSIERS = 2_000
GROUPS = ("woningmarkt", "zorg-jeugd-onderwijs", "duurzaamheid", "financien")
STAGES = (Stage.RESPONSE_DECISION, Stage.MEMBER_CALL, Stage.DRAFTING, Stage.OFFICIAL_REVIEW)


def measure(_entries: int) -> Section:
    """On SQLite."""
    folder = resource("config")
    desk = Desk(network=load_network(folder), calendars=load_calendars(folder), rules=load_workflow(folder))
    with tempfile.TemporaryDirectory() as temporary:
        path = Path(temporary) / "dossiers.sqlite"
        database = Database(f"sqlite:///{path}")
        schema.upgrade(database)
        _fill(database, desk)
        links = CallLinks(secret_key=SECRET["G40FLOW_SECRET_KEY"].encode(), valid_after=timedelta(days=3))
        watcher = Watcher(database=database, desk=desk, call_links=lambda: links, clock=lambda: WORLD_START)
        rows = [
            _row("counting alone", _seconds(lambda: _count(database, desk)), _seconds(lambda: _read(path))),
            _row("looking, nothing to do", _seconds(watcher.recalculate), _seconds(lambda: _read(path))),
            _row("looking for reminders", _seconds(watcher.watch), _seconds(lambda: _read(path))),
        ]
        _move_closing_days(database)
        before = _written(database)
        seconds = _seconds(lambda: _all_done(watcher))
        entries, messages = (now - then for now, then in zip(_written(database), before, strict=True))
        rows.append(_row("every plan again", seconds, _seconds(lambda: _write(path, entries, messages))))
        database.close()
    return Section(
        title=f"Planning {DOSSIERS:,} dossiers",
        text=(
            "Plans of dossiers in four stages, two groups each; SQLite. Floor of the first three: reading\n"
            "the same rows with Python's sqlite3 and taking their plans apart. The last is a night in which\n"
            "every closing day moved: a transaction for each dossier, with "
            f"{(entries + messages) / DOSSIERS:.0f} rows in the chained\nhistory and the outbox. Floor: as"
            " many rows written with sqlite3 in as many transactions."
        ),
        body=table(["work", "s", "dossiers/s", "floor s", "ratio"], rows),
    )


def _row(name: str, seconds: float, floor: float) -> list[str]:
    return [name, f"{seconds:.2f}", f"{DOSSIERS / seconds:,.0f}", f"{floor:.2f}", f"{floor / seconds:.2f}"]


def _seconds(work: Callable[[], object]) -> float:
    start = time.perf_counter()
    work()
    return time.perf_counter() - start


def _all_done(watcher: Watcher) -> None:
    seen = watcher.recalculate()
    if seen.errors or seen.recalculated != DOSSIERS:
        raise RuntimeError(f"expected {DOSSIERS} plans, found {seen}")


def _count(database: Database, desk: Desk) -> None:
    with database.reading() as session:
        for dossier in session.scalars(select(Dossier)):
            propose_plan(desk, dossier, WORLD_START)


def _read(path: Path) -> None:
    with sqlite3.connect(path) as connection:
        for (plan,) in connection.execute("SELECT plan FROM dossier"):
            json.loads(plan)


def _write(path: Path, entries: int, messages: int) -> None:
    with sqlite3.connect(path) as connection:
        connection.execute("PRAGMA journal_mode=WAL")
        plan = connection.execute("SELECT plan FROM dossier LIMIT 1").fetchone()[0]
        connection.execute("CREATE TABLE written (id INTEGER PRIMARY KEY, name TEXT UNIQUE, text TEXT)")
        for dossier in range(1, DOSSIERS + 1):
            connection.execute("UPDATE dossier SET plan = ? WHERE id = ?", (plan, dossier))
            names = [(f"{dossier}:{n}", plan[:600]) for n in range((entries + messages) // DOSSIERS)]
            connection.executemany("INSERT INTO written (name, text) VALUES (?, ?)", names)
            connection.commit()
        connection.execute("DROP TABLE written")


def _written(database: Database) -> tuple[int, int]:
    """(entries of the history, messages) that there are."""
    with database.reading() as session:
        entries = session.scalar(select(func.count()).select_from(HistoryEntry)) or 0
        return entries, session.scalar(select(func.count()).select_from(Message)) or 0


def _move_closing_days(database: Database) -> None:
    with database.writing() as session:
        for dossier in session.scalars(select(Dossier).order_by(col(Dossier.id))):
            assert dossier.closes_on is not None
            dossier.closes_on += timedelta(days=14)
            session.add(dossier)


def _fill(database: Database, desk: Desk) -> None:
    today = dutch_date(WORLD_START)
    with database.writing() as session:
        for number in range(1, DOSSIERS + 1):
            dossier = _dossier(number, today, WORLD_START)
            plan = propose_plan(desk, dossier, WORLD_START)
            keep_plan(
                dossier, KeptPlan(plan=plan, made_at=WORLD_START, fixed_by="iemand", fixed_at=WORLD_START)
            )
            session.add(dossier)
            session.flush()
            assert dossier.id is not None
            for place, group in enumerate((dossier.lead_group, GROUPS[(number + 1) % len(GROUPS)])):
                session.add(
                    DossierGroup(
                        dossier_id=dossier.id, theme_group=group, is_lead=place == 0, state="accepted"
                    )
                )


def _dossier(number: int, today: date, now: datetime) -> Dossier:
    return Dossier(
        number=f"2026-{number:04}",
        title=f"Consultatie nummer {number}",
        stage=STAGES[number % len(STAGES)],
        stage_since=now,
        lead_group=GROUPS[number % len(GROUPS)],
        pillar="fysiek",
        pen_holder="ivo-van-opzet",
        opens_on=today,
        closes_on=today + timedelta(days=35 + number % 60),
        detected_on=today,
        plan={},
        opened_at=now,
        opened_by="anna-testerink",
    )
