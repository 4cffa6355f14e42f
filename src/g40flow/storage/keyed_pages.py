"""Long lists, newest first, read on from the last one that was seen: new ones change no page."""

from collections.abc import Sequence
from dataclasses import dataclass

from sqlmodel import Session, col, select

from g40flow.domain.actors import Actor
from g40flow.domain.dossier.workflow import Process
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
    query = select(Dossier).where(visible_to(actor), col(Dossier.process) == Process.RESPONSE)
    if wanted.stage:
        query = query.where(col(Dossier.stage) == wanted.stage)
    if wanted.number:
        query = query.where(col(Dossier.number) == wanted.number)
    if wanted.group:
        part = select(DossierGroup.dossier_id).where(
            col(DossierGroup.dossier_id) == col(Dossier.id), col(DossierGroup.theme_group) == wanted.group
        )
        query = query.where(part.exists())
    if before is not None:
        query = query.where(col(Dossier.id) < before)
    return session.scalars(query.order_by(col(Dossier.id).desc()).limit(limit)).all()


def items_before(session: Session, wanted: ItemFilter, before: int | None, limit: int) -> Sequence[Item]:
    """Items from below an id, newest first."""
    query = select(Item)
    words = has_words(session, wanted.words)
    if words is not None:
        query = query.where(words)
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
