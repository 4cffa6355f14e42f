"""A Word file that somebody worked on, as Markdown."""

import struct
import zipfile
from io import BytesIO

import pytest

from g40flow.domain.dossier.text import normalise_markdown
from g40flow.domain.errors import InvalidInput
from g40flow.render.documents import Documents
from g40flow.render.word_import import LARGEST_FILE, WordRemark, import_word
from g40flow.resources import resource
from tests.render.test_documents import DETAILS
from tests.render.word_files import (
    TYPES,
    commented,
    comments,
    deleted,
    inserted,
    paragraph,
    run,
    word_file,
)

ENTITY = '<!DOCTYPE x [<!ENTITY e SYSTEM "file:///etc/passwd">]>'


def refusal(content: bytes, name: str = "brief.docx") -> str:
    with pytest.raises(InvalidInput) as refused:
        import_word(content, name)
    assert refused.value.field == "file"
    return refused.value.code


def test_our_own_word_file_comes_back_as_the_text_it_was_made_of() -> None:
    text = normalise_markdown(
        """# Inleiding

De steden **steunen** het *doel*[^1]. Zie [de wet](https://www.example.nl/wet?a=1&b=2), ~~lid 3~~.

- eerste punt
- tweede punt

## Artikel 2.1

> Citaat van de wet

1.  een
2.  twee

| Artikel | Voorstel       |
|---------|----------------|
| 2.1     | schrap *lid 3* |

[^1]: Net als de VNG.
"""
    )

    docx = Documents(resource("templates")).docx(text, DETAILS)

    assert import_word(docx, "concept.docx").markdown == text


def test_tracked_changes_count_as_made_and_their_authors_are_told() -> None:
    content = word_file(
        paragraph(
            run("De stad krijgt "),
            deleted("geld", "Piet &amp; co"),
            inserted("tijd", "An \n Jansen"),
            run("."),
        )
    )

    word = import_word(content, "brief.DOCX")

    assert word.markdown == "De stad krijgt tijd.\n"
    assert word.authors == ("An Jansen", "Piet & co")


def test_remarks_come_with_their_author_and_the_text_they_are_about() -> None:
    content = word_file(
        paragraph(run("De stad "), commented("krijgt geld", 0), run(".")),
        paragraph(commented("Slot", 1)),
        more={"word/comments.xml": comments(("An", "Hoeveel?"), ("Piet", "Mag weg &lt;b&gt;"))},
    )

    word = import_word(content, "brief.docx")

    assert word.markdown == "De stad krijgt geld.\n\nSlot\n"
    assert word.remarks == (
        WordRemark("An", "Hoeveel?", "krijgt geld"),
        WordRemark("Piet", "Mag weg <b>", "Slot"),
    )


def test_what_looks_like_markup_stays_text() -> None:
    content = word_file(paragraph(run("&lt;script&gt;alert(1)&lt;/script&gt; # geen kop * `code` [a](b)")))

    markdown = import_word(content, "brief.docx").markdown

    docx = Documents(resource("templates")).docx(markdown, DETAILS)
    shown = zipfile.ZipFile(BytesIO(docx)).read("word/document.xml").decode()
    assert "&lt;script&gt;alert(1)&lt;/script&gt; # geen kop * `code` [a](b)" in shown


def test_a_table_that_markdown_cannot_have_is_flattened_and_counted() -> None:
    def cell(*paragraphs: str, wide: int = 1) -> str:
        span = f'<w:tcPr><w:gridSpan w:val="{wide}"/></w:tcPr>'
        return f"<w:tc>{span}{''.join(paragraphs)}</w:tc>"

    rows = (
        f"<w:tr>{cell(paragraph(run('Breed')), wide=2)}</w:tr>"
        f"<w:tr>{cell(paragraph(run('een')), paragraph(run('twee')))}{cell(paragraph(run('drie')))}</w:tr>"
    )
    grid = '<w:tblGrid><w:gridCol w:w="2000"/><w:gridCol w:w="2000"/></w:tblGrid>'

    word = import_word(word_file(f"<w:tbl>{grid}{rows}</w:tbl>", paragraph(run("Na."))), "brief.docx")

    assert word.simplified_tables == 1
    assert "Breed" in word.markdown
    assert "een twee | drie" in word.markdown
    assert "<table" not in word.markdown


def test_nothing_outside_the_file_is_asked_for() -> None:
    office = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
    content = word_file(
        paragraph(run("Tekst.")),
        relations=(
            f'<Relationship Id="r5" Type="{office}/attachedTemplate" TargetMode="External" '
            'Target="http://169.254.169.254/latest"/>'
            f'<Relationship Id="r6" Type="{office}/image" TargetMode="External" Target="file:///etc/passwd"/>'
        ),
    )

    assert import_word(content, "brief.docx").markdown == "Tekst.\n"


def test_a_file_with_macros_is_refused() -> None:
    text = paragraph(run("Tekst."))

    assert refusal(word_file(text), "brief.docm") == "word_macros"
    assert refusal(word_file(text, more={"word/vbaProject.bin": b"x"})) == "word_macros"
    macro_types = TYPES.replace(
        "vnd.openxmlformats-officedocument.wordprocessingml.document.main",
        "vnd.ms-word.document.macroEnabled.main",
    )
    assert refusal(word_file(text, more={"[Content_Types].xml": macro_types})) == "word_macros"


@pytest.mark.parametrize("part", ["word/embeddings/oleObject1.bin", "word/embeddings/blad.xlsx"])
def test_a_file_with_embedded_objects_is_refused(part: str) -> None:
    assert refusal(word_file(paragraph(run("Tekst.")), more={part: b"x"})) == "word_embedded"


def test_a_document_type_is_refused_also_when_it_hides_in_another_encoding() -> None:
    document = f'{ENTITY}<w:document xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main"/>'

    plain = word_file(more={"word/document.xml": document})
    hidden = word_file(
        more={"word/document.xml": f'<?xml version="1.0" encoding="UTF-16"?>{document}'.encode("utf-16")}
    )
    in_the_comments = word_file(paragraph(run("Tekst.")), more={"word/comments.xml": f"{ENTITY}<a>&e;</a>"})

    assert {refusal(plain), refusal(hidden), refusal(in_the_comments)} == {"unsafe_xml"}


def test_a_billion_laughs_are_refused() -> None:
    entities = "".join(f'<!ENTITY a{n + 1} "{f"&a{n};" * 10}">' for n in range(12))
    laughs = f'<!DOCTYPE x [<!ENTITY a0 "ha">{entities}]><x>&a12;</x>'

    assert refusal(word_file(more={"word/document.xml": laughs})) in ("unsafe_xml", "not_a_word_file")


def test_a_zip_bomb_is_refused() -> None:
    big = word_file(paragraph(run("Tekst.")), more={"word/styles.xml": b" " * 41_000_000})
    many = word_file(paragraph(run("Tekst.")), more={f"word/media/{n}.png": b"" for n in range(3_100)})

    assert (refusal(big), refusal(many)) == ("zip_bomb", "zip_bomb")


def test_a_part_that_lies_about_its_size_is_refused() -> None:
    content = bytearray(word_file(paragraph(run("Tekst.")), more={"word/styles.xml": b" " * 30_000_000}))
    at = content.rindex(b"word/styles.xml")
    struct.pack_into("<I", content, at - 46 + 24, 10)

    assert refusal(bytes(content)) in ("not_a_word_file", "zip_bomb")


@pytest.mark.parametrize("part", ["word/document.xml", "docProps/custom.xml"])
def test_a_part_that_was_damaged_on_the_way_is_refused(part: str) -> None:
    marked = word_file(paragraph(run("Tekst.")), more={"docProps/custom.xml": "<Properties/>" * 3})
    with zipfile.ZipFile(BytesIO(marked)) as archive:
        begins = archive.getinfo(part).header_offset + 30 + len(part)
    content = bytearray(marked)
    content[begins : begins + 8] = bytes(8)

    assert refusal(bytes(content)) == "not_a_word_file"


def test_names_that_lead_elsewhere_are_not_followed() -> None:
    names = ["../../etc/cron.d/x", "/etc/passwd", "word/../../x.xml", "C:\\x"]
    content = word_file(paragraph(run("Tekst.")), more=dict.fromkeys(names, b"x"))

    assert import_word(content, "../../brief.docx").markdown == "Tekst.\n"


def test_a_part_that_is_there_twice_is_refused() -> None:
    made = BytesIO(word_file(paragraph(run("Een."))))
    with (
        pytest.warns(UserWarning, match="Duplicate name"),
        zipfile.ZipFile(made, "a") as archive,
    ):
        archive.writestr("word/document.xml", "<x/>")

    assert refusal(made.getvalue()) == "not_a_word_file"


@pytest.mark.parametrize(
    ("content", "code"),
    [
        (b"", "not_a_word_file"),
        (b"PK\x03\x04", "not_a_word_file"),
        (b"%PDF-1.7", "not_a_word_file"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\x00" * 600, "word_old_or_locked"),
        (b"x" * (LARGEST_FILE + 1), "file_too_large"),
        (word_file(), "empty_text"),
        (word_file(paragraph(run("a" * 300_000))), "text_too_long"),
        (word_file(more={"word/document.xml": "<w:document"}), "not_a_word_file"),
        (word_file(more={"word/document.xml": "<a>" * 5_000 + "</a>" * 5_000}), "not_a_word_file"),
        (word_file(more={"[Content_Types].xml": "<Types/>"}), "not_a_word_file"),
    ],
    ids=["empty", "zip", "pdf", "doc", "large", "blank", "long", "broken", "deep", "other kind"],
)
def test_what_is_no_word_file_is_refused(content: bytes, code: str) -> None:
    assert refusal(content) == code
