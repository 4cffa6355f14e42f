"""By which day something must be ready for a moment: lead times in working days, and recess.

The table is an assumption of this project; the network changes days in workflow.yaml. Nothing is planned
in a recess of parliament: what would fall in one must be ready before it.
"""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum

from g40flow.domain.calendar import Period, WorkingCalendar
from g40flow.domain.campaigns.hooks import HookStanding, Situation
from g40flow.domain.campaigns.words import HookKind
from g40flow.domain.network import Role


class Preparation(StrEnum):
    """One thing to be done before a moment."""

    TEXT_READY = "text_ready"
    LETTER_TO_COMMITTEE = "letter_to_committee"  # to the clerk, so that it is on the list of letters
    ASK_MEMBERS = "ask_members"  # to bring it up
    QUESTIONS_READY = "questions_ready"
    QUESTIONS_TO_PARTIES = "questions_to_parties"
    ASK_FOR_SEAT = "ask_for_seat"  # to be invited
    POSITION_PAPER = "position_paper"
    AMENDMENTS_READY = "amendments_ready"  # proposed wording
    LETTER_TO_SPOKESPERSONS = "letter_to_spokespersons"
    CALL_SPOKESPERSONS = "call_spokespersons"
    MOTION_TEXT = "motion_text"
    VOTING_LETTER = "voting_letter"
    ASK_FOR_DEBATE = "ask_for_debate"
    REGISTER_HANDOVER = "register_handover"
    INVITE_PRESS = "invite_press"
    LETTER_TO_MINISTER = "letter_to_minister"
    MESSAGE_ADOPTED = "message_adopted"
    MESSAGE_TO_COMMITTEES = "message_to_committees"  # of programmes
    LETTER_TO_INFORMATEUR = "letter_to_informateur"


LEAD_TIMES: Mapping[HookKind, Mapping[Preparation, int]] = {
    HookKind.PROCEDURE_MEETING: {Preparation.LETTER_TO_COMMITTEE: 5, Preparation.ASK_MEMBERS: 2},
    HookKind.INPUT_DEADLINE: {Preparation.QUESTIONS_READY: 5, Preparation.QUESTIONS_TO_PARTIES: 3},
    HookKind.ROUND_TABLE: {Preparation.ASK_FOR_SEAT: 15, Preparation.POSITION_PAPER: 5},
    HookKind.TECHNICAL_BRIEFING: {Preparation.QUESTIONS_TO_PARTIES: 3},
    HookKind.COMMITTEE_DEBATE: {
        Preparation.TEXT_READY: 8,
        Preparation.LETTER_TO_SPOKESPERSONS: 4,
        Preparation.CALL_SPOKESPERSONS: 1,
    },
    HookKind.LEGISLATIVE_CONSULTATION: {
        Preparation.AMENDMENTS_READY: 10,
        Preparation.LETTER_TO_SPOKESPERSONS: 5,
        Preparation.CALL_SPOKESPERSONS: 1,
    },
    HookKind.WRITTEN_CONSULTATION: {Preparation.QUESTIONS_READY: 5, Preparation.QUESTIONS_TO_PARTIES: 3},
    HookKind.TWO_MINUTE_DEBATE: {Preparation.MOTION_TEXT: 3, Preparation.CALL_SPOKESPERSONS: 1},
    HookKind.PLENARY_DEBATE: {
        Preparation.TEXT_READY: 8,
        Preparation.LETTER_TO_SPOKESPERSONS: 4,
        Preparation.CALL_SPOKESPERSONS: 1,
    },
    HookKind.VOTE: {Preparation.VOTING_LETTER: 2},
    HookKind.ORDER_OF_BUSINESS: {Preparation.ASK_FOR_DEBATE: 2},
    HookKind.PETITION_HANDOVER: {
        Preparation.REGISTER_HANDOVER: 15,
        Preparation.MESSAGE_ADOPTED: 8,
        Preparation.INVITE_PRESS: 3,
    },
    HookKind.CONTROVERSIAL_LIST: {Preparation.LETTER_TO_COMMITTEE: 5, Preparation.CALL_SPOKESPERSONS: 1},
    HookKind.BUDGET_MOMENT: {Preparation.LETTER_TO_MINISTER: 40, Preparation.LETTER_TO_SPOKESPERSONS: 10},
    HookKind.ELECTION_MOMENT: {Preparation.MESSAGE_ADOPTED: 20, Preparation.MESSAGE_TO_COMMITTEES: 10},
    HookKind.FORMATION_MOMENT: {Preparation.TEXT_READY: 10, Preparation.LETTER_TO_INFORMATEUR: 5},
}
"""Working days before a moment by which each thing must be ready, in the order in which they are done."""


class StepStanding(StrEnum):
    """How a preparation stands today."""

    DONE = "done"
    UNDATED = "undated"  # the moment has no day, so this has none
    AHEAD = "ahead"
    SOON = "soon"  # within two working days
    TODAY = "today"
    TOO_LATE = "too_late"
    OFF = "off"  # the moment is over or does not go through


SOON = 2

PREPARE = frozenset({Role.THEME_GROUP_SECRETARY, Role.PEN_HOLDER})
"""Who gets things ready; of a campaign also who leads it."""

WORK_AHEAD = 10
"""What must be ready within so many working days stands in the work of who prepares it."""


@dataclass(frozen=True, kw_only=True)
class PreparedStep:
    """One preparation with its last day.

    working_days: before the moment, as the network wants it. on: Dutch day, a working day outside recess,
    never after the moment; None as long as the moment has no day. recess: in which it would have fallen
    otherwise; None if in none.
    """

    preparation: Preparation
    working_days: int
    on: date | None
    standing: StepStanding
    recess: Period | None = None


@dataclass(frozen=True, kw_only=True)
class HookPlan:
    """What must be ready for a moment, first things first. recess: in which the moment itself falls."""

    steps: tuple[PreparedStep, ...]
    recess: Period | None = None

    @property
    def next_step(self) -> PreparedStep | None:
        """The first that is still to be done in time; None if there is none."""
        waiting = (StepStanding.TODAY, StepStanding.SOON, StepStanding.AHEAD)
        return next((step for step in self.steps if step.standing in waiting), None)

    @property
    def first_open(self) -> PreparedStep | None:
        """The first that is not done, late or not; None if all is, or nothing has a day."""
        undone = (StepStanding.TOO_LATE, StepStanding.TODAY, StepStanding.SOON, StepStanding.AHEAD)
        return next((step for step in self.steps if step.standing in undone), None)

    @property
    def too_late(self) -> tuple[PreparedStep, ...]:
        """What should have been done and was not."""
        return tuple(step for step in self.steps if step.standing is StepStanding.TOO_LATE)

    @property
    def recesses(self) -> tuple[Period, ...]:
        """Recesses that take away from the time to prepare, each once."""
        return tuple(dict.fromkeys(step.recess for step in self.steps if step.recess is not None))


def plan_hook(
    kind: HookKind,
    situation: Situation,
    lead_times: Mapping[Preparation, int],
    *,
    done: Collection[str],
    today: date,
    calendar: WorkingCalendar,
) -> HookPlan:
    """The preparations of a moment with their last days.

    lead_times: in working days, in the order of the table, see LeadTimes. done: words of Preparation.
    """
    on = situation.on if situation.standing is not HookStanding.UNDATED else None
    days = {code: _last_day(on, count, calendar) for code, count in lead_times.items()}
    steps = tuple(
        PreparedStep(
            preparation=code,
            working_days=lead_times[code],
            on=None if found is None else found[0],
            standing=_standing(code, found, situation.standing, done, today, calendar),
            recess=None if found is None else found[1],
        )
        for code, found in days.items()
    )
    return HookPlan(steps=steps, recess=None if on is None else calendar.recess_on(on))


def _last_day(
    on: date | None, working_days: int, calendar: WorkingCalendar
) -> tuple[date, Period | None] | None:
    """The day, and the recess that it was moved out of."""
    return None if on is None else before_recess(calendar.working_days_before(on, working_days), calendar)


def before_recess(day: date, calendar: WorkingCalendar) -> tuple[date, Period | None]:
    """The last working day on or before a day that is in no recess, and the recess that was passed over."""
    first: Period | None = None
    while (recess := calendar.recess_on(day)) is not None:
        first = first or recess
        day = calendar.last_working_day(recess.from_on - timedelta(days=1))
    return day, first


def _standing(
    code: Preparation,
    found: tuple[date, Period | None] | None,
    moment: HookStanding,
    done: Collection[str],
    today: date,
    calendar: WorkingCalendar,
) -> StepStanding:
    if code in done:
        return StepStanding.DONE
    if moment in (HookStanding.CANCELLED, HookStanding.HELD):
        return StepStanding.OFF
    if found is None:
        return StepStanding.UNDATED
    if found[0] <= today:
        return StepStanding.TODAY if found[0] == today else StepStanding.TOO_LATE
    is_soon = calendar.working_days_left(today, found[0]) <= SOON
    return StepStanding.SOON if is_soon else StepStanding.AHEAD


@dataclass(frozen=True, kw_only=True)
class DuePreparation:
    """What must be ready next for a moment of a dossier, soon or already.

    title: of the moment. on: last Dutch day. path: page in the portal. lead: slug of who leads the
    campaign, "" if nobody does or it is none.
    """

    hook_id: int
    kind: HookKind
    title: str
    preparation: Preparation
    on: date
    path: str
    lead: str = ""


def step_at_hand(plan: HookPlan, today: date, calendar: WorkingCalendar) -> PreparedStep | None:
    """What must be ready next, if it is late or due within WORK_AHEAD working days; None otherwise."""
    step = plan.first_open
    if step is None or step.on is None or calendar.working_days_left(today, step.on) > WORK_AHEAD:
        return None
    return step


def due_reminder(
    step: PreparedStep, today: date, before_working_days: Collection[int], calendar: WorkingCalendar
) -> int | None:
    """The reminder of a preparation that is due today, in working days before its last day; None if none is.

    A reminder that would fall in a recess goes out before it. Nothing is due after the last day.
    """
    if step.on is None or step.standing in (StepStanding.DONE, StepStanding.OFF) or today > step.on:
        return None
    on = step.on
    due = [
        before
        for before in before_working_days
        if today >= before_recess(calendar.working_days_before(on, before), calendar)[0]
    ]
    return min(due, default=None)
