"""Which reminders about a signature are due: so many working days before the last day to sign. Pure."""

from collections.abc import Sequence
from datetime import date

from g40flow.domain.calendar import WorkingCalendar


def signature_reminder_due(
    sign_by: date, asked_on: date, today: date, days: Sequence[int], calendar: WorkingCalendar
) -> int | None:
    """The nearest reminder that is due today, in working days before the last day; None if none is.

    days: 0 is the last day itself. Nothing is due after the last day, nor on the day it was asked.
    """
    if today > sign_by or today <= asked_on:
        return None
    due = [before for before in days if today >= calendar.working_days_before(sign_by, before)]
    return min(due, default=None)
