"""What waits for one person: dossiers, calls, rounds, signatures, ratifications and moments."""

from collections.abc import Collection, Iterable, Sequence
from datetime import date
from functools import cache, lru_cache

from sqlalchemy import BindParameter, ColumnElement, Select, and_, bindparam, func, or_, select
from sqlmodel import Session, col

from g40flow.domain.actors import Actor
from g40flow.domain.campaigns.hook_plan import PREPARE
from g40flow.domain.campaigns.hooks import HookStanding, HookState
from g40flow.domain.dossier.words import GroupState, PartnerState
from g40flow.domain.dossier.workflow import OPEN, Stage
from g40flow.domain.network import Role, RoleHolding
from g40flow.storage.campaign_tables import Campaign
from g40flow.storage.dossier_search import visible_to
from g40flow.storage.dossier_tables import (
    CallAnswer,
    DecisionRound,
    Dossier,
    DossierGroup,
    DossierPartner,
    MemberCall,
    Ratification,
    RoundMember,
    RoundPosition,
)
from g40flow.storage.hook_tables import Hook

MOST = 60
"""Nobody works off more at once; what comes after is reached when these are done."""

_OF_A_GROUP = frozenset({Role.THEME_GROUP_LEAD, Role.THEME_GROUP_SECRETARY, Role.THEME_GROUP_MEMBER})
_OF_A_PILLAR = frozenset({Role.PILLAR_CHAIR, Role.PILLAR_VICE_CHAIR, Role.PILLAR_SECRETARY})


def dossiers_whose_move(
    session: Session, actor: Actor, stages_of: Iterable[tuple[Stage, Collection[Role]]]
) -> Sequence[Dossier]:
    """Dossiers at a stage at which it is the actor's move, the nearest closing day first.

    stages_of: for each stage the roles whose move it is.
    """
    query = _whose_move(actor, tuple((stage, frozenset(roles)) for stage, roles in stages_of))
    return [] if query is None else session.scalars(query).all()


@lru_cache
def _whose_move(
    actor: Actor, stages_of: tuple[tuple[Stage, frozenset[Role]], ...]
) -> Select[tuple[Dossier]] | None:
    moves = [move for stage, roles in stages_of if (move := _move(actor, stage, roles)) is not None]
    by_term = (col(Dossier.closes_on).nulls_last(), col(Dossier.id))
    return select(Dossier).where(or_(*moves)).order_by(*by_term).limit(MOST) if moves else None


def _move(actor: Actor, stage: Stage, roles: Collection[Role]) -> ColumnElement[bool] | None:
    """None where it is never the actor's move: most people hold one or two of the many roles."""
    for_whom = [_concerns(held) for held in actor.holdings if held.role in roles]
    if Role.PEN_HOLDER in roles:
        for_whom.append(col(Dossier.pen_holder) == actor.person)
    return and_(col(Dossier.stage) == stage, or_(*for_whom)) if for_whom else None


def _concerns(held: RoleHolding) -> ColumnElement[bool]:
    """As g40flow.domain.actors.roles_in decides, but of many dossiers at once."""
    if held.role in _OF_A_GROUP:
        return col(Dossier.lead_group) == (held.scope or "")
    if held.role in _OF_A_PILLAR and held.scope is not None:
        return col(Dossier.pillar).in_(["", held.scope])
    return col(Dossier.id).is_not(None)


def groups_asked(session: Session, groups: Collection[str]) -> Sequence[tuple[Dossier, str]]:
    """Open dossiers, past triage, in which one of some groups has not answered; with that group."""
    if not groups:
        return []
    past_triage = [stage for stage in OPEN if stage not in (Stage.SIGNALED, Stage.TRIAGE)]
    query = (
        select(Dossier, col(DossierGroup.theme_group))
        .join(DossierGroup, col(DossierGroup.dossier_id) == col(Dossier.id))
        .where(
            col(DossierGroup.theme_group).in_(groups),
            col(DossierGroup.state) == GroupState.ASKED,
            col(Dossier.stage).in_(past_triage),
        )
        .order_by(col(Dossier.id))
    )
    return [(dossier, group) for dossier, group in session.execute(query.limit(MOST))]


def unanswered_calls(session: Session, cities: Collection[str]) -> Sequence[tuple[Dossier, MemberCall, str]]:
    """Open calls in which one of some cities is asked and has not answered; with that city."""
    if not cities:
        return []
    query = (
        select(Dossier, MemberCall)
        .join(MemberCall, col(MemberCall.dossier_id) == col(Dossier.id))
        .where(col(MemberCall.state) == "open")
        .order_by(col(MemberCall.closes_at), col(MemberCall.id))
    )
    asked = [(dossier, call) for dossier, call in session.execute(query)]
    answers = select(col(CallAnswer.call_id), col(CallAnswer.city)).where(
        col(CallAnswer.call_id).in_([call.id for _, call in asked]),
        col(CallAnswer.city).in_(cities),
        col(CallAnswer.replaced_at).is_(None),
    )
    done = {(call_id, city) for call_id, city in session.execute(answers)}
    return [
        (dossier, call, city)
        for dossier, call in asked
        for city in call.cities
        if city in cities and (call.id, city) not in done
    ]


def unanswered_rounds(session: Session, person: str) -> Sequence[tuple[Dossier, DecisionRound, str]]:
    """Open rounds in which somebody is asked, or is the deputy of who is, and nothing was said; with
    the member for whom.
    """
    found = session.execute(_unanswered_rounds(), {"person": person})
    return [(dossier, round_, member) for dossier, round_, member in found]


@cache
def _unanswered_rounds() -> Select[tuple[Dossier, DecisionRound, str]]:
    person: BindParameter[str] = bindparam("person")
    said = select(col(RoundPosition.id)).where(
        col(RoundPosition.round_id) == col(RoundMember.round_id),
        col(RoundPosition.member) == col(RoundMember.member),
    )
    return (
        select(Dossier, DecisionRound, col(RoundMember.member))
        .join(DecisionRound, col(DecisionRound.dossier_id) == col(Dossier.id))
        .join(RoundMember, col(RoundMember.round_id) == col(DecisionRound.id))
        .where(
            col(DecisionRound.closed_at).is_(None),
            or_(col(RoundMember.member) == person, col(RoundMember.deputy) == person),
            ~said.exists(),
        )
        .order_by(col(DecisionRound.id))
    )


def signatures_asked(session: Session, partners: Collection[str]) -> Sequence[tuple[Dossier, str]]:
    """Open dossiers in which one of some partners was asked to sign and has not; with that partner."""
    if not partners:
        return []
    query = (
        select(Dossier, col(DossierPartner.partner))
        .join(DossierPartner, col(DossierPartner.dossier_id) == col(Dossier.id))
        .where(
            col(DossierPartner.partner).in_(partners),
            col(DossierPartner.state).in_([PartnerState.ASKED, PartnerState.AGREED]),
            col(Dossier.stage).in_(OPEN),
        )
        .order_by(col(Dossier.id))
    )
    return [(dossier, partner) for dossier, partner in session.execute(query.limit(MOST))]


def to_ratify(session: Session) -> Sequence[tuple[Dossier, Ratification]]:
    """Decisions under mandate that the next meeting must ratify, the first due first."""
    query = (
        select(Dossier, Ratification)
        .join(Ratification, col(Ratification.dossier_id) == col(Dossier.id))
        .where(col(Ratification.result) == "")
        .order_by(col(Ratification.due_on), col(Ratification.id))
    )
    return [(dossier, found) for dossier, found in session.execute(query.limit(MOST))]


def hooks_to_prepare(
    session: Session, today: date, actor: Actor | None = None
) -> Sequence[tuple[Hook, Dossier, str]]:
    """Accepted moments of open dossiers from today on, by day, with who leads the campaign ("" if nobody).

    actor: only what he prepares and may see; None for all of them.
    """
    found = session.execute(_hooks_to_prepare(today, actor))
    return [(hook, dossier, led_by) for hook, dossier, led_by in found]


@lru_cache
def _hooks_to_prepare(today: date, actor: Actor | None) -> Select[tuple[Hook, Dossier, str]]:
    lead = func.coalesce(col(Campaign.lead), "")
    query = (
        select(Hook, Dossier, lead)
        .join(Dossier, col(Dossier.id) == col(Hook.dossier_id))
        .outerjoin(Campaign, col(Campaign.dossier_id) == col(Dossier.id))
        .where(
            col(Hook.state) == HookState.ACCEPTED,
            col(Hook.standing) == HookStanding.PLANNED,
            col(Hook.moment_on) >= today,
            col(Dossier.stage).in_(list(OPEN)),
        )
    )
    if actor is not None:
        query = query.where(_prepares(actor), visible_to(actor))
    return query.order_by(col(Hook.moment_on), col(Hook.moment_at), col(Hook.id))


def _prepares(actor: Actor) -> ColumnElement[bool]:
    """Of a dossier: secretary of the group that leads, pen holder, or who leads the campaign."""
    groups = {held.scope for held in actor.holdings if held.role in PREPARE & _OF_A_GROUP and held.scope}
    return or_(
        col(Dossier.lead_group).in_(groups),
        col(Dossier.pen_holder) == actor.person,
        col(Campaign.lead) == actor.person,
    )
