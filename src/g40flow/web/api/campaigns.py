"""Lobby campaigns: reading them with their asks, people and contacts, and what other programs add to them."""

from collections.abc import Sequence
from datetime import date, datetime
from typing import Annotated, Any

from fastapi import APIRouter, Path, Request, Response
from pydantic import Field
from sqlmodel import Session

from g40flow.domain.actors import Actor
from g40flow.domain.campaigns.words import CampaignType, Channel
from g40flow.domain.dossier.rights import Right, has_right
from g40flow.domain.dossier.workflow import Stage
from g40flow.domain.network import Role
from g40flow.storage.campaign_tables import (
    Ask,
    AskEvidence,
    Campaign,
    CampaignStakeholder,
    Stakeholder,
    Touchpoint,
)
from g40flow.storage.campaigns import (
    ask_by_id,
    asks_of,
    asks_raised,
    campaign_of,
    campaigns_by_id,
    evidence_of_asks,
    stakeholders_of,
)
from g40flow.storage.dossier_tables import Dossier, DossierPartner
from g40flow.storage.dossiers import groups_of, items_of_dossier, partners_of
from g40flow.storage.keyed_pages import (
    CampaignFilter,
    campaigns_before,
    texts_of_campaign,
    touchpoints_before,
)
from g40flow.use_cases.campaigns.asks import set_ask_evidence
from g40flow.use_cases.campaigns.touchpoints import (
    MOST_PEOPLE,
    OurPerson,
    TouchpointText,
    finish_follow_up,
    log_touchpoint,
    read_touchpoint,
    require_reading_contacts,
)
from g40flow.use_cases.dossier.desk import open_to_read, require_on, roles_on
from g40flow.use_cases.dossier.signatures import partner_name
from g40flow.web.api.asking import (
    LARGEST_NUMBER,
    Answer,
    Body,
    CursorText,
    Limit,
    Number,
    Page,
    TheApp,
    Word,
    before,
    page_of,
    tagged,
)
from g40flow.web.api.dossiers import DossierShown, EvidenceShown, GroupShown
from g40flow.web.api_caller import ApiCaller

router = APIRouter(tags=["campaigns"])

City = Annotated[str, Path(max_length=60, pattern="^[a-z0-9-]+$")]
Id = Annotated[int, Field(ge=1, le=LARGEST_NUMBER)]
Line = Annotated[str, Field(max_length=300)]
Prose = Annotated[str, Field(max_length=4_000)]


# --- what is shown ------------------------------------------------------------------------------


class CampaignShown(DossierShown):
    """One campaign. closes_on: the day on which it is expected to be decided. ask: what it is about."""

    campaign_type: str
    ask: str
    lead: str


class SignatoryShown(Answer):
    """An organisation in the coalition. signed_hash: of the text it signed; "" if it did not."""

    partner: str
    name: str
    state: str
    sign_by: date | None
    signed_hash: str


class WholeCampaign(CampaignShown):
    """One campaign with what belongs to it. mandate_on: null as long as the pillar gave none.

    Partners see neither mandate nor evaluation, and of the coalition themselves.
    """

    origin: str
    capacity: str
    scope: str
    mandate_on: date | None
    position_id: int | None
    division: str
    evaluation: str
    groups: list[GroupShown]
    signatories: list[SignatoryShown]
    item_ids: list[int]
    document_ids: list[int] = Field(description="Further texts that one may see, as /dossiers/{id}")


class AskShown(Answer):
    """What the campaign asks of whom. result: "" while nobody judged it."""

    id: int
    campaign_id: int
    position: int
    wording: str
    target_kind: str
    target: str
    stakeholder_id: int | None
    priority: int
    source: str
    state: str
    result: str
    result_note: str
    result_source: str
    result_item_id: int | None
    result_at: datetime | None
    changed_at: datetime
    evidence: list[EvidenceShown] = Field(description="What cities bring; empty for partners")


class StakeholderShown(Answer):
    """A public function or organisation that the campaign deals with, never a private person."""

    id: int
    kind: str
    function: str
    organisation: str
    party: str
    committee: str
    stance: str
    note: str


class OurPersonShown(Answer):
    """Somebody of ours in a contact. person: slug, "" for who is no user."""

    person: str
    function: str


class ContactShown(Answer):
    """One contact with the outside."""

    id: int
    campaign_id: int | None
    happened_on: date
    channel: str
    stakeholder_id: int | None
    organisation: str
    function: str
    our_people: list[OurPersonShown]
    subject: str
    response: str
    asks: list[int] = Field(description="Ids of the asks that were raised")
    follow_up: str
    follow_up_on: date | None
    follow_up_owner: str
    follow_up_done_at: datetime | None
    logged_by: str
    logged_at: datetime


# --- what is given ------------------------------------------------------------------------------


class NewOurPerson(Body):
    """Somebody of ours: a user by slug, or anybody by function."""

    person: Annotated[str, Field(max_length=60, pattern="^[a-z0-9-]*$")] = ""
    function: Line = ""


class NewContact(Body):
    """A contact to write down. Never an e-mail address, a telephone or an account number in any field."""

    happened_on: date
    channel: Channel
    subject: Prose
    organisation: Line = ""
    function: Line = ""
    stakeholder_id: Id | None = None
    campaign_id: Id | None = None
    our_people: list[NewOurPerson] = Field(default=[], max_length=MOST_PEOPLE)
    asks: list[Id] = Field(default=[], max_length=50)
    response: Prose = ""
    follow_up: Prose = ""
    follow_up_on: date | None = None
    follow_up_owner: Annotated[str, Field(max_length=60, pattern="^[a-z0-9-]*$")] = ""


class NewEvidence(Body):
    """What a city brings for an ask, in place of what it brought before; an empty text takes it off."""

    text: Prose
    source: Prose = ""
    publish: bool = False


# --- reading ------------------------------------------------------------------------------------


@router.get("/campaigns")
def list_campaigns(
    app: TheApp,
    caller: ApiCaller,
    stage: Stage | None = None,
    campaign_type: CampaignType | None = None,
    group: Word = "",
    number: Word = "",
    limit: Limit = 25,
    cursor: CursorText = "",
) -> Page[CampaignShown]:
    """The campaigns that one may see, newest first."""
    wanted = CampaignFilter(stage=stage or "", campaign_type=campaign_type or "", group=group, number=number)
    with app.database.reading() as session:
        rows = campaigns_before(session, caller.actor, wanted, before(cursor), limit + 1)
        own = campaigns_by_id(session, [row.id or 0 for row in rows])
    return page_of(rows, limit, lambda row: _shown(row, own[row.id or 0]), lambda row: row.id)


@router.get("/campaigns/{campaign_id}", response_model=WholeCampaign)
def read_campaign(
    campaign_id: Number, app: TheApp, caller: ApiCaller, request: Request, response: Response
) -> Any:
    """One campaign."""
    with app.database.reading() as session:
        row = open_to_read(session, campaign_id, caller.actor)
        return tagged(request, response, _whole(session, app, row, caller.actor))


@router.get("/campaigns/{campaign_id}/asks")
def list_asks(campaign_id: Number, app: TheApp, caller: ApiCaller) -> list[AskShown]:
    """What the campaign asks, in order; for people of the network also what is asked no longer."""
    with app.database.reading() as session:
        row = _campaign(session, campaign_id, caller.actor)
        inside = has_right(Right.READ_HISTORY, roles_on(session, row, caller.actor))
        return _asks(session, row, asks_of(session, campaign_id, dropped=inside), caller.actor)


@router.get("/campaigns/{campaign_id}/stakeholders")
def list_stakeholders(campaign_id: Number, app: TheApp, caller: ApiCaller) -> list[StakeholderShown]:
    """The stakeholder map, for people of the network."""
    with app.database.reading() as session:
        row = _campaign(session, campaign_id, caller.actor)
        require_on(session, row, caller.actor, Right.READ_HISTORY)
        return [_stakeholder(line, known) for line, known in stakeholders_of(session, campaign_id)]


@router.get("/campaigns/{campaign_id}/touchpoints")
def list_contacts(
    campaign_id: Number, app: TheApp, caller: ApiCaller, limit: Limit = 25, cursor: CursorText = ""
) -> Page[ContactShown]:
    """The contacts of a campaign, the last one written down first, for people of the network."""
    with app.database.reading() as session:
        row = _campaign(session, campaign_id, caller.actor)
        require_on(session, row, caller.actor, Right.READ_HISTORY)
        return _contacts(session, caller.actor, campaign_id, limit, cursor)


@router.get("/touchpoints")
def list_all_contacts(
    app: TheApp, caller: ApiCaller, limit: Limit = 25, cursor: CursorText = ""
) -> Page[ContactShown]:
    """Every contact that one may see, the last one written down first."""
    with app.database.reading() as session:
        require_reading_contacts(caller.actor)
        return _contacts(session, caller.actor, None, limit, cursor)


@router.get("/touchpoints/{touchpoint_id}")
def read_contact(touchpoint_id: Number, app: TheApp, caller: ApiCaller) -> ContactShown:
    """One contact."""
    with app.database.reading() as session:
        return _contact(session, read_touchpoint(session, touchpoint_id, actor=caller.actor))


# --- writing ------------------------------------------------------------------------------------


@router.post("/touchpoints", status_code=201)
def post_contact(new: NewContact, app: TheApp, caller: ApiCaller, response: Response) -> ContactShown:
    """Write a contact down, in a campaign or outside any; its asks are "brought" from then on."""
    said = TouchpointText(
        **new.model_dump(exclude={"our_people", "asks", "channel"}),
        channel=new.channel.value,
        our_people=[OurPerson(person=one.person, function=one.function) for one in new.our_people],
        ask_ids=new.asks,
    )
    with app.database.writing() as session:
        row = log_touchpoint(session, app.desk, said, actor=caller.actor, now=app.now())
        response.headers["Location"] = f"/api/v1/touchpoints/{row.id}"
        return _contact(session, row)


@router.put("/touchpoints/{touchpoint_id}/done")
def put_done(touchpoint_id: Number, app: TheApp, caller: ApiCaller) -> ContactShown:
    """What had to happen after a contact was done."""
    with app.database.writing() as session:
        row = finish_follow_up(session, app.desk, touchpoint_id, actor=caller.actor, now=app.now())
        return _contact(session, row)


@router.put("/asks/{ask_id}/evidence/{city}")
def put_evidence(ask_id: Number, city: City, new: NewEvidence, app: TheApp, caller: ApiCaller) -> AskShown:
    """Keep what one city brings for an ask."""
    with app.database.writing() as session:
        set_ask_evidence(
            session,
            app.desk,
            ask_id,
            city,
            new.text,
            source=new.source,
            publish=new.publish,
            actor=caller.actor,
            now=app.now(),
        )
        ask = ask_by_id(session, ask_id)
        row = open_to_read(session, ask.campaign_id, caller.actor)
        return _asks(session, row, [ask], caller.actor)[0]


# --- pieces -------------------------------------------------------------------------------------


_INSIDE = ("capacity", "scope", "division", "evaluation")
"""What a campaign says to people of the network only."""


def _campaign(session: Session, campaign_id: int, actor: Actor) -> Dossier:
    row = open_to_read(session, campaign_id, actor)
    campaign_of(session, campaign_id)
    return row


def _shown(row: Dossier, own: Campaign) -> CampaignShown:
    base = DossierShown.model_validate(row, from_attributes=True)
    return CampaignShown(
        **base.model_dump(), campaign_type=own.campaign_type.value, ask=own.ask, lead=own.lead
    )


def _whole(session: Session, app: TheApp, row: Dossier, actor: Actor) -> WholeCampaign:
    assert row.id is not None
    own = campaign_of(session, row.id)
    inside = has_right(Right.READ_HISTORY, roles_on(session, row, actor))
    return WholeCampaign(
        **_shown(row, own).model_dump(),
        **{name: getattr(own, name) if inside else "" for name in _INSIDE},
        origin=own.origin,
        mandate_on=own.mandate_on if inside and own.mandate_at is not None else None,
        position_id=own.position_id,
        groups=[
            GroupShown(group=g.theme_group, is_lead=g.is_lead, state=g.state, reason=g.reason)
            for g in groups_of(session, row.id)
        ],
        signatories=[
            _signatory(one, partner_name(app.network, one))
            for one in partners_of(session, row.id)
            if inside or actor.holds(Role.PARTNER, one.partner)
        ],
        item_ids=[link.item_id for link in items_of_dossier(session, row.id)],
        document_ids=texts_of_campaign(session, actor, row.id),
    )


def _signatory(row: DossierPartner, name: str) -> SignatoryShown:
    return SignatoryShown(
        partner=row.partner, name=name, state=row.state, sign_by=row.sign_by, signed_hash=row.signed_hash
    )


def _asks(session: Session, row: Dossier, asks: Sequence[Ask], actor: Actor) -> list[AskShown]:
    """With what cities bring for who may see all of the campaign."""
    inside = has_right(Right.READ_HISTORY, roles_on(session, row, actor))
    evidence = evidence_of_asks(session, [ask.id or 0 for ask in asks]) if inside else {}
    return [_ask(ask, evidence.get(ask.id or 0, [])) for ask in asks]


def _ask(row: Ask, evidence: Sequence[AskEvidence]) -> AskShown:
    values = {name: getattr(row, name) for name in AskShown.model_fields if name != "evidence"}
    shown = [EvidenceShown.model_validate(one, from_attributes=True) for one in evidence]
    return AskShown(**values, evidence=shown)


def _stakeholder(line: CampaignStakeholder, known: Stakeholder) -> StakeholderShown:
    own = ("id", "kind", "function", "organisation", "party", "committee")
    return StakeholderShown(
        **{name: getattr(known, name) for name in own}, stance=line.stance, note=line.note
    )


def _contacts(
    session: Session, actor: Actor, campaign_id: int | None, limit: int, cursor: str
) -> Page[ContactShown]:
    rows = touchpoints_before(session, actor, campaign_id, before(cursor), limit + 1)
    raised = asks_raised(session, [row.id or 0 for row in rows])
    return page_of(
        rows, limit, lambda row: _contact_with(row, raised.get(row.id or 0, [])), lambda row: row.id
    )


def _contact(session: Session, row: Touchpoint) -> ContactShown:
    assert row.id is not None
    return _contact_with(row, asks_raised(session, [row.id]).get(row.id, []))


def _contact_with(row: Touchpoint, asks: list[int]) -> ContactShown:
    left_out = {"asks", "our_people"}
    values = {name: getattr(row, name) for name in ContactShown.model_fields if name not in left_out}
    return ContactShown(
        **values, asks=asks, our_people=[OurPersonShown.model_validate(one) for one in row.our_people]
    )
