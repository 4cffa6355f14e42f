"""Sends what an act changed at once, instead of with the next round of the flows."""

import logging
from collections.abc import Callable
from threading import Event, Thread

from sqlalchemy.exc import SQLAlchemyError

from g40flow.domain.errors import G40FlowError

STOP_SECONDS = 5.0

log = logging.getLogger(__name__)


class Courier:
    """Works off the outbox in a thread of its own, one round at a time.

    deliver: one round. every: seconds after which it looks by itself, for what was done elsewhere;
    None only looks when it is kicked.
    """

    def __init__(self, deliver: Callable[[], object], *, every: float | None = None) -> None:
        self._deliver = deliver
        self._every = every
        self._wanted = Event()
        self._stopping = False
        self._thread = Thread(target=self._run, name="courier", daemon=True)
        self._thread.start()

    def kick(self) -> None:
        """Something is to be sent."""
        self._wanted.set()

    def close(self) -> None:
        """Stop after the round that is going on, without waiting long for it: it may be taken up again."""
        self._stopping = True
        self._wanted.set()
        self._thread.join(STOP_SECONDS)

    def _run(self) -> None:
        while True:
            self._wanted.wait(self._every)
            self._wanted.clear()
            if self._stopping:
                return
            try:
                self._deliver()
            except (G40FlowError, SQLAlchemyError):
                log.exception("the outbox could not be worked off; the flows try again")
