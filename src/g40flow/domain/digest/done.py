"""What became of what a line of a digest offered to do at once, after the digest was made."""

from collections.abc import Mapping
from dataclasses import asdict, dataclass, replace
from enum import StrEnum
from typing import Any


class Outcome(StrEnum):
    """Why there is nothing to press any more."""

    TAKEN_UP = "taken_up"  # there is a dossier about the item; number, path
    ACCEPTED = "accepted"  # the group takes part
    REJECTED = "rejected"
    MOVED_ON = "moved_on"  # the dossier is at another stage; stage
    DECIDED = "decided"  # a position was taken for the seat
    ANSWERED = "answered"  # the city has answered
    NOT_OURS = "not_ours"  # no longer for this group
    FELL_AWAY = "fell_away"  # the publisher took it back
    ROUND_OVER = "round_over"
    CALL_OVER = "call_over"
    CALL_CANCELLED = "call_cancelled"


@dataclass(frozen=True, kw_only=True)
class Done:
    """What was done about one line, as may be known by who reads it.

    by: name of who did it; "" if nobody did, or it may not be known. stage: of a dossier that moved on.
    number, path: of the dossier that an item got.
    """

    outcome: Outcome
    by: str = ""
    stage: str = ""
    number: str = ""
    path: str = ""


def done_as_json(done: Mapping[str, Done]) -> dict[str, dict[str, str]]:
    """What was done, by key of line, as JSON values; what is empty is left out."""
    return {key: {name: str(said) for name, said in asdict(one).items() if said} for key, one in done.items()}


def done_from_json(kept: Mapping[str, Mapping[str, Any]]) -> dict[str, Done]:
    """What was kept by done_as_json. Raises ValueError for what is none."""
    read = {key: Done(**said) for key, said in kept.items()}
    return {key: replace(one, outcome=Outcome(one.outcome)) for key, one in read.items()}
