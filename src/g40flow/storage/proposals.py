"""Proposed rule changes, what was decided about them, and what they are measured by."""

from collections.abc import Collection, Iterable, Sequence
from datetime import datetime

from sqlalchemy import func, select, update
from sqlmodel import Session, col

from g40flow.storage.tables import Item, ProposalState, RoutingCorrection, RuleDecision, RuleProposal


def proposals_in(session: Session, *states: ProposalState, limit: int = 1_000) -> Sequence[RuleProposal]:
    """Proposals in these states, oldest first."""
    query = select(RuleProposal).where(col(RuleProposal.state).in_(states))
    return session.scalars(query.order_by(col(RuleProposal.id)).limit(limit)).all()


def same_proposal(
    session: Session, *, theme_group: str, role: str, term: str, adds: bool
) -> RuleProposal | None:
    """The proposal of this very change, whatever became of it; None if it was never proposed."""
    query = select(RuleProposal).where(
        col(RuleProposal.theme_group) == theme_group,
        col(RuleProposal.role) == role,
        col(RuleProposal.term) == term,
        col(RuleProposal.adds) == adds,
    )
    return session.scalars(query).one_or_none()


def last_decisions(session: Session, limit: int) -> list[tuple[RuleDecision, RuleProposal]]:
    """What was decided last, newest first, with the proposal as it stands now."""
    query = (
        select(RuleDecision, RuleProposal)
        .join(RuleProposal, col(RuleProposal.id) == col(RuleDecision.proposal_id))
        .order_by(col(RuleDecision.id).desc())
        .limit(limit)
    )
    return [(decision, proposal) for decision, proposal in session.execute(query)]


def corrected_titles(session: Session, correction_ids: Collection[int]) -> dict[int, tuple[int, str]]:
    """For each correction the (id, title) of its item."""
    query = (
        select(col(RoutingCorrection.id), col(Item.id), col(Item.title))
        .join(Item, col(Item.id) == col(RoutingCorrection.item_id))
        .where(col(RoutingCorrection.id).in_(correction_ids))
    )
    return {correction: (item, title) for correction, item, title in session.execute(query)}


def examined_corrections(session: Session, rules: str) -> set[int]:
    """Corrections for which a change of these rules was sought already."""
    query = select(col(RoutingCorrection.id)).where(col(RoutingCorrection.examined_rules) == rules)
    return set(session.scalars(query))


def count_unexamined(session: Session, rules: str) -> int:
    """Corrections for which nobody sought a change of these rules yet."""
    query = (
        select(func.count())
        .select_from(RoutingCorrection)
        .where(col(RoutingCorrection.examined_rules) != rules)
    )
    return session.scalar(query) or 0


def mark_examined(session: Session, correction_ids: Iterable[int], rules: str) -> None:
    """Remember for which rules a change was sought."""
    ids = list(correction_ids)
    session.connection().execute(
        update(RoutingCorrection).where(col(RoutingCorrection.id).in_(ids)).values(examined_rules=rules)
    )


def items_since(session: Session, since: datetime, limit: int) -> Sequence[Item]:
    """Items first seen since a moment, newest first."""
    query = select(Item).where(col(Item.first_seen_at) >= since)
    return session.scalars(query.order_by(col(Item.id).desc()).limit(limit)).all()
