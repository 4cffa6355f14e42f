import pytest

from g40flow.storage.database import Database
from tests.conftest import address_of_kind
from tests.use_cases.calls.calling import Calling
from tests.use_cases.dossier.world import World


@pytest.fixture
def database_url(request: pytest.FixtureRequest) -> str:
    """Of SQLite, but for tests that are `on_both`."""
    return address_of_kind(request)


@pytest.fixture
def calling(database: Database) -> Calling:
    """A dossier about which cities can be asked."""
    return Calling(World(database))
