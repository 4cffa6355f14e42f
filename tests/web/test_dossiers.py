"""Dossiers in the portal: read and worked on by people without scripts."""

import re
from datetime import timedelta

import pytest
from sqlmodel import select

from g40flow.domain.actors import PROGRAM
from g40flow.domain.dossier.workflow import Stage
from g40flow.storage.dossier_tables import Dossier, DossierGroup, Point
from g40flow.storage.dossiers import groups_of
from g40flow.storage.history import chain_of, record
from tests.conftest import MONDAY
from tests.web.reading import Reader
from tests.web.signing_in import browser_of
from tests.web.test_items import counted_queries
from tests.web.world import World

LEAD, SECRETARY, AUDITOR_LESS = "zeger-de-voorbeeld", "jasmijn-de-voorbeeld", "joost-proefsma"
PARTNER = "vigo-partnerman"
HOUSING = "woningmarkt"


def as_person(world: World, person: str) -> Reader:
    """Somebody else's browser."""
    return Reader(browser_of(world, person))


def housing_item(items: dict[str, int], reader: Reader) -> int:
    """An item that goes to the housing group."""
    return next(number for number in items.values() if "Woningmarkt" in reader.get(f"/items/{number}").text)


@pytest.fixture
def dossier(world: World, reader: Reader, items: dict[str, int]) -> int:
    """A dossier at the housing group, opened by the secretariat."""
    number = housing_item(items, reader)
    page = reader.send(reader.get(f"/items/{number}"), f"/items/{number}/dossier", routed="1")
    assert "Het dossier is geopend" in page.text
    with world.database.reading() as session:
        return session.exec(select(Dossier)).one().id or 0


def stage(world: World, dossier: int) -> Stage:
    with world.database.reading() as session:
        return session.get_one(Dossier, dossier).stage


def put(world: World, dossier: int, **fields: object) -> None:
    with world.database.writing() as session:
        row = session.get_one(Dossier, dossier)
        for name, value in fields.items():
            setattr(row, name, value)
        for group in groups_of(session, dossier):
            group.state = "accepted"


def test_an_item_becomes_a_dossier_that_says_what_happens_next(reader: Reader, dossier: int) -> None:
    page = reader.get(f"/dossiers/{dossier}")

    assert "Gerouteerd" in page.text
    assert "gevraagd" in page.part("groepen")
    assert "Besluit over reageren beginnen" in page.part("verder")
    assert "de groep met het voortouw heeft nog niet aanvaard" in page.part("verder")
    assert "Dossier geopend" in page.part("geschiedenis")


def test_a_second_dossier_about_an_item_is_asked_again(
    reader: Reader, items: dict[str, int], dossier: int
) -> None:
    number = housing_item(items, reader)
    again = reader.send(reader.get(f"/items/{number}"), f"/items/{number}/dossier", status=409)
    assert "Naar dossier 2026-001" in again.text

    second = reader.send(again, f"/items/{number}/dossier")

    assert "2026-002" in second.text


def test_a_lead_finds_the_question_in_my_work_and_answers_it(world: World, dossier: int) -> None:
    lead = as_person(world, LEAD)
    work = lead.get("/work")
    assert "Zeg of uw groep meedoet" in work.part("wacht")

    page = lead.send(lead.get(f"/dossiers/{dossier}"), f"/groups/{HOUSING}/accept")

    assert "U doet mee" in page.text
    assert "Besluit wel of niet reageren" in page.text
    assert "Besluit of en hoe we reageren" in lead.get("/work").part("wacht")


def test_saying_no_needs_a_reason_and_goes_back_to_triage(world: World, dossier: int) -> None:
    lead = as_person(world, LEAD)
    page = lead.get(f"/dossiers/{dossier}")

    refused = lead.send(page, f"/groups/{HOUSING}/reject", status=422, reason=" ")
    assert "Er is niets gewijzigd. Zeg waarom." in refused.text
    lead.send(page, f"/groups/{HOUSING}/reject", reason="Dit gaat over zorg")

    assert stage(world, dossier) == Stage.TRIAGE
    assert "Dit gaat over zorg" in lead.get(f"/dossiers/{dossier}").part("geschiedenis")


def test_who_may_do_nothing_gets_no_forms_and_is_refused_when_trying(world: World, dossier: int) -> None:
    member = as_person(world, AUDITOR_LESS)
    page = member.get(f"/dossiers/{dossier}")

    assert not re.search(r'action="/dossiers/\d+/(groups|steps|lead|response)', page.source)
    for path, data in {
        f"groups/{HOUSING}/accept": {},
        "lead": {"group": "europa", "reason": "x"},
        "response": {"response_type": "own"},
        "pen-holder": {"person": LEAD},
        "partners": {"partner": "vng"},
        "confidential": {"reason": "x"},
        "exceptions": {"code": "dissent", "reason": "x", "who": "y"},
        "reroute": {"lead": "europa", "reason": "x"},
    }.items():
        seen = {"seen": "1", **data}
        with world.database.reading() as session:
            seen["seen"] = str(session.get_one(Dossier, dossier).revision)
        answer = member.client.post(f"/dossiers/{dossier}/{path}", data=seen)
        assert answer.status_code == 403, path
    refused = member.client.post(
        f"/dossiers/{dossier}/steps", data={"seen": seen["seen"], "action": "suspend", "reason": "x"}
    )
    assert refused.status_code == 409
    assert "niet door u" in refused.text
    assert stage(world, dossier) == Stage.ROUTED


def test_a_form_on_an_old_page_changes_nothing_and_says_so(
    world: World, reader: Reader, dossier: int
) -> None:
    old = reader.get(f"/dossiers/{dossier}")
    reader.send(old, "/follow")
    lead = as_person(world, LEAD)
    lead.send(lead.get(f"/dossiers/{dossier}"), f"/groups/{HOUSING}/accept")

    answer = reader.client.post(
        f"/dossiers/{dossier}/lead", data={**old.form("/lead")[1], "group": "europa", "reason": "x"}
    )

    assert answer.status_code == 409
    assert f'href="/dossiers/{dossier}"' in answer.text


def test_settling_response_and_pen_holder(world: World, reader: Reader, dossier: int) -> None:
    put(world, dossier, stage=Stage.RESPONSE_DECISION)
    lead = as_person(world, LEAD)

    lead.send(lead.get(f"/dossiers/{dossier}"), "/response", response_type="joint_partners")
    page = lead.send(lead.get(f"/dossiers/{dossier}"), "/pen-holder", person=SECRETARY)

    assert "Met VNG, G4 of anderen" in page.part("kern")
    assert "Jasmijn de Voorbeeld" in page.part("kern")
    assert "Gezamenlijke brief" in page.part("bijzonder")
    assert "de planning is nog niet vastgesteld" in page.part("verder")


def test_what_vng_and_g4_plan_is_written_down_and_shown(world: World, reader: Reader, dossier: int) -> None:
    page = reader.get(f"/dossiers/{dossier}")
    assert "VNG, G4 en anderen nog niet nagevraagd" in page.text

    page = reader.send(page, "/partner-plans", plans="VNG reageert zelf <b>op 4 december</b>")

    assert "VNG, G4 en anderen VNG reageert zelf <b>op 4 december</b>" in page.text
    assert not as_person(world, "joost-proefsma").get(f"/dossiers/{dossier}").has_form("/partner-plans")
    reader.send(page, "/partner-plans", status=422, plans=" ")


def test_not_responding_asks_for_a_code_and_a_reason(world: World, dossier: int) -> None:
    put(world, dossier, stage=Stage.RESPONSE_DECISION)
    lead = as_person(world, LEAD)
    with world.database.reading() as session:
        seen = session.get_one(Dossier, dossier).revision
    data = {"seen": seen, "action": "decide_no_response", "reason": "geen tijd"}

    without = lead.client.post(f"/dossiers/{dossier}/steps", data=data)
    done = lead.client.post(f"/dossiers/{dossier}/steps", data={**data, "code": "no_capacity"})

    assert (without.status_code, done.status_code) == (422, 303)
    assert "Kies een reden uit de lijst" in without.text
    page = lead.get(f"/dossiers/{dossier}")
    assert "Geen capaciteit" in page.part("kern")
    assert "Bezwaar kan tot" in page.part("kern")


def test_a_confidential_dossier_is_not_there_for_others(world: World, reader: Reader, dossier: int) -> None:
    reader.send(reader.get(f"/dossiers/{dossier}"), "/confidential", reason="gevoelig", readers=[SECRETARY])
    stranger, secretary = as_person(world, LEAD), as_person(world, SECRETARY)

    assert "Geen dossiers" in stranger.get("/dossiers").text
    stranger.get(f"/dossiers/{dossier}", status=404)
    stranger.get(f"/dossiers/{dossier}/history", status=404)
    assert stranger.client.post(f"/dossiers/{dossier}/follow", data={"seen": 1}).status_code == 404
    assert "vertrouwelijk" in secretary.get(f"/dossiers/{dossier}").text
    assert "2026-001" in secretary.get("/dossiers").text


def test_the_list_is_searched_and_filtered(world: World, reader: Reader, dossier: int) -> None:
    with world.database.reading() as session:
        title = session.get_one(Dossier, dossier).title
    word = title.split()[-1]

    assert title in reader.get(f"/dossiers?q={word.upper()}").text
    assert title in reader.get("/dossiers?q=2026-001").text
    assert title in reader.get(f"/dossiers?group={HOUSING}").text
    assert "Geen dossiers" in reader.get("/dossiers?q=nergens").text
    assert "Geen dossiers" in reader.get("/dossiers?group=europa").text
    assert "Geen dossiers" in reader.get("/dossiers?mine=1").text
    assert "Geen dossiers" in reader.get("/dossiers?state=final").text
    assert "Geen dossiers" in reader.get("/dossiers?q=%25").text
    assert title in reader.get("/dossiers?stage=routed").text


def test_a_letter_is_opened_by_hand(reader: Reader) -> None:
    form = reader.get("/dossiers/new")

    wrong = reader.send(form, "/dossiers/new", status=422, title=" ", lead="europa")
    day = reader.send(form, "/dossiers/new", status=422, title="Brief", closes_on="31-31-2026")
    done = reader.send(form, "/dossiers/new", title="Brief over accres", document_type="letter_minister")

    assert "Vul een titel in" in wrong.text
    assert "geen datum" in day.text
    assert "Brief aan bewindspersoon" in done.text


def test_a_partner_sees_its_own_part_and_not_how_we_work(world: World, reader: Reader, dossier: int) -> None:
    page = reader.send(reader.get(f"/dossiers/{dossier}"), "/partners", partner="g4")
    reader.send(page, "/exceptions", code="dissent", reason="gevoelig verschil", who="Delft")
    partner = as_person(world, PARTNER)
    partner.get(f"/dossiers/{dossier}", status=404)
    reader.send(reader.get(f"/dossiers/{dossier}"), "/partners", partner="vng", contact="adviseur")
    reader.send(reader.get(f"/dossiers/{dossier}"), "/partners/vng/ask")

    seen = partner.get(f"/dossiers/{dossier}")
    partner.send(seen, "/partners/vng/answer", answer="agreed")

    assert "VNG" in seen.part("partners")
    assert "G4" not in seen.part("partners")
    assert "gevoelig verschil" not in seen.text
    assert "Anna Testerink, " not in seen.text
    assert partner.client.get(f"/dossiers/{dossier}/history").status_code == 403
    assert "zal tekenen" in reader.get(f"/dossiers/{dossier}").part("partners")


def test_everybody_of_the_network_reads_the_history(world: World, dossier: int) -> None:
    stranger = as_person(world, "otis-fantasie")

    assert "Dossier geopend" in stranger.get(f"/dossiers/{dossier}/history").text


def test_what_does_not_go_as_usual_is_raised_and_lifted(reader: Reader, dossier: int) -> None:
    page = reader.get(f"/dossiers/{dossier}")

    refused = reader.send(page, "/exceptions", status=422, code="dissent", reason="Delft ziet het anders")
    raised = reader.send(page, "/exceptions", code="dissent", reason="Delft ziet het anders", who="Delft")
    lifted = reader.send(raised, "/exceptions/dissent/lift", reason="opgelost")

    assert "Vul de datum of de naam in" in refused.text
    assert "Afwijkend standpunt van Delft" in raised.part("bijzonder")
    assert "Eerdere bijzonderheden (1)" in lifted.part("beheer")


def test_publishers_text_and_reasons_do_no_harm(world: World, reader: Reader, dossier: int) -> None:
    put(world, dossier, title="<script>alert(1)</script>")
    page = reader.send(
        reader.get(f"/dossiers/{dossier}"), "/exceptions", code="dissent", reason="<img src=x>", who="\"'>"
    )

    assert "<script>" not in page.source.replace("&lt;script&gt;", "")
    assert "<img src=x>" not in page.source


def test_the_whole_history_is_behind_a_link(reader: Reader, dossier: int) -> None:
    page = reader.get(f"/dossiers/{dossier}/history")

    assert "Dossier geopend" in page.text
    assert "Anna Testerink" in page.text


def test_a_missed_term_asks_for_the_cause(world: World, reader: Reader, dossier: int) -> None:
    put(world, dossier, stage=Stage.DRAFTING, closes_on=world.now().date() - timedelta(days=3))

    page = reader.send(reader.get(f"/dossiers/{dossier}"), "/missed", reason="ziekte", late_letter="1")

    assert "Termijn gemist" in page.part("bijzonder")
    assert "Brief buiten de consultatie" in page.part("kern")
    assert stage(world, dossier) == Stage.DRAFTING


def test_nothing_waits_for_somebody_new(world: World) -> None:
    assert "U bent bij" in as_person(world, AUDITOR_LESS).get("/work").text


def test_pages_stay_small_with_a_long_history(world: World, reader: Reader, dossier: int) -> None:
    for _ in range(40):
        reader.client.post(f"/dossiers/{dossier}/follow", data={})
    with world.database.writing() as session:
        for slug in ("europa", "veiligheid", "financien"):
            session.add(DossierGroup(dossier_id=dossier, theme_group=slug))

    assert len(reader.get(f"/dossiers/{dossier}").source.encode()) < 100_000


def test_a_pen_holder_finds_the_dossiers_on_which_nothing_waits(world: World, dossier: int) -> None:
    put(world, dossier, pen_holder=AUDITOR_LESS)

    page = as_person(world, AUDITOR_LESS).get("/work")

    assert "2026-001" in page.part("pen")
    assert "U houdt de pen" not in as_person(world, LEAD).get("/work").text


def test_the_number_of_queries_does_not_grow_with_what_a_dossier_has(
    world: World, reader: Reader, dossier: int
) -> None:
    reader.get(f"/dossiers/{dossier}")
    with counted_queries(world) as few:
        reader.get(f"/dossiers/{dossier}")
    with world.database.writing() as session:
        for number in range(8):
            session.add(Point(dossier_id=dossier, position=number, added_by="x", added_at=MONDAY))
            record(session, chain_of(dossier), PROGRAM, "follow", now=MONDAY)
        for slug in ("europa", "veiligheid"):
            session.add(DossierGroup(dossier_id=dossier, theme_group=slug))

    with counted_queries(world) as many:
        reader.get(f"/dossiers/{dossier}")

    assert len(many) == len(few) <= 18, many
