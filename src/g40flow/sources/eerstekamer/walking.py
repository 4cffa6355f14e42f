"""From day to day of an agenda: pages link to the one before and the one after, and to nothing else."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import date
from typing import Generic, Protocol, TypeVar
from urllib.parse import urlsplit

from g40flow.domain.errors import SourceChanged
from g40flow.sources.eerstekamer.agenda import Neighbours
from g40flow.sources.fetch import Fetcher
from g40flow.sources.markup import shown

MOST_AHEAD = 20
MOST_BACK = 60


class AgendaPage(Protocol):
    """What pages of both agendas have."""

    @property
    def day(self) -> date: ...

    @property
    def neighbours(self) -> Neighbours: ...


Page = TypeVar("Page", bound=AgendaPage)


@dataclass(frozen=True, kw_only=True)
class Walk(Generic[Page]):
    """base: of the site. entrance: path that leads to the next day. follows: beginning of paths of days.

    parse: from body and path.
    """

    base: str
    entrance: str
    follows: str
    parse: Callable[[bytes, str], Page]

    def from_the_next(self, fetch: Fetcher, since: date) -> Iterator[Page]:
        """The next day, all later ones, then the earlier ones back to `since`, each once.

        Raises SourceError; pages that were yielded stay valid.
        """
        begin = self.at(self.entrance, fetch)
        yield begin
        seen = {begin.day}
        yield from self._onward(begin, fetch, seen, later=True, until=None, most=MOST_AHEAD)
        if begin.day >= since:
            yield from self._onward(begin, fetch, seen, later=False, until=since, most=MOST_BACK)

    def at(self, path: str, fetch: Fetcher) -> Page:
        """One page; the entrance may lead to another address."""
        page = fetch.get(self.base + path)
        if page.status != 200:
            raise SourceChanged(f"{shown(path)}: expected status 200, found {page.status}")
        return self.parse(page.body, urlsplit(page.url).path)

    def _onward(
        self, page: Page, fetch: Fetcher, seen: set[date], *, later: bool, until: date | None, most: int
    ) -> Iterator[Page]:
        for _ in range(most):
            neighbour = page.neighbours.later if later else page.neighbours.earlier
            if neighbour is None or neighbour[1] in seen or (until is not None and neighbour[1] < until):
                return
            if not neighbour[0].startswith(self.follows):
                raise SourceChanged(f"expected a path under {self.follows}, found {shown(neighbour[0])}")
            page = self.at(neighbour[0], fetch)
            if page.day in seen:
                return
            seen.add(page.day)
            yield page
