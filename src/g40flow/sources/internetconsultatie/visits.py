"""Which pages are to be read in a poll, and why."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from enum import Enum, auto

from g40flow.domain.instants import dutch_date
from g40flow.domain.items import PublisherRecord, StoredRecord
from g40flow.sources.internetconsultatie import words
from g40flow.sources.internetconsultatie.lists import Listed
from g40flow.sources.internetconsultatie.records import (
    MOVED_TO,
    page_last_day,
    row_last_day,
    row_record,
    status_word,
    target_of,
    text,
)


class Why(Enum):
    LISTED = auto()  # new on the list, or its values changed
    GONE = auto()  # no longer on the list
    UNLISTED = auto()  # open according to the search page only
    REREAD = auto()  # our copy is old or missing


@dataclass(frozen=True, kw_only=True)
class Copy:
    """What the stored copy of a page says, in short: there can be thousands of them."""

    last_seen_at: datetime
    path: str
    last_day: date | None
    status: str
    has_moved: bool

    @classmethod
    def of(cls, kept: StoredRecord) -> "Copy":
        return cls(
            last_seen_at=kept.last_seen_at,
            path=text(kept.record.fields, "adres"),
            last_day=page_last_day(kept.record),
            status=status_word(kept.record),
            has_moved=target_of(kept.record, MOVED_TO) is not None,
        )


@dataclass(frozen=True, kw_only=True)
class Visit:
    """A page to read.

    path: where it was last, below the base. row: to store with it. known_row: as stored.
    copy: of the page, None if it was never read.
    """

    slug: str
    path: str
    why: Why
    row: PublisherRecord | None = None
    known_row: PublisherRecord | None = None
    copy: Copy | None = None

    @property
    def is_listed(self) -> bool:
        return self.why is not Why.GONE and (self.row or self.known_row) is not None

    @property
    def last_day(self) -> date | None:
        """By the newest row, or by the page as it was."""
        row = self.row or self.known_row
        return (row_last_day(row) if row else None) or (self.copy.last_day if self.copy else None)


@dataclass(frozen=True, kw_only=True)
class RereadRules:
    """open_after, closed_after: how old our copy of a page may become. closed_for: after its last day a
    closed consultation is read again for so long. at_once: no more old copies than this in one poll.
    """

    open_after: timedelta
    closed_after: timedelta
    closed_for: timedelta
    at_once: int


def visit_to(
    slug: str,
    why: Why,
    copies: Mapping[str, Copy],
    *,
    row: PublisherRecord | None = None,
    known_row: PublisherRecord | None = None,
    path: str = "",
) -> Visit:
    copy = copies.get(slug)
    return Visit(
        slug=slug,
        path=(copy.path if copy else "") or path or f"/{slug}",
        why=why,
        row=row,
        known_row=known_row,
        copy=copy,
    )


def news(
    rows: Mapping[str, Listed], known: Mapping[str, StoredRecord], copies: Mapping[str, Copy]
) -> Iterator[Visit]:
    """Pages of rows that are new, changed or gone. known: the rows as stored, by slug."""
    for slug, row in rows.items():
        kept = known.get(slug)
        if kept is None or not is_unchanged(kept, rows):
            record = row_record(row, kept.record if kept else None)
            yield visit_to(slug, Why.LISTED, copies, row=record, path=row.path)
    for slug, kept in known.items():
        if slug not in rows:
            yield visit_to(slug, Why.GONE, copies, known_row=kept.record)


def rereads(
    rows: Mapping[str, Listed] | None,
    known: Mapping[str, StoredRecord],
    copies: Mapping[str, Copy],
    rules: RereadRules,
    now: datetime,
) -> Iterator[Visit]:
    """Pages that were never read or are older than their row, then those that grew old.

    rows: None if the list is as it was.
    """
    unchanged = {slug: kept for slug, kept in known.items() if rows is None or is_unchanged(kept, rows)}
    handled = (known.keys() | (rows or {}).keys()) - unchanged.keys()
    missing = [
        slug
        for slug, row in unchanged.items()
        if slug not in copies or copies[slug].last_seen_at < row.last_seen_at
    ]
    old = [
        slug
        for slug, copy in sorted(copies.items(), key=lambda pair: pair[1].last_seen_at)
        if slug not in handled and _is_old(copy, slug in unchanged, rules, now)
    ]
    for slug in dict.fromkeys([*missing, *old[: rules.at_once]]):
        row = unchanged.get(slug)
        yield visit_to(slug, Why.REREAD, copies, known_row=row.record if row else None)


def is_unchanged(kept: StoredRecord, rows: Mapping[str, Listed]) -> bool:
    """Whether the list still says what is stored."""
    row = rows.get(kept.record.identifier)
    return row is not None and dict(row_record(row, kept.record).fields) == dict(kept.record.fields)


def _is_old(copy: Copy, is_listed: bool, rules: RereadRules, now: datetime) -> bool:
    """Whether our copy is due: open ones soon, closed ones seldom and not for ever."""
    age, today = now - copy.last_seen_at, dutch_date(now)
    if is_listed:
        return age >= rules.open_after
    if copy.last_day is None or copy.has_moved:
        return False
    if copy.last_day >= today and copy.status not in {words.CLOSED_WORD, words.RESULT_WORD}:
        return age >= rules.open_after
    return today - copy.last_day <= rules.closed_for and age >= rules.closed_after
