"""What people do about an item besides opening a dossier: pass it on, or turn it down."""

from collections.abc import Sequence
from datetime import datetime

from sqlmodel import Session

from g40flow.domain.actors import Actor, roles_of
from g40flow.domain.dossier.rights import Right, require
from g40flow.domain.errors import InvalidInput
from g40flow.domain.outside_text import one_line
from g40flow.storage.tables import RoutingCorrection
from g40flow.use_cases.announce_items import Announcer
from g40flow.use_cases.correct_item_routing import correct_item_routing

SHORTEST_REASON, LONGEST_REASON = 5, 500


def send_item_to_groups(
    session: Session,
    announcer: Announcer,
    item_id: int,
    groups: Sequence[str],
    *,
    seen_groups: Sequence[str],
    actor: Actor,
    reason: str,
    now: datetime,
) -> RoutingCorrection:
    """Route an item as somebody says, with the reason, see correct_item_routing.

    groups: slugs, lead first; empty means that it is for nobody.
    Raises NotAllowed, NotFound, StaleVersion, or InvalidInput: "missing" or "too_long" (field
    "reason"), "groups_unchanged" (field "groups").
    """
    require(Right.CORRECT_ROUTING, roles_of(actor))
    if list(groups) == list(seen_groups):
        raise InvalidInput("groups_unchanged", "the same groups as before", field="groups")
    return correct_item_routing(
        session,
        announcer,
        item_id,
        groups,
        seen_groups=seen_groups,
        person=actor.name,
        reason=_checked_reason(reason),
        now=now,
    )


def turn_item_down(
    session: Session,
    announcer: Announcer,
    item_id: int,
    group: str,
    *,
    seen_groups: Sequence[str],
    actor: Actor,
    reason: str,
    now: datetime,
) -> RoutingCorrection:
    """Take one group off an item; the next one leads if it was the lead.

    Raises as send_item_to_groups; StaleVersion also if the group was taken off already.
    """
    left = [slug for slug in seen_groups if slug != group]
    return send_item_to_groups(
        session,
        announcer,
        item_id,
        left,
        seen_groups=seen_groups,
        actor=actor,
        reason=reason,
        now=now,
    )


def _checked_reason(reason: str) -> str:
    reason = one_line(reason)
    if len(reason) < SHORTEST_REASON:
        raise InvalidInput("reason_missing", "a correction needs a reason", field="reason")
    if len(reason) > LONGEST_REASON:
        raise InvalidInput("too_long", f"a reason has at most {LONGEST_REASON} characters", field="reason")
    return reason
