"""One page of many."""

from dataclasses import dataclass

LAST_PAGE = 100_000
"""Nobody turns so many pages; larger numbers would only burden the database."""


@dataclass(frozen=True, kw_only=True)
class Paging:
    """Which part of a list is shown. number: from 1. size: entries per page. total: of all pages."""

    number: int
    size: int
    total: int = 0

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

    def of(self, total: int) -> "Paging":
        """The same page of a list whose length is now known."""
        return Paging(number=self.number, size=self.size, total=total)
