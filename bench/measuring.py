"""Time and memory of a piece of work in a process of its own."""

import json
import os
import socket
import statistics
import subprocess
import sys
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import httpx
import psutil

REPOSITORY = Path(__file__).parents[1]
SAMPLE_SECONDS = 0.01
START_LIMIT_SECONDS = 180


@dataclass(frozen=True, kw_only=True)
class Run:
    """What a worker said, and the most memory it was seen to use."""

    answer: Mapping[str, Any]
    peak_bytes: int


def run_worker(module: str, *arguments: str) -> Run:
    """`python -m module arguments`, which prints one JSON object.

    Memory is sampled rather than asked for afterwards: the kernel's own maximum counts what the
    process was before it became this one.
    """
    process = subprocess.Popen(
        [sys.executable, "-m", module, *arguments],
        cwd=REPOSITORY,
        stdout=subprocess.PIPE,
        text=True,
        env=environment(),
    )
    watched, peak = psutil.Process(process.pid), 0
    while process.poll() is None:
        try:
            peak = max(peak, watched.memory_info().rss)
        except psutil.Error:
            break
        time.sleep(SAMPLE_SECONDS)
    assert process.stdout is not None
    output = process.stdout.read()
    if process.wait() != 0:
        raise RuntimeError(f"{module} {' '.join(arguments)} ended with exit code {process.returncode}")
    return Run(answer=json.loads(output), peak_bytes=peak)


@contextmanager
def serving(
    command: Sequence[str], address: str, *, settings: Mapping[str, str] | None = None
) -> Iterator[None]:
    """A server in a process of its own, from when it answers at `address` until the end of the block.

    settings: further variables of its environment.
    """
    process = subprocess.Popen(
        [sys.executable, *command],
        cwd=REPOSITORY,
        stdout=subprocess.DEVNULL,
        env=environment(**(settings or {})),
    )
    try:
        _wait_until_answering(process, address)
        yield
    finally:
        process.terminate()
        process.wait()


def _wait_until_answering(process: subprocess.Popen[bytes], address: str) -> None:
    until = time.monotonic() + START_LIMIT_SECONDS
    while time.monotonic() < until and process.poll() is None:
        try:
            httpx.get(address, trust_env=False)
        except httpx.TransportError:
            time.sleep(0.05)
        else:
            return
    raise RuntimeError(f"nothing answers at {address}")


SECRET = {"G40FLOW_SECRET_KEY": "benchmark-benchmark-benchmark-benchmark"}
"""Without which no portal starts on PostgreSQL."""


def environment(**more: str) -> dict[str, str]:
    """This process's variables without what configures g40flow or a proxy, and with `more`."""
    kept = {name: value for name, value in os.environ.items() if not name.startswith("G40FLOW_")}
    return {**kept, "NO_PROXY": "127.0.0.1,localhost", **more}


def free_port() -> int:
    """A port on loopback that nothing listens on."""
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        return int(taken.getsockname()[1])


def median_seconds(work: Callable[[], object], times: int) -> float:
    """Of several runs, after one that warms up."""
    work()
    return statistics.median(_seconds(work) for _ in range(times))


def _seconds(work: Callable[[], object]) -> float:
    start = time.perf_counter()
    work()
    return time.perf_counter() - start
