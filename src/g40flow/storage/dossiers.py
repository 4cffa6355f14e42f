"""Reading dossiers, and whom each concerns."""

from collections.abc import Sequence
from functools import cache

from sqlalchemy import BindParameter, Select, bindparam, func, or_, select
from sqlmodel import Session, col

from g40flow.domain.actors import Parties
from g40flow.domain.dossier.workflow import Process
from g40flow.domain.errors import NotFound
from g40flow.storage.database import asked_once
from g40flow.storage.dossier_tables import (
    Dossier,
    DossierException,
    DossierGroup,
    DossierItem,
    DossierPartner,
    DossierReader,
    Follow,
    MessageDossier,
)
from g40flow.storage.family_tables import FamilyMember
from g40flow.storage.tables import Item, Message, MessageItem

CARDS_OF_ITEMS = ("item_card", "triage_card", "urgent_message")
"""Kinds of messages about one item, which say whether there is a dossier about it."""


def dossier_by_id(session: Session, dossier_id: int) -> Dossier:
    """Raises NotFound."""
    # A session forgets a row that nobody holds, and would ask for it again.
    dossier = asked_once(session, ("dossier", dossier_id), lambda: session.get(Dossier, dossier_id))
    if dossier is None:
        raise NotFound(f"there is no dossier {dossier_id}")
    return dossier


def dossier_with_number(session: Session, number: str) -> Dossier | None:
    """The dossier that people call by this number; None if there is none."""
    return session.scalars(select(Dossier).where(col(Dossier.number) == number)).one_or_none()


def locked_dossier(session: Session, dossier_id: int) -> Dossier:
    """A dossier as it stands now, which nobody else can change until this transaction ends.

    Raises NotFound.
    """
    query = select(Dossier).where(col(Dossier.id) == dossier_id).with_for_update(key_share=True)
    found = session.scalars(query.execution_options(populate_existing=True))
    dossier: Dossier | None = found.one_or_none()
    if dossier is None:
        raise NotFound(f"there is no dossier {dossier_id}")
    return dossier


def groups_of(session: Session, dossier_id: int) -> Sequence[DossierGroup]:
    """The groups of a dossier, lead first, then by slug."""
    given = {"dossier_id": dossier_id}
    return asked_once(session, ("groups", dossier_id), lambda: session.scalars(_groups(), given).all())


@cache
def _groups() -> Select[tuple[DossierGroup]]:
    query = select(DossierGroup).where(col(DossierGroup.dossier_id) == bindparam("dossier_id"))
    return query.order_by(col(DossierGroup.is_lead).desc(), col(DossierGroup.theme_group))


def partners_of(session: Session, dossier_id: int) -> Sequence[DossierPartner]:
    """The partners of a dossier, by name."""
    given = {"dossier_id": dossier_id}
    return asked_once(session, ("partners", dossier_id), lambda: session.scalars(_partners(), given).all())


@cache
def _partners() -> Select[tuple[DossierPartner]]:
    query = select(DossierPartner).where(col(DossierPartner.dossier_id) == bindparam("dossier_id"))
    return query.order_by(col(DossierPartner.partner))


def readers_of(session: Session, dossier_id: int) -> Sequence[str]:
    """Slugs of the people who may see a dossier while it is confidential."""
    query = select(col(DossierReader.person)).where(col(DossierReader.dossier_id) == dossier_id)
    return session.scalars(query.order_by(col(DossierReader.person))).all()


def parties_of(session: Session, dossier: Dossier) -> Parties:
    """Whom a dossier concerns, as rights are decided by it; a page asks for it many times."""
    return asked_once(session, ("parties", dossier.id), lambda: _parties(session, dossier))


def _parties(session: Session, dossier: Dossier) -> Parties:
    assert dossier.id is not None
    groups = groups_of(session, dossier.id)
    return Parties(
        lead_group=dossier.lead_group,
        co_groups=tuple(g.theme_group for g in groups if not g.is_lead and g.state != "rejected"),
        pillar=dossier.pillar,
        pen_holder=dossier.pen_holder,
        partners=tuple(partner.partner for partner in partners_of(session, dossier.id)),
        readers=frozenset(readers_of(session, dossier.id)) if dossier.confidential else None,
    )


def items_of_dossier(session: Session, dossier_id: int) -> Sequence[DossierItem]:
    """The items a dossier is about, in the order they came."""
    query = select(DossierItem).where(col(DossierItem.dossier_id) == dossier_id)
    return session.scalars(query.order_by(col(DossierItem.item_id))).all()


def subjects_of(session: Session, dossier_id: int) -> Sequence[tuple[Item, str]]:
    """The items a dossier is about, in the order they came, each with its relation to it."""
    found = session.execute(_subjects(), {"dossier_id": dossier_id})
    return [(item, relation) for item, relation in found]


@cache
def _subjects() -> Select[tuple[Item, str]]:
    return (
        select(Item, col(DossierItem.relation))
        .join(DossierItem, col(DossierItem.item_id) == col(Item.id))
        .where(col(DossierItem.dossier_id) == bindparam("dossier_id"))
        .order_by(col(Item.id))
    )


def dossiers_about(session: Session, item_id: int) -> Sequence[Dossier]:
    """The texts that are about an item, newest first; a campaign about it is no answer to it."""
    query = (
        select(Dossier)
        .join(DossierItem, col(DossierItem.dossier_id) == col(Dossier.id))
        .where(col(DossierItem.item_id) == item_id, col(Dossier.process) == Process.RESPONSE)
    )
    return session.scalars(query.order_by(col(Dossier.id).desc())).all()


def exceptions_of(session: Session, dossier_id: int) -> Sequence[DossierException]:
    """Everything that did not go as usual, oldest first, lifted or not."""
    query = select(DossierException).where(col(DossierException.dossier_id) == dossier_id)
    return session.scalars(query.order_by(col(DossierException.id))).all()


def active_exception(session: Session, dossier_id: int, code: str) -> DossierException | None:
    """What was raised under this code and not lifted; None if nothing was."""
    query = select(DossierException).where(
        col(DossierException.dossier_id) == dossier_id,
        col(DossierException.code) == code,
        col(DossierException.lifted_at).is_(None),
    )
    return session.scalars(query.order_by(col(DossierException.id).desc())).first()


def active_codes(session: Session, dossier_id: int) -> set[str]:
    """Codes of everything that does not go as usual now."""
    query = select(col(DossierException.code)).where(
        col(DossierException.dossier_id) == dossier_id, col(DossierException.lifted_at).is_(None)
    )
    return set(session.scalars(query))


def followers_of(session: Session, dossier_id: int) -> Sequence[str]:
    """Slugs of everybody who follows a dossier, or an item it is about, or the family of one."""
    item_ids = [link.item_id for link in items_of_dossier(session, dossier_id)]
    subjects = [f"dossier:{dossier_id}", *_subjects_of(session, item_ids)]
    query = select(col(Follow.person)).where(col(Follow.subject).in_(subjects))
    return session.scalars(query.distinct().order_by(col(Follow.person))).all()


def followers_of_item(session: Session, item_id: int) -> Sequence[str]:
    """Slugs of everybody who follows an item, or its family."""
    query = select(col(Follow.person)).where(col(Follow.subject).in_(_subjects_of(session, [item_id])))
    return session.scalars(query.distinct().order_by(col(Follow.person))).all()


def followers_of_family(session: Session, item_id: int) -> Sequence[str]:
    """Slugs of everybody who follows the family of an item."""
    subjects = [subject for subject in _subjects_of(session, [item_id]) if subject.startswith("family:")]
    query = select(col(Follow.person)).where(col(Follow.subject).in_(subjects))
    return session.scalars(query.order_by(col(Follow.person))).all()


def _subjects_of(session: Session, item_ids: Sequence[int]) -> list[str]:
    """What somebody can follow to hear of items."""
    query = select(col(FamilyMember.family_id)).where(col(FamilyMember.item_id).in_(item_ids)).distinct()
    families = [f"family:{family_id}" for family_id in session.scalars(query)]
    return [*(f"item:{item_id}" for item_id in item_ids), *families]


def next_number(session: Session, year: int) -> str:
    """The next free number of a year: "2026-014". The caller opens the dossier in this transaction.

    Two at once would get the same one; the unique column then refuses the second, who tries again.
    """
    of_year = select(col(Dossier.number)).where(col(Dossier.number).startswith(f"{year}-"))
    longest_last = of_year.order_by(func.length(Dossier.number).desc(), col(Dossier.number).desc())
    last = session.scalars(longest_last.limit(1)).first()  # "2026-1000" comes after "2026-999"
    return f"{year}-{(0 if last is None else int(last.partition('-')[2])) + 1:03d}"


def messages_showing(session: Session, dossier_id: int) -> Sequence[Message]:
    """Every message that shows a dossier: those about it, and the cards of its items.

    Locked until this transaction ends: a sender that is just putting one down must see that it is to
    be renewed, or be done before.
    """
    return session.scalars(_showing(), {"dossier_id": dossier_id}).all()


@cache
def _showing() -> Select[tuple[Message]]:
    dossier_id: BindParameter[int] = bindparam("dossier_id")
    about_it = select(col(MessageDossier.message_id)).where(col(MessageDossier.dossier_id) == dossier_id)
    of_items = (
        select(col(MessageItem.message_id))
        .join(DossierItem, col(DossierItem.item_id) == col(MessageItem.item_id))
        .where(col(DossierItem.dossier_id) == dossier_id)
    )
    is_card = col(Message.kind).in_(CARDS_OF_ITEMS) & col(Message.id).in_(of_items)
    query = select(Message).where(or_(col(Message.id).in_(about_it), is_card))
    locked = query.order_by(col(Message.id)).with_for_update(of=Message, key_share=True)
    return locked.execution_options(populate_existing=True)
