"""A copy of the SQLite database while it is in use, and putting one back."""

import sqlite3
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path

from g40flow.domain.errors import BackUpFailed
from g40flow.storage.database import Database
from g40flow.storage.schema_version import newest_version

PAGES_AT_ONCE = 2000
"""Between two of these writers get their turn; 8 MB with pages of 4 kB."""

PG_DUMP = "pg_dump --format=custom --file={target} <adres van de database>"


@dataclass(frozen=True, kw_only=True)
class BackUp:
    """A copy that was checked. version: of its schema. size: in bytes."""

    path: Path
    version: str
    size: int


def back_up(database: Database, target: Path) -> BackUp:
    """Copy the database as it is at one moment; others go on reading and writing meanwhile.

    The copy is whole or not there: it gets its name when it was checked. Raises BackUpFailed.
    """
    origin = _file_of(database, target)
    if target.exists():
        raise BackUpFailed(f"{target} bestaat al; kies een andere naam")
    partial = target.with_name(f"{target.name}.part")
    try:
        target.parent.mkdir(parents=True, exist_ok=True)
        partial.unlink(missing_ok=True)
        partial.touch(mode=0o600)
        with closing(sqlite3.connect(origin)) as source, closing(sqlite3.connect(partial)) as copy:
            source.backup(copy, pages=PAGES_AT_ONCE, sleep=0.01)
            copy.execute("PRAGMA journal_mode=DELETE")  # one file, without a -wal beside it
        found = check(partial)
        partial.replace(target)
    except (OSError, sqlite3.Error) as error:
        partial.unlink(missing_ok=True)
        raise BackUpFailed(f"de kopie naar {target} is mislukt: {error}") from error
    return BackUp(path=target, version=found.version, size=found.size)


def check(path: Path) -> BackUp:
    """Look whether a file is a whole database of ours. Raises BackUpFailed."""
    if not path.is_file():
        raise BackUpFailed(f"er is geen bestand {path}")
    try:
        with closing(sqlite3.connect(f"file:{path.resolve()}?mode=ro", uri=True)) as copy:
            [(verdict,)] = copy.execute("PRAGMA integrity_check(1)").fetchall()
            if verdict != "ok":
                raise BackUpFailed(f"{path} is beschadigd: {verdict}")
            if copy.execute("PRAGMA foreign_key_check").fetchone() is not None:
                raise BackUpFailed(f"{path} is beschadigd: er wordt verwezen naar rijen die er niet zijn")
            [(version,)] = copy.execute("SELECT version_num FROM alembic_version").fetchall()
    except (sqlite3.Error, ValueError) as error:
        raise BackUpFailed(f"{path} is geen database van g40flow: {error}") from error
    return BackUp(path=path, version=str(version), size=path.stat().st_size)


def restore(database: Database, origin: Path) -> Path | None:
    """Put a copy in the place of the database; returns where the present one was kept.

    None: there was none. Stop the workers and the portal first: what they do in between is lost.
    Raises BackUpFailed, also for a copy that is damaged or of a newer program; nothing is changed then.
    """
    target = _file_of(database, origin)
    found = check(origin)
    if found.version > newest_version():
        raise BackUpFailed(f"{origin} is van een nieuwer programma (versie {found.version})")
    kept = _put_aside(database, target) if target.exists() else None
    try:
        target.parent.mkdir(parents=True, exist_ok=True)
        # Through SQLite and not over the file: whoever still has it open sees the one state or the other.
        with closing(sqlite3.connect(origin)) as source, closing(sqlite3.connect(target)) as place:
            source.backup(place)
            place.execute("PRAGMA journal_mode=WAL")
    except (OSError, sqlite3.Error) as error:
        raise BackUpFailed(f"terugzetten is mislukt: {error}; de oude stand staat in {kept}") from error
    return kept


def _put_aside(database: Database, target: Path) -> Path:
    number = 1
    while (kept := target.with_name(f"{target.name}.voor-terugzetten-{number}")).exists():
        number += 1
    back_up(database, kept)
    return kept


def _file_of(database: Database, other: Path) -> Path:
    if not database.is_sqlite:
        raise BackUpFailed(f"dit is PostgreSQL; gebruik: {PG_DUMP.format(target=other)}")
    name = database.url.database
    if not name or name == ":memory:":
        raise BackUpFailed("deze database staat in het geheugen en is niet te kopiëren")
    return Path(name)
