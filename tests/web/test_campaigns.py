"""Campaigns in the portal: opened, prepared and run by people without scripts."""

import pytest
from sqlmodel import col, select

from g40flow.domain.dossier.workflow import Stage
from g40flow.storage.campaign_tables import Ask, Touchpoint
from g40flow.storage.dossier_tables import Dossier, DossierPartner, LibraryPosition
from tests.web.reading import Page, Reader
from tests.web.signing_in import browser_of
from tests.web.world import World

SECRETARY, CHAIR, PARTNER = "jasmijn-de-voorbeeld", "lars-schijn", "vigo-partnerman"
HOUSING = "woningmarkt"


@pytest.fixture
def secretary(world: World) -> Reader:
    """The secretary of the housing group."""
    return Reader(browser_of(world, SECRETARY))


def opened(world: World, secretary: Reader) -> int:
    """A campaign as it is filled in at the form."""
    secretary.send(
        secretary.get("/campagnes/nieuw"),
        "/campagnes/nieuw",
        title="Betaalbaar wonen",
        campaign_type="bill",
        ask="Bouw betaalbaar in de stad",
        origin="netwerkdag",
        lead=HOUSING,
        decision_on="2027-03-02",
    )
    with world.database.reading() as session:
        return session.scalars(select(col(Dossier.id)).order_by(col(Dossier.id).desc())).first() or 0


def step(reader: Reader, page: Page, action: str) -> Page:
    """Take a step by its form: each step has one of its own on the page."""
    forms = [form for form in page.tree.forms if form.fields.get("action") == action]
    answer = reader.client.post(forms[0].action, data=dict(forms[0].form_values()))
    assert answer.status_code == 303, answer.text
    return reader.get(answer.headers["location"].partition("#")[0])


def put(world: World, campaign: int, **fields: object) -> None:
    with world.database.writing() as session:
        for name, value in fields.items():
            setattr(session.get_one(Dossier, campaign), name, value)


def test_an_empty_list_says_what_to_do_and_a_mistake_keeps_what_was_typed(secretary: Reader) -> None:
    assert "begin een nieuwe" in secretary.get("/campagnes").part("gevonden")

    refused = secretary.send(
        secretary.get("/campagnes/nieuw"), "/campagnes/nieuw", status=422,
        title="Wonen & werken", campaign_type="bill", ask=" ", lead=HOUSING,
    )  # fmt: skip

    assert "Er is niets gewijzigd. Zeg in één zin wat u wilt bereiken." in refused.text
    assert refused.form("/campagnes/nieuw")[1]["title"] == ["Wonen & werken"]


def test_from_idea_to_mandate_by_forms(world: World, secretary: Reader) -> None:
    campaign = opened(world, secretary)
    page = secretary.get(f"/campagnes/{campaign}")
    assert "Idee" in page.text
    page = step(secretary, page, "ask_mandate")
    assert "de campagne staat nu op Mandaat pijler" in page.text

    page = secretary.send(
        page, "/mandaat", lead=SECRETARY, capacity="een dag per week", scope="tot de begroting"
    )
    chair = Reader(browser_of(world, CHAIR))
    assert "Besluit over het mandaat" in chair.get("/work").text
    given = step(chair, chair.get(f"/campagnes/{campaign}"), "give_mandate")

    assert "gegeven" in given.part("mandaat")
    assert "een dag per week" in given.part("mandaat")
    assert "Werk de boodschappen en het stuk uit" in secretary.get("/work").text


def test_asks_come_from_a_form_or_from_the_core_messages_and_are_judged_with_proof(
    world: World, secretary: Reader
) -> None:
    campaign = opened(world, secretary)
    address = f"/campagnes/{campaign}"
    page = secretary.send(
        secretary.get(address), "/boodschappen",
        wording="Bouw <b>meer</b>", target_kind="minister", target="minister van VRO", priority="1",
    )  # fmt: skip
    assert "Bouw <b>meer</b>" in page.part("boodschappen")  # as text, not as markup
    with world.database.reading() as session:
        message = session.scalars(
            select(LibraryPosition).where(LibraryPosition.kind == "core_message")
        ).first()
    assert message is not None
    page = secretary.send(
        page, "/boodschappen/bibliotheek", library=str(message.id), target_kind="parties", target="fracties"
    )
    assert message.title in page.part("boodschappen")

    with world.database.reading() as session:
        ask = session.scalars(select(Ask).order_by(col(Ask.id))).first()
    assert ask is not None
    of_ask = f"{address}/boodschappen/{ask.id}"
    shown = secretary.send(
        secretary.get(of_ask), "/onderbouwing", city="delft", text="200 woningen", source="raad"
    )
    assert "200 woningen" in shown.part("onderbouwing")
    put(world, campaign, stage=Stage.RUNNING)
    refused = secretary.send(secretary.get(of_ask), "/resultaat", status=422, result="achieved")
    assert "Zeg waaruit het resultaat blijkt" in refused.text
    shown = secretary.send(secretary.get(of_ask), "/resultaat", result="achieved", note="nota van wijziging")

    assert "Bereikt" in shown.part("resultaat")
    assert "Boodschap toegevoegd" in shown.part("geschiedenis")
    assert "Resultaat van een boodschap vastgelegd" in shown.part("geschiedenis")


def test_a_contact_takes_four_fields_and_its_agreement_is_in_the_work_of_who_does_it(
    world: World, secretary: Reader
) -> None:
    campaign = opened(world, secretary)
    form = secretary.get(f"/contacten/nieuw?campagne={campaign}")
    refused = secretary.send(
        form,
        "/contacten/nieuw",
        status=422,
        subject="Gebeld",
        organisation="Tweede Kamer",
        function="06-12345678",
    )
    assert "Dat leggen we niet vast" in refused.text

    page = secretary.send(
        form, "/contacten/nieuw",
        channel="call", subject="Kennismaking", organisation="Tweede Kamer", function="woordvoerder wonen",
        others="wethouder wonen, Zwolle", follow_up="Stuur het paper", follow_up_on="2026-11-30",
        follow_up_owner=CHAIR,
    )  # fmt: skip

    assert "Telefoon met woordvoerder wonen, Tweede Kamer" in page.part("contacten")
    chair = Reader(browser_of(world, CHAIR))
    work = chair.get("/work")
    assert "Stuur het paper" in work.part("wacht")
    with world.database.reading() as session:
        contact = session.scalars(select(Touchpoint)).one()
    assert contact.our_people == [{"person": "", "function": "wethouder wonen, Zwolle"}]
    done = chair.send(chair.get(f"/contacten/{contact.id}"), "/gedaan")
    assert "gedaan" in done.part("afspraak")
    assert "Stuur het paper" not in chair.get("/work").text
    assert "Stuur het paper" not in secretary.get("/contacten?follow_up=1").text


def test_organisations_sign_along_and_further_texts_are_begun_on_the_page(
    world: World, secretary: Reader
) -> None:
    campaign = opened(world, secretary)
    address = f"/campagnes/{campaign}"
    put(world, campaign, stage=Stage.COALITION, pen_holder=SECRETARY)

    page = secretary.send(
        secretary.get(address), "/ondertekenaars", name="Bouwend Fictief", contact="directeur"
    )
    page = secretary.send(page, "/partners/bouwend-fictief/ask", sign_by="2026-12-11")
    assert "Bouwend Fictief" in page.part("partners")
    assert "uiterlijk" in page.part("partners")
    page = secretary.send(page, "/stukken", document_type="letter_chamber", title="Brief aan de commissie")

    assert "Brief aan de commissie" in page.part("documenten")
    letter = secretary.get(page.link("Brief aan de commissie"))
    assert "Hoort bij campagne" in letter.text
    secretary.get(f"/dossiers/{campaign}", status=303)  # leads to the page of the campaign


def test_a_partner_sees_only_the_campaigns_it_works_along_in(world: World, secretary: Reader) -> None:
    campaign = opened(world, secretary)
    partner = Reader(browser_of(world, PARTNER))

    assert "Betaalbaar wonen" not in partner.get("/campagnes").text
    partner.get(f"/campagnes/{campaign}", status=404)

    scope = next(h.scope for p in world.network.people if p.slug == PARTNER for h in p.roles if h.scope)
    with world.database.writing() as session:
        session.add(DossierPartner(dossier_id=campaign, partner=scope))
    shown = partner.get(f"/campagnes/{campaign}")
    assert "Betaalbaar wonen" in partner.get("/campagnes").text
    assert "Coalitie" in shown.text
    for inside in ("Mandaat", "Relaties", "Contacten", "Geschiedenis"):
        assert inside not in shown.text.replace("Mandaat pijler", "")


def test_stakeholders_are_public_functions(secretary: Reader) -> None:
    page = secretary.get("/relaties")
    refused = secretary.send(
        page, "/relaties", status=422, kind="ministry", function="VRO", holder="Jan Modaal"
    )
    assert "Alleen van een openbaar ambt" in refused.text

    page = secretary.send(
        page, "/relaties", kind="spokesperson", function="woordvoerder wonen", party="Fictief"
    )

    assert "woordvoerder wonen" in page.part("gevonden")
    assert "woordvoerder wonen" not in secretary.get("/relaties?q=zorg").part("gevonden")


def test_a_stakeholder_is_found_by_part_of_its_name(world: World, secretary: Reader) -> None:
    campaign = opened(world, secretary)
    for place in ("Kamer", "Provincie"):
        page = secretary.get("/relaties")
        secretary.send(page, "/relaties", kind="other", function="woordvoerder wonen", organisation=place)
    page, form = secretary.get(f"/campagnes/{campaign}"), f"/campagnes/{campaign}/relaties"

    several = secretary.send(page, form, status=422, stakeholder="woordvoerder", stance="ally")
    nobody = secretary.send(page, form, status=422, stakeholder="burgemeester", stance="ally")
    shown = secretary.send(page, form, stakeholder="wonen provincie", stance="ally")

    assert "Meer dan één relatie past hierbij" in several.text
    assert "Deze relatie is niet bekend" in nobody.text
    assert "woordvoerder wonen, Provincie medestander" in shown.part("relaties")


def test_personal_data_is_found_handed_out_and_erased(
    world: World, reader: Reader, secretary: Reader
) -> None:
    opened(world, secretary)
    secretary.send(
        secretary.get("/contacten/nieuw"), "/contacten/nieuw",
        subject="Met Piet Verzonnen", organisation="Ministerie", others="Piet Verzonnen, wethouder",
    )  # fmt: skip
    address = "/admin/persoonsgegevens?name=piet+verzonnen"
    page = reader.get(address)
    assert "1 contacten" in page.part("gevonden")

    handed = reader.client.post("/admin/persoonsgegevens/export", data={"name": "Piet Verzonnen"})
    assert handed.json()["touchpoints"][0]["our_people"][0]["function"] == "Piet Verzonnen, wethouder"
    reader.send(page, "/wissen", status=422, reason="op verzoek")  # not sure yet
    reader.send(page, "/wissen", reason="op verzoek", sure="1")

    assert "staat niets" in reader.get(address).part("gevonden")
    with world.database.reading() as session:
        assert session.scalars(select(Touchpoint)).one().subject == "Met (verwijderd)"
