"""Working off the outbox: at least once, and never twice where the channel can be asked."""

import hashlib
import json
import logging
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from sqlalchemy.exc import SQLAlchemyError
from sqlmodel import Session

from g40flow.config.notifications import NotificationsConfig
from g40flow.domain.errors import DeliveryError
from g40flow.domain.messages import Posted, Rendered
from g40flow.domain.network import Network
from g40flow.notify.contract import Address, Transport
from g40flow.storage.database import Database
from g40flow.storage.messages import due_message_ids, lease_message, note_delivery
from g40flow.storage.tables import Message, MessageState
from g40flow.use_cases.compose_messages import Composer

LEASE = timedelta(minutes=3)
"""Longer than any single call to a channel takes; then the sender is believed dead."""

AT_ONCE = 50
"""Messages looked up per round; urgent ones that come in meanwhile go first in the next round."""

LEAST_WAIT, FIRST_WAIT, LONGEST_WAIT = timedelta(seconds=1), timedelta(seconds=20), timedelta(hours=1)

log = logging.getLogger(__name__)


@dataclass
class DeliveryResult:
    """What one run did. later: put off after a failure that will pass; held: no channel is set up."""

    posted: int = 0
    renewed: int = 0
    unchanged: int = 0
    found: int = 0
    later: int = 0
    failed: int = 0
    cancelled: int = 0
    held: int = 0


@dataclass(frozen=True, kw_only=True)
class Deliverer:
    """Hands due messages to their channels. holder: unique per process and run."""

    database: Database
    transports: Mapping[str, Transport]
    composer: Composer
    network: Network
    rules: NotificationsConfig
    clock: Callable[[], datetime]
    holder: str
    result: DeliveryResult = field(default_factory=DeliveryResult)

    def deliver(self, *, progress: Callable[[DeliveryResult], None] = lambda _: None) -> DeliveryResult:
        """Deliver everything that is due now; messages that fail are planned for later."""
        while True:
            with self.database.reading() as session:
                due = due_message_ids(session, self.clock(), AT_ONCE)
            handled = [self._deliver_one(message_id) for message_id in due]
            progress(self.result)
            if not any(handled):
                return self.result

    def _deliver_one(self, message_id: int) -> bool:
        """Three steps, each kept by itself: take it, hand it over, note what became of it."""
        message = self._take(message_id)
        if message is None:
            return False
        transport = self.transports.get(message.transport)
        if transport is None:
            self._hold(message)
            return False
        try:
            if message.attempts > 1 and _standing(message) is None:
                self._look_for(transport, message)
            composed = self._compose(message)
            if composed is None:
                self._cancel(message)
                return True
            rendered, thread = composed
            act, posted = self._hand_over(transport, message, rendered, thread)
        except DeliveryError as error:
            self._plan_retry(message, error)
        else:
            self._note(message, rendered, act, posted)
        return True

    def _take(self, message_id: int) -> Message | None:
        now = self.clock()
        with self.database.writing() as session:
            return lease_message(session, message_id, holder=self.holder, now=now, until=now + LEASE)

    def _look_for(self, transport: Transport, message: Message) -> None:
        """An earlier attempt broke off: the channel may have the message already, wanted or not."""
        with self.database.reading() as session:
            thread = _thread_of(session, message)
        address = self._address(message.audience)
        arrived = transport.find(address, key=message.key, since=message.created_at, thread=thread)
        if arrived is not None:
            message.external_channel, message.external_ts = arrived.channel, arrived.ts

    def _compose(self, message: Message) -> tuple[Rendered, Posted | None] | None:
        """The message as it should be shown, and its thread; None if there is nothing left to say.

        A message that cannot be made must not hold up the others: whatever goes wrong is this
        message's failure, with the trace in the log and the error where people look.
        """
        try:
            with self.database.reading() as session:
                rendered = self.composer.compose(session, message, self.clock())
                return None if rendered is None else (rendered, _thread_of(session, message))
        except SQLAlchemyError:
            raise
        except Exception as error:
            log.exception("message %s cannot be made", message.key)
            raise DeliveryError(f"cannot be made: {error!r}") from error

    def _cancel(self, message: Message) -> None:
        with self.database.writing() as session:
            _put_down(session.get_one(Message, message.id), MessageState.CANCELLED)
        self.result.cancelled += 1

    def _hand_over(
        self, transport: Transport, message: Message, rendered: Rendered, thread: Posted | None
    ) -> tuple[str, Posted]:
        standing = _standing(message)
        if standing is not None:
            if message.shown_hash == shown_hash(rendered):
                return "unchanged", standing
            transport.renew(standing, rendered, key=message.key)
            return "renew" if message.shown_hash else "found", standing
        address = self._address(message.audience)
        return "post", transport.post(address, rendered, key=message.key, thread=thread)

    def _address(self, audience: str) -> Address:
        kind, _, slug = audience.partition(":")
        channels = self.rules.channels
        if kind == "group" and slug in channels.groups:
            return Address(channel=channels.groups[slug])
        if kind == "person":
            person = next((p for p in self.network.people if p.slug == slug), None)
            if person is not None:
                return Address(email=person.email, slack_user=person.slack_user)
        if kind in ("triage", "operators"):
            return Address(channel=channels.triage if kind == "triage" else channels.operators)
        raise DeliveryError(f"{audience}: no channel or person of that name is configured", permanent=True)

    def _note(self, message: Message, rendered: Rendered, act: str, posted: Posted) -> None:
        now = self.clock()
        with self.database.writing() as session:
            row = session.get_one(Message, message.id)
            row.external_channel, row.external_ts = posted.channel, posted.ts
            row.shown_hash, row.shown_text = shown_hash(rendered), rendered.text
            row.sent_at, row.renewed_at = row.sent_at or now, now
            row.shown_version = message.wanted_version
            is_current = row.shown_version == row.wanted_version
            _put_down(row, MessageState.SENT if is_current else MessageState.PENDING)
            if act != "unchanged":
                note_delivery(session, row, act, now, text=rendered.text)
        match act:
            case "post":
                self.result.posted += 1
            case "renew":
                self.result.renewed += 1
            case "found":
                self.result.found += 1
            case _:
                self.result.unchanged += 1

    def _plan_retry(self, message: Message, error: DeliveryError) -> None:
        now = self.clock()
        log.warning("message %s: %s", message.key, error)
        with self.database.writing() as session:
            row = session.get_one(Message, message.id)
            row.last_error = str(error)
            note_delivery(session, row, "attempt", now, error=str(error))
            if error.permanent or row.attempts >= self.rules.give_up_after_attempts:
                _put_down(row, MessageState.FAILED)
                self.result.failed += 1
                return
            _put_down(row, MessageState.PENDING, keep_attempts=True)
            if not error.unsure and row.attempts == 1:
                row.attempts = 0  # refused for now, so it cannot have arrived
            row.next_attempt_at = now + max(error.retry_after or _wait_after(row.attempts), LEAST_WAIT)
            self.result.later += 1

    def _hold(self, message: Message) -> None:
        """Without a channel a message waits as it was, and costs no attempt."""
        with self.database.writing() as session:
            row = session.get_one(Message, message.id)
            _put_down(row, MessageState.PENDING, keep_attempts=True)
            row.attempts -= 1
        self.result.held += 1


def shown_hash(rendered: Rendered) -> str:
    """Equal for messages that look the same in the channel."""
    content = json.dumps([rendered.summary, rendered.text, rendered.blocks], ensure_ascii=False)
    return hashlib.blake2b(content.encode(), digest_size=16).hexdigest()


def _standing(message: Message) -> Posted | None:
    if message.external_channel is None or message.external_ts is None:
        return None
    return Posted(channel=message.external_channel, ts=message.external_ts)


def _thread_of(session: Session, message: Message) -> Posted | None:
    if message.parent_id is None:
        return None
    return _standing(session.get_one(Message, message.parent_id))


def _put_down(row: Message, state: MessageState, *, keep_attempts: bool = False) -> None:
    row.state, row.holder, row.lease_until = state, "", None
    if not keep_attempts:
        row.attempts = 0
        row.last_error = "" if state == MessageState.SENT else row.last_error


def _wait_after(attempts: int) -> timedelta:
    doublings: int = 2 ** min(attempts, 12)
    return min(LONGEST_WAIT, FIRST_WAIT * doublings)
