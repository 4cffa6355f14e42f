"""The button "Oppakken" under an item: one press opens a dossier, the next ones join it."""

from datetime import datetime

from sqlmodel import Session

from g40flow.domain.actors import Actor
from g40flow.storage.dossier_tables import Dossier
from g40flow.storage.dossiers import groups_of
from g40flow.use_cases.dossier.desk import Desk, open_for_change
from g40flow.use_cases.dossier.groups import accept_in
from g40flow.use_cases.dossier.open_dossier import AlreadyDossier, groups_of_actor, led_by, open_dossier


def take_up(session: Session, desk: Desk, item_id: int, *, actor: Actor, now: datetime) -> Dossier:
    """Open a dossier about an item for the own group, or accept in the one that there is.

    Whoever of a group presses after somebody else gets the dossier that was opened first.
    Raises NotAllowed, NotFound or AlreadyDossier (in which the own group has no part).
    """
    try:
        return open_dossier(session, desk, [item_id], actor=actor, now=now)
    except AlreadyDossier as there_is:
        dossier = open_for_change(session, there_is.dossier_id, actor)
        with_part = {group.theme_group for group in groups_of(session, there_is.dossier_id)}
        if not groups_of_actor(actor) & with_part:
            raise
        for group in sorted(led_by(actor) & with_part):
            accept_in(session, desk, dossier, group, actor=actor, now=now)
        return dossier
