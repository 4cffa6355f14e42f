"""What people said about routings: the history of an item, and examples for the router."""

from collections.abc import Sequence
from functools import cache

from sqlalchemy import Select, bindparam, func, select
from sqlmodel import Session, col

from g40flow.storage.tables import Item, RoutingCorrection


def corrections_of(session: Session, item_id: int) -> Sequence[RoutingCorrection]:
    """The corrections of one item, newest first."""
    return session.scalars(_of_item(), {"item_id": item_id}).all()


@cache
def _of_item() -> Select[tuple[RoutingCorrection]]:
    query = select(RoutingCorrection).where(col(RoutingCorrection.item_id) == bindparam("item_id"))
    return query.order_by(col(RoutingCorrection.id).desc())


def corrections_page(
    session: Session, *, limit: int, offset: int
) -> tuple[list[tuple[RoutingCorrection, str]], int]:
    """(one page of corrections with the title of the item, newest first; how many in all)."""
    total = session.scalar(select(func.count()).select_from(RoutingCorrection)) or 0
    query = (
        select(RoutingCorrection, col(Item.title))
        .join(Item, col(Item.id) == col(RoutingCorrection.item_id))
        .order_by(col(RoutingCorrection.id).desc())
        .offset(offset)
        .limit(limit)
    )
    return [(correction, title) for correction, title in session.execute(query)], total


def all_corrections(session: Session) -> Sequence[RoutingCorrection]:
    """Every correction, oldest first."""
    return session.scalars(select(RoutingCorrection).order_by(col(RoutingCorrection.id))).all()
