"""Following what happens around dossiers: motions, amendments, votes, commitments and reports become
proposals that a person links to an ask or a point, or dismisses. Nothing here says what came of anything.

Safe to run as often as one likes: each thing is proposed once per dossier, and told once; what changes in
its vote later is told once more.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from sqlmodel import Session

from g40flow.domain.dossier.workflow import Process
from g40flow.domain.instants import dutch_date
from g40flow.domain.items import ItemKind, ItemStatus
from g40flow.domain.outcomes.proposing import (
    ABOUT_THE_RESPONSE,
    VOTED_ON,
    Seen,
    Touch,
    Wanted,
    is_recent,
    is_strong,
    kind_of,
    reasons,
    touches,
)
from g40flow.domain.outcomes.words import OutcomeKind, ProposalState, ReasonKind
from g40flow.domain.parliament.votes import RecordedVote, has_result, summary
from g40flow.storage.campaigns import asks_of
from g40flow.storage.dossier_tables import Dossier
from g40flow.storage.dossiers import locked_dossier
from g40flow.storage.outcome_tables import OutcomeProposal
from g40flow.storage.outcomes import (
    Around,
    around,
    commitments_in,
    day_of,
    followed_dossiers,
    is_followed,
    proposals_of,
)
from g40flow.storage.parliament import votes_by_id, votes_on
from g40flow.storage.parliament_tables import VoteRow
from g40flow.storage.tables import Item
from g40flow.storage.texts import points_of
from g40flow.use_cases.dossier.desk import Desk
from g40flow.use_cases.outcomes.telling import renew_told, tell_change, tell_proposals

SETTLES = timedelta(minutes=30)
"""A vote arrives in pieces, a line per group; only one that has been quiet for so long is looked at."""

MOST_TEXT = 4_000


@dataclass(frozen=True, kw_only=True)
class Found:
    """Something around a dossier that may be proposed. key: see OutcomeProposal."""

    key: str
    kind: OutcomeKind
    text: str
    tied: Mapping[ReasonKind, str]
    item_id: int | None = None
    vote_id: int | None = None
    commitment_id: int | None = None
    about_subject: bool = False


def dossiers_to_follow(session: Session) -> Sequence[int]:
    """Ids of the dossiers whose surroundings are watched."""
    return followed_dossiers(session)


def follow_dossier(session: Session, desk: Desk, dossier_id: int, now: datetime) -> int:
    """Look around one dossier; says how many proposals are new or tell something else by now."""
    dossier = locked_dossier(session, dossier_id)
    if not is_followed(dossier):
        return 0
    known = {proposal.key: proposal for proposal in proposals_of(session, dossier_id)}
    wanted = _wanted(session, dossier)
    votes = _settled_votes(session, dossier, now)
    fresh = [
        _propose(session, dossier, found, wanted, now)
        for found in _around(session, dossier, votes)
        if found.key not in known
    ]
    session.flush()
    changed = _follow_votes(session, desk, dossier, [*known.values(), *fresh], votes, now)
    tell_proposals(session, desk, dossier, [proposal for proposal in fresh if proposal.strong], now)
    return len(fresh) + changed


# --- what there is --------------------------------------------------------------------------------


@dataclass(frozen=True, kw_only=True)
class _Votes:
    """Votes around a dossier, by id and by item; and what surrounds it."""

    surroundings: Sequence[Around]
    by_id: Mapping[int, RecordedVote]
    of_item: Mapping[int, Sequence[int]]


def _settled_votes(session: Session, dossier: Dossier, now: datetime) -> _Votes:
    assert dossier.id is not None
    surroundings = around(session, dossier.id, dossier.opened_at)
    subjects: dict[str, set[str]] = {}
    for one in surroundings:
        subjects.setdefault(one.item.source, set()).add(one.item.identifier)
    ids = votes_on(session, subjects)
    by_id = votes_by_id(session, {vote_id for several in ids.values() for vote_id in several})
    settled = {id_: vote for id_, vote in by_id.items() if _is_settled(session, id_, now)}
    of_item = {
        one.item.id or 0: [
            vote_id
            for vote_id in ids.get((one.item.source, one.item.identifier), [])
            if vote_id in settled and has_result(settled[vote_id])
        ]
        for one in surroundings
    }
    return _Votes(surroundings=surroundings, by_id=settled, of_item=of_item)


def _is_settled(session: Session, vote_id: int, now: datetime) -> bool:
    return session.get_one(VoteRow, vote_id).changed_at <= now - SETTLES


def _around(session: Session, dossier: Dossier, votes: _Votes) -> list[Found]:
    since = dutch_date(dossier.opened_at)
    found = [one for place in votes.surroundings for one in _in_item(dossier, place, votes, since)]
    return found + _promised(session, votes.surroundings, since)


def _in_item(dossier: Dossier, place: Around, votes: _Votes, since: date) -> list[Found]:
    """What one item tells: itself, if it is of a kind that does, or the votes on it."""
    item = place.item
    seen = _seen(place)
    kind = kind_of(seen)
    own_votes = [
        vote_id for vote_id in votes.of_item.get(item.id or 0, []) if _held(votes.by_id[vote_id], since)
    ]
    if kind is None or (kind in (OutcomeKind.EXPLANATORY_MEMORANDUM, OutcomeKind.CONSULTATION_REPORT)):
        found = [_vote_found(place, vote_id) for vote_id in own_votes]
        if kind is not None and _tells_news(dossier, item, since):
            found.append(_item_found(place, kind, None))
        return found
    if own_votes or is_recent(day_of(item), since):
        return [_item_found(place, kind, own_votes[-1] if own_votes else None)]
    return []


def _tells_news(dossier: Dossier, item: Item, since: date) -> bool:
    """A report or memorandum tells what was done with a response; a campaign knows its bill already."""
    if dossier.process == Process.CAMPAIGN:
        return False
    return is_recent(day_of(item), since) or item.status == ItemStatus.RESULT_PUBLISHED


def _held(vote: RecordedVote, since: date) -> bool:
    return not vote.withdrawn and (vote.held_on is None or vote.held_on >= since)


def _item_found(place: Around, kind: OutcomeKind, vote_id: int | None) -> Found:
    item = place.item
    return Found(
        key=f"item:{item.id}",
        kind=kind,
        text=f"{item.title}\n{item.summary}"[:MOST_TEXT],
        tied={place.tie: place.value},
        item_id=item.id,
        vote_id=vote_id,
        about_subject=place.tie is ReasonKind.SUBJECT and kind not in ABOUT_THE_RESPONSE,
    )


def _vote_found(place: Around, vote_id: int) -> Found:
    """A vote on a bill or letter: it decides on the subject itself."""
    item = place.item
    return Found(
        key=f"vote:{vote_id}",
        kind=OutcomeKind.BILL_VOTE,
        text=f"{item.title}\n{item.summary}"[:MOST_TEXT],
        tied={place.tie: place.value},
        item_id=item.id,
        vote_id=vote_id,
        about_subject=place.tie is ReasonKind.SUBJECT,
    )


def _promised(session: Session, surroundings: Sequence[Around], since: date) -> list[Found]:
    ties = {one.item.id: one for one in surroundings}
    meetings = [one.item for one in surroundings if one.item.kind == ItemKind.ACTIVITY]
    return [
        Found(
            key=f"commitment:{row.id}",
            kind=OutcomeKind.COMMITMENT,
            text=row.text[:MOST_TEXT],
            tied={ties[item.id].tie: ties[item.id].value},
            item_id=item.id,
            commitment_id=row.id,
        )
        for item, row in commitments_in(session, meetings)
        if is_recent(row.made_on or dutch_date(row.first_seen_at), since)
    ]


def _seen(place: Around) -> Seen:
    item = place.item
    documents: list[dict[str, Any]] = item.facts.get("documents", [])
    return Seen(
        kind=ItemKind(item.kind),
        kind_label=item.kind_label,
        identifier=item.identifier,
        status=ItemStatus(item.status),
        documents=[(str(one.get("kind", "")), str(one.get("title", ""))) for one in documents],
    )


def _wanted(session: Session, dossier: Dossier) -> list[Wanted]:
    assert dossier.id is not None
    if dossier.process == Process.CAMPAIGN:
        return [Wanted(text=ask.wording, ask_id=ask.id) for ask in asks_of(session, dossier.id)]
    return [
        Wanted(
            text=" ".join((point.article, point.problem, point.proposal, point.proposed_wording)),
            point_id=point.id,
        )
        for point in points_of(session, dossier.id)
    ]


# --- what is proposed -----------------------------------------------------------------------------


def _propose(
    session: Session, dossier: Dossier, found: Found, wanted: Sequence[Wanted], now: datetime
) -> OutcomeProposal:
    assert dossier.id is not None
    touched = touches(wanted, found.text)
    best = touched[0] if touched else _only(wanted)
    proposal = OutcomeProposal(
        dossier_id=dossier.id,
        key=found.key,
        kind=found.kind,
        item_id=found.item_id,
        vote_id=found.vote_id,
        commitment_id=found.commitment_id,
        ask_id=None if best is None else best.ask_id,
        point_id=None if best is None else best.point_id,
        touches=[touch.as_json() for touch in touched],
        reasons=reasons(found.kind, found.tied, touched),
        strong=is_strong(found.kind, touched, about_subject=found.about_subject),
        made_at=now,
    )
    session.add(proposal)
    return proposal


def _only(wanted: Sequence[Wanted]) -> Touch | None:
    """With one ask there is no doubt which one it is about."""
    if len(wanted) != 1:
        return None
    return Touch(words=(), ask_id=wanted[0].ask_id, point_id=wanted[0].point_id)


def _follow_votes(
    session: Session,
    desk: Desk,
    dossier: Dossier,
    proposals: Sequence[OutcomeProposal],
    votes: _Votes,
    now: datetime,
) -> int:
    """Let proposals follow their votes: the first result is told, and each correction after it once."""
    changed = 0
    for proposal in proposals:
        own = votes.of_item.get(proposal.item_id or 0, [])
        if proposal.vote_id is None and own and proposal.kind in VOTED_ON:
            proposal.vote_id = own[-1]
        vote = votes.by_id.get(proposal.vote_id or 0)
        if vote is None:
            continue
        now_told = summary(vote)
        if proposal.told == now_told:
            continue
        is_first, was_new = proposal.told == "", proposal.made_at == now
        proposal.told = now_told
        session.add(proposal)
        changed += not was_new
        if was_new:
            continue  # the proposal itself tells the vote
        proposal.corrections += not is_first
        if proposal.strong and proposal.state is not ProposalState.DISMISSED:
            tell_change(session, desk, dossier, proposal, is_first=is_first, now=now)
        renew_told(session, proposal, now)
    return changed
