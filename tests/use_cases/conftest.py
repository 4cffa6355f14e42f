"""The main job around a publisher and a channel of our own, on both databases."""

from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta

import pytest
from sqlmodel import col, select

from g40flow.config.calendar import load_calendars
from g40flow.config.network import load_network
from g40flow.config.notifications import load_notifications
from g40flow.domain.messages import GatheredView, ItemView, MailBounce, Rendered, SourceNotice, Told
from g40flow.domain.network import Network
from g40flow.domain.news import URGENT
from g40flow.domain.routing import RoutableItem, Routing
from g40flow.notify.contract import Transport
from g40flow.resources import resource
from g40flow.sources.fetch import Fetcher
from g40flow.storage.database import Database
from g40flow.storage.tables import Item, Message
from g40flow.use_cases.announce_items import Announcer
from g40flow.use_cases.assemble_items import AssembleResult, assemble_items
from g40flow.use_cases.compose_messages import Composer
from g40flow.use_cases.deliver_messages import Deliverer, DeliveryResult
from g40flow.use_cases.messages_about_items import MessagesAboutItems
from g40flow.use_cases.messages_about_mail import MessagesAboutMail
from g40flow.use_cases.messages_about_sources import MessagesAboutSources
from g40flow.use_cases.poll_source import PollResult, poll_source
from tests.conftest import MONDAY
from tests.use_cases.publisher import Publisher
from tests.use_cases.recording import RecordingTransport

CONFIG = resource("config")
NETWORK = load_network(CONFIG)
CALENDARS = load_calendars(CONFIG)
RULES = load_notifications(CONFIG, NETWORK)


class WordRouter:
    """Routes by plain words in the title: quick to foresee in a test."""

    words = {"woning": "woningmarkt", "warmte": "duurzaamheid", "zorg": "zorg-jeugd-onderwijs"}

    def route(self, item: RoutableItem) -> Routing:
        groups = tuple(group for word, group in self.words.items() if word in item.title.lower())
        return Routing(
            item_id=item.id,
            groups=groups,
            scores=dict.fromkeys(groups, 0.9),
            triage="twijfel" in item.title.lower(),
            rule_version="words",
        )


class PlainRenderer:
    """Says the least that tells messages apart."""

    def item_card(self, view: ItemView) -> Rendered:
        lines = [f"kaart {view.item.title} sluit {view.item.closes_on} {view.item.status}"]
        lines += [f"ook {sighting.source}" for sighting in view.sightings]
        return _rendered(lines + [f"- {told.news}" for told in view.told])

    def triage_card(self, view: ItemView) -> Rendered:
        return _rendered([f"beoordelen {view.item.title}"])

    def urgent_message(self, view: ItemView) -> Rendered:
        return replace(_rendered([f"spoed {view.item.title}"]), change=_last_urgent(view))

    def gathered(self, view: GatheredView) -> Rendered:
        return _rendered([f"verzameld {len(view.items) + view.more}", *(v.item.title for v in view.items)])

    def news_reply(self, view: ItemView, told: Told) -> Rendered:
        return _rendered([f"nieuws {view.item.title}: {', '.join(told.news)}"])

    def followed_news(self, view: ItemView, told: Told) -> Rendered:
        return _rendered([f"gevolgd {view.item.title}: {', '.join(told.news)}"])

    def sighting(self, view: ItemView) -> Rendered:
        return _rendered([f"ook bij {view.item.source} {view.item.title}"])

    def group_news(self, view: ItemView) -> Rendered:
        return self.item_card(view)

    def family_news(self, view: ItemView) -> Rendered:
        return _rendered([f"reeks {view.family_items} {view.item.title}"])

    def source_notice(self, notice: SourceNotice) -> Rendered:
        summary = f"bron {notice.source}: {notice.code} {notice.message}"
        if "private" in notice.message:
            return replace(_rendered([summary, "geheim"]), private=True)
        return _rendered([summary])

    def mail_bounced(self, bounce: MailBounce) -> Rendered:
        return _rendered([f"mail geweigerd {bounce.name}: {bounce.reason}"])


def _last_urgent(view: ItemView) -> str:
    return next((told.seen_at.isoformat() for told in view.told if URGENT.intersection(told.news)), "")


def _rendered(lines: list[str]) -> Rendered:
    return Rendered(summary=lines[0], text="\n".join(lines))


@dataclass
class MainJob:
    """Everything between a publisher and a channel. now: moved by hand. mail: None: not set up."""

    database: Database
    publisher: Publisher = field(default_factory=Publisher)
    channel: RecordingTransport = field(default_factory=RecordingTransport)
    has_channel: bool = True
    mail: Transport | None = None
    network: Network = NETWORK
    now: datetime = MONDAY
    runs: int = 0

    def clock(self) -> datetime:
        return self.now

    def later(self, **by: float) -> None:
        self.now += timedelta(**by)

    def poll(self, publisher: Publisher | None = None, holder: str = "") -> PollResult:
        self.runs += 1
        with Fetcher(contact="test@example.nl", allowed_hosts=["publisher.example"]) as fetch:
            return poll_source(
                self.database,
                publisher or self.publisher,
                fetch,
                clock=self.clock,
                holder=holder or f"run{self.runs}",
            )

    def announcer(self) -> Announcer:
        return Announcer(network=NETWORK, calendars=CALENDARS, rules=RULES)

    def assemble(self) -> AssembleResult:
        return assemble_items(self.database, self.publisher, WordRouter(), self.announcer(), clock=self.clock)

    def deliver(self, holder: str = "") -> DeliveryResult:
        return self.deliverer(holder).deliver()

    def deliverer(self, holder: str = "") -> Deliverer:
        self.runs += 1
        composer = Composer(
            [
                MessagesAboutItems(
                    network=NETWORK,
                    calendars=CALENDARS,
                    rules=RULES,
                    renderer=PlainRenderer(),
                    portal_url="https://portal.example",
                ),
                MessagesAboutSources(renderer=PlainRenderer(), portal_url="https://portal.example"),
                MessagesAboutMail(
                    network=NETWORK, renderer=PlainRenderer(), portal_url="https://portal.example"
                ),
            ]
        )
        return Deliverer(
            database=self.database,
            transports=self.transports(),
            composer=composer,
            network=self.network,
            rules=RULES,
            clock=self.clock,
            holder=holder or f"run{self.runs}",
        )

    def transports(self) -> dict[str, Transport]:
        """The channels that are set up."""
        slack: dict[str, Transport] = {"slack": self.channel} if self.has_channel else {}
        return slack if self.mail is None else {**slack, "mail": self.mail}

    def round(self) -> None:
        """Poll, assemble and deliver."""
        self.poll()
        self.assemble()
        self.deliver()

    def begin(self) -> None:
        """A first reading that is over, so that everything after it is news."""
        self.round()

    def texts(self) -> list[str]:
        """What stands in the channel."""
        return [shown.rendered.text for shown in self.channel.messages.values()]

    def messages(self) -> list[Message]:
        with self.database.reading() as session:
            return list(session.exec(select(Message).order_by(col(Message.id))))

    def item(self, identifier: str) -> Item:
        with self.database.reading() as session:
            return session.exec(select(Item).where(Item.identifier == identifier)).one()


@pytest.fixture
def job(database: Database) -> MainJob:
    """The main job on each kind of database."""
    return MainJob(database)


@pytest.fixture
def sqlite_job(sqlite: Database) -> MainJob:
    """The main job on SQLite, for what does not depend on the kind of database."""
    return MainJob(sqlite)
