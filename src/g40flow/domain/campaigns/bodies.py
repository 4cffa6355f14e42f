"""Which body adopts which document: the column of the network's list of documents, as a table.

A document can always be put before the daily board; the other bodies adopt what is theirs alone.
config/workflow.yaml can name other bodies.
"""

from collections.abc import Mapping
from enum import StrEnum

from g40flow.domain.dossier.words import DocumentType
from g40flow.domain.dossier.workflow import Guard
from g40flow.domain.network import Role


class Body(StrEnum):
    """Who adopts."""

    DAILY_BOARD = "daily_board"  # in a round, see use_cases/decisions/rounds.py
    GENERAL_BOARD = "general_board"  # all cities; the secretary writes down what it decided
    CHAIR = "chair"
    PILLAR_CHAIR = "pillar_chair"
    GROUP_LEAD = "group_lead"
    PARTNERS = "partners"  # all who sign, together


ADOPTED_BY: Mapping[DocumentType, tuple[Body, ...]] = {
    DocumentType.CONSULTATION_RESPONSE: (Body.DAILY_BOARD,),
    DocumentType.POSITION_PAPER: (Body.DAILY_BOARD,),
    DocumentType.MANIFEST: (Body.DAILY_BOARD,),
    DocumentType.LETTER_MINISTER: (Body.CHAIR, Body.PILLAR_CHAIR),
    DocumentType.LETTER_CHAMBER: (Body.PILLAR_CHAIR,),
    DocumentType.SUPPORT_STATEMENT: (Body.PILLAR_CHAIR,),
    DocumentType.ELECTION_MESSAGE: (Body.DAILY_BOARD,),
    DocumentType.CORE_MESSAGES: (Body.DAILY_BOARD, Body.GENERAL_BOARD),
    DocumentType.PROPOSITION: (Body.PARTNERS,),
    DocumentType.RESPONSE_PLAN: (Body.GROUP_LEAD,),
    DocumentType.BOARD_NOTE: (),
    DocumentType.DIGEST: (),
    DocumentType.ANNUAL_REPORT: (Body.GENERAL_BOARD, Body.DAILY_BOARD),
}
"""Empty for what nobody adopts."""

WHO_RECORDS: Mapping[Body, frozenset[Role]] = {
    Body.GENERAL_BOARD: frozenset({Role.BOARD_SECRETARY}),
    Body.CHAIR: frozenset({Role.BOARD_CHAIR}),
    Body.PILLAR_CHAIR: frozenset({Role.PILLAR_CHAIR, Role.PILLAR_VICE_CHAIR}),
    Body.GROUP_LEAD: frozenset({Role.THEME_GROUP_LEAD}),
    Body.PARTNERS: frozenset({Role.PA_OFFICER, Role.BOARD_SECRETARY}),
}
"""Who adopts for a body, or writes down that it did; the daily board decides in rounds instead."""

NEEDS: Mapping[Body, tuple[Guard, ...]] = {Body.PARTNERS: (Guard.SIGNATURES_COMPLETE, Guard.COSIGNED)}
"""What must be so besides, before a body can have adopted."""

WITHIN_ADOPTED = frozenset({DocumentType.LETTER_CHAMBER})
"""Documents that may only say what was adopted before: such a position must be named."""
