"""Linking a proposal to an ask or a point, dismissing it, and taking either back."""

from dataclasses import dataclass
from datetime import datetime

from sqlmodel import Session

from g40flow.domain.actors import Actor
from g40flow.domain.dossier.rights import Right
from g40flow.domain.dossier.workflow import FINAL, Process
from g40flow.domain.errors import InvalidInput, NotFound, StaleVersion, StepNotAllowed
from g40flow.domain.items import Json
from g40flow.domain.outcomes.words import ProposalState
from g40flow.domain.outside_text import one_line
from g40flow.domain.parliament.support import Direction
from g40flow.render.links import safe_url
from g40flow.storage.campaigns import ask_by_id
from g40flow.storage.dossier_tables import Dossier
from g40flow.storage.outcome_tables import OutcomeProof, OutcomeProposal
from g40flow.storage.outcomes import proof_by_id, proofs_of_proposal, proposal_by_id
from g40flow.storage.tables import Item
from g40flow.storage.texts import point_of
from g40flow.use_cases.campaigns.asks import AskResult, record_ask_result
from g40flow.use_cases.dossier.desk import Desk, note_change, open_for_change, require_on
from g40flow.use_cases.text.points import record_outcome

LONGEST_REASON = 1_000


@dataclass(frozen=True, kw_only=True)
class OutcomeLink:
    """What a person says of a proposal. ask_id, point_id: which one it is about, one of the two; both None
    take the one that is proposed. direction: what adopting means for it. result: a word of Outcome, or ""
    to keep it as proof only. note: how it shows.
    """

    ask_id: int | None = None
    point_id: int | None = None
    direction: str = Direction.HELPS
    result: str = ""
    note: str = ""


def link_outcome(
    session: Session,
    desk: Desk,
    proposal_id: int,
    said: OutcomeLink,
    *,
    actor: Actor,
    now: datetime,
) -> OutcomeProof:
    """Link a proposal to an ask or point; with a result this is said of it too. Twice changes nothing.

    Raises NotFound, NotAllowed, StepNotAllowed (nothing can have come of it yet), StaleVersion (somebody
    dismissed it) or InvalidInput ("link_target_needed", "direction_needed" and those of the result).
    """
    proposal, dossier = _opened(session, proposal_id, actor)
    if proposal.state is ProposalState.DISMISSED:
        raise StaleVersion(f"proposal {proposal_id} was dismissed")
    if said.direction not in set(Direction):
        raise InvalidInput("direction_needed", f"found {said.direction!r}", field="direction")
    ask_id, point_id = _target(session, dossier, proposal, said)
    proof = _proof(session, proposal, ask_id, point_id) or OutcomeProof(
        dossier_id=proposal.dossier_id,
        proposal_id=proposal_id,
        ask_id=ask_id,
        point_id=point_id,
        linked_by=actor.person,
        linked_at=now,
    )
    before = (proof.id, proof.direction, proof.result)
    proof.direction = Direction(said.direction)
    proof.result = said.result or proof.result
    session.add(proof)
    proposal.state, proposal.decided_by, proposal.decided_at = ProposalState.LINKED, actor.person, now
    session.add(proposal)
    session.flush()
    if said.result:
        _say_result(session, desk, proposal, proof, said, actor=actor, now=now)
    elif before != (proof.id, proof.direction, proof.result):
        facts = _facts(proposal) | {"ask": ask_id, "point": point_id, "direction": proof.direction.value}
        note_change(session, dossier, actor, "link_outcome", now=now, facts=facts)
    return proof


def dismiss_outcome(
    session: Session, desk: Desk, proposal_id: int, *, reason: str = "", actor: Actor, now: datetime
) -> None:
    """Say that a proposal has nothing to do with the dossier; `reopen_outcome` takes that back.

    Raises NotFound, NotAllowed or StaleVersion (it is linked by now).
    """
    proposal, dossier = _opened(session, proposal_id, actor)
    if proposal.state is ProposalState.LINKED:
        raise StaleVersion(f"proposal {proposal_id} is linked")
    if proposal.state is ProposalState.DISMISSED:
        return
    proposal.state, proposal.reason = ProposalState.DISMISSED, one_line(reason)[:LONGEST_REASON]
    proposal.decided_by, proposal.decided_at = actor.person, now
    session.add(proposal)
    facts = _facts(proposal)
    note_change(session, dossier, actor, "dismiss_outcome", now=now, reason=proposal.reason, facts=facts)


def reopen_outcome(session: Session, desk: Desk, proposal_id: int, *, actor: Actor, now: datetime) -> None:
    """Take back that a proposal was dismissed. Raises NotFound or NotAllowed."""
    proposal, dossier = _opened(session, proposal_id, actor)
    if proposal.state is not ProposalState.DISMISSED:
        return
    proposal.state, proposal.reason = ProposalState.OPEN, ""
    proposal.decided_by, proposal.decided_at = "", None
    session.add(proposal)
    note_change(session, dossier, actor, "reopen_outcome", now=now, facts=_facts(proposal))


def unlink_outcome(session: Session, desk: Desk, proof_id: int, *, actor: Actor, now: datetime) -> None:
    """Take a link off. A result that was said with it stays: that is said anew, with its own proof.

    Raises NotFound or NotAllowed.
    """
    proof = proof_by_id(session, proof_id)
    proposal, dossier = _opened(session, proof.proposal_id, actor)
    if proof.removed_at is not None:
        return
    proof.removed_by, proof.removed_at = actor.person, now
    session.add(proof)
    session.flush()
    if not proofs_of_proposal(session, proof.proposal_id):
        proposal.state, proposal.decided_by, proposal.decided_at = ProposalState.OPEN, "", None
        session.add(proposal)
    facts = _facts(proposal) | {"ask": proof.ask_id, "point": proof.point_id}
    note_change(session, dossier, actor, "unlink_outcome", now=now, facts=facts)


# --- pieces ---------------------------------------------------------------------------------------


def _opened(session: Session, proposal_id: int, actor: Actor) -> tuple[OutcomeProposal, Dossier]:
    proposal = proposal_by_id(session, proposal_id)
    dossier = open_for_change(session, proposal.dossier_id, actor)
    session.refresh(proposal)
    require_on(session, dossier, actor, right_for(dossier))
    if dossier.stage in FINAL:
        raise StepNotAllowed(f"dossier {dossier.number} is {dossier.stage}: what came of it stays as it is")
    return proposal, dossier


def right_for(dossier: Dossier) -> Right:
    """Who may link outcomes is who may say what came of it."""
    is_campaign = dossier.process == Process.CAMPAIGN
    return Right.RECORD_ASK_RESULT if is_campaign else Right.RECORD_OUTCOME


def _target(
    session: Session, dossier: Dossier, proposal: OutcomeProposal, said: OutcomeLink
) -> tuple[int | None, int | None]:
    """The ask or point it is about, which must be one of this dossier."""
    assert dossier.id is not None
    given = said.ask_id is not None or said.point_id is not None
    ask_id = said.ask_id if given else proposal.ask_id
    point_id = said.point_id if given else proposal.point_id
    if (ask_id is None) == (point_id is None):
        raise InvalidInput("link_target_needed", "expected one ask or one point", field="target")
    if ask_id is not None and ask_by_id(session, ask_id).campaign_id != dossier.id:
        raise NotFound(f"campaign {dossier.id} has no ask {ask_id}")
    if point_id is not None:
        point_of(session, dossier.id, point_id)
    return ask_id, point_id


def _proof(
    session: Session, proposal: OutcomeProposal, ask_id: int | None, point_id: int | None
) -> OutcomeProof | None:
    linked = proofs_of_proposal(session, proposal.id or 0)
    return next((one for one in linked if (one.ask_id, one.point_id) == (ask_id, point_id)), None)


def _say_result(
    session: Session,
    desk: Desk,
    proposal: OutcomeProposal,
    proof: OutcomeProof,
    said: OutcomeLink,
    *,
    actor: Actor,
    now: datetime,
) -> None:
    item = None if proposal.item_id is None else session.get(Item, proposal.item_id)
    source = (safe_url(item.url) or "") if item is not None else ""
    if proof.ask_id is not None:
        result = AskResult(result=said.result, note=said.note, source=source, item_id=proposal.item_id)
        record_ask_result(session, desk, proof.ask_id, result, actor=actor, seen_revision=None, now=now)
    else:
        record_outcome(
            session,
            desk,
            proposal.dossier_id,
            proof.point_id or 0,
            said.result,
            actor=actor,
            note=said.note,
            source=source,
            now=now,
        )


def _facts(proposal: OutcomeProposal) -> dict[str, Json]:
    return {
        "proposal": proposal.id,
        "outcome_kind": proposal.kind.value,
        "item": proposal.item_id,
        "vote": proposal.vote_id,
        "commitment": proposal.commitment_id,
    }
