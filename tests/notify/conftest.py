"""Slack's stand-in on loopback, and a transport whose waiting moves the stand-in's clock."""

import asyncio
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime

import pytest

from g40flow.notify.slack import SlackTransport
from g40flow.sandbox.clock import SandboxClock
from g40flow.sandbox.slack import Workspace
from g40flow.sandbox.slack.server import SlackServer

START = datetime(2026, 11, 23, 8, 0, tzinfo=UTC)

WORKSPACE = """
team: {id: T0TEST, name: Testwerkplaats, domain: test}
apps:
  - {id: A0TEST, name: g40flow, bot: {user_id: U0BOT, bot_id: B0BOT, name: g40flow}}
tokens:
  - token: xoxb-test
    scopes: >-
      chat:write commands im:write im:history users:read users:read.email channels:read channels:join
      channels:history groups:read groups:history files:write
  - {token: xoxb-public-only, scopes: "chat:write channels:read channels:join channels:history"}
  - {token: xoxb-revoked, revoked: true}
  - {token: xapp-test, scopes: [connections:write]}
users:
  - {id: U0ANNA0001, name: anna, email: anna@example.nl}
  - {id: U0BRAM0001, name: bram, email: bram@example.nl}
  - {id: U0GUEST001, name: gast, email: gast@example.nl, is_restricted: true}
  - {id: U0GONE0001, name: weg, email: weg@example.nl, deleted: true}
channels:
  - {id: C0WONING01, name: woningmarkt, members: [anna]}
  - {id: C0TRIAGE01, name: triage, private: true, members: [bot, anna]}
  - {id: C0SECRET01, name: geheim, private: true, members: [anna]}
  - {id: C0OLD00001, name: oud, archived: true, members: [bot, anna]}
  - {id: C0READ0001, name: alleen-lezen, members: [bot], restriction: read_only}
"""


async def _no_wait(_: float) -> None:
    await asyncio.sleep(0)


@dataclass
class Waiting:
    """Seconds that go up by waiting only; the stand-in's clock moves along. waits: what was slept."""

    slack: SlackServer
    seconds: float = 0.0
    waits: list[float] = field(default_factory=list)

    def now(self) -> float:
        return self.seconds

    def sleep(self, seconds: float) -> None:
        self.waits.append(seconds)
        self.seconds += seconds
        self.slack.advance(seconds=seconds)


@pytest.fixture(scope="session")
def running_slack() -> Iterator[SlackServer]:
    clock = SandboxClock(START, monotonic=lambda: 0.0)
    with SlackServer(Workspace.from_text(WORKSPACE), clock, sleep=_no_wait) as slack:
        yield slack


@pytest.fixture
def slack(running_slack: SlackServer) -> SlackServer:
    """The same server for every test, with its state as in the file."""
    running_slack.workspace.reset()
    running_slack.clock.set(START)
    return running_slack


@pytest.fixture
def waiting(slack: SlackServer) -> Waiting:
    return Waiting(slack)


@pytest.fixture
def transport(slack: SlackServer, waiting: Waiting) -> SlackTransport:
    return SlackTransport("xoxb-test", base_url=slack.api_url, clock=waiting.now, sleep=waiting.sleep)
