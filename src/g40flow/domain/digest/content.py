"""What stands in a digest: values, with the names and titles of then. Kept as it was for ever.

Words of the program (what is asked, why somebody gets a line) are kept as words of the enumerations
here; templates say them in Dutch. Text from outside is kept as it stood.
"""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date, datetime
from enum import StrEnum
from typing import Any

from g40flow.domain.digest.audiences import Audience, AudienceKind
from g40flow.domain.digest.done import Done
from g40flow.domain.digest.figures import NOTHING, Figures, figures_as_json, figures_from_json
from g40flow.domain.digest.moments import Window


class Section(StrEnum):
    """The parts of a digest."""

    WAITING = "waiting"  # on the audience itself
    DECISIONS_DUE = "decisions_due"
    RISKS = "risks"
    DISSENT = "dissent"
    NEW = "new"  # also what changed in what was known
    OPEN = "open"  # terms that run, with the days left
    CALENDAR = "calendar"  # of the coming two weeks
    DECIDED = "decided"  # decided and submitted
    RESULTS = "results"
    NOT_REACHED = "not_reached"  # publishers that could not be read


_GROUP = (Section.WAITING, Section.NEW, Section.OPEN, Section.CALENDAR, Section.DECIDED, Section.RESULTS)
_BOARD = (Section.DECISIONS_DUE, Section.RISKS, Section.DISSENT, Section.DECIDED, Section.RESULTS)

SECTIONS: dict[AudienceKind, tuple[Section, ...]] = {
    AudienceKind.THEME_GROUP: (*_GROUP, Section.NOT_REACHED),
    AudienceKind.PILLAR: (*_BOARD, Section.NOT_REACHED),
    AudienceKind.DAILY_BOARD: (*_BOARD, Section.NOT_REACHED),
    AudienceKind.PA_STAFF: (
        Section.WAITING,
        Section.RISKS,
        *(section for section in _GROUP if section is not Section.WAITING),
        Section.NOT_REACHED,
    ),
    AudienceKind.NETWORK: (
        *(section for section in _GROUP if section is not Section.WAITING),
        Section.NOT_REACHED,
    ),
    AudienceKind.PERSON: (Section.WAITING, Section.DECIDED),
}
"""Which parts each kind of digest has, in the order in which they are read."""

STANDING = frozenset({Section.OPEN, Section.CALENDAR})
"""Parts that say how things stand: they alone are no reason to send anything."""


class What(StrEnum):
    """What a line is about, besides the publisher's own word for it."""

    CONSULTATION = "consultation"
    ACTIVITY = "activity"
    PARLIAMENTARY_CASE = "parliamentary_case"
    PUBLICATION = "publication"
    NEWS_ITEM = "news_item"
    DOSSIER = "dossier"
    SOURCE = "source"
    DAY = "day"  # of the network itself, such as a network day
    TRIAGE = "triage"  # the pile of items to be judged
    CONTACT = "contact"  # something agreed in a contact with the outside
    HOOK = "hook"  # a moment in parliament, or what must be ready for one


class Why(StrEnum):
    """Why somebody gets a line."""

    ROUTED = "routed"  # why_terms: what counted for the router
    GROUPS = "groups"  # it is for these groups; why_text: their names
    UNSURE = "unsure"  # the router was not sure; why_text: its reason
    LEADS = "leads"  # the group leads the dossier
    TAKES_PART = "takes_part"
    GROUP_ASKED = "group_asked"  # the group is asked to take part
    OF_GROUP = "of_group"  # of another group; why_text: its name
    OWN_MOVE = "own_move"  # it is this person's turn
    FOR_SCOPE = "for_scope"  # ... for a group, city or member; why_text: its name
    FOLLOWS = "follows"
    PEN_HOLDER = "pen_holder"
    BOARD = "board"  # it is before the board
    STAFF = "staff"
    EVERYBODY = "everybody"  # it concerns the whole network
    SILENCE = "silence"  # what is not here may have been missed


class Asked(StrEnum):
    """What is asked about an item; for dossiers the words of use_cases.dossier.work are used."""

    JUDGE = "judge"  # for which group is this?
    RESPOND = "respond"  # do we respond?
    JOIN = "join"  # another group leads: do we take part?
    INPUT = "input"  # do we give members of parliament something?
    INFORM = "inform"  # nothing
    OVER = "over"  # it fell away
    MEND = "mend"  # see to it that a publisher is read again


class Risk(StrEnum):
    """Why a dossier may not make it. Exceptions have their own words, see ExceptionCode."""

    STEP_LATE = "step_late"
    CLOSES_SOON = "closes_soon"
    TOO_FEW_ANSWERS = "too_few_answers"


@dataclass(frozen=True, kw_only=True)
class Also:
    """Something of the same family that needs no line of its own. path: page in the portal."""

    label: str
    path: str
    at: datetime | None = None
    on: date | None = None


@dataclass(frozen=True, kw_only=True)
class Line:
    """One subject in one line: what it is, why it is here, what is asked, and until when.

    key: "item:12", "dossier:3", "source:tweedekamer", "day:2026-12-01 Netwerkdag", "triage".
    source: key of the publisher, of an item. label: the publisher's own word, or the type of document.
    number: as people quote it.
    asked: a word of Asked, or of what waits for a dossier. why_text, asked_of: names of then.
    why_terms: words and facts that counted for the router, strongest first.
    until: last Dutch day; working_days_left: to it, of the day of the digest, negative when it passed.
    at: aware UTC, for what has an hour. agreed: until is a day agreed with the ministry.
    news: words of News, of what changed; deeds: words of the history, of what was done; risks: words
    of Risk and of ExceptionCode; cities: names, of dissent; outcomes: words of Outcome, one per point.
    also_asked: what else is asked of the same audience about it. since, note: of what is not read.
    count: of what one line stands for, such as the pile to be judged.
    also: others of the same family, of which more_also are not named.
    path: page in the portal. publisher_url: at the publisher. of_dossier: id, of a line that is about
    something else and may be told only to who may know of that dossier.
    act: what can be done at once in Slack: (action, value), None if nothing. done: what became of it
    since, of a digest on show; a digest is kept without.
    facts: identity of every fact that is told by it, not shown: "routing:12:woningmarkt", "history:9".
    """

    key: str
    what: What
    title: str
    path: str
    why: Why
    source: str = ""
    label: str = ""
    number: str = ""
    why_text: str = ""
    why_terms: tuple[str, ...] = ()
    asked: str = Asked.INFORM.value
    asked_of: str = ""
    until: date | None = None
    working_days_left: int | None = None
    agreed: bool = False
    at: datetime | None = None
    ends_at: datetime | None = None
    since: datetime | None = None
    urgent: bool = False
    stage: str = ""
    news: tuple[str, ...] = ()
    deeds: tuple[str, ...] = ()
    risks: tuple[str, ...] = ()
    cities: tuple[str, ...] = ()
    outcomes: tuple[str, ...] = ()
    also_asked: tuple[str, ...] = ()
    count: int = 0
    note: str = ""
    also: tuple[Also, ...] = ()
    more_also: int = 0
    publisher_url: str = ""
    of_dossier: int | None = None
    act: tuple[str, str] | None = None
    done: Done | None = None
    facts: tuple[str, ...] = ()

    @property
    def dossier_id(self) -> int | None:
        """The dossier that the line tells of; None if it tells of none."""
        if self.key.startswith("dossier:"):
            return int(self.key.removeprefix("dossier:"))
        return self.of_dossier

    @property
    def item_id(self) -> int | None:
        """The item that the line is about; None if it is about something else."""
        return int(self.key.removeprefix("item:")) if self.key.startswith("item:") else None

    @property
    def subject(self) -> str:
        """The item or dossier that it tells of, "item:12" or "dossier:3"; "" if it tells of neither."""
        if self.dossier_id is not None:
            return f"dossier:{self.dossier_id}"
        return self.key if self.item_id is not None else ""


@dataclass(frozen=True, kw_only=True)
class Term:
    """An open dossier with its closing day, for a picture. working_days: left, negative if it is over."""

    dossier_id: int
    number: str
    title: str
    opens_on: date | None
    step_on: date | None
    closes_on: date
    working_days: int


@dataclass(frozen=True, kw_only=True)
class Part:
    """One part of a digest. more: lines that are not shown, behind more_path."""

    section: Section
    lines: tuple[Line, ...]
    more: int = 0
    more_path: str = ""


@dataclass(frozen=True, kw_only=True)
class Digest:
    """One digest as it is kept.

    name: of the audience as it was then; "" where the kind says it. today: Dutch day on which it was
    made. shortened: with fewer lines, in a recess called recess ("" outside one).
    terms: open dossiers that concern the audience, those that close first on top. figures: of publishers
    and items; terms and figures are drawn.
    """

    audience: Audience
    name: str
    window: Window
    today: date
    parts: tuple[Part, ...]
    shortened: bool = False
    recess: str = ""
    terms: tuple[Term, ...] = ()
    figures: Figures = NOTHING

    @property
    def lines(self) -> tuple[Line, ...]:
        """Every line, in the order in which they are read."""
        return tuple(line for part in self.parts for line in part.lines)

    @property
    def dossier_ids(self) -> frozenset[int]:
        """Every dossier that it tells of."""
        of_lines = (line.dossier_id for line in self.lines)
        return frozenset(id_ for id_ in (*of_lines, *(t.dossier_id for t in self.terms)) if id_ is not None)

    @property
    def is_news(self) -> bool:
        """Whether there is anything that is worth a message by itself."""
        return any(part.section not in STANDING for part in self.parts)

    def part(self, section: Section) -> Part | None:
        """One part; None if it has nothing in it."""
        return next((part for part in self.parts if part.section is section), None)

    def without(self, hidden: frozenset[int]) -> "Digest":
        """The same without the lines about some dossiers (ids), which a reader may not know of."""
        if not hidden.intersection(self.dossier_ids):
            return self
        parts = tuple(_without(part, hidden) for part in self.parts)
        return replace(
            self,
            parts=tuple(part for part in parts if part.lines or part.more),
            terms=tuple(term for term in self.terms if term.dossier_id not in hidden),
        )

    def with_done(self, done: Mapping[str, Done]) -> "Digest":
        """The same with what was done about its lines, by their keys; their buttons go."""
        if not done:
            return self
        return replace(self, parts=tuple(_with_done(part, done) for part in self.parts))


def _with_done(part: Part, done: Mapping[str, Done]) -> Part:
    lines = (
        replace(line, act=None, done=done[line.key]) if line.act is not None and line.key in done else line
        for line in part.lines
    )
    return replace(part, lines=tuple(lines))


def _without(part: Part, hidden: frozenset[int]) -> Part:
    lines = tuple(line for line in part.lines if line.dossier_id not in hidden)
    return Part(section=part.section, lines=lines, more=part.more, more_path=part.more_path)


# --- as JSON --------------------------------------------------------------------------------------

_NOT_KEPT = frozenset({"facts", "done"})
_INSTANTS = ("at", "ends_at", "since")
_TUPLES = ("news", "deeds", "risks", "cities", "outcomes", "also_asked", "why_terms", "act")
_OF_LINE = {name: spec.default for name, spec in Line.__dataclass_fields__.items()}


def as_json(digest: Digest) -> dict[str, Any]:
    """The digest as JSON values; what has its usual value is left out."""
    return {
        "audience": digest.audience.key,
        "name": digest.name,
        "since": digest.window.since.isoformat(),
        "until": digest.window.until.isoformat(),
        "today": digest.today.isoformat(),
        "shortened": digest.shortened,
        "recess": digest.recess,
        **({"figures": figures_as_json(digest.figures)} if digest.figures != NOTHING else {}),
        "terms": [
            {name: _plain(getattr(term, name)) for name in Term.__dataclass_fields__} for term in digest.terms
        ],
        "parts": [
            {
                "section": part.section.value,
                "lines": [_line_as_json(line) for line in part.lines],
                "more": part.more,
                "more_path": part.more_path,
            }
            for part in digest.parts
        ],
    }


def from_json(kept: dict[str, Any]) -> Digest:
    """A digest as it was kept. Raises KeyError or ValueError for what is none."""
    return Digest(
        audience=Audience.of(kept["audience"]),
        name=kept["name"],
        window=Window(
            since=datetime.fromisoformat(kept["since"]), until=datetime.fromisoformat(kept["until"])
        ),
        today=date.fromisoformat(kept["today"]),
        shortened=kept["shortened"],
        recess=kept["recess"],
        # Digests of before there were figures have none.
        figures=figures_from_json(kept["figures"]) if "figures" in kept else NOTHING,
        terms=tuple(_term_from_json(term) for term in kept["terms"]),
        parts=tuple(
            Part(
                section=Section(part["section"]),
                lines=tuple(_line_from_json(line) for line in part["lines"]),
                more=part["more"],
                more_path=part["more_path"],
            )
            for part in kept["parts"]
        ),
    )


def _term_from_json(kept: dict[str, Any]) -> Term:
    days = {
        name: None if kept[name] is None else date.fromisoformat(kept[name])
        for name in ("opens_on", "step_on", "closes_on")
    }
    return Term(**{**kept, **days})


def _line_as_json(line: Line) -> dict[str, Any]:
    return {
        name: _plain(value)
        for name, usual in _OF_LINE.items()
        if name not in _NOT_KEPT and (value := getattr(line, name)) != usual
    }


def _plain(value: object) -> Any:
    if isinstance(value, date):  # an instant is one too
        return value.isoformat()
    if isinstance(value, Also):
        return {name: _plain(getattr(value, name)) for name in value.__dataclass_fields__}
    if isinstance(value, tuple):
        return [_plain(part) for part in value]
    return value.value if isinstance(value, StrEnum) else value


def _line_from_json(kept: dict[str, Any]) -> Line:
    values = dict(kept)
    values |= {"what": What(kept["what"]), "why": Why(kept["why"])}
    values |= {name: date.fromisoformat(kept[name]) for name in ("until",) if name in kept}
    values |= {name: datetime.fromisoformat(kept[name]) for name in _INSTANTS if name in kept}
    values |= {name: tuple(kept[name]) for name in _TUPLES if name in kept}
    if "also" in kept:
        values["also"] = tuple(_also_from_json(also) for also in kept["also"])
    return Line(**values)


def _also_from_json(kept: dict[str, Any]) -> Also:
    return Also(
        label=kept["label"],
        path=kept["path"],
        at=None if kept["at"] is None else datetime.fromisoformat(kept["at"]),
        on=None if kept["on"] is None else date.fromisoformat(kept["on"]),
    )
