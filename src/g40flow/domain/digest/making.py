"""Making the digest of each audience from what was read once for all of them."""

from collections.abc import Iterable, Iterator, Mapping, Sequence, Set
from dataclasses import dataclass
from datetime import timedelta
from functools import cached_property
from itertools import chain

from g40flow.domain.actors import Actor, Surface
from g40flow.domain.calendar import WorkingCalendar
from g40flow.domain.digest.audiences import Audience, AudienceKind
from g40flow.domain.digest.content import SECTIONS, Also, Asked, Digest, Line, Section, What, Why
from g40flow.domain.digest.facts import DossierFacts, Facts, GapKind, ItemFacts, SourceGap
from g40flow.domain.digest.lines_of_dossiers import DossierLines
from g40flow.domain.digest.lines_of_hooks import HookLines
from g40flow.domain.digest.lines_of_items import ItemLines
from g40flow.domain.digest.merging import Candidate, Caps, Shelf
from g40flow.domain.network import Network, Role, RoleHolding

OFFICER = Actor(
    person="pa-staff",
    name="",
    surface=Surface.AUTOMATIC,
    holdings=(RoleHolding(role=Role.PA_OFFICER),),
)
"""What waits for the secretariat is what waits for anybody who holds just that role."""


_ONLY_CONSULTATIONS = {AudienceKind.PA_STAFF: False, AudienceKind.NETWORK: True}
ABOUT_ITEMS = frozenset({AudienceKind.THEME_GROUP, *_ONLY_CONSULTATIONS})
"""Kinds of digests that tell of items; the others tell of dossiers only."""

ONLY_CONSULTATIONS = frozenset(kind for kind, only in _ONLY_CONSULTATIONS.items() if only)
"""Kinds of digests that tell of no other items."""


@dataclass(frozen=True, kw_only=True)
class Rules:
    """How digests are chosen; figures are the network's choice, config/digests.yaml.

    lines: per part; shortened_lines: in a recess of an audience that has shorter digests then.
    calendar_days: how far the calendar looks ahead. soon_working_days: a term with fewer days left is
    a risk.
    """

    lines: int = 8
    shortened_lines: int = 3
    calendar_days: int = 14
    soon_working_days: int = 10


@dataclass(frozen=True, kw_only=True)
class Made:
    """A digest, and every fact that it tells, also behind a link: what the next one need not tell."""

    digest: Digest
    facts: Set[str]


@dataclass(frozen=True, kw_only=True)
class DigestMaker:
    """Makes digests of one stretch of time. names: of groups, pillars, cities, partners and people, by slug.

    shortened: with fewer lines.
    """

    facts: Facts
    network: Network
    calendar: WorkingCalendar
    rules: Rules
    names: Mapping[str, str]
    shortened: bool = False

    def shelf(
        self, audience: Audience, told: frozenset[str] = frozenset(), reader: Actor | None = None
    ) -> Shelf:
        """What there is to say to one audience, without items.

        told: facts that it was told before. reader: of a personal digest, with the roles of today.
        """
        candidates = self._candidates(audience, reader)
        return Shelf(SECTIONS[audience.kind], self._caps(audience), told, candidates)

    def fill(self, shelves: Mapping[Audience, Shelf], families: Iterable[Sequence[ItemFacts]]) -> None:
        """Add what there is to say of items, which are looked at once for all audiences.

        families: items that belong together come together.
        """
        of_groups = {a.slug: shelf for a, shelf in shelves.items() if a.kind is AudienceKind.THEME_GROUP}
        of_everybody = {a.kind: shelf for a, shelf in shelves.items() if a.kind in _ONLY_CONSULTATIONS}
        for family in families:
            for group in dict.fromkeys(routing.group for item in family for routing in item.routings):
                if group in of_groups:
                    of_groups[group].add(c for item in family for c in self._items.for_group(item, group))
            for kind, shelf in of_everybody.items():
                only = _ONLY_CONSULTATIONS[kind]
                shelf.add(
                    c for item in family for c in self._items.for_everybody(item, only_consultations=only)
                )

    def make(self, audience: Audience, shelf: Shelf) -> Made:
        """The digest of one audience, of what is on its shelf; it may have no parts."""
        recess, groups = self.calendar.recess_on(self.facts.today), self._groups_of(audience)
        digest = Digest(
            audience=audience,
            name=self.names.get(audience.slug, audience.slug),
            window=self.facts.window,
            today=self.facts.today,
            parts=shelf.parts(),
            shortened=self.shortened,
            recess="" if recess is None else recess.name,
            terms=self._dossiers.terms(audience, groups),
            figures=self.facts.figures.of(audience, groups),
        )
        return Made(digest=digest, facts=shelf.facts)

    def _candidates(self, audience: Audience, reader: Actor | None) -> Iterable[Candidate]:
        match audience.kind:
            case AudienceKind.THEME_GROUP:
                return chain(
                    self._dossiers.of_group(audience.slug),
                    self._hooks.of_group(audience.slug),
                    self._common,
                )
            case AudienceKind.PILLAR:
                groups = self._groups_of(audience)
                return chain(self._dossiers.of_pillar(audience.slug, groups), self._common)
            case AudienceKind.DAILY_BOARD:
                return chain(self._dossiers.of_board(), self._common)
            case AudienceKind.PA_STAFF:
                return chain(
                    self._triage(),
                    self._dossiers.of_staff(OFFICER),
                    self._hooks.of_everybody(activities=True),
                    self._common,
                )
            case AudienceKind.NETWORK:
                return chain(
                    self._dossiers.of_network(),
                    self._hooks.of_everybody(activities=False),
                    self._common,
                )
            case AudienceKind.PERSON:
                assert reader is not None, "a personal digest is made for a reader"
                return chain(self._dossiers.of_person(reader, self._open_or_done), self._agreed(reader))

    def _groups_of(self, audience: Audience) -> frozenset[str]:
        """The theme groups of a pillar."""
        return frozenset(group.slug for group in self.network.theme_groups if group.pillar == audience.slug)

    @cached_property
    def _items(self) -> ItemLines:
        return ItemLines(
            facts=self.facts,
            calendar=self.calendar,
            names=self.names,
            soon_working_days=self.rules.soon_working_days,
            calendar_days=self.rules.calendar_days,
        )

    @cached_property
    def _dossiers(self) -> DossierLines:
        return DossierLines(
            facts=self.facts,
            calendar=self.calendar,
            names=self.names,
            soon_working_days=self.rules.soon_working_days,
            calendar_days=self.rules.calendar_days,
        )

    @cached_property
    def _hooks(self) -> HookLines:
        return HookLines(
            facts=self.facts,
            calendar=self.calendar,
            names=self.names,
            calendar_days=self.rules.calendar_days,
        )

    @cached_property
    def _open_or_done(self) -> Sequence[DossierFacts]:
        return tuple(self.facts.dossiers)

    @cached_property
    def _common(self) -> Sequence[Candidate]:
        """What every audience but a person gets."""
        return [*map(self._gap, _at_once(self.facts.gaps)), *self._network_days()]

    def _gap(self, gaps: Sequence[SourceGap]) -> Candidate:
        """One line for publishers of which the same was not read: then it was us, or the network."""
        gap, *others = gaps
        line = Line(
            key=f"source:{gap.source}:{gap.kind}:{gap.since.isoformat()}",
            what=What.SOURCE,
            title=gap.source,
            path=f"/sources/{gap.source}",
            why=Why.SILENCE,
            asked=Asked.MEND.value,
            since=gap.since,
            at=gap.until,
            label=gap.kind.value,
            note=gap.note,
            count=gap.count,
            also=tuple(Also(label=other.source, path=f"/sources/{other.source}") for other in others),
        )
        return Candidate(section=Section.NOT_REACHED, line=line)

    def _network_days(self) -> Iterator[Candidate]:
        last = self.facts.today + timedelta(days=self.rules.calendar_days)
        for day in self.facts.network_days:
            if day.until_on >= self.facts.today and day.from_on <= last:
                line = Line(
                    key=f"day:{day.from_on.isoformat()} {day.name}",
                    what=What.DAY,
                    title=day.name,
                    path="/agenda",
                    why=Why.EVERYBODY,
                    until=day.from_on,
                )
                yield Candidate(section=Section.CALENDAR, line=line)

    def _agreed(self, reader: Actor) -> Iterator[Candidate]:
        """What somebody was to do after a contact."""
        for follow_up in self.facts.follow_ups_by_person.get(reader.person, ()):
            until = follow_up.until
            left = None if until is None else self.calendar.working_days_left(self.facts.today, until)
            line = Line(
                key=f"contact:{follow_up.contact_id}",
                what=What.CONTACT,
                title=follow_up.title,
                path=f"/contacten/{follow_up.contact_id}",
                why=Why.OWN_MOVE,
                asked="touchpoint_follow_up",
                until=until,
                working_days_left=left,
            )
            yield Candidate(section=Section.WAITING, line=line)

    def _triage(self) -> Iterator[Candidate]:
        if self.facts.in_triage:
            line = Line(
                key="triage",
                what=What.TRIAGE,
                title="",
                path="/items?triage=on",
                why=Why.STAFF,
                asked=Asked.JUDGE.value,
                count=self.facts.in_triage,
            )
            yield Candidate(section=Section.WAITING, line=line)

    def _caps(self, audience: Audience) -> Caps:
        lines = self.rules.shortened_lines if self.shortened else self.rules.lines
        group = f"group={audience.slug}" if audience.kind is AudienceKind.THEME_GROUP else ""
        items = f"/items?{group}" if group else "/items"
        dossiers = f"/dossiers?{group}" if group else "/dossiers"
        waiting = "/work" if audience.kind is AudienceKind.PERSON else dossiers
        agenda = f"/agenda?weeks=2&{group}" if group else "/agenda?weeks=2"
        return Caps(
            lines=lines,
            more_paths={
                Section.WAITING: waiting,
                Section.DECISIONS_DUE: "/board",
                Section.RISKS: dossiers,
                Section.DISSENT: dossiers,
                Section.NEW: items,
                Section.OPEN: f"{items}{'&' if group else '?'}open=on",
                Section.CALENDAR: agenda,
                Section.DECIDED: f"{dossiers}{'&' if group else '?'}state=all",
                Section.RESULTS: items,
                Section.NOT_REACHED: "/sources",
            },
        )


def _at_once(gaps: Sequence[SourceGap]) -> list[list[SourceGap]]:
    """Gaps that read the same but for the publisher, together."""
    found: dict[object, list[SourceGap]] = {}
    for number, gap in enumerate(gaps):
        began = gap.since.replace(second=0, microsecond=0)
        ended = None if gap.until is None else gap.until.replace(second=0, microsecond=0)
        found.setdefault((began, ended) if gap.kind is GapKind.UNREACHED else number, []).append(gap)
    return list(found.values())
