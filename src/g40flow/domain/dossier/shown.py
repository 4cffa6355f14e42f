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
    silent: names of cities that have not answered. dissent: what the city said.
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
