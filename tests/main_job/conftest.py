"""One sandbox for all tests of the main job, and the state after the first reading to begin from."""

import shutil
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

from g40flow.sandbox.slack.state import Channel
from tests.conftest import begin_from
from tests.main_job.world import Sandbox, World, build_world, running_sandbox


@dataclass(frozen=True)
class Beginning:
    """How things stand after the first reading. database: a SQLite file. slack: what stands there."""

    database: Path
    slack: dict[str, Channel]


@pytest.fixture(scope="session")
def the_sandbox(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Sandbox]:
    """The one that runs during the whole session; tests take `sandbox`."""
    with running_sandbox(tmp_path_factory.mktemp("sandbox")) as running:
        yield running


@pytest.fixture
def sandbox(the_sandbox: Sandbox) -> Sandbox:
    """The sandbox as at its beginning."""
    the_sandbox.reset()
    return the_sandbox


@pytest.fixture
def new_world(sandbox: Sandbox, sqlite_url: str) -> Iterator[World]:
    """The program before it looked at anything."""
    world = build_world(sandbox, sqlite_url)
    yield world
    world.database.close()


@pytest.fixture(scope="session")
def beginning(
    the_sandbox: Sandbox, migrated_sqlite: Path, tmp_path_factory: pytest.TempPathFactory
) -> Beginning:
    """Everything read once and told."""
    the_sandbox.reset()
    path = tmp_path_factory.mktemp("beginning") / "g40flow.sqlite"
    shutil.copyfile(migrated_sqlite, path)
    world = build_world(the_sandbox, f"sqlite:///{path}")
    world.round()
    with world.database.engine.connect() as connection:
        connection.exec_driver_sql("PRAGMA wal_checkpoint(TRUNCATE)")
    world.database.close()
    return Beginning(path, the_sandbox.conversations())


@pytest.fixture
def world(the_sandbox: Sandbox, beginning: Beginning, sqlite_path: Path) -> Iterator[World]:
    """The program after its first reading; what comes now is news."""
    the_sandbox.reset(slack=beginning.slack)
    world = build_world(the_sandbox, begin_from(beginning.database, sqlite_path))
    yield world
    world.database.close()
