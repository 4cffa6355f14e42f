"""Letting mail to somebody go again, after the address was looked at."""

from datetime import datetime

from sqlalchemy import update
from sqlmodel import Session, col

from g40flow.domain.errors import NotFound
from g40flow.domain.network import Network
from g40flow.storage.mail_states import forget_refusals
from g40flow.storage.tables import Message, MessageState
from g40flow.use_cases.recipients import audience_of_recipient, is_known_recipient


def allow_mail(session: Session, network: Network, recipient: str, *, now: datetime) -> tuple[int, int]:
    """Forget what was refused for a recipient, and put back what failed meanwhile.

    Returns (addresses that were refused, messages that go again). Raises NotFound.
    """
    if not is_known_recipient(session, network, recipient):
        raise NotFound(f"er is geen persoon {recipient!r}")
    put_back = (
        update(Message)
        .where(
            col(Message.audience) == audience_of_recipient(recipient),
            col(Message.state) == MessageState.FAILED,
        )
        .values(state=MessageState.PENDING, next_attempt_at=now, attempts=0)
    )
    return forget_refusals(session, recipient), int(session.connection().execute(put_back).rowcount)
