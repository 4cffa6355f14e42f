"""Where each group stands on an ask, over all votes that a person linked to it.

Who adopts something can help an ask or harm it: whoever links a vote says which. A group that exists no
longer is shown with what it voted, and has no seats in today's picture.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum

from g40flow.domain.parliament.votes import SEATS, Chamber, RecordedVote, Stance, majority, tally


class Direction(StrEnum):
    """What adopting would mean for the ask."""

    HELPS = "helps"
    HARMS = "harms"


class Support(StrEnum):
    """Where a group stands on an ask."""

    WITH = "with"
    MIXED = "mixed"  # this time so, that time otherwise, or divided
    AGAINST = "against"
    SILENT = "silent"  # no vote of it is known


@dataclass(frozen=True, kw_only=True)
class LinkedVote:
    """A vote that a person linked to an ask."""

    vote: RecordedVote
    direction: Direction = Direction.HELPS


@dataclass(frozen=True, kw_only=True)
class KnownGroup:
    """A group as it is today. seats: 0 for one that exists no longer."""

    key: str
    name: str
    seats: int


@dataclass(frozen=True, kw_only=True)
class PartySupport:
    """One group in the picture. with_, against: in how many votes. seats: today; None if not known.

    sizes: its sizes at these votes, oldest first, each once; former: it exists no longer.
    """

    key: str
    name: str
    support: Support
    seats: int | None
    votes_with: int
    votes_against: int
    sizes: tuple[int, ...] = ()
    former: bool = False


@dataclass(frozen=True, kw_only=True)
class SupportPicture:
    """Where the groups of one Chamber stand. seats: today's, by support. line: a majority of the Chamber.

    parties: those with the ask first, the largest first; former groups last. votes: how many were counted.
    """

    chamber: Chamber
    parties: tuple[PartySupport, ...]
    seats: Mapping[Support, int]
    line: int
    total: int
    votes: int

    @property
    def has_majority(self) -> bool:
        """Whether those with the ask are a majority of the whole Chamber."""
        return self.seats[Support.WITH] >= self.line


_ORDER = {Support.WITH: 0, Support.MIXED: 1, Support.AGAINST: 2, Support.SILENT: 3}


def support_picture(
    chamber: Chamber, linked: Sequence[LinkedVote], today: Sequence[KnownGroup]
) -> SupportPicture | None:
    """The picture of one Chamber; None if no vote in it was linked. today: empty if nobody told."""
    votes = [
        one for one in linked if one.vote.chamber is chamber and not one.vote.withdrawn and one.vote.lines
    ]
    if not votes:
        return None
    parties = [_party(key, votes, today) for key in _keys(votes, today)]
    seats = {
        support: sum(party.seats or 0 for party in parties if party.support is support) for support in Support
    }
    known = sum(seats.values())
    seats[Support.SILENT] += max(0, SEATS[chamber] - known)
    return SupportPicture(
        chamber=chamber,
        parties=tuple(sorted(parties, key=_place)),
        seats=seats,
        line=majority(SEATS[chamber]),
        total=max(SEATS[chamber], known),
        votes=len(votes),
    )


def _place(party: PartySupport) -> tuple[bool, int, int, str]:
    return (party.former, _ORDER[party.support], -(party.seats or 0), party.name.casefold())


def _keys(votes: Sequence[LinkedVote], today: Sequence[KnownGroup]) -> list[str]:
    voted = [line.key for one in votes for line in one.vote.lines]
    return list(dict.fromkeys([*voted, *(group.key for group in today if group.seats)]))


def _party(key: str, votes: Sequence[LinkedVote], today: Sequence[KnownGroup]) -> PartySupport:
    in_order = sorted(votes, key=lambda one: (one.vote.held_on is None, str(one.vote.held_on or "")))
    stances: list[tuple[Stance, Direction]] = []
    sizes: list[int] = []
    name = ""
    for one in in_order:
        for group in tally(one.vote).groups:
            if group.key == key:
                stances.append((group.stance, one.direction))
                name = group.party or name
                if group.size is not None:
                    sizes.append(group.size)
    now = next((group for group in today if group.key == key), None)
    with_, against, divided = _count(stances)
    former = bool(today) and (now is None or now.seats == 0)
    return PartySupport(
        key=key,
        name=now.name if now is not None and now.name else name or key,
        support=_support(with_, against, divided),
        seats=0 if former else now.seats if now is not None else sizes[-1] if sizes else None,
        votes_with=with_,
        votes_against=against,
        sizes=tuple(dict.fromkeys(sizes)),
        former=former,
    )


def _count(stances: Sequence[tuple[Stance, Direction]]) -> tuple[int, int, int]:
    """(with the ask, against it, divided)."""
    with_ = against = divided = 0
    for stance, direction in stances:
        if stance is Stance.DIVIDED:
            divided += 1
        elif stance in (Stance.FOR, Stance.AGAINST):
            if (stance is Stance.FOR) is (direction is Direction.HELPS):
                with_ += 1
            else:
                against += 1
    return with_, against, divided


def _support(with_: int, against: int, divided: int) -> Support:
    if divided or (with_ and against):
        return Support.MIXED
    if with_:
        return Support.WITH
    return Support.AGAINST if against else Support.SILENT
