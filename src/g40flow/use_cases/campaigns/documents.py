"""The further texts of a campaign: each a dossier of its own, with versions, review and adoption."""

from datetime import date, datetime

from sqlmodel import Session

from g40flow.domain.actors import Actor
from g40flow.domain.dossier.rights import Right
from g40flow.domain.dossier.words import DocumentType, GroupState, ResponseType
from g40flow.domain.dossier.workflow import CAMPAIGN_WORK, Process, Stage
from g40flow.domain.errors import InvalidInput, StepNotAllowed
from g40flow.domain.instants import dutch_date
from g40flow.domain.items import Json
from g40flow.domain.outside_text import one_line
from g40flow.storage.access import effective_person
from g40flow.storage.campaigns import campaign_of
from g40flow.storage.dossier_tables import Dossier, DossierPartner
from g40flow.storage.dossiers import (
    dossier_with_number,
    groups_of,
    items_of_dossier,
    partners_of,
    readers_of,
)
from g40flow.storage.locks import lock_dossiers
from g40flow.use_cases.campaigns.open_campaign import serve
from g40flow.use_cases.dossier.desk import Desk, note_change, open_for_change, require_on, required_reason
from g40flow.use_cases.dossier.open_dossier import NewDossier, begin, locked_items

_WITH_MANDATE = CAMPAIGN_WORK[CAMPAIGN_WORK.index(Stage.PREPARATION) :]


def open_document(
    session: Session,
    desk: Desk,
    campaign_id: int,
    document_type: str,
    *,
    title: str = "",
    ready_on: date | None = None,
    pen_holder: str = "",
    actor: Actor,
    now: datetime,
) -> Dossier:
    """Begin a further text of a campaign that has its mandate: it starts as a draft, with the campaign's
    groups, items, partners and readers.

    title: "" takes the campaign's. ready_on: the last day, such as a hook's; None for no such day.
    pen_holder: person slug; "" takes who writes for the campaign, or leads it.
    Raises NotFound, NotAllowed, StepNotAllowed, or InvalidInput ("unknown_document_type",
    "unknown_person", "day_passed").
    """
    links = items_of_dossier(session, campaign_id)
    items = locked_items(session, [link.item_id for link in links]) if links else []
    campaign = open_for_change(session, campaign_id, actor)
    row = campaign_of(session, campaign_id)
    require_on(session, campaign, actor, Right.EDIT_CAMPAIGN)
    _require_mandate(campaign)
    if document_type not in {known.value for known in DocumentType}:
        raise InvalidInput("unknown_document_type", f"found {document_type!r}", field="document_type")
    if ready_on is not None and ready_on < dutch_date(now):
        raise InvalidInput("day_passed", f"{ready_on} has passed", field="ready_on")
    writer = pen_holder or campaign.pen_holder or row.lead
    if effective_person(session, desk.network, writer) is None:
        raise InvalidInput("unknown_person", f"the network knows no {writer!r}", field="pen_holder")
    groups = [g for g in groups_of(session, campaign_id) if g.state != GroupState.REJECTED]
    partners = partners_of(session, campaign_id)
    new = NewDossier(
        title=one_line(title) or campaign.title,
        document_type=DocumentType(document_type),
        stage=Stage.DRAFTING,
        groups=[group.theme_group for group in groups],
        accepted=[g.theme_group for g in groups if g.is_lead or g.state == GroupState.ACCEPTED],
        opens_on=dutch_date(now) if ready_on else None,
        closes_on=ready_on,
        readers=readers_of(session, campaign_id) if campaign.confidential else None,
        campaign_id=campaign_id,
        pen_holder=writer,
        response_type=ResponseType.JOINT_PARTNERS if partners else ResponseType.LETTER,
    )
    document = begin(session, desk, new, actor, now, items=items)
    for partner in partners:
        session.add(_along(partner, document))
    serve(session, document, campaign, actor=actor, now=now)
    return document


def link_document(
    session: Session, desk: Desk, campaign_id: int, number: str, *, actor: Actor, now: datetime
) -> Dossier:
    """Let a text that there is already be one of a campaign, by its number: a response, a paper.

    Raises NotFound, NotAllowed or InvalidInput ("unknown_number", "already_in_campaign").
    """
    found = dossier_with_number(session, number.strip())
    if found is None or found.id is None or found.process != Process.RESPONSE:
        raise InvalidInput("unknown_number", f"there is no text {number!r}", field="number")
    lock_dossiers(session, [found.id, campaign_id])  # both by id, as work on many dossiers does
    text = open_for_change(session, found.id, actor)
    campaign = open_for_change(session, campaign_id, actor)
    campaign_of(session, campaign_id)
    require_on(session, campaign, actor, Right.EDIT_CAMPAIGN)
    if text.campaign_id is not None:
        raise InvalidInput("already_in_campaign", f"{text.number} is of a campaign", field="number")
    serve(session, text, campaign, actor=actor, now=now)
    return text


def unlink_document(
    session: Session, desk: Desk, document_id: int, *, reason: str, actor: Actor, now: datetime
) -> Dossier:
    """Let a text be of its campaign no longer. Raises NotFound, NotAllowed or InvalidInput
    ("reason_needed", "not_in_campaign")."""
    there_is = session.get(Dossier, document_id)
    if there_is is not None and there_is.campaign_id is not None:
        lock_dossiers(session, [document_id, there_is.campaign_id])
    text = open_for_change(session, document_id, actor)
    if text.campaign_id is None:
        raise InvalidInput("not_in_campaign", f"{text.number} is of no campaign")
    campaign = open_for_change(session, text.campaign_id, actor)
    require_on(session, campaign, actor, Right.EDIT_CAMPAIGN)
    said = required_reason(reason)
    text.campaign_id = None
    there: dict[str, Json] = {"campaign": campaign.number}
    here: dict[str, Json] = {"document": text.number}
    note_change(session, text, actor, "leave_campaign", now=now, reason=said, facts=there)
    note_change(session, campaign, actor, "remove_document", now=now, reason=said, facts=here)
    return campaign


def _require_mandate(campaign: Dossier) -> None:
    if campaign.stage not in _WITH_MANDATE:
        raise StepNotAllowed(f"campaign {campaign.number} is {campaign.stage}: it has no mandate yet")


def _along(partner: DossierPartner, document: Dossier) -> DossierPartner:
    return DossierPartner(
        dossier_id=document.id or 0, partner=partner.partner, name=partner.name, contact=partner.contact
    )
