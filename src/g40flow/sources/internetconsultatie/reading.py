"""Reading one consultation page, and what to conclude from where it led."""

from dataclasses import dataclass
from enum import Enum, auto

from g40flow.domain.errors import SourceChanged, SourceUnavailable
from g40flow.domain.items import PublisherRecord
from g40flow.sources.contract import Signal
from g40flow.sources.fetch import Fetcher, Page
from g40flow.sources.internetconsultatie.markup import PublisherDown
from g40flow.sources.internetconsultatie.page import parse_consultation
from g40flow.sources.internetconsultatie.records import page_record
from g40flow.sources.internetconsultatie.site import Site, same_slug
from g40flow.sources.markup import shown


class PageState(Enum):
    """FOUND: it is there. MOVED: the address leads to another consultation. LOST: it is not there."""

    FOUND = auto()
    MOVED = auto()
    LOST = auto()


@dataclass(frozen=True, kw_only=True)
class ReadPage:
    """record: of the consultation that the address leads to; None for a lost page."""

    state: PageState
    record: PublisherRecord | None = None
    signals: tuple[Signal, ...] = ()


class PageReader:
    """Reads pages of consultations by slug and path below the site's base."""

    def __init__(self, site: Site, fetch: Fetcher) -> None:
        self._site = site
        self._fetch = fetch

    def read(self, slug: str, path: str) -> ReadPage:
        """Raises PublisherDown, SourceUnavailable for this page alone, and SourceChanged."""
        page = self._page(path)
        if page.status in {404, 410}:
            return ReadPage(state=PageState.LOST)
        if page.status != 200:
            raise SourceChanged(f"page {shown(slug)}: expected status 200, found {page.status}")
        found = self._site.slug(page.url)
        if found is None:  # sent away to the front page or the search form
            return ReadPage(state=PageState.LOST)
        is_same = same_slug(found, slug)
        record, signals = self._parsed(slug if is_same else found, page)
        return ReadPage(state=PageState.FOUND if is_same else PageState.MOVED, record=record, signals=signals)

    def _page(self, path: str) -> Page:
        try:
            return self._fetch.get(self._site.page(path))
        except SourceUnavailable as error:
            if error.retry_after is None:
                raise
            raise PublisherDown(str(error), retry_after=error.retry_after) from error

    def _parsed(self, slug: str, page: Page) -> tuple[PublisherRecord, tuple[Signal, ...]]:
        parsed = parse_consultation(page.body, slug, self._site)
        return page_record(slug, self._site.path(page.url) or f"/{slug}", parsed), parsed.signals
