"""What figures of a year are counted from: facts as they were read, without any judgement.

All days are Dutch calendar days: a text that was handed in on 31 December at 23:30 in Amsterdam belongs to
the year that ends there, whatever the clock in UTC says.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from enum import StrEnum

from g40flow.domain.campaigns.words import Channel
from g40flow.domain.dossier.writing import Outcome


class ScopeKind(StrEnum):
    """For whom figures are counted."""

    NETWORK = "network"
    PILLAR = "pillar"
    GROUP = "group"


@dataclass(frozen=True, kw_only=True)
class Scope:
    """For whom figures are counted. slug: "" for the network. groups: of which they are; None for all."""

    kind: ScopeKind
    slug: str
    name: str
    groups: frozenset[str] | None = None

    def holds(self, groups: frozenset[str]) -> bool:
        """Whether something of these groups belongs to it; once, however many of its groups take part."""
        return self.groups is None or not self.groups.isdisjoint(groups)


class Decided(StrEnum):
    """How a text ended without being handed in."""

    NO_RESPONSE = "no_response"
    SUPPORT_VNG = "support_vng"
    MISSED = "missed"


@dataclass(frozen=True, kw_only=True)
class TextFact:
    """A text of the network: a response, letter or paper.

    groups: those that take part. last_day: the last day that was agreed, else the published one; None
    without one. handed_in_on: of the first submission. adopted_on: None as long as it was not.
    decided: how it ended without being handed in, and decided_on when; None if it did not.
    outcomes: one word of Outcome per point, "" for those that nobody judged yet.
    """

    id: int
    number: str
    title: str
    document_type: str
    groups: frozenset[str]
    confidential: bool = False
    last_day: date | None = None
    handed_in_on: date | None = None
    adopted_on: date | None = None
    decided: Decided | None = None
    decided_on: date | None = None
    no_response_code: str = ""
    outcomes: tuple[str, ...] = ()


@dataclass(frozen=True, kw_only=True)
class CampaignFact:
    """A lobby campaign. adopted_on: of its own text. closed_on: None while it is not closed."""

    id: int
    number: str
    title: str
    campaign_type: str
    document_type: str
    groups: frozenset[str]
    opened_on: date
    confidential: bool = False
    adopted_on: date | None = None
    closed_on: date | None = None


@dataclass(frozen=True, kw_only=True)
class AskFact:
    """What a campaign asks, and what came of it.

    result, judged_on: what was written down and when; None if nothing was. note: how it shows.
    """

    campaign_id: int
    wording: str
    result: Outcome | None = None
    note: str = ""
    judged_on: date | None = None


@dataclass(frozen=True, kw_only=True)
class ContactFact:
    """A contact with the outside. campaign_id: None outside any campaign."""

    happened_on: date
    channel: Channel
    campaign_id: int | None = None


@dataclass(frozen=True, kw_only=True)
class PositionFact:
    """A position of the library. dossier_id: the text that it stands in, if that is one of ours."""

    title: str
    source: str
    groups: frozenset[str]
    adopted_on: date
    dossier_id: int | None = None


@dataclass(frozen=True, kw_only=True)
class YearFacts:
    """Everything that figures of some years are counted from; what the reader may not see is not in it."""

    texts: Sequence[TextFact] = ()
    campaigns: Sequence[CampaignFact] = ()
    asks: Sequence[AskFact] = ()
    contacts: Sequence[ContactFact] = ()
    positions: Sequence[PositionFact] = ()
    groups_of_campaign: Mapping[int, frozenset[str]] = field(init=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "groups_of_campaign", {one.id: one.groups for one in self.campaigns})

    def of(self, scope: Scope) -> "YearFacts":
        """The facts of one group, pillar or the network. Contacts outside campaigns are of the network."""
        campaigns = [one for one in self.campaigns if scope.holds(one.groups)]
        ids = {one.id for one in campaigns}
        outside = {None} if scope.groups is None else set()
        return YearFacts(
            texts=[one for one in self.texts if scope.holds(one.groups)],
            campaigns=campaigns,
            asks=[one for one in self.asks if one.campaign_id in ids],
            contacts=[one for one in self.contacts if one.campaign_id in ids | outside],
            positions=[one for one in self.positions if scope.holds(one.groups)],
        )
