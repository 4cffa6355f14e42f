"""Addresses of the search (SRU), of the feed of a query, and of the page of a publication."""

from dataclasses import dataclass
from datetime import date
from urllib.parse import quote, urlencode

SITE = "https://zoek.officielebekendmakingen.nl"
"""Where people find publications, also when its feeds are not used."""

PAGE_SIZE = 100
SORTED = "sortBy dt.identifier/sort.ascending"


@dataclass(frozen=True, kw_only=True)
class Addresses:
    """search: base of the repository, above /sru. site: base of the site for people, which has feeds too.

    has_feeds: whether the feeds are used.
    is_sorted: whether answers are asked in order of identifier, so that pages do not shift.
    """

    search: str
    site: str
    has_feeds: bool = True
    is_sorted: bool = True

    def page_of(self, cql: str, first: date, last: date, start: int, size: int = PAGE_SIZE) -> str:
        """Records from `start` (the first is 1) of what was modified on these days."""
        days = f"({cql}) AND dt.modified>={first.isoformat()} AND dt.modified<={last.isoformat()}"
        return self._search(f"{days} {SORTED}" if self.is_sorted else days, start, size)

    def count_of(self, cql: str) -> str:
        """One record of a query without days: to see whether it is understood."""
        return self._search(cql, 1, 1)

    def by_name(self, identifier: str) -> str:
        """One publication by its identifier."""
        return self._search(f'dt.identifier=="{identifier}"', 1, 1)

    def feed_of(self, cql: str) -> str | None:
        """The latest publications of a query; None if feeds are not used."""
        return f"{self.site}/rss?q={quote(cql, safe='')}" if self.has_feeds else None

    def _search(self, cql: str, start: int, size: int) -> str:
        query = {
            "operation": "searchRetrieve",
            "version": "2.0",
            "query": cql,
            "startRecord": str(start),
            "maximumRecords": str(size),
        }
        return f"{self.search}/sru?{urlencode(query, quote_via=quote)}"


def page_for_people(site: str, identifier: str) -> str:
    """The page at the publisher, by the pattern of all of them."""
    return f"{site}/{quote(identifier)}.html"
