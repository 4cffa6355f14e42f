"""Tables of the proof that nothing is missed. Queries: g40flow.storage.coverage.

Rows of these tables are kept for ever; the looks themselves (SourceRun) are cleaned up after a while.
"""

from datetime import date, datetime
from typing import Any

from sqlalchemy import Column, Index, Text, UniqueConstraint
from sqlmodel import Field

from g40flow.domain.coverage import Offer
from g40flow.storage.columns import Table, instant, json_value, long_text, word


class CoverageDay(Table, table=True):
    """Every look at one publisher on one Dutch day, in short; written when the day is over.

    looks: one list per look, see g40flow.storage.coverage.look_as_list.
    """

    __tablename__ = "coverage_day"
    source: str = Field(primary_key=True)
    day: date = Field(primary_key=True)
    looks: list[list[Any]] = json_value()
    rolled_up_at: datetime = instant()


class CoverageCheck(Table, table=True):
    """One comparison of our copy with what the publisher itself lists or counts.

    offer: what there was to compare with. door: which list or count, in Dutch.
    theirs, ours: how many the publisher shows, and how many of those we had; None if not compared.
    missing: gaps that were open afterwards; opened, healed: in this comparison.
    error: why it could not be compared; "" if it could.
    """

    __tablename__ = "coverage_check"
    __table_args__ = (Index("ix_coverage_check_source_at", "source", "at"),)
    id: int | None = Field(default=None, primary_key=True)
    source: str
    at: datetime = instant()
    offer: Offer = word(Offer)
    door: str = long_text()
    theirs: int | None = None
    ours: int | None = None
    opened: int = 0
    healed: int = 0
    missing: int = 0
    error: str = long_text()


class CoverageGap(Table, table=True):
    """Something that a publisher shows and that we lack, or lacked.

    identifier: the publisher's own; item: of the item it becomes, "" if unknown.
    found_at: when it was first found missing; confirmed_at: last time. healed_at: None while it is open.
    how: a word of g40flow.domain.coverage.Healed; "" while it is open.
    tries: readings by name that gave nothing.
    """

    __tablename__ = "coverage_gap"
    __table_args__ = (
        UniqueConstraint("source", "identifier", "found_at"),
        Index("ix_coverage_gap_open", "source", "healed_at"),
    )
    id: int | None = Field(default=None, primary_key=True)
    source: str
    identifier: str
    item: str = ""
    title: str = long_text()
    url: str = long_text()
    found_at: datetime = instant()
    confirmed_at: datetime = instant()
    healed_at: datetime | None = instant(nullable=True)
    how: str = Field(default="", sa_column=Column(Text, nullable=False, default=""))
    tries: int = 0


class QuietSpell(Table, table=True):
    """A stretch in which a publisher was not looked at, or answered without bringing anything.

    why: "not_looked_at" or "nothing_new". since_at: how long it goes back. over_at: None while it lasts.
    """

    __tablename__ = "quiet_spell"
    __table_args__ = (UniqueConstraint("source", "why", "found_at"),)
    id: int | None = Field(default=None, primary_key=True)
    source: str
    why: str
    since_at: datetime = instant()
    found_at: datetime = instant()
    over_at: datetime | None = instant(nullable=True)


class BackFill(Table, table=True):
    """How far the history of one stream of one publisher was read, apart from the ordinary reading.

    since_on: Dutch date asked for. cursor: opaque, of the source; None before the first page.
    reached_at: by the publisher's clock, where the reading is now; None if it does not tell.
    seconds: of reading, over all sittings. finished_at: None as long as there is more.
    """

    __tablename__ = "back_fill"
    source: str = Field(primary_key=True)
    stream: str = Field(primary_key=True)
    since_on: date = Field(primary_key=True)
    cursor: str | None = long_text(None)
    reached_at: datetime | None = instant(nullable=True)
    started_at: datetime = instant()
    renewed_at: datetime = instant()
    finished_at: datetime | None = instant(nullable=True)
    pages: int = 0
    records: int = 0
    new: int = 0
    changed: int = 0
    seconds: float = 0.0
