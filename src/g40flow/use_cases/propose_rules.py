"""From a correction to proposed rule changes with their effect, and what a rule costs in items."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date

from g40flow.domain.routing.evaluation import LabelledItem
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
from g40flow.use_cases.evaluate_routing import Line, as_prediction


@dataclass(frozen=True, kw_only=True)
class Proposal:
    """A rule change that repairs a correction. effect: on the known items, the corrected one aside."""

    change: RuleChange
    effect: Effect


@dataclass(frozen=True, kw_only=True)
class Volume:
    """How much a theme group, or one term of it, brings in. items: found; a_week: per week."""

    items: int
    a_week: float


def proposed_changes(router: Router, correction: Correction, known: Sequence[Line]) -> tuple[Proposal, ...]:
    """Single-term changes that lead to what the person decided, least harmful first.

    known: labelled items by which the effect is measured; the corrected item may be among them.
    Empty when no single term repairs it: then the correction is an example to learn from.
    """
    others = [line for line in known if line.label is not None and line.item.id != correction.item.id]
    labels = [line.label for line in others if line.label is not None]
    before = [as_prediction(router.route(line.item)) for line in others]
    common = word_frequencies(line.item for line in others)
    found: list[Proposal] = []
    for change in proposals(router, correction, common=common):
        changed = Router(apply_change(router.book, change), router.model)
        if not _nearer(router, changed, correction):
            continue
        after = [as_prediction(changed.route(line.item)) for line in others]
        found.append(Proposal(change=change, effect=effect_of_change(labels, before, after)))
    return tuple(sorted(found, key=lambda p: (len(p.effect.worse), -len(p.effect.better))))


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


def _nearer(router: Router, changed: Router, correction: Correction) -> bool:
    label: LabelledItem = correction.label
    effect = effect_of_change(
        [label],
        [as_prediction(router.route(correction.item))],
        [as_prediction(changed.route(correction.item))],
    )
    return bool(effect.better)
