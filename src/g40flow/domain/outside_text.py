"""Text from outside made harmless: nothing invisible, nothing that Slack acts on, never too long."""

import unicodedata
from collections.abc import Callable

_MEANING_IN_MRKDWN = {"&": "&amp;", "<": "&lt;", ">": "&gt;"}
# Cc control, Cf format (bidi overrides, zero width), Cs surrogates, Co private use, Cn unassigned.
_INVISIBLE = frozenset({"Cc", "Cf", "Cs", "Co", "Cn"})


def one_line(text: str) -> str:
    """The visible characters of a text on one line, with single blanks; "" if there are none."""
    if text.isprintable():  # nearly always: nothing in it is invisible, and its only blank is the blank
        return " ".join(text.split())
    if text.isprintable():  # which invisible characters are not, and of what is blank only the space is
        return " ".join(text.split())
    visible = (_visible(character) for character in text)
    return " ".join("".join(visible).split())


def several_lines(text: str) -> str:
    """The visible characters of a text with its lines kept, blank ones at most one in a row; "" if none."""
    lines = (one_line(line) for line in text.replace("\r\n", "\n").replace("\r", "\n").split("\n"))
    kept: list[str] = []
    for line in lines:
        if line or (kept and kept[-1]):
            kept.append(line)
    return "\n".join(kept).strip("\n")


def _visible(character: str) -> str:
    if character.isspace():
        return " "
    return "" if unicodedata.category(character) in _INVISIBLE else character


def escape_mrkdwn(text: str) -> str:
    """The text as it must stand in Slack's markup to be shown as it is.

    Exactly these three characters, see https://docs.slack.dev/messaging/formatting-message-text.
    """
    return "".join(_MEANING_IN_MRKDWN.get(character, character) for character in text)


def cut(text: str, limit: int, escape: Callable[[str], str] = str) -> str:
    """The text, escaped, in at most `limit` characters; what was cut ends in "…".

    escape: of one character; what it makes of a character is never cut in half.
    """
    if escape is str and len(text) <= limit:
        return text
    pieces = [escape(character) for character in text]
    if sum(map(len, pieces)) <= limit:
        return "".join(pieces)
    kept: list[str] = []
    used = 0
    for piece in pieces:
        if used + len(piece) > limit - 1:
            break
        kept.append(piece)
        used += len(piece)
    return "".join(kept).rstrip() + "…"


def whole_number(text: str) -> int | None:
    """A number of at most 18 ASCII digits, as a form or a button sends it; None for anything else."""
    return int(text) if text.isascii() and text.isdecimal() and len(text) <= 18 else None
