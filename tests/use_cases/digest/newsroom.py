"""A network with news, and the digests that are made of it."""

from dataclasses import dataclass, field
from datetime import datetime, timedelta

from sqlmodel import col, select

from g40flow.config.digests import load_digests
from g40flow.config.notifications import load_notifications
from g40flow.domain.digest.audiences import AudienceKind
from g40flow.domain.digest.content import Digest, Line, Section
from g40flow.domain.digest.making import Made
from g40flow.domain.messages import Rendered
from g40flow.render.digests import DigestRenderer
from g40flow.resources import resource
from g40flow.storage.digest_tables import DigestRow, DigestRun
from g40flow.storage.digests import read_digest
from g40flow.storage.tables import Message, RunOutcome, SourceRun
from g40flow.use_cases.digest.make_digests import (
    DigestCopy,
    Digester,
    DigestsMade,
    keep_digests,
    write_copies,
)
from g40flow.use_cases.digest.read_facts import DigestSources
from g40flow.use_cases.messages_about_digests import MessagesAboutDigests
from tests.use_cases.dossier.world import CONFIG, DESK, NETWORK, World

PORTAL = "https://portaal.example"


@dataclass
class Newsroom(World):
    """The world of dossiers, and its digests. followed: publishers, with the time between two looks."""

    runs: int = 0
    followed: dict[str, timedelta] = field(default_factory=dict)
    renderer: DigestRenderer = field(
        default_factory=lambda: DigestRenderer(resource("templates"), portal_url=PORTAL, interactive=True)
    )

    @property
    def sources(self) -> DigestSources:
        return DigestSources(
            desk=DESK,
            config=load_digests(CONFIG),
            notifications=load_notifications(CONFIG, NETWORK),
            rhythms=self.followed,
        )

    def digester(self, holder: str = "") -> Digester:
        self.runs += 1
        return Digester(
            database=self.database,
            sources=self.sources,
            splitter=self.renderer,
            portal_url=PORTAL,
            clock=lambda: self.now,
            holder=holder or f"run{self.runs}",
        )

    def make(self, *kinds: AudienceKind, up_to_now: bool = False, also_empty: bool = False) -> DigestsMade:
        """Make what is due."""
        wanted = kinds or tuple(AudienceKind)
        return self.digester().make_due(wanted, up_to_now=up_to_now, also_empty=also_empty)

    def publish(self, digest: Digest, audience: str) -> None:
        """Keep a digest as if it had been made, with its messages to one audience."""
        pieces = self.renderer.split(digest, PORTAL)
        with self.writing() as session:
            run = DigestRun(
                kind=digest.audience.kind,
                number=1,
                since=digest.window.since,
                until=digest.window.until,
                carries_on_at=digest.window.until,
                started_at=self.now,
            )
            session.add(run)
            session.flush()
            assert run.id is not None
            (row,) = keep_digests(session, run, [Made(digest=digest, facts=frozenset())], self.now)
            copy = DigestCopy(row=row, audience=audience, pieces=pieces)
            write_copies(session, [copy], now=self.now, not_before=self.now)

    def look(self, outcome: RunOutcome = RunOutcome.READ) -> None:
        """The publisher is looked at."""
        look = SourceRun(source="publisher", started_at=self.now, finished_at=self.now, outcome=outcome)
        with self.writing() as session:
            session.add(look)

    def digests(self, audience: str) -> list[Digest]:
        """What was made for an audience, oldest first."""
        with self.database.reading() as session:
            query = select(DigestRow).where(col(DigestRow.audience) == audience).order_by(col(DigestRow.id))
            return [read_digest(row) for row in session.exec(query)]

    def digest(self, audience: str) -> Digest:
        """The newest digest for an audience."""
        return self.digests(audience)[-1]

    def lines(self, audience: str, section: Section) -> list[Line]:
        """A part of the newest digest for an audience."""
        part = self.digest(audience).part(section)
        return [] if part is None else list(part.lines)

    def told(self) -> dict[str, list[str]]:
        """Audiences of the messages of each digest, by audience of the digest."""
        with self.database.reading() as session:
            rows = {row.id: row.audience for row in session.exec(select(DigestRow))}
            found: dict[str, list[str]] = {}
            for message in session.exec(select(Message).where(col(Message.kind) == "digest")):
                found.setdefault(rows[message.subject["digest"]], []).append(message.audience)
            return found

    def windows(self, kind: AudienceKind) -> list[tuple[datetime, datetime, datetime]]:
        """(since, until, carries_on_at) of every run of a kind."""
        with self.database.reading() as session:
            query = select(DigestRun).where(col(DigestRun.kind) == kind).order_by(col(DigestRun.number))
            return [(run.since, run.until, run.carries_on_at) for run in session.exec(query)]

    def rendered(self, audience: str, transport: str = "slack") -> list[Rendered | None]:
        """The messages of an audience of messages, composed."""
        family = MessagesAboutDigests(network=NETWORK, renderer=self.renderer, portal_url=PORTAL)
        with self.database.reading() as session:
            query = select(Message).where(col(Message.kind) == "digest", col(Message.audience) == audience)
            messages = session.exec(query.order_by(col(Message.id))).all()
            for message in messages:
                message.transport = transport
            return [family.kinds["digest"](session, message, self.now) for message in messages]
