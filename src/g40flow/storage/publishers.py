"""What is known of each publisher: how far it was read, every look at it, and what was odd."""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import func, select, update
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


def recent_signals(session: Session, source: str | None = None, limit: int = 50) -> Sequence[SourceSignal]:
    """The latest signals, newest first; of one source or of all."""
    query = select(SourceSignal)
    if source is not None:
        query = query.where(col(SourceSignal.source) == source)
    return session.scalars(query.order_by(col(SourceSignal.last_seen_at).desc()).limit(limit)).all()


def run_totals(session: Session, source: str, since: datetime) -> tuple[int, int]:
    """(number of looks, number of failed ones) since an instant."""
    query = select(
        func.count(),
        func.count().filter(col(SourceRun.outcome).in_((RunOutcome.FAILED, RunOutcome.ABANDONED))),
    ).where(col(SourceRun.source) == source, col(SourceRun.started_at) >= since)
    looks, failed = session.connection().execute(query).one()
    return int(looks), int(failed)
