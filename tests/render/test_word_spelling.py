"""What comes back from Word differs from what went there only where people changed something."""

import zipfile
from datetime import date
from io import BytesIO

import pytest

from g40flow.domain.dossier.text import Change, compare_texts, normalise_markdown
from g40flow.render.documents import DocumentDetails, Documents
from g40flow.render.word_import import import_word
from g40flow.render.word_spelling import spelled_as_before
from g40flow.resources import resource

BEFORE = normalise_markdown(
    r"""# Reactie

Eerste regel van een alinea
die doorloopt, met __vet__ en 5 < 6.[^bron]

| Artikel | Voorstel |
|---|---|
| 2.1 | Meer tijd |
| 3.4 | Meer geld |

* eerste punt
* tweede punt
  * dieper

## Uitvoering

1. een
1. twee

***

> Een citaat
> over twee regels.

[^bron]: CBS, *Statline*.
"""
)
DETAILS = DocumentDetails(
    title="Reactie", organisation="G40", label="Consultatiereactie", dated_on=date(2026, 1, 5)
)


@pytest.fixture(scope="module")
def word() -> bytes:
    return Documents(resource("templates")).docx(BEFORE, DETAILS)


def edited(word: bytes, part: str, old: str, new: str) -> bytes:
    """The Word file with other XML in the first place where it has some."""
    made = BytesIO()
    with zipfile.ZipFile(BytesIO(word)) as source, zipfile.ZipFile(made, "w") as target:
        for name in source.namelist():
            content = source.read(name)
            if name == part:
                assert old.encode() in content
                content = content.replace(old.encode(), new.encode(), 1)
            target.writestr(name, content)
    return made.getvalue()


def words(old: str, new: str) -> list[tuple[Change, str]]:
    """What a comparison shows to have changed."""
    return [
        (piece.change, piece.text.strip())
        for paragraph in compare_texts(old, new).paragraphs
        for piece in paragraph.segments
        if piece.change is not Change.EQUAL
    ]


def test_a_text_that_nobody_touched_comes_back_as_it_was(word: bytes) -> None:
    assert spelled_as_before(import_word(word, "x.docx").markdown, BEFORE) == BEFORE


TRACKED = (
    '</w:t></w:r><w:ins w:id="9" w:author="An" w:date="2026-11-20T10:00:00Z"><w:r>'
    "<w:t>snel</w:t></w:r></w:ins><w:r><w:t>"
)


@pytest.mark.parametrize(
    ("part", "old", "new", "changes"),
    [
        ("document", "Meer tijd", "Veel meer tijd dan de kolom breed was", None),
        ("document", "tweede punt", "tweede en laatste punt", [(Change.INSERTED, "en laatste")]),
        ("document", "Uitvoering", "Uitvoering en toezicht", [(Change.INSERTED, "en toezicht")]),
        ("document", "Meer geld", f"Meer {TRACKED} geld", [(Change.INSERTED, "snel")]),
        ("footnotes", "CBS,", "CBS 2026,", [(Change.INSERTED, "2026")]),
    ],
)
def test_a_comparison_shows_what_was_changed_in_word_and_no_more(
    word: bytes, part: str, old: str, new: str, changes: list[tuple[Change, str]] | None
) -> None:
    changed = edited(word, f"word/{part}.xml", old, new)

    found = spelled_as_before(import_word(changed, "x.docx").markdown, BEFORE)

    if changes is None:
        assert found == BEFORE.replace(old, new)
    else:
        assert words(BEFORE, found) == changes
