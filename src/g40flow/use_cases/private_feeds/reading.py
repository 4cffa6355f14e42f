"""Who reads a calendar or news, and what of the network may stand in it."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import ColumnElement, Select, and_, exists, or_, select, true
from sqlmodel import Session, col

from g40flow.domain.actors import Actor, Surface, actor_on, roles_of
from g40flow.domain.dossier.rights import Right, has_right
from g40flow.domain.instants import dutch_date
from g40flow.domain.network import Network, Role
from g40flow.domain.private_feeds import FeedKind, FeedScope
from g40flow.storage.access import effective_person
from g40flow.storage.dossier_search import not_confidential, visible_to
from g40flow.storage.dossier_tables import (
    CallInvitation,
    DecisionRound,
    Dossier,
    DossierGroup,
    DossierReader,
    Follow,
    MemberCall,
    RoundMember,
)
from g40flow.storage.private_feed_tables import PrivateFeed
from g40flow.storage.private_feeds import feed_with_token
from g40flow.storage.tables import ItemRouting

LONGEST_TOKEN = 100

RIGHT_FOR = {
    FeedScope.PERSON: Right.READ,
    FeedScope.GROUP: Right.READ_HISTORY,  # who works in the network; a partner sees single dossiers
    FeedScope.NETWORK: Right.READ_HISTORY,
}

_SEES_ALL_WORK = frozenset({Role.PA_OFFICER, Role.BOARD_SECRETARY})
"""Whose work every dossier is."""

_OF_A_GROUP = frozenset(
    {Role.THEME_GROUP_LEAD, Role.THEME_GROUP_SECRETARY, Role.THEME_GROUP_MEMBER, Role.PEN_HOLDER}
)
_OF_A_PILLAR = frozenset({Role.PILLAR_CHAIR, Role.PILLAR_VICE_CHAIR, Role.PILLAR_SECRETARY})


@dataclass(frozen=True, kw_only=True)
class OpenFeed:
    """An address that works, and in whose name it is read with the roles of today."""

    feed: PrivateFeed
    actor: Actor


def open_feed(
    session: Session, network: Network, token: str, kind: FeedKind, now: datetime
) -> OpenFeed | None:
    """What stands behind an address; None if it opens nothing (any more), whatever the cause."""
    feed = feed_with_token(session, token[:LONGEST_TOKEN])
    if feed is None or feed.revoked_at is not None or feed.kind is not kind:
        return None
    person = effective_person(session, network, feed.person)
    if person is None:
        return None
    actor = actor_on(person, dutch_date(now), Surface.PERSONAL_LINK)
    if not has_right(RIGHT_FOR[feed.scope], roles_of(actor)):
        return None
    return OpenFeed(feed=feed, actor=actor)


def is_known(session: Session, token: str) -> bool:
    """Whether this ever was an address: who shows one that was revoked is not guessing."""
    return feed_with_token(session, token[:LONGEST_TOKEN]) is not None


# --- dossiers ---------------------------------------------------------------------------------------


def dossiers_in(session: Session, opened: OpenFeed) -> ColumnElement[bool]:
    """The dossiers that stand in a calendar. One for more than one person has nothing confidential."""
    match opened.feed.scope:
        case FeedScope.PERSON:
            return and_(visible_to(opened.actor), _concerns(session, opened.actor))
        case FeedScope.GROUP:
            return and_(not_confidential(), _takes_part([opened.feed.theme_group]))
        case FeedScope.NETWORK:
            return not_confidential()


def _concerns(session: Session, actor: Actor) -> ColumnElement[bool]:
    """What somebody has to do with: of all that may be seen most would only be noise."""
    if _SEES_ALL_WORK & roles_of(actor) or _is_only_partner(actor):
        return true()  # a partner sees no dossier without a part in it
    this = col(Dossier.id)
    reads = exists().where(col(DossierReader.dossier_id) == this, col(DossierReader.person) == actor.person)
    asked_for_city = exists().where(
        col(MemberCall.dossier_id) == this,
        col(CallInvitation.call_id) == col(MemberCall.id),
        col(CallInvitation.person) == actor.person,
        col(CallInvitation.revoked_at).is_(None),
    )
    decides = exists().where(
        col(DecisionRound.dossier_id) == this,
        col(RoundMember.round_id) == col(DecisionRound.id),
        or_(col(RoundMember.member) == actor.person, col(RoundMember.deputy) == actor.person),
    )
    return or_(
        col(Dossier.pen_holder) == actor.person,
        reads,
        asked_for_city,
        decides,
        this.in_(followed(session, actor.person, "dossier")),
        _takes_part(groups_of(actor)),
        col(Dossier.pillar).in_(_pillars_of(actor)),
    )


def _is_only_partner(actor: Actor) -> bool:
    return all(held.role is Role.PARTNER for held in actor.holdings)


def _takes_part(groups: list[str]) -> ColumnElement[bool]:
    return exists().where(
        col(DossierGroup.dossier_id) == col(Dossier.id),
        col(DossierGroup.theme_group).in_(groups),
        col(DossierGroup.state) != "rejected",
    )


# --- items ------------------------------------------------------------------------------------------


def items_in(session: Session, opened: OpenFeed) -> Select[tuple[int]]:
    """Ids of the items that stand in a calendar or in news."""
    routed = select(col(ItemRouting.item_id)).where(col(ItemRouting.withdrawn_at).is_(None))
    match opened.feed.scope:
        case FeedScope.GROUP:
            return routed.where(col(ItemRouting.theme_group) == opened.feed.theme_group)
        case FeedScope.NETWORK:
            return routed
        case FeedScope.PERSON:
            if _SEES_ALL_WORK & roles_of(opened.actor):
                return routed
            followed_ids = followed(session, opened.actor.person, "item")
            mine = col(ItemRouting.theme_group).in_(groups_of(opened.actor))
            return routed.where(or_(mine, col(ItemRouting.item_id).in_(followed_ids)))


def groups_of(actor: Actor) -> list[str]:
    """Slugs of the theme groups somebody works in."""
    return sorted({held.scope for held in actor.holdings if held.role in _OF_A_GROUP and held.scope})


def _pillars_of(actor: Actor) -> list[str]:
    return sorted({held.scope for held in actor.holdings if held.role in _OF_A_PILLAR and held.scope})


def followed(session: Session, person: str, what: str) -> list[int]:
    """Ids of the items or dossiers that somebody follows. what: "item" or "dossier"."""
    query = select(col(Follow.subject)).where(
        col(Follow.person) == person, col(Follow.subject).startswith(f"{what}:", autoescape=True)
    )
    return [int(subject.partition(":")[2]) for subject in session.scalars(query)]
