"""What is known of each publisher: how far it was read, every look at it, and what was odd."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import cache
from typing import Any

from sqlalchemy import Select, bindparam, func, select, update
from sqlmodel import Session, col

from g40flow.storage.tables import RunOutcome, SourceRun, SourceSignal, SourceStream


def stream_of(session: Session, source: str, stream: str) -> SourceStream:
    """The state of one stream, made on first use."""
    found = session.get(SourceStream, (source, stream))
    if found is None:
        found = SourceStream(source=source, stream=stream)
        session.add(found)
    return found


def streams_of(session: Session, source: str) -> Sequence[SourceStream]:
    """All streams of a source that were ever read."""
    query = select(SourceStream).where(col(SourceStream.source) == source).order_by(col(SourceStream.stream))
    return session.scalars(query).all()


def abandon_dead_runs(session: Session, source: str, now: datetime) -> int:
    """Close the ledger rows of runs that never ended; call it while holding the claim."""
    ended = session.connection().execute(
        update(SourceRun)
        .where(col(SourceRun.source) == source, col(SourceRun.outcome) == RunOutcome.RUNNING)
        .values(outcome=RunOutcome.ABANDONED, finished_at=now, message="the process stopped halfway")
    )
    return int(ended.rowcount)


def last_runs(session: Session, source: str, limit: int = 20) -> Sequence[SourceRun]:
    """The latest looks at a source, newest first."""
    query = select(SourceRun).where(col(SourceRun.source) == source)
    return session.scalars(query.order_by(col(SourceRun.id).desc()).limit(limit)).all()


def note_signal(
    session: Session, source: str, code: str, subject: str, message: str, now: datetime
) -> SourceSignal | None:
    """Keep a signal; returns it if it is the first of its code and subject, else None."""
    query = select(SourceSignal).where(
        col(SourceSignal.source) == source,
        col(SourceSignal.code) == code,
        col(SourceSignal.subject) == subject,
    )
    known = session.scalars(query).one_or_none()
    if known is not None:
        known.times += 1
        known.last_seen_at = now
        known.message = message
        session.add(known)
        return None
    signal = SourceSignal(
        source=source, code=code, subject=subject, message=message, first_seen_at=now, last_seen_at=now
    )
    session.add(signal)
    return signal


def known_sources(session: Session) -> Sequence[str]:
    """Every publisher that was ever looked at, by name."""
    return session.scalars(select(col(SourceRun.source)).distinct().order_by(col(SourceRun.source))).all()


def recent_signals(session: Session, source: str | None = None, limit: int = 50) -> Sequence[SourceSignal]:
    """The latest signals, newest first; of one source or of all."""
    query = select(SourceSignal)
    if source is not None:
        query = query.where(col(SourceSignal.source) == source)
    return session.scalars(query.order_by(col(SourceSignal.last_seen_at).desc()).limit(limit)).all()


def signals_to_look_at(
    session: Session, *, limit: int
) -> tuple[Sequence[SourceSignal], Sequence[SourceSignal]]:
    """(what nobody looked at yet, unknown words first; what was acknowledged, latest first)."""
    is_word = col(SourceSignal.code).startswith("unknown_", autoescape=True)
    waiting = (
        select(SourceSignal)
        .where(col(SourceSignal.acknowledged_at).is_(None))
        .order_by(is_word.desc(), col(SourceSignal.last_seen_at).desc())
    )
    seen = (
        select(SourceSignal)
        .where(col(SourceSignal.acknowledged_at).is_not(None))
        .order_by(col(SourceSignal.acknowledged_at).desc())
    )
    return session.scalars(waiting.limit(limit)).all(), session.scalars(seen.limit(limit)).all()


def run_totals(session: Session, source: str, since: datetime) -> tuple[int, int]:
    """(number of looks, number of failed ones) since an instant."""
    query = select(
        func.count(),
        func.count().filter(col(SourceRun.outcome).in_((RunOutcome.FAILED, RunOutcome.ABANDONED))),
    ).where(col(SourceRun.source) == source, col(SourceRun.started_at) >= since)
    looks, failed = session.connection().execute(query).one()
    return int(looks), int(failed)


@dataclass(frozen=True, kw_only=True)
class RunTotals:
    """What all looks at one publisher gave together."""

    looks: int = 0
    failed: int = 0
    requests: int = 0
    new: int = 0
    changed: int = 0
    gone: int = 0


def totals_since(session: Session, since: datetime) -> dict[str, RunTotals]:
    """Per source that was looked at since an instant."""
    return {
        source: RunTotals(
            looks=int(looks),
            failed=int(bad),
            requests=int(requests),
            new=int(new),
            changed=int(changed),
            gone=int(gone),
        )
        for source, looks, bad, requests, new, changed, gone in session.execute(_totals(), {"since": since})
    }


@cache
def _totals() -> Select[Any]:
    failed = func.count().filter(col(SourceRun.outcome).in_((RunOutcome.FAILED, RunOutcome.ABANDONED)))
    sums = (func.sum(getattr(SourceRun, name)) for name in ("requests", "new", "changed", "gone"))
    query = select(col(SourceRun.source), func.count(), failed, *sums)
    return query.where(col(SourceRun.started_at) >= bindparam("since")).group_by(col(SourceRun.source))


def latest_runs(session: Session) -> dict[str, SourceRun]:
    """The last look at each source that was ever looked at."""
    return {run.source: run for run in session.scalars(_latest_runs())}


@cache
def _latest_runs() -> Select[tuple[SourceRun]]:
    newest = select(func.max(col(SourceRun.id))).group_by(col(SourceRun.source)).scalar_subquery()
    return select(SourceRun).where(col(SourceRun.id).in_(newest))


def all_streams(session: Session) -> dict[str, list[SourceStream]]:
    """Every stream that was ever read, per source."""
    streams: dict[str, list[SourceStream]] = {}
    for stream in session.scalars(_streams()):
        streams.setdefault(stream.source, []).append(stream)
    return streams


@cache
def _streams() -> Select[tuple[SourceStream]]:
    return select(SourceStream).order_by(col(SourceStream.source), col(SourceStream.stream))


def runs_page(session: Session, source: str, *, limit: int, offset: int) -> tuple[Sequence[SourceRun], int]:
    """(one page of the looks at a source, newest first; how many there are in all)."""
    condition = col(SourceRun.source) == source
    total = session.scalar(select(func.count()).select_from(SourceRun).where(condition)) or 0
    query = select(SourceRun).where(condition).order_by(col(SourceRun.id).desc())
    return session.scalars(query.offset(offset).limit(limit)).all(), total
