"""The schema of the database: which version it has, and bringing it up to date.

Alembic is imported where something changes: every command looks at the version, and must not wait
for that.
"""

from pathlib import Path
from typing import TYPE_CHECKING

from sqlalchemy import Connection, inspect, text
from sqlalchemy.exc import OperationalError
from sqlmodel import SQLModel

from g40flow.domain.errors import ConfigError
from g40flow.storage import access_tables as access_tables  # registers its tables with the metadata
from g40flow.storage import campaign_tables as campaign_tables  # likewise
from g40flow.storage import coverage_tables as coverage_tables  # likewise
from g40flow.storage import digest_tables as digest_tables  # likewise
from g40flow.storage import dossier_tables as dossier_tables  # likewise
from g40flow.storage import family_tables as family_tables  # likewise
from g40flow.storage import hook_tables as hook_tables  # likewise
from g40flow.storage import import_tables as import_tables  # likewise
from g40flow.storage import mail_tables as mail_tables  # likewise
from g40flow.storage import outcome_tables as outcome_tables  # likewise
from g40flow.storage import parliament_tables as parliament_tables  # likewise
from g40flow.storage import preference_tables as preference_tables  # likewise
from g40flow.storage import private_feed_tables as private_feed_tables  # likewise
from g40flow.storage import slack_tables as slack_tables  # likewise
from g40flow.storage import tables as tables  # likewise
from g40flow.storage.database import Database

if TYPE_CHECKING:
    from alembic.config import Config

METADATA = SQLModel.metadata
WORDS = "item_words"
"""In the name of everything that finds items by words."""
MIGRATIONS = Path(__file__).parent / "migrations"


def upgrade(database: Database, *, until: str = "head") -> None:
    """Bring the database to the newest version; does nothing when it is there already.

    until: a version to stop at, such as "0002". Raises ConfigError for a database of a newer program.
    """
    from alembic import command

    if (version(database) or "") > newest_version():
        require_current(database)
    with database.engine.begin() as connection:
        command.upgrade(_config(connection), until)


def write_migration(database: Database, message: str, revision: str) -> None:
    """Write the step from the newest version to the tables in the code; for developers.

    database: at the newest version. revision: the next number, such as "0002".
    """
    from alembic import command

    with database.engine.begin() as connection:
        command.revision(_config(connection), message, autogenerate=True, rev_id=revision)


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


def is_declared(_object: object, name: str | None, *_: object) -> bool:
    """Whether something in the database is to be as the code says: not the index of words, which is the
    database's own, see item_search.py.
    """
    return WORDS not in (name or "")


def differences(database: Database) -> list[object]:
    """What the tables in the code have that the database has not, and reverse; empty when equal."""
    from alembic.autogenerate import compare_metadata
    from alembic.migration import MigrationContext

    with database.engine.connect() as connection:
        context = MigrationContext.configure(connection, opts={"include_object": is_declared})
        return list(compare_metadata(context, METADATA))


def _config(connection: Connection) -> "Config":
    from alembic.config import Config

    config = Config()
    config.set_main_option("script_location", str(MIGRATIONS))
    config.attributes["connection"] = connection
    return config
