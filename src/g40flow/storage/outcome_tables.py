"""Tables of what may have come of asks and points: what was proposed, and what a person linked.

OutcomeProposal, OutcomeProof

Columns named *_at hold aware UTC instants; people are slugs. dossier_id is that of a campaign or a response.
"""

from datetime import datetime
from typing import Any

from sqlalchemy import UniqueConstraint
from sqlmodel import Field

from g40flow.domain.outcomes.words import OutcomeKind, ProposalState
from g40flow.domain.parliament.support import Direction
from g40flow.storage import campaign_tables as campaign_tables  # its foreign keys refer there
from g40flow.storage import dossier_tables as dossier_tables  # likewise
from g40flow.storage import parliament_tables as parliament_tables  # likewise
from g40flow.storage import tables as tables  # likewise
from g40flow.storage.columns import Table, counted, instant, json_value, long_text, part_of, refers_to, word


class OutcomeProposal(Table, table=True):
    """Something that was decided or published and that may say what came of a dossier's asks or points.

    key: what it is about, once per dossier: "item:12", "vote:3", "commitment:9".
    ask_id, point_id: what it touches most, None if no words of any; touches: [{"ask" or "point": id,
    "words": [...]}], the most first. reasons: words with their values, see domain.outcomes.reasons.
    strong: it touches words, or is about the subject itself, so that people are told of it.
    told: what they were told of its vote, "" if nothing yet; corrections: how often that changed since.
    reason: why a person dismissed it.
    """

    __tablename__ = "outcome_proposal"
    __table_args__ = (UniqueConstraint("dossier_id", "key"),)
    id: int | None = Field(default=None, primary_key=True)
    dossier_id: int = part_of("dossier", index=True)
    key: str
    kind: OutcomeKind = word(OutcomeKind)
    item_id: int | None = refers_to("item", index=True)
    vote_id: int | None = refers_to("recorded_vote", index=True)
    commitment_id: int | None = refers_to("commitment", index=True)
    ask_id: int | None = refers_to("ask")
    point_id: int | None = refers_to("point")
    touches: list[dict[str, Any]] = json_value()
    reasons: list[dict[str, Any]] = json_value()
    strong: bool = False
    state: ProposalState = word(ProposalState, ProposalState.OPEN, index=True)
    reason: str = long_text()
    told: str = long_text()
    corrections: int = counted()
    made_at: datetime = instant()
    decided_by: str = ""
    decided_at: datetime | None = instant(nullable=True)


class OutcomeProof(Table, table=True):
    """What a person linked to an ask or a point, as proof or only as part of its story.

    direction: what adopting it means for the ask. result: the word of Outcome that was said with it, or "".
    removed_*: who took it off again; it then counts for nothing.
    """

    __tablename__ = "outcome_proof"
    id: int | None = Field(default=None, primary_key=True)
    dossier_id: int = part_of("dossier", index=True)
    proposal_id: int = part_of("outcome_proposal", index=True)
    ask_id: int | None = refers_to("ask", index=True)
    point_id: int | None = refers_to("point", index=True)
    direction: Direction = word(Direction, Direction.HELPS)
    result: str = ""
    linked_by: str
    linked_at: datetime = instant()
    removed_by: str = ""
    removed_at: datetime | None = instant(nullable=True)
