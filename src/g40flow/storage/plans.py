"""The plan of a dossier as it is kept in Dossier.plan, and what it is made from."""

import hashlib
import json
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import ColumnElement, case
from sqlmodel import col

from g40flow.domain.dossier.plan import (
    Arithmetic,
    Base,
    ByHand,
    Call,
    Mode,
    Plan,
    PlanDay,
    PlanWarning,
    Share,
    Term,
    Warned,
)
from g40flow.domain.dossier.workflow import Stage
from g40flow.domain.instants import require_aware
from g40flow.domain.items import Json
from g40flow.storage.dossier_tables import Dossier, planned_on


@dataclass(frozen=True, kw_only=True)
class KeptPlan:
    """A plan with what became of it.

    made_at: when its days were counted, aware UTC. fixed_by: slug, "" as long as nobody fixed it.
    declined_urgent: people chose not to use the urgent procedure.
    """

    plan: Plan
    made_at: datetime
    fixed_by: str = ""
    fixed_at: datetime | None = None
    declined_urgent: bool = False

    @property
    def is_fixed(self) -> bool:
        """Whether people work by it."""
        return self.fixed_at is not None


def kept_plan(dossier: Dossier) -> KeptPlan | None:
    """The plan of a dossier; None if none was kept yet."""
    kept = dossier.plan
    if "days" not in kept:
        return None
    fixed_at = kept.get("fixed_at")
    return KeptPlan(
        plan=_plan(kept),
        made_at=datetime.fromisoformat(kept["made_at"]),
        fixed_by=kept.get("fixed_by") or "",
        fixed_at=None if fixed_at is None else datetime.fromisoformat(fixed_at),
        declined_urgent=kept.get("declined_urgent", False),
    )


def keep_plan(dossier: Dossier, kept: KeptPlan) -> None:
    """Let the dossier have this plan. The caller notes the change."""
    fixed_at = None if kept.fixed_at is None else require_aware(kept.fixed_at).isoformat()
    dossier.plan = {
        **_as_json(kept.plan),
        "made_at": require_aware(kept.made_at).isoformat(),
        "fixed_by": kept.fixed_by,
        "fixed_at": fixed_at,
        "declined_urgent": kept.declined_urgent,
    }


def plan_unless_known() -> ColumnElement[Any]:
    """Of a query: the plan of a dossier where Dossier.step_on does not say its day yet, else None.

    With `step_day` it gives that day of thousands of dossiers without reading their plans.
    """
    return case((col(Dossier.step_on).is_(None), col(Dossier.plan)), else_=None)


def step_day(step_on: date | None, plan: dict[str, Any] | None, stage: Stage) -> date | None:
    """The latest day of the stage in which a dossier is. plan: from `plan_unless_known`."""
    return planned_on(plan, stage) if step_on is None and plan else step_on


def term_of(dossier: Dossier) -> Term:
    """The days that the plan of a dossier stands between."""
    return Term(
        opens_on=dossier.opens_on,
        closes_on=dossier.closes_on,
        agreed_closes_on=dossier.agreed_closes_on,
        detected_on=dossier.detected_on,
    )


def digest_of(plan: Plan) -> str:
    """Sixteen characters that differ between plans with other days: what somebody had on screen."""
    shown = json.dumps([[day["stage"], day["latest_on"]] for day in _as_json(plan)["days"]])
    return hashlib.sha256(f"{plan.mode} {shown}".encode()).hexdigest()[:16]


def days_as_facts(plan: Plan) -> dict[str, Json]:
    """The latest day per stage, for the history."""
    return {day.stage.value: day.latest_on.isoformat() for day in plan.days}


# --- as JSON --------------------------------------------------------------------------------------


def _as_json(plan: Plan) -> dict[str, Any]:
    return {
        "mode": plan.mode.value,
        "call": plan.call.value,
        "starts_on": plan.starts_on.isoformat(),
        "closes_on": _iso(plan.closes_on),
        "working_days_left": plan.working_days_left,
        "days": [_day_as_json(day) for day in plan.days],
        "warnings": [
            {
                "code": warned.code.value,
                "name": warned.name,
                "from_on": _iso(warned.from_on),
                "until_on": _iso(warned.until_on),
                "count": warned.count,
            }
            for warned in plan.warnings
        ],
    }


def _day_as_json(day: PlanDay) -> dict[str, Any]:
    how, hand = day.arithmetic, day.by_hand
    return {
        "stage": day.stage.value,
        "latest_on": day.latest_on.isoformat(),
        "arithmetic": {
            "base": how.base.value,
            "offset": how.offset,
            "named_on": how.named_on.isoformat(),
            "from_on": how.from_on.isoformat(),
            "counted_on": how.counted_on.isoformat(),
            "share": None if how.share is None else vars(how.share),
            "passed_over": list(how.passed_over),
        },
        "by_hand": None if hand is None else vars(hand),
    }


def _plan(kept: dict[str, Any]) -> Plan:
    return Plan(
        mode=Mode(kept["mode"]),
        call=Call(kept["call"]),
        starts_on=date.fromisoformat(kept["starts_on"]),
        closes_on=_day(kept["closes_on"]),
        working_days_left=kept["working_days_left"],
        days=tuple(_plan_day(day) for day in kept["days"]),
        warnings=tuple(
            Warned(
                code=PlanWarning(warned["code"]),
                name=warned["name"],
                from_on=_day(warned["from_on"]),
                until_on=_day(warned["until_on"]),
                count=warned["count"],
            )
            for warned in kept["warnings"]
        ),
    )


def _plan_day(kept: dict[str, Any]) -> PlanDay:
    how, hand = kept["arithmetic"], kept["by_hand"]
    return PlanDay(
        stage=Stage(kept["stage"]),
        latest_on=date.fromisoformat(kept["latest_on"]),
        arithmetic=Arithmetic(
            base=Base(how["base"]),
            offset=how["offset"],
            named_on=date.fromisoformat(how["named_on"]),
            from_on=date.fromisoformat(how["from_on"]),
            counted_on=date.fromisoformat(how["counted_on"]),
            share=None if how["share"] is None else Share(**how["share"]),
            passed_over=tuple(how["passed_over"]),
        ),
        by_hand=None if hand is None else ByHand(**hand),
    )


def _iso(day: date | None) -> str | None:
    return None if day is None else day.isoformat()


def _day(text: str | None) -> date | None:
    return None if text is None else date.fromisoformat(text)
