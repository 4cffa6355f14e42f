"""config/calendar.yaml: working days, recess, network days and the hours for sending."""

from dataclasses import dataclass
from datetime import date, time
from pathlib import Path

import holidays
from pydantic import Field, model_validator

from g40flow.config.hooks import YearlyMomentConfig
from g40flow.config.yaml import Strict, load_strict
from g40flow.domain.calendar import Period, SendingHours, WorkingCalendar
from g40flow.domain.campaigns.yearly import YearlyMoment

YEARS = range(2015, 2041)


class PeriodConfig(Strict):
    """Both days included. until_on: leave out for a single day."""

    name: str
    from_on: date
    until_on: date | None = None

    @model_validator(mode="after")
    def _in_order(self) -> "PeriodConfig":
        if self.until_on is not None and self.until_on < self.from_on:
            raise ValueError(f"until_on {self.until_on} lies before from_on {self.from_on}")
        return self

    def period(self) -> Period:
        """The same as a value of the domain."""
        return Period(name=self.name, from_on=self.from_on, until_on=self.until_on or self.from_on)


class SendingHoursConfig(Strict):
    """Dutch wall-clock times on working days."""

    opens: time = time(8)
    closes: time = time(18)
    gather_at: list[time] = Field(default=[time(9), time(13), time(16, 30)], min_length=1)
    recess_gather_weekday: int = Field(default=0, ge=0, le=4)

    @model_validator(mode="after")
    def _within_hours(self) -> "SendingHoursConfig":
        outside = [t for t in self.gather_at if not self.opens <= t < self.closes]
        if outside or self.opens >= self.closes:
            raise ValueError("gather_at must lie between opens and closes, and opens before closes")
        return self


class CalendarConfig(Strict):
    """The whole of calendar.yaml.

    country: for the public holidays. extra_days_off: days on which the network does not work.
    school_holidays: weeks in which many people are away; they are working days all the same.
    sitting_weekdays: days on which parliament usually meets, 0 = Monday.
    moments: of the budget cycle, elections and formation, which campaigns aim at.
    """

    country: str = "NL"
    extra_days_off: list[PeriodConfig] = []
    recesses: list[PeriodConfig] = []
    school_holidays: list[PeriodConfig] = []
    network_days: list[PeriodConfig] = []
    sitting_weekdays: list[int] = [1, 2, 3]
    sending_hours: SendingHoursConfig = SendingHoursConfig()
    moments: list[YearlyMomentConfig] = []

    @model_validator(mode="after")
    def _moments_once(self) -> "CalendarConfig":
        keys = [moment.key for moment in self.moments]
        if twice := sorted({key for key in keys if keys.count(key) > 1}):
            raise ValueError(f"every moment has a key of its own, found {twice} twice")
        return self


@dataclass(frozen=True, kw_only=True)
class Calendars:
    """What the rest of the program gets of calendar.yaml."""

    working: WorkingCalendar
    sending: SendingHours
    network_days: tuple[Period, ...]
    school_holidays: tuple[Period, ...]
    sitting_weekdays: frozenset[int]
    moments: tuple[YearlyMoment, ...] = ()

    def is_sitting_day(self, day: date) -> bool:
        """Whether parliament is expected to meet on that day."""
        in_session = self.working.is_working_day(day) and self.working.recess_on(day) is None
        return in_session and day.weekday() in self.sitting_weekdays


def load_calendars(folder: Path) -> Calendars:
    """Working days with the public holidays of the country, and the hours for sending."""
    config = load_strict(folder / "calendar.yaml", CalendarConfig)
    language = "nl" if config.country == "NL" else None
    public = holidays.country_holidays(config.country, years=YEARS, language=language)
    extra = {
        date.fromordinal(day): off.name
        for off in config.extra_days_off
        for day in range(off.from_on.toordinal(), (off.until_on or off.from_on).toordinal() + 1)
    }
    sending = config.sending_hours
    return Calendars(
        working=WorkingCalendar(
            holidays=frozenset({*public, *extra}),
            names={**dict(public.items()), **extra},
            recesses=tuple(recess.period() for recess in config.recesses),
        ),
        sending=SendingHours(
            opens=sending.opens,
            closes=sending.closes,
            gather_at=tuple(sorted(sending.gather_at)),
            recess_gather_weekday=sending.recess_gather_weekday,
        ),
        network_days=tuple(day.period() for day in config.network_days),
        school_holidays=tuple(weeks.period() for weeks in config.school_holidays),
        sitting_weekdays=frozenset(config.sitting_weekdays),
        moments=tuple(moment.moment() for moment in config.moments),
    )
