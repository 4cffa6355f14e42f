"""How far the past of each publisher was read."""

from collections.abc import Sequence
from datetime import date, datetime

from sqlalchemy import select
from sqlmodel import Session, col

from g40flow.storage.coverage_tables import BackFill


def back_fill_of(session: Session, source: str, stream: str, since: date, now: datetime) -> BackFill:
    """The state of one reading, made on first use."""
    found = session.get(BackFill, (source, stream, since))
    if found is None:
        found = BackFill(source=source, stream=stream, since_on=since, started_at=now, renewed_at=now)
        session.add(found)
    return found


def back_fills(session: Session, source: str) -> Sequence[BackFill]:
    """Every reading of the past of a publisher, latest first."""
    query = select(BackFill).where(col(BackFill.source) == source)
    return session.scalars(query.order_by(col(BackFill.started_at).desc(), col(BackFill.stream))).all()


def forget_back_fill(session: Session, source: str, since: date) -> int:
    """Forget how far readings from a day on came, so that they begin anew; says how many streams."""
    rows = [row for row in back_fills(session, source) if row.since_on == since]
    for row in rows:
        session.delete(row)
    return len(rows)
