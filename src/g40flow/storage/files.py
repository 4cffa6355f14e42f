"""Files of dossiers: keeping them and giving them back. Their content never changes."""

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import func, select
from sqlmodel import Session, col

from g40flow.domain.actors import Actor
from g40flow.domain.errors import NotFound
from g40flow.domain.outside_text import one_line
from g40flow.storage.dossier_tables import Dossier, StoredFile

LONGEST_NAME = 120


def keep_file(
    session: Session,
    dossier: Dossier,
    purpose: str,
    content: bytes,
    *,
    name: str,
    media_type: str,
    actor: Actor,
    now: datetime,
) -> StoredFile:
    """Keep a file. name: as uploaded; only its last part is kept, on one line."""
    assert dossier.id is not None
    file = StoredFile(
        dossier_id=dossier.id,
        purpose=purpose,
        name=plain_name(name),
        media_type=media_type,
        sha256=hashlib.sha256(content).hexdigest(),
        content=content,
        uploaded_by=actor.person,
        uploaded_at=now,
    )
    session.add(file)
    session.flush()
    return file


def plain_name(name: str) -> str:
    """The name of a file without folders and without what a header or a terminal could act on."""
    last = one_line(name).replace("\\", "/").rpartition("/")[2]
    plain = "".join(c for c in last if c.isalnum() or c in " ._-()").strip(" .")
    stem, dot, ending = plain.rpartition(".")
    if dot and len(ending) <= 8:
        return f"{stem[: LONGEST_NAME - len(ending) - 1]}.{ending}"
    return plain[:LONGEST_NAME] or "bestand"


@dataclass(frozen=True, kw_only=True)
class FileLine:
    """A file as it stands in a list, without its content. size: bytes."""

    id: int
    purpose: str
    name: str
    media_type: str
    size: int
    uploaded_by: str
    uploaded_at: datetime


def files_of(session: Session, dossier_id: int) -> Sequence[FileLine]:
    """The files of a dossier, newest first."""
    query = select(
        col(StoredFile.id),
        col(StoredFile.purpose),
        col(StoredFile.name),
        col(StoredFile.media_type),
        func.length(col(StoredFile.content)).label("size"),
        col(StoredFile.uploaded_by),
        col(StoredFile.uploaded_at),
    ).where(col(StoredFile.dossier_id) == dossier_id)
    rows = session.execute(query.order_by(col(StoredFile.id).desc()))
    return [FileLine(**row._asdict()) for row in rows]


def file_of(session: Session, dossier_id: int, file_id: int) -> StoredFile:
    """Raises NotFound."""
    file = session.get(StoredFile, file_id)
    if file is None or file.dossier_id != dossier_id:
        raise NotFound(f"dossier {dossier_id} has no file {file_id}")
    return file
