"""Which earlier positions touch the subject of a dossier."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Protocol, TypeVar

from g40flow.domain.folding import fold
from g40flow.domain.routing.text import cut, stem

_SHORTEST_WORD = 5
_ENOUGH = 2
_OF_A_GROUP = 1
"""A position of the same group counts as one common word: alone it is not enough."""

# Words that stand in nearly every title of a consultation.
_SAY_NOTHING = frozenset(
    stem(word)
    for word in (
        *("besluit", "regeling", "wijziging", "wetsvoorstel", "voorstel", "concept", "ontwerp"),
        *("artikel", "gemeente", "gemeenten", "stad", "steden", "nieuwe", "tijdelijke", "verband"),
        *("enige", "andere", "position", "paper", "reactie", "consultatie", "uitvoering"),
    )
)


class Position(Protocol):
    """What is weighed of a position."""

    @property
    def title(self) -> str: ...
    @property
    def body(self) -> str: ...
    @property
    def theme_groups(self) -> Sequence[str]: ...


P = TypeVar("P", bound=Position)


@dataclass(frozen=True)
class Subject:
    """What a dossier is about: the stems of its words, and its groups."""

    stems: frozenset[str]
    groups: frozenset[str]


def subject_of(texts: Iterable[str], groups: Iterable[str]) -> Subject:
    """The subject that some texts (titles, summaries, points) are about."""
    return Subject(frozenset(stem_ for text in texts for stem_ in _stems(text)), frozenset(groups))


def touching(positions: Iterable[P], subject: Subject, limit: int = 5) -> list[P]:
    """The positions that have most in common with a subject, the most first; in doubt as they came."""
    weighed = [(_weight(position, subject), position) for position in positions]
    weighed.sort(key=lambda pair: -pair[0])
    return [position for weight, position in weighed[:limit] if weight >= _ENOUGH]


def folded_words(text: str) -> str:
    """A text as it is searched: lower case, without accents, blanks between words and at both ends."""
    return f" {' '.join(word for word in cut(fold(text)).folded if word)} "


def search_words(query: str) -> list[str]:
    """The words of a search, as they stand in `folded_words`; each may be the beginning of a word."""
    return [f" {word}" for word in dict.fromkeys(cut(fold(query)).folded) if word][:10]


def _weight(position: Position, subject: Subject) -> int:
    """A word of its title counts double: there it is the subject, not a mention."""
    title, body = _stems(position.title), _stems(position.body)
    of_a_group = _OF_A_GROUP if subject.groups.intersection(position.theme_groups) else 0
    return 2 * len(title & subject.stems) + len((body - title) & subject.stems) + of_a_group


def _stems(text: str) -> frozenset[str]:
    words = cut(text).folded
    return frozenset(
        stemmed
        for word in words
        if len(word) >= _SHORTEST_WORD and (stemmed := stem(word)) not in _SAY_NOTHING
    )
