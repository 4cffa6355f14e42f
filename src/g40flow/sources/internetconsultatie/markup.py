"""Pages and lists of internetconsultatie.nl as documents: an outage or half a page is no change of form."""

import re

from lxml import etree

from g40flow.domain.errors import SourceChanged, SourceError, SourceUnavailable
from g40flow.sources.markup import breaks_off, check_text, shown

OUTAGE = re.compile(
    r"De website is tijdelijk niet beschikbaar"
    r"|Wegens technische problemen is de website tijdelijk niet beschikbaar"
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
    return any(breaks_off(body, root) for root in (b"html", b"consultaties"))


def read_html(body: bytes, what: str) -> etree._Element:
    """The document. Raises SourceChanged, or SourceUnavailable for an outage or half a page."""
    check_text(body, what)
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
    check_text(body, what)
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
