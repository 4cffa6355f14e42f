"""Long lists, newest first, read on from the last one that was seen: new ones change no page."""

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import or_
from sqlmodel import Session, col, select
from sqlmodel.sql.expression import SelectOfScalar

from g40flow.domain.actors import Actor
from g40flow.domain.campaigns.words import CampaignType
from g40flow.domain.dossier.workflow import Process
from g40flow.storage.campaign_tables import Campaign, Touchpoint
from g40flow.storage.dossier_search import visible_to
from g40flow.storage.dossier_tables import Dossier, DossierGroup, HistoryEntry, LibraryPosition
from g40flow.storage.item_search import has_words
from g40flow.storage.tables import Item, ItemRouting


@dataclass(frozen=True, kw_only=True)
class DossierFilter:
    """What to look for; "" and None do not restrict. group: slug. number: as people call it."""

    stage: str = ""
    group: str = ""
    number: str = ""


@dataclass(frozen=True, kw_only=True)
class CampaignFilter(DossierFilter):
    """What to look for among campaigns. campaign_type: a word of CampaignType."""

    campaign_type: str = ""


@dataclass(frozen=True, kw_only=True)
class ItemFilter:
    """What to look for; "" does not restrict. words: all must occur. group: slug."""

    words: str = ""
    source: str = ""
    kind: str = ""
    status: str = ""
    group: str = ""


def dossiers_before(
    session: Session, actor: Actor, wanted: DossierFilter, before: int | None, limit: int
) -> Sequence[Dossier]:
    """The dossiers that somebody may see, from below an id, newest first; campaigns are left out."""
    query = _narrowed(select(Dossier).where(visible_to(actor)), Process.RESPONSE, wanted)
    return _page(session, query, before, limit)


def campaigns_before(
    session: Session, actor: Actor, wanted: CampaignFilter, before: int | None, limit: int
) -> Sequence[Dossier]:
    """The campaigns that somebody may see, from below an id, newest first."""
    query = _narrowed(select(Dossier).where(visible_to(actor)), Process.CAMPAIGN, wanted)
    if wanted.campaign_type:
        query = query.join(Campaign, col(Campaign.dossier_id) == col(Dossier.id)).where(
            col(Campaign.campaign_type) == CampaignType(wanted.campaign_type)
        )
    return _page(session, query, before, limit)


def texts_of_campaign(session: Session, actor: Actor, campaign_id: int) -> list[int]:
    """Ids of the further texts of a campaign that somebody may see, oldest first."""
    query = select(col(Dossier.id)).where(col(Dossier.campaign_id) == campaign_id, visible_to(actor))
    return [number for number in session.scalars(query.order_by(col(Dossier.id))) if number is not None]


def touchpoints_before(
    session: Session, actor: Actor, campaign_id: int | None, before: int | None, limit: int
) -> Sequence[Touchpoint]:
    """Contacts from below an id, the last one written down first; those of campaigns that somebody may not
    see are left out, but for his own. campaign_id: None for those of all campaigns and outside any.
    """
    seen = select(col(Dossier.id)).where(visible_to(actor))
    of_his = or_(
        col(Touchpoint.campaign_id).is_(None),
        col(Touchpoint.campaign_id).in_(seen),
        col(Touchpoint.logged_by) == actor.person,
    )
    query = select(Touchpoint).where(of_his)
    if campaign_id is not None:
        query = query.where(col(Touchpoint.campaign_id) == campaign_id)
    if before is not None:
        query = query.where(col(Touchpoint.id) < before)
    return session.scalars(query.order_by(col(Touchpoint.id).desc()).limit(limit)).all()


def _narrowed(
    query: SelectOfScalar[Dossier], process: Process, wanted: DossierFilter
) -> SelectOfScalar[Dossier]:
    query = query.where(col(Dossier.process) == process)
    if wanted.stage:
        query = query.where(col(Dossier.stage) == wanted.stage)
    if wanted.number:
        query = query.where(col(Dossier.number) == wanted.number)
    if wanted.group:
        part = select(DossierGroup.dossier_id).where(
            col(DossierGroup.dossier_id) == col(Dossier.id), col(DossierGroup.theme_group) == wanted.group
        )
        query = query.where(part.exists())
    return query


def _page(
    session: Session, query: SelectOfScalar[Dossier], before: int | None, limit: int
) -> Sequence[Dossier]:
    if before is not None:
        query = query.where(col(Dossier.id) < before)
    return session.scalars(query.order_by(col(Dossier.id).desc()).limit(limit)).all()


def items_before(session: Session, wanted: ItemFilter, before: int | None, limit: int) -> Sequence[Item]:
    """Items from below an id, newest first."""
    query = select(Item)
    if wanted.words.strip():
        query = query.where(has_words(session, wanted.words))
    for column, value in (
        (Item.source, wanted.source),
        (Item.kind, wanted.kind),
        (Item.status, wanted.status),
    ):
        if value:
            query = query.where(col(column) == value)
    if wanted.group:
        routed = select(ItemRouting.item_id).where(
            col(ItemRouting.item_id) == col(Item.id),
            col(ItemRouting.theme_group) == wanted.group,
            col(ItemRouting.withdrawn_at).is_(None),
        )
        query = query.where(routed.exists())
    if before is not None:
        query = query.where(col(Item.id) < before)
    return session.scalars(query.order_by(col(Item.id).desc()).limit(limit)).all()


def history_before(session: Session, chain: str, before: int | None, limit: int) -> Sequence[HistoryEntry]:
    """Entries of a chain from below a sequence number, newest first."""
    query = select(HistoryEntry).where(col(HistoryEntry.chain) == chain)
    if before is not None:
        query = query.where(col(HistoryEntry.sequence) < before)
    return session.scalars(query.order_by(col(HistoryEntry.sequence).desc()).limit(limit)).all()


def positions_before(session: Session, before: int | None, limit: int) -> Sequence[LibraryPosition]:
    """Positions of the library that still hold, from below an id, newest first."""
    query = select(LibraryPosition).where(col(LibraryPosition.retired_at).is_(None))
    if before is not None:
        query = query.where(col(LibraryPosition.id) < before)
    return session.scalars(query.order_by(col(LibraryPosition.id).desc()).limit(limit)).all()
