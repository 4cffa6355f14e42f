"""Numbers that say how strongly an item's evidence speaks for one theme group."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from g40flow.domain.routing.evidence import Evidence, Hit
from g40flow.domain.routing.rules import Role

FEATURES: tuple[str, ...] = (
    "title",  # own subjects and acts in the title
    "theme",  # the same in the publisher's topics
    "body",  # the same in summary, agenda and documents
    "act",  # an act or programme of the group is named
    "cover",  # share of the title's telling words that are the group's own
    "context_title",
    "context_body",
    "against_title",
    "against_body",
    "national_title",
    "national_body",
    "national_cover",
    "city_title",
    "city_body",
    "hint",  # committee or ministry
    "hint_national",
    "share",  # this group's part of what speaks for all groups
    "first",  # no group has more
    "dossier",  # earlier items of the dossier went to this group
    "nothing_else",  # some evidence, and no subject that is for nobody
    "subject",  # own subjects and acts in the part of the title that says what it is about
    "learned",  # what the word model says of this group, see model.py
    "learned_any",  # what it says of being for any group at all
)

_EMPTY = (
    "de het een en of van voor in op met bij tot te ter ten aan over om door uit naar wet wijziging "
    "besluit regeling voorstel lid leden houdende enige andere wetten verband regels inzake "
    "betreffende motie gewijzigde nader brief regering commissiedebat wijzigen nieuwe die dat deze "
    "als ook niet zijn wordt voortgezet voortzetting verplaatst gewijzigd tijdstip let aanvangstijd "
    "tweede termijn januari februari maart april mei juni juli augustus september oktober november "
    "december worden ter concept ontwerp initiatiefwet wetsvoorstel d jl nr onder meer tijdelijke "
    "artikel "
)
_STOP_WORDS = frozenset(_EMPTY.split())


_NO_HITS = (0.0,) * FEATURES.index("national_title")


@dataclass(frozen=True)
class BodyHint:
    """What committee and ministry together say: weight per theme group, and for nobody."""

    groups: Mapping[str, float]
    national: float


_CHANGED = frozenset(("wijziging", "wijzigen", "wijzigt", "aanpassing"))
_BECAUSE = frozenset(
    ("verband", "teneinde", "strekkende", "houdende", "inzake", "betreffende", "waarmee", "om", "ter")
)
_HEARING = frozenset(("rondetafelgesprek", "rondetafelgesprekken", "hoorzitting", "gesprek"))


@dataclass(frozen=True)
class ItemNumbers:
    """What is the same for every theme group of one item.

    telling: places of the title's telling words. subject_from: place in the title from which it says
    what it is about; before that stand the acts that are changed, or who wrote a position paper.
    """

    support: Mapping[str, float]
    telling: frozenset[int]
    subject_from: int
    national_title: float
    national_body: float
    national_cover: float
    city_title: float
    city_body: float


def diminishing(weights: Iterable[float]) -> float:
    """The heaviest counts fully, each next one half as much: ten words are not ten reasons."""
    total, factor = 0.0, 1.0
    for weight in sorted(weights, reverse=True):
        total += weight * factor
        factor /= 2
    return total


def item_numbers(evidence: Evidence) -> ItemNumbers:
    """The numbers shared by all theme groups, among them how much speaks for each of them."""
    everywhere = evidence.of("")
    national = [hit for hit in everywhere if hit.role is Role.NATIONAL]
    city = [hit for hit in everywhere if hit.role is Role.CITY]
    by_group: dict[str, list[Hit]] = {}
    for hit in evidence.hits:
        if hit.group:
            by_group.setdefault(hit.group, []).append(hit)
    telling = _telling(evidence)
    return ItemNumbers(
        telling=telling,
        subject_from=_subject_from(evidence.fields["title"].folded),
        support={group: _support(hits) for group, hits in by_group.items()},
        national_title=diminishing(-hit.weight for hit in national if hit.field == "title"),
        national_body=diminishing(-hit.weight for hit in national if hit.field != "title"),
        national_cover=_cover(telling, national),
        city_title=diminishing(hit.weight for hit in city if hit.field == "title"),
        city_body=diminishing(hit.weight for hit in city if hit.field != "title"),
    )


def pair_features(
    evidence: Evidence,
    shared: ItemNumbers,
    group: str,
    hint: BodyHint,
    *,
    dossier: bool,
    learned: float,
    learned_any: float,
) -> tuple[float, ...]:
    """The numbers for one theme group, in the order of FEATURES.

    learned, learned_any: log-odds from the word model, 0 when there is none.
    """
    hits = evidence.of(group)
    if not hits:
        return _without_hits(shared, hint, group, dossier=dossier, learned=learned, learned_any=learned_any)
    own = [hit for hit in hits if hit.role in (Role.ACT, Role.STRONG)]
    context = [hit for hit in hits if hit.role is Role.CONTEXT]
    against = [hit for hit in hits if hit.role is Role.AGAINST]
    support = shared.support.get(group, 0.0)
    most = max(shared.support.values(), default=0.0)
    total = sum(value for value in shared.support.values() if value > 0)
    return (
        diminishing(hit.weight for hit in own if hit.field == "title"),
        diminishing(hit.weight for hit in own if hit.field == "theme"),
        diminishing(hit.weight for hit in own if hit.field not in ("title", "theme")),
        float(any(hit.role is Role.ACT for hit in own)),
        _cover(shared.telling, own),
        diminishing(hit.weight for hit in context if hit.field == "title"),
        diminishing(hit.weight for hit in context if hit.field != "title"),
        diminishing(-hit.weight for hit in against if hit.field == "title"),
        diminishing(-hit.weight for hit in against if hit.field != "title"),
        shared.national_title,
        shared.national_body,
        shared.national_cover,
        shared.city_title,
        shared.city_body,
        hint.groups.get(group, 0.0),
        hint.national,
        support / total if support > 0 else 0.0,
        float(support > 0 and support >= most),
        float(dossier),
        float(bool(own) and shared.national_title == 0 and shared.national_body == 0),
        diminishing(
            hit.weight for hit in own if hit.field == "title" and hit.span.start >= shared.subject_from
        ),
        learned,
        learned_any,
    )


def _without_hits(
    shared: ItemNumbers, hint: BodyHint, group: str, *, dossier: bool, learned: float, learned_any: float
) -> tuple[float, ...]:
    """The same as pair_features for the many groups of which no word occurs, in a fraction of the time."""
    return (
        *_NO_HITS,
        shared.national_title,
        shared.national_body,
        shared.national_cover,
        shared.city_title,
        shared.city_body,
        hint.groups.get(group, 0.0),
        hint.national,
        0.0,
        0.0,
        float(dossier),
        0.0,
        0.0,
        learned,
        learned_any,
    )


def _support(hits: Sequence[Hit]) -> float:
    own = [hit.weight for hit in hits if hit.role in (Role.ACT, Role.STRONG)]
    context = [hit.weight for hit in hits if hit.role is Role.CONTEXT]
    against = [-hit.weight for hit in hits if hit.role is Role.AGAINST]
    return diminishing(own) + diminishing(context) - diminishing(against)


def _subject_from(words: Sequence[str]) -> int:
    """ "Wijziging van de Gemeentewet in verband met parkeren" is about parking: 0 when nothing precedes."""
    if words[:2] == ("position", "paper"):
        return next((at for at, word in enumerate(words) if word in _HEARING), 0)
    changed = next((at for at, word in enumerate(words) if word in _CHANGED), None)
    if changed is None:
        return 0
    return next((at for at, word in enumerate(words) if at > changed and word in _BECAUSE), 0)


def _telling(evidence: Evidence) -> frozenset[int]:
    words = evidence.fields["title"].folded
    return frozenset(
        at
        for at, word in enumerate(words)
        if len(word) > 1 and word not in _STOP_WORDS and not word.isdigit()
    )


def _cover(telling: frozenset[int], hits: Iterable[Hit]) -> float:
    if not telling:
        return 0.0
    covered = {
        at
        for hit in hits
        if hit.field == "title"
        for at in range(hit.span.start, hit.span.end)
        if at in telling
    }
    return len(covered) / len(telling)
