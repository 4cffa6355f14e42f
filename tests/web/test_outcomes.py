"""Outcomes on the page of a campaign: linked in one click, taken back, and harmless."""

from datetime import timedelta

import pytest

from g40flow.domain.dossier.workflow import Stage
from g40flow.storage.outcomes import proofs_of, proposals_of
from g40flow.use_cases.text.points import PointText, add_point
from tests.use_cases.outcomes.world import OutcomeWorld
from tests.web.chamber import HOSTILE, chamber_decides
from tests.web.reading import Reader
from tests.web.signing_in import browser_of
from tests.web.test_campaigns_in_browser import fill_campaign
from tests.web.world import World

SECRETARIAT, BOARD_MEMBER = "anna-testerink", "lars-schijn"


@pytest.fixture
def campaign(world: World) -> int:
    found = fill_campaign(world)
    chamber_decides(world, found)
    return found


def states(world: World, campaign: int) -> list[str]:
    with world.database.reading() as session:
        return [proposal.state.value for proposal in proposals_of(session, campaign)]


def test_a_proposal_explains_itself_and_is_linked_in_one_click(world: World, campaign: int) -> None:
    reader = Reader(browser_of(world, SECRETARIAT))
    page = reader.get(f"/campagnes/{campaign}")

    part = page.part("uitkomsten")
    assert "raakt deze woorden: regie" in part
    assert "hoort bij Kamerdossier 36512" in part
    assert "Telling en Kamer verschillen" in part
    assert "<script>" not in page.source
    assert HOSTILE[:8] in part  # shown as text

    with world.database.reading() as session:
        waiting = [one.id for one in proposals_of(session, campaign) if one.state == "open" and one.strong]
    answer = reader.client.post(f"/uitkomsten/{waiting[0]}/koppelen")

    assert answer.status_code == 303
    assert answer.headers["location"] == f"/campagnes/{campaign}#uitkomst-{waiting[0]}"
    with world.database.reading() as session:
        assert waiting[0] in {proof.proposal_id for proof in proofs_of(session, campaign)}


def test_a_mistake_is_said_and_what_was_done_is_taken_back(world: World, campaign: int) -> None:
    client = browser_of(world, SECRETARIAT)
    with world.database.reading() as session:
        rows = {proposal.state.value: proposal.id for proposal in proposals_of(session, campaign)}
        proof = proofs_of(session, campaign)[0].id

    address = f"/uitkomsten/{rows['open']}/koppelen"
    refused = client.post(address, data={"target": "ask:1", "result": "achieved"})
    assert refused.status_code == 422
    assert "Zeg waaruit het resultaat blijkt" in refused.text
    assert client.post(address, data={"target": "x:1"}).status_code == 404

    before = states(world, campaign)
    assert client.post(f"/uitkomsten/{rows['dismissed']}/terugzetten").status_code == 303
    assert client.post(f"/uitkomsten/bewijs/{proof}/los").status_code == 303
    assert client.post(f"/uitkomsten/{rows['open']}/afwijzen", data={"reason": "nee"}).status_code == 303
    assert states(world, campaign) != before


def test_who_may_say_no_results_sees_them_without_buttons(world: World, campaign: int) -> None:
    client = browser_of(world, BOARD_MEMBER)
    page = client.get(f"/campagnes/{campaign}").text
    with world.database.reading() as session:
        proposal = proposals_of(session, campaign)[0].id

    assert "Uitkomsten" in page
    assert "/uitkomsten/" not in page
    assert client.post(f"/uitkomsten/{proposal}/afwijzen").status_code == 403
    assert client.post("/uitkomsten/99999/afwijzen").status_code == 404


def test_a_response_has_its_memorandum_proposed_for_a_point_and_says_the_outcome(world: World) -> None:
    house = OutcomeWorld(world.database, now=world.now() - timedelta(hours=2))
    house.items = 200
    dossier = house.dossier("woningmarkt", title="Wet regie")
    point = house.do(
        add_point, dossier, PointText(problem="De opschalingskorting blijft"), by="jasmijn-de-voorbeeld"
    )
    house.change(dossier, stage=Stage.FOLLOW_UP)
    memorandum = {"documents": [{"kind": "Memorie van toelichting", "title": "Memorie", "url": ""}]}
    house.family(
        house.items_of(dossier)[0], house.case("Wetgeving", "Wet regie", key="bill", facts=memorandum)
    )
    house.follow(dossier)
    client = browser_of(world, SECRETARIAT)

    part = Reader(client).get(f"/dossiers/{dossier}").part("uitkomsten")
    assert "Memorie van toelichting: Wet regie" in part
    assert "dit soort stuk zegt wat er met reacties is gedaan" in part
    assert "Koppelen aan punt 1" in part

    with world.database.reading() as session:
        [proposal] = proposals_of(session, dossier)
    said = {"target": f"point:{point.id}", "result": "partly", "note": "In de toelichting genoemd."}
    assert client.post(f"/uitkomsten/{proposal.id}/koppelen", data=said).status_code == 303
    assert "Deels bereikt" in Reader(client).get(f"/dossiers/{dossier}").part("uitkomsten")
