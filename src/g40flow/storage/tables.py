"""Every table. Columns named *_at hold aware UTC instants, *_on Dutch calendar dates.

publishers: SourceStream, SourceRun, SourceSignal, Record, RecordReference, RecordRevision
items:      PendingItem, Item, ItemRevision, ItemFamily
routing:    ItemRouting, RoutingCorrection, RuleProposal, RuleDecision
messages:   Message, MessageItem, Delivery
work:       Claim
"""

from datetime import date, datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import Column, ForeignKey, Index, Text, UniqueConstraint
from sqlmodel import Field

from g40flow.storage.columns import Table, counted, instant, json_value, long_text, no_by_itself, part_of

# --- publishers ---------------------------------------------------------------------------------


class SourceStream(Table, table=True):
    """How far one stream of one publisher has been read, and whether it is in trouble.

    looked_at: last time the publisher gave a usable answer. completed_at: last read to its end.
    newest_entry_at: by the publisher's clock, of the newest entry read.
    trouble: what is wrong since trouble_since; "" while all is well. failures: looks that failed in
        a row.
    episode: how often trouble came back soon after it was over, see g40flow.domain.coverage.
    good_looks: in a row since the last failure. recovered_at: when the last trouble was over.
    """

    __tablename__ = "source_stream"
    source: str = Field(primary_key=True)
    stream: str = Field(primary_key=True)
    cursor: str | None = long_text(None)
    etag: str | None = None
    last_modified: str | None = None
    looked_at: datetime | None = instant(nullable=True)
    completed_at: datetime | None = instant(nullable=True)
    newest_entry_at: datetime | None = instant(nullable=True)
    trouble: str = long_text()
    trouble_since: datetime | None = instant(nullable=True)
    failures: int = 0
    episode: int = counted()
    good_looks: int = counted()
    recovered_at: datetime | None = instant(nullable=True)


class RunOutcome(StrEnum):
    """How a look at a publisher ended."""

    RUNNING = "running"
    NOTHING_NEW = "nothing_new"
    READ = "read"
    FAILED = "failed"
    ABANDONED = "abandoned"  # the process died; what it had read stays


class SourceRun(Table, table=True):
    """One look at a publisher: the proof of when it was looked at and what was seen.

    pages: answers with content that were stored; seen: entries that they showed. Rows are cleaned up
    after a while, when CoverageDay has what they prove.
    """

    __tablename__ = "source_run"
    id: int | None = Field(default=None, primary_key=True)
    source: str = Field(index=True)
    started_at: datetime = instant(index=True)
    finished_at: datetime | None = instant(nullable=True)
    outcome: RunOutcome = Field(default=RunOutcome.RUNNING, sa_column=Column(Text, nullable=False))
    requests: int = 0
    pages: int = counted()
    seen: int = 0
    new: int = 0
    changed: int = 0
    gone: int = 0
    errors: int = 0
    message: str = long_text()


class SourceSignal(Table, table=True):
    """Something odd about a publisher, told to the operators once.

    acknowledged_at: when somebody said to have seen it, None if nobody did; acknowledged_by: slug of
    that person; note: what they found.
    """

    __tablename__ = "source_signal"
    __table_args__ = (UniqueConstraint("source", "code", "subject"),)
    id: int | None = Field(default=None, primary_key=True)
    source: str
    code: str
    subject: str = long_text()
    message: str = long_text()
    times: int = 1
    first_seen_at: datetime = instant()
    last_seen_at: datetime = instant()
    acknowledged_at: datetime | None = instant(nullable=True)
    acknowledged_by: str | None = None
    note: str | None = long_text(None)


class Record(Table, table=True):
    """One entity as its publisher last told it; a deleted one keeps its last content."""

    __tablename__ = "record"
    __table_args__ = (UniqueConstraint("source", "entity", "identifier"),)
    id: int | None = Field(default=None, primary_key=True)
    source: str
    entity: str
    identifier: str
    fingerprint: str
    fields: dict[str, Any] = json_value()
    deleted: bool = False
    updated_at: datetime | None = instant(nullable=True)
    first_seen_at: datetime = instant()
    last_seen_at: datetime = instant()
    changed_at: datetime = instant()


class RecordReference(Table, table=True):
    """A pointer from a record to another one of the same publisher."""

    __tablename__ = "record_reference"
    __table_args__ = (Index("ix_record_reference_target", "identifier", "relation"),)
    record_id: int = part_of("record", primary_key=True)
    relation: str = Field(primary_key=True)
    identifier: str = Field(primary_key=True)


class RecordRevision(Table, table=True):
    """What changed in a record: [{"field", "old", "new"}], and when we saw it."""

    __tablename__ = "record_revision"
    id: int | None = Field(default=None, primary_key=True)
    record_id: int = part_of("record", index=True)
    seen_at: datetime = instant()
    changes: list[dict[str, Any]] = json_value()


# --- items --------------------------------------------------------------------------------------


class PendingItem(Table, table=True):
    """An item whose records changed and that waits to be assembled again.

    first_read: the change came with the very first reading of its publisher, so it is no news.
    history: only the reading of the past waits for it, see g40flow.use_cases.back_fill.
    broken: why it could not be assembled; it then waits for its next change or for a repair.
    """

    __tablename__ = "pending_item"
    __table_args__ = (Index("ix_pending_item_order", "source", "marked_at", "identifier"),)
    source: str = Field(primary_key=True)
    identifier: str = Field(primary_key=True)
    first_read: bool = False
    history: bool = no_by_itself()
    broken: str = long_text()
    marked_at: datetime = instant()


class Item(Table, table=True):
    """One thing that people can act on. See g40flow.domain.items.SourceItem for the fields.

    facts: the parts of the SourceItem that are lists (agenda, documents, topics ...).
    first_read: it was already there when its publisher was read for the first time.
    agreed_closes_on: another last day, agreed with the ministry for umbrella organisations.
    triage: the router was not sure; a person must look, triage_reason says why.
    """

    __tablename__ = "item"
    __table_args__ = (UniqueConstraint("source", "identifier"),)
    id: int | None = Field(default=None, primary_key=True)
    source: str
    identifier: str
    kind: str = Field(index=True)
    kind_label: str = ""
    number: str | None = Field(default=None, index=True)
    title: str = long_text()
    summary: str = long_text()
    url: str = long_text()
    status: str
    published_on: date | None = None
    opens_on: date | None = None
    closes_on: date | None = Field(default=None, index=True)
    agreed_closes_on: date | None = Field(default=None, index=True)
    agreed_closes_source: str = ""
    starts_at: datetime | None = instant(nullable=True, index=True)
    ends_at: datetime | None = instant(nullable=True)
    ministry: str = ""
    committee: str = Field(default="", index=True)
    dossier_number: str | None = Field(default=None, index=True)
    chain_id: str | None = Field(default=None, index=True)
    facts: dict[str, Any] = json_value()
    fingerprint: str = ""
    first_read: bool = False
    first_seen_at: datetime = instant(index=True)
    changed_at: datetime = instant(index=True)
    routed_at: datetime | None = instant(nullable=True)
    rule_version: str = ""
    triage: bool = Field(default=False, index=True)
    triage_reason: str = long_text()


class ItemRevision(Table, table=True):
    """What changed in an item, and which of it is news: words of g40flow.domain.news.News."""

    __tablename__ = "item_revision"
    id: int | None = Field(default=None, primary_key=True)
    item_id: int = part_of("item", index=True)
    seen_at: datetime = instant(index=True)
    changes: list[dict[str, Any]] = json_value()
    news: list[str] = json_value()


class ItemFamily(Table, table=True):
    """A key that an item shares with its family, see g40flow.domain.families."""

    __tablename__ = "item_family"
    item_id: int = part_of("item", primary_key=True)
    key: str = Field(primary_key=True, index=True)


# --- routing ------------------------------------------------------------------------------------


class RoutingOrigin(StrEnum):
    """Who sent an item to a group."""

    ENGINE = "engine"
    PERSON = "person"


class ItemRouting(Table, table=True):
    """A theme group that an item goes to, with the reason why.

    reasons: [{"term", "field", "weight", "quote"}], strongest first; explanation: one sentence.
    withdrawn_at: the group was taken off again; the row stays as history.
    """

    __tablename__ = "item_routing"
    item_id: int = part_of("item", primary_key=True)
    theme_group: str = Field(primary_key=True, index=True)
    is_lead: bool = False
    score: float = 0.0
    reasons: list[dict[str, Any]] = json_value()
    explanation: str = long_text()
    origin: RoutingOrigin = Field(default=RoutingOrigin.ENGINE, sa_column=Column(Text, nullable=False))
    rule_version: str = ""
    routed_at: datetime = instant(index=True)
    withdrawn_at: datetime | None = instant(nullable=True)


class RoutingCorrection(Table, table=True):
    """A person's judgement of a routing, kept as a labelled example for the router.

    example: what the router saw ({"title", "summary", ...}); groups are slugs, lead first.
    examined_rules: version of the rules for which a rule change was sought; "" before that.
    """

    __tablename__ = "routing_correction"
    id: int | None = Field(default=None, primary_key=True)
    item_id: int = part_of("item", index=True)
    corrected_at: datetime = instant()
    person: str
    reason: str = long_text()
    old_groups: list[str] = json_value()
    new_groups: list[str] = json_value()
    example: dict[str, Any] = json_value()
    examined_rules: str = ""


class ProposalState(StrEnum):
    """What became of a proposed rule change."""

    OPEN = "open"
    ACCEPTED = "accepted"
    REFUSED = "refused"  # also what was accepted first: the term is then taken out again
    WITHDRAWN = "withdrawn"  # no longer needed; comes back when it is


class RuleProposal(Table, table=True):
    """One term to add to, or take from, the rules of a theme group; proposed once.

    role: the list it stands in, a word of g40flow.domain.routing.rules.Role. adds: False takes away.
    correction_ids: the corrections that it repairs.
    effect: {"added", "dropped": [{"id", "title", "group"}], "better", "worse": [{"id", "title"}]}
        on the known items, measured at measured_at with the rules of version measured_rules.
    """

    __tablename__ = "rule_proposal"
    __table_args__ = (UniqueConstraint("theme_group", "role", "term", "adds"),)
    id: int | None = Field(default=None, primary_key=True)
    theme_group: str
    role: str
    term: str
    adds: bool
    state: ProposalState = Field(default=ProposalState.OPEN, sa_column=Column(Text, nullable=False))
    proposed_at: datetime = instant()
    correction_ids: list[int] = json_value()
    effect: dict[str, Any] = json_value()
    measured_at: datetime = instant()
    measured_rules: str = ""


class RuleDecision(Table, table=True):
    """Who decided what about a proposal, and why: one row per decision, never changed afterwards.

    rules_before, rules_after: versions of the rules; equal when the rules stayed as they were.
    """

    __tablename__ = "rule_decision"
    id: int | None = Field(default=None, primary_key=True)
    proposal_id: int = part_of("rule_proposal", index=True)
    decided_at: datetime = instant()
    person: str
    state: ProposalState = Field(sa_column=Column(Text, nullable=False))
    reason: str = long_text()
    effect: dict[str, Any] = json_value()
    rules_before: str
    rules_after: str


# --- messages -----------------------------------------------------------------------------------


class MessageState(StrEnum):
    """Where a message stands. See docs/architecture.md, "Outbox"."""

    PENDING = "pending"  # to be posted, or posted and to be renewed
    SENDING = "sending"  # handed to the channel; after a crash: look there before sending again
    SENT = "sent"
    FAILED = "failed"  # a person must look
    CANCELLED = "cancelled"  # no longer wanted before it was sent
    GATHERED = "gathered"  # told as a line of another message, see GatheredMessage


class Message(Table, table=True):
    """One message to one audience, written with the fact it tells and sent afterwards.

    key: what it is about and for whom; unique, so that one fact is told once.
    kind: which render function shows it; subject: what that function needs besides the items.
    transport: a word of g40flow.domain.reach.Channel. Before it is sent "slack" leaves the channel
        open for a person, see g40flow.domain.reach; afterwards it says where the message is.
    audience: "group:<slug>", "triage", "operators" or "person:<slug>".
    parent_id: the message in whose thread it goes; None for a message of its own.
    not_before: aware UTC; next_attempt_at: later after a failed attempt.
    lease_until: while sending, when another sender may take over.
    external_channel, external_ts: where it stands in its channel; None before it was posted.
    shown_hash, shown_text: what is on show there; "" before it was posted.
    wanted_version counts the changes of its subject, shown_version the one on show; they differ
        when the subject changed while the message was on its way.
    unsure_attempts: to post it, that ended without an answer. Unless 0 it may stand in its channel
        without our knowing; look there before sending it again.
    look_again_at: aware UTC; when to look whether it stands there twice. None: no reason to.
    """

    __tablename__ = "message"
    __table_args__ = (Index("ix_message_due", "state", "next_attempt_at"),)
    id: int | None = Field(default=None, primary_key=True)
    key: str = Field(unique=True)
    transport: str = "slack"
    audience: str = Field(index=True)
    kind: str
    subject: dict[str, Any] = json_value()
    urgent: bool = False
    parent_id: int | None = Field(
        default=None, sa_column=Column(ForeignKey("message.id", ondelete="CASCADE"), nullable=True)
    )
    state: MessageState = Field(default=MessageState.PENDING, sa_column=Column(Text, nullable=False))
    created_at: datetime = instant()
    not_before: datetime = instant()
    next_attempt_at: datetime = instant()
    attempts: int = 0
    lease_until: datetime | None = instant(nullable=True)
    holder: str = ""
    sent_at: datetime | None = instant(nullable=True)
    renewed_at: datetime | None = instant(nullable=True)
    external_channel: str | None = None
    external_ts: str | None = None
    shown_hash: str = ""
    shown_text: str = long_text()
    wanted_version: int = 0
    shown_version: int = 0
    last_error: str = long_text()
    unsure_attempts: int = counted()
    look_again_at: datetime | None = instant(nullable=True, index=True)


class MessageItem(Table, table=True):
    """An item that a message tells its audience about; one item is one message per audience."""

    __tablename__ = "message_item"
    __table_args__ = (UniqueConstraint("item_id", "audience"),)
    message_id: int = part_of("message", primary_key=True)
    item_id: int = part_of("item", primary_key=True)
    audience: str


class Delivery(Table, table=True):
    """The ledger of who was told what: one row per attempt, never changed afterwards.

    act: "post", "renew", "found" (it turned out to have arrived), "attempt", "removed" (it stood there
        twice, and one was taken away), or "route" (another channel was taken; text is then a word of
        g40flow.domain.reach.Reason).
    transport: the channel; "" for what was written before there were several.
    error: "" when it succeeded.
    """

    __tablename__ = "delivery"
    id: int | None = Field(default=None, primary_key=True)
    message_id: int = part_of("message", index=True)
    at: datetime = instant(index=True)
    act: str
    transport: str = Field(default="", sa_column=Column(Text, nullable=False, server_default=""))
    text: str = long_text()
    error: str = long_text()


# --- work ---------------------------------------------------------------------------------------


class Claim(Table, table=True):
    """Who does a piece of work that only one process may do; free again after `until`."""

    __tablename__ = "claim"
    name: str = Field(primary_key=True)
    holder: str
    until: datetime = instant()
