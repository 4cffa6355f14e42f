"""A campaign of fictional people, played through the use cases."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any, TypeVar

from g40flow.domain.campaigns.words import CampaignType
from g40flow.domain.dossier.decisions import DecisionForm, Position, Result
from g40flow.storage.campaign_tables import Ask, Campaign, Touchpoint
from g40flow.storage.campaigns import asks_of, campaign_of
from g40flow.storage.dossier_tables import Dossier, DossierPartner
from g40flow.storage.dossiers import items_of_dossier
from g40flow.storage.guards import current_hash
from g40flow.use_cases.campaigns.asks import AskResult, AskText, add_ask, record_ask_result
from g40flow.use_cases.campaigns.open_campaign import (
    MandateTerms,
    NewCampaign,
    open_campaign,
    settle_mandate,
)
from g40flow.use_cases.campaigns.touchpoints import TouchpointText, log_touchpoint
from g40flow.use_cases.decisions.positions import take_position
from g40flow.use_cases.decisions.rounds import NewRound, close_round, open_round
from g40flow.use_cases.dossier.groups import accept
from g40flow.use_cases.text.versions import write_version
from tests.use_cases.dossier.world import (
    BOARD_SECRETARY,
    DESK,
    HOUSING,
    HOUSING_SECRETARY,
    PILLAR_CHAIR,
    SECRETARIAT,
    World,
)

T = TypeVar("T")
BOARD = [
    person.slug
    for person in DESK.network.people
    if any(held.role in ("board_member", "board_chair") and held.deputy_of is None for held in person.roles)
]


@dataclass
class CampaignWorld(World):
    """One database in which campaigns are played."""

    def do(self, use_case: Callable[..., T], *given: Any, by: str = SECRETARIAT, **more: Any) -> T:
        """Run a use case as somebody, on what is there now."""
        with self.writing() as session:
            return use_case(session, DESK, *given, actor=self.actor(by), now=self.now, **more)

    def campaign(
        self,
        kind: str = CampaignType.AGENDA_SETTING,
        *groups: str,
        by: str = HOUSING_SECRETARY,
        **more: Any,
    ) -> int:
        """A new campaign at the stage of an idea."""
        values: dict[str, Any] = {
            "title": "Betaalbaar wonen",
            "campaign_type": str(kind),
            "ask": "Bouw betaalbaar in de stad",
            "origin": "netwerkdag",
            "groups": list(groups or (HOUSING,)),
        }
        found = self.do(open_campaign, NewCampaign(**(values | more)), by=by)
        assert found.id is not None
        return found.id

    def prepared(self, kind: str = CampaignType.AGENDA_SETTING, **more: Any) -> int:
        """A campaign with a mandate, at preparation."""
        campaign_id = self.campaign(kind, **more)
        self.step(campaign_id, "ask_mandate", HOUSING_SECRETARY)
        self.mandate(campaign_id)
        self.step(campaign_id, "give_mandate", PILLAR_CHAIR)
        return campaign_id

    def mandate(self, campaign_id: int, by: str = HOUSING_SECRETARY, **more: Any) -> None:
        """Settle who leads, with what, and how far."""
        terms = {"lead": HOUSING_SECRETARY, "capacity": "een dag per week", "scope": "tot de begroting"}
        self.do(settle_mandate, campaign_id, MandateTerms(**(terms | more)), by=by, seen_revision=None)

    def ask(self, campaign_id: int, wording: str = "Meer betaalbare woningen", **more: Any) -> int:
        """A further ask."""
        values: dict[str, Any] = {"target_kind": "minister", "target": "minister van wonen"}
        text = AskText(wording=wording, **(values | more))
        found = self.do(add_ask, campaign_id, text, by=HOUSING_SECRETARY)
        assert found.id is not None
        return found.id

    def write(self, dossier_id: int, markdown: str = "# Stuk\n\nWij vragen dit.\n", **more: Any) -> str:
        """A version by the secretary of the group; returns its hash."""
        with self.writing() as session:
            seen = current_hash(session, session.get_one(Dossier, dossier_id))
            actor = self.actor(HOUSING_SECRETARY)
            version = write_version(
                session, DESK, dossier_id, markdown, actor=actor, seen_version=seen, now=self.now, **more
            )
            return version.content_hash

    def adopt(self, dossier_id: int) -> None:
        """Let the board adopt the text as it is in a written round."""
        text = self.hash_of(dossier_id)
        new = NewRound(form=DecisionForm.WRITTEN_ROUND)
        round_ = self.do(open_round, dossier_id, new, seen_hash=text, by=BOARD_SECRETARY)
        assert round_.id is not None
        for member in BOARD:
            self.do(take_position, round_.id, Position.APPROVE, seen_hash=text, by=member)
        self.do(close_round, round_.id, result=Result.ADOPTED, by=BOARD_SECRETARY)

    def in_coalition(self, kind: str = CampaignType.AGENDA_SETTING, **more: Any) -> int:
        """A campaign whose paper the board adopted."""
        campaign_id = self.prepared(kind, **more)
        self.ask(campaign_id)
        self.write(campaign_id)
        self.step(campaign_id, "offer_for_adoption", HOUSING_SECRETARY)
        self.adopt(campaign_id)
        return campaign_id

    def running(self, kind: str = CampaignType.AGENDA_SETTING, **more: Any) -> int:
        """A campaign that runs."""
        campaign_id = self.in_coalition(kind, **more)
        self.step(campaign_id, "start_running", HOUSING_SECRETARY)
        return campaign_id

    def log(self, campaign_id: int | None, by: str = HOUSING_SECRETARY, **more: Any) -> Touchpoint:
        """A contact of today."""
        values: dict[str, Any] = {
            "happened_on": date(2026, 11, 20),
            "channel": "meeting",
            "subject": "Kennismaking",
            "organisation": "Tweede Kamer",
            "function": "woordvoerder wonen",
            "campaign_id": campaign_id,
        }
        return self.do(log_touchpoint, TouchpointText(**(values | more)), by=by)

    def judge(self, ask_id: int, result: str = "achieved", by: str = SECRETARIAT, note: str = "motie") -> Ask:
        """What came of an ask."""
        said = AskResult(result=result, note=note)
        return self.do(record_ask_result, ask_id, said, by=by, seen_revision=None)

    def accept(self, dossier_id: int, group: str, by: str) -> None:
        """A group that was asked takes part."""
        with self.writing() as session:
            accept(session, DESK, dossier_id, group, actor=self.actor(by), seen_revision=None, now=self.now)

    def partner(self, dossier_id: int, slug: str) -> DossierPartner:
        """An organisation that works along or signs."""
        with self.database.reading() as session:
            return session.get_one(DossierPartner, (dossier_id, slug))

    def items_of(self, dossier_id: int) -> list[int]:
        """Ids of the items it is about."""
        with self.database.reading() as session:
            return [link.item_id for link in items_of_dossier(session, dossier_id)]

    def hash_of(self, dossier_id: int) -> str:
        """Hash of the newest text."""
        with self.database.reading() as session:
            return current_hash(session, session.get_one(Dossier, dossier_id))

    def asks(self, campaign_id: int) -> Sequence[Ask]:
        """The asks as they are, dropped ones too."""
        with self.database.reading() as session:
            return asks_of(session, campaign_id, dropped=True)

    def row(self, campaign_id: int) -> Campaign:
        """What the campaign has besides its dossier."""
        with self.database.reading() as session:
            return campaign_of(session, campaign_id)
