"""Back-planning: from the closing day to the latest day of each stage, in Dutch working days.

docs/planning.md shows the arithmetic by example.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta

from g40flow.domain.calendar import SATURDAY, Period, WorkingCalendar
from g40flow.domain.dossier.plan import (
    Arithmetic,
    Base,
    Call,
    Mode,
    Plan,
    PlanDay,
    PlanRules,
    PlanWarning,
    Share,
    Term,
    Warned,
)
from g40flow.domain.dossier.workflow import Stage


@dataclass(frozen=True, kw_only=True)
class Days:
    """The days of the network: which count, and which deserve a warning."""

    working: WorkingCalendar
    school_holidays: tuple[Period, ...] = ()
    network_days: tuple[Period, ...] = ()


def back_plan(
    term: Term,
    *,
    today: date,
    days: Days,
    rules: PlanRules,
    urgent: bool | None = None,
    current: Stage = Stage.SIGNALED,
    earlier: Plan | None = None,
) -> Plan:
    """The plan of a dossier.

    today: Dutch date; nothing is planned before it. urgent: True if the urgent procedure was accepted,
    False if it was declined, None if nobody decided: then the plan proposes it when time is short.
    current: stages before this one are over. earlier: the plan so far: it gives the days of stages that
    are over, and the days that people chose, which are kept where they still fit.
    """
    return _Planner(term, today, days, rules, urgent).plan(current, earlier)


def planned_stages(rules: PlanRules) -> tuple[Stage, ...]:
    """The stages that get a day, in order."""
    counted = {*rules.from_opening, *rules.before_closing, Stage.PUBLISHED}
    return tuple(stage for stage in Stage if stage in counted)


class _Planner:
    """What the parts of the arithmetic share."""

    def __init__(self, term: Term, today: date, days: Days, rules: PlanRules, urgent: bool | None) -> None:
        self._term, self._days, self._rules = term, days, rules
        self._calendar = days.working
        self._start = self._first_day(today)
        self._earliest = self._calendar.next_working_day(self._start)
        closes_on = term.last_on
        self._last = None if closes_on is None else self._calendar.last_working_day(closes_on)
        self._left = None if self._last is None else self._calendar.working_days_left(self._start, self._last)
        self._mode = self._chosen_mode(urgent)

    def plan(self, current: Stage, earlier: Plan | None) -> Plan:
        stages = planned_stages(self._rules)
        place = list(Stage).index(current)
        to_come = [stage for stage in stages if list(Stage).index(stage) >= place]
        chosen = {day.stage: day for day in (() if earlier is None else earlier.days)}
        coming = self._fitted([self._counted(stage) for stage in self._wanted(to_come)], chosen)
        over = [chosen[stage] for stage in stages if stage in chosen and stage not in to_come]
        return Plan(
            mode=self._mode,
            starts_on=self._start,
            closes_on=self._term.last_on,
            working_days_left=self._left,
            days=(*_not_after(over, coming), *coming),
            warnings=tuple(self._warnings()),
            call=self._call(),
        )

    # --- the frame --------------------------------------------------------------------------------

    def _first_day(self, today: date) -> date:
        """Nobody works on it before it is seen, before today, or before it is there to be read."""
        return max(today, self._term.detected_on, self._opens_on() or date.min)

    def _opens_on(self) -> date | None:
        """The opening day, unless it cannot be right."""
        return None if self._is_upside_down() else self._term.opens_on

    def _is_upside_down(self) -> bool:
        opens_on, last_on = self._term.opens_on, self._term.last_on
        return opens_on is not None and last_on is not None and last_on < opens_on

    def _chosen_mode(self, urgent: bool | None) -> Mode:
        if self._last is None or self._left is None:
            return Mode.NORMAL
        if self._last < self._earliest:
            return Mode.NONE
        if urgent or (urgent is None and self._left < self._rules.urgent_under):
            return Mode.URGENT
        return Mode.SCALED if self._left < self._rules.scale_under else Mode.NORMAL

    def _call(self) -> Call:
        if self._mode is not Mode.URGENT:
            return Call.NONE if self._mode is Mode.NONE else Call.ALL
        assert self._left is not None
        return Call.NONE if self._left < self._rules.no_call_under else Call.CORE_GROUP

    def _wanted(self, stages: Iterable[Stage]) -> list[Stage]:
        if self._mode is Mode.NONE:
            return []
        if self._last is None:
            return [stage for stage in stages if stage in self._rules.from_opening]
        without = Stage.MEMBER_CALL if self._call() is Call.NONE else None
        return [stage for stage in stages if stage is not without]

    # --- counting ---------------------------------------------------------------------------------

    def _counted(self, stage: Stage) -> PlanDay:
        if stage is Stage.PUBLISHED:
            return self._from_closing(stage, self._rules.published_within)
        if self._left is not None and self._left < self._rules.scale_under:
            return self._shared(stage, self._left)
        if stage in self._rules.from_opening:
            return self._from_opening(stage, self._rules.from_opening[stage])
        return self._from_closing(stage, -self._rules.before_closing[self._as_if(stage)])

    def _as_if(self, stage: Stage) -> Stage:
        """In the urgent procedure both reviews run side by side, until the day of the later one."""
        parallel = self._mode is Mode.URGENT and Stage.POLITICAL_REVIEW in self._rules.before_closing
        return Stage.POLITICAL_REVIEW if parallel and stage is Stage.OFFICIAL_REVIEW else stage

    def _from_opening(self, stage: Stage, offset: int) -> PlanDay:
        base, named_on = Base.OPENING, self._opens_on()
        if offset == 0 or named_on is None or self._is_too_long_ago(named_on):
            base, named_on = Base.START, self._start
        return self._day(stage, base, offset, named_on, self._calendar.working_days_after(named_on, offset))

    def _is_too_long_ago(self, opens_on: date) -> bool:
        """Whether a stage would be over before somebody could begin with it."""
        soonest = min((offset for offset in self._rules.from_opening.values() if offset), default=0)
        return self._calendar.working_days_after(opens_on, soonest) < self._earliest

    def _from_closing(self, stage: Stage, offset: int) -> PlanDay:
        assert self._last is not None
        count = self._calendar.working_days_before if offset < 0 else self._calendar.working_days_after
        return self._day(stage, Base.CLOSING, offset, self._closing(), count(self._last, abs(offset)))

    def _shared(self, stage: Stage, left: int) -> PlanDay:
        """A stage gets the same part of what is left as it has of a term that is long enough."""
        of = self._rules.scale_under
        if stage in self._rules.from_opening:
            base, offset, named_on = Base.START, self._rules.from_opening[stage], self._start
            place = offset
        else:
            base, offset = Base.CLOSING, -self._rules.before_closing[self._as_if(stage)]
            place, named_on = of + offset, self._closing()
        share = Share(day=place * left // of, left=left, place=place, of=of)
        counted_on = self._calendar.working_days_after(self._start, share.day)
        return self._day(stage, base, offset, named_on, counted_on, share)

    def _closing(self) -> date:
        assert self._term.last_on is not None
        return self._term.last_on

    def _day(
        self,
        stage: Stage,
        base: Base,
        offset: int,
        named_on: date,
        counted_on: date,
        share: Share | None = None,
    ) -> PlanDay:
        last = self._last if base is Base.CLOSING else None
        from_on = self._start if share is not None else last or named_on
        arithmetic = Arithmetic(
            base=base,
            offset=offset,
            named_on=named_on,
            from_on=from_on,
            counted_on=counted_on,
            share=share,
            passed_over=self._passed_over(from_on, counted_on),
        )
        return PlanDay(stage=stage, latest_on=counted_on, arithmetic=arithmetic)

    def _passed_over(self, one: date, other: date) -> tuple[str, ...]:
        names = self._calendar.names
        between = _each_day(*sorted((one, other)))
        return tuple(names[day] for day in between if day in names and day.weekday() < SATURDAY)

    # --- fitting ----------------------------------------------------------------------------------

    def _fitted(self, counted: Sequence[PlanDay], earlier: dict[Stage, PlanDay]) -> list[PlanDay]:
        """The days people chose where they fit, and the others moved so that none changes places."""
        days = self._with_chosen(counted, earlier)
        floor = self._earliest
        for n, day in enumerate(days):
            if day.by_hand is None and day.latest_on < floor:
                days[n] = replace(day, latest_on=floor)
            floor = days[n].latest_on if days[n].by_hand else max(floor, days[n].latest_on)
        for n in range(len(days) - 2, -1, -1):
            if days[n].by_hand is None and days[n].latest_on > days[n + 1].latest_on:
                days[n] = replace(days[n], latest_on=days[n + 1].latest_on)
        return days

    def _with_chosen(self, counted: Sequence[PlanDay], earlier: dict[Stage, PlanDay]) -> list[PlanDay]:
        days, floor = [], self._earliest
        for day in counted:
            was = earlier.get(day.stage)
            if was is not None and was.by_hand is not None and self._fits(day.stage, was.latest_on, floor):
                floor = was.latest_on
                day = replace(day, latest_on=was.latest_on, by_hand=was.by_hand)
            days.append(day)
        return days

    def _fits(self, stage: Stage, chosen: date, floor: date) -> bool:
        if chosen < floor or not self._calendar.is_working_day(chosen):
            return False
        return self._last is None or stage is Stage.PUBLISHED or chosen <= self._last

    # --- warnings ---------------------------------------------------------------------------------

    def _warnings(self) -> Iterable[Warned]:
        lost = self._term.days_lost(self._calendar)
        if lost:
            yield Warned(code=PlanWarning.LATE_DETECTED, from_on=self._term.opens_on, count=lost)
        closes_on = self._term.last_on
        if closes_on is None:
            yield Warned(code=PlanWarning.NO_CLOSING)
            return
        if self._is_upside_down():
            yield Warned(code=PlanWarning.CLOSES_BEFORE_OPENING, from_on=self._term.opens_on)
        if self._mode is Mode.NONE:
            yield Warned(code=PlanWarning.TOO_LATE, from_on=closes_on)
            return
        if not self._calendar.is_working_day(closes_on):
            name = self._calendar.names.get(closes_on, "")
            yield Warned(code=PlanWarning.CLOSES_ON_DAY_OFF, name=name, from_on=closes_on)
        yield from self._warnings_of_weeks(closes_on)

    def _warnings_of_weeks(self, closes_on: date) -> Iterable[Warned]:
        away = self._days_away(closes_on)
        working_days = (self._left or 0) + 1
        if away and away >= self._rules.holiday_share * working_days:
            yield Warned(code=PlanWarning.HOLIDAY_TERM, count=away)
        for code, periods in (
            (PlanWarning.RECESS, self._calendar.recesses),
            (PlanWarning.SCHOOL_HOLIDAY, self._days.school_holidays),
            (PlanWarning.NETWORK_DAY, self._days.network_days),
        ):
            for period in periods:
                if period.from_on <= closes_on and period.until_on >= self._start:
                    yield Warned(
                        code=code, name=period.name, from_on=period.from_on, until_on=period.until_on
                    )

    def _days_away(self, closes_on: date) -> int:
        """Working days of the term in a school holiday."""
        away = {
            day
            for period in self._days.school_holidays
            for day in _each_day(max(period.from_on, self._start), min(period.until_on, closes_on))
        }
        return sum(map(self._calendar.is_working_day, away))


def _each_day(first: date, last: date) -> Iterable[date]:
    """Both included; none if the last comes before the first."""
    return (first + timedelta(days=n) for n in range((last - first).days + 1))


def _not_after(over: Sequence[PlanDay], coming: Sequence[PlanDay]) -> list[PlanDay]:
    """Days of stages that are over, none after the first that is still to come."""
    if not coming:
        return list(over)
    first = coming[0].latest_on
    return [day if day.latest_on <= first else replace(day, latest_on=first) for day in over]
