"""Tables of hooks: moments that a campaign or a text aims at, and what ties a dossier to parliament.

hooks: Hook, HookChange
ties:  HookTie

Columns named *_at hold aware UTC instants, *_on Dutch calendar dates; people are slugs.
"""

from datetime import date, datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import UniqueConstraint
from sqlmodel import Field

from g40flow.domain.campaigns.hooks import HookEvent, HookOrigin, HookStanding, HookState
from g40flow.domain.campaigns.words import HookKind
from g40flow.storage import dossier_tables as dossier_tables  # its foreign keys refer there
from g40flow.storage import tables as tables  # likewise
from g40flow.storage.columns import Table, instant, json_value, long_text, part_of, refers_to, word


class Hook(Table, table=True):
    """One moment of one dossier.

    key: "item:12", "calendar:<key>" or "hand:<number>", so that nothing is proposed twice.
    item_id: the activity, also the one that took its place; None for what is no activity.
    moment_on: Dutch day, None as long as nobody knows; moment_at: its hour, if that is known.
    expected: when it is expected, in words, as long as it has no day. place: committee or where it is.
    reasons: [{"kind", "value"}], why it was proposed. note: of who made or dismissed it.
    done: by word of Preparation: {"by": slug, "at": ISO}.
    state_before: what it was before it was dismissed, to undo that.
    """

    __tablename__ = "hook"
    __table_args__ = (UniqueConstraint("dossier_id", "key"),)
    id: int | None = Field(default=None, primary_key=True)
    dossier_id: int = part_of("dossier", index=True)
    key: str
    origin: HookOrigin = word(HookOrigin)
    item_id: int | None = refers_to("item", index=True)
    kind: HookKind = word(HookKind)
    title: str = long_text()
    place: str = long_text()
    state: HookState = word(HookState, HookState.PROPOSED, index=True)
    state_before: str = ""
    standing: HookStanding = word(HookStanding, HookStanding.PLANNED)
    moment_on: date | None = Field(default=None, index=True)
    moment_at: datetime | None = instant(nullable=True)
    expected: str = ""
    reasons: list[dict[str, Any]] = json_value()
    note: str = long_text()
    done: dict[str, Any] = json_value()
    made_by: str
    made_at: datetime = instant()
    decided_by: str = ""
    decided_at: datetime | None = instant(nullable=True)


class HookChange(Table, table=True):
    """What happened to a moment, with its old and new day. sequence: of the entry in the history of
    the dossier that the moment was of then.
    """

    __tablename__ = "hook_change"
    id: int | None = Field(default=None, primary_key=True)
    hook_id: int = part_of("hook", index=True)
    at: datetime = instant()
    event: HookEvent = word(HookEvent)
    sequence: int
    old_on: date | None = None
    old_at: datetime | None = instant(nullable=True)
    new_on: date | None = None
    new_at: datetime | None = instant(nullable=True)


class TieKind(StrEnum):
    """What a dossier can be tied to besides items."""

    DOSSIER_NUMBER = "dossier_number"  # of a parliamentary dossier, normalised
    COMMITTEE = "committee"
    WORD = "word"


class HookTie(Table, table=True):
    """A parliamentary dossier, committee or word whose activities are moments for a dossier.

    kind: a word of TieKind. value: as the publisher spells it, at most 200 signs.
    """

    __tablename__ = "hook_tie"
    dossier_id: int = part_of("dossier", primary_key=True)
    kind: str = Field(primary_key=True)
    value: str = Field(primary_key=True)
    added_by: str
    added_at: datetime = instant()
