"""What a dossier aims at goes along when it is merged into another."""

from datetime import datetime

from sqlmodel import Session

from g40flow.domain.actors import Actor
from g40flow.domain.campaigns.hooks import HookOrigin, HookState
from g40flow.storage.dossier_tables import Dossier
from g40flow.storage.hook_tables import Hook, HookTie
from g40flow.storage.hooks import hook_with_key, hooks_of, ties_of
from g40flow.use_cases.campaigns.hooks import free_hand_key, hook_facts
from g40flow.use_cases.dossier.desk import note_change


def move_hooks(session: Session, old: Dossier, kept: Dossier, actor: Actor, now: datetime) -> None:
    """Let accepted moments, and what ties a dossier to parliament, be those of the one that stays.

    Of a moment that both have the other's choice stands; where that one had not chosen yet, it counts from
    now on. Each is a line in the history of the dossier that stays. Both dossiers must be locked.
    """
    assert old.id is not None
    assert kept.id is not None
    for hook in hooks_of(session, old.id):
        if hook.state == HookState.ACCEPTED and (taken := _take_over(session, hook, kept.id)) is not None:
            facts = {**hook_facts(taken), "from": old.number}
            note_change(session, kept, actor, "take_over_hook", now=now, facts=facts)
    for tie in ties_of(session, old.id):
        if session.get(HookTie, (kept.id, tie.kind, tie.value)) is None:
            session.add(
                HookTie(
                    dossier_id=kept.id,
                    kind=tie.kind,
                    value=tie.value,
                    added_by=tie.added_by,
                    added_at=tie.added_at,
                )
            )
            facts = {"kind": tie.kind, "value": tie.value, "from": old.number}
            note_change(session, kept, actor, "add_tie", now=now, facts=facts)
        session.delete(tie)
    session.flush()


def _take_over(session: Session, hook: Hook, kept_id: int) -> Hook | None:
    """The moment as the dossier that stays has it now; None if it had chosen about it before."""
    # Numbers of what was made by hand are given per dossier: the same number is another moment.
    by_hand = hook.origin == HookOrigin.HAND
    known = None if by_hand else hook_with_key(session, kept_id, hook.key)
    if known is None:
        hook.key = free_hand_key(session, kept_id) if by_hand else hook.key
        hook.dossier_id = kept_id
        taken = hook
    elif known.state == HookState.PROPOSED:
        known.state, known.done = HookState.ACCEPTED, hook.done
        known.decided_by, known.decided_at = hook.decided_by, hook.decided_at
        taken = known
    else:
        return None
    session.add(taken)
    session.flush()
    return taken
