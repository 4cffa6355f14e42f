"""What messages and pages show of a proposal: values, with names instead of ids."""

from dataclasses import dataclass
from datetime import date

from g40flow.domain.dossier.shown import DossierShown
from g40flow.domain.outcomes.words import OutcomeKind, ProposalState
from g40flow.domain.parliament.votes import RecordedVote, Stance, Tally, tally


@dataclass(frozen=True, kw_only=True)
class VoteShown:
    """A vote with its count."""

    vote: RecordedVote
    tally: Tally

    def parties(self, *stances: str) -> list[str]:
        """Names of the groups that stood so, the largest first."""
        return [group.party for group in self.tally.groups if group.stance in stances]

    @property
    def in_favour(self) -> list[str]:
        """Groups that voted for it."""
        return self.parties(Stance.FOR)

    @property
    def against(self) -> list[str]:
        """Groups that voted against it."""
        return self.parties(Stance.AGAINST)

    @property
    def others(self) -> list[str]:
        """Groups that did neither, or both."""
        return [g.party for g in self.tally.groups if g.stance not in (Stance.FOR, Stance.AGAINST)]


def shown_vote(vote: RecordedVote | None) -> VoteShown | None:
    """A vote as it is shown; None for none."""
    return None if vote is None else VoteShown(vote=vote, tally=tally(vote))


@dataclass(frozen=True, kw_only=True)
class OutcomeShown:
    """A proposal as it stands now.

    title, url: of what was decided or published; url "" if it has no page. reasons: (word of ReasonKind,
    value). target: the ask or point that it touches most, in words, "" for none; target_number: its place.
    commitment_by, due_on: who promised, and until when. linked_to: asks or points that it is linked to.
    corrections: how often its vote was corrected after it was told. page: address in the portal.
    """

    proposal_id: int
    kind: OutcomeKind
    state: ProposalState
    title: str
    url: str
    reasons: tuple[tuple[str, str], ...]
    target: str
    target_number: int
    is_ask: bool
    vote: VoteShown | None = None
    commitment_by: str = ""
    commitment_status: str = ""
    due_on: date | None = None
    linked_to: tuple[str, ...] = ()
    decided_by: str = ""
    corrections: int = 0
    strong: bool = True
    page: str = ""


@dataclass(frozen=True, kw_only=True)
class OutcomeTold:
    """A proposal as a message tells it. number: which correction this message is about, 0 for none.

    others: how many other proposals of the dossier wait for a person.
    """

    dossier: DossierShown
    outcome: OutcomeShown
    number: int = 0
    others: int = 0
