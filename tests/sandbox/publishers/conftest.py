"""A sandbox on a free port, whose clock stands still unless a test moves it."""

from collections.abc import Callable, Iterator
from typing import Any

import httpx
import pytest

from g40flow.sandbox.clock import SandboxClock
from g40flow.sandbox.events import Scene, play
from g40flow.sandbox.server import SandboxServer
from g40flow.sandbox.world import WORLD_START

Happen = Callable[..., str]


@pytest.fixture(scope="session")
def running_sandbox() -> Iterator[SandboxServer]:
    with SandboxServer(clock=SandboxClock(WORLD_START, monotonic=lambda: 0.0)) as server:
        yield server


@pytest.fixture
def sandbox(running_sandbox: SandboxServer) -> SandboxServer:
    """The running sandbox, as it was at the beginning."""
    running_sandbox.world.reset()
    running_sandbox.clock.set(WORLD_START)
    return running_sandbox


@pytest.fixture
def client(sandbox: SandboxServer) -> Iterator[httpx.Client]:
    with httpx.Client(base_url=sandbox.base_url, timeout=10) as client:
        yield client


@pytest.fixture
def happen(sandbox: SandboxServer) -> Happen:
    """Let an event happen: happen("extend_consultation", slug=...)."""

    def happen(name: str, **values: Any) -> str:
        return play(Scene(sandbox.world, sandbox.clock), name, values)

    return happen
