"""One page of a SyncFeed: Atom entries with an entity of the Tweede Kamer in each.

Documented at opendata.tweedekamer.nl/documentatie/syncfeed-api. The page is judged here, not its
entities: a page that is cut off is SourceUnavailable (ask again), one that is whole but different
from what was agreed is SourceChanged (a person must look). Documents that declare a DTD are refused.
"""

import re
from dataclasses import dataclass
from datetime import datetime
from urllib.parse import unquote

from lxml import etree

from g40flow.domain.errors import SourceChanged, SourceError, SourceUnavailable
from g40flow.sources.tweedekamer.values import utc_instant

ATOM = "{http://www.w3.org/2005/Atom}"
ENTITY_NAMESPACE = "http://www.tweedekamer.nl/xsd/tkData/v1-0"

_FEED_ENDS = re.compile(rb"</(?:[\w.-]+:)?feed\s*>\s*$")
_FEED_STARTS = re.compile(rb"(?:\xef\xbb\xbf)?\s*<(?:$|\?|(?:[\w.-]+:)?(?:feed\b|f?e?e?$))")
_SKIPTOKEN = re.compile(r"[?&]skiptoken=([^&#]*)", re.IGNORECASE)
_TOKEN = re.compile(r"[A-Za-z0-9._~-]{1,64}")  # digits today; opaque to us


@dataclass(frozen=True, kw_only=True, slots=True)
class FeedEntry:
    """One entry. entity: its XML element. updated_at: when it became visible, aware UTC, None if not told."""

    entity: etree._Element
    updated_at: datetime | None


@dataclass(frozen=True, kw_only=True)
class FeedPage:
    """A whole page.

    token: position after the last entry; on a page without entries the position the publisher
        offers to resume at, None if it offers none.
    more: the publisher says that there is a next page.
    """

    entries: tuple[FeedEntry, ...]
    token: str | None
    more: bool


def parse_page(body: bytes, url: str) -> FeedPage:
    """Read one page. url: only for messages. Raises SourceChanged or SourceUnavailable."""
    feed = _root(body, url)
    next_token = _link_token(feed, "next", url)
    entries: list[FeedEntry] = []
    last_own_token: str | None = None
    for element in feed.iterchildren(ATOM + "entry"):
        entry, last_own_token = _entry(element, url)
        entries.append(entry)
    if not entries:
        return FeedPage(entries=(), token=_resume_token(feed), more=False)
    token = last_own_token or next_token
    if token is None:
        raise SourceChanged(f"{url}: neither the last entry nor the feed says where to go on")
    return FeedPage(entries=tuple(entries), token=token, more=next_token is not None)


def parse_entity(body: bytes, url: str) -> FeedEntry:
    """One entity that was asked for by name. Raises SourceChanged or SourceUnavailable."""
    return FeedEntry(entity=_document(body, url), updated_at=None)


def _root(body: bytes, url: str) -> etree._Element:
    root = _document(body, url)
    if root.tag == ATOM + "feed":
        return root
    raise SourceChanged(f"{url}: expected an Atom feed, found <{root.tag}>")


def _document(body: bytes, url: str) -> etree._Element:
    if b"<!DOCTYPE" in body[:4096] or b"<!doctype" in body[:4096]:
        raise SourceChanged(f"{url}: expected an Atom feed, found a document with a DTD (a web page?)")
    # One parser per page: lxml parsers are not to be shared between threads.
    parser = etree.XMLParser(
        resolve_entities=False,
        no_network=True,
        load_dtd=False,
        huge_tree=False,
        remove_comments=True,
        remove_pis=True,
    )
    try:
        root = etree.fromstring(body, parser)
    except (etree.XMLSyntaxError, ValueError) as error:
        raise _unreadable(body, url, error) from error
    if root.getroottree().docinfo.internalDTD is not None:
        raise SourceChanged(f"{url}: expected an Atom feed, found a document with a DTD")
    if etree.QName(root).localname == "Error":  # <Error><Message>An error has occurred.</Message></Error>
        raise SourceUnavailable(f"{url}: the publisher answered with an error")
    return root


def _unreadable(body: bytes, url: str, error: Exception) -> SourceError:
    if not body.strip() or (_FEED_STARTS.match(body) and not _FEED_ENDS.search(body)):
        return SourceUnavailable(f"{url}: the feed was cut off after {len(body)} bytes")
    return SourceChanged(f"{url}: expected well-formed XML: {error}")


def _entry(element: etree._Element, url: str) -> tuple[FeedEntry, str | None]:
    updated: str | None = None
    token: str | None = None
    entity: etree._Element | None = None
    for child in element:
        match child.tag:
            case "{http://www.w3.org/2005/Atom}updated":
                updated = child.text
            case "{http://www.w3.org/2005/Atom}link" if child.get("rel") == "next":
                token = _token(child.get("href"), url)
            case "{http://www.w3.org/2005/Atom}content" if len(child) == 1:
                entity = child[0]
    if entity is None:
        raise SourceChanged(f"{url}: expected one entity in the content of every entry")
    try:
        return FeedEntry(entity=entity, updated_at=utc_instant(updated or "")), token
    except ValueError as error:
        raise SourceChanged(f"{url}: an entry's updated is no date: {error}") from error


def _link_token(feed: etree._Element, relation: str, url: str) -> str | None:
    for link in feed.iterchildren(ATOM + "link"):
        if link.get("rel") == relation:
            return _token(link.get("href"), url)
    return None


def _resume_token(feed: etree._Element) -> str | None:
    # The form of this link is known from one old recording only, and a poll does not depend on it.
    links = (link.get("href") for link in feed.iterchildren(ATOM + "link") if link.get("rel") == "resume")
    return next((token for href in links if (token := _skiptoken(href))), None)


def _token(href: str | None, url: str) -> str:
    token = _skiptoken(href)
    if token is None:
        raise SourceChanged(f"{url}: expected a link with a skiptoken, found {(href or '')[:120]!r}")
    return token


def _skiptoken(href: str | None) -> str | None:
    found = _SKIPTOKEN.search(href or "")
    token = unquote(found[1]) if found else ""
    return token if _TOKEN.fullmatch(token) else None
