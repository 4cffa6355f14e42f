"""What messages show of a dossier: values, with names instead of slugs."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime

from g40flow.domain.items import Json


@dataclass(frozen=True, kw_only=True)
class GroupLine:
    """A theme group in a dossier. state: a word of GroupState."""

    slug: str
    name: str
    is_lead: bool
    state: str
    reason: str = ""


@dataclass(frozen=True, kw_only=True)
class CallLine:
    """A call for input that is open. closes_at: aware UTC."""

    title: str
    answered: int
    asked: int
    closes_at: datetime


@dataclass(frozen=True, kw_only=True)
class DossierShown:
    """A dossier as it stands now.

    stage: a word of Stage. pen_holder: name, "" if nobody. plan_on: latest day for this stage.
    closes_on: last day to respond, the agreed one if there is one. working_days_left: until then.
    round_closes_at: of the round of the board that is open; None if none is, or it is a meeting.
    extensible: "<id>:<hash of its text>" of the open round, as long as it can end later; "" otherwise.
    has_text: something was written. comments: open ones. exceptions: words of ExceptionCode, open ones.
    today: Dutch date on which it is shown.
    """

    dossier_id: int
    number: str
    title: str
    stage: str
    revision: int
    confidential: bool
    urgent: bool
    groups: tuple[GroupLine, ...]
    pen_holder: str
    plan_on: date | None
    closes_on: date | None
    is_agreed: bool
    working_days_left: int | None
    has_text: bool
    comments: int
    call: CallLine | None
    round_is_open: bool
    round_closes_at: datetime | None
    exceptions: tuple[str, ...]
    today: date
    url: str
    extensible: str = ""

    @property
    def lead(self) -> str:
        """Name of the lead group; "" if there is none yet."""
        return next((group.name for group in self.groups if group.is_lead), "")


@dataclass(frozen=True, kw_only=True)
class EntryShown:
    """One entry of the history. action: as recorded. at: aware UTC. facts: as recorded."""

    action: str
    person: str
    is_automatic: bool
    reason: str
    at: datetime
    facts: Mapping[str, Json]


@dataclass(frozen=True, kw_only=True)
class CallShown:
    """A call for input as one reader is told of it.

    questions: their texts. city: name of the city the reader answers for; "" for who looks after it.
    level: of a reminder, a word of ChaseLevel; "" otherwise. answer: a word of AnswerKind, "" if none.
    answer_url: page to answer on, the reader's own link or behind sign-in; "" if he cannot answer.
    silent: names of cities that have not answered. dissent: what the city said. minimum: answers wanted,
    never more than were asked. ended_early: closed before the instant that the cities were told.
    """

    call_id: int
    dossier: DossierShown
    title: str
    introduction: str
    questions: tuple[str, ...]
    closes_at: datetime
    state: str
    answered: int
    asked: int
    minimum: int
    silent: tuple[str, ...] = ()
    counts: Mapping[str, int] | None = None
    city: str = ""
    city_slug: str = ""
    level: str = ""
    answer: str = ""
    answer_url: str = ""
    dissent: str = ""
    ended_early: bool = False


@dataclass(frozen=True, kw_only=True)
class DecisionShown:
    """A round of the board as one reader is told of it.

    form: a word of DecisionForm; result: of Result, "" while open. version_hash: the text decided on.
    closes_at: aware UTC; None for a meeting. meeting_on: of the meeting, or to which it is held over.
    answered, asked: members who take part. counts: how many took each position, words of Position.
    is_met: the rule is met, so that it can be adopted. is_over: the time for answers has passed.
    is_stale: the text changed since, so that nobody can decide on it.
    seat: slug of the member for whom the reader answers, "" if he is not asked; seat_name: that
    member's name if it is not the reader. position: a word of Position, "" if there is none yet.
    dissents: names of cities that do not agree. url: page on which it is read and decided.
    can_extend: the reader can let it end later.
    """

    round_id: int
    dossier: DossierShown
    url: str
    form: str
    question: str
    version_number: int
    version_hash: str
    closes_at: datetime | None
    meeting_on: date | None
    result: str
    reason: str
    answered: int
    asked: int
    counts: Mapping[str, int]
    is_met: bool
    is_over: bool
    is_stale: bool
    seat: str
    seat_name: str
    position: str
    dissents: tuple[str, ...]
    can_extend: bool = False

    @property
    def short_hash(self) -> str:
        """How people name the text: the first eight digits of its hash."""
        return self.version_hash[:8]

    @property
    def can_answer(self) -> bool:
        """Whether the reader can take a position now, or change it."""
        is_open = not self.result and not self.is_over and not self.is_stale
        return is_open and bool(self.seat) and self.form != "meeting"
