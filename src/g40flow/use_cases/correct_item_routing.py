"""A person sends an item to other groups than the machine did, and may take that back."""

from collections.abc import Sequence
from datetime import datetime

from sqlmodel import Session

from g40flow.domain.errors import NotFound, StaleVersion
from g40flow.storage.corrections import corrections_of
from g40flow.storage.items import read_item, routings_of
from g40flow.storage.messages import message_about
from g40flow.storage.tables import Item, RoutingCorrection
from g40flow.use_cases.announce_items import TRIAGE, Announcer
from g40flow.use_cases.learn_from_corrections import UNDONE
from g40flow.use_cases.route_items import correct_routing


def correct_item_routing(
    session: Session,
    announcer: Announcer,
    item_id: int,
    groups: Sequence[str],
    *,
    seen_groups: Sequence[str],
    person: str,
    reason: str,
    now: datetime,
) -> RoutingCorrection:
    """Route an item as a person says, and tell the groups that are new; or change nothing.

    groups: slugs, lead first; empty means that it is for nobody. seen_groups: the routing that the
        person had on screen, lead first.
    Raises NotFound, or StaleVersion if the routing has changed since it was on screen.
    """
    row = _item(session, item_id)
    _check_unchanged(session, item_id, seen_groups)
    correct_routing(session, item_id, groups, person=person, reason=reason, now=now)
    announcer.follow_correction(session, row, read_item(row), now)
    return corrections_of(session, item_id)[0]


def undo_correction(
    session: Session, announcer: Announcer, correction_id: int, *, person: str, now: datetime
) -> RoutingCorrection:
    """Restore the routing from before a correction; that is kept as a correction as well.

    An item that waited for triage waits for it again.
    Raises NotFound, or StaleVersion if the item was corrected again since.
    """
    correction = session.get(RoutingCorrection, correction_id)
    if correction is None:
        raise NotFound(f"there is no correction {correction_id}")
    history = corrections_of(session, correction.item_id)
    if history[0].id != correction_id:
        raise StaleVersion(f"correction {correction_id} is no longer the last one of its item")
    undone = correct_item_routing(
        session,
        announcer,
        correction.item_id,
        correction.old_groups,
        seen_groups=correction.new_groups,
        person=person,
        reason=UNDONE,
        now=now,
    )
    if len(history) == 1 and not correction.old_groups:
        row = _item(session, correction.item_id)
        row.triage = message_about(session, correction.item_id, TRIAGE) is not None
        session.add(row)
    return undone


def _item(session: Session, item_id: int) -> Item:
    row = session.get(Item, item_id, with_for_update={"key_share": True})
    if row is None:
        raise NotFound(f"there is no item {item_id}")
    return row


def _check_unchanged(session: Session, item_id: int, seen_groups: Sequence[str]) -> None:
    current = [routing.theme_group for routing in routings_of(session, item_id)]
    same_lead = current[:1] == list(seen_groups)[:1]
    if not same_lead or set(current) != set(seen_groups):
        raise StaleVersion(f"item {item_id}: seen with {list(seen_groups)}, now with {current}")
