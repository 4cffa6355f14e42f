"""The schema of the database: which version it has, and bringing it up to date."""

from pathlib import Path

from alembic import command
from alembic.autogenerate import compare_metadata
from alembic.config import Config
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Connection
from sqlalchemy.exc import OperationalError
from sqlmodel import SQLModel

from g40flow.domain.errors import ConfigError
from g40flow.storage import tables as tables  # registers every table with the metadata
from g40flow.storage.database import Database

METADATA = SQLModel.metadata


def upgrade(database: Database) -> None:
    """Bring the database to the newest version; does nothing when it is there already."""
    with database.engine.begin() as connection:
        command.upgrade(_config(connection), "head")


def write_migration(database: Database, message: str, revision: str) -> None:
    """Write the step from the newest version to the tables in the code; for developers.

    database: at the newest version. revision: the next number, such as "0002".
    """
    with database.engine.begin() as connection:
        command.revision(_config(connection), message, autogenerate=True, rev_id=revision)


def version(database: Database) -> str | None:
    """The version the database has; None for an empty database. Raises ConfigError if it is not there."""
    try:
        with database.engine.connect() as connection:
            return MigrationContext.configure(connection).get_current_revision()
    except OperationalError as error:
        # What the driver says has no password in it, and runs over several lines.
        found = " ".join(str(error.orig).split())
        raise ConfigError(f"G40FLOW_DATABASE_URL: the database cannot be opened: {found}") from error


def newest_version() -> str | None:
    """The version this program wants."""
    return ScriptDirectory.from_config(_config(None)).get_current_head()


def is_current(database: Database) -> bool:
    """Whether the database has the version this program wants."""
    return version(database) == newest_version()


def differences(database: Database) -> list[object]:
    """What the tables in the code have that the database has not, and reverse; empty when equal."""
    with database.engine.connect() as connection:
        return list(compare_metadata(MigrationContext.configure(connection), METADATA))


def _config(connection: Connection | None) -> Config:
    config = Config()
    config.set_main_option("script_location", str(Path(__file__).parent / "migrations"))
    config.attributes["connection"] = connection
    return config
