"""The closed lists of a dossier: what it is, how the network responds, and what does not go as usual."""

from enum import StrEnum


class DocumentType(StrEnum):
    """What a dossier works towards."""

    CONSULTATION_RESPONSE = "consultation_response"
    POSITION_PAPER = "position_paper"
    MANIFEST = "manifest"
    LETTER_MINISTER = "letter_minister"
    LETTER_CHAMBER = "letter_chamber"
    SUPPORT_STATEMENT = "support_statement"
    ELECTION_MESSAGE = "election_message"
    CORE_MESSAGES = "core_messages"
    PROPOSITION = "proposition"
    RESPONSE_PLAN = "response_plan"
    BOARD_NOTE = "board_note"
    DIGEST = "digest"
    ANNUAL_REPORT = "annual_report"


class ResponseType(StrEnum):
    """How the network responds."""

    OWN = "own"
    JOINT_GROUPS = "joint_groups"
    JOINT_PARTNERS = "joint_partners"
    SUPPORT_VNG = "support_vng"
    LETTER = "letter"  # outside the consultation
    NONE = "none"


WITH_TEXT = frozenset(
    {ResponseType.OWN, ResponseType.JOINT_GROUPS, ResponseType.JOINT_PARTNERS, ResponseType.LETTER}
)
"""Responses for which the network writes a text of its own."""


class NoResponseCode(StrEnum):
    """Why the network does not respond."""

    NO_CITY_IMPACT = "no_city_impact"
    COVERED_BY_VNG = "covered_by_vng"
    NO_CAPACITY = "no_capacity"
    TOO_LATE = "too_late"
    NO_COMMON_POSITION = "no_common_position"
    OTHER = "other"


class ItemRelation(StrEnum):
    """What an item is to a dossier."""

    SUBJECT = "subject"  # what the network responds to
    DUPLICATE = "duplicate"
    REOPENING = "reopening"  # the publisher asks again about the same subject


class GroupState(StrEnum):
    """What a theme group said to a dossier."""

    ASKED = "asked"
    ACCEPTED = "accepted"
    REJECTED = "rejected"


class PartnerState(StrEnum):
    """What a partner does: it works along, or its signature under a joint letter is asked."""

    PARTNER = "partner"
    ASKED = "asked"
    AGREED = "agreed"  # will sign, once there is a text
    SIGNED = "signed"
    DECLINED = "declined"
    WITHDRAWN = "withdrawn"  # had agreed or signed, and takes that back


class PositionKind(StrEnum):
    """What an entry of the library is."""

    POSITION = "position"  # a document or stand that the network adopted
    CORE_MESSAGE = "core_message"  # what the network asks, in words that fit in a letter


class ExceptionCode(StrEnum):
    """What does not go as usual with a dossier."""

    LATE_DETECTED = "late_detected"
    URGENT = "urgent"
    HOLIDAY_TERM = "holiday_term"
    EXTENDED = "extended"
    SHORTENED = "shortened"
    REOPENED = "reopened"
    WITHDRAWN = "withdrawn"
    SUSPENDED = "suspended"
    JOINT_LETTER = "joint_letter"
    NO_RESPONSE = "no_response"
    DISSENT = "dissent"
    HELD_OVER = "held_over"
    POST_ADOPTION_CHANGE = "post_adoption_change"
    MISSED = "missed"
    CONFIDENTIAL = "confidential"
    PERSONAL_DATA_FOUND = "personal_data_found"
    WRONG_GROUP = "wrong_group"
    DUPLICATE = "duplicate"
    CONTROVERSIAL = "controversial"
