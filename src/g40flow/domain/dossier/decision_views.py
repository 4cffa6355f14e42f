"""What messages and pages show of a decision: values, in the order people need them."""

from dataclasses import dataclass
from datetime import date, datetime

from g40flow.domain.dossier.decisions import DecisionForm, Position, Standing


@dataclass(frozen=True, kw_only=True)
class PositionLine:
    """Where one member of a round stands.

    position: None while there is none. decided_by: name of who answered, "" if the member did.
    at: aware UTC, None while there is no answer. changed: it is not the first answer.
    """

    member: str
    name: str
    deputy_name: str = ""
    position: Position | None = None
    comment: str = ""
    decided_by: str = ""
    surface: str = ""
    at: datetime | None = None
    changed: bool = False


@dataclass(frozen=True, kw_only=True)
class DissentLine:
    """A city that does not agree. mention: it wants its dissent mentioned in the public text."""

    city: str
    text: str
    mention: bool = False


@dataclass(frozen=True, kw_only=True)
class RoundView:
    """One round as it stands now.

    version_number, version_hash: the text that is decided on. summary: what it is about, "" if unknown.
    opening: how the text begins, plain. text_length: in characters. closes_at: last instant for an
    answer, aware UTC; None for a meeting. meeting_on: of the meeting, or to which it was held over.
    closes_on: last day of the consultation; None if there is none. working_days_left: until then.
    result: "" while open. is_over: the time for answers has passed, whether recorded or not.
    is_stale: the text changed since, so nobody can decide on it. page_url: page to decide on.
    """

    round_id: int
    dossier_id: int
    number: str
    title: str
    document_type: str
    lead_group: str
    form: DecisionForm
    question: str
    version_number: int
    version_hash: str
    summary: str
    opening: str
    text_length: int
    opened_at: datetime
    opened_by: str
    closes_at: datetime | None
    meeting_on: date | None
    closes_on: date | None
    working_days_left: int | None
    today: date
    urgent: bool
    confidential: bool
    positions: tuple[PositionLine, ...]
    dissents: tuple[DissentLine, ...]
    standing: Standing
    result: str
    reason: str
    closed_at: datetime | None
    closed_by: str
    is_over: bool
    is_stale: bool
    page_url: str

    @property
    def short_hash(self) -> str:
        """How people name the text: the first eight digits of its hash."""
        return self.version_hash[:8]

    @property
    def is_open(self) -> bool:
        """Whether a position can still be taken or changed."""
        return not self.result and not self.is_over and not self.is_stale


@dataclass(frozen=True, kw_only=True)
class ApprovalView:
    """A round as one person is asked about it.

    person: slug. seat: for which member the person answers, usually the person; "" if not asked.
    seat_name: name of that member, "" if it is the person. own: where that seat stands now.
    seen_number: version that the person saw last, None if none; changes_since: paragraphs that are
    different from it, 0 if none or if nothing was seen. deputy_name: who may answer instead.
    """

    round: RoundView
    person: str
    seat: str
    seat_name: str
    own: PositionLine | None
    seen_number: int | None = None
    changes_since: int = 0

    @property
    def is_asked(self) -> bool:
        """Whether the person is still to answer."""
        return bool(self.seat) and self.round.is_open and (self.own is None or self.own.position is None)


@dataclass(frozen=True, kw_only=True)
class RatificationView:
    """A decision under mandate that a meeting must ratify. result: "", ratified, refused or lapsed.

    decided_at: aware UTC. due_on: of the next meeting; None if no day is known.
    """

    ratification_id: int
    dossier_id: int
    number: str
    title: str
    holder: str
    scope: str
    decided_at: datetime
    version_hash: str
    due_on: date | None
    result: str
    note: str
    recorded_by: str
    recorded_at: datetime | None
    today: date
    page_url: str
