"""The plan of a dossier as its page shows it to one person."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime

from sqlmodel import Session

from g40flow.bootstrap import App
from g40flow.domain.actors import Actor
from g40flow.domain.dossier.plan import DayChange, Mode, Plan, PlanDay, compare_plans
from g40flow.domain.dossier.rights import Right, has_right
from g40flow.domain.dossier.workflow import BEFORE_SUBMISSION, Stage
from g40flow.domain.instants import dutch_date
from g40flow.render.pictures import Ink, Picture
from g40flow.render.plan_picture import plan_picture, state_of
from g40flow.storage.dossier_tables import Dossier
from g40flow.storage.plans import KeptPlan, digest_of
from g40flow.use_cases.dossier.desk import roles_on
from g40flow.use_cases.dossier.plan import propose_plan, shown_plan, working_stage
from g40flow.use_cases.dossier.term import last_day


@dataclass(frozen=True, kw_only=True)
class PlanView:
    """The values behind the part.

    kept: None if nothing was kept yet; the plan is then a proposal. closes_on: last day to respond.
    lines: every day with how it stands. changes: what counting again would change. digest: of the plan
    on show. changeable: stages whose day can be chosen. may_plan, may_agree: rights of the viewer.
    """

    plan: Plan
    kept: KeptPlan | None
    closes_on: date | None
    lines: Sequence[tuple[PlanDay, str]]
    picture: Picture | None
    changes: Sequence[DayChange]
    digest: str
    changeable: Sequence[PlanDay]
    may_plan: bool
    may_agree: bool
    proposes_urgent: bool
    counts: bool

    @property
    def is_fixed(self) -> bool:
        """Whether people work by it."""
        return self.kept is not None and self.kept.is_fixed


def plan_part(session: Session, app: App, dossier: Dossier, actor: Actor, now: datetime) -> PlanView | None:
    """The plan as it counts now; None when there never was one and none is needed any more."""
    counts = Stage(dossier.stage) in BEFORE_SUBMISSION
    plan, kept = shown_plan(app.desk, dossier, now)
    if not counts and kept is None:
        return None
    stage, today = working_stage(dossier), dutch_date(now)
    drawing = plan_picture(plan, stage, today)
    lines = [(day, state_of(day, stage, today)) for day in plan.days]
    again = propose_plan(app.desk, dossier, now) if counts else plan
    roles = roles_on(session, dossier, actor)
    return PlanView(
        plan=plan,
        kept=kept,
        closes_on=last_day(dossier),
        lines=lines,
        picture=None if drawing is None else app.pictures.plan(drawing, Ink.PAGE),
        changes=compare_plans(plan, again),
        digest=digest_of(plan),
        changeable=[day for day, state in lines if state != "done"],
        may_plan=counts and has_right(Right.FIX_PLAN, roles),
        may_agree=counts and has_right(Right.EDIT_DOSSIER, roles),
        proposes_urgent=plan.mode is Mode.URGENT and not dossier.urgent,
        counts=counts,
    )
