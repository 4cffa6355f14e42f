"""Reading the feeds from a day in the past, beside the reading that follows the present.

A token is a place in time for all categories, so one that belongs to a day is searched for once. Two
feeds are read from their beginning whatever day is asked for: what is newer still refers to them.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta

from g40flow.domain.instants import dutch_date, dutch_instant
from g40flow.domain.items import PublisherRecord
from g40flow.sources.contract import Batch, HistoryPage, StreamState
from g40flow.sources.fetch import Fetcher
from g40flow.sources.tweedekamer.feed import FeedPage
from g40flow.sources.tweedekamer.pages import Addresses
from g40flow.sources.tweedekamer.start import find_start_token

WHOLE = frozenset({"Commissie", "Kamerstukdossier"})
"""Small feeds whose old entries are still referred to."""

PRESENT = timedelta(days=1)
"""Where the present begins for a feed that was never read: early enough to overlap with history."""

ReadPage = Callable[[str | None], tuple[FeedPage, tuple[PublisherRecord, ...]]]
"""Gives the page after a token, with its records."""


@dataclass(frozen=True, kw_only=True)
class History:
    """since: Dutch day. present: token that the ordinary reading is at; None before its end was seen."""

    stream: str
    since: date
    present: str | None

    def pages(
        self, read: ReadPage, cursor: str | None, addresses: Addresses, fetch: Fetcher, now: datetime
    ) -> Iterator[HistoryPage]:
        """Page by page until the place of the ordinary reading, or the end of the feed."""
        if cursor is None and self.stream not in WHOLE:
            cursor = find_start_token(fetch, self.since, addresses=addresses, category=self.stream)
        while True:
            page, records = read(cursor)
            if page.token is not None and page.token != cursor:
                cursor = page.token
            more = bool(records) and page.more and not self._is_past_present(cursor)
            reached = max((r.updated_at for r in records if r.updated_at), default=None)
            state = StreamState(cursor=cursor, newest_entry_at=reached)
            batch = Batch(records=records, state=state, seen=len(records), more=more)
            yield HistoryPage(batch=batch, share=self._share(reached, now) if more else 1.0)
            if not more:
                return

    def _is_past_present(self, cursor: str | None) -> bool:
        if self.present is None or cursor is None:
            return False
        return cursor.isdigit() and self.present.isdigit() and int(cursor) >= int(self.present)

    def _share(self, reached: datetime | None, now: datetime) -> float | None:
        if reached is None or self.stream in WHOLE:
            return None  # it does not begin on the day that was asked for
        begin = dutch_instant(self.since, time(0))
        return min(max((reached - begin) / (now - begin), 0.0), 1.0) if now > begin else None


def present_position(
    stream: str, start_token: str | None, addresses: Addresses, fetch: Fetcher, now: datetime
) -> StreamState | None:
    """Yesterday's place in a feed that was never read; None for one that is read whole anyway."""
    if start_token is not None or stream in WHOLE:
        return None
    token = find_start_token(fetch, dutch_date(now - PRESENT), addresses=addresses, category=stream)
    return StreamState(cursor=token)
