"""First drafts of every kind of document."""

import re
from datetime import date
from html import unescape

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from g40flow.domain.dossier.words import DocumentType
from g40flow.domain.errors import NotFound
from g40flow.domain.outside_text import one_line
from g40flow.render.first_draft import (
    Draft,
    DraftAnswer,
    DraftDay,
    DraftEvidence,
    DraftPoint,
    DraftPosition,
    DraftWriter,
    as_paragraphs,
    as_quote,
)
from g40flow.render.markdown_html import markdown_html
from g40flow.render.markdown_text import as_text
from g40flow.resources import resource

WRITER = DraftWriter(resource("templates"))
EMPTY = Draft(
    title="Wet regie",
    organisation="G40 Stedennetwerk",
    cities=41,
    subject="",
    address="",
    sender="",
    closes_on=None,
    groups=[],
    partners=[],
    pen_holder="",
    questions=[],
    points=[],
    positions=[],
    answers=[],
    plan=[],
)
HOSTILE = "# kop | <script>alert(1)</script> [x](javascript:alert(1)) {{ 7*7 }} *vet*"
FULL = Draft(
    title="Wet regie",
    organisation="G40 Stedennetwerk",
    cities=41,
    subject="Wet versterking regie volkshuisvesting",
    address="https://www.internetconsultatie.nl/wet/b1",
    sender="Ministerie van BZK",
    closes_on=date(2027, 1, 29),
    groups=["Woningmarkt", "Financiën"],
    partners=["VNG", "G4"],
    pen_holder="Noor Verzonnen",
    questions=["Wat vindt u van artikel 2?"],
    points=[
        DraftPoint(
            article="Artikel 2.1",
            problem="Te duur.\n\nOok te laat.",
            proposal="Schrap lid 3",
            proposed_wording="In artikel 2.1 vervalt lid 3.",
            priority=1,
            evidence=[
                DraftEvidence("Delft", "Kost 2 ton", named=True),
                DraftEvidence("Gouda", "Kost 9 ton", named=False),
            ],
        )
    ],
    positions=[DraftPosition(title="Manifest", body="Eerder", source="G40", adopted_on=date(2023, 11, 16))],
    answers=[DraftAnswer("Gouda", "dissent", "Wij zijn tegen"), DraftAnswer("Delft", "support", "")],
    plan=[DraftDay("drafting", date(2027, 1, 14))],
)
INSIDE = {DocumentType.BOARD_NOTE, DocumentType.RESPONSE_PLAN}


@pytest.mark.parametrize("document_type", DocumentType)
def test_every_type_of_document_has_a_first_draft(document_type: DocumentType) -> None:
    for draft in (EMPTY, FULL):
        markdown = WRITER.write(document_type, draft)

        assert len(markdown) > 40
        assert "{{" not in markdown
        assert "None" not in markdown
        markdown_html(markdown)


def test_a_response_is_filled_with_what_is_known() -> None:
    markdown = WRITER.write("consultation_response", FULL)

    for expected in (
        "### Vraag 1: Wat vindt u van artikel 2?",
        "### 1. Artikel 2.1",
        "Te duur.\n\nOok te laat.",
        "> In artikel 2.1 vervalt lid 3.",
        "- Delft: Kost 2 ton",
        "afgestemd met VNG en G4",
        "(donderdag 16 november 2023): Eerder Bron: G40.",
        "41 (middel)grote steden",
    ):
        assert expected in markdown


@pytest.mark.parametrize("document_type", sorted(set(DocumentType) - INSIDE))
def test_a_city_that_does_not_want_to_be_named_is_not(document_type: DocumentType) -> None:
    assert "Gouda" not in WRITER.write(document_type, FULL)


def test_the_board_sees_who_does_not_agree() -> None:
    markdown = WRITER.write("board_note", FULL)

    assert "- Gouda: Wij zijn tegen" in markdown.partition("Afwijkende standpunten")[2]


def test_a_plan_names_its_days() -> None:
    assert "| Concept | donderdag 14 januari 2027 |" in WRITER.write("response_plan", FULL)


def test_there_is_no_draft_of_what_is_no_document() -> None:
    for name in ("unknown", "../web/base", "_parts"):
        with pytest.raises(NotFound):
            WRITER.write(name, EMPTY)


@pytest.mark.parametrize("document_type", DocumentType)
def test_what_is_filled_in_stays_text(document_type: DocumentType) -> None:
    point = DraftPoint(
        article=HOSTILE,
        problem=HOSTILE,
        proposal=HOSTILE,
        proposed_wording=HOSTILE,
        priority=1,
        evidence=[DraftEvidence("Delft", HOSTILE, named=True)],
    )
    draft = Draft(**{**vars(FULL), "points": [point], "title": HOSTILE, "questions": [HOSTILE]})

    html = str(markdown_html(WRITER.write(document_type, draft)))

    assert "<script" not in html
    assert "javascript:alert(1)" not in re.findall(r'href="([^"]*)"', html)
    assert "*vet*" in html


ANY = st.text(alphabet=st.sampled_from("ab 1.)#*_-+>=<&;[]()!|~`\\\"'$^:/{}%\n"), max_size=30) | st.text(
    max_size=20
)


@given(ANY)
@settings(derandomize=True, deadline=None)
def test_escaped_text_shows_exactly_what_it_was(value: str) -> None:
    html = str(markdown_html(str(as_text(value))))

    shown = unescape(re.sub(r"</?(?:p|a)\b[^>]*>", "", html)).strip()
    assert shown == one_line(value)


@given(ANY)
@settings(derandomize=True, deadline=None)
def test_longer_texts_hold_no_marks_either(value: str) -> None:
    for markdown in (as_paragraphs(value), as_quote(value)):
        html = str(markdown_html(str(markdown)))

        assert not re.search(r"<(?!/?(?:p|blockquote)\b)", html)
