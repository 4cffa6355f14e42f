import sqlite3
import threading
from contextlib import closing
from datetime import timedelta
from pathlib import Path

import pytest
from sqlalchemy import select

from g40flow.domain.errors import BackUpFailed
from g40flow.storage import schema_version
from g40flow.storage.backup import back_up, check, restore
from g40flow.storage.database import Database
from g40flow.storage.messages import write_message
from g40flow.storage.publishers import note_signal
from tests.conftest import MONDAY


def rows(path: Path) -> dict[str, list[tuple[object, ...]]]:
    """Everything in a database, by table."""
    with closing(sqlite3.connect(path)) as connection:
        connection.create_function("folded", 1, str)
        names = [
            name for (name,) in connection.execute("SELECT name FROM sqlite_master WHERE type = 'table'")
        ]
        return {name: connection.execute(f'SELECT * FROM "{name}"').fetchall() for name in sorted(names)}


def file_of(database: Database) -> Path:
    return Path(str(database.url.database))


def write(database: Database, number: int) -> None:
    with database.writing() as session:
        note_signal(session, "house", "unknown_kind", str(number), "Wet", MONDAY + timedelta(minutes=number))
        write_message(session, f"m{number}", audience="operators", kind="source_notice", now=MONDAY)


@pytest.fixture
def filled(sqlite: Database) -> Database:
    for number in range(20):
        write(sqlite, number)
    return sqlite


def test_what_is_put_back_is_what_was_copied_row_for_row(filled: Database, tmp_path: Path) -> None:
    copy = tmp_path / "copies" / "monday.sqlite"
    made = back_up(filled, copy)
    before = rows(copy)
    for number in range(20, 30):
        write(filled, number)
    later = rows(file_of(filled))

    kept = restore(filled, copy)

    assert made.version == schema_version.newest_version()
    assert len(before["message"]) == 20
    assert rows(file_of(filled)) == before
    assert kept is not None
    assert rows(kept) == later
    assert schema_version.is_current(filled)
    write(filled, 99)  # and the program goes on with it


def test_a_copy_made_while_others_write_is_one_consistent_moment(filled: Database, tmp_path: Path) -> None:
    stop = threading.Event()

    def keep_writing() -> None:
        number = 100
        while not stop.is_set():
            write(filled, number)
            number += 1

    writer = threading.Thread(target=keep_writing)
    writer.start()
    try:
        copies = [back_up(filled, tmp_path / f"{n}.sqlite").path for n in range(3)]
    finally:
        stop.set()
        writer.join()

    for copy in copies:
        found = rows(copy)
        assert len(found["message"]) == len(found["source_signal"])


def test_a_copy_can_be_put_back_where_no_database_is_yet(filled: Database, tmp_path: Path) -> None:
    copy = back_up(filled, tmp_path / "copy.sqlite").path
    elsewhere = Database(f"sqlite:///{tmp_path}/new/g40flow.sqlite")

    assert restore(elsewhere, copy) is None
    with elsewhere.reading() as session:
        assert session.execute(select(1)).scalar() == 1
    elsewhere.close()


def test_a_copy_never_overwrites_a_file(filled: Database, tmp_path: Path) -> None:
    there = tmp_path / "there.sqlite"
    there.write_text("something of mine")

    with pytest.raises(BackUpFailed, match="bestaat al"):
        back_up(filled, there)

    assert there.read_text() == "something of mine"


@pytest.mark.parametrize("damage", ["empty", "text", "cut", "other"])
def test_what_is_no_whole_copy_is_refused_and_changes_nothing(
    filled: Database, tmp_path: Path, damage: str
) -> None:
    copy = back_up(filled, tmp_path / "copy.sqlite").path
    match damage:
        case "empty":
            copy.write_bytes(b"")
        case "text":
            copy.write_text("no database at all " * 100)
        case "cut":
            copy.write_bytes(copy.read_bytes()[:40_000])
        case "other":
            copy.unlink()
            with closing(sqlite3.connect(copy)) as other:
                other.execute("CREATE TABLE mine (id INTEGER)")
                other.commit()
    before = rows(file_of(filled))

    with pytest.raises(BackUpFailed):
        restore(filled, copy)

    assert rows(file_of(filled)) == before


def test_a_copy_of_a_newer_program_is_refused(filled: Database, tmp_path: Path) -> None:
    copy = back_up(filled, tmp_path / "copy.sqlite").path
    with closing(sqlite3.connect(copy)) as connection:
        connection.execute("UPDATE alembic_version SET version_num = '9999'")
        connection.commit()

    with pytest.raises(BackUpFailed, match="nieuwer programma"):
        restore(filled, copy)


def test_a_copy_is_for_its_owner_only(filled: Database, tmp_path: Path) -> None:
    made = back_up(filled, tmp_path / "copy.sqlite")

    assert made.path.stat().st_mode & 0o077 == 0
    assert check(made.path).size == made.size


def test_postgresql_is_copied_with_its_own_program(tmp_path: Path) -> None:
    database = Database("postgresql://nobody:secret@127.0.0.1:1/none")

    with pytest.raises(BackUpFailed, match="pg_dump") as raised:
        back_up(database, tmp_path / "copy.dump")

    assert "secret" not in str(raised.value)
