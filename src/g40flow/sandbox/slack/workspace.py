"""The whole state of the stand-in in one object, guarded by one lock."""

import base64
import secrets
import threading
from collections.abc import Callable, Iterator
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

from g40flow.sandbox.slack.definition import (
    AppPart,
    ChannelPart,
    InvalidWorkspace,
    TokenPart,
    UserPart,
    WorkspaceDefinition,
    parse_definition,
    read_definition,
    stable_id,
)
from g40flow.sandbox.slack.faults import Faults
from g40flow.sandbox.slack.limits import RateLimits
from g40flow.sandbox.slack.refusals import Json, Refused
from g40flow.sandbox.slack.state import (
    App,
    CallRecord,
    Channel,
    ChannelKind,
    DeliveryRecord,
    File,
    Grant,
    Message,
    ResponseAddress,
    Scheduled,
    Token,
    Trigger,
    User,
    View,
)
from g40flow.sandbox.slack.validation import with_ids

DEFAULT_FILE = Path(__file__).parent / "default_workspace.yaml"
TRIGGER_LIFE = timedelta(seconds=3)
RESPONSE_LIFE = timedelta(minutes=30)
LOG_LENGTH = 5_000
VIEWS_IN_A_STACK = 3


class Workspace:
    """Everything one stand-in knows. Hold `lock` while reading or changing more than one thing.

    version: grows with every change that somebody could see.
    """

    def __init__(self, definition: WorkspaceDefinition) -> None:
        self.lock = threading.RLock()
        self.definition = definition
        self.version = 0
        self._build()

    @classmethod
    def load(cls, path: Path | str) -> "Workspace":
        """The workspace of a YAML or JSON file. Raises InvalidWorkspace naming file, line and key."""
        return cls(read_definition(Path(path)))

    @classmethod
    def from_text(cls, text: str) -> "Workspace":
        """The workspace of YAML or JSON text. Raises InvalidWorkspace."""
        return cls(parse_definition(text))

    @classmethod
    def default(cls) -> "Workspace":
        """The G40 workspace with fictional people that comes with the stand-in."""
        return cls.load(DEFAULT_FILE)

    def reset(self) -> None:
        """Back to the state of the file: no messages, no faults, empty logs."""
        with self.lock:
            self._build()
            self.touch()

    def touch(self) -> None:
        """Note that something visible has changed."""
        self.version += 1

    # Building

    def _build(self) -> None:
        self._counter = 0
        self.users: dict[str, User] = {}
        self.apps: dict[str, App] = {}
        self.tokens: dict[str, Token] = {}
        self.channels: dict[str, Channel] = {}
        self.views: dict[str, View] = {}
        self.homes: dict[tuple[str, str], View] = {}
        self.triggers: dict[str, Trigger] = {}
        self.response_addresses: dict[str, ResponseAddress] = {}
        self.scheduled: dict[str, Scheduled] = {}
        self.late: list[tuple[datetime, Callable[[datetime], object]]] = []
        self.files: dict[str, File] = {}
        self.grants: dict[str, Grant] = {}
        self.tickets: dict[str, tuple[str, datetime]] = {}
        self.calls: list[CallRecord] = []
        self.deliveries: list[DeliveryRecord] = []
        self.warnings: dict[str, str] = {}
        self.faults = Faults()
        self.limits = RateLimits(self.definition.rate_limits)
        for user in self.definition.users:
            self.add_user(user)
        for app in self.definition.apps:
            self._add_app(app)
        for token in self.definition.tokens:
            self._add_token(token)
        for channel in self.definition.channels:
            self._add_channel(channel)

    def add_user(self, part: UserPart, now: datetime | None = None) -> User:
        """Add a person or bot. Raises InvalidWorkspace if id, name or address is taken."""
        user = User(part.id or stable_id("U", part.name), part, updated=int(now.timestamp()) if now else 0)
        for other in self.users.values():
            same_address = part.email and (other.part.email or "").lower() == part.email.lower()
            if user.id == other.id or part.name == other.part.name or same_address:
                raise InvalidWorkspace(
                    f"users: {part.name}: id, name or e-mail is taken by {other.part.name}"
                )
        self.users[user.id] = user
        return user

    def _add_app(self, part: AppPart) -> None:
        if part.id in self.apps:
            raise InvalidWorkspace(f"apps: {part.id}: stands twice")
        name = part.bot.name or part.name
        bot = (self.find_user(part.bot.user_id) if part.bot.user_id else None) or self.find_user(name)
        if bot is None:
            given = part.bot.user_id
            bot = self.add_user(UserPart(id=given or stable_id("U", part.id), name=name, is_bot=True))
        bot.part = bot.part.model_copy(update={"is_bot": True})
        bot.app_id = part.id
        self.apps[part.id] = App(part, bot.id, part.bot.bot_id or stable_id("B", part.id))

    def _add_token(self, part: TokenPart) -> None:
        app = self.apps.get(part.app) if part.app else next(iter(self.apps.values()), None)
        if app is None:
            raise InvalidWorkspace(f"tokens: {part.token}: there is no app {part.app}")
        user_id: str | None = app.bot_user_id
        if part.resolved_kind == "app":
            user_id = None
        elif part.user is not None:
            user = self.find_user(part.user)
            if user is None:
                raise InvalidWorkspace(f"tokens: {part.token}: there is no user {part.user}")
            user_id = user.id
        elif part.resolved_kind == "user":
            raise InvalidWorkspace(f"tokens: {part.token}: a user token needs a user")
        scopes = part.scopes
        if scopes is None:
            scopes = {"bot": app.part.bot_scopes, "app": ["connections:write"]}.get(part.resolved_kind, [])
        self.tokens[part.token] = Token(
            part.token, part.resolved_kind, app.id, user_id, frozenset(scopes), part.status, part.expires_at
        )

    def _add_channel(self, part: ChannelPart) -> None:
        members = []
        for name in part.members:
            user = self._bot_user() if name == "bot" else self.find_user(name)
            if user is None:
                raise InvalidWorkspace(f"channels: {part.name}: there is no user {name}")
            members.append(user.id)
        channel_id = part.id or stable_id("C", part.name)
        if channel_id in self.channels or self.find_channel(part.name):
            raise InvalidWorkspace(f"channels: {part.name}: stands twice")
        self.channels[channel_id] = Channel(
            id=channel_id,
            name=part.name,
            kind="group" if part.is_private else "channel",
            members=list(dict.fromkeys(members)),
            creator=next(
                (m for m in members if self.users[m].is_person), next(iter(self.users), "U0SANDBOX")
            ),
            created=1_700_000_000,
            is_archived=part.is_archived,
            is_general=part.is_general,
            topic=part.topic,
            purpose=part.purpose,
            restriction=part.restriction,
        )

    def _bot_user(self) -> User | None:
        app = next(iter(self.apps.values()), None)
        return self.users[app.bot_user_id] if app else None

    # Identifiers

    def new_id(self, prefix: str) -> str:
        """A new id, the same at every run that does the same."""
        self._counter += 1
        return f"{prefix}1{_base36(self._counter):0>9}"

    def new_part_id(self) -> str:
        """A short id for a block or element that came without one."""
        self._counter += 1
        return f"{_base36(self._counter * 7919 % 60_466_176).lower():0>5}"

    # Looking things up

    def find_user(self, name: str) -> User | None:
        """By id, name, e-mail address or real name, with or without @."""
        if name in self.users:
            return self.users[name]
        wanted = name.removeprefix("@").lower()
        for user in self.users.values():
            known = (user.part.name, user.part.email, user.part.real_name)
            if wanted in (value.lower() for value in known if value):
                return user
        return None

    def find_channel(self, name: str) -> Channel | None:
        """By id, or by name with or without #."""
        if name in self.channels:
            return self.channels[name]
        wanted = name.removeprefix("#")
        return next((c for c in self.channels.values() if wanted and c.name == wanted), None)

    def visible_channels(self, user_id: str) -> list[Channel]:
        """Public channels and the private ones and conversations that somebody is in."""
        return [c for c in self.channels.values() if not c.is_private or user_id in c.members]

    def people(self) -> list[User]:
        """Everybody who can look at a screen."""
        return [user for user in self.users.values() if user.is_person]

    def stack(self, root_id: str) -> list[View]:
        """The open views of one stack, bottom first."""
        return [view for view in self.views.values() if view.root_id == root_id]

    # Conversations

    def direct_conversation(self, member_ids: list[str], now: datetime) -> tuple[Channel, bool]:
        """The conversation of exactly these people, and whether it was there already."""
        wanted = set(member_ids)
        kind: ChannelKind = "im" if len(wanted) <= 2 else "mpim"
        for channel in self.channels.values():
            if channel.kind == kind and set(channel.members) == wanted:
                return channel, True
        names = "--".join(self.users[member].part.name for member in member_ids)
        channel = Channel(
            id=stable_id("D", "/".join(sorted(wanted))) if kind == "im" else self.new_id("C"),
            name="" if kind == "im" else f"mpdm-{names}-1",
            kind=kind,
            members=list(dict.fromkeys(member_ids)),
            creator=member_ids[0],
            created=int(now.timestamp()),
        )
        self.channels[channel.id] = channel
        self.touch()
        return channel, False

    def create_channel(self, name: str, *, is_private: bool, creator: str, now: datetime) -> Channel:
        """A new channel with its creator as only member; the name has been checked."""
        kind: ChannelKind = "group" if is_private else "channel"
        channel = Channel(self.new_id("C"), name, kind, [creator], creator, int(now.timestamp()))
        self.channels[channel.id] = channel
        self.touch()
        return channel

    # Messages

    def post(
        self,
        channel: Channel,
        payload: Json,
        now: datetime,
        *,
        app_id: str | None,
        only_for: str | None = None,
    ) -> Message:
        """Store a message. payload: without ts; blocks get their ids here."""
        stored: Json = {"type": "message", **payload, "ts": channel.next_ts(now), "team": self.team_id}
        if stored.get("blocks"):
            stored["blocks"] = with_ids(stored["blocks"], self.new_part_id)
        message = Message(channel.id, stored, app_id, only_for)
        if only_for is not None:
            channel.ephemerals.append(message)
        else:
            channel.add(message)
        self.touch()
        return message

    def edit(self, message: Message, changes: Json, editor: str, now: datetime) -> None:
        """Replace parts of a message; None takes a part away."""
        for name, value in changes.items():
            if value is None:
                message.payload.pop(name, None)
            elif name == "blocks":
                message.payload["blocks"] = with_ids(value, self.new_part_id)
            else:
                message.payload[name] = value
        edited_at = f"{int(now.timestamp())}.000000"
        message.payload["edited"] = {"user": editor, "ts": edited_at}
        self.touch()

    def delete(self, message: Message) -> None:
        """Take a message away; a parent with replies leaves a tombstone."""
        channel = self.channels[message.channel_id]
        self.touch()
        if message in channel.ephemerals:
            channel.ephemerals.remove(message)
        elif channel.replies(message.ts):
            message.payload = {
                "type": "message",
                "subtype": "tombstone",
                "text": "This message was deleted.",
                "user": "USLACKBOT",
                "hidden": True,
                "ts": message.ts,
                "thread_ts": message.ts,
            }
        else:
            channel.take_out(message)
            channel.pins = [ts for ts in channel.pins if ts != message.ts]

    def bot_author(self, app: App) -> Json:
        """The fields that say which app wrote a message."""
        name = self.users[app.bot_user_id].real_name
        profile = {
            "id": app.bot_id,
            "app_id": app.id,
            "name": name,
            "deleted": False,
            "team_id": self.team_id,
        }
        return {
            "user": app.bot_user_id,
            "bot_id": app.bot_id,
            "app_id": app.id,
            "bot_profile": profile,
        }

    def post_due(self, now: datetime) -> None:
        """Post the scheduled messages whose moment has come, and carry out calls that were held up."""
        due = [call for at, call in self.late if at <= now]
        self.late = [(at, call) for at, call in self.late if at > now]
        for call in due:
            call(now)
        for entry in sorted(self.scheduled.values(), key=lambda e: e.post_at):
            if entry.post_at > now.timestamp():
                break
            if entry.never_posts:
                continue
            del self.scheduled[entry.id]
            channel = self.channels[entry.channel_id]
            if not channel.is_archived:
                self.post(channel, entry.payload, now, app_id=entry.app_id)

    # Views, triggers and response addresses

    def new_trigger(self, app: App, user_id: str, now: datetime, view_id: str | None = None) -> Trigger:
        """The right to open one view within three seconds."""
        seconds, number = int(now.timestamp() * 1000), len(self.triggers) + 1
        trigger = Trigger(
            f"{seconds}.{number}.{secrets.token_hex(16)}", app.id, user_id, now + TRIGGER_LIFE, view_id
        )
        self.triggers[trigger.id] = trigger
        return trigger

    def use_trigger(self, trigger_id: str, app: App, now: datetime) -> Trigger:
        """Raises Refused: invalid_trigger_id, exchanged_trigger_id, expired_trigger_id."""
        trigger = self.triggers.get(trigger_id)
        if trigger is None or trigger.app_id != app.id:
            raise Refused("invalid_trigger_id")
        if trigger.used:
            raise Refused("exchanged_trigger_id")
        if now > trigger.expires_at:
            raise Refused("expired_trigger_id")
        trigger.used = True
        return trigger

    def new_response_address(
        self, app: App, user_id: str, channel_id: str, now: datetime, message_ts: str | None = None
    ) -> ResponseAddress:
        """A response_url for five answers within half an hour."""
        address = ResponseAddress(
            secrets.token_hex(12), app.id, user_id, channel_id, now + RESPONSE_LIFE, message_ts
        )
        self.response_addresses[address.key] = address
        return address

    def new_view(
        self, app: App, user_id: str, content: Json, now: datetime, below: View | None = None
    ) -> View:
        """A view on top of `below`, or at the bottom of a new stack. Raises Refused duplicate_external_id."""
        self.refuse_taken_external_id(content, app.id)
        view_id = self.new_id("V")
        view = View(
            id=view_id,
            app_id=app.id,
            user_id=user_id,
            content=self.stored_view(content),
            hash=self.new_hash(now),
            root_id=below.root_id if below else view_id,
            previous_id=below.id if below else None,
        )
        self.views[view_id] = view
        self.touch()
        return view

    def stored_view(self, content: Json) -> Json:
        """The content of a view with ids filled in."""
        return {**content, "blocks": with_ids(content["blocks"], self.new_part_id)}

    def new_hash(self, now: datetime) -> str:
        """The hash of one state of a view: a moment and a random part, as Slack makes them."""
        return f"{int(now.timestamp())}.{secrets.token_hex(4)}"

    def replace_view(self, view: View, content: Json, now: datetime) -> None:
        """New content for an open view. What was typed in inputs that stay, stays."""
        self.refuse_taken_external_id(content, view.app_id, view)
        view.content = self.stored_view(content)
        view.hash = self.new_hash(now)
        self.touch()

    def refuse_taken_external_id(self, content: Json, app_id: str, own: View | None = None) -> None:
        """Raises Refused duplicate_external_id if another view of the app has this external_id."""
        wanted = content.get("external_id")
        views = (*self.views.values(), *self.homes.values())
        if wanted and any(
            v.content.get("external_id") == wanted and v.app_id == app_id for v in views if v is not own
        ):
            raise Refused("duplicate_external_id")

    def close_view(self, view: View) -> None:
        """Close a view and everything on top of it."""
        above = [v for v in self.views.values() if v.previous_id == view.id]
        for upper in above:
            self.close_view(upper)
        self.views.pop(view.id, None)
        self.warnings.pop(view.id, None)
        self.touch()

    def close_stack(self, view: View) -> None:
        """Close every view of the stack that the view is in."""
        for other in self.stack(view.root_id):
            self.close_view(other)

    # Logs

    def log_call(self, record: CallRecord) -> None:
        """Remember one call; the oldest of more than LOG_LENGTH are forgotten."""
        self.calls.append(record)
        del self.calls[:-LOG_LENGTH]

    def log_delivery(self, record: DeliveryRecord) -> None:
        """Remember one attempt to deliver."""
        self.deliveries.append(record)
        del self.deliveries[:-LOG_LENGTH]

    @property
    def team_id(self) -> str:
        """Starts with T."""
        return self.definition.team.id

    @property
    def team_url(self) -> str:
        """The address members would type, with a slash at the end."""
        team = self.definition.team
        return team.url or f"https://{team.domain}.slack.com/"


def page_of(items: list[Any], cursor: str | None, limit: int) -> tuple[list[Any], str]:
    """One page of a list and the cursor of the next, "" at the end. Raises Refused invalid_cursor."""
    start = 0
    if cursor:
        try:
            kind, _, number = base64.b64decode(cursor, validate=True).decode().partition(":")
            start = int(number)
        except ValueError:
            raise Refused("invalid_cursor") from None
        if kind != "next" or not 0 < start <= len(items):
            raise Refused("invalid_cursor")
    end = start + limit
    following = base64.b64encode(f"next:{end}".encode()).decode() if end < len(items) else ""
    return items[start:end], following


def _base36(number: int) -> str:
    digits = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ"
    return "".join(reversed(list(_digits(number, digits)))) or "0"


def _digits(number: int, alphabet: str) -> Iterator[str]:
    while number:
        number, rest = divmod(number, len(alphabet))
        yield alphabet[rest]
