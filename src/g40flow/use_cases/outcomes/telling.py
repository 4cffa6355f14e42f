"""Who hears that something may have come of an ask: the channel of the lead group, or persons."""

from collections.abc import Sequence
from datetime import datetime

from sqlmodel import Session

from g40flow.domain.network import Role
from g40flow.storage.dossier_tables import Dossier
from g40flow.storage.dossiers import messages_showing, parties_of
from g40flow.storage.messages import renew
from g40flow.storage.outcome_tables import OutcomeProposal
from g40flow.use_cases.announce_items import group_audience, person_audience
from g40flow.use_cases.dossier.desk import Desk, leaves_at, tell
from g40flow.use_cases.dossier.telling import people_with

MOST_TOLD = 3
"""In one look; a debate can end with dozens of motions, and the page has all of them."""

RECORDERS = frozenset({Role.THEME_GROUP_SECRETARY, Role.PEN_HOLDER, Role.PA_OFFICER})
PROPOSED, CHANGED = "outcome_proposal", "outcome_change"


def tell_proposals(
    session: Session, desk: Desk, dossier: Dossier, proposals: Sequence[OutcomeProposal], now: datetime
) -> None:
    """A message about each of the strongest; it says how many more there are."""
    strongest = sorted(proposals, key=lambda one: (-_weight(one), one.id or 0))[:MOST_TOLD]
    for proposal in strongest:
        _tell(session, desk, dossier, PROPOSED, f"outcome:{proposal.id}", proposal, now)


def tell_change(
    session: Session,
    desk: Desk,
    dossier: Dossier,
    proposal: OutcomeProposal,
    *,
    is_first: bool,
    now: datetime,
) -> None:
    """A message about the result of a vote, or that it was corrected; each correction is told once."""
    key = f"outcome:{proposal.id}:vote" if is_first else f"outcome:{proposal.id}:{proposal.corrections}"
    _tell(session, desk, dossier, CHANGED, key, proposal, now, number=proposal.corrections)


def renew_told(session: Session, proposal: OutcomeProposal, now: datetime) -> None:
    """Let what was told about a proposal follow it; other messages about the dossier stay as they are."""
    for message in messages_showing(session, proposal.dossier_id):
        if message.subject.get("proposal_id") == proposal.id:
            renew(session, message, now)


def _tell(
    session: Session,
    desk: Desk,
    dossier: Dossier,
    kind: str,
    key: str,
    proposal: OutcomeProposal,
    now: datetime,
    *,
    number: int = 0,
) -> None:
    for audience in _audiences(session, desk, dossier, now):
        tell(
            session,
            dossier,
            f"{key}:{audience}",
            audience=audience,
            kind=kind,
            subject={"proposal_id": proposal.id, "number": number},
            now=now,
            not_before=leaves_at(desk, dossier, now),
        )


def _audiences(session: Session, desk: Desk, dossier: Dossier, now: datetime) -> list[str]:
    lead = parties_of(session, dossier).lead_group
    if lead and not dossier.confidential:
        return [group_audience(lead)]
    return [person_audience(person.slug) for person in people_with(session, desk, dossier, RECORDERS, now)]


def _weight(proposal: OutcomeProposal) -> int:
    return len(proposal.touches[0]["words"]) if proposal.touches else 0
