"""The schema of the database: all tables, and bringing a database up to date.

Which version a database has is asked of schema_version.py, which needs neither the tables nor Alembic.
"""

from typing import TYPE_CHECKING

from sqlalchemy import Connection
from sqlmodel import SQLModel

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
from g40flow.storage.schema_version import MIGRATIONS, newest_version, require_current, version

if TYPE_CHECKING:
    from alembic.config import Config

METADATA = SQLModel.metadata
WORDS = "item_words"
"""In the name of everything that finds items by words."""


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
