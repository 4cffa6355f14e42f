"""A Word file that somebody worked on, as Markdown, with the remarks that stand beside its text.

The file is from outside. Only the parts that hold text are taken out of it, bounded and parsed without
entities or network, and packed anew for pandoc; everything else in the file is never looked at.
Tracked changes count as made, since that is how their author sees the text.
"""

import json
import re
import zipfile
import zlib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from io import BytesIO
from typing import Any

from lxml import etree

from g40flow.domain.dossier.text import normalise_markdown
from g40flow.domain.errors import InvalidInput
from g40flow.domain.outside_text import cut, one_line
from g40flow.render.documents import MADE_FROM
from g40flow.render.pandoc import LONGEST_TEXT, clean, run, write_markdown

LARGEST_FILE = 10_000_000
"""Bytes of an upload; a long response without pictures has 100,000."""

_LARGEST_PART = 20_000_000
_LARGEST_SUM = 40_000_000
_MOST_PARTS = 3_000
_LONGEST_REMARK = 4_000

_TYPES, _PROPERTIES = "[Content_Types].xml", "docProps/custom.xml"
_PROPERTY = "{http://schemas.openxmlformats.org/officeDocument/2006/custom-properties}property"
_MAIN_TYPE = "wordprocessingml.document.main+xml"
_RELATIONS = "{http://schemas.openxmlformats.org/package/2006/relationships}Relationship"
_W = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"
_SIGNATURES = frozenset({"SignatoriesHeading", "Signatory"})
"""Styles of templates/documents/house_style.xml for who signed: no part of the text."""
# The parts that pandoc reads text from, and our own mark; settings and pictures are not among them.
_READ = re.compile(
    r"(?:\[Content_Types\]\.xml|_rels/\.rels|word/_rels/(?:document|footnotes|endnotes|comments)\.xml\.rels"
    r"|word/(?:document|styles|numbering|footnotes|endnotes|comments)\.xml|docProps/custom\.xml)"
)
_MACROS = re.compile(r"vbaProject|vbaData|activeX", re.IGNORECASE)
_EMBEDDED = re.compile(r"(?:^|/)embeddings/|oleObject", re.IGNORECASE)
_OLD_WORD = b"\xd0\xcf\x11\xe0"


@dataclass(frozen=True)
class WordRemark:
    """A comment in the margin. author: as Word names them, on one line. quote: the text it is about."""

    author: str
    text: str
    quote: str


@dataclass(frozen=True)
class WordText:
    """What was in a Word file.

    authors: names of those who made tracked changes. pictures, simplified_tables: how many of them could
    not be taken over as they are. made_from: content hash of the text from which we made the file; "" if
    it was made elsewhere.
    """

    markdown: str
    remarks: tuple[WordRemark, ...]
    authors: tuple[str, ...]
    pictures: int
    simplified_tables: int
    made_from: str


def import_word(content: bytes, name: str) -> WordText:
    """The text of a DOCX file. name: as uploaded, only its ending counts.

    Raises InvalidInput with the codes file_too_large, word_macros, word_embedded, word_old_or_locked,
    not_a_word_file, zip_bomb, unsafe_xml, empty_text and text_too_long.
    """
    parts = _sound_parts(content, name)
    made_from = _made_from(parts.pop(_PROPERTIES, None))
    safe = _packed(parts)
    accepted = clean(run(["-f", "docx", "-t", "json", "--track-changes=accept"], safe))
    marked = json.loads(run(["-f", "docx", "-t", "json", "--track-changes=all"], safe))
    markdown = normalise_markdown(write_markdown(accepted))
    if not markdown:
        raise InvalidInput("empty_text", "expected text in the file, found none", field="file")
    if len(markdown) > LONGEST_TEXT:
        raise InvalidInput("text_too_long", f"expected at most {LONGEST_TEXT} characters", field="file")
    reader = _MarkReader()
    reader.read(marked["blocks"])
    return WordText(
        markdown=markdown,
        remarks=tuple(reader.remarks()),
        authors=tuple(sorted(reader.authors)),
        pictures=accepted.pictures,
        simplified_tables=accepted.simplified_tables,
        made_from=made_from,
    )


# --- the file ---------------------------------------------------------------------------------------


def _sound_parts(content: bytes, name: str) -> dict[str, bytes]:
    """What is read of the file, by the name of the part; each is XML that can do no harm."""
    if len(content) > LARGEST_FILE:
        raise _refused("file_too_large", f"expected at most {LARGEST_FILE} bytes, found {len(content)}")
    if name.lower().endswith((".docm", ".dotm")):
        raise _refused("word_macros", "expected a file without macros, found one that can have them")
    if content.startswith(_OLD_WORD):
        raise _refused("word_old_or_locked", "expected DOCX, found an old or locked Word file")
    try:
        with zipfile.ZipFile(BytesIO(content)) as archive:
            parts = dict(_parts(archive))
    except (zipfile.BadZipFile, zlib.error, EOFError, OSError, RuntimeError, ValueError) as error:
        # RuntimeError and NotImplementedError: passwords and unknown compression
        raise _refused("not_a_word_file", f"expected DOCX, found: {error}") from error
    types = parts.get(_TYPES, b"").decode()
    if "macroenabled" in types.lower():
        raise _refused("word_macros", "expected a file without macros, found one that can have them")
    if _MAIN_TYPE not in types or "word/document.xml" not in parts:
        raise _refused("not_a_word_file", "expected DOCX, found another kind of file")
    return parts


def _packed(parts: Mapping[str, bytes]) -> bytes:
    """A file of these parts alone."""
    made = BytesIO()
    with zipfile.ZipFile(made, "w", zipfile.ZIP_DEFLATED) as archive:
        for part, xml in parts.items():
            archive.writestr(zipfile.ZipInfo(part), xml)
    return made.getvalue()


def _parts(archive: zipfile.ZipFile) -> Iterator[tuple[str, bytes]]:
    entries = archive.infolist()
    if len(entries) > _MOST_PARTS or sum(entry.file_size for entry in entries) > _LARGEST_SUM:
        raise _refused("zip_bomb", f"expected at most {_LARGEST_SUM} bytes in {_MOST_PARTS} parts")
    names = [entry.filename for entry in entries]
    if any(_MACROS.search(part) for part in names):
        raise _refused("word_macros", "expected a file without macros, found some")
    if any(_EMBEDDED.search(part) for part in names):
        raise _refused("word_embedded", "expected a file without embedded objects, found some")
    wanted = [entry for entry in entries if _READ.fullmatch(entry.filename)]
    if len({entry.filename for entry in wanted}) != len(wanted):
        raise _refused("not_a_word_file", "expected each part once")
    for entry in wanted:
        yield entry.filename, _plain_xml(_bounded(archive, entry), entry.filename)


def _bounded(archive: zipfile.ZipFile, entry: zipfile.ZipInfo) -> bytes:
    """What an entry unpacks to, whatever size it claims to have."""
    with archive.open(entry) as part:
        content = part.read(_LARGEST_PART + 1)
    if len(content) > _LARGEST_PART:
        raise _refused("zip_bomb", f"{entry.filename}: expected at most {_LARGEST_PART} bytes")
    return content


def _plain_xml(content: bytes, name: str) -> bytes:
    """The same XML in UTF-8, without a document type, and pointing to nothing outside but links."""
    root = _parsed(content, name)
    for relation in root.iter(_RELATIONS):
        outside = relation.get("TargetMode") == "External"
        parent = relation.getparent()
        if outside and parent is not None and not relation.get("Type", "").endswith("/hyperlink"):
            parent.remove(relation)
    for style in list(root.iter(f"{_W}pStyle")):
        if style.get(f"{_W}val") in _SIGNATURES:
            _take_out(style)
    return etree.tostring(root, xml_declaration=True, encoding="UTF-8")


def _made_from(properties: bytes | None) -> str:
    """The property that we gave the file."""
    if properties is None:
        return ""
    given = (one for one in _parsed(properties, _PROPERTIES).iter(_PROPERTY) if one.get("name") == MADE_FROM)
    return next(("".join(map(str, one.itertext())).strip() for one in given), "")


def _parsed(content: bytes, name: str) -> etree._Element:
    parser = etree.XMLParser(
        resolve_entities=False, no_network=True, load_dtd=False, huge_tree=False, remove_pis=True
    )
    try:
        root = etree.fromstring(content, parser)
    except etree.XMLSyntaxError as error:
        raise _refused("not_a_word_file", f"{name}: expected XML: {error}") from error
    if root.getroottree().docinfo.internalDTD is not None:
        raise _refused("unsafe_xml", f"{name}: expected no document type, found one")
    return root


def _take_out(style: etree._Element) -> None:
    """Take the paragraph of a style out of its document."""
    paragraph = next((above for above in style.iterancestors(f"{_W}p")), None)
    parent = None if paragraph is None else paragraph.getparent()
    if paragraph is not None and parent is not None:
        parent.remove(paragraph)


def _refused(code: str, message: str) -> InvalidInput:
    return InvalidInput(code, message, field="file")


# --- what stands beside the text --------------------------------------------------------------------


class _MarkReader:
    """Collects tracked changes and remarks of a tree that was read with all marks in it."""

    def __init__(self) -> None:
        self.authors: set[str] = set()
        self._remarks: dict[str, tuple[str, str]] = {}
        self._quotes: dict[str, list[str]] = {}
        self._open: list[str] = []

    def remarks(self) -> Iterator[WordRemark]:
        """In the order of the text."""
        for key, (author, text) in self._remarks.items():
            quote = cut(one_line("".join(self._quotes.get(key, []))), _LONGEST_REMARK)
            yield WordRemark(author=author, text=text, quote=quote)

    def read(self, nodes: Any) -> None:
        """A part of the tree, in reading order. The tree was cleaned once, so it is not too deep."""
        if isinstance(nodes, list):
            for node in nodes:
                self.read(node)
        elif isinstance(nodes, dict):
            self._node(nodes)

    def _node(self, node: dict[str, Any]) -> None:
        match node:
            case {"t": "Span", "c": [[key, classes, pairs], inner]}:
                self._span(key, classes, dict(pairs), inner)
            case {"t": "Str" | "Code" | "Space" | "SoftBreak" | "LineBreak"}:
                self._quote(_plain(node))
            case {"t": "Para" | "Plain" | "Header", "c": inner}:
                self.read(inner)
                self._quote(" ")
            case {"c": inner}:
                self.read(inner)

    def _span(self, key: str, classes: list[str], values: dict[str, str], inner: Any) -> None:
        author = cut(one_line(values.get("author", "")), 100)
        if "comment-start" in classes:
            number = values.get("id", key)
            self._remarks[number] = (author, cut(_plain(inner).strip(), _LONGEST_REMARK))
            self._open.append(number)
        elif "comment-end" in classes:
            number = values.get("id", key)
            self._open = [other for other in self._open if other != number]
        else:
            if author:
                self.authors.add(author)
            if "deletion" not in classes:
                self.read(inner)

    def _quote(self, text: str) -> None:
        for number in self._open:
            self._quotes.setdefault(number, []).append(text)


def _plain(node: Any) -> str:
    """The words of a part of the tree."""
    match node:
        case {"t": "Str", "c": text}:
            return one_line(str(text))
        case {"t": "Code", "c": [_, text]}:
            return one_line(str(text))
        case {"t": "Space" | "SoftBreak" | "LineBreak"}:
            return " "
        case {"t": "Para" | "Plain", "c": inner}:
            return _plain(inner) + " "
        case {"c": inner}:
            return _plain(inner)
        case list():
            return "".join(map(_plain, node))
        case _:
            return ""
