"""Adoption of a document by the body whose document it is, other than the daily board.

Who holds the office adopts the text that was on screen; what the general board or the partners decided
together is written down by whose task that is. It is a round of its own kind, closed at once, so that a
document's adoption reads the same whoever adopted it.
"""

from datetime import datetime

from sqlmodel import Session

from g40flow.domain.actors import Actor
from g40flow.domain.campaigns.bodies import NEEDS, WHO_RECORDS, WITHIN_ADOPTED, Body
from g40flow.domain.dossier.decisions import DecisionForm, Position, Result, Seat
from g40flow.domain.dossier.rights import Right
from g40flow.domain.dossier.words import DocumentType
from g40flow.domain.errors import GuardFailed, InvalidInput, NotAllowed
from g40flow.domain.outside_text import one_line
from g40flow.storage.dossier_tables import DecisionRound, Dossier
from g40flow.storage.dossiers import dossier_by_id
from g40flow.storage.guards import guard_facts
from g40flow.storage.texts import position_by_id
from g40flow.use_cases.decisions.ending import end_round
from g40flow.use_cases.decisions.rounds import NewRound, add_position, decidable_version, written_round
from g40flow.use_cases.dossier.desk import Desk, open_for_change, require_on, required_reason, roles_on

_WRITTEN_DOWN = frozenset({Body.GENERAL_BOARD, Body.PARTNERS})
"""Bodies for which somebody else writes down what they decided, and says where that stands."""


def bodies_for(session: Session, desk: Desk, dossier: Dossier, actor: Actor) -> list[Body]:
    """The bodies for which somebody can adopt this document, by its type and his roles in it."""
    roles = roles_on(session, dossier, actor)
    bodies = desk.rules.campaigns.bodies(DocumentType(dossier.document_type))
    return [body for body in bodies if roles & WHO_RECORDS.get(body, frozenset())]


def adopt_by_body(
    session: Session,
    desk: Desk,
    dossier_id: int,
    body: str,
    *,
    seen_hash: str,
    note: str = "",
    position_id: int | None = None,
    actor: Actor,
    now: datetime,
) -> DecisionRound:
    """Adopt the text that was on screen for a body; the dossier goes on as after any adoption.

    note: where it stands what a body decided that somebody else writes down; needed for those.
    position_id: the adopted position of the library that a document stays within, where its type may
    say nothing new and it serves no campaign whose text was adopted.
    Raises NotFound, NotAllowed, StepNotAllowed (not at the board), StaleVersion, GuardFailed, or
    InvalidInput ("other_body", "position_needed", "reason_needed").
    """
    dossier = open_for_change(session, dossier_id, actor)
    require_on(session, dossier, actor, Right.ADOPT_FOR_BODY)
    bodies = desk.rules.campaigns.bodies(DocumentType(dossier.document_type))
    if body not in bodies or body == Body.DAILY_BOARD:
        raise InvalidInput("other_body", f"{dossier.document_type} is adopted by {bodies}", field="body")
    chosen = Body(body)
    if not roles_on(session, dossier, actor) & WHO_RECORDS[chosen]:
        raise NotAllowed(
            f"for the {chosen} {sorted(WHO_RECORDS[chosen])} adopts, not {actor.person}",
            roles=WHO_RECORDS[chosen],
        )
    said = required_reason(note, field="note") if chosen in _WRITTEN_DOWN else one_line(note)
    version = decidable_version(session, dossier, seen_hash, "adopt_by_body", now)
    facts = guard_facts(session, dossier, now, NEEDS.get(chosen, ()))
    if failing := [guard for guard, holds in facts.items() if not holds]:
        raise GuardFailed("adopt_by_body", failing)
    within = _within(session, dossier, position_id)
    new = NewRound(form=DecisionForm.OFFICE, question=within, after_deadline=True)
    seats = (Seat(member=actor.person, is_chair=True),)
    round_ = written_round(session, desk, dossier, version, new, seats, "open_office", actor, now)
    add_position(session, round_, actor.person, Position.APPROVE, said, actor, now)
    how = "adopt_by_body"
    end_round(session, desk, dossier, round_, Result.ADOPTED, action=how, actor=actor, now=now, reason=said)
    return round_


def _within(session: Session, dossier: Dossier, position_id: int | None) -> str:
    """What was adopted before that the document stays within, in words; "" if it needs nothing such."""
    if position_id is not None:
        position = position_by_id(session, position_id)
        return f"{position.title} ({position.source})"
    if dossier.campaign_id is not None:
        campaign = dossier_by_id(session, dossier.campaign_id)
        if campaign.adopted_hash:
            return f"{campaign.number} {campaign.title}"
    if DocumentType(dossier.document_type) in WITHIN_ADOPTED:
        raise InvalidInput("position_needed", "expected what it stays within", field="position")
    return ""
