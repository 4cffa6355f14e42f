"""The program as processes of its own, which can be killed at a chosen moment."""

import json
import os
import re
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from multiprocessing import get_context
from pathlib import Path
from typing import Any, Protocol
from uuid import uuid4

from g40flow.sandbox.slack.faults import Fault as SlackFault
from g40flow.sandbox.world import Fault
from tests.main_job.program import run_program
from tests.main_job.world import Sandbox, environment_for

PATIENCE_SECONDS = 120.0
HELD_SECONDS = 30.0
"""How long an answer is held back; the process that waits for it is killed long before."""


FORKS = get_context("forkserver")
FORKS.set_forkserver_preload(
    [
        *("g40flow.cli", "g40flow.jobs", "g40flow.config.calendar", "g40flow.config.routing"),
        *("g40flow.sources.internetconsultatie", "g40flow.sources.tweedekamer", "g40flow.storage.schema"),
        *("g40flow.notify.slack", "g40flow.render.messages", "alembic.command"),
    ]
)


class Process(Protocol):
    """What this needs of a process, whichever way it was started."""

    def kill(self) -> None:
        """SIGKILL: no chance to tidy up."""

    def interrupt(self) -> None:
        """As Ctrl-C does."""

    def code(self) -> int | None:
        """How it ended; None while it runs."""

    def output(self) -> str:
        """What it printed, when it has ended."""


class Forked:
    """The program in a process that was forked with everything imported: starting costs next to nothing."""

    def __init__(self, command: Sequence[str], environment: Mapping[str, str], folder: Path) -> None:
        self._printed = folder / f"{uuid4().hex}.out"
        self._process = FORKS.Process(
            target=run_program, args=(list(command), dict(environment), self._printed)
        )
        self._process.start()

    def kill(self) -> None:
        """See Process."""
        self._process.kill()
        self._process.join()

    def interrupt(self) -> None:
        """See Process."""
        assert self._process.pid is not None
        os.kill(self._process.pid, signal.SIGINT)

    def code(self) -> int | None:
        """See Process."""
        return self._process.exitcode

    def output(self) -> str:
        """See Process."""
        self._process.join(PATIENCE_SECONDS)
        return self._printed.read_text(encoding="utf-8")


class Started:
    """`python -m g40flow COMMAND`, as anybody would start it."""

    def __init__(self, command: Sequence[str], environment: Mapping[str, str]) -> None:
        self._process = subprocess.Popen(
            [sys.executable, "-m", "g40flow", *command],
            env=environment,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
        )

    def kill(self) -> None:
        """See Process."""
        self._process.kill()
        self._process.wait()
        if self._process.stdout is not None:
            self._process.stdout.close()

    def interrupt(self) -> None:
        """See Process."""
        self._process.send_signal(signal.SIGINT)

    def code(self) -> int | None:
        """See Process."""
        return self._process.poll()

    def output(self) -> str:
        """See Process."""
        return self._process.communicate(timeout=PATIENCE_SECONDS)[0].decode()


@dataclass
class Machine:
    """A machine on which the program runs; its clock is that of the sandbox when a process starts.

    forks: start the program by forking; otherwise as a command. folder: for what processes print.
    """

    sandbox: Sandbox
    database_url: str
    folder: Path
    forks: bool = True

    def environment(self) -> dict[str, str]:
        """What the program is told when it starts now."""
        offset = self.sandbox.clock.now() - datetime.now(UTC)
        return {
            **environment_for(self.database_url, self.sandbox.config, self.sandbox.server.base_url),
            "G40FLOW_CLOCK_OFFSET_SECONDS": str(offset.total_seconds()),
            "NO_PROXY": "127.0.0.1",
        }

    def start(self, *command: str) -> Process:
        """The program with a command, in the background."""
        kept = {name: value for name, value in os.environ.items() if not name.startswith("G40FLOW_")}
        environment = kept | self.environment()
        return Forked(command, environment, self.folder) if self.forks else Started(command, environment)

    def run(self, *command: str, code: int = 0) -> Any:
        """The same, to its end; gives what it printed as JSON."""
        return result_of(self.start(*command, "--json"), code=code)

    def kill_when(self, moment: Callable[[], bool], *command: str) -> None:
        """Start the program and kill it, without a chance to tidy up, as soon as the moment is there."""
        process = self.start(*command)
        try:
            wait_until(moment, process)
        finally:
            process.kill()

    def interrupt_when(self, moment: Callable[[], bool], *command: str) -> tuple[int | None, str]:
        """Start the program and press Ctrl-C at the moment; (exit code, what it printed)."""
        process = self.start(*command)
        try:
            wait_until(moment, process)
            process.interrupt()
            printed = process.output()
            return process.code(), printed
        finally:
            process.kill()

    @contextmanager
    def held(self, **fault: Any) -> Iterator[Callable[[], bool]]:
        """A publisher keeps one answer to itself; gives whether somebody waits for it now."""
        faults = self.sandbox.server.world.faults
        faults.put(Fault(kind="slow", times=1, seconds=HELD_SECONDS, **fault))
        yield lambda: not faults.on()

    @contextmanager
    def held_by_slack(self, method: str, after: int = 0) -> Iterator[Callable[[], bool]]:
        """Slack does what it is asked, but keeps its answer to itself. after: calls that it answers."""
        faults = self.sandbox.workspace.faults
        for _ in range(after):
            faults.add(SlackFault(kind="slow", method=method, seconds=0))
        faults.add(SlackFault(kind="slow", method=method, seconds=HELD_SECONDS))
        yield lambda: not faults.waiting

    def wait_for_leases(self, lease: timedelta) -> None:
        """Let so much time pass that what a dead process held is free.

        The clock of a process goes on while it runs, and that of the sandbox does not.
        """
        self.sandbox.clock.advance(lease + timedelta(minutes=2))


def result_of(process: Process, *, code: int | None = 0) -> Any:
    """What a process printed as JSON, when it ended with this code; None for any."""
    printed = process.output()
    assert code in (None, process.code()), printed
    start = re.search(r"^[\[{]", printed, re.MULTILINE)  # after what it logged
    assert start is not None, printed
    return json.loads(printed[start.start() :])


def wait_until(moment: Callable[[], bool], process: Process) -> None:
    """Return when the moment is there. Fails when the process ends before it, or nothing happens."""
    ends_at = time.monotonic() + PATIENCE_SECONDS
    while not moment():
        assert process.code() is None, f"ended before the moment to kill it: {process.output()}"
        assert time.monotonic() < ends_at, "the moment did not come"
        time.sleep(0.01)
