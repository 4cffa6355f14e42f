"""The clock that publishers and the Slack stand-in of one sandbox share."""

import time
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from threading import Lock


class SandboxClock:
    """Ticks with real time from a chosen moment, and can be set and advanced.

    start: aware datetime the clock shows now; None shows the real time.
    monotonic: seconds that only go up; replaced in tests that want a clock that stands still.
    Safe to use from several threads. Raises ValueError for naive datetimes.
    """

    def __init__(
        self, start: datetime | None = None, *, monotonic: Callable[[], float] = time.monotonic
    ) -> None:
        self._monotonic = monotonic
        self._lock = Lock()
        self._base = _utc(start) if start else datetime.now(UTC)
        self._since = monotonic()

    def now(self) -> datetime:
        """Aware UTC."""
        with self._lock:
            return self._now()

    def set(self, moment: datetime) -> None:
        """Show `moment` from here on; going back is allowed."""
        with self._lock:
            self._base, self._since = _utc(moment), self._monotonic()

    def advance(self, by: timedelta) -> datetime:
        """Jump ahead (or back, for a negative `by`) and return the new time, aware UTC."""
        with self._lock:
            self._base, self._since = self._now() + by, self._monotonic()
            return self._base

    def _now(self) -> datetime:
        return self._base + timedelta(seconds=self._monotonic() - self._since)


def _utc(moment: datetime) -> datetime:
    if moment.utcoffset() is None:
        raise ValueError(f"expected an aware datetime, found the naive {moment.isoformat()}")
    return moment.astimezone(UTC)
