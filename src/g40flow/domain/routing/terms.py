"""Terms as people write them in config/routing, and where they occur in a text.

A term is one phrase, or several joined by " + " that must all occur in the same field. A phrase
is a row of words; each word is written

    woningbouw      the word, singular or plural, with or without adjective ending
    woningbouw*     any word that begins so (compounds)
    *huur  *huur*   any word that ends so, or has it anywhere
    =amv            exactly this word, without other endings
    ^RES            exactly these capitals
    _               any one word
"""

import re
from bisect import insort
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from functools import lru_cache

from g40flow.domain.folding import fold, without_diacritics
from g40flow.domain.routing.text import BREAK, Words, stem

_CACHE_LIMIT = 60_000
_MIN_LETTERS = 3
_GENITIVE = re.compile(r"['’]s\b")


class TermUnreadable(ValueError):
    """A term that cannot be matched as written; the message quotes it."""


@dataclass(frozen=True)
class Word:
    """One word of a phrase. how: stem, exact, prefix, suffix, infix, capitals, number or any."""

    how: str
    text: str

    def fits(self, words: Words, at: int) -> bool:
        """Whether the word of the text at this place is the one that is meant."""
        folded = words.folded[at]
        match self.how:
            case "stem":
                return words.stems[at] == self.text
            case "exact":
                return folded == self.text
            case "prefix":
                return folded.startswith(self.text)
            case "suffix":
                return folded.endswith(self.text)
            case "infix":
                return self.text in folded
            case "capitals":
                return words.written[at] == self.text
            case "number":
                return folded.isdigit()
        return folded != BREAK


@dataclass(frozen=True)
class Span:
    """Where a phrase was found: words[start:end]."""

    start: int
    end: int


def parse_phrase(text: str) -> tuple[Word, ...]:
    """Read one phrase. Raises TermUnreadable for an empty one or one that would match too much."""
    pieces = _GENITIVE.sub("", text.replace("-", " ")).split()
    words = tuple(_parse_word(piece, text) for piece in pieces)
    if not words or words[0].how == "any" or words[-1].how == "any":
        raise TermUnreadable(f"{text!r}: a phrase begins and ends with a word")
    return words


@lru_cache(maxsize=20_000)
def parse_term(text: str) -> tuple[tuple[Word, ...], ...]:
    """Read a term: the phrases that must all occur. Raises TermUnreadable."""
    return tuple(parse_phrase(part) for part in text.split(" + "))


def _parse_word(piece: str, whole: str) -> Word:
    if piece == "_":
        return Word("any", "")
    if piece == "_0":
        return Word("number", "")
    if piece.startswith("^"):
        word = Word("capitals", without_diacritics(piece[1:]))
    elif piece.startswith("="):
        word = Word("exact", fold(piece[1:]))
    else:
        core = fold(piece.strip("*"))
        how = {(0, 0): "stem", (0, 1): "prefix", (1, 0): "suffix", (1, 1): "infix"}[
            int(piece.startswith("*")), int(piece.endswith("*"))
        ]
        word = Word(how, stem(core) if how == "stem" else core)
        if how != "stem" and len(core) < _MIN_LETTERS:
            raise TermUnreadable(f"{whole!r}: {piece!r} would match too much")
    if not word.text.isalnum() or not word.text.isascii():
        raise TermUnreadable(f"{whole!r}: {piece!r} is no word")
    return word


@dataclass(frozen=True)
class _Heads:
    """Phrases that begin with one word: complete, to be compared, and by the stem that must follow."""

    alone: tuple[int, ...]
    any_second: tuple[int, ...]
    by_second: dict[str, list[int]]


@dataclass
class TermIndex:
    """All phrases of a rule book, found in one pass over a text.

    Phrases are numbered in the order in which they are added; equal phrases share a number.
    """

    _phrases: list[tuple[Word, ...]] = field(default_factory=list)
    _numbers: dict[tuple[Word, ...], int] = field(default_factory=dict)
    _by_head: dict[str, dict[str, list[int]]] = field(default_factory=dict)
    _infixes: list[tuple[str, list[int]]] = field(default_factory=list)
    _lengths: dict[str, list[int]] = field(default_factory=dict)
    _seen: dict[str, "_Heads"] = field(default_factory=dict)

    def add(self, phrase: tuple[Word, ...]) -> int:
        """The number of the phrase."""
        if phrase in self._numbers:
            return self._numbers[phrase]
        number = self._numbers[phrase] = len(self._phrases)
        self._phrases.append(phrase)
        head = phrase[0]
        if head.how == "infix":
            self._infixes.append((head.text, [number]))
        else:
            self._by_head.setdefault(head.how, {}).setdefault(head.text, []).append(number)
        if head.how == "prefix" and stem(head.text) != head.text:
            # "winkelstraat*" does not stand at the beginning of "winkelstraten"
            self._by_head.setdefault("stem", {}).setdefault(stem(head.text), []).append(number)
        if head.how in ("prefix", "suffix"):
            lengths = self._lengths.setdefault(head.how, [])
            if len(head.text) not in lengths:
                insort(lengths, len(head.text))
        self._seen.clear()
        return number

    def find(self, words: Words) -> Iterator[tuple[int, Span]]:
        """Every occurrence of every phrase, as (number, place), from left to right."""
        capitals = self._by_head.get("capitals", {})
        size = len(words.folded)
        for at, folded in enumerate(words.folded):
            if folded == BREAK:
                continue
            heads = self._seen.get(folded) or self._heads(folded, words.stems[at])
            for number in heads.alone:
                yield number, Span(at, at + 1)
            numbers: Sequence[int] = heads.any_second
            if heads.by_second and at + 1 < size:
                numbers = (*numbers, *heads.by_second.get(words.stems[at + 1], ()))
            written = words.written[at]
            if written in capitals:
                numbers = (*numbers, *capitals[written])
            for number in numbers:
                phrase = self._phrases[number]
                end = at + len(phrase)
                if end <= size and all(
                    word.fits(words, at + offset) for offset, word in enumerate(phrase) if offset
                ):
                    yield number, Span(at, end)

    def _heads(self, folded: str, stemmed: str) -> "_Heads":
        if len(self._seen) > _CACHE_LIMIT:
            self._seen.clear()
        found = self._seen[folded] = self._sorted_by_second(self._possible(folded, stemmed))
        return found

    def _sorted_by_second(self, numbers: Iterable[int]) -> "_Heads":
        alone: list[int] = []
        any_second: list[int] = []
        by_second: dict[str, list[int]] = {}
        for number in numbers:
            phrase = self._phrases[number]
            if len(phrase) == 1:
                alone.append(number)
            elif phrase[1].how == "stem":
                by_second.setdefault(phrase[1].text, []).append(number)
            else:
                any_second.append(number)
        return _Heads(tuple(alone), tuple(any_second), by_second)

    def _possible(self, folded: str, stemmed: str) -> Iterable[int]:
        return dict.fromkeys(self._fitting(folded, stemmed))

    def _fitting(self, folded: str, stemmed: str) -> Iterable[int]:
        yield from self._by_head.get("stem", {}).get(stemmed, ())
        yield from self._by_head.get("exact", {}).get(folded, ())
        for length in self._lengths.get("prefix", ()):
            if length > len(folded):
                break
            yield from self._by_head["prefix"].get(folded[:length], ())
        for length in self._lengths.get("suffix", ()):
            if length > len(folded):
                break
            yield from self._by_head["suffix"].get(folded[-length:], ())
        if folded.isdigit():
            yield from self._by_head.get("number", {}).get("", ())
        for text, numbers in self._infixes:
            if text in folded:
                yield from numbers
