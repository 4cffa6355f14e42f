"""The sheet of one campaign, read for somebody who may see it."""

from collections import Counter
from collections.abc import Iterator, Sequence
from datetime import datetime

from sqlmodel import Session, col, func, select

from g40flow.domain.actors import Actor
from g40flow.domain.campaigns.hooks import HookState
from g40flow.domain.campaigns.words import Channel
from g40flow.domain.dossier.words import PartnerState
from g40flow.domain.dossier.workflow import FINAL, RESTING
from g40flow.domain.instants import dutch_date
from g40flow.domain.network import Network
from g40flow.domain.parliament.support import Support
from g40flow.domain.reports.campaign import (
    AskLine,
    CampaignSheet,
    DocumentLine,
    Moment,
    MomentKind,
    PartnerLine,
    ProofLine,
    SupportLine,
    coming,
)
from g40flow.storage.access import names_of_people
from g40flow.storage.campaign_tables import Ask, Touchpoint, TouchpointAsk
from g40flow.storage.campaigns import asks_of, campaign_of, documents_of, evidence_of_asks
from g40flow.storage.dossier_search import visible_to
from g40flow.storage.dossier_tables import Dossier, DossierPartner
from g40flow.storage.dossiers import groups_of, partners_of
from g40flow.use_cases.campaigns.hooks_reading import shown_hooks_of
from g40flow.use_cases.dossier.desk import Desk, open_to_read
from g40flow.use_cases.dossier.signatures import partner_name
from g40flow.use_cases.messages_about_campaigns import target_of
from g40flow.use_cases.outcomes.read import LinkedShown, Target, linked_shown, support_of
from g40flow.use_cases.reports.year import require_reading

_TO_SIGN = (PartnerState.ASKED, PartnerState.AGREED)


def campaign_sheet(
    session: Session, desk: Desk, campaign_id: int, *, actor: Actor, now: datetime
) -> CampaignSheet:
    """One campaign for the board. Raises NotAllowed, or NotFound, also for one he may not know of."""
    require_reading(actor)
    dossier = open_to_read(session, campaign_id, actor)
    campaign = campaign_of(session, campaign_id)
    network, today = desk.network, dutch_date(now)
    partners = partners_of(session, campaign_id)
    documents = _documents(session, campaign_id, actor)
    contacts = _contacts(session, campaign_id)
    return CampaignSheet(
        dossier_id=campaign_id,
        number=dossier.number,
        title=dossier.title,
        campaign_type=campaign.campaign_type.value,
        stage=dossier.stage.value,
        ask=campaign.ask,
        origin=campaign.origin,
        groups=[
            network.scope_name(row.theme_group)
            for row in groups_of(session, campaign_id)
            if row.state != "rejected"
        ],
        lead=names_of_people(session, network).get(campaign.lead, campaign.lead),
        mandate_on=campaign.mandate_on if campaign.mandate_at is not None else None,
        scope=campaign.scope,
        decision_on=dossier.closes_on,
        confidential=dossier.confidential,
        asks=_asks(session, network, campaign_id),
        partners=[_partner(network, row) for row in partners],
        channels=Counter(Channel(row.channel) for row in contacts),
        last_contact_on=max((row.happened_on for row in contacts), default=None),
        moments=coming(
            (
                *_moments(network, dossier, partners, documents, contacts),
                *_hooks(session, desk, dossier, now),
            ),
            today,
        ),
        documents=[_document(row) for row in documents],
        evaluation=campaign.evaluation,
        lessons=dossier.lessons,
        made_on=today,
    )


# --- pieces ---------------------------------------------------------------------------------------


def _asks(session: Session, network: Network, campaign_id: int) -> list[AskLine]:
    asks = asks_of(session, campaign_id)
    evidence = evidence_of_asks(session, [ask.id or 0 for ask in asks])
    raised = _raised(session, asks)
    linked = linked_shown(session, network, campaign_id)
    return [
        AskLine(
            wording=ask.wording,
            target=target_of(session, ask),
            priority=ask.priority,
            state=ask.state.value,
            result=ask.result,
            note=ask.result_note,
            source=ask.result_source,
            evidence=[(network.scope_name(row.city), row.text) for row in evidence.get(ask.id or 0, ())],
            contacts=raised.get(ask.id or 0, 0),
            proofs=[_proof(one) for one in linked if one.proof.ask_id == ask.id],
            support=_support(session, linked, ask),
        )
        for ask in asks
    ]


def _proof(one: LinkedShown) -> ProofLine:
    vote = one.outcome.vote
    return ProofLine(
        kind=one.outcome.kind.value,
        title=one.outcome.title,
        vote="" if vote is None else vote.vote.stated.value,
    )


def _support(session: Session, linked: Sequence[LinkedShown], ask: Ask) -> list[SupportLine]:
    target = Target(number=ask.position, words=ask.wording, ask_id=ask.id)
    return [
        SupportLine(
            chamber=picture.chamber.value,
            seats=picture.seats[Support.WITH],
            line=picture.line,
            votes=picture.votes,
        )
        for picture in support_of(session, linked, target)
    ]


def _raised(session: Session, asks: Sequence[Ask]) -> dict[int, int]:
    """In how many contacts each ask was raised."""
    query = (
        select(col(TouchpointAsk.ask_id), func.count())
        .where(col(TouchpointAsk.ask_id).in_([ask.id for ask in asks]))
        .group_by(col(TouchpointAsk.ask_id))
    )
    return {ask_id: int(count) for ask_id, count in session.execute(query)}


def _contacts(session: Session, campaign_id: int) -> Sequence[Touchpoint]:
    query = select(Touchpoint).where(col(Touchpoint.campaign_id) == campaign_id)
    return session.scalars(query.order_by(col(Touchpoint.happened_on), col(Touchpoint.id))).all()


def _documents(session: Session, campaign_id: int, actor: Actor) -> list[Dossier]:
    """A text of a campaign can be confidential when the campaign is not."""
    ids = [row.id for row in documents_of(session, campaign_id)]
    query = select(Dossier).where(col(Dossier.id).in_(ids), visible_to(actor))
    return list(session.scalars(query.order_by(col(Dossier.id))))


def _document(row: Dossier) -> DocumentLine:
    return DocumentLine(
        number=row.number, title=row.title, document_type=row.document_type, stage=row.stage.value
    )


def _partner(network: Network, row: DossierPartner) -> PartnerLine:
    return PartnerLine(
        name=partner_name(network, row),
        state=row.state,
        sign_by=row.sign_by if row.state in _TO_SIGN else None,
    )


def _hooks(session: Session, desk: Desk, dossier: Dossier, now: datetime) -> Iterator[Moment]:
    """Moments in parliament that count for the campaign and have a day."""
    for hook in shown_hooks_of(session, desk, dossier.id or 0, now):
        if hook.state is HookState.ACCEPTED and hook.is_coming and hook.on is not None:
            step = hook.plan.next_step
            yield Moment(
                on=hook.on,
                kind=MomentKind.HOOK,
                what=hook.title,
                detail=hook.place,
                hook_kind=hook.kind.value,
                next_step="" if step is None else step.preparation.value,
                next_on=None if step is None else step.on,
            )


def _moments(
    network: Network,
    dossier: Dossier,
    partners: Sequence[DossierPartner],
    documents: Sequence[Dossier],
    contacts: Sequence[Touchpoint],
) -> Iterator[Moment]:
    if dossier.closes_on is not None:
        yield Moment(on=dossier.closes_on, kind=MomentKind.DECISION, what=dossier.title)
    for row in partners:
        if row.sign_by is not None and row.state in _TO_SIGN:
            yield Moment(on=row.sign_by, kind=MomentKind.SIGNATURE, what=partner_name(network, row))
    for text in documents:
        last_day = text.agreed_closes_on or text.closes_on
        if last_day is not None and text.stage not in FINAL | RESTING:
            yield Moment(on=last_day, kind=MomentKind.DOCUMENT, what=text.title, detail=text.number)
    for contact in contacts:
        if contact.follow_up and contact.follow_up_on is not None and contact.follow_up_done_at is None:
            yield Moment(on=contact.follow_up_on, kind=MomentKind.FOLLOW_UP, what=contact.follow_up)
