"""Counting recorded votes by parliamentary group.

By a show of hands a group votes as one, and weighs as many seats as it had at that moment; of a roll call
every member weighs one, and whoever of the group was not there counts for neither side. A line that the
Chamber marked as a mistake counts for nobody. What the Chamber says the result was is kept beside what was
counted: where they differ both are shown, see `Tally.difference`.
"""

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from enum import StrEnum


class Chamber(StrEnum):
    """One of the two Chambers."""

    HOUSE = "house"
    SENATE = "senate"


SEATS: Mapping[Chamber, int] = {Chamber.HOUSE: 150, Chamber.SENATE: 75}


class Method(StrEnum):
    """How was voted."""

    BY_GROUP = "by_group"  # a show of hands, or sitting and standing: a group votes as one
    ROLL_CALL = "roll_call"  # every member by name
    WITHOUT_VOTE = "without_vote"  # nobody asked for a vote
    UNKNOWN = "unknown"


class Choice(StrEnum):
    """What a group or member voted."""

    FOR = "for"
    AGAINST = "against"
    ABSENT = "absent"  # did not take part
    UNKNOWN = "unknown"  # a word that we do not know; counts for neither side


class Result(StrEnum):
    """How a vote ended."""

    ADOPTED = "adopted"
    REJECTED = "rejected"
    TIED = "tied"
    POSTPONED = "postponed"
    UNKNOWN = "unknown"


@dataclass(frozen=True, kw_only=True)
class VoteLine:
    """What one group voted, or so many members of it.

    key: the publisher's own for the group, or its name. party: as recorded at the vote.
    size: seats of the group at the vote, None if not told. members: how many members voted so, of a roll
    call; None for a group that voted as one. mistake: the Chamber marked it as one.
    """

    key: str
    party: str
    choice: Choice
    size: int | None = None
    members: int | None = None
    mistake: bool = False


@dataclass(frozen=True, kw_only=True)
class RecordedVote:
    """One vote as its publisher recorded it.

    identifier: the publisher's. subjects: identifiers of the items that were voted on.
    stated: what the Chamber said; words: its own words. held_on: Dutch day, None if not known (yet).
    withdrawn: the publisher took the record of it back.
    """

    identifier: str
    chamber: Chamber
    subjects: tuple[str, ...]
    method: Method
    stated: Result
    words: str
    lines: tuple[VoteLine, ...]
    held_on: date | None = None
    withdrawn: bool = False


class Stance(StrEnum):
    """Where a group stood in one vote."""

    FOR = "for"
    AGAINST = "against"
    ABSENT = "absent"
    DIVIDED = "divided"  # its members voted differently
    CONTRADICTORY = "contradictory"  # it is recorded for and against at once
    MISTAKEN = "mistaken"  # all that was recorded of it is a mistake
    UNKNOWN = "unknown"


@dataclass(frozen=True, kw_only=True)
class GroupVote:
    """One group in one vote. in_favour, against, absent: seats; None if its size was not told.

    mistake: something it did was marked as a mistake and left out.
    """

    key: str
    party: str
    stance: Stance
    size: int | None
    in_favour: int | None
    against: int | None
    absent: int | None
    mistake: bool = False

    @property
    def is_known(self) -> bool:
        """Whether its seats can be counted."""
        return self.in_favour is not None


@dataclass(frozen=True, kw_only=True)
class Difference:
    """Where count and Chamber differ. stated_for, stated_against: seats in its words, None without any."""

    counted: Result
    stated: Result
    stated_for: int | None = None
    stated_against: int | None = None
    because_of_mistake: bool = False


@dataclass(frozen=True, kw_only=True)
class Tally:
    """A vote, counted. groups: the largest first. unrecorded: seats of the Chamber that no line tells of.

    result: by count; UNKNOWN while a group's size is not told and could turn it.
    line: seats that are a majority of the whole Chamber; needed: a majority of the votes that were cast.
    """

    groups: tuple[GroupVote, ...]
    in_favour: int
    against: int
    absent: int
    unrecorded: int
    without_size: int
    result: Result
    line: int
    needed: int
    seats: int
    difference: Difference | None = None
    notes: tuple[str, ...] = field(default=())


def majority(seats: int) -> int:
    """The least number of seats that is more than half of them."""
    return seats // 2 + 1


def tally(vote: RecordedVote) -> Tally:
    """Count a vote."""
    seats = SEATS[vote.chamber]
    groups = sorted(_groups(vote), key=lambda group: (-(group.size or 0), group.party.casefold(), group.key))
    in_favour = sum(group.in_favour or 0 for group in groups)
    against = sum(group.against or 0 for group in groups)
    absent = sum(group.absent or 0 for group in groups)
    without_size = sum(not group.is_known for group in groups)
    counted = _result(vote, in_favour, against, without_size)
    return Tally(
        groups=tuple(groups),
        in_favour=in_favour,
        against=against,
        absent=absent,
        unrecorded=max(0, seats - in_favour - against - absent) if not without_size else 0,
        without_size=without_size,
        result=counted,
        line=majority(seats),
        needed=majority(in_favour + against),
        seats=seats,
        difference=_difference(vote, counted, in_favour, against, groups),
        notes=tuple(_notes(groups, in_favour + against + absent, seats)),
    )


def _groups(vote: RecordedVote) -> Iterable[GroupVote]:
    lines: dict[str, list[VoteLine]] = {}
    for line in vote.lines:
        lines.setdefault(line.key, []).append(line)
    count = _members if vote.method is Method.ROLL_CALL else _as_one
    return [count(several) for several in lines.values()]


def _as_one(lines: Sequence[VoteLine]) -> GroupVote:
    """A group that voted as one. The same line twice is one vote; for and against at once is none."""
    valid = [line for line in lines if not line.mistake]
    choices = {line.choice for line in valid}
    size = _size(lines)
    stance = Stance.MISTAKEN if not valid else _one_stance(choices)
    known = size is not None
    return GroupVote(
        key=lines[0].key,
        party=lines[0].party,
        stance=stance,
        size=size,
        in_favour=(size if stance is Stance.FOR else 0) if known else None,
        against=(size if stance is Stance.AGAINST else 0) if known else None,
        absent=(size if stance is Stance.ABSENT else 0) if known else None,
        mistake=len(valid) < len(lines),
    )


def _one_stance(choices: set[Choice]) -> Stance:
    if {Choice.FOR, Choice.AGAINST} <= choices:
        return Stance.CONTRADICTORY
    for choice in (Choice.FOR, Choice.AGAINST, Choice.ABSENT):
        if choice in choices:
            return Stance(choice.value)
    return Stance.UNKNOWN


def _members(lines: Sequence[VoteLine]) -> GroupVote:
    """A group whose members voted by name; who is not named of it was not there."""
    valid = [line for line in lines if not line.mistake]
    by_choice = {choice: sum(_voters(line) for line in valid if line.choice is choice) for choice in Choice}
    in_favour, against = by_choice[Choice.FOR], by_choice[Choice.AGAINST]
    size = _size(lines)
    named = in_favour + against
    absent = max(by_choice[Choice.ABSENT], (size or named) - named)
    if in_favour and against:
        stance = Stance.DIVIDED
    elif named:
        stance = Stance.FOR if in_favour else Stance.AGAINST
    elif not valid:
        stance = Stance.MISTAKEN
    else:
        stance = Stance.ABSENT if by_choice[Choice.ABSENT] else Stance.UNKNOWN
    return GroupVote(
        key=lines[0].key,
        party=lines[0].party,
        stance=stance,
        size=size,
        in_favour=in_favour,
        against=against,
        absent=absent,
        mistake=len(valid) < len(lines),
    )


def _voters(line: VoteLine) -> int:
    return 1 if line.members is None else line.members


def _size(lines: Sequence[VoteLine]) -> int | None:
    """Of a group told with several sizes the largest: who left a group on that very day voted with it."""
    return max((line.size for line in lines if line.size is not None), default=None)


def _result(vote: RecordedVote, in_favour: int, against: int, without_size: int) -> Result:
    if vote.method is Method.WITHOUT_VOTE or not vote.lines or without_size:
        return Result.UNKNOWN
    if in_favour + against == 0:
        return Result.UNKNOWN
    if in_favour == against:
        return Result.TIED
    return Result.ADOPTED if in_favour > against else Result.REJECTED


_NUMBERS = re.compile(r"\((\d{1,3})\s*[-–/]\s*(\d{1,3})\)")
_IN_WORDS = re.compile(
    r"(\d{1,3})\s+(?:stemmen\s+)?voor\D{1,30}(\d{1,3})\s+(?:stemmen\s+)?tegen", re.IGNORECASE
)


def numbers_in_words(words: str) -> tuple[int, int] | None:
    """(for, against) as the Chamber wrote it, "Aangenomen. (75-74)"; None if it named no numbers."""
    if found := _IN_WORDS.search(words):
        return int(found[1]), int(found[2])
    found = _NUMBERS.search(words)
    if found is None:
        return None
    first, second = int(found[1]), int(found[2])
    if first + second > max(SEATS.values()):
        return None
    return first, second


def _difference(
    vote: RecordedVote, counted: Result, in_favour: int, against: int, groups: Sequence[GroupVote]
) -> Difference | None:
    numbers = numbers_in_words(vote.words)
    said = vote.stated in (Result.ADOPTED, Result.REJECTED)
    # A tie in a full Chamber is a rejection; that is no difference.
    agrees = counted is vote.stated or (counted is Result.TIED and vote.stated is Result.REJECTED)
    other_result = said and counted is not Result.UNKNOWN and not agrees
    other_numbers = (
        numbers is not None
        and counted is not Result.UNKNOWN
        and sorted(numbers) != sorted((in_favour, against))
    )
    if not other_result and not other_numbers:
        return None
    return Difference(
        counted=counted,
        stated=vote.stated,
        stated_for=None if numbers is None else numbers[0],
        stated_against=None if numbers is None else numbers[1],
        because_of_mistake=any(group.mistake for group in groups),
    )


def _notes(groups: Sequence[GroupVote], told: int, seats: int) -> Iterable[str]:
    """What a reader must know of this count, as words for templates."""
    stances = {group.stance for group in groups}
    if any(group.mistake for group in groups):
        yield "mistake"
    if Stance.CONTRADICTORY in stances:
        yield "contradictory"
    if any(not group.is_known for group in groups):
        yield "without_size"
    if told > seats:
        yield "too_many_seats"


def summary(vote: RecordedVote) -> str:
    """What a reader was told of a vote, as one line to compare with later; equal while nothing changed."""
    counted = tally(vote)
    groups = sorted(
        f"{group.key}={group.stance}:{group.in_favour}:{group.against}" for group in counted.groups
    )
    return f"{vote.withdrawn}|{vote.stated}|{counted.in_favour}-{counted.against}|{';'.join(groups)}"


def has_result(vote: RecordedVote) -> bool:
    """Whether a vote has been held, so that there is something to tell."""
    return vote.stated in (Result.ADOPTED, Result.REJECTED) or tally(vote).result is not Result.UNKNOWN
