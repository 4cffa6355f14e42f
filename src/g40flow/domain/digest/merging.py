"""One subject in one line, however many rules, groups or parts of a digest it fits in."""

from collections.abc import Iterable, Iterator, Mapping, Sequence, Set
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime
from operator import itemgetter
from typing import Any

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


Order = tuple[Any, ...]
"""Where a line stands in its part: compared with those of the same part only."""


@dataclass(frozen=True, kw_only=True)
class Candidate:
    """A line that could stand in a part.

    kin: keys that it shares with what is the same subject; of a dossier also those of its items.
    happened_at: aware UTC, of what is told because it happened; None for what stands.
    """

    section: Section
    line: Line
    kin: frozenset[str] = frozenset()
    happened_at: datetime | None = None

    @property
    def keys(self) -> frozenset[str]:
        """All keys by which it belongs with others."""
        return self.kin | {self.line.key}


@dataclass(frozen=True, kw_only=True)
class Caps:
    """How many lines a part shows. more_paths: where the rest is, per part."""

    lines: int
    more_paths: Mapping[Section, str]


class Shelf:
    """The lines of one audience, one subject in one line; of those only what will be shown is kept.

    So a digest takes no more room when it covers a year. told: facts that an earlier digest told already:
    a candidate with no other fact is left out, and one without facts says how things stand.
    anchors: candidates with which what comes later can be one subject, such as dossiers with their items.
    """

    def __init__(
        self,
        sections: Sequence[Section],
        caps: Caps,
        told: frozenset[str] = frozenset(),
        anchors: Iterable[Candidate] = (),
    ) -> None:
        self._caps = caps
        self._told = told
        self._parts = {section: _Part(section, caps.lines) for section in sections}
        self._facts: set[str] = set()
        self._anchored = _folded(self._wanted(anchors))
        self._anchors = {key for candidate in self._anchored for key in candidate.keys}

    @property
    def facts(self) -> Set[str]:
        """Every fact that the digest tells, shown or behind a link."""
        return self._facts

    def add(self, family: Iterable[Candidate]) -> None:
        """Candidates of what belongs together, which come all at once."""
        wanted = list(self._wanted(family))
        if any(not self._anchors.isdisjoint(candidate.keys) for candidate in wanted):
            self._anchored += wanted
        else:
            self._put(wanted)

    def parts(self) -> tuple[Part, ...]:
        """The parts in their order, empty ones left out. Nothing can be added afterwards."""
        self._put(self._anchored)
        self._anchored = []
        return tuple(part.shown(self._caps) for part in self._parts.values() if part.count)

    def _wanted(self, candidates: Iterable[Candidate]) -> Iterator[Candidate]:
        for candidate in candidates:
            self._facts.update(candidate.line.facts)
            if candidate.section in self._parts and not _is_told(candidate, self._told):
                yield candidate

    def _put(self, candidates: Sequence[Candidate]) -> None:
        for family in _families(candidates):
            for chosen in _lines_of(family):
                self._parts[chosen.section].put(chosen)


class _Part:
    """The best lines of one part, and how many there are. most: lines that are shown."""

    def __init__(self, section: Section, most: int) -> None:
        self.count = 0
        self._section = section
        self._most = most
        self._kept: list[tuple[Order, Line]] = []

    def put(self, candidate: Candidate) -> None:
        self.count += 1
        self._kept.append((self._place(candidate), candidate.line))
        if len(self._kept) >= 2 * self._most + 8:
            self._keep_best()

    def shown(self, caps: Caps) -> Part:
        self._keep_best()
        lines = tuple(line for _, line in self._kept)
        more_path = caps.more_paths.get(self._section, "")
        return Part(section=self._section, lines=lines, more=self.count - len(lines), more_path=more_path)

    def _keep_best(self) -> None:
        self._kept.sort(key=itemgetter(0))
        # What is read in the order in which it happened ends with the latest.
        last = self._section in CHRONOLOGICAL
        self._kept = self._kept[-self._most :] if last else self._kept[: self._most]

    def _place(self, candidate: Candidate) -> Order:
        if self._section in CHRONOLOGICAL:
            return candidate.happened_at or datetime.min.replace(tzinfo=UTC), self.count
        line = candidate.line
        far = datetime.max.replace(tzinfo=UTC)
        # After weeks without a digest what can still be acted on is read first.
        is_over = self._section is Section.NEW and (line.working_days_left or 0) < 0
        return is_over, not line.urgent, line.until or date.max, line.at or far, line.title, self.count


def merged(
    candidates: Iterable[Candidate], sections: Sequence[Section], caps: Caps, told: frozenset[str]
) -> tuple[Part, ...]:
    """The parts of a digest of a few candidates, all at hand. Arguments as of Shelf."""
    return Shelf(sections, caps, told, candidates).parts()


def _is_told(candidate: Candidate, told: frozenset[str]) -> bool:
    return bool(candidate.line.facts) and told.issuperset(candidate.line.facts)


def _folded(candidates: Iterable[Candidate]) -> list[Candidate]:
    """The same, with all that was done in one dossier in one candidate: of a year that is much."""
    found: dict[object, Candidate] = {}
    for candidate in candidates:
        line = candidate.line
        key: object = (candidate.section, line.key) if line.deeds else len(found)
        earlier = found.get(key)
        found[key] = candidate if earlier is None else _with_deeds(earlier, candidate)
    return list(found.values())


def _with_deeds(earlier: Candidate, later: Candidate) -> Candidate:
    moments = [at for at in (earlier.happened_at, later.happened_at) if at is not None]
    line, more = earlier.line, later.line
    if more.outcomes or not set(more.deeds) <= set(line.deeds):
        deeds = tuple(dict.fromkeys((*line.deeds, *more.deeds)))
        line = replace(line, deeds=deeds, outcomes=line.outcomes + more.outcomes)
    return replace(earlier, line=line, happened_at=max(moments, default=None))


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
        happened_at=max((c.happened_at for c in same if c.happened_at is not None), default=None),
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
