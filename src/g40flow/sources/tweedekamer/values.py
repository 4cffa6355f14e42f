"""Values as the Tweede Kamer writes them: instants of mixed precision, days, numbers, HTML notes.

Every reader takes the text of an element and returns the JSON value that is kept, or None for a
text that says nothing. A text that cannot be what its field promises raises ValueError.
"""

import re
from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta

from lxml import etree

from g40flow.domain.instants import AMSTERDAM, dutch_instant, require_aware

_GUID = re.compile(r"[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}")
_SPACES = re.compile(r"\s+")
_CONTROL = re.compile(r"[\x00-\x08\x0e-\x1b\x7f-\x84\x86-\x9f]")
_TAG = re.compile(r"<[^<>]*>?")
_LONGEST_MARKUP = 200_000
_LONGEST_NOTE = 20_000
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
_UNSEEN = frozenset({"script", "style", "template", "head", "title"})


def guid(text: str) -> str:
    """An identifier in lower case. Raises ValueError for anything but a GUID."""
    lowered = text.strip().lower()
    if _GUID.fullmatch(lowered) is None:
        raise ValueError(f"expected a GUID, found {text[:60]!r}")
    return lowered


def words(text: str) -> str | None:
    """Text on one line without control characters: some titles come with line breaks, end in a space."""
    return _SPACES.sub(" ", _CONTROL.sub("", text)).strip() or None


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
    """The words of an HTML note, one line per block, without markup, scripts or styles.

    Broken markup is read as a browser would; a note longer than people read is cut.
    """
    if "<" in html or "&" in html:
        html = "".join(_visible(html[:_LONGEST_MARKUP]))
    lines = (words(line) for line in html.split("\n"))
    return "\n".join(line for line in lines if line)[:_LONGEST_NOTE] or None


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


def _visible(html: str) -> Iterator[str]:
    """Texts in the order of the document, with a line break around every block.

    libxml2 rather than html.parser, which fails on some broken declarations and takes quadratic
    time on others.
    """
    parser = etree.HTMLParser(
        encoding="utf-8", no_network=True, huge_tree=False, remove_comments=True, remove_pis=True
    )
    try:
        root = etree.fromstring(f"<div>{html}</div>".encode("utf-8", "replace"), parser)
    except (etree.LxmlError, ValueError):
        yield _TAG.sub(" ", html)
        return
    walk = etree.iterwalk(root, events=("start", "end"))
    for event, element in walk:
        if event == "start" and element.tag in _UNSEEN:
            walk.skip_subtree()
            continue
        if element.tag in _BLOCKS:
            yield "\n"
        yield (element.text if event == "start" else element.tail) or ""
