"""Comparing our copy with what a publisher itself lists or counts, and reading by name what is missing."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlmodel import Session

from g40flow.domain.coverage import GapChanges, Listed, Offer, gap_changes
from g40flow.domain.errors import SourceError
from g40flow.sources.contract import Comparable, Comparison, ReadsByName, Signal, Source
from g40flow.sources.fetch import Fetcher
from g40flow.storage.claims import release_claim, take_claim
from g40flow.storage.coverage import close_gap, last_check, open_gap, open_gaps
from g40flow.storage.coverage_tables import CoverageCheck
from g40flow.storage.database import Database
from g40flow.storage.publishers import note_signal, streams_of
from g40flow.storage.records import StoredRecords
from g40flow.use_cases.keep_page import keep_page
from g40flow.use_cases.tell_operators import tell_about_source, tell_signal

LEASE = timedelta(hours=1)

READ_AT_ONCE = 100
"""No more than this is asked for by name in one comparison: more says that something else is wrong."""


@dataclass(frozen=True, kw_only=True)
class Compared:
    """What a comparison gave.

    missing: gaps that are open now. error: why it could not be made, "" if it was.
    """

    source: str
    offer: Offer
    theirs: int | None = None
    ours: int | None = None
    opened: int = 0
    healed: int = 0
    missing: int = 0
    error: str = ""


def compare_publisher(
    database: Database, source: Source, fetch: Fetcher, *, clock: Callable[[], datetime], holder: str
) -> Compared | None:
    """Compare once, heal what can be healed, keep every gap by name, and tell the operators what stays open.

    None as long as the publisher was never read to its end: nothing can be missing yet. A door that
    does not open is told once, and once when it opens again. Raises AlreadyRunning.
    """
    if not _was_read(database, source.name):
        return None
    claim = f"compare:{source.name}"
    with database.writing() as session:
        take_claim(session, claim, holder=holder, now=clock(), lease=LEASE)
    try:
        return _compare(database, source, fetch, clock)
    finally:
        with database.writing() as session:
            release_claim(session, claim, holder=holder)


def _was_read(database: Database, name: str) -> bool:
    with database.reading() as session:
        states = streams_of(session, name)
        return bool(states) and all(state.completed_at is not None for state in states)


def _compare(database: Database, source: Source, fetch: Fetcher, clock: Callable[[], datetime]) -> Compared:
    if not isinstance(source, Comparable):
        return _keep(database, source.name, Comparison(offer=Offer.NOTHING, door=""), (), clock())
    try:
        found = source.compare(StoredRecords(database.reading, source.name), fetch, clock())
    except SourceError as error:
        return _keep_failure(database, source.name, str(error), clock())
    missing = [one for one in found.listed if one.identifier not in found.held]
    read = _read_again(database, source, missing[:READ_AT_ONCE], fetch, clock)
    return _keep(database, source.name, found, read, clock())


def _read_again(
    database: Database,
    source: Source,
    missing: Sequence[Listed],
    fetch: Fetcher,
    clock: Callable[[], datetime],
) -> tuple[str, ...]:
    """Identifiers of what could be read by name; each is stored at once."""
    if not isinstance(source, ReadsByName) or not missing:
        return ()
    read: list[str] = []
    stored = StoredRecords(database.reading, source.name)
    try:
        for answer in source.read_again(missing, stored, fetch, clock()):
            with database.writing() as session:
                keep_page(session, source, answer.records, clock())
            read.append(answer.identifier)
    except SourceError:
        pass  # what could not be read stays a gap, and is tried again at the next comparison
    return tuple(read)


def _keep(database: Database, name: str, found: Comparison, read: Sequence[str], now: datetime) -> Compared:
    with database.writing() as session:
        before = last_check(session, name)
        changes = _change_gaps(session, name, found, read, now)
        missing = _missing(session, name, found)
        session.add(
            CoverageCheck(
                source=name,
                at=now,
                offer=found.offer,
                door=found.door,
                theirs=found.theirs,
                ours=found.ours,
                opened=len(changes.opened),
                healed=len(changes.closed),
                missing=missing,
            )
        )
        if found.offer is Offer.COUNT:
            _tell_count(session, name, 0 if before is None else before.missing, missing, now)
        else:
            _tell_gaps(session, name, changes, missing, now)
        if before is not None and before.error:
            tell_about_source(session, name, "compared_again", before.door, since=before.at, now=now)
        for signal in found.signals:
            _note(session, name, signal, now)
    return Compared(
        source=name,
        offer=found.offer,
        theirs=found.theirs,
        ours=found.ours,
        opened=len(changes.opened),
        healed=len(changes.closed),
        missing=missing,
    )


def _change_gaps(
    session: Session, name: str, found: Comparison, read: Sequence[str], now: datetime
) -> GapChanges:
    known = {gap.identifier: gap for gap in open_gaps(session, name)}
    was_open = known.keys() if found.offer is Offer.LIST else ()
    changes = gap_changes(found.listed, found.held, was_open, read)
    for listed in changes.opened:
        known[listed.identifier] = open_gap(session, name, listed, now)
    for identifier, how in changes.closed:
        close_gap(known[identifier], how, now)
    for gap in known.values():
        if gap.healed_at is None:
            gap.confirmed_at = now
            gap.tries += 1
    session.flush()
    return changes


def _tell_gaps(session: Session, name: str, changes: GapChanges, missing: int, now: datetime) -> None:
    """New gaps that stay open, and the end of the last one; what was healed at once disturbs nobody."""
    closed = {identifier for identifier, _ in changes.closed}
    new = [one for one in changes.opened if one.identifier not in closed]
    were_told = closed - {one.identifier for one in changes.opened}
    if new:
        tell_about_source(session, name, "gaps_found", _named(new), count=missing, now=now)
    elif were_told and missing == 0:
        tell_about_source(session, name, "gaps_healed", "", now=now)


def _missing(session: Session, name: str, found: Comparison) -> int:
    """Gaps by name, or by how many the publisher counts more than we hold."""
    if found.offer is Offer.COUNT and found.theirs is not None and found.ours is not None:
        return max(found.theirs - found.ours, 0)
    return len(open_gaps(session, name))


def _tell_count(session: Session, name: str, before: int, missing: int, now: datetime) -> None:
    """Without names there is nothing to ask for: people must look."""
    if missing and not before:
        tell_about_source(session, name, "count_differs", "", count=missing, now=now)
    elif before and not missing:
        tell_about_source(session, name, "gaps_healed", "", now=now)


def _named(gaps: Sequence[Listed]) -> str:
    """A few by name: the page has them all."""
    few = "; ".join((one.title or one.identifier)[:120] for one in gaps[:3])
    return few if len(gaps) <= 3 else f"{few}; +{len(gaps) - 3}"


def _keep_failure(database: Database, name: str, error: str, now: datetime) -> Compared:
    with database.writing() as session:
        before = last_check(session, name)
        missing = len(open_gaps(session, name))
        check = CoverageCheck(source=name, at=now, offer=Offer.NOTHING, error=error[:600], missing=missing)
        session.add(check)
        if before is None or not before.error:
            tell_about_source(session, name, "cross_check_failed", error[:400], now=now)
    return Compared(source=name, offer=Offer.NOTHING, missing=missing, error=error)


def _note(session: Session, name: str, signal: Signal, now: datetime) -> None:
    noted = note_signal(session, name, signal.code, signal.subject, signal.message, now)
    if noted is not None:
        tell_signal(session, noted, now)
