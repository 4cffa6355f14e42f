import pytest

from g40flow.storage.database import Database
from tests.conftest import address_of_kind
from tests.use_cases.submission.office import Office


@pytest.fixture
def database_url(request: pytest.FixtureRequest) -> str:
    """Of SQLite, but for tests that are `on_both`."""
    return address_of_kind(request)


@pytest.fixture
def office(database: Database) -> Office:
    """A secretariat that hands texts in."""
    return Office(database)
