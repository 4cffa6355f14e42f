"""Campaigns that the network really ran, played by fictional people: only the subjects are theirs."""

from dataclasses import dataclass
from datetime import date
from typing import Any

import pytest

from g40flow.domain.campaigns.words import CampaignType, Channel
from g40flow.domain.dossier.words import PartnerState
from g40flow.domain.dossier.workflow import Stage
from g40flow.use_cases.campaigns.coalition import add_signatory
from g40flow.use_cases.campaigns.documents import link_document, open_document
from g40flow.use_cases.decisions.adopt_by_body import adopt_by_body
from g40flow.use_cases.dossier.signatures import answer_signature, ask_signature
from tests.use_cases.campaigns.test_play import link_item
from tests.use_cases.campaigns.world import CampaignWorld
from tests.use_cases.dossier.world import CARE, HOUSING, HOUSING_SECRETARY, PILLAR_CHAIR, SECRETARIAT

TWELVE = tuple(f"Ondertekenaar {number}" for number in range(1, 13))


@dataclass(frozen=True, kw_only=True)
class Case:
    """One campaign. signers: who signs along. channel: how it was brought. response: with a joint one."""

    title: str
    kind: CampaignType
    ask: str
    signers: tuple[str, ...] = ()
    channel: Channel = Channel.MEETING
    result: str = "open"
    letter: str = ""
    response: bool = False


CASES = (
    Case(
        title="Reactie op de Wet versterking regie volkshuisvesting", kind=CampaignType.BILL,
        ask="Geef gemeenten de middelen bij de regie", signers=("VNG", "G4"), response=True, result="partly",
    ),
    Case(
        title="Position paper verduurzaming gebouwde omgeving", kind=CampaignType.AGENDA_SETTING,
        ask="Verduurzaam wijk voor wijk",
    ),
    Case(
        title="Position paper rechtvaardige energietransitie", kind=CampaignType.AGENDA_SETTING,
        ask="Begin bij wie weinig heeft",
    ),
    Case(
        title="Position paper collectieve warmte", kind=CampaignType.AGENDA_SETTING,
        ask="Maak warmtenetten betaalbaar",
    ),
    Case(
        title="Position paper interbestuurlijke samenwerking", kind=CampaignType.AGENDA_SETTING,
        ask="Toets vooraf samen op uitvoerbaarheid", channel=Channel.EVENT,
    ),
    Case(
        title="Manifest Geen pleisters meer", kind=CampaignType.MANIFEST,
        ask="Pak armoede structureel aan", signers=("Divosa",), channel=Channel.HANDOVER,
    ),
    Case(
        title="Het Nieuwe Normaal", kind=CampaignType.MANIFEST, ask="Bouw overal volgens dezelfde afspraken",
        signers=("G4", "Rijksvastgoedbedrijf", "Bouwend Nederland"), channel=Channel.EVENT, result="achieved",
    ),
    Case(
        title="Uitvoeringsagenda wonen", kind=CampaignType.MANIFEST,
        ask="Bouw samen betaalbaar", signers=TWELVE,
    ),
    Case(
        title="Verlengde opvang van alleenstaande minderjarige vreemdelingen",
        kind=CampaignType.PROGRAMME_FUNDING, ask="Bekostig de opvang na achttien", signers=("VNG", "G4"),
        result="achieved",
    ),
    Case(
        title="Actieplan mkb-dienstverlening", kind=CampaignType.IMPLEMENTATION,
        ask="Maak mkb-dienstverlening blijvend", channel=Channel.HANDOVER,
    ),
    Case(
        title="Verkiezingsboodschap 2023", kind=CampaignType.ELECTION, ask="Investeer in steden",
    ),
    Case(
        title="Acht punten voor partijprogramma’s 2025", kind=CampaignType.ELECTION, ask="Neem ze over",
    ),
    Case(
        title="Video bij de voorjaarsnota", kind=CampaignType.BUDGET, ask="Voorkom het ravijnjaar",
        channel=Channel.SOCIAL,
    ),
    Case(
        title="Steun aan VNG over de niet-controversiële lijst", kind=CampaignType.CONTROVERSIAL,
        ask="Behandel deze wetten door", letter="support_statement", channel=Channel.LETTER,
    ),
    Case(
        title="Brief na het symposium met UWV", kind=CampaignType.IMPLEMENTATION,
        ask="Werk in de regio samen", letter="letter_minister", channel=Channel.LETTER,
    ),
)  # fmt: skip


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.title)
def test_a_campaign_of_the_network_is_played_to_its_result(world: CampaignWorld, case: Case) -> None:
    campaign_id = world.prepared(case.kind, title=case.title, ask=case.ask, decision_on=date(2027, 3, 2))
    ask_id = world.ask(campaign_id, case.ask)
    link_item(world, campaign_id)
    response = world.dossier(HOUSING, CARE) if case.response else None
    if response is not None:
        world.do(link_document, campaign_id, world.read(response).number)
    world.write(campaign_id, f"# {case.title}\n\n{case.ask}.\n")
    world.step(campaign_id, "offer_for_adoption", HOUSING_SECRETARY)
    world.adopt(campaign_id)
    for signer in case.signers:
        _signs(world, campaign_id, signer)
    world.step(campaign_id, "start_running", HOUSING_SECRETARY)
    if case.letter:
        _adopts(world, campaign_id, case.letter)
    world.log(campaign_id, channel=case.channel, ask_ids=[ask_id], subject=case.title)
    world.step(campaign_id, "reach_decision", HOUSING_SECRETARY)
    world.judge(ask_id, case.result, note="zo bleek")
    world.step(campaign_id, "evaluate", SECRETARIAT)

    ask = world.asks(campaign_id)[0]
    assert (world.read(campaign_id).stage, ask.state, ask.result) == (
        Stage.EVALUATION,
        "brought",
        case.result,
    )
    assert world.acts(campaign_id).count("answer_signature") == len(case.signers)


def _signs(world: CampaignWorld, campaign_id: int, name: str) -> None:
    slug = world.do(add_signatory, campaign_id, name, seen_revision=None).partner
    world.do(ask_signature, campaign_id, slug, sign_by=date(2026, 12, 4), seen_revision=None)
    said: dict[str, Any] = {"note": "brief", "name_consent": True, "seen_hash": world.hash_of(campaign_id)}
    world.do(answer_signature, campaign_id, slug, "signed", seen_revision=None, **said)
    assert world.partner(campaign_id, slug).state == PartnerState.SIGNED


def _adopts(world: CampaignWorld, campaign_id: int, document_type: str) -> None:
    letter = world.do(open_document, campaign_id, document_type).id or 0
    text = world.write(letter, "# Brief\n")
    world.change(letter, stage=Stage.BOARD_APPROVAL)
    world.do(adopt_by_body, letter, "pillar_chair", seen_hash=text, by=PILLAR_CHAIR)
    assert world.read(letter).adopted_hash == text
