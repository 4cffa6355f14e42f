"""Letting hooks follow their publisher: moved, cancelled, undated, dated again; with one notice to all.

What the publisher does is followed in the transaction that stores it (`follow_hooks`), and caught up with
by the watch (`catch_up`), which also follows the moments of the calendar and what is over.
"""

from collections.abc import Iterable, Sequence
from datetime import date, datetime

from sqlmodel import Session

from g40flow.domain.actors import PROGRAM
from g40flow.domain.campaigns.hook_plan import PreparedStep, StepStanding, plan_hook
from g40flow.domain.campaigns.hooks import (
    HookEvent,
    HookOrigin,
    HookStanding,
    HookState,
    Situation,
    dated,
    event_between,
    situation_of,
)
from g40flow.domain.delivery import urgent_moment
from g40flow.domain.dossier.workflow import OPEN
from g40flow.domain.instants import dutch_date, end_of_dutch_day
from g40flow.domain.items import Json
from g40flow.storage.dossier_tables import Dossier
from g40flow.storage.dossiers import locked_dossier
from g40flow.storage.hook_tables import Hook, HookChange
from g40flow.storage.hooks import (
    hook_with_key,
    hooks_on_item,
    hooks_to_follow,
    situation_kept,
    successor_of,
)
from g40flow.storage.items import items_by_id, read_item
from g40flow.storage.locks import lock_dossiers, take_turn
from g40flow.storage.notices import write_notices
from g40flow.storage.tables import Item
from g40flow.use_cases.campaigns.hooks import hook_facts
from g40flow.use_cases.dossier.desk import Desk, note_change
from g40flow.use_cases.dossier.term import everybody_involved

_ASKED_CITY = "invitation:"
"""Cities that are asked for input have no part in the lobby."""


def follow_hooks(
    session: Session, desk: Desk, row: Item, now: datetime, heard: frozenset[str] = frozenset()
) -> frozenset[str]:
    """Let the hooks on an activity follow what its publisher did, in this transaction.

    heard: audiences that hear of the same news in another message. Returns the audiences that were told;
    they need not hear of the item as well. What was followed already changes nothing.
    """
    told: set[str] = set()
    for hook in hooks_on_item(session, row.id or 0):
        told |= _follow(session, desk, hook, successor_of(session, row), now, heard)
    return frozenset(told)


def catch_up(session: Session, desk: Desk, now: datetime) -> int:
    """Let every hook follow what is known now; returns how many changed. Safe to repeat."""
    take_turn(session)
    hooks = hooks_to_follow(session)
    lock_dossiers(session, {hook.dossier_id for hook in hooks})
    items = items_by_id(session, {hook.item_id for hook in hooks if hook.item_id is not None})
    changed = 0
    for hook in hooks:
        before = (hook.item_id, situation_kept(hook))
        row = items.get(hook.item_id or 0)
        if row is not None:
            _follow(session, desk, hook, successor_of(session, row), now)
        else:
            _settle(session, desk, hook, _unpublished(desk, hook, dutch_date(now)), now)
        changed += before != (hook.item_id, situation_kept(hook))
    return changed


def _follow(
    session: Session,
    desk: Desk,
    hook: Hook,
    row: Item,
    now: datetime,
    heard: frozenset[str] = frozenset(),
) -> frozenset[str]:
    """Take over what an activity says now, or the one that took its place."""
    item = read_item(row)
    if hook.item_id != row.id and not _takes_over(session, hook, row):
        return frozenset()
    hook.title, hook.place = item.title[:300], item.committee
    return _settle(session, desk, hook, situation_of(item, dutch_date(now)), now, heard)


def _takes_over(session: Session, hook: Hook, row: Item) -> bool:
    """Let a hook be the activity that replaced its own; a proposal of that one makes room."""
    key = f"item:{row.id}"
    other = hook_with_key(session, hook.dossier_id, key)
    if other is not None and (other.state == HookState.ACCEPTED or hook.state != HookState.ACCEPTED):
        return False
    if other is not None:
        session.delete(other)
        session.flush()
    hook.item_id, hook.key = row.id, key
    return True


def _unpublished(desk: Desk, hook: Hook, today: date) -> Situation:
    """How a moment of the calendar, or one made by hand, stands."""
    if hook.origin == HookOrigin.CALENDAR:
        key = hook.key.removeprefix("calendar:")
        moment = next((m for m in desk.calendars.moments if m.key == key), None)
        if moment is None:  # who takes it out of the configuration says that it does not take place
            return Situation(standing=HookStanding.CANCELLED, on=hook.moment_on)
        hook.title, hook.expected = moment.name, moment.expected
        return dated(moment.on, None, today)
    if hook.standing == HookStanding.CANCELLED:
        return situation_kept(hook)
    return dated(hook.moment_on, hook.moment_at, today)


def _settle(
    session: Session,
    desk: Desk,
    hook: Hook,
    found: Situation,
    now: datetime,
    heard: frozenset[str] = frozenset(),
) -> frozenset[str]:
    """Keep how a moment stands now, and tell of it if it counts."""
    before = situation_kept(hook)
    if found == before:
        return frozenset()
    event = event_between(before, found)
    planned = _steps(desk, hook, now)
    if event is not None and hook.state == HookState.ACCEPTED:
        dossier = locked_dossier(session, hook.dossier_id)
        _keep(hook, found)
        return _tell(session, desk, dossier, hook, event, before, planned, now, heard)
    _keep(hook, found)
    session.add(hook)
    return frozenset()


def _keep(hook: Hook, found: Situation) -> None:
    """A moment that does not go through keeps the day it was to be on."""
    hook.standing = found.standing
    if found.standing is not HookStanding.CANCELLED or found.on is not None:
        hook.moment_on, hook.moment_at = found.on, found.at


def _tell(
    session: Session,
    desk: Desk,
    dossier: Dossier,
    hook: Hook,
    event: HookEvent,
    before: Situation,
    planned: Sequence[PreparedStep],
    now: datetime,
    heard: frozenset[str],
) -> frozenset[str]:
    """One line of history with old and new, and one notice to everybody involved, at once."""
    session.add(hook)
    facts = {
        **hook_facts(hook),
        "event": event.value,
        "old_on": _iso(before.on),
        "old_at": _iso(before.at),
        "new_on": _iso(hook.moment_on) if event is not HookEvent.CANCELLED else None,
        "new_at": _iso(hook.moment_at) if event is not HookEvent.CANCELLED else None,
        "steps": step_changes(planned, _steps(desk, hook, now)),
    }
    action = f"hook_{event}"
    entry = note_change(session, dossier, PROGRAM, action, now=now, facts=facts)
    session.add(
        HookChange(
            hook_id=hook.id or 0,
            at=now,
            event=event,
            sequence=entry.sequence,
            old_on=before.on,
            old_at=before.at,
            new_on=None if event is HookEvent.CANCELLED else hook.moment_on,
            new_at=None if event is HookEvent.CANCELLED else hook.moment_at,
        )
    )
    if dossier.stage not in OPEN:
        return frozenset()
    involved = everybody_involved(session, desk, dossier, now)
    told = [one for one in involved if one not in heard and not one.startswith(_ASKED_CITY)]
    write_notices(
        session,
        dossier.id or 0,
        {audience: f"dossier:{dossier.id}:hook:{entry.sequence}:{audience}" for audience in told},
        kind="hook_notice",
        subject={"dossier_id": dossier.id, "hook_id": hook.id, "sequence": entry.sequence},
        now=now,
        not_before=urgent_moment(
            now, _first_moment(before, hook), desk.calendars.sending, desk.calendars.working
        ),
    )
    return frozenset(told)


def _first_moment(before: Situation, hook: Hook) -> datetime | None:
    """The earliest hour that people must know of: that at which they would come, or must come now."""
    moments = [
        at if at is not None else end_of_dutch_day(on)
        for on, at in ((before.on, before.at), (hook.moment_on, hook.moment_at))
        if on is not None
    ]
    return min(moments, default=None)


def _steps(desk: Desk, hook: Hook, now: datetime) -> Sequence[PreparedStep]:
    return plan_hook(
        hook.kind,
        situation_kept(hook),
        desk.rules.campaigns.hooks.of(hook.kind),
        done=hook.done.keys(),
        today=dutch_date(now),
        calendar=desk.calendars.working,
    ).steps


def step_changes(old: Iterable[PreparedStep], new: Iterable[PreparedStep]) -> list[Json]:
    """Preparations that are still to be done, with their old and new last day."""
    before = {step.preparation: step.on for step in old}
    return [
        {
            "preparation": step.preparation.value,
            "old": _iso(before.get(step.preparation)),
            "new": _iso(step.on),
            "standing": step.standing.value,
        }
        for step in new
        if step.standing is not StepStanding.DONE
    ]


def _iso(moment: date | datetime | None) -> str | None:
    return None if moment is None else moment.isoformat()
