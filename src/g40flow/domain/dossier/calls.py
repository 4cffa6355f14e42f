"""Calls for input: who is asked, when they are reminded, and what the cities said. Pure."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from enum import StrEnum

from g40flow.domain.calendar import SendingHours, WorkingCalendar
from g40flow.domain.dossier.workflow import Stage
from g40flow.domain.errors import InvalidInput
from g40flow.domain.instants import AMSTERDAM, dutch_date, dutch_instant, require_aware
from g40flow.domain.network import Network, Person, Role


class AnswerKind(StrEnum):
    """What a city says to a call. A city without an answer has none of these."""

    INPUT = "input"
    SUPPORT = "support"
    NO_REMARKS = "no_remarks"
    DISSENT = "dissent"


class Audience(StrEnum):
    """Which cities are asked."""

    ALL = "all"
    GROUP_MEMBERS = "group_members"  # cities that somebody of the theme groups works for
    PILOT = "pilot"  # the cities of the configuration that try things first
    CHOSEN = "chosen"  # one by one


class Visibility(StrEnum):
    """Whether the cities that are asked see each other's answers."""

    GROUP = "group"
    PRIVATE = "private"


class CallState(StrEnum):
    """Where a call stands. A closed one can be opened again, a cancelled one cannot."""

    OPEN = "open"
    CLOSED = "closed"
    CANCELLED = "cancelled"


CALL_STAGES = (Stage.MEMBER_CALL, Stage.DRAFTING, Stage.PREPARATION)
"""Stages in which cities can be asked something: the call itself, while writing, preparing a campaign."""

_OF_A_GROUP = (Role.THEME_GROUP_LEAD, Role.THEME_GROUP_SECRETARY, Role.THEME_GROUP_MEMBER)


# --- who is asked -------------------------------------------------------------------------------


@dataclass(frozen=True, kw_only=True)
class Asked:
    """Whom a call is for. theme_groups: whose members, for GROUP_MEMBERS. chosen: for CHOSEN. Slugs."""

    audience: Audience
    theme_groups: Sequence[str] = ()
    chosen: Sequence[str] = ()
    pilot: Sequence[str] = ()


def cities_asked(network: Network, asked: Asked, day: date) -> tuple[str, ...]:
    """The cities of an audience, in the order of the network; slugs that it does not know fall away.

    day: Dutch date on which the roles count. Empty when nobody would be asked.
    """
    wanted = {
        Audience.ALL: {city.slug for city in network.cities},
        Audience.GROUP_MEMBERS: _cities_of_groups(network, asked.theme_groups, day),
        Audience.PILOT: set(asked.pilot),
        Audience.CHOSEN: set(asked.chosen),
    }[asked.audience]
    return tuple(city.slug for city in network.cities if city.slug in wanted)


def coordinators_of(network: Network, city: str, day: date) -> list[Person]:
    """Who answers for a city on a Dutch day, deputies too."""
    return network.holders(Role.CITY_COORDINATOR, city, day)


def _cities_of_groups(network: Network, groups: Iterable[str], day: date) -> set[str]:
    people = (
        person for group in groups for role in _OF_A_GROUP for person in network.holders(role, group, day)
    )
    return {person.city for person in people if person.city is not None}


# --- the term -----------------------------------------------------------------------------------


class TermProblem(StrEnum):
    """What is wrong with a closing instant."""

    PAST = "past"  # nobody could answer
    AFTER_TERM = "after_term"  # later than the network itself can respond
    AFTER_PLAN = "after_plan"  # less time for writing than planned: a warning


def term_problem(
    closes_at: datetime, *, now: datetime, planned_on: date | None, last_instant: datetime | None
) -> TermProblem | None:
    """What is wrong with a closing instant; None if it can be used as it is.

    planned_on: the day of the plan for the call; None if it has none. last_instant: until when the
    network can respond; None without a term.
    """
    if closes_at <= now:
        return TermProblem.PAST
    if last_instant is not None and closes_at > last_instant:
        return TermProblem.AFTER_TERM
    if planned_on is not None and dutch_date(closes_at) > planned_on:
        return TermProblem.AFTER_PLAN
    return None


# --- chasing ------------------------------------------------------------------------------------


class ChaseLevel(StrEnum):
    """Why somebody hears again of a call he did not answer, from gentle to urgent."""

    HALFWAY = "halfway"
    TWO_DAYS = "two_days"
    LAST_DAY = "last_day"
    BY_HAND = "by_hand"  # because the secretary wants it now


@dataclass(frozen=True, kw_only=True)
class ChaseMoment:
    """When a reminder leaves (aware UTC)."""

    level: ChaseLevel
    at: datetime


def chase_moments(
    since: datetime, closes_at: datetime, hours: SendingHours, calendar: WorkingCalendar
) -> tuple[ChaseMoment, ...]:
    """When who has not answered hears again, in order of time.

    since: when the call was opened, or its term last changed. Reminders leave on working days within
    the sending hours, at most one a day, none on the day it began and none when it is over already:
    a short call has fewer.
    """
    since, closes_at = require_aware(since), require_aware(closes_at)
    last_day = _last_day_with_time(closes_at, hours, calendar)
    wanted = (
        (ChaseLevel.LAST_DAY, last_day),
        (ChaseLevel.TWO_DAYS, calendar.working_days_before(last_day, 2)),
        (ChaseLevel.HALFWAY, _halfway(dutch_date(since), last_day, calendar)),
    )
    found: list[ChaseMoment] = []
    for level, day in wanted:  # the most urgent takes its day first
        is_taken = any(dutch_date(moment.at) <= day for moment in found)
        if not is_taken and day > dutch_date(since):
            found.append(ChaseMoment(level=level, at=dutch_instant(day, hours.opens)))
    return tuple(reversed(found))


def due_chase(moments: Sequence[ChaseMoment], now: datetime) -> ChaseMoment | None:
    """The last reminder whose moment has come; those missed before it are not made up for."""
    return next((moment for moment in reversed(moments) if moment.at <= now), None)


def usual_closing(day: date, calendar: WorkingCalendar) -> datetime:
    """A closing instant to propose for a Dutch day: five o'clock on the last working day until then."""
    return dutch_instant(calendar.last_working_day(day), time(17))


def _last_day_with_time(closes_at: datetime, hours: SendingHours, calendar: WorkingCalendar) -> date:
    """The last working day on which somebody who is reminded in the morning can still answer."""
    day = calendar.last_working_day(dutch_date(closes_at))
    if closes_at > dutch_instant(day, hours.opens):
        return day
    return calendar.last_working_day(day - timedelta(days=1))


def _halfway(begin: date, end: date, calendar: WorkingCalendar) -> date:
    return calendar.working_days_before(end, max(calendar.working_days_left(begin, end), 0) // 2)


# --- answers ------------------------------------------------------------------------------------

MOST_QUESTIONS = 12
LONGEST_QUESTION = 600
LONGEST_ANSWER = 6_000
LONGEST_TOGETHER = 24_000
"""Of all that one city writes, in characters: what fits in one form."""


@dataclass(frozen=True, kw_only=True)
class Reply:
    """What a city says. answers: by key of the question; texts may have several lines, or be "".

    publish_example: the example may be made public with the name of the city.
    mention_dissent: the city wants its dissent named in the public text.
    """

    kind: AnswerKind
    answers: Mapping[str, str]
    remark: str = ""
    figures: str = ""
    example: str = ""
    publish_example: bool = False
    mention_dissent: bool = False


def checked_reply(reply: Reply, question_keys: Sequence[str]) -> Reply:
    """The reply without what does not belong to it. Raises InvalidInput that names the field.

    Only dissent can be mentioned, only an example can be published, and only questions that were
    asked can be answered. Input has some text, and dissent says what the city thinks instead.
    """
    answers = {key: reply.answers[key] for key in question_keys if reply.answers.get(key)}
    texts = {**{f"answer_{key}": text for key, text in answers.items()}, **_texts_of(reply)}
    for field, text in texts.items():
        if len(text) > LONGEST_ANSWER:
            raise InvalidInput("long", f"{field}: {len(text)} characters", field=field)
    if sum(map(len, texts.values())) > LONGEST_TOGETHER:
        raise InvalidInput("long_together", f"more than {LONGEST_TOGETHER} characters in all")
    if reply.kind is AnswerKind.INPUT and not any(texts.values()):
        raise InvalidInput("no_input", "input without any text", field="kind")
    if reply.kind is AnswerKind.DISSENT and not reply.remark:
        raise InvalidInput("no_dissent", "dissent that does not say what the city thinks", field="remark")
    return Reply(
        kind=reply.kind,
        answers=answers,
        remark=reply.remark,
        figures=reply.figures,
        example=reply.example,
        publish_example=reply.publish_example and reply.example != "",
        mention_dissent=reply.mention_dissent and reply.kind is AnswerKind.DISSENT,
    )


def _texts_of(reply: Reply) -> dict[str, str]:
    return {"remark": reply.remark, "figures": reply.figures, "example": reply.example}


@dataclass(frozen=True, kw_only=True)
class CallSummary:
    """What came of a call. Cities by slug, in the order they were asked.

    by_kind: who said what; cities whose answer was counted, each once. silent: who did not answer.
    missing: how many answers are lacking to the minimum; 0 when it is reached.
    """

    by_kind: Mapping[AnswerKind, tuple[str, ...]]
    silent: tuple[str, ...]
    missing: int

    def count(self, kind: AnswerKind) -> int:
        """How many cities said this."""
        return len(self.by_kind[kind])

    @property
    def answered(self) -> int:
        """How many cities answered."""
        return sum(map(len, self.by_kind.values()))

    @property
    def asked(self) -> int:
        """How many cities were asked."""
        return self.answered + len(self.silent)


def summarise(cities: Sequence[str], kinds: Mapping[str, AnswerKind], minimum: int) -> CallSummary:
    """Count the answers. kinds: by city, of those that answered; others than were asked do not count.

    minimum: answers wanted; never more than the cities that were asked.
    """
    by_kind = {kind: tuple(c for c in cities if kinds.get(c) is kind) for kind in AnswerKind}
    silent = tuple(city for city in cities if city not in kinds)
    answered = len(cities) - len(silent)
    return CallSummary(by_kind=by_kind, silent=silent, missing=max(0, min(minimum, len(cities)) - answered))


def closing_clock(closes_at: datetime) -> tuple[date, time]:
    """A closing instant as it is typed in a form: Dutch day and clock."""
    local = require_aware(closes_at).astimezone(AMSTERDAM)
    return local.date(), local.time().replace(second=0, microsecond=0)
