"""Reading what may have come of asks and points: what surrounds a dossier, what was proposed and linked."""

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import ColumnElement, exists, func, or_
from sqlmodel import Session, col, select

from g40flow.domain.dossier.workflow import CAMPAIGN_WORK, RESTING, Process, Stage
from g40flow.domain.errors import NotFound
from g40flow.domain.instants import dutch_date
from g40flow.domain.items import ItemStatus
from g40flow.domain.outcomes.words import ProposalState, ReasonKind
from g40flow.storage.database import chunks
from g40flow.storage.dossier_tables import Dossier, DossierItem
from g40flow.storage.family_tables import FamilyMember
from g40flow.storage.hook_tables import HookTie, TieKind
from g40flow.storage.outcome_tables import OutcomeProof, OutcomeProposal
from g40flow.storage.parliament_tables import CommitmentRow, VoteRow, VoteSubject
from g40flow.storage.tables import Item

MOST_AROUND = 1_000
"""Of a dossier that runs for decades the latest papers are what can have come of a campaign."""

AFTER_SUBMISSION = frozenset({Stage.SUBMITTED, Stage.SUBMITTED_LATE, Stage.PUBLISHED, Stage.FOLLOW_UP})
FOLLOWED_CAMPAIGNS = frozenset(CAMPAIGN_WORK) - {Stage.IDEA, Stage.MANDATE}


@dataclass(frozen=True, kw_only=True)
class Around:
    """An item that hangs together with a dossier. tie: how; value: through what, for people to read."""

    item: Item
    tie: ReasonKind
    value: str


def followed_dossiers(session: Session) -> Sequence[int]:
    """Ids of campaigns that are worked on and of texts that were handed in, in their order."""
    campaign = (col(Dossier.process) == Process.CAMPAIGN) & col(Dossier.stage).in_(list(FOLLOWED_CAMPAIGNS))
    text = (col(Dossier.process) != Process.CAMPAIGN) & col(Dossier.stage).in_(list(AFTER_SUBMISSION))
    query = select(col(Dossier.id)).where(or_(campaign, text)).order_by(col(Dossier.id))
    return [id_ for id_ in session.scalars(query) if id_ is not None]


def is_followed(dossier: Dossier) -> bool:
    """Whether what happens around it may still be what came of it."""
    if dossier.stage in RESTING:
        return False
    if dossier.process == Process.CAMPAIGN:
        return dossier.stage in FOLLOWED_CAMPAIGNS
    return dossier.stage in AFTER_SUBMISSION


def around(session: Session, dossier_id: int, since: datetime) -> list[Around]:
    """The items of a dossier, and those of their families and parliamentary dossiers about which something
    happened since an instant; each once.

    A campaign's texts bring their items along, and so do the dossiers of parliament that it is tied to.
    """
    own = _own_items(session, dossier_id)
    found = {item.id: Around(item=item, tie=ReasonKind.SUBJECT, value=item.title) for item in own}
    for item, through in _of_families(session, own, since):
        found.setdefault(item.id, Around(item=item, tie=ReasonKind.FAMILY, value=through))
    numbers = {item.dossier_number for item in own if item.dossier_number} | _tied_numbers(
        session, dossier_id
    )
    if numbers:
        query = select(Item).where(col(Item.dossier_number).in_(sorted(numbers)), _stirred(since))
        for item in session.scalars(query.order_by(col(Item.id).desc()).limit(MOST_AROUND)):
            tie = Around(item=item, tie=ReasonKind.DOSSIER_NUMBER, value=item.dossier_number or "")
            found.setdefault(item.id, tie)
    return sorted(found.values(), key=lambda one: one.item.id or 0)


def _own_items(session: Session, dossier_id: int) -> Sequence[Item]:
    texts = select(col(Dossier.id)).where(
        or_(col(Dossier.id) == dossier_id, col(Dossier.campaign_id) == dossier_id)
    )
    own = select(col(DossierItem.item_id)).where(col(DossierItem.dossier_id).in_(texts))
    return session.scalars(select(Item).where(col(Item.id).in_(own)).order_by(col(Item.id))).all()


def _stirred(since: datetime) -> ColumnElement[bool]:
    """Whether an item appeared, ended with a report, was voted on or was promised something since."""
    day = dutch_date(since)
    voted = exists().where(
        col(VoteSubject.item_identifier) == col(Item.identifier),
        col(VoteRow.id) == col(VoteSubject.vote_id),
        col(VoteRow.source) == col(Item.source),
        or_(col(VoteRow.held_on).is_(None), col(VoteRow.held_on) >= day),
    )
    promised = exists().where(
        col(CommitmentRow.made_in) == col(Item.identifier),
        col(CommitmentRow.source) == col(Item.source),
        or_(col(CommitmentRow.made_on).is_(None), col(CommitmentRow.made_on) >= day),
    )
    return or_(
        col(Item.published_on) >= day,
        col(Item.first_seen_at) >= since,
        col(Item.status) == ItemStatus.RESULT_PUBLISHED.value,
        voted,
        promised,
    )


def _of_families(session: Session, own: Sequence[Item], since: datetime) -> list[tuple[Item, str]]:
    titles = {item.id: item.title for item in own}
    mine = select(FamilyMember).where(col(FamilyMember.item_id).in_(titles))
    title_of = {member.family_id: titles[member.item_id] for member in session.scalars(mine)}
    if not title_of:
        return []
    query = (
        select(Item, col(FamilyMember.family_id))
        .join(FamilyMember, col(FamilyMember.item_id) == col(Item.id))
        .where(col(FamilyMember.family_id).in_(title_of), _stirred(since))
        .order_by(col(Item.id).desc())
        .limit(MOST_AROUND)
    )
    return [(item, title_of[family]) for item, family in session.execute(query)]


def _tied_numbers(session: Session, dossier_id: int) -> set[str]:
    query = select(col(HookTie.value)).where(
        col(HookTie.dossier_id) == dossier_id, col(HookTie.kind) == TieKind.DOSSIER_NUMBER
    )
    return set(session.scalars(query))


def day_of(item: Item) -> date:
    """When an item became public, as far as is known."""
    return item.published_on or dutch_date(item.first_seen_at)


def commitments_in(session: Session, items: Iterable[Item]) -> list[tuple[Item, CommitmentRow]]:
    """What was promised in some meetings, with the meeting."""
    meetings = {(item.source, item.identifier): item for item in items}
    names = sorted({identifier for _, identifier in meetings})
    found: list[tuple[Item, CommitmentRow]] = []
    for chunk in chunks(names):
        query = select(CommitmentRow).where(
            col(CommitmentRow.made_in).in_(chunk),
            col(CommitmentRow.withdrawn).is_(False),
        )
        for row in session.scalars(query.order_by(col(CommitmentRow.id))):
            if (row.source, row.made_in) in meetings:
                found.append((meetings[row.source, row.made_in], row))
    return found


# --- proposals and proofs -------------------------------------------------------------------------


def proposal_by_id(session: Session, proposal_id: int) -> OutcomeProposal:
    """Raises NotFound."""
    found = session.get(OutcomeProposal, proposal_id)
    if found is None:
        raise NotFound(f"there is no proposal {proposal_id}")
    return found


def proposals_of(session: Session, dossier_id: int) -> Sequence[OutcomeProposal]:
    """What was proposed for a dossier, whatever became of it, newest first."""
    query = select(OutcomeProposal).where(col(OutcomeProposal.dossier_id) == dossier_id)
    return session.scalars(query.order_by(col(OutcomeProposal.id).desc())).all()


def open_strong_proposals(session: Session, dossier_id: int) -> int:
    """How many proposals wait for a person."""
    query = select(func.count()).where(
        col(OutcomeProposal.dossier_id) == dossier_id,
        col(OutcomeProposal.state) == ProposalState.OPEN,
        col(OutcomeProposal.strong).is_(True),
    )
    return session.scalar(query.select_from(OutcomeProposal)) or 0


def waiting_proposals(session: Session, lead_groups: Collection[str] | None = None) -> dict[int, int]:
    """Per dossier that is followed how many proposals wait for a person.

    lead_groups: only of dossiers that these lead; None for all.
    """
    query = (
        select(Dossier, func.count())
        .join(OutcomeProposal, col(OutcomeProposal.dossier_id) == col(Dossier.id))
        .where(col(OutcomeProposal.state) == ProposalState.OPEN, col(OutcomeProposal.strong).is_(True))
        .group_by(col(Dossier.id))
        .order_by(col(Dossier.id))
    )
    if lead_groups is not None:
        query = query.where(col(Dossier.lead_group).in_(lead_groups))
    return {dossier.id or 0: total for dossier, total in session.execute(query) if is_followed(dossier)}


def proof_by_id(session: Session, proof_id: int) -> OutcomeProof:
    """Raises NotFound."""
    found = session.get(OutcomeProof, proof_id)
    if found is None:
        raise NotFound(f"there is no proof {proof_id}")
    return found


def proofs_of(session: Session, dossier_id: int) -> Sequence[OutcomeProof]:
    """What people linked in a dossier and did not take off, in the order in which they did."""
    query = select(OutcomeProof).where(
        col(OutcomeProof.dossier_id) == dossier_id, col(OutcomeProof.removed_at).is_(None)
    )
    return session.scalars(query.order_by(col(OutcomeProof.id))).all()


def proofs_of_proposal(session: Session, proposal_id: int) -> Sequence[OutcomeProof]:
    """What one proposal is linked to."""
    query = select(OutcomeProof).where(
        col(OutcomeProof.proposal_id) == proposal_id, col(OutcomeProof.removed_at).is_(None)
    )
    return session.scalars(query.order_by(col(OutcomeProof.id))).all()
