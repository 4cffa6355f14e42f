import pytest

from g40flow.storage.database import Database
from tests.use_cases.submission.office import Office


@pytest.fixture
def office(database: Database) -> Office:
    """A secretariat that hands texts in, on each kind of database."""
    return Office(database)
