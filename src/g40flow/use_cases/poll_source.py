"""Looking at one publisher: every page is stored with its position, every look is in the ledger."""

import logging
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import update
from sqlmodel import Session, col

from g40flow.domain.coverage import episode_of, good_looks_needed
from g40flow.domain.errors import SourceError, SourceUnavailable
from g40flow.sources.contract import Batch, Source, StreamState
from g40flow.sources.fetch import Fetcher
from g40flow.storage.claims import keep_claim, release_claim, take_claim
from g40flow.storage.database import Database
from g40flow.storage.publishers import abandon_dead_runs, note_signal, stream_of
from g40flow.storage.records import RecordChange, StoredRecords
from g40flow.storage.tables import RunOutcome, SourceRun, SourceStream
from g40flow.use_cases.keep_page import keep_page
from g40flow.use_cases.tell_operators import tell_recovery, tell_signal, tell_trouble

LEASE = timedelta(minutes=10)
"""How long a poller that says nothing is believed to be alive: longer than a page takes with all its
attempts (see FetchLimits). One that is overtaken all the same can no longer store anything."""

PATIENCE = 2
"""An outage is told to the operators when it lasts longer than one look: most are over by then."""

log = logging.getLogger(__name__)


@dataclass(frozen=True, kw_only=True)
class PollResult:
    """What one look at a publisher gave; the same figures are in the ledger."""

    source: str
    outcome: RunOutcome
    requests: int = 0
    seen: int = 0
    new: int = 0
    changed: int = 0
    gone: int = 0
    errors: tuple[str, ...] = ()


@dataclass(frozen=True, kw_only=True)
class Poll:
    """One look in progress.

    holder: unique per process and run; who holds the claim.
    """

    database: Database
    source: Source
    fetch: Fetcher
    clock: Callable[[], datetime]
    holder: str
    streams: tuple[str, ...]


def poll_source(
    database: Database,
    source: Source,
    fetch: Fetcher,
    *,
    clock: Callable[[], datetime],
    holder: str,
    streams: Iterable[str] = (),
) -> PollResult:
    """Read every stream of a source to its end, page by page.

    A stream in trouble does not stop the others; what was read before stays, and the next look
    goes on from there. streams: only these; none given means all that the source follows.
    Raises AlreadyRunning if another process is polling this source.
    """
    chosen = tuple(streams) or source.streams
    poll = Poll(
        database=database,
        source=source,
        fetch=fetch,
        clock=clock,
        holder=holder,
        streams=chosen,
    )
    run_id = _open_run(poll)
    requests_before = fetch.requests_made
    errors: list[str] = []
    try:
        for stream in chosen:
            try:
                _read_stream(poll, stream, run_id)
            except SourceError as error:
                log.warning("%s %s: %s", source.name, stream, error)
                errors.append(f"{stream}: {error}")
                _note_trouble(poll, stream, run_id, error)
    except BaseException as error:
        _close_run(poll, run_id, fetch.requests_made - requests_before, [*errors, repr(error)])
        raise
    return _close_run(poll, run_id, fetch.requests_made - requests_before, errors)


def _open_run(poll: Poll) -> int:
    name, now = poll.source.name, poll.clock()
    with poll.database.writing() as session:
        take_claim(session, f"poll:{name}", holder=poll.holder, now=now, lease=LEASE)
        abandon_dead_runs(session, name, now)
        run = SourceRun(source=name, started_at=now)
        session.add(run)
        session.flush()
        assert run.id is not None
        return run.id


def _read_stream(poll: Poll, stream: str, run_id: int) -> None:
    """Read one stream to its end. What a stream shows before it was ever read so far is history."""
    state = _state_of(poll, stream)
    stored = StoredRecords(poll.database.reading, poll.source.name)
    for batch in poll.source.read(stream, state, stored, poll.fetch, poll.clock()):
        _keep_batch(poll, stream, run_id, batch, first_read=state.completed_at is None)
    _note_success(poll, stream, run_id)


def _state_of(poll: Poll, stream: str) -> StreamState:
    with poll.database.reading() as session:
        row = session.get(SourceStream, (poll.source.name, stream))
        if row is None:
            return StreamState()
        return StreamState(
            cursor=row.cursor,
            etag=row.etag,
            last_modified=row.last_modified,
            completed_at=row.completed_at,
            newest_entry_at=row.newest_entry_at,
        )


def _keep_batch(poll: Poll, stream: str, run_id: int, batch: Batch, *, first_read: bool) -> None:
    """Records, position, waiting items, signals and ledger: one transaction, under the claim."""
    name, now = poll.source.name, poll.clock()
    with poll.database.writing() as session:
        keep_claim(session, f"poll:{name}", holder=poll.holder, now=now, lease=LEASE)
        changes = keep_page(session, poll.source, batch.records, now, first_read=first_read)
        _keep_state(session, name, stream, batch.state)
        for signal in batch.signals:
            noted = note_signal(session, name, signal.code, signal.subject, signal.message, now)
            if noted is not None:
                tell_signal(session, noted, now)
        _count(session, run_id, batch, changes)


def _keep_state(session: Session, source: str, stream: str, state: StreamState) -> None:
    row = stream_of(session, source, stream)
    row.cursor, row.etag, row.last_modified = state.cursor, state.etag, state.last_modified
    row.completed_at, row.newest_entry_at = state.completed_at, state.newest_entry_at


def _count(session: Session, run_id: int, batch: Batch, changes: list[RecordChange]) -> None:
    new = sum(change.before is None for change in changes)
    gone = sum(change.after.deleted for change in changes if change.before is not None)
    counted = {
        "seen": col(SourceRun.seen) + batch.seen,
        "pages": col(SourceRun.pages) + int(batch.seen > 0),
        "new": col(SourceRun.new) + new,
        "gone": col(SourceRun.gone) + gone,
        "changed": col(SourceRun.changed) + len(changes) - new - gone,
    }
    session.connection().execute(update(SourceRun).where(col(SourceRun.id) == run_id).values(**counted))


def _note_success(poll: Poll, stream: str, run_id: int) -> None:
    now = poll.clock()
    with poll.database.writing() as session:
        row = stream_of(session, poll.source.name, stream)
        row.looked_at = now
        row.completed_at = row.completed_at or now
        row.good_looks += 1
        if row.trouble_since is not None and row.good_looks >= good_looks_needed(row.episode):
            tell_recovery(session, row, session.get_one(SourceRun, run_id).started_at, now)
            row.trouble, row.trouble_since, row.failures, row.recovered_at = "", None, 0, now


def _note_trouble(poll: Poll, stream: str, run_id: int, error: SourceError) -> None:
    """An outage is told when it lasts; an answer that a person must look at is told at once.

    Trouble that comes and goes is one trouble: it is over after more good looks each time it came back.
    """
    now = poll.clock()
    with poll.database.writing() as session:
        row = stream_of(session, poll.source.name, stream)
        if row.trouble_since is None:
            row.trouble_since, row.episode = now, episode_of(row.episode, row.recovered_at, now)
        row.trouble, row.good_looks = str(error), 0
        row.failures += 1
        if row.failures >= PATIENCE or not isinstance(error, SourceUnavailable):
            tell_trouble(session, row, session.get_one(SourceRun, run_id).started_at, now)


def _close_run(poll: Poll, run_id: int, requests: int, errors: list[str]) -> PollResult:
    now = poll.clock()
    with poll.database.writing() as session:
        run = session.get_one(SourceRun, run_id)
        run.finished_at, run.requests, run.errors = now, requests, len(errors)
        run.message = "\n".join(errors)
        if errors:
            run.outcome = RunOutcome.FAILED
        else:
            run.outcome = RunOutcome.READ if run.new + run.changed + run.gone else RunOutcome.NOTHING_NEW
        release_claim(session, f"poll:{poll.source.name}", holder=poll.holder)
        return PollResult(
            source=poll.source.name,
            outcome=run.outcome,
            requests=requests,
            seen=run.seen,
            new=run.new,
            changed=run.changed,
            gone=run.gone,
            errors=tuple(errors),
        )
