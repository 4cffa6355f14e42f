"""What a campaign asks of the database, on each kind of it."""

from datetime import date, timedelta

from g40flow.domain.campaigns.words import CampaignType
from g40flow.domain.dossier.workflow import Process
from g40flow.storage.campaigns import campaigns_by_id, follow_ups_of, steps_of
from g40flow.storage.database import Database
from g40flow.storage.dossier_search import DossierSearch, search_dossiers
from g40flow.storage.dossier_tables import Dossier
from g40flow.use_cases.campaigns.coalition import add_signatory, chase_signatures
from g40flow.use_cases.campaigns.known_bodies import know_bodies
from g40flow.use_cases.campaigns.personal_data import Whom, erase_person, reduce_touchpoints
from g40flow.use_cases.campaigns.stakeholders import find_stakeholders
from g40flow.use_cases.campaigns.touchpoints import TouchpointSearch, find_touchpoints
from g40flow.use_cases.dossier.signatures import ask_signature
from tests.use_cases.campaigns.world import CampaignWorld
from tests.use_cases.dossier.world import DESK, HOUSING_SECRETARY, SECRETARIAT


def test_a_campaign_is_found_chased_and_reduced(database: Database) -> None:
    world = CampaignWorld(database)
    world.item(committee="Vaste commissie voor Wonen")
    campaign_id = world.in_coalition(CampaignType.MANIFEST)
    partner = world.do(add_signatory, campaign_id, "Bouwend Fictief", seen_revision=None).partner
    world.do(ask_signature, campaign_id, partner, sign_by=date(2026, 11, 27), seen_revision=None)
    world.log(campaign_id, follow_up="Bel terug")
    actor = world.actor(SECRETARIAT)

    with world.writing() as session:
        search = DossierSearch(process=Process.CAMPAIGN, campaign_type=CampaignType.MANIFEST, text="wonen")
        rows, total = search_dossiers(session, actor, search)
        assert (total, [row.id for row in rows]) == (1, [campaign_id])
        assert search_dossiers(session, actor, DossierSearch())[1] == 0
        assert campaigns_by_id(session, [campaign_id]).keys() == {campaign_id}
        assert "ask_mandate" in [s.action for s in steps_of(session, session.get_one(Dossier, campaign_id))]
        assert len(follow_ups_of(session, HOUSING_SECRETARY)) == 1
        assert len(find_touchpoints(session, TouchpointSearch(text="KENNIS kamer"), actor=actor)) == 1
        assert know_bodies(session, DESK, world.now) == 2
        assert [one.committee for one in find_stakeholders(session, "woordvoerders wonen")] == [
            "Vaste commissie voor Wonen"
        ]
        assert chase_signatures(session, DESK, world.now + timedelta(days=2)) == 1
    world.do(erase_person, Whom(person=HOUSING_SECRETARY), reason="op verzoek")
    with world.writing() as session:
        assert reduce_touchpoints(session, DESK, world.now + timedelta(days=2_000)) == 1
