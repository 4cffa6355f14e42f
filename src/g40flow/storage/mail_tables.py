"""Tables of mail. Columns named *_at hold aware UTC instants. Queries: g40flow.storage.mail_states."""

from datetime import datetime

from sqlmodel import Field

from g40flow.domain.reach import MailState
from g40flow.storage.columns import Table, instant, long_text, word


class MailAddressState(Table, table=True):
    """How mail to one address fares; there is no row for an address that never refused anything.

    address_mark: see g40flow.domain.mail_address.address_mark; an address that is mended is another.
    person: slug of who had it when it refused, or the audience of somebody without an account
        ("invitation:12"), see g40flow.use_cases.recipients. since_at: when it came into this state.
    reason: what the mail server said, short. refusals: how many in a row.
    """

    __tablename__ = "mail_address_state"
    address_mark: str = Field(primary_key=True)
    person: str = Field(index=True)
    state: MailState = word(MailState)
    since_at: datetime = instant()
    reason: str = long_text()
    refusals: int = 0
