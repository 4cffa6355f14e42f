"""Calendars and news that programs of people read: what stands in them, and when it counts as changed."""

import hashlib
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from enum import StrEnum

from g40flow.domain.instants import dutch_date, require_aware


class FeedKind(StrEnum):
    """What program reads it."""

    CALENDAR = "calendar"  # iCalendar
    NEWS = "news"  # Atom


class FeedScope(StrEnum):
    """For whom it is put together."""

    PERSON = "person"  # what concerns one person and that person may see; calendars only
    GROUP = "group"  # nothing confidential
    NETWORK = "network"  # nothing confidential


class EventKind(StrEnum):
    """What a day or an hour in a calendar is; its words are in templates/feeds/event.txt."""

    CLOSING = "closing"  # the last day to respond
    CLOSING_AS_PUBLISHED = "closing_as_published"  # while another day was agreed
    DECISION = "decision"  # in parliament, on which a lobby campaign works
    STEP = "step"  # latest day of a stage of the plan
    CALL = "call"  # a call to the cities closes
    ROUND_OPENS = "round_opens"
    ROUND_CLOSES = "round_closes"
    MEETING = "meeting"  # of the board, about a dossier
    OBJECTION = "objection"  # last moment to object to a decision not to respond
    ACTIVITY = "activity"  # in parliament
    INPUT = "input"  # last moment for written input to parliament
    NETWORK_DAY = "network_day"
    HOOK = "hook"  # a moment in parliament that a campaign or text aims at
    PREPARATION = "preparation"  # what must be ready for one


class EventStanding(StrEnum):
    """Whether an event goes through, as iCalendar knows it."""

    CONFIRMED = "CONFIRMED"
    TENTATIVE = "TENTATIVE"  # of a plan that nobody fixed yet
    CANCELLED = "CANCELLED"


@dataclass(frozen=True, kw_only=True)
class CalendarEvent:
    """One event, as the facts now are; the same in every calendar that it stands in.

    key: stable and unique, such as "dossier-12-closing". path: of our page about it.
    starts: a Dutch day for what has no hour, or an aware instant. ends: the last day, or an instant after
    starts; None for a day or a moment. detail: a stage, or the publisher's word for the kind.
    dossier_id, item_id: whom it follows in being seen; both None for what everybody may know.
    note: what to say besides, such as why it does not go through.
    """

    key: str
    kind: EventKind
    title: str
    starts: date | datetime
    path: str
    ends: date | datetime | None = None
    number: str = ""
    detail: str = ""
    place: str = ""
    note: str = ""
    standing: EventStanding = EventStanding.CONFIRMED
    dossier_id: int | None = None
    item_id: int | None = None

    def __post_init__(self) -> None:
        for moment in (self.starts, self.ends):
            if isinstance(moment, datetime):
                require_aware(moment)

    @property
    def last_on(self) -> date:
        """The Dutch day on which it is over."""
        end = self.ends or self.starts
        return dutch_date(end) if isinstance(end, datetime) else end

    def fingerprint(self, wording: str) -> str:
        """Equal for events that look the same to people. wording: mark of the templates."""
        words = (self.kind.value, self.title, self.number, self.detail, self.place, self.note, self.path)
        facts = (*words, self.standing.value, str(self.starts), str(self.ends), wording)
        return hashlib.sha256("\x1f".join(facts).encode(errors="replace")).hexdigest()[:32]


@dataclass(frozen=True, kw_only=True)
class Told:
    """What calendars were last told of an event. sequence: grows with every change.

    cancelled_at: since when it is told not to go through; None while it does. last_on: its last day.
    """

    sequence: int
    fingerprint: str
    changed_at: datetime
    last_on: date
    cancelled_at: datetime | None = None


KEPT_CANCELLED = timedelta(days=30)
"""So long an event that does not go through stays in calendars, so that everybody sees that it is off."""

KEPT_PAST = timedelta(days=60)
"""So long an event that is over stays in calendars."""


def first_kept_day(today: date) -> date:
    """Events that were over before this day are not in calendars any more."""
    return today - KEPT_PAST


def now_told(told: Told | None, event: CalendarEvent | None, wording: str, now: datetime) -> Told | None:
    """What calendars must be told now; the same `told` if nothing changed, None if nothing at all.

    told: None if they never heard of it. event: None when it is there no more.
    """
    if event is None:
        return told if told is None or told.cancelled_at is not None else _called_off(told, now)
    mark = event.fingerprint(wording)
    off = event.standing is EventStanding.CANCELLED
    if told is None:
        # Nobody had it in a calendar, so nobody needs to hear that it is off.
        return None if off else _told(event, mark, 0, now, None)
    if told.fingerprint == mark:
        return told
    since = (told.cancelled_at or now) if off else None
    return _told(event, mark, told.sequence + 1, now, since)


def _told(
    event: CalendarEvent, mark: str, sequence: int, now: datetime, cancelled_at: datetime | None
) -> Told:
    return Told(
        sequence=sequence,
        fingerprint=mark,
        changed_at=now,
        last_on=event.last_on,
        cancelled_at=cancelled_at,
    )


GONE = ""
"""Fingerprint of an event that is there no more; no event has it, so one that comes back is a change."""


def _called_off(told: Told, now: datetime) -> Told:
    return Told(
        sequence=told.sequence + 1, fingerprint=GONE, changed_at=now, last_on=told.last_on, cancelled_at=now
    )


def is_shown(told: Told, today: date, now: datetime) -> bool:
    """Whether an event still stands in calendars."""
    if told.last_on < first_kept_day(today):
        return False
    return told.cancelled_at is None or now - told.cancelled_at < KEPT_CANCELLED
