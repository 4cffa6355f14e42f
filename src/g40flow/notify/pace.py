"""Not faster than a channel allows."""

from collections import defaultdict, deque
from collections.abc import Callable


class Pace:
    """At most so many acts in any stretch of time, counted per key.

    calls, seconds: how many in how long. clock: seconds that only go up. sleep: waits so many.
    """

    def __init__(
        self, *, calls: int, seconds: float, clock: Callable[[], float], sleep: Callable[[float], None]
    ) -> None:
        self._calls = calls
        self._seconds = seconds
        self._clock = clock
        self._sleep = sleep
        self._acts: defaultdict[str, deque[float]] = defaultdict(deque)

    def wait(self, key: str = "") -> None:
        """Return when the next act may be done, and count it."""
        acts = self._acts[key]
        if len(acts) == self._calls:
            left = acts.popleft() + self._seconds - self._clock()
            if left > 0:
                self._sleep(left)
        acts.append(self._clock())

    def over(self, key: str = "") -> None:
        """The act that was waited for took until now, and may have counted at any moment of that time.

        Without this, two calls that leave a second apart can arrive closer together.
        """
        self._acts[key][-1] = self._clock()
