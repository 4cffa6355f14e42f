"""The proof for one Dutch day and one publisher: what was looked at, what was seen, and what was missing."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from sqlmodel import Session

from g40flow.domain.coverage import (
    DayKind,
    DayTotals,
    Look,
    Offer,
    Span,
    Unreached,
    Verdict,
    day_span,
    day_totals,
    unreached,
    verdict_on,
)
from g40flow.storage.coverage import (
    GAPS_NAMED,
    checks_between,
    first_look_at,
    gaps_between,
    looks_around,
    quiet_between,
)
from g40flow.storage.coverage_tables import CoverageGap
from g40flow.use_cases.watch_quiet import Expected


@dataclass(frozen=True, kw_only=True)
class Check:
    """One comparison with the publisher's own list or count; see storage.coverage_tables.CoverageCheck."""

    at: datetime
    offer: Offer
    door: str
    theirs: int | None
    ours: int | None
    opened: int
    healed: int
    missing: int
    error: str


@dataclass(frozen=True, kw_only=True)
class Gap:
    """Something that was missing on that day.

    healed_at, how: when and how it was found since; None and "" if it is missing still.
    """

    identifier: str
    item: str
    title: str
    url: str
    found_at: datetime
    healed_at: datetime | None
    how: str
    was_open_at_end: bool


@dataclass(frozen=True, kw_only=True)
class Quiet:
    """A quiet spell that touches the day. over_at: None while it lasts."""

    why: str
    since_at: datetime
    over_at: datetime | None


@dataclass(frozen=True, kw_only=True)
class DayProof:
    """Everything that is known of one publisher on one Dutch day.

    every: the rhythm as it is configured now. span: of the day, until now for today.
    is_followed: whether the publisher was looked at before the end of that day at all.
    """

    source: str
    day: date
    span: Span
    every: timedelta
    looks: tuple[Look, ...]
    totals: DayTotals
    unreached: tuple[Unreached, ...]
    verdict: Verdict
    checks: tuple[Check, ...]
    gaps: tuple[Gap, ...]
    quiet: tuple[Quiet, ...]
    is_followed: bool

    @property
    def is_whole(self) -> bool:
        """Whether nothing of that day is known to be missing now: gaps that were healed are no longer."""
        missing = any(gap.healed_at is None for gap in self.gaps)
        return not (missing or self.unreached or self.verdict is Verdict.TOO_LITTLE)

    @property
    def expected_looks(self) -> int:
        """By the rhythm."""
        return int(self.span.length / self.every)


def prove_day(
    session: Session, source: str, expected: Expected, day: date, kind: DayKind, now: datetime
) -> DayProof:
    """The proof of one day. Of today it is what is known so far."""
    whole = day_span(day)
    span = Span(from_at=whole.from_at, until_at=max(min(whole.until_at, now), whole.from_at))
    around = looks_around(session, source, span)
    looks = tuple(look for look in around if look.at >= span.from_at)
    began = first_look_at(session, source)
    is_followed = began is not None and began < span.until_at
    totals = day_totals(looks, span)
    return DayProof(
        source=source,
        day=day,
        span=span,
        every=expected.every,
        looks=looks,
        totals=totals,
        unreached=unreached(around, span, expected.every) if is_followed else (),
        verdict=verdict_on(totals, kind, expected.brings, is_over=now >= whole.until_at),
        checks=_checks(session, source, span),
        gaps=_gaps(gaps_between(session, source, span.from_at, span.until_at, limit=GAPS_NAMED), span),
        quiet=_quiet(session, source, span),
        is_followed=is_followed,
    )


def _checks(session: Session, source: str, span: Span) -> tuple[Check, ...]:
    return tuple(
        Check(
            at=row.at,
            offer=row.offer,
            door=row.door,
            theirs=row.theirs,
            ours=row.ours,
            opened=row.opened,
            healed=row.healed,
            missing=row.missing,
            error=row.error,
        )
        for row in checks_between(session, source, span.from_at, span.until_at)
    )


def _gaps(rows: Sequence[CoverageGap], span: Span) -> tuple[Gap, ...]:
    return tuple(
        Gap(
            identifier=row.identifier,
            item=row.item,
            title=row.title,
            url=row.url,
            found_at=row.found_at,
            healed_at=row.healed_at,
            how=row.how,
            was_open_at_end=row.healed_at is None or row.healed_at >= span.until_at,
        )
        for row in rows
    )


def _quiet(session: Session, source: str, span: Span) -> tuple[Quiet, ...]:
    return tuple(
        Quiet(why=row.why, since_at=row.since_at, over_at=row.over_at)
        for row in quiet_between(session, source, span.from_at, span.until_at)
    )
