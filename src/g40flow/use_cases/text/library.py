"""The library of positions that the network adopted before."""

from collections.abc import Iterable, Sequence
from dataclasses import asdict, dataclass
from datetime import date, datetime

from sqlmodel import Session, col, select

from g40flow.config.positions import SeedPosition
from g40flow.domain.actors import AUTOMATIC, Actor
from g40flow.domain.dossier.library import folded_words, search_words
from g40flow.domain.dossier.rights import Right, require
from g40flow.domain.dossier.text import normalise_markdown
from g40flow.domain.dossier.words import PositionKind
from g40flow.domain.errors import InvalidInput
from g40flow.domain.items import Json
from g40flow.domain.outside_text import one_line
from g40flow.storage.dossier_tables import LibraryPosition
from g40flow.storage.history import NETWORK, record
from g40flow.storage.texts import library_positions, position_by_id
from g40flow.use_cases.dossier.desk import Desk, open_to_read

LONGEST_BODY = 20_000


@dataclass(frozen=True, kw_only=True)
class PositionText:
    """A position or core message to add. kind: a word of PositionKind. source: where it stands.

    dossier_id: the dossier it came from, if any.
    """

    title: str
    body: str
    theme_groups: Sequence[str]
    source: str
    adopted_on: date | None = None
    dossier_id: int | None = None
    kind: str = PositionKind.POSITION


def search_library(session: Session, query: str, group: str = "", kind: str = "") -> list[LibraryPosition]:
    """Entries that hold every word of a query, or a word that begins with it; newest first.

    group: slug; kind: a word of PositionKind; "" for all. An empty query finds everything.
    """
    found = library_positions(session, search_words(query), group)
    return [entry for entry in found if kind in ("", entry.kind)]


def add_position(
    session: Session, desk: Desk, said: PositionText, *, actor: Actor, now: datetime
) -> LibraryPosition:
    """Add a position. Raises NotAllowed, NotFound for a dossier that cannot be seen, or InvalidInput
    ("title_needed", "body_needed", "source_needed", "group_needed", "date_in_future", "unknown_kind")."""
    require(Right.MANAGE_LIBRARY, (held.role for held in actor.holdings))
    if said.dossier_id is not None:
        open_to_read(session, said.dossier_id, actor)
    known = {group.slug for group in desk.network.theme_groups}
    if not said.theme_groups or set(said.theme_groups) - known:
        raise InvalidInput("group_needed", "expected groups of the network", field="theme_groups")
    if said.adopted_on is not None and said.adopted_on > now.date():
        raise InvalidInput("date_in_future", f"adopted on {said.adopted_on}", field="adopted_on")
    if said.kind not in {known.value for known in PositionKind}:
        raise InvalidInput("unknown_kind", f"found {said.kind!r}", field="kind")
    position = _row(said, actor.person, now)
    for field in ("title", "body", "source"):
        if not getattr(position, field):
            raise InvalidInput(f"{field}_needed", f"expected a {field}, found none", field=field)
    session.add(position)
    session.flush()
    facts: dict[str, Json] = {"position": position.id, "title": position.title}
    record(session, NETWORK, actor, "add_position", now=now, facts=facts)
    return position


def retire_position(
    session: Session, desk: Desk, position_id: int, *, actor: Actor, reason: str = "", now: datetime
) -> None:
    """Take a position off, because it is no longer held. Raises NotFound or NotAllowed."""
    require(Right.MANAGE_LIBRARY, (held.role for held in actor.holdings))
    position = position_by_id(session, position_id)
    if position.retired_at is None:
        position.retired_at = now
        session.add(position)
        facts: dict[str, Json] = {"position": position.id, "title": position.title}
        record(session, NETWORK, actor, "retire_position", now=now, reason=one_line(reason), facts=facts)


def seed_library(session: Session, seeds: Iterable[SeedPosition], now: datetime) -> int:
    """Add the positions of the configuration that were never in the library; says how many.

    One that was retired stays retired.
    """
    known = set(session.execute(select(col(LibraryPosition.title), col(LibraryPosition.source))).tuples())
    new = [seed for seed in seeds if (seed.title, seed.source) not in known]
    session.add_all(_row(PositionText(**asdict(seed)), AUTOMATIC, now) for seed in new)
    session.flush()
    return len(new)


def _row(said: PositionText, person: str, now: datetime) -> LibraryPosition:
    title, source = one_line(said.title)[:300], one_line(said.source)[:500]
    body = normalise_markdown(said.body[:LONGEST_BODY]).rstrip("\n")
    return LibraryPosition(
        kind=said.kind,
        title=title,
        body=body,
        theme_groups=list(dict.fromkeys(said.theme_groups)),
        source=source,
        adopted_on=said.adopted_on,
        folded=folded_words(f"{title} {body} {source}"),
        dossier_id=said.dossier_id,
        added_by=person,
        added_at=now,
    )
