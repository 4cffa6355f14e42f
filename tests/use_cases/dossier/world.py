"""A network of fictional people, items that came in, and dossiers about them: for every test of dossiers."""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from sqlmodel import Session, col, select

from g40flow.config.calendar import load_calendars
from g40flow.config.network import load_network
from g40flow.config.notifications import load_notifications
from g40flow.config.workflow import load_workflow
from g40flow.domain.actors import Actor, Surface, actor_on
from g40flow.domain.dossier.text import content_hash
from g40flow.domain.dossier.workflow import Stage
from g40flow.domain.instants import dutch_date
from g40flow.resources import resource
from g40flow.storage.database import Database
from g40flow.storage.dossier_tables import (
    Dossier,
    DossierException,
    DossierGroup,
    HistoryEntry,
    TextVersion,
)
from g40flow.storage.dossiers import exceptions_of, groups_of
from g40flow.storage.history import chain_of, history_of, verify_chain
from g40flow.storage.tables import Item, ItemRouting, Message
from g40flow.use_cases.announce_items import Announcer
from g40flow.use_cases.dossier.desk import Desk
from g40flow.use_cases.dossier.open_dossier import open_dossier
from g40flow.use_cases.dossier.take_step import take_step
from tests.conftest import MONDAY

CONFIG = resource("config")
NETWORK = load_network(CONFIG)
CALENDARS = load_calendars(CONFIG)
DESK = Desk(network=NETWORK, calendars=CALENDARS, rules=load_workflow(CONFIG))
ANNOUNCER = Announcer(network=NETWORK, calendars=CALENDARS, rules=load_notifications(CONFIG, NETWORK))

SECRETARIAT = "anna-testerink"
HOUSING, CARE, SAFETY = "woningmarkt", "zorg-jeugd-onderwijs", "veiligheid"
HOUSING_LEAD, HOUSING_SECRETARY = "zeger-de-voorbeeld", "jasmijn-de-voorbeeld"
CARE_LEAD, SAFETY_LEAD = "vera-schijn", "ger-testerink"
BOARD_SECRETARY, BOARD_MEMBER, PILLAR_CHAIR = "bram-bedacht", "joost-proefsma", "lars-schijn"


@dataclass
class World:
    """One database with what a test needs. now: moved by hand."""

    database: Database
    now: datetime = MONDAY
    items: int = 0

    def later(self, **by: float) -> None:
        """Let time pass."""
        self.now += timedelta(**by)

    @contextmanager
    def writing(self) -> Iterator[Session]:
        """One transaction."""
        with self.database.writing() as session:
            yield session

    def actor(self, slug: str, surface: Surface = Surface.PORTAL) -> Actor:
        """Somebody of the network with the roles of today."""
        person = NETWORK.person(slug)
        assert person is not None, slug
        return actor_on(person, dutch_date(self.now), surface)

    def item(self, *groups: str, title: str = "Wet regie", **fields: Any) -> int:
        """A consultation that was routed to some groups, lead first."""
        self.items += 1
        values: dict[str, Any] = {
            "source": "publisher",
            "identifier": f"item-{self.items}",
            "kind": "consultation",
            "status": "open",
            "title": title,
            "opens_on": date(2026, 11, 23),
            "closes_on": date(2027, 1, 29),
            "facts": {},
            "first_seen_at": self.now,
            "changed_at": self.now,
        }
        with self.writing() as session:
            item = Item(**(values | fields))
            session.add(item)
            session.flush()
            assert item.id is not None
            for group in groups:
                session.add(
                    ItemRouting(
                        item_id=item.id,
                        theme_group=group,
                        is_lead=group == groups[0],
                        score=0.9,
                        reasons=[],
                        routed_at=self.now,
                    )
                )
            return item.id

    def dossier(self, *groups: str, by: str = SECRETARIAT, routed: bool = True, **fields: Any) -> int:
        """A dossier about an item of its own."""
        item = self.item(*groups, **fields)
        with self.writing() as session:
            found = open_dossier(session, DESK, [item], actor=self.actor(by), now=self.now, routed=routed)
            assert found.id is not None
            return found.id

    def change(self, dossier_id: int, **fields: Any) -> None:
        """Put a dossier in some state, past every rule."""
        with self.writing() as session:
            row = session.get_one(Dossier, dossier_id)
            for name, value in fields.items():
                setattr(row, name, value)

    def at(self, stage: Stage, *groups: str, **fields: Any) -> int:
        """A dossier that stands at some stage, its groups having accepted."""
        dossier_id = self.dossier(*(groups or (HOUSING,)))
        with self.writing() as session:
            for row in groups_of(session, dossier_id):
                row.state = "accepted"
        self.change(dossier_id, stage=stage, **fields)
        return dossier_id

    def text(self, dossier_id: int, markdown: str = "# Reactie\n", *, author: str = HOUSING_SECRETARY) -> str:
        """A new version of the text; returns its hash."""
        with self.writing() as session:
            dossier = session.get_one(Dossier, dossier_id)
            query = select(TextVersion).where(col(TextVersion.dossier_id) == dossier_id)
            number = len(session.exec(query).all()) + 1
            version = TextVersion(
                dossier_id=dossier_id,
                number=number,
                content_hash=content_hash(markdown),
                markdown=markdown,
                author=author,
                origin="portal",
                created_at=self.now,
            )
            session.add(version)
            session.flush()
            dossier.current_version_id = version.id
            return version.content_hash

    def step(self, dossier_id: int, action: str, by: str, reason: str = "omdat", **facts: Any) -> Dossier:
        """Take a step on the dossier as it stands."""
        with self.writing() as session:
            return take_step(
                session,
                DESK,
                dossier_id,
                action,
                actor=self.actor(by),
                seen_revision=None,
                reason=reason,
                facts=facts,
                now=self.now,
            )

    def read(self, dossier_id: int) -> Dossier:
        """The dossier as it stands."""
        with self.database.reading() as session:
            return session.get_one(Dossier, dossier_id)

    def groups(self, dossier_id: int) -> dict[str, str]:
        """State of each group, lead first."""
        with self.database.reading() as session:
            return {row.theme_group: row.state for row in groups_of(session, dossier_id)}

    def group(self, dossier_id: int, slug: str) -> DossierGroup:
        """One group of a dossier."""
        with self.database.reading() as session:
            return session.get_one(DossierGroup, (dossier_id, slug))

    def exceptions(self, dossier_id: int) -> dict[str, DossierException]:
        """What does not go as usual now, by code."""
        with self.database.reading() as session:
            return {row.code: row for row in exceptions_of(session, dossier_id) if row.lifted_at is None}

    def history(self, dossier_id: int) -> Sequence[HistoryEntry]:
        """What happened, oldest first; the chain is checked each time."""
        with self.database.reading() as session:
            verify_chain(session, chain_of(dossier_id))
            return history_of(session, chain_of(dossier_id))

    def acts(self, dossier_id: int) -> list[str]:
        """Words of what happened, oldest first."""
        return [entry.action for entry in self.history(dossier_id)]

    def messages(self, kind: str) -> list[str]:
        """Audiences of the messages of one kind, in order."""
        with self.database.reading() as session:
            query = select(Message).where(col(Message.kind) == kind).order_by(col(Message.id))
            return [message.audience for message in session.exec(query)]
