"""A text as a file: DOCX to work on in Word, PDF to hand in. House style: templates/documents/.

A PDF is tagged and in Dutch, follows PDF/UA-1 (accessible) and PDF/A-2a (to be kept), and names the
organisation and nobody else. The same text and day give the same bytes, on every machine.
"""

import json
import re
import tempfile
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, date, datetime
from functools import cached_property, lru_cache
from io import BytesIO
from pathlib import Path
from typing import Any

import typst
import yaml
from pypdf import PdfReader
from pypdf.errors import PyPdfError

from g40flow.domain.dossier.text import normalise_markdown
from g40flow.domain.errors import InvalidInput
from g40flow.domain.folding import fold
from g40flow.domain.outside_text import one_line
from g40flow.render.dutch import long_day
from g40flow.render.pandoc import Node, Nodes, read_markdown, run
from g40flow.render.reference_docx import reference_docx

WORD = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"
PDF = "application/pdf"

MADE_FROM = "g40flow-version"
"""The property of a DOCX with the content hash of its text; Word keeps it when the file is edited."""

_LONGEST_NAME = 60


@dataclass(frozen=True, kw_only=True)
class DocumentDetails:
    """What stands above a text and in the properties of its file.

    label: what it is, in Dutch, such as "Consultatiereactie". dated_on: the day on the document.
    signatories: organisations that signed exactly this text and want their name under it.
    version: content hash of the text, kept in a DOCX to know later from which text it was made; "" for none.
    """

    title: str
    organisation: str
    label: str
    dated_on: date
    signatories: tuple[str, ...] = ()
    version: str = ""


@dataclass(frozen=True, kw_only=True)
class PrintedPicture:
    """A picture below a text. name: of its file, plain ASCII. words: the same for who does not see it."""

    name: str
    heading: str
    svg: str
    words: str


@dataclass(frozen=True)
class PdfContent:
    """What somebody can read out of a PDF. properties: names and values, XMP as "xmp"."""

    text: str
    properties: dict[str, str]
    pages: int


class Documents:
    """Makes files of texts. templates: the folder of that name."""

    def __init__(self, templates: Path) -> None:
        self.templates = templates
        # A checklist asks for the same file at every check, and the same text gives the same bytes.
        self._made_before = lru_cache(maxsize=16)(self._make_pdf)
        self._house_style = (templates / "documents" / "house_style.typ").read_bytes()
        self._word_style = templates / "documents" / "house_style.xml"

    def label(self, document_type: str) -> str:
        """What a type of document is called. Raises KeyError for a word that is none."""
        return self._labels[document_type]

    @cached_property
    def _labels(self) -> dict[str, str]:
        text = (self.templates / "documents" / "labels.yaml").read_text(encoding="utf-8")
        labels: dict[str, str] = yaml.safe_load(text)
        return labels

    @cached_property
    def _reference(self) -> bytes:
        return reference_docx(self._word_style)

    def pdf(
        self, markdown: str, details: DocumentDetails, pictures: tuple[PrintedPicture, ...] = ()
    ) -> bytes:
        """An accessible PDF, the pictures below the text. Raises InvalidInput for what cannot be printed."""
        return self._made_before(normalise_markdown(self._signed(markdown, details)), details, pictures)

    def _make_pdf(
        self, markdown: str, details: DocumentDetails, pictures: tuple[PrintedPicture, ...]
    ) -> bytes:
        document = read_markdown(markdown)
        for picture in pictures:
            document.blocks += _below(picture)
        document.blocks = _with_even_headings(document.blocks)
        body = run(["-f", "json", "-t", "typst", "--wrap=none"], document.as_json())
        opening = b'#import "house_style.typ": house, horizontalrule\n#show: house\n\n'
        files = {
            "main.typ": opening + body,
            "house_style.typ": self._house_style,
            **{f"{picture.name}.svg": picture.svg.encode() for picture in pictures},
        }
        inputs = {
            "title": one_line(details.title) or one_line(details.label),
            "organisation": one_line(details.organisation),
            "label": one_line(details.label),
            "dated": long_day(details.dated_on),
            "year": str(details.dated_on.year),
            "month": str(details.dated_on.month),
            "day": str(details.dated_on.day),
        }
        return _compile(files, inputs, details.dated_on)

    def _signed(self, markdown: str, details: DocumentDetails) -> str:
        """The text with who signed below it."""
        if not details.signatories:
            return markdown
        names = (re.sub(r"([^\w\s])", r"\\\1", one_line(name)) for name in details.signatories)
        lines = "\n".join(f"- {name}" for name in names)
        return f"{markdown.rstrip()}\n\n## {self._labels['signatories']}\n\n{lines}\n"

    def docx(self, markdown: str, details: DocumentDetails) -> bytes:
        """The text for Word, with who signed below it, in styles by which reading it back leaves that out:
        the next version is a text, and its signatures are asked anew.

        Raises InvalidInput for what cannot be read as Markdown.
        """
        document = read_markdown(normalise_markdown(markdown))
        if details.signatories:
            heading, names = self._labels["signatories"], map(one_line, details.signatories)
            document.blocks.append(_in_style("Signatories Heading", [heading]))
            document.blocks.append(_in_style("Signatory", names))
        properties = {
            "title": one_line(details.title),
            "author": one_line(details.organisation),
            "lang": "nl-NL",
        }
        if details.version:
            properties[MADE_FROM] = details.version
        with tempfile.TemporaryDirectory() as folder:
            reference = Path(folder) / "reference.docx"
            reference.write_bytes(self._reference)
            return run(
                ["-f", "json", "-t", "docx", "--standalone", f"--reference-doc={reference}"],
                document.as_json(properties),
            )


def _in_style(name: str, paragraphs: Iterable[str]) -> Node:
    """Paragraphs in a style of house_style.xml."""
    plain = [{"t": "Para", "c": [{"t": "Str", "c": text}]} for text in paragraphs]
    return {"t": "Div", "c": [["", [], [["custom-style", name]]], plain]}


def neutral_file_name(details: DocumentDetails, suffix: str) -> str:
    """ "g40-stedennetwerk-consultatiereactie-wet-regie.pdf": says what it is, and nobody's name."""
    words = re.findall(
        r"[a-z0-9]+", fold(f"{details.organisation} {details.label} {details.title}").replace("'", "")
    )
    name = ""
    for word in words:
        if len(name) + 1 + len(word) > _LONGEST_NAME:
            break
        name += f"-{word}" if name else word
    return f"{name or 'document'}.{suffix}"


def read_pdf(content: bytes) -> PdfContent:
    """Text and properties of a PDF, to look for personal data in. Raises InvalidInput."""
    try:
        reader = PdfReader(BytesIO(content))
        properties = {key.lstrip("/"): str(value) for key, value in (reader.metadata or {}).items()}
        metadata = reader.root_object.get("/Metadata")
        if metadata is not None:
            properties["xmp"] = metadata.get_object().get_data().decode("utf-8", errors="replace")
        text = "\n".join(page.extract_text() for page in reader.pages)
        return PdfContent(text=text, properties=properties, pages=len(reader.pages))
    except (PyPdfError, ValueError, KeyError, TypeError, AttributeError, RecursionError) as error:
        raise InvalidInput("unreadable_pdf", f"expected a PDF, found: {error}") from error


def unprintable(text: str) -> str:
    """The characters of a text that the house style has no letter for, such as emoji; "" if all is well."""
    unusual = frozenset(character for character in text if ord(character) > 0x17F)
    return "".join(sorted(filter(_has_no_glyph, unusual)))


@lru_cache(maxsize=4096)
def _has_no_glyph(character: str) -> bool:
    setting = b'#set document(title: "-")\n#set text(font: "Libertinus Serif")\n#sys.inputs.shown'
    try:
        _compile({"main.typ": setting}, {"shown": character}, date(2000, 1, 1))
    except InvalidInput:
        return True
    return False


def _compile(files: dict[str, bytes], inputs: dict[str, str], dated_on: date) -> bytes:
    sources: Any = files  # typst's own stub does not know that several files can be given
    with tempfile.TemporaryDirectory() as empty:  # typst may read below its root: there is nothing there
        try:
            made: bytes = typst.compile(
                sources,
                root=empty,
                package_path=empty,
                package_cache_path=empty,
                ignore_system_fonts=True,
                format="pdf",
                sys_inputs=inputs,
                pdf_standards=["ua-1", "a-2a"],
                timestamp=_midnight(dated_on),
            )
        except typst.TypstError as error:
            raise InvalidInput("cannot_be_printed", f"typst: {str(error)[:300]}") from error
    return made


def _midnight(day: date) -> int:
    return int(datetime(day.year, day.month, day.day, tzinfo=UTC).timestamp())


def _below(picture: PrintedPicture) -> Nodes:
    """A heading, what the picture says, and the picture itself, kept on one page."""
    # What JSON escapes in a line of visible characters, a string of typst escapes the same way.
    words = json.dumps(picture.words, ensure_ascii=False)
    shown = f'#image("{picture.name}.svg", width: 100%, alt: {words})'
    heading: Node = {"t": "Header", "c": [2, ["", [], []], _plain_words(picture.heading)]}
    said: Node = {"t": "Para", "c": _plain_words(picture.words)}
    together = _typst("#block(breakable: false, above: 1.9em)["), heading, said, _typst(shown), _typst("]")
    return list(together)


def _typst(code: str) -> Node:
    """Typst of our own, added after the text was cleaned of everybody else's."""
    return {"t": "RawBlock", "c": ["typst", code]}


def _plain_words(text: str) -> Nodes:
    return [{"t": "Str", "c": one_line(text)}]


def _with_even_headings(blocks: Nodes) -> Nodes:
    """The same headings, beginning at level 1 and never skipping a level, as PDF/UA asks."""
    open_levels: list[int] = []
    shown: Nodes = []
    for block in blocks:
        if block["t"] == "Header":
            level, attributes, inlines = block["c"]
            while open_levels and open_levels[-1] >= level:
                open_levels.pop()
            open_levels.append(level)
            even: Node = {"t": "Header", "c": [len(open_levels), attributes, inlines]}
            shown.append(even)
        else:
            shown.append(block)
    return shown
