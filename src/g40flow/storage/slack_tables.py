"""Tables of what people do in Slack. Columns named *_at hold aware UTC instants."""

from datetime import datetime
from typing import Any

from sqlmodel import Field

from g40flow.storage.columns import Table, instant, json_value, long_text


class SlackInteraction(Table, table=True):
    """Something somebody did in Slack, kept once however often Slack delivers it.

    key: Slack's own mark of the act ("trigger:…", "event:…"), see g40flow.slack_app.payloads.
    kind, name: what it is, as "action" and "item_follow".
    payload: as received, as long as it must be handled; {} afterwards, for it can hold remarks.
    lease_until: while somebody handles it, when another may take over.
    answer: what was given back with the acknowledgement; {} for nothing.
    error: what went wrong unexpectedly; "" if nothing did.
    """

    __tablename__ = "slack_interaction"
    key: str = Field(primary_key=True)
    kind: str
    name: str
    slack_user: str
    received_at: datetime = instant(index=True)
    payload: dict[str, Any] = json_value()
    attempts: int = 0
    lease_until: datetime | None = instant(nullable=True)
    done_at: datetime | None = instant(nullable=True)
    answer: dict[str, Any] = json_value()
    error: str = long_text()


class SlackHome(Table, table=True):
    """The Home tab that somebody has opened, as it was shown last.

    view_hash: Slack's mark of that state; shown_hash: ours of its content.
    """

    __tablename__ = "slack_home"
    slack_user: str = Field(primary_key=True)
    person: str = Field(index=True)
    opened_at: datetime = instant(index=True)
    view_hash: str = ""
    shown_hash: str = ""
