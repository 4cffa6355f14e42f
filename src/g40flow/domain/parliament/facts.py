"""What publishers tell of a Chamber besides items: votes, commitments, its groups, seats of committees."""

from dataclasses import dataclass
from datetime import date

from g40flow.domain.parliament.commitments import Commitment
from g40flow.domain.parliament.votes import Chamber, RecordedVote


@dataclass(frozen=True, kw_only=True)
class Group:
    """A parliamentary group. abbreviation: what people call it. seats: None if not told, 0 if it is over.

    active_from, active_until: Dutch days; None if not told, and for one that still exists.
    """

    key: str
    chamber: Chamber
    abbreviation: str
    name: str
    seats: int | None
    active_from: date | None = None
    active_until: date | None = None
    withdrawn: bool = False


@dataclass(frozen=True, kw_only=True)
class ParliamentaryFacts:
    """What some records tell."""

    votes: tuple[RecordedVote, ...] = ()
    commitments: tuple[Commitment, ...] = ()
    groups: tuple[Group, ...] = ()


@dataclass(frozen=True, kw_only=True)
class CommitteeSeat:
    """A seat of a standing committee and who holds it today: a public office.

    key: the publisher's, of the seat. function: "Lid", "Voorzitter". party: as the group is called.
    """

    key: str
    committee: str
    holder: str
    party: str
    function: str
