"""What comes in from Slack: kept once, answered within three seconds, worked on after.

A click is kept in the database before it is acknowledged, so that no crash loses one, and its mark
makes that Slack may deliver it as often as it likes. What a handler's process left behind when it
died is taken up by the next one.
"""

import logging
from collections.abc import Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime, timedelta
from threading import Event, Lock
from typing import Any

from g40flow.bootstrap import App
from g40flow.domain.errors import DeliveryError, InvalidInput
from g40flow.domain.items import Json
from g40flow.slack_app.dispatch import Dispatcher, Outcome
from g40flow.slack_app.homes import Homes
from g40flow.slack_app.outbox import Courier
from g40flow.slack_app.payloads import Interaction, Kind, read_interaction
from g40flow.storage.slack_interactions import (
    answer_given,
    forget_interactions,
    left_behind,
    note_done,
    note_interaction,
    take_again,
)

ANSWER_WITHIN = 2.3
"""Seconds; Slack counts three, with the way there and back."""
LEASE = timedelta(minutes=2)
"""After this the process that took a click is believed dead."""
TOO_OLD = timedelta(minutes=15)
"""A click that was left behind longer ago is not done any more: people have moved on."""
KEEP = timedelta(days=7)
WORKERS = 6

log = logging.getLogger(__name__)


class Ticket:
    """Whether an answer still goes with the acknowledgement: who settles and who waits, one is first."""

    def __init__(self) -> None:
        self._lock = Lock()
        self._settled = Event()
        self._is_late = False
        self._answer: dict[str, Json] | None = None
        self._error: Exception | None = None

    def settle(self, answer: dict[str, Json] | None) -> bool:
        """Give the answer; False if nobody waits for it any more."""
        with self._lock:
            if self._is_late:
                return False
            self._answer = answer
            self._settled.set()
            return True

    def fail(self, error: Exception) -> None:
        """Nothing must be acknowledged."""
        with self._lock:
            self._error = error
            self._settled.set()

    def wait(self, seconds: float) -> bool:
        """Whether it was settled in time."""
        if self._settled.wait(seconds):
            return True
        with self._lock:
            self._is_late = not self._settled.is_set()
            return not self._is_late

    def answer(self) -> dict[str, Json] | None:
        """What was settled. Raises what it failed with."""
        if self._error is not None:
            raise self._error
        return self._answer


class Receiver:
    """Takes payloads of both ways in. answer_within: seconds until something must be given back."""

    def __init__(
        self,
        app: App,
        dispatcher: Dispatcher,
        *,
        homes: Homes,
        couriers: Sequence[Courier],
        answer_within: float = ANSWER_WITHIN,
    ) -> None:
        self._app = app
        self.dispatcher = dispatcher
        self._homes = homes
        self.couriers = couriers
        self._answer_within = answer_within
        self._pool = ThreadPoolExecutor(WORKERS, thread_name_prefix="slack")

    def receive(self, payload: Mapping[str, Any]) -> dict[str, Json] | None:
        """Take in one payload; returns what goes with the acknowledgement, None for nothing.

        Raises InvalidInput for what is no payload, and whatever kept it from being stored: it must
        then not be acknowledged.
        """
        done = read_interaction(payload)
        ticket = Ticket()
        self._pool.submit(self._take, done, dict(payload), ticket)
        if not ticket.wait(self._answer_within):
            return self.dispatcher.late(done)
        return ticket.answer()

    def take_up_what_was_left(self) -> int:
        """Handle what processes before us left behind; returns how much."""
        now = self._app.now()
        with self._app.database.writing() as session:
            forget_interactions(session, now - KEEP)
            rows = left_behind(session, now)
        for row in rows:
            self._pool.submit(self._take_again, row.key, row.payload, row.received_at)
        return len(rows)

    def close(self) -> None:
        """Finish what was begun, and take nothing more."""
        self._pool.shutdown(wait=True)
        self._homes.close()
        for courier in self.couriers:
            courier.close()

    def _take(self, done: Interaction, payload: dict[str, Any], ticket: Ticket) -> None:
        try:
            is_new, known = self._keep(done, payload)
        except Exception as error:
            log.exception("%s %s could not be kept", done.kind, done.name)
            ticket.fail(error)
            return
        if not is_new:
            log.info("delivered again: %s", done.key)
            ticket.settle(known)
            return
        if not done.wants_answer:
            ticket.settle(None)
        self._handle(done, ticket)

    def _keep(self, done: Interaction, payload: dict[str, Any]) -> tuple[bool, dict[str, Json] | None]:
        """(whether it is new; else what was answered when it came first)."""
        now = self._app.now()
        with self._app.database.writing() as session:
            is_new = note_interaction(
                session,
                done.key,
                kind=done.kind,
                name=done.name,
                slack_user=done.slack_user,
                payload=payload,
                now=now,
                lease_until=now + LEASE,
            )
            return is_new, None if is_new else answer_given(session, done.key) or None

    def _take_again(self, key: str, payload: dict[str, Any], received_at: datetime) -> None:
        now = self._app.now()
        with self._app.database.writing() as session:
            if not take_again(session, key, now, now + LEASE):
                return
            if now - received_at > TOO_OLD:
                note_done(session, key, now, error="too old when it was found")
                return
        try:
            done = read_interaction(payload)
        except InvalidInput as error:
            with self._app.database.writing() as session:
                note_done(session, key, now, error=str(error))
            return
        self._handle(done, None)

    def _handle(self, done: Interaction, ticket: Ticket | None) -> None:
        """Let it be done and answered. ticket: None if nobody waits for an acknowledgement any more."""
        try:
            outcome = self.dispatcher.handle(done)
            ack = self.dispatcher.ack_of(done, outcome.answer)
            with self._app.database.writing() as session:
                note_done(session, done.key, self._app.now(), answer=ack or {}, error=outcome.error)
            is_in_time = ticket is not None and ticket.settle(ack)
            self._follow_up(done, outcome)
            self._answer(done, outcome, ack, is_in_time=is_in_time)
        except Exception:
            log.exception("%s %s was lost", done.kind, done.name)

    def _answer(
        self, done: Interaction, outcome: Outcome, ack: dict[str, Json] | None, *, is_in_time: bool
    ) -> None:
        """Send what did not go with the acknowledgement; it may be lost, and that is in the log."""
        try:
            if not is_in_time and done.kind is Kind.SUBMISSION:
                self.dispatcher.give_late(done, outcome.answer)
            elif not is_in_time or ack is None:
                self.dispatcher.give(done, outcome.answer)
        except DeliveryError as error:
            log.warning("no answer to %s %s: %s", done.kind, done.name, error)

    def _follow_up(self, done: Interaction, outcome: Outcome) -> None:
        """What was changed must be seen: on the card, and in the Home tab of who did it."""
        if outcome.turn is None or not outcome.turn.changed:
            return
        for courier in self.couriers:
            courier.kick()
        self._homes.renew_soon(done.slack_user)
