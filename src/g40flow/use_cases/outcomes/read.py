"""Reading proposals and what is linked, as pages and messages show them."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from sqlmodel import Session

from g40flow.domain.network import Network
from g40flow.domain.outcomes.shown import OutcomeShown, shown_vote
from g40flow.domain.outside_text import one_line
from g40flow.domain.parliament.support import LinkedVote, SupportPicture, support_picture
from g40flow.domain.parliament.votes import Chamber, RecordedVote
from g40flow.render.links import safe_url
from g40flow.storage.access import names_of_people
from g40flow.storage.campaigns import asks_of
from g40flow.storage.items import items_by_id
from g40flow.storage.outcome_tables import OutcomeProof, OutcomeProposal
from g40flow.storage.outcomes import proofs_of, proposals_of
from g40flow.storage.parliament import commitments_by_id, groups_today, votes_by_id
from g40flow.storage.parliament_tables import CommitmentRow
from g40flow.storage.tables import Item
from g40flow.storage.texts import points_of

LONGEST_TITLE = 600


@dataclass(frozen=True, kw_only=True)
class Target:
    """An ask or a point that outcomes are linked to. number: its place on the page, from 1."""

    number: int
    words: str
    ask_id: int | None = None
    point_id: int | None = None

    @property
    def key(self) -> str:
        """How forms name it: "ask:3" or "point:4"."""
        return f"ask:{self.ask_id}" if self.ask_id is not None else f"point:{self.point_id}"


@dataclass(frozen=True, kw_only=True)
class LinkedShown:
    """Something that a person linked."""

    proof: OutcomeProof
    outcome: OutcomeShown
    by: str


def targets_of(session: Session, dossier_id: int) -> list[Target]:
    """What outcomes of a dossier can be linked to: its asks, then its points."""
    asks = [
        Target(number=number, words=ask.wording, ask_id=ask.id)
        for number, ask in enumerate(asks_of(session, dossier_id), start=1)
    ]
    points = [
        Target(number=number, words=point.problem or point.proposal, point_id=point.id)
        for number, point in enumerate(points_of(session, dossier_id), start=1)
    ]
    return asks or points


def outcomes_shown(
    session: Session, network: Network, dossier_id: int, proposals: Sequence[OutcomeProposal] | None = None
) -> list[OutcomeShown]:
    """The proposals of a dossier, newest first; or only some of them."""
    rows = proposals_of(session, dossier_id) if proposals is None else proposals
    targets = targets_of(session, dossier_id)
    items = items_by_id(session, [row.item_id for row in rows if row.item_id is not None])
    votes = votes_by_id(session, {row.vote_id for row in rows if row.vote_id is not None})
    promised = commitments_by_id(
        session, {row.commitment_id for row in rows if row.commitment_id is not None}
    )
    names = names_of_people(session, network)
    linked: dict[int, list[str]] = {}
    for proof in proofs_of(session, dossier_id):
        target = target_of(targets, proof.ask_id, proof.point_id)
        linked.setdefault(proof.proposal_id, []).append("" if target is None else target.words)
    return [
        _shown(
            row,
            items.get(row.item_id or 0),
            votes.get(row.vote_id or 0),
            promised.get(row.commitment_id or 0),
            target_of(targets, row.ask_id, row.point_id),
            linked.get(row.id or 0, []),
            names,
        )
        for row in rows
    ]


def linked_shown(session: Session, network: Network, dossier_id: int) -> list[LinkedShown]:
    """What people linked in a dossier, in the order in which they did."""
    proofs = proofs_of(session, dossier_id)
    shown = {one.proposal_id: one for one in outcomes_shown(session, network, dossier_id)}
    names = names_of_people(session, network)
    return [
        LinkedShown(
            proof=proof, outcome=shown[proof.proposal_id], by=names.get(proof.linked_by, proof.linked_by)
        )
        for proof in proofs
    ]


def support_of(session: Session, linked: Sequence[LinkedShown], target: Target) -> list[SupportPicture]:
    """Where the groups of each Chamber stand on an ask or point, by the votes that are linked to it."""
    votes = [
        LinkedVote(vote=one.outcome.vote.vote, direction=one.proof.direction)
        for one in linked
        if one.outcome.vote is not None
        and (one.proof.ask_id, one.proof.point_id) == (target.ask_id, target.point_id)
    ]
    pictures = [support_picture(chamber, votes, groups_today(session, chamber)) for chamber in Chamber]
    return [picture for picture in pictures if picture is not None]


def target_of(targets: Sequence[Target], ask_id: int | None, point_id: int | None) -> Target | None:
    """The ask or point with an id; None if it is asked no longer."""
    if ask_id is None and point_id is None:
        return None
    return next((one for one in targets if (one.ask_id, one.point_id) == (ask_id, point_id)), None)


def _shown(
    row: OutcomeProposal,
    item: Item | None,
    vote: RecordedVote | None,
    promised: CommitmentRow | None,
    target: Target | None,
    linked: Sequence[str],
    names: Mapping[str, str],
) -> OutcomeShown:
    title = promised.text if promised is not None else "" if item is None else item.title
    return OutcomeShown(
        proposal_id=row.id or 0,
        kind=row.kind,
        state=row.state,
        title=one_line(title)[:LONGEST_TITLE],
        url="" if item is None else safe_url(item.url) or "",
        reasons=tuple((str(one["kind"]), str(one["value"])) for one in row.reasons),
        target="" if target is None else target.words,
        target_number=0 if target is None else target.number,
        is_ask=target is not None and target.ask_id is not None,
        vote=shown_vote(vote),
        commitment_by="" if promised is None else promised.made_by,
        commitment_status="" if promised is None else promised.status,
        due_on=None if promised is None else promised.due_on,
        linked_to=tuple(linked),
        decided_by=names.get(row.decided_by, row.decided_by),
        corrections=row.corrections,
        strong=row.strong,
    )
