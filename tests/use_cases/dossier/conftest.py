import pytest

from g40flow.storage.database import Database
from tests.use_cases.dossier.world import World


@pytest.fixture
def world(database: Database) -> World:
    """A network at work, on each kind of database."""
    return World(database)
