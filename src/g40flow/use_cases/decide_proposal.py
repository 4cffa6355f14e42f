"""A person accepts or refuses a proposed rule change; an acceptance may be taken back later."""

from contextlib import ExitStack
from dataclasses import replace
from datetime import datetime
from pathlib import Path

from sqlmodel import Session

from g40flow.config.routing import load_router, load_rule_book
from g40flow.config.rule_terms import LISTS, changed_rules
from g40flow.domain.errors import NotFound, StaleVersion
from g40flow.domain.routing.learning import RuleChange, may_be_adopted
from g40flow.domain.routing.rules import RuleBook
from g40flow.storage.database import Database
from g40flow.storage.tables import ProposalState, RuleDecision, RuleProposal
from g40flow.use_cases.find_proposals import change_of, changing_rules, known_items, measure
from g40flow.use_cases.learn_from_corrections import judgements


def accept_proposal(
    database: Database,
    directory: Path,
    proposal_id: int,
    *,
    seen_state: str,
    seen_worse: tuple[str, ...] = (),
    person: str,
    reason: str,
    now: datetime,
    holder: str,
) -> bool:
    """Write the change into the rules, with who decided it and why; or change nothing.

    directory: config/routing; what is written there is taken back when the decision cannot be kept.
    seen_state: the state that the person had on screen. seen_worse: known items of which the person
        saw that they get worse, identifiers as in the effect.
    False when another known item would get worse: the proposal then shows which, and stays open.
    Raises NotFound, StaleVersion, AlreadyRunning, or ConfigError if the rules cannot be written.
    """
    with ExitStack() as files, changing_rules(database, holder=holder, now=now) as session:
        proposal = _proposal(session, proposal_id, seen_state)
        router, change = load_router(directory), change_of(proposal)
        _check_possible(proposal, router.book, change)
        known = known_items(session, router, directory, judgements(session), now)
        effect = measure(proposal, known, now)
        if not may_be_adopted(effect, seen_worse):
            return False
        files.enter_context(changed_rules(directory, change))
        proposal.state = ProposalState.ACCEPTED
        after = load_rule_book(directory).version
        session.add(_decision(proposal, person, reason, now, before=router.book.version, after=after))
    return True


def refuse_proposal(
    database: Database,
    directory: Path,
    proposal_id: int,
    *,
    seen_state: str,
    person: str,
    reason: str,
    now: datetime,
    holder: str,
) -> None:
    """Say no, for good: it is not proposed again. What was accepted is taken out of the rules again.

    Raises NotFound, StaleVersion, AlreadyRunning, or ConfigError if the rules cannot be written.
    """
    with ExitStack() as files, changing_rules(database, holder=holder, now=now) as session:
        proposal = _proposal(session, proposal_id, seen_state)
        if proposal.state == ProposalState.REFUSED:
            raise StaleVersion(f"proposal {proposal_id} was refused already")
        book = load_rule_book(directory)
        before, change = book.version, change_of(proposal)
        if proposal.state == ProposalState.ACCEPTED and stands_in(book, change):
            files.enter_context(changed_rules(directory, replace(change, add=not change.add)))
        proposal.state = ProposalState.REFUSED
        after = load_rule_book(directory).version
        session.add(_decision(proposal, person, reason, now, before=before, after=after))


def stands_in(book: RuleBook, change: RuleChange) -> bool:
    """Whether the rules are already as the change wants them."""
    group = next((group for group in book.groups if group.slug == change.group), None)
    return group is not None and (change.term in getattr(group, LISTS[change.role])) == change.add


def _proposal(session: Session, proposal_id: int, seen_state: str) -> RuleProposal:
    proposal = session.get(RuleProposal, proposal_id)
    if proposal is None:
        raise NotFound(f"there is no proposal {proposal_id}")
    if proposal.state != seen_state:
        raise StaleVersion(f"proposal {proposal_id}: seen as {seen_state}, now {proposal.state}")
    return proposal


def _check_possible(proposal: RuleProposal, book: RuleBook, change: RuleChange) -> None:
    if proposal.state not in (ProposalState.OPEN, ProposalState.REFUSED):
        raise StaleVersion(f"proposal {proposal.id} is {proposal.state}, so it cannot be accepted")
    if change.group not in {group.slug for group in book.groups}:
        raise StaleVersion(f"the rules no longer have a theme group {change.group}")
    if stands_in(book, change):
        raise StaleVersion(f"the rules are already as proposal {proposal.id} wants them")


def _decision(
    proposal: RuleProposal, person: str, reason: str, now: datetime, *, before: str, after: str
) -> RuleDecision:
    assert proposal.id is not None
    return RuleDecision(
        proposal_id=proposal.id,
        decided_at=now,
        person=person,
        state=proposal.state,
        reason=reason,
        effect=proposal.effect,
        rules_before=before,
        rules_after=after,
    )
