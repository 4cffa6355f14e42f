import pytest

from g40flow.storage.database import Database
from tests.use_cases.calls.calling import Calling
from tests.use_cases.dossier.world import World


@pytest.fixture
def calling(database: Database) -> Calling:
    """A dossier about which cities can be asked, on each kind of database."""
    return Calling(World(database))
