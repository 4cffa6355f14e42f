"""The pages on which administrators look after people, as they are used."""

from datetime import date

import pytest

from g40flow.domain.network import Role
from g40flow.storage.access import effective_person
from g40flow.storage.history import NETWORK, history_of
from tests.web.reading import Page, Reader, TestClient
from tests.web.signing_in import browser_of
from tests.web.test_hostile_text import HOSTILE, assert_harmless
from tests.web.world import World, consultation

LARS = "/admin/people/lars-schijn"


def test_a_new_person_gets_a_role_and_comes_in(world: World, reader: Reader) -> None:
    page = reader.send(
        reader.get("/admin/people"), "/admin/people", name="Zoë de Bruïn", email="zoe@example.nl", city="ede"
    )
    assert "Geef nu een rol" in page.text

    after = reader.send(page, "/roles", role="theme_group_member", scope="woningmarkt")

    assert "Lid themagroep Woningmarkt" in after.part("rollen")
    visitor = browser_of(world, "zoe-de-bruin")
    assert visitor.get("/items").status_code == 200
    refused = visitor.get("/admin/people")
    assert refused.status_code == 403
    assert "andere rol (Secretaris bestuur, PA-secretariaat)" in " ".join(refused.text.split())


def test_people_are_found_by_name_city_group_and_role(reader: Reader) -> None:
    assert "1 persoon" in reader.get("/admin/people?q=schijn&role=pillar_chair").text
    assert "Lars Schijn" in reader.get("/admin/people?q=lars-schijn@example").text
    assert "Niemand gevonden" in reader.get("/admin/people?q=bestaatniet").text


def test_a_mistake_is_told_at_its_field_and_what_was_filled_in_stays(world: World, reader: Reader) -> None:
    page = reader.get("/admin/people")

    again = reader.send(page, "/admin/people", status=422, name="Zoë", email="geen adres")

    assert "Er is nog niemand toegevoegd" in again.text
    assert "dit is geen e-mailadres" in again.part("toevoegen")
    assert again.tree.xpath("//input[@name='name']/@value") == ["Zoë"]
    assert again.tree.xpath("//input[@name='email'][@aria-invalid='true']/@aria-describedby")


@pytest.mark.parametrize(
    ("values", "words"),
    [
        ({"role": ""}, "vul dit in"),
        ({"role": "keizer"}, "vul dit in"),
        ({"role": "theme_group_lead", "scope": ""}, "deze rol kan niet hiervoor"),
        ({"role": "auditor", "from_on": "morgen"}, "dit is geen datum"),
        ({"role": "auditor", "from_on": "2027-01-02", "until_on": "2027-01-01"}, "ligt voor de eerste"),
        ({"role": "board_member"}, "heeft deze rol al"),
    ],
)
def test_a_role_that_cannot_be_is_explained(
    world: World, reader: Reader, values: dict[str, str], words: str
) -> None:
    again = reader.send(reader.get(LARS), "/roles", status=422, **values)

    assert "Er is niets gewijzigd" in again.text
    assert words in again.text


def test_a_deputy_is_named_and_ended_from_the_page_of_who_is_stood_in_for(
    world: World, reader: Reader
) -> None:
    page = reader.send(
        reader.get(LARS),
        "/deputies",
        deputy="kim-modelman",
        holding="pillar_chair fysiek",
        until_on="2026-12-31",
    )
    assert "Kim Modelman : Pijlervoorzitter Fysiek" in page.part("vervangers")
    assert "als vervanger van Lars Schijn" in reader.get("/admin/people/kim-modelman").part("rollen")

    after = reader.send(page, "/admin/people/kim-modelman/roles/end")

    assert "Niemand neemt waar" in after.part("vervangers")


def test_a_role_is_ended_once(world: World, reader: Reader) -> None:
    page = reader.get(LARS)
    reader.send(page, "/roles/end")

    again = reader.send(page, "/roles/end", status=409)

    assert "Iemand anders was u voor" in again.text


def test_taking_access_away_works_at_once_and_can_be_undone(world: World, reader: Reader) -> None:
    lars = browser_of(world, "lars-schijn")
    page = reader.send(reader.get(LARS), "/deactivate")

    assert lars.get("/items").status_code == 303
    assert "geen toegang" in page.text

    after = reader.send(page, "/reactivate")

    assert "kan weer inloggen" in after.text
    assert lars.get("/items").status_code == 303
    assert browser_of(world, "lars-schijn").get("/items").status_code == 200


def test_ones_own_access_stays(reader: Reader) -> None:
    page = reader.get("/admin/people/anna-testerink")

    assert not page.has_form("/deactivate")
    again = reader.client.post("/admin/people/anna-testerink/deactivate", data={"x": "y"})
    assert again.status_code == 422
    assert "Dit kunt u niet voor uzelf doen" in Page(again.text).text


def test_a_colleague_can_be_signed_out_after_a_lost_phone(world: World, reader: Reader) -> None:
    phone = browser_of(world, "lars-schijn")
    page = reader.get(LARS)
    assert "Firefox, Linux" in page.part("sessies")

    after = reader.send(page, "/lars-schijn/sign-out")

    assert "Nu nergens ingelogd" in after.part("sessies")
    assert phone.get("/items").status_code == 303


def test_a_token_is_shown_once(world: World, reader: Reader) -> None:
    shown = reader.send(reader.get(LARS), "/tokens", status=200, name="Koppeling archief", days="30")

    (secret,) = [code.text for code in shown.tree.xpath("//code")]
    assert secret.startswith("g40_")
    page = reader.get(LARS)
    assert "Koppeling archief leest" in page.part("tokens")
    assert secret not in page.source
    assert "Het token werkt niet meer" in reader.send(page, "/revoke").text


def test_everything_is_in_the_history_with_who_did_it(world: World, reader: Reader) -> None:
    page = reader.send(reader.get(LARS), "/roles", role="auditor")
    reader.send(page, "/deactivate")

    with world.database.reading() as session:
        entries = history_of(session, NETWORK)
    assert [(e.action, e.person, e.surface) for e in entries] == [
        ("grant_role", "anna-testerink", "portal"),
        ("deactivate_person", "anna-testerink", "portal"),
    ]
    assert entries[0].facts["role"] == "auditor"


def test_a_role_counts_for_the_next_page_without_signing_in_again(world: World, reader: Reader) -> None:
    lars = browser_of(world, "lars-schijn")
    assert lars.get("/admin/people").status_code == 403

    reader.send(reader.get(LARS), "/roles", role="pa_officer")

    assert lars.get("/admin/people").status_code == 200
    with world.database.reading() as session:
        person = effective_person(session, world.network, "lars-schijn")
        assert person is not None
        assert Role.PA_OFFICER in {held.role for held in person.roles}


def test_who_got_a_role_in_the_portal_is_told_what_is_urgent(world: World, reader: Reader) -> None:
    reader.send(reader.get(LARS), "/roles", role="theme_group_secretary", scope="zorg-jeugd-onderwijs")

    world.publish(consultation("Spoedregeling zorg", closes_on=date(2026, 11, 27)))

    told = {audience for audience in world.messages() if audience.startswith("person:")}
    assert told == {"person:femke-schijn", "person:lars-schijn"}
    assert "Persoon: Lars Schijn" in reader.get("/messages").text


@pytest.mark.parametrize("text", HOSTILE)
def test_hostile_names_are_only_ever_text(world: World, reader: Reader, text: str) -> None:
    name = text[:90]
    page = reader.send(reader.get("/admin/people"), "/admin/people", name=name, email="h@example.nl")

    assert_harmless(page)
    for address in ("/admin/people?q=h%40example", f"/admin/people?q={'x' * 90}"):
        assert_harmless(reader.get(address))
    slug = page.form("/roles")[0].split("/")[3]
    reader.send(page, "/roles", role="auditor")
    assert_harmless(Reader(browser_of(world, slug)).get("/account"))


@pytest.mark.parametrize("slug", ["niemand", "A", "x" * 81, "%00", "a%2Fb"])
def test_who_does_not_exist_is_a_page_that_helps(client: TestClient, slug: str) -> None:
    answer = client.get(f"/admin/people/{slug}")

    assert answer.status_code in (404, 422)
    assert "<h1" in answer.text
