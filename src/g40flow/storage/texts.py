"""Reading texts: versions, points, comments, the library of positions."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from functools import cache

from sqlalchemy import Select, bindparam, func, select
from sqlmodel import Session, col

from g40flow.domain.errors import NotFound
from g40flow.domain.items import Json
from g40flow.storage.database import asked_once
from g40flow.storage.dossier_tables import (
    CallAnswer,
    Comment,
    ConsultationAnswer,
    Dossier,
    HistoryEntry,
    LibraryPosition,
    MemberCall,
    Point,
    PointEvidence,
    SeenVersion,
    TextVersion,
)
from g40flow.storage.history import chain_of
from g40flow.storage.tables import Item, Record

# --- versions -------------------------------------------------------------------------------------


def versions_of(session: Session, dossier_id: int) -> Sequence[TextVersion]:
    """Every version of the text, newest first."""
    return session.scalars(_versions(), {"dossier_id": dossier_id}).all()


@cache
def _versions() -> Select[tuple[TextVersion]]:
    query = select(TextVersion).where(col(TextVersion.dossier_id) == bindparam("dossier_id"))
    return query.order_by(col(TextVersion.number).desc())


def word_upload_of(session: Session, dossier_id: int, version_hash: str) -> Mapping[str, Json]:
    """What the history keeps of the Word file that a version came from; empty if it came from none.

    changes_by: names of those who made tracked changes. remarks, pictures, simplified_tables: how many.
    """
    query = select(HistoryEntry).where(
        col(HistoryEntry.chain) == chain_of(dossier_id),
        col(HistoryEntry.action) == "upload_docx",
        col(HistoryEntry.version_hash) == version_hash,
    )
    entry = session.scalars(query.order_by(col(HistoryEntry.sequence).desc()).limit(1)).first()
    return {} if entry is None else entry.facts


def version_of(session: Session, dossier_id: int, number: int) -> TextVersion:
    """One version by its number in the dossier. Raises NotFound."""
    query = select(TextVersion).where(
        col(TextVersion.dossier_id) == dossier_id, col(TextVersion.number) == number
    )
    version: TextVersion | None = session.scalars(query).one_or_none()
    if version is None:
        raise NotFound(f"dossier {dossier_id} has no version {number}")
    return version


def current_version(session: Session, dossier: Dossier) -> TextVersion | None:
    """The newest text; None if there is none."""
    newest = dossier.current_version_id
    if newest is None:
        return None
    return asked_once(session, ("version", newest), lambda: session.get_one(TextVersion, newest))


def version_with_hash(session: Session, dossier_id: int, content_hash: str) -> TextVersion | None:
    """The newest version with exactly this text; None if the dossier never had it."""
    query = select(TextVersion).where(
        col(TextVersion.dossier_id) == dossier_id, col(TextVersion.content_hash) == content_hash
    )
    return session.scalars(query.order_by(col(TextVersion.number).desc()).limit(1)).first()


def next_version_number(session: Session, dossier_id: int) -> int:
    """The caller has locked the dossier."""
    query = select(func.max(col(TextVersion.number))).where(col(TextVersion.dossier_id) == dossier_id)
    return (session.scalar(query) or 0) + 1


def note_seen(session: Session, person: str, version: TextVersion, now: datetime) -> None:
    """Remember that somebody has seen a version, to show later what changed since."""
    assert version.id is not None
    seen = session.get(SeenVersion, (person, version.dossier_id))
    if seen is None:
        seen = SeenVersion(person=person, dossier_id=version.dossier_id, version_id=version.id)
    seen.version_id, seen.seen_at = version.id, now
    session.add(seen)


# --- points ---------------------------------------------------------------------------------------


def points_of(session: Session, dossier_id: int) -> Sequence[Point]:
    """The points of a dossier in their order, without those that were removed."""
    return session.scalars(_points(), {"dossier_id": dossier_id}).all()


@cache
def _points() -> Select[tuple[Point]]:
    of_dossier = col(Point.dossier_id) == bindparam("dossier_id")
    query = select(Point).where(of_dossier, col(Point.removed_at).is_(None))
    return query.order_by(col(Point.position), col(Point.id))


def point_of(session: Session, dossier_id: int, point_id: int) -> Point:
    """One point that was not removed. Raises NotFound."""
    point = session.get(Point, point_id)
    if point is None or point.dossier_id != dossier_id or point.removed_at is not None:
        raise NotFound(f"dossier {dossier_id} has no point {point_id}")
    return point


def evidence_of(session: Session, dossier_id: int) -> dict[int, list[PointEvidence]]:
    """What cities bring, by point, in the order it came."""
    query = (
        select(PointEvidence)
        .join(Point, col(Point.id) == col(PointEvidence.point_id))
        .where(col(Point.dossier_id) == dossier_id, col(Point.removed_at).is_(None))
    )
    found: dict[int, list[PointEvidence]] = {}
    for evidence in session.scalars(query.order_by(col(PointEvidence.id))):
        found.setdefault(evidence.point_id, []).append(evidence)
    return found


# --- comments -------------------------------------------------------------------------------------


def comments_of(session: Session, dossier_id: int) -> Sequence[Comment]:
    """Every comment on any version, oldest first."""
    return session.scalars(_comments(), {"dossier_id": dossier_id}).all()


@cache
def _comments() -> Select[tuple[Comment]]:
    query = select(Comment).where(col(Comment.dossier_id) == bindparam("dossier_id"))
    return query.order_by(col(Comment.id))


def open_comments(session: Session, dossier_id: int) -> Sequence[Comment]:
    """Comments that nobody disposed of yet: objections first, then oldest first."""
    return session.scalars(_open_comments(), {"dossier_id": dossier_id}).all()


@cache
def _open_comments() -> Select[tuple[Comment]]:
    of_dossier = col(Comment.dossier_id) == bindparam("dossier_id")
    query = select(Comment).where(of_dossier, col(Comment.disposition) == "")
    return query.order_by(col(Comment.objection).desc(), col(Comment.id))


def comment_of(session: Session, dossier_id: int, comment_id: int) -> Comment:
    """Raises NotFound."""
    comment = session.get(Comment, comment_id)
    if comment is None or comment.dossier_id != dossier_id:
        raise NotFound(f"dossier {dossier_id} has no comment {comment_id}")
    return comment


# --- questions of a consultation --------------------------------------------------------------------


def consultation_answers(session: Session, dossier_id: int) -> Sequence[ConsultationAnswer]:
    """What is filled in at each question of the consultation's form, in order."""
    query = select(ConsultationAnswer).where(col(ConsultationAnswer.dossier_id) == dossier_id)
    return session.scalars(query.order_by(col(ConsultationAnswer.number))).all()


def published_questions(session: Session, item: Item) -> list[str]:
    """What the page of a consultation asks, under a heading such as "Waarop kunt u reageren".

    The questions of the form itself stand behind it and are filled in by hand. See docs/sources.md.
    """
    query = select(Record).where(
        col(Record.source) == item.source,
        col(Record.entity) == "consultatie",
        col(Record.identifier) == item.identifier,
    )
    page: Record | None = session.scalars(query).one_or_none()
    sections = [] if page is None else page.fields.get("koppen", [])
    return [
        str(section["tekst"])
        for section in sections
        if "tekst" in section and "kunt u reageren" in str(section.get("kop", "")).lower()
    ]


# --- what cities said -------------------------------------------------------------------------------


def call_answers_of(session: Session, dossier_id: int) -> Sequence[CallAnswer]:
    """What every city answered last, by city."""
    query = (
        select(CallAnswer)
        .join(MemberCall, col(MemberCall.id) == col(CallAnswer.call_id))
        .where(col(MemberCall.dossier_id) == dossier_id, col(CallAnswer.replaced_at).is_(None))
    )
    return session.scalars(query.order_by(col(CallAnswer.city), col(CallAnswer.id))).all()


# --- library --------------------------------------------------------------------------------------


def library_positions(session: Session, words: Iterable[str] = (), group: str = "") -> list[LibraryPosition]:
    """Positions that hold every one of some folded words, of one group or of all, newest first."""
    query = select(LibraryPosition).where(col(LibraryPosition.retired_at).is_(None))
    for word in words:
        query = query.where(col(LibraryPosition.folded).contains(word, autoescape=True))
    ordered = query.order_by(
        col(LibraryPosition.adopted_on).desc().nulls_last(), col(LibraryPosition.id).desc()
    )
    found = session.scalars(ordered).all()
    return [position for position in found if not group or group in position.theme_groups]


def position_by_id(session: Session, position_id: int) -> LibraryPosition:
    """Raises NotFound."""
    position = session.get(LibraryPosition, position_id)
    if position is None:
        raise NotFound(f"there is no position {position_id} in the library")
    return position
