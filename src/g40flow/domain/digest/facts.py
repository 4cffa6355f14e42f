"""What digests are chosen from: read once for all audiences, then only looked at.

Instants are aware UTC, days Dutch calendar dates, people and groups slugs unless it says names.
"""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from enum import StrEnum
from functools import cached_property
from typing import TypeVar

from g40flow.domain.actors import Parties
from g40flow.domain.campaigns.hook_plan import DuePreparation
from g40flow.domain.digest.figures import NOTHING, Figures
from g40flow.domain.digest.moments import Window
from g40flow.domain.dossier.workflow import Stage
from g40flow.domain.items import ItemKind, ItemStatus
from g40flow.domain.network import Role

T = TypeVar("T")


@dataclass(frozen=True, kw_only=True, slots=True)
class RoutedTo:
    """A theme group that an item goes to. terms: what counted, strongest first. at: since when."""

    group: str
    is_lead: bool
    terms: tuple[str, ...]
    at: datetime


@dataclass(frozen=True, kw_only=True, slots=True)
class NewsOfItem:
    """One change of an item that was worth telling. news: words of News."""

    revision_id: int
    at: datetime
    news: tuple[str, ...]


@dataclass(frozen=True, kw_only=True, slots=True)
class ItemFacts:
    """One item, as far as a line of a digest needs it. source: key of the publisher.

    is_fresh: new to the world when it was first seen, see g40flow.domain.news.is_fresh; False for
    what was there when its publisher was read for the first time. closes_on: the agreed day if there
    is one. held_on: day of an activity; None if it has none. is_meeting: people come together.
    family: keys shared with its family. triage_reason: None unless a person must judge it.
    has_dossier: there is one that the whole network may know of.
    """

    id: int
    source: str
    kind: ItemKind
    label: str
    number: str
    title: str
    status: ItemStatus
    url: str
    first_seen_at: datetime
    is_fresh: bool
    closes_on: date | None = None
    agreed: bool = False
    starts_at: datetime | None = None
    ends_at: datetime | None = None
    held_on: date | None = None
    is_meeting: bool = False
    family: frozenset[str] = frozenset()
    routings: tuple[RoutedTo, ...] = ()
    triage_reason: str | None = None
    changes: tuple[NewsOfItem, ...] = ()
    has_dossier: bool = False

    @property
    def fell_away(self) -> bool:
        """Nothing can be done with it any more, because the publisher took it back."""
        return self.status in (ItemStatus.WITHDRAWN, ItemStatus.CANCELLED, ItemStatus.MOVED)

    @property
    def last_day(self) -> date | None:
        """The last day on which it asks for something; None if it names none."""
        return self.closes_on or self.held_on

    def is_open_on(self, day: date) -> bool:
        """Whether something can still be sent in on that day."""
        runs = self.status in (ItemStatus.OPEN, ItemStatus.PLANNED) or self.agreed
        return runs and not self.is_meeting and self.last_day is not None and self.last_day >= day

    def routed_to(self, group: str) -> RoutedTo | None:
        """How it came to a group; None if it did not."""
        return next((routing for routing in self.routings if routing.group == group), None)


@dataclass(frozen=True, kw_only=True, slots=True)
class Deed:
    """Something done in a dossier, a line of its history.

    outcome: of a point, "" for other deeds. point: id of that point; 0 if the history does not say.
    """

    id: int
    at: datetime
    action: str
    person: str
    outcome: str = ""
    point: int = 0


@dataclass(frozen=True, kw_only=True)
class OpenCall:
    """A call for input that is open. silent: cities that have not answered."""

    id: int
    closes_at: datetime
    silent: tuple[str, ...]
    answered: int
    minimum: int


@dataclass(frozen=True, kw_only=True)
class Seat:
    """Somebody who is asked in a round and has not answered. deputy: "" if none."""

    member: str
    deputy: str


@dataclass(frozen=True, kw_only=True)
class OpenRound:
    """A round of the board that is open. until: last day, or that of the meeting; None if unknown.

    version_hash: of the text, which an answer names; "" for a meeting, which answers by itself.
    """

    id: int
    until: date | None
    closes_at: datetime | None
    silent: tuple[Seat, ...]
    version_hash: str = ""


@dataclass(frozen=True, kw_only=True)
class DossierFacts:
    """One dossier, as far as a line of a digest needs it.

    groups: state of each group, words of GroupState. step_on: latest day of its stage.
    asked_on: latest day for groups to say whether they take part. board_on: of the board's approval.
    opens_on: of its term. closes_on: the agreed day if there is one. exceptions: words of
    ExceptionCode that stand now. dissent: names of the cities that do not agree. deeds: within the
    stretch of the digest, in order. to_ratify: days at which decisions under mandate must be ratified,
    with their rounds. to_sign: partners whose signature is asked. preparations: what must be ready next
    for each of its moments, soon or already. to_confirm: proposed outcomes that wait for a person.
    followers: who wants to hear of it.
    """

    id: int
    number: str
    title: str
    document_type: str
    stage: Stage
    parties: Parties
    groups: Mapping[str, str] = field(default_factory=dict)
    urgent: bool = False
    step_on: date | None = None
    asked_on: date | None = None
    board_on: date | None = None
    opens_on: date | None = None
    closes_on: date | None = None
    objection_until: datetime | None = None
    item_ids: frozenset[int] = frozenset()
    family: frozenset[str] = frozenset()
    exceptions: tuple[str, ...] = ()
    dissent: tuple[str, ...] = ()
    deeds: tuple[Deed, ...] = ()
    calls: tuple[OpenCall, ...] = ()
    round: OpenRound | None = None
    to_ratify: tuple[tuple[int, date | None], ...] = ()
    to_sign: tuple[str, ...] = ()
    preparations: tuple[DuePreparation, ...] = ()
    to_confirm: int = 0
    followers: frozenset[str] = frozenset()

    @property
    def confidential(self) -> bool:
        """Whether only its readers may know of it."""
        return self.parties.readers is not None


class GapKind(StrEnum):
    """Why something of a publisher may have been missed."""

    UNREACHED = "unreached"  # a look was due and none succeeded
    MISSING = "missing"  # the publisher shows what we lack
    QUIET = "quiet"  # it answered, and brought nothing for longer than it does


@dataclass(frozen=True, kw_only=True)
class SourceGap:
    """What may have been missed of a publisher. until: None: it lasts.

    note: what went wrong, or by name the first few that are missing. count: of what is missing.
    """

    source: str
    kind: GapKind
    since: datetime
    until: datetime | None
    note: str = ""
    count: int = 0


@dataclass(frozen=True, kw_only=True)
class NetworkDay:
    """A day or stretch of days that everybody must know of; both included."""

    name: str
    from_on: date
    until_on: date


@dataclass(frozen=True, kw_only=True)
class FollowUp:
    """What somebody was to do after a contact with the outside. contact_id: of the contact."""

    contact_id: int
    person: str
    title: str
    until: date | None


@dataclass(frozen=True, kw_only=True)
class HookDay:
    """A day of a moment in parliament that a dossier aims at.

    kind: word of HookKind. preparation: word of Preparation that must be ready on that day; "" for the
    moment itself, whose hour is at. number, path: of the dossier. groups: that have a part in it, lead
    first. routed_to: groups to which the activity goes by itself.
    """

    hook_id: int
    dossier_id: int
    kind: str
    title: str
    number: str
    path: str
    groups: tuple[str, ...]
    routed_to: tuple[str, ...]
    on: date
    at: datetime | None = None
    preparation: str = ""


@dataclass(frozen=True, kw_only=True)
class Facts:
    """Everything that the digests of one stretch are chosen from.

    Items are not among them: of a year there are too many, and they come one family at a time.
    dossiers: those that are open, and those in which something was done. moves: whose move each stage is.
    in_triage: how many items wait to be judged. figures: of all publishers and groups.
    """

    window: Window
    today: date
    dossiers: Sequence[DossierFacts] = ()
    moves: Mapping[Stage, Collection[Role]] = field(default_factory=dict)
    gaps: Sequence[SourceGap] = ()
    network_days: Sequence[NetworkDay] = ()
    follow_ups: Sequence[FollowUp] = ()
    hooks: Sequence[HookDay] = ()
    in_triage: int = 0
    figures: Figures = NOTHING

    @cached_property
    def follow_ups_by_person(self) -> Mapping[str, Sequence[FollowUp]]:
        """What was agreed in contacts, by who is to do it."""
        return _grouped((follow_up.person, follow_up) for follow_up in self.follow_ups)

    @cached_property
    def dossiers_by_group(self) -> Mapping[str, Sequence[DossierFacts]]:
        """The dossiers in which each group has a part that it did not reject."""
        return _grouped(
            (group, dossier)
            for dossier in self.dossiers
            for group in dict.fromkeys([dossier.parties.lead_group, *dossier.parties.co_groups])
            if group
        )


def _grouped(pairs: Iterable[tuple[str, T]]) -> dict[str, list[T]]:
    found: dict[str, list[T]] = {}
    for key, value in pairs:
        found.setdefault(key, []).append(value)
    return found
