"""Campaigns through the API: what programs read of them, and what they add."""

from typing import Any

import pytest
from sqlmodel import select

from g40flow.domain.network import Role
from g40flow.storage.access_tables import RoleGrant
from g40flow.storage.campaign_tables import AskEvidence, Campaign
from g40flow.storage.dossier_tables import Dossier, DossierPartner, HistoryEntry
from g40flow.storage.family_members import new_family
from g40flow.use_cases.campaigns.asks import set_ask_evidence
from g40flow.use_cases.campaigns.stakeholders import StakeholderText, add_stakeholder, map_stakeholder
from tests.use_cases.campaigns.world import CampaignWorld
from tests.use_cases.dossier.world import HOUSING_SECRETARY
from tests.web.api.asking import program_of
from tests.web.reading import TestClient
from tests.web.signing_in import ANNA
from tests.web.world import World, consultation

CONTACT: dict[str, Any] = {
    "happened_on": "2026-11-20",
    "channel": "call",
    "subject": "Over de begroting",
    "function": "woordvoerder wonen",
    "organisation": "Tweede Kamer",
}


@pytest.fixture
def network(world: World) -> CampaignWorld:
    """A campaign with an ask, a city's evidence and a committee."""
    found = CampaignWorld(world.database, now=world.now())
    campaign = found.campaign()
    found.do(set_ask_evidence, found.ask(campaign), "delft", "200 woningen", by=HOUSING_SECRETARY)
    known = found.do(add_stakeholder, StakeholderText(kind="committee", function="Commissie voor Wonen"))
    found.do(map_stakeholder, campaign, known.id, "ally", note="vroeg om het debat")
    return found


@pytest.fixture
def program(world: World, network: CampaignWorld) -> TestClient:
    """A program of the secretary of the group."""
    return program_of(world, HOUSING_SECRETARY)


def test_a_campaign_is_read_with_what_belongs_to_it(world: World, program: TestClient) -> None:
    [listed] = program.get("/campaigns?campaign_type=agenda_setting&group=woningmarkt").json()["items"]
    whole = program.get("/campaigns/1")
    [ask] = program.get("/campaigns/1/asks").json()

    assert (listed["number"], listed["ask"], listed["stage"]) == (
        "2026-001",
        "Bouw betaalbaar in de stad",
        "idea",
    )
    assert whole.json()["groups"][0]["group"] == "woningmarkt"
    assert program.get("/campaigns/1", headers={"If-None-Match": whole.headers["etag"]}).status_code == 304
    assert ask["evidence"] == [{"city": "delft", "text": "200 woningen", "publish": False}]
    assert program.get("/campaigns/1/stakeholders").json()[0]["stance"] == "ally"
    assert program.get("/campaigns?campaign_type=bill").json()["items"] == []
    assert program.get("/dossiers").json()["items"] == []  # those are texts
    text = world.publish(consultation("Wet regie woningen"))
    opened = program.post("/dossiers", json={"item_ids": [text]}).json()["id"]
    assert program.get(f"/campaigns/{opened}").status_code == 404


def test_a_contact_is_written_down_and_its_follow_up_done(
    world: World, network: CampaignWorld, program: TestClient
) -> None:
    more = {
        "campaign_id": 1,
        "asks": [1],
        "follow_up": "Stuur het paper",
        "our_people": [{"function": "wethouder"}],
    }

    kept = program.post("/touchpoints", json=CONTACT | more)
    outside = program.post("/touchpoints", json=CONTACT)
    done = program.put(f"/touchpoints/{kept.json()['id']}/done")
    page = program.get("/campaigns/1/touchpoints?limit=1").json()

    assert (kept.status_code, kept.json()["asks"], kept.json()["logged_by"]) == (201, [1], HOUSING_SECRETARY)
    assert kept.headers["location"] == f"/api/v1/touchpoints/{kept.json()['id']}"
    assert program.get(kept.headers["location"].removeprefix("/api/v1")).json() == done.json()
    assert done.json()["follow_up_done_at"] is not None
    assert program.get("/campaigns/1/asks").json()[0]["state"] == "brought"
    assert [one["id"] for one in page["items"]] == [kept.json()["id"]]
    assert [one["id"] for one in program.get("/touchpoints").json()["items"]] == [
        outside.json()["id"],
        kept.json()["id"],
    ]
    with world.database.reading() as session:
        entries = session.scalars(select(HistoryEntry).where(HistoryEntry.action == "log_touchpoint")).all()
    assert {entry.surface for entry in entries} == {"api"}


@pytest.mark.parametrize(
    ("changed", "code"),
    [
        ({"subject": "Bel 06-12345678"}, "contact_data"),
        ({"happened_on": "2027-01-01"}, "date_in_future"),
        ({"function": "", "organisation": ""}, "counterpart_needed"),
        ({"campaign_id": 1, "asks": [99]}, None),
        ({"channel": "duif"}, "enum"),
        ({"email": "x@example.nl"}, "extra_forbidden"),
    ],
)
def test_what_may_not_be_kept_of_a_contact_is_refused(
    program: TestClient, changed: dict[str, Any], code: str | None
) -> None:
    refused = program.post("/touchpoints", json=CONTACT | changed)

    assert refused.status_code == (404 if code is None else 422)
    assert code is None or refused.json()["mistakes"][0]["code"] == code
    assert program.get("/touchpoints").json()["items"] == []


def test_a_city_brings_evidence_in_place_of_what_it_brought(world: World, program: TestClient) -> None:
    first = program.put("/asks/1/evidence/delft", json={"text": "300 woningen", "publish": True})
    second = program.put("/asks/1/evidence/zwolle", json={"text": "Geen geld"})
    unknown = program.put("/asks/1/evidence/rotterdam", json={"text": "x"})
    program.put("/asks/1/evidence/zwolle", json={"text": ""})

    assert first.json()["evidence"] == [{"city": "delft", "text": "300 woningen", "publish": True}]
    assert [one["city"] for one in second.json()["evidence"]] == ["delft", "zwolle"]
    assert unknown.json()["mistakes"] == [{"field": "body.city", "code": "unknown_city"}]
    with world.database.reading() as session:
        assert [row.city for row in session.scalars(select(AskEvidence))] == ["delft"]


def test_a_confidential_campaign_does_not_exist_for_others(world: World, program: TestClient) -> None:
    program.post("/touchpoints", json=CONTACT | {"campaign_id": 1})
    with world.database.writing() as session:
        session.get_one(Dossier, 1).confidential = True
    other = program_of(world, ANNA)

    assert other.get("/campaigns").json()["items"] == []
    assert other.get("/touchpoints").json()["items"] == []
    for path in ("", "/asks", "/stakeholders", "/touchpoints"):
        assert other.get(f"/campaigns/1{path}").status_code == 404
    assert other.get("/touchpoints/1").status_code == 404
    assert other.put("/asks/1/evidence/delft", json={"text": "x"}).status_code == 404
    assert other.post("/touchpoints", json=CONTACT | {"campaign_id": 1}).status_code == 404


def test_a_partner_reads_the_asks_and_nothing_from_inside(world: World, program: TestClient) -> None:
    with world.database.writing() as session:
        session.add(DossierPartner(dossier_id=1, partner="vng"))
        for role, scope, config in ((Role.PARTNER, "vng", False), (Role.PA_OFFICER, None, True)):
            session.add(
                RoleGrant(
                    person=ANNA, role=role, scope=scope, from_config=config,
                    granted_at=world.now(), granted_by="test",
                )
            )  # fmt: skip
        session.add(DossierPartner(dossier_id=1, partner="g4"))
        session.get_one(Campaign, 1).evaluation = "Van binnen"
    partner = program_of(world, ANNA)

    assert partner.get("/me").json()["roles"] == [{"role": "partner", "scope": "vng"}]
    assert partner.get("/campaigns/1/asks").json()[0]["evidence"] == []
    shown = partner.get("/campaigns/1").json()
    assert [one["partner"] for one in shown["signatories"]] == ["vng"]
    assert shown["evaluation"] == ""
    for path in ("/campaigns/1/stakeholders", "/campaigns/1/touchpoints", "/touchpoints"):
        assert partner.get(path).status_code == 403


def test_an_item_says_what_belongs_with_it(world: World, program: TestClient) -> None:
    ids = [world.publish(consultation(title)) for title in ("Wet regie een", "Wet regie twee", "Iets anders")]
    with world.database.writing() as session:
        family = new_family(session, ids[:2], world.now())

    shown = program.get(f"/families/{family}").json()

    assert [program.get(f"/items/{one}").json()["family_id"] for one in ids] == [family, family, None]
    assert (shown["total"], sorted(one["id"] for one in shown["items"])) == (2, ids[:2])
    assert shown["sources"] == {"internetconsultatie": 2}
    assert program.get("/families/99").status_code == 404
