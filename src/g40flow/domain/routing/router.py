"""Decides which theme groups get an item, and says why."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field

from g40flow.domain.routing.evidence import Evidence, EvidenceFinder, Hit
from g40flow.domain.routing.features import (
    FEATURES,
    BodyHint,
    ItemNumbers,
    item_numbers,
    pair_features,
)
from g40flow.domain.routing.items import Reason, RoutableItem, Routing
from g40flow.domain.routing.model import ANY_GROUP, HAND_MODEL, RoutingModel, word_counts
from g40flow.domain.routing.rules import Decision, Hint, Role, RuleBook
from g40flow.domain.routing.terms import Span, TermIndex, parse_phrase
from g40flow.domain.routing.text import cut

_REASONS_PER_GROUP = 6
_NEAR_MISS_FROM = 0.08
_NAMES_REMEMBERED = 2_000


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
        scores = {group: self.model.chance(features) for group, features in found.features.items()}
        groups, triage = choose(scores, found.shared.support, self.book.decision)
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

    def assess(self, item: RoutableItem) -> Assessment:
        """Evidence and features without a decision, as training needs them."""
        evidence = self._finder.find(item)
        shared = item_numbers(evidence)
        hint = self._hint(item)
        learned: Mapping[str, float] = {}
        if self.model.words is not None:
            learned = self.model.words.scores(word_counts(evidence))
        features = {
            group.slug: pair_features(
                evidence,
                shared,
                group.slug,
                hint,
                dossier=group.slug in item.dossier_groups,
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
        if group in found.item.dossier_groups:
            weight = self.model.weights.get("dossier", 0.0)
            reasons.append(
                Reason(group=group, term="dossier", rule="dossier", field="dossier", weight=weight)
            )
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


def choose(
    scores: Mapping[str, float], support: Mapping[str, float], decision: Decision
) -> tuple[tuple[str, ...], bool]:
    """The groups, lead first, and whether a person must look.

    Equal chances are ordered by the evidence, then by name, so that the answer never wavers.
    """
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
