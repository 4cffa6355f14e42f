import pytest

from g40flow.storage.database import Database
from tests.use_cases.campaigns.world import CampaignWorld


@pytest.fixture
def world(sqlite: Database) -> CampaignWorld:
    """A network at work; what differs between databases is tried in tests of storage."""
    return CampaignWorld(sqlite)
