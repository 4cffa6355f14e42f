"""Reading markup that may be broken or hostile: strict UTF-8, no entities, bounded size and depth."""

import re
from collections.abc import Iterator

from lxml import etree

from g40flow.domain.errors import SourceChanged, SourceError, SourceUnavailable

LARGEST_PAGE = 2 * 1024 * 1024
LONGEST_TEXT = 20_000  # characters
OUTAGE = re.compile(
    r"De website is tijdelijk niet beschikbaar"
    r"|Wegens technische problemen is de website tijdelijk niet beschikbaar"
)
_CONTROL = re.compile(r"[\x00-\x1f\x7f-\x9f\ufffe\uffff]+")
_NO_TEXT = frozenset({"script", "style", "template"})
INLINE = frozenset(
    {"a", "abbr", "b", "em", "font", "i", "mark", "small", "span", "strong", "sub", "sup", "u"}
)


class PublisherDown(SourceUnavailable):
    """The publisher as a whole gives no answers: asking for another page is useless."""


def asks_to_stop(error: SourceError) -> bool:
    """Whether the publisher says, in words or by Retry-After, to leave it alone for now."""
    if isinstance(error, PublisherDown):
        return True
    return isinstance(error, SourceUnavailable) and error.retry_after is not None


def unusable(body: bytes, message: str) -> SourceError:
    """The error for a page without the agreed form. An outage page or a page cut off is no change."""
    if OUTAGE.search(body.decode("utf-8", "replace")):
        return PublisherDown("the publisher says that its website is not available")
    if _breaks_off(body):
        return SourceUnavailable(f"{message}; the page breaks off before its end")
    return SourceChanged(message)


def _breaks_off(body: bytes) -> bool:
    """Whether a document begins that does not end. An HTML parser mends what is cut off."""
    begin, end = body[:1000].lower(), body[-1000:].lower()
    return any(
        b"<" + root in begin and b"</" + root + b">" not in end and b"<" + root + b"/>" not in end
        for root in (b"html", b"consultaties")
    )


def read_html(body: bytes, what: str) -> etree._Element:
    """The document. Raises SourceChanged, or SourceUnavailable for an outage or half a page."""
    _check_text(body, what)
    parser = etree.HTMLParser(
        encoding="utf-8", no_network=True, huge_tree=False, remove_comments=True, remove_pis=True
    )
    try:
        document = etree.fromstring(body, parser)
    except (etree.LxmlError, ValueError) as error:
        raise unusable(body, f"{what}: not HTML ({shown(str(error))})") from error
    if document is None:  # lxml gives None for an empty document, its stubs do not know
        raise unusable(body, f"{what}: an empty page")
    if any(entry.type_name == "ERR_RESOURCE_LIMIT" for entry in parser.error_log):
        raise SourceChanged(f"{what}: nested too deeply")
    if _breaks_off(body):
        raise SourceUnavailable(f"{what}: the page breaks off before its end")
    return document


def read_xml(body: bytes, what: str) -> etree._Element:
    """The root element. Raises SourceChanged, or SourceUnavailable for an outage or half a page."""
    _check_text(body, what)
    parser = etree.XMLParser(
        encoding="utf-8",
        resolve_entities=False,
        load_dtd=False,
        no_network=True,
        huge_tree=False,
        remove_comments=True,
        remove_pis=True,
    )
    try:
        root = etree.fromstring(body, parser)
    except (etree.LxmlError, ValueError) as error:
        raise unusable(body, f"{what}: not XML ({shown(str(error))})") from error
    if root.getroottree().docinfo.internalDTD is not None:
        raise unusable(body, f"{what}: expected XML without a document type")
    return root


def _check_text(body: bytes, what: str) -> None:
    if len(body) > LARGEST_PAGE:
        raise SourceChanged(f"{what}: {len(body)} bytes, expected at most {LARGEST_PAGE}")
    try:
        body.decode("utf-8")
    except UnicodeDecodeError as error:
        raise SourceChanged(f"{what}: expected UTF-8, found another byte at {error.start}") from error


def select(node: etree._Element, path: str) -> list[etree._Element]:
    """The elements that an XPath expression finds."""
    found = node.xpath(path)
    if not isinstance(found, list):
        raise TypeError(f"expected an expression for elements, found {path!r}")
    return [element for element in found if isinstance(element, etree._Element)]


def first(node: etree._Element, path: str) -> etree._Element | None:
    return next(iter(select(node, path)), None)


def with_class(tag: str, name: str) -> str:
    """XPath step for a tag with a class among its classes."""
    return f"{tag}[contains(concat(' ', normalize-space(@class), ' '), ' {name} ')]"


def tag_of(element: etree._Element) -> str:
    """Lower-case name; "" for an entity that was not resolved."""
    return element.tag.lower() if isinstance(element.tag, str) else ""


def attribute(element: etree._Element, name: str) -> str:
    return str(element.get(name) or "")


def pieces(element: etree._Element) -> Iterator[str]:
    """The text of an element in order, with a blank where a block begins or ends; no scripts."""
    walk = etree.iterwalk(element, events=("start", "end"))
    for event, node in walk:
        apart = tag_of(node) not in INLINE
        if event == "start":
            yield " " if apart else ""
            if tag_of(node) in _NO_TEXT:
                walk.skip_subtree()
            else:
                yield node.text or ""
        else:
            yield " " if apart else ""
            if node is not element:
                yield node.tail or ""


def text_of(element: etree._Element | None) -> str:
    """All text as one plain line; "" for nothing."""
    return "" if element is None else plain("".join(pieces(element)))


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
