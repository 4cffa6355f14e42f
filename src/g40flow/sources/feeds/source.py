"""RSS and Atom feeds of one publisher as a source: one stream per feed."""

from collections.abc import Collection, Iterable, Iterator
from dataclasses import dataclass, replace
from datetime import date, datetime
from hashlib import blake2b

from g40flow.domain.checks import Check
from g40flow.domain.coverage import Listed
from g40flow.domain.errors import NotFound, SourceChanged, SourceSuspicious
from g40flow.domain.instants import dutch_date
from g40flow.domain.items import ItemKind, ItemStatus, PublisherRecord, SourceItem, StoredRecord
from g40flow.sources.contract import Batch, Comparison, ReadAgain, RecordReader, Signal, StreamState
from g40flow.sources.feed_document import FeedDocument, parse_feed
from g40flow.sources.feeds.entries import ARTICLE, ENTRY, Place, beside_our_copy, keep
from g40flow.sources.feeds.live import look_at
from g40flow.sources.fetch import Fetcher, Page
from g40flow.sources.first_sight import day_seen
from g40flow.sources.named_in_text import names_in


@dataclass(frozen=True, kw_only=True)
class Feed:
    """One feed, see config.sources.FeedConfig."""

    name: str
    path: str
    ministry: str = ""
    topics: tuple[str, ...] = ()
    groups: tuple[str, ...] = ()
    expected_minimum: int = 1


class Feeds:
    """All feeds of one publisher; fulfils sources.contract.Source.

    name: key in the configuration. label: the kind of what it writes.
    An article that stands in several feeds is one item, of which the first feed tells the words.
    """

    def __init__(
        self,
        *,
        name: str,
        base_url: str,
        feeds: Iterable[Feed],
        label: str = "Nieuwsbericht",
        link_hosts: Collection[str] = (),
    ) -> None:
        self.name = name
        self._base = base_url.rstrip("/")
        self._label = label
        self._link_hosts = frozenset(link_hosts)
        self._feeds = {feed.name: feed for feed in feeds}
        self._order = {feed: place for place, feed in enumerate(self._feeds)}
        self.streams = tuple(self._feeds)

    @property
    def first_address(self) -> str:
        """The first feed."""
        return self._address(next(iter(self._feeds.values())))

    def read(
        self, stream: str, state: StreamState, stored: RecordReader, fetch: Fetcher, now: datetime
    ) -> Iterator[Batch]:
        """One batch with what the feed shows; nothing when it shows the same bytes as before."""
        feed = self._feed(stream)
        page = self._page(feed, fetch, state)
        body = blake2b(page.body, digest_size=16).hexdigest()
        if page.not_modified or body == state.cursor:
            return
        document = self._document(feed, page)
        kept = keep(document.entries, self._place(feed), state, stored, now)
        moments = [entry.published_at for entry in document.entries] + [state.newest_entry_at]
        past = [moment for moment in moments if moment is not None and moment <= now]
        yield Batch(
            records=kept.records,
            state=replace(
                state,
                cursor=body,
                etag=page.etag,
                last_modified=page.last_modified,
                completed_at=now,
                newest_entry_at=max(past, default=None),
            ),
            seen=len(document.entries),
            signals=(*kept.signals, *_flaw(feed, document)),
        )

    def item_identifiers(self, records: Collection[PublisherRecord], stored: RecordReader) -> set[str]:
        """The articles."""
        return {
            reference.identifier
            for record in records
            for reference in record.references
            if reference.relation == ARTICLE
        }

    def read_ahead(self, identifiers: Collection[str], stored: RecordReader) -> None:
        """Ask at once for the entries of these articles."""
        stored.referring_any(ENTRY, ARTICLE, identifiers)

    def assemble(self, identifier: str, stored: RecordReader, now: datetime) -> SourceItem | None:
        """The article, from all feeds that show it or showed it."""
        entries = sorted(stored.referring(ENTRY, ARTICLE, identifier), key=self._by_feed)
        if not entries:
            return None
        fields = entries[0].record.fields
        feeds = [
            self._feeds[name] for kept in entries if (name := str(kept.record.fields["feed"])) in self._feeds
        ]
        title, summary = str(fields["titel"]), str(fields.get("samenvatting", ""))
        link = str(fields.get("link", ""))
        return SourceItem(
            source=self.name,
            identifier=identifier,
            kind=ItemKind.NEWS_ITEM,
            kind_label=self._label,
            title=title,
            url=link or self._base,
            status=ItemStatus.PUBLISHED,
            summary=summary,
            published_on=_published_on(entries),
            ministry=next((feed.ministry for feed in feeds if feed.ministry), ""),
            topics=_unique([*(t for feed in feeds for t in feed.topics), *_categories(entries)]),
            references=tuple(sorted({*names_in(title, summary), *([link] if link else [])})),
            suggested_groups=_unique(group for feed in feeds for group in feed.groups),
        )

    def live_checks(self, fetch: Fetcher) -> list[Check]:
        """One request per feed: its form, its dates, its identifiers, its first entry."""
        return [
            check
            for feed in self._feeds.values()
            for check in look_at(feed.name, self._address(feed), feed.expected_minimum, fetch)
        ]

    def compare(self, stored: RecordReader, fetch: Fetcher, now: datetime) -> Comparison:
        """Every entry that the feeds show at this moment, beside our copy."""
        shown = [
            pair
            for feed in self._feeds.values()
            for pair in beside_our_copy(self._shown_now(feed, fetch).entries, self._place(feed), stored)
        ]
        listed = {one.identifier: one for one, _ in shown}
        held = frozenset(one.identifier for one, is_held in shown if is_held)
        return Comparison.of_list("alle berichten die nu in de feeds staan", listed.values(), held)

    def read_again(
        self, missing: Collection[Listed], stored: RecordReader, fetch: Fetcher, now: datetime
    ) -> Iterator[ReadAgain]:
        """The entries of these articles, from every feed that shows them now."""
        wanted = {one.identifier for one in missing}
        found: dict[str, list[PublisherRecord]] = {}
        read_before = StreamState(completed_at=now)
        for feed in self._feeds.values():
            entries = self._shown_now(feed, fetch).entries
            for record in keep(entries, self._place(feed), read_before, stored, now).records:
                for article in self.item_identifiers([record], stored) & wanted:
                    found.setdefault(article, []).append(record)
        for article, records in found.items():
            yield ReadAgain(identifier=article, records=tuple(records))

    def _shown_now(self, feed: Feed, fetch: Fetcher) -> FeedDocument:
        return self._document(feed, self._page(feed, fetch, StreamState()))

    def _feed(self, stream: str) -> Feed:
        if stream not in self._feeds:
            raise NotFound(f"{self.name}: expected a feed of {self.streams}, found {stream!r}")
        return self._feeds[stream]

    def _address(self, feed: Feed) -> str:
        return self._base + feed.path

    def _place(self, feed: Feed) -> Place:
        return Place(feed=feed.name, base=self._address(feed), link_hosts=self._link_hosts)

    def _page(self, feed: Feed, fetch: Fetcher, state: StreamState) -> Page:
        url = self._address(feed)
        page = fetch.get(url, etag=state.etag, last_modified=state.last_modified)
        if page.status not in {200, 304}:
            raise SourceChanged(f"{url}: expected a feed, found status {page.status}")
        return page

    def _document(self, feed: Feed, page: Page) -> FeedDocument:
        document = parse_feed(page.body, self._address(feed))
        if len(document.entries) < feed.expected_minimum:
            raise SourceSuspicious(
                f"feed {feed.name} has {len(document.entries)} entries, "
                f"expected at least {feed.expected_minimum}"
            )
        return document

    def _by_feed(self, kept: StoredRecord) -> tuple[int, str]:
        """In the order of the configuration; of a feed that is no longer read come last."""
        name = str(kept.record.fields["feed"])
        return self._order.get(name, len(self._order)), kept.record.identifier


def _published_on(entries: Iterable[StoredRecord]) -> date | None:
    """The earliest day that a feed gives, else the day on which the first of them brought it."""
    several = list(entries)
    given = [
        dutch_date(datetime.fromisoformat(str(kept.record.fields["gepubliceerd"])))
        for kept in several
        if "gepubliceerd" in kept.record.fields
    ]
    seen = [day for kept in several if (day := day_seen(kept)) is not None]
    return min(given or seen, default=None) if given or len(seen) == len(several) else None


def _categories(entries: Iterable[StoredRecord]) -> Iterator[str]:
    for kept in entries:
        rubrics = kept.record.fields.get("rubrieken")
        yield from (str(rubric) for rubric in rubrics) if isinstance(rubrics, list) else ()


def _unique(texts: Iterable[str]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(texts))


def _flaw(feed: Feed, document: FeedDocument) -> tuple[Signal, ...]:
    if not document.flaw:
        return ()
    message = f"feed {feed.name} is niet goed gevormd, maar wel gelezen: {document.flaw}"
    return (Signal(code="bozo_feed", subject=feed.name, message=message),)
