"""Tables of calendars and news that programs read. Queries: g40flow.storage.private_feeds."""

from datetime import date, datetime

from sqlmodel import Field

from g40flow.domain.private_feeds import FeedKind, FeedScope
from g40flow.storage import dossier_tables as dossier_tables  # its foreign keys refer there
from g40flow.storage import tables as tables  # likewise
from g40flow.storage.columns import Table, instant, long_text, refers_to, word


class PrivateFeed(Table, table=True):
    """A private address of a calendar or a list of news; whoever knows it can read. Only its hash is kept.

    person: slug of who made it, with whose rights it is read. theme_group: slug; "" unless for a group.
    reminds: calendars only; whether its events come with an alarm. token_hash: SHA-256, hex.
    """

    __tablename__ = "private_feed"
    id: int | None = Field(default=None, primary_key=True)
    kind: FeedKind = word(FeedKind)
    scope: FeedScope = word(FeedScope)
    theme_group: str = ""
    reminds: bool = False
    person: str = Field(index=True)
    token_hash: str = Field(unique=True)
    created_at: datetime = instant()
    renewed_at: datetime | None = instant(nullable=True)
    revoked_at: datetime | None = instant(nullable=True)
    last_used_at: datetime | None = instant(nullable=True)


class CalendarEntry(Table, table=True):
    """What calendars were last told of an event, see g40flow.domain.private_feeds.Told.

    key: of the event, such as "dossier-12-closing". text: its VEVENT, as it was written.
    dossier_id, item_id: what it belongs to; both None for what everybody may know.
    """

    __tablename__ = "calendar_entry"
    key: str = Field(primary_key=True)
    dossier_id: int | None = refers_to("dossier", index=True)
    item_id: int | None = refers_to("item", index=True)
    sequence: int = 0
    fingerprint: str
    changed_at: datetime = instant()
    cancelled_at: datetime | None = instant(nullable=True)
    last_on: date = Field(index=True)
    text: str = long_text()
