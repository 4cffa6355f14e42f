"""Decides which theme groups get an item, and says why."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from types import MappingProxyType

from g40flow.domain.routing.evidence import Evidence, EvidenceFinder, Hit
from g40flow.domain.routing.features import (
    FEATURES,
    BodyHint,
    ItemNumbers,
    item_numbers,
    pair_features,
)
from g40flow.domain.routing.items import Reason, RoutableItem, Routing
from g40flow.domain.routing.model import ANY_GROUP, HAND_MODEL, RoutingModel, certainty, word_counts
from g40flow.domain.routing.rules import Decision, Hint, Role, RuleBook
from g40flow.domain.routing.terms import Span, TermIndex, parse_phrase
from g40flow.domain.routing.text import cut

_REASONS_PER_GROUP = 6
_NEAR_MISS_FROM = 0.08
_NAMES_REMEMBERED = 2_000
_POINTS_READ = 30
_SHORT_AGENDA = 8
_POINT_COUNTS, _POINT_COUNTS_ON_LONG_AGENDA = 0.6, 0.2
_POINT_TELLS_FROM = 0.5
_DOSSIER_COUNTS = 0.2
_TELLING_DOSSIER = 3
"""A dossier that went to more groups than this (a ministry's budget) says little about one item."""


@dataclass(frozen=True)
class Assessment:
    """An item with its evidence and the features per theme group: all that a model needs."""

    item: RoutableItem
    evidence: Evidence
    shared: ItemNumbers
    hint: BodyHint
    features: Mapping[str, tuple[float, ...]]


@dataclass
class Router:
    """Routes items by one rule book and one model. Safe to share: routing changes nothing."""

    book: RuleBook
    model: RoutingModel = HAND_MODEL
    _finder: EvidenceFinder = field(init=False)
    _committees: "_BodyIndex" = field(init=False)
    _ministries: "_BodyIndex" = field(init=False)

    def __post_init__(self) -> None:
        self._finder = EvidenceFinder(self.book)
        self._committees = _BodyIndex(self.book.committees)
        self._ministries = _BodyIndex(self.book.ministries)

    def route(self, item: RoutableItem) -> Routing:
        """Groups with lead first, chances, triage, and the reasons for and against."""
        found = self.assess(item)
        scores = self._chances(found)
        if item.agenda:
            scores = with_agenda(scores, [self._chances_of_point(item, point) for point in _points(item)])
        if 0 < len(item.expected_groups) <= _TELLING_DOSSIER and not found.shared.national_title:
            scores = with_dossier(scores, item.expected_groups)
        groups, triage = choose(scores, found.shared.support, self.book.decision, self.model.precedence)
        if not groups and (home := tuple(group for group in item.home_groups if group in scores)):
            groups, triage = home, False
        return Routing(
            item_id=item.id,
            groups=groups,
            scores={group: round(score, 4) for group, score in scores.items()},
            triage=triage,
            reasons=tuple(reason for group in groups for reason in self._reasons(found, group)),
            near_misses=dict(self._near_misses(found, scores, groups)),
            rule_version=self.book.version,
            model_version=self.model.version,
        )

    def _chances(self, found: Assessment) -> dict[str, float]:
        return {group: self.model.chance(features) for group, features in found.features.items()}

    def _chances_of_point(self, item: RoutableItem, point: str) -> dict[str, float]:
        alone = RoutableItem(id=item.id, title=point, committee=item.committee, date=item.date)
        return self._chances(self.assess(alone))

    def assess(self, item: RoutableItem) -> Assessment:
        """Evidence and features without a decision, as training needs them."""
        item = self._finder.subject_only(item)
        evidence = self._finder.find(item)
        shared = item_numbers(evidence)
        hint = self._hint(item)
        learned: Mapping[str, float] = {}
        if self.model.words is not None:
            learned = self.model.words.scores(word_counts(evidence, self.model.words.compounds))
        features = {
            group.slug: pair_features(
                evidence,
                shared,
                group.slug,
                hint,
                dossier=group.slug in item.expected_groups,
                learned=learned.get(group.slug, 0.0),
                learned_any=learned.get(ANY_GROUP, 0.0),
            )
            for group in self.book.groups
        }
        return Assessment(item, evidence, shared, hint, features)

    def _hint(self, item: RoutableItem) -> BodyHint:
        named = [self._committees.of(name, item) for name in (item.committee,) if name]
        named += [self._ministries.of(item.ministry, item)] if item.ministry else []
        known = [hint for hint in named if hint is not None]
        groups: dict[str, float] = {}
        for hint in known:
            for group, weight in hint.groups.items():
                groups[group] = max(groups.get(group, 0.0), weight)
        for name in item.following_committees:
            following = self._committees.of(name, item)
            for group, weight in following.groups.items() if following else ():
                groups[group] = max(groups.get(group, 0.0), weight / 2)
        return BodyHint(groups, min((hint.national for hint in known), default=0.4))

    def _reasons(self, found: Assessment, group: str) -> list[Reason]:
        reasons = [_reason(hit) for hit in found.evidence.of(group)]
        reasons += self._body_reasons(found, group)
        rule = "dossier" if group in found.item.dossier_groups else "feed"
        if group in found.item.expected_groups:
            weight = self.model.weights.get("dossier", 0.0)
            reasons.append(Reason(group=group, term=rule, rule=rule, field=rule, weight=weight))
        learned = dict(zip(FEATURES, found.features[group], strict=True))["learned"]
        weight = round(learned * self.model.weights.get("learned", 0.0), 2)
        if weight > 0.3:
            reasons.append(Reason(group=group, term="woordkeus", rule="model", field="", weight=weight))
        reasons += [_reason(hit, group) for hit in found.evidence.of("")]
        reasons.sort(key=lambda reason: (-abs(reason.weight), reason.term))
        return reasons[:_REASONS_PER_GROUP]

    def _body_reasons(self, found: Assessment, group: str) -> Iterator[Reason]:
        weight = found.hint.groups.get(group, 0.0)
        if weight:
            item = found.item
            rule, name = ("committee", item.committee) if item.committee else ("ministry", item.ministry)
            yield Reason(group=group, term=name, rule=rule, field=rule, weight=weight / 2, quote=name)

    def _near_misses(
        self, found: Assessment, scores: Mapping[str, float], groups: tuple[str, ...]
    ) -> Iterator[tuple[str, tuple[Reason, ...]]]:
        for group in sorted(scores, key=lambda slug: (-scores[slug], slug)):
            something = found.shared.support.get(group, 0.0) > 0 or scores[group] >= _NEAR_MISS_FROM
            if group not in groups and something:
                yield group, tuple(self._reasons(found, group))


def _points(item: RoutableItem) -> tuple[str, ...]:
    return tuple(dict.fromkeys(point for point in item.agenda if point.strip()))[:_POINTS_READ]


def with_agenda(scores: Mapping[str, float], points: Sequence[Mapping[str, float]]) -> dict[str, float]:
    """The chances of an item when each of its agenda points is also judged by itself.

    A debate with a title for nobody can have one point that a city must know of. One telling point
    is worth somewhat more than half of what it would be as an item of its own, less on a long agenda;
    points add up.
    """
    part = _POINT_COUNTS if len(points) <= _SHORT_AGENDA else _POINT_COUNTS_ON_LONG_AGENDA
    combined = {}
    for group, score in scores.items():
        none_of_them = 1.0
        for point in points:
            if point[group] >= _POINT_TELLS_FROM:
                none_of_them *= 1 - part * point[group]
        combined[group] = max(score, 1 - none_of_them)
    return combined


def with_dossier(scores: Mapping[str, float], earlier: Sequence[str]) -> dict[str, float]:
    """The chances when earlier items of the same dossier went to these theme groups.

    Enough to tip a doubtful item, or to have a person look at one that says nothing itself. Set by
    hand: labelled examples carry no dossier, so nothing about it can be learned from them yet.
    """
    return {
        group: 1 - (1 - score) * (1 - _DOSSIER_COUNTS) if group in earlier else score
        for group, score in scores.items()
    }


def choose(
    scores: Mapping[str, float],
    support: Mapping[str, float],
    decision: Decision,
    precedence: Mapping[str, float] = MappingProxyType({}),
) -> tuple[tuple[str, ...], bool]:
    """The groups, lead first, and whether a person must look.

    precedence: log-odds by which a group is sooner the lead than its chance alone says; it changes
    the order only. Equal chances are ordered by the evidence, then by name, so that the answer
    never wavers.
    """
    groups, triage = _enough(scores, support, decision)
    if len(groups) < 2 or not precedence:
        return groups, triage
    lead = max(groups, key=lambda slug: certainty(scores[slug]) + precedence.get(slug, 0.0))
    return (lead, *(slug for slug in groups if slug != lead)), triage


def _enough(
    scores: Mapping[str, float], support: Mapping[str, float], decision: Decision
) -> tuple[tuple[str, ...], bool]:
    ranked = sorted(scores, key=lambda slug: (-scores[slug], -support.get(slug, 0.0), slug))
    enough = [slug for slug in ranked if scores[slug] >= decision.threshold(slug)]
    if not enough:
        return (), bool(ranked) and scores[ranked[0]] >= decision.triage_from
    lead = enough[0]
    beside = [slug for slug in enough[1:] if scores[slug] >= decision.threshold_beside(slug)]
    return (lead, *beside[: decision.most_groups - 1]), False


def _reason(hit: Hit, group: str = "") -> Reason:
    return Reason(
        group=hit.group or group,
        term=hit.term,
        rule=hit.role.value,
        field=hit.field,
        weight=round(hit.weight if hit.role is not Role.CITY else hit.weight / 2, 3),
        quote=hit.quote,
    )


class _BodyIndex:
    """Finds the hints for the name of a committee or ministry; joint ones are averaged."""

    def __init__(self, hints: Iterable[Hint]) -> None:
        self._index = TermIndex()
        self._hints: dict[int, list[Hint]] = {}
        self._remembered: dict[str, tuple[Hint, ...]] = {}
        for hint in hints:
            self._hints.setdefault(self._index.add(parse_phrase(hint.words)), []).append(hint)

    def of(self, name: str, item: RoutableItem) -> BodyHint | None:
        """None for a name that no hint knows."""
        held = [hint for hint in self._named(name) if hint.holds_on(item.date)]
        if not held:
            return None
        groups: dict[str, float] = {}
        for hint in held:
            for group, weight in hint.groups.items():
                groups[group] = groups.get(group, 0.0) + weight / len(held)
        return BodyHint(groups, sum(hint.national for hint in held) / len(held))

    def _named(self, name: str) -> tuple[Hint, ...]:
        if name not in self._remembered:
            if len(self._remembered) > _NAMES_REMEMBERED:
                self._remembered.clear()
            self._remembered[name] = tuple(self._search(name))
        return self._remembered[name]

    def _search(self, name: str) -> Iterator[Hint]:
        taken: list[Span] = []
        for number, span in sorted(
            self._index.find(cut(name)), key=lambda found: found[1].start - found[1].end
        ):
            if any(span.start < other.end and other.start < span.end for other in taken):
                continue
            taken.append(span)
            yield from self._hints[number]
