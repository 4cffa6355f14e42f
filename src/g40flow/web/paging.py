"""One page of many."""

from dataclasses import dataclass, replace

LAST_PAGE = 100_000
"""Nobody turns so many pages; larger numbers would only burden the database."""
MOST_COUNTED = 1_000
"""Counting on takes longer than finding what is shown."""


@dataclass(frozen=True, kw_only=True)
class Paging:
    """Which part of a list is shown. number: from 1. size: entries per page. total: of all pages.

    is_counted: False if there are more than total; nobody turns so many pages.
    """

    number: int
    size: int
    total: int = 0
    is_counted: bool = True

    @property
    def offset(self) -> int:
        """How many entries come before this page."""
        return (self.number - 1) * self.size

    @property
    def pages(self) -> int:
        """How many pages there are, at least one."""
        return max(1, -(-self.total // self.size))

    @property
    def first(self) -> int:
        """Place in the whole list of the first entry shown."""
        return min(self.offset + 1, self.total)

    @property
    def last(self) -> int:
        """Place in the whole list of the last entry shown."""
        return min(self.offset + self.size, self.total)

    @property
    def counted_until(self) -> int:
        """How far a long list is counted to show this page: to MOST_COUNTED, or as far as this page."""
        return max(MOST_COUNTED, self.offset + self.size)

    def of(self, total: int, *, until: int | None = None) -> "Paging":
        """The same page of a list whose length is now known. until: how far it was counted, if not all."""
        is_counted = until is None or total <= until
        return replace(self, total=total if is_counted else until or 0, is_counted=is_counted)
