"""Which mail addresses refuse mail, and since when."""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import delete, select
from sqlmodel import Session, col

from g40flow.domain.mail_address import address_mark
from g40flow.domain.reach import MailState
from g40flow.storage.mail_tables import MailAddressState


def mail_state(session: Session, address: str) -> MailState:
    """How mail to an address fares."""
    row = session.get(MailAddressState, address_mark(address))
    return MailState.OK if row is None else MailState(row.state)


def note_refusal(
    session: Session, address: str, person: str, state: MailState, reason: str, now: datetime
) -> MailAddressState:
    """Keep that mail to an address was refused. An address that is refused for good stays so."""
    mark = address_mark(address)
    row = session.get(MailAddressState, mark)
    if row is None:
        row = MailAddressState(address_mark=mark, person=person, state=state, since_at=now)
    if row.state != state and row.state != MailState.HARD:
        row.state, row.since_at = state, now
    row.person, row.reason = person, reason
    row.refusals += 1
    session.add(row)
    return row


def note_arrival(session: Session, address: str, now: datetime) -> None:
    """Keep that mail to an address was taken."""
    row = session.get(MailAddressState, address_mark(address))
    if row is not None and row.state != MailState.OK:
        row.state, row.since_at, row.reason, row.refusals = MailState.OK, now, "", 0
        session.add(row)


def refusing_addresses(session: Session) -> Sequence[MailAddressState]:
    """Every address that refuses mail, those that do for good first, then by person."""
    query = select(MailAddressState).where(col(MailAddressState.state) != MailState.OK)
    return session.scalars(query.order_by(col(MailAddressState.state), col(MailAddressState.person))).all()


def forget_refusals(session: Session, person: str) -> int:
    """Forget what addresses of a person refused; returns how many addresses refused something."""
    gone = delete(MailAddressState).where(
        col(MailAddressState.person) == person, col(MailAddressState.state) != MailState.OK
    )
    return int(session.connection().execute(gone).rowcount)
