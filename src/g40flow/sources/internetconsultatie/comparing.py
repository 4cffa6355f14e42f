"""What the search page shows as open beside our copy, and reading by name what that lacks."""

from collections.abc import Collection, Iterator
from datetime import datetime

from g40flow.domain.coverage import Listed
from g40flow.domain.errors import SourceChanged, SourceUnavailable
from g40flow.domain.instants import dutch_date
from g40flow.sources.contract import Comparison, ReadAgain, RecordReader
from g40flow.sources.fetch import Fetcher
from g40flow.sources.internetconsultatie.markup import PublisherDown
from g40flow.sources.internetconsultatie.open_list import search_open
from g40flow.sources.internetconsultatie.reading import PageReader
from g40flow.sources.internetconsultatie.records import PAGE
from g40flow.sources.internetconsultatie.site import Site

DOOR = "de open consultaties op de zoekpagina"


def compare_open(site: Site, stored: RecordReader, fetch: Fetcher, now: datetime) -> Comparison:
    """Every open consultation that the search page shows; we have it when we have its page."""
    found = search_open(site, fetch, dutch_date(now))
    rows = {row.slug: row for row in found.rows}
    kept = stored.get_many(PAGE, rows)
    held = frozenset(one.record.identifier for one in kept if not one.record.deleted)
    listed = tuple(
        Listed(identifier=slug, item=slug, title=row.title, url=site.page(row.path))
        for slug, row in rows.items()
    )
    return Comparison.of_list(DOOR, listed, held, signals=found.signals)


def read_pages(missing: Collection[Listed], site: Site, fetch: Fetcher) -> Iterator[ReadAgain]:
    """The page of each consultation."""
    reader = PageReader(site, fetch)
    for one in missing:
        try:
            page = reader.read(one.identifier, site.path(one.url) or f"/{one.identifier}")
        except PublisherDown:
            raise
        except (SourceChanged, SourceUnavailable):
            continue
        if page.record is not None and page.record.identifier == one.identifier:
            yield ReadAgain(identifier=one.identifier, records=(page.record,))
