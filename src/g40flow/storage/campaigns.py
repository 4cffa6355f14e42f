"""Reading campaigns, their asks, and which table of steps a dossier goes by."""

from collections.abc import Collection, Sequence
from datetime import datetime
from functools import cache

from sqlalchemy import Select, bindparam, select
from sqlmodel import Session, col

from g40flow.domain.actors import Actor
from g40flow.domain.campaigns.words import AskState
from g40flow.domain.campaigns.workflow import STEPS_OF
from g40flow.domain.dossier.workflow import RESPONSE_STEPS, Process, Stage, Step
from g40flow.domain.errors import NotFound
from g40flow.domain.instants import dutch_date
from g40flow.domain.items import Json
from g40flow.storage.campaign_tables import (
    Ask,
    AskEvidence,
    Campaign,
    CampaignStakeholder,
    Stakeholder,
    Touchpoint,
    TouchpointAsk,
)
from g40flow.storage.dossier_tables import Dossier


def steps_of(session: Session, dossier: Dossier) -> tuple[Step[Stage], ...]:
    """The table of steps that a dossier goes by."""
    if dossier.process != Process.CAMPAIGN:
        return RESPONSE_STEPS
    assert dossier.id is not None
    return STEPS_OF[campaign_of(session, dossier.id).campaign_type]


def campaign_of(session: Session, dossier_id: int) -> Campaign:
    """What a dossier has as a campaign. Raises NotFound for one that is none."""
    found = session.get(Campaign, dossier_id)
    if found is None:
        raise NotFound(f"dossier {dossier_id} is no campaign")
    return found


def campaigns_by_id(session: Session, dossier_ids: Collection[int]) -> dict[int, Campaign]:
    """The campaigns that there are among some ids of dossiers."""
    query = select(Campaign).where(col(Campaign.dossier_id).in_(dossier_ids))
    return {row.dossier_id: row for row in session.scalars(query)}


def documents_of(session: Session, campaign_id: int) -> Sequence[Dossier]:
    """The further texts of a campaign, dossiers of their own, oldest first."""
    query = select(Dossier).where(col(Dossier.campaign_id) == campaign_id)
    return session.scalars(query.order_by(col(Dossier.id))).all()


# --- asks -----------------------------------------------------------------------------------------


def asks_of(session: Session, campaign_id: int, *, dropped: bool = False) -> Sequence[Ask]:
    """The asks of a campaign in their order. dropped: also those that are asked no longer."""
    query = select(Ask).where(col(Ask.campaign_id) == campaign_id)
    if not dropped:
        query = query.where(col(Ask.state) != AskState.DROPPED)
    return session.scalars(query.order_by(col(Ask.position), col(Ask.id))).all()


def ask_by_id(session: Session, ask_id: int) -> Ask:
    """Raises NotFound."""
    found = session.get(Ask, ask_id)
    if found is None:
        raise NotFound(f"there is no ask {ask_id}")
    return found


def evidence_of_asks(session: Session, ask_ids: Collection[int]) -> dict[int, list[AskEvidence]]:
    """What cities bring, by ask."""
    query = select(AskEvidence).where(col(AskEvidence.ask_id).in_(ask_ids)).order_by(col(AskEvidence.id))
    found: dict[int, list[AskEvidence]] = {}
    for row in session.scalars(query):
        found.setdefault(row.ask_id, []).append(row)
    return found


def asks_become_adopted(session: Session, dossier: Dossier, now: datetime) -> None:
    """What a campaign asks was adopted with its text; a dossier that is no campaign has no asks."""
    query = select(Ask).where(col(Ask.campaign_id) == dossier.id, col(Ask.state) == AskState.DRAFT)
    for ask in session.scalars(query):
        ask.state, ask.changed_at = AskState.ADOPTED, now
        session.add(ask)


def note_mandate(session: Session, dossier: Dossier, actor: Actor, now: datetime) -> dict[str, Json]:
    """Keep who gave the mandate and when; returns what it says, for the history."""
    assert dossier.id is not None
    campaign = campaign_of(session, dossier.id)
    campaign.mandate_by, campaign.mandate_at = actor.person, now
    campaign.mandate_on = campaign.mandate_on or dutch_date(now)
    session.add(campaign)
    return {
        "lead": campaign.lead,
        "capacity": campaign.capacity,
        "scope": campaign.scope,
        "mandate_on": campaign.mandate_on.isoformat(),
    }


# --- people ---------------------------------------------------------------------------------------


def stakeholder_by_id(session: Session, stakeholder_id: int) -> Stakeholder:
    """Raises NotFound."""
    found = session.get(Stakeholder, stakeholder_id)
    if found is None:
        raise NotFound(f"there is no stakeholder {stakeholder_id}")
    return found


def stakeholders_of(session: Session, campaign_id: int) -> Sequence[tuple[CampaignStakeholder, Stakeholder]]:
    """The stakeholder map of a campaign."""
    query = (
        select(CampaignStakeholder, Stakeholder)
        .join(Stakeholder, col(Stakeholder.id) == col(CampaignStakeholder.stakeholder_id))
        .where(col(CampaignStakeholder.campaign_id) == campaign_id)
        .order_by(col(Stakeholder.kind), col(Stakeholder.function), col(Stakeholder.id))
    )
    return [(line, stakeholder) for line, stakeholder in session.execute(query)]


def touchpoint_by_id(session: Session, touchpoint_id: int) -> Touchpoint:
    """Raises NotFound."""
    found = session.get(Touchpoint, touchpoint_id)
    if found is None:
        raise NotFound(f"there is no touchpoint {touchpoint_id}")
    return found


def touchpoints_of(session: Session, campaign_id: int, limit: int = 200) -> Sequence[Touchpoint]:
    """The contacts of a campaign, newest first."""
    query = select(Touchpoint).where(col(Touchpoint.campaign_id) == campaign_id)
    newest = query.order_by(col(Touchpoint.happened_on).desc(), col(Touchpoint.id).desc())
    return session.scalars(newest.limit(limit)).all()


def asks_raised(session: Session, touchpoint_ids: Collection[int]) -> dict[int, list[int]]:
    """Ids of the asks that were raised, by contact."""
    query = select(TouchpointAsk).where(col(TouchpointAsk.touchpoint_id).in_(touchpoint_ids))
    found: dict[int, list[int]] = {}
    for row in session.scalars(query.order_by(col(TouchpointAsk.ask_id))):
        found.setdefault(row.touchpoint_id, []).append(row.ask_id)
    return found


def open_follow_ups(session: Session) -> Sequence[Touchpoint]:
    """Every contact after which somebody still has to do something, the first due first."""
    query = select(Touchpoint).where(
        col(Touchpoint.follow_up_owner) != "",
        col(Touchpoint.follow_up) != "",
        col(Touchpoint.follow_up_done_at).is_(None),
    )
    due = (col(Touchpoint.follow_up_on).is_(None), col(Touchpoint.follow_up_on), col(Touchpoint.id))
    return session.scalars(query.order_by(*due)).all()


def follow_ups_of(session: Session, person: str) -> Sequence[Touchpoint]:
    """What somebody still has to do after a contact, the first due first."""
    return session.scalars(_follow_ups(), {"person": person}).all()


@cache
def _follow_ups() -> Select[tuple[Touchpoint]]:
    query = select(Touchpoint).where(
        col(Touchpoint.follow_up_owner) == bindparam("person"),
        col(Touchpoint.follow_up) != "",
        col(Touchpoint.follow_up_done_at).is_(None),
    )
    due = (col(Touchpoint.follow_up_on).is_(None), col(Touchpoint.follow_up_on), col(Touchpoint.id))
    return query.order_by(*due)
