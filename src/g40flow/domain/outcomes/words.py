"""Words of what came of asks and points."""

from enum import StrEnum


class OutcomeKind(StrEnum):
    """What sort of thing may tell what came of an ask or a point."""

    MOTION = "motion"
    AMENDMENT = "amendment"
    GOVERNMENT_AMENDMENT = "government_amendment"
    BILL_VOTE = "bill_vote"  # on the bill or letter itself
    COMMITMENT = "commitment"
    CONSULTATION_REPORT = "consultation_report"
    EXPLANATORY_MEMORANDUM = "explanatory_memorandum"
    REPLY_MEMORANDUM = "reply_memorandum"


class ProposalState(StrEnum):
    """What people did with a proposal."""

    OPEN = "open"
    LINKED = "linked"
    DISMISSED = "dismissed"


class ReasonKind(StrEnum):
    """Why something is proposed for a dossier."""

    SUBJECT = "subject"  # it is about an item of the dossier itself
    FAMILY = "family"  # of the same family as an item of the dossier
    DOSSIER_NUMBER = "dossier_number"  # it has the number of the same parliamentary dossier
    TOUCHES = "touches"  # words of an ask or a point
    TARGET = "target"  # of the committee, party or ministry that an ask is aimed at
    REPORT = "report"  # it tells what was done with what was said in the consultation
