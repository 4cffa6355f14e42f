"""One network for the walks of a module; every story has its own dossier."""

import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest

from g40flow.sandbox.clock import SandboxClock
from g40flow.sandbox.slack import Workspace
from g40flow.sandbox.slack.server import SlackServer
from tests.conftest import MONDAY
from tests.slack_app.conftest import PATIENCE
from tests.walks.world import Walk, walking


@pytest.fixture(scope="module")
def walk(migrated_sqlite: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Walk]:
    """The whole program on a fresh database."""
    path = tmp_path_factory.mktemp("walks") / "g40flow.sqlite"
    shutil.copyfile(migrated_sqlite, path)
    with (
        SlackServer(Workspace.default(), SandboxClock(MONDAY), ack_time=PATIENCE) as slack,
        walking(f"sqlite:///{path}", slack) as running,
    ):
        yield running
