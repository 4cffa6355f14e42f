"""Two routings of the same labelled items beside each other: which is better, and is that chance?"""

from collections.abc import Sequence
from dataclasses import dataclass

from g40flow.domain.routing.evaluation import (
    Counts,
    LabelledItem,
    Prediction,
    counts_per_item,
    middle_95,
    resamples,
    sum_of,
)

ROUNDS = 1_000


@dataclass(frozen=True, kw_only=True)
class Difference:
    """An item that the two route differently. gain: mistakes fewer in the second; negative: more."""

    id: str
    title: str
    expected: tuple[str, ...]
    first: tuple[str, ...]
    second: tuple[str, ...]
    gain: int


@dataclass(frozen=True, kw_only=True)
class Comparison:
    """The second routing against the first.

    f1_gain: F1 of the second minus that of the first. interval: 95 %, by resampling items in pairs.
    chance: how often resampling shows no difference or one the other way, both ways counted (0 to 1);
        under 0.05 is called significant.
    differences: most gained first.
    """

    items: int
    f1_gain: float
    interval: tuple[float, float]
    chance: float
    differences: tuple[Difference, ...]

    @property
    def better(self) -> int:
        """Items with fewer mistakes in the second."""
        return sum(difference.gain > 0 for difference in self.differences)

    @property
    def worse(self) -> int:
        """Items with more mistakes in the second."""
        return sum(difference.gain < 0 for difference in self.differences)

    @property
    def is_significant(self) -> bool:
        """Whether chance is an unlikely explanation."""
        return self.chance < 0.05


def compare(
    labels: Sequence[LabelledItem], first: Sequence[Prediction], second: Sequence[Prediction]
) -> Comparison:
    """Paired bootstrap over the items. Raises KeyError for a label without prediction."""
    before, after = counts_per_item(labels, first), counts_per_item(labels, second)
    everything = range(len(labels))
    gains = [
        sum_of(after, chosen).f1 - sum_of(before, chosen).f1 for chosen in resamples(len(labels), ROUNDS)
    ]
    gain = sum_of(after, everything).f1 - sum_of(before, everything).f1
    return Comparison(
        items=len(labels),
        f1_gain=gain,
        interval=middle_95(gains) if labels else (0.0, 0.0),
        chance=_chance(gains),
        differences=_differences(labels, first, second, before, after),
    )


def _chance(gains: Sequence[float]) -> float:
    """Two-sided; never 0, for no number of draws excludes chance."""
    not_more = sum(gain <= 0 for gain in gains)
    not_less = sum(gain >= 0 for gain in gains)
    return min(1.0, 2 * (min(not_more, not_less) + 1) / (len(gains) + 1))


def _differences(
    labels: Sequence[LabelledItem],
    first: Sequence[Prediction],
    second: Sequence[Prediction],
    before: Sequence[Counts],
    after: Sequence[Counts],
) -> tuple[Difference, ...]:
    old = {prediction.id: prediction.groups for prediction in first}
    new = {prediction.id: prediction.groups for prediction in second}
    found = [
        Difference(
            id=label.id,
            title=label.title,
            expected=label.groups,
            first=old[label.id],
            second=new[label.id],
            gain=was.wrong + was.missed - now.wrong - now.missed,
        )
        for label, was, now in zip(labels, before, after, strict=True)
        if old[label.id] != new[label.id]
    ]
    return tuple(sorted(found, key=lambda difference: (-difference.gain, difference.id)))
