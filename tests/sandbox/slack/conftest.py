"""A stand-in on loopback, with a clock that only moves when a test moves it."""

import asyncio
from collections.abc import Iterator
from datetime import UTC, datetime

import pytest
from slack_sdk import WebClient

from g40flow.sandbox.clock import SandboxClock
from g40flow.sandbox.slack import Workspace
from g40flow.sandbox.slack.server import SlackServer

START = datetime(2026, 9, 1, 8, 0, tzinfo=UTC)

WORKSPACE = """
team: {id: T0TEST, name: Testwerkplaats, domain: test}
apps:
  - id: A0TEST
    name: testapp
    client_id: "111.222"
    client_secret: very-secret
    signing_secret: local-signing-secret
    redirect_urls: [http://127.0.0.1:9/callback]
    bot: {user_id: U0BOT, bot_id: B0BOT, name: testbot}
    commands: [/g40]
    shortcuts: [signal_from_message]
tokens:
  - token: xoxb-test-bot
    scopes: >-
      chat:write commands im:write im:read im:history users:read users:read.email channels:read
      channels:join channels:history channels:manage groups:read groups:history reactions:write
      files:write dnd:read pins:write pins:read
  - {token: xoxb-public, scopes: [chat:write, chat:write.public]}
  - {token: xoxb-few, scopes: [users:read]}
  - {token: xoxb-revoked, revoked: true}
  - {token: xoxb-expired, status: expired}
  - {token: xoxb-short, expires_at: "2026-09-01T10:30:00+02:00"}
  - {token: xapp-test, scopes: [connections:write]}
  - {token: xapp-without-scope, scopes: []}
  - {token: xoxp-anna, user: anna, scopes: [openid, email, profile]}
  - {token: xoxp-gone, user: gone, scopes: [openid]}
users:
  - {id: U0ANNA, name: anna, real_name: Anna Voorbeeld, email: anna@example.nl}
  - {id: U0BRAM, name: bram, real_name: Bram Schets, email: bram@example.nl, tz: Europe/London}
  - {id: U0GUEST, name: gast, email: gast@example.nl, is_restricted: true}
  - {id: U0GONE, name: gone, email: gone@example.nl, deleted: true}
  - {id: U0HIDE, name: verborgen, email: verborgen@example.nl, hidden: true}
  - {id: U0DND, name: rustig, email: rustig@example.nl, dnd: {start: 1788300000, end: 1788330000}}
channels:
  - {id: C0OPEN, name: algemeen, is_general: true, members: [bot, anna, bram]}
  - {id: C0ELSE, name: elders, members: [anna]}
  - {id: C0PRIV, name: triage, private: true, members: [bot, anna]}
  - {id: C0SECR, name: geheim, private: true, members: [anna]}
  - {id: C0OLD, name: oud, archived: true, members: [bot, anna]}
"""


async def _no_sleep(_: float) -> None:
    await asyncio.sleep(0)


@pytest.fixture(scope="session")
def running_slack() -> Iterator[SlackServer]:
    clock = SandboxClock(START, monotonic=lambda: 0.0)
    with SlackServer(Workspace.from_text(WORKSPACE), clock, sleep=_no_sleep) as slack:
        yield slack


@pytest.fixture
def slack(running_slack: SlackServer) -> SlackServer:
    """The same server for every test, with its state as in the file."""
    running_slack.workspace.reset()
    running_slack.clock.set(START)
    return running_slack


@pytest.fixture
def web(slack: SlackServer) -> WebClient:
    """A client with the bot token that does not retry by itself."""
    return WebClient("xoxb-test-bot", base_url=slack.api_url, retry_handlers=[], timeout=5)
