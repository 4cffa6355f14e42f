"""Campaigns for the demo, played by the fictional people of the example configuration.

Their subjects are those of campaigns that the network ran; what is said in them is made up. Everything is
done by the same use cases as people use, so that the pages show what they would show.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any, TypeVar

from g40flow.bootstrap import App
from g40flow.domain.actors import Actor, Surface, actor_on
from g40flow.domain.campaigns.words import CampaignType
from g40flow.domain.dossier.decisions import DecisionForm, Position, Result, seats_on
from g40flow.domain.instants import dutch_date
from g40flow.domain.network import Role
from g40flow.storage.dossier_tables import Dossier
from g40flow.storage.guards import current_hash
from g40flow.storage.hooks import hooks_of
from g40flow.use_cases.campaigns.asks import (
    AskResult,
    AskText,
    add_ask,
    record_ask_result,
    set_ask_evidence,
)
from g40flow.use_cases.campaigns.coalition import add_signatory
from g40flow.use_cases.campaigns.documents import open_document
from g40flow.use_cases.campaigns.hooks import accept_hook, tie_dossier
from g40flow.use_cases.campaigns.hooks_proposing import propose_hooks
from g40flow.use_cases.campaigns.open_campaign import (
    MandateTerms,
    NewCampaign,
    open_campaign,
    settle_mandate,
)
from g40flow.use_cases.campaigns.touchpoints import OurPerson, TouchpointText, log_touchpoint
from g40flow.use_cases.decisions.positions import take_position
from g40flow.use_cases.decisions.rounds import NewRound, close_round, open_round
from g40flow.use_cases.dossier.signatures import answer_signature, ask_signature
from g40flow.use_cases.dossier.take_step import take_step
from g40flow.use_cases.text.drafting import first_draft

T = TypeVar("T")


def play_campaigns(app: App) -> list[str]:
    """Play both campaigns in an empty database; returns their numbers."""
    manifest = _Campaign.opened(
        app,
        NewCampaign(
            title="Manifest Geen pleisters meer",
            campaign_type=CampaignType.MANIFEST,
            ask="Pak armoede en schulden structureel aan, in plaats van met losse maatregelen",
            origin="bestuurlijke netwerkdag",
            groups=["armoede-schulden", "sterke-keten"],
            decision_on=dutch_date(app.now()) + timedelta(days=60),
        ),
    )
    _play_manifest(manifest)
    reception = _Campaign.opened(
        app,
        NewCampaign(
            title="Verlengde opvang van alleenstaande minderjarige vreemdelingen",
            campaign_type=CampaignType.PROGRAMME_FUNDING,
            ask="Bekostig de opvang van jongeren ook na hun achttiende",
            origin="themagroep, met VNG en G4",
            groups=["vergunninghouders-asiel"],
            decision_on=dutch_date(app.now()) + timedelta(days=5),
        ),
    )
    _play_reception(reception)
    return [manifest.number, reception.number]


def aim_at_debate(app: App) -> str | None:
    """Open a campaign that follows a debate which the script of the demo moves, once publishers were read.

    Returns the number of the campaign; None if there is no such debate.
    """
    bill = _Campaign.opened(
        app,
        NewCampaign(
            title="Regie op woningbouw: middelen voor de stad",
            campaign_type=CampaignType.BILL,
            ask="Geef steden de middelen om te bouwen wat nodig is",
            origin="themagroep Woningmarkt",
            groups=["woningmarkt"],
        ),
    )
    bill.do(tie_dossier, bill.id, "word", DEBATE, seen_revision=None)
    with app.database.writing() as session:
        propose_hooks(session, app.desk, app.now())
    with app.database.reading() as session:
        found = [hook for hook in hooks_of(session, bill.id) if DEBATE in hook.title.lower()]
    if not found:
        return None
    bill.do(accept_hook, bill.id, found[0].id, seen_revision=None)
    return bill.number


DEBATE = "woningbouwopgave"
"""A word in the title of the committee debate that moves, see sandbox/world/script.yaml."""


def _play_manifest(campaign: "_Campaign") -> None:
    first = campaign.ask("Zorg voor een inkomen waarvan mensen kunnen leven", "minister van SZW", priority=1)
    campaign.ask("Maak regelingen eenvoudig en laat ze op elkaar aansluiten", "minister van SZW")
    campaign.do(
        set_ask_evidence, first, "breda", "Elk jaar melden zich meer gezinnen.", source="stad", publish=True
    )
    campaign.adopted("een dag per week tot het voorjaar")
    campaign.signs("Divosa", signed=True)
    campaign.step("start_running", campaign.secretary)
    campaign.signs("Voorbeeldfonds Fictief", signed=False)
    campaign.contact(
        "handover",
        "Aanbieding van het manifest aan de commissie",
        [first],
        others=("wethouder armoede, Almelo",),
        follow_up="Stuur de commissie de cijfers van de proefsteden",
    )
    campaign.do(open_document, campaign.id, "letter_chamber", title="Brief bij het commissiedebat armoede")


def _play_reception(campaign: "_Campaign") -> None:
    ask = campaign.ask("Bekostig verlengde opvang structureel", "minister voor Asiel", priority=1)
    campaign.adopted("een halve dag per week")
    for partner in ("VNG", "G4"):
        campaign.signs(partner, signed=True)
    campaign.step("start_running", campaign.secretary)
    campaign.contact("meeting", "Gesprek over de kosten van verlengde opvang", [ask])
    campaign.step("reach_decision", campaign.secretary)
    campaign.step("evaluate", campaign.secretary)
    campaign.do(
        record_ask_result,
        ask,
        AskResult(result="achieved", note="In de begroting is geld opgenomen."),
        seen_revision=None,
    )
    campaign.step("close", campaign.office, "Samen met VNG en G4 optrekken werkte; begin een jaar eerder.")


@dataclass
class _Campaign:
    """One campaign and the people who play it, by their roles."""

    app: App
    id: int
    number: str
    group: str

    @classmethod
    def opened(cls, app: App, new: NewCampaign) -> "_Campaign":
        """A campaign that the secretary of its first group opened."""
        found = cls(app=app, id=0, number="", group=new.groups[0])
        dossier = found.do(open_campaign, new, seeds=app.positions)
        assert dossier.id is not None
        found.id, found.number = dossier.id, dossier.number
        return found

    @property
    def secretary(self) -> Actor:
        """The secretary of the group."""
        return self._holder(Role.THEME_GROUP_SECRETARY, self.group)

    @property
    def office(self) -> Actor:
        """The secretariat."""
        return self._holder(Role.PA_OFFICER, None)

    def do(self, use_case: Callable[..., T], *given: Any, by: Actor | None = None, **more: Any) -> T:
        """Run a use case in a transaction of its own; by the secretary unless somebody else is named."""
        with self.app.database.writing() as session:
            actor = by or self.secretary
            return use_case(session, self.app.desk, *given, actor=actor, now=self.app.now(), **more)

    def step(self, action: str, by: Actor, reason: str = "") -> None:
        """Take a step."""
        self.do(take_step, self.id, action, by=by, seen_revision=None, reason=reason)

    def ask(self, wording: str, target: str, priority: int = 2) -> int:
        """A further ask, to a minister."""
        said = AskText(wording=wording, target_kind="minister", target=target, priority=priority)
        return self.do(add_ask, self.id, said).id or 0

    def adopted(self, capacity: str) -> None:
        """From idea to a text that the board adopted."""
        self.step("ask_mandate", self.secretary)
        terms = MandateTerms(
            lead=self.secretary.person, capacity=capacity, scope="binnen de vastgestelde standpunten"
        )
        self.do(settle_mandate, self.id, terms, seen_revision=None)
        group = self.app.network.group(self.group)
        pillar = None if group is None else group.pillar
        self.step("give_mandate", self._holder(Role.PILLAR_CHAIR, pillar))
        self.do(first_draft, self.app.draft_writer, self.id)
        self.step("offer_for_adoption", self.secretary)
        self._decided()

    def signs(self, name: str, *, signed: bool) -> None:
        """An organisation is asked to sign, and does or has not yet."""
        partner = self.do(add_signatory, self.id, name, seen_revision=None).partner
        last_day = dutch_date(self.app.now()) + timedelta(days=14)
        self.do(ask_signature, self.id, partner, sign_by=last_day, seen_revision=None)
        if signed:
            said: dict[str, Any] = {
                "note": "brief van het bestuur",
                "name_consent": True,
                "logo_consent": True,
            }
            text = self._text()
            self.do(answer_signature, self.id, partner, "signed", seen_revision=None, seen_hash=text, **said)

    def contact(
        self, channel: str, subject: str, asks: Sequence[int], others: Sequence[str] = (), follow_up: str = ""
    ) -> None:
        """A contact of today with the committee."""
        today = dutch_date(self.app.now())
        due: date | None = today + timedelta(days=4) if follow_up else None
        said = TouchpointText(
            happened_on=today,
            channel=channel,
            subject=subject,
            organisation="Tweede Kamer",
            function="commissie voor Sociale Zaken",
            campaign_id=self.id,
            our_people=[
                OurPerson(person=self.secretary.person),
                *(OurPerson(function=one) for one in others),
            ],
            ask_ids=asks,
            follow_up=follow_up,
            follow_up_on=due,
        )
        self.do(log_touchpoint, said)

    def _decided(self) -> None:
        """The board adopts the text as it is, in a written round."""
        text, today = self._text(), dutch_date(self.app.now())
        secretary = self._holder(Role.BOARD_SECRETARY, None)
        new = NewRound(form=DecisionForm.WRITTEN_ROUND)
        round_ = self.do(open_round, self.id, new, by=secretary, seen_hash=text)
        for seat in seats_on(self.app.network.people, today):
            self.do(take_position, round_.id, Position.APPROVE, by=self._actor(seat.member), seen_hash=text)
        self.do(close_round, round_.id, by=secretary, result=Result.ADOPTED)

    def _text(self) -> str:
        with self.app.database.reading() as session:
            return current_hash(session, session.get_one(Dossier, self.id))

    def _holder(self, role: Role, scope: str | None) -> Actor:
        day = dutch_date(self.app.now())
        found = self.app.network.holders(role, scope, day)
        return self._actor(found[0].slug)

    def _actor(self, slug: str) -> Actor:
        person = self.app.network.person(slug)
        assert person is not None
        return actor_on(person, dutch_date(self.app.now()), Surface.PORTAL)
