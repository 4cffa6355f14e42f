"""The sheet of one campaign for the board: what is asked, what came of it, and what is coming. Pure."""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from g40flow.domain.campaigns.words import Channel
from g40flow.domain.dossier.writing import Outcome


class MomentKind(StrEnum):
    """What is coming."""

    DECISION = "decision"  # the day on which it is expected to be decided
    DOCUMENT = "document"  # the last day of a further text
    SIGNATURE = "signature"  # the last day to sign
    FOLLOW_UP = "follow_up"  # what was promised after a contact
    HOOK = "hook"  # a moment in parliament


@dataclass(frozen=True, kw_only=True)
class Moment:
    """Something that is coming. on: Dutch day. what: in words. detail: a number, or a place.

    hook_kind: of a moment in parliament, a word of HookKind. next_step, next_on: what must be ready for it
    first, a word of Preparation, and its last day; "" and None if nothing is left to prepare.
    """

    on: date
    kind: MomentKind
    what: str
    detail: str = ""
    hook_kind: str = ""
    next_step: str = ""
    next_on: date | None = None


@dataclass(frozen=True, kw_only=True)
class ProofLine:
    """What a person linked to an ask. kind: a word of OutcomeKind. vote: how it ended, "" without a vote."""

    kind: str
    title: str
    vote: str = ""


@dataclass(frozen=True, kw_only=True)
class SupportLine:
    """Where one Chamber stands on an ask by the votes that are linked to it. seats: today's, with the ask.

    line: seats of a majority.
    """

    chamber: str
    seats: int
    line: int
    votes: int


@dataclass(frozen=True, kw_only=True)
class AskLine:
    """One ask. wording: Markdown. target: at whom, in words. result: "" as long as nobody judged it.

    evidence: (city, what it brings). note, source: how the result shows, and where. contacts: in how many
    it was raised. proofs: what was linked to it. support: by Chamber, without those that did not vote.
    """

    wording: str
    target: str
    priority: int
    state: str
    result: str
    note: str = ""
    source: str = ""
    evidence: Sequence[tuple[str, str]] = ()
    contacts: int = 0
    proofs: Sequence[ProofLine] = ()
    support: Sequence[SupportLine] = ()


@dataclass(frozen=True, kw_only=True)
class PartnerLine:
    """An organisation in the coalition. state: a word of PartnerState. sign_by: its last day, or None."""

    name: str
    state: str
    sign_by: date | None = None


@dataclass(frozen=True, kw_only=True)
class DocumentLine:
    """A further text of the campaign."""

    number: str
    title: str
    document_type: str
    stage: str


@dataclass(frozen=True, kw_only=True)
class CampaignSheet:
    """One campaign as the board reads it. Names are as shown; days are Dutch; "" and None: not known.

    channels: how many contacts there were by each. last_contact_on: of the newest one.
    """

    dossier_id: int
    number: str
    title: str
    campaign_type: str
    stage: str
    ask: str
    origin: str
    groups: Sequence[str]
    lead: str
    mandate_on: date | None
    scope: str
    decision_on: date | None
    confidential: bool
    asks: Sequence[AskLine]
    partners: Sequence[PartnerLine]
    channels: Mapping[Channel, int]
    last_contact_on: date | None
    moments: Sequence[Moment]
    documents: Sequence[DocumentLine]
    evaluation: str
    lessons: str
    made_on: date

    @property
    def contacts(self) -> int:
        """All contacts of the campaign."""
        return sum(self.channels.values())

    @property
    def results(self) -> Mapping[str, int]:
        """How many asks have each result, in the order of Outcome, "" for those not judged."""
        counted = Counter(ask.result for ask in self.asks)
        return {word: counted[word] for word in (*(known.value for known in Outcome), "") if counted[word]}

    @property
    def overall(self) -> str:
        """What came of the campaign as a whole."""
        return overall(ask.result for ask in self.asks)


def overall(results: Iterable[str]) -> str:
    """One word for several results: a word of Outcome, "" if nothing was judged.

    Achieved or not only if all are; something between as soon as anything was achieved; open while the
    rest is; unknown if nothing is known of the rest.
    """
    found = set(results)
    judged = found - {""}
    if not judged:
        return ""
    if judged & {Outcome.ACHIEVED, Outcome.PARTLY}:
        return Outcome.ACHIEVED if found == {Outcome.ACHIEVED} else Outcome.PARTLY
    if "" in found or Outcome.OPEN in judged:
        return Outcome.OPEN
    return Outcome.NOT if Outcome.NOT in judged else Outcome.UNKNOWN


def coming(moments: Iterable[Moment], today: date) -> list[Moment]:
    """What has not passed, the first first."""
    return sorted((one for one in moments if one.on >= today), key=lambda one: (one.on, one.kind, one.what))
