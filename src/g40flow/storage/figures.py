"""Figures about the whole program for whoever watches it; no names, no texts."""

from dataclasses import dataclass, field
from datetime import datetime

from sqlalchemy import Select, func, select, text
from sqlmodel import Session, col

from g40flow.storage.coverage import REACHED
from g40flow.storage.coverage_tables import CoverageGap
from g40flow.storage.dossier_tables import DecisionRound
from g40flow.storage.tables import (
    Item,
    Message,
    MessageState,
    PendingItem,
    SourceRun,
    SourceSignal,
    SourceStream,
)


@dataclass(frozen=True, kw_only=True)
class Figures:
    """Counts, and moments as aware UTC, at one instant.

    last_success_at, items, gaps, streams_in_trouble: per source that was ever looked at or has any.
    outbox: messages per state; oldest_due_at: of the messages that should have left, when the longest
    waiting one was due; None if none waits. database_bytes: None if the database does not tell.
    """

    last_success_at: dict[str, datetime] = field(default_factory=dict)
    last_look_at: dict[str, datetime] = field(default_factory=dict)
    items: dict[str, int] = field(default_factory=dict)
    gaps: dict[str, int] = field(default_factory=dict)
    streams_in_trouble: dict[str, int] = field(default_factory=dict)
    outbox: dict[str, int] = field(default_factory=dict)
    oldest_due_at: datetime | None = None
    items_waiting: int = 0
    open_rounds: int = 0
    signals_to_look_at: int = 0
    database_bytes: int | None = None


def figures(session: Session, now: datetime) -> Figures:
    """A dozen queries, none of which reads more than an index or a small table."""
    last = func.max(col(SourceRun.started_at))
    of_runs = select(col(SourceRun.source), last).group_by(col(SourceRun.source))
    good = of_runs.where(col(SourceRun.outcome).in_(REACHED))
    of_gaps = select(col(CoverageGap.source), func.count()).group_by(col(CoverageGap.source))
    of_gaps = of_gaps.where(col(CoverageGap.healed_at).is_(None))
    of_streams = select(col(SourceStream.source), func.count()).group_by(col(SourceStream.source))
    of_streams = of_streams.where(col(SourceStream.trouble) != "")
    return Figures(
        last_success_at={source: at for source, at in session.execute(good) if at is not None},
        last_look_at={source: at for source, at in session.execute(of_runs) if at is not None},
        items=_counts(session, select(col(Item.source), func.count()).group_by(col(Item.source))),
        gaps=_counts(session, of_gaps),
        streams_in_trouble=_counts(session, of_streams),
        outbox=_outbox(session),
        oldest_due_at=oldest_due(session, now),
        items_waiting=session.scalar(select(func.count()).select_from(PendingItem)) or 0,
        open_rounds=session.scalar(
            select(func.count()).select_from(DecisionRound).where(col(DecisionRound.closed_at).is_(None))
        )
        or 0,
        signals_to_look_at=session.scalar(
            select(func.count()).select_from(SourceSignal).where(col(SourceSignal.acknowledged_at).is_(None))
        )
        or 0,
        database_bytes=_size(session),
    )


def oldest_due(session: Session, now: datetime) -> datetime | None:
    """When the longest waiting message should have left; None if all that is due has."""
    waiting = (MessageState.PENDING, MessageState.SENDING)
    return session.scalar(
        select(func.min(col(Message.not_before))).where(
            col(Message.state).in_(waiting), col(Message.not_before) <= now
        )
    )


def _outbox(session: Session) -> dict[str, int]:
    found = dict.fromkeys((state.value for state in MessageState), 0)
    for state, count in session.execute(
        select(col(Message.state), func.count()).group_by(col(Message.state))
    ):
        found[str(MessageState(state).value)] = int(count)
    return found


def _counts(session: Session, query: Select[tuple[str, int]]) -> dict[str, int]:
    return {name: int(count) for name, count in session.execute(query)}


def _size(session: Session) -> int | None:
    if session.get_bind().dialect.name == "postgresql":
        return session.scalar(select(func.pg_database_size(func.current_database())))
    pages = session.scalar(text("SELECT page_count * page_size FROM pragma_page_count(), pragma_page_size()"))
    return None if pages is None else int(pages)
