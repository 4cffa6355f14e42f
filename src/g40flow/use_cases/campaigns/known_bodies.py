"""Stakeholders that what we read already names: committees, ministries, parties and ministers."""

from datetime import datetime

from sqlmodel import Session, col, select

from g40flow.domain.actors import PROGRAM
from g40flow.domain.campaigns.words import StakeholderKind
from g40flow.storage.locks import take_turn
from g40flow.storage.parliament_tables import CommitmentRow, GroupRow
from g40flow.storage.tables import Item
from g40flow.use_cases.campaigns.stakeholders import StakeholderText, seed_stakeholders
from g40flow.use_cases.dossier.desk import Desk

CHAMBER = "Tweede Kamer"


def know_bodies(session: Session, desk: Desk, now: datetime) -> int:
    """Add the committees, ministries, parties and ministers that are not there yet; says how many.

    For a committee its spokespersons come along as one function, "woordvoerders": who they are is public
    and changes, and is not kept. What people changed or retired stays as it is. Safe to repeat.
    """
    take_turn(session)
    seeds = [*_committees(session), *_ministries(session), *_parties(session), *_ministers(session)]
    return seed_stakeholders(session, desk, seeds, actor=PROGRAM, now=now)


def _committees(session: Session) -> list[StakeholderText]:
    query = select(col(Item.committee)).where(col(Item.committee) != "").distinct()
    found = []
    for name in session.scalars(query.order_by(col(Item.committee))):
        found.append(
            StakeholderText(
                kind=StakeholderKind.COMMITTEE,
                function=name,
                organisation=CHAMBER,
                committee=name,
                source=CHAMBER,
                external_key=f"committee:{name}"[:300],
            )
        )
        found.append(
            StakeholderText(
                kind=StakeholderKind.SPOKESPERSON,
                function=f"woordvoerders {_subject(name)}",
                organisation=CHAMBER,
                committee=name,
                source=CHAMBER,
                external_key=f"spokespersons:{name}"[:300],
            )
        )
    return found


def _ministries(session: Session) -> list[StakeholderText]:
    query = select(col(Item.ministry)).where(col(Item.ministry) != "").distinct()
    return [
        StakeholderText(
            kind=StakeholderKind.MINISTRY,
            function=name,
            source="stukken die g40flow las",
            external_key=f"ministry:{name}"[:300],
        )
        for name in session.scalars(query.order_by(col(Item.ministry)))
    ]


def _parties(session: Session) -> list[StakeholderText]:
    """The groups of the House that exist today."""
    query = select(GroupRow).where(col(GroupRow.seats) > 0).order_by(col(GroupRow.abbreviation))
    return [
        StakeholderText(
            kind=StakeholderKind.PARTY,
            function=f"fractie {row.abbreviation}",
            organisation=CHAMBER,
            party=row.abbreviation,
            source=CHAMBER,
            external_key=f"group:{row.key}"[:300],
        )
        for row in session.scalars(query)
    ]


def _ministers(session: Session) -> list[StakeholderText]:
    """The offices that promised the Chamber something; who holds them is not kept."""
    query = select(col(CommitmentRow.made_by)).where(col(CommitmentRow.made_by) != "").distinct()
    offices = sorted({office[:1].upper() + office[1:] for office in session.scalars(query)})
    return [
        StakeholderText(
            kind=StakeholderKind.MINISTER,
            function=office,
            source=CHAMBER,
            external_key=f"office:{office.casefold()}"[:300],
        )
        for office in offices
    ]


def _subject(committee: str) -> str:
    """What a committee is about: "Vaste commissie voor Wonen" gives "Wonen"."""
    return committee.partition(" voor ")[2] or committee
