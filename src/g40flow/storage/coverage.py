"""The proof that nothing is missed: looks, comparisons, gaps and quiet spells, for any stretch of time.

Looks of the last weeks come from the ledger (SourceRun), older ones from what is kept of their day.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from sqlalchemy import Row, delete, func, or_, select
from sqlmodel import Session, col

from g40flow.domain.coverage import Healed, Listed, Look, Span, Unreached, day_span, unreached
from g40flow.domain.instants import dutch_date
from g40flow.storage.coverage_tables import CoverageCheck, CoverageDay, CoverageGap, QuietSpell
from g40flow.storage.tables import RunOutcome, SourceRun

REACHED = (RunOutcome.READ, RunOutcome.NOTHING_NEW)
GAPS_NAMED = 200
"""No more gaps than this are named in one report; the number of all of them is always told."""


@dataclass(frozen=True, kw_only=True)
class SourceCoverage:
    """What of one publisher may have been missed in a stretch of time.

    unreached: stretches in which a look was due and none succeeded, within the window.
    open_gaps: what the publisher showed and we lacked at the end of the window, oldest first, at most
        GAPS_NAMED of them; open_gap_count: of all.
    quiet: spells within the window in which the publisher answered with nothing, or nobody looked.
    """

    source: str
    unreached: tuple[Unreached, ...]
    open_gaps: tuple[CoverageGap, ...]
    open_gap_count: int
    quiet: tuple[QuietSpell, ...]

    @property
    def is_whole(self) -> bool:
        """Whether nothing stands open: everything was looked at and nothing is known to be missing."""
        return not (self.unreached or self.open_gap_count or self.quiet)


def coverage_between(
    session: Session, rhythms: Mapping[str, timedelta], from_at: datetime, until_at: datetime
) -> list[SourceCoverage]:
    """What may have been missed of each publisher in [from_at, until_at), in the order of rhythms.

    rhythms: time between two looks, of every publisher that is followed
    ({name: config.every for name, config in app.sources_config.all().items() if config.enabled}).
    """
    window = Span(from_at=from_at, until_at=until_at)
    return [
        SourceCoverage(
            source=source,
            unreached=unreached(looks_around(session, source, window), window, every),
            open_gaps=tuple(gaps_at(session, source, until_at, limit=GAPS_NAMED)),
            open_gap_count=count_gaps_at(session, source, until_at),
            quiet=tuple(quiet_between(session, source, from_at, until_at)),
        )
        for source, every in rhythms.items()
    ]


# --- looks ----------------------------------------------------------------------------------------


def looks_around(session: Session, source: str, window: Span) -> list[Look]:
    """Looks that began in the window and the last good one before it, oldest first."""
    before = _last_good_before(session, source, window.from_at)
    return [*([before] if before else ()), *looks_between(session, source, window)]


def looks_between(session: Session, source: str, window: Span) -> list[Look]:
    """Looks that began within the window, oldest first: of kept days from there, else from the ledger."""
    days = select(CoverageDay).where(
        col(CoverageDay.source) == source,
        col(CoverageDay.day) >= dutch_date(window.from_at),
        col(CoverageDay.day) <= dutch_date(window.until_at),
    )
    kept = {day.day: day for day in session.scalars(days)}
    runs = select(*_OF_A_LOOK).where(  # columns: of a year there are thousands of rows
        col(SourceRun.source) == source,
        col(SourceRun.started_at) >= window.from_at,
        col(SourceRun.started_at) < window.until_at,
    )
    looks = [look for day in kept.values() for look in map(look_from_list, day.looks)]
    looks += [look_of(run) for run in session.execute(runs) if dutch_date(run.started_at) not in kept]
    within = (look for look in looks if window.from_at <= look.at < window.until_at)
    return sorted(within, key=lambda look: look.at)


def first_look_at(session: Session, source: str) -> datetime | None:
    """When a publisher was looked at for the first time; None if it never was."""
    day = session.scalar(select(func.min(col(CoverageDay.day))).where(col(CoverageDay.source) == source))
    kept = session.get(CoverageDay, (source, day)) if day is not None else None
    moments = [look_from_list(one).at for one in kept.looks] if kept else []
    ledger = _ledger_begins(session, source)
    return min([*moments, *([ledger] if ledger else [])], default=None)


_OF_A_LOOK = tuple(
    map(
        col,
        (
            SourceRun.started_at,
            SourceRun.finished_at,
            SourceRun.outcome,
            SourceRun.requests,
            SourceRun.pages,
            SourceRun.seen,
            SourceRun.new,
            SourceRun.changed,
            SourceRun.gone,
            SourceRun.message,
        ),
    )
)


def look_of(run: SourceRun | Row[Any]) -> Look:
    """A row of the ledger as a look."""
    return Look(
        at=run.started_at,
        reached=run.outcome in REACHED,
        outcome=RunOutcome(run.outcome).value,
        seconds=None if run.finished_at is None else (run.finished_at - run.started_at).total_seconds(),
        requests=run.requests,
        pages=run.pages,
        records=run.seen,
        new=run.new,
        changed=run.changed,
        gone=run.gone,
        why=run.message,
    )


def look_as_list(look: Look) -> list[Any]:
    """[began (UTC, ISO), outcome, seconds, requests, pages, records, new, changed, gone, why]: short, since
    a year has fifty thousand of them.
    """
    seconds = None if look.seconds is None else round(look.seconds, 1)
    counts = (look.requests, look.pages, look.records, look.new, look.changed, look.gone)
    return [look.at.isoformat(timespec="seconds"), look.outcome, seconds, *counts, look.why]


def look_from_list(kept: Sequence[Any]) -> Look:
    """The reverse of look_as_list; a look began at that second or within it."""
    at, outcome, seconds, requests, pages, records, new, changed, gone, why = kept
    return Look(
        at=datetime.fromisoformat(at),
        reached=outcome in [word.value for word in REACHED],
        outcome=outcome,
        seconds=seconds,
        requests=requests,
        pages=pages,
        records=records,
        new=new,
        changed=changed,
        gone=gone,
        why=why,
    )


def _ledger_begins(session: Session, source: str) -> datetime | None:
    query = select(SourceRun).where(col(SourceRun.source) == source)
    first = session.scalar(query.order_by(col(SourceRun.started_at)).limit(1))
    return None if first is None else first.started_at


def _last_good_before(session: Session, source: str, moment: datetime) -> Look | None:
    query = select(SourceRun).where(
        col(SourceRun.source) == source,
        col(SourceRun.started_at) < moment,
        col(SourceRun.outcome).in_(REACHED),
    )
    run = session.scalar(query.order_by(col(SourceRun.started_at).desc()).limit(1))
    if run is not None:
        return look_of(run)
    days = select(CoverageDay).where(
        col(CoverageDay.source) == source, col(CoverageDay.day) <= dutch_date(moment)
    )
    for day in session.scalars(days.order_by(col(CoverageDay.day).desc()).limit(400)):
        good = [look for look in map(look_from_list, day.looks) if look.reached and look.at < moment]
        if good:
            return good[-1]
    return None


# --- days that are kept ---------------------------------------------------------------------------


def roll_up(session: Session, source: str, until: date, now: datetime) -> int:
    """Keep the looks of every Dutch day before `until` that was not kept yet; says how many days.

    Do it before rows of the ledger are cleaned up. Ends before a day with a look that still runs.
    """
    begins = _ledger_begins(session, source)
    if begins is None:
        return 0
    newest = session.scalar(select(func.max(col(CoverageDay.day))).where(col(CoverageDay.source) == source))
    day, kept = dutch_date(begins), 0
    if newest is not None:
        day = max(day, newest + timedelta(days=1))
    while day < until:
        span = day_span(day)
        query = select(SourceRun).where(
            col(SourceRun.source) == source,
            col(SourceRun.started_at) >= span.from_at,
            col(SourceRun.started_at) < span.until_at,
        )
        runs = session.scalars(query.order_by(col(SourceRun.started_at), col(SourceRun.id))).all()
        if any(run.finished_at is None for run in runs):
            break
        looks = [look_as_list(look_of(run)) for run in runs]
        session.add(CoverageDay(source=source, day=day, looks=looks, rolled_up_at=now))
        day, kept = day + timedelta(days=1), kept + 1
    session.flush()
    return kept


def forget_looks(session: Session, source: str, before: date) -> int:
    """Delete rows of the ledger of the Dutch days before `before` that are kept; says how many.

    The latest look always stays, and so does every day that was not rolled up.
    """
    newest = session.scalar(select(func.max(col(CoverageDay.day))).where(col(CoverageDay.source) == source))
    if newest is None:
        return 0
    until = day_span(min(before, newest + timedelta(days=1))).from_at
    latest = select(func.max(col(SourceRun.id))).where(col(SourceRun.source) == source)
    gone = delete(SourceRun).where(
        col(SourceRun.source) == source,
        col(SourceRun.started_at) < until,
        col(SourceRun.id) != func.coalesce(latest.scalar_subquery(), 0),
    )
    return int(session.connection().execute(gone).rowcount)


# --- gaps -----------------------------------------------------------------------------------------


def open_gaps(session: Session, source: str) -> list[CoverageGap]:
    """What a publisher shows and we lack, oldest first."""
    query = select(CoverageGap).where(col(CoverageGap.source) == source, col(CoverageGap.healed_at).is_(None))
    return list(session.scalars(query.order_by(col(CoverageGap.found_at), col(CoverageGap.id))))


def open_gap(session: Session, source: str, listed: Listed, now: datetime) -> CoverageGap:
    """Keep that something was found missing."""
    gap = CoverageGap(
        source=source,
        identifier=listed.identifier,
        item=listed.item,
        title=listed.title,
        url=listed.url,
        found_at=now,
        confirmed_at=now,
    )
    session.add(gap)
    return gap


def close_gap(gap: CoverageGap, how: Healed, now: datetime) -> None:
    """It is no longer missing."""
    gap.healed_at, gap.how = now, how.value


def gaps_at(session: Session, source: str, moment: datetime, *, limit: int) -> Sequence[CoverageGap]:
    """Gaps that were open at a moment, oldest first."""
    query = select(CoverageGap).where(*_open_at(source, moment))
    return session.scalars(query.order_by(col(CoverageGap.found_at), col(CoverageGap.id)).limit(limit)).all()


def count_gaps_at(session: Session, source: str, moment: datetime) -> int:
    """How many gaps were open at a moment."""
    query = select(func.count()).select_from(CoverageGap).where(*_open_at(source, moment))
    return session.scalar(query) or 0


def gaps_between(
    session: Session, source: str, from_at: datetime, until_at: datetime, *, limit: int
) -> Sequence[CoverageGap]:
    """Gaps that were open at any time of a stretch, whether or not they were closed since, oldest first."""
    query = select(CoverageGap).where(
        col(CoverageGap.source) == source,
        col(CoverageGap.found_at) < until_at,
        or_(col(CoverageGap.healed_at).is_(None), col(CoverageGap.healed_at) >= from_at),
    )
    return session.scalars(query.order_by(col(CoverageGap.found_at), col(CoverageGap.id)).limit(limit)).all()


def _open_at(source: str, moment: datetime) -> tuple[Any, ...]:
    return (
        col(CoverageGap.source) == source,
        col(CoverageGap.found_at) < moment,
        or_(col(CoverageGap.healed_at).is_(None), col(CoverageGap.healed_at) >= moment),
    )


# --- comparisons and quiet spells -----------------------------------------------------------------


def checks_between(
    session: Session, source: str, from_at: datetime, until_at: datetime
) -> Sequence[CoverageCheck]:
    """Comparisons made in a stretch, oldest first."""
    query = select(CoverageCheck).where(
        col(CoverageCheck.source) == source,
        col(CoverageCheck.at) >= from_at,
        col(CoverageCheck.at) < until_at,
    )
    return session.scalars(query.order_by(col(CoverageCheck.at))).all()


def last_check(session: Session, source: str) -> CoverageCheck | None:
    """The latest comparison; None if there was none."""
    query = select(CoverageCheck).where(col(CoverageCheck.source) == source)
    return session.scalar(query.order_by(col(CoverageCheck.at).desc()).limit(1))


def quiet_between(
    session: Session, source: str, from_at: datetime, until_at: datetime
) -> Sequence[QuietSpell]:
    """Quiet spells that touch a stretch, oldest first."""
    query = select(QuietSpell).where(
        col(QuietSpell.source) == source,
        col(QuietSpell.found_at) < until_at,
        or_(col(QuietSpell.over_at).is_(None), col(QuietSpell.over_at) >= from_at),
    )
    return session.scalars(query.order_by(col(QuietSpell.found_at))).all()


def quiet_now(session: Session, source: str, why: str) -> QuietSpell | None:
    """The quiet spell of a kind that lasts; None if there is none."""
    query = select(QuietSpell).where(
        col(QuietSpell.source) == source, col(QuietSpell.why) == why, col(QuietSpell.over_at).is_(None)
    )
    return session.scalar(query)
