"""Text from outside as Markdown that shows exactly that text."""

import re

from markupsafe import Markup

from g40flow.domain.outside_text import one_line

_ALWAYS = re.compile(r"[\\`*_\[\]<>|~]")
_ENTITY = re.compile(r"&(?=#?\w{1,31};)")
_AT_THE_BEGINNING = re.compile(r"^(?:(#{1,6}|[-+=>]+)(?=\s|$|[-+=])|(\d{1,9})([.)])(?=\s|$))")


def as_text(value: object) -> Markup:
    """A value as Markdown that shows exactly it, on one line; Markdown of our own as it is."""
    if isinstance(value, Markup):
        return value
    escaped = _ENTITY.sub(r"\\&", _ALWAYS.sub(r"\\\g<0>", one_line(str(value))))
    # The escaping has just been done; Markup only says so.
    return Markup(_AT_THE_BEGINNING.sub(_mark_escaped, escaped))  # noqa: S704


def _mark_escaped(found: re.Match[str]) -> str:
    marks, number, dot = found.groups()
    return f"\\{marks}" if marks else f"{number}\\{dot}"
