"""The moments in parliament on the page of a campaign or text."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlmodel import Session

from g40flow.bootstrap import App
from g40flow.domain.actors import Actor, roles_of
from g40flow.domain.campaigns.hook_shown import HookShown
from g40flow.domain.campaigns.hooks import HookState
from g40flow.domain.dossier.rights import Right, has_right
from g40flow.domain.dossier.workflow import OPEN
from g40flow.storage.dossier_holdings import holdings_of
from g40flow.storage.dossier_tables import Dossier
from g40flow.storage.hook_tables import HookTie
from g40flow.storage.hooks import known_committees, ties_of
from g40flow.use_cases.campaigns.hooks_reading import shown_hooks_of
from g40flow.use_cases.dossier.desk import roles_on


@dataclass(frozen=True, kw_only=True)
class HookPart:
    """coming, over: of those that count. proposed, dismissed: still to come. may: the viewer can choose.

    committees: to choose from.
    """

    coming: Sequence[HookShown]
    over: Sequence[HookShown]
    proposed: Sequence[HookShown]
    dismissed: Sequence[HookShown]
    ties: Sequence[HookTie]
    committees: Sequence[str]
    may: bool


def hook_part(session: Session, app: App, dossier: Dossier, actor: Actor, now: datetime) -> HookPart | None:
    """None for partners, who see what we make and not how we work."""
    if not has_right(Right.READ_HISTORY, roles_of(actor)) and dossier.pen_holder != actor.person:
        return None
    assert dossier.id is not None
    holds = holdings_of(session, dossier.id)
    hooks = shown_hooks_of(session, app.desk, dossier.id, now, dismissed=True) if holds.hooks else []
    accepted = [hook for hook in hooks if hook.state is HookState.ACCEPTED]
    may = dossier.stage in OPEN and has_right(Right.MANAGE_HOOKS, roles_on(session, dossier, actor))
    return HookPart(
        coming=[hook for hook in accepted if hook.is_coming],
        over=[hook for hook in accepted if not hook.is_coming],
        proposed=[hook for hook in hooks if hook.state is HookState.PROPOSED and hook.is_coming],
        dismissed=[hook for hook in hooks if hook.state is HookState.DISMISSED and hook.is_coming],
        ties=ties_of(session, dossier.id) if holds.ties else (),
        committees=known_committees(session, now) if may else (),
        may=may,
    )
