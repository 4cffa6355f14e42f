"""Learning without surprises: from corrections to examples, proposals, and their effect.

Pure decisions; who accepts a proposal and where examples are kept is elsewhere.
"""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace

from g40flow.domain.routing.evaluation import LabelledItem, Prediction
from g40flow.domain.routing.items import RoutableItem
from g40flow.domain.routing.router import Router
from g40flow.domain.routing.rules import GroupTerms, Role, RuleBook
from g40flow.domain.routing.terms import TermUnreadable, parse_term
from g40flow.domain.routing.text import BREAK, cut, without_members

_LEAST_LETTERS = 5
_MOST_WORDS = 3


@dataclass(frozen=True, kw_only=True)
class Correction:
    """What a person changed. before, after: theme groups, lead first; empty is nobody."""

    item: RoutableItem
    before: tuple[str, ...]
    after: tuple[str, ...]

    @property
    def label(self) -> LabelledItem:
        """The correction as a labelled example: what the person decided is the truth."""
        return LabelledItem(
            id=self.item.id, title=self.item.title, groups=self.after, lead_agreed=bool(self.after)
        )


@dataclass(frozen=True, kw_only=True)
class RuleChange:
    """One term added to or taken from a list of a theme group. add: False takes it away."""

    group: str
    role: Role
    term: str
    add: bool


@dataclass(frozen=True, kw_only=True)
class Effect:
    """What a change does to known items. Each list holds item ids.

    added, dropped: (item, group) pairs that appear and disappear. better, worse: items whose
    routing comes nearer to, or goes further from, what people decided.
    """

    added: tuple[tuple[str, str], ...]
    dropped: tuple[tuple[str, str], ...]
    better: tuple[str, ...]
    worse: tuple[str, ...]

    def summary(self) -> str:
        """One Dutch sentence for the person who decides."""
        sentence = f"Zou {len(self.added)} toevoegen en {len(self.dropped)} schrappen"
        known = "bekend stuk" if len(self.better) == 1 else "bekende stukken"
        return f"{sentence}: {len(self.better)} {known} beter, {len(self.worse)} slechter."


def effect_of_change(
    labels: Sequence[LabelledItem], before: Iterable[Prediction], after: Iterable[Prediction]
) -> Effect:
    """Compare two routings of the same known items. Raises KeyError when an item is missing."""
    old = {prediction.id: prediction for prediction in before}
    new = {prediction.id: prediction for prediction in after}
    added: list[tuple[str, str]] = []
    dropped: list[tuple[str, str]] = []
    better: list[str] = []
    worse: list[str] = []
    for label in labels:
        was, now = old[label.id].groups, new[label.id].groups
        added += [(label.id, group) for group in now if group not in was]
        dropped += [(label.id, group) for group in was if group not in now]
        change = _mistakes(label, now) - _mistakes(label, was)
        if change < 0:
            better.append(label.id)
        elif change > 0:
            worse.append(label.id)
    return Effect(added=tuple(added), dropped=tuple(dropped), better=tuple(better), worse=tuple(worse))


def may_be_adopted(effect: Effect, seen: Iterable[str] = ()) -> bool:
    """A change is adopted only when no known item gets worse, except those a person has `seen`."""
    return set(effect.worse) <= set(seen)


def apply_change(book: RuleBook, change: RuleChange) -> RuleBook:
    """The rule book with the change. Raises TermUnreadable, or KeyError for an unknown group."""
    parse_term(change.term)
    if change.group not in {group.slug for group in book.groups}:
        raise KeyError(change.group)
    groups = tuple(_changed(group, change) if group.slug == change.group else group for group in book.groups)
    return replace(book, groups=groups, version=f"{book.version}+")


def proposals(router: Router, correction: Correction, *, common: Mapping[str, int]) -> tuple[RuleChange, ...]:
    """Rule changes that would have led to what the person decided.

    common: in how many known items each folded word occurs; words that occur often say nothing.
    A group that was missed gets the item's rarest words as new terms; a group that was wrong loses
    the terms that brought it there, or gets a word against it.
    """
    missed = [group for group in correction.after if group not in correction.before]
    wrong = [group for group in correction.before if group not in correction.after]
    words = _telling_words(correction.item.title, common)
    changes = [
        RuleChange(group=group, role=Role.STRONG, term=word, add=True) for group in missed for word in words
    ]
    found = router.assess(correction.item).evidence
    for group in wrong:
        blamed = [hit for hit in found.of(group) if hit.role in (Role.STRONG, Role.CONTEXT)]
        changes += [RuleChange(group=group, role=hit.role, term=hit.term, add=False) for hit in blamed]
        changes += [RuleChange(group=group, role=Role.AGAINST, term=word, add=True) for word in words[:1]]
    return tuple(changes)


def word_frequencies(items: Iterable[RoutableItem]) -> Counter[str]:
    """In how many titles each folded word occurs."""
    counts: Counter[str] = Counter()
    for item in items:
        counts.update(set(cut(item.title).folded) - {BREAK})
    return counts


def _telling_words(title: str, common: Mapping[str, int]) -> list[str]:
    words = dict.fromkeys(without_members(cut(title)).folded)
    long_enough = [word for word in words if len(word) >= _LEAST_LETTERS and not word.isdigit()]
    readable = [word for word in long_enough if _readable(word)]
    return sorted(readable, key=lambda word: (common.get(word, 0), -len(word)))[:_MOST_WORDS]


def _readable(term: str) -> bool:
    try:
        parse_term(term)
    except TermUnreadable:
        return False
    return True


def _changed(group: GroupTerms, change: RuleChange) -> GroupTerms:
    def changed(role: Role, terms: tuple[str, ...]) -> tuple[str, ...]:
        if role is not change.role:
            return terms
        rest = tuple(term for term in terms if term != change.term)
        return (*rest, change.term) if change.add else rest

    return replace(
        group,
        acts=changed(Role.ACT, group.acts),
        strong=changed(Role.STRONG, group.strong),
        context=changed(Role.CONTEXT, group.context),
        against=changed(Role.AGAINST, group.against),
    )


def _mistakes(label: LabelledItem, groups: Sequence[str]) -> int:
    wrong = set(groups) - set(label.groups) - set(label.optional)
    missed = set(label.groups) - set(groups)
    lead = bool(label.groups and label.lead_agreed and groups[:1] != label.groups[:1])
    return 2 * (len(wrong) + len(missed)) + lead
