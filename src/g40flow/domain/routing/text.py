"""Dutch text as the router sees it: folded tokens, their stems, and where a sentence breaks."""

import re
import unicodedata
from collections.abc import Iterable
from dataclasses import dataclass
from functools import lru_cache

from g40flow.domain.folding import without_diacritics

BREAK = ""
"""Stands between two pieces of text that no phrase may span (full stop, bracket, dash)."""

_CUT = re.compile(r"(?:['’‘`´]s\b)|([^\W_]+)|([.;:()|?!—–\n])")
_DOUBLE_VOWEL = re.compile(r"([aeou])\1([bcdfghjklmnpqrstvwxz])$")
_DOUBLE_CONSONANT = re.compile(r"([bdfgklmnprst])\1$")
_HARDENED = {"z": "s", "v": "f"}


@dataclass(frozen=True)
class Words:
    """One text, cut into words; the tuples run in step.

    folded: lower case without diacritics; BREAK where a sentence or bracket ends.
    stems: folded without Dutch plural and adjective endings.
    written: with the publisher's capitals, without diacritics, for words that need exact capitals.
    published: as the publisher wrote it, to quote.
    """

    folded: tuple[str, ...]
    stems: tuple[str, ...]
    written: tuple[str, ...]
    published: tuple[str, ...]


def cut(text: str) -> Words:
    """Cut a text into words. A hyphen separates words, a genitive or plural 's is dropped."""
    published = tuple(_pieces(text if text.isascii() else unicodedata.normalize("NFC", text)))
    written = published if text.isascii() else tuple(map(without_diacritics, published))
    folded = tuple(word.lower() for word in written)
    return Words(folded, tuple(map(stem, folded)), written, published)


def _pieces(text: str) -> Iterable[str]:
    for found in _CUT.finditer(text):
        word = found.group(1)
        if word:
            yield word
        elif found.group(2):
            yield BREAK


@lru_cache(maxsize=50_000)
def stem(word: str) -> str:
    """A light Dutch stem: the same for singular and plural, and for "sociaal" and "sociale".

    Words of four letters and fewer only lose a doubled vowel, so that abbreviations stay whole.
    """
    if len(word) > 4:
        if word.endswith("heden"):
            word = word[:-5] + "heid"
        elif word.endswith("en") and len(word) > 5:
            word = _hardened(_DOUBLE_CONSONANT.sub(r"\1", word[:-2]))
        elif word.endswith("s") and word[-2] not in "sui" and len(word) > 5:
            word = word[:-1]
        if word.endswith("e") and len(word) > 5:
            word = _hardened(_DOUBLE_CONSONANT.sub(r"\1", word[:-1]))
    return _DOUBLE_VOWEL.sub(r"\1\2", word)


def _hardened(word: str) -> str:
    return word[:-1] + _HARDENED.get(word[-1], word[-1])


_MEMBERS = frozenset(("lid", "leden", "motie", "moties"))
_PARTICLES = frozenset(
    ("van", "de", "der", "den", "en", "het", "ten", "ter", "te", "el", "la", "lid", "leden")
)


def without_members(words: Words) -> Words:
    """The same words with the names of members of parliament taken out.

    "Voorstel van wet van het lid Van Dijk" says nothing about dikes: what follows "lid", "leden"
    or "motie" and is written with a capital is a name.
    """
    gone: set[int] = set()
    for start, word in enumerate(words.folded):
        if word in _MEMBERS:
            at = start + 1
            while at < len(words.folded) and (
                words.folded[at] in _PARTICLES or words.written[at][:1].isupper()
            ):
                gone.add(at)
                at += 1
    if not gone:
        return words
    return Words(
        tuple(BREAK if at in gone else word for at, word in enumerate(words.folded)),
        tuple(BREAK if at in gone else word for at, word in enumerate(words.stems)),
        words.written,
        words.published,
    )
