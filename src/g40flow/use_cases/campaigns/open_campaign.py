"""Opening a campaign, and what it is: its ask in one line, its mandate, its days."""

from collections.abc import Sequence
from dataclasses import dataclass, fields
from datetime import date, datetime

from sqlmodel import Session

from g40flow.config.positions import SeedPosition
from g40flow.domain.actors import Actor, roles_of
from g40flow.domain.campaigns.types import CAMPAIGN_TYPES
from g40flow.domain.campaigns.words import CampaignType
from g40flow.domain.dossier.rights import Right, require
from g40flow.domain.dossier.workflow import FINAL, Process, Stage
from g40flow.domain.errors import InvalidInput, StepNotAllowed
from g40flow.domain.instants import dutch_date
from g40flow.domain.items import Json
from g40flow.domain.outside_text import one_line, several_lines
from g40flow.storage.access import effective_person
from g40flow.storage.campaign_tables import Campaign
from g40flow.storage.campaigns import campaign_of
from g40flow.storage.dossier_tables import Dossier
from g40flow.storage.dossiers import items_of_dossier
from g40flow.storage.texts import position_by_id
from g40flow.use_cases.dossier.desk import (
    Desk,
    note_change,
    open_for_change,
    open_to_read,
    require_on,
    required_reason,
)
from g40flow.use_cases.dossier.open_dossier import (
    NewDossier,
    begin,
    check_groups,
    groups_of_actor,
    locked_items,
)
from g40flow.use_cases.dossier.telling import tell_groups
from g40flow.use_cases.text.library import seed_library

LONGEST_TEXT = 10_000


@dataclass(frozen=True, kw_only=True)
class NewCampaign:
    """What a campaign begins with.

    ask: the one line it is about. origin: where the idea comes from. groups: slugs, lead first.
    decision_on: the day on which it is expected to be decided; None if nobody knows.
    item_ids: what parliament or a ministry has in hand. from_dossier_id: a text of the network that it
    goes on from, such as a response whose subject was declared controversial; its items come along.
    """

    title: str
    campaign_type: str
    ask: str
    origin: str
    groups: Sequence[str]
    decision_on: date | None = None
    item_ids: Sequence[int] = ()
    from_dossier_id: int | None = None
    confidential: bool = False


def open_campaign(
    session: Session,
    desk: Desk,
    new: NewCampaign,
    *,
    actor: Actor,
    seeds: Sequence[SeedPosition] = (),
    now: datetime,
) -> Dossier:
    """Open a campaign at the stage of an idea; its groups get a card in their channel.

    seeds: entries of the configuration that the library may not have yet, so that it can be chosen from.
    Raises NotAllowed, NotFound or InvalidInput ("title_needed", "unknown_campaign_type", "ask_needed",
    "origin_needed", "no_groups", "unknown_group", "day_passed", "already_in_campaign").
    """
    require(Right.OPEN_CAMPAIGN, roles_of(actor))
    checked = _checked(desk, new, actor, now)
    wanted = [*new.item_ids, *_items_of_source(session, new, actor)]
    items = locked_items(session, wanted) if wanted else []  # before the dossier, as everywhere
    source = _source(session, new, actor)
    dossier = begin(session, desk, checked, actor, now, items=items)
    session.add(
        Campaign(
            dossier_id=dossier.id or 0,
            campaign_type=CampaignType(new.campaign_type),
            ask=one_line(new.ask),
            origin=one_line(new.origin),
        )
    )
    session.flush()
    seed_library(session, seeds, now)
    if source is not None:
        serve(session, source, dossier, actor=actor, now=now)
    tell_groups(session, desk, dossier, now)
    return dossier


def serve(session: Session, text: Dossier, campaign: Dossier, *, actor: Actor, now: datetime) -> None:
    """Let a text be one of a campaign; both histories say so. Both were opened for change."""
    text.campaign_id = campaign.id
    there: dict[str, Json] = {"campaign": campaign.number, "campaign_id": campaign.id}
    here: dict[str, Json] = {"document": text.number, "document_id": text.id, "type": text.document_type}
    note_change(session, text, actor, "serve_campaign", now=now, facts=there)
    note_change(session, campaign, actor, "add_document", now=now, facts=here)


# --- the mandate ----------------------------------------------------------------------------------


@dataclass(frozen=True, kw_only=True)
class MandateTerms:
    """What the pillar is asked, or decided. lead: person slug. decided_on: Dutch day; None if not yet."""

    lead: str
    capacity: str
    scope: str
    decided_on: date | None = None


def settle_mandate(
    session: Session,
    desk: Desk,
    campaign_id: int,
    terms: MandateTerms,
    *,
    reason: str = "",
    actor: Actor,
    seen_revision: int | None,
    now: datetime,
) -> Dossier:
    """Write down lead, capacity and scope: as asked for until the pillar decided, as changed by it later.

    The step "give_mandate" makes it hold. Once it was given, only the pillar changes it, and says why.
    Raises NotFound, NotAllowed, StaleVersion or InvalidInput ("unknown_person", "capacity_needed",
    "scope_needed", "date_in_future", "reason_needed").
    """
    dossier = open_for_change(session, campaign_id, actor, seen_revision=seen_revision)
    campaign = campaign_of(session, campaign_id)
    was_given = campaign.mandate_at is not None
    _require_for_mandate(session, dossier, actor, was_given=was_given)
    said = required_reason(reason) if was_given else one_line(reason)
    if effective_person(session, desk.network, terms.lead) is None:
        raise InvalidInput("unknown_person", f"the network knows no {terms.lead!r}", field="lead")
    capacity, scope = _needed(terms.capacity, "capacity"), _needed(terms.scope, "scope")
    if terms.decided_on is not None and terms.decided_on > dutch_date(now):
        raise InvalidInput("date_in_future", f"decided on {terms.decided_on}", field="decided_on")
    before: dict[str, Json] = {"lead": campaign.lead, "capacity": campaign.capacity, "scope": campaign.scope}
    campaign.lead, campaign.capacity, campaign.scope = terms.lead, capacity, scope
    campaign.mandate_on = terms.decided_on or campaign.mandate_on
    session.add(campaign)
    facts: dict[str, Json] = {"before": before, "lead": terms.lead, "capacity": capacity, "scope": scope}
    action = "change_mandate" if was_given else "settle_mandate"
    note_change(session, dossier, actor, action, now=now, reason=said, facts=facts)
    return dossier


def _require_for_mandate(session: Session, dossier: Dossier, actor: Actor, *, was_given: bool) -> None:
    if dossier.stage in FINAL:
        raise StepNotAllowed(f"campaign {dossier.number} is {dossier.stage}")
    right = Right.CHANGE_MANDATE if was_given else Right.SETTLE_MANDATE
    require_on(session, dossier, actor, right)


# --- what it says ---------------------------------------------------------------------------------


@dataclass(frozen=True, kw_only=True)
class CampaignDetails:
    """What can be said differently at any time. position_id: of the library, None for none.

    decision_on: the day the decision is expected; None if nobody knows. division: who of the partners
    does what. evaluation: what went well and what did not.
    """

    title: str
    ask: str
    origin: str
    decision_on: date | None = None
    position_id: int | None = None
    division: str = ""
    evaluation: str = ""


def edit_campaign(
    session: Session,
    desk: Desk,
    campaign_id: int,
    details: CampaignDetails,
    *,
    actor: Actor,
    seen_revision: int | None,
    now: datetime,
) -> Dossier:
    """Change what a campaign says of itself; the history keeps what it said before.

    Raises NotFound, NotAllowed, StaleVersion or InvalidInput ("title_needed", "ask_needed",
    "origin_needed").
    """
    dossier = open_for_change(session, campaign_id, actor, seen_revision=seen_revision)
    require_on(session, dossier, actor, Right.EDIT_CAMPAIGN)
    campaign = campaign_of(session, campaign_id)
    if details.position_id is not None:
        position_by_id(session, details.position_id)
    before = details_of(dossier, campaign)
    after = CampaignDetails(
        title=_needed(details.title, "title"),
        ask=_needed(details.ask, "ask"),
        origin=_needed(details.origin, "origin"),
        decision_on=details.decision_on,
        position_id=details.position_id,
        division=several_lines(details.division)[:LONGEST_TEXT],
        evaluation=several_lines(details.evaluation)[:LONGEST_TEXT],
    )
    if after == before:
        return dossier
    dossier.title, dossier.closes_on = after.title, after.decision_on
    campaign.ask, campaign.origin, campaign.position_id = after.ask, after.origin, after.position_id
    campaign.division, campaign.evaluation = after.division, after.evaluation
    session.add(campaign)
    facts: dict[str, Json] = {"changed": _differences(before, after)}
    note_change(session, dossier, actor, "edit_campaign", now=now, facts=facts)
    return dossier


def details_of(dossier: Dossier, campaign: Campaign) -> CampaignDetails:
    """What a campaign says of itself now."""
    return CampaignDetails(
        title=dossier.title,
        ask=campaign.ask,
        origin=campaign.origin,
        decision_on=dossier.closes_on,
        position_id=campaign.position_id,
        division=campaign.division,
        evaluation=campaign.evaluation,
    )


# --- pieces ---------------------------------------------------------------------------------------


def _checked(desk: Desk, new: NewCampaign, actor: Actor, now: datetime) -> NewDossier:
    title = _needed(new.title, "title")
    _needed(new.ask, "ask")
    _needed(new.origin, "origin")
    if new.campaign_type not in {known.value for known in CampaignType}:
        raise InvalidInput("unknown_campaign_type", f"found {new.campaign_type!r}", field="campaign_type")
    if not new.groups:
        raise InvalidInput("no_groups", "expected the group with the lead", field="groups")
    check_groups(desk, new.groups)
    if new.decision_on is not None and new.decision_on < dutch_date(now):
        raise InvalidInput("day_passed", f"{new.decision_on} has passed", field="decision_on")
    return NewDossier(
        title=title,
        document_type=CAMPAIGN_TYPES[CampaignType(new.campaign_type)].document,
        stage=Stage.IDEA,
        process=Process.CAMPAIGN,
        groups=list(dict.fromkeys(new.groups)),
        accepted=groups_of_actor(actor),
        closes_on=new.decision_on,
        readers=[actor.person] if new.confidential else None,
    )


def _items_of_source(session: Session, new: NewCampaign, actor: Actor) -> list[int]:
    if new.from_dossier_id is None:
        return []
    open_to_read(session, new.from_dossier_id, actor)
    return [link.item_id for link in items_of_dossier(session, new.from_dossier_id)]


def _source(session: Session, new: NewCampaign, actor: Actor) -> Dossier | None:
    """The text that the campaign goes on from, opened for change."""
    if new.from_dossier_id is None:
        return None
    source = open_for_change(session, new.from_dossier_id, actor)
    require_on(session, source, actor, Right.EDIT_DOSSIER)
    if source.campaign_id is not None or source.process != Process.RESPONSE:
        raise InvalidInput("already_in_campaign", f"{source.number} is of a campaign", field="dossier")
    return source


def _needed(text: str, field: str) -> str:
    if not (said := one_line(text)):
        raise InvalidInput(f"{field}_needed", f"expected a {field}, found nothing", field=field)
    return said[:LONGEST_TEXT]


def _differences(before: CampaignDetails, after: CampaignDetails) -> dict[str, Json]:
    return {
        field.name: [str(getattr(before, field.name) or ""), str(getattr(after, field.name) or "")]
        for field in fields(after)
        if getattr(before, field.name) != getattr(after, field.name)
    }
