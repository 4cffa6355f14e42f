"""Pictures below a text in a PDF."""

from datetime import date
from io import BytesIO

from pypdf import PdfReader

from g40flow.render.documents import DocumentDetails, Documents, PrintedPicture
from g40flow.resources import resource

SQUARE = '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 10 10"><rect width="10" height="10"/></svg>'
DETAILS = DocumentDetails(title="Week 48", organisation="G40", label="Overzicht", dated_on=date(2026, 11, 23))


def test_a_picture_stands_on_one_page_with_its_heading_and_what_it_says() -> None:
    picture = PrintedPicture(name="terms", heading="Lopende dossiers", svg=SQUARE, words="Tijdlijn van drie.")
    half_a_page = "\n\n".join(["Een regel."] * 15)

    pdf = Documents(resource("templates")).pdf(half_a_page, DETAILS, (picture,))

    first, second = (page.extract_text() for page in PdfReader(BytesIO(pdf)).pages)
    assert "Lopende dossiers" not in first
    assert "Lopende dossiers" in second
    assert "Tijdlijn van drie." in second
