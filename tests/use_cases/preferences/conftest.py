"""Somebody with choices, a real outbox, and a channel that keeps what it is given."""

from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

import pytest
from sqlmodel import col, select

from g40flow.bootstrap import App, build_app
from g40flow.domain.actors import Surface
from g40flow.domain.dossier.workflow import Stage
from g40flow.domain.messages import Rendered
from g40flow.domain.preferences import Explanations, Pace, QuietHours, Topic
from g40flow.storage.database import Database
from g40flow.storage.dossier_tables import Dossier
from g40flow.storage.history import NETWORK as CHAIN
from g40flow.storage.history import history_of
from g40flow.storage.messages import deliveries_of
from g40flow.storage.tables import Message
from g40flow.use_cases.deliver_messages import Deliverer
from g40flow.use_cases.dossier.desk import note_change
from g40flow.use_cases.dossier.telling import tell_people
from g40flow.use_cases.preferences.absence import AbsenceRequest, be_away, be_back
from g40flow.use_cases.preferences.change import Choice, PreferenceChange, change_preferences
from g40flow.use_cases.preferences.courtesy import Courtesy
from tests.use_cases.dossier.world import CALENDARS, DESK, HOUSING, NETWORK, SECRETARIAT, World
from tests.use_cases.recording import RecordingTransport

READER = "karel-denkbeeld"


@dataclass
class Reading:
    """What one person gets. channel: everything that arrived, at whomever."""

    world: World
    app: App
    channel: RecordingTransport = field(default_factory=RecordingTransport)

    def choose(
        self,
        *,
        by: str = READER,
        person: str = READER,
        paces: dict[Choice, Pace | None] | None = None,
        quiet: QuietHours | None = None,
        explanations: Explanations | None = None,
        **topics: Pace,
    ) -> bool:
        chosen = {(Topic(topic), ""): pace for topic, pace in topics.items()} | (paces or {})
        change = PreferenceChange(paces=chosen, quiet=quiet, explanations=explanations)
        actor = self.world.actor(by, Surface.PORTAL)
        with self.world.writing() as session:
            return change_preferences(session, NETWORK, person, change, actor=actor, now=self.world.now)

    def away(self, *, person: str = READER, by: str = "", **wanted: Any) -> int:
        with self.world.writing() as session:
            row = be_away(
                session,
                NETWORK,
                CALENDARS,
                person,
                AbsenceRequest(**wanted),
                actor=self.world.actor(by or person),
                now=self.world.now,
            )
            assert row.id is not None
            return row.id

    def back(self, absence_id: int, *, by: str = READER) -> None:
        with self.world.writing() as session:
            actor = self.world.actor(by)
            be_back(session, NETWORK, CALENDARS, absence_id, actor=actor, now=self.world.now)

    def something_happens(self, dossier_id: int, *, to: str = READER) -> None:
        """A line about a dossier is written for somebody."""
        with self.world.writing() as session:
            dossier = session.get_one(Dossier, dossier_id)
            actor = self.world.actor(SECRETARIAT)
            entry = note_change(session, dossier, actor, "name_pen_holder", now=self.world.now)
            tell_people(session, DESK, dossier, entry, [to], self.world.now)

    def dossier(self, *groups: str) -> int:
        """A dossier that is being written."""
        return self.world.at(Stage.DRAFTING, *(groups or (HOUSING,)))

    def deliver(self) -> None:
        Deliverer(
            database=self.world.database,
            transports={"slack": self.channel},
            composer=self.app.composer,
            network=NETWORK,
            rules=self.app.notifications,
            clock=lambda: self.world.now,
            holder=f"run {len(self.messages())} {self.world.now}",
            courtesy=Courtesy(calendars=CALENDARS),
        ).deliver()

    def deliver_at(self, moment: datetime) -> None:
        self.world.now = moment
        self.deliver()

    def told(self, person: str = READER) -> list[Rendered]:
        """What somebody was told, in order."""
        posted = self.channel.messages.values()
        return [shown.rendered for shown in posted if shown.address and shown.address.name == name_of(person)]

    def got(self, person: str = READER) -> list[str]:
        """What somebody was told, by its one sentence."""
        return [rendered.summary for rendered in self.told(person)]

    def shown(self, person: str = READER) -> Rendered:
        """The last message to somebody."""
        return self.told(person)[-1]

    def messages(self) -> list[Message]:
        with self.world.database.reading() as session:
            return list(session.exec(select(Message).order_by(col(Message.id))))

    def ledger(self, kind: str = "dossier_note", person: str = READER) -> list[tuple[str, str]]:
        """What the ledger says of the messages of a kind to somebody: acts, with the reason of ours."""
        audience = f"person:{person}"
        ids = [m.id for m in self.messages() if (m.kind, m.audience) == (kind, audience) and m.id]
        with self.world.database.reading() as session:
            lines = deliveries_of(session, ids)
        return [(line.act, "" if line.act in ("post", "renew") else line.text) for line in lines]

    def history(self) -> list[tuple[str, str, dict[str, Any]]]:
        """Who did what to people, with the facts."""
        with self.world.database.reading() as session:
            return [(e.action, e.person, e.facts) for e in history_of(session, CHAIN)]


def name_of(slug: str) -> str:
    """How somebody is called."""
    person = NETWORK.person(slug)
    assert person is not None
    return person.name


def reading_in(database: Database, url: str) -> Reading:
    """A network in which nobody has chosen anything."""
    app = build_app({"G40FLOW_DATABASE_URL": url, "G40FLOW_PORTAL_URL": "https://portal.example"})
    return Reading(World(database), app)


@pytest.fixture
def reading(sqlite: Database, sqlite_url: str) -> Reading:
    """A network in which nobody has chosen anything."""
    return reading_in(sqlite, sqlite_url)


@pytest.fixture
def reading_anywhere(database: Database, database_url: str) -> Reading:
    """The same on each kind of database in turn."""
    return reading_in(database, database_url)
