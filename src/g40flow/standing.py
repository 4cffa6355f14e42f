"""Starts the parts of g40flow as processes that belong together, and stops them together."""

import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Mapping, Sequence
from contextlib import suppress
from pathlib import Path
from types import FrameType, TracebackType

import httpx

from g40flow.domain.errors import G40FlowError
from g40flow.resources import resource

START_LIMIT_SECONDS = 90.0
STOP_LIMIT_SECONDS = 10.0
PREFECT_PORT, PORTAL_PORT = 4240, 8040


class PartStopped(G40FlowError):
    """A part that should keep running did not start or stopped by itself."""


class Interrupted(KeyboardInterrupt):
    """Somebody asked us to stop, by Ctrl-C or SIGTERM."""


class Parts:
    """Child processes, each in its own session, so that Ctrl-C reaches us first and stops them in order.

    logs: folder in which each part writes <name>.log.
    """

    def __init__(self, logs: Path, environment: Mapping[str, str]) -> None:
        logs.mkdir(parents=True, exist_ok=True)
        self._logs = logs
        self._environment = dict(environment)
        self._running: list[tuple[str, subprocess.Popen[bytes]]] = []

    def __enter__(self) -> "Parts":
        for number in (signal.SIGINT, signal.SIGTERM):  # also where a shell has us ignore Ctrl-C
            signal.signal(number, _interrupt)
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.stop()

    def start(self, name: str, arguments: Sequence[str], *, folder: Path | None = None) -> None:
        """Start `python ARGUMENTS` in the background."""
        with (self._logs / f"{name}.log").open("ab") as log:
            process = subprocess.Popen(  # noqa: S603
                [sys.executable, *arguments],
                env=self._environment,
                cwd=folder,
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=subprocess.STDOUT,
                start_new_session=True,
            )
        self._running.append((name, process))

    def run(self, arguments: Sequence[str], *, folder: Path | None = None) -> int:
        """Run `python ARGUMENTS` to its end with our own output; returns its exit code."""
        process = subprocess.Popen(  # noqa: S603
            [sys.executable, *arguments], env=self._environment, cwd=folder, start_new_session=True
        )
        self._running.append((arguments[-1], process))
        return process.wait()

    def wait_until_answering(self, name: str, url: str) -> None:
        """Block until a part answers. Raises PartStopped when it stops or takes too long."""
        until = time.monotonic() + START_LIMIT_SECONDS
        while time.monotonic() < until:
            self.check()
            with suppress(httpx.HTTPError):
                if httpx.get(url, timeout=5, trust_env=False).is_success:
                    return
            time.sleep(0.1)
        raise PartStopped(f"{name} gaf geen antwoord op {url}; {self._see(name)}")

    def check(self) -> None:
        """Raises PartStopped if a part stopped by itself."""
        for name, process in self._running:
            if process.poll() not in (None, 0):
                raise PartStopped(f"{name} stopte (code {process.returncode}); {self._see(name)}")

    def watch(self) -> None:
        """Block until a part stops by itself (PartStopped) or somebody interrupts."""
        while True:
            self.check()
            time.sleep(0.5)

    def stop(self) -> None:
        """Ask every part to stop, last started first; those that do not listen are killed."""
        for _, process in reversed(self._running):
            _signal_group(process, signal.SIGTERM)
        until = time.monotonic() + STOP_LIMIT_SECONDS
        for _, process in reversed(self._running):
            with suppress(subprocess.TimeoutExpired):
                process.wait(max(0.1, until - time.monotonic()))
            _signal_group(process, signal.SIGKILL)
            process.wait()
        self._running.clear()

    def _see(self, name: str) -> str:
        return f"zie {self._logs / f'{name}.log'}"


def free_port(preferred: int) -> int:
    """The preferred port on 127.0.0.1 if it is free, otherwise one that is."""
    for port in (preferred, 0):
        with socket.socket() as probe, suppress(OSError):
            # A port that we left a moment ago is free again; one that somebody listens on is not.
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            probe.bind(("127.0.0.1", port))
            return int(probe.getsockname()[1])
    raise PartStopped("er is op 127.0.0.1 geen poort vrij")


def prefect_environment(folder: Path, port: int) -> dict[str, str]:
    """Settings for Prefect that keep everything in one folder and need no network."""
    return {
        "PREFECT_HOME": str(folder.resolve()),
        "PREFECT_API_URL": f"http://127.0.0.1:{port}/api",
        "PREFECT_SERVER_ANALYTICS_ENABLED": "false",
        "PREFECT_SERVER_EPHEMERAL_ENABLED": "false",
        "PREFECT_LOGGING_LEVEL": "WARNING",
        "PREFECT_CLI_COLORS": "false",
        "DO_NOT_TRACK": "1",
    }


def start_prefect(parts: Parts, port: int) -> None:
    """Start Prefect's server; `wait_until_answering` tells when it is there."""
    parts.start("prefect", ["-m", "prefect", "server", "start", "--host", "127.0.0.1", "--port", str(port)])


def start_slack(parts: Parts, environment: Mapping[str, str]) -> None:
    """Listen to Slack over a socket, if there is a token for it."""
    if environment.get("G40FLOW_SLACK_APP_TOKEN") and environment.get("G40FLOW_SLACK_BOT_TOKEN"):
        parts.start("slack", ["-m", "g40flow", "slack", "listen"])


def flows_folder() -> Path:
    """Where `flows` and prefect.yaml are: the current folder if it has them, else as they came."""
    here = Path.cwd()
    return here if (here / "flows").is_dir() else resource("flows").parent


def run_everything(folder: Path) -> int:
    """Prefect, flows and portal against the configured publishers, until interrupted."""
    from g40flow.bootstrap import build_app
    from g40flow.storage import schema

    prefect_port, portal_port = free_port(PREFECT_PORT), free_port(PORTAL_PORT)
    portal_url = f"http://127.0.0.1:{portal_port}"
    environment = {
        **os.environ,
        **prefect_environment(folder / "prefect", prefect_port),
        "G40FLOW_PORTAL_URL": os.environ.get("G40FLOW_PORTAL_URL") or portal_url,
    }
    schema.upgrade(build_app(environment).database)
    try:
        with Parts(folder / "logs", environment) as parts:
            start_prefect(parts, prefect_port)
            parts.start("portal", ["-m", "g40flow", "portal", "--port", str(portal_port)])
            parts.wait_until_answering("prefect", f"http://127.0.0.1:{prefect_port}/api/health")
            parts.wait_until_answering("portal", f"{portal_url}/healthz")
            parts.start("flows", ["-m", "flows.serve"], folder=flows_folder())
            start_slack(parts, environment)
            print(f"portaal  {portal_url}\nPrefect  http://127.0.0.1:{prefect_port}")
            print("Stop met Ctrl-C.", flush=True)
            parts.watch()
    except KeyboardInterrupt:
        print("\ngestopt; alles is bewaard", flush=True)
    return 0


def _signal_group(process: subprocess.Popen[bytes], number: signal.Signals) -> None:
    with suppress(ProcessLookupError, PermissionError):
        os.killpg(process.pid, number)


def _interrupt(_number: int, _frame: FrameType | None) -> None:
    raise Interrupted
