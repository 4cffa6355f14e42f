"""Tables of weekly digests. Columns named *_at hold aware UTC instants, *_on Dutch calendar dates.

DigestRun: one stretch of time, of all audiences of one kind. DigestRow: one digest, kept for ever.
DigestSubject: what stands in it.
"""

from datetime import date, datetime
from typing import Any

from sqlalchemy import Index, UniqueConstraint
from sqlmodel import Field

from g40flow.domain.digest.audiences import AudienceKind
from g40flow.storage.columns import Table, instant, json_value, part_of, word


class DigestRun(Table, table=True):
    """The digests of one kind over one stretch of time.

    number: 1, 2, 3 … within the kind; unique, so that a doubled run can do nothing.
    since, until: the stretch. carries_on_at: where the next one begins: until, or earlier when the clock
    turned out to have run ahead.
    finished_at: None while some of its digests may still have to be made.
    """

    __tablename__ = "digest_run"
    __table_args__ = (UniqueConstraint("kind", "number"),)
    id: int | None = Field(default=None, primary_key=True)
    kind: AudienceKind = word(AudienceKind)
    number: int
    since: datetime = instant()
    until: datetime = instant()
    carries_on_at: datetime = instant()
    started_at: datetime = instant()
    finished_at: datetime | None = instant(nullable=True)


class DigestRow(Table, table=True):
    """One digest as it was made; never changed. See g40flow.domain.digest.content.

    audience: its key, see g40flow.domain.digest.audiences. content: the values; content_hash: SHA-256,
    hex, of them. facts: identity of every fact that it told. lines: how many it shows.
    copies: how many audiences got it; 0 when there was nothing worth sending.
    """

    __tablename__ = "digest"
    __table_args__ = (
        UniqueConstraint("run_id", "audience"),
        Index("ix_digest_audience_until", "audience", "until"),
    )
    id: int | None = Field(default=None, primary_key=True)
    run_id: int = part_of("digest_run", index=True)
    audience: str
    since: datetime = instant()
    until: datetime = instant(index=True)
    made_on: date
    made_at: datetime = instant()
    content: dict[str, Any] = json_value()
    content_hash: str
    facts: list[str] = json_value()
    lines: int = 0
    copies: int = 0


class DigestSubject(Table, table=True):
    """Something that stands in a digest. subject: "item:12" or "dossier:3"."""

    __tablename__ = "digest_subject"
    digest_id: int = part_of("digest", primary_key=True)
    subject: str = Field(primary_key=True, index=True)
