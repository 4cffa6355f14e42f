"""Reports as people open them: the overview of a year, the sheet of a campaign, and their files."""

import csv
import io
import shutil
from collections.abc import Iterator
from datetime import date, datetime
from pathlib import Path
from typing import Any

import pytest
from fastapi import FastAPI
from lxml import html
from playwright.sync_api import Browser, expect
from sqlalchemy import event

from g40flow.domain.campaigns.hooks import HookOrigin, HookState
from g40flow.domain.campaigns.words import HookKind
from g40flow.domain.dossier.workflow import Stage
from g40flow.domain.instants import AMSTERDAM
from g40flow.domain.outcomes.words import OutcomeKind
from g40flow.render.documents import read_pdf
from g40flow.render.word_import import import_word
from g40flow.storage.dossier_search import not_confidential
from g40flow.storage.dossier_tables import Dossier, DossierReader, Submission
from g40flow.storage.hook_tables import Hook
from g40flow.storage.outcome_tables import OutcomeProof, OutcomeProposal
from g40flow.storage.report_facts import read_year_facts
from g40flow.use_cases.campaigns.asks import set_ask_evidence
from g40flow.web.portal import build_portal
from tests.browsing import flaws
from tests.use_cases.campaigns.world import CampaignWorld
from tests.use_cases.dossier.world import CARE, HOUSING
from tests.web.reading import Reader
from tests.web.signing_in import ANNA, browser_of, pages_of
from tests.web.world import World, build_world

HOSTILE = '=HYPERLINK("https://kwaad.example") <img src=x onerror=alert(1)> | `#` \u202e'
PATHS = ("/verslagen", "/verslagen/campagnes/1")
SECRETARY = "jasmijn-de-voorbeeld"


def handed_in(network: CampaignWorld, on: datetime, *groups: str, **more: Any) -> int:
    """A text that was handed in."""
    found = network.at(Stage.SUBMITTED, *groups, **more)
    with network.writing() as session:
        session.add(
            Submission(
                dossier_id=found,
                version_hash="0" * 64,
                choices={},
                prepared_by=ANNA,
                prepared_at=on,
                submitted_at=on,
            )
        )
    return found


@pytest.fixture(scope="module")
def world(migrated_sqlite: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[World]:
    """Three texts of which one is confidential, and a campaign with two asks; nothing here changes them."""
    path = tmp_path_factory.mktemp("reports") / "g40flow.sqlite"
    shutil.copyfile(migrated_sqlite, path)
    built = build_world(f"sqlite:///{path}")
    _fill(CampaignWorld(built.database, now=built.now()))
    yield built
    built.database.close()


def _fill(network: CampaignWorld) -> None:
    campaign = network.running(title=f"Wonen {HOSTILE}", decision_on=date(2027, 3, 2))
    ask = network.ask(campaign, f"Meer {HOSTILE}")
    network.do(set_ask_evidence, ask, "delft", "200 woningen", by=SECRETARY)
    network.judge(ask, "partly", note="amendement")
    network.log(campaign, ask_ids=[ask])
    _in_parliament(network, campaign, ask)
    # In Amsterdam it is still the last day of the term, and of the year.
    evening = datetime(2025, 12, 31, 23, 30, tzinfo=AMSTERDAM)
    handed_in(network, evening, HOUSING, title="Oudejaar", closes_on=date(2025, 12, 31))
    noon = datetime(2026, 3, 9, 12, tzinfo=AMSTERDAM)
    handed_in(network, noon, HOUSING, CARE, title=HOSTILE, closes_on=date(2026, 3, 12))
    secret = handed_in(network, noon, HOUSING, title="Geheim plan", closes_on=date(2026, 3, 12))
    with network.writing() as session:
        session.get_one(Dossier, secret).confidential = True
        session.add(DossierReader(dossier_id=secret, person=SECRETARY))


def _in_parliament(network: CampaignWorld, campaign: int, ask: int) -> None:
    """A debate that is coming, and a motion that somebody linked to the ask."""
    moment = Hook(
        dossier_id=campaign,
        key="hand:1",
        origin=HookOrigin.HAND,
        kind=HookKind.COMMITTEE_DEBATE,
        title="Debat over de begroting",
        state=HookState.ACCEPTED,
        moment_on=date(2026, 12, 17),
        reasons=[],
        done={},
        made_by=ANNA,
        made_at=network.now,
    )
    found = OutcomeProposal(
        dossier_id=campaign,
        key="item:1",
        kind=OutcomeKind.MOTION,
        item_id=network.item(HOUSING, title="Motie over betaalbaar bouwen"),
        touches=[],
        reasons=[],
        made_at=network.now,
    )
    with network.writing() as session:
        session.add_all([moment, found])
        session.flush()
        proof = OutcomeProof(
            dossier_id=campaign,
            proposal_id=found.id or 0,
            ask_id=ask,
            linked_by=ANNA,
            linked_at=network.now,
        )
        session.add(proof)


@pytest.fixture(scope="module")
def portal(world: World) -> FastAPI:
    """The portal, built once."""
    return build_portal(world)


@pytest.fixture(scope="module")
def reader(world: World, portal: FastAPI) -> Reader:
    """Anna of the PA office."""
    return Reader(browser_of(world, portal=portal))


def table(content: bytes) -> list[dict[str, str]]:
    """A CSV as Excel reads it."""
    return list(csv.DictReader(io.StringIO(content.decode("utf-8-sig"), newline=""), delimiter=";"))


def test_the_year_is_counted_in_dutch_time_and_without_what_one_may_not_know(
    reader: Reader, world: World, portal: FastAPI
) -> None:
    page = reader.get("/verslagen?jaar=2026&voor=group:woningmarkt")
    before = reader.get("/verslagen?jaar=2025")
    secretary = Reader(browser_of(world, SECRETARY, portal=portal))

    assert "Jaaroverzicht 2026 van de themagroep Woningmarkt" in page.text
    assert "Geheim plan" not in page.text
    assert "Vertrouwelijke dossiers tellen niet mee" in page.part("geteld")
    assert "Oudejaar" in before.part("ingediend")
    assert "1 op tijd ingediend en 0 te laat" in before.part("op-tijd")
    assert "Geheim plan" in secretary.get("/verslagen?jaar=2026").part("ingediend")
    assert "Geheim plan" not in secretary.get("/verslagen?jaar=2026&vertrouwelijk=nee").text


def test_a_choice_that_is_none_is_told_and_partners_read_no_reports(
    reader: Reader, world: World, portal: FastAPI
) -> None:
    assert "Over dit jaar is er geen verslag" in reader.get("/verslagen?jaar=2031", status=422).text
    assert "Deze themagroep is er niet" in reader.get("/verslagen?voor=group:geen", status=422).text
    partner = Reader(browser_of(world, "vigo-partnerman", portal=portal))
    for path in PATHS:
        partner.get(path, status=403)


def test_the_sheet_of_a_campaign_has_what_the_board_asks(reader: Reader) -> None:
    page = reader.get("/verslagen/campagnes/1")

    assert "200 woningen" in page.part("boodschappen")
    assert "amendement" in page.part("boodschappen")
    assert "1 contact, het laatste op 20 november 2026" in page.part("contacten")
    assert "2 maart 2027 Besluit verwacht" in page.part("komt")
    assert "17 december 2026 Commissiedebat: Debat over de begroting" in page.part("komt")
    assert "uiterlijk" in page.part("komt")  # what must be ready for it first
    assert "Motie: Motie over betaalbaar bouwen" in page.part("boodschappen")
    assert "Deels bereikt" in page.part("kern")
    reader.get("/verslagen/campagnes/99", status=404)
    reader.get("/verslagen/campagnes/2", status=404)  # a text is no campaign


@pytest.mark.parametrize("path", ["/verslagen/jaar.{}?jaar=2026", "/verslagen/campagnes/1/{}"])
def test_hostile_text_is_only_text_in_every_file(reader: Reader, path: str) -> None:
    files = {form: reader.client.get(path.format(form)) for form in ("html", "pdf", "docx", "csv")}

    page = html.fromstring(files["html"].content)
    assert page.xpath("//img | //script | //@onerror") == []
    assert "HYPERLINK" in read_pdf(files["pdf"].content).text.replace("\n", "")
    assert "\\<img" in import_word(files["docx"].content, "x.docx").markdown
    cells = [cell for row in table(files["csv"].content) for cell in row.values()]
    assert not any(cell[:1] in ("=", "+", "@") for cell in cells)
    assert all("attachment" in file.headers["content-disposition"] for file in files.values())


def test_figures_and_texts_are_tables_that_excel_reads(reader: Reader) -> None:
    figures = table(reader.client.get("/verslagen/jaar.csv?jaar=2026&voor=pillar:fysiek").content)
    texts = table(reader.client.get("/verslagen/jaar.csv?jaar=2026&inhoud=stukken").content)

    handed_in_ = [row for row in figures if row["wat"] == "Ingediende stukken"]
    assert (handed_in_[0]["voor"], handed_in_[0]["aantal"], handed_in_[0]["jaar ervoor"]) == (
        "Fysiek",
        "1",
        "1",
    )
    assert handed_in_[0]["hoe geteld"].startswith("Reacties, brieven")
    assert [(row["werkdagen over"], row["te laat"]) for row in texts] == [("3", "nee")]
    assert texts[0]["titel"].startswith("'=HYPERLINK")


def test_a_year_is_read_in_a_fixed_number_of_questions(world: World) -> None:
    asked: list[str] = []

    def note(*event_: Any) -> None:
        asked.append(event_[2])

    with world.database.reading() as session:
        event.listen(world.database.engine, "before_cursor_execute", note)
        try:
            read_year_facts(session, not_confidential(), 2025, 2026)
        finally:
            event.remove(world.database.engine, "before_cursor_execute", note)

    assert len([one for one in asked if one.startswith("SELECT")]) == 9


@pytest.mark.browser
def test_reports_break_no_rule_of_accessibility_and_fit_a_phone_and_paper(
    chromium: Browser, world: World
) -> None:
    with pages_of(world, chromium, allowed="422 (Unprocessable") as open_page:
        page = open_page("/verslagen", SECRETARY)
        found = {}
        for path in (*PATHS, "/verslagen?jaar=2031"):
            page.goto(path)
            found[path] = flaws(page)

        assert {path: wrong for path, wrong in found.items() if wrong} == {}
        page.goto("/verslagen")
        page.emulate_media(media="print")
        expect(page.locator("main form:visible")).to_have_count(0)
        expect(page.locator("#cijfers")).to_be_visible()
