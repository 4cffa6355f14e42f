"""The sentences in which a committee sets a day for input ("inbreng"), which is published in no other way.

    Inbreng voor het verslag wordt geleverd op 13 oktober 2026.
    De commissies besluiten op 13 oktober 2026 gelegenheid te bieden voor het leveren van inbreng voor
    nader schriftelijk overleg
    Inbreng voor schriftelijk overleg kan tot 6 oktober a.s. 12.00 uur worden geleverd.

The sentence stays with the day that is read from it, so that people can see whether it is right.
"""

import re
from dataclasses import dataclass
from datetime import date, time, timedelta

from g40flow.sources.eerstekamer.words import CLOCK, MONTH, made_day
from g40flow.sources.markup import MONTHS

_INPUT = re.compile(r"\binbreng(?:en)?\b", re.IGNORECASE)
_SENTENCE_ENDS = re.compile(r"(?<=[.!?])\s+(?=[A-Z(‘“])|\n+")
_DAY = (
    rf"(?P<day>\d{{1,2}})\s+(?P<month>{MONTH})(?:\s+(?P<year>\d{{4}}))?"
    rf"(?:\s+(?:a\.s\.|aanstaande))?(?:,?\s+(?:om|tot|vóór|uiterlijk)?\s*{CLOCK}\s*uur)?"
)
_WHEN = r"(?:op|vóór|voor|tot(?: en met)?|uiterlijk(?: op)?|per)\s+(?:(?:maan|dins|woens|donder|vrij)dag\s+)?"
_DAY_AFTER = re.compile(rf"\binbreng(?:en)?\b.*?\b{_WHEN}{_DAY}", re.IGNORECASE | re.DOTALL)
_DAY_BEFORE = re.compile(rf"\b{_WHEN}{_DAY}(?P<between>.*?)\binbreng", re.IGNORECASE | re.DOTALL)
_TODAY = re.compile(r"\binbreng(?:en)?\b.*?\b(?:heden|vandaag)\b", re.IGNORECASE | re.DOTALL)
_ROUND = re.compile(
    r"\binbreng(?:en)?\s+(?:voor|ten behoeve van)\s+(?:(?:het|een|de)\s+)?(?P<round>.+?)"
    r"(?=\s+(?:wordt|worden|te\b|op\b|kan|kunnen|zal|door|uiterlijk|tot|vóór|per|heden|vandaag|met|aan|geleverd|gelegenheid)"
    r"|[.,;]|$)",
    re.IGNORECASE,
)
_DELIVERED = re.compile(
    r"\bgeleverd door de led(?:en|en van)\b|\b(?:ruwe|los) inbreng|\bis geleverd\b|\bwerd geleverd\b",
    re.IGNORECASE,
)
_SOME_DAY = re.compile(rf"\b(?:{MONTH}|\d{{4}})\b", re.IGNORECASE)
_REASONABLE = timedelta(days=400)


@dataclass(frozen=True, kw_only=True)
class InputRound:
    """A day for input. round: "verslag", "nader schriftelijk overleg"; "" if not told.

    clock: until when on that day, Dutch time; None if not told. sentence: as the committee wrote it.
    """

    round: str
    on: date
    clock: time | None
    sentence: str


@dataclass(frozen=True, kw_only=True)
class Inputs:
    """rounds: in the order of the text. unread: sentences that seem to set a day that cannot be read."""

    rounds: tuple[InputRound, ...] = ()
    unread: tuple[str, ...] = ()


def read_inputs(decision: str, meeting: date) -> Inputs:
    """What a decision says about input. meeting: the day on which it was taken."""
    rounds: list[InputRound] = []
    unread: list[str] = []
    for sentence in _SENTENCE_ENDS.split(decision):
        if not _INPUT.search(sentence):
            continue
        found = _read(sentence.strip(), meeting)
        if found is not None:
            rounds.append(found)
        elif _SOME_DAY.search(sentence) and not _DELIVERED.search(sentence):
            unread.append(sentence.strip())
    return Inputs(rounds=tuple(rounds), unread=tuple(unread))


def _read(sentence: str, meeting: date) -> InputRound | None:
    named = _ROUND.search(sentence)
    what = " ".join(named["round"].split())[:80].lower() if named else ""
    found = _DAY_AFTER.search(sentence) or _DAY_BEFORE.search(sentence)
    if found is None:
        if not _TODAY.search(sentence):
            return None
        return InputRound(round=what, on=meeting, clock=None, sentence=sentence)
    day = _day(found, meeting)
    if day is None or abs(day - meeting) > _REASONABLE:
        return None
    return InputRound(round=what, on=day, clock=_clock(found), sentence=sentence)


def _day(found: re.Match[str], meeting: date) -> date | None:
    """Without a year it is the first such day from the meeting on."""
    month, day = MONTHS[found["month"].lower()], int(found["day"])
    if found["year"]:
        return made_day(int(found["year"]), month, day)
    here = made_day(meeting.year, month, day)
    return here if here is not None and here >= meeting else made_day(meeting.year + 1, month, day)


def _clock(found: re.Match[str]) -> time | None:
    if not found["hour"] or int(found["hour"]) > 23 or int(found["minute"]) > 59:
        return None
    return time(int(found["hour"]), int(found["minute"]))
