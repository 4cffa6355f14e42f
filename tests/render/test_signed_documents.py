"""Documents of campaigns as files: each type, and who signed below a joint letter."""

import zipfile
from dataclasses import replace
from datetime import date
from io import BytesIO

import pytest

from g40flow.domain.dossier.words import DocumentType
from g40flow.render.documents import DocumentDetails, Documents, read_pdf
from g40flow.render.word_import import import_word
from g40flow.resources import resource
from tests.render.test_first_draft import FULL, WRITER

DOCUMENTS = Documents(resource("templates"))
SIGNATORIES = ("VNG", "Bouw *& Co* <w:br/>")
OF_CAMPAIGNS = (
    DocumentType.LETTER_MINISTER,
    DocumentType.LETTER_CHAMBER,
    DocumentType.POSITION_PAPER,
    DocumentType.MANIFEST,
    DocumentType.ELECTION_MESSAGE,
    DocumentType.CORE_MESSAGES,
    DocumentType.BOARD_NOTE,
)


def details(document_type: DocumentType, *signatories: str) -> DocumentDetails:
    return DocumentDetails(
        title="Wet regie",
        organisation="G40 Stedennetwerk",
        label=DOCUMENTS.label(document_type),
        dated_on=date(2026, 11, 23),
        signatories=signatories,
    )


def document_xml(docx: bytes) -> str:
    with zipfile.ZipFile(BytesIO(docx)) as archive:
        return archive.read("word/document.xml").decode()


@pytest.mark.parametrize("document_type", OF_CAMPAIGNS)
def test_every_document_of_a_campaign_is_a_word_file_and_a_pdf_with_who_signed(
    document_type: DocumentType,
) -> None:
    markdown = WRITER.write(document_type, FULL)
    shown = details(document_type, *SIGNATORIES)

    word, pdf = DOCUMENTS.docx(markdown, shown), read_pdf(DOCUMENTS.pdf(markdown, shown))

    assert DOCUMENTS.label(document_type) in pdf.text
    assert "Mede namens" in pdf.text
    assert "Bouw *& Co* <w:br/>" in pdf.text
    assert "Mede namens" in document_xml(word)
    assert "Bouw *&amp; Co* &lt;w:br/&gt;" in document_xml(word)
    # Who signed is no part of the text: the next version has to be signed anew.
    assert import_word(word, "tekst.docx").markdown == markdown


def test_a_word_file_that_nobody_signed_says_nothing_of_it() -> None:
    docx = DOCUMENTS.docx("Wij vragen dit.\n", details(DocumentType.MANIFEST))

    assert "Mede namens" not in document_xml(docx)


def test_who_signed_stands_under_a_heading_of_the_document() -> None:
    docx = DOCUMENTS.docx("Wij vragen dit.\n", details(DocumentType.MANIFEST, "VNG"))

    assert '<w:pStyle w:val="SignatoriesHeading"' in document_xml(docx)
    assert '<w:pStyle w:val="Signatory"' in document_xml(docx)


def test_letters_of_partners_say_so_and_name_whom_they_are_for() -> None:
    joint = replace(FULL, addressee="minister van Wonen")

    minister = WRITER.write(DocumentType.LETTER_MINISTER, joint)
    chamber = WRITER.write(
        DocumentType.LETTER_CHAMBER, replace(joint, addressee="vaste commissie voor Wonen")
    )
    alone = WRITER.write(DocumentType.LETTER_MINISTER, replace(FULL, partners=[]))

    assert "Geachte minister van Wonen," in minister
    assert "en samen met VNG en G4, vragen wij" in minister
    assert "Geachte leden van de vaste commissie voor Wonen," in chamber
    assert "geeft u, samen met VNG en G4, voor de behandeling" in chamber
    assert "Geachte (bewindspersoon)," in alone
    assert "samen met" not in alone
