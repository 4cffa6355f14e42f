"""Words of a text, its points and its comments, and when a text may be changed."""

from collections.abc import Collection
from enum import StrEnum

from g40flow.domain.dossier.workflow import ADOPTED_AND_HERE, Stage
from g40flow.domain.errors import InvalidInput, StepNotAllowed


class VersionKind(StrEnum):
    """What a new version is to the one before."""

    DRAFT = "draft"  # before the board adopted anything
    EDITORIAL = "editorial"  # after adoption, and nothing is said differently: the adoption stays
    SUBSTANTIVE = "substantive"  # after adoption, and the board must look again


class Origin(StrEnum):
    """How a version came."""

    TEMPLATE = "template"
    PORTAL = "portal"
    WORD = "word"
    SLACK = "slack"
    API = "api"


class Disposition(StrEnum):
    """What was done with a comment."""

    ACCEPTED = "accepted"
    REVISED = "revised"  # taken over in another form
    REJECTED = "rejected"
    WITHDRAWN = "withdrawn"  # by its author


NEEDS_REASON = frozenset({Disposition.REVISED, Disposition.REJECTED})
"""Whoever made the comment reads why it was not taken over as it stood."""


class Outcome(StrEnum):
    """What became of a point."""

    ACHIEVED = "achieved"
    PARTLY = "partly"
    NOT = "not"
    OPEN = "open"
    UNKNOWN = "unknown"  # it cannot be found out


BEFORE_ADOPTION = frozenset(
    {
        Stage.RESPONSE_DECISION,
        Stage.MEMBER_CALL,
        Stage.DRAFTING,
        Stage.OFFICIAL_REVIEW,
        Stage.POLITICAL_REVIEW,
        Stage.BOARD_APPROVAL,
        Stage.PREPARATION,
        Stage.ADOPTION,
    }
)
WRITABLE = BEFORE_ADOPTION | ADOPTED_AND_HERE
"""Stages at which the text can change; later it is in the hands of the publisher."""


def kind_of_change(stage: Stage, asked: str, *, adopted: bool, round_is_open: bool) -> VersionKind:
    """What a new version counts as.

    asked: what the writer says it is; "" if nothing was asked. adopted: the board adopted the text.
    Raises StepNotAllowed if the text cannot change any more, InvalidInput ("change_kind_needed") if it
    must be said whether the change is editorial, or ("round_is_open") for an editorial change of a text
    that the board is deciding on: its members would decide on other words than they have seen.
    """
    if stage not in WRITABLE:
        raise StepNotAllowed(f"the text cannot change at stage {stage}")
    if not adopted and not round_is_open:
        return VersionKind.DRAFT
    if asked not in (VersionKind.EDITORIAL, VersionKind.SUBSTANTIVE):
        raise InvalidInput("change_kind_needed", f"expected a kind of change, found {asked!r}", field="kind")
    kind = VersionKind(asked)
    if kind is VersionKind.EDITORIAL and round_is_open:
        raise InvalidInput("round_is_open", "the board is deciding on this very text", field="kind")
    return kind


def disposition_of(word: str) -> Disposition:
    """Raises InvalidInput ("disposition_needed") for what is none, and for WITHDRAWN."""
    allowed: Collection[str] = set(Disposition) - {Disposition.WITHDRAWN}
    if word not in allowed:
        raise InvalidInput(
            "disposition_needed", f"expected one of {sorted(allowed)}, found {word!r}", field="disposition"
        )
    return Disposition(word)
