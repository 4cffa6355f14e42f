"""How good a routing is, measured against items that people labelled."""

import math
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field

Z95 = 1.96


@dataclass(frozen=True, kw_only=True)
class LabelledItem:
    """What people said of an item.

    groups: who must get it, lead first; empty is nobody. optional: neither right nor wrong.
    lead_agreed: the first of `groups` is the undisputed lead.
    """

    id: str
    title: str
    groups: tuple[str, ...]
    optional: tuple[str, ...] = ()
    lead_agreed: bool = True


@dataclass(frozen=True, kw_only=True)
class Prediction:
    """What a router said of an item. scores: chance per theme group; empty if unknown."""

    id: str
    groups: tuple[str, ...]
    triage: bool = False
    scores: Mapping[str, float] = field(default_factory=dict)


@dataclass(frozen=True)
class Share:
    """A part of a whole with its 95 % interval (Wilson). value, low, high: 0 to 1."""

    part: int
    whole: int

    @property
    def value(self) -> float:
        """1 for an empty whole: nothing was done wrong."""
        return self.part / self.whole if self.whole else 1.0

    @property
    def interval(self) -> tuple[float, float]:
        """The 95 % Wilson interval."""
        if not self.whole:
            return 0.0, 1.0
        share, n = self.part / self.whole, self.whole
        middle = (share + Z95**2 / (2 * n)) / (1 + Z95**2 / n)
        half = Z95 * math.sqrt(share * (1 - share) / n + Z95**2 / (4 * n * n)) / (1 + Z95**2 / n)
        return max(0.0, middle - half), min(1.0, middle + half)


@dataclass(frozen=True)
class Counts:
    """Right, wrong and missed (item, group) pairs."""

    right: int = 0
    wrong: int = 0
    missed: int = 0

    def __add__(self, other: "Counts") -> "Counts":
        return Counts(self.right + other.right, self.wrong + other.wrong, self.missed + other.missed)

    @property
    def precision(self) -> Share:
        """Of what was routed, how much was right."""
        return Share(self.right, self.right + self.wrong)

    @property
    def recall(self) -> Share:
        """Of what should have been routed, how much was."""
        return Share(self.right, self.right + self.missed)

    @property
    def f1(self) -> float:
        """Harmonic mean of precision and recall; 1 when there was nothing to find and nothing found."""
        whole = 2 * self.right + self.wrong + self.missed
        return 2 * self.right / whole if whole else 1.0


@dataclass(frozen=True, kw_only=True)
class Mistake:
    """One item that went wrong. certainty: chance the router gave its mistaken answer, 0 to 1."""

    id: str
    title: str
    expected: tuple[str, ...]
    found: tuple[str, ...]
    certainty: float


@dataclass(frozen=True, kw_only=True)
class Evaluation:
    """All figures of one run.

    relevant_found: relevant items that reached at least one group. relevant_seen: the same, or triage.
    irrelevant_routed: items for nobody that reached a group. triaged: items left to people.
    lead_right: among items with an undisputed lead. confusion: (expected lead, found lead) -> items,
        "" is nobody. calibration: (mean chance, share right, pairs) per tenth of the chance.
    f1_interval: 95 %, by resampling the items.
    """

    items: int
    overall: Counts
    f1_interval: tuple[float, float]
    groups: Mapping[str, Counts]
    relevant_found: Share
    relevant_seen: Share
    irrelevant_routed: Share
    triaged: Share
    lead_right: Share
    confusion: Mapping[tuple[str, str], int]
    mistakes: tuple[Mistake, ...]
    calibration: tuple[tuple[float, float, int], ...]


def evaluate(labels: Sequence[LabelledItem], predictions: Iterable[Prediction]) -> Evaluation:
    """Compare. Raises KeyError for a label without prediction. Items with only optional groups are
    neither relevant nor irrelevant."""
    by_id = {prediction.id: prediction for prediction in predictions}
    pairs = [(label, by_id[label.id]) for label in labels]
    relevant = [(label, found) for label, found in pairs if label.groups]
    irrelevant = [(label, found) for label, found in pairs if not label.groups and not label.optional]
    leads = [(label, found) for label, found in relevant if label.lead_agreed]
    per_item = [_counts_by_group(label, found) for label, found in pairs]
    groups: dict[str, Counts] = {}
    for counts in per_item:
        for group, count in counts.items():
            groups[group] = groups.get(group, Counts()) + count
    return Evaluation(
        items=len(pairs),
        overall=sum(groups.values(), Counts()),
        f1_interval=_f1_interval([sum(counts.values(), Counts()) for counts in per_item]),
        groups=dict(sorted(groups.items())),
        relevant_found=_share(bool(found.groups) for _, found in relevant),
        relevant_seen=_share(bool(found.groups) or found.triage for _, found in relevant),
        irrelevant_routed=_share(bool(found.groups) for _, found in irrelevant),
        triaged=_share(found.triage for _, found in pairs),
        lead_right=_share(found.groups[:1] == label.groups[:1] for label, found in leads),
        confusion=Counter(
            ((label.groups or ("",))[0], (found.groups or ("",))[0])
            for label, found in pairs
            if not set(found.groups[:1]) <= {*label.groups[:1], *label.optional}
            or (label.groups and not found.groups)
        ),
        mistakes=tuple(sorted(_mistakes(pairs), key=lambda mistake: (-mistake.certainty, mistake.id))),
        calibration=_calibration(pairs),
    )


def counts_per_item(labels: Sequence[LabelledItem], predictions: Iterable[Prediction]) -> list[Counts]:
    """Right, wrong and missed groups of each item. Raises KeyError for a label without prediction."""
    by_id = {prediction.id: prediction for prediction in predictions}
    return [sum(_counts_by_group(label, by_id[label.id]).values(), Counts()) for label in labels]


def _share(answers: Iterable[bool]) -> Share:
    listed = list(answers)
    return Share(sum(listed), len(listed))


def _counts_by_group(label: LabelledItem, found: Prediction) -> dict[str, Counts]:
    expected, given, optional = set(label.groups), set(found.groups), set(label.optional)
    counts = {group: Counts(right=1) for group in expected & given}
    counts |= {group: Counts(missed=1) for group in expected - given}
    counts |= {group: Counts(wrong=1) for group in given - expected - optional}
    return counts


def _mistakes(pairs: Iterable[tuple[LabelledItem, Prediction]]) -> Iterable[Mistake]:
    for label, found in pairs:
        missed = set(label.groups) - set(found.groups)
        wrong = set(found.groups) - set(label.groups) - set(label.optional)
        if missed or wrong:
            doubts = [found.scores.get(group, 1.0) for group in wrong]
            doubts += [1 - found.scores.get(group, 0.0) for group in missed]
            yield Mistake(
                id=label.id,
                title=label.title,
                expected=label.groups,
                found=found.groups,
                certainty=max(doubts),
            )


def _calibration(pairs: Iterable[tuple[LabelledItem, Prediction]]) -> tuple[tuple[float, float, int], ...]:
    tenths: dict[int, list[tuple[float, bool]]] = {}
    for label, found in pairs:
        for group, chance in found.scores.items():
            if group not in label.optional:
                tenths.setdefault(min(9, int(chance * 10)), []).append((chance, group in label.groups))
    return tuple(
        (
            sum(chance for chance, _ in rows) / len(rows),
            sum(right for _, right in rows) / len(rows),
            len(rows),
        )
        for _, rows in sorted(tenths.items())
    )


def _f1_interval(items: Sequence[Counts], *, rounds: int = 400) -> tuple[float, float]:
    """95 % by resampling items; the same items always give the same interval."""
    if not items:
        return 0.0, 1.0
    return middle_95(
        [sum_of(items, chosen).f1 for chosen in resamples(len(items), rounds)],
    )


def resamples(whole: int, rounds: int) -> Iterator[list[int]]:
    """Places drawn with return from a list of this length, so many times; always the same draws."""
    state = 20240229
    for _ in range(rounds):
        chosen = []
        for _ in range(whole):
            state = (state * 6364136223846793005 + 1442695040888963407) % 2**64
            chosen.append((state >> 33) % whole)
        yield chosen


def middle_95(figures: Sequence[float]) -> tuple[float, float]:
    """Between which figures 95 % of them lie."""
    ranked = sorted(figures)
    return ranked[int(len(ranked) * 0.025)], ranked[int(len(ranked) * 0.975) - 1]


def sum_of(items: Sequence[Counts], chosen: Iterable[int]) -> Counts:
    """The counts of the chosen items together."""
    right = wrong = missed = 0
    for place in chosen:
        counts = items[place]
        right, wrong, missed = right + counts.right, wrong + counts.wrong, missed + counts.missed
    return Counts(right, wrong, missed)
