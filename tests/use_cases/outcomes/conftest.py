import pytest

from g40flow.storage.database import Database
from tests.use_cases.outcomes.world import OutcomeWorld


@pytest.fixture
def world(sqlite: Database) -> OutcomeWorld:
    """A network with a campaign, and a Chamber around it."""
    return OutcomeWorld(sqlite)
