"""A run from beginning to end, on either database."""

import re
import tempfile
import time
from collections.abc import Callable
from contextlib import ExitStack
from pathlib import Path

from g40flow.config.network import load_network
from g40flow.config.notifications import load_notifications
from tests.chaos.databases import Trouble, troubled_postgres, troubled_sqlite
from tests.chaos.director import Director, Outcome, Plan, environment_for, finish, new_sandbox
from tests.chaos.workers import Shared, nursery

LAST_WORDS = re.compile(r"^(?:sqlite3|psycopg\.errors|psycopg|g40flow[\w.]*)\.(\w+: .{0,70})", re.MULTILINE)
Progress = Callable[[int, int], None]


def _quietly(_done: int, _of: int) -> None:
    """Nobody watches."""


def run_on_sqlite(plan: Plan, progress: Progress = _quietly) -> Outcome:
    """On a file. Raises AssertionError when there is no end to it."""
    with ExitStack() as stack:
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory()))
        shared = Shared()
        return _run(plan, stack.enter_context(troubled_sqlite(folder, shared.full)), shared, folder, progress)


def run_on_postgres(plan: Plan, progress: Progress = _quietly) -> Outcome:
    """On a server of its own."""
    with ExitStack() as stack:
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory()))
        return _run(plan, stack.enter_context(troubled_postgres()), Shared(), folder, progress)


def _run(plan: Plan, database: Trouble, shared: Shared, folder: Path, progress: Progress) -> Outcome:
    began, log = time.monotonic(), folder / "workers.log"
    with new_sandbox() as server:
        environment = environment_for(database, server, folder)
        with nursery(environment, shared, log) as workers:
            director = Director(
                plan=plan,
                server=server,
                database=database,
                nursery=workers,
                shared=shared,
                progress=progress,
            )
            try:
                director.run()
            except AssertionError as error:
                raise AssertionError(f"{error} (seed {plan.seed})\n{_last(log)}") from error
            finally:
                director.stop()
        director.log.errors.update(LAST_WORDS.findall(log.read_text(encoding="utf-8")))
        config = Path(environment["G40FLOW_CONFIG_DIR"])
        channels = load_notifications(config, load_network(config)).channels.groups
        return finish(director, dict(channels), began)


def _last(log: Path) -> str:
    return log.read_text(encoding="utf-8")[-4_000:] if log.exists() else ""
