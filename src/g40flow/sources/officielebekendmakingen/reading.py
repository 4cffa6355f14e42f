"""Which days of a query are asked, page by page, and where the next look goes on."""

import json
from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta

from g40flow.domain.errors import SourceChanged, SourceSuspicious, SourceUnavailable
from g40flow.domain.instants import require_aware
from g40flow.sources.fetch import Fetcher
from g40flow.sources.officielebekendmakingen.addresses import PAGE_SIZE, Addresses
from g40flow.sources.officielebekendmakingen.answer import Found, SearchAnswer, parse_answer

MOST_AT_ONCE = 9_000
"""Beyond position 10,000 the service gives up (status 504): longer stretches are asked in parts."""

OVERLAP = timedelta(days=1)
"""The service knows days only, and one that was asked was not over yet."""


@dataclass(frozen=True, kw_only=True)
class Part:
    """A stretch of days in reading. start: position to go on at. seen: records read of it.

    total: how many there are, None before the first page. again: how often it was begun anew.
    """

    first: date
    last: date
    start: int = 1
    seen: int = 0
    total: int | None = None
    again: int = 0


@dataclass(frozen=True, kw_only=True)
class Cursor:
    """through: every day up to and with this one was read. part: what is in reading.

    asked_at: aware UTC, of the last search that was finished. feed: fingerprint of the feed of the query.
    """

    through: date | None = None
    part: Part | None = None
    asked_at: datetime | None = None
    feed: str | None = None

    @classmethod
    def read(cls, text: str | None) -> "Cursor":
        """An unreadable cursor only costs a first reading."""
        try:
            values = json.loads(text or "{}")
            part, asked_at, through = values.get("part"), values.get("asked_at"), values.get("through")
            return cls(
                through=date.fromisoformat(through) if through else None,
                part=_part(part) if part else None,
                asked_at=require_aware(datetime.fromisoformat(asked_at)) if asked_at else None,
                feed=values.get("feed"),
            )
        except (ValueError, AttributeError, TypeError, KeyError):
            return cls()

    def written(self) -> str:
        """As it is kept."""
        part = self.part
        return json.dumps(
            {
                "through": self.through.isoformat() if self.through else None,
                "asked_at": self.asked_at.isoformat() if self.asked_at else None,
                "feed": self.feed,
                "part": part
                and {
                    "first": part.first.isoformat(),
                    "last": part.last.isoformat(),
                    "start": part.start,
                    "seen": part.seen,
                    "total": part.total,
                    "again": part.again,
                },
            }
        )


def _part(values: dict[str, object]) -> Part:
    total = values["total"]
    return Part(
        first=date.fromisoformat(str(values["first"])),
        last=date.fromisoformat(str(values["last"])),
        start=int(str(values["start"])),
        seen=int(str(values["seen"])),
        total=None if total is None else int(str(total)),
        again=int(str(values.get("again", 0))),
    )


@dataclass(frozen=True, kw_only=True)
class Step:
    """One page. through: the last day that is now read whole; None as long as the first part is not.

    part: what is still to be read; None when everything is.
    """

    found: tuple[Found, ...]
    through: date | None
    part: Part | None


def begin(through: date | None, today: date, begin_days_ago: int) -> Part:
    """What is to be read at a look that does not go on with an earlier one."""
    first = today - timedelta(days=begin_days_ago) if through is None else min(through, today) - OVERLAP
    return Part(first=first, last=today)


def read_parts(
    cql: str, part: Part, until: date, through: date | None, addresses: Addresses, fetch: Fetcher
) -> Iterator[Step]:
    """Page after page until every day up to `until` is read; what is too much is asked in halves.

    Raises SourceSuspicious for a day with more than can be asked, SourceUnavailable when pages and
    their count do not agree.
    """
    while True:
        answer = ask(addresses.page_of(cql, part.first, part.last, part.start), fetch)
        if answer.total > MOST_AT_ONCE and part.start == 1:
            part = _half(part, answer.total)
            continue
        if part.total is not None and answer.total != part.total:
            part = _anew(part, answer.total)
            continue
        seen = part.seen + len(answer.found)
        if _is_last(answer, part, seen):
            if seen != answer.total:
                raise SourceUnavailable(f"{seen} of {answer.total} publications were shown; ask again")
            through, following = part.last, _following(part, until)
        else:
            following = replace(part, start=part.start + len(answer.found), seen=seen, total=answer.total)
        yield Step(found=answer.found, through=through, part=following)
        if following is None:
            return
        part = following


def ask(url: str, fetch: Fetcher) -> SearchAnswer:
    """One answer. Raises SourceError."""
    page = fetch.get(url)
    if page.status != 200:
        raise SourceChanged(f"search: expected status 200, found {page.status}")
    return parse_answer(page.body, "search")


def _is_last(answer: SearchAnswer, part: Part, seen: int) -> bool:
    if not answer.found:
        return True
    return seen >= answer.total or (answer.next_position is None and len(answer.found) < PAGE_SIZE)


def _half(part: Part, total: int) -> Part:
    if part.first == part.last:
        raise SourceSuspicious(
            f"{total} publications on {part.first.isoformat()}, more than {MOST_AT_ONCE}: narrow the query"
        )
    return replace(part, last=part.first + (part.last - part.first) // 2)


def _anew(part: Part, total: int) -> Part:
    """Something came between two pages, so that they shifted: begin this stretch again, once."""
    if part.again:
        raise SourceUnavailable(f"the list changed while it was read: {part.total}, then {total}")
    return Part(first=part.first, last=part.last, again=1)


def _following(part: Part, until: date) -> Part | None:
    return None if part.last >= until else Part(first=part.last + timedelta(days=1), last=until)
