"""The plan of a dossier: proposing it, fixing it, choosing another day, and the urgent procedure."""

from dataclasses import replace
from datetime import date, datetime

from sqlmodel import Session

from g40flow.domain.actors import Actor
from g40flow.domain.dossier.plan import ByHand, DayChange, Mode, Plan, PlanDay, compare_plans
from g40flow.domain.dossier.planning import Days, back_plan
from g40flow.domain.dossier.rights import Right
from g40flow.domain.dossier.words import ExceptionCode
from g40flow.domain.dossier.workflow import Stage
from g40flow.domain.errors import InvalidInput, StaleVersion
from g40flow.domain.instants import dutch_date
from g40flow.domain.items import Json
from g40flow.domain.network import Role
from g40flow.storage.dossier_tables import Dossier, HistoryEntry
from g40flow.storage.plans import KeptPlan, days_as_facts, digest_of, keep_plan, kept_plan, term_of
from g40flow.use_cases.dossier.desk import Desk, note_change, open_for_change, require_on, required_reason
from g40flow.use_cases.dossier.exceptions import lift_noted, note_exception
from g40flow.use_cases.dossier.telling import involved_people, people_with, tell_people

_HURRIED = frozenset({Role.PILLAR_CHAIR, Role.BOARD_SECRETARY})
"""Who is not at work on a dossier yet, and will have less time for it."""


def propose_plan(desk: Desk, dossier: Dossier, now: datetime, *, keep_chosen: bool = True) -> Plan:
    """The plan as it would be made now; nothing is kept.

    keep_chosen: days that people chose stay where they still fit.
    """
    kept = kept_plan(dossier)
    earlier = None if kept is None else kept.plan
    if earlier is not None and not keep_chosen:
        earlier = replace(earlier, days=tuple(replace(day, by_hand=None) for day in earlier.days))
    return _planned(desk, dossier, earlier, now, declined=kept is not None and kept.declined_urgent)


def begin_plan(desk: Desk, dossier: Dossier, now: datetime) -> Plan:
    """Keep the first proposal, so that the days of the first stages stand while nobody fixed a plan."""
    plan = propose_plan(desk, dossier, now)
    keep_plan(dossier, KeptPlan(plan=plan, made_at=now))
    return plan


def shown_plan(desk: Desk, dossier: Dossier, now: datetime) -> tuple[Plan, KeptPlan | None]:
    """(the plan that counts: the kept one, or else the proposal of now; what is kept, or None)."""
    kept = kept_plan(dossier)
    if kept is not None and (kept.is_fixed or _stands(kept.plan, dossier)):
        return kept.plan, kept
    return propose_plan(desk, dossier, now), kept


def _stands(plan: Plan, dossier: Dossier) -> bool:
    """Whether a proposal is still about the dossier as it is."""
    return plan.mode is not Mode.NONE and plan.closes_on == term_of(dossier).last_on


def fix_plan(
    session: Session,
    desk: Desk,
    dossier_id: int,
    *,
    actor: Actor,
    seen_revision: int,
    seen_plan: str | None = None,
    now: datetime,
) -> Plan:
    """Let everybody work by the plan as it is shown, see shown_plan.

    seen_plan: digest of the plan that the actor had on screen; None when it does not matter.
    Raises NotFound, NotAllowed, StaleVersion, or InvalidInput: "urgent_undecided" as long as nobody
    accepted or declined the urgent procedure that it proposes, "no_time_left" if no plan is possible.
    """
    dossier = open_for_change(session, dossier_id, actor, seen_revision=seen_revision)
    require_on(session, dossier, actor, Right.FIX_PLAN)
    plan, kept = shown_plan(desk, dossier, now)
    if seen_plan is not None and seen_plan != digest_of(plan):
        raise StaleVersion(f"dossier {dossier.number}: the plan is another one than was on screen")
    if plan.mode is Mode.NONE:
        raise InvalidInput("no_time_left", f"no working day is left before {plan.closes_on}")
    if plan.mode is Mode.URGENT and not dossier.urgent:
        raise InvalidInput("urgent_undecided", "the plan proposes the urgent procedure; nobody decided yet")
    declined = kept is not None and kept.declined_urgent
    keep_plan(
        dossier,
        KeptPlan(plan=plan, made_at=now, fixed_by=actor.person, fixed_at=now, declined_urgent=declined),
    )
    facts: dict[str, Json] = {"mode": plan.mode.value, "days": days_as_facts(plan)}
    note_change(session, dossier, actor, "fix_plan", now=now, facts=facts)
    return plan


def choose_day(
    session: Session,
    desk: Desk,
    dossier_id: int,
    stage: str,
    latest_on: date,
    *,
    reason: str,
    actor: Actor,
    seen_revision: int,
    now: datetime,
) -> Plan:
    """Give one stage another latest day; the others make room where they must.

    It stays when the plan is made again, as long as it fits.
    Raises NotFound, NotAllowed, StaleVersion, or InvalidInput ("reason_needed", "stage_not_planned",
    "not_a_working_day", "day_passed", "after_closing", "day_taken" by another day that people chose).
    """
    dossier = open_for_change(session, dossier_id, actor, seen_revision=seen_revision)
    require_on(session, dossier, actor, Right.FIX_PLAN)
    said = required_reason(reason)
    before, kept = shown_plan(desk, dossier, now)
    day = _planned_day(dossier, before, stage)
    _check_day(desk, before, day.stage, latest_on, now)
    by_hand = ByHand(by=actor.person, by_name=actor.name, reason=said)
    wanted = _with(before, replace(day, latest_on=latest_on, by_hand=by_hand))
    after = _planned(desk, dossier, wanted, now, declined=kept is not None and kept.declined_urgent)
    if after.day_of(day.stage) is None or _day_of(after, day.stage).latest_on != latest_on:
        raise InvalidInput("day_taken", f"{latest_on} collides with another chosen day", field="latest_on")
    _keep(session, dossier, actor, "choose_day", before, after, kept, now=now, reason=said)
    return after


def release_day(
    session: Session,
    desk: Desk,
    dossier_id: int,
    stage: str,
    *,
    actor: Actor,
    seen_revision: int,
    now: datetime,
) -> Plan:
    """Let a stage have the day that the arithmetic gives, after all.

    Raises NotFound, NotAllowed, StaleVersion or InvalidInput ("stage_not_planned").
    """
    dossier = open_for_change(session, dossier_id, actor, seen_revision=seen_revision)
    require_on(session, dossier, actor, Right.FIX_PLAN)
    before, kept = shown_plan(desk, dossier, now)
    day = _planned_day(dossier, before, stage)
    freed = _with(before, replace(day, by_hand=None))
    after = _planned(desk, dossier, freed, now, declined=kept is not None and kept.declined_urgent)
    _keep(session, dossier, actor, "release_day", before, after, kept, now=now)
    return after


def recalculate_plan(
    session: Session,
    desk: Desk,
    dossier_id: int,
    *,
    actor: Actor,
    seen_revision: int,
    keep_chosen: bool = True,
    now: datetime,
) -> tuple[DayChange, ...]:
    """Count the plan again from today; it stays fixed if it was. Returns what is different.

    Raises NotFound, NotAllowed or StaleVersion.
    """
    dossier = open_for_change(session, dossier_id, actor, seen_revision=seen_revision)
    require_on(session, dossier, actor, Right.FIX_PLAN)
    before, kept = shown_plan(desk, dossier, now)
    after = propose_plan(desk, dossier, now, keep_chosen=keep_chosen)
    _keep(session, dossier, actor, "recalculate_plan", before, after, kept, now=now)
    return compare_plans(before, after)


def accept_urgent(
    session: Session,
    desk: Desk,
    dossier_id: int,
    *,
    reason: str,
    actor: Actor,
    seen_revision: int,
    now: datetime,
) -> Plan:
    """Go by the urgent procedure: a core group or nobody is asked, reviews run side by side.

    Everybody who must be quick hears it, the secretary of the board too: a chair may decide alone.
    Raises NotFound, NotAllowed, StaleVersion or InvalidInput ("reason_needed").
    """
    dossier = open_for_change(session, dossier_id, actor, seen_revision=seen_revision)
    require_on(session, dossier, actor, Right.FIX_PLAN)
    said = required_reason(reason)
    before, kept = shown_plan(desk, dossier, now)
    dossier.urgent = True
    facts: dict[str, Json] = {"working_days_left": before.working_days_left}
    note_exception(session, dossier, ExceptionCode.URGENT, actor=actor, now=now, note=said, facts=facts)
    after = _planned(desk, dossier, before, now, declined=False)
    kept = kept if kept is None else replace(kept, declined_urgent=False)
    entry = _keep(session, dossier, actor, "accept_urgent", before, after, kept, now=now, reason=said)
    hurried = (
        *involved_people(session, desk, dossier, now),
        *people_with(session, desk, dossier, _HURRIED, now),
    )
    tell_people(session, desk, dossier, entry, {person.slug for person in hurried} - {actor.person}, now)
    return after


def decline_urgent(
    session: Session,
    desk: Desk,
    dossier_id: int,
    *,
    reason: str,
    actor: Actor,
    seen_revision: int,
    now: datetime,
) -> Plan:
    """Do not go by the urgent procedure, although time is short, or not any more.

    Raises NotFound, NotAllowed, StaleVersion or InvalidInput ("reason_needed").
    """
    dossier = open_for_change(session, dossier_id, actor, seen_revision=seen_revision)
    require_on(session, dossier, actor, Right.FIX_PLAN)
    said = required_reason(reason)
    before, kept = shown_plan(desk, dossier, now)
    dossier.urgent = False
    lift_noted(session, dossier, ExceptionCode.URGENT, actor=actor, now=now, note=said)
    after = _planned(desk, dossier, before, now, declined=True)
    kept = (
        replace(kept, declined_urgent=True)
        if kept
        else KeptPlan(plan=after, made_at=now, declined_urgent=True)
    )
    _keep(session, dossier, actor, "decline_urgent", before, after, kept, now=now, reason=said)
    return after


# --- shared with recalculate ------------------------------------------------------------------------


def days_of(desk: Desk) -> Days:
    """The days of the network, as planning needs them."""
    calendars = desk.calendars
    return Days(
        working=calendars.working,
        school_holidays=calendars.school_holidays,
        network_days=calendars.network_days,
    )


def working_stage(dossier: Dossier) -> Stage:
    """The stage that a plan is made for: of a dossier that rests, the one it comes back to."""
    return Stage(dossier.stage_before or dossier.stage)


def _planned(desk: Desk, dossier: Dossier, earlier: Plan | None, now: datetime, *, declined: bool) -> Plan:
    return back_plan(
        term_of(dossier),
        today=dutch_date(now),
        days=days_of(desk),
        rules=desk.rules.plan.rules(),
        urgent=True if dossier.urgent else False if declined else None,
        current=working_stage(dossier),
        earlier=earlier,
    )


def _keep(
    session: Session,
    dossier: Dossier,
    actor: Actor,
    action: str,
    before: Plan,
    after: Plan,
    kept: KeptPlan | None,
    *,
    now: datetime,
    reason: str = "",
) -> HistoryEntry:
    """Keep a plan that was made again, with what is different in the history."""
    base = kept or KeptPlan(plan=after, made_at=now)
    keep_plan(dossier, replace(base, plan=after, made_at=now))
    facts: dict[str, Json] = {"mode": after.mode.value, "changes": changes_as_facts(before, after)}
    return note_change(session, dossier, actor, action, now=now, reason=reason, facts=facts)


def changes_as_facts(before: Plan | None, after: Plan) -> list[Json]:
    """What is different, for the history: [{"stage", "old", "new"}], days in ISO form."""
    return [
        {
            "stage": change.stage.value,
            "old": None if change.old is None else change.old.isoformat(),
            "new": None if change.new is None else change.new.isoformat(),
        }
        for change in compare_plans(before, after)
    ]


def _planned_day(dossier: Dossier, plan: Plan, stage: str) -> PlanDay:
    """The day of a stage that is not over yet."""
    order = [known.value for known in Stage]
    is_over = stage in order and order.index(stage) < order.index(working_stage(dossier).value)
    found = next((day for day in plan.days if day.stage.value == stage), None)
    if found is None or is_over:
        raise InvalidInput("stage_not_planned", f"no day is planned for {stage!r}", field="stage")
    return found


def _check_day(desk: Desk, plan: Plan, stage: Stage, latest_on: date, now: datetime) -> None:
    if not desk.calendars.working.is_working_day(latest_on):
        raise InvalidInput("not_a_working_day", f"{latest_on} is a day off", field="latest_on")
    if latest_on < max(dutch_date(now), plan.starts_on):
        raise InvalidInput("day_passed", f"{latest_on} has passed", field="latest_on")
    if plan.closes_on is not None and latest_on > plan.closes_on and stage is not Stage.PUBLISHED:
        raise InvalidInput("after_closing", f"{latest_on} is after {plan.closes_on}", field="latest_on")


def _day_of(plan: Plan, stage: Stage) -> PlanDay:
    found = plan.day_of(stage)
    assert found is not None
    return found


def _with(plan: Plan, changed: PlanDay) -> Plan:
    days = tuple(changed if day.stage is changed.stage else day for day in plan.days)
    return replace(plan, days=days)
