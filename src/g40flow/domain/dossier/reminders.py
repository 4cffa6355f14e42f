"""Who must be reminded of what, decided from the plan of a dossier and today's date."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from g40flow.domain.calendar import WorkingCalendar
from g40flow.domain.dossier.plan import Plan
from g40flow.domain.dossier.workflow import BEFORE_SUBMISSION, Stage
from g40flow.domain.network import Role


class Urging(StrEnum):
    """What somebody is told about a deadline."""

    STEP_DUE = "step_due"  # the latest day of a stage is near
    STEP_OVERDUE = "step_overdue"
    CLOSING = "closing"  # the term of the publisher ends
    ESCALATED_TO_LEAD = "escalated_to_lead"
    ESCALATED_TO_CHAIR = "escalated_to_chair"  # of the pillar, and the secretariat
    MISSED = "missed"  # the term ended and nothing was handed in


ESCALATIONS = frozenset({Urging.ESCALATED_TO_LEAD, Urging.ESCALATED_TO_CHAIR})

_PA = frozenset({Role.PA_OFFICER})
_LEAD = frozenset({Role.THEME_GROUP_LEAD})
_SECRETARY = frozenset({Role.THEME_GROUP_SECRETARY})

WHO_ACTS: Mapping[Stage, frozenset[Role]] = {
    Stage.SIGNALED: _PA,
    Stage.TRIAGE: _PA,
    Stage.ROUTED: _LEAD,
    Stage.RESPONSE_DECISION: _LEAD | {Role.PILLAR_CHAIR},
    Stage.MEMBER_CALL: _SECRETARY,
    Stage.DRAFTING: frozenset({Role.PEN_HOLDER}),
    Stage.OFFICIAL_REVIEW: _SECRETARY,
    Stage.POLITICAL_REVIEW: _LEAD | {Role.PILLAR_CHAIR},
    Stage.BOARD_APPROVAL: frozenset({Role.BOARD_SECRETARY}),
    Stage.READY_TO_SUBMIT: _PA,
    Stage.SUBMITTED: frozenset({Role.COMMUNICATIONS}),
    Stage.SUBMITTED_LATE: frozenset({Role.COMMUNICATIONS}),
}
"""Whose move it is at each stage that has a latest day."""

WHO_HEARS: Mapping[Urging, frozenset[Role]] = {
    Urging.CLOSING: _PA | _SECRETARY | _LEAD | {Role.PEN_HOLDER},
    Urging.ESCALATED_TO_LEAD: _LEAD,
    Urging.ESCALATED_TO_CHAIR: _PA | {Role.PILLAR_CHAIR},
    Urging.MISSED: _PA | _SECRETARY | _LEAD | {Role.PEN_HOLDER},
}
"""Who is told besides whose move it is; reminders of a step go to those alone."""


@dataclass(frozen=True, kw_only=True)
class ReminderRules:
    """The network's figures, in working days.

    before: so long before a latest day, or closing, people are reminded. to_lead_after,
    to_chair_after: so long after it, others are told.
    """

    before: int = 1
    to_lead_after: int = 1
    to_chair_after: int = 3


@dataclass(frozen=True, kw_only=True)
class Reminder:
    """One thing to tell. day: the latest day or closing day it is about. roles: who is told."""

    urging: Urging
    stage: Stage
    day: date
    roles: frozenset[Role]


def due_reminders(
    plan: Plan | None,
    *,
    stage: Stage,
    closes_on: date | None,
    today: date,
    calendar: WorkingCalendar,
    rules: ReminderRules,
) -> tuple[Reminder, ...]:
    """Everything that must have been told by today; what was told before is told by its key only once.

    plan: the one people work by; None if there is none: then only closing counts.
    """
    return (
        *_of_step(plan, stage, today, calendar, rules),
        *_of_term(closes_on, stage, today, calendar, rules),
    )


def planned_for(stage: Stage) -> Stage:
    """The stage of the plan whose day counts for where a dossier stands."""
    return Stage.PUBLISHED if stage in (Stage.SUBMITTED, Stage.SUBMITTED_LATE) else stage


def _of_step(
    plan: Plan | None, stage: Stage, today: date, calendar: WorkingCalendar, rules: ReminderRules
) -> Iterable[Reminder]:
    day = None if plan is None else plan.day_of(planned_for(stage))
    if day is None or stage not in WHO_ACTS:
        return
    late = calendar.working_days_left(day.latest_on, today)
    if today <= day.latest_on:
        if today >= calendar.working_days_before(day.latest_on, rules.before):
            yield Reminder(urging=Urging.STEP_DUE, stage=stage, day=day.latest_on, roles=WHO_ACTS[stage])
        return
    if late < 1:
        return  # the days since were no working days
    yield Reminder(urging=Urging.STEP_OVERDUE, stage=stage, day=day.latest_on, roles=WHO_ACTS[stage])
    if stage not in BEFORE_SUBMISSION:
        return  # a publication that waits is no reason to disturb administrators
    for urging, after in (
        (Urging.ESCALATED_TO_LEAD, rules.to_lead_after),
        (Urging.ESCALATED_TO_CHAIR, rules.to_chair_after),
    ):
        roles = WHO_HEARS[urging] - WHO_ACTS[stage]
        if late >= after and roles:
            yield Reminder(urging=urging, stage=stage, day=day.latest_on, roles=roles)


def _of_term(
    closes_on: date | None, stage: Stage, today: date, calendar: WorkingCalendar, rules: ReminderRules
) -> Iterable[Reminder]:
    if closes_on is None or stage not in BEFORE_SUBMISSION:
        return
    urging = Urging.MISSED if today > closes_on else Urging.CLOSING
    if urging is Urging.MISSED or today >= calendar.working_days_before(closes_on, rules.before):
        roles = WHO_HEARS[urging] | (WHO_ACTS.get(stage, frozenset()) if urging is Urging.CLOSING else set())
        yield Reminder(urging=urging, stage=stage, day=closes_on, roles=frozenset(roles))


@dataclass(frozen=True, kw_only=True)
class DeadlineShown:
    """A deadline as a message tells of it.

    working_days: from today to the day; 0 on the day itself, negative when it passed.
    is_over: it was met, or it is another day now.
    """

    urging: Urging
    stage: Stage
    day: date
    working_days: int
    is_over: bool
