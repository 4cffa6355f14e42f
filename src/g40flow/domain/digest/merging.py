"""One subject in one line, however many rules, groups or parts of a digest it fits in."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime

from g40flow.domain.digest.content import Also, Line, Part, Section, What

PRECEDENCE = (
    Section.WAITING,
    Section.DECISIONS_DUE,
    Section.DECIDED,
    Section.RESULTS,
    Section.RISKS,
    Section.DISSENT,
    Section.NEW,
    Section.OPEN,
    Section.CALENDAR,
    Section.NOT_REACHED,
)
"""Where a subject stands that fits in several parts: where something is asked, before where it is told."""

MOST_NAMED = 3
"""Members of a family that are named in its line."""

CHRONOLOGICAL = frozenset({Section.DECIDED, Section.RESULTS})
"""Parts that are read in the order in which things happened; the others by what is due first."""


@dataclass(frozen=True, kw_only=True)
class Candidate:
    """A line that could stand in a part.

    kin: keys that it shares with what is the same subject; of a dossier also those of its items.
    """

    section: Section
    line: Line
    kin: frozenset[str] = frozenset()

    @property
    def keys(self) -> frozenset[str]:
        """All keys by which it belongs with others."""
        return self.kin | {self.line.key}


@dataclass(frozen=True, kw_only=True)
class Caps:
    """How many lines a part shows. more_paths: where the rest is, per part."""

    lines: int
    more_paths: Mapping[Section, str]


def merged(
    candidates: Iterable[Candidate], sections: Sequence[Section], caps: Caps, told: frozenset[str]
) -> tuple[Part, ...]:
    """The parts in their order, each subject once, empty parts left out.

    told: facts that an earlier digest told already: a candidate with no other fact is left out, and
    one without facts says how things stand.
    """
    wanted = [c for c in candidates if c.section in sections and not _is_told(c, told)]
    chosen = [line for family in _families(wanted) for line in _lines_of(family)]
    return tuple(_part(section, chosen, caps) for section in sections if _has_lines(section, chosen))


def facts_of(candidates: Iterable[Candidate]) -> frozenset[str]:
    """Every fact that a digest tells, shown or behind a link."""
    return frozenset(fact for candidate in candidates for fact in candidate.line.facts)


def _is_told(candidate: Candidate, told: frozenset[str]) -> bool:
    return bool(candidate.line.facts) and told.issuperset(candidate.line.facts)


def _has_lines(section: Section, chosen: Sequence[Candidate]) -> bool:
    return any(candidate.section is section for candidate in chosen)


def _part(section: Section, chosen: Sequence[Candidate], caps: Caps) -> Part:
    lines = [candidate.line for candidate in chosen if candidate.section is section]
    if section not in CHRONOLOGICAL:
        lines.sort(key=_by_due)
    return Part(
        section=section,
        lines=tuple(lines[: caps.lines]),
        more=max(0, len(lines) - caps.lines),
        more_path=caps.more_paths.get(section, ""),
    )


def _by_due(line: Line) -> tuple[bool, date, datetime, str]:
    far = datetime.max.replace(tzinfo=UTC)
    return not line.urgent, line.until or date.max, line.at or far, line.title


def _families(candidates: Sequence[Candidate]) -> list[list[Candidate]]:
    """Candidates that share keys, also through others; in the order in which they first appear."""
    leader = list(range(len(candidates)))

    def root(number: int) -> int:
        while leader[number] != number:
            leader[number] = leader[leader[number]]
            number = leader[number]
        return number

    seen: dict[str, int] = {}
    for number, candidate in enumerate(candidates):
        for key in candidate.keys:
            other = seen.setdefault(key, number)
            first, second = sorted((root(other), root(number)))
            leader[second] = first
    families: dict[int, list[Candidate]] = {}
    for number, candidate in enumerate(candidates):
        families.setdefault(root(number), []).append(candidate)
    return list(families.values())


def _lines_of(family: Sequence[Candidate]) -> list[Candidate]:
    """One candidate per dossier, or one for all items together; the others are named in the first.

    The very item that a dossier is about needs no mention.
    """
    by_key: dict[str, list[Candidate]] = {}
    for candidate in family:
        by_key.setdefault(candidate.line.key, []).append(candidate)
    subjects = sorted((_one(same) for same in by_key.values()), key=_by_weight)
    dossiers = [subject for subject in subjects if subject.line.what is What.DOSSIER]
    heads = dossiers or subjects[:1]
    if len(heads) == len(subjects):
        return heads
    told = {key for head in heads for key in head.keys}
    named = [subject.line for subject in subjects if subject.line.key not in told]
    first = replace(
        heads[0],
        line=replace(
            heads[0].line,
            also=tuple(_also(line) for line in named[:MOST_NAMED]),
            more_also=max(0, len(named) - MOST_NAMED),
        ),
    )
    return [first, *heads[1:]]


def _by_weight(candidate: Candidate) -> tuple[bool, int, date, datetime]:
    line = candidate.line
    far = datetime.max.replace(tzinfo=UTC)
    return not line.urgent, PRECEDENCE.index(candidate.section), line.until or date.max, line.at or far


def _one(same: Sequence[Candidate]) -> Candidate:
    """What several parts say of one subject, in the part that matters most."""
    if len(same) == 1:
        return same[0]
    ordered = sorted(same, key=lambda c: (PRECEDENCE.index(c.section), c.line.until or date.max))
    first = ordered[0]
    lines = [candidate.line for candidate in ordered]
    asked = dict.fromkeys(line.asked for line in lines if ordered[0].section is Section.WAITING)
    when = _when(lines)
    return replace(
        first,
        line=replace(
            first.line,
            until=when.until,
            working_days_left=when.working_days_left,
            at=when.at,
            ends_at=when.ends_at,
            urgent=any(line.urgent for line in lines),
            news=_all(line.news for line in lines),
            deeds=_deeds(lines),
            risks=_all(line.risks for line in lines),
            cities=_all(line.cities for line in lines),
            outcomes=next((line.outcomes for line in lines if line.outcomes), ()),
            also_asked=tuple(word for word in asked if word != first.line.asked and word != "inform"),
        ),
    )


def _when(lines: Sequence[Line]) -> Line:
    """The line whose day is told: the one that matters most if it names a day, with its hour if known."""
    if lines[0].until is None:
        return min(lines, key=lambda line: line.until or date.max)
    same_day = (line for line in lines if line.until == lines[0].until)
    return min(same_day, key=lambda line: line.at is None)


def _deeds(lines: Sequence[Line]) -> tuple[str, ...]:
    """What was done. That a dossier is new goes without saying once more was done with it."""
    deeds = _all(line.deeds for line in lines)
    return tuple(deed for deed in deeds if deed != "open") or deeds


def _all(words: Iterable[tuple[str, ...]]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(word for several in words for word in several))


def _also(line: Line) -> Also:
    return Also(label=line.label or line.title, path=line.path, at=line.at, on=line.until)
