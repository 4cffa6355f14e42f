"""A newsroom on SQLite; the few tests where the database matters ask for both kinds."""

import pytest

from g40flow.storage.database import Database
from tests.use_cases.digest.newsroom import Newsroom


@pytest.fixture
def room(sqlite: Database) -> Newsroom:
    """On SQLite."""
    return Newsroom(sqlite)
