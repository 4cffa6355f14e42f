"""Dutch compounds, split into the words they are made of: "jeugdzorgregio" is about jeugdzorg."""

from functools import lru_cache

from g40flow.domain.routing.text import stem

_SHORTEST_PART = 4
_LINKS = ("", "s", "en", "e")
_MOST_PARTS = 4


class Compounds:
    """Splits words into known parts. parts: stems that occur as words of their own."""

    def __init__(self, parts: frozenset[str]) -> None:
        self.parts = parts
        self.split = lru_cache(maxsize=50_000)(self._split)

    def _split(self, word: str) -> tuple[str, ...]:
        """Stems of the parts of a folded word, first to last; () for a word that is no compound.

        Of several ways to split the one with the fewest parts wins, and then the one whose
        shortest part is longest: short parts are found in words by accident.
        """
        ways = self._ways(word, _MOST_PARTS)
        if not ways:
            return ()
        return min(ways, key=lambda way: (len(way), -min(map(len, way))))

    def _ways(self, word: str, most: int) -> list[tuple[str, ...]]:
        found: list[tuple[str, ...]] = []
        for end in range(_SHORTEST_PART, len(word) - _SHORTEST_PART + 1):
            first = self._part(word[:end])
            if not first:
                continue
            rest = word[end:]
            last = stem(rest)
            if last in self.parts:
                found.append((first, last))
            elif most > 2:
                found += [(first, *way) for way in self._ways(rest, most - 1)]
        return found

    def _part(self, text: str) -> str:
        """The stem of a part, with or without a letter that links it to the next; "" if unknown."""
        for link in _LINKS:
            bare = text.removesuffix(link)
            if len(bare) >= _SHORTEST_PART and text.endswith(link) and (part := stem(bare)) in self.parts:
                return part
        return ""


NO_COMPOUNDS = Compounds(frozenset())
"""Splits nothing: for a model that was learned without it."""
