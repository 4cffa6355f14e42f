"""What happened in a campaign, in one line: steps, contacts, moments in parliament, votes and results."""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum

from sqlmodel import Session

from g40flow.domain.campaigns.hooks import HookState
from g40flow.domain.instants import dutch_date
from g40flow.domain.outside_text import one_line
from g40flow.storage.campaigns import asks_of, touchpoints_of
from g40flow.storage.history import chain_of, history_of
from g40flow.storage.hooks import hooks_of
from g40flow.storage.outcomes import proofs_of, proposal_by_id
from g40flow.storage.parliament import votes_by_id
from g40flow.storage.tables import Item
from g40flow.use_cases.messages_about_campaigns import counterpart_of

LONGEST = 300


class EventKind(StrEnum):
    """What sort of thing happened."""

    STEP = "step"
    CONTACT = "contact"
    HOOK = "hook"
    VOTE = "vote"
    RESULT = "result"


@dataclass(frozen=True, kw_only=True)
class StoryEvent:
    """One thing. on: Dutch day. what: in the words of who made it, or a word of ours (`word`) with a value.

    word: stage, channel, kind of moment, result; url: where more stands, "" for nowhere.
    """

    on: date
    kind: EventKind
    word: str
    text: str = ""
    url: str = ""


Teller = Callable[[Session, int], Iterable[StoryEvent]]


def story_of(session: Session, campaign_id: int) -> list[StoryEvent]:
    """Everything that happened and is to come, oldest first."""
    events = [event for tell in TELLERS for event in tell(session, campaign_id)]
    order = list(EventKind)
    return sorted(events, key=lambda event: (event.on, order.index(event.kind), event.text))


def _steps(session: Session, campaign_id: int) -> Iterator[StoryEvent]:
    for entry in history_of(session, chain_of(campaign_id)):
        reached = entry.facts.get("to")
        if entry.action == "open" or (isinstance(reached, str) and reached != entry.facts.get("from")):
            word = "idea" if entry.action == "open" else str(reached)
            yield StoryEvent(on=dutch_date(entry.at), kind=EventKind.STEP, word=word)


def _contacts(session: Session, campaign_id: int) -> Iterator[StoryEvent]:
    for row in touchpoints_of(session, campaign_id):
        yield StoryEvent(
            on=row.happened_on,
            kind=EventKind.CONTACT,
            word=row.channel.value,
            text=counterpart_of(row)[:LONGEST],
            url=f"/contacten/{row.id}",
        )


def _hooks(session: Session, campaign_id: int) -> Iterator[StoryEvent]:
    for row in hooks_of(session, campaign_id):
        if row.state == HookState.ACCEPTED and row.moment_on is not None:
            yield StoryEvent(
                on=row.moment_on, kind=EventKind.HOOK, word=row.kind.value, text=one_line(row.title)[:LONGEST]
            )


def _votes(session: Session, campaign_id: int) -> Iterator[StoryEvent]:
    told: set[int] = set()
    for proof in proofs_of(session, campaign_id):
        proposal = proposal_by_id(session, proof.proposal_id)
        if proposal.vote_id is None or proposal.vote_id in told:
            continue
        told.add(proposal.vote_id)
        vote = votes_by_id(session, [proposal.vote_id]).get(proposal.vote_id)
        item = None if proposal.item_id is None else session.get(Item, proposal.item_id)
        if vote is not None and vote.held_on is not None and not vote.withdrawn:
            yield StoryEvent(
                on=vote.held_on,
                kind=EventKind.VOTE,
                word=vote.stated.value,
                text="" if item is None else one_line(item.title)[:LONGEST],
                url="" if item is None else f"/items/{item.id}",
            )


def _results(session: Session, campaign_id: int) -> Iterator[StoryEvent]:
    for ask in asks_of(session, campaign_id, dropped=True):
        if ask.result and ask.result_at is not None:
            yield StoryEvent(
                on=dutch_date(ask.result_at),
                kind=EventKind.RESULT,
                word=ask.result,
                text=ask.wording[:LONGEST],
                url=f"/campagnes/{campaign_id}/boodschappen/{ask.id}",
            )


def first_later(events: Iterable[StoryEvent], now: datetime) -> int | None:
    """The place of the first event after today; None if there is none to come."""
    today = dutch_date(now)
    return next((place for place, event in enumerate(events) if event.on > today), None)


TELLERS: tuple[Teller, ...] = (_steps, _contacts, _hooks, _votes, _results)
