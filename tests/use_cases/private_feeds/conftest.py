"""A network with calendars, on SQLite."""

import pytest

from g40flow.storage.database import Database
from tests.use_cases.private_feeds.world import FeedWorld


@pytest.fixture
def world(sqlite: Database) -> FeedWorld:
    """A network in which nothing has happened."""
    return FeedWorld(sqlite)
