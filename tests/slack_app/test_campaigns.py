"""Campaigns in Slack: the card of a group, a contact in a minute, and finding what the network asks."""

import pytest
from sqlmodel import select

from g40flow.storage.campaign_tables import Ask, Touchpoint
from g40flow.use_cases.campaigns.open_campaign import NewCampaign, open_campaign
from tests.slack_app.conftest import ANNA, JASMIJN, WONINGMARKT, World, text_of, wait_until
from tests.slack_app.test_home_and_command import command
from tests.use_cases.campaigns.world import CampaignWorld
from tests.use_cases.dossier.world import DESK, HOUSING, HOUSING_SECRETARY


@pytest.fixture
def campaigns(world: World) -> CampaignWorld:
    return CampaignWorld(world.app.database, now=world.now)


def card(world: World) -> str:
    """The card of a campaign in the channel of the housing group, as it stands."""
    world.deliver()
    found = [m for m in world.standing(world.channel_of(WONINGMARKT)) if "contact_log" in str(m["blocks"])]
    return text_of(found[-1]) if found else ""


def test_a_contact_is_logged_from_the_card_which_then_says_so(world: World, campaigns: CampaignWorld) -> None:
    campaign_id = campaigns.campaign()
    ask_id = campaigns.ask(campaign_id)
    assert "Bouw betaalbaar in de stad" in wait_until(lambda: card(world))
    posted = world.standing(world.channel_of(WONINGMARKT))[-1]
    world.press(JASMIJN, "contact_log", ts=str(posted["ts"]))
    assert "Meer betaalbare woningen" in str(world.modal(JASMIJN)["blocks"])

    refused = world.submit(JASMIJN, how="call", subject="Gebeld", function="bel 06-12345678")
    assert refused["errors"] == {"function": "Hier staat een e-mailadres of nummer. Dat leggen we niet vast."}
    world.submit(
        JASMIJN, how="call", subject="Kennismaking", organisation="Tweede Kamer", function="woordvoerder",
        asks=[str(ask_id)], others="wethouder wonen, Zwolle", on_behalf=["on_behalf"],
        follow_up="Stuur het paper",
    )  # fmt: skip

    assert "De afspraak staat bij jouw werk" in world.heard(JASMIJN, "Vastgelegd")
    with world.reading() as session:
        contact = session.scalars(select(Touchpoint)).one()
        assert (contact.surface, contact.channel, contact.campaign_id) == ("slack", "call", campaign_id)
        assert contact.our_people == [{"person": "", "function": "wethouder wonen, Zwolle"}]
        assert session.scalars(select(Ask)).one().state == "brought"
    assert wait_until(lambda: "Contacten: 1" in card(world).replace("*", ""))
    assert "Stuur het paper" in text_of(command(world, JASMIJN, "mijn werk")["message"])


def test_the_command_opens_the_form_of_a_campaign_or_asks_for_which(
    world: World, campaigns: CampaignWorld
) -> None:
    campaigns.campaign()

    command(world, JASMIJN, "contact")
    assert "Betaalbaar wonen" in str(world.modal(JASMIJN)["blocks"])
    unknown = command(world, ANNA, "contact 1999-001")["message"]

    assert "Er is geen campagne 1999-001" in str(unknown)


def test_positions_and_core_messages_are_found_to_be_copied(world: World, campaigns: CampaignWorld) -> None:
    with world.writing() as session:
        new = NewCampaign(title="x", campaign_type="bill", ask="x", origin="x", groups=[HOUSING])
        actor = campaigns.actor(HOUSING_SECRETARY)
        open_campaign(session, DESK, new, actor=actor, seeds=world.app.positions, now=world.now)

    found = text_of(command(world, ANNA, "standpunt kracht steden")["message"])

    assert "Investeer in de kracht van steden" in found
    assert "kernboodschap" in found
    assert "Niets gevonden" in text_of(command(world, ANNA, "boodschap bestaatniet")["message"])
