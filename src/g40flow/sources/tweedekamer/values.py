"""Values as the Tweede Kamer writes them: instants of mixed precision, days, numbers, HTML notes.

Every reader takes the text of an element and returns the JSON value that is kept, or None for a
text that says nothing. A text that cannot be what its field promises raises ValueError.
"""

import re
from datetime import UTC, date, datetime, timedelta
from html.parser import HTMLParser

from g40flow.domain.instants import AMSTERDAM, dutch_instant, require_aware

_GUID = re.compile(r"[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}")
_SPACES = re.compile(r"\s+")
_FIRST_YEAR = 1800  # older "dates" (0001-01-01) stand for an empty field
_LAST_YEAR = 2999
_BLOCKS = frozenset({"br", "p", "div", "li", "ul", "ol", "tr", "table", "h1", "h2", "h3", "h4"})
_MONTHS = (
    "januari",
    "februari",
    "maart",
    "april",
    "mei",
    "juni",
    "juli",
    "augustus",
    "september",
    "oktober",
    "november",
    "december",
)
_UNSEEN = frozenset({"script", "style", "head", "title"})


def guid(text: str) -> str:
    """An identifier in lower case. Raises ValueError for anything but a GUID."""
    lowered = text.strip().lower()
    if _GUID.fullmatch(lowered) is None:
        raise ValueError(f"expected a GUID, found {text[:60]!r}")
    return lowered


def words(text: str) -> str | None:
    """Text on one line: some titles come with line breaks and end in a space."""
    return _SPACES.sub(" ", text).strip() or None


def number(text: str) -> int | None:
    """A whole number."""
    stripped = text.strip()
    return int(stripped) if stripped else None


def truth(text: str) -> bool | None:
    """An xs:boolean."""
    match text.strip().lower():
        case "":
            return None
        case "true" | "1":
            return True
        case "false" | "0":
            return False
        case _:
            raise ValueError(f"expected true or false, found {text[:60]!r}")


def utc_instant(text: str) -> datetime | None:
    """The publisher's own clock (`bijgewerkt`, `updated`): without a zone it is UTC, says the XSD."""
    moment = _moment(text)
    if moment is None:
        return None
    return moment.replace(tzinfo=UTC) if moment.tzinfo is None else require_aware(moment)


def dutch_moment(text: str) -> str | None:
    """A time on the agenda as UTC in ISO form; without a zone it is read as Dutch wall-clock time."""
    moment = _moment(text)
    if moment is None:
        return None
    if moment.tzinfo is None:
        moment = dutch_instant(moment.date(), moment.time())
    return require_aware(moment).isoformat(timespec="seconds")


def dutch_day(text: str) -> str | None:
    """A day on the agenda as YYYY-MM-DD; the zone counts where there is one (23:00Z is the next day)."""
    moment = _moment(text)
    if moment is None:
        return None
    if moment.tzinfo is not None:
        moment = moment.astimezone(AMSTERDAM)
    return moment.date().isoformat()


def plain_text(html: str) -> str | None:
    """The words of an HTML note, one line per block, without markup, scripts or styles."""
    reader = _NoteReader()
    reader.feed(html)
    reader.close()
    lines = (_SPACES.sub(" ", line).strip() for line in "".join(reader.parts).split("\n"))
    return "\n".join(line for line in lines if line) or None


def as_instant(value: object) -> datetime | None:
    """What dutch_moment kept, as aware UTC; None for an absent field."""
    return datetime.fromisoformat(value) if isinstance(value, str) else None


def as_day(value: object) -> date | None:
    """What dutch_day kept, as a date; None for an absent field."""
    return date.fromisoformat(value) if isinstance(value, str) else None


def dutch_words(day: date) -> str:
    """A day as people write it: "4 december 2026"."""
    return f"{day.day} {_MONTHS[day.month - 1]} {day.year}"


def _moment(text: str) -> datetime | None:
    stripped = text.strip()
    if not stripped:
        return None
    midnight_after = "T24:00:00" in stripped  # xs:dateTime allows it, Python 3.11 does not
    moment = datetime.fromisoformat(stripped.replace("T24:00:00", "T00:00:00"))
    if not _FIRST_YEAR <= moment.year <= _LAST_YEAR:
        return None
    return moment + timedelta(days=1) if midnight_after else moment


class _NoteReader(HTMLParser):
    """Gathers the visible words of a note."""

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.parts: list[str] = []
        self._unseen = 0

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag in _UNSEEN:
            self._unseen += 1
        elif tag in _BLOCKS:
            self.parts.append("\n")

    def handle_endtag(self, tag: str) -> None:
        if tag in _UNSEEN:
            self._unseen = max(0, self._unseen - 1)
        elif tag in _BLOCKS:
            self.parts.append("\n")

    def handle_data(self, data: str) -> None:
        if not self._unseen:
            self.parts.append(data)
