import pytest

from g40flow.storage.database import Database
from tests.use_cases.text.desk import TextDesk


@pytest.fixture
def desk(database: Database) -> TextDesk:
    """A network at work on a text, on each kind of database."""
    return TextDesk(database)
