"""Making the digests that are due, keeping them, and writing their messages.

A run of one kind of digest covers one stretch of time. It can be killed at any moment: what it made
stays, and the next one goes on where it stopped.
"""

import hashlib
import json
import logging
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from functools import cached_property
from types import MappingProxyType
from typing import Any, Protocol

from sqlmodel import Session

from g40flow.config.digests import AudienceConfig, Copies, WhenEmpty
from g40flow.domain.actors import Actor, Surface, actor_on
from g40flow.domain.calendar import next_open_moment
from g40flow.domain.digest.audiences import Audience, AudienceKind
from g40flow.domain.digest.content import Digest, Section, as_json
from g40flow.domain.digest.making import ABOUT_ITEMS, DigestMaker, Made
from g40flow.domain.digest.merging import Shelf
from g40flow.domain.digest.moments import WEEK, Window, carried_on, due_window, is_shortened
from g40flow.domain.errors import AlreadyRunning
from g40flow.domain.instants import dutch_date
from g40flow.domain.network import Network, Person
from g40flow.domain.preferences import USUAL, Pace, Preferences, Topic
from g40flow.domain.reach import Channel
from g40flow.storage.access import effective_network
from g40flow.storage.claims import keep_claim, release_claim, take_claim
from g40flow.storage.database import Database
from g40flow.storage.digest_tables import DigestRow, DigestRun, DigestSubject
from g40flow.storage.digests import KIND, last_run, made_in, told_facts
from g40flow.storage.messages import NewMessage, write_new_messages
from g40flow.storage.preferences import digest_choices
from g40flow.use_cases.announce_items import group_audience, person_audience
from g40flow.use_cases.digest.read_facts import DigestSources, names_of, read_facts, read_item_families

LEASE = timedelta(minutes=5)
FACTS_AT_ONCE = 4_000
"""So many facts that were told are written in one transaction, of digests that cover a long time."""

TRIAGE = "triage"
"""The audience of messages that is the channel of the secretariat."""

Choices = Mapping[str, Preferences]
"""What people chose about digests, by slug."""

log = logging.getLogger(__name__)


class Splitter(Protocol):
    """Knows how much fits in one message."""

    def split(self, digest: Digest, url: str) -> tuple[tuple[int, int], ...]:
        """The lines [from, until) of each message that a digest takes."""


@dataclass
class DigestsMade:
    """What one run did. digests: kept; sent: of those, worth a message; messages: written.

    stretches: per kind that was made, from and until when, aware UTC.
    """

    digests: int = 0
    sent: int = 0
    messages: int = 0
    stretches: dict[str, tuple[datetime, datetime]] = field(default_factory=dict)
    busy: list[str] = field(default_factory=list)


@dataclass(frozen=True, kw_only=True)
class Digester:
    """Makes digests. portal_url: of the portal, without a slash. holder: unique per process and run.

    at_once: audiences whose digests are kept in one transaction.
    """

    database: Database
    sources: DigestSources
    splitter: Splitter
    portal_url: str
    clock: Callable[[], datetime]
    holder: str
    at_once: int = 40

    def make_due(
        self,
        kinds: Collection[AudienceKind] = tuple(AudienceKind),
        *,
        up_to_now: bool = False,
        also_empty: bool = False,
    ) -> DigestsMade:
        """Make every digest that is due.

        up_to_now: also those that are not due yet; the next ones begin there. also_empty:
        say so where there is no news.
        """
        made = DigestsMade()
        for kind in AudienceKind:
            if kind in kinds and self.sources.config.audiences[kind].enabled:
                try:
                    if self._make_kind(kind, made, up_to_now=up_to_now, also_empty=also_empty):
                        self._make_kind(kind, made, up_to_now=up_to_now, also_empty=also_empty)
                except AlreadyRunning as busy:
                    made.busy.append(str(busy))
        return made

    def _make_kind(self, kind: AudienceKind, made: DigestsMade, *, up_to_now: bool, also_empty: bool) -> bool:
        """Returns whether it went on with a run that was broken off: another one may be due then."""
        began_at = self.clock()
        run = self._begin(kind, began_at, up_to_now=up_to_now)
        if run is None or run.id is None:
            return False
        work = self._read(run, kind)
        for batch in self._batches(work):
            self._keep_batch(run, batch, work, made, also_empty=also_empty)
        self._finish(run)
        made.stretches[kind.value] = (run.since, run.until)
        return run.started_at != began_at

    def _batches(self, work: "_Work") -> Iterator[list[Made]]:
        """Digests that are kept in one transaction; fewer when they tell of much."""
        batch: list[Made] = []
        for audience in work.waiting:
            batch.append(work.made(audience))
            if len(batch) >= self.at_once or sum(len(one.facts) for one in batch) >= FACTS_AT_ONCE:
                yield batch
                batch = []
        if batch:
            yield batch

    def _read(self, run: DigestRun, kind: AudienceKind) -> "_Work":
        """Everything that the digests of a run are made from, in one transaction."""
        assert run.id is not None
        window = Window(since=run.since, until=run.until)
        config, calendar = self.sources.config.audiences[kind], self.sources.desk.calendars.working
        with self.database.reading() as session:
            facts = read_facts(session, self.sources, window, kind)
            network = effective_network(session, self.sources.desk.network)
            choices, done = digest_choices(session), made_in(session, run.id)
            maker = DigestMaker(
                facts=facts,
                network=network,
                calendar=calendar,
                rules=self.sources.config.rules(self.sources.notifications.urgent_under_working_days),
                names=names_of(session, network),
                shortened=is_shortened(config.schedule(), facts.today, calendar),
            )
            told = told_facts(session, kind, window, besides=run.id)
            work = _Work(
                maker=maker,
                network=network,
                choices=choices,
                told={audience: frozenset(found) for audience, found in told.items()},
                waiting=[
                    audience
                    for audience in audiences_of(kind, network)
                    if audience.key not in done and not _nobody_wants(audience, choices)
                ],
            )
            if kind in ABOUT_ITEMS:
                work.shelves.update((audience, work.shelf(audience)) for audience in work.waiting)
                maker.fill(work.shelves, read_item_families(session, self.sources, window, kind))
        return work

    def _begin(self, kind: AudienceKind, now: datetime, *, up_to_now: bool) -> DigestRun | None:
        """The run to do now: one that was broken off, or a new one; None if nothing is due."""
        with self.database.writing() as session:
            take_claim(session, _claim(kind), holder=self.holder, now=now, lease=LEASE)
            last = last_run(session, kind)
            if last is not None and last.finished_at is None:
                return last
            covered_until = None if last is None else _where_to_carry_on(session, last, now)
            window = self._window(kind, covered_until, now, up_to_now=up_to_now)
            if window is None:
                release_claim(session, _claim(kind), holder=self.holder)
                return None
            run = DigestRun(
                kind=kind,
                number=1 if last is None else last.number + 1,
                since=window.since,
                until=window.until,
                carries_on_at=window.until,
                started_at=now,
            )
            session.add(run)
            session.flush()
            return run

    def _window(
        self, kind: AudienceKind, covered_until: datetime | None, now: datetime, *, up_to_now: bool
    ) -> Window | None:
        if up_to_now:
            since = now - WEEK if covered_until is None else covered_until
            return Window(since=since, until=now) if since < now else None
        schedule = self.sources.config.audiences[kind].schedule()
        return due_window(schedule, self.sources.desk.calendars.working, covered_until, now)

    def _keep_batch(
        self,
        run: DigestRun,
        batch: Sequence[Made],
        work: "_Work",
        made: DigestsMade,
        *,
        also_empty: bool,
    ) -> None:
        """Keep some digests with their messages, all of them or none."""
        now, config = self.clock(), self.sources.config.audiences[run.kind]
        with self.database.writing() as session:
            keep_claim(session, _claim(run.kind), holder=self.holder, now=now, lease=LEASE)
            kept = [
                one
                for one in batch
                # A week without anything to do leaves no trace.
                if one.digest.audience.kind is not AudienceKind.PERSON
                or _is_worth_sending(one.digest, config, also_empty=also_empty)
            ]
            rows = keep_digests(session, run, kept, now)
            copies = [
                copy
                for row, one in zip(rows, kept, strict=True)
                if _is_worth_sending(one.digest, config, also_empty=also_empty)
                for copy in self._copies(row, one.digest, work, config)
            ]
            made.digests += len(rows)
            made.sent += sum(row.copies > 0 for row in rows)
            made.messages += write_copies(session, copies, now=now, not_before=self._leaves_at(now))

    def _copies(
        self, row: DigestRow, digest: Digest, work: "_Work", config: AudienceConfig
    ) -> Iterator["DigestCopy"]:
        pieces = self.splitter.split(digest, f"{self.portal_url}/weekoverzichten/{row.id}")
        for audience in recipients(digest.audience, work.network, config, digest.today, work.choices):
            row.copies += 1
            yield DigestCopy(row=row, audience=audience, pieces=tuple(pieces))

    def _leaves_at(self, now: datetime) -> datetime:
        calendars = self.sources.desk.calendars
        return next_open_moment(now, calendars.sending, calendars.working)

    def _finish(self, run: DigestRun) -> None:
        now = self.clock()
        with self.database.writing() as session:
            session.get_one(DigestRun, run.id).finished_at = now
            release_claim(session, _claim(run.kind), holder=self.holder)


@dataclass(frozen=True, kw_only=True)
class _Work:
    """What one run makes its digests from. waiting: audiences whose digest is still to be made.

    told: facts by key of audience. shelves: of audiences that hear of items, filled.
    """

    maker: DigestMaker
    network: Network
    choices: Choices
    told: Mapping[str, frozenset[str]]
    waiting: Sequence[Audience]
    shelves: dict[Audience, Shelf] = field(default_factory=dict)

    @cached_property
    def readers(self) -> Mapping[str, Person]:
        """Everybody by slug."""
        return {person.slug: person for person in self.network.people}

    def shelf(self, audience: Audience) -> Shelf:
        """What there is to say to one audience, without items."""
        reader = _reader(self.readers, audience, self.maker.facts.today)
        return self.maker.shelf(audience, self.told.get(audience.key, frozenset()), reader)

    def made(self, audience: Audience) -> Made:
        """The digest of one audience; its shelf is not kept."""
        shelf = self.shelves.pop(audience, None) or self.shelf(audience)
        return self.maker.make(audience, shelf)


def audiences_of(kind: AudienceKind, network: Network) -> list[Audience]:
    """Every audience of a kind, in the order of the configuration. network: with its people as they are."""
    match kind:
        case AudienceKind.THEME_GROUP:
            return [Audience(kind=kind, slug=group.slug) for group in network.theme_groups]
        case AudienceKind.PILLAR:
            return [Audience(kind=kind, slug=pillar.slug) for pillar in network.pillars]
        case AudienceKind.PERSON:
            return [Audience(kind=kind, slug=person.slug) for person in network.people]
        case _:
            return [Audience(kind=kind)]


def recipients(
    audience: Audience,
    network: Network,
    config: AudienceConfig,
    today: date,
    choices: Choices = MappingProxyType({}),
) -> Iterator[str]:
    """Audiences of messages that get a digest: its channel, and people themselves, each once.

    choices: what people chose about digests. Who switched it off gets none; who chose to have that of one
    theme group gets it without a role there, and also beside a channel.
    """
    if audience.kind is AudienceKind.PERSON:
        if _pace(choices, audience.slug, audience) is not Pace.OFF:
            yield person_audience(audience.slug)
        return
    if audience.kind is AudienceKind.THEME_GROUP:
        yield group_audience(audience.slug)
    elif audience.kind is AudienceKind.PA_STAFF:
        yield TRIAGE
    for person in network.people:
        if _pace(choices, person.slug, audience) is Pace.OFF:
            continue
        if _asked_for_it(choices, person.slug, audience) or _usually_gets(person, audience, config, today):
            yield person_audience(person.slug)


def _usually_gets(person: Person, audience: Audience, config: AudienceConfig, today: date) -> bool:
    if config.people is Copies.NOBODY:
        return False
    by_mail = person.reached_by is Channel.MAIL
    return (by_mail or config.people is Copies.EVERYBODY) and _has_role(person, audience, config, today)


def topic_of_digest(kind: AudienceKind) -> Topic:
    """What people choose by for a kind of digest."""
    match kind:
        case AudienceKind.PERSON:
            return Topic.DIGEST
        case AudienceKind.THEME_GROUP:
            return Topic.GROUP_NEWS
        case _:
            return Topic.BODY_DIGEST


def _pace(choices: Choices, person: str, audience: Audience) -> Pace:
    chosen, topic = choices.get(person, USUAL), topic_of_digest(audience.kind)
    return chosen.pace(topic, audience.slug if topic is Topic.GROUP_NEWS else "")


def _asked_for_it(choices: Choices, person: str, audience: Audience) -> bool:
    """Whether somebody chose for this very group. Every member of the network may read of every group."""
    if audience.kind is not AudienceKind.THEME_GROUP:
        return False
    chosen = choices.get(person, USUAL).paces.get((Topic.GROUP_NEWS, audience.slug))
    return chosen is not None and chosen is not Pace.OFF


def _nobody_wants(audience: Audience, choices: Choices) -> bool:
    """Whether it is the digest of a person who switched it off."""
    return audience.kind is AudienceKind.PERSON and _pace(choices, audience.slug, audience) is Pace.OFF


def _has_role(person: Person, audience: Audience, config: AudienceConfig, today: date) -> bool:
    return any(
        held.role in config.roles and (not audience.slug or held.scope in (None, audience.slug))
        for held in person.roles
        if held.is_held_on(today)
    )


def _reader(readers: Mapping[str, Person], audience: Audience, today: date) -> Actor | None:
    person = readers[audience.slug] if audience.kind is AudienceKind.PERSON else None
    return None if person is None else actor_on(person, today, Surface.AUTOMATIC)


def _is_worth_sending(digest: Digest, config: AudienceConfig, *, also_empty: bool) -> bool:
    if digest.audience.kind is AudienceKind.PERSON:
        return also_empty or digest.part(Section.WAITING) is not None
    return digest.is_news or also_empty or config.when_empty is WhenEmpty.SAY_SO


def _where_to_carry_on(session: Session, last: DigestRun, now: datetime) -> datetime:
    begin = carried_on(last.carries_on_at, now)
    if begin < last.carries_on_at:
        log.warning("digests of %s: the clock was set back; going on at %s", last.kind, begin)
        last.carries_on_at = begin
        session.add(last)
    return begin


@dataclass(frozen=True, kw_only=True)
class DigestCopy:
    """A digest for one audience of messages. pieces: lines [from, until) of each message that it takes."""

    row: DigestRow
    audience: str
    pieces: tuple[tuple[int, int], ...]

    def message(
        self, number: int, lines: tuple[int, int], not_before: datetime, parent_id: int | None = None
    ) -> NewMessage:
        """One of its messages. number: 1 for the first."""
        return NewMessage(
            key=f"digest:{self.row.id}:{self.audience}" + (f":{number}" if number > 1 else ""),
            audience=self.audience,
            kind=KIND,
            subject={
                "digest": self.row.id,
                "part": number,
                "lines": list(lines),
                **_what_is_chosen_by(Audience.of(self.row.audience)),
            },
            not_before=not_before,
            parent_id=parent_id,
        )


def write_copies(
    session: Session, copies: Sequence[DigestCopy], *, now: datetime, not_before: datetime
) -> int:
    """The messages of digests that were just kept; those after the first of a copy are in its thread.

    Returns how many there are.
    """
    first = [copy.message(1, copy.pieces[0], not_before) for copy in copies]
    ids = write_new_messages(session, first, now)
    rest = [
        copy.message(number, lines, not_before, ids[opening.key])
        for copy, opening in zip(copies, first, strict=True)
        for number, lines in enumerate(copy.pieces[1:], start=2)
    ]
    write_new_messages(session, rest, now)
    return len(first) + len(rest)


def _what_is_chosen_by(audience: Audience) -> dict[str, str]:
    """What a message says of its digest to what people chose, see domain.preferences.topic_of."""
    match topic_of_digest(audience.kind):
        case Topic.GROUP_NEWS:
            return {"group": audience.slug}
        case Topic.BODY_DIGEST:
            return {"body": audience.key}
        case _:
            return {}


def keep_digests(session: Session, run: DigestRun, made: Sequence[Made], now: datetime) -> list[DigestRow]:
    """Keep digests of a run, with what stands in them."""
    assert run.id is not None
    rows = [_row(run.id, run, one, now) for one in made]
    session.add_all(rows)
    session.flush()
    for row, one in zip(rows, made, strict=True):
        assert row.id is not None
        subjects = dict.fromkeys(line.subject for line in one.digest.lines if line.subject)
        session.add_all(DigestSubject(digest_id=row.id, subject=subject) for subject in subjects)
    return rows


def _row(run_id: int, run: DigestRun, made: Made, now: datetime) -> DigestRow:
    content = as_json(made.digest)
    return DigestRow(
        run_id=run_id,
        audience=made.digest.audience.key,
        since=run.since,
        until=run.until,
        made_on=dutch_date(now),
        made_at=now,
        content=content,
        content_hash=_hash_of(content),
        facts=sorted(made.facts),
        lines=len(made.digest.lines),
    )


def _hash_of(content: dict[str, Any]) -> str:
    plain = json.dumps(content, sort_keys=True, ensure_ascii=False, separators=(",", ":"))
    return hashlib.sha256(plain.encode()).hexdigest()


def _claim(kind: AudienceKind) -> str:
    return f"digests:{kind}"
