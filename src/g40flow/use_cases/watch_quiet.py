"""Noticing that nobody looks at a publisher, and that one answers without bringing what it should."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from sqlmodel import Session

from g40flow.domain.coverage import (
    ROUNDS,
    DayKind,
    DayTotals,
    Expectation,
    Verdict,
    day_span,
    day_totals,
    is_expected,
    is_too_quiet,
    verdict_on,
)
from g40flow.domain.instants import dutch_date
from g40flow.storage.coverage import looks_between, quiet_now
from g40flow.storage.coverage_tables import QuietSpell
from g40flow.storage.publishers import last_runs
from g40flow.use_cases.tell_operators import tell_about_source

LOOKS_BACK_DAYS = 30
NOT_LOOKED_AT, NOTHING_NEW, TOO_LITTLE = "not_looked_at", "nothing_new", "too_little"


@dataclass(frozen=True, kw_only=True)
class Expected:
    """What is expected of one publisher. every: time between two looks."""

    every: timedelta
    brings: Expectation


KindOfDay = Callable[[date], DayKind]


def watch_looks(session: Session, expected: Mapping[str, Expected], now: datetime) -> int:
    """Tell once that nobody looks at a publisher any more, and once that somebody does; counts the silent."""
    silent = 0
    for name, of_source in expected.items():
        last = next(iter(last_runs(session, name, limit=1)), None)
        is_silent = last is not None and now - last.started_at > ROUNDS * of_source.every
        since = last.started_at if last is not None else now
        _keep_spell(session, name, NOT_LOOKED_AT, since=since, is_quiet=is_silent, now=now)
        silent += is_silent
    return silent


def watch_yesterday(
    session: Session, expected: Mapping[str, Expected], kind_of: KindOfDay, now: datetime
) -> int:
    """Tell once that a publisher answers without bringing what it should; counts those that do.

    Looks at whole Dutch days that are over, so once a day is enough.
    """
    quiet = 0
    for name, of_source in expected.items():
        if of_source.brings.at_least == 0 and of_source.brings.quiet_days is None:
            continue
        days = _days_before(session, name, dutch_date(now), kind_of)
        yesterday, kind = days[0]
        empty = is_too_quiet(days, of_source.brings)
        verdict = verdict_on(yesterday, kind, of_source.brings, is_over=True)
        since = day_span(dutch_date(now) - timedelta(days=1)).from_at
        _keep_spell(session, name, NOTHING_NEW, since=since, is_quiet=empty, now=now)
        if verdict in (Verdict.ENOUGH, Verdict.TOO_LITTLE):  # other days say nothing about the publisher
            is_poor = verdict is Verdict.TOO_LITTLE and not empty
            _keep_spell(session, name, TOO_LITTLE, since=since, is_quiet=is_poor, now=now)
        quiet += empty or verdict is Verdict.TOO_LITTLE
    return quiet


@dataclass(frozen=True, kw_only=True)
class Brought:
    """What a publisher brought on past days on which it was expected to bring something and was reached.

    days: how many there were; fewest, most: new and changed records on one of them, 0 if there was none.
    too_few: days with fewer than were expected. is_quiet: it brings nothing for too long.
    """

    days: int
    fewest: int
    most: int
    too_few: int
    is_quiet: bool


def brought_lately(
    session: Session, name: str, brings: Expectation, kind_of: KindOfDay, now: datetime
) -> Brought:
    """The days of the past month, to see whether what is assumed of a publisher is true."""
    days = _days_before(session, name, dutch_date(now), kind_of)
    counts = [
        totals.new + totals.changed for totals, kind in days if totals.good and is_expected(kind, brings)
    ]
    return Brought(
        days=len(counts),
        fewest=min(counts, default=0),
        most=max(counts, default=0),
        too_few=sum(count < brings.at_least for count in counts),
        is_quiet=is_too_quiet(days, brings),
    )


def _days_before(
    session: Session, name: str, today: date, kind_of: KindOfDay
) -> list[tuple[DayTotals, DayKind]]:
    """Whole days that are over, newest first."""
    days = [today - timedelta(days=back) for back in range(1, LOOKS_BACK_DAYS + 1)]
    return [
        (day_totals(looks_between(session, name, day_span(day)), day_span(day)), kind_of(day)) for day in days
    ]


def _keep_spell(
    session: Session, name: str, why: str, *, since: datetime, is_quiet: bool, now: datetime
) -> None:
    lasting = quiet_now(session, name, why)
    if is_quiet and lasting is None:
        session.add(QuietSpell(source=name, why=why, since_at=since, found_at=now))
        tell_about_source(session, name, f"quiet_{why}", "", since=since, now=now)
    elif not is_quiet and lasting is not None:
        lasting.over_at = now
        tell_about_source(session, name, "quiet_over", "", since=lasting.since_at, now=now)
