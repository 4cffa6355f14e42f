"""When and in which form an audience is told: a card of its own, or a line in a gathered message."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from g40flow.domain.calendar import SendingHours, WorkingCalendar, next_gather_moment, next_open_moment
from g40flow.domain.instants import dutch_date

BREAKS_THE_QUIET = timedelta(hours=24)
"""Only what is due within this time may disturb people in quiet hours."""


class Form(StrEnum):
    """How an item is told."""

    CARD = "card"
    GATHERED = "gathered"


@dataclass(frozen=True, kw_only=True)
class Announcement:
    """The form, and the aware UTC instant before which it does not leave."""

    form: Form
    not_before: datetime


def plan_announcement(
    *,
    now: datetime,
    urgent: bool,
    at_once: bool,
    first_read: bool,
    due_at: datetime | None,
    hours: SendingHours,
    calendar: WorkingCalendar,
) -> Announcement:
    """How and when one audience is told of an item that is new to it.

    urgent: see news.is_urgent. at_once: the network wants this kind as a card of its own.
    first_read: it was there when its publisher was read for the first time; all of that is
        gathered into one message, so that starting up is no storm.
    due_at: last instant at which acting is of use, aware UTC; None if there is none.
    """
    if first_read:
        return Announcement(form=Form.GATHERED, not_before=next_open_moment(now, hours, calendar))
    if urgent:
        return Announcement(form=Form.CARD, not_before=urgent_moment(now, due_at, hours, calendar))
    if at_once and calendar.recess_on(dutch_date(now)) is None:
        return Announcement(form=Form.CARD, not_before=next_open_moment(now, hours, calendar))
    return Announcement(form=Form.GATHERED, not_before=next_gather_moment(now, hours, calendar))


def urgent_moment(
    now: datetime, due_at: datetime | None, hours: SendingHours, calendar: WorkingCalendar
) -> datetime:
    """When something urgent leaves: when the quiet is over, or now if that would be too late."""
    if due_at is not None and now <= due_at <= now + BREAKS_THE_QUIET:
        return now
    return next_open_moment(now, hours, calendar)
