"""The world of the sandbox: what its publishers know, and everything that can happen to it."""

from collections import deque
from collections.abc import Callable, Iterator, Mapping, MutableMapping
from dataclasses import dataclass, field, replace
from datetime import UTC, date, datetime, time, timedelta
from functools import cache
from importlib.resources import files
from threading import RLock
from typing import Any

import yaml

from g40flow.sandbox.world.archive import OpenDocument, of_municipalities, on_the_site, read_documents
from g40flow.sandbox.world.faults import Fault, FaultBoard
from g40flow.sandbox.world.feed import Feed, FeedEntry, StoredFeed
from g40flow.sandbox.world.house import house_entities
from g40flow.sandbox.world.initiatives import Initiative, read_initiatives
from g40flow.sandbox.world.model import AMSTERDAM, Consultation, Entity
from g40flow.sandbox.world.papers import JournalEntry, PressItem, read_journal, read_press
from g40flow.sandbox.world.parliament import (
    Activity,
    Case,
    Dossier,
    Parliament,
    Published,
    agenda_links,
    deleted,
    dossier_entity,
    guid,
    utc_instant,
)
from g40flow.sandbox.world.reading import (
    Shift,
    read_activity,
    read_case,
    read_committee,
    read_consultation,
    read_dossier,
)
from g40flow.sandbox.world.senate import Senate, read_senate

WORLD_START = datetime(2026, 11, 23, 8, tzinfo=UTC)
"""Monday 23 November 2026, 09:00 in the Netherlands: the moment the data set was written for."""

KEPT_REQUESTS = 5_000
_LOADER: Any = getattr(yaml, "CSafeLoader", yaml.SafeLoader)  # ten times as quick where it is there
_FIRST_DOCUMENT = 16_400
_FIRST_CONSULTATION = 5_540
_YEAR = 2026
_FIRST_CASE = 19_001
_FIRST_ACTIVITY = 7_101


@dataclass(frozen=True, kw_only=True)
class SeenRequest:
    """One request that reached a publisher. path: with query. at: aware UTC by the sandbox clock.

    fault: name of the fault that answered it, None for an ordinary answer.
    """

    method: str
    path: str
    status: int
    at: datetime
    fault: str | None = None
    user_agent: str = ""


@dataclass
class Contents:
    """What the publishers know, and the descriptions the feed was made from, by key."""

    consultations: MutableMapping[str, Consultation] = field(default_factory=dict)
    feed: Feed = field(default_factory=StoredFeed)
    parliament: Parliament = field(default_factory=Parliament)
    dossiers: dict[str, Dossier] = field(default_factory=dict)
    cases: dict[str, Case] = field(default_factory=dict)
    activities: dict[str, Activity] = field(default_factory=dict)
    senate: Senate = field(default_factory=Senate)
    journal: dict[str, JournalEntry] = field(default_factory=dict)
    press: dict[str, PressItem] = field(default_factory=dict)
    archive: dict[str, OpenDocument] = field(default_factory=dict)
    initiatives: dict[int, Initiative] = field(default_factory=dict)

    def copy(self) -> "Contents":
        """The same contents, to be changed independently; what they hold is immutable."""
        return replace(
            self,
            consultations=dict(self.consultations),
            feed=self.stored.copy(),
            dossiers=dict(self.dossiers),
            cases=dict(self.cases),
            activities=dict(self.activities),
            senate=self.senate.copy(),
            journal=dict(self.journal),
            press=dict(self.press),
            archive=dict(self.archive),
            initiatives=dict(self.initiatives),
        )

    def open_documents(self, now: datetime) -> list[OpenDocument]:
        """What can be found on open.overheid.nl, what changed last first. now: aware."""
        return on_the_site(self.archive.values(), self.cases.values(), now)

    @property
    def stored(self) -> StoredFeed:
        """The feed, when it is one that can change. Raises TypeError for a generated one."""
        if not isinstance(self.feed, StoredFeed):
            raise TypeError("a generated feed cannot change")
        return self.feed


@dataclass(frozen=True, kw_only=True)
class ScriptStep:
    """One step of the demo's script.

    title, watch: Dutch, what happens and where to look. events: name ("event") and values of each.
    """

    title: str
    watch: str
    events: tuple[Mapping[str, Any], ...]


class World:
    """Contents, faults, switches and the log of requests of one sandbox.

    build: makes the contents afresh, at the start and for reset(). Hold `lock` while changing them.
    validators: whether answers carry ETag and Last-Modified and 304 is given.
    understands_filters: whether the Commission's site does what it is asked.
    happened: events that were played, with when (aware UTC) and what in Dutch.
    script_position: how many steps of the script were played.
    """

    def __init__(self, build: Callable[[], Contents]) -> None:
        self._build = build
        self.lock = RLock()
        self.contents = build()
        self.faults = FaultBoard()
        self.validators = False
        self.understands_filters = True
        self.changed_at: datetime = WORLD_START
        self.script_position = 0
        self.requests: deque[SeenRequest] = deque(maxlen=KEPT_REQUESTS)
        self.happened: deque[tuple[datetime, str]] = deque(maxlen=KEPT_REQUESTS)

    def reset(self) -> None:
        """Back to the beginning: contents, faults, switches, script and log. Not the clock."""
        with self.lock:
            self.contents = self._build()
            self.faults.clear()
            self.validators = False
            self.understands_filters = True
            self.script_position = 0
            self.requests.clear()
            self.happened.clear()

    @property
    def consultations(self) -> MutableMapping[str, Consultation]:
        return self.contents.consultations

    @property
    def feed(self) -> Feed:
        return self.contents.feed


def load_world(start: datetime = WORLD_START) -> World:
    """The packaged data set, moved by whole weeks so that `start` falls in its first week."""
    weeks = (_monday(start) - _monday(WORLD_START)).days // 7
    return World(read_contents(Shift(weeks)).copy)


def empty_world() -> World:
    """A world in which nothing was published yet."""
    return World(Contents)


def read_script() -> list[ScriptStep]:
    """The steps of the packaged script, in order."""
    return [
        ScriptStep(title=row["title"], watch=row["watch"], events=tuple(row["events"]))
        for row in _packaged("script.yaml")
    ]


@cache
def read_contents(shift: Shift) -> Contents:
    """The packaged YAML files, as contents that nobody changes: take a copy."""
    raw = _packaged("parliament.yaml")
    committees = {row["key"]: read_committee(row) for row in raw["committees"]}
    contents = Contents(
        consultations=_read_consultations(shift),
        parliament=Parliament(committees),
        dossiers={dossier.key: dossier for dossier in map(read_dossier, raw["dossiers"])},
        senate=read_senate(_packaged("senate.yaml"), shift),
        journal=read_journal(_packaged("journal.yaml"), shift),
        press=read_press(_packaged("press.yaml"), shift),
        archive=read_documents(_packaged("archive.yaml"), shift),
        initiatives=read_initiatives(_packaged("initiatives.yaml"), shift),
    )
    others = of_municipalities(WORLD_START + timedelta(weeks=shift.weeks))
    contents.archive.update({document.uuid: document for document in others})
    for i, row in enumerate(raw["cases"]):
        case = read_case(row, shift, contents.dossiers, number=_FIRST_CASE + 7 * i, year=_YEAR)
        contents.cases[case.key] = case
    titles = {case.key: case.title for case in contents.cases.values()}
    for i, row in enumerate(raw["activities"]):
        announced = _announced(row, shift)
        number = _FIRST_ACTIVITY + 3 * i
        activity = read_activity(row, shift, titles, number=number, year=_YEAR, announced=announced)
        contents.activities[activity.key] = activity
    contents.stored.put_all(_published(contents, raw, shift))
    return contents


def _read_consultations(shift: Shift) -> dict[str, Consultation]:
    found: dict[str, Consultation] = {}
    for i, row in enumerate(_packaged("consultations.yaml")):
        consultation = read_consultation(
            row, shift, number=_FIRST_CONSULTATION + i, first_document=_FIRST_DOCUMENT + 10 * i
        )
        if consultation.slug in found:
            raise ValueError(f"slug {consultation.slug} stands twice in consultations.yaml")
        found[consultation.slug] = consultation
    return found


def _announced(row: Mapping[str, Any], shift: Shift) -> datetime:
    """Five weeks ahead, but before the sandbox starts."""
    latest = WORLD_START + timedelta(weeks=shift.weeks) - timedelta(days=4)
    if "when" not in row:
        return latest
    starts, _ = shift.span(row["when"])
    return min(utc_instant(starts) - timedelta(weeks=5), latest)


def _published(contents: Contents, raw: Mapping[str, Any], shift: Shift) -> Iterator[Published]:
    """Everything in parliament.yaml as entities with the moment they became visible."""
    parliament = contents.parliament
    yield from parliament.committee_entities()
    yield from house_entities()
    links = agenda_links(list(contents.activities.values()))
    for dossier in contents.dossiers.values():
        yield dossier_entity(dossier, datetime(_YEAR, 9, 1, 8, tzinfo=UTC) + timedelta(weeks=shift.weeks))
    for case in contents.cases.values():
        if case.key in links:
            yield from parliament.case_entities(case, links[case.key])
        else:
            yield from parliament.case_entities(case)
    for activity in contents.activities.values():
        yield from parliament.activity_entities(activity)
    yield from _others(raw["others"], shift)
    yield from _remains(raw["deleted"], shift)


def _others(rows: list[Mapping[str, Any]], shift: Shift) -> Iterator[Published]:
    """Entities of categories that have no description of their own."""
    for row in rows:
        at = utc_instant(shift.moment(row["at"]))
        entity = Entity(
            category=row["category"],
            guid=guid(row["category"], row["key"]),
            fields=row["fields"],
            references=tuple((relation, guid(of, key)) for relation, of, key in row.get("refs", ())),
            modified_at=at,
        )
        yield entity, at + timedelta(seconds=45)


def _remains(rows: list[Mapping[str, Any]], shift: Shift) -> Iterator[Published]:
    """Deleted stubs: GUID and moment is all that is left of them."""
    for row in rows:
        at = utc_instant(shift.moment(row["at"], time(14, 30)))
        entity = Entity(category=row["category"], guid=guid(row["category"], row["key"]), modified_at=at)
        yield deleted(entity, at), at + timedelta(seconds=8)


def _packaged(name: str) -> Any:
    text = (files("g40flow.sandbox.world") / name).read_text(encoding="utf-8")
    return yaml.load(text, Loader=_LOADER)  # noqa: S506 - both loaders are of the safe kind


def _monday(moment: datetime) -> date:
    day = moment.astimezone(AMSTERDAM).date()
    return day - timedelta(days=day.weekday())


__all__ = [
    "WORLD_START",
    "Contents",
    "Fault",
    "FaultBoard",
    "FeedEntry",
    "ScriptStep",
    "SeenRequest",
    "World",
    "empty_world",
    "load_world",
    "read_script",
]
