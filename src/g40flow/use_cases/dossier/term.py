"""What happens when the term of a dossier changes: kept with both dates, planned again, told once."""

from collections.abc import Iterable, Sequence
from dataclasses import replace
from datetime import date, datetime

from sqlmodel import Session, col, select

from g40flow.domain.actors import PROGRAM, Actor
from g40flow.domain.delivery import urgent_moment
from g40flow.domain.dossier.plan import Mode, Plan, PlanWarning, compare_plans
from g40flow.domain.dossier.rights import Right
from g40flow.domain.dossier.words import ExceptionCode, GroupState
from g40flow.domain.dossier.workflow import Process
from g40flow.domain.errors import InvalidInput
from g40flow.domain.instants import dutch_date
from g40flow.domain.items import Json
from g40flow.domain.network import Role
from g40flow.domain.outside_text import one_line
from g40flow.storage.access import effective_network
from g40flow.storage.calls import live_invitations
from g40flow.storage.decisions import open_round_of
from g40flow.storage.dossier_tables import Dossier, HistoryEntry, MemberCall
from g40flow.storage.dossiers import active_exception, groups_of
from g40flow.storage.guards import last_instant
from g40flow.storage.notices import write_notices
from g40flow.storage.plans import keep_plan, kept_plan
from g40flow.use_cases.announce_items import group_audience, person_audience
from g40flow.use_cases.calls.links import audience_of
from g40flow.use_cases.dossier.desk import Desk, note_change, open_for_change, require_on
from g40flow.use_cases.dossier.exceptions import lift_noted, note_exception
from g40flow.use_cases.dossier.plan import changes_as_facts, propose_plan
from g40flow.use_cases.dossier.telling import involved_people, those_who_may_see

Facts = dict[str, Json]


def agree_closing_day(
    session: Session,
    desk: Desk,
    dossier_id: int,
    closes_on: date | None,
    *,
    source: str,
    actor: Actor,
    seen_revision: int,
    now: datetime,
) -> frozenset[str]:
    """Plan with another last day than the published one, agreed with the ministry.

    closes_on: None takes the agreement back. source: with whom and how it was agreed.
    Returns the audiences that were told. Raises NotFound, NotAllowed, StaleVersion, or InvalidInput
    ("source_needed", "day_passed", "not_changed").
    """
    dossier = open_for_change(session, dossier_id, actor, seen_revision=seen_revision)
    require_on(session, dossier, actor, Right.EDIT_DOSSIER)
    said = one_line(source)
    if closes_on is not None and not said:
        raise InvalidInput("source_needed", "expected with whom it was agreed", field="source")
    if closes_on is not None and closes_on < dutch_date(now):
        raise InvalidInput("day_passed", f"{closes_on} has passed", field="closes_on")
    if closes_on == dossier.agreed_closes_on:
        raise InvalidInput("not_changed", f"it closes on {closes_on} already", field="closes_on")
    old = last_day(dossier)
    dossier.agreed_closes_on, dossier.agreed_closes_source = closes_on, said if closes_on else ""
    facts: Facts = {"agreed": closes_on is not None, "source": said}
    return change_term(session, desk, dossier, old, actor=actor, now=now, facts=facts)


def last_day(dossier: Dossier) -> date | None:
    """The last day on which a response is accepted: the agreed one, or else the published one."""
    return dossier.agreed_closes_on or dossier.closes_on


def change_term(
    session: Session,
    desk: Desk,
    dossier: Dossier,
    old: date | None,
    *,
    actor: Actor,
    now: datetime,
    facts: Facts,
    reopened: bool = False,
) -> frozenset[str]:
    """Let a dossier follow its new last day, which it has already. old: the one before.

    reopened: it had closed and can be responded to again. Returns the audiences that were told.
    """
    new = last_day(dossier)
    code = _code_of(old, new)
    dates: Facts = {"old": _iso(old), "new": _iso(new), **facts}
    if code is not None:
        lift_noted(session, dossier, code, actor=actor, now=now)  # each change keeps its own two dates
        note_exception(session, dossier, code, actor=actor, now=now, facts=dates)
    if reopened:
        note_exception(session, dossier, ExceptionCode.REOPENED, actor=actor, now=now, facts=dates)
    what = ExceptionCode.REOPENED.value if reopened else code.value if code else "term_set"
    return tell_change(session, desk, dossier, what, actor=actor, now=now, facts=dates)


def tell_change(
    session: Session,
    desk: Desk,
    dossier: Dossier,
    what: str,
    *,
    actor: Actor,
    now: datetime,
    facts: Facts,
) -> frozenset[str]:
    """Plan a dossier again because of what happened, and tell everybody involved, each once.

    what: a word of ExceptionCode, or "term_set", "resumed" or "stopped". Returns the audiences told.
    """
    planned = replan(session, desk, dossier, now)
    entry = note_change(
        session,
        dossier,
        actor,
        "change_term",
        now=now,
        facts={"what": what, **facts, **planned, **_at_risk(session, dossier)},
    )
    return tell_everybody(session, desk, dossier, entry, everybody_involved(session, desk, dossier, now), now)


def replan(session: Session, desk: Desk, dossier: Dossier, now: datetime) -> Facts:
    """Count the kept plan again, if there is one; what is different, for the history."""
    if dossier.process == Process.CAMPAIGN:  # has no latest days: it aims at moments of others
        return {}
    kept, plan = kept_plan(dossier), propose_plan(desk, dossier, now)
    _note_holiday_term(session, dossier, plan, now)
    if kept is None:
        return {}
    if plan.mode is Mode.NONE:  # nothing can be planned: the days that were stay for the record
        return {"mode": plan.mode.value}
    if compare_plans(kept.plan, plan) or kept.plan.mode is not plan.mode:
        keep_plan(dossier, replace(kept, plan=plan, made_at=now))
        session.add(dossier)
    return {"mode": plan.mode.value, "changes": changes_as_facts(kept.plan, plan)}


def _note_holiday_term(session: Session, dossier: Dossier, plan: Plan, now: datetime) -> None:
    """A new term can fall in a holiday; that is said once."""
    assert dossier.id is not None
    found = next((w for w in plan.warnings if w.code is PlanWarning.HOLIDAY_TERM), None)
    if found is not None and active_exception(session, dossier.id, ExceptionCode.HOLIDAY_TERM) is None:
        days: Facts = {"working_days": found.count}
        note_exception(session, dossier, ExceptionCode.HOLIDAY_TERM, actor=PROGRAM, now=now, facts=days)


# --- what stands in the way --------------------------------------------------------------------------


def _at_risk(session: Session, dossier: Dossier) -> Facts:
    """Calls and the round of the board that would now end after the last instant."""
    assert dossier.id is not None
    end = last_instant(dossier)
    if end is None:
        return {}
    late: list[Json] = [
        {"kind": "call", "id": call.id, "closes_at": call.closes_at.isoformat()}
        for call in _open_calls(session, dossier.id)
        if call.closes_at > end
    ]
    round_ = open_round_of(session, dossier.id)
    if round_ is not None and round_.closes_at is not None and round_.closes_at > end:
        late.append({"kind": "round", "id": round_.id, "closes_at": round_.closes_at.isoformat()})
    return {"after_closing": late} if late else {}


def _open_calls(session: Session, dossier_id: int) -> Iterable[MemberCall]:
    query = select(MemberCall).where(
        col(MemberCall.dossier_id) == dossier_id, col(MemberCall.state) == "open"
    )
    return session.scalars(query.order_by(col(MemberCall.id))).all()


# --- telling ------------------------------------------------------------------------------------------


def tell_everybody(
    session: Session,
    desk: Desk,
    dossier: Dossier,
    entry: HistoryEntry,
    audiences: Sequence[str],
    now: datetime,
) -> frozenset[str]:
    """One notice to each audience of what an entry of the history says: its facts have "what" happened.

    Who did it knows. Returns the audiences that were told.
    """
    calendars = desk.calendars
    leaves = urgent_moment(now, last_instant(dossier), calendars.sending, calendars.working)
    told = [audience for audience in audiences if audience != person_audience(entry.person)]
    assert dossier.id is not None
    write_notices(
        session,
        dossier.id,
        {audience: f"dossier:{dossier.id}:term:{entry.sequence}:{audience}" for audience in told},
        kind="term_notice",
        subject={"dossier_id": dossier.id, "sequence": entry.sequence},
        now=now,
        not_before=leaves,
    )
    return frozenset(told)


def everybody_involved(session: Session, desk: Desk, dossier: Dossier, now: datetime) -> list[str]:
    """Whoever works on a dossier, as audiences, each once: channels of its groups, its people, and who
    is asked something just now.
    """
    return list(dict.fromkeys(_audiences(session, desk, dossier, now)))


def _audiences(session: Session, desk: Desk, dossier: Dossier, now: datetime) -> Iterable[str]:
    assert dossier.id is not None
    if not dossier.confidential:
        for group in groups_of(session, dossier.id):
            if group.state != GroupState.REJECTED:
                yield group_audience(group.theme_group)
    for person in involved_people(session, desk, dossier, now):
        yield person_audience(person.slug)
    if open_round_of(session, dossier.id) is not None:
        network, today = effective_network(session, desk.network), dutch_date(now)
        secretaries = network.holders(Role.BOARD_SECRETARY, None, today)
        for person in those_who_may_see(session, dossier, secretaries, now):
            yield person_audience(person.slug)
    for call in _open_calls(session, dossier.id):
        assert call.id is not None
        yield from (audience_of(invitation) for invitation in live_invitations(session, call.id))


def _code_of(old: date | None, new: date | None) -> ExceptionCode | None:
    if old is None or new is None or old == new:
        return None
    return ExceptionCode.EXTENDED if new > old else ExceptionCode.SHORTENED


def _iso(day: date | None) -> str | None:
    return None if day is None else day.isoformat()
