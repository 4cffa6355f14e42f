"""Finding dossiers that somebody may see."""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache

from sqlalchemy import ColumnElement, Select, bindparam, func, or_, select, true
from sqlmodel import Session, col

from g40flow.domain.actors import Actor
from g40flow.domain.campaigns.words import CampaignType
from g40flow.domain.dossier.workflow import FINAL, OPEN, RESTING, Process, Stage
from g40flow.domain.network import Role
from g40flow.storage.campaign_tables import Campaign
from g40flow.storage.dossier_tables import Dossier, DossierGroup, DossierItem, DossierPartner, DossierReader


@dataclass(frozen=True, kw_only=True)
class DossierSearch:
    """What to look for; empty values do not restrict.

    text: words that must all stand in number or title. state: "open", "resting" or "final".
    group: slug of a group that has a part in it. pen_holder: slug.
    process: texts, or campaigns; campaign_type: of those.
    """

    text: str = ""
    state: str = "open"
    stage: str = ""
    group: str = ""
    pen_holder: str = ""
    process: str = Process.RESPONSE
    campaign_type: str = ""
    newest_first: bool = False
    limit: int = 25
    offset: int = 0


def search_dossiers(session: Session, actor: Actor, search: DossierSearch) -> tuple[Sequence[Dossier], int]:
    """(one page of the dossiers that somebody may see, how many there are in all).

    Those that close first come first, those without a term after them.
    """
    rows = session.scalars(_page(actor, search)).all()
    if len(rows) < search.limit and (rows or not search.offset):
        return rows, search.offset + len(rows)
    return rows, session.scalar(_number(actor, search)) or 0


@lru_cache
def _page(actor: Actor, search: DossierSearch) -> Select[tuple[Dossier]]:
    by_term = (col(Dossier.closes_on).nulls_last(), col(Dossier.id))
    order = (col(Dossier.id).desc(),) if search.newest_first else by_term
    query = select(Dossier).where(visible_to(actor), *_conditions(search)).order_by(*order)
    return query.offset(search.offset).limit(search.limit)


@lru_cache
def _number(actor: Actor, search: DossierSearch) -> Select[tuple[int]]:
    query = select(func.count()).select_from(Dossier)
    return query.where(visible_to(actor), *_conditions(search))


def visible_dossiers_about(session: Session, actor: Actor, item_id: int) -> Sequence[Dossier]:
    """The dossiers about an item that somebody may see, newest first."""
    return session.scalars(_about(actor), {"item_id": item_id}).all()


@lru_cache
def _about(actor: Actor) -> Select[tuple[Dossier]]:
    about = select(col(DossierItem.dossier_id)).where(
        col(DossierItem.dossier_id) == col(Dossier.id), col(DossierItem.item_id) == bindparam("item_id")
    )
    query = select(Dossier).where(about.exists(), visible_to(actor))
    return query.order_by(col(Dossier.id).desc())


def visible_to(actor: Actor) -> ColumnElement[bool]:
    """The dossiers of which somebody may know: the same as g40flow.domain.actors.may_see says of one."""
    if actor.is_automatic:
        return true()
    is_reader = select(col(DossierReader.dossier_id)).where(
        col(DossierReader.dossier_id) == col(Dossier.id), col(DossierReader.person) == actor.person
    )
    writes = col(Dossier.pen_holder) == actor.person
    confidential = col(Dossier.confidential).is_(True) & is_reader.exists()
    if any(held.role is not Role.PARTNER for held in actor.holdings):
        return or_(col(Dossier.confidential).is_(False), confidential, writes)
    partners = [held.scope for held in actor.holdings if held.scope]
    works_along = select(col(DossierPartner.dossier_id)).where(
        col(DossierPartner.dossier_id) == col(Dossier.id), col(DossierPartner.partner).in_(partners)
    )
    return or_(col(Dossier.confidential).is_(False) & works_along.exists(), confidential, writes)


def not_confidential() -> ColumnElement[bool]:
    """The dossiers that may stand where a whole group or the network reads along."""
    return col(Dossier.confidential).is_(False)


def has_part(group: str) -> ColumnElement[bool]:
    """The dossiers in which a group has a part, also if it did not answer yet."""
    part = select(col(DossierGroup.dossier_id)).where(
        col(DossierGroup.dossier_id) == col(Dossier.id), col(DossierGroup.theme_group) == group
    )
    return part.exists()


def _conditions(search: DossierSearch) -> list[ColumnElement[bool]]:
    found: list[ColumnElement[bool]] = [
        or_(
            col(Dossier.title).icontains(word, autoescape=True),
            col(Dossier.number).icontains(word, autoescape=True),
        )
        for word in search.text.split()
    ]
    if search.process:
        found.append(col(Dossier.process) == search.process)
    if search.campaign_type in set(CampaignType):
        of_type = select(col(Campaign.dossier_id)).where(
            col(Campaign.dossier_id) == col(Dossier.id),
            col(Campaign.campaign_type) == CampaignType(search.campaign_type),
        )
        found.append(of_type.exists())
    states = {"open": OPEN, "resting": tuple(RESTING), "final": tuple(FINAL)}
    if search.state in states:
        found.append(col(Dossier.stage).in_(states[search.state]))
    if search.stage in set(Stage):
        found.append(col(Dossier.stage) == search.stage)
    if search.group:
        found.append(has_part(search.group))
    if search.pen_holder:
        found.append(col(Dossier.pen_holder) == search.pen_holder)
    return found
