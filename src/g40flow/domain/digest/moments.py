"""When a digest is made, and which stretch of time it covers.

A digest covers everything from where the one before it stopped up to its own moment. So a moment
that was missed is made up by the next run, once, and stretches join whatever the schedule does.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from enum import StrEnum

from g40flow.domain.calendar import WorkingCalendar
from g40flow.domain.instants import dutch_date, dutch_instant, require_aware

WEEK = timedelta(days=7)

OVERLAP = timedelta(days=1)
"""So far before its stretch a digest looks for what was written late, or under a clock that ran behind.
What the digests before it told is left out by the identity of each fact, so that nothing comes twice."""

SETTLING = timedelta(minutes=1)
"""So long after a moment a digest is made: what was seen before the moment is then written."""


class RecessMode(StrEnum):
    """What becomes of a moment in a recess of parliament."""

    SKIP = "skip"  # no digest; the first one after the recess covers all of it
    SHORTENED = "shortened"  # fewer lines per part
    AS_USUAL = "as_usual"


@dataclass(frozen=True, kw_only=True)
class Schedule:
    """The fixed moments of one kind of digest.

    weekday: 0 = Monday. at: Dutch wall-clock time. On a day off it is the next working day.
    """

    weekday: int
    at: time
    recess: RecessMode = RecessMode.AS_USUAL


@dataclass(frozen=True, kw_only=True)
class Window:
    """The stretch of time that a digest covers: from since (included) to until (not), aware UTC."""

    since: datetime
    until: datetime

    def __contains__(self, moment: datetime) -> bool:
        return self.since <= moment < self.until

    @property
    def with_overlap(self) -> "Window":
        """The stretch in which is looked for facts: it begins OVERLAP earlier."""
        return Window(since=self.since - OVERLAP, until=self.until)


def moments_until(schedule: Schedule, now: datetime, calendar: WorkingCalendar) -> Iterator[datetime]:
    """The moments at or before an instant, the latest first (aware UTC); without end."""
    monday = dutch_date(now) - timedelta(days=dutch_date(now).weekday())
    later: datetime | None = None
    while True:
        day = calendar.next_working_day(monday + timedelta(days=schedule.weekday))
        moment = dutch_instant(day, schedule.at)
        # After days off two weeks can come to the same working day: that is one moment.
        if _counts(schedule, day, calendar) and moment <= now and moment != later:
            yield moment
            later = moment
        monday -= WEEK


def next_moment(schedule: Schedule, now: datetime, calendar: WorkingCalendar) -> datetime:
    """The first moment after an instant (aware UTC)."""
    # A week begins early enough: what was moved from its week stands no later than the next one's.
    monday = dutch_date(now) - timedelta(days=dutch_date(now).weekday()) - 2 * WEEK
    while True:
        day = calendar.next_working_day(monday + timedelta(days=schedule.weekday))
        moment = dutch_instant(day, schedule.at)
        if moment > now and _counts(schedule, day, calendar):
            return moment
        monday += WEEK


def due_window(
    schedule: Schedule, calendar: WorkingCalendar, covered_until: datetime | None, now: datetime
) -> Window | None:
    """The stretch that a digest made now must cover; None if nothing is due.

    covered_until: where the last one stopped, see `carried_on`; None if there was none: the first
    digest looks back one week.
    """
    moment = next(moments_until(schedule, require_aware(now) - SETTLING, calendar))
    since = moment - WEEK if covered_until is None else covered_until
    return Window(since=since, until=moment) if since < moment else None


def carried_on(covered_until: datetime, now: datetime) -> datetime:
    """Where the next stretch begins.

    That is where the last one stopped, unless that lies in the future: then the clock ran ahead when
    it was made, and everything written from now on is still to be told.
    """
    return min(covered_until, require_aware(now))


def is_shortened(schedule: Schedule, day: date, calendar: WorkingCalendar) -> bool:
    """Whether a digest of that day has fewer lines, because parliament is in recess."""
    return schedule.recess is RecessMode.SHORTENED and calendar.recess_on(day) is not None


def _counts(schedule: Schedule, day: date, calendar: WorkingCalendar) -> bool:
    return schedule.recess is not RecessMode.SKIP or calendar.recess_on(day) is None
