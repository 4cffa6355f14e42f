"""From entries of a feed to records: by what an entry is known again, and what of it is kept.

Identifiers of entries change: a site moves, an editor corrects an address, a guid gets another query. An
entry that has the guid or the page of one that we know is that one; all feeds of a publisher together.
"""

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from hashlib import blake2b

from g40flow.domain.coverage import Listed
from g40flow.domain.items import Json, PublisherRecord, Reference
from g40flow.sources.contract import RecordReader, Signal, StreamState
from g40flow.sources.feed_document import FeedEntry
from g40flow.sources.first_sight import seen_on
from g40flow.sources.links import public_link, same_page
from g40flow.sources.markup import shown

ENTRY = "bericht"
ARTICLE = "artikel"
_GUID = "guid"
_PAGE = "pagina"
_AHEAD = timedelta(days=1)
"""Clocks of publishers differ; what says that it comes later than this has a wrong date."""


@dataclass(frozen=True, kw_only=True)
class Place:
    """Where entries are read from. base: address of the feed. link_hosts: see FeedSourceConfig."""

    feed: str
    base: str
    link_hosts: frozenset[str] = frozenset()


@dataclass(frozen=True, kw_only=True)
class ReadEntry:
    """An entry with its address made safe. guid, page: "" where they do not tell it apart."""

    entry: FeedEntry
    title: str
    link: str
    guid: str
    page: str


@dataclass(frozen=True, kw_only=True)
class Kept:
    """records: one for each entry. signals: what is odd about some."""

    records: tuple[PublisherRecord, ...]
    signals: tuple[Signal, ...]


def keep(
    entries: Sequence[FeedEntry], place: Place, state: StreamState, stored: RecordReader, now: datetime
) -> Kept:
    """The records of a document. state: of the stream before it was read."""
    signals: list[Signal] = []
    read = list(_readable(entries, place, signals))
    known = _known_articles(read, stored)
    records: dict[str, PublisherRecord] = {}
    for one in read:
        article = known.get((_GUID, one.guid)) or known.get((_PAGE, one.page)) or _new_article(one)
        if article not in records:
            records[article] = _record(one, article, place, state, stored, now, signals)
    return Kept(records=tuple(records.values()), signals=tuple(signals))


def beside_our_copy(
    entries: Sequence[FeedEntry], place: Place, stored: RecordReader
) -> list[tuple[Listed, bool]]:
    """Every entry that tells itself apart, and whether our copy has it."""
    read = [one for one in _readable(entries, place, []) if one.guid or one.page]
    known = _known_articles(read, stored)
    return [
        (_listed(one, known), bool({(_GUID, one.guid), (_PAGE, one.page)} & known.keys())) for one in read
    ]


def _listed(one: ReadEntry, known: Mapping[tuple[str, str], str]) -> Listed:
    article = known.get((_GUID, one.guid)) or known.get((_PAGE, one.page)) or _new_article(one)
    return Listed(identifier=article, item=article, title=one.title, url=one.link)


def _readable(entries: Sequence[FeedEntry], place: Place, signals: list[Signal]) -> Iterator[ReadEntry]:
    links = [public_link(e.link, base=place.base, also_hosts=place.link_hosts) or "" for e in entries]
    guids = Counter(entry.guid for entry in entries)
    pages = Counter(same_page(link) for link in links if link)
    for entry, link in zip(entries, links, strict=True):
        title = entry.title or entry.summary.partition("\n")[0][:200]
        if not title:
            signals.append(
                _signal("empty_entry", place, entry.guid or entry.link, "een bericht zonder tekst")
            )
            continue
        if entry.link and not link:
            signals.append(_signal("refused_link", place, entry.link, "een link die nergens heen mag leiden"))
        page = same_page(link) if link else ""
        yield ReadEntry(
            entry=entry,
            title=title,
            link=link,
            guid=entry.guid if guids[entry.guid] == 1 else "",
            page=page if pages[page] == 1 else "",
        )


def _known_articles(read: Iterable[ReadEntry], stored: RecordReader) -> dict[tuple[str, str], str]:
    """The article of every guid and page that some feed of this publisher showed before."""
    several = list(read)
    found = [
        *stored.referring_any(ENTRY, _GUID, {one.guid for one in several} - {""}),
        *stored.referring_any(ENTRY, _PAGE, {one.page for one in several} - {""}),
    ]
    known: dict[tuple[str, str], str] = {}
    for kept in found:
        names = {reference.relation: reference.identifier for reference in kept.record.references}
        for relation in (_GUID, _PAGE):
            if relation in names:
                known.setdefault((relation, names[relation]), names[ARTICLE])
    return known


def _new_article(one: ReadEntry) -> str:
    name = one.guid or one.page or f"{one.title}\n{one.entry.published_at}"
    return blake2b(name.encode("utf-8", "replace"), digest_size=8).hexdigest()


def _record(
    one: ReadEntry,
    article: str,
    place: Place,
    state: StreamState,
    stored: RecordReader,
    now: datetime,
    signals: list[Signal],
) -> PublisherRecord:
    identifier = f"{place.feed} {article}"
    published_at = one.entry.published_at
    if published_at is not None and published_at - now > _AHEAD:
        signals.append(_signal("date_ahead", place, one.title, "een datum die nog moet komen"))
        published_at = None
    fields: dict[str, Json] = {"feed": place.feed, "titel": one.title}
    if one.entry.summary and one.entry.summary != one.title:
        fields["samenvatting"] = one.entry.summary
    if one.link:
        fields["link"] = one.link
    if one.entry.categories:
        fields["rubrieken"] = list(one.entry.categories)
    if published_at is None:
        fields |= seen_on(stored.get(ENTRY, identifier), state, now)
    else:
        fields["gepubliceerd"] = published_at.isoformat(timespec="seconds")
    named = ((ARTICLE, article), (_GUID, one.guid), (_PAGE, one.page))
    return PublisherRecord(
        entity=ENTRY,
        identifier=identifier,
        fields=fields,
        references=tuple(Reference(relation=r, identifier=i) for r, i in sorted(named) if i),
        updated_at=published_at,
    )


def _signal(code: str, place: Place, subject: str, what: str) -> Signal:
    return Signal(code=code, subject=shown(subject), message=f"feed {place.feed}: {what}: {shown(subject)}")
