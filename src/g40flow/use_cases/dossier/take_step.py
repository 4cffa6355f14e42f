"""Taking a step: who may, whether its conditions hold, and what follows from it."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlmodel import Session

from g40flow.domain.actors import PROGRAM, Actor
from g40flow.domain.dossier.words import ExceptionCode, NoResponseCode, ResponseType
from g40flow.domain.dossier.workflow import (
    FINAL,
    RESTING,
    Guard,
    Stage,
    Step,
    automatic_step,
    failing_guards,
    find_step,
    steps_from,
)
from g40flow.domain.errors import GuardFailed, InvalidInput
from g40flow.domain.instants import dutch_date, end_of_dutch_day
from g40flow.domain.items import Json
from g40flow.domain.network import Role
from g40flow.domain.outside_text import one_line
from g40flow.storage.campaigns import asks_become_adopted, note_mandate, steps_of
from g40flow.storage.dossier_tables import Dossier, DossierPartner, HistoryEntry
from g40flow.storage.dossiers import active_exception
from g40flow.storage.guards import current_hash, guard_facts
from g40flow.use_cases.dossier.desk import Desk, note_change, open_for_change, required_reason, roles_on
from g40flow.use_cases.dossier.exceptions import lift_noted, note_exception
from g40flow.use_cases.dossier.open_work import cancel_open_work, lengthen_open_work
from g40flow.use_cases.dossier.telling import (
    involved_people,
    people_with,
    tell_followers,
    tell_groups,
    tell_objection,
    tell_people,
    tell_who_acts,
)
from g40flow.use_cases.dossier.term import everybody_involved, replan, tell_everybody

Facts = Mapping[str, Json]

BY_THE_FACTS = ("start_decision", "end_call", "adopt", "publish", "close_no_response")
"""Steps that the program takes as soon as their conditions hold."""

TOLD_TO_ALL: Mapping[str, str] = {
    "withdraw": "withdrawn",
    "suspend": "suspended",
    "resume": "resumed",
    "stop": "stopped",
}
"""Steps that stop or start the clock, with the word for the notice to everybody involved."""

_PILLAR_CHAIRS = frozenset({Role.PILLAR_CHAIR, Role.PILLAR_VICE_CHAIR})
_TOLD_BY_A_CARD = frozenset({Stage.TRIAGE, Stage.ROUTED})
"""Stages of which those whose move it is hear in their channel."""

_TOLD_BY_NOTHING_ELSE = frozenset({"start_decision"})
"""Steps of the program of which those whose move it is would hear nothing: the last group to answer made
it begin, and the chair of the pillar got none of the cards to the groups."""

ELSEWHERE = frozenset({"merge", "reroute"})
"""Steps that are part of a larger act with what it needs: g40flow.use_cases.dossier.groups and merge."""


@dataclass(frozen=True, kw_only=True)
class PossibleStep:
    """A step that somebody's roles allow at this stage. waits_for: conditions that do not hold yet."""

    step: Step[Stage]
    waits_for: tuple[Guard, ...]

    @property
    def is_open(self) -> bool:
        """Whether it can be taken now."""
        return not self.waits_for


def take_step(
    session: Session,
    desk: Desk,
    dossier_id: int,
    action: str,
    *,
    actor: Actor,
    seen_revision: int | None,
    reason: str = "",
    facts: Facts | None = None,
    now: datetime,
) -> Dossier:
    """Move a dossier one step, with its history and messages, or change nothing.

    What follows from the facts at its new stage is done as well, see advance.

    seen_revision: the revision that the actor had on screen.
    facts: what a step needs besides a reason: decide_no_response a "code" of NoResponseCode.
    Raises NotFound, StaleVersion, StepNotAllowed, GuardFailed or InvalidInput ("reason_needed",
    "code_needed", "other_needs_text").
    """
    dossier = open_for_change(session, dossier_id, actor, seen_revision=seen_revision)
    step = find_step(steps_of(session, dossier), dossier.stage, action, roles_on(session, dossier, actor))
    if action in ELSEWHERE:
        raise InvalidInput("step_elsewhere", f"{action!r} needs to know more than a reason", field="action")
    apply_step(session, desk, dossier, step, actor=actor, reason=reason, facts=facts, now=now)
    advance(session, desk, dossier, now, cause=actor)
    return dossier


def step_by_program(
    session: Session,
    desk: Desk,
    dossier: Dossier,
    action: str,
    *,
    now: datetime,
    reason: str,
    facts: Facts | None = None,
    actor: Actor = PROGRAM,
) -> None:
    """Take an automatic step because something else happened, such as a publisher who withdraws.

    dossier: opened for change. actor: the person whose other act is the cause, if there is one.
    Raises StepNotAllowed or GuardFailed.
    """
    step = automatic_step(steps_of(session, dossier), dossier.stage, action)
    apply_step(session, desk, dossier, step, actor=actor, reason=reason, facts=facts, now=now)


def advance(
    session: Session, desk: Desk, dossier: Dossier, now: datetime, *, cause: Actor = PROGRAM
) -> list[str]:
    """Take every step that follows from the facts alone, one after another; returns what was done.

    dossier: opened for change. cause: whose act changed the facts; he knows what follows and is not told.
    To be called by everything that changes such a fact.
    """
    done: list[str] = []
    while (step := _due_step(session, dossier, now)) is not None:
        entry = apply_step(session, desk, dossier, step, actor=PROGRAM, reason="", facts=None, now=now)
        if step.action in _TOLD_BY_NOTHING_ELSE:
            tell_who_acts(session, desk, dossier, entry, now, but=cause.person)
        done.append(step.action)
    return done


def possible_steps(session: Session, dossier: Dossier, actor: Actor, now: datetime) -> list[PossibleStep]:
    """Every step that the actor's roles allow at this stage, with what it still waits for."""
    steps = steps_from(steps_of(session, dossier), dossier.stage, roles_on(session, dossier, actor))
    facts = guard_facts(session, dossier, now, [guard for step in steps for guard in step.guards])
    return [PossibleStep(step=step, waits_for=tuple(failing_guards(step, facts))) for step in steps]


def apply_step(
    session: Session,
    desk: Desk,
    dossier: Dossier,
    step: Step[Stage],
    *,
    actor: Actor,
    reason: str,
    facts: Facts | None,
    now: datetime,
) -> HistoryEntry:
    """What every step is, whoever takes it: conditions, effects, history, messages."""
    said = required_reason(reason) if step.reason and not actor.is_automatic else one_line(reason)
    check_guards(session, dossier, step, now)
    doing = _Doing(session, desk, dossier, step, actor, said, facts or {}, now)
    text = current_hash(session, dossier)
    before = Stage(dossier.stage)
    stops_clock = step.action in TOLD_TO_ALL
    # Before the effects: who is asked something just now hears that it is called off.
    involved = everybody_involved(session, desk, dossier, now) if stops_clock else []
    more = _EFFECTS.get(step.action, _nothing)(doing)
    if stops_clock:
        more["what"] = TOLD_TO_ALL[step.action]
    _move(dossier, step, now)
    entry = note_change(
        session,
        dossier,
        actor,
        step.action,
        now=now,
        version_hash=text,
        reason=said,
        facts={"from": before.value, "to": Stage(dossier.stage).value, **(facts or {}), **more},
    )
    if dossier.stage == Stage.ROUTED:
        tell_groups(session, desk, dossier, now)
    if stops_clock:
        tell_everybody(session, desk, dossier, entry, involved, now)
    else:
        tell_followers(session, desk, dossier, entry, now)
        _tell_concerned(session, desk, dossier, entry, actor, now)
    return entry


def _tell_concerned(
    session: Session, desk: Desk, dossier: Dossier, entry: HistoryEntry, actor: Actor, now: datetime
) -> None:
    """Besides who follows: whose move it is now, whose work it is, and who can object or is objected to.

    Of what the program does by itself those hear from what made it do so, such as the result of a round.
    """
    if entry.action == "object_to_no_response":
        tell_objection(session, desk, dossier, entry, now)
    elif entry.action == "publish":
        people = {person.slug for person in involved_people(session, desk, dossier, now)}
        tell_people(session, desk, dossier, entry, people - {entry.person}, now)
    elif entry.action == "decide_no_response":
        chairs = people_with(session, desk, dossier, _PILLAR_CHAIRS, now)
        concerned = (*chairs, *involved_people(session, desk, dossier, now))
        tell_people(session, desk, dossier, entry, {p.slug for p in concerned} - {entry.person}, now)
    elif not actor.is_automatic and dossier.stage not in _TOLD_BY_A_CARD:
        tell_who_acts(session, desk, dossier, entry, now)


def check_guards(session: Session, dossier: Dossier, step: Step[Stage], now: datetime) -> None:
    """Raises GuardFailed with the conditions that do not hold."""
    if failing := failing_guards(step, guard_facts(session, dossier, now, step.guards)):
        raise GuardFailed(step.action, failing)


def _due_step(session: Session, dossier: Dossier, now: datetime) -> Step[Stage] | None:
    for step in steps_of(session, dossier):
        due = step.action in BY_THE_FACTS and dossier.stage in step.sources
        if due and not failing_guards(step, guard_facts(session, dossier, now, step.guards)):
            return step
    return None


def _move(dossier: Dossier, step: Step[Stage], now: datetime) -> None:
    came_from, target = dossier.stage, step.target or Stage(dossier.stage_before)
    if target in RESTING and came_from not in RESTING:
        dossier.stage_before = str(came_from)
    elif target not in RESTING:
        dossier.stage_before = ""
    dossier.stage, dossier.stage_since = target, now
    dossier.closed_at = now if target in FINAL else None


# --- what follows from a step ---------------------------------------------------------------------


@dataclass(frozen=True)
class _Doing:
    session: Session
    desk: Desk
    dossier: Dossier
    step: Step[Stage]
    actor: Actor
    reason: str
    facts: Facts
    now: datetime

    def note(self, code: ExceptionCode, facts: Facts | None = None) -> None:
        note_exception(
            self.session, self.dossier, code, actor=self.actor, now=self.now, note=self.reason, facts=facts
        )

    def lift(self, *codes: ExceptionCode) -> None:
        for code in codes:
            lift_noted(self.session, self.dossier, code, actor=self.actor, now=self.now, note=self.reason)


def _cancelled(doing: _Doing) -> list[Json]:
    return list(cancel_open_work(doing.session, doing.desk, doing.dossier, doing.now))


def _nothing(doing: _Doing) -> dict[str, Json]:
    return {}


def _decide_no_response(doing: _Doing) -> dict[str, Json]:
    code = _no_response_code(doing.facts.get("code"))
    if code is NoResponseCode.OTHER and not doing.reason:
        raise InvalidInput("other_needs_text", "code 'other' needs a text", field="reason")
    dossier, days = doing.dossier, doing.desk.rules.no_response.objection_window_working_days
    last_day = doing.desk.calendars.working.working_days_after(dutch_date(doing.now), days)
    dossier.response_type, dossier.no_response_code = ResponseType.NONE, code
    dossier.objection_until = end_of_dutch_day(last_day)
    until: dict[str, Json] = {"objection_until": dossier.objection_until.isoformat()}
    doing.note(ExceptionCode.NO_RESPONSE, {"code": code.value, "decider": doing.actor.person, **until})
    return {**until, "cancelled": _cancelled(doing)}


def _no_response_code(code: object) -> NoResponseCode:
    if code not in {known.value for known in NoResponseCode}:
        raise InvalidInput(
            "code_needed", f"expected one of {list(NoResponseCode)}, found {code!r}", field="code"
        )
    return NoResponseCode(str(code))


def _decide_again(doing: _Doing) -> dict[str, Json]:
    before = doing.dossier.response_type
    doing.lift(ExceptionCode.NO_RESPONSE)
    doing.dossier.response_type = doing.dossier.no_response_code = ""
    doing.dossier.objection_until = None
    return {"response_type_before": before}


def _support_vng(doing: _Doing) -> dict[str, Json]:
    doing.dossier.response_type = ResponseType.SUPPORT_VNG
    key = (doing.dossier.id, "vng")
    if doing.session.get(DossierPartner, key) is None:
        doing.session.add(DossierPartner(dossier_id=doing.dossier.id or 0, partner="vng"))
    return {}


def _withdraw(doing: _Doing) -> dict[str, Json]:
    doing.note(ExceptionCode.WITHDRAWN, doing.facts)
    doing.lift(ExceptionCode.SUSPENDED)
    return {"cancelled": _cancelled(doing)}


def _suspend(doing: _Doing) -> dict[str, Json]:
    doing.note(ExceptionCode.SUSPENDED, {**doing.facts, "since": doing.now.isoformat()})
    return {}


def _resume(doing: _Doing) -> dict[str, Json]:
    rested = _rested(doing)
    doing.lift(ExceptionCode.SUSPENDED, ExceptionCode.WITHDRAWN, ExceptionCode.CONTROVERSIAL)
    ends = lengthen_open_work(doing.session, doing.dossier, rested)
    return {**replan(doing.session, doing.desk, doing.dossier, doing.now), **({"ends": ends} if ends else {})}


def _rested(doing: _Doing) -> timedelta:
    """How long the clock stood still: since the suspension that is lifted now."""
    assert doing.dossier.id is not None
    noted = active_exception(doing.session, doing.dossier.id, ExceptionCode.SUSPENDED)
    return timedelta(0) if noted is None else doing.now - noted.raised_at


def _adoption_is_void(doing: _Doing) -> dict[str, Json]:
    before = doing.dossier.adopted_hash
    doing.dossier.adopted_hash, doing.dossier.adopted_at = "", None
    if doing.step.action == "void_adoption":
        doing.note(ExceptionCode.POST_ADOPTION_CHANGE, {"adopted_hash": before})
    return {"adopted_hash_before": before} if before else {}


def _adopted(doing: _Doing) -> dict[str, Json]:
    doing.lift(ExceptionCode.POST_ADOPTION_CHANGE, ExceptionCode.HELD_OVER)
    asks_become_adopted(doing.session, doing.dossier, doing.now)
    return {}


def _give_mandate(doing: _Doing) -> dict[str, Json]:
    """What the pillar decided is kept in the history as it stood that day."""
    return note_mandate(doing.session, doing.dossier, doing.actor, doing.now)


def _stop(doing: _Doing) -> dict[str, Json]:
    doing.lift(ExceptionCode.SUSPENDED)
    return {"cancelled": _cancelled(doing)}


def _resubmit_clean(doing: _Doing) -> dict[str, Json]:
    doing.note(ExceptionCode.PERSONAL_DATA_FOUND, {"after_submission": True})
    return {}


def _missed(doing: _Doing) -> dict[str, Json]:
    doing.note(ExceptionCode.MISSED, {"cause": doing.reason, "late": doing.step.action == "submit_late"})
    if doing.step.action == "submit_late":
        return {}
    return {"cancelled": _cancelled(doing)}


def _close(doing: _Doing) -> dict[str, Json]:
    doing.dossier.lessons = doing.reason
    return {}


_EFFECTS: Mapping[str, Callable[[_Doing], dict[str, Json]]] = {
    "decide_no_response": _decide_no_response,
    "object_to_no_response": _decide_again,
    "reconsider_response": _decide_again,
    "support_vng": _support_vng,
    "withdraw": _withdraw,
    "suspend": _suspend,
    "resume": _resume,
    "return_from_board": _adoption_is_void,
    "void_adoption": _adoption_is_void,
    "adopt": _adopted,
    "use_adopted_position": _adopted,
    "give_mandate": _give_mandate,
    "stop": _stop,
    "resubmit_clean": _resubmit_clean,
    "submit_late": _missed,
    "close_missed": _missed,
    "close": _close,
}
