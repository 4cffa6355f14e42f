"""The time that is left for a response: what was lost before it was seen, and what falls in a recess."""

from dataclasses import dataclass
from datetime import date, timedelta

from g40flow.domain.calendar import Period, WorkingCalendar

A_WEEK = 5
"""Working days in a recess from which a term counts as one over the holidays."""


@dataclass(frozen=True, kw_only=True)
class Term:
    """The days on which a response is accepted. Dutch dates; None if the publisher does not say."""

    opens_on: date | None
    closes_on: date | None

    def days_lost(self, detected_on: date, calendar: WorkingCalendar) -> int:
        """Working days between opening and the day it was seen."""
        if self.opens_on is None or detected_on <= self.opens_on:
            return 0
        return calendar.working_days_left(self.opens_on, detected_on)

    def days_left(self, today: date, calendar: WorkingCalendar) -> int | None:
        """Working days after today up to the closing day; None without one, negative when it passed."""
        return None if self.closes_on is None else calendar.working_days_left(today, self.closes_on)

    def recesses(self, today: date, calendar: WorkingCalendar) -> tuple[Period, ...]:
        """The recesses that take at least a week of the days that are left, or in which it closes."""
        if self.closes_on is None:
            return ()
        last = self.closes_on
        days = [today + timedelta(days=n) for n in range((last - today).days + 1)]
        working = [day for day in days if calendar.is_working_day(day)]
        return tuple(
            recess
            for recess in calendar.recesses
            if last in recess or sum(day in recess for day in working) >= A_WEEK
        )
