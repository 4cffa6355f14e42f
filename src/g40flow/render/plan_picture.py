"""The plan of a dossier as a picture: where everything stands, in the units of the drawing."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from g40flow.domain.dossier.plan import Plan, PlanDay, PlanWarning
from g40flow.domain.dossier.workflow import Stage
from g40flow.render.picture_scale import DayScale

LEFT, RIGHT, ROW, TOP = 208, 716, 26, 34
"""Where the days begin and end, the height of a row, and the room for the names of days."""


@dataclass(frozen=True, kw_only=True)
class Row:
    """One stage: a bar from the day before it to its latest day. state: done, now, late or ahead."""

    day: PlanDay
    state: str
    x: float
    width: float
    y: int

    @property
    def end(self) -> float:
        """Where its latest day is."""
        return self.x + self.width


@dataclass(frozen=True, kw_only=True)
class Band:
    """A recess or a school holiday behind the bars."""

    name: str
    x: float
    width: float


@dataclass(frozen=True, kw_only=True)
class PlanPicture:
    """The drawing. ticks: (place, day). today, closing: None if they are outside it."""

    height: int
    rows: Sequence[Row]
    ticks: Sequence[tuple[float, date]]
    bands: Sequence[Band]
    today: float | None
    closing: float | None


def state_of(day: PlanDay, stage: Stage, today: date) -> str:
    """How a stage of the plan stands, for a dossier that is at `stage`."""
    order = list(Stage)
    if order.index(day.stage) < order.index(stage):
        return "done"
    if day.latest_on < today:
        return "late"
    return "now" if day.stage is stage else "ahead"


def plan_picture(plan: Plan, stage: Stage, today: date) -> PlanPicture | None:
    """The picture of a plan; None if it has no days. stage: where the dossier stands."""
    if not plan.days:
        return None
    first = min(plan.starts_on, plan.days[0].latest_on, today)
    last = max(plan.days[-1].latest_on, plan.closes_on or date.min, first + timedelta(days=1))
    scale = DayScale(first, last, LEFT, RIGHT)
    return PlanPicture(
        height=TOP + ROW * len(plan.days) + 6,
        rows=list(_rows(plan, stage, today, scale)),
        ticks=list(scale.mondays()),
        bands=list(_bands(plan, scale)),
        today=scale.at(today) if scale.holds(today) else None,
        closing=None if plan.closes_on is None else scale.at(plan.closes_on),
    )


def _rows(plan: Plan, stage: Stage, today: date, scale: DayScale) -> Iterator[Row]:
    before = min(plan.starts_on, plan.days[0].latest_on)
    for number, day in enumerate(plan.days):
        start, end = scale.at(before), scale.at(day.latest_on)
        yield Row(
            day=day,
            state=state_of(day, stage, today),
            x=start,
            width=max(round(end - start, 1), 3.0),
            y=TOP + ROW * number,
        )
        before = day.latest_on


def _bands(plan: Plan, scale: DayScale) -> Iterator[Band]:
    weeks = (PlanWarning.RECESS, PlanWarning.SCHOOL_HOLIDAY)
    for warned in plan.warnings:
        if warned.code in weeks and warned.from_on is not None and warned.until_on is not None:
            start, end = scale.at(warned.from_on), scale.at(warned.until_on + timedelta(days=1))
            if end > start:
                yield Band(name=warned.name, x=start, width=round(end - start, 1))
