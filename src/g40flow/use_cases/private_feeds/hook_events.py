"""Moments in parliament, and what must be ready for them, as events for calendars."""

from collections.abc import Iterator
from datetime import datetime

from sqlalchemy import ColumnElement, exists, select
from sqlmodel import Session, col

from g40flow.config.calendar import Calendars
from g40flow.config.hooks import HooksConfig
from g40flow.domain.campaigns.hook_plan import plan_hook
from g40flow.domain.campaigns.hooks import HookStanding, HookState
from g40flow.domain.instants import dutch_date
from g40flow.domain.private_feeds import CalendarEvent, EventKind, EventStanding
from g40flow.storage.dossier_tables import Dossier
from g40flow.storage.hook_tables import Hook
from g40flow.storage.hooks import situation_kept
from g40flow.storage.tables import ItemRouting
from g40flow.use_cases.messages_about_dossiers import page_of
from g40flow.use_cases.private_feeds.dossier_events import COUNTS, still_shown


def hook_events(
    session: Session,
    hooks: HooksConfig,
    calendars: Calendars,
    dossiers: ColumnElement[bool],
    now: datetime,
) -> Iterator[CalendarEvent]:
    """Every day of the moments of the dossiers in a scope, past ones too.

    An activity that goes to the group that leads the dossier stands in calendars by itself, so that only
    what must be ready for it is added. What has no day gives nothing: an event that loses its day is off.
    """
    routed = exists().where(
        col(ItemRouting.item_id) == col(Hook.item_id),
        col(ItemRouting.theme_group) == col(Dossier.lead_group),
        col(ItemRouting.withdrawn_at).is_(None),
    )
    query = (
        select(Hook, Dossier, routed)
        .join(Dossier, col(Dossier.id) == col(Hook.dossier_id))
        .where(
            col(Hook.state) == HookState.ACCEPTED,
            col(Hook.moment_on).is_not(None),
            col(Hook.standing) != HookStanding.UNDATED,
            dossiers,
            still_shown(now),
        )
        .order_by(col(Hook.id))
    )
    for hook, dossier, stands_by_itself in session.execute(query):
        if dossier.stage in COUNTS:
            if not stands_by_itself:
                yield _moment(hook, dossier)
            yield from _preparations(hook, dossier, hooks, calendars, now)


def _moment(hook: Hook, dossier: Dossier) -> CalendarEvent:
    assert hook.moment_on is not None
    off = hook.standing == HookStanding.CANCELLED
    return CalendarEvent(
        key=f"hook-{hook.id}",
        kind=EventKind.HOOK,
        title=hook.title,
        number=dossier.number,
        starts=hook.moment_at or hook.moment_on,
        path=f"/{page_of(dossier)}",
        detail=hook.kind.value,
        place=hook.place,
        note="cancelled" if off else "",
        standing=EventStanding.CANCELLED if off else EventStanding.CONFIRMED,
        dossier_id=dossier.id,
    )


def _preparations(
    hook: Hook, dossier: Dossier, hooks: HooksConfig, calendars: Calendars, now: datetime
) -> Iterator[CalendarEvent]:
    """The last day of each, done or not; of a moment that does not go through they are off."""
    plan = plan_hook(
        hook.kind,
        situation_kept(hook),
        hooks.of(hook.kind),
        done=(),
        today=dutch_date(now),
        calendar=calendars.working,
    )
    off = hook.standing == HookStanding.CANCELLED
    for step in plan.steps:
        if step.on is not None:
            yield CalendarEvent(
                key=f"hook-{hook.id}-{step.preparation}",
                kind=EventKind.PREPARATION,
                title=hook.title,
                number=dossier.number,
                starts=step.on,
                path=f"/{page_of(dossier)}",
                detail=step.preparation.value,
                note="cancelled" if off else "",
                standing=EventStanding.CANCELLED if off else EventStanding.CONFIRMED,
                dossier_id=dossier.id,
            )
