"""One RSS or Atom document, whatever its dialect, read with feedparser from bytes; nothing is fetched."""

import io
import re
from dataclasses import dataclass
from datetime import UTC, datetime
from time import struct_time
from typing import Any

import feedparser

from g40flow.domain.errors import SourceChanged, SourceUnavailable
from g40flow.sources.markup import lines_of, plain, shown

LARGEST_FEED = 2 * 1024 * 1024
MOST_ENTRIES = 1_000
_ENDS = re.compile(rb"</(?:[\w.-]+:)?(?:rss|feed|rdf)\s*>\s*$", re.IGNORECASE)
_BEGINS = re.compile(rb"<(?:[\w.-]+:)?(?:rss|feed|rdf)\b", re.IGNORECASE)
_PAGE = re.compile(rb"<!doctype\s+html|<html\b", re.IGNORECASE)


@dataclass(frozen=True, kw_only=True)
class FeedEntry:
    """One entry, in the publisher's words as plain text.

    guid, link: "" if not given; link as written. title: one line. summary: one line per block.
    published_at: aware UTC; None if missing or unreadable. categories: in order, each once.
    """

    guid: str
    link: str
    title: str
    summary: str
    published_at: datetime | None
    categories: tuple[str, ...] = ()


@dataclass(frozen=True, kw_only=True)
class FeedDocument:
    """entries: in the order of the document. flaw: what is wrong with its form, "" if nothing is."""

    entries: tuple[FeedEntry, ...]
    flaw: str = ""


def parse_feed(body: bytes, what: str) -> FeedDocument:
    """Read a feed; what is badly formed but whole is read all the same, and said.

    Raises SourceUnavailable for a page or half a feed in its place, SourceChanged for what is no feed,
    declares entities or is too large.
    """
    if len(body) > LARGEST_FEED:
        raise SourceChanged(f"{what}: {len(body)} bytes, expected at most {LARGEST_FEED}")
    bare = body.replace(b"\0", b"")  # UTF-16 as well
    if b"<!ENTITY" in bare:
        raise SourceChanged(f"{what}: expected a feed without entities of its own")
    if not bare.strip() or (_BEGINS.search(bare[:2000]) and not _ENDS.search(bare[-2000:])):
        raise SourceUnavailable(f"{what}: the feed was cut off after {len(body)} bytes")
    # Bytes as such would be tried as the name of a file first.
    found: Any = feedparser.parse(io.BytesIO(body), resolve_relative_uris=False, sanitize_html=False)
    if not found.version:
        if _PAGE.search(bare[:2000]):
            raise SourceUnavailable(f"{what}: a web page in place of a feed")
        raise SourceChanged(
            f"{what}: expected RSS or Atom, found {shown(body[:80].decode('utf-8', 'replace'))}"
        )
    return FeedDocument(
        entries=tuple(_entry(entry) for entry in found.entries[:MOST_ENTRIES]), flaw=_flaw(found)
    )


def _flaw(found: Any) -> str:
    """Another encoding than announced is common and harmless; anything else is told."""
    error = found.get("bozo_exception")
    if not found.bozo or isinstance(
        error, feedparser.CharacterEncodingOverride | feedparser.NonXMLContentType
    ):
        return ""
    return shown(str(error)) or "onbekend"


def _entry(entry: Any) -> FeedEntry:
    content = entry.get("content") or [{}]
    summary = entry.get("summary") or content[0].get("value") or ""
    tags = (plain(str(tag.get("label") or tag.get("term") or "")) for tag in entry.get("tags") or ())
    return FeedEntry(
        guid=plain(str(entry.get("id") or ""))[:500],
        link=str(entry.get("link") or "").strip(),
        title=plain(lines_of(str(entry.get("title") or ""))),
        summary=lines_of(str(summary)),
        # feedparser's own get takes the one for the other, and warns that it does
        published_at=_moment(dict.get(entry, "published_parsed") or dict.get(entry, "updated_parsed")),
        categories=tuple(dict.fromkeys(tag for tag in tags if tag))[:20],
    )


def _moment(parsed: struct_time | None) -> datetime | None:
    """feedparser gives UTC. Years that no clock has are no moments."""
    if parsed is None or not 1990 <= parsed.tm_year <= 2200:
        return None
    try:
        return datetime(*parsed[:5], min(parsed.tm_sec, 59), tzinfo=UTC)
    except ValueError:
        return None
