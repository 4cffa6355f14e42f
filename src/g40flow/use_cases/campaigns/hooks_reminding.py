"""Reminding people of what must be ready for a moment: to themselves, and in the channel of the group."""

from collections.abc import Iterable
from datetime import datetime

from sqlmodel import Session

from g40flow.domain.calendar import next_open_moment
from g40flow.domain.campaigns.hook_plan import PREPARE, PreparedStep, due_reminder
from g40flow.domain.campaigns.hook_shown import HookShown
from g40flow.domain.dossier.workflow import Process
from g40flow.domain.instants import dutch_date
from g40flow.storage.access import effective_person
from g40flow.storage.campaigns import campaign_of
from g40flow.storage.dossier_tables import Dossier
from g40flow.storage.dossiers import locked_dossier
from g40flow.storage.hooks import accepted_hooks
from g40flow.storage.locks import lock_dossiers, take_turn
from g40flow.storage.messages import message_with_key
from g40flow.storage.tables import Message
from g40flow.use_cases.announce_items import group_audience, person_audience
from g40flow.use_cases.campaigns.hooks_reading import show_hooks
from g40flow.use_cases.dossier.desk import Desk, tell
from g40flow.use_cases.dossier.telling import people_with, those_who_may_see

URGENT_UNDER = 1
"""With fewer working days left than this a reminder is urgent."""


def remind_of_hooks(session: Session, desk: Desk, now: datetime) -> int:
    """Write the reminders that are due, each once; returns how many are new. Safe to repeat."""
    take_turn(session)
    hooks = show_hooks(session, desk, accepted_hooks(session), now)
    due = [(hook, step, before) for hook in hooks for step, before in _due(desk, hook)]
    lock_dossiers(session, {hook.dossier_id for hook, _, _ in due})
    return sum(_remind(session, desk, hook, step, before, now) for hook, step, before in due)


def _due(desk: Desk, hook: HookShown) -> Iterable[tuple[PreparedStep, int]]:
    days, calendar = desk.rules.campaigns.hooks.reminders_working_days, desk.calendars.working
    for step in hook.plan.steps:
        before = due_reminder(step, hook.today, days, calendar)
        if before is not None:
            yield step, before


def _remind(
    session: Session, desk: Desk, hook: HookShown, step: PreparedStep, before: int, now: datetime
) -> int:
    dossier = locked_dossier(session, hook.dossier_id)
    assert step.on is not None
    assert dossier.id is not None
    written = 0
    for audience in _audiences(session, desk, dossier, now):
        key = f"hook:{hook.hook_id}:{step.preparation}:{step.on}:{before}:{audience}"
        if message_with_key(session, f"dossier:{dossier.id}:{key}") is not None:
            continue
        left = desk.calendars.working.working_days_left(dutch_date(now), step.on)
        tell(
            session,
            dossier,
            key,
            audience=audience,
            kind="hook_reminder",
            subject={
                "hook_id": hook.hook_id,
                "preparation": step.preparation.value,
                "on": step.on.isoformat(),
            },
            now=now,
            not_before=_leaves_at(desk, step, now),
            urgent=left < URGENT_UNDER,
            parent=_card(session, dossier, audience),
        )
        written += 1
    return written


def _leaves_at(desk: Desk, step: PreparedStep, now: datetime) -> datetime:
    """When the quiet is over, or at once if that would be after the last day."""
    opens = next_open_moment(now, desk.calendars.sending, desk.calendars.working)
    return now if step.on is not None and dutch_date(opens) > step.on else opens


def _audiences(session: Session, desk: Desk, dossier: Dossier, now: datetime) -> list[str]:
    """The channel of the group that leads, and who gets things ready."""
    people = people_with(session, desk, dossier, PREPARE, now)
    if dossier.process == Process.CAMPAIGN:
        lead = effective_person(session, desk.network, campaign_of(session, dossier.id or 0).lead)
        people += [] if lead is None else those_who_may_see(session, dossier, [lead], now)
    persons = [person_audience(person.slug) for person in people]
    channel = dossier.lead_group and not dossier.confidential
    return list(dict.fromkeys([*([group_audience(dossier.lead_group)] if channel else []), *persons]))


def _card(session: Session, dossier: Dossier, audience: str) -> Message | None:
    """In a channel a reminder stands below the card of the campaign or text; None if it has none there."""
    return message_with_key(session, f"dossier:{dossier.id}:card:{audience}")
