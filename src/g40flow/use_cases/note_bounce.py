"""A mail turned out not to have arrived, hours after its server had taken it."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from sqlmodel import Session

from g40flow.domain.mail_address import address_mark
from g40flow.domain.reach import Channel, MailState
from g40flow.notify.mail_bounce import Bounce
from g40flow.storage.mail_states import note_refusal
from g40flow.storage.messages import note_delivery, sent_as, was_rerouted
from g40flow.storage.tables import Message, MessageState
from g40flow.use_cases.recipients import recipient_of
from g40flow.use_cases.tell_operators import tell_bounce


@dataclass(frozen=True, kw_only=True)
class Noted:
    """What a notice led to. refused: recipients that get no mail any more until somebody allows it.

    late: mails that are only late. failed: mails that did not arrive for a reason that passes or that is
    not about the address. unknown: nothing of ours, or known already.
    """

    refused: tuple[str, ...] = ()
    late: int = 0
    failed: int = 0
    unknown: int = 0


def note_bounces(session: Session, bounces: Iterable[Bounce], now: datetime) -> Noted:
    """Keep what is about mail that we sent to exactly that address; everything else is left alone.

    Who is refused for good gets the message by another channel if there is one.
    """
    refused: list[str] = []
    late = failed = unknown = 0
    for bounce in bounces:
        message = sent_as(session, bounce.message_ids)
        recipient = None if message is None else recipient_of(message.audience)
        if message is None or recipient is None or not _was_sent_to(message, bounce.address):
            unknown += 1
            continue
        state = MailState.HARD if bounce.is_gone else MailState.SOFT
        refusal = note_refusal(session, bounce.address, recipient, state, bounce.reason, now)
        note_delivery(session, message, "attempt", now, error=bounce.reason)
        if not bounce.is_final:
            late += 1
        elif bounce.is_gone:
            refused.append(recipient)
            tell_bounce(session, refusal, now)
            _send_again(session, message, now)
        else:
            failed += 1
            _set_down(message, MessageState.FAILED, bounce.reason, now)
    return Noted(refused=tuple(refused), late=late, failed=failed, unknown=unknown)


def _was_sent_to(message: Message, address: str) -> bool:
    sent_to = message.external_channel or ""
    return message.transport == Channel.MAIL and address_mark(sent_to) == address_mark(address)


def _send_again(session: Session, message: Message, now: datetime) -> None:
    """The outbox finds another channel, or says that there is none. What asked for mail stays with mail."""
    if was_rerouted(session, message):
        message.transport = Channel.SLACK.value
    _set_down(message, MessageState.PENDING, "", now)


def _set_down(message: Message, state: MessageState, error: str, now: datetime) -> None:
    message.state, message.last_error = state, error
    message.external_channel = message.external_ts = None
    message.shown_hash, message.attempts, message.next_attempt_at = "", 0, now
