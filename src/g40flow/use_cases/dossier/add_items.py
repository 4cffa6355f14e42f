"""Adding several items at once to a dossier that is named by its number."""

from collections.abc import Sequence
from datetime import datetime

from sqlmodel import Session

from g40flow.domain.actors import Actor, may_see
from g40flow.domain.dossier.rights import Right
from g40flow.domain.errors import InvalidInput
from g40flow.domain.items import Json
from g40flow.storage.dossier_tables import Dossier, DossierItem
from g40flow.storage.dossiers import dossier_with_number, parties_of
from g40flow.use_cases.dossier.desk import note_change, open_for_change, require_on
from g40flow.use_cases.dossier.open_dossier import locked_items


def add_items(
    session: Session, number: str, item_ids: Sequence[int], *, actor: Actor, now: datetime
) -> Dossier:
    """Let a dossier be about more items; those it is about already stay as they are.

    number: of the dossier, as people read it. Its groups and its term stay.
    Raises NotFound (no such item), NotAllowed, or InvalidInput ("unknown_number", also for a dossier
    the actor may not know of, "no_items", "item_in_dossier" when there is nothing to add).
    """
    found = dossier_with_number(session, number.strip())
    if found is None or found.id is None or not may_see(actor, parties_of(session, found)):
        raise InvalidInput("unknown_number", f"there is no dossier {number!r}", field="number")
    dossier = open_for_change(session, found.id, actor)
    require_on(session, dossier, actor, Right.EDIT_DOSSIER)
    items = locked_items(session, item_ids)
    new = [item for item in items if session.get(DossierItem, (found.id, item.id)) is None]
    if not new:
        raise InvalidInput("item_in_dossier", f"all of {item_ids} are in {dossier.number}", field="number")
    for item in new:
        assert item.id is not None
        session.add(DossierItem(dossier_id=found.id, item_id=item.id))
        session.flush()
        facts: dict[str, Json] = {"item": item.id, "title": item.title}
        note_change(session, dossier, actor, "add_item", now=now, facts=facts)
    return dossier
