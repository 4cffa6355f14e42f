"""What the stand-in remembers: people, channels, messages, views and everything that expires."""

from dataclasses import dataclass, field
from datetime import datetime
from typing import Literal

from g40flow.sandbox.slack.definition import AppPart, DndPart, TokenKind, TokenStatus, UserPart
from g40flow.sandbox.slack.refusals import Json

ChannelKind = Literal["channel", "group", "im", "mpim"]


@dataclass
class User:
    """A person or bot. app_id: the app of a bot user. updated: Unix seconds."""

    id: str
    part: UserPart
    app_id: str | None = None
    updated: int = 0

    @property
    def real_name(self) -> str:
        """What members see; never empty."""
        return self.part.real_name or self.part.display_name or self.part.name

    @property
    def is_person(self) -> bool:
        """Somebody who can look at a screen."""
        return not (self.part.is_bot or self.part.deleted)


@dataclass
class App:
    """An installed app with its bot user."""

    part: AppPart
    bot_user_id: str
    bot_id: str

    @property
    def id(self) -> str:
        """Starts with A."""
        return self.part.id


@dataclass
class Token:
    """What may be done in whose name.

    user_id: the bot user for a bot, None for an app token. expires_at: aware, None for never.
    """

    value: str
    kind: TokenKind
    app_id: str
    user_id: str | None
    scopes: frozenset[str]
    status: TokenStatus = "active"
    expires_at: datetime | None = None


@dataclass
class Message:
    """A message. payload: as the methods return it. app_id: of the app that wrote it, None for a person.

    only_for: the one person who sees an ephemeral message. chosen: what people chose in its
    elements, block_id → action_id → value, per person.
    """

    channel_id: str
    payload: Json
    app_id: str | None = None
    only_for: str | None = None
    chosen: dict[str, Json] = field(default_factory=dict)

    @property
    def ts(self) -> str:
        """Seconds, dot, six digits; unique in the channel."""
        return str(self.payload["ts"])

    @property
    def thread_ts(self) -> str | None:
        """ts of the parent; None for a message that is not in a thread."""
        value = self.payload.get("thread_ts")
        return None if value is None else str(value)

    @property
    def is_reply(self) -> bool:
        """In a thread and not its parent."""
        return self.thread_ts is not None and self.thread_ts != self.ts

    @property
    def in_channel(self) -> bool:
        """Shown in the channel itself: everything but replies that were not broadcast."""
        return not self.is_reply or self.payload.get("subtype") == "thread_broadcast"


@dataclass
class Channel:
    """A conversation. messages: by ts, oldest first. read_until: ts per person. created: Unix seconds.

    threads: the replies by ts of their parent and own ts, oldest first; `add` and `take_out` keep them.
    """

    id: str
    name: str
    kind: ChannelKind
    members: list[str]
    creator: str
    created: int
    is_archived: bool = False
    is_general: bool = False
    topic: str = ""
    purpose: str = ""
    restriction: str | None = None
    messages: dict[str, Message] = field(default_factory=dict)
    threads: dict[str, dict[str, Message]] = field(default_factory=dict)
    ephemerals: list[Message] = field(default_factory=list)
    pins: list[str] = field(default_factory=list)
    read_until: dict[str, str] = field(default_factory=dict)
    last_micros: int = 0

    @property
    def is_private(self) -> bool:
        """Invisible to whoever is not a member."""
        return self.kind != "channel"

    def next_ts(self, now: datetime) -> str:
        """A ts for now, later than every earlier one of this channel."""
        self.last_micros = max(round(now.timestamp() * 1_000_000), self.last_micros + 1)
        return f"{self.last_micros // 1_000_000}.{self.last_micros % 1_000_000:06d}"

    def add(self, message: Message) -> None:
        """The newest message."""
        self.messages[message.ts] = message
        if message.thread_ts is not None and message.is_reply:
            self.threads.setdefault(message.thread_ts, {})[message.ts] = message

    def take_out(self, message: Message) -> None:
        """As if it had never been there."""
        self.messages.pop(message.ts, None)
        self.threads.get(message.thread_ts or "", {}).pop(message.ts, None)

    def replies(self, parent_ts: str) -> list[Message]:
        """The replies in one thread, oldest first."""
        return list(self.threads.get(parent_ts, {}).values())


@dataclass
class View:
    """A modal or Home tab of one person. content: as given, with ids filled in. values: state of inputs."""

    id: str
    app_id: str
    user_id: str
    content: Json
    hash: str
    root_id: str
    previous_id: str | None = None
    values: Json = field(default_factory=dict)


@dataclass
class Trigger:
    """The right to open one view. view_id: the view in which the person acted."""

    id: str
    app_id: str
    user_id: str
    expires_at: datetime
    view_id: str | None = None
    used: bool = False


@dataclass
class ResponseAddress:
    """A response_url. message_ts: the message that was acted upon; None for a command."""

    key: str
    app_id: str
    user_id: str
    channel_id: str
    expires_at: datetime
    message_ts: str | None = None
    uses_left: int = 5


@dataclass
class Scheduled:
    """A message for later. never_posts: it has metadata, and those Slack loses."""

    id: str
    channel_id: str
    post_at: int
    payload: Json
    app_id: str
    never_posts: bool = False


@dataclass
class File:
    """An upload. key: the secret part of its upload address. content: None until it was sent.

    ready_at: seconds since 1970 from when on it can be shown in blocks; None until it was completed.
    """

    id: str
    key: str
    name: str
    length: int
    app_id: str
    user_id: str
    created: int
    title: str = ""
    alt_text: str = ""
    content: bytes | None = None
    ready_at: float | None = None
    shared_in: list[str] = field(default_factory=list)


@dataclass
class Grant:
    """An authorisation code. person_id: who agreed. nonce: for OpenID Connect."""

    code: str
    client_id: str
    redirect_uri: str
    person_id: str
    scopes: tuple[str, ...]
    expires_at: datetime
    nonce: str | None = None
    used: bool = False


@dataclass
class CallRecord:
    """One call of a method, as the log shows it. at: aware UTC. error: None for ok."""

    number: int
    at: datetime
    method: str
    app_id: str | None
    arguments: Json
    status: int
    error: str | None
    answer: Json | None
    stored: bool
    fault: str | None = None


@dataclass
class DeliveryRecord:
    """One attempt to hand something to an app. outcome: "acked" or why not."""

    number: int
    at: datetime
    app_id: str
    kind: str
    transport: Literal["http", "socket"]
    attempt: int
    payload: Json
    outcome: str
    status: int | None = None
    answer: Json | str | None = None


DND_OFF = DndPart(enabled=False)
