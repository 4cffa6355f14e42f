"""What people do with hooks: accept, dismiss, make one by hand, say what is ready, tie to parliament."""

from dataclasses import dataclass
from datetime import date, datetime, time

from sqlmodel import Session

from g40flow.domain.actors import Actor
from g40flow.domain.campaigns.hooks import (
    HookOrigin,
    HookStanding,
    HookState,
    ReasonKind,
    dated,
    kind_of_activity,
    situation_of,
)
from g40flow.domain.campaigns.words import HookKind
from g40flow.domain.dossier.rights import Right
from g40flow.domain.dossier.workflow import OPEN
from g40flow.domain.dossier_number import normalise_dossier_number
from g40flow.domain.errors import InvalidInput, NotFound, StepNotAllowed
from g40flow.domain.instants import dutch_date, dutch_instant
from g40flow.domain.items import ItemKind, Json
from g40flow.domain.outside_text import one_line
from g40flow.storage.dossier_tables import Dossier
from g40flow.storage.hook_tables import Hook, HookTie, TieKind
from g40flow.storage.hooks import hook_by_id, hook_with_key, hooks_of, ties_of
from g40flow.storage.items import read_item
from g40flow.storage.tables import Item
from g40flow.use_cases.dossier.desk import Desk, note_change, open_for_change, require_on

LONGEST_TITLE, LONGEST_NOTE, LONGEST_TIE = 300, 2000, 200
MOST_TIES = 40
"""More than this a campaign is about nothing in particular."""


@dataclass(frozen=True, kw_only=True)
class NewHook:
    """A moment that somebody makes by hand.

    item_id: an activity that is known here, which then says everything else; None for another moment.
    on: Dutch day, None as long as nobody knows; clock: Dutch hour of that day. expected: in words.
    """

    kind: str = ""
    title: str = ""
    item_id: int | None = None
    on: date | None = None
    clock: time | None = None
    expected: str = ""
    place: str = ""
    note: str = ""


def accept_hook(
    session: Session,
    desk: Desk,
    dossier_id: int,
    hook_id: int,
    *,
    actor: Actor,
    seen_revision: int | None,
    now: datetime,
) -> Hook:
    """A proposed moment counts: it stands in calendars, people are reminded and told when it moves.

    Raises NotFound, NotAllowed, StaleVersion or InvalidInput ("hook_decided").
    """
    dossier, hook = _open(session, dossier_id, hook_id, actor, seen_revision)
    if hook.state != HookState.PROPOSED:
        raise InvalidInput("hook_decided", f"hook {hook_id} is {hook.state}", field="hook")
    _decide(session, dossier, hook, HookState.ACCEPTED, "accept_hook", actor, now)
    return hook


def dismiss_hook(
    session: Session,
    desk: Desk,
    dossier_id: int,
    hook_id: int,
    *,
    reason: str = "",
    actor: Actor,
    seen_revision: int | None,
    now: datetime,
) -> Hook:
    """A moment does not count, proposed or accepted; it is not proposed again, and can be taken back.

    Raises NotFound, NotAllowed, StaleVersion or InvalidInput ("hook_decided").
    """
    dossier, hook = _open(session, dossier_id, hook_id, actor, seen_revision)
    if hook.state == HookState.DISMISSED:
        raise InvalidInput("hook_decided", f"hook {hook_id} is {hook.state}", field="hook")
    said = one_line(reason)[:LONGEST_NOTE]
    hook.state_before = hook.state.value
    _decide(session, dossier, hook, HookState.DISMISSED, "dismiss_hook", actor, now, reason=said)
    return hook


def restore_hook(
    session: Session,
    desk: Desk,
    dossier_id: int,
    hook_id: int,
    *,
    actor: Actor,
    seen_revision: int | None,
    now: datetime,
) -> Hook:
    """Take back that a moment was dismissed or accepted: it is then what it was before.

    What was made by hand cannot become a proposal. Raises NotFound, NotAllowed, StaleVersion or
    InvalidInput ("hook_not_decided").
    """
    dossier, hook = _open(session, dossier_id, hook_id, actor, seen_revision)
    if hook.state == HookState.DISMISSED:
        before = HookState(hook.state_before or HookState.PROPOSED)
    elif hook.state == HookState.ACCEPTED and hook.origin != HookOrigin.HAND and not hook.done:
        before = HookState.PROPOSED
    else:
        raise InvalidInput("hook_not_decided", f"hook {hook_id} is {hook.state}", field="hook")
    _decide(session, dossier, hook, before, "restore_hook", actor, now)
    return hook


def add_hook(
    session: Session,
    desk: Desk,
    dossier_id: int,
    new: NewHook,
    *,
    actor: Actor,
    seen_revision: int | None,
    now: datetime,
) -> Hook:
    """Make a moment by hand, or take an activity that was not proposed; it counts at once.

    Raises NotFound, NotAllowed, StaleVersion or InvalidInput ("unknown_hook_kind", "title_needed",
    "day_passed", "hook_exists", "no_moment").
    """
    dossier = _open_dossier(session, dossier_id, actor, seen_revision)
    make = _by_hand if new.item_id is None else _of_item
    hook = make(session, dossier_id, new, actor, now)
    hook.state, hook.decided_by, hook.decided_at = HookState.ACCEPTED, actor.person, now
    session.add(hook)
    session.flush()
    note_change(session, dossier, actor, "add_hook", now=now, facts=hook_facts(hook))
    return hook


def edit_hook(
    session: Session,
    desk: Desk,
    dossier_id: int,
    hook_id: int,
    said: NewHook,
    *,
    actor: Actor,
    seen_revision: int | None,
    now: datetime,
) -> Hook:
    """Say something else of a moment that was made by hand, such as another day.

    Raises NotFound, NotAllowed, StaleVersion or InvalidInput ("not_by_hand" and those of add_hook).
    """
    dossier, hook = _open(session, dossier_id, hook_id, actor, seen_revision)
    if hook.origin != HookOrigin.HAND:
        raise InvalidInput("not_by_hand", f"hook {hook_id} follows its publisher", field="hook")
    _fill_by_hand(hook, said, now)
    session.add(hook)
    note_change(session, dossier, actor, "edit_hook", now=now, facts=hook_facts(hook))
    return hook


def finish_preparation(
    session: Session,
    desk: Desk,
    dossier_id: int,
    hook_id: int,
    preparation: str,
    *,
    undo: bool = False,
    actor: Actor,
    seen_revision: int | None,
    now: datetime,
) -> Hook:
    """Something is ready for a moment, or with undo is not after all.

    preparation: a word of g40flow.domain.campaigns.hook_plan.Preparation that its kind has.
    Raises NotFound, NotAllowed, StaleVersion or InvalidInput ("unknown_preparation", "hook_not_decided").
    """
    dossier, hook = _open(session, dossier_id, hook_id, actor, seen_revision)
    if hook.state != HookState.ACCEPTED:
        raise InvalidInput("hook_not_decided", f"hook {hook_id} is {hook.state}", field="hook")
    if preparation not in desk.rules.campaigns.hooks.of(hook.kind):
        raise InvalidInput("unknown_preparation", f"{hook.kind} has no {preparation!r}", field="preparation")
    kept = {code: value for code, value in hook.done.items() if code != preparation}
    hook.done = kept if undo else kept | {preparation: {"by": actor.person, "at": now.isoformat()}}
    session.add(hook)
    action = "reopen_preparation" if undo else "finish_preparation"
    note_change(
        session, dossier, actor, action, now=now, facts={**hook_facts(hook), "preparation": preparation}
    )
    return hook


# --- ties -----------------------------------------------------------------------------------------


def tie_dossier(
    session: Session,
    desk: Desk,
    dossier_id: int,
    kind: str,
    value: str,
    *,
    actor: Actor,
    seen_revision: int | None,
    now: datetime,
) -> HookTie:
    """Let the activities of a parliamentary dossier, a committee, or about a word be proposed.

    Raises NotFound, NotAllowed, StaleVersion or InvalidInput ("unknown_tie", "no_dossier_number",
    "word_too_short", "tie_exists", "too_many_ties").
    """
    dossier = _open_dossier(session, dossier_id, actor, seen_revision)
    if kind not in set(TieKind):
        raise InvalidInput("unknown_tie", f"expected one of {sorted(TieKind)}, found {kind!r}", field="kind")
    said = _tie_value(TieKind(kind), value)
    if session.get(HookTie, (dossier_id, kind, said)) is not None:
        raise InvalidInput("tie_exists", f"{dossier.number} is tied to {said} already", field="value")
    if len(ties_of(session, dossier_id)) >= MOST_TIES:
        raise InvalidInput("too_many_ties", f"at most {MOST_TIES}", field="value")
    tie = HookTie(dossier_id=dossier_id, kind=kind, value=said, added_by=actor.person, added_at=now)
    session.add(tie)
    note_change(session, dossier, actor, "add_tie", now=now, facts={"kind": kind, "value": said})
    return tie


def untie_dossier(
    session: Session,
    desk: Desk,
    dossier_id: int,
    kind: str,
    value: str,
    *,
    actor: Actor,
    seen_revision: int | None,
    now: datetime,
) -> None:
    """Propose nothing by it any more; what was proposed stays.

    Raises NotFound, NotAllowed or StaleVersion.
    """
    dossier = _open_dossier(session, dossier_id, actor, seen_revision)
    tie = session.get(HookTie, (dossier_id, kind, value))
    if tie is None:
        raise NotFound(f"dossier {dossier.number} is not tied to {value!r}")
    session.delete(tie)
    note_change(session, dossier, actor, "remove_tie", now=now, facts={"kind": kind, "value": value})


def _tie_value(kind: TieKind, value: str) -> str:
    said = one_line(value)[:LONGEST_TIE]
    if kind is TieKind.DOSSIER_NUMBER:
        number = normalise_dossier_number(said)
        if number is None:
            raise InvalidInput(
                "no_dossier_number", f"expected a number like 36512, found {said!r}", field="value"
            )
        return number
    if len(said) < 3:
        raise InvalidInput("word_too_short", "expected three letters or more", field="value")
    return said


# --- pieces ---------------------------------------------------------------------------------------


def hook_facts(hook: Hook) -> dict[str, Json]:
    """What the history says of a moment."""
    return {
        "hook": hook.id,
        "kind": hook.kind.value,
        "title": hook.title,
        "on": None if hook.moment_on is None else hook.moment_on.isoformat(),
    }


def free_hand_key(session: Session, dossier_id: int) -> str:
    """The key for the next moment of a dossier that is made by hand."""
    taken = {hook.key for hook in hooks_of(session, dossier_id, dismissed=True)}
    number = next(n for n in range(1, len(taken) + 2) if f"hand:{n}" not in taken)
    return f"hand:{number}"


def _open_dossier(session: Session, dossier_id: int, actor: Actor, seen_revision: int | None) -> Dossier:
    """Raises StepNotAllowed for a dossier on which nobody works."""
    dossier = open_for_change(session, dossier_id, actor, seen_revision=seen_revision)
    require_on(session, dossier, actor, Right.MANAGE_HOOKS)
    if dossier.stage not in OPEN:
        raise StepNotAllowed(f"dossier {dossier.number} is {dossier.stage}")
    return dossier


def _open(
    session: Session, dossier_id: int, hook_id: int, actor: Actor, seen_revision: int | None
) -> tuple[Dossier, Hook]:
    dossier = _open_dossier(session, dossier_id, actor, seen_revision)
    hook = hook_by_id(session, hook_id)
    if hook.dossier_id != dossier_id:
        raise NotFound(f"dossier {dossier_id} has no hook {hook_id}")
    return dossier, hook


def _decide(
    session: Session,
    dossier: Dossier,
    hook: Hook,
    state: HookState,
    action: str,
    actor: Actor,
    now: datetime,
    *,
    reason: str = "",
) -> None:
    hook.state, hook.decided_by, hook.decided_at = state, actor.person, now
    if reason:
        hook.note = reason
    session.add(hook)
    session.flush()
    note_change(session, dossier, actor, action, now=now, reason=reason, facts=hook_facts(hook))


def _of_item(session: Session, dossier_id: int, new: NewHook, actor: Actor, now: datetime) -> Hook:
    """An activity that somebody chose, whether it had been proposed or dismissed before or not."""
    row = session.get(Item, new.item_id)
    if row is None or row.kind != ItemKind.ACTIVITY:
        raise InvalidInput("no_moment", f"item {new.item_id} is no activity", field="item")
    item, key = read_item(row), f"item:{row.id}"
    hook = hook_with_key(session, dossier_id, key)
    if hook is not None and hook.state == HookState.ACCEPTED:
        raise InvalidInput("hook_exists", f"item {row.id} counts already", field="item")
    kind = kind_of_activity(item) or (_kind(new.kind) if new.kind else None)
    if kind is None:
        raise InvalidInput("no_moment", f"{item.kind_label!r} is nothing to aim at", field="item")
    found = situation_of(item, dutch_date(now))
    if found.standing in (HookStanding.HELD, HookStanding.CANCELLED):
        raise InvalidInput("day_passed", f"item {row.id} is {found.standing}", field="item")
    hook = hook or Hook(
        dossier_id=dossier_id,
        key=key,
        origin=HookOrigin.ITEM,
        kind=kind,
        reasons=[{"kind": ReasonKind.ITEM.value, "value": item.title}],
        done={},
        made_by=actor.person,
        made_at=now,
    )
    hook.item_id, hook.kind, hook.title, hook.place = row.id, kind, item.title[:LONGEST_TITLE], item.committee
    hook.standing, hook.moment_on, hook.moment_at = found.standing, found.on, found.at
    hook.note = one_line(new.note)[:LONGEST_NOTE]
    return hook


def _by_hand(session: Session, dossier_id: int, new: NewHook, actor: Actor, now: datetime) -> Hook:
    hook = Hook(
        dossier_id=dossier_id,
        key=free_hand_key(session, dossier_id),
        origin=HookOrigin.HAND,
        kind=_kind(new.kind),
        reasons=[],
        done={},
        made_by=actor.person,
        made_at=now,
    )
    _fill_by_hand(hook, new, now)
    return hook


def _fill_by_hand(hook: Hook, said: NewHook, now: datetime) -> None:
    title = one_line(said.title)[:LONGEST_TITLE]
    if not title:
        raise InvalidInput("title_needed", "expected what happens, found nothing", field="title")
    today = dutch_date(now)
    if said.on is not None and said.on < today:
        raise InvalidInput("day_passed", f"{said.on} has passed", field="on")
    at = dutch_instant(said.on, said.clock) if said.on is not None and said.clock is not None else None
    found = dated(said.on, at, today)
    hook.kind, hook.title = _kind(said.kind), title
    hook.standing, hook.moment_on, hook.moment_at = found.standing, found.on, found.at
    hook.expected = "" if said.on is not None else one_line(said.expected)[:100]
    hook.place, hook.note = one_line(said.place)[:LONGEST_TITLE], one_line(said.note)[:LONGEST_NOTE]


def _kind(word: str) -> HookKind:
    if word not in set(HookKind):
        raise InvalidInput("unknown_hook_kind", f"found {word!r}", field="kind")
    return HookKind(word)
