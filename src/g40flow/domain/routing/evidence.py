"""Which terms of the rule book occur where in an item."""

import re
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import cached_property

from g40flow.domain.routing.items import RoutableItem
from g40flow.domain.routing.rules import Role, RuleBook
from g40flow.domain.routing.terms import Span, TermIndex, parse_phrase, parse_term
from g40flow.domain.routing.text import BREAK, Words, cut, without_members

_SITTING = re.compile(
    r"^\W*(?:(?:van|voor) de\W+)?(?:\w+ )?commissies?\b.*"
    r"|\bd\.?d\.?\b.*|\b(?:op|van) \d.*|\((?:besloten|openbaar|digitaal|via|per|let op)\b[^)]*\)",
    re.IGNORECASE | re.DOTALL,
)
"""Which committee or day a sitting is of: nothing about its subject."""
_LETTERS = re.compile(r"[^\W\d_]{2}")
_NEGATED_WORDS = 6
_INSIDE_LONGER = 0.35
_TEXT_LIMIT = 4_000
"""Characters of one field that are read: what an item is about is said at the beginning."""

ROLE_WEIGHTS: Mapping[Role, float] = {
    Role.ACT: 1.2,
    Role.STRONG: 1.0,
    Role.CONTEXT: 0.5,
    Role.AGAINST: -1.0,
    Role.NATIONAL: -1.0,
    Role.CITY: 0.5,
}


@dataclass(frozen=True)
class Hit:
    """A term that was found. weight: signed, of the role and the field together."""

    group: str
    role: Role
    term: str
    field: str
    weight: float
    quote: str
    span: Span


@dataclass(frozen=True)
class Evidence:
    """All that the rules found in one item; hits on the same words count once for each group."""

    hits: tuple[Hit, ...]
    fields: Mapping[str, Words]

    def of(self, group: str) -> tuple[Hit, ...]:
        """The hits for one theme group, or with "" those that concern every group."""
        return self._by_group.get(group, ())

    @cached_property
    def _by_group(self) -> dict[str, tuple[Hit, ...]]:
        found: dict[str, list[Hit]] = {}
        for hit in self.hits:
            found.setdefault(hit.group, []).append(hit)
        return {group: tuple(hits) for group, hits in found.items()}


@dataclass(frozen=True)
class _Term:
    group: str
    role: Role
    text: str
    phrases: tuple[int, ...]
    strength: float = 1.0


@dataclass
class EvidenceFinder:
    """Finds the terms of one rule book. Built once, used for many items."""

    book: RuleBook
    _index: TermIndex = field(default_factory=TermIndex)
    _terms: dict[int, list[_Term]] = field(default_factory=dict)
    _masks: set[int] = field(default_factory=set)
    _negators: set[int] = field(default_factory=set)
    _procedural: re.Pattern[str] = field(init=False)

    def __post_init__(self) -> None:
        self._procedural = _beginning_with(self.book.procedural)
        for group in self.book.groups:
            for role, texts in (
                (Role.ACT, group.acts),
                (Role.STRONG, group.strong),
                (Role.CONTEXT, group.context),
                (Role.AGAINST, group.against),
            ):
                self._add(group.slug, role, texts)
        self._add("", Role.NATIONAL, self.book.national)
        self._add("", Role.NATIONAL, self.book.national_mild, strength=0.5)
        self._add("", Role.CITY, self.book.city)
        self._masks = {self._index.add(parse_phrase(text)) for text in self.book.masks}
        self._negators = {self._index.add(parse_phrase(text)) for text in self.book.negators}

    def _add(self, group: str, role: Role, texts: Iterable[str], *, strength: float = 1.0) -> None:
        for text in texts:
            phrases = tuple(self._index.add(phrase) for phrase in parse_term(text))
            self._terms.setdefault(phrases[0], []).append(_Term(group, role, text, phrases, strength))

    def find(self, item: RoutableItem) -> Evidence:
        """Everything the rule book has to say about the texts of this item."""
        hits: list[Hit] = []
        fields: dict[str, Words] = {}
        for name, text in texts_of(self.subject_only(item)):
            words = without_members(cut(text[:_TEXT_LIMIT]))
            fields[name] = words
            hits.extend(self._hits(name, words, self.book.fields.get(name, 0.5)))
        return Evidence(tuple(_once_per_term(hits)), fields)

    def subject_only(self, item: RoutableItem) -> RoutableItem:
        """The item without the part of its title that only names a procedure.

        "Stemmingen over de Jeugdwet" is about the Jeugdwet; what "Procedurevergadering commissie X"
        is about, only its agenda tells: neither the committee nor the practical notes in its summary.
        """
        found = self._procedural.match(item.title)
        if not found:
            return item
        subject = _SITTING.sub("", item.title[found.end() :]).strip()
        if _LETTERS.search(subject):
            return replace(item, title=subject)
        return replace(item, title="", summary="", committee="", following_committees=())

    def _hits(self, name: str, words: Words, field_weight: float) -> Iterator[Hit]:
        places: dict[int, list[Span]] = defaultdict(list)
        for number, span in self._index.find(words):
            places[number].append(span)
        hidden = [span for number in self._masks for span in places.get(number, ())]
        hidden += [_negated(words, span) for number in self._negators for span in places.get(number, ())]
        found: list[Hit] = []
        for number, spans in places.items():
            for term in self._terms.get(number, ()):
                if not all(other in places for other in term.phrases[1:]):
                    continue
                visible = [span for span in spans if not _is_hidden(span, hidden)]
                for span in visible[:1]:
                    weight = ROLE_WEIGHTS[term.role] * term.strength * field_weight
                    quote = " ".join(words.published[span.start : span.end])
                    found.append(Hit(term.group, term.role, term.text, name, weight, quote, span))
        yield from _weakened_by_longer(list(_without_overlap(found)))


def _beginning_with(phrases: Iterable[str]) -> re.Pattern[str]:
    listed = "|".join(re.escape(phrase) for phrase in sorted(phrases, key=len, reverse=True))
    return re.compile(rf"\W*(?:{listed})\b" if listed else r"(?!)", re.IGNORECASE)


def texts_of(item: RoutableItem) -> Iterator[tuple[str, str]]:
    """Field name and text, the most telling field first; a summary that repeats the title is cut."""
    yield "title", item.title
    if item.themes:
        yield "theme", " . ".join(item.themes)
    summary = item.summary
    if summary.startswith(item.title):
        summary = summary[len(item.title) :]
    if summary.strip():
        yield "summary", summary
    if item.agenda:
        yield "agenda", " . ".join(item.agenda)
    if item.document_titles:
        yield "documents", " . ".join(item.document_titles)
    if item.dossier_number:
        yield "dossier", item.dossier_number


def _negated(words: Words, negator: Span) -> Span:
    end = negator.end
    while end < len(words.folded) and end - negator.end < _NEGATED_WORDS and words.folded[end] != BREAK:
        end += 1
    return Span(negator.start, end)


def _is_hidden(span: Span, hidden: Iterable[Span]) -> bool:
    """A mask hides what lies within it, but not a longer phrase around it nor itself."""
    return any(
        mask.start <= span.start and span.end <= mask.end and (mask.start, mask.end) != (span.start, span.end)
        for mask in hidden
    )


def _without_overlap(hits: Iterable[Hit]) -> Iterator[Hit]:
    taken: dict[tuple[str, bool], list[Span]] = defaultdict(list)
    for hit in sorted(hits, key=lambda hit: (-abs(hit.weight), hit.span.start - hit.span.end, hit.term)):
        spans = taken[hit.group, hit.weight > 0]
        if any(hit.span.start < other.end and other.start < hit.span.end for other in spans):
            continue
        spans.append(hit.span)
        yield hit


def _weakened_by_longer(hits: Sequence[Hit]) -> Iterator[Hit]:
    """ "Financiën decentrale overheden" is one subject of one group, not also "decentrale overheden"."""
    telling = [hit for hit in hits if hit.role in (Role.ACT, Role.STRONG) or hit.weight <= -0.9]
    for hit in hits:
        inside = hit.role in (Role.STRONG, Role.CONTEXT, Role.NATIONAL) and any(
            other.group != hit.group
            and other.span.start <= hit.span.start
            and hit.span.end <= other.span.end
            and other.span != hit.span
            for other in telling
        )
        yield replace(hit, weight=hit.weight * _INSIDE_LONGER) if inside else hit


def _once_per_term(hits: Iterable[Hit]) -> Iterator[Hit]:
    best: dict[tuple[str, Role, str], Hit] = {}
    for hit in hits:
        key = (hit.group, hit.role, hit.term)
        if key not in best or abs(hit.weight) > abs(best[key].weight):
            best[key] = hit
    yield from best.values()
