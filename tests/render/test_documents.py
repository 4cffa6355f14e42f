"""A text as a file to hand in and as a file for Word."""

import re
import zipfile
from datetime import date
from io import BytesIO

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pypdf import PdfReader

from g40flow.domain.dossier.personal_data import find_personal_data
from g40flow.domain.errors import InvalidInput
from g40flow.render.documents import (
    DocumentDetails,
    Documents,
    neutral_file_name,
    read_pdf,
    unprintable,
)
from g40flow.render.pandoc import LONGEST_TEXT
from g40flow.resources import resource

DOCUMENTS = Documents(resource("templates"))
DETAILS = DocumentDetails(
    title="Wet versterking regie volkshuisvesting",
    organisation="G40 Stedennetwerk",
    label="Consultatiereactie",
    dated_on=date(2026, 11, 21),
)
TEXT = """## Inleiding

De steden **steunen** het doel[^1]. Zie [de wet](https://www.example.nl/wet?a=1&b=2).

- eerste punt
- tweede punt

  #### kop in een lijst

| Artikel | Voorstel |
| --- | --- |
| 2.1 | schrap *lid 3* |

> Citaat van de wet

##### Slot

1. een
2. twee

[^1]: Net als de VNG.
"""


def pdf_text(markdown: str) -> str:
    return read_pdf(DOCUMENTS.pdf(markdown, DETAILS)).text


def test_a_pdf_holds_the_whole_text() -> None:
    shown = pdf_text(TEXT)

    for word in re.findall(r"\w+", re.sub(r"https\S+|\[\^1\]", "", TEXT)):
        assert word in shown
    for word in ("G40 Stedennetwerk", "Consultatiereactie", "zaterdag 21 november 2026", "pagina 1 van 1"):
        assert word in shown


def test_a_pdf_is_tagged_dutch_and_says_who_it_is_from() -> None:
    pdf = DOCUMENTS.pdf(TEXT, DETAILS)

    content = read_pdf(pdf)
    catalogue = PdfReader(BytesIO(pdf)).root_object
    assert {"/MarkInfo", "/StructTreeRoot"} <= set(catalogue)
    assert str(catalogue["/Lang"]) == "nl-NL"
    assert content.properties["Author"] == "G40 Stedennetwerk"
    assert content.properties["Title"] == DETAILS.title
    assert "<pdfuaid:part>1</pdfuaid:part>" in content.properties["xmp"]
    assert "<pdfaid:part>2</pdfaid:part>" in content.properties["xmp"]


def test_a_pdf_holds_no_personal_data_of_its_own() -> None:
    content = read_pdf(DOCUMENTS.pdf(TEXT, DETAILS))

    for part in (content.text, *content.properties.values()):
        assert find_personal_data(part, people=["Anna Testerink"]) == ()


def test_the_same_text_and_day_give_the_same_bytes() -> None:
    again = Documents(resource("templates"))

    assert DOCUMENTS.pdf(TEXT, DETAILS) == again.pdf(TEXT.replace("\n", "\r\n"), DETAILS)
    assert DOCUMENTS.docx(TEXT, DETAILS) == again.docx(TEXT.replace("\n", "\r\n"), DETAILS)


HOSTILE = [
    '#read("/etc/passwd")',
    '#image("/etc/passwd")',
    '#import "@preview/cetz:0.2.0": *',
    '#eval("1+1")',
    "#sys.inputs",
    "#panic()",
    "$sum_(i=0)^n i$",
    "@label <label> = kop",
    '`#read("x")` en ``#sys`` `` ` `` ```` ``` ````',
    '```{=typst}\n#read("/etc/passwd")\n```',
    '    #read("/etc/passwd")',
    '[#read("x")](https://x.nl/"#read("y")")',
    "[a](file:///etc/passwd) [b](javascript:alert(1)) [c](//evil.example/x)",
    "![a](/etc/passwd) ![](http://169.254.169.254/latest)",
    "\\input{/etc/passwd} \\immediate\\write18{id}",
    "<script>alert(1)</script> <b onclick=x>vet</b> <!-- weg -->",
    '| #read("x") | b |\n|---|---|\n| ] ) #sys | #[ |',
    'noot[^1]\n\n[^1]: #read("/etc/passwd")',
    "/* commentaar */ // weg",
    "{% include '/etc/passwd' %} {{ 7*7 }}",
    "---\ntitle: x\nheader-includes: y\n---",
]


@pytest.mark.parametrize("hostile", HOSTILE)
def test_what_looks_like_a_command_is_printed_as_it_was_typed(hostile: str) -> None:
    text = pdf_text(f"Voor.\n\n{hostile}\n\nNa.")

    assert "root:" not in text
    assert "Voor." in text
    assert "Na." in text


def test_commands_stay_readable() -> None:
    assert '#read("/etc/passwd")' in pdf_text('Tekst #read("/etc/passwd") hier')
    assert "<script>alert(1)</script>" in pdf_text("Tekst <script>alert(1)</script> hier")
    assert "javascript" not in pdf_text("[klik](javascript:alert(1))")


def test_a_title_cannot_carry_anything_out() -> None:
    hostile = DocumentDetails(
        title='#read("/etc/passwd") </dc:title> \n\u202e x',
        organisation='"#sys',
        label="]#[",
        dated_on=DETAILS.dated_on,
    )

    content = read_pdf(DOCUMENTS.pdf("Tekst", hostile))

    assert content.properties["Title"] == '#read("/etc/passwd") </dc:title> x'
    assert '#read("/etc/passwd")' in content.text


@given(st.text(alphabet=st.characters(max_codepoint=0x17F, exclude_categories=["Cs"]), max_size=80))
@settings(derandomize=True, max_examples=25, deadline=None)
def test_any_text_can_be_printed(text: str) -> None:
    assert DOCUMENTS.pdf(text, DETAILS).startswith(b"%PDF")


def test_characters_without_a_letter_are_named() -> None:
    assert unprintable("Café “één” – 10 € → ✓ Ω Ж") == ""
    assert unprintable("Mooi 😀 plan 中") == "中😀"
    with pytest.raises(InvalidInput) as refused:
        DOCUMENTS.pdf("Mooi 😀", DETAILS)
    assert refused.value.code == "cannot_be_printed"


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("a" * (LONGEST_TEXT + 1), "text_too_long"),
        (">" * 100 + " diep", "nested_too_deeply"),
        ("".join("  " * depth + "- a\n" for depth in range(200)), "nested_too_deeply"),
        ("**a *b " * 50 + "c* d** " * 50, "nested_too_deeply"),
    ],
    ids=["long", "quotes", "lists", "emphasis"],
)
def test_what_is_too_much_is_refused(text: str, code: str) -> None:
    with pytest.raises(InvalidInput) as refused:
        DOCUMENTS.pdf(text, DETAILS)

    assert refused.value.code == code


def part(docx: bytes, name: str) -> str:
    return zipfile.ZipFile(BytesIO(docx)).read(name).decode()


def test_a_word_file_is_in_house_style_and_dutch() -> None:
    docx = DOCUMENTS.docx(TEXT, DETAILS)

    assert '<w:pgSz w:h="16838" w:w="11906"' in part(docx, "word/document.xml")
    assert "footerReference" in part(docx, "word/document.xml")
    assert "PAGE" in part(docx, "word/footer1.xml")
    assert part(docx, "word/styles.xml").count('w:styleId="Heading1"') == 1
    assert re.search(r'w:lang [^>]*w:val="nl-NL"', part(docx, "word/styles.xml"))
    assert "123B5D" in part(docx, "word/styles.xml")
    assert "<dc:creator>G40 Stedennetwerk</dc:creator>" in part(docx, "docProps/core.xml")


@pytest.mark.parametrize("hostile", HOSTILE)
def test_a_word_file_brings_nothing_in_from_outside(hostile: str) -> None:
    docx = DOCUMENTS.docx(f"Voor.\n\n{hostile}\n\nNa.", DETAILS)

    names = zipfile.ZipFile(BytesIO(docx)).namelist()
    links = re.findall(
        r'TargetMode="External"[^>]*|Target="([^"]*)"', part(docx, "word/_rels/document.xml.rels")
    )
    assert not [name for name in names if "media" in name or "embeddings" in name]
    assert not [link for link in links if link.startswith(("file:", "javascript:", "//", "mailto:"))]
    assert "root:" not in part(docx, "word/document.xml")


def test_a_file_name_says_what_it_is_and_names_nobody() -> None:
    details = DocumentDetails(
        title="Besluit /etc/passwd; één 's avonds\n" + "lang " * 40,
        organisation="G40",
        label="Reactie",
        dated_on=DETAILS.dated_on,
    )

    name = neutral_file_name(details, "pdf")

    assert name.startswith("g40-reactie-besluit-etc-passwd-een-s-avonds-lang")
    assert len(name) <= 64


@pytest.mark.parametrize("content", [b"", b"%PDF-1.7\n", b"\x00" * 100, b"%PDF-1.7 1 0 obj"])
def test_what_is_no_pdf_is_refused(content: bytes) -> None:
    with pytest.raises(InvalidInput):
        read_pdf(content)
