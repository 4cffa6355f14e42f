"""The whole program, wired as it comes, between the sandbox's publishers and the sandbox's Slack."""

import copy
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field, fields
from datetime import datetime, timedelta
from functools import cache, cached_property
from pathlib import Path
from typing import Any

import httpx
from pydantic import SecretStr
from sqlmodel import col, select

from g40flow import jobs
from g40flow.bootstrap import App, build_app
from g40flow.notify.slack import SlackTransport
from g40flow.sandbox.clock import SandboxClock
from g40flow.sandbox.demo import sandbox_config
from g40flow.sandbox.events import Scene, play
from g40flow.sandbox.server import SandboxServer
from g40flow.sandbox.slack import Workspace
from g40flow.sandbox.slack.state import Channel
from g40flow.sandbox.world import WORLD_START
from g40flow.sources.fetch import Fetcher, FetchLimits, Time
from g40flow.storage.tables import Item, Message
from g40flow.use_cases.correct_item_routing import correct_item_routing
from g40flow.use_cases.deliver_messages import DeliveryResult
from g40flow.use_cases.poll_source import PollResult
from g40flow.use_cases.retry_message import retry_message

CONSULTATIONS, HOUSE = "internetconsultatie", "tweedekamer"
PA_OFFICER = "anna-testerink"
BOT_TOKEN = "xoxb-sandbox-bot"


def environment_for(database_url: str, config: Path, address: str) -> dict[str, str]:
    """What the program is told; nothing in it says that its publishers and its Slack are made up."""
    return {
        "G40FLOW_DATABASE_URL": database_url,
        "G40FLOW_CONFIG_DIR": str(config),
        "G40FLOW_SLACK_BASE_URL": f"{address}/slack/api/",
        "G40FLOW_SLACK_BOT_TOKEN": BOT_TOKEN,
    }


@dataclass
class Sandbox:
    """The sandbox on a free port, with a clock that stands still until it is moved."""

    server: SandboxServer
    screen: httpx.Client
    config: Path

    @property
    def workspace(self) -> Workspace:
        """Slack's memory."""
        assert self.server.slack is not None
        found = self.server.slack.state.workspace
        assert isinstance(found, Workspace)
        return found

    @property
    def clock(self) -> SandboxClock:
        """Shared by publishers and Slack."""
        return self.server.clock

    def reset(self, slack: dict[str, Channel] | None = None) -> None:
        """Everything as at the beginning. slack: conversations to begin with, as from `conversations`."""
        self.server.world.reset()
        self.server.clock.set(WORLD_START)
        self.workspace.reset()
        if slack is not None:
            self.workspace.channels = copy.deepcopy(slack)

    def conversations(self) -> dict[str, Channel]:
        """A copy of all that stands in Slack."""
        return copy.deepcopy(self.workspace.channels)

    def happen(self, event: str, **values: Any) -> str:
        """Let something happen at a publisher."""
        return play(Scene(self.server.world, self.clock), event, values)

    def slack(self, path: str, **values: Any) -> dict[str, Any]:
        """Do something in the stand-in: `slack("faults", kind="http_500", method="chat.postMessage")`."""
        answer: dict[str, Any] = (
            self.screen.post(f"/slack/sandbox/{path}", json=values).raise_for_status().json()
        )
        return answer

    def requests(self, publisher: str) -> list[str]:
        """Path and query of every request that reached a publisher."""
        seen = self.server.world.requests
        return [request.path for request in seen if request.path.startswith(f"/{publisher}/")]

    def forget_requests(self) -> None:
        """Begin the log anew."""
        self.server.world.requests.clear()


@contextmanager
def running_sandbox(folder: Path) -> Iterator[Sandbox]:
    """A sandbox for as long as the block lasts."""
    clock = SandboxClock(WORLD_START, monotonic=lambda: 0.0)
    with (
        SandboxServer(clock=clock, with_slack=True) as server,
        httpx.Client(base_url=server.base_url, trust_env=False, timeout=30) as screen,
    ):
        yield Sandbox(server, screen, sandbox_config(folder / "config", server.base_url))


@dataclass(frozen=True)
class Seen:
    """One message as somebody has it on screen. channel: its name, "" in a direct conversation."""

    channel: str
    ts: str
    summary: str
    words: str
    in_thread: bool
    is_direct: bool


@dataclass
class Difference:
    """What changed on screens. new: messages; renewed: the later form of those that stood there."""

    new: list[Seen] = field(default_factory=list)
    renewed: list[Seen] = field(default_factory=list)


class World(App):
    """The program as `build_app` makes it, with the sandbox's clock; its waiting moves that clock."""

    sandbox: Sandbox
    waits: list[float]

    def now(self) -> datetime:
        return self.sandbox.clock.now()

    def _sleep(self, seconds: float) -> None:
        self.waits.append(seconds)
        self.sandbox.clock.advance(timedelta(seconds=seconds))

    def _seconds(self) -> float:
        return self.now().timestamp()

    def fetcher(self, name: str) -> Fetcher:
        return Fetcher(
            contact=self.settings.contact,
            allowed_hosts=["127.0.0.1"],
            limits=FetchLimits(interval=timedelta(0)),
            clock=Time(now=self.now, monotonic=self._seconds, sleep=self._sleep, chance=lambda: 0.5),
        )

    @cached_property
    def slack(self) -> SlackTransport:
        """As in the program."""
        return SlackTransport(
            BOT_TOKEN, base_url=self.settings.slack_base_url, clock=self._seconds, sleep=self._sleep
        )

    # The main job

    def poll(self, name: str, *, streams: tuple[str, ...] = ()) -> PollResult:
        """Look at one publisher, and assemble what changed."""
        result = jobs.poll(self, name, streams=streams)
        jobs.assemble(self, name)
        return result

    def deliver(self) -> DeliveryResult:
        """Work off the outbox."""
        return jobs.deliver(self)

    def round(self) -> None:
        """Every publisher that is followed, then the outbox."""
        for name, config in self.sources_config.all().items():
            if config.enabled:
                self.poll(name)
        self.deliver()

    def correct(self, item: Item, groups: list[str], *, seen: list[str], reason: str) -> None:
        """A person sends an item elsewhere."""
        assert item.id is not None
        with self.database.writing() as session:
            correct_item_routing(
                session, self.announcer, item.id, groups,
                seen_groups=seen, person="Anna Testerink", reason=reason, now=self.now(),
            )  # fmt: skip

    def retry(self, message_id: int | None) -> None:
        """A person gives a message that failed another chance."""
        assert message_id is not None
        with self.database.writing() as session:
            retry_message(session, message_id, now=self.now())

    def later(self, **by: float) -> None:
        """Let time pass."""
        self.sandbox.clock.advance(timedelta(**by))

    # What people see

    def seen(self, person: str = PA_OFFICER) -> list[Seen]:
        """Every message on the screen of a member, channel by channel, oldest first."""
        answer = self.sandbox.screen.get("/slack/sandbox/sees", params={"user": person}).json()
        return [
            Seen(
                channel=channel.get("name", ""),
                ts=message["ts"],
                summary=message["text"],
                words="\n".join(_texts(message.get("blocks", [message["text"]]))),
                in_thread=message.get("thread_ts", message["ts"]) != message["ts"],
                is_direct=channel["is_im"],
            )
            for channel in answer["channels"]
            for message in channel["messages"]
        ]

    @contextmanager
    def watching(self, person: str = PA_OFFICER) -> Iterator[Difference]:
        """What appears and changes on somebody's screen during the block."""
        before = {(seen.channel, seen.ts): seen for seen in self.seen(person)}
        difference = Difference()
        yield difference
        for seen in self.seen(person):
            known = before.get((seen.channel, seen.ts))
            if known is None:
                difference.new.append(seen)
            elif known != seen:
                difference.renewed.append(seen)

    # What is kept

    def item(self, title: str) -> Item:
        """The one item whose title has these words, newest if there are more."""
        with self.database.reading() as session:
            query = select(Item).where(col(Item.title).contains(title)).order_by(col(Item.id).desc())
            found = session.exec(query).first()
        assert found is not None, f"no item with {title!r} in its title"
        return found

    def messages(self) -> list[Message]:
        """The outbox, oldest first."""
        return self.rows(Message)

    def rows(self, table: Any) -> list[Any]:
        """Every row of a table, in the order of its key."""
        with self.database.reading() as session:
            keys = list(table.__table__.primary_key.columns)
            return list(session.exec(select(table).order_by(*keys)))

    @property
    def address(self) -> str:
        """Of the database."""
        return self.settings.database_url.get_secret_value()

    def contents(self, *tables: Any) -> list[dict[str, Any]]:
        """Everything in some tables as plain values, to compare with later."""
        with self.database.engine.connect() as connection:
            return [
                dict(row)
                for table in (table.__table__ for table in tables)
                for row in connection.execute(table.select().order_by(*table.primary_key)).mappings()
            ]


def _texts(part: Any) -> Iterator[str]:
    """Everything in blocks that is shown, in order, addresses of links included."""
    if isinstance(part, str):
        yield part
    elif isinstance(part, list):
        for child in part:
            yield from _texts(child)
    elif isinstance(part, dict):
        for name, child in part.items():
            if name in ("text", "elements", "fields", "url", "accessory") or isinstance(child, list | dict):
                yield from _texts(child)


@cache
def configured(config: Path, address: str) -> App:
    """The program as configured; reading rules and templates takes most of a second."""
    return build_app(environment_for("sqlite://", config, address))


def build_world(sandbox: Sandbox, database_url: str) -> World:
    """The program on a database, at the moment at which the sandbox is."""
    app = configured(sandbox.config, sandbox.server.base_url)
    parts = {part.name: getattr(app, part.name) for part in fields(app)}
    settings = app.settings.model_copy(update={"database_url": SecretStr(database_url)})
    world = World(**parts | {"settings": settings})
    # App is frozen for the program; the parts of a test world are set once, here.
    world.__dict__.update(sandbox=sandbox, waits=[])
    world.__dict__.update(router=app.router, renderer=app.renderer, calendars=app.calendars)
    return world
