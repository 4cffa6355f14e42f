"""Word files made by hand, good and bad, to read in."""

import zipfile
from collections.abc import Mapping
from io import BytesIO

_W = 'xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main"'
_R = 'xmlns:r="http://schemas.openxmlformats.org/officeDocument/2006/relationships"'
_OFFICE = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"

TYPES = (
    '<Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types">'
    '<Default Extension="xml" ContentType="application/xml"/>'
    '<Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/>'
    '<Override PartName="/word/document.xml" ContentType='
    '"application/vnd.openxmlformats-officedocument.wordprocessingml.document.main+xml"/></Types>'
)
RELATIONS = (
    '<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships">'
    f'<Relationship Id="r1" Type="{_OFFICE}/officeDocument" Target="word/document.xml"/></Relationships>'
)


def run(text: str) -> str:
    return f'<w:r><w:t xml:space="preserve">{text}</w:t></w:r>'


def paragraph(*content: str) -> str:
    return f"<w:p>{''.join(content)}</w:p>"


def inserted(text: str, author: str) -> str:
    return f'<w:ins w:id="1" w:author="{author}" w:date="2026-11-20T10:00:00Z">{run(text)}</w:ins>'


def deleted(text: str, author: str) -> str:
    removed = f'<w:r><w:delText xml:space="preserve">{text}</w:delText></w:r>'
    return f'<w:del w:id="2" w:author="{author}" w:date="2026-11-20T10:00:00Z">{removed}</w:del>'


def commented(text: str, number: int) -> str:
    return (
        f'<w:commentRangeStart w:id="{number}"/>{run(text)}<w:commentRangeEnd w:id="{number}"/>'
        f'<w:r><w:commentReference w:id="{number}"/></w:r>'
    )


def comments(*given: tuple[str, str]) -> str:
    """Pairs of author and text, numbered from 0."""
    inside = "".join(
        f'<w:comment w:id="{number}" w:author="{author}" w:date="2026-11-20T10:00:00Z">'
        f"{paragraph(run(text))}</w:comment>"
        for number, (author, text) in enumerate(given)
    )
    return f"<w:comments {_W}>{inside}</w:comments>"


def word_file(*paragraphs: str, more: Mapping[str, str | bytes] | None = None, relations: str = "") -> bytes:
    """A Word file. more: further parts, or others in the place of the usual ones. relations: of the text."""
    parts: dict[str, str | bytes] = {
        "[Content_Types].xml": TYPES,
        "_rels/.rels": RELATIONS,
        "word/_rels/document.xml.rels": (
            '<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships">'
            f'<Relationship Id="r9" Type="{_OFFICE}/comments" Target="comments.xml"/>'
            f"{relations}</Relationships>"
        ),
        "word/document.xml": f"<w:document {_W} {_R}><w:body>{''.join(paragraphs)}</w:body></w:document>",
        **(more or {}),
    }
    made = BytesIO()
    with zipfile.ZipFile(made, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in parts.items():
            archive.writestr(name, content)
    return made.getvalue()
