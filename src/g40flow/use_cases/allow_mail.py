"""Letting mail to somebody go again, after the address was looked at."""

from datetime import datetime

from sqlalchemy import update
from sqlmodel import Session, col

from g40flow.domain.errors import NotFound
from g40flow.domain.network import Network
from g40flow.storage.access import effective_person
from g40flow.storage.mail_states import forget_refusals
from g40flow.storage.tables import Message, MessageState
from g40flow.use_cases.choose_channel import PERSON


def allow_mail(session: Session, network: Network, slug: str, *, now: datetime) -> tuple[int, int]:
    """Forget what was refused for a person, and put back what failed meanwhile.

    Returns (addresses that were refused, messages that go again). Raises NotFound.
    """
    if effective_person(session, network, slug) is None:
        raise NotFound(f"er is geen persoon {slug!r}")
    put_back = (
        update(Message)
        .where(
            col(Message.audience) == f"{PERSON}{slug}",
            col(Message.state) == MessageState.FAILED,
        )
        .values(state=MessageState.PENDING, next_attempt_at=now, attempts=0)
    )
    return forget_refusals(session, slug), int(session.connection().execute(put_back).rowcount)
