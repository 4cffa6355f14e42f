"""The form, the pack, the receipt, and what follows after the text was sent."""

import zipfile
from datetime import timedelta
from io import BytesIO

import pytest

from g40flow.domain.dossier.workflow import Guard, Stage
from g40flow.domain.errors import GuardFailed, InvalidInput, NotAllowed, StaleVersion, StepNotAllowed
from g40flow.render.documents import read_pdf
from g40flow.storage.files import file_of, files_of
from g40flow.use_cases.submission.form import FormChoices
from tests.conftest import on_both
from tests.use_cases.dossier.world import BOARD_MEMBER, BOARD_SECRETARY, SECRETARIAT
from tests.use_cases.submission.office import Office

PNG = b"\x89PNG\r\n\x1a\n" + b"x" * 50
PERSONAL = "Bel 06-12345678."


@on_both
def test_a_pack_holds_the_adopted_text_and_what_to_fill_in(office: Office) -> None:
    dossier = office.ready()
    office.answers(dossier, ("Wat vindt u?", "Zie *bijlage*"), ("En verder?", ""))
    office.prepare(dossier)

    pack = office.pack(dossier)

    pdf, sheet = pack.files
    assert pdf.name == "g40-stedennetwerk-consultatiereactie-wet-regie.pdf"
    assert "De steden steunen dit voorstel" in read_pdf(pdf.content).text
    said = sheet.content.decode()
    for expected in (
        office.hash_of(dossier),
        "Vraag 1: Wat vindt u?\n\nZie *bijlage*",
        "(geen antwoord in het formulier; zie het bestand)",
        "Reactie openbaar maken: ja",
        "Plaats van vestiging: Den Haag",
        "vrijdag 29 januari 2027",
    ):
        assert expected in said
    assert zipfile.ZipFile(BytesIO(pack.as_zip())).namelist() == [pdf.name, sheet.name]
    assert pack.as_zip() == office.pack(dossier).as_zip()


def test_a_pack_is_made_of_the_adopted_text_only(office: Office) -> None:
    dossier = office.ready()
    office.prepare(dossier)
    office.change(dossier, adopted_hash="0" * 64)

    with pytest.raises(GuardFailed) as refused:
        office.pack(dossier)

    assert refused.value.guards == (Guard.ADOPTED,)


def test_a_pack_without_choices_or_with_personal_data_is_not_made(office: Office) -> None:
    without, personal = office.ready(), office.ready(PERSONAL)
    office.prepare(personal)

    for dossier, code in ((without, "not_prepared"), (personal, "personal_data_found")):
        with pytest.raises(InvalidInput) as refused:
            office.pack(dossier)
        assert refused.value.code == code
    with pytest.raises(NotAllowed):
        office.pack(without, BOARD_MEMBER)


@pytest.mark.parametrize(
    ("choices", "code"),
    [
        (FormChoices(publish=True, organisation=" ", place="Den Haag"), "organisation_needed"),
        (FormChoices(publish=True, organisation="G40", place="\u200b"), "place_needed"),
    ],
)
def test_the_form_needs_a_name_and_a_place(office: Office, choices: FormChoices, code: str) -> None:
    dossier = office.ready()

    with pytest.raises(InvalidInput) as refused:
        office.prepare(dossier, choices)

    assert refused.value.code == code


def test_preparing_another_text_than_the_current_one_is_refused(office: Office) -> None:
    dossier = office.ready()

    with pytest.raises(StaleVersion):
        office.prepare(dossier, seen="0" * 64)


def test_personal_data_holds_up_handing_in_until_the_text_is_clean(office: Office) -> None:
    dossier = office.ready(PERSONAL)

    office.prepare(dossier)
    raised = office.exceptions(dossier)["personal_data_found"]
    assert raised.facts == {"kinds": ["phone_number"], "count": 1}
    assert not office.holds(dossier, Guard.NO_PERSONAL_DATA)
    assert not any("06-1234" in str(entry.facts) + entry.reason for entry in office.history(dossier))
    office.write(dossier, "Bel ons.", by=BOARD_SECRETARY, kind="editorial", note="nummer weg")
    office.prepare(dossier)

    assert office.holds(dossier, Guard.NO_PERSONAL_DATA)
    assert "personal_data_found" not in office.exceptions(dossier)


@on_both
def test_handing_in_goes_by_receipt_and_step(office: Office) -> None:
    dossier = office.ready()
    office.prepare(dossier)
    office.check_all(dossier)
    with pytest.raises(GuardFailed):
        office.step(dossier, "submit", SECRETARIAT)

    office.receipt(dossier, content=PNG, name="../scherm\u202eafdruk.PNG", note="ontvangen")
    office.step(dossier, "submit", SECRETARIAT)

    assert office.read(dossier).stage is Stage.SUBMITTED
    (submission,) = office.submissions(dossier)
    assert (submission.submitted_by, submission.submitted_at) == (SECRETARIAT, office.now)
    assert submission.choices["place"] == "Den Haag"
    with office.database.reading() as session:
        (line,) = files_of(session, dossier)
        assert (line.purpose, line.name, line.media_type) == ("receipt", "schermafdruk.PNG", "image/png")
        assert file_of(session, dossier, line.id).content == PNG


@pytest.mark.parametrize(
    ("content", "name", "code"),
    [
        (None, "", "receipt_needed"),
        (b"%PDF-1.7", "bewijs.png", "file_type_not_allowed"),
        (b"<html>", "bewijs.pdf", "file_type_not_allowed"),
        (b"MZ\x90", "bewijs.exe", "file_type_not_allowed"),
        (b"<svg onload=alert(1)>", "bewijs.svg", "file_type_not_allowed"),
        (b"From\x00: x", "bewijs.eml", "file_type_not_allowed"),
        (PNG + b"x" * 10_000_000, "bewijs.png", "file_too_large"),
    ],
    ids=["nothing", "pdf as png", "html as pdf", "program", "svg", "no mail", "large"],
)
def test_what_is_no_proof_is_refused(office: Office, content: bytes | None, name: str, code: str) -> None:
    dossier = office.ready()
    office.prepare(dossier)

    with pytest.raises(InvalidInput) as refused:
        office.receipt(dossier, content=content, name=name, note="")

    assert refused.value.code == code


def test_a_mail_is_proof(office: Office) -> None:
    dossier = office.ready()
    office.prepare(dossier)

    office.receipt(dossier, content=b"Received: x\nFrom: a@b.nl\n\nDank", name="bewijs.eml", note="")

    assert office.submissions(dossier)[0].receipt_file_id is not None


def test_a_moment_of_sending_lies_between_adoption_and_now(office: Office) -> None:
    dossier = office.ready()
    office.prepare(dossier)
    office.later(hours=3)

    for sent_at, code in (
        (office.now + timedelta(hours=1), "sent_in_future"),
        (office.now - timedelta(days=1), "sent_before_adoption"),
    ):
        with pytest.raises(InvalidInput) as refused:
            office.receipt(dossier, sent_at=sent_at)
        assert refused.value.code == code


def test_a_receipt_belongs_to_what_was_prepared(office: Office) -> None:
    dossier = office.ready()

    with pytest.raises(InvalidInput) as refused:
        office.receipt(dossier)
    assert refused.value.code == "not_prepared"
    office.prepare(dossier)
    with pytest.raises(StaleVersion):
        office.receipt(dossier, seen_version="0" * 64)
    with pytest.raises(NotAllowed):
        office.receipt(dossier, by="puck-voorbeeld")


@on_both
def test_after_the_publisher_found_personal_data_a_clean_text_is_sent_again(office: Office) -> None:
    dossier = office.sent()

    office.step(dossier, "resubmit_clean", SECRETARIAT, "verzoek van het ministerie")

    office.prepare(dossier)
    assert not office.holds(dossier, Guard.NO_PERSONAL_DATA)
    assert not office.holds(dossier, Guard.RECEIPT_STORED)
    office.later(hours=1)
    office.write(dossier, "Zonder naam.", by=BOARD_SECRETARY, kind="editorial", note="naam weg")
    office.prepare(dossier)
    office.check_all(dossier)
    office.receipt(dossier)
    office.step(dossier, "submit", SECRETARIAT)
    assert office.read(dossier).stage is Stage.SUBMITTED
    assert len([s for s in office.submissions(dossier) if s.submitted_at]) == 2


def test_a_link_publishes(office: Office) -> None:
    dossier = office.sent()

    with pytest.raises(InvalidInput):
        office.link(dossier, "javascript:alert(1)")
    office.link(dossier, "https://www.internetconsultatie.nl/wet/reactie/1", by="puck-voorbeeld")

    assert office.read(dossier).stage is Stage.PUBLISHED
    assert office.submissions(dossier)[0].seen_public_at is None
    assert office.acts(dossier)[-2:] == ["store_link", "publish"]


def test_a_link_waits_until_the_text_was_sent(office: Office) -> None:
    dossier = office.ready()

    with pytest.raises(StepNotAllowed):
        office.link(dossier, "https://www.example.nl")


def test_answers_are_for_who_writes_or_checks(office: Office) -> None:
    dossier, sent = office.ready(), office.sent()

    office.answers(dossier, ("Vraag?", "Antwoord"), by=SECRETARIAT)
    with pytest.raises(NotAllowed):
        office.answers(dossier, ("Vraag?", "Antwoord"), by=BOARD_MEMBER)
    with pytest.raises(StepNotAllowed):
        office.answers(sent, ("Vraag?", "Antwoord"))
    for bad in ([(" ", "x")], [("q", "a" * 20_001)], [("q", "")] * 51):
        with pytest.raises(InvalidInput):
            office.answers(dossier, *bad)
