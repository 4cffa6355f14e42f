"""Every exception of the process as people meet it: in the portal, in Slack and in their mail."""

import re
from datetime import date
from typing import Any

import httpx
import pytest
from playwright.sync_api import Browser, expect

from g40flow.domain.dossier.words import ExceptionCode as Code
from g40flow.domain.dossier.workflow import Stage
from g40flow.domain.items import ItemStatus
from tests.browsing import flaws, opening
from tests.slack_app.conftest import wait_until
from tests.walks.world import Walk, walks
from tests.web.calling import call_in, dossier_in_call
from tests.web.reading import Reader
from tests.web.world import consultation
from tests.web.writing import adopted, dossier_in_writing, written

ANNA, BRAM = "anna-testerink", "bram-bedacht"
LEAD, SECRETARY = "zeger-de-voorbeeld", "jasmijn-de-voorbeeld"
BOARD_MEMBER, CHAIR, PARTNER = "joost-proefsma", "ines-de-modelle", "vigo-partnerman"
WRITER = "nout-modelman"  # of Ede; not in Slack, so mail reaches him
HOUSING, CHAIN = "woningmarkt", "WGK026123"
CHOICES: dict[str, Any] = {
    "publish": "yes",
    "organisation": "G40 Stedennetwerk",
    "place": "Den Haag",
    "contact": "PA",
}


@walks(Code.LATE_DETECTED, Code.URGENT, Code.EXTENDED, Code.SHORTENED, Code.WITHDRAWN, Code.REOPENED)
def test_a_publisher_changes_the_term_again_and_again(walk: Walk) -> None:
    # Three weeks after it opened it is seen: eight working days are left.
    item = walk.publish(consultation("Besluit woningdelen", chain_id=CHAIN))
    walk.program.press(LEAD, "item_take_up", group=HOUSING)
    wait_until(lambda: walk.newest_about(item))
    dossier = walk.newest_about(item)
    page = walk.page(ANNA, dossier)
    assert "laat gesignaleerd" in page.part("bijzonder").lower()
    assert "werkdagen verloren" in page.part("bijzonder")
    walk.act(ANNA, dossier, "pen-holder", person=WRITER)
    assert "spoed" in walk.page(LEAD, dossier).part("deel-plan").lower()

    walk.act(LEAD, dossier, "plan/urgent", choice="accept", reason="acht werkdagen")
    walk.deliver()
    assert "spoedprocedure" in walk.page(WRITER, dossier).part("bijzonder").lower()

    walk.publish(consultation("Besluit woningdelen", chain_id=CHAIN, closes_on=date(2027, 1, 8)))
    page = walk.page(ANNA, dossier)
    assert "van do 3 dec naar vr 8 jan 2027" in page.part("bijzonder")
    [mail] = walk.mails(WRITER, "Termijn verlengd")
    assert "vrijdag 8 januari 2027" in mail
    assert "de planning" in walk.follow_link(WRITER, mail, "/dossiers/").text.lower()
    assert walk.in_slack(SECRETARY).count("Termijn verlengd") == 1
    assert walk.in_channel(HOUSING).count("Termijn verlengd") == 1

    walk.publish(consultation("Besluit woningdelen", chain_id=CHAIN, closes_on=date(2026, 12, 1)))
    assert "Verkorte termijn" in walk.page(LEAD, dossier).part("bijzonder")
    assert "Termijn verkort" in walk.in_channel(HOUSING)
    assert len(walk.mails(WRITER, "Termijn verkort")) == 1

    gone = consultation(
        "Besluit woningdelen", chain_id=CHAIN, closes_on=date(2026, 12, 1), status=ItemStatus.WITHDRAWN
    )
    walk.publish(gone)
    page = walk.page(ANNA, dossier)
    assert "Ingetrokken" in page.text
    assert page.tree.xpath("//a[contains(@href, 'besluitwoningdelen')]")
    assert "Consultatie ingetrokken" in walk.in_slack(SECRETARY)
    assert walk.mails(WRITER, "Consultatie ingetrokken")

    again = walk.publish(
        consultation(
            "Besluit woningdelen",
            chain_id=CHAIN,
            identifier="besluitwoningdelen-2",
            opens_on=date(2026, 11, 23),
            closes_on=date(2027, 1, 29),
        )
    )
    page = walk.page(ANNA, dossier)
    assert "Heropend" in page.part("bijzonder")
    assert "Consultatie heropend" in walk.in_channel(HOUSING)
    assert again


@walks(Code.HOLIDAY_TERM)
def test_a_term_over_the_holidays_warns_and_offers_a_letter(walk: Walk) -> None:
    days = {"opens_on": date(2026, 12, 14), "closes_on": date(2027, 1, 8)}
    item = walk.publish(consultation("Besluit kerstwoningen", **days))
    anna = walk.reader(ANNA)
    anna.send(anna.get(f"/items/{item}"), f"/items/{item}/dossier", routed="1")
    away = walk.reader(SECRETARY)
    away.send(away.get("/voorkeuren"), "/afwezig", from_on="2026-12-21", until_on="2027-01-02")
    walk.deliver()

    page = walk.page(LEAD, walk.newest_about(item))

    assert "Vakantietermijn" in page.part("bijzonder")
    assert "Jasmijn de Voorbeeld is weg van ma 21 dec tot en met za 2 jan" in page.part("bijzonder")
    assert "geen vervanger" in page.part("bijzonder")
    away.send(away.get("/voorkeuren"), "/terug")
    assert "Wij vragen u daarom om uitstel" in page.text
    assert "vakantietermijn" in walk.in_channel(HOUSING)


@walks(Code.SUSPENDED, Code.CONTROVERSIAL)
def test_what_stands_still_says_so_and_is_taken_up_again_by_hand(walk: Walk) -> None:
    dossier = walk.network.at(Stage.DRAFTING, HOUSING, pen_holder=WRITER)
    walk.deliver()

    walk.step(ANNA, dossier, "suspend", "de minister denkt na")
    walk.deliver()
    assert "Opgeschort" in walk.page(LEAD, dossier).part("bijzonder")
    [mail] = walk.mails(WRITER, "Opgeschort")
    assert "de minister denkt na" in mail
    walk.step(ANNA, dossier, "resume", "het gaat door")
    walk.deliver()
    assert walk.mails(WRITER, "Het dossier loopt weer")
    assert "Opgeschort" in walk.in_slack(SECRETARY)

    walk.act(ANNA, dossier, "controversial", reason="besluit van 1 december")
    walk.deliver()
    page = walk.page(ANNA, dossier)
    assert "Controversieel" in page.part("bijzonder")
    assert page.tree.xpath("//a[starts-with(@href, '/campagnes/nieuw')]")
    assert "besluit van 1 december" in walk.mails(WRITER, "Opgeschort")[-1]


@walks(Code.WRONG_GROUP, Code.DUPLICATE)
def test_what_came_at_the_wrong_place_goes_to_the_right_one(walk: Walk) -> None:
    item = walk.publish(consultation("Wet woningwarmte", closes_on=date(2027, 1, 29)))
    walk.reader(ANNA).send(walk.reader(ANNA).get(f"/items/{item}"), f"/items/{item}/dossier", routed="1")
    dossier = walk.newest_about(item)
    walk.deliver()
    assert walk.dossier(dossier).number in walk.in_channel("woningmarkt")

    walk.act(ANNA, dossier, "reroute", lead="veiligheid", reason="gaat over brandveiligheid")
    walk.deliver()
    assert "Onjuist gerouteerd" in walk.page(ANNA, dossier).part("bijzonder")
    assert walk.dossier(dossier).number in walk.in_channel("veiligheid")
    assert "brandveiligheid" in walk.reader(ANNA).get("/corrections").text

    other = walk.network.at(Stage.DRAFTING, HOUSING, pen_holder=WRITER)
    into = walk.dossier(other).number
    walk.act(ANNA, dossier, "merge", into=into, reason="hetzelfde wetsvoorstel")
    walk.deliver()
    assert f"opgegaan in {into}" in walk.page(ANNA, dossier).text
    assert "Dubbel" in walk.page(ANNA, other).part("bijzonder")
    assert "samengevoegd" in walk.in_channel("veiligheid")


@walks(Code.CONFIDENTIAL)
def test_a_confidential_dossier_is_for_its_readers_alone(walk: Walk) -> None:
    dossier = walk.network.at(Stage.DRAFTING, HOUSING, pen_holder=WRITER)
    walk.network.change(dossier, title="Geheime gesprekken")
    walk.act(ANNA, dossier, "follow")
    walk.deliver()

    walk.act(ANNA, dossier, "confidential", readers=[LEAD], reason="de wethouder vraagt het")
    walk.deliver()

    assert "Vertrouwelijk" in walk.page(LEAD, dossier).text
    walk.reader(SECRETARY).get(f"/dossiers/{dossier}", status=404)
    assert "Geheime gesprekken" not in walk.reader(SECRETARY).get("/dossiers").text
    assert "Geheime gesprekken" not in walk.in_channel(HOUSING)
    walk.act(ANNA, dossier, "confidential", lift="1", reason="het is bekend")
    walk.reader(SECRETARY).get(f"/dossiers/{dossier}")


@walks(Code.NO_RESPONSE)
def test_who_disagrees_with_not_responding_objects_in_time(walk: Walk) -> None:
    dossier = walk.network.at(Stage.RESPONSE_DECISION, HOUSING, pen_holder=WRITER)
    walk.step(LEAD, dossier, "decide_no_response", "niemand heeft tijd", code="no_capacity")
    walk.deliver()
    page = walk.page(SECRETARY, dossier)
    assert "Geen capaciteit" in page.part("kern")
    assert "Bezwaar kan tot" in page.part("kern")
    assert "niet te reageren" in walk.in_channel(HOUSING)

    walk.step(BOARD_MEMBER, dossier, "object_to_no_response", "mijn stad wil wel")
    walk.deliver()
    assert walk.dossier(dossier).stage == Stage.RESPONSE_DECISION
    assert "niet te reageren" in walk.page(SECRETARY, dossier).part("beheer").lower()


@walks(Code.DISSENT, Code.JOINT_LETTER)
def test_a_city_that_disagrees_and_a_partner_that_signs(walk: Walk) -> None:
    item = walk.publish(consultation("Wet woningsplitsing", closes_on=date(2027, 1, 29)))
    dossier = dossier_in_call(walk.app, item)
    call_in(walk.app, dossier, cities=("ede",))
    walk.deliver()
    [invitation] = walk.mails(WRITER, "Wat kost de wet uw stad?")
    path = re.findall(r"/uitvraag/[\w.-]+", invitation)[0]
    with httpx.Client(base_url=walk.address, headers={"Origin": walk.address}, timeout=60) as stranger:
        city = Reader(stranger)
        sent = city.send(city.get(path), path, kind="dissent", remark="Wij zijn tegen splitsing.")
    assert "ontvangen" in sent.text
    walk.deliver()
    page = walk.page(SECRETARY, dossier)
    assert "Afwijkend standpunt van Ede" in page.part("bijzonder")
    assert "Ede" in walk.in_slack(SECRETARY)

    walk.network.change(dossier, stage=Stage.DRAFTING)
    walk.act(LEAD, dossier, "response", response_type="joint_partners")
    walk.act(ANNA, dossier, "partners", partner="vng", contact="adviseur wonen")
    written(walk.app, dossier, "Samen met de VNG vragen wij om geld.", by=SECRETARY)
    walk.act(ANNA, dossier, "partners/vng/ask")
    walk.deliver()
    signed = walk.act(PARTNER, dossier, "partners/vng/answer", answer="signed", name_consent="1", note="ok")
    assert "getekend" in signed.part("partners").lower()
    assert "Gezamenlijke brief" in walk.page(ANNA, dossier).part("bijzonder")
    written(walk.app, dossier, "Samen met de VNG vragen wij om meer geld.", by=SECRETARY)
    assert "getekend" not in walk.page(ANNA, dossier).part("partners").lower()


@walks(Code.HELD_OVER, Code.POST_ADOPTION_CHANGE)
def test_the_board_holds_over_then_adopts_and_the_text_changes_after_that(walk: Walk) -> None:
    dossier = walk.network.at(Stage.BOARD_APPROVAL, HOUSING, pen_holder=WRITER)
    text = walk.network.text(dossier, "# Reactie\n\nDe steden vragen om geld.\n")
    bram = walk.reader(BRAM)
    bram.send(bram.get(f"/board/dossiers/{dossier}"), "/round", form="written_round", question="Akkoord?")
    walk.deliver()
    walk.waits_in_slack(BOARD_MEMBER, "Akkoord?")
    request = walk.program.direct(BOARD_MEMBER)[-1]
    press = {"user": BOARD_MEMBER, "channel": "dm", "ts": request["ts"], "action_id": "position_hold"}
    walk.program.slack.do("press", **press)
    walk.program.submit(BOARD_MEMBER, comment="Eerst de VNG horen.")
    walk.waits_in_slack(BOARD_MEMBER, "Genoteerd")
    round_id = int(re.findall(r"/board/(\d+)", walk.page(BRAM, dossier).source)[0])

    closing: dict[str, Any] = {"result": "held_over", "reason": "eerst de VNG", "until": "2027-02-03"}
    bram.send(bram.get(f"/board/{round_id}"), "/close", **closing)
    walk.deliver()
    held = walk.page(WRITER, dossier).part("bijzonder")
    assert "Aangehouden tot wo 3 feb 2027" in held
    assert "na de sluitingsdatum" in held
    mail = walk.mails(WRITER, "aangehouden")[-1]
    assert "eerst de VNG" in walk.follow_link(WRITER, mail, "/board/").text

    walk.network.change(dossier, stage=Stage.READY_TO_SUBMIT, adopted_hash=text, adopted_at=walk.app.now())
    writer, address = walk.reader(WRITER), f"/dossiers/{dossier}/text"
    changed: dict[str, Any] = {
        "text": "# Reactie\n\nDe steden vragen om veel geld.\n",
        "note": "hoger bedrag",
    }
    without = writer.send(writer.get(f"{address}/edit"), address, status=422, **changed)
    assert "inhoudelijk" in without.text.lower()
    writer.send(writer.get(f"{address}/edit"), address, kind="substantive", **changed)
    walk.deliver()
    assert walk.dossier(dossier).stage == Stage.BOARD_APPROVAL
    assert "Wijziging na vaststelling" in walk.page(SECRETARY, dossier).part("bijzonder")
    walk.waits_in_slack(BRAM, "De vaststelling is vervallen")


@pytest.mark.browser
@walks(Code.HELD_OVER)
def test_in_a_browser_the_secretary_gives_more_time_and_a_member_wants_to_discuss(
    walk: Walk, chromium: Browser
) -> None:
    dossier = walk.network.at(Stage.BOARD_APPROVAL, HOUSING, pen_holder=WRITER)
    walk.network.text(dossier, "# Reactie\n\nDe steden vragen om tijd.\n")
    bram = walk.reader(BRAM)
    bram.send(bram.get(f"/board/dossiers/{dossier}"), "/round", form="written_round")
    round_id = int(re.findall(r"/board/(\d+)", walk.page(BRAM, dossier).source)[0])

    with opening(chromium, walk.address, walk.cookie_of) as open_:
        office = open_(f"/board/{round_id}", BRAM)
        office.get_by_text("Meer tijd geven").click()
        office.get_by_label("Nieuwe laatste dag").fill("2026-12-02")
        office.locator("#waarom-later").fill("twee leden zijn ziek")
        office.get_by_role("button", name="Ronde verlengen").click()
        expect(office.get_by_role("status").first).to_contain_text("De ronde duurt langer")
        assert flaws(office) == []
        member = open_(f"/board/{round_id}", CHAIR, scripts=False)
        member.get_by_label("Aanhouden of bespreken").check()
        member.locator("textarea[name=comment]").fill("Eerst de VNG horen.")
        member.get_by_role("button", name="Verder").click()
        member.locator("main form button").first.click()
        expect(member.get_by_role("status").first).to_contain_text("Uw standpunt is vastgelegd")

    walk.deliver()
    assert "Meer tijd om te besluiten" in walk.in_slack(BOARD_MEMBER)
    [mail] = walk.mails(WRITER, "Meer tijd om te besluiten")
    assert "woensdag 2 december 2026" in mail
    assert "twee leden zijn ziek" in walk.follow_link(WRITER, mail, "/board/").text


@walks(Code.PERSONAL_DATA_FOUND, Code.MISSED)
def test_a_text_with_a_telephone_number_is_not_handed_in_and_the_term_is_missed(walk: Walk) -> None:
    item = walk.publish(consultation("Wet woningtoewijzing"))
    dossier = dossier_in_writing(walk.app, item)
    adopted(walk.app, dossier, "Bel 06-12345678.")
    anna, address = walk.reader(ANNA), f"/dossiers/{dossier}/submission"

    page = anna.send(anna.get(address), "/prepare", **CHOICES)
    assert "06-12345678" in page.part("persoonsgegevens")
    assert "Persoonsgegevens aangetroffen" in walk.page(SECRETARY, dossier).part("bijzonder")
    assert "persoonsgegevens" in walk.page(ANNA, dossier).part("verder").lower()
    walk.deliver()

    walk.network.change(dossier, closes_on=date(2026, 12, 3))
    walk.later(days=11)
    assert "Termijn gemist" in walk.page(SECRETARY, dossier).part("bijzonder")
    for person in (SECRETARY, ANNA):
        assert "noteer de oorzaak" in walk.in_slack(person)
    walk.act(ANNA, dossier, "missed", reason="het telefoonnummer kwam te laat aan het licht", late_letter="1")
    page = walk.page(ANNA, dossier)
    assert "het telefoonnummer" in page.part("bijzonder")
    assert "Brief buiten de consultatie" in page.part("kern")
