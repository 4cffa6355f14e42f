"""What messages show of a campaign: values, with names instead of slugs."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

from g40flow.domain.campaigns.hook_shown import HookShown
from g40flow.domain.dossier.shown import DossierShown


@dataclass(frozen=True, kw_only=True)
class AskLine:
    """One ask. state: a word of AskState; result: of Outcome, "" until judged. target: in words."""

    wording: str
    target: str
    priority: int
    state: str
    result: str


@dataclass(frozen=True, kw_only=True)
class CampaignShown:
    """A campaign as it stands now.

    campaign_type: a word of CampaignType. lead: name of who leads it, "" if nobody. ask: its one line.
    signatures: how many organisations stand at each state, words of PartnerState. contacts: how many there
    were; last_contact_on, last_channel: of the newest one, None and "" if there was none.
    documents: titles of further texts that are still in hand. hooks: moments in parliament that count and
    are still to come. dossier.closes_on: the day of the decision.
    """

    dossier: DossierShown
    campaign_type: str
    ask: str
    lead: str
    asks: tuple[AskLine, ...]
    signatures: Mapping[str, int]
    contacts: int
    last_contact_on: date | None
    last_channel: str
    documents: tuple[str, ...]
    hooks: tuple[HookShown, ...] = ()


@dataclass(frozen=True, kw_only=True)
class FollowUpShown:
    """What somebody must do after a contact. until: Dutch day, None if nobody said. is_done: it was done."""

    dossier: DossierShown
    touchpoint_id: int
    follow_up: str
    counterpart: str
    happened_on: date
    channel: str
    until: date | None
    is_done: bool
    url: str


@dataclass(frozen=True, kw_only=True)
class SignatureShown:
    """A signature that was asked and has not come. state: a word of PartnerState.

    partner: name. is_own: whether the reader speaks for that organisation, or must ask it again.
    """

    dossier: DossierShown
    partner: str
    state: str
    sign_by: date
    working_days_left: int
    is_own: bool
