"""The plan of a dossier as a value: the latest day of each stage, and how it was counted."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from g40flow.domain.calendar import WorkingCalendar
from g40flow.domain.dossier.workflow import Stage


class Mode(StrEnum):
    """How much time the plan had to do with."""

    NORMAL = "normal"
    SCALED = "scaled"  # less time than the stages need: each gets its share of what is left
    URGENT = "urgent"  # hardly any time: the urgent procedure
    NONE = "none"  # no working day is left before closing


class Base(StrEnum):
    """What a day was counted from."""

    OPENING = "opening"
    START = "start"  # the first day on which somebody could work on it, when opening was too long ago
    CLOSING = "closing"


class Call(StrEnum):
    """Who is asked for input, as far as time goes."""

    ALL = "all"
    CORE_GROUP = "core_group"
    NONE = "none"


class PlanWarning(StrEnum):
    """What people must know of a plan. None of these moves the legal date."""

    TOO_LATE = "too_late"
    NO_CLOSING = "no_closing"
    LATE_DETECTED = "late_detected"  # count: working days lost
    CLOSES_BEFORE_OPENING = "closes_before_opening"
    CLOSES_ON_DAY_OFF = "closes_on_day_off"  # name: of the holiday, "" for a weekend
    RECESS = "recess"
    SCHOOL_HOLIDAY = "school_holiday"
    NETWORK_DAY = "network_day"
    HOLIDAY_TERM = "holiday_term"  # count: working days of the term in a school holiday


@dataclass(frozen=True, kw_only=True)
class PlanRules:
    """The network's figures, all in working days.

    from_opening, before_closing: latest day per stage. published_within: after closing.
    scale_under, urgent_under, no_call_under: compared with the working days that are left.
    holiday_share: of the term, from which it is a holiday term.
    Raises ValueError if a stage must end before the one that precedes it.
    """

    from_opening: Mapping[Stage, int]
    before_closing: Mapping[Stage, int]
    published_within: int = 3
    scale_under: int = 20
    urgent_under: int = 10
    no_call_under: int = 5
    holiday_share: float = 0.4

    def __post_init__(self) -> None:
        opening = [self.from_opening[stage] for stage in Stage if stage in self.from_opening]
        closing = [self.before_closing[stage] for stage in Stage if stage in self.before_closing]
        twice = sorted(self.from_opening.keys() & self.before_closing.keys())
        if twice:
            raise ValueError(f"counted both from opening and before closing: {', '.join(twice)}")
        if opening != sorted(opening) or closing != sorted(closing, reverse=True):
            raise ValueError("a stage would have to end before the one that precedes it")
        if sum((*opening[-1:], *closing[:1])) > self.scale_under:
            raise ValueError(
                f"the stages need {sum((*opening[-1:], *closing[:1]))} working days, "
                f"so scale_under_working_days must not be {self.scale_under}"
            )


@dataclass(frozen=True, kw_only=True)
class Term:
    """The days a plan stands between, Dutch dates; None if not known.

    closes_on: as published. agreed_closes_on: another last day, agreed with the ministry; it counts.
    detected_on: the day we saw it.
    """

    opens_on: date | None
    closes_on: date | None
    detected_on: date
    agreed_closes_on: date | None = None

    @property
    def last_on(self) -> date | None:
        """The last day on which a response is accepted."""
        return self.agreed_closes_on or self.closes_on

    def days_lost(self, calendar: WorkingCalendar) -> int:
        """Working days between opening and the day we saw it."""
        return (
            0
            if self.opens_on is None
            else max(0, calendar.working_days_left(self.opens_on, self.detected_on))
        )


@dataclass(frozen=True, kw_only=True)
class Share:
    """A day in a plan with too little time: `day` working days after the start, of `left` that there are.

    place, of: where it stands in a term that is long enough.
    """

    day: int
    left: int
    place: int
    of: int


@dataclass(frozen=True, kw_only=True)
class Arithmetic:
    """How a day was counted.

    offset: working days, negative before closing. named_on: the opening, start or closing day itself;
    from_on: the working day that was counted from. share: None if there was time enough.
    counted_on: what the count gave; the plan has another day if steps would otherwise change places,
    or if people chose one. passed_over: Dutch names of holidays in between.
    """

    base: Base
    offset: int
    named_on: date
    from_on: date
    counted_on: date
    share: Share | None = None
    passed_over: tuple[str, ...] = ()


@dataclass(frozen=True, kw_only=True)
class ByHand:
    """Somebody chose this day. by: slug; by_name: as shown at the time."""

    by: str
    by_name: str
    reason: str


@dataclass(frozen=True, kw_only=True)
class PlanDay:
    """The latest day of one stage. by_hand: None if it is what was counted."""

    stage: Stage
    latest_on: date
    arithmetic: Arithmetic
    by_hand: ByHand | None = None


@dataclass(frozen=True, kw_only=True)
class Warned:
    """A warning, with what it is about. until_on: the last day of a period; None for no period."""

    code: PlanWarning
    name: str = ""
    from_on: date | None = None
    until_on: date | None = None
    count: int = 0


@dataclass(frozen=True, kw_only=True)
class Plan:
    """When each stage must be over.

    starts_on: the first day that was planned with. closes_on: the last day to respond, None if there is
    none. working_days_left: from start to closing, None without closing day.
    days: in the order of the stages; no day comes before the one of an earlier stage.
    """

    mode: Mode
    starts_on: date
    closes_on: date | None
    working_days_left: int | None
    days: tuple[PlanDay, ...] = ()
    warnings: tuple[Warned, ...] = ()
    call: Call = Call.ALL

    def day_of(self, stage: Stage) -> PlanDay | None:
        """The day of one stage; None if the plan has none for it."""
        return next((day for day in self.days if day.stage is stage), None)


@dataclass(frozen=True, kw_only=True)
class DayChange:
    """A stage that has another latest day than before; None where it had or has none."""

    stage: Stage
    old: date | None
    new: date | None


def compare_plans(old: Plan | None, new: Plan) -> tuple[DayChange, ...]:
    """Every stage whose latest day differs, in the order of the stages. old: None if there was no plan."""
    before = {} if old is None else {day.stage: day.latest_on for day in old.days}
    after = {day.stage: day.latest_on for day in new.days}
    return tuple(
        DayChange(stage=stage, old=before.get(stage), new=after.get(stage))
        for stage in Stage
        if before.get(stage) != after.get(stage)
    )
