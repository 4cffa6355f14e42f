"""A small network whose days stand in calendars, and programs that read them."""

from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from typing import Any

import vobject
from sqlmodel import Session

from g40flow.domain.items import ItemKind, ItemStatus, SourceItem
from g40flow.domain.private_feeds import FeedKind, FeedScope
from g40flow.render.calendars import CalendarWriter
from g40flow.render.news_feed import NewsWriter
from g40flow.resources import resource
from g40flow.storage.database import Database
from g40flow.storage.dossier_tables import Dossier
from g40flow.storage.items import write_item
from g40flow.storage.tables import Item, ItemRouting
from g40flow.use_cases.private_feeds.addresses import make_feed
from g40flow.use_cases.private_feeds.calendars import (
    CalendarDesk,
    CalendarState,
    calendar_state,
    keep_changes,
    write_calendar,
)
from g40flow.use_cases.private_feeds.news import write_news
from g40flow.use_cases.private_feeds.reading import open_feed
from tests.conftest import MONDAY
from tests.use_cases.dossier.deadlines import DESK, LEAD, NETWORK, a_dossier, acting

PLACE = {"portal_url": "https://g40.example", "host": "g40.example"}
CALENDARS = CalendarDesk(
    network=NETWORK, calendars=DESK.calendars, writer=CalendarWriter(resource("templates"), **PLACE)
)
NEWS = NewsWriter(resource("templates"), **PLACE)
SECRETARY = "jasmijn-de-voorbeeld"


@dataclass
class FeedWorld:
    """Dossiers, items and calendars in one database. moment: aware UTC."""

    database: Database
    moment: datetime = field(default=MONDAY)

    def later(self, **by: float) -> None:
        """Let time pass."""
        self.moment += timedelta(**by)

    def dossier(self, **values: Any) -> int:
        """A dossier of the groups for housing and sustainability."""
        with self.database.writing() as session:
            return a_dossier(session, **values)

    def change(self, dossier_id: int, **values: Any) -> None:
        """Let a dossier have other values."""
        with self.database.writing() as session:
            dossier = session.get_one(Dossier, dossier_id)
            for name, value in values.items():
                setattr(dossier, name, value)

    def activity(self, title: str = "Woningbouw", *, group: str = LEAD, **values: Any) -> int:
        """An activity in parliament for a group."""
        given: dict[str, Any] = {
            "kind_label": "Commissiedebat",
            "url": "https://www.tweedekamer.nl/debat",
            "starts_at": datetime.fromisoformat("2026-12-01T12:30+00:00"),
            "ends_at": datetime.fromisoformat("2026-12-01T15:30+00:00"),
            "committee": "Vaste commissie voor Volkshuisvesting",
            "status": ItemStatus.PLANNED,
            "kind": ItemKind.ACTIVITY,
            "source": "tweedekamer",
        }
        return self.item(SourceItem(identifier=title, title=title, **given | values), group)

    def consultation(self, title: str = "Wet warmte", *, group: str = LEAD, **values: Any) -> int:
        """A consultation for a group."""
        given: dict[str, Any] = {
            "kind_label": "Wet",
            "url": "https://www.internetconsultatie.nl/wet",
            "closes_on": date(2026, 12, 18),
            "status": ItemStatus.OPEN,
            "kind": ItemKind.CONSULTATION,
            "source": "internetconsultatie",
        }
        return self.item(SourceItem(identifier=title, title=title, **given | values), group)

    def item(self, item: SourceItem, group: str) -> int:
        """An item that goes to a group because of a word in it."""
        row = Item(
            source=item.source,
            identifier=item.identifier,
            kind=item.kind.value,
            status=item.status.value,
            first_seen_at=self.moment,
            changed_at=self.moment,
            facts={},
        )
        write_item(row, item)
        with self.database.writing() as session:
            session.add(row)
            session.flush()
            assert row.id is not None
            session.add(
                ItemRouting(
                    item_id=row.id,
                    theme_group=group,
                    is_lead=True,
                    reasons=[],
                    explanation="Voor Woningmarkt, want er staat ‘woning’ in.",
                    routed_at=self.moment,
                )
            )
            return row.id

    def change_item(self, item_id: int, **values: Any) -> None:
        """Let an item have other values."""
        with self.database.writing() as session:
            row = session.get_one(Item, item_id)
            for name, value in values.items():
                setattr(row, name, value)

    def address(
        self,
        person: str = SECRETARY,
        scope: FeedScope = FeedScope.GROUP,
        kind: FeedKind = FeedKind.CALENDAR,
        group: str = LEAD,
    ) -> str:
        """The token of a new private address."""
        with self.database.writing() as session:
            _, token = make_feed(
                session,
                NETWORK,
                kind=kind,
                scope=scope,
                theme_group=group if scope is FeedScope.GROUP else "",
                actor=acting(person, self.moment),
                now=self.moment,
            )
            return token

    def state(self, session: Session, token: str) -> CalendarState | None:
        """What stands in a calendar; None if its address opens nothing."""
        opened = open_feed(session, NETWORK, token, FeedKind.CALENDAR, self.moment)
        return None if opened is None else calendar_state(session, CALENDARS, opened, self.moment)

    def read(self, token: str) -> dict[str, Any]:
        """What a calendar program finds behind an address: events by the part of their UID before the @.

        Network days are left out: they stand in every calendar.
        """
        with self.database.reading() as session:
            state = self.state(session, token)
        assert state is not None
        with self.database.writing() as session:
            keep_changes(session, state)
        with self.database.reading() as session:
            text = write_calendar(session, CALENDARS, state).decode()
        events = getattr(vobject.readOne(text), "vevent_list", [])
        found = {event.uid.value.partition("@")[0]: event for event in events}
        return {key: event for key, event in found.items() if not key.startswith("network-day")}

    def news(self, token: str) -> bytes:
        """The news behind an address."""
        with self.database.reading() as session:
            opened = open_feed(session, NETWORK, token, FeedKind.NEWS, self.moment)
            assert opened is not None
            return write_news(session, NETWORK, NEWS, opened, f"https://g40.example/feeds/{token}.atom")
