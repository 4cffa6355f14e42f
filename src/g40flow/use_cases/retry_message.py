"""Giving a message that failed another chance."""

from datetime import datetime

from sqlalchemy import update
from sqlmodel import Session, col

from g40flow.domain.errors import NotFound, StaleVersion
from g40flow.storage.tables import Message, MessageState


def retry_message(session: Session, message_id: int, *, now: datetime) -> None:
    """Put a failed message in the outbox again.

    Raises NotFound, or StaleVersion if it has not failed or was put back already.
    """
    message = session.get(Message, message_id)
    if message is None:
        raise NotFound(f"bericht {message_id} bestaat niet")
    if message.state != MessageState.FAILED:
        raise StaleVersion(f"bericht {message_id} is niet mislukt (staat: {message.state})")
    message.state = MessageState.PENDING
    message.next_attempt_at = now
    session.add(message)


def retry_failed_messages(session: Session, *, now: datetime) -> int:
    """Put every failed message in the outbox again, after what made them fail was mended."""
    failed = (
        update(Message)
        .where(col(Message.state) == MessageState.FAILED)
        .values(state=MessageState.PENDING, next_attempt_at=now)
    )
    return int(session.connection().execute(failed).rowcount)
