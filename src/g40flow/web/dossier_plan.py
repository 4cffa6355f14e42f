"""The forms that change the plan of a dossier; what they show is in g40flow.web.plan_view."""

from datetime import date
from typing import Annotated

from fastapi import APIRouter, Form
from fastapi.responses import Response

from g40flow.domain.errors import InvalidInput
from g40flow.domain.outside_text import one_line
from g40flow.use_cases.dossier.plan import (
    accept_urgent,
    choose_day,
    decline_urgent,
    fix_plan,
    recalculate_plan,
    release_day,
)
from g40flow.use_cases.dossier.term import agree_closing_day
from g40flow.web.actor import CurrentActor
from g40flow.web.dossier_acts import do
from g40flow.web.dossiers import DossierId, show_dossier
from g40flow.web.forms import typed_day
from g40flow.web.wiring import CurrentApp, CurrentPages

router = APIRouter(prefix="/dossiers/{dossier_id}/plan")

Seen = Annotated[int, Form(ge=0, le=2**31)]
Text = Annotated[str, Form(max_length=500)]
Word = Annotated[str, Form(max_length=40)]


@router.post("/fix")
def post_fix(
    dossier_id: DossierId,
    app: CurrentApp,
    pages: CurrentPages,
    actor: CurrentActor,
    seen: Seen,
    seen_plan: Word = "",
) -> Response:
    """Let everybody work by the plan as it is shown."""
    given = {"seen_revision": seen, "seen_plan": seen_plan}
    return do(fix_plan, dossier_id, app, pages, actor, "plan", **given)


@router.post("/days")
def post_day(
    dossier_id: DossierId,
    app: CurrentApp,
    pages: CurrentPages,
    actor: CurrentActor,
    seen: Seen,
    stage: Word = "",
    latest_on: Word = "",
    reason: Text = "",
) -> Response:
    """Choose another day for one stage."""
    day = typed_day(one_line(latest_on))
    if day is None:
        problem = InvalidInput("no_date", f"{latest_on!r} is no date", field="latest_on")
        return show_dossier(dossier_id, app, pages, actor, status=422, problem=problem)
    given = {"stage": stage, "latest_on": day, "reason": reason, "seen_revision": seen}
    return do(choose_day, dossier_id, app, pages, actor, "plan", **given)


@router.post("/days/release")
def post_release(
    dossier_id: DossierId,
    app: CurrentApp,
    pages: CurrentPages,
    actor: CurrentActor,
    seen: Seen,
    stage: Word = "",
) -> Response:
    """Let a stage have the day that is counted."""
    return do(release_day, dossier_id, app, pages, actor, "plan", stage=stage, seen_revision=seen)


@router.post("/recalculate")
def post_recalculate(
    dossier_id: DossierId,
    app: CurrentApp,
    pages: CurrentPages,
    actor: CurrentActor,
    seen: Seen,
    drop_chosen: Annotated[bool, Form()] = False,
) -> Response:
    """Count the plan again from today."""
    given = {"seen_revision": seen, "keep_chosen": not drop_chosen}
    return do(recalculate_plan, dossier_id, app, pages, actor, "plan", **given)


@router.post("/urgent")
def post_urgent(
    dossier_id: DossierId,
    app: CurrentApp,
    pages: CurrentPages,
    actor: CurrentActor,
    seen: Seen,
    choice: Word = "",
    reason: Text = "",
) -> Response:
    """Go by the urgent procedure, or not."""
    use_case = accept_urgent if choice == "accept" else decline_urgent
    return do(use_case, dossier_id, app, pages, actor, "plan", reason=reason, seen_revision=seen)


@router.post("/closing-day")
def post_closing_day(
    dossier_id: DossierId,
    app: CurrentApp,
    pages: CurrentPages,
    actor: CurrentActor,
    seen: Seen,
    closes_on: Word = "",
    source: Text = "",
) -> Response:
    """Plan with another last day, agreed with the ministry; an empty day takes that back."""
    said = one_line(closes_on)
    day: date | None = typed_day(said) if said else None
    if said and day is None:
        problem = InvalidInput("no_date", f"{said!r} is no date", field="closes_on")
        return show_dossier(dossier_id, app, pages, actor, status=422, problem=problem)
    given = {"closes_on": day, "source": source, "seen_revision": seen}
    return do(agree_closing_day, dossier_id, app, pages, actor, "term", **given)
