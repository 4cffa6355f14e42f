"""Dutch working days, recess, and the hours in which people may be disturbed."""

from bisect import bisect_right
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from functools import cached_property

from g40flow.domain.instants import AMSTERDAM, dutch_date, dutch_instant, require_aware

SATURDAY = 5


@dataclass(frozen=True, kw_only=True)
class Period:
    """A named stretch of days, both ends included: a recess, a school holiday, a network day."""

    name: str
    from_on: date
    until_on: date

    def __contains__(self, day: date) -> bool:
        return self.from_on <= day <= self.until_on


@dataclass(frozen=True)
class WorkingCalendar:
    """Which days count as working days, and which fall in a recess of parliament.

    holidays: days that are no working days although they are not in a weekend.
    recesses: weeks in which parliament does not meet; they are working days all the same.
    names: what a holiday is called, in Dutch; a day may have none.
    """

    holidays: frozenset[date] = frozenset()
    recesses: tuple[Period, ...] = ()
    names: Mapping[date, str] = field(default_factory=dict, hash=False)

    def is_working_day(self, day: date) -> bool:
        """Whether work is expected on that day."""
        return day.weekday() < SATURDAY and day not in self.holidays

    def recess_on(self, day: date) -> Period | None:
        """The recess in which the day falls; None outside recess."""
        return next((recess for recess in self.recesses if day in recess), None)

    def next_working_day(self, day: date) -> date:
        """The first working day on or after the day."""
        while not self.is_working_day(day):
            day += timedelta(days=1)
        return day

    def last_working_day(self, day: date) -> date:
        """The last working day on or before the day."""
        while not self.is_working_day(day):
            day -= timedelta(days=1)
        return day

    def working_days_after(self, day: date, count: int) -> date:
        """The count-th working day after a day; with 0 the first one on or after it."""
        found = self.next_working_day(day)
        for _ in range(count if found == day else count - 1):
            found = self.next_working_day(found + timedelta(days=1))
        return found

    def working_days_before(self, day: date, count: int) -> date:
        """The count-th working day before the last one on or before a day; with 0 that one itself."""
        found = self.last_working_day(day)
        for _ in range(count):
            found = self.last_working_day(found - timedelta(days=1))
        return found

    def working_days_left(self, today: date, until: date) -> int:
        """Working days after today up to and including `until`; negative counts days that passed.

        Zero means: today is the last (working) day.
        """
        if until < today:
            return -self.working_days_left(until, today)
        weeks, rest = divmod((until - today).days, 7)
        last_days = (today.weekday() + n for n in range(1, rest + 1))
        weekdays = weeks * SATURDAY + sum(day % 7 < SATURDAY for day in last_days)
        off = bisect_right(self._weekdays_off, until) - bisect_right(self._weekdays_off, today)
        return weekdays - off

    @cached_property
    def _weekdays_off(self) -> tuple[date, ...]:
        """Holidays that would be working days otherwise, in order."""
        return tuple(sorted(day for day in self.holidays if day.weekday() < SATURDAY))


@dataclass(frozen=True, kw_only=True)
class SendingHours:
    """When people may be disturbed, in Dutch wall-clock time on working days.

    opens, closes: outside [opens, closes) it is quiet.
    gather_at: moments of the day at which gathered messages leave, ascending, within the hours.
    recess_gather_weekday: in a recess gathered messages leave only on this weekday (0 = Monday).
    """

    opens: time
    closes: time
    gather_at: tuple[time, ...]
    recess_gather_weekday: int = 0


def next_open_moment(now: datetime, hours: SendingHours, calendar: WorkingCalendar) -> datetime:
    """The first instant, from now on, outside quiet hours (aware UTC)."""
    local = require_aware(now).astimezone(AMSTERDAM)
    day = local.date()
    if calendar.is_working_day(day):
        if local.time() < hours.opens:
            return dutch_instant(day, hours.opens)
        if local.time() < hours.closes:
            return require_aware(now)
    return dutch_instant(calendar.next_working_day(day + timedelta(days=1)), hours.opens)


def next_gather_moment(now: datetime, hours: SendingHours, calendar: WorkingCalendar) -> datetime:
    """The first gathering moment strictly after now (aware UTC).

    In a recess that is the first one on the recess weekday, or on the next working day after it.
    """
    day = dutch_date(now)
    while True:
        if _gathers_on(day, hours, calendar):
            for clock in hours.gather_at:
                moment = dutch_instant(day, clock)
                if moment > now:
                    return moment
        day += timedelta(days=1)


def _gathers_on(day: date, hours: SendingHours, calendar: WorkingCalendar) -> bool:
    if not calendar.is_working_day(day):
        return False
    if calendar.recess_on(day) is None:
        return True
    weekday_of_week = day - timedelta(days=(day.weekday() - hours.recess_gather_weekday) % 7)
    return calendar.next_working_day(weekday_of_week) == day
