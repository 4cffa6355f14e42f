"""Which dossiers a date concerns: those about an item, and those in which something is due."""

from collections.abc import Collection, Sequence
from datetime import date, datetime

from sqlalchemy import func
from sqlmodel import Session, col, select

from g40flow.domain.dossier.words import GroupState, ItemRelation
from g40flow.domain.dossier.workflow import BEFORE_SUBMISSION, FINAL, OPEN, Process, Stage
from g40flow.domain.items import ItemStatus
from g40flow.storage.dossier_tables import Dossier, DossierGroup, DossierItem
from g40flow.storage.hook_tables import Hook
from g40flow.storage.tables import Item

GONE = (ItemStatus.WITHDRAWN, ItemStatus.CANCELLED, ItemStatus.MOVED)
"""Nothing is left to respond to."""


def items_with_dossiers(session: Session, item_ids: Collection[int]) -> set[int]:
    """Those of some items that a dossier is about, or that are a moment it aims at."""
    query = select(col(DossierItem.item_id)).where(col(DossierItem.item_id).in_(item_ids))
    aims = select(col(Hook.item_id)).where(col(Hook.item_id).in_(item_ids))
    return {*session.scalars(query.distinct()), *filter(None, session.scalars(aims.distinct()))}


def dossier_ids_on(session: Session, item_id: int) -> Sequence[int]:
    """Ids of the dossiers that are not closed and whose subject is an item, oldest first.

    Campaigns are left out: they aim at a day of their own, whatever becomes of the term of an item.
    """
    query = (
        select(col(Dossier.id))
        .join(DossierItem, col(DossierItem.dossier_id) == col(Dossier.id))
        .where(
            col(DossierItem.item_id) == item_id,
            col(DossierItem.relation) == ItemRelation.SUBJECT,
            col(Dossier.stage).not_in(list(FINAL)),
            col(Dossier.process) == Process.RESPONSE,
        )
    )
    return [found for found in session.scalars(query.order_by(col(Dossier.id))) if found is not None]


def subjects_of(session: Session, dossier_id: int) -> Sequence[Item]:
    """The items that a dossier responds to, oldest first."""
    query = (
        select(Item)
        .join(DossierItem, col(DossierItem.item_id) == col(Item.id))
        .where(col(DossierItem.dossier_id) == dossier_id, col(DossierItem.relation) == ItemRelation.SUBJECT)
    )
    return session.scalars(query.order_by(col(Item.id))).all()


def newest_dossier_on(session: Session, item_ids: Collection[int]) -> Dossier | None:
    """The newest dossier whose subject is one of some items, closed or not; None if there is none."""
    query = (
        select(Dossier)
        .join(DossierItem, col(DossierItem.dossier_id) == col(Dossier.id))
        .where(
            col(DossierItem.item_id).in_(item_ids),
            col(DossierItem.relation) == ItemRelation.SUBJECT,
            col(Dossier.stage).not_in([Stage.MERGED, Stage.DISMISSED]),
            col(Dossier.process) == Process.RESPONSE,
        )
    )
    return session.scalars(query.order_by(col(Dossier.id).desc()).limit(1)).first()


def open_dossiers(session: Session) -> Sequence[Dossier]:
    """Every dossier in which somebody must still do something, the nearest closing day first."""
    query = select(Dossier).where(col(Dossier.stage).in_(list(OPEN)))
    return session.scalars(query.order_by(col(Dossier.closes_on).nulls_last(), col(Dossier.id))).all()


def dossiers_before_submission(session: Session) -> Sequence[Dossier]:
    """Every dossier whose plan still counts, in the order they were opened."""
    query = select(Dossier).where(col(Dossier.stage).in_(list(BEFORE_SUBMISSION)))
    return session.scalars(query.order_by(col(Dossier.id))).all()


def dossiers_behind_their_items(session: Session) -> Sequence[int]:
    """Ids of the dossiers about one item that closes on another day than they have, not yet handed in."""
    query = (
        select(col(Dossier.id))
        .join(DossierItem, col(DossierItem.dossier_id) == col(Dossier.id))
        .join(Item, col(Item.id) == col(DossierItem.item_id))
        .where(
            col(Dossier.stage).in_(list(BEFORE_SUBMISSION)),
            col(DossierItem.relation) == ItemRelation.SUBJECT,
            col(Item.status).not_in([status.value for status in GONE]),
        )
        .group_by(col(Dossier.id), col(Dossier.closes_on))
        .having(func.count() == 1, func.min(Item.closes_on) != col(Dossier.closes_on))
    )
    return [found for found in session.scalars(query.order_by(col(Dossier.id))) if found is not None]


def no_response_over(session: Session, now: datetime) -> Sequence[int]:
    """Ids of the dossiers in "no response" to which nobody can object any more."""
    query = select(col(Dossier.id)).where(
        col(Dossier.stage) == Stage.NO_RESPONSE, col(Dossier.objection_until) < now
    )
    return [found for found in session.scalars(query.order_by(col(Dossier.id))) if found is not None]


def routed_and_answered(session: Session) -> Sequence[int]:
    """Ids of the dossiers with the groups of which the lead accepted and no group has yet to answer."""
    of_dossier = select(col(DossierGroup.dossier_id)).where(col(DossierGroup.dossier_id) == col(Dossier.id))
    lead_accepted = of_dossier.where(
        col(DossierGroup.theme_group) == col(Dossier.lead_group),
        col(DossierGroup.state) == GroupState.ACCEPTED,
    )
    still_asked = of_dossier.where(col(DossierGroup.state) == GroupState.ASKED)
    query = select(col(Dossier.id)).where(
        col(Dossier.stage) == Stage.ROUTED, lead_accepted.exists(), ~still_asked.exists()
    )
    return [found for found in session.scalars(query.order_by(col(Dossier.id))) if found is not None]


def next_closing_on(items: Collection[Item]) -> date | None:
    """The first day on which one of some items closes, withdrawn ones left out; None if none says so."""
    return min((item.closes_on for item in items if item.closes_on is not None), default=None)
