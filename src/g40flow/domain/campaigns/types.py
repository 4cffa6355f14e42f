"""What differs from one type of campaign to another: a table, and nothing else knows the types apart.

Where a row says that something must be there before a step, it is a condition added to that step; what
is proposed is only proposed. From the examples and the election calendar of the network; every row is an
assumption that the network may want otherwise.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field

from g40flow.domain.campaigns.words import CampaignType, HookKind, TargetKind
from g40flow.domain.dossier.words import DocumentType
from g40flow.domain.dossier.workflow import Guard


@dataclass(frozen=True, kw_only=True)
class TypeRules:
    """One type of campaign.

    document: what the campaign carries itself, and its first draft is made of.
    proposes: further documents that are offered to be written. targets: whom an ask is usually aimed at,
    the most usual first. hooks: moments of the calendar that matter, the most telling first.
    needs: conditions besides those of the table of steps, by the action of the step.
    """

    document: DocumentType
    proposes: tuple[DocumentType, ...]
    targets: tuple[TargetKind, ...]
    hooks: tuple[HookKind, ...]
    needs: Mapping[str, tuple[Guard, ...]] = field(default_factory=dict)


_A_LETTER = (DocumentType.LETTER_CHAMBER, DocumentType.LETTER_MINISTER)
_KNOWS_WHEN = {"start_running": (Guard.DECISION_DAY_NAMED,)}

CAMPAIGN_TYPES: Mapping[CampaignType, TypeRules] = {
    CampaignType.BILL: TypeRules(
        document=DocumentType.POSITION_PAPER,
        proposes=(*_A_LETTER, DocumentType.SUPPORT_STATEMENT, DocumentType.CORE_MESSAGES),
        targets=(TargetKind.COMMITTEE, TargetKind.PARTIES, TargetKind.MINISTER),
        hooks=(
            HookKind.INPUT_DEADLINE,
            HookKind.ROUND_TABLE,
            HookKind.COMMITTEE_DEBATE,
            HookKind.LEGISLATIVE_CONSULTATION,
            HookKind.PLENARY_DEBATE,
            HookKind.TWO_MINUTE_DEBATE,
            HookKind.VOTE,
            HookKind.PROCEDURE_MEETING,
        ),
        needs={"start_running": (Guard.ITEM_LINKED,)},
    ),
    CampaignType.BUDGET: TypeRules(
        document=DocumentType.POSITION_PAPER,
        proposes=(*_A_LETTER, DocumentType.CORE_MESSAGES),
        targets=(TargetKind.MINISTER, TargetKind.COMMITTEE, TargetKind.PARTIES),
        hooks=(
            HookKind.BUDGET_MOMENT,
            HookKind.COMMITTEE_DEBATE,
            HookKind.PLENARY_DEBATE,
            HookKind.VOTE,
            HookKind.WRITTEN_CONSULTATION,
        ),
        needs=_KNOWS_WHEN,
    ),
    CampaignType.ELECTION: TypeRules(
        document=DocumentType.ELECTION_MESSAGE,
        proposes=(DocumentType.CORE_MESSAGES, DocumentType.MANIFEST),
        targets=(TargetKind.PROGRAMME_COMMITTEE, TargetKind.PARTIES),
        hooks=(HookKind.ELECTION_MOMENT,),
        # All pillars contribute: every group that was asked must have answered.
        needs={"offer_for_adoption": (Guard.GROUPS_ANSWERED,), **_KNOWS_WHEN},
    ),
    CampaignType.FORMATION: TypeRules(
        document=DocumentType.CORE_MESSAGES,
        proposes=(DocumentType.ELECTION_MESSAGE, DocumentType.LETTER_MINISTER),
        targets=(TargetKind.INFORMATEUR, TargetKind.PARTIES),
        hooks=(HookKind.FORMATION_MOMENT,),
        needs={"offer_for_adoption": (Guard.GROUPS_ANSWERED,)},
    ),
    CampaignType.CONTROVERSIAL: TypeRules(
        document=DocumentType.LETTER_CHAMBER,
        proposes=(DocumentType.SUPPORT_STATEMENT, DocumentType.CORE_MESSAGES),
        targets=(TargetKind.COMMITTEE, TargetKind.PARTIES),
        hooks=(HookKind.CONTROVERSIAL_LIST, HookKind.PROCEDURE_MEETING, HookKind.VOTE),
        needs={"start_running": (Guard.ITEM_LINKED,)},
    ),
    CampaignType.MANIFEST: TypeRules(
        document=DocumentType.MANIFEST,
        proposes=(DocumentType.SUPPORT_STATEMENT, *_A_LETTER),
        targets=(TargetKind.COMMITTEE, TargetKind.PARTIES, TargetKind.MINISTER),
        hooks=(HookKind.PETITION_HANDOVER, HookKind.COMMITTEE_DEBATE, HookKind.TWO_MINUTE_DEBATE),
        # Co-signers sign the text that the board adopted, so there must be one.
        needs={
            "use_adopted_position": (Guard.TEXT_WRITTEN, Guard.ADOPTED),
            "start_running": (Guard.ADOPTED, Guard.COSIGNED),
        },
    ),
    CampaignType.PROGRAMME_FUNDING: TypeRules(
        document=DocumentType.PROPOSITION,
        proposes=(DocumentType.LETTER_MINISTER, DocumentType.POSITION_PAPER, DocumentType.CORE_MESSAGES),
        targets=(TargetKind.MINISTER, TargetKind.COMMITTEE),
        hooks=(HookKind.BUDGET_MOMENT, HookKind.COMMITTEE_DEBATE, HookKind.VOTE),
        needs=_KNOWS_WHEN,
    ),
    CampaignType.AGENDA_SETTING: TypeRules(
        document=DocumentType.POSITION_PAPER,
        proposes=(*_A_LETTER, DocumentType.CORE_MESSAGES, DocumentType.SUPPORT_STATEMENT),
        targets=(TargetKind.COMMITTEE, TargetKind.MINISTER, TargetKind.PARTIES),
        hooks=(
            HookKind.PROCEDURE_MEETING,
            HookKind.ORDER_OF_BUSINESS,
            HookKind.ROUND_TABLE,
            HookKind.TECHNICAL_BRIEFING,
            HookKind.COMMITTEE_DEBATE,
        ),
    ),
    CampaignType.IMPLEMENTATION: TypeRules(
        document=DocumentType.LETTER_MINISTER,
        proposes=(DocumentType.POSITION_PAPER, DocumentType.LETTER_CHAMBER, DocumentType.PROPOSITION),
        targets=(TargetKind.MINISTER, TargetKind.OTHER, TargetKind.COMMITTEE),
        hooks=(HookKind.COMMITTEE_DEBATE, HookKind.WRITTEN_CONSULTATION, HookKind.TWO_MINUTE_DEBATE),
    ),
}
"""The rules of every type."""
