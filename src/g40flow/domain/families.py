"""Families: the same proposal seen as consultation, bill, letter, motion and debate.

A family is recognised by what the publishers say themselves, see family_keys. Where they say nothing,
the name of the act or a nearly equal title is a hint.
"""

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta

from g40flow.domain.family_graph import components
from g40flow.domain.family_keys import LETTER, NAME_OF_ACT, TRAJECTORIES, Keys, is_identity, keys_of, kind_of
from g40flow.domain.routing.text import BREAK, cut, without_members

_NAME_OF_ACT = re.compile(
    r"\(((?:Tijdelijke |Concept-?|Verzamel|Reparatie|Invoerings|Wijzigings)?[Ww]et[^()]{3,150})\)"
)
_LEADING_ACT = re.compile(r"^\s*((?:[Tt]ijdelijke )?[Ww]et [^(:;,|–]{3,150}?)\s*(?:\(.*)?$")
_REMARK = re.compile(
    r"\s*(?:\([^()]*\)|[-–]\s*(?:LET OP|verplaatst|tweede termijn|gewijzigd)[^-–]*)\s*$", re.IGNORECASE
)
_SAME_TITLE = 0.8
SAME_NEWS = timedelta(days=14)
"""Further apart the same title is something new, such as the letter of next year."""
_LEAST_WORDS = 3
_LETTERS = frozenset({"brief regering", "kamerbrief", "brief"})

_FORM = (
    "wet wetsvoorstel voorstel van wijziging wijzigen besluit regeling houdende regels inzake in "
    "verband met de het een en of voor op tot te ter aan over door uit enkele enige andere wetten "
    "concept ontwerp initiatiefwet motie brief kamerbrief kamer regering gewijzigde nader nota naar "
    "aanleiding verslag amendement lid leden commissiedebat tweeminutendebat schriftelijk overleg "
    "plenair debat internetconsultatie consultatie teneinde betreffende minister staatssecretaris "
    "reactie stand zaken wordt voortgezet voortzetting verplaatst tijdstip "
)
_FORM_WORDS = frozenset(_FORM.split())


@dataclass(frozen=True, kw_only=True)
class FamilyFacts:
    """What is needed to recognise family.

    source: key of the publisher. kind: the publisher's own word. dossier_number: "36800-XVI" or None.
    chain_id: Keten-ID of the legislative calendar, digits, or None. on: Dutch day of the item, if any.
    number: the publisher's own number, or None. references: other names of it, as publishers spell them.
    ministry: who sent it, "" if unknown.
    """

    id: str
    title: str
    source: str = ""
    kind: str = ""
    dossier_number: str | None = None
    chain_id: str | None = None
    on: date | None = None
    number: str | None = None
    references: tuple[str, ...] = ()
    ministry: str = ""


def reference_keys(facts: FamilyFacts) -> Keys:
    """What the publishers say that the item is, or belongs with."""
    keys = keys_of(
        own_dossier=facts.dossier_number,
        own_chain=facts.chain_id,
        number=facts.number,
        references=facts.references,
    )
    letter = _letter_key(facts)
    return replace(keys, joining=keys.joining | {letter}) if letter else keys


def _letter_key(facts: FamilyFacts) -> str | None:
    """A letter to parliament by its sender and subject.

    The archive of the government gives it none of the numbers of the Kamer, and nearly the same title.
    """
    stems = telling_stems(facts.title)
    if facts.kind.casefold() not in _LETTERS or not facts.ministry or len(stems) < _LEAST_WORDS:
        return None
    sender = facts.ministry.casefold().removeprefix("ministerie van ").strip()
    return f"{LETTER}:{sender}: {' '.join(sorted(stems))}"


def family_keys(facts: FamilyFacts) -> frozenset[str]:
    """Joining keys, and the name of the act as a hint.

    The key of a name is made of its telling word stems, so that "Wet betaalbare huur" and "de Wet
    betaalbare huur (novelle)" agree. An item may have no key at all.
    """
    keys = set(reference_keys(facts).joining)
    name = act_name(facts.title)
    if name:
        stems = telling_stems(name)
        if stems:
            keys.add(f"{NAME_OF_ACT}:" + " ".join(sorted(stems)))
    return frozenset(keys)


def act_name(title: str) -> str:
    """The name of the act that a title gives: between brackets, or the whole title; "" if none."""
    bracketed = _NAME_OF_ACT.findall(title)
    if bracketed:
        return str(bracketed[-1])
    whole = _LEADING_ACT.match(title)
    return whole.group(1) if whole else ""


def telling_stems(text: str) -> frozenset[str]:
    """Word stems that say what a text is about, without words of form and names of members."""
    words = without_members(cut(_REMARK.sub("", text)))
    return frozenset(
        stem
        for stem, folded in zip(words.stems, words.folded, strict=True)
        if folded != BREAK and len(folded) > 1 and folded not in _FORM_WORDS
    )


def title_similarity(one: str, other: str) -> float:
    """0 (nothing in common) to 1 (the same telling words)."""
    first, second = telling_stems(one), telling_stems(other)
    if not first or not second:
        return 0.0
    return len(first & second) / len(first | second)


def same_family(one: FamilyFacts, other: FamilyFacts) -> bool:
    """Whether two items concern the same proposal.

    Different dossier numbers or Keten-IDs rule it out, whatever the titles say.
    """
    if _differ(one.dossier_number, other.dossier_number) or _differ(one.chain_id, other.chain_id):
        return False
    if family_keys(one) & family_keys(other):
        return True
    enough_words = min(len(telling_stems(one.title)), len(telling_stems(other.title))) >= _LEAST_WORDS
    return enough_words and title_similarity(one.title, other.title) >= _SAME_TITLE


def same_news(one: FamilyFacts, other: FamilyFacts) -> bool:
    """Whether someone who was told of the one need not be told of the other.

    True for the same sort of item of the same publisher with nearly the same title within fourteen
    days: a debate that was moved or continued, a list that was published twice.
    """
    if one.source != other.source or one.kind != other.kind:
        return False
    if one.on is None or other.on is None or abs(one.on - other.on) > SAME_NEWS:
        return False
    if _differ(one.dossier_number, other.dossier_number):
        return False
    return title_similarity(one.title, other.title) >= _SAME_TITLE


def same_publication(one: FamilyFacts, other: FamilyFacts) -> bool:
    """Whether two publishers show the same thing, so that who heard of the one knows the other.

    They give it the same name of its own, or file it under one dossier or Keten-ID with nearly the same
    title within fourteen days.
    """
    if one.source == other.source:
        return False
    shared = reference_keys(one).joining & reference_keys(other).joining
    if any(is_identity(key) for key in shared):
        return True
    if one.on is None or other.on is None or abs(one.on - other.on) > SAME_NEWS:
        return False
    filed_alike = any(kind_of(key) in TRAJECTORIES for key in shared)
    return filed_alike and title_similarity(one.title, other.title) >= _SAME_TITLE


def families(items: Sequence[FamilyFacts]) -> tuple[tuple[str, ...], ...]:
    """Item ids grouped by joining keys, each group and the groups in order of first appearance.

    Only keys are used, not names or titles: the work grows with the number of items, not its square.
    """
    groups = components({place: reference_keys(item).joining for place, item in enumerate(items)})
    return tuple(tuple(items[place].id for place in sorted(group)) for group in groups)


def inherited_groups(routed: Iterable[tuple[str, ...]]) -> tuple[str, ...]:
    """Theme groups that an item inherits from earlier routings of its family, most frequent first."""
    counts: dict[str, int] = {}
    for groups in routed:
        for group in groups:
            counts[group] = counts.get(group, 0) + 1
    return tuple(sorted(counts, key=lambda group: (-counts[group], group)))


def _differ(one: str | None, other: str | None) -> bool:
    return bool(one and other and one.upper() != other.upper())
