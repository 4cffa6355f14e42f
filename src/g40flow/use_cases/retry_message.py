"""Giving a message that failed another chance."""

from datetime import datetime

from sqlmodel import Session

from g40flow.domain.errors import NotFound
from g40flow.storage.tables import Message, MessageState


def retry_message(session: Session, message_id: int, *, now: datetime) -> None:
    """Put a failed message in the outbox again. Raises NotFound if there is no such failed message."""
    message = session.get(Message, message_id)
    if message is None or message.state != MessageState.FAILED:
        state = "onbekend" if message is None else message.state
        raise NotFound(f"bericht {message_id} is niet mislukt (staat: {state})")
    message.state = MessageState.PENDING
    message.next_attempt_at = now
    session.add(message)
