"""How somebody wants to hear things, and what that means for one message. Pure; see docs/preferences.md.

Only messages to one person are judged here. What asks for a decision of that person always arrives.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from enum import StrEnum

from g40flow.domain.calendar import SendingHours, WorkingCalendar
from g40flow.domain.delivery import BREAKS_THE_QUIET
from g40flow.domain.dossier.reminders import ESCALATIONS, Urging
from g40flow.domain.instants import AMSTERDAM, dutch_date, dutch_instant, require_aware


class Pace(StrEnum):
    """How soon somebody wants to hear of something."""

    AT_ONCE = "at_once"
    DAILY = "daily"
    WEEKLY = "weekly"
    OFF = "off"


class Topic(StrEnum):
    """What a message to a person is about, as people choose by it."""

    DECISION = "decision"  # approval asked, a result to record, a decision to ratify
    OBJECTION = "objection"
    CLOSING = "closing"  # the term of a publisher ends
    CALL = "call"  # a city is asked for its answer
    TERM = "term"  # a date changed, or it was withdrawn
    STEP = "step"  # the next move is this person's
    URGENT_ITEM = "urgent_item"
    ESCALATION = "escalation"  # somebody else is late
    DOSSIER = "dossier"
    ANSWERS = "answers"  # what became of a call
    RESULT = "result"
    FOLLOWED_ITEM = "followed_item"
    DIGEST = "digest"  # what waits for this person
    GROUP_NEWS = "group_news"  # new items of a theme group, and its weekly digest
    BODY_DIGEST = "body_digest"  # weekly digests of boards, pillars, the secretariat and the network


DIGESTS = (Topic.DIGEST, Topic.GROUP_NEWS, Topic.BODY_DIGEST)
"""Topics that decide about digests."""


class Explanations(StrEnum):
    """How messages say why somebody gets them."""

    SHORT = "short"  # one plain sentence
    FULL = "full"  # with the words and figures that counted


@dataclass(frozen=True, kw_only=True)
class TopicRule:
    """What can be chosen for a topic. choices: the only one is no choice. usual: without a choice.

    asks: it asks this person to do something, which somebody must do while the person is away.
    of_group: it can be chosen per theme group as well. off_with: who switched that topic off and chose
    nothing for this one does not want this one either.
    """

    choices: tuple[Pace, ...]
    usual: Pace = Pace.AT_ONCE
    asks: bool = False
    of_group: bool = False
    off_with: Topic | None = None

    @property
    def is_fixed(self) -> bool:
        """Whether it always arrives at once: it needs this person's decision."""
        return self.choices == (Pace.AT_ONCE,)


_FIXED = TopicRule(choices=(Pace.AT_ONCE,), asks=True)
_ANY = (Pace.AT_ONCE, Pace.DAILY, Pace.WEEKLY, Pace.OFF)
_TODAY = (Pace.AT_ONCE, Pace.DAILY)

TOPICS: Mapping[Topic, TopicRule] = {
    Topic.DECISION: _FIXED,
    Topic.OBJECTION: _FIXED,
    Topic.CLOSING: _FIXED,
    Topic.CALL: _FIXED,
    Topic.TERM: TopicRule(choices=_TODAY, of_group=True),
    Topic.STEP: TopicRule(choices=(*_TODAY, Pace.OFF), asks=True, of_group=True),
    Topic.URGENT_ITEM: TopicRule(choices=(*_TODAY, Pace.OFF), asks=True, of_group=True),
    Topic.ESCALATION: TopicRule(choices=_ANY, asks=True, of_group=True),
    Topic.DOSSIER: TopicRule(choices=_ANY, of_group=True),
    Topic.ANSWERS: TopicRule(choices=_ANY, of_group=True),
    Topic.RESULT: TopicRule(choices=_ANY, of_group=True),
    Topic.FOLLOWED_ITEM: TopicRule(choices=_ANY),
    Topic.DIGEST: TopicRule(choices=(Pace.WEEKLY, Pace.OFF), usual=Pace.WEEKLY),
    Topic.GROUP_NEWS: TopicRule(choices=_ANY, usual=Pace.WEEKLY, of_group=True, off_with=Topic.DIGEST),
    Topic.BODY_DIGEST: TopicRule(choices=(Pace.WEEKLY, Pace.OFF), usual=Pace.WEEKLY, off_with=Topic.DIGEST),
}
"""Every topic, what must arrive first. A term can wait for the daily list at most: work depends on it."""

_TOPIC_OF_KIND: Mapping[str, Topic | None] = {
    "approval_request": Topic.DECISION,
    "approval_reminder": Topic.DECISION,
    "round_ready": Topic.DECISION,
    "ratification_due": Topic.DECISION,
    "decision_result": Topic.RESULT,
    "adoption_voided": Topic.RESULT,
    "call_invitation": Topic.CALL,
    "call_reminder": Topic.CALL,
    "call_escalation": Topic.ESCALATION,
    "call_closed": Topic.ANSWERS,
    "call_dissent": Topic.ANSWERS,
    "term_notice": Topic.TERM,
    "round_extended": Topic.TERM,
    "deadline_reminder": Topic.STEP,
    "deadline_escalation": Topic.ESCALATION,
    "dossier_note": Topic.DOSSIER,
    "urgent_message": Topic.URGENT_ITEM,
    "followed_news": Topic.FOLLOWED_ITEM,
    "family_news": Topic.FOLLOWED_ITEM,
    "sighting": Topic.FOLLOWED_ITEM,
    "touchpoint_follow_up": Topic.STEP,
    "signature_reminder": Topic.STEP,
    "hook_reminder": Topic.STEP,
    "hook_notice": Topic.TERM,
    "hook_proposals": Topic.DOSSIER,
    "outcome_proposal": Topic.DOSSIER,
    "outcome_change": Topic.RESULT,
    "digest": Topic.DIGEST,
    "group_news": Topic.GROUP_NEWS,
    "sign_in_link": None,  # asked for by its reader a moment ago
}


def topic_of(kind: str, subject: Mapping[str, object] | None = None) -> Topic | None:
    """What a message to a person is about; None for what nobody chooses about, which is always sent.

    kind, subject: of the message. A reminder that the publisher's term ends, and a note of an
    objection, are more than others of their kind.
    """
    subject = subject or {}
    if kind == "deadline_reminder" and subject.get("urging") in (Urging.CLOSING, Urging.MISSED):
        return Topic.CLOSING
    if kind == "deadline_reminder" and subject.get("urging") in ESCALATIONS:
        return Topic.ESCALATION
    if kind == "dossier_note" and subject.get("objection") is True:
        return Topic.OBJECTION
    if kind == "digest" and subject.get("group"):
        return Topic.GROUP_NEWS
    if kind == "digest" and subject.get("body"):
        return Topic.BODY_DIGEST
    return _TOPIC_OF_KIND.get(kind)


# --- what somebody chose ------------------------------------------------------------------------


@dataclass(frozen=True, kw_only=True)
class QuietHours:
    """When somebody wants no messages, in Dutch wall-clock time, besides the hours of the network.

    from_clock, until_clock: every day [from, until), over midnight if need be; both None for no hours.
    weekdays: whole days without messages, 0 = Monday; never all of them.
    Raises ValueError for hours that never end.
    """

    from_clock: time | None = None
    until_clock: time | None = None
    weekdays: frozenset[int] = frozenset()

    def __post_init__(self) -> None:
        if (self.from_clock is None) != (self.until_clock is None) or (
            self.from_clock is not None and self.from_clock == self.until_clock
        ):
            raise ValueError(f"expected two different times, found {self.from_clock} and {self.until_clock}")
        if not self.weekdays < frozenset(range(7)):
            raise ValueError(f"expected some of the weekdays 0 to 6, found {sorted(self.weekdays)}")

    def end_of_quiet(self, moment: datetime) -> datetime:
        """The first instant, from this one on, at which it is not quiet (aware UTC)."""
        moment = require_aware(moment)
        while (later := self._next_edge(moment)) is not None:
            moment = later
        return moment

    def _next_edge(self, moment: datetime) -> datetime | None:
        """When the stretch of quiet ends in which a moment lies; None outside all of them."""
        local = moment.astimezone(AMSTERDAM)
        day, clock = local.date(), local.time()
        if day.weekday() in self.weekdays:
            return dutch_instant(day + timedelta(days=1), time(0))
        if self.from_clock is None or self.until_clock is None:
            return None
        if self.from_clock < self.until_clock:
            inside, ends_on = self.from_clock <= clock < self.until_clock, day
        else:
            inside = clock >= self.from_clock or clock < self.until_clock
            ends_on = day if clock < self.until_clock else day + timedelta(days=1)
        if not inside:
            return None
        end = dutch_instant(ends_on, self.until_clock)
        # In the hour that the autumn change repeats, the first of the two has passed already.
        return end if end > moment else end + timedelta(hours=1)


@dataclass(frozen=True, kw_only=True)
class Absence:
    """When somebody is away, both Dutch days included, and who stands in: a slug, "" for nobody."""

    from_on: date
    until_on: date
    deputy: str = ""

    def __contains__(self, day: date) -> bool:
        return self.from_on <= day <= self.until_on

    def back_at(self, quiet: QuietHours, *, hours: SendingHours, calendar: WorkingCalendar) -> datetime:
        """When the list of the return leaves (aware UTC)."""
        return _Moments(quiet, hours, calendar).on(self.until_on + timedelta(days=1))


@dataclass(frozen=True, kw_only=True)
class Preferences:
    """What one person chose. paces: by topic and theme group, group "" for all of them.

    absence: that of today, or the next one; None for none.
    """

    paces: Mapping[tuple[Topic, str], Pace] = field(default_factory=dict)
    quiet: QuietHours = field(default_factory=QuietHours)
    absence: Absence | None = None
    explanations: Explanations = Explanations.FULL

    def pace(self, topic: Topic, group: str = "") -> Pace:
        """How soon somebody hears of a topic: as chosen for the group, else for all, else as usual.

        A choice that the topic does not leave (any more) does not count.
        """
        rule = TOPICS[topic]
        chosen = (self.paces.get((topic, scope)) for scope in ((group, "") if group else ("",)))
        pace = next((pace for pace in chosen if pace in rule.choices), None)
        if pace is None and rule.off_with is not None and self.pace(rule.off_with) is Pace.OFF:
            return Pace.OFF
        return pace or rule.usual


USUAL = Preferences()
"""Of who never chose anything."""


# --- what it means for a message ----------------------------------------------------------------


class Handling(StrEnum):
    """What becomes of a message now."""

    SEND = "send"
    HOLD = "hold"  # it waits, and is judged again then
    GATHER = "gather"  # it becomes a line in a message with others
    DROP = "drop"


class Why(StrEnum):
    """For what reason, as the ledger keeps it."""

    USUAL = "usual"
    MUST_ARRIVE = "must_arrive"  # whatever was chosen: it needs a decision
    CANNOT_WAIT = "cannot_wait"  # in quiet hours, because afterwards is too late
    QUIET = "quiet"
    DAILY = "daily"
    WEEKLY = "weekly"
    SWITCHED_OFF = "switched_off"
    AWAY = "away"
    NOBODY_ELSE = "nobody_else"  # the person is away, and no deputy was told


class Gathering(StrEnum):
    """Lists in which messages to one person are gathered."""

    DAILY = "daily"
    WEEKLY = "weekly"
    RETURN = "return"  # after an absence


@dataclass(frozen=True, kw_only=True)
class Notice:
    """A message to one person, as it is judged.

    topic: None for what is always sent. group: slug of the theme group it concerns, "" for none.
    due_at: last instant at which acting is of use, aware UTC; None when that is not known.
    is_covered: who stands in for the person was told the same.
    gathering: which list the message itself is; None if it is none. is_digest: it is a list of the week,
    which is no line of another one.
    """

    topic: Topic | None
    group: str = ""
    urgent: bool = False
    due_at: datetime | None = None
    is_covered: bool = False
    gathering: Gathering | None = None
    is_digest: bool = False


@dataclass(frozen=True, kw_only=True)
class Verdict:
    """What becomes of a message. until: aware UTC, for HOLD and GATHER; gathering: for GATHER."""

    handling: Handling
    why: Why
    until: datetime | None = None
    gathering: Gathering | None = None


def judge(
    notice: Notice, wanted: Preferences, now: datetime, *, hours: SendingHours, calendar: WorkingCalendar
) -> Verdict:
    """What becomes of a message that could leave now.

    hours, calendar: of the network; lists leave at the first of its moments for gathered messages.
    """
    moments = _Moments(wanted.quiet, hours, calendar)
    away = wanted.absence if wanted.absence is not None and dutch_date(now) in wanted.absence else None
    if notice.gathering is not None:
        if away is not None and notice.gathering is not Gathering.RETURN:
            until = away.back_at(wanted.quiet, hours=hours, calendar=calendar)
            return Verdict(handling=Handling.HOLD, why=Why.AWAY, until=until)
        return _by_the_clock(notice, wanted.quiet, now, Why.USUAL)
    if notice.topic is None:
        return Verdict(handling=Handling.SEND, why=Why.USUAL)
    rule, pace = TOPICS[notice.topic], wanted.pace(notice.topic, notice.group)
    if pace is Pace.OFF:
        return Verdict(handling=Handling.DROP, why=Why.SWITCHED_OFF)
    if away is not None:
        back_at = away.back_at(wanted.quiet, hours=hours, calendar=calendar)
        return _while_away(rule, notice, back_at)
    if not notice.is_digest and pace in (Pace.DAILY, Pace.WEEKLY):
        gathering = Gathering(pace.value)
        until = moments.daily_after(now) if pace is Pace.DAILY else moments.weekly_after(now)
        return Verdict(handling=Handling.GATHER, why=Why(pace.value), until=until, gathering=gathering)
    return _by_the_clock(notice, wanted.quiet, now, Why.MUST_ARRIVE if rule.is_fixed else Why.USUAL)


def _while_away(rule: TopicRule, notice: Notice, back_at: datetime) -> Verdict:
    """What asks something and reached no deputy still reaches the person: nobody else would know."""
    if rule.asks and not notice.is_covered:
        return Verdict(handling=Handling.SEND, why=Why.NOBODY_ELSE)
    return Verdict(handling=Handling.GATHER, why=Why.AWAY, until=back_at, gathering=Gathering.RETURN)


def _by_the_clock(notice: Notice, quiet: QuietHours, now: datetime, why: Why) -> Verdict:
    end = quiet.end_of_quiet(now)
    if end == require_aware(now):
        return Verdict(handling=Handling.SEND, why=why)
    due_at = notice.due_at
    can_wait = not notice.urgent or (due_at is not None and not now <= due_at <= end + BREAKS_THE_QUIET)
    if can_wait:
        return Verdict(handling=Handling.HOLD, why=Why.QUIET, until=end)
    return Verdict(handling=Handling.SEND, why=Why.CANNOT_WAIT)


@dataclass(frozen=True)
class _Moments:
    """When lists leave: on working days, at the first moment of the network, outside quiet hours."""

    quiet: QuietHours
    hours: SendingHours
    calendar: WorkingCalendar

    def daily_after(self, now: datetime) -> datetime:
        day = dutch_date(now)
        while (moment := self.on(day)) <= now:
            day += timedelta(days=1)
        return moment

    def weekly_after(self, now: datetime) -> datetime:
        """In the first working day of a week that has one."""
        monday = dutch_date(now) - timedelta(days=dutch_date(now).weekday())
        while (moment := self.on(monday)) <= now:
            monday += timedelta(days=7)
        return moment

    def on(self, day: date) -> datetime:
        opening = dutch_instant(self.calendar.next_working_day(day), self.hours.gather_at[0])
        return self.quiet.end_of_quiet(opening)
