"""Weekly digests that were made: finding them, and what is told already."""

from collections.abc import Collection, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, func, or_, select
from sqlmodel import Session, col

from g40flow.domain.actors import Actor
from g40flow.domain.digest.audiences import Audience, AudienceKind
from g40flow.domain.digest.content import Digest, from_json
from g40flow.domain.digest.moments import Window
from g40flow.domain.reach import PERSON
from g40flow.storage.digest_tables import DigestRow, DigestRun, DigestSubject
from g40flow.storage.dossier_search import visible_to
from g40flow.storage.dossier_tables import Dossier
from g40flow.storage.tables import Message

KIND = "digest"
"""Message.kind of every message that shows a digest."""


def last_run(session: Session, kind: AudienceKind) -> DigestRun | None:
    """The newest run of a kind, finished or not; None if there never was one."""
    query = select(DigestRun).where(col(DigestRun.kind) == kind)
    return session.scalars(query.order_by(col(DigestRun.number).desc()).limit(1)).first()


def made_in(session: Session, run_id: int) -> set[str]:
    """Keys of the audiences whose digest was made in a run."""
    return set(session.scalars(select(col(DigestRow.audience)).where(col(DigestRow.run_id) == run_id)))


def told_facts(session: Session, kind: AudienceKind, window: Window, *, besides: int) -> dict[str, set[str]]:
    """What each audience of a kind was told by digests that touch a stretch of time.

    besides: a run whose own digests do not count.
    """
    query = (
        select(col(DigestRow.audience), col(DigestRow.facts))
        .join(DigestRun, col(DigestRun.id) == col(DigestRow.run_id))
        .where(
            col(DigestRun.kind) == kind,
            col(DigestRun.until) > window.with_overlap.since,
            col(DigestRun.id) != besides,
        )
    )
    told: dict[str, set[str]] = {}
    for audience, facts in session.execute(query):
        told.setdefault(audience, set()).update(facts)
    return told


def digest_by_id(session: Session, digest_id: int) -> DigestRow | None:
    """One digest; None if there is none."""
    return session.get(DigestRow, digest_id)


def read_digest(row: DigestRow) -> Digest:
    """What a digest said."""
    return from_json(row.content)


def digests_page(
    session: Session,
    *,
    kinds: Collection[AudienceKind],
    person: str = "",
    audience: str = "",
    limit: int,
    offset: int = 0,
) -> tuple[Sequence[DigestRow], int]:
    """(one page of digests, newest first; how many there are in all).

    kinds: those that are wanted, of people only those of `person`. audience: a key; "" for all of them.
    """
    bodies = [kind for kind in kinds if kind is not AudienceKind.PERSON]
    conditions: list[ColumnElement[bool]] = [
        or_(
            *(col(DigestRow.audience) == kind.value for kind in bodies),
            *(col(DigestRow.audience).startswith(f"{kind.value}:") for kind in bodies),
            col(DigestRow.audience) == _key_of(person),
        )
    ]
    if audience:
        conditions.append(col(DigestRow.audience) == audience)
    total = session.scalar(select(func.count()).select_from(DigestRow).where(*conditions)) or 0
    query = (
        select(DigestRow).where(*conditions).order_by(col(DigestRow.until).desc(), col(DigestRow.id).desc())
    )
    return session.scalars(query.offset(offset).limit(limit)).all(), total


def _key_of(person: str) -> str:
    return Audience(kind=AudienceKind.PERSON, slug=person).key if person else ""


def neighbours(session: Session, row: DigestRow) -> tuple[int | None, int | None]:
    """Ids of the digests for the same audience just before and just after one; None where there is none."""
    same = select(col(DigestRow.id)).where(col(DigestRow.audience) == row.audience)
    before = same.where(col(DigestRow.id) < row.id).order_by(col(DigestRow.id).desc())
    after = same.where(col(DigestRow.id) > row.id).order_by(col(DigestRow.id))
    return session.scalar(before.limit(1)), session.scalar(after.limit(1))


def next_until(session: Session, row: DigestRow) -> datetime | None:
    """Where the next digest for the same audience stopped; None if there is none yet."""
    query = select(col(DigestRow.until)).where(
        col(DigestRow.audience) == row.audience, col(DigestRow.until) > row.until
    )
    return session.scalar(query.order_by(col(DigestRow.until)).limit(1))


def subjects_of(session: Session, digest_id: int) -> Sequence[str]:
    """What stands in a digest: "item:12", "dossier:3"."""
    query = select(col(DigestSubject.subject)).where(col(DigestSubject.digest_id) == digest_id)
    return session.scalars(query.order_by(col(DigestSubject.subject))).all()


def hidden_dossiers(session: Session, ids: Collection[int], actor: Actor | None) -> frozenset[int]:
    """Those of some dossiers that somebody may not know of; None: of those who read in a channel."""
    public = col(Dossier.confidential).is_(False)
    hidden = frozenset(ids) - _those_of(session, ids, public)
    if actor is None or not hidden:  # nearly always: what everybody may know needs no further question
        return hidden
    return hidden - _those_of(session, hidden, visible_to(actor))


def _those_of(session: Session, ids: Collection[int], condition: ColumnElement[bool]) -> set[int]:
    query = select(col(Dossier.id)).where(col(Dossier.id).in_(ids), condition)
    return {id_ for id_ in session.scalars(query) if id_ is not None}


def messages_with(session: Session, subject: str) -> Sequence[Message]:
    """Messages that show a digest in which something stands, in the order they were written."""
    digests = select(col(DigestSubject.digest_id)).where(col(DigestSubject.subject) == subject)
    shown: ColumnElement[Any] = col(Message.subject)["digest"].as_integer()
    query = select(Message).where(col(Message.kind) == KIND, shown.in_(digests))
    locked = query.order_by(col(Message.id)).with_for_update(of=Message, key_share=True)
    return session.scalars(locked.execution_options(populate_existing=True)).all()


def digests_showing(session: Session, subjects: Collection[str], *, since: datetime) -> Sequence[DigestRow]:
    """Digests made at or after an instant in which one of some subjects stands, oldest first."""
    query = (
        select(DigestRow)
        .where(
            col(DigestRow.id).in_(
                select(col(DigestSubject.digest_id)).where(col(DigestSubject.subject).in_(subjects))
            ),
            col(DigestRow.made_at) >= since,
        )
        .order_by(col(DigestRow.id))
    )
    return session.scalars(query).all()


def messages_that_show(session: Session, digests: Collection[DigestRow]) -> Sequence[Message]:
    """The messages of some digests, in the order they were written; locked until this transaction ends."""
    ids = [row.id for row in digests]
    # Messages are written with their digest: none is older than the first of these digests.
    first = select(func.min(col(Message.id))).where(col(Message.key).in_(map(_opening_key, digests)))
    opening = session.scalar(first)
    if opening is None:
        return []
    shown: ColumnElement[Any] = col(Message.subject)["digest"].as_integer()
    query = select(Message).where(col(Message.id) >= opening, col(Message.kind) == KIND, shown.in_(ids))
    locked = query.order_by(col(Message.id)).with_for_update(of=Message, key_share=True)
    return session.scalars(locked.execution_options(populate_existing=True)).all()


def _opening_key(digest: DigestRow) -> str:
    """The key of the first message of a digest: to the channel of its body, or to its person."""
    audience = Audience.of(digest.audience)
    first = {AudienceKind.THEME_GROUP: f"group:{audience.slug}", AudienceKind.PA_STAFF: "triage"}
    return f"{KIND}:{digest.id}:{first.get(audience.kind, f'{PERSON}{audience.slug}')}"
