"""Taking in files of past work: looked at wholly first, then written in one transaction, or not at all."""

import sqlite3
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from contextlib import closing
from dataclasses import dataclass, field
from datetime import datetime
from functools import partial

from sqlalchemy.exc import IntegrityError
from sqlmodel import Session

from g40flow.domain.actors import Actor, roles_of
from g40flow.domain.dossier.rights import Right, require
from g40flow.domain.errors import ImportRefused
from g40flow.domain.imports.cases import PastCase, Vocabulary, content_hash, read_case
from g40flow.domain.imports.rows import ImportKind, Mistake, Problem
from g40flow.domain.instants import dutch_date
from g40flow.domain.items import Json
from g40flow.domain.outside_text import one_line
from g40flow.storage.dossier_tables import Dossier
from g40flow.storage.import_tables import ImportedCase
from g40flow.use_cases.dossier.desk import Desk
from g40flow.use_cases.imports.read_file import Found, OnBytes, PastFile, read_file
from g40flow.use_cases.imports.write_case import CaseWriter

_AT_ONCE = 200
"""Cases after which the session forgets what it wrote, so that its length does not matter."""


@dataclass(kw_only=True)
class Looked:
    """What files hold: new cases, and those that were taken in before with the same words, per kind."""

    new: Counter[ImportKind] = field(default_factory=Counter)
    known: Counter[ImportKind] = field(default_factory=Counter)
    mistakes: int = 0

    @property
    def is_good(self) -> bool:
        """Whether all of it can be taken in."""
        return not self.mistakes


@dataclass(frozen=True, kw_only=True)
class _Case:
    """A case that can be taken in. known: it was before, with the same words."""

    kind: ImportKind
    case: PastCase
    file: str
    row: int
    content_hash: str
    known: bool


def look_at_files(
    session: Session,
    files: Sequence[PastFile],
    words: Vocabulary,
    *,
    now: datetime,
    on_mistake: Callable[[Mistake], None],
    on_bytes: OnBytes = lambda _: None,
) -> Looked:
    """Read everything and tell everything that is wrong, without writing anything.

    on_mistake: told at once, so that a file full of mistakes needs no memory.
    """
    looked = Looked()

    def note(mistake: Mistake) -> None:
        looked.mistakes += 1
        on_mistake(mistake)

    for one in _cases(session, files, words, now, note, on_bytes):
        (looked.known if one.known else looked.new)[one.kind] += 1
    return looked


def import_files(
    session: Session,
    desk: Desk,
    files: Sequence[PastFile],
    words: Vocabulary,
    *,
    label: Callable[[str], str],
    actor: Actor,
    now: datetime,
    on_bytes: OnBytes = lambda _: None,
) -> Looked:
    """Write everything that is new. label: what a type of document is called, in Dutch.

    Raises NotAllowed, or ImportRefused if a file is not what `look_at_files` saw, or somebody else took
    a number or the same case meanwhile; then nothing is written.
    """
    require(Right.IMPORT_HISTORY, roles_of(actor))
    writer = CaseWriter(session=session, desk=desk, actor=actor, now=now, label=label)
    looked = Looked()
    try:
        for one in _cases(session, files, words, now, _refuse, on_bytes):
            (looked.known if one.known else looked.new)[one.kind] += 1
            if not one.known:
                _write(session, writer, one)
            if sum(looked.new.values()) % _AT_ONCE == 0:
                session.flush()
                session.expunge_all()
        session.flush()
    except IntegrityError as error:
        raise ImportRefused("somebody else opened or took in the same meanwhile; try again") from error
    return looked


# --- pieces ---------------------------------------------------------------------------------------


def _write(session: Session, writer: CaseWriter, one: _Case) -> None:
    origin: dict[str, Json] = {"file": one.file, "row": one.row, "kind": one.kind.value}
    written = writer.write(one.case, origin)
    session.add(
        ImportedCase(
            kind=one.kind.value,
            reference=one.case.reference,
            content_hash=one.content_hash,
            file_name=one.file,
            row=one.row,
            dossier_id=written.dossier_id,
            position_id=written.position_id,
            imported_at=writer.now,
            imported_by=writer.actor.person,
        )
    )


def _refuse(mistake: Mistake) -> None:
    raise ImportRefused(f"{mistake.file}, row {mistake.row}: the file changed while it was read")


def _cases(
    session: Session,
    files: Sequence[PastFile],
    words: Vocabulary,
    now: datetime,
    on_mistake: Callable[[Mistake], None],
    on_bytes: OnBytes,
) -> Iterator[_Case]:
    """Every case that can be taken in; what is wrong is told."""
    today = dutch_date(now)
    with closing(_References()) as seen:
        for past in files:
            for found in read_file(past, on_mistake, on_bytes):
                case, mistakes = read_case(found.kind, found.group, words, file=past.name, today=today)
                said = content_hash(found.group)
                known, more = _known(session, seen, past.name, found, said)
                for mistake in (*mistakes, *more):
                    on_mistake(mistake)
                if case is not None and not more:
                    yield _Case(
                        kind=found.kind,
                        case=case,
                        file=past.name,
                        row=found.group.first.number,
                        content_hash=said,
                        known=known,
                    )


def _known(
    session: Session, seen: "_References", file: str, found: Found, said: str
) -> tuple[bool, list[Mistake]]:
    """(whether a case was taken in before, what is wrong with its reference): it stands once in all files,
    and what it stood for before it stands for now. said: hash of what it stands for now.
    """
    row, reference = found.group.first.number, one_line(found.group.first.values.get("kenmerk", ""))
    if not reference:
        return False, []
    mistake = partial(Mistake, file=file, row=row, column="kenmerk", found=reference[:80])
    earlier = seen.note(found.kind, reference, file, row)
    if earlier is not None:
        return False, [mistake(problem=Problem.REPEATED, expected=earlier)]
    kept = session.get(ImportedCase, (found.kind.value, reference))
    if kept is None or kept.content_hash == said:
        return kept is not None, []
    return True, [mistake(problem=Problem.CHANGED, expected=_place_of(session, kept))]


def _place_of(session: Session, kept: ImportedCase) -> str:
    dossier = None if kept.dossier_id is None else session.get(Dossier, kept.dossier_id)
    return kept.file_name if dossier is None else dossier.number


class _References:
    """Where each reference stood, in a file of its own that nobody sees: there can be very many."""

    def __init__(self) -> None:
        self._kept = sqlite3.connect("")
        self._kept.execute("CREATE TABLE seen (kind, reference, place, PRIMARY KEY (kind, reference))")

    def note(self, kind: ImportKind, reference: str, file: str, row: int) -> str | None:
        """Where it stood before; None if this is the first time, which is noted."""
        key = (kind.value, reference)
        found = self._kept.execute("SELECT place FROM seen WHERE kind = ? AND reference = ?", key).fetchone()
        if found is None:
            self._kept.execute("INSERT INTO seen VALUES (?, ?, ?)", (*key, f"{file}, {row}"))
            return None
        return str(found[0])

    def close(self) -> None:
        self._kept.close()
