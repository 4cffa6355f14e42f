"""A run from beginning to end, on either database."""

import re
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from functools import partial
from pathlib import Path

from g40flow.config.network import load_network
from g40flow.config.notifications import load_notifications
from g40flow.sandbox.server import SandboxServer
from g40flow.sandbox.world import WORLD_START
from tests.chaos.databases import Trouble, troubled_postgres, troubled_sqlite
from tests.chaos.director import Director, Outcome, Plan, environment_for, finish, new_sandbox
from tests.chaos.workers import Nursery, Shared, nursery

LAST_WORDS = re.compile(r"^(?:sqlite3|psycopg\.errors|psycopg|g40flow[\w.]*)\.(\w+: .{0,70})", re.MULTILINE)
TOLD_EVERY = 10
Progress = Callable[[int, int], None]


def _quietly(_done: int, _of: int) -> None:
    """Nobody watches."""


@dataclass(frozen=True, kw_only=True)
class Stage:
    """Sandbox and nursery, for one run after the other. channels: of the groups. log: what workers said."""

    folder: Path
    server: SandboxServer
    shared: Shared
    nursery: Nursery
    channels: dict[str, str]
    log: Path


@contextmanager
def stage() -> Iterator[Stage]:
    """Set up once; takes seconds."""
    with ExitStack() as stack:
        folder, shared = Path(stack.enter_context(tempfile.TemporaryDirectory())), Shared()
        server, log = stack.enter_context(new_sandbox()), folder / "workers.log"
        environment = environment_for(server, folder)
        config = Path(environment["G40FLOW_CONFIG_DIR"])
        yield Stage(
            folder=folder,
            server=server,
            shared=shared,
            nursery=stack.enter_context(nursery(environment, shared, log)),
            channels=dict(load_notifications(config, load_network(config)).channels.groups),
            log=log,
        )


def run_on_sqlite(on: Stage, plan: Plan, progress: Progress = _quietly) -> Outcome:
    """On a file. Raises AssertionError when there is no end to it."""
    with troubled_sqlite(on.folder, on.shared.full) as database:
        return _run(on, plan, database, progress)


def run_on_postgres(on: Stage, plan: Plan, progress: Progress = _quietly) -> Outcome:
    """On a server of its own."""
    with troubled_postgres() as database:
        return _run(on, plan, database, progress)


RUNS = {"sqlite": run_on_sqlite, "postgres": run_on_postgres}


def run_alone(plan: Plan, name: str) -> Outcome:
    """On one of RUNS, with a sandbox of its own, telling how far it is; for a process of its own."""
    with stage() as on:
        return RUNS[name](on, plan, partial(_tell, name))


def _tell(name: str, done: int, of: int) -> None:
    if done % TOLD_EVERY == 0 or done == of:
        print(f"{time.strftime('%H:%M:%S')} {name}: wave {done} of {of}", flush=True)


def _run(on: Stage, plan: Plan, database: Trouble, progress: Progress) -> Outcome:
    began = time.monotonic()
    on.log.write_text("", encoding="utf-8")
    on.server.world.reset()
    on.server.clock.set(WORLD_START)
    director = Director(
        plan=plan,
        server=on.server,
        database=database,
        nursery=on.nursery,
        shared=on.shared,
        progress=progress,
    )
    director.workspace.reset()
    try:
        director.run()
    except AssertionError as error:
        said = on.log.read_text(encoding="utf-8")[-4_000:]
        raise AssertionError(f"{error} (seed {plan.seed})\n{said}") from error
    finally:
        director.stop()
    director.log.errors.update(LAST_WORDS.findall(on.log.read_text(encoding="utf-8")))
    return finish(director, on.channels, began)
