"""What of a publisher was looked at and what was not, and whether what it brought can be right."""

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from enum import StrEnum
from itertools import pairwise

from g40flow.domain.instants import dutch_date, dutch_instant, require_aware

ROUNDS = 3
"""So many rounds may pass before a look is missing: a slow publisher or a restart is no gap."""

CALM = timedelta(days=1)
"""Trouble that comes back sooner than this is the same trouble that comes and goes."""

MOST_GOOD_LOOKS = 16
"""After so many good looks in a row trouble is over, however often it came back before."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Look:
    """One look at a publisher. at: when it began, aware UTC; seconds: how long it took, None while it runs.

    reached: whether every part of the publisher was read to its end. outcome: a word of
    storage.tables.RunOutcome. pages: answers with content; records: entries that they showed.
    why: what went wrong, "" if nothing did.
    """

    at: datetime
    reached: bool
    outcome: str = ""
    seconds: float | None = None
    requests: int = 0
    pages: int = 0
    records: int = 0
    new: int = 0
    changed: int = 0
    gone: int = 0
    why: str = ""

    def __post_init__(self) -> None:
        require_aware(self.at)


@dataclass(frozen=True, kw_only=True)
class Span:
    """A stretch of time, from_at included and until_at not; both aware UTC."""

    from_at: datetime
    until_at: datetime

    @property
    def length(self) -> timedelta:
        """Never negative."""
        return max(self.until_at - self.from_at, timedelta(0))


@dataclass(frozen=True, kw_only=True)
class Unreached:
    """A stretch in which a look was due and none reached the publisher.

    looks: tries that failed in it; 0 means that nobody looked at all. why: of the last one that failed.
    """

    span: Span
    looks: int = 0
    why: str = ""


def unreached(
    looks: Iterable[Look], window: Span, every: timedelta, *, rounds: int = ROUNDS
) -> tuple[Unreached, ...]:
    """Stretches within the window in which a look was due and none succeeded, oldest first.

    looks: of the window, and the last good one before it if there is any. Before the very first
    look there is nothing to miss: the publisher was not followed yet.
    """
    known = sorted((look for look in looks if look.at < window.until_at), key=lambda look: look.at)
    if not known:
        return (Unreached(span=window),) if window.length > rounds * every else ()
    found: list[Unreached] = []
    since, is_first = known[0].at, not known[0].reached
    for moment in [*(look.at for look in known if look.reached), window.until_at]:
        if moment - since > rounds * every:
            span = Span(
                from_at=max(since if is_first else since + every, window.from_at),
                until_at=min(moment, window.until_at),
            )
            if span.length > timedelta(0):
                found.append(_explained(span, known))
        since, is_first = moment, False
    return tuple(found)


def _explained(span: Span, looks: Sequence[Look]) -> Unreached:
    tried = [look for look in looks if span.from_at <= look.at < span.until_at and not look.reached]
    return Unreached(span=span, looks=len(tried), why=tried[-1].why if tried else "")


def day_span(day: date) -> Span:
    """A Dutch day: 23 or 25 hours when the clock changes."""
    return Span(from_at=dutch_instant(day, time(0)), until_at=dutch_instant(day + timedelta(days=1), time(0)))


@dataclass(frozen=True, kw_only=True)
class DayTotals:
    """What all looks of one day gave together. longest_pause: between good looks, the day's ends included;
    None if there was no good look.
    """

    looks: int = 0
    good: int = 0
    requests: int = 0
    pages: int = 0
    records: int = 0
    new: int = 0
    changed: int = 0
    gone: int = 0
    first_at: datetime | None = None
    last_at: datetime | None = None
    longest_pause: timedelta | None = None


def day_totals(looks: Sequence[Look], span: Span) -> DayTotals:
    """looks: those that began within the span, in any order."""
    good = sorted(look.at for look in looks if look.reached)
    moments = [span.from_at, *good, span.until_at]
    pauses = [after - before for before, after in pairwise(moments)]
    return DayTotals(
        looks=len(looks),
        good=len(good),
        requests=sum(look.requests for look in looks),
        pages=sum(look.pages for look in looks),
        records=sum(look.records for look in looks),
        new=sum(look.new for look in looks),
        changed=sum(look.changed for look in looks),
        gone=sum(look.gone for look in looks),
        first_at=min((look.at for look in looks), default=None),
        last_at=max((look.at for look in looks), default=None),
        longest_pause=max(pauses) if good else None,
    )


# --- what a publisher is expected to bring ---------------------------------------------------------


class ExpectedOn(StrEnum):
    """The days on which a publisher brings something."""

    EVERY_DAY = "every_day"
    WORKING_DAYS = "working_days"
    SITTING_DAYS = "sitting_days"  # of parliament; never in a recess


@dataclass(frozen=True, kw_only=True)
class Expectation:
    """at_least: new or changed records on each day of that kind; 0 expects nothing.

    quiet_days: so many days of that kind in a row may bring nothing at all; None switches it off.
    """

    on: ExpectedOn = ExpectedOn.WORKING_DAYS
    at_least: int = 0
    quiet_days: int | None = None


@dataclass(frozen=True, kw_only=True)
class DayKind:
    """is_working: no weekend, no holiday. is_sitting: parliament is expected to meet, so no recess."""

    is_working: bool
    is_sitting: bool


def is_expected(kind: DayKind, expectation: Expectation) -> bool:
    """Whether the publisher is expected to bring something on a day of this kind."""
    match expectation.on:
        case ExpectedOn.EVERY_DAY:
            return True
        case ExpectedOn.WORKING_DAYS:
            return kind.is_working
        case ExpectedOn.SITTING_DAYS:
            return kind.is_sitting


class Verdict(StrEnum):
    """Whether what a day brought can be right."""

    ENOUGH = "enough"
    TOO_LITTLE = "too_little"
    NOT_EXPECTED = "not_expected"  # a weekend, a recess, or nothing is expected of this publisher
    NOT_OVER = "not_over"  # less than expected, but the day goes on
    NOT_REACHED = "not_reached"  # nobody got through: nothing can be said about what was published


def verdict_on(totals: DayTotals, kind: DayKind, expectation: Expectation, *, is_over: bool) -> Verdict:
    """is_over: the Dutch day has ended."""
    if totals.new + totals.changed >= expectation.at_least > 0:
        return Verdict.ENOUGH
    if totals.good == 0:
        return Verdict.NOT_REACHED
    if expectation.at_least == 0 or not is_expected(kind, expectation):
        return Verdict.NOT_EXPECTED
    return Verdict.TOO_LITTLE if is_over else Verdict.NOT_OVER


def is_too_quiet(days: Sequence[tuple[DayTotals, DayKind]], expectation: Expectation) -> bool:
    """Whether a publisher that answers has brought nothing for too many days on which it should.

    days: whole days that are over, newest first, at least until the first that brought something.
    A day on which it was not reached counts for nothing: that is told as something else.
    """
    if expectation.quiet_days is None:
        return False
    empty = 0
    for totals, kind in days:
        if totals.new + totals.changed + totals.gone:
            return False
        if totals.good and is_expected(kind, expectation):
            empty += 1
            if empty >= expectation.quiet_days:
                return True
    return False


# --- telling of trouble ---------------------------------------------------------------------------


def episode_of(before: int, over_at: datetime | None, now: datetime) -> int:
    """The how manieth time in a row this trouble is, 1 for the first.

    before: of the last trouble; over_at: when that was over, None if there was none.
    """
    return before + 1 if over_at is not None and now - over_at < CALM else 1


def good_looks_needed(episode: int) -> int:
    """Good looks in a row after which trouble is over: more the more often it came back.

    Trouble that comes and goes is then told a few times, not all day long.
    """
    return min(1 << max(episode - 1, 0), MOST_GOOD_LOOKS)


# --- comparing with the publisher's own list -------------------------------------------------------


class Offer(StrEnum):
    """What a publisher offers to compare our copy with."""

    LIST = "list"
    COUNT = "count"
    NOTHING = "nothing"


@dataclass(frozen=True, kw_only=True)
class Listed:
    """Something that the publisher's own list shows.

    identifier: unique within the publisher, stable between lists. item: identifier of the item it
        becomes, "" if it becomes none by itself. title, url: as shown to people; "" if unknown.
    """

    identifier: str
    title: str = ""
    url: str = ""
    item: str = ""


class Healed(StrEnum):
    """How a gap was closed."""

    READ_AGAIN = "read_again"  # asked for by name after it was found missing
    CAME_BY_ITSELF = "came_by_itself"  # the ordinary reading brought it
    NO_LONGER_LISTED = "no_longer_listed"  # the publisher took it off its list; we never had it


@dataclass(frozen=True, kw_only=True)
class GapChanges:
    """What a comparison changes: gaps to open, to confirm, and to close with the reason."""

    opened: tuple[Listed, ...]
    still_open: tuple[str, ...]
    closed: tuple[tuple[str, Healed], ...]


def gap_changes(
    listed: Iterable[Listed], held: Collection[str], was_open: Collection[str], read_again: Collection[str]
) -> GapChanges:
    """listed: the publisher's list. held: identifiers of it that we had when it was asked for.
    was_open: gaps before this. read_again: what we lacked and asked for by name, with success.

    What was found missing and read at once is both opened and closed, so that it stays on record.
    """
    shown = {one.identifier: one for one in listed}
    lacking = {identifier for identifier in shown if identifier not in held}
    closed = {name: _how(name, shown) for name in set(was_open) - lacking}
    closed |= dict.fromkeys(lacking.intersection(read_again), Healed.READ_AGAIN)
    return GapChanges(
        opened=tuple(one for name, one in shown.items() if name in lacking and name not in was_open),
        still_open=tuple(sorted(lacking.intersection(was_open) - closed.keys())),
        closed=tuple(sorted(closed.items())),
    )


def _how(name: str, shown: Collection[str]) -> Healed:
    return Healed.CAME_BY_ITSELF if name in shown else Healed.NO_LONGER_LISTED


def days_between(from_at: datetime, until_at: datetime) -> list[date]:
    """Every Dutch day that the stretch touches, oldest first."""
    day, last = dutch_date(from_at), dutch_date(until_at - timedelta(microseconds=1))
    return [day + timedelta(days=n) for n in range((last - day).days + 1)]
