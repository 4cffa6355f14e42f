"""By which names a thing is known at several publishers, and which of these make items family.

A key is a kind and a value in one spelling, whatever the publisher's: "zaak:2025Z01234",
"stuk:36512-3", "dossier:36512", "keten:12345". Items that share a joining key are family. What only
names many things (a list of a hundred dossiers) joins nothing, and says why.
"""

import re
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from enum import StrEnum

from g40flow.domain.dossier_number import normalise_dossier_number

MOST_DOSSIERS = 3
"""What names more dossiers (or Keten-IDs) than this is about none of them in particular."""

MOST_NAMES = 25
"""Of one kind: a bill comes with a dozen papers, a list of what came in with a hundred."""

LETTER = "brief"
"""Kind of key that is made of the sender and subject of a letter; the same may be written every year."""

TRAJECTORIES = frozenset({"dossier", "keten", LETTER})
"""Kinds of key that a whole course of events shares; all others name one publication."""

NAME_OF_ACT = "wet"
"""Kind of key that is made of words: a hint for who gets it, never a reason to be family."""

BY_HAND = "samen"
"""Kind of key that a person gave to two items; it says that they belong together, not that they are one."""

_UUID = r"[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}"
_PAPER = re.compile(
    r"kst-(?:\d{8}-)?(?P<number>\d{5})"
    r"(?:-(?P<addition>\(?r\d{3,4}\)?|[a-z]{1,6}|\d{2})(?=-\w))?"
    r"(?:-(?P<paper>\d{1,5}|[a-z]{1,3}))?(?:-[nhvk]\d{1,2})?"
)
_PRINTED = re.compile(
    r"(?:kamerstukken\s+i{1,2}\W+\d{4}\W+\d{2,4}\W+)?(?P<dossier>\d{2}[.\s]?\d{3}(?:\s*-?\s*(?:\(r\d{3,4}\)|[a-z]{1,6}))?)"
    r"\s*[,;]\s*nrs?\.?\s*(?P<paper>\d{1,5}|[a-z]{1,3})"
)


class LeftOut(StrEnum):
    """Why something that an item names does not make it family."""

    MANY_DOSSIERS = "many_dossiers"
    SEVERAL_DOSSIERS = "several_dossiers"  # and it does not say which is its own
    MANY_NAMES = "many_names"


@dataclass(frozen=True, kw_only=True)
class Keys:
    """joining: what makes family. mentioned: what it names besides. reasons: why those do not join."""

    joining: frozenset[str]
    mentioned: frozenset[str] = frozenset()
    reasons: frozenset[LeftOut] = frozenset()


def kind_of(key: str) -> str:
    """ "zaak" of "zaak:2025Z01234"."""
    return key.partition(":")[0]


def is_joining(key: str) -> bool:
    """Whether items that share it are family."""
    return kind_of(key) != NAME_OF_ACT


def is_identity(key: str) -> bool:
    """Whether items that share it are the same publication, seen twice."""
    return is_joining(key) and kind_of(key) not in TRAJECTORIES | {BY_HAND}


def keys_of(
    *, own_dossier: str | None, own_chain: str | None, number: str | None, references: Iterable[str]
) -> Keys:
    """What an item is known by.

    own_dossier, own_chain, number: what the publisher itself files it under; None if nothing.
    references: other names that the publisher gives it, as the publisher spells them.
    """
    named = {key for text in references for key in read_reference(text)}
    own = {key for text in (number,) if text for key in read_reference(text)}
    joining = {key for key in own if is_identity(key)}
    reasons: set[LeftOut] = set()
    for kind, mine in (("dossier", own_dossier), ("keten", own_chain)):
        others = {key for key in named if kind_of(key) == kind}
        chosen, reason = _trajectory(_own_key(kind, mine), others)
        joining |= chosen
        reasons |= {reason} if reason else set()
    for kind in {kind_of(key) for key in named} - TRAJECTORIES:
        alike = {key for key in named if kind_of(key) == kind}
        if len(alike) > MOST_NAMES:
            reasons.add(LeftOut.MANY_NAMES)
        else:
            joining |= alike
    return Keys(
        joining=frozenset(joining), mentioned=frozenset((named | own) - joining), reasons=frozenset(reasons)
    )


def _trajectory(own: str | None, named: set[str]) -> tuple[set[str], LeftOut | None]:
    """The one course of events that an item is part of. To join two would glue what is apart."""
    every = named | ({own} if own else set())
    if len(every) > MOST_DOSSIERS:
        return set(), LeftOut.MANY_DOSSIERS
    if own:
        return {own}, None
    if len(every) > 1:
        return set(), LeftOut.SEVERAL_DOSSIERS
    return every, None


def _own_key(kind: str, text: str | None) -> str | None:
    if not text:
        return None
    return dossier_key(text) if kind == "dossier" else chain_key(text)


def dossier_key(text: str) -> str | None:
    """ "dossier:36512" of "36 512", "36.512" or "36512-(R2200)"; None if it is no dossier number.

    An act of the Kingdom has a number of its own besides, which does not make it another dossier; a
    chapter of the budget ("36800-XVI") does.
    """
    number = normalise_dossier_number(text)
    return None if number is None else "dossier:" + re.sub(r"-\(R\d+\)$", "", number)


def chain_key(text: str) -> str | None:
    """ "keten:12345" of "12345" or "WGK012345"; None if it is no Keten-ID."""
    found = re.fullmatch(r"(?:wgk)?0*([1-9]\d{0,8})", text.strip().lower(), re.ASCII)
    return None if found is None else f"keten:{found[1]}"


def read_reference(text: str) -> frozenset[str]:
    """Every key that one name of a publication gives; none for what is no name that we know.

    Knows numbers of cases, documents and activities of the Tweede Kamer, identifiers of official
    publications, dossier numbers in every spelling, WGK numbers, numbers of the European Commission, and
    the addresses that hold one of these. Case and white space do not matter.
    """
    folded = " ".join(text.lower().split())[:500]
    return frozenset(key for reader in _READERS for key in reader(folded))


def _numbers_of_the_house(text: str) -> Iterable[str]:
    kinds = {"z": "zaak", "d": "document", "a": "activiteit"}
    for year, letter, serial in re.findall(r"(?<![a-z0-9])(20\d{2})([zda])(\d{5,6})(?![0-9])", text):
        yield f"{kinds[letter]}:{year}{letter.upper()}{serial}"


def _official_publication(text: str) -> Iterable[str]:
    name = re.sub(r"\.(?:html|pdf|xml)$", "", text.rpartition("/")[2])
    paper = _PAPER.fullmatch(name)
    if paper:
        yield from _paper(paper["number"], paper["addition"], paper["paper"])
    elif re.fullmatch(r"(?:stb|stcrt|trb|blg|ah-[te]k|h-[te]k)-[0-9][0-9a-z-]{0,40}", name, re.ASCII):
        yield f"stuk:{name}"


def _printed_paper(text: str) -> Iterable[str]:
    found = _PRINTED.fullmatch(text)
    if found:
        yield from _paper(found["dossier"], None, found["paper"])


def _paper(number: str, addition: str | None, paper: str | None) -> Iterable[str]:
    dossier = dossier_key(f"{number}-{addition}" if addition else number)
    if dossier is None:
        return
    yield dossier
    if paper:
        yield f"stuk:{dossier.partition(':')[2]}-{paper.upper()}"


def _dossier(text: str) -> Iterable[str]:
    if key := dossier_key(text):
        yield key


def _chain(text: str) -> Iterable[str]:
    for serial in re.findall(r"(?<![a-z0-9])wgk(\d{3,9})(?!\d)", text):
        if key := chain_key(serial):
            yield key


def _open_overheid(text: str) -> Iterable[str]:
    for uuid in re.findall(rf"open\.overheid\.nl/(?:documenten|details|publicatie)/({_UUID})", text):
        yield f"woo:{uuid}"


def _consultation(text: str) -> Iterable[str]:
    found = re.search(r"//(?:www\.)?internetconsultatie\.nl/([a-z0-9_-]{1,100})(?:/b\d+)?/?$", text)
    if found:
        kind = "consultatienummer" if found[1].isdigit() else "consultatie"
        yield f"{kind}:{found[1]}"


def _commission(text: str) -> Iterable[str]:
    found = re.fullmatch(
        r"(com|join|swd|ares)\s?\(\s?(20\d{2})\s?\)\s?/?\s?(\d{1,9})(?: final| definitief)?", text
    )
    if found:
        yield f"{found[1]}:{found[2]}/{int(found[3])}"
    for number in re.findall(r"/have-your-say/initiatives/(\d{1,9})(?!\d)", text):
        yield f"eu:{int(number)}"


_READERS: tuple[Callable[[str], Iterable[str]], ...] = (
    _numbers_of_the_house,
    _official_publication,
    _printed_paper,
    _dossier,
    _chain,
    _open_overheid,
    _consultation,
    _commission,
)
