"""The history of dossiers and of the network: adding to it, reading it, and checking its chain."""

from collections.abc import Iterator, Sequence
from dataclasses import fields
from datetime import datetime
from functools import cache
from typing import Any

from sqlalchemy import Select, bindparam, event, select
from sqlmodel import Session, col

from g40flow.domain.actors import Actor
from g40flow.domain.dossier.history import START, Link, hash_of, verify
from g40flow.domain.errors import HistoryBroken
from g40flow.domain.instants import require_aware
from g40flow.domain.items import Json
from g40flow.storage.database import insert_or_ignore
from g40flow.storage.dossier_tables import HistoryEntry, HistoryHead

AT_ONCE = 500
NETWORK = "network"
"""The chain of what concerns no dossier: people, roles, mandates, tokens."""


def chain_of(dossier_id: int) -> str:
    """The chain of one dossier."""
    return f"dossier:{dossier_id}"


def record(
    session: Session,
    chain: str,
    actor: Actor,
    action: str,
    *,
    now: datetime,
    version_hash: str = "",
    reason: str = "",
    facts: dict[str, Json] | None = None,
) -> HistoryEntry:
    """Add what happened to a chain; two at once queue at its head. facts: JSON, dates in ISO form."""
    head = _locked_head(session, chain)
    link = Link(
        chain=chain,
        sequence=head.length + 1,
        at=require_aware(now),
        person=actor.person,
        person_name=actor.name,
        surface=actor.surface.value,
        action=action,
        version_hash=version_hash,
        reason=reason,
        facts=facts or {},
        previous_hash=head.entry_hash or START,
    )
    values = {field.name: getattr(link, field.name) for field in fields(link)}
    entry = HistoryEntry(**values, entry_hash=hash_of(link))
    head.length, head.entry_hash = link.sequence, entry.entry_hash
    session.add_all([entry, head])
    session.flush()
    return entry


def history_of(session: Session, chain: str) -> Sequence[HistoryEntry]:
    """Everything that happened in a chain, oldest first."""
    query = select(HistoryEntry).where(col(HistoryEntry.chain) == chain)
    return session.scalars(query.order_by(col(HistoryEntry.sequence))).all()


def latest_of(session: Session, chain: str, limit: int) -> Sequence[HistoryEntry]:
    """What happened last in a chain, newest first."""
    return session.scalars(_latest(), {"chain": chain, "limit": limit}).all()


@cache
def _latest() -> Select[tuple[HistoryEntry]]:
    query = select(HistoryEntry).where(col(HistoryEntry.chain) == bindparam("chain"))
    return query.order_by(col(HistoryEntry.sequence).desc()).limit(bindparam("limit"))


def latest_act(session: Session, chain: str, action: str) -> HistoryEntry | None:
    """The last time that one act was done in a chain; None if it never was."""
    return session.scalars(_latest_act(), {"chain": chain, "action": action}).first()


@cache
def _latest_act() -> Select[tuple[HistoryEntry]]:
    of_chain = col(HistoryEntry.chain) == bindparam("chain")
    query = select(HistoryEntry).where(of_chain, col(HistoryEntry.action) == bindparam("action"))
    return query.order_by(col(HistoryEntry.sequence).desc()).limit(1)


def verify_chain(session: Session, chain: str, entries: Sequence[HistoryEntry] | None = None) -> int:
    """Check one chain; returns how many entries it has. Raises HistoryBroken.

    entries: all of them, oldest first, for who has read them already.
    """
    head = session.get(HistoryHead, chain)
    length, last = (0, "") if head is None else (head.length, head.entry_hash)
    found = _in_portions(session, chain) if entries is None else entries
    try:
        verify(((link_of(entry), entry.entry_hash) for entry in found), length=length, last_hash=last)
    except HistoryBroken as error:
        raise HistoryBroken(f"{chain}: {error}") from error
    return length


def _in_portions(session: Session, chain: str) -> Iterator[HistoryEntry]:
    """Everything in a chain, oldest first, without having all of it in memory."""
    query = select(HistoryEntry).where(col(HistoryEntry.chain) == chain)
    query = query.order_by(col(HistoryEntry.sequence)).limit(AT_ONCE)
    portion = session.scalars(query).all()
    while portion:
        yield from portion
        portion = session.scalars(query.where(col(HistoryEntry.sequence) > portion[-1].sequence)).all()


def chains(session: Session) -> Sequence[str]:
    """Every chain that has a head or an entry."""
    with_head = select(col(HistoryHead.chain))
    with_entry = select(col(HistoryEntry.chain)).distinct()
    return sorted({*session.scalars(with_head), *session.scalars(with_entry)})


def link_of(entry: HistoryEntry) -> Link:
    """An entry as it is hashed."""
    return Link(**{field.name: getattr(entry, field.name) for field in fields(Link)})


def _locked_head(session: Session, chain: str) -> HistoryHead:
    known = session.scalars(_to_lengthen(), {"chain": chain}).one_or_none()
    if known is not None:
        return known
    fresh = {"chain": chain, "length": 0, "entry_hash": ""}
    session.connection().execute(insert_or_ignore(HistoryHead), fresh)
    return session.scalars(_to_lengthen(), {"chain": chain}).one()


@cache
def _to_lengthen() -> Select[tuple[HistoryHead]]:
    query = select(HistoryHead).where(col(HistoryHead.chain) == bindparam("chain")).with_for_update()
    return query.execution_options(populate_existing=True)


@event.listens_for(HistoryEntry, "before_update")
@event.listens_for(HistoryEntry, "before_delete")
def _refuse(_mapper: Any, _connection: Any, entry: HistoryEntry) -> None:
    raise HistoryBroken(f"{entry.chain}: entry {entry.sequence} is never changed or removed")
