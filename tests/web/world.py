"""A small network for tests of the portal: its own clock, rules to foresee, items as one wants them."""

from copy import deepcopy
from dataclasses import dataclass, field, fields, replace
from datetime import date, datetime, timedelta
from functools import cache
from pathlib import Path
from typing import Any

from pydantic import SecretStr
from sqlmodel import Session, col, select

from g40flow.bootstrap import App, build_app
from g40flow.domain.errors import DeliveryError
from g40flow.domain.items import (
    ItemDocument,
    ItemKind,
    ItemStatus,
    PublisherRecord,
    Reference,
    SourceItem,
)
from g40flow.domain.routing import GroupTerms, Reason, RoutableItem, Router, Routing, RuleBook
from g40flow.sources.contract import RecordReader
from g40flow.storage.publishers import note_signal, stream_of
from g40flow.storage.records import keep_records
from g40flow.storage.tables import (
    Item,
    Message,
    PendingItem,
    RoutingCorrection,
    RunOutcome,
    SourceRun,
)
from g40flow.use_cases.assemble_items import assemble_items
from g40flow.use_cases.deliver_messages import Deliverer
from tests.conftest import MONDAY
from tests.use_cases.publisher import Publisher
from tests.use_cases.recording import RecordingTransport

TODAY = date(2026, 11, 23)
REMEMBERED = ("moment", "channel", "publishers")
"""What a world keeps beside its database."""


class PlainRouter(Router):
    """Routes by plain words in the title, with reasons; "twijfel" leaves it to a person."""

    words = {"warmte": "duurzaamheid", "woning": "woningmarkt", "zorg": "zorg-jeugd-onderwijs"}

    def __init__(self) -> None:
        """The words as rules, though this router does not read them."""
        groups = (GroupTerms(slug=slug, name=slug, strong=(f"{w}*",)) for w, slug in self.words.items())
        self.book = RuleBook(version="plain-words", groups=tuple(groups))

    def route(self, item: RoutableItem) -> Routing:
        found = {word: group for word, group in self.words.items() if word in item.title.lower()}
        near = "europa" if "brussel" in item.title.lower() else ""
        return Routing(
            item_id=item.id,
            groups=tuple(found.values()),
            scores={**dict.fromkeys(found.values(), 0.87), near: 0.2},
            triage=not found and "twijfel" in item.title.lower(),
            reasons=tuple(_reason(group, word) for word, group in found.items()),
            near_misses={near: (_reason(near, "Brussel"),)} if near else {},
            rule_version="plain-words",
        )


def _reason(group: str, word: str) -> Reason:
    return Reason(group=group, term=f"{word}*", rule="strong", field="title", weight=2.6, quote=word)


@dataclass
class ItemPublisher(Publisher):
    """Hands over the items it was given, as they are."""

    items: dict[str, SourceItem] = field(default_factory=dict)

    def assemble(self, identifier: str, stored: RecordReader, now: datetime) -> SourceItem | None:
        """The item as it was last published."""
        return self.items.get(identifier)


class World(App):
    """The program with a clock that is moved by hand. moment: aware UTC."""

    moment: datetime
    has_channel: bool
    channel: RecordingTransport
    publishers: dict[str, ItemPublisher]
    numbers: dict[str, int]
    """Of the items of `fill` by name, where the world began after it."""

    def now(self) -> datetime:
        return self.moment

    def later(self, **by: float) -> None:
        """Let time pass."""
        self.moment += timedelta(**by)

    @property
    def router(self) -> Router:
        return PlainRouter()

    def publish(self, item: SourceItem, *, first_read: bool = False) -> int:
        """Let a publisher say something; gives the number of the item."""
        publisher = self.publishers[item.source]
        publisher.items[item.identifier] = item
        with self.database.writing() as session:
            session.add(
                PendingItem(
                    source=item.source,
                    identifier=item.identifier,
                    first_read=first_read,
                    marked_at=self.moment,
                )
            )
        assemble_items(self.database, publisher, self.router, self.announcer, clock=self.now)
        with self.database.reading() as session:
            row = session.exec(select(Item).where(Item.identifier == item.identifier)).one()
        assert row.id is not None
        return row.id

    def keep(self, source: str, *records: PublisherRecord) -> None:
        """Keep records of a publisher."""
        with self.database.writing() as session:
            keep_records(session, source, records, self.moment)

    def deliver(self) -> None:
        """Hand over what is due to a channel that keeps it."""
        Deliverer(
            database=self.database,
            transports={"slack": self.channel},
            composer=self.composer,
            network=self.network,
            rules=self.notifications,
            clock=self.now,
            holder="test",
        ).deliver()

    def refuse_messages(self) -> None:
        """From here on the channel takes nothing."""

        def refuse(key: str) -> None:
            raise DeliveryError("channel_not_found", permanent=True)

        self.channel.before = refuse

    def look(self, source: str, **values: Any) -> None:
        """Write a look at a publisher in the ledger."""
        run = SourceRun(
            source=source,
            started_at=self.moment,
            finished_at=self.moment + timedelta(seconds=2.5),
            **{"outcome": RunOutcome.READ, "requests": 3, "seen": 12, **values},
        )
        with self.database.writing() as session:
            session.add(run)

    def stream(self, source: str, stream: str, **values: Any) -> None:
        """Set how far a stream has been read."""
        with self.database.writing() as session:
            row = stream_of(session, source, stream)
            for name, value in values.items():
                setattr(row, name, value)

    def signal(self, source: str, code: str, message: str) -> None:
        """Note something odd."""
        with self.database.writing() as session:
            note_signal(session, source, code, "iets", message, self.moment)

    def item(self, item_id: int) -> Item:
        """An item as it is kept."""
        with self.database.reading() as session:
            return session.get_one(Item, item_id)

    def corrections(self) -> list[RoutingCorrection]:
        """Every correction, oldest first."""
        return self._all(RoutingCorrection)

    def messages(self) -> dict[str, Message]:
        """Every message by audience; of several to one audience the last."""
        return {message.audience: message for message in self._all(Message)}

    def _all(self, table: Any) -> list[Any]:
        with self.database.reading() as session:
            return list(_in_order(session, table))


def _in_order(session: Session, table: Any) -> Any:
    return session.exec(select(table).order_by(col(table.id)))


@cache
def _configured(*environment: tuple[str, str]) -> App:
    """The program as configured; reading it takes longer than many a test."""
    return build_app({"G40FLOW_DATABASE_URL": "sqlite://", **dict(environment)})


def build_world(database_url: str, **environment: str) -> World:
    """An empty world on Monday 23 November 2026, ten o'clock in the Netherlands."""
    app = _configured(*sorted(environment.items()))
    settings = app.settings.model_copy(update={"database_url": SecretStr(database_url)})
    world = World(**{part.name: getattr(app, part.name) for part in fields(app)} | {"settings": settings})
    # App is frozen for the program; the parts of a test world are set once, here.
    world.__dict__.update(
        moment=MONDAY,
        channel=RecordingTransport(),
        publishers={name: ItemPublisher(name) for name in ("internetconsultatie", "tweedekamer")},
        numbers={},
        calendars=app.calendars,
        desk=app.desk,
        # Tests move the clock by months; how long sessions last has tests of its own.
        access=replace(world.access, session_idle=timedelta(days=999), session_longest=timedelta(days=999)),
    )
    return world


def consultation(title: str = "Wet collectieve warmte", **values: Any) -> SourceItem:
    """An open consultation that closes in eight working days."""
    identifier = values.pop("identifier", title.lower().replace(" ", ""))
    given: dict[str, Any] = {
        "kind_label": "Wet",
        "url": f"https://www.internetconsultatie.nl/{identifier}",
        "status": ItemStatus.OPEN,
        "summary": "Gemeenten wijzen een warmtekavel aan.",
        "published_on": date(2026, 11, 2),
        "opens_on": date(2026, 11, 2),
        "closes_on": date(2026, 12, 3),
        "ministry": "Ministerie van Klimaat en Groene Groei",
        "topics": ("Energie", "Gemeenten"),
        "documents": (ItemDocument(title="Memorie van toelichting", url="https://x.example/mvt.pdf"),),
    }
    return SourceItem(
        source="internetconsultatie",
        identifier=identifier,
        kind=ItemKind.CONSULTATION,
        title=title,
        **given | values,
    )


def debate(title: str = "Woningbouwopgave", **values: Any) -> SourceItem:
    """A committee debate next week at half past one."""
    identifier = values.pop("identifier", f"activiteit:{title.lower()}")
    given: dict[str, Any] = {
        "kind_label": "Commissiedebat",
        "url": "https://www.tweedekamer.nl/debat",
        "status": ItemStatus.PLANNED,
        "number": "2026A07519",
        "published_on": TODAY,
        "starts_at": datetime.fromisoformat("2026-12-01T12:30+00:00"),
        "ends_at": datetime.fromisoformat("2026-12-01T15:30+00:00"),
        "committee": "Vaste commissie voor Volkshuisvesting en Ruimtelijke Ordening",
        "dossier_number": "36512",
        "agenda": ("Brief over de woningbouwopgave",),
    }
    return SourceItem(
        source="tweedekamer", identifier=identifier, kind=ItemKind.ACTIVITY, title=title, **given | values
    )


def bill(title: str = "Wet regie volkshuisvesting woningen", **values: Any) -> SourceItem:
    """A bill in the House, of the same dossier as the debate."""
    given: dict[str, Any] = {
        "kind_label": "Wetgeving",
        "url": "https://www.tweedekamer.nl/zaak",
        "status": ItemStatus.OPEN,
        "number": "2026Z12345",
        "published_on": TODAY,
        "dossier_number": "36512",
    }
    return SourceItem(
        source="tweedekamer",
        identifier=f"zaak:{title.lower()}",
        kind=ItemKind.PARLIAMENTARY_CASE,
        title=title,
        **given | values,
    )


def fill(world: World) -> dict[str, int]:
    """A working day in the network, with something on every page. Gives items by name."""
    world.look("internetconsultatie", new=3)
    world.look("tweedekamer", outcome=RunOutcome.FAILED, errors=1, message="Activiteit: 503")
    world.stream("internetconsultatie", "open", looked_at=world.now(), completed_at=world.now())
    world.stream("tweedekamer", "Activiteit", trouble="503 Service Unavailable", trouble_since=world.now())
    world.signal("internetconsultatie", "unknown_status", "onbekende status ‘Gepauzeerd’")
    world.keep("internetconsultatie", *_records())
    numbers = {
        "old": world.publish(consultation("Besluit oude woningen"), first_read=True),
        "warmte": world.publish(consultation("Wet collectieve warmte voor woningen")),
        "doubt": world.publish(consultation("Besluit twijfelgevallen", closes_on=date(2026, 12, 18))),
        "nobody": world.publish(consultation("Regeling pluimvee in Brussel")),
        "debate": world.publish(debate()),
        "bill": world.publish(bill()),
    }
    world.later(hours=1)
    world.deliver()
    changed = consultation("Wet collectieve warmte voor woningen", closes_on=date(2026, 12, 17))
    world.publish(changed)
    world.deliver()
    world.refuse_messages()
    numbers["urgent"] = world.publish(consultation("Spoedregeling zorg", closes_on=date(2026, 11, 27)))
    world.deliver()
    return numbers


@dataclass(frozen=True)
class WorkingDay:
    """How `fill` leaves a world, to begin tests with. database: a SQLite file."""

    database: Path
    numbers: dict[str, int]
    memory: dict[str, Any]

    @classmethod
    def at(cls, database: Path) -> "WorkingDay":
        """Let it happen in an empty database."""
        world = build_world(f"sqlite:///{database}")
        numbers = fill(world)
        with world.database.engine.connect() as connection:
            connection.exec_driver_sql("PRAGMA wal_checkpoint(TRUNCATE)")
        world.database.close()
        return cls(database, numbers, {name: getattr(world, name) for name in REMEMBERED})

    def begin(self, world: World) -> None:
        """Let a world over a copy of the database remember the day."""
        world.__dict__.update(deepcopy(self.memory), numbers=dict(self.numbers))


def _records() -> tuple[PublisherRecord, ...]:
    slug = "wetcollectievewarmtevoorwoningen"
    own = PublisherRecord(entity="consultatie", identifier=slug, fields={"titel": "Warmte", "status": "Open"})
    document = PublisherRecord(
        entity="document",
        identifier="4711",
        fields={"naam": "mvt.pdf"},
        references=(Reference(relation="consultatie", identifier=slug),),
    )
    return own, document
