"""The learned part: a linear model over the features, and one over the words themselves.

Numbers only; training lives in use_cases/train_routing.py.
"""

import math
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cached_property
from operator import mul

from g40flow.domain.routing.compounds import NO_COMPOUNDS, Compounds
from g40flow.domain.routing.evidence import Evidence
from g40flow.domain.routing.features import FEATURES
from g40flow.domain.routing.text import BREAK

_FIELD_COUNTS: Mapping[str, float] = {
    "title": 1.0,
    "theme": 0.7,
    "summary": 0.4,
    "agenda": 0.4,
    "documents": 0.3,
}
_PREFIX_LETTERS = 6
_PART_COUNT = 0.7
"""A part of a word says a little less than a word of its own."""

ANY_GROUP = "*"
"""Stands in the word model for: of interest to at least one theme group."""


@dataclass(frozen=True)
class WordModel:
    """Log-odds that a text is for a theme group, from its words.

    weights: per word feature, the weight per theme group. bias: per theme group.
    compounds: how long words are split, the same as when it was learned.
    """

    weights: Mapping[str, Mapping[str, float]]
    bias: Mapping[str, float]
    compounds: Compounds = NO_COMPOUNDS

    def scores(self, words: Mapping[str, float]) -> dict[str, float]:
        """Log-odds per theme group."""
        totals = dict(self.bias)
        for word, count in words.items():
            for group, weight in self.weights.get(word, {}).items():
                totals[group] += weight * count
        return totals


@dataclass(frozen=True)
class RoutingModel:
    """How features become a chance.

    weights: per feature of FEATURES. bias: with all features 0. words: None when nothing was learned
    from words. precedence: per theme group, log-odds by which it is sooner the lead among the groups
    that get an item. version: fingerprint of the numbers, stored with every routing.
    """

    weights: Mapping[str, float]
    bias: float
    words: WordModel | None = None
    precedence: Mapping[str, float] = field(default_factory=dict)
    version: str = "hand"

    @cached_property
    def _row(self) -> tuple[float, ...]:
        return tuple(self.weights.get(name, 0.0) for name in FEATURES)

    def chance(self, features: tuple[float, ...]) -> float:
        """Estimated chance (0 to 1) that the theme group with these features should get the item."""
        total = self.bias + sum(map(mul, self._row, features))
        return 1 / (1 + math.exp(-max(-30.0, min(30.0, total))))


def certainty(chance: float) -> float:
    """Log-odds of a chance (0 to 1), held between -4 and 4: beyond that more certain says no more."""
    return math.log(chance / (1 - chance)) if 0.018 < chance < 0.982 else math.copysign(4.0, chance - 0.5)


HAND_MODEL = RoutingModel(
    weights={
        "title": 2.6,
        "theme": 1.6,
        "body": 1.6,
        "act": 0.6,
        "cover": 1.0,
        "context_title": 0.8,
        "context_body": 0.3,
        "against_title": -1.2,
        "against_body": -0.5,
        "national_title": -1.6,
        "national_body": -0.6,
        "national_cover": -1.0,
        "city_title": 0.8,
        "city_body": 0.8,
        "hint": 1.5,
        "hint_national": -1.5,
        "share": 1.0,
        "first": 0.8,
        "dossier": 1.5,
        "nothing_else": 0.5,
        "subject": 0.0,
        "learned": 0.0,
        "learned_any": 0.0,
    },
    bias=-2.7,
)
"""Set by hand: used before anything has been learned, and to judge what learning adds."""


def word_counts(evidence: Evidence, compounds: Compounds) -> dict[str, float]:
    """The words of an item as the word model sees them: stems, and the parts of compounds.

    The beginning of a long word stands in for a part that nobody knows yet. Counts are
    scaled to length 1, so that a long summary does not weigh more than a short title.
    """
    counts: dict[str, float] = {}
    for name, words in evidence.fields.items():
        weight = _FIELD_COUNTS.get(name, 0.3)
        for stem, folded in zip(words.stems, words.folded, strict=True):
            if folded == BREAK or len(folded) < 3 or folded.isdigit():
                continue
            counts[stem] = max(counts.get(stem, 0.0), weight)
            if len(folded) > _PREFIX_LETTERS:
                beginning = folded[:_PREFIX_LETTERS] + "~"
                counts[beginning] = max(counts.get(beginning, 0.0), weight * _PART_COUNT)
            for part in compounds.split(folded):
                counts[part] = max(counts.get(part, 0.0), weight * _PART_COUNT)
    length = math.sqrt(sum(value * value for value in counts.values()))
    return {word: value / length for word, value in counts.items()} if length else {}
