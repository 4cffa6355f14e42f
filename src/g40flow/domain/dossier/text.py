"""A text of a dossier: its one written form, its content hash, and what changed between two texts.

A text is Markdown. In its normalised form it consists of paragraphs with one blank line between; the
content hash is taken of that form, so that the same text always has the same hash.
"""

import hashlib
import re
import unicodedata
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from enum import StrEnum
from math import ceil

from g40flow.domain.dossier.common_parts import common_positions

# Cc control, Cf format (bidi overrides, zero width, soft hyphen), Cs surrogates, Co private use: whoever
# decides on a text must have seen all of it. Unassigned characters stay: which those are differs per
# version of Python, and the hash may not.
_INVISIBLE = frozenset({"Cc", "Cf", "Cs", "Co"})
_NEWLINES = re.compile("\r\n|[\r\v\f\x1c\x1d\x1e\x85\u2028\u2029]")
_TRAILING_BLANKS = re.compile(r"[^\S\n]+$", re.MULTILINE)
_BLANK_LINES = re.compile(r"\n{3,}")

WORDS_PER_MINUTE = 200
"""How fast people read policy texts."""


def normalise_markdown(text: str) -> str:
    """The one written form of a text: NFC, "\\n" as newline, nothing invisible, no blanks at the end of
    a line, one blank line between paragraphs, and one newline at the end. "" if nothing is left.

    A forced line break is written as a backslash: two blanks at the end of a line cannot be seen.
    """
    text = _NEWLINES.sub("\n", text).replace("\t", "    ")
    if not text.isascii() or not text.replace("\n", "").isprintable():
        text = "".join(c for c in text if c == "\n" or unicodedata.category(c) not in _INVISIBLE)
    text = unicodedata.normalize("NFC", text)
    text = _BLANK_LINES.sub("\n\n", _TRAILING_BLANKS.sub("", text))
    text = text.strip("\n")
    return f"{text}\n" if text else ""


def content_hash(text: str) -> str:
    """SHA-256 of the normalised text, 64 hexadecimal digits."""
    return hashlib.sha256(normalise_markdown(text).encode()).hexdigest()


def paragraphs(text: str) -> list[str]:
    """The paragraphs of a text; `normalise_markdown` of them joined by blank lines gives the text."""
    normalised = normalise_markdown(text).rstrip("\n")
    return normalised.split("\n\n") if normalised else []


_WORD = re.compile(r"[^\W_]+(?:['’\-][^\W_]+)*")


def word_count(text: str) -> int:
    """Number of words; Markdown's own marks are none."""
    return sum(1 for _ in _WORD.finditer(text))


def reading_minutes(text: str) -> int:
    """How long reading takes, in whole minutes; 0 only for a text without words."""
    return ceil(word_count(text) / WORDS_PER_MINUTE)


# --- what changed ---------------------------------------------------------------------------------


class Change(StrEnum):
    """What happened to a piece of text. CHANGED is for paragraphs with both kinds of pieces in them."""

    EQUAL = "equal"
    INSERTED = "inserted"
    DELETED = "deleted"
    CHANGED = "changed"


@dataclass(frozen=True)
class Segment:
    """A piece of a paragraph. change: EQUAL, INSERTED or DELETED."""

    change: Change
    text: str


Segments = tuple[Segment, ...]


@dataclass(frozen=True)
class ParagraphChange:
    """One paragraph of either text, or two that belong together.

    segments: in reading order. change: INSERTED and DELETED if it is in one text only.
    """

    change: Change
    segments: Segments

    @property
    def old(self) -> Segments | None:
        """The pieces of the old text; None if the paragraph is new."""
        return None if self.change is Change.INSERTED else self._without(Change.INSERTED)

    @property
    def new(self) -> Segments | None:
        """The pieces of the new text; None if the paragraph is gone."""
        return None if self.change is Change.DELETED else self._without(Change.DELETED)

    def _without(self, change: Change) -> Segments:
        return tuple(segment for segment in self.segments if segment.change is not change)


@dataclass(frozen=True)
class Unchanged:
    """Stands for so many equal paragraphs in a row that are not shown."""

    paragraphs: int


@dataclass(frozen=True)
class TextChange:
    """What changed between two texts, as paragraphs in reading order.

    Inline: the segments of each paragraph. Side by side: its `old` beside its `new`.
    """

    paragraphs: tuple[ParagraphChange, ...]

    @property
    def is_empty(self) -> bool:
        """Whether the two texts are the same."""
        return all(paragraph.change is Change.EQUAL for paragraph in self.paragraphs)

    @property
    def old_text(self) -> str:
        """The old text, normalised."""
        return _text_of(paragraph.old for paragraph in self.paragraphs)

    @property
    def new_text(self) -> str:
        """The new text, normalised."""
        return _text_of(paragraph.new for paragraph in self.paragraphs)

    def words(self, change: Change) -> int:
        """How many words were inserted, deleted or left."""
        pieces = (piece for paragraph in self.paragraphs for piece in paragraph.segments)
        # Equal and not the same: templates know changes by their words.
        return sum(word_count(piece.text) for piece in pieces if piece.change == change)

    def near_changes(self, around: int = 1) -> tuple[ParagraphChange | Unchanged, ...]:
        """The changed paragraphs with so many equal ones around them; Unchanged for the rest."""
        changed = [i for i, p in enumerate(self.paragraphs) if p.change is not Change.EQUAL]
        kept = {near for at in changed for near in range(at - around, at + around + 1)}
        shown: list[ParagraphChange | Unchanged] = []
        for at, paragraph in enumerate(self.paragraphs):
            if at in kept:
                shown.append(paragraph)
            elif shown and isinstance(shown[-1], Unchanged):
                shown[-1] = Unchanged(shown[-1].paragraphs + 1)
            else:
                shown.append(Unchanged(1))
        return tuple(shown)


def compare_texts(old: str, new: str) -> TextChange:
    """What changed, by paragraph and then by word. Takes well under a second for texts of 100 kB,
    whatever is in them."""
    before, after = paragraphs(old), paragraphs(new)
    changes: list[ParagraphChange] = []
    at_old = at_new = 0
    for i, j in [*common_positions(before, after), (len(before), len(after))]:
        changes += _replaced(before[at_old:i], after[at_new:j])
        if i < len(before):
            changes.append(_whole(Change.EQUAL, before[i]))
        at_old, at_new = i + 1, j + 1
    return TextChange(tuple(changes))


def _text_of(sides: Iterable[Segments | None]) -> str:
    found = ["".join(segment.text for segment in side) for side in sides if side is not None]
    return "\n\n".join(found) + "\n" if found else ""


def _whole(change: Change, paragraph: str) -> ParagraphChange:
    return ParagraphChange(change, (Segment(change, paragraph),))


# --- paragraphs that replace others ---------------------------------------------------------------

_RELATED = 0.4
"""Share of common words from which a paragraph counts as a new form of another."""

_MOST_PAIRS = 40_000
"""More pairs of paragraphs than this are not weighed; then position alone says what belongs together."""


def _replaced(old: Sequence[str], new: Sequence[str]) -> Iterator[ParagraphChange]:
    at_old = at_new = 0
    for i, j in [*_related(old, new), (len(old), len(new))]:
        yield from (_whole(Change.DELETED, paragraph) for paragraph in old[at_old:i])
        yield from (_whole(Change.INSERTED, paragraph) for paragraph in new[at_new:j])
        if i < len(old):
            yield ParagraphChange(Change.CHANGED, _compare_words(old[i], new[j]))
        at_old, at_new = i + 1, j + 1


def _related(old: Sequence[str], new: Sequence[str]) -> list[tuple[int, int]]:
    """Which paragraphs belong together, in order: the pairing with the most words in common."""
    old_words = [frozenset(_WORD.findall(paragraph)) for paragraph in old]
    new_words = [frozenset(_WORD.findall(paragraph)) for paragraph in new]
    if len(old) * len(new) > _MOST_PAIRS:
        pairs = enumerate(zip(old_words, new_words, strict=False))
        return [(at, at) for at, (a, b) in pairs if _likeness(a, b) >= _RELATED]
    likeness = [[_likeness(a, b) for b in new_words] for a in old_words]
    best = [[0.0] * (len(new) + 1) for _ in range(len(old) + 1)]
    for i in range(len(old) - 1, -1, -1):
        for j in range(len(new) - 1, -1, -1):
            best[i][j] = max(best[i + 1][j], best[i][j + 1])
            if likeness[i][j] >= _RELATED:
                best[i][j] = max(best[i][j], likeness[i][j] + best[i + 1][j + 1])
    found, i, j = [], 0, 0
    while i < len(old) and j < len(new):
        if likeness[i][j] >= _RELATED and best[i][j] == likeness[i][j] + best[i + 1][j + 1]:
            found.append((i, j))
            i, j = i + 1, j + 1
        elif best[i][j] == best[i + 1][j]:
            i += 1
        else:
            j += 1
    return found


def _likeness(a: frozenset[str], b: frozenset[str]) -> float:
    """Share of the words that both have, 0 to 1."""
    return 2 * len(a & b) / (len(a) + len(b)) if a or b else 0.0


# --- words that replace others --------------------------------------------------------------------

_TOKEN = re.compile(r"[^\W_]+(?:['’\-][^\W_]+)*|\s+|[^\w\s]|_")
_SHORT = 3
"""An equal piece of at most so many letters between two changes is read as part of the change."""


def _compare_words(old: str, new: str) -> Segments:
    before, after = _TOKEN.findall(old), _TOKEN.findall(new)
    written_before = [at for at, token in enumerate(before) if not token.isspace()]
    written_after = [at for at, token in enumerate(after) if not token.isspace()]
    common = common_positions([before[at] for at in written_before], [after[at] for at in written_after])
    pieces: list[Segment] = []
    at_old = at_new = 0
    for i, j in [(written_before[i], written_after[j]) for i, j in common] + [(len(before), len(after))]:
        pieces += _gap(before[at_old:i], after[at_new:j])
        pieces += [Segment(Change.EQUAL, token) for token in before[i : i + 1]]
        at_old, at_new = i + 1, j + 1
    return _joined(_calmed(_joined(pieces)))


def _gap(old: list[str], new: list[str]) -> Iterator[Segment]:
    """What stands between two common words; blanks on either side that both have are equal."""
    start = 1 if old and new and old[0] == new[0] else 0
    end = 1 if len(old) > start and len(new) > start and old[-1] == new[-1] else 0
    yield from (Segment(Change.EQUAL, token) for token in old[:start])
    yield from (Segment(Change.DELETED, token) for token in old[start : len(old) - end])
    yield from (Segment(Change.INSERTED, token) for token in new[start : len(new) - end])
    yield from (Segment(Change.EQUAL, token) for token in old[len(old) - end :])


def _joined(pieces: Iterable[Segment]) -> Segments:
    """The same pieces as few and as long as can be; between two equal ones deleted before inserted."""
    found: list[Segment] = []
    waiting = {Change.DELETED: "", Change.INSERTED: ""}
    for piece in [*pieces, Segment(Change.EQUAL, "")]:
        if piece.change is not Change.EQUAL:
            waiting[piece.change] += piece.text
            continue
        changed = [Segment(change, text) for change, text in waiting.items() if text]
        waiting = dict.fromkeys(waiting, "")
        if found and not changed:
            found[-1] = Segment(Change.EQUAL, found[-1].text + piece.text)
        else:
            found += [*changed, piece]
    return tuple(piece for piece in found if piece.text)


def _calmed(pieces: Segments) -> Iterator[Segment]:
    """Without islands: "de" alone between two changes says nothing and makes a text hard to read."""
    for at, piece in enumerate(pieces):
        inside = 0 < at < len(pieces) - 1
        if inside and piece.change is Change.EQUAL and len(piece.text.strip()) <= _SHORT:
            yield Segment(Change.DELETED, piece.text)
            yield Segment(Change.INSERTED, piece.text)
        else:
            yield piece
