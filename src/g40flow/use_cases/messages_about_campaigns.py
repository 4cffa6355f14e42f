"""What messages about campaigns say: the card of a group, what was agreed in a contact, signatures."""

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Protocol

from sqlalchemy import func
from sqlmodel import Session, col, select

from g40flow.domain.campaigns.shown import AskLine, CampaignShown, FollowUpShown, SignatureShown
from g40flow.domain.campaigns.words import Channel
from g40flow.domain.dossier.words import PartnerState
from g40flow.domain.dossier.workflow import FINAL, RESTING
from g40flow.domain.instants import dutch_date
from g40flow.domain.messages import Rendered
from g40flow.storage.access import names_of_people
from g40flow.storage.campaign_tables import Ask, Stakeholder, Touchpoint
from g40flow.storage.campaigns import asks_of, campaign_of, documents_of, touchpoints_of
from g40flow.storage.dossier_tables import Dossier, DossierPartner
from g40flow.storage.dossiers import partners_of
from g40flow.storage.hooks import accepted_hooks
from g40flow.storage.tables import Message
from g40flow.use_cases.campaigns.hooks_reading import show_hooks
from g40flow.use_cases.compose_messages import Compose
from g40flow.use_cases.dossier.signatures import partner_name
from g40flow.use_cases.dossier.telling import people_of_partner
from g40flow.use_cases.messages_about_dossiers import DossierViews


class CampaignRenderer(Protocol):
    """Turns what is known of campaigns into finished Dutch messages. Pure."""

    def campaign_card(self, view: CampaignShown, group: str) -> Rendered:
        """A card in the channel of a theme group. group: slug."""

    def touchpoint_follow_up(self, view: FollowUpShown) -> Rendered:
        """To who must do something after a contact."""

    def signature_reminder(self, view: SignatureShown) -> Rendered:
        """To who was asked to sign, or who must ask again."""

    def dossier_hidden(self, number: str) -> Rendered:
        """In place of what was posted about a campaign that became confidential."""


@dataclass(frozen=True, kw_only=True)
class MessagesAboutCampaigns:
    """Makes messages about campaigns."""

    views: DossierViews
    renderer: CampaignRenderer

    @property
    def kinds(self) -> Mapping[str, Compose]:
        """How each kind of message is made."""
        return {
            "campaign_card": self._card,
            "touchpoint_follow_up": self._follow_up,
            "signature_reminder": self._signature,
        }

    def _card(self, session: Session, message: Message, now: datetime) -> Rendered | None:
        """What has been posted stays, and says so when it may no longer be told here."""
        view = campaign_shown(session, self.views, message.subject["dossier_id"], now)
        if self.views.may_be_told(session, view.dossier.dossier_id, message.audience, now):
            return self.renderer.campaign_card(view, str(message.subject.get("group", "")))
        return None if message.external_ts is None else self.renderer.dossier_hidden(view.dossier.number)

    def _follow_up(self, session: Session, message: Message, now: datetime) -> Rendered | None:
        """A contact that was taken off leaves nothing to say."""
        contact = session.get(Touchpoint, message.subject["touchpoint_id"])
        if contact is None or not contact.follow_up:
            return None
        dossier_id, portal = message.subject["dossier_id"], self.views.portal_url
        if message.audience != f"person:{contact.follow_up_owner}":  # somebody else has it by now
            return None
        if not self.views.may_be_told(session, dossier_id, message.audience, now):
            return None  # the campaign became confidential; it still stands in the work of the owner
        view = FollowUpShown(
            dossier=self.views.dossier(session, dossier_id, now),
            touchpoint_id=contact.id or 0,
            follow_up=contact.follow_up,
            counterpart=counterpart_of(contact),
            happened_on=contact.happened_on,
            channel=contact.channel.value,
            until=contact.follow_up_on,
            is_done=contact.follow_up_done_at is not None,
            url=f"{portal}/contacten/{contact.id}",
        )
        return self.renderer.touchpoint_follow_up(view)

    def _signature(self, session: Session, message: Message, now: datetime) -> Rendered | None:
        """Only as long as it is still waited for, until the day it was told of."""
        dossier_id, partner = message.subject["dossier_id"], str(message.subject["partner"])
        row = session.get(DossierPartner, (dossier_id, partner))
        day = date.fromisoformat(str(message.subject["sign_by"]))
        waits = row is not None and row.state in (PartnerState.ASKED, PartnerState.AGREED)
        if row is None or not waits or row.sign_by != day:
            return None
        if not self.views.may_be_told(session, dossier_id, message.audience, now):
            return None
        desk = self.views.desk
        own = people_of_partner(session, desk, partner, now)
        view = SignatureShown(
            dossier=self.views.dossier(session, dossier_id, now),
            partner=partner_name(desk.network, row),
            state=row.state,
            sign_by=day,
            working_days_left=desk.calendars.working.working_days_left(dutch_date(now), day),
            is_own=message.audience.removeprefix("person:") in own,
        )
        return self.renderer.signature_reminder(view)


def campaign_shown(session: Session, views: DossierViews, dossier_id: int, now: datetime) -> CampaignShown:
    """A campaign as it stands now."""
    campaign = campaign_of(session, dossier_id)
    names = names_of_people(session, views.desk.network)
    newest = next(iter(touchpoints_of(session, dossier_id, limit=1)), None)
    count = select(func.count()).select_from(Touchpoint).where(col(Touchpoint.campaign_id) == dossier_id)
    in_hand = [d.title for d in documents_of(session, dossier_id) if _is_in_hand(d)]
    return CampaignShown(
        dossier=views.dossier(session, dossier_id, now),
        campaign_type=campaign.campaign_type.value,
        ask=campaign.ask,
        lead=names.get(campaign.lead, campaign.lead),
        asks=tuple(_ask_line(session, ask) for ask in asks_of(session, dossier_id)),
        signatures=Counter(row.state for row in partners_of(session, dossier_id)),
        contacts=session.scalar(count) or 0,
        last_contact_on=None if newest is None else newest.happened_on,
        last_channel="" if newest is None else Channel(newest.channel).value,
        documents=tuple(in_hand),
        hooks=tuple(show_hooks(session, views.desk, accepted_hooks(session, [dossier_id]), now)),
    )


def target_of(session: Session, ask: Ask) -> str:
    """At whom an ask is aimed, in words; "" if nobody said."""
    if ask.target or ask.stakeholder_id is None:
        return ask.target
    return stakeholder_name(session.get_one(Stakeholder, ask.stakeholder_id))


def stakeholder_name(row: Stakeholder) -> str:
    """How a stakeholder is called: the function, then where."""
    place = row.organisation or row.party or row.committee
    return f"{row.function}, {place}" if place and place not in row.function else row.function


def counterpart_of(contact: Touchpoint) -> str:
    """With whom the contact was: function and organisation."""
    return ", ".join(part for part in (contact.function, contact.organisation) if part)


def _ask_line(session: Session, ask: Ask) -> AskLine:
    return AskLine(
        wording=ask.wording,
        target=target_of(session, ask),
        priority=ask.priority,
        state=ask.state.value,
        result=ask.result,
    )


def _is_in_hand(document: Dossier) -> bool:
    return document.stage not in FINAL | RESTING
