"""Handing a text in from the portal."""

import re
import zipfile
from io import BytesIO
from typing import Any

import pytest

from g40flow.domain.dossier.checklist import Check
from g40flow.domain.dossier.workflow import Stage
from g40flow.render.documents import read_pdf
from g40flow.storage.dossiers import dossier_by_id
from tests.web.calling import PEN_HOLDER
from tests.web.reading import Page, Reader
from tests.web.signing_in import ANNA, browser_of
from tests.web.test_hostile_text import assert_harmless
from tests.web.world import World, consultation
from tests.web.writing import HOSTILE, adopted, dossier_in_writing, written

BOARD_SECRETARY, COMMUNICATIONS, PARTNER, READER = (
    "bram-bedacht",
    "puck-voorbeeld",
    "vigo-partnerman",
    "rens-leesmans",
)
PNG = b"\x89PNG\r\n\x1a\n" + b"x" * 50
CHOICES: dict[str, Any] = {
    "publish": "yes",
    "organisation": "G40 Stedennetwerk",
    "place": "Den Haag",
    "contact": "PA",
}


@pytest.fixture
def dossier(world: World) -> int:
    """A dossier whose text was adopted."""
    found = dossier_in_writing(world, world.publish(consultation("Wet regie woningen")))
    adopted(world, found, "De steden steunen dit.")
    return found


def reader(world: World, person: str = ANNA) -> Reader:
    return Reader(browser_of(world, person))


def address(dossier: int) -> str:
    return f"/dossiers/{dossier}/submission"


NOW: dict[str, Any] = {"sent_on": "2026-11-23", "sent_clock": "10:00"}
"""What the clock of the portal says."""


def take(by: Reader, dossier: int, action: str) -> None:
    """Take a step."""
    _, values = by.get(f"/dossiers/{dossier}").form("/steps")
    answer = by.client.post(f"/dossiers/{dossier}/steps", data={**values, "action": action, "reason": "x"})
    assert answer.status_code == 303, answer.text


def checked(world: World, dossier: int) -> None:
    """Prepared, and every check done."""
    anna, second = reader(world), reader(world, BOARD_SECRETARY)
    anna.send(anna.get(address(dossier)), "/prepare", **CHOICES)
    for check in Check:
        by = second if check is Check.SECOND_PERSON else anna
        by.send(by.get(address(dossier)), f"/checks/{check}")


def test_a_text_is_checked_by_two_and_handed_in(world: World, dossier: int) -> None:
    checked(world, dossier)
    anna = reader(world)

    answer = anna.client.get(f"{address(dossier)}/pack.zip")
    files = zipfile.ZipFile(BytesIO(answer.content))
    pdf = next(name for name in files.namelist() if name.endswith(".pdf"))
    assert "De steden steunen dit." in read_pdf(files.read(pdf)).text
    _, values = anna.get(address(dossier)).form("/receipt")
    sent = anna.client.post(
        f"{address(dossier)}/receipt",
        data={**values, **NOW},
        files={"file": ("scherm.png", BytesIO(PNG), "image/png")},
    )
    assert sent.status_code == 303
    take(anna, dossier, "submit")
    page = anna.get(address(dossier))

    kept = anna.client.get(page.link("scherm.png"))
    assert (kept.content, kept.headers["content-type"]) == (PNG, "image/png")
    assert kept.headers["content-disposition"] == 'attachment; filename="scherm.png"'
    with world.database.reading() as session:
        assert dossier_by_id(session, dossier).stage is Stage.SUBMITTED


def test_nobody_checks_the_own_work_again(world: World, dossier: int) -> None:
    anna = reader(world)
    anna.send(anna.get(address(dossier)), "/prepare", **CHOICES)
    anna.send(anna.get(address(dossier)), "/checks/copies_planned")

    page = anna.send(anna.get(address(dossier)), "/checks/second_person", status=422)

    assert "Iemand anders moet dit doen" in page.text


def test_personal_data_is_shown_and_stops_the_pack(world: World) -> None:
    dossier = dossier_in_writing(world, world.publish(consultation("Wet regie woningen")))
    adopted(world, dossier, "Bel 06-12345678. Dank aan mevrouw Jansen.")
    anna = reader(world)

    page = anna.send(anna.get(address(dossier)), "/prepare", **CHOICES)

    assert "06-12345678" in page.part("persoonsgegevens")
    assert "Misschien een naam" in page.part("persoonsgegevens")
    assert not page.has_form("/checks/no_personal_data")
    refused = anna.client.get(f"{address(dossier)}/pack.zip")
    assert refused.status_code == 422
    assert "persoonsgegevens" in Page(refused.text).text


def test_questions_are_kept_in_order_and_stay_text(world: World, dossier: int) -> None:
    pen = reader(world, PEN_HOLDER)
    page = pen.get(address(dossier))

    page = pen.send(page, "/answers", question=["Wat vindt u?", "", HOSTILE], answer=["Goed", "", HOSTILE])

    fields = [field.value for field in page.tree.xpath("//input[@name='question']")]
    assert fields[:2] == ["Wat vindt u?", "<script>alert(1)</script>" + HOSTILE[25:]]
    assert page.tree.xpath("//script") == []


def test_a_choice_about_publication_is_needed(world: World, dossier: int) -> None:
    anna = reader(world)

    page = anna.send(anna.get(address(dossier)), "/prepare", status=422, **{**CHOICES, "publish": ""})

    assert "Kies of de reactie openbaar mag worden" in page.text


@pytest.mark.parametrize(
    ("day", "clock", "said"),
    [("", "09:00", "Vul de dag"), ("2026-01-01", "9 uur", "Vul de dag"), ("2099-01-01", "09:00", "moet nog")],
)
def test_a_moment_that_cannot_be_is_explained(
    world: World, dossier: int, day: str, clock: str, said: str
) -> None:
    anna = reader(world)
    anna.send(anna.get(address(dossier)), "/prepare", **CHOICES)

    page = anna.send(
        anna.get(address(dossier)), "/receipt", status=422, sent_on=day, sent_clock=clock, note="mail"
    )

    assert said in page.text


def test_a_link_publishes(world: World, dossier: int) -> None:
    checked(world, dossier)
    anna = reader(world)
    anna.send(anna.get(address(dossier)), "/receipt", **NOW, note="mail van het ministerie")
    take(anna, dossier, "submit")
    assert "g40flow kijkt elke paar uur" in anna.get(f"/dossiers/{dossier}").part("deel-submission")
    press = reader(world, COMMUNICATIONS)

    page = press.send(press.get(address(dossier)), "/link", status=422, url="javascript:alert(1)")
    assert "geen webadres" in page.text
    press.send(press.get(address(dossier)), "/link", url="https://www.internetconsultatie.nl/wet/reactie/1")

    with world.database.reading() as session:
        assert dossier_by_id(session, dossier).stage is Stage.PUBLISHED
    assert "door een collega vastgelegd" in press.get(address(dossier)).part("ingediend")


def test_a_page_is_no_proof_and_what_is_not_there_is_not_found(world: World, dossier: int) -> None:
    anna = reader(world)
    anna.send(anna.get(address(dossier)), "/prepare", **CHOICES)
    _, values = anna.get(address(dossier)).form("/receipt")

    refused = anna.client.post(
        f"{address(dossier)}/receipt",
        data={**values, **NOW},
        files={"file": ("bewijs.pdf", BytesIO(b"<html>"), "application/pdf")},
    )

    assert refused.status_code == 422
    assert "Kies een pdf" in Page(refused.text).text
    assert anna.client.get(f"{address(dossier)}/files/1").status_code == 404


def test_the_name_of_a_proof_does_no_harm_and_a_huge_one_is_refused_at_the_door(
    world: World, dossier: int
) -> None:
    anna = reader(world)
    anna.send(anna.get(address(dossier)), "/prepare", **CHOICES)
    _, values = anna.get(address(dossier)).form("/receipt")
    name = '../../etc/<img src=x onerror=alert(1)>" x="\u202e.png'

    for content, status in ((b"\x89PNG\r\n\x1a\n" + b"x" * 11_000_000, 413), (PNG, 303)):
        answer = anna.client.post(
            f"{address(dossier)}/receipt",
            data={**values, **NOW},
            files={"file": (name, BytesIO(content), "image/png")},
        )
        assert answer.status_code == status
    page = anna.get(address(dossier))
    kept = anna.client.get(page.tree.xpath("//a[contains(@href, '/files/')]/@href")[0])

    assert_harmless(page)
    assert "/etc/" not in page.part("ingediend")
    assert (kept.content, kept.headers["x-content-type-options"]) == (PNG, "nosniff")
    assert re.fullmatch(r'attachment; filename="[\w.-]+"', kept.headers["content-disposition"])


def test_partners_see_nothing_and_readers_change_nothing(world: World, dossier: int) -> None:
    reader(world, PARTNER).get(address(dossier), status=404)
    page = reader(world, READER).get(address(dossier))

    assert page.tree.xpath("//main//form") == []


def test_before_adoption_only_the_questions_can_be_prepared(world: World) -> None:
    dossier = dossier_in_writing(world, world.publish(consultation("Wet regie woningen")))
    written(world, dossier, "Begin")

    page = reader(world).get(address(dossier))

    assert "Indienen kan als het bestuur de tekst heeft vastgesteld" in page.text
    assert not page.has_form("/prepare")
