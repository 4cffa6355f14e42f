"""Following an item, its family or a dossier: whoever does hears of every step."""

from datetime import datetime
from functools import cache

from sqlalchemy import Select, bindparam, select
from sqlmodel import Session, col

from g40flow.domain.actors import Actor
from g40flow.domain.errors import NotFound
from g40flow.storage.database import insert_or_ignore
from g40flow.storage.dossier_tables import Follow
from g40flow.storage.family_members import (
    current_family,
    family_id_of,
    family_subject,
    lock_families,
    new_family,
)
from g40flow.storage.tables import Item
from g40flow.use_cases.dossier.desk import open_to_read


def follow_dossier(session: Session, dossier_id: int, *, actor: Actor, now: datetime) -> None:
    """Hear of every step of a dossier from now on. Raises NotFound, also if the actor may not see it."""
    open_to_read(session, dossier_id, actor)
    _follow(session, actor, f"dossier:{dossier_id}", now)


def unfollow_dossier(session: Session, dossier_id: int, *, actor: Actor) -> None:
    """Hear no more of a dossier; nothing happens to who did not follow it."""
    _unfollow(session, actor, f"dossier:{dossier_id}")


def follow_item(session: Session, item_id: int, *, actor: Actor, now: datetime) -> None:
    """Hear of the dossiers about an item. Raises NotFound."""
    if session.get(Item, item_id) is None:
        raise NotFound(f"there is no item {item_id}")
    _follow(session, actor, f"item:{item_id}", now)


def unfollow_item(session: Session, item_id: int, *, actor: Actor) -> None:
    """Hear no more of the dossiers about an item."""
    _unfollow(session, actor, f"item:{item_id}")


def follow_family_of(session: Session, item_id: int, *, actor: Actor, now: datetime) -> int:
    """Hear of everything that belongs with an item, at whatever publisher; returns the family's id.

    An item that is alone gets a family, so that what comes later is heard of. Raises NotFound.
    """
    if session.get(Item, item_id) is None:
        raise NotFound(f"there is no item {item_id}")
    lock_families(session)
    family_id = family_id_of(session, item_id)
    if family_id is None:
        family_id = new_family(session, [item_id], now)
    _follow(session, actor, family_subject(family_id), now)
    return family_id


def unfollow_family(session: Session, family_id: int, *, actor: Actor) -> None:
    """Hear no more of a family, also under the id it had before it became part of another one."""
    family = current_family(session, family_id)
    if family is not None and family.id is not None:
        _unfollow(session, actor, family_subject(family.id))


def is_following(session: Session, person: str, subject: str) -> bool:
    """Whether somebody follows "dossier:3", "item:12" or "family:7"."""
    return session.scalar(_followed(), {"person": person, "subject": subject}) is not None


@cache
def _followed() -> Select[tuple[str]]:
    of_person = col(Follow.person) == bindparam("person")
    return select(col(Follow.person)).where(of_person, col(Follow.subject) == bindparam("subject"))


def _follow(session: Session, actor: Actor, subject: str, now: datetime) -> None:
    values = {"person": actor.person, "subject": subject, "since": now}
    session.connection().execute(insert_or_ignore(Follow), values)


def _unfollow(session: Session, actor: Actor, subject: str) -> None:
    if (row := session.get(Follow, (actor.person, subject))) is not None:
        session.delete(row)
        session.flush()
