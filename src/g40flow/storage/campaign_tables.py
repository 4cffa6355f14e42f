"""Tables of lobby campaigns. A campaign is a row of `dossier` (process "campaign") with one here beside it.

campaign: Campaign, CampaignStakeholder
asks:     Ask, AskEvidence
people:   Stakeholder, Touchpoint, TouchpointAsk

Texts, versions, rounds, calls, partners, readers, items and history of a campaign are those of its
dossier. Columns named *_at hold aware UTC instants, *_on Dutch calendar dates; people are slugs of the
network's people. campaign_id is the id of the campaign's dossier.
"""

from datetime import date, datetime
from typing import Any

from sqlmodel import Field

from g40flow.domain.campaigns.words import (
    AskState,
    CampaignType,
    Channel,
    StakeholderKind,
    TargetKind,
)
from g40flow.storage import dossier_tables as dossier_tables  # its foreign keys refer there
from g40flow.storage import tables as tables  # likewise
from g40flow.storage.columns import Table, instant, json_value, long_text, part_of, refers_to, word

# --- campaign -----------------------------------------------------------------------------------


class Campaign(Table, table=True):
    """What a campaign has besides its dossier, whose closes_on is the day the decision is expected.

    ask: the one line it is about. origin: where the idea came from. lead: person slug of who leads it.
    capacity, scope: as the pillar granted them; mandate_on: the day it decided. position_id: the adopted
    position that it rests on. division: who does what among the partners.
    evaluation: what went well and what did not, in words; lessons at closing stand in the dossier.
    """

    __tablename__ = "campaign"
    dossier_id: int = part_of("dossier", primary_key=True)
    campaign_type: CampaignType = word(CampaignType, index=True)
    ask: str = long_text()
    origin: str = long_text()
    lead: str = Field(default="", index=True)
    capacity: str = long_text()
    scope: str = long_text()
    mandate_by: str = ""
    mandate_on: date | None = None
    mandate_at: datetime | None = instant(nullable=True)
    position_id: int | None = refers_to("library_position")
    division: str = long_text()
    evaluation: str = long_text()


class CampaignStakeholder(Table, table=True):
    """A line of the stakeholder map. stance: "unknown", "ally", "neutral" or "opposed", to the asks."""

    __tablename__ = "campaign_stakeholder"
    campaign_id: int = part_of("dossier", primary_key=True)
    stakeholder_id: int = part_of("stakeholder", primary_key=True, index=True)
    stance: str = "unknown"
    note: str = long_text()
    added_by: str
    added_at: datetime = instant()


# --- asks ---------------------------------------------------------------------------------------


class Ask(Table, table=True):
    """One ask (boodschap) of a campaign. priority: 1 (must) to 3 (nice). position: order on the page.

    target: the function or body in words, "woordvoerders wonen"; stakeholder_id: if it is a known one.
    source: the document it comes from, in words; source_dossier_id: if that is a dossier of ours.
    library_id: the core message it was taken from.
    result: "" until it was judged, then a word of domain.dossier.writing.Outcome; result_note and
    result_source (an address) prove it, result_item_id and result_dossier_id if the proof is known here.
    """

    __tablename__ = "ask"
    id: int | None = Field(default=None, primary_key=True)
    campaign_id: int = part_of("dossier", index=True)
    position: int
    wording: str = long_text()
    target_kind: TargetKind = word(TargetKind)
    target: str = ""
    stakeholder_id: int | None = refers_to("stakeholder")
    priority: int = 2
    source: str = long_text()
    source_dossier_id: int | None = refers_to("dossier")
    library_id: int | None = refers_to("library_position")
    state: AskState = word(AskState, AskState.DRAFT)
    state_reason: str = long_text()
    result: str = ""
    result_note: str = long_text()
    result_source: str = long_text()
    result_item_id: int | None = refers_to("item")
    result_dossier_id: int | None = refers_to("dossier")
    result_by: str = ""
    result_at: datetime | None = instant(nullable=True)
    added_by: str
    added_at: datetime = instant()
    changed_at: datetime = instant()


class AskEvidence(Table, table=True):
    """What one city brings for an ask. publish: the city agrees that it is named in public."""

    __tablename__ = "ask_evidence"
    id: int | None = Field(default=None, primary_key=True)
    ask_id: int = part_of("ask", index=True)
    city: str
    text: str = long_text()
    source: str = long_text()
    publish: bool = False
    added_by: str
    added_at: datetime = instant()


# --- people -------------------------------------------------------------------------------------


class Stakeholder(Table, table=True):
    """A public function or an organisation that campaigns deal with. Never contact data.

    function: "woordvoerder wonen", "minister van Volkshuisvesting". organisation: where, "Tweede Kamer".
    holder: the name of who holds a public office, only if it is public; "" otherwise.
    party, committee: as written in the chamber. theme_groups: slugs that deal with it.
    external_key: in the data it was taken from, such as a committee's id; "" if added by hand.
    folded: words for searching, see domain.dossier.library.folded_words.
    """

    __tablename__ = "stakeholder"
    id: int | None = Field(default=None, primary_key=True)
    kind: StakeholderKind = word(StakeholderKind, index=True)
    function: str = long_text()
    organisation: str = ""
    holder: str = ""
    party: str = Field(default="", index=True)
    committee: str = Field(default="", index=True)
    theme_groups: list[str] = json_value()
    external_key: str = Field(default="", index=True)
    source: str = long_text()
    folded: str = long_text()
    added_by: str
    added_at: datetime = instant()
    retired_at: datetime | None = instant(nullable=True)


class Touchpoint(Table, table=True):
    """One contact with the outside. campaign_id: None for a contact outside any campaign.

    organisation, function: of the counterpart; never a private person.
    our_people: [{"person": slug or "", "function": "wethouder wonen, Zwolle"}], users or not.
    follow_up: what must happen next; follow_up_owner: person slug. surface: where it was written down.
    reduced_at: when what says who took part was taken out, because the retention had passed.
    """

    __tablename__ = "touchpoint"
    id: int | None = Field(default=None, primary_key=True)
    campaign_id: int | None = refers_to("dossier", index=True)
    happened_on: date = Field(index=True)
    channel: Channel = word(Channel)
    stakeholder_id: int | None = refers_to("stakeholder", index=True)
    organisation: str = ""
    function: str = ""
    our_people: list[dict[str, Any]] = json_value()
    subject: str = long_text()
    response: str = long_text()
    follow_up: str = long_text()
    follow_up_on: date | None = Field(default=None, index=True)
    follow_up_owner: str = Field(default="", index=True)
    follow_up_done_at: datetime | None = instant(nullable=True)
    follow_up_done_by: str = ""
    logged_by: str = Field(index=True)
    logged_at: datetime = instant()
    surface: str
    reduced_at: datetime | None = instant(nullable=True)


class TouchpointAsk(Table, table=True):
    """An ask that was raised in a contact."""

    __tablename__ = "touchpoint_ask"
    touchpoint_id: int = part_of("touchpoint", primary_key=True)
    ask_id: int = part_of("ask", primary_key=True, index=True)
