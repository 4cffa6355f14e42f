"""Hooks as pages, messages and commands show them."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime

from sqlmodel import Session, col, select

from g40flow.domain.actors import Actor
from g40flow.domain.campaigns.hook_plan import DuePreparation, HookPlan, plan_hook, step_at_hand
from g40flow.domain.campaigns.hook_shown import ChangeShown, DoneShown, HookShown
from g40flow.domain.campaigns.hooks import HookReason, HookStanding, HookState, ReasonKind
from g40flow.domain.dossier.workflow import OPEN
from g40flow.domain.instants import dutch_date
from g40flow.storage.access import names_of_people
from g40flow.storage.dossier_search import has_part, visible_to
from g40flow.storage.dossier_tables import Dossier
from g40flow.storage.hook_tables import Hook, HookChange
from g40flow.storage.hooks import STILL_TO_COME, changes_of_hooks, hooks_of, situation_kept
from g40flow.storage.items import items_by_id
from g40flow.storage.tables import Item
from g40flow.use_cases.dossier.desk import Desk
from g40flow.use_cases.messages_about_dossiers import page_of

MOST_COMING = 200
"""More than this nobody reads on one page; the page says how many there are besides."""


def show_hooks(session: Session, desk: Desk, hooks: Sequence[Hook], now: datetime) -> list[HookShown]:
    """Hooks as they stand now, in their order."""
    items = items_by_id(session, {hook.item_id for hook in hooks if hook.item_id is not None})
    changes = changes_of_hooks(session, [hook.id or 0 for hook in hooks])
    names = names_of_people(session, desk.network)
    return [
        _shown(desk, hook, items.get(hook.item_id or 0), changes.get(hook.id or 0, []), names, now)
        for hook in hooks
    ]


def shown_hooks_of(
    session: Session, desk: Desk, dossier_id: int, now: datetime, *, dismissed: bool = False
) -> list[HookShown]:
    """The hooks of a dossier by day, those without one last."""
    return show_hooks(session, desk, hooks_of(session, dossier_id, dismissed=dismissed), now)


@dataclass(frozen=True, kw_only=True)
class HookSearch:
    """Which coming hooks are wanted. group: slug; "" for all. until: last Dutch day; None for no end.

    kind: word of HookKind, "" for all. undated: also what has no day yet.
    """

    group: str = ""
    kind: str = ""
    until: date | None = None
    undated: bool = True


@dataclass(frozen=True, kw_only=True)
class ComingHook:
    """A hook with the dossier it is of."""

    dossier: Dossier
    hook: HookShown


@dataclass(frozen=True, kw_only=True)
class ComingHooks:
    """What is coming for somebody: what counts, by day, and what waits to be chosen.

    hidden: how many there are besides.
    """

    accepted: Sequence[ComingHook]
    proposed: Sequence[ComingHook]
    hidden: int = 0


def coming_hooks(
    session: Session, desk: Desk, actor: Actor, search: HookSearch, now: datetime
) -> ComingHooks:
    """Hooks of the open dossiers that somebody may see, still to come."""
    query = (
        select(Hook, Dossier)
        .join(Dossier, col(Dossier.id) == col(Hook.dossier_id))
        .where(
            col(Hook.state) != HookState.DISMISSED,
            col(Hook.standing).in_(STILL_TO_COME),
            col(Dossier.stage).in_(list(OPEN)),
            visible_to(actor),
        )
    )
    if search.group:
        query = query.where(has_part(search.group))
    if search.kind:
        query = query.where(col(Hook.kind) == search.kind)
    if search.until is not None:
        in_time = col(Hook.moment_on) <= search.until
        query = query.where(in_time | col(Hook.moment_on).is_(None) if search.undated else in_time)
    elif not search.undated:
        query = query.where(col(Hook.moment_on).is_not(None))
    order = (col(Hook.moment_on).is_(None), col(Hook.moment_on), col(Hook.moment_at), col(Hook.id))
    rows = [(hook, dossier) for hook, dossier in session.execute(query.order_by(*order))]
    shown = show_hooks(session, desk, [hook for hook, _ in rows[:MOST_COMING]], now)
    coming = [
        ComingHook(dossier=dossier, hook=hook)
        for (_, dossier), hook in zip(rows[:MOST_COMING], shown, strict=True)
    ]
    return ComingHooks(
        accepted=[one for one in coming if one.hook.state is HookState.ACCEPTED],
        proposed=[one for one in coming if one.hook.state is HookState.PROPOSED],
        hidden=max(0, len(rows) - MOST_COMING),
    )


def due_preparation(
    desk: Desk, hook: Hook, dossier: Dossier, lead: str, now: datetime
) -> DuePreparation | None:
    """What must be ready next for a moment that counts, if that is late or soon; None otherwise.

    lead: slug of who leads the campaign, "" for none.
    """
    today = dutch_date(now)
    step = step_at_hand(_plan(desk, hook, today), today, desk.calendars.working)
    if step is None or step.on is None:
        return None
    return DuePreparation(
        hook_id=hook.id or 0,
        kind=hook.kind,
        title=hook.title,
        preparation=step.preparation,
        on=step.on,
        path=f"/{page_of(dossier)}#momenten",
        lead=lead,
    )


def _plan(desk: Desk, hook: Hook, today: date) -> HookPlan:
    return plan_hook(
        hook.kind,
        situation_kept(hook),
        desk.rules.campaigns.hooks.of(hook.kind),
        done=hook.done.keys(),
        today=today,
        calendar=desk.calendars.working,
    )


def _shown(
    desk: Desk,
    hook: Hook,
    item: Item | None,
    changes: Sequence[HookChange],
    names: Mapping[str, str],
    now: datetime,
) -> HookShown:
    today = dutch_date(now)
    working = desk.calendars.working
    on = None if hook.standing == HookStanding.UNDATED else hook.moment_on
    return HookShown(
        hook_id=hook.id or 0,
        dossier_id=hook.dossier_id,
        kind=hook.kind,
        origin=hook.origin,
        title=hook.title,
        state=hook.state,
        standing=hook.standing,
        on=on,
        at=None if on is None else hook.moment_at,
        expected=hook.expected or _week(item),
        place=hook.place,
        note=hook.note,
        plan=_plan(desk, hook, today),
        today=today,
        working_days_left=None if on is None else working.working_days_left(today, on),
        reasons=[HookReason(kind=ReasonKind(one["kind"]), value=one["value"]) for one in hook.reasons],
        changes=[
            ChangeShown(
                event=change.event,
                at=change.at,
                old_on=change.old_on,
                new_on=change.new_on,
                old_at=change.old_at,
                new_at=change.new_at,
            )
            for change in changes
        ],
        done={
            code: DoneShown(
                name=names.get(str(value["by"]), str(value["by"])), at=datetime.fromisoformat(value["at"])
            )
            for code, value in hook.done.items()
        },
        path="" if item is None else f"/items/{item.id}",
        publisher_url="" if item is None else item.url,
    )


def _week(item: Item | None) -> str:
    """What the publisher says of when, as long as there is no day: "In week 4 van 2027; dag ..."."""
    if item is None or item.starts_at is not None or not item.summary.startswith("In week "):
        return ""
    return item.summary.partition(";")[0].removeprefix("In ")
