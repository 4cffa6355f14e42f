"""What came in, and what goes wrong on demand."""

from base64 import b64encode
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from email import message_from_bytes
from email.message import EmailMessage
from email.policy import compat32, default
from enum import StrEnum
from threading import Lock


class FaultKind(StrEnum):
    """What a mail server can do to a mail."""

    GREYLIST = "greylist"  # 451: come back later
    REFUSE = "refuse"  # 550: no such mailbox
    FULL = "full"  # 552: the mailbox is full
    NO_RELAY = "no_relay"  # 550 5.7.1: about the sender, not the recipient
    REFUSE_TEXT = "refuse_text"  # 554 after the text: taken for spam
    DROP_AFTER_STORING = "drop_after_storing"  # the mail is kept, the sender never hears it
    DROP_BEFORE_STORING = "drop_before_storing"  # the connection ends, nothing is kept
    DOWN = "down"  # 421: no service


AT_RECIPIENT = frozenset({FaultKind.GREYLIST, FaultKind.REFUSE, FaultKind.FULL, FaultKind.NO_RELAY})
AT_TEXT = frozenset({FaultKind.REFUSE_TEXT, FaultKind.DROP_AFTER_STORING, FaultKind.DROP_BEFORE_STORING})
AT_START = frozenset({FaultKind.DOWN})


@dataclass
class Fault:
    """One fault that waits for its occasion.

    address: only for mail to this address; "" for every one. times: how often still; None for always.
    """

    kind: FaultKind
    address: str = ""
    times: int | None = 1


@dataclass(frozen=True, kw_only=True)
class Mail:
    """One mail as it came in. number: 1 for the first. content: bytes as they were received.

    sender, recipient: of the envelope. same_as: number of an earlier mail with this Message-ID, of
    which a mail program shows one; None if there is none.
    """

    number: int
    received_at: datetime
    sender: str
    recipient: str
    content: bytes
    same_as: int | None = None

    @property
    def message(self) -> EmailMessage:
        """The mail, read."""
        return message_from_bytes(self.content, policy=default)

    @property
    def subject(self) -> str:
        return str(self.message["Subject"])

    @property
    def text(self) -> str:
        """The part as plain text; "" if there is none."""
        return self._body("plain")

    @property
    def html(self) -> str:
        """The part as HTML; "" if there is none."""
        return self._body("html")

    @property
    def shown_html(self) -> str:
        """The HTML with the pictures that came in the mail itself, as a mail program shows it."""
        shown = self.html
        for part in self.message.walk():
            cid = str(part["Content-ID"] or "").strip("<>")
            if cid and part.get_content_maintype() == "image":
                image = b64encode(part.get_content()).decode()
                shown = shown.replace(f"cid:{cid}", f"data:{part.get_content_type()};base64,{image}")
        return shown

    def _body(self, kind: str) -> str:
        part = self.message.get_body(preferencelist=(kind,))
        return "" if part is None else str(part.get_content()).replace("\r\n", "\n")


@dataclass
class MailBox:
    """Every mail that came in, oldest first, and the faults that wait. Used by several threads."""

    _mails: list[Mail] = field(default_factory=list)
    _first: dict[tuple[str, str], int] = field(default_factory=dict)
    _faults: list[Fault] = field(default_factory=list)
    _lock: Lock = field(default_factory=Lock)

    def mails(self, recipient: str = "") -> Sequence[Mail]:
        """All mails; only those to an address if it is given."""
        with self._lock:
            return [mail for mail in self._mails if recipient in ("", mail.recipient)]

    def mail(self, number: int) -> Mail | None:
        """The mail with this number; None if there is none."""
        with self._lock:
            return self._mails[number - 1] if 1 <= number <= len(self._mails) else None

    def keep(self, sender: str, recipient: str, content: bytes, now: datetime) -> Mail:
        """Keep a mail that came in."""
        message_id = str(message_from_bytes(content, policy=compat32)["Message-ID"])
        with self._lock:
            number = len(self._mails) + 1
            first = self._first.setdefault((recipient, message_id), number)
            mail = Mail(
                number=number,
                received_at=now,
                sender=sender,
                recipient=recipient,
                content=content,
                same_as=None if first == number else first,
            )
            self._mails.append(mail)
            return mail

    def faults(self) -> Sequence[Fault]:
        """The faults that wait."""
        with self._lock:
            return list(self._faults)

    def add_fault(self, kind: FaultKind, address: str = "", times: int | None = 1) -> None:
        """Let something go wrong."""
        with self._lock:
            self._faults.append(Fault(kind, address, times))

    def take_fault(self, kinds: frozenset[FaultKind], address: str = "") -> FaultKind | None:
        """The first fault of these kinds for an address, used up once; None if all goes well."""
        with self._lock:
            for fault in self._faults:
                if fault.kind in kinds and fault.address in ("", address):
                    if fault.times is not None:
                        fault.times -= 1
                        if fault.times <= 0:
                            self._faults.remove(fault)
                    return fault.kind
        return None

    def clear(self) -> None:
        """Forget every mail and every fault."""
        with self._lock:
            self._mails.clear()
            self._first.clear()
            self._faults.clear()

    def end_faults(self) -> None:
        """Nothing goes wrong any more."""
        with self._lock:
            self._faults.clear()
