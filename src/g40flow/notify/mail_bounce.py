"""Reading the notice that a mail did not arrive after all (RFC 3464), as servers send it hours later.

Anybody can write such a notice, so what is in it is a claim: whoever acts on it first looks whether the
mail it names was really sent to the address it names.
"""

import email
import re
from dataclasses import dataclass
from email.errors import MessageError
from email.message import Message
from email.policy import compat32

from g40flow.domain.mail_address import usable_address
from g40flow.domain.outside_text import cut, one_line
from g40flow.notify.mail_calls import is_gone

LARGEST_NOTICE = 1_000_000
"""Bytes; servers add the mail that came back, which is small."""

MOST_PARTS = 50
_STATUS = re.compile(r"[245]\.[0-9]{1,3}\.[0-9]{1,3}(?![0-9])", re.ASCII)
_REPLY = re.compile(r"[245][0-9]{2}(?![0-9])", re.ASCII)
_MESSAGE_ID = re.compile(r"<[^<>@\s]{1,100}@[^<>@\s]{1,200}>")


@dataclass(frozen=True, kw_only=True)
class Bounce:
    """One address that a mail did not reach.

    message_ids: of that mail, and of the one it follows in its thread, with their brackets.
    is_gone: the address takes no mail any more; otherwise the mail was refused for another reason, or
        is only late. is_final: nobody tries any longer. reason: what was said, short, without the address.
    """

    message_ids: tuple[str, ...]
    address: str
    is_gone: bool
    is_final: bool
    reason: str


def read_bounces(notice: bytes) -> tuple[Bounce, ...]:
    """Every address that a notice is about; empty for any other mail, however it is built."""
    if len(notice) > LARGEST_NOTICE:
        return ()
    try:
        mail = email.message_from_bytes(notice, policy=compat32)
        parts = list(mail.walk())[:MOST_PARTS]
    except (MessageError, ValueError, LookupError, RecursionError):
        return ()
    if mail.get_content_type() != "multipart/report":
        return ()
    message_ids = _originals(parts)
    blocks = [block for part in parts if part.get_content_type() == STATUS for block in _blocks(part)]
    if not message_ids:
        return ()
    found = (_bounce(block, message_ids) for block in blocks)
    return tuple(bounce for bounce in found if bounce is not None)


STATUS = "message/delivery-status"
ORIGINALS = frozenset({"message/rfc822", "text/rfc822-headers", "message/rfc822-headers"})


def _blocks(part: Message) -> list[Message]:
    payload = part.get_payload()
    return [block for block in payload if isinstance(block, Message)] if isinstance(payload, list) else []


def _originals(parts: list[Message]) -> tuple[str, ...]:
    """What the mail that came back was called, and the one it follows."""
    for part in parts:
        if part.get_content_type() not in ORIGINALS:
            continue
        headers = _headers_in(part)
        named = [str(headers.get(name, "")) for name in ("Message-ID", "In-Reply-To")]
        found = [match[0] for text in named if (match := _MESSAGE_ID.search(text))]
        if found:
            return tuple(dict.fromkeys(found))
    return ()


def _headers_in(part: Message) -> Message:
    payload = part.get_payload()
    if isinstance(payload, list) and payload and isinstance(payload[0], Message):
        return payload[0]
    raw = part.get_payload(decode=True)
    return email.message_from_bytes(raw if isinstance(raw, bytes) else b"", policy=compat32)


def _bounce(block: Message, message_ids: tuple[str, ...]) -> Bounce | None:
    action = str(block.get("Action", "")).strip().lower()
    if action not in ("failed", "delayed"):
        return None
    named = [_address(block.get(name)) for name in ("Original-Recipient", "Final-Recipient")]
    address = next((one for one in named if one is not None), None)
    if address is None:
        return None
    said = one_line(str(block.get("Diagnostic-Code", ""))).partition(";")[2].strip()
    status = _STATUS.search(str(block.get("Status", "")))
    code = _REPLY.match(said)
    reason = cut(re.sub(re.escape(address), "…", said, flags=re.IGNORECASE), 200)
    words = f"{status[0] if status else ''} {reason}".strip()
    is_final = action == "failed"
    gone = is_gone(int(code[0]) if code else 500, status[0] if status else _enhanced(said))
    return Bounce(
        message_ids=message_ids, address=address, is_gone=is_final and gone, is_final=is_final, reason=words
    )


def _enhanced(said: str) -> str:
    found = _STATUS.search(said)
    return found[0] if found else said


def _address(field: object) -> str | None:
    """ "rfc822; anna@example.nl"; None for what is no address of mail."""
    kind, _, address = str(field or "").partition(";")
    if kind.strip().lower() != "rfc822":
        return None
    return usable_address(address.strip().strip("<>"))
