"""Rate limits: so many calls a minute per method and app, one message a second per channel."""

import math
from collections import defaultdict, deque
from datetime import datetime

from g40flow.sandbox.slack.definition import LimitsPart

CALLS_PER_MINUTE = {1: 1, 2: 20, 3: 50, 4: 100}
SPECIAL_PER_MINUTE = 600


class RateLimits:
    """Counts calls; off unless `settings.enabled`."""

    def __init__(self, settings: LimitsPart) -> None:
        self.settings = settings
        self._calls: defaultdict[tuple[str, str], deque[float]] = defaultdict(deque)
        self._allowance: dict[tuple[str, str], tuple[float, float]] = {}

    def change(self, settings: LimitsPart) -> None:
        """Take other settings and forget what was counted."""
        self.settings = settings
        self._calls.clear()
        self._allowance.clear()

    def count_call(self, method: str, tier: int | None, app_id: str, now: datetime) -> int | None:
        """Count one call. None if it may go on, otherwise the whole seconds to wait; then it is not counted.

        tier: 1–4; None for methods with a generous limit of their own.
        """
        if not self.settings.enabled:
            return None
        most = CALLS_PER_MINUTE[tier] if tier else SPECIAL_PER_MINUTE
        return self._count(method, app_id, most, now.timestamp())

    def count_post(self, channel_id: str, app_id: str, now: datetime) -> int | None:
        """Count one message to a channel, likewise; also against the maximum of the workspace."""
        if not self.settings.enabled:
            return None
        moment, rate = now.timestamp(), self.settings.posts_per_second
        left, since = self._allowance.get((channel_id, app_id), (float(self.settings.burst), moment))
        left = min(float(self.settings.burst), left + max(0.0, moment - since) * rate)
        if left < 1 - 1e-9:
            self._allowance[channel_id, app_id] = (left, moment)
            return max(1, math.ceil((1 - left) / rate - 1e-9))
        wait = self._count("(all messages)", app_id, self.settings.posts_per_minute, moment)
        if wait is None:
            self._allowance[channel_id, app_id] = (left - 1, moment)
        return wait

    def _count(self, method: str, app_id: str, most: int, moment: float) -> int | None:
        calls = self._calls[method, app_id]
        while calls and (calls[0] <= moment - 60 or calls[0] > moment):
            calls.popleft()
        if len(calls) >= most:
            return max(1, math.ceil(calls[0] + 60 - moment))
        calls.append(moment)
        return None
