"""All weekly digests in one run, of a year with many items and a network with many people."""

import sqlite3
import tempfile
import time
from collections.abc import Iterator
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import Any

from sqlalchemy import insert
from sqlmodel import SQLModel

from bench.measuring import Run, run_worker
from bench.report import Section, table
from g40flow.config.network import load_network
from g40flow.domain.dossier.workflow import Stage
from g40flow.domain.network import Network, Role
from g40flow.resources import resource
from g40flow.sandbox.world import WORLD_START
from g40flow.storage import schema
from g40flow.storage.access_tables import PersonRow, RoleGrant
from g40flow.storage.database import Database
from g40flow.storage.dossier_tables import Dossier, DossierGroup, DossierItem, HistoryEntry, MemberCall
from g40flow.storage.family_tables import Family, FamilyMember
from g40flow.storage.tables import Item, ItemRevision, ItemRouting, SourceRun

ITEMS, PEOPLE, DOSSIERS, ENTRIES = 30_000, 800, 120, 12_000
YEAR = timedelta(days=365)
STAGES = (Stage.MEMBER_CALL, Stage.DRAFTING, Stage.OFFICIAL_REVIEW, Stage.BOARD_APPROVAL, Stage.ROUTED)
DEEDS = ("open", "add_comment", "adopt", "submit", "record_outcome", "write_version")


def measure(_entries: int) -> Section:
    """On SQLite: an ordinary week, and a whole year that was missed and is made up by one run."""
    with tempfile.TemporaryDirectory() as folder:
        filled = Path(folder) / "year.sqlite"
        _fill(filled)
        rows = [
            _measured(name, filled, Path(folder) / f"{name}.sqlite", days)
            for name, days in (("a week", 7), ("a missed year", 365))
        ]
    return Section(
        title=f"Weekly digests of {ITEMS:,} items for {PEOPLE} people",
        text=(
            f"One run makes every digest: theme groups, pillars, board, secretariat, network and {PEOPLE}\n"
            f"people, from a year with {ITEMS:,} items, {ENTRIES:,} lines of history and {DOSSIERS} open\n"
            "dossiers; SQLite, one process. Made: read, chosen, kept and queued, with what fits in one\n"
            "Slack message. Rendered: then every message in all three forms. Both in seconds of one\n"
            "processor. Growth: of memory, from before the run to its highest; items are read five\n"
            "hundred at a time, and each digest keeps the lines that it shows. Floor: the\n"
            "same items read and as many rows written with Python's sqlite3."
        ),
        body=table(
            ["stretch", "digests", "messages", "made", "rendered", "growth", "floor", "ratio"],
            rows,
        ),
    )


def _measured(name: str, filled: Path, path: Path, days: int) -> list[str]:
    path.write_bytes(filled.read_bytes())
    run: Run = run_worker("bench.digests_worker", f"sqlite:///{path}", str(days))
    made, rendered = run.answer["made_seconds"], run.answer["rendered_seconds"]
    growth = (run.peak_bytes - run.answer["bytes_before"]) / 2**20
    floor = _floor(filled, path, days, run.answer["digests"] + run.answer["messages"])
    return [
        name,
        f"{run.answer['digests']:,}",
        f"{run.answer['messages']:,}",
        f"{made:.1f}",
        f"{rendered:.1f}",
        f"{growth:.0f} MB",
        f"{floor:.2f}",
        f"{floor / (made + rendered):.3f}",
    ]


def _floor(filled: Path, made: Path, days: int, rows: int) -> float:
    """Reading the items of the stretch with their groups, and writing as many rows as were written."""
    written = sqlite3.connect(made).execute("SELECT content FROM digest LIMIT 1").fetchone()[0]
    since = (WORLD_START - timedelta(days=days + 1)).strftime("%Y-%m-%d")
    begin = time.process_time()
    with sqlite3.connect(filled) as database:
        database.execute(
            "SELECT * FROM item JOIN item_routing ON item.id = item_id WHERE first_seen_at > ?", (since,)
        ).fetchall()
        database.execute("CREATE TABLE IF NOT EXISTS floor (id INTEGER PRIMARY KEY, content TEXT)")
        database.executemany("INSERT INTO floor (content) VALUES (?)", [(written,)] * rows)
    seconds = time.process_time() - begin
    with sqlite3.connect(filled) as database:
        database.execute("DROP TABLE floor")
    return seconds


# --- a year ---------------------------------------------------------------------------------------


def _fill(path: Path) -> None:
    database = Database(f"sqlite:///{path}")
    schema.upgrade(database)
    network = load_network(resource("config"))
    with database.engine.begin() as connection:
        for rows_of, rows in _tables(network):
            connection.execute(insert(rows_of), rows)
        connection.exec_driver_sql("ANALYZE")
    with database.engine.connect() as connection:
        connection.exec_driver_sql("PRAGMA wal_checkpoint(TRUNCATE)")
    database.close()


def _tables(network: Network) -> Iterator[tuple[type[SQLModel], list[dict[str, Any]]]]:
    groups = [group.slug for group in network.theme_groups]
    numbers = range(1, ITEMS + 1)
    yield Item, [_item(number) for number in numbers]
    yield ItemRouting, [row for number in numbers for row in _routings(number, groups)]
    yield ItemRevision, [_revision(number) for number in numbers if number % 6 == 0]
    yield Family, [{"id": number, "since": WORLD_START} for number in range(1, ITEMS // 20 + 1)]
    yield (
        FamilyMember,
        [{"item_id": n, "family_id": n % (ITEMS // 20) + 1} for n in numbers if n % 3 == 0],
    )
    yield Dossier, [_dossier(number, groups) for number in range(1, DOSSIERS + 1)]
    yield (
        DossierItem,
        [{"dossier_id": n, "item_id": ITEMS - n * 7, "relation": "subject"} for n in range(1, DOSSIERS + 1)],
    )
    yield (
        DossierGroup,
        [
            {"dossier_id": n, "theme_group": groups[n % len(groups)], "is_lead": True, "state": "accepted"}
            for n in range(1, DOSSIERS + 1)
        ],
    )
    yield MemberCall, [_call(number, network) for number in range(1, DOSSIERS + 1, 10)]
    yield HistoryEntry, [_entry(number) for number in range(ENTRIES)]
    yield PersonRow, [_person(number) for number in range(PEOPLE)]
    yield RoleGrant, [_grant(number, network) for number in range(PEOPLE)]
    yield SourceRun, [_look(hour) for hour in range(0, 365 * 24, 2)]


def _seen(number: int, of: int) -> datetime:
    """Spread over the year, the last just before the end."""
    return WORLD_START - YEAR + YEAR * number / (of + 1)


def _item(number: int) -> dict[str, Any]:
    seen = _seen(number, ITEMS)
    kind = ("consultation", "activity", "parliamentary_case", "parliamentary_case")[number % 4]
    is_activity = kind == "activity"
    return {
        "id": number,
        "source": "internetconsultatie" if kind == "consultation" else "tweedekamer",
        "identifier": f"stuk-{number}",
        "kind": kind,
        "kind_label": {"consultation": "AMvB", "activity": "Commissiedebat"}.get(kind, "Motie"),
        "number": f"2026A{number:05d}",
        "title": f"Stuk {number} over woningbouw, zorg en de rol van middelgrote gemeenten",
        "summary": "",
        "url": f"https://publisher.example/{number}",
        "status": "planned" if is_activity else "open",
        "published_on": seen.date(),
        "closes_on": (seen + timedelta(days=42)).date() if kind == "consultation" else None,
        "starts_at": seen + timedelta(days=10) if is_activity else None,
        "facts": {},
        "first_read": False,
        "first_seen_at": seen,
        "changed_at": seen,
        "triage": number % 40 == 0,
        "triage_reason": "Twee groepen liggen te dicht bij elkaar." if number % 40 == 0 else "",
    }


def _routings(number: int, groups: list[str]) -> Iterator[dict[str, Any]]:
    """Seven in ten items are for a group, some of them for two."""
    if number % 10 > 6:
        return
    for place in range(1 + (number % 5 == 0)):
        yield {
            "item_id": number,
            "theme_group": groups[(number * 7 + place) % len(groups)],
            "is_lead": place == 0,
            "score": 0.9 - place / 10,
            "reasons": [{"term": "woningbouw", "field": "title", "weight": 2.0, "quote": "woningbouw"}],
            "explanation": "Voor de groep, want ‘woningbouw’ in de titel. Kans 87 %.",
            "origin": "engine",
            "routed_at": _seen(number, ITEMS),
        }


def _revision(number: int) -> dict[str, Any]:
    seen = _seen(number, ITEMS)
    return {
        "item_id": number,
        "seen_at": min(seen + timedelta(days=3), WORLD_START - timedelta(minutes=1)),
        "changes": [],
        "news": ["extended"] if number % 12 else ["result_published"],
    }


def _dossier(number: int, groups: list[str]) -> dict[str, Any]:
    return {
        "id": number,
        "number": f"2026-{number:03d}",
        "title": f"Wet {number} over de rol van middelgrote gemeenten",
        "stage": STAGES[number % len(STAGES)],
        "stage_since": WORLD_START,
        "lead_group": groups[number % len(groups)],
        "pen_holder": f"mens-{number % PEOPLE}",
        "detected_on": date(2026, 1, 5),
        "opens_on": date(2026, 1, 5),
        "closes_on": (WORLD_START + timedelta(days=5 + number % 60)).date(),
        "plan": {},
        "opened_at": WORLD_START - timedelta(days=40),
        "opened_by": "anna-testerink",
    }


def _call(number: int, network: Network) -> dict[str, Any]:
    return {
        "dossier_id": number,
        "title": "Wat betekent dit voor uw stad?",
        "questions": [],
        "theme_groups": [],
        "cities": [city.slug for city in network.cities],
        "minimum_answers": 10,
        "opened_at": WORLD_START - timedelta(days=5),
        "opened_by": "anna-testerink",
        "term_since": WORLD_START - timedelta(days=5),
        "closes_at": WORLD_START + timedelta(days=9),
        "state": "open",
    }


def _entry(number: int) -> dict[str, Any]:
    return {
        "chain": f"dossier:{number % DOSSIERS + 1}",
        "sequence": number // DOSSIERS + 1,
        "at": _seen(number, ENTRIES),
        "person": "anna-testerink",
        "person_name": "Anna Testerink",
        "surface": "portal",
        "action": DEEDS[number % len(DEEDS)],
        "facts": {"outcome": "achieved"},
        "previous_hash": "",
        "entry_hash": str(number),
    }


def _person(number: int) -> dict[str, Any]:
    return {
        "slug": f"mens-{number}",
        "name": f"Mens {number}",
        "email": f"mens-{number}@example.nl",
        "added_at": WORLD_START - YEAR,
        "added_by": "anna-testerink",
    }


def _grant(number: int, network: Network) -> dict[str, Any]:
    is_coordinator = number % 4 != 0
    role = Role.CITY_COORDINATOR if is_coordinator else Role.THEME_GROUP_MEMBER
    bodies = network.cities if is_coordinator else network.theme_groups
    return {
        "person": f"mens-{number}",
        "role": role,
        "scope": bodies[number % len(bodies)].slug,
        "from_config": False,
        "granted_at": WORLD_START - YEAR,
        "granted_by": "anna-testerink",
    }


def _look(hour: int) -> dict[str, Any]:
    at = WORLD_START - YEAR + timedelta(hours=hour)
    return {"source": "internetconsultatie", "started_at": at, "finished_at": at, "outcome": "read"}
