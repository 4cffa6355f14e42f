"""Old digests, for who may read them."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlmodel import Session

from g40flow.domain.actors import Actor, roles_of
from g40flow.domain.digest.audiences import ONE_OF_MANY, Audience, AudienceKind, may_read
from g40flow.domain.digest.content import Digest
from g40flow.domain.dossier.rights import Right, has_right
from g40flow.domain.errors import NotFound
from g40flow.storage.digest_effects import Effects, effects_of
from g40flow.storage.digest_tables import DigestRow
from g40flow.storage.digests import digest_by_id, digests_page, neighbours, next_until, read_digest
from g40flow.use_cases.digest.sight import as_seen_by


@dataclass(frozen=True, kw_only=True)
class DigestRead:
    """A digest as one reader sees it. before, after: ids of those beside it for the same audience.

    effects: for the secretariat, what followed until the next digest, or until now; None for others.
    """

    row: DigestRow
    digest: Digest
    before: int | None
    after: int | None
    effects: Effects | None


def digest_for(session: Session, digest_id: int, actor: Actor, now: datetime) -> DigestRead:
    """One digest. Raises NotFound, also for one that the actor may not read."""
    row = digest_by_id(session, digest_id)
    if row is None or not may_read(actor, Audience.of(row.audience)):
        raise NotFound(f"there is no digest {digest_id}")
    before, after = neighbours(session, row)
    return DigestRead(
        row=row,
        digest=as_seen_by(session, read_digest(row), actor),
        before=before,
        after=after,
        effects=_effects(session, row, actor, now),
    )


def digests_for(
    session: Session, actor: Actor, *, audience: str = "", limit: int, offset: int = 0
) -> tuple[Sequence[DigestRow], int]:
    """(one page of the digests that somebody may read, newest first; how many there are in all)."""
    return digests_page(
        session,
        kinds=readable_kinds(actor),
        person=actor.person,
        audience=audience,
        limit=limit,
        offset=offset,
    )


def readable_kinds(actor: Actor) -> list[AudienceKind]:
    """The kinds of digests of which somebody may read those of every body, and of people the own ones."""
    return [
        kind
        for kind in AudienceKind
        if may_read(actor, Audience(kind=kind, slug=actor.person if kind in ONE_OF_MANY else ""))
    ]


def _effects(session: Session, row: DigestRow, actor: Actor, now: datetime) -> Effects | None:
    if row.id is None or not has_right(Right.READ_STAFF_DIGEST, roles_of(actor)):
        return None
    return effects_of(session, row.id, since=row.until, until=next_until(session, row) or now)
