"""Opening the database: SQLite in WAL mode by default, PostgreSQL by address."""

import os
import time
from collections.abc import Callable, Hashable, Iterator, Sequence
from contextlib import contextmanager
from functools import cache, lru_cache, partial
from pathlib import Path
from typing import Any, TypeVar

from sqlalchemy import Dialect, Engine, Insert, event, text
from sqlalchemy.engine import URL, make_url
from sqlalchemy.exc import ArgumentError, InvalidatePoolError
from sqlmodel import Session, SQLModel, create_engine

from g40flow.domain.errors import ConfigError
from g40flow.domain.folding import fold

BUSY_TIMEOUT_MS = 30_000
_NOTES = "g40flow.reading_notes"
_KEPT = "g40flow.kept_notes"
Answer = TypeVar("Answer")
Value = TypeVar("Value")
REST_SECONDS = 1.0
_RESTING = "g40flow.resting_since"
CHUNK = 500
"""Values in one query: below SQLite's limit on variables, large enough to be quick."""


class Database:
    """One database; hands out short sessions. What opens the same address in a process shares connections.

    Writing transactions take SQLite's write lock at their start: two writers then queue, where a
    lock upgrade halfway would fail at once with "database is locked".
    """

    def __init__(self, url: str) -> None:
        self.url = _checked(url)
        self.engine = _engine(_whole_path(self.url), os.getpid())
        self._writing = self.engine.execution_options(immediate=True)
        self._reading = self.engine if self.is_sqlite else _without_transactions(self.engine)
        self._kept: dict[Any, Any] = {}

    @property
    def is_sqlite(self) -> bool:
        """Whether this is SQLite (otherwise PostgreSQL)."""
        return self.url.get_backend_name() == "sqlite"

    @contextmanager
    def reading(self) -> Iterator[Session]:
        """A session that changes nothing; what is found out twice in it may be kept, see `reading_notes`."""
        with Session(self._reading, autoflush=False, info={_NOTES: {}, _KEPT: self._kept}) as session:
            yield session

    @contextmanager
    def writing(self) -> Iterator[Session]:
        """A session with one transaction: all of it is kept, or with an error nothing."""
        with Session(self._writing, expire_on_commit=False) as session, session.begin():
            yield session

    def close(self) -> None:
        """Give up all connections that nobody uses now; the next session makes a new one."""
        self.engine.dispose()


def reading_notes(session: Session) -> dict[Any, Any] | None:
    """Where a session that changes nothing keeps what it found out; None for one that may change it."""
    notes: dict[Any, Any] | None = session.info.get(_NOTES)
    return notes


def asked_once(session: Session, question: Hashable, ask: Callable[[], Answer]) -> Answer:
    """The answer to a question that a page puts in several places: asked once while nothing can change it."""
    notes = reading_notes(session)
    if notes is None:
        return ask()
    if question not in notes:
        notes[question] = ask()
    answer: Answer = notes[question]
    return answer


def kept_notes(session: Session) -> dict[Any, Any] | None:
    """Likewise, but for as long as the process lives: whoever keeps something says until when it holds."""
    notes: dict[Any, Any] | None = session.info.get(_KEPT)
    return notes


def _without_transactions(engine: Engine) -> Engine:
    """For reading on PostgreSQL, which shows each statement the newest state also within a transaction:
    beginning and ending one would only be two more questions for each session.
    """
    return engine.execution_options(isolation_level="AUTOCOMMIT")


def _checked(url: str) -> URL:
    try:
        parsed = make_url(url)
    except ArgumentError:
        # The address itself may hold a password, so neither it nor the error is repeated.
        raise ConfigError("G40FLOW_DATABASE_URL: expected sqlite:///… or postgresql://…") from None
    if parsed.get_backend_name() == "postgresql":
        return parsed.set(drivername="postgresql+psycopg")
    kind = parsed.get_backend_name()
    if kind != "sqlite":
        # Without "://" the whole address is taken for the kind, and it may hold a password.
        found = repr(kind) if kind.isalpha() else "something else"
        raise ConfigError(f"G40FLOW_DATABASE_URL: expected sqlite or postgresql, found {found}")
    return parsed


def _whole_path(url: URL) -> URL:
    """The same address, whichever folder the process works in."""
    if url.get_backend_name() != "sqlite" or not url.database or url.database == ":memory:":
        return url
    return url.set(database=str(Path(url.database).absolute()))


def _engine(url: URL, process: int) -> Engine:
    """One for an address, since it keeps the statements that it compiled; never across a fork."""
    if url.get_backend_name() == "postgresql":
        return _postgres_engine(url, process)
    return _sqlite_engine(url, process)


@cache
def _postgres_engine(url: URL, _process: int) -> Engine:
    engine = create_engine(url)
    event.listen(engine, "checkin", _note_rest)
    event.listen(engine, "checkout", partial(_check_after_rest, engine.dialect))
    return engine


def _note_rest(_connection: Any, record: Any) -> None:
    record.info[_RESTING] = time.monotonic()


def _check_after_rest(dialect: Dialect, connection: Any, record: Any, _fairy: Any) -> None:
    """Whether a connection still works: asked when it rested, not when pages follow each other closely.

    Then all that rested are made anew, as the database was away.
    """
    since = record.info.get(_RESTING)
    if since is None or time.monotonic() - since < REST_SECONDS:
        return
    try:
        dialect.do_ping(connection)
    except dialect.loaded_dbapi.Error as error:
        raise InvalidatePoolError from error


@lru_cache(maxsize=8)
def _sqlite_engine(url: URL, _process: int) -> Engine:
    if url.database and url.database != ":memory:":
        _make_folder(Path(url.database).parent)
    engine = create_engine(url, connect_args={"timeout": BUSY_TIMEOUT_MS / 1000})
    event.listen(engine, "connect", _prepare_sqlite)
    event.listen(engine, "begin", _begin_sqlite)
    return engine


def _make_folder(folder: Path) -> None:
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise ConfigError(f"G40FLOW_DATABASE_URL: no folder for the database can be made: {error}") from error


def _prepare_sqlite(connection: Any, _record: Any) -> None:
    # The driver's own implicit BEGIN is deferred and would come too late; we begin ourselves.
    connection.isolation_level = None
    connection.create_function("folded", 1, fold, deterministic=True)  # for the triggers of item_words
    for pragma in (
        "journal_mode=WAL",
        "synchronous=NORMAL",
        "foreign_keys=ON",
        f"busy_timeout={BUSY_TIMEOUT_MS}",
        "temp_store=MEMORY",
    ):
        connection.execute(f"PRAGMA {pragma}")


def _begin_sqlite(connection: Any) -> None:
    immediate = connection.get_execution_options().get("immediate")
    connection.exec_driver_sql("BEGIN IMMEDIATE" if immediate else "BEGIN")


def chunks(values: Sequence[Value]) -> Iterator[Sequence[Value]]:
    """The values in their order, as many at a time as one query takes."""
    for start in range(0, len(values), CHUNK):
        yield values[start : start + CHUNK]


class _InsertOrIgnore(Insert):
    """The dialects' own inserts with ON CONFLICT are worked out anew each time; this one is kept."""

    inherit_cache = True
    _post_values_clause = text("ON CONFLICT DO NOTHING")  # the same in SQLite and PostgreSQL


@cache
def insert_or_ignore(table: type[SQLModel]) -> Insert:
    """An insert that does nothing if the row is there already, also when two come at once.

    The values are given when it is executed.
    """
    return _InsertOrIgnore(table)
