"""Working off the outbox: at least once, and never twice where the channel can be asked."""

import hashlib
import logging
from collections.abc import Callable, Mapping
from contextlib import ExitStack
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from functools import cached_property

from sqlalchemy.exc import SQLAlchemyError
from sqlmodel import Session

from g40flow.config.notifications import NotificationsConfig
from g40flow.domain.errors import DeliveryError
from g40flow.domain.messages import Footing, Posted, Rendered
from g40flow.domain.network import Network
from g40flow.domain.reach import Channel, MailState, Reason
from g40flow.notify.contract import Address, HoldsConnection, Transport
from g40flow.storage.database import Database
from g40flow.storage.mail_states import note_arrival, note_refusal
from g40flow.storage.messages import (
    count_due,
    due_message_ids,
    due_renewal_ids,
    lease_message,
    leased_message,
    note_delivery,
    take_looks,
)
from g40flow.storage.tables import Message, MessageState
from g40flow.use_cases.choose_channel import ChannelChooser
from g40flow.use_cases.compose_messages import Composer
from g40flow.use_cases.preferences.courtesy import Courtesy
from g40flow.use_cases.recipients import recipient_of
from g40flow.use_cases.tell_operators import tell_bounce

LEASE = timedelta(minutes=3)
"""Longer than any single call to a channel takes; then the sender is believed dead."""

LATE_ARRIVAL = timedelta(minutes=10)
"""So long a channel may take to show a message whose sender no longer waited for the answer."""

AT_ONCE = 50
"""Messages looked up per round; urgent ones that come in meanwhile go first in the next round."""

LOOKS_AT_ONCE = 500
"""Messages looked for together: a channel is read once for all of them that stand in it."""

LEAST_WAIT, FIRST_WAIT, LONGEST_WAIT = timedelta(seconds=1), timedelta(seconds=20), timedelta(hours=1)

NOBODY_REACHED = {
    Reason.NOT_FOUND: "deze persoon is in geen enkel kanaal gevonden",
    Reason.NO_ADDRESS: "deze persoon heeft geen bruikbaar mailadres; werk config/people.yaml bij",
    Reason.BOUNCED: "mail aan deze persoon is eerder geweigerd; controleer het adres, "
    "en voer dan uit: g40flow mail allow {who}",
}
"""Why a message is set aside, for who looks after the program."""

log = logging.getLogger(__name__)


@dataclass
class DeliveryResult:
    """What one run did. later: put off after a failure that will pass; held: no channel is set up.

    found: had arrived though nobody heard of it; removed: stood there twice, and one was taken away.
    """

    posted: int = 0
    renewed: int = 0
    unchanged: int = 0
    found: int = 0
    later: int = 0
    failed: int = 0
    cancelled: int = 0
    held: int = 0
    put_off: int = 0
    removed: int = 0


@dataclass(frozen=True, kw_only=True)
class Deliverer:
    """Hands due messages to their channels. holder: unique per process and run.

    courtesy: heeds what people chose; None if nobody can choose. footing: what stands below a mail.
    """

    database: Database
    transports: Mapping[str, Transport]
    composer: Composer
    network: Network
    rules: NotificationsConfig
    clock: Callable[[], datetime]
    holder: str
    courtesy: Courtesy | None = None
    footing: Callable[[Session, Message], Footing | None] = lambda _session, _message: None
    result: DeliveryResult = field(default_factory=DeliveryResult)

    def deliver(self, *, progress: Callable[[DeliveryResult], None] = lambda _: None) -> DeliveryResult:
        """Deliver everything that is due now; messages that fail are planned for later."""
        with ExitStack() as held:
            for transport in self.transports.values():
                if isinstance(transport, HoldsConnection):
                    held.enter_context(transport.hold())
            self._deliver_due(progress)
        self._remove_doubles()
        with self.database.reading() as session:
            self.result.held = count_due(session, self.clock())
        return self.result

    def _deliver_due(self, progress: Callable[[DeliveryResult], None]) -> None:
        while True:
            with self.database.reading() as session:
                due = due_message_ids(session, self.clock(), AT_ONCE, channels=self.transports.keys())
            handled = [self._deliver_one(message_id) for message_id in due]
            progress(self.result)
            if not any(handled):
                return

    def renew_shown(self) -> DeliveryResult:
        """Only let what stands in a channel follow its subject: nobody waits for that behind new messages."""
        while True:
            with self.database.reading() as session:
                due = due_renewal_ids(session, self.clock(), AT_ONCE)
            handled = [self._deliver_one(message_id) for message_id in due]
            if not any(handled):
                return self.result

    @cached_property
    def _chooser(self) -> ChannelChooser:
        return ChannelChooser(self.network, self.rules.channels, self.transports.keys())

    def _deliver_one(self, message_id: int) -> bool:
        """Take a message and bring it by the first channel that knows whom it is for.

        Returns whether something became of it.
        """
        message = self._take(message_id)
        if message is None:
            return False
        if self._is_put_off(message):
            return True
        asked = Channel.MAIL if message.transport == Channel.MAIL else None
        refusal: DeliveryError | None = None
        while True:  # each refusal takes one channel away
            try:
                with self.database.reading() as session:
                    target = self._chooser.target(session, message, asked=asked)
            except DeliveryError as error:
                self._plan_retry(message, error)
                return True
            if target.route.channel is None:
                return self._set_aside(message, target.route.reason, refusal)
            self._note_route(message, target.route.channel, target.route.reason)
            refusal = self._deliver_by(target.route.channel, message, target.address)
            if refusal is None:
                return True

    def _deliver_by(self, channel: Channel, message: Message, address: Address) -> DeliveryError | None:
        """Three steps, each kept by itself: look, hand over, note what became of it.

        Returns the refusal of a channel that knows no such person; the message is then not done.
        """
        transport = self.transports[channel]
        try:
            if message.unsure_attempts and _standing(message) is None:
                self._look_for(transport, message, address)
            composed = self._compose(message)
            if composed is None:
                self._cancel(message)
                return None
            rendered, thread = composed
            if not self._is_in_time(message):
                return None
            act, posted = self._hand_over(transport, message, address, rendered, thread)
        except DeliveryError as error:
            recipient = recipient_of(message.audience)
            if error.recipient and recipient is not None:
                self._note_refusal(channel, message, recipient, address, error)
                if error.permanent and _standing(message) is None:
                    # Who is not in Slack gets mail: nothing for an operator to mend. The ledger has it too.
                    level = logging.INFO if channel is Channel.SLACK else logging.WARNING
                    log.log(level, "message %s: %s", message.key, error)
                    return error
            self._plan_retry(message, error)
        else:
            self._note(message, rendered, act, posted, shown_hash(transport, rendered))
        return None

    def _take(self, message_id: int) -> Message | None:
        now = self.clock()
        with self.database.writing() as session:
            return lease_message(session, message_id, holder=self.holder, now=now, until=now + LEASE)

    def _is_in_time(self, message: Message) -> bool:
        """Whether nobody can have taken the message over; who has it by now does the rest."""
        assert message.lease_until is not None
        return self.clock() < message.lease_until

    def _is_put_off(self, message: Message) -> bool:
        """Whether its reader does not want it now; one that may have arrived is looked for all the same."""
        if self.courtesy is None or message.unsure_attempts:
            return False
        with self.database.writing() as session:
            row = session.get_one(Message, message.id, with_for_update=True)
            if row.holder != self.holder or not self.courtesy.puts_off(session, row, self.clock()):
                return False
        self.result.put_off += 1
        return True

    def _look_for(self, transport: Transport, message: Message, address: Address) -> None:
        """An earlier attempt broke off: the channel may have the message already, wanted or not."""
        with self.database.reading() as session:
            thread = _thread_of(session, message)
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
                if rendered is None:
                    return None
                if message.transport == Channel.MAIL:
                    rendered = replace(rendered, footing=self.footing(session, message))
                return rendered, _thread_of(session, message)
        except SQLAlchemyError:
            raise
        except Exception as error:
            log.exception("message %s cannot be made", message.key)
            raise DeliveryError(f"cannot be made: {error!r}") from error

    def _cancel(self, message: Message) -> None:
        with self.database.writing() as session:
            if (row := leased_message(session, message)) is None:
                return
            _put_down(row, MessageState.CANCELLED)
        self.result.cancelled += 1

    def _hand_over(
        self,
        transport: Transport,
        message: Message,
        address: Address,
        rendered: Rendered,
        thread: Posted | None,
    ) -> tuple[str, Posted]:
        standing = _standing(message)
        if standing is not None:
            is_same = message.shown_hash == shown_hash(transport, rendered)
            if is_same or not transport.appearance(rendered):
                return "unchanged", standing
            transport.renew(standing, rendered, key=message.key)
            return "renew" if message.shown_hash else "found", standing
        return "post", transport.post(address, rendered, key=message.key, thread=thread)

    def _note(self, message: Message, rendered: Rendered, act: str, posted: Posted, shown: str) -> None:
        now, told = self.clock(), rendered.summary if rendered.private else rendered.text
        with self.database.writing() as session:
            if (row := leased_message(session, message)) is None:
                self._note_surplus(session, message, act, posted, now)
                return
            row.external_channel, row.external_ts = posted.channel, posted.ts
            if message.unsure_attempts:
                row.unsure_attempts, row.look_again_at = 0, now + LATE_ARRIVAL
            row.sent_at, row.renewed_at = row.sent_at or now, now
            row.shown_version = message.wanted_version
            is_current = row.shown_version == row.wanted_version
            _put_down(row, MessageState.SENT if is_current else MessageState.PENDING)
            if act != "unchanged":
                row.shown_hash, row.shown_text = shown, told
                note_delivery(session, row, act, now, text=told)
            if message.transport == Channel.MAIL and act in ("post", "renew"):
                note_arrival(session, posted.channel, now)
        match act:
            case "post":
                self.result.posted += 1
            case "renew":
                self.result.renewed += 1
            case "found":
                self.result.found += 1
            case _:
                self.result.unchanged += 1

    def _note_surplus(
        self, session: Session, message: Message, act: str, posted: Posted, now: datetime
    ) -> None:
        """Another sender took the message over before we were done: what we posted is one too many."""
        log.warning("message %s: taken over by another sender meanwhile", message.key)
        if act != "post":
            return
        row = session.get_one(Message, message.id)
        if row.external_ts is None:
            row.external_channel, row.external_ts = posted.channel, posted.ts
        row.look_again_at = now
        note_delivery(session, row, "attempt", now, error="a sender that was late posted it as well")

    def _remove_doubles(self) -> None:
        """Look whether what was sent again after an unsure outcome stands in its channel twice by now."""
        while places := self._places_to_look():
            for (transport, _, thread), messages in places.items():
                self._look_at_place(self.transports[transport], thread, messages)

    def _places_to_look(self) -> dict[tuple[str, str, Posted | None], list[Message]]:
        """Messages that are ours to look for now, by transport, channel and thread."""
        now = self.clock()
        found: dict[tuple[str, str, Posted | None], list[Message]] = {}
        with self.database.writing() as session:
            for message in take_looks(
                session, LOOKS_AT_ONCE, channels=self.transports.keys(), now=now, until=now + LEASE
            ):
                place = (message.transport, message.external_channel or "", _thread_of(session, message))
                found.setdefault(place, []).append(message)
        return found

    def _look_at_place(self, transport: Transport, thread: Posted | None, messages: list[Message]) -> None:
        kept = {message.key: posted for message in messages if (posted := _standing(message)) is not None}
        since = min(message.created_at for message in messages)
        removed: Mapping[str, int] = {}
        try:
            removed = transport.remove_doubles(kept, since=since, thread=thread)
        except DeliveryError as error:
            log.warning("messages %s: %s", ", ".join(kept), error)
            if not error.permanent:
                return  # looked for again when the lease is over
        with self.database.writing() as session:
            for message in messages:
                self._note_doubles(session.get_one(Message, message.id), removed.get(message.key, 0), session)

    def _note_doubles(self, row: Message, removed: int, session: Session) -> None:
        row.look_again_at = None
        for _ in range(removed):
            note_delivery(session, row, "removed", self.clock())
        self.result.removed += removed

    def _note_route(self, message: Message, channel: Channel, reason: Reason) -> None:
        """Keep that a message goes by another channel than was thought, before it does."""
        if message.transport == channel:
            return
        message.transport = channel.value
        with self.database.writing() as session:
            row = session.get_one(Message, message.id)
            row.transport = channel.value
            note_delivery(session, row, "route", self.clock(), text=reason.value)

    def _note_refusal(
        self, channel: Channel, message: Message, recipient: str, address: Address, error: DeliveryError
    ) -> None:
        """Keep what a channel said of somebody."""
        now = self.clock()
        if error.permanent:
            self._chooser.note_not_found(recipient, channel)
        with self.database.writing() as session:
            if channel is Channel.MAIL and address.email is not None:
                state = MailState.HARD if error.permanent else MailState.SOFT
                refusal = note_refusal(session, address.email, recipient, state, str(error), now)
                if state is MailState.HARD:
                    tell_bounce(session, refusal, now)
            if error.permanent:
                row = session.get_one(Message, message.id)
                note_delivery(session, row, "attempt", now, error=str(error))

    def _set_aside(self, message: Message, reason: Reason, refusal: DeliveryError | None) -> bool:
        """There is no channel left. refusal: what the last one said, which is in the ledger already."""
        if refusal is not None:
            self._give_up(message, str(refusal))
        elif reason is Reason.NOT_SET_UP:
            self._hold(message)
            return False
        else:
            who = recipient_of(message.audience)
            error = DeliveryError(NOBODY_REACHED[reason].format(who=who), permanent=True)
            self._plan_retry(message, error)
        return True

    def _give_up(self, message: Message, why: str) -> None:
        with self.database.writing() as session:
            if (row := leased_message(session, message)) is None:
                return
            row.last_error = why
            _put_down(row, MessageState.FAILED)
        self.result.failed += 1

    def _plan_retry(self, message: Message, error: DeliveryError) -> None:
        now = self.clock()
        log.warning("message %s: %s", message.key, error)
        with self.database.writing() as session:
            if (row := leased_message(session, message)) is None:
                return
            row.last_error = str(error)
            row.unsure_attempts += error.unsure and row.external_ts is None
            note_delivery(session, row, "attempt", now, error=str(error))
            is_hopeless = row.attempts >= self.rules.give_up_after_attempts and not error.outage
            if error.permanent or is_hopeless:
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
            if (row := leased_message(session, message)) is None:
                return
            _put_down(row, MessageState.PENDING, keep_attempts=True)
            row.attempts -= 1


def shown_hash(transport: Transport, rendered: Rendered) -> str:
    """Equal for messages that look the same in the channel."""
    return hashlib.blake2b(transport.appearance(rendered).encode(), digest_size=16).hexdigest()


def _standing(message: Message) -> Posted | None:
    if message.external_channel is None or message.external_ts is None:
        return None
    return Posted(channel=message.external_channel, ts=message.external_ts)


def _thread_of(session: Session, message: Message) -> Posted | None:
    if message.parent_id is None:
        return None
    parent = session.get_one(Message, message.parent_id)
    return _standing(parent) if parent.transport == message.transport else None


def _put_down(row: Message, state: MessageState, *, keep_attempts: bool = False) -> None:
    row.state, row.holder, row.lease_until = state, "", None
    if not keep_attempts:
        row.attempts = 0
        row.last_error = "" if state == MessageState.SENT else row.last_error


def _wait_after(attempts: int) -> timedelta:
    doublings: int = 2 ** min(attempts, 12)
    return min(LONGEST_WAIT, FIRST_WAIT * doublings)
