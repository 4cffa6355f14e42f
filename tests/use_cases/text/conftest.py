import pytest

from g40flow.storage.database import Database
from tests.conftest import address_of_kind
from tests.use_cases.text.desk import TextDesk


@pytest.fixture
def database_url(request: pytest.FixtureRequest) -> str:
    """Of SQLite, but for tests that are `on_both`."""
    return address_of_kind(request)


@pytest.fixture
def desk(database: Database) -> TextDesk:
    """A network at work on a text."""
    return TextDesk(database)
