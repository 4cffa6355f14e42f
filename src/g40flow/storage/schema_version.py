"""Which version a database has. Every command looks, so this must not wait for the tables or for Alembic."""

from pathlib import Path

from sqlalchemy import inspect, text
from sqlalchemy.exc import OperationalError

from g40flow.domain.errors import ConfigError
from g40flow.storage.database import Database

MIGRATIONS = Path(__file__).parent / "migrations"


def version(database: Database) -> str | None:
    """The version the database has; None for an empty database. Raises ConfigError if it is not there."""
    try:
        with database.engine.connect() as connection:
            if not inspect(connection).has_table("alembic_version"):
                return None
            found: str | None = connection.scalar(text("SELECT version_num FROM alembic_version"))
            return found
    except OperationalError as error:
        # What the driver says has no password in it, and runs over several lines.
        found = " ".join(str(error.orig).split())
        raise ConfigError(f"G40FLOW_DATABASE_URL: the database cannot be opened: {found}") from error


def newest_version() -> str:
    """The version this program wants: migrations are numbered, and files are named after them."""
    return max(path.name.partition("_")[0] for path in (MIGRATIONS / "versions").glob("[0-9]*.py"))


def require_current(database: Database) -> None:
    """Raises ConfigError, saying what to do, when the database is of another version than this program."""
    found, wanted = version(database), newest_version()
    if found == wanted:
        return
    if found is not None and found > wanted:
        raise ConfigError(
            f"de database is van een nieuwer programma (versie {found}, dit programma kent {wanted}); "
            "installeer het nieuwere programma of zet een oude kopie terug"
        )
    raise ConfigError(
        f"de database heeft niet de juiste versie ({found or 'leeg'}, nodig is {wanted}); "
        "voer eerst uit: g40flow db upgrade"
    )


def is_current(database: Database) -> bool:
    """Whether the database has the version this program wants."""
    return version(database) == newest_version()
