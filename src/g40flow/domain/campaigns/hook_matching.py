"""Which moments concern a dossier, and why: by number, agenda, family, word or committee.

Pure. A proposal without a reason does not exist, and what ties loosely (a committee, the type of the
campaign) proposes only the next moment of its kind.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from functools import cached_property, lru_cache

from g40flow.domain.campaigns.hooks import HookReason, ReasonKind
from g40flow.domain.campaigns.words import HookKind
from g40flow.domain.folding import fold
from g40flow.domain.routing.text import cut

RESPONSE_HOOKS = (
    HookKind.INPUT_DEADLINE,
    HookKind.WRITTEN_CONSULTATION,
    HookKind.COMMITTEE_DEBATE,
    HookKind.LEGISLATIVE_CONSULTATION,
    HookKind.ROUND_TABLE,
    HookKind.PLENARY_DEBATE,
    HookKind.TWO_MINUTE_DEBATE,
    HookKind.VOTE,
)
"""What a response is followed through after it was handed in, the most telling first."""

FROM_THE_CALENDAR = frozenset({HookKind.BUDGET_MOMENT, HookKind.ELECTION_MOMENT, HookKind.FORMATION_MOMENT})
"""Kinds that no publisher announces as an activity."""

_BY_COMMITTEE = frozenset({HookKind.PROCEDURE_MEETING, HookKind.CONTROVERSIAL_LIST})
"""Kinds that deal with whatever a committee has before it, so that the committee alone is a reason."""

_BY_TYPE = frozenset({HookKind.ORDER_OF_BUSINESS, HookKind.CONTROVERSIAL_LIST})
"""Kinds of the whole chamber at which anything can come up."""

_LOOSE = frozenset({ReasonKind.COMMITTEE, ReasonKind.CAMPAIGN_TYPE})


@dataclass(frozen=True, kw_only=True)
class Upcoming:
    """An activity that is still to come.

    on: None as long as it has no day. item_key: (source, identifier). cases: keys of the cases it deals
    with. dossier_numbers: of itself and of those cases. families: ids.
    """

    item_id: int
    item_key: tuple[str, str]
    kind: HookKind
    title: str
    on: date | None = None
    agenda: Sequence[str] = ()
    committees: Sequence[str] = ()
    cases: frozenset[tuple[str, str]] = frozenset()
    dossier_numbers: frozenset[str] = frozenset()
    families: frozenset[int] = frozenset()

    @cached_property
    def words(self) -> str:
        """Title and agenda as words to find phrases in; cut once, whoever asks."""
        return _SENTENCE.join(_spaced(text) for text in (self.title, *self.agenda))


@dataclass(frozen=True, kw_only=True)
class Interest:
    """What a dossier is tied to in parliament.

    kinds: that matter, the most telling first; is_campaign: they are those of its type.
    items: linked items, (source, identifier) to title. dossier_numbers, committees, words: followed by
    hand or known from what is linked. families: id to the title of the linked item.
    """

    dossier_id: int
    kinds: Sequence[HookKind]
    is_campaign: bool = False
    items: Mapping[tuple[str, str], str]
    dossier_numbers: frozenset[str] = frozenset()
    families: Mapping[int, str]
    committees: frozenset[str] = frozenset()
    words: Sequence[str] = ()


@dataclass(frozen=True, kw_only=True)
class Match:
    """An activity that concerns a dossier, and why, the strongest reason first."""

    upcoming: Upcoming
    reasons: tuple[HookReason, ...]


def matches(interest: Interest, upcoming: Iterable[Upcoming]) -> list[Match]:
    """The activities that concern a dossier, by day; those without a day come last."""
    found = [
        Match(upcoming=one, reasons=reasons)
        for one in upcoming
        if (reasons := tuple(reasons_for(interest, one))) and _is_enough(interest, one, reasons)
    ]
    found.sort(key=lambda match: (match.upcoming.on or date.max, match.upcoming.item_id))
    return list(_once_if_loose(found))


def reasons_for(interest: Interest, one: Upcoming) -> Iterator[HookReason]:
    """Everything that ties an activity to a dossier, the strongest first."""
    if one.item_key in interest.items:
        yield HookReason(kind=ReasonKind.ITEM, value=interest.items[one.item_key])
    for key in sorted(one.cases & interest.items.keys()):
        yield HookReason(kind=ReasonKind.CASE, value=interest.items[key])
    shared = sorted(one.dossier_numbers & interest.dossier_numbers)
    for number in shared:
        yield HookReason(kind=ReasonKind.DOSSIER_NUMBER, value=number)
    if not shared:
        for family in sorted(one.families & interest.families.keys()):
            yield HookReason(kind=ReasonKind.FAMILY, value=interest.families[family])
    for word in interest.words:
        if _has(one.words, word):
            yield HookReason(kind=ReasonKind.WORD, value=word)
    followed = {fold(name) for name in interest.committees}
    for name in one.committees:
        if fold(name) in followed:
            yield HookReason(kind=ReasonKind.COMMITTEE, value=name)
    if interest.is_campaign and one.kind in _BY_TYPE and one.kind in interest.kinds:
        yield HookReason(kind=ReasonKind.CAMPAIGN_TYPE, value=one.kind.value)


def has_phrase(text: str, phrase: str) -> bool:
    """Whether the words of a phrase stand together in a text, in any case and with Dutch endings."""
    return _has(_spaced(text), phrase)


_SENTENCE = "  "
"""Between two texts, and where a sentence breaks: no phrase has two blanks."""


def _has(words: str, phrase: str) -> bool:
    wanted = _spaced(phrase)
    return bool(wanted.strip()) and _SENTENCE not in wanted and wanted in words


@lru_cache(maxsize=4096)
def _spaced(text: str) -> str:
    """The stems of a text with a blank around each; a break leaves two."""
    return f" {' '.join(cut(text).stems)} "


def _is_enough(interest: Interest, one: Upcoming, reasons: Sequence[HookReason]) -> bool:
    kinds = {reason.kind for reason in reasons}
    if kinds - _LOOSE:
        return True
    if one.on is None or one.kind not in interest.kinds:
        return False
    if ReasonKind.COMMITTEE in kinds and one.kind in _BY_COMMITTEE:
        return True
    # A list that a committee makes up is only of use to who deals with that committee.
    return ReasonKind.CAMPAIGN_TYPE in kinds and not one.committees


def _once_if_loose(found: Iterable[Match]) -> Iterator[Match]:
    """Of what ties loosely only the next: a committee meets every week."""
    seen: set[tuple[HookKind, str]] = set()
    for match in found:
        if {reason.kind for reason in match.reasons} <= _LOOSE:
            key = (match.upcoming.kind, match.reasons[0].value)
            if key in seen:
                continue
            seen.add(key)
        yield match
