"""From a correction to proposed rule changes with their effect, and what a rule costs in items."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from functools import cached_property

from g40flow.domain.routing.evaluation import Prediction
from g40flow.domain.routing.evidence import EvidenceFinder
from g40flow.domain.routing.items import RoutableItem
from g40flow.domain.routing.learning import (
    Correction,
    Effect,
    RuleChange,
    apply_change,
    effect_of_change,
    proposals,
    word_frequencies,
)
from g40flow.domain.routing.router import Router
from g40flow.domain.routing.rules import GroupTerms, RuleBook
from g40flow.use_cases.evaluate_routing import Line, as_prediction


@dataclass(frozen=True, kw_only=True)
class Proposal:
    """A rule change that repairs a correction. effect: on the known items."""

    change: RuleChange
    effect: Effect


@dataclass(frozen=True, kw_only=True)
class Volume:
    """How much a theme group, or one term of it, brings in. items: found; a_week: per week."""

    items: int
    a_week: float


@dataclass(frozen=True)
class KnownItems:
    """Items by which a change of the rules is measured, routed once by the rules of now.

    lines: those without a label show what would be added and dropped, but not whether that is better.
    """

    router: Router
    lines: Sequence[Line]

    @cached_property
    def before(self) -> Mapping[str, Prediction]:
        """What the rules of now say of each item."""
        return {line.item.id: as_prediction(self.router.route(line.item)) for line in self.lines}

    @cached_property
    def common(self) -> Mapping[str, int]:
        """In how many titles each word occurs."""
        return word_frequencies(line.item for line in self.lines)

    def effect_of(self, change: RuleChange, changed: Router | None = None) -> Effect:
        """What one term more or less does. changed: the router with the change, if it is at hand.

        Raises TermUnreadable, or KeyError for an unknown group.
        """
        changed = changed or changed_router(self.router, change)
        finder = _finder_of(change.term)
        touched = [line for line in self.lines if finder.find(line.item).hits]
        before = [self.before[line.item.id] for line in touched]
        after = [as_prediction(changed.route(line.item)) for line in touched]
        judged = effect_of_change([line.label for line in touched if line.label], before, after)
        others = _moved(touched, before, after)
        return Effect(
            added=(*judged.added, *others.added),
            dropped=(*judged.dropped, *others.dropped),
            better=judged.better,
            worse=judged.worse,
        )


def changed_router(router: Router, change: RuleChange) -> Router:
    """The router with one term more or less. Raises TermUnreadable, or KeyError for an unknown group."""
    return Router(apply_change(router.book, change), router.model)


def proposed_changes(known: KnownItems, correction: Correction) -> tuple[Proposal, ...]:
    """Single-term changes that lead to what the person decided, least harmful first.

    Empty when no single term repairs it: then the correction is an example to learn from.
    """
    found: list[Proposal] = []
    for change in proposals(known.router, correction, common=known.common):
        changed = changed_router(known.router, change)
        if _is_nearer(known.router, changed, correction):
            found.append(Proposal(change=change, effect=known.effect_of(change, changed)))
    return tuple(sorted(found, key=lambda p: (len(p.effect.worse), -len(p.effect.better))))


def is_repaired_by(router: Router, change: RuleChange, correction: Correction) -> bool:
    """Whether the change brings the item nearer to what the person decided."""
    return _is_nearer(router, changed_router(router, change), correction)


def _is_nearer(router: Router, changed: Router, correction: Correction) -> bool:
    effect = effect_of_change(
        [correction.label],
        [as_prediction(router.route(correction.item))],
        [as_prediction(changed.route(correction.item))],
    )
    return bool(effect.better)


def volume(router: Router, items: Iterable[RoutableItem], group: str, *, term: str | None = None) -> Volume:
    """Items that the group would get, per week of the period that the dated items span.

    term: only items for which this term is one of the reasons. Items without a date count in `items`
    only; a period shorter than a week counts as one.
    """
    days: list[date] = []
    hits: list[RoutableItem] = []
    for item in items:
        if item.date is not None:
            days.append(item.date)
        routing = router.route(item)
        if group in routing.groups and (
            term is None or any(reason.group == group and reason.term == term for reason in routing.reasons)
        ):
            hits.append(item)
    weeks = max(1.0, ((max(days) - min(days)).days + 1) / 7) if days else 1.0
    dated = sum(1 for item in hits if item.date is not None)
    return Volume(items=len(hits), a_week=dated / weeks)


def _finder_of(term: str) -> EvidenceFinder:
    """Finds one term, whatever else the rules say: an item without it is routed as before."""
    group = GroupTerms(slug="", name="", strong=(term,))
    return EvidenceFinder(RuleBook(version="", groups=(group,)))


def _moved(lines: Sequence[Line], before: Sequence[Prediction], after: Sequence[Prediction]) -> Effect:
    """What is added to and dropped from items that nobody judged."""
    added: list[tuple[str, str]] = []
    dropped: list[tuple[str, str]] = []
    for line, was, now in zip(lines, before, after, strict=True):
        if line.label is None:
            added += [(was.id, group) for group in now.groups if group not in was.groups]
            dropped += [(was.id, group) for group in was.groups if group not in now.groups]
    return Effect(added=tuple(added), dropped=tuple(dropped), better=(), worse=())
