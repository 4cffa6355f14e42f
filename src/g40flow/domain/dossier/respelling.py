"""A text that comes back from Word, with what nobody changed typed as it was before.

Word keeps what a text says and forgets how it was typed: tables come back padded, "*" as "-", every
paragraph on one line, notes numbered anew. What stands between two words is taken from the old text
wherever both words are the same and nobody touched what stands between them.
"""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise

from g40flow.domain.dossier.common_parts import common_positions
from g40flow.domain.dossier.text import normalise_markdown

_WORD = re.compile(r"(?P<number>^[ >]*\d{1,9}(?=[.)] ))|(?P<word>[^\W_]+)", re.MULTILINE)
_PARAGRAPH_END = re.compile(r"\n *\n")
_NEAR = 60
"""So many words away a list item shows how items are typed here."""

_BULLET = re.compile(r"^( *)([-*+])(?= )", re.MULTILINE)
_NUMBER = re.compile(r"^( *)(\d{1,9})([.)]) +", re.MULTILINE)


def respellings(before: str, read_back: str, edited: str) -> Iterator[str]:
    """The edited text in the spelling of before, nearest first; the edited text itself comes last.

    before: the text that went to Word. read_back: the same, as it comes back when nobody touches it.
    A spelling can change what a text means (half of a pair of marks is new), so whoever asks takes the
    first that still means the same as the edited text.
    """
    labels = _labels_before(before, read_back)
    numbers = _labels_of_edited(read_back, edited, labels)
    old, away, new = (
        _Words.of(before),
        _Words.of(_relabelled(read_back, labels)),
        _Words.of(_relabelled(edited, numbers)),
    )
    gaps = _gaps_as_before(old, away, new)
    for chosen in (gaps, _whole_paragraphs(gaps, new.gaps)):
        yield normalise_markdown(new.with_gaps(_filled(chosen, new.gaps)))
    yield edited


@dataclass(frozen=True)
class _Words:
    """The words of a text and what stands around them; one gap more than there are words.

    Numbers of a list belong to the gap: they follow from the place of the item.
    """

    words: Sequence[str]
    gaps: Sequence[str]

    @classmethod
    def of(cls, text: str) -> "_Words":
        found = [match for match in _WORD.finditer(text) if match["word"]]
        ends = [0, *(match.end() for match in found)]
        starts = [*(match.start() for match in found), len(text)]
        return cls(
            [match["word"] for match in found],
            [text[end:start] for end, start in zip(ends, starts, strict=True)],
        )

    def with_gaps(self, gaps: Sequence[str]) -> str:
        pairs = zip(gaps, [*self.words, ""], strict=True)
        return "".join(piece for pair in pairs for piece in pair)


def _gaps_as_before(old: _Words, away: _Words, new: _Words) -> list[str | None]:
    """What stood before at each gap of the new text; None where somebody changed something."""
    to_away = dict(common_positions(new.words, away.words)) | {-1: -1, len(new.words): len(away.words)}
    to_old = dict(common_positions(away.words, old.words)) | {-1: -1, len(away.words): len(old.words)}
    found: list[str | None] = []
    for at, gap in enumerate(new.gaps):
        there = _between(to_away, at)
        here = None if there is None else _between(to_old, there)
        untouched = there is not None and here is not None and _bare(gap) == _bare(away.gaps[there])
        if there is None or here is None or not untouched:
            found.append(None)
        else:
            found.append(_numbered(old.gaps[here], away.gaps[there], gap))
    return found


def _between(places: Mapping[int, int], at: int) -> int | None:
    """The gap on the other side, if the words on both sides of a gap are next to each other there too."""
    left, right = places.get(at - 1), places.get(at)
    return right if left is not None and right is not None and right == left + 1 else None


def _bare(gap: str) -> str:
    """A gap without what Word's way back fills in by itself: padding of tables, numbers of lists."""
    return re.sub(r" {2,}", " ", re.sub(r"-{3,}", "---", _NUMBER.sub(r"\1#\3 ", gap)))


def _numbered(old: str, away: str, new: str) -> str:
    """The old gap; a number in it goes along when an item was put before it."""
    before, then, now = (_NUMBER.search(gap) for gap in (old, away, new))
    if before is None or then is None or now is None or before[2] != then[2]:
        return old
    return old[: before.start(2)] + now[2] + old[before.end(2) :]


def _filled(chosen: Sequence[str | None], gaps: Sequence[str]) -> list[str]:
    """The chosen gaps, and the new ones typed as their surroundings: the same bullets, no padded tables."""
    bullets = [None if kept is None else _BULLET.search(kept) for kept in chosen]
    typed: list[str] = []
    for at, (kept, gap) in enumerate(zip(chosen, gaps, strict=True)):
        if kept is None and _BULLET.search(gap):
            around = (bullets[other] for other in _nearest(at, len(gaps)))
            bullet = next((found[2] for found in around if found), "-")
            gap = _BULLET.sub(rf"\1{bullet}", gap)
        typed.append(_without_padding(gap) if kept is None else kept)
    return typed


def _nearest(at: int, length: int) -> list[int]:
    """The places around one, nearest first."""
    around = range(max(0, at - _NEAR), min(length, at + _NEAR + 1))
    return sorted(around, key=lambda other: (abs(other - at), other < at))


def _without_padding(gap: str) -> str:
    gap = _NUMBER.sub(r"\1\2\3 ", gap)
    if "|" not in gap:
        return gap
    return re.sub(r"(?<=\|)[ -]*-{3,}[ -]*(?=\|)", "---", re.sub(r" +(?=\|)|(?<=\|) +", " ", gap))


def _whole_paragraphs(chosen: Sequence[str | None], gaps: Sequence[str]) -> list[str | None]:
    """Only the paragraphs in which nothing at all was changed."""
    kept = list(chosen)
    ends = [at for at, gap in enumerate(gaps) if _PARAGRAPH_END.search(gap)]
    borders = [0, *(at for at in ends if 0 < at < len(gaps) - 1), len(gaps) - 1]
    for start, end in pairwise(borders):
        if None in chosen[start : end + 1]:
            kept[start : end + 1] = [None] * (end + 1 - start)
    return kept


# --- notes ------------------------------------------------------------------------------------------

_MENTION = re.compile(r"\[\^([^\]\s]+)\](?!:)")
_NOTE = re.compile(r"^\[\^([^\]\s]+)\]: *(.*)$", re.MULTILINE)
_LABEL = re.compile(r"\[\^([^\]\s]+)\]")


def _labels_before(before: str, read_back: str) -> dict[str, str]:
    """What the notes that came back numbered were called; empty if they do not belong to each other."""
    called = list(dict.fromkeys(_MENTION.findall(before)))
    numbered = list(dict.fromkeys(_MENTION.findall(read_back)))
    return dict(zip(numbered, called, strict=True)) if len(called) == len(numbered) else {}


def _labels_of_edited(read_back: str, edited: str, labels: Mapping[str, str]) -> dict[str, str]:
    """What to call the notes of the edited text: as before where the note is still there, else anew."""
    if not labels and _NOTE.search(read_back):
        return {}
    then, now = _NOTE.findall(read_back), _NOTE.findall(edited)
    same = common_positions([text for _, text in then], [text for _, text in now])
    found = {now[j][0]: labels[then[i][0]] for i, j in same if then[i][0] in labels}
    if len(then) == len(now):  # none came or went, so one with other words is the same note
        found = {new: labels[old] for (old, _), (new, _) in zip(then, now, strict=True) if old in labels}
    free = (str(number) for number in range(1, 10_000) if str(number) not in labels.values())
    return {label: found[label] if label in found else next(free) for label, _ in now}


def _relabelled(text: str, labels: Mapping[str, str]) -> str:
    return _LABEL.sub(lambda match: f"[^{labels.get(match[1], match[1])}]", text)
