"""The program beside Slack's stand-in: its people, an item in a channel, and what people do there."""

import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from g40flow import jobs
from g40flow.bootstrap import App, build_app
from g40flow.domain.items import ItemKind, ItemStatus, SourceItem
from g40flow.notify.slack import SlackTransport
from g40flow.sandbox.clock import SandboxClock
from g40flow.sandbox.slack import Workspace
from g40flow.sandbox.slack.server import SlackServer
from g40flow.slack_app.setting_up import SlackApp, build_slack_app
from g40flow.slack_app.socket_mode import SocketModeListener
from g40flow.storage.items import write_item
from g40flow.storage.tables import Item, ItemRouting
from tests.conftest import MONDAY

WONINGMARKT, WELZIJN = "woningmarkt", "wonen-welzijn-zorg"
ANNA = "anna-testerink"  # PA-secretariaat
ZEGER = "zeger-de-voorbeeld"  # trekker Woningmarkt
JASMIJN = "jasmijn-de-voorbeeld"  # secretaris Woningmarkt
QUINT = "quint-testerink"  # secretaris Veiligheid
GUEST = "sanne-gastspreker"
Json = dict[str, Any]
PATIENCE = timedelta(seconds=60)
"""Nobody is late because the machine of the tests is slow; being late is tested in test_socket."""


def wait_until(holds: Callable[[], Any], seconds: float = 20.0) -> Any:
    """What a condition gives once it holds; it fails loudly when it takes too long."""
    until = time.monotonic() + seconds
    while time.monotonic() < until:
        if found := holds():
            return found
        time.sleep(0.01)
    raise AssertionError(f"still not so after {seconds} seconds")


@dataclass
class World:
    """The program and its Slack. entry: what listens, once it does."""

    app: App
    slack: SlackServer
    entry: SlackApp | None = None
    extra: dict[str, Any] = field(default_factory=dict)

    @property
    def now(self) -> datetime:
        return self.app.now()

    def add_item(self, title: str = "Wet regie op de volkshuisvesting", *groups: str) -> int:
        """An open consultation with a card in the channel of each group."""
        item = SourceItem(
            source="internetconsultatie",
            identifier=title,
            kind=ItemKind.CONSULTATION,
            kind_label="Wet",
            title=title,
            url="https://www.internetconsultatie.nl/wet/b1",
            status=ItemStatus.OPEN,
            opens_on=self.now.date(),
            closes_on=self.now.date() + timedelta(days=40),
            ministry="Ministerie van Volkshuisvesting",
        )
        with self.app.database.writing() as session:
            row = Item(
                source=item.source,
                identifier=title,
                kind=item.kind,
                status=item.status,
                first_seen_at=self.now,
                changed_at=self.now,
            )
            write_item(row, item)
            session.add(row)
            session.flush()
            assert row.id is not None
            for number, group in enumerate(groups or (WONINGMARKT,)):
                session.add(
                    ItemRouting(
                        item_id=row.id,
                        theme_group=group,
                        is_lead=number == 0,
                        reasons=[],
                        explanation=f"Voor {group}.",
                        routed_at=self.now,
                    )
                )
            session.flush()
            self.app.announcer.follow_correction(session, row, item, self.now)
            found = row.id
        self.deliver()
        return found

    def deliver(self) -> None:
        jobs.deliver(self.app)

    def reading(self) -> Any:
        return self.app.database.reading()

    def writing(self) -> Any:
        return self.app.database.writing()

    def channel_of(self, group: str) -> str:
        return self.app.notifications.channels.groups[group]

    def standing(self, channel: str) -> list[Json]:
        """The messages in a channel, oldest first."""
        found = self.slack.workspace.find_channel(channel)
        assert found is not None
        return [message.payload for message in found.messages.values()]

    def card(self, group: str = WONINGMARKT) -> Json:
        """The last message in the channel of a group."""
        return self.standing(self.channel_of(group))[-1]

    def direct(self, user: str) -> list[Json]:
        """What stands in the direct conversation of somebody with the app."""
        found = self.slack.workspace.find_user(user)
        assert found is not None
        return [
            message.payload
            for channel in self.slack.workspace.channels.values()
            if channel.kind == "im" and found.id in channel.members
            for message in channel.messages.values()
        ]

    def press(self, user: str, action: str, *, group: str = WONINGMARKT, ts: str = "") -> Json:
        """A button of the last card of a group."""
        channel = self.channel_of(group)
        return self.slack.do(
            "press", user=user, channel=channel, ts=ts or self.card(group)["ts"], action_id=action
        )

    def whispers(self, user: str) -> list[str]:
        """What only this person sees, in whichever channel."""
        channels = self.slack.see("sees", user=user)["channels"]
        return [message["text"] for channel in channels for message in channel["ephemerals"]]

    def heard(self, user: str, words: str) -> str:
        """A private answer to somebody that says these words, as soon as it is there."""
        return str(wait_until(lambda: [text for text in self.whispers(user) if words in text])[-1])

    def modal(self, user: str) -> Json:
        """The modal that somebody has open, as soon as it is there."""

        def top() -> Json | None:
            modals = self.slack.see("sees", user=user)["modals"]
            return dict(modals[-1]) if modals else None

        return dict(wait_until(top))

    def submit(self, user: str, **values: Any) -> Json:
        """Fill in and submit the modal that somebody has open."""
        return self.slack.do("submit", user=user, view_id=self.modal(user)["id"], values=values)


def actions_of(message: Json) -> list[str]:
    """The action_ids of the buttons in a message."""
    return [
        element["action_id"]
        for block in message["blocks"]
        if block["type"] == "actions"
        for element in block["elements"]
    ]


def text_of(message: Json) -> str:
    """All text in the blocks of a message."""
    return "\n".join(
        part["text"]
        for block in message["blocks"]
        for part in ([block["text"]] if "text" in block else block.get("elements", []))
        if isinstance(part.get("text"), str)
    )


@pytest.fixture(scope="session")
def running_slack() -> Iterator[SlackServer]:
    with SlackServer(Workspace.default(), SandboxClock(MONDAY), ack_time=PATIENCE) as slack:
        yield slack


@pytest.fixture
def slack(running_slack: SlackServer) -> SlackServer:
    """The same server for every test, with its state as in the file."""
    running_slack.workspace.reset()
    running_slack.clock.set(MONDAY)
    return running_slack


@contextmanager
def program(database_url: str, slack: SlackServer, **more: str) -> Iterator[App]:
    """The program, set up for the stand-in."""
    offset = (MONDAY - datetime.now(UTC)).total_seconds()
    app = build_app(
        {
            "G40FLOW_DATABASE_URL": database_url,
            "G40FLOW_SLACK_BASE_URL": slack.api_url,
            "G40FLOW_SLACK_BOT_TOKEN": "xoxb-sandbox-bot",
            "G40FLOW_SLACK_APP_TOKEN": "xapp-sandbox-app",
            "G40FLOW_SLACK_SIGNING_SECRET": "sandbox-signing-secret",
            "G40FLOW_PORTAL_URL": "http://127.0.0.1:8040",
            "G40FLOW_CLOCK_OFFSET_SECONDS": str(offset),
            "G40FLOW_SECRET_KEY": "a secret of tests that is long enough",
            **more,
        }
    )
    # Without waiting a second between messages: the stand-in's limits are off.
    app.__dict__["slack"] = SlackTransport("xoxb-sandbox-bot", base_url=slack.api_url, sleep=lambda _: None)
    yield app
    app.database.close()


@pytest.fixture
def app(sqlite_url: str, slack: SlackServer) -> Iterator[App]:
    with program(sqlite_url, slack) as built:
        yield built


@contextmanager
def listening(world: World) -> Iterator[World]:
    """Socket Mode, as `g40flow slack listen` does it."""
    world.entry = build_slack_app(world.app, answer_within=PATIENCE.total_seconds())
    listener = SocketModeListener(
        "xapp-sandbox-app", world.entry.receiver, base_url=world.slack.api_url, ping_seconds=0.5
    )
    listener.connect()
    world.extra["listener"] = listener
    wait_until(lambda: listener.is_connected)
    try:
        yield world
    finally:
        listener.close()
        world.entry.receiver.close()


@pytest.fixture
def world(app: App, slack: SlackServer) -> Iterator[World]:
    """The program, listening over a socket."""
    with listening(World(app, slack)) as ready:
        yield ready
