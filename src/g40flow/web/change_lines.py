"""What changed, field by field, with lists told as what came and what went."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from g40flow.render.dutch import short_day, short_moment

MOST_SHOWN = 12
LONGEST_SHOWN = 400


@dataclass(frozen=True, kw_only=True)
class ChangeLine:
    """One field that changed. For a list: added and removed; else old and new, "" for nothing."""

    field: str
    old: str = ""
    new: str = ""
    added: tuple[str, ...] = ()
    removed: tuple[str, ...] = ()

    @property
    def is_list(self) -> bool:
        """Whether this is told as what came and what went."""
        return bool(self.added or self.removed)


def change_lines(changes: Sequence[dict[str, Any]], today: date) -> list[ChangeLine]:
    """One line per change of a revision, in its order."""
    return [_line(change["field"], change["old"], change["new"], today) for change in changes]


def _line(field: str, old: Any, new: Any, today: date) -> ChangeLine:
    if isinstance(old, list) or isinstance(new, list):
        before, after = _texts(old), _texts(new)
        added = tuple(text for text in after if text not in before)
        removed = tuple(text for text in before if text not in after)
        return ChangeLine(field=field, added=added[:MOST_SHOWN], removed=removed[:MOST_SHOWN])
    return ChangeLine(field=field, old=_shown(old, today), new=_shown(new, today))


def _texts(value: Any) -> list[str]:
    return [_short(str(part)) for part in value] if isinstance(value, list) else []


def _shown(value: Any, today: date) -> str:
    """A date or moment in Dutch; anything else as it is."""
    if value is None:
        return ""
    text = str(value)
    try:
        if len(text) == len("2026-03-13"):
            return short_day(date.fromisoformat(text), today)
        if "T" in text[:11]:
            return short_moment(datetime.fromisoformat(text), today)
    except ValueError:
        return _short(text)  # it only looked like a date
    return _short(text)


def _short(text: str) -> str:
    return text if len(text) <= LONGEST_SHOWN else text[:LONGEST_SHOWN] + "…"
