"""Learn the router's weights from labelled items. Needs the extra `learn` (scikit-learn).

Two layers: a word model says from the words alone how likely each theme group is; a second model
weighs that beside everything the rules found. The second learns from what the first says about
items it has not seen, so that its chances stay honest.
"""

import hashlib
import json
import zlib
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass
from typing import Any

from g40flow.domain.errors import G40FlowError
from g40flow.domain.routing.compounds import Compounds
from g40flow.domain.routing.evaluation import Evaluation, LabelledItem, Prediction
from g40flow.domain.routing.evaluation import evaluate as compare
from g40flow.domain.routing.features import FEATURES
from g40flow.domain.routing.model import ANY_GROUP, RoutingModel, WordModel, certainty, word_counts
from g40flow.domain.routing.router import Assessment, Router
from g40flow.domain.routing.rules import RuleBook
from g40flow.domain.routing.text import cut
from g40flow.use_cases.evaluate_routing import Line, as_prediction

FOLDS = 5
_WORD_FREEDOM = 4.0
_PAIR_FREEDOM = 0.3
_SMALLEST_WEIGHT = 0.03
_PRECEDENCE_FREEDOM = 0.1
_MOST_PRECEDENCE = 1.5
_RIVAL_FROM = -1.4
"""Log-odds from which another group could have been the lead (a chance of one in five)."""
_LEAST_EXAMPLES = 40
_SHORTEST_WORD = 4
_NEVER = -4.0
"""Log-odds for a theme group of which there are too few examples to learn its words."""


class LearningUnavailable(G40FlowError):
    """scikit-learn is not installed."""


class TooFewExamples(G40FlowError):
    """There is nothing to learn from."""


@dataclass(frozen=True)
class Example:
    """A labelled item. weight: how much it counts; judgements of people count double."""

    line: Line
    weight: float = 1.0

    @property
    def label(self) -> LabelledItem:
        """The label; examples always have one."""
        assert self.line.label is not None
        return self.line.label


def train(book: RuleBook, examples: Sequence[Example]) -> RoutingModel:
    """A model from these examples. The same rules and examples give the same model.

    Raises TooFewExamples when a fold has nothing to learn from, LearningUnavailable.
    """
    if len(examples) < _LEAST_EXAMPLES:
        raise TooFewExamples(
            f"leren vraagt minstens {_LEAST_EXAMPLES} voorbeelden, er zijn er {len(examples)}"
        )
    router = Router(book)
    assessed = [router.assess(example.line.item) for example in examples]
    return _fit(book, list(zip(examples, assessed, strict=True)))


def cross_validate(
    book: RuleBook, judged: Sequence[Example], always: Sequence[Example], *, folds: int = FOLDS
) -> Evaluation:
    """Measure on `judged`, each fold by a model that has not seen it; `always` is only learned from.

    The rules are the same for every fold: what people wrote into them after reading these very
    items is not held out by this.
    """
    predictions: list[Prediction] = []
    for number in range(folds):
        learned = [example for example in judged if _fold(example.line, folds) != number]
        router = Router(book, train(book, [*always, *learned]))
        predictions += [
            as_prediction(router.route(example.line.item))
            for example in judged
            if _fold(example.line, folds) == number
        ]
    return compare([example.label for example in judged], predictions)


def learning_curve(
    book: RuleBook, judged: Sequence[Example], always: Sequence[Example], *, parts: int = 4
) -> list[tuple[int, Evaluation]]:
    """Number of judged items learned from, and how well the rest of the fold is then routed."""
    held = [example for example in judged if _fold(example.line, FOLDS) == 0]
    rest = [example for example in judged if _fold(example.line, FOLDS) != 0]
    points = []
    for part in range(parts + 1):
        known = rest[: len(rest) * part // parts]
        router = Router(book, train(book, [*always, *known]))
        predictions = [as_prediction(router.route(example.line.item)) for example in held]
        points.append((len(known), compare([example.label for example in held], predictions)))
    return points


def data_fingerprint(examples: Iterable[Example]) -> dict[str, str | int]:
    """What identifies the examples: their number and a sha256 over items, labels and weights."""
    rows = sorted(
        json.dumps(
            [asdict(example.line.item), asdict(example.label), example.weight], default=str, sort_keys=True
        )
        for example in examples
    )
    return {"items": len(rows), "sha256": hashlib.sha256("\n".join(rows).encode()).hexdigest()}


def metrics_of(found: Evaluation) -> dict[str, float]:
    """The figures that are stored with a model, rounded."""
    figures = {
        "f1": found.overall.f1,
        "precision": found.overall.precision.value,
        "recall": found.overall.recall.value,
        "relevant_found": found.relevant_found.value,
        "irrelevant_routed": found.irrelevant_routed.value,
        "lead_right": found.lead_right.value,
        "triage": found.triaged.value,
    }
    return {name: round(value, 4) for name, value in figures.items()}


def _fold(line: Line, folds: int) -> int:
    """By identifier, so that adding an item moves no other item to another fold."""
    return zlib.crc32(line.item.id.encode()) % folds


def _fit(book: RuleBook, rows: Sequence[tuple[Example, Assessment]]) -> RoutingModel:
    groups = [group.slug for group in book.groups]
    compounds = Compounds(_known_words(book, (found for _, found in rows)))
    features: list[list[float]] = []
    answers: list[bool] = []
    weights: list[float] = []
    judged: list[tuple[Example, Mapping[str, Sequence[float]]]] = []
    for fold in range(FOLDS):
        unseen = [row for row in rows if _fold(row[0].line, FOLDS) == fold]
        words = _fit_words([row for row in rows if _fold(row[0].line, FOLDS) != fold], groups, compounds)
        for example, found in unseen:
            scores = words.scores(word_counts(found.evidence, words.compounds))
            of_item = {group: _with_words(found.features[group], scores, group) for group in groups}
            judged.append((example, of_item))
            for group in groups:
                if group not in example.label.optional:
                    features.append(of_item[group])
                    answers.append(group in example.label.groups)
                    weights.append(example.weight)
    pair_weights, bias = _fit_pairs(features, answers, weights)
    pairs = RoutingModel(weights=pair_weights, bias=bias)
    return RoutingModel(
        weights=pair_weights,
        bias=bias,
        precedence=_fit_precedence(pairs, judged, groups),
        words=_fit_words(rows, groups, compounds),
        version="new",
    )


def _fit_precedence(
    pairs: RoutingModel,
    judged: Sequence[tuple[Example, Mapping[str, Sequence[float]]]],
    groups: Sequence[str],
) -> dict[str, float]:
    """Per theme group, by how much it is sooner the lead beside others than its chance says.

    Learned from items with an undisputed lead that more than one group could have got: the lead
    against each of the others, by difference in log-odds and by which groups they are.
    """
    numpy, linear_model, _ = _learning_library()
    differences: list[list[float]] = []
    weights: list[float] = []
    for example, features in judged:
        if not example.label.lead_agreed:
            continue
        lead = example.label.groups[0]
        odds = {group: certainty(pairs.chance(tuple(values))) for group, values in features.items()}
        for other, others_odds in odds.items():
            if other != lead and others_odds >= _RIVAL_FROM:
                which = [float(group == lead) - float(group == other) for group in groups]
                differences += [
                    [odds[lead] - others_odds, *which],
                    [others_odds - odds[lead], *(-x for x in which)],
                ]
                weights += [example.weight, example.weight]
    if not differences:
        return {}
    fitted = linear_model.LogisticRegression(
        C=_PRECEDENCE_FREEDOM, fit_intercept=False, max_iter=2_000, tol=1e-6
    )
    fitted.fit(
        numpy.array(differences), numpy.arange(len(differences)) % 2 == 0, sample_weight=numpy.array(weights)
    )
    of_odds, *of_groups = (float(weight) for weight in fitted.coef_[0])
    if of_odds <= 0:
        return {}
    most = _MOST_PRECEDENCE
    return {
        group: round(max(-most, min(most, weight / of_odds)), 2)
        for group, weight in zip(groups, of_groups, strict=True)
    }


def _with_words(features: Sequence[float], scores: Mapping[str, float], group: str) -> list[float]:
    values = dict(zip(FEATURES, features, strict=True))
    values |= {"learned": scores[group], "learned_any": scores[ANY_GROUP]}
    return list(values.values())


def _fit_pairs(
    features: Sequence[Sequence[float]], answers: Sequence[bool], weights: Sequence[float]
) -> tuple[dict[str, float], float]:
    numpy, linear_model, _ = _learning_library()
    matrix = numpy.array(features)
    spread = matrix.std(axis=0)
    spread[spread == 0] = 1.0
    fitted = linear_model.LogisticRegression(C=_PAIR_FREEDOM, max_iter=2_000, tol=1e-6)
    fitted.fit(matrix / spread, numpy.array(answers), sample_weight=numpy.array(weights))
    found = fitted.coef_[0] / spread
    return (
        {name: round(float(weight), 3) for name, weight in zip(FEATURES, found, strict=True)},
        round(float(fitted.intercept_[0]), 3),
    )


def _fit_words(
    rows: Sequence[tuple[Example, Assessment]], groups: Sequence[str], compounds: Compounds
) -> WordModel:
    numpy, linear_model, feature_extraction = _learning_library()
    vectoriser = feature_extraction.DictVectorizer()
    matrix = vectoriser.fit_transform([word_counts(found.evidence, compounds) for _, found in rows])
    # liblinear accepts no 64-bit indices
    matrix.indices, matrix.indptr = matrix.indices.astype("int32"), matrix.indptr.astype("int32")
    names = vectoriser.get_feature_names_out()
    importance = numpy.array([example.weight for example, _ in rows])
    weights: dict[str, dict[str, float]] = {}
    bias: dict[str, float] = {}
    for group in (ANY_GROUP, *groups):
        answers = numpy.array(
            [
                bool(example.label.groups) if group == ANY_GROUP else group in example.label.groups
                for example, _ in rows
            ]
        )
        if answers.sum() < 2 or answers.all():
            bias[group] = _NEVER
            continue
        fitted = linear_model.LogisticRegression(
            C=_WORD_FREEDOM, solver="liblinear", random_state=0, tol=1e-6, max_iter=1_000
        )
        fitted.fit(matrix, answers, sample_weight=importance)
        bias[group] = round(float(fitted.intercept_[0]), 3)
        for name, weight in zip(names, fitted.coef_[0], strict=True):
            if abs(weight) >= _SMALLEST_WEIGHT:
                weights.setdefault(str(name), {})[group] = round(float(weight), 2)
    return WordModel(weights, bias, compounds)


def _known_words(book: RuleBook, assessed: Iterable[Assessment]) -> frozenset[str]:
    """Stems of the words of the rules and of the items: what compounds are made of."""
    terms = (term for group in book.groups for term in (*group.acts, *group.strong, *group.context))
    texts = [cut(term.replace("*", "")) for term in terms]
    for found in assessed:
        texts += found.evidence.fields.values()
    return frozenset(
        stem
        for words in texts
        for stem, folded in zip(words.stems, words.folded, strict=True)
        if len(folded) >= _SHORTEST_WORD and folded.isalpha()
    )


def _learning_library() -> tuple[Any, Any, Any]:
    try:
        import numpy
        from sklearn import feature_extraction, linear_model
    except ImportError as error:
        raise LearningUnavailable("trainen vraagt scikit-learn: installeer g40flow[learn]") from error
    return numpy, linear_model, feature_extraction
