import pytest

from g40flow.storage.database import Database
from tests.use_cases.decisions.board import Board
from tests.use_cases.dossier.world import World


@pytest.fixture
def board(database: Database) -> Board:
    """A dossier at the board, on each kind of database."""
    return Board.of(World(database))
