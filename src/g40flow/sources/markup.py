"""Reading markup of publishers, which may be broken or hostile: strict UTF-8, no entities, bounded size."""

import re
from collections.abc import Iterator

from lxml import etree

from g40flow.domain.errors import SourceChanged, SourceUnavailable

LARGEST_PAGE = 2 * 1024 * 1024
LONGEST_TEXT = 20_000  # characters
MONTHS = {
    "januari": 1, "februari": 2, "maart": 3, "april": 4, "mei": 5, "juni": 6, "juli": 7, "augustus": 8,
    "september": 9, "oktober": 10, "november": 11, "december": 12,
}  # fmt: skip
_CONTROL = re.compile(r"[\x00-\x1f\x7f-\x9f\ufffe\uffff]+")
_TAG = re.compile(r"<[^<>]*>?")
_NO_TEXT = frozenset({"script", "style", "template", "head", "title"})
INLINE = frozenset(
    {"a", "abbr", "b", "em", "font", "i", "mark", "small", "span", "strong", "sub", "sup", "u"}
)


def read_html(body: bytes, what: str, *, largest: int = LARGEST_PAGE) -> etree._Element:
    """The document. Raises SourceChanged, or SourceUnavailable for half a page."""
    check_text(body, what, largest=largest)
    if breaks_off(body, b"html"):
        raise SourceUnavailable(f"{what}: the page breaks off before its end")
    parser = etree.HTMLParser(
        encoding="utf-8", no_network=True, huge_tree=False, remove_comments=True, remove_pis=True
    )
    try:
        document = etree.fromstring(body, parser)
    except (etree.LxmlError, ValueError) as error:
        raise SourceChanged(f"{what}: not HTML ({shown(str(error))})") from error
    if document is None:  # lxml gives None for an empty document, its stubs do not know
        raise SourceUnavailable(f"{what}: an empty page")
    if any(entry.type_name == "ERR_RESOURCE_LIMIT" for entry in parser.error_log):
        raise SourceChanged(f"{what}: nested too deeply")
    return document


def read_xml(body: bytes, what: str, root: str, *, largest: int = LARGEST_PAGE) -> etree._Element:
    """The root element, whose local name must be `root`; documents with a DTD are refused.

    Raises SourceChanged, or SourceUnavailable for half a document.
    """
    if len(body) > largest:
        raise SourceChanged(f"{what}: {len(body)} bytes, expected at most {largest}")
    parser = etree.XMLParser(
        resolve_entities=False,
        load_dtd=False,
        no_network=True,
        huge_tree=False,
        remove_comments=True,
        remove_pis=True,
    )
    try:
        document = etree.fromstring(body, parser)
    except (etree.LxmlError, ValueError) as error:
        if not body.strip() or breaks_off(body, root.encode()):
            raise SourceUnavailable(f"{what}: cut off after {len(body)} bytes") from error
        raise SourceChanged(f"{what}: not XML ({shown(str(error))})") from error
    if document.getroottree().docinfo.internalDTD is not None:
        raise SourceChanged(f"{what}: expected XML without a document type")
    if local_name(document) != root:
        raise SourceChanged(f"{what}: expected <{root}>, found <{shown(local_name(document))}>")
    return document


def check_text(body: bytes, what: str, *, largest: int = LARGEST_PAGE) -> None:
    """Raises SourceChanged for what is too large or not UTF-8."""
    if len(body) > largest:
        raise SourceChanged(f"{what}: {len(body)} bytes, expected at most {largest}")
    try:
        body.decode("utf-8")
    except UnicodeDecodeError as error:
        raise SourceChanged(f"{what}: expected UTF-8, found another byte at {error.start}") from error


def breaks_off(body: bytes, root: bytes) -> bool:
    """Whether a document begins that does not end. An HTML parser mends what is cut off."""
    begin, end = body[:1000].lower(), body[-1000:].lower()
    opened = re.search(rb"<(?:[\w.-]+:)?" + re.escape(root.lower()) + rb"\b", begin) is not None
    closed = re.search(rb"</(?:[\w.-]+:)?" + re.escape(root.lower()) + rb"\s*>", end) is not None
    return opened and not closed


def select(node: etree._Element, path: str) -> list[etree._Element]:
    """The elements that an XPath expression finds."""
    found = node.xpath(path)
    if not isinstance(found, list):
        raise TypeError(f"expected an expression for elements, found {path!r}")
    return [element for element in found if isinstance(element, etree._Element)]


def first(node: etree._Element, path: str) -> etree._Element | None:
    """The first element that an XPath expression finds; None if there is none."""
    return next(iter(select(node, path)), None)


def with_class(tag: str, name: str) -> str:
    """XPath step for a tag with a class among its classes."""
    return f"{tag}[contains(concat(' ', normalize-space(@class), ' '), ' {name} ')]"


def local_name(element: etree._Element) -> str:
    """Name without namespace; "" for an entity that was not resolved."""
    return etree.QName(element).localname if isinstance(element.tag, str) else ""


def tag_of(element: etree._Element) -> str:
    """Lower-case name as written; "" for an entity that was not resolved."""
    return element.tag.lower() if isinstance(element.tag, str) else ""


def attribute(element: etree._Element, name: str) -> str:
    """Its value; "" if it is not there."""
    return str(element.get(name) or "")


def text_of(element: etree._Element | None) -> str:
    """All text as one plain line, with a blank where a block begins or ends; "" for nothing."""
    return "" if element is None else plain("".join(_pieces(element, " ")))


def lines_of(html: str) -> str:
    """The words of a piece of HTML, one line per block, without markup, scripts or styles.

    Broken markup is read as a browser would; a text longer than people read is cut.
    """
    if "<" not in html and "&" not in html:
        return cut(plain(html))
    parser = etree.HTMLParser(
        encoding="utf-8", no_network=True, huge_tree=False, remove_comments=True, remove_pis=True
    )
    try:
        root = etree.fromstring(f"<div>{html[:200_000]}</div>".encode("utf-8", "replace"), parser)
        text = "".join(_pieces(root, "\n")) if root is not None else ""
    except (etree.LxmlError, ValueError):
        text = _TAG.sub(" ", html)
    return cut("\n".join(line for piece in text.split("\n") if (line := plain(piece))))


def plain(text: str) -> str:
    """Without control characters, white space made single and trimmed."""
    return " ".join(_CONTROL.sub(" ", text).split())


def cut(text: str) -> str:
    """At most LONGEST_TEXT characters; a cut is visible."""
    return text if len(text) <= LONGEST_TEXT else text[: LONGEST_TEXT - 1] + "…"


def shown(text: str) -> str:
    """Text of the publisher for a message: short and harmless in logs and terminals."""
    return "".join(
        letter if letter.isprintable() else "\N{REPLACEMENT CHARACTER}" for letter in plain(text)[:160]
    )


def _pieces(element: etree._Element, apart: str) -> Iterator[str]:
    """The text of an element in order, with `apart` where a block begins or ends; no scripts."""
    walk = etree.iterwalk(element, events=("start", "end"))
    for event, node in walk:
        name = tag_of(node)
        yield "" if name in INLINE else apart
        if event == "start":
            if name in _NO_TEXT and node is not element:
                walk.skip_subtree()
            else:
                yield node.text or ""
        elif node is not element:
            yield node.tail or ""
