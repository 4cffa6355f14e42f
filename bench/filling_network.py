"""A network of many years at work: its people, and thousands of dossiers with texts, points and history."""

import random
from collections.abc import Iterator
from dataclasses import fields
from datetime import UTC, datetime, timedelta
from typing import Any

from sqlalchemy import text

from bench.filling import GROUPS, analyze, fill_with_items, insert_rows
from g40flow.bootstrap import App
from g40flow.domain.actors import PROGRAM
from g40flow.domain.dossier.history import START, Link, hash_of
from g40flow.domain.dossier.text import content_hash
from g40flow.domain.dossier.workflow import Stage
from g40flow.domain.network import Role
from g40flow.storage.access_tables import PersonRow, RoleGrant
from g40flow.storage.dossier_tables import (
    Comment,
    Dossier,
    DossierGroup,
    DossierItem,
    HistoryEntry,
    HistoryHead,
    Point,
    TextVersion,
    planned_on,
)
from g40flow.storage.history import chain_of
from g40flow.storage.plans import KeptPlan, keep_plan
from g40flow.use_cases.dossier.desk import Desk
from g40flow.use_cases.dossier.plan import propose_plan

NOW = datetime.now(UTC)
PEOPLE, VERSIONS, POINTS, COMMENTS = 600, 2, 6, 4
STAGES = (Stage.ROUTED, Stage.DRAFTING, Stage.OFFICIAL_REVIEW, Stage.BOARD_APPROVAL, Stage.CLOSED)
ACTIONS = (
    "open_dossier",
    "accept_group",
    "fix_plan",
    *4 * ("write_version", "add_point"),
    "offer_for_review",
)
PERSON = {"added_by": PROGRAM.person, "added_at": NOW}


def fill_network(app: App, items: int, dossiers: int) -> None:
    """Items as in fill_with_items, dossiers with ids from 1. Into an empty PostgreSQL."""
    chance, numbers = random.Random(2), range(1, dossiers + 1)
    fill_with_items(app.database, items)
    versions = [_version(n, place) for n in numbers for place in range(1, VERSIONS + 1)]
    with app.database.writing() as session:
        connection = session.connection()
        insert_rows(connection, PersonRow, map(_person, range(PEOPLE)))
        insert_rows(connection, RoleGrant, map(_grant, range(PEOPLE)))
        insert_rows(connection, Dossier, (_dossier(app.desk, n, chance) for n in numbers))
        insert_rows(connection, DossierGroup, map(_group, numbers))
        insert_rows(connection, DossierItem, ({"dossier_id": n, "item_id": n * 7} for n in numbers))
        insert_rows(connection, TextVersion, iter(versions))
        insert_rows(connection, Point, (_point(n, place) for n in numbers for place in range(1, POINTS + 1)))
        insert_rows(connection, Comment, (_comment(n) for n in numbers for _ in range(COMMENTS)))
        chains = [list(_history(n)) for n in numbers]
        insert_rows(connection, HistoryEntry, (entry for chain in chains for entry in chain))
        insert_rows(connection, HistoryHead, (_head(chain[-1]) for chain in chains))
        for table in ("dossier", "text_version"):
            connection.execute(
                text(f"SELECT setval(pg_get_serial_sequence('{table}', 'id'), max(id)) FROM {table}")
            )
    analyze(app.database)


def _person(number: int) -> dict[str, Any]:
    slug = f"medewerker-{number}"
    return {"slug": slug, "name": f"Medewerker {number}", "email": f"{slug}@stad.example", **PERSON}


def _grant(number: int) -> dict[str, Any]:
    return {
        "person": f"medewerker-{number}",
        "role": Role.THEME_GROUP_MEMBER,
        "scope": GROUPS[number % len(GROUPS)],
        "granted_by": PROGRAM.person,
        "granted_at": NOW,
        "ended_at": None,
    }


def _dossier(desk: Desk, number: int, chance: random.Random) -> dict[str, Any]:
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
        current_version_id=number * VERSIONS,
        opened_at=opened,
        opened_by="anna-testerink",
    )
    plan = propose_plan(desk, dossier, opened)
    keep_plan(dossier, KeptPlan(plan=plan, made_at=opened, fixed_by="teun-papier", fixed_at=opened))
    return dossier.model_dump() | {"step_on": planned_on(dossier.plan, dossier.stage)}


def _group(number: int) -> dict[str, Any]:
    return {
        "dossier_id": number,
        "theme_group": GROUPS[number % len(GROUPS)],
        "is_lead": True,
        "state": "accepted",
    }


def _version(number: int, place: int) -> dict[str, Any]:
    markdown = f"# Reactie {number}\n\n" + f"De {place * 20} steden vragen om geld en ruimte. " * 60
    return {
        "id": (number - 1) * VERSIONS + place,
        "dossier_id": number,
        "number": place,
        "content_hash": content_hash(markdown),
        "markdown": markdown,
        "author": "teun-papier",
        "origin": "portal",
        "created_at": NOW,
    }


def _point(number: int, place: int) -> dict[str, Any]:
    return {
        "dossier_id": number,
        "position": place,
        "article": f"artikel {place}",
        "problem": "De steden krijgen een taak zonder geld. " * 4,
        "proposal": "Regel het geld bij de taak. " * 4,
        "added_by": "teun-papier",
        "added_at": NOW,
    }


def _comment(number: int) -> dict[str, Any]:
    return {
        "dossier_id": number,
        "version_id": number * VERSIONS,
        "body": "Kan dit korter, en met een cijfer erbij?",
        "author": "medewerker-1",
        "author_name": "Medewerker 1",
        "created_at": NOW,
    }


def _history(number: int) -> Iterator[dict[str, Any]]:
    previous = START
    for sequence, action in enumerate(ACTIONS, start=1):
        link = Link(
            chain=chain_of(number),
            sequence=sequence,
            at=NOW,
            person=PROGRAM.person,
            person_name=PROGRAM.name,
            surface=PROGRAM.surface.value,
            action=action,
            version_hash="",
            reason="",
            facts={},
            previous_hash=previous,
        )
        previous = hash_of(link)
        yield {field.name: getattr(link, field.name) for field in fields(link)} | {"entry_hash": previous}


def _head(last: dict[str, Any]) -> dict[str, Any]:
    return {"chain": last["chain"], "length": last["sequence"], "entry_hash": last["entry_hash"]}
