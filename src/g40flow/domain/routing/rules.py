"""The rule book of the router: which words, committees and ministries speak for which theme group."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from enum import StrEnum


class Role(StrEnum):
    """What finding a term means."""

    ACT = "act"  # an act, programme or covenant of the group's own
    STRONG = "strong"  # one of the group's own subjects
    CONTEXT = "context"  # counts only beside another hit of the same group
    AGAINST = "against"  # speaks against the group
    NATIONAL = "national"  # a subject with which no city council has anything to do
    CITY = "city"  # municipalities are named


@dataclass(frozen=True, kw_only=True)
class GroupTerms:
    """The words of one theme group, written as in terms.py. slug, name: as in config/groups."""

    slug: str
    name: str
    acts: tuple[str, ...] = ()
    strong: tuple[str, ...] = ()
    context: tuple[str, ...] = ()
    against: tuple[str, ...] = ()


@dataclass(frozen=True, kw_only=True)
class Hint:
    """What the name of a committee or ministry says about the subject: never a reason by itself.

    words: term that occurs in the name. groups: weight per theme group, 0 to 1.
    national: how often the subjects of this body are for nobody, 0 to 1.
    since, until: first and last day on which the name meant this; None: no limit.
    """

    words: str
    groups: Mapping[str, float]
    national: float = 0.0
    since: date | None = None
    until: date | None = None

    def holds_on(self, day: date | None) -> bool:
        """An unknown day never excludes."""
        if day is None:
            return True
        return (self.since is None or self.since <= day) and (self.until is None or day <= self.until)


@dataclass(frozen=True, kw_only=True)
class Decision:
    """What a mistake costs, and from that which chance is enough.

    miss: a group never hears of an item that it needed. noise: a group gets an item for nothing.
    noise_beside: the same for a second or third group, where the lead already has it.
    triage_from: least chance (0 to 1) at which a person must look before it is for nobody.
    most_groups: an item goes to no more groups than this.
    misses: cost of a miss for single theme groups, where it differs.
    """

    miss: float = 2.0
    noise: float = 1.0
    noise_beside: float = 1.6
    triage_from: float = 0.2
    most_groups: int = 3
    misses: Mapping[str, float] = field(default_factory=dict)

    def threshold(self, group: str) -> float:
        """Least chance at which giving the item costs less than withholding it."""
        return self.noise / (self.noise + self.misses.get(group, self.miss))

    def threshold_beside(self, group: str) -> float:
        """The same when another group already has the item."""
        return self.noise_beside / (self.noise_beside + self.misses.get(group, self.miss))


@dataclass(frozen=True, kw_only=True)
class RuleBook:
    """Everything that people wrote down about routing.

    version: fingerprint of the files, stored with every routing.
    masks: phrases in which the words of other terms mean something else.
    national, national_mild: subjects without a city effect; the mild ones only tip the balance.
    negators: words that take back what follows them up to the end of the sentence part.
    procedural: beginnings of titles that say what happens, not about what ("Stemmingen").
    fields: weight per field of the item, title = 1. decision: when a chance is enough.
    """

    version: str
    groups: tuple[GroupTerms, ...]
    masks: tuple[str, ...] = ()
    national: tuple[str, ...] = ()
    national_mild: tuple[str, ...] = ()
    city: tuple[str, ...] = ()
    negators: tuple[str, ...] = ()
    procedural: tuple[str, ...] = ()
    committees: tuple[Hint, ...] = ()
    ministries: tuple[Hint, ...] = ()
    fields: Mapping[str, float] = field(default_factory=dict)
    decision: Decision = field(default_factory=Decision)
