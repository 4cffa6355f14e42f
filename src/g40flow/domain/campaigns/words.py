"""The closed lists of a campaign: its type, whom it asks, what became of that, and how people met."""

from enum import StrEnum


class CampaignType(StrEnum):
    """What a campaign is about; what differs per type is in g40flow.domain.campaigns.types."""

    BILL = "bill"
    BUDGET = "budget"
    ELECTION = "election"
    FORMATION = "formation"
    CONTROVERSIAL = "controversial"
    MANIFEST = "manifest"
    PROGRAMME_FUNDING = "programme_funding"
    AGENDA_SETTING = "agenda_setting"
    IMPLEMENTATION = "implementation"


class TargetKind(StrEnum):
    """At whom an ask is aimed: always a public function or a body, never a person."""

    MINISTER = "minister"
    COMMITTEE = "committee"
    PARTIES = "parties"
    PROGRAMME_COMMITTEE = "programme_committee"
    INFORMATEUR = "informateur"
    OTHER = "other"


class AskState(StrEnum):
    """How far an ask is. Its result is another matter, see Outcome."""

    DRAFT = "draft"
    ADOPTED = "adopted"  # it stands in a text that was adopted, or in an adopted position
    BROUGHT = "brought"  # it was raised with whom it is aimed at
    DROPPED = "dropped"  # the network asks it no longer; with a reason


class StakeholderKind(StrEnum):
    """What a stakeholder is."""

    MINISTER = "minister"
    MINISTRY = "ministry"
    COMMITTEE = "committee"
    COMMITTEE_MEMBER = "committee_member"
    SPOKESPERSON = "spokesperson"
    PARTY = "party"
    PROGRAMME_COMMITTEE = "programme_committee"
    INFORMATEUR = "informateur"
    PARTNER_ORGANISATION = "partner_organisation"
    OTHER = "other"


class Channel(StrEnum):
    """How there was contact."""

    MEETING = "meeting"
    CALL = "call"
    LETTER = "letter"
    EMAIL = "email"
    EVENT = "event"
    SOCIAL = "social"
    HANDOVER = "handover"


class HookKind(StrEnum):
    """A moment in the calendar that a campaign can aim at."""

    PROCEDURE_MEETING = "procedure_meeting"
    INPUT_DEADLINE = "input_deadline"
    ROUND_TABLE = "round_table"
    TECHNICAL_BRIEFING = "technical_briefing"
    COMMITTEE_DEBATE = "committee_debate"
    LEGISLATIVE_CONSULTATION = "legislative_consultation"
    WRITTEN_CONSULTATION = "written_consultation"
    TWO_MINUTE_DEBATE = "two_minute_debate"
    PLENARY_DEBATE = "plenary_debate"
    VOTE = "vote"
    ORDER_OF_BUSINESS = "order_of_business"
    PETITION_HANDOVER = "petition_handover"
    CONTROVERSIAL_LIST = "controversial_list"
    BUDGET_MOMENT = "budget_moment"  # spring memorandum, budget day, budget debate
    ELECTION_MOMENT = "election_moment"  # programme committee, draft programme, congress, election day
    FORMATION_MOMENT = "formation_moment"  # informateur named, round of talks, coalition agreement
