"""Reading what a publisher published in the past, beside the ordinary reading; it is not told as news."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta

from sqlmodel import Session

from g40flow.domain.errors import NotFound, SourceUnavailable
from g40flow.sources.contract import HasHistory, HistoryPage, Source, StreamState
from g40flow.sources.fetch import Fetcher
from g40flow.storage.back_fills import back_fill_of, back_fills
from g40flow.storage.claims import keep_claim, release_claim, release_dead_claim, take_claim
from g40flow.storage.coverage_tables import BackFill
from g40flow.storage.database import Database
from g40flow.storage.publishers import note_signal, stream_of
from g40flow.storage.records import RecordChange, StoredRecords
from g40flow.storage.tables import SourceStream
from g40flow.use_cases.keep_page import keep_page

LEASE = timedelta(minutes=20)
"""Longer than the longest pause, so that nobody takes over what only waits."""

PAUSES = (timedelta(minutes=1), timedelta(minutes=5), timedelta(minutes=15))
"""How long to wait when a publisher does not answer, before giving up: a night's reading should not end
with one restart of a server."""


@dataclass(frozen=True, kw_only=True)
class SoFar:
    """How far the reading of one stream is.

    reached_at: by the publisher's clock; None if it does not tell. share: 0 to 1, None if unknown.
    seconds: of reading in this sitting; share_before: share at its begin.
    """

    stream: str
    pages: int = 0
    records: int = 0
    new: int = 0
    changed: int = 0
    reached_at: datetime | None = None
    share: float | None = None
    share_before: float = 0.0
    seconds: float = 0.0
    is_finished: bool = False

    @property
    def per_second(self) -> float:
        """Records in this sitting."""
        return self.records / self.seconds if self.seconds > 0 else 0.0

    @property
    def time_left(self) -> timedelta | None:
        """By the speed of this sitting; None while that cannot be said."""
        if self.share is None or self.share <= self.share_before:
            return None
        done = self.share - self.share_before
        return timedelta(seconds=self.seconds * (1 - self.share) / done)


@dataclass(frozen=True, kw_only=True)
class Planned:
    """What a back-fill would read of one stream. done: an earlier one finished it."""

    stream: str
    done: bool
    pages: int = 0
    reached_at: datetime | None = None

    @property
    def goes_on(self) -> bool:
        """Whether an earlier one was broken off halfway."""
        return not self.done and self.pages > 0


@dataclass(frozen=True, kw_only=True)
class BackFiller:
    """One back-fill in progress.

    holder: unique per process and run. assemble: makes items of what waits. pause: waits.
    progress: told after every page, and with no pages when the search for a place begins.
    is_dead: whether who holds the claim certainly died, so that nobody waits for the end of its lease.
    """

    database: Database
    source: Source
    fetch: Fetcher
    since: date
    clock: Callable[[], datetime]
    holder: str
    assemble: Callable[[], None]
    pause: Callable[[timedelta], None]
    progress: Callable[[SoFar], None] = lambda _: None
    is_dead: Callable[[str], bool] = lambda _: False

    @property
    def _claim(self) -> str:
        return f"back_fill:{self.source.name}"

    def run(self, streams: Sequence[str] = ()) -> list[SoFar]:
        """Read every stream from where an earlier run for the same day stopped, or from that day on.

        streams: only these; none given means all that have history. May be interrupted at any moment: a
        page is kept whole with its place, or not at all.
        Raises NotFound, AlreadyRunning, SourceError when the publisher stays away.
        """
        history = _history_of(self.source)
        chosen = _chosen(history, self.source.name, streams)
        with self.database.writing() as session:
            release_dead_claim(session, self._claim, self.is_dead)
            take_claim(session, self._claim, holder=self.holder, now=self.clock(), lease=LEASE)
        try:
            self._follow_the_present(history, chosen)
            done = [self._read(history, stream) for stream in chosen]
            self.assemble()  # once, when everything is there of which they are made
            return done
        finally:
            with self.database.writing() as session:
                release_claim(session, self._claim, holder=self.holder)

    def _follow_the_present(self, history: HasHistory, streams: Sequence[str]) -> None:
        """Let the ordinary reading of what was never read begin with the present: the past is read here."""
        for stream in streams:
            if stream not in self.source.streams or self._present(stream) != StreamState():
                continue
            self.progress(SoFar(stream=stream))
            position = history.present_position(stream, self.fetch, self.clock())
            if position is None:
                continue
            with self.database.writing() as session:
                keep_claim(session, self._claim, holder=self.holder, now=self.clock(), lease=LEASE)
                row = stream_of(session, self.source.name, stream)
                if row.cursor is None and row.completed_at is None:
                    row.cursor = position.cursor

    def _present(self, stream: str) -> StreamState:
        with self.database.reading() as session:
            row = session.get(SourceStream, (self.source.name, stream))
            if row is None:
                return StreamState()
            return StreamState(cursor=row.cursor, completed_at=row.completed_at)

    def _read(self, history: HasHistory, stream: str) -> SoFar:
        began, so_far = self.clock(), SoFar(stream=stream)
        if self._is_finished(stream):
            return replace(so_far, is_finished=True, share=1.0)
        self.progress(so_far)
        share_before: float | None = None
        for page in self._pages(history, stream):
            now = self.clock()
            kept = self._keep(stream, page, now)
            share_before = (page.share or 0.0) if share_before is None else share_before
            so_far = _further(so_far, page, kept, (now - began).total_seconds(), share_before)
            self.progress(so_far)
        return so_far

    def _is_finished(self, stream: str) -> bool:
        with self.database.reading() as session:
            row = session.get(BackFill, (self.source.name, stream, self.since))
            return row is not None and row.finished_at is not None

    def _pages(self, history: HasHistory, stream: str) -> Iterator[HistoryPage]:
        """Every page from the kept place on; waits out an outage, and gives up when it lasts."""
        waits = iter(PAUSES)
        while True:
            cursor = self._cursor(stream)
            stored = StoredRecords(self.database.reading, self.source.name)
            try:
                for page in history.history(
                    stream, self.since, cursor, self._present(stream), stored, self.fetch, self.clock()
                ):
                    yield page
                    waits = iter(PAUSES)
            except SourceUnavailable as error:
                wait = next(waits, None)
                if wait is None:
                    raise
                self._hold()
                self.pause(max(wait, error.retry_after or wait))
            else:
                return

    def _hold(self) -> None:
        with self.database.writing() as session:
            keep_claim(session, self._claim, holder=self.holder, now=self.clock(), lease=LEASE)

    def _cursor(self, stream: str) -> str | None:
        with self.database.reading() as session:
            row = session.get(BackFill, (self.source.name, stream, self.since))
            return None if row is None else row.cursor

    def _keep(self, stream: str, page: HistoryPage, now: datetime) -> list[RecordChange]:
        """Records, waiting items and place: one transaction, under the claim."""
        name, batch = self.source.name, page.batch
        with self.database.writing() as session:
            keep_claim(session, self._claim, holder=self.holder, now=now, lease=LEASE)
            changes = keep_page(session, self.source, batch.records, now, first_read=True, history=True)
            row = back_fill_of(session, name, stream, self.since, now)
            row.seconds += max((now - row.renewed_at).total_seconds(), 0.0) if row.pages else 0.0
            row.cursor, row.renewed_at = batch.state.cursor, now
            row.reached_at = batch.state.newest_entry_at or row.reached_at
            row.pages += 1
            row.records += max(batch.seen, len(batch.records))
            row.new += sum(change.before is None for change in changes)
            row.changed += sum(change.before is not None for change in changes)
            row.finished_at = None if batch.more else now
            for signal in batch.signals:  # on the list for people, without a message: it is history
                note_signal(session, name, signal.code, signal.subject, signal.message, now)
        return changes


def take_up_left_over(
    database: Database, source: str, assemble: Callable[[], None], *, holder: str, now: datetime
) -> None:
    """Make items of what a reading of the past that was broken off had read.

    Raises AlreadyRunning as long as one goes on: it does so itself.
    """
    claim = f"back_fill:{source}"
    with database.writing() as session:
        take_claim(session, claim, holder=holder, now=now, lease=LEASE)
    try:
        assemble()
    finally:
        with database.writing() as session:
            release_claim(session, claim, holder=holder)


def planned(session: Session, source: Source, since: date, streams: Sequence[str] = ()) -> list[Planned]:
    """What a back-fill would read now; asks the publisher nothing. Raises NotFound."""
    known = {row.stream: row for row in back_fills(session, source.name) if row.since_on == since}
    found: list[Planned] = []
    for stream in _chosen(_history_of(source), source.name, streams):
        row = known.get(stream)
        if row is None:
            found.append(Planned(stream=stream, done=False))
        else:
            done = row.finished_at is not None
            found.append(Planned(stream=stream, done=done, pages=row.pages, reached_at=row.reached_at))
    return found


def _history_of(source: Source) -> HasHistory:
    if not isinstance(source, HasHistory):
        raise NotFound(f"{source.name} heeft geen geschiedenis die te lezen is; zie docs/sources.md")
    return source


def _chosen(history: HasHistory, name: str, streams: Sequence[str]) -> tuple[str, ...]:
    if unknown := sorted(set(streams) - set(history.history_streams)):
        raise NotFound(f"{name} kent deze stromen niet: {', '.join(unknown)}")
    return tuple(streams) or history.history_streams


def _further(
    before: SoFar, page: HistoryPage, kept: Sequence[RecordChange], seconds: float, share_before: float
) -> SoFar:
    batch = page.batch
    return replace(
        before,
        pages=before.pages + 1,
        records=before.records + max(batch.seen, len(batch.records)),
        new=before.new + sum(change.before is None for change in kept),
        changed=before.changed + sum(change.before is not None for change in kept),
        reached_at=batch.state.newest_entry_at or before.reached_at,
        share=before.share if page.share is None else page.share,
        share_before=share_before,
        seconds=seconds,
        is_finished=not batch.more,
    )
