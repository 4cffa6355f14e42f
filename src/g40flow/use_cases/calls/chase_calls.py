"""Chasing: who has not answered hears again, in levels, and the lead hears when too few answered."""

from datetime import datetime, timedelta

from sqlmodel import Session

from g40flow.domain.actors import Actor
from g40flow.domain.dossier.calls import CallState, ChaseLevel, chase_moments, due_chase
from g40flow.domain.dossier.rights import Right
from g40flow.domain.dossier.workflow import FINAL, RESTING
from g40flow.domain.errors import StepNotAllowed, TooManyAttempts
from g40flow.domain.instants import dutch_date
from g40flow.domain.network import Role
from g40flow.storage.calls import call_by_id, live_invitations, open_calls, summary_of
from g40flow.storage.dossier_tables import Dossier, MemberCall
from g40flow.storage.locks import parts_in_turn
from g40flow.storage.messages import message_with_key
from g40flow.use_cases.calls.links import audience_of
from g40flow.use_cases.calls.manage_call import leaders_of
from g40flow.use_cases.dossier.desk import Desk, leaves_at, note_change, open_for_change, require_on, tell


def chase_calls(session: Session, desk: Desk, now: datetime) -> int:
    """Remind who has not answered a call that is open, each level once; returns how many reminders.

    On the last day the lead hears of a call with too few answers. Safe to run as often as one likes;
    a level that was missed is not made up for when a later one is due.
    """
    written = 0
    for found, dossier in parts_in_turn(session, open_calls(session)):
        moments = chase_moments(
            found.term_since, found.closes_at, desk.calendars.sending, desk.calendars.working
        )
        due = due_chase(moments, now)
        if due is None or found.closes_at < now:
            continue
        if found.state != CallState.OPEN or dossier.stage in FINAL | RESTING:
            continue
        mark = f"{due.level}:{found.closes_at.isoformat()}"
        written += _remind(session, desk, dossier, found, due.level, mark, now)
        if due.level is ChaseLevel.LAST_DAY:
            written += _escalate(session, desk, dossier, found, mark, now)
    return written


def chase_by_hand(session: Session, desk: Desk, call_id: int, *, actor: Actor, now: datetime) -> int:
    """Remind everybody who has not answered now; returns how many people.

    Raises NotFound, NotAllowed, StepNotAllowed for a call that is not open, or TooManyAttempts: people
    are reminded by hand once a day.
    """
    call = call_by_id(session, call_id)
    dossier = open_for_change(session, call.dossier_id, actor)
    require_on(session, dossier, actor, Right.RUN_CALL)
    session.refresh(call)
    if call.state != CallState.OPEN or call.closes_at < now:
        raise StepNotAllowed(f"call {call.id} takes no answers")
    mark = f"{ChaseLevel.BY_HAND}:{dutch_date(now).isoformat()}"
    written = _remind(session, desk, dossier, call, ChaseLevel.BY_HAND, mark, now)
    if written == 0 and summary_of(session, call).silent:
        raise TooManyAttempts("reminded by hand today", retry_after=timedelta(days=1))
    note_change(session, dossier, actor, "chase_call", now=now, facts={"call": call.id, "reminders": written})
    return written


def _remind(
    session: Session,
    desk: Desk,
    dossier: Dossier,
    call: MemberCall,
    level: ChaseLevel,
    mark: str,
    now: datetime,
) -> int:
    assert call.id is not None
    silent, written = set(summary_of(session, call).silent), 0
    for invitation in live_invitations(session, call.id):
        key = f"call:{call.id}:remind:{mark}:{invitation.id}"
        if invitation.city not in silent or _is_written(session, dossier, key):
            continue
        tell(
            session,
            dossier,
            key,
            audience=audience_of(invitation),
            kind="call_reminder",
            subject={"call_id": call.id, "invitation_id": invitation.id, "level": level.value},
            now=now,
            not_before=leaves_at(desk, dossier, now),
            urgent=level is ChaseLevel.LAST_DAY,
            transport="slack" if invitation.person else "mail",
        )
        written += 1
    return written


def _escalate(
    session: Session, desk: Desk, dossier: Dossier, call: MemberCall, mark: str, now: datetime
) -> int:
    """Tell the lead of the group, and who runs the call, that too few cities answered."""
    if summary_of(session, call).missing == 0:
        return 0
    written = 0
    leading = (Role.THEME_GROUP_LEAD, Role.THEME_GROUP_SECRETARY)
    for audience in leaders_of(session, desk, dossier, now, roles=leading):
        key = f"call:{call.id}:escalate:{mark}:{audience}"
        if not _is_written(session, dossier, key):
            tell(
                session,
                dossier,
                key,
                audience=audience,
                kind="call_escalation",
                subject={"call_id": call.id},
                now=now,
                not_before=leaves_at(desk, dossier, now),
                urgent=True,
            )
            written += 1
    return written


def _is_written(session: Session, dossier: Dossier, key: str) -> bool:
    return message_with_key(session, f"dossier:{dossier.id}:{key}") is not None
