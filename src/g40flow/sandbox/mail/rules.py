"""What this server demands of a mail, stricter than most: whoever satisfies it satisfies all."""

import re
from collections.abc import Iterator
from email import message_from_bytes
from email.policy import compat32

LONGEST_LINE = 998
"""RFC 5322, 2.1.1, without the end of the line."""
LONGEST_ENCODED_LINE = 76
"""RFC 2047, 2: of a header line with an encoded word."""

NEEDED = ("From", "To", "Subject", "Date", "Message-ID", "MIME-Version")
ONCE = (*NEEDED, "Content-Type", "Reply-To", "In-Reply-To", "References", "Sender", "Cc")


def objections(content: bytes) -> Iterator[str]:
    """What is wrong with a mail, in English; nothing if it is right. content: as received, CRLF."""
    lines = content.split(b"\r\n")
    if any(b"\n" in line or b"\r" in line for line in lines):
        yield "a line ends in half of CRLF"
    if any(len(line) > LONGEST_LINE for line in lines):
        yield f"a line is longer than {LONGEST_LINE}"
    if not content.isascii():
        yield "8-bit text that was not announced"
    yield from _about_headers(content)


def _about_headers(content: bytes) -> Iterator[str]:
    head = content.partition(b"\r\n\r\n")[0].decode("ascii", "replace")
    if "\0" in head:
        yield "a header holds a NUL"
    for line in head.split("\r\n"):
        if re.search(r"=\?[^?]+\?[bqBQ]\?", line) and len(line) > LONGEST_ENCODED_LINE:
            yield f"a header line with an encoded word is longer than {LONGEST_ENCODED_LINE}"
        if not re.match(r"[ \t]+\S|[!-9;-~]+:", line):
            yield "a header line is neither a header nor its continuation"
    message = message_from_bytes(content, policy=compat32)
    for name in NEEDED:
        if name not in message:
            yield f"no {name}"
    for name in ONCE:
        if len(message.get_all(name, [])) > 1:
            yield f"{name} more than once"
    for name in ("Message-ID", "In-Reply-To", "References"):
        if name in message and not re.fullmatch(r"(\s*<[^<>\s]+@[^<>\s]+>)+", str(message[name])):
            yield f"{name} is no list of message ids"
