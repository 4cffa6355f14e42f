"""Workers as processes that can be killed at any moment, and the nursery that makes them quickly."""

import ctypes
import logging
import os
import signal
import sys
import time
import traceback
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field, fields
from datetime import UTC, datetime, timedelta
from functools import cached_property
from multiprocessing import get_context
from multiprocessing.connection import Connection
from pathlib import Path
from typing import Any

from pydantic import SecretStr
from sqlalchemy.orm import configure_mappers

from g40flow import jobs
from g40flow.bootstrap import App, build_app
from g40flow.config.settings import Settings
from g40flow.domain.errors import AlreadyRunning
from g40flow.notify.slack import SlackTransport
from g40flow.sources.fetch import Fetcher, FetchLimits, Time
from g40flow.storage.database import Database
from tests.chaos.databases import feel_trouble

SPAWN = get_context("spawn")
POLLER_RESTS, DELIVERER_RESTS = 0.5, 0.2  # seconds
HOUSE = "tweedekamer"
"""The publisher that can put out thousands of items; what the others do is tried elsewhere."""

BOT_TOKEN = "xoxb-sandbox-bot"
POLLER, DELIVERER = "poller", "deliverer"
CRASHED = 1


@dataclass(frozen=True)
class Shared:
    """What all processes see. offset: seconds that the sandbox's clock is ahead of the machine's.

    full: whether a SQLite database may not grow. Without locks: a process that is killed while it holds
    one would keep it for ever, and one writes while all others read.
    """

    offset: Any = field(default_factory=lambda: SPAWN.RawValue(ctypes.c_double, 0.0))
    full: Any = field(default_factory=lambda: SPAWN.RawValue(ctypes.c_bool, False))


class Machine(App):
    """The program as it comes, at the sandbox's time plus an error of its own clock, and never waiting."""

    shared: Shared
    skew: float

    def now(self) -> datetime:
        return datetime.now(UTC) + timedelta(seconds=self.shared.offset.value + self.skew)

    def fetcher(self, name: str) -> Fetcher:
        return Fetcher(
            contact=self.settings.contact,
            allowed_hosts=["127.0.0.1"],
            limits=FetchLimits(interval=timedelta(0)),
            clock=Time(now=self.now, sleep=_at_once, chance=lambda: 0.5),
        )

    @cached_property
    def database(self) -> Database:
        found = Database(self.settings.database_url.get_secret_value())
        feel_trouble(found.engine, self.shared.full)
        return found

    @cached_property
    def slack(self) -> SlackTransport:
        return SlackTransport(BOT_TOKEN, base_url=self.settings.slack_base_url, sleep=_at_once)


def _at_once(_seconds: float) -> None:
    """Waiting is not what is tried here."""


def new_machine(environment: dict[str, str], shared: Shared) -> Machine:
    """The program with everything read that does not need the database."""
    app = build_app(environment)
    machine = Machine(**{part.name: getattr(app, part.name) for part in fields(app)})
    machine.__dict__.update(shared=shared, skew=0.0)
    for name in ("router", "renderer", "calendars", "announcer", "composer", "desk"):
        getattr(machine, name)
    # What every worker would load and work out again, as long as it lives.
    machine.source(HOUSE)
    machine.fetcher(HOUSE).close()
    configure_mappers()
    return machine


def _poll_forever(machine: Machine) -> None:
    while True:
        _poll(machine)
        time.sleep(POLLER_RESTS)


def _poll(machine: Machine) -> None:
    try:
        jobs.poll(machine, HOUSE)
    except AlreadyRunning:
        return  # another poller is at it
    jobs.assemble(machine, HOUSE)


def _deliver_forever(machine: Machine) -> None:
    while True:
        jobs.deliver(machine)
        time.sleep(DELIVERER_RESTS)


def _once(machine: Machine) -> None:
    _poll(machine)
    jobs.deliver(machine)


WORK: dict[str, Callable[[Machine], None]] = {POLLER: _poll_forever, DELIVERER: _deliver_forever}


def keep_nursery(calls: Connection, environment: dict[str, str], shared: Shared, log: Path) -> None:
    """Answer calls until the other side is gone.

    ("start", role, skew, database_url) -> pid; ("work", database_url) -> what went wrong;
    ("ended",) -> {pid: code}.
    """
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    logging.disable(logging.CRITICAL)
    machine = new_machine(environment, shared)
    calls.send(None)
    ended: dict[int, int] = {}
    while True:
        try:
            call = calls.recv()
        except EOFError:
            return
        if call[0] == "start":
            calls.send(_fork(machine, *call[1:], log=log))
        elif call[0] == "work":
            calls.send(_work_once(machine, *call[1:]))
        else:
            ended |= dict(_reap())
            calls.send(ended)


def _fork(machine: Machine, role: str, skew: float, database_url: str, *, log: Path) -> int:
    pid = os.fork()
    if pid:
        return pid
    with log.open("a") as file:
        os.dup2(file.fileno(), 2)
    try:
        machine.__dict__.update(skew=skew, settings=_settings(machine, database_url))
        WORK[role](machine)
    except BaseException:  # whatever it is: this process is over, and says why
        traceback.print_exc()
        sys.stderr.flush()
        os._exit(CRASHED)
    os._exit(0)


def _work_once(machine: Machine, database_url: str) -> str:
    """Do all the work there is, in this process: it knows every statement after the first time."""
    machine.__dict__.update(skew=0.0, settings=_settings(machine, database_url))
    try:
        _once(machine)
    except Exception:
        return traceback.format_exc()
    finally:
        machine.database.close()
        for held in ("database", "slack"):  # no worker that is forked later may have these connections
            machine.__dict__.pop(held, None)
    return ""


def _settings(machine: Machine, database_url: str) -> Settings:
    return machine.settings.model_copy(update={"database_url": SecretStr(database_url)})


def _reap() -> Iterator[tuple[int, int]]:
    while True:
        try:
            pid, status = os.waitpid(-1, os.WNOHANG)
        except ChildProcessError:
            return
        if pid == 0:
            return
        yield pid, os.waitstatus_to_exitcode(status)


@dataclass
class Nursery:
    """Starts workers within milliseconds, and knows how they ended."""

    calls: Connection

    def start(self, role: str, database_url: str, skew: float = 0.0) -> int:
        """A new worker; returns its process id. skew: seconds by which its clock is wrong."""
        self.calls.send(("start", role, skew, database_url))
        pid: int = self.calls.recv()
        return pid

    def work_in_peace(self, database_url: str) -> str:
        """Do all the work there is while nobody is killed; returns what went wrong, "" if nothing."""
        self.calls.send(("work", database_url))
        trouble: str = self.calls.recv()
        return trouble

    def ended(self) -> dict[int, int]:
        """The exit code of every worker that is no more."""
        self.calls.send(("ended",))
        found: dict[int, int] = self.calls.recv()
        return found


@contextmanager
def nursery(environment: dict[str, str], shared: Shared, log: Path) -> Iterator[Nursery]:
    """A process with everything imported and read, from which workers are forked."""
    ours, theirs = SPAWN.Pipe()
    process = SPAWN.Process(target=keep_nursery, args=(theirs, environment, shared, log), daemon=True)
    process.start()
    theirs.close()
    ours.recv()
    try:
        yield Nursery(ours)
    finally:
        ours.close()
        process.join(10)
