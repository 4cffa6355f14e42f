"""What one person has on screen: channels with unread messages, threads, modals, Home tab."""

from dataclasses import dataclass, field
from datetime import date, datetime
from itertools import groupby
from typing import Any

from markupsafe import Markup

from g40flow.sandbox.slack.elements import state_of
from g40flow.sandbox.slack.page.dutch_dates import clock_time, local_moment, long_day
from g40flow.sandbox.slack.page.mrkdwn import Reader
from g40flow.sandbox.slack.refusals import Json
from g40flow.sandbox.slack.state import App, Channel, Message, User, View
from g40flow.sandbox.slack.workspace import Workspace


@dataclass
class ShownMessage:
    """One message as it is drawn. state: what the person chose in it. replies: its thread."""

    message: Message
    author: str
    is_app: bool
    time: str
    stamp: str
    text: Markup
    blocks: list[Json]
    state: Json
    is_new: bool
    warning: str | None
    replies: list["ShownMessage"] = field(default_factory=list)

    @property
    def ts(self) -> str:
        """Names the message in forms and anchors."""
        return self.message.ts

    @property
    def payload(self) -> Json:
        """Everything else."""
        return self.message.payload


@dataclass(frozen=True)
class Entry:
    """One line of the channel list. current: the one that is open."""

    channel: Channel
    name: str
    unread: int
    current: bool
    is_member: bool


@dataclass
class Screen:
    """Everything one person sees at one moment. now: aware UTC."""

    workspace: Workspace
    person: User
    now: datetime

    @property
    def reader(self) -> Reader:
        """Renders texts for this person."""
        return Reader(self, self.person.part.tz, self.now)

    def user_name(self, user_id: str) -> str | None:
        """See Names."""
        user = self.workspace.users.get(user_id)
        return user.real_name if user else None

    def channel_name(self, channel_id: str) -> str | None:
        """See Names."""
        channel = self.workspace.channels.get(channel_id)
        return channel.name if channel else None

    # The list at the side

    def entries(self, current: Channel | None) -> list[Entry]:
        """Channels and direct conversations, own ones first, in alphabetical order."""
        entries = [
            Entry(
                channel,
                self.name_of(channel),
                self.unread(channel),
                channel is current,
                self.person.id in channel.members,
            )
            for channel in self.workspace.visible_channels(self.person.id)
            if not channel.is_archived
        ]
        return sorted(entries, key=lambda e: (not e.is_member, e.name.lower()))

    def name_of(self, channel: Channel) -> str:
        """The name of a channel, or of the others in a direct conversation."""
        if channel.kind not in ("im", "mpim"):
            return channel.name
        others = [m for m in channel.members if m != self.person.id]
        return ", ".join(self.user_name(member) or member for member in others)

    def unread(self, channel: Channel) -> int:
        """How many messages of others came since the person last looked; 0 outside own channels."""
        if self.person.id not in channel.members:
            return 0
        return sum(self._is_unread(channel, message) for message in channel.messages.values())

    def _is_unread(self, channel: Channel, message: Message) -> bool:
        read_until = channel.read_until.get(self.person.id, "")
        return message.ts > read_until and message.payload.get("user") != self.person.id

    def unread_altogether(self) -> int:
        """Over all channels."""
        return sum(self.unread(channel) for channel in self.workspace.visible_channels(self.person.id))

    # A channel

    def days(self, channel: Channel) -> list[tuple[str, list[ShownMessage]]]:
        """The messages of a channel under the day on which they came, oldest first."""
        seen = [m for m in channel.messages.values() if m.in_channel]
        seen += [m for m in channel.ephemerals if m.only_for == self.person.id]
        seen.sort(key=lambda m: m.ts)
        today = self._moment(self.now.timestamp()).date()
        return [
            (long_day(day, today), [self._shown(channel, m) for m in messages])
            for day, messages in groupby(seen, key=self._day)
        ]

    def _day(self, message: Message) -> date:
        return self._moment(float(message.ts)).date()

    def _moment(self, seconds: float) -> datetime:
        return local_moment(seconds, self.person.part.tz)

    def _shown(self, channel: Channel, message: Message) -> ShownMessage:
        user_id = str(message.payload.get("user", ""))
        moment = self._moment(float(message.ts))
        blocks = message.payload.get("blocks", [])
        text = str(message.payload.get("text", ""))
        if message.payload.get("subtype") == "tombstone":
            text = "_Dit bericht is verwijderd._"
        return ShownMessage(
            message=message,
            author=self.user_name(user_id) or "Slackbot",
            is_app=message.app_id is not None,
            time=clock_time(moment),
            stamp=moment.isoformat(timespec="seconds"),
            text=self.reader.mrkdwn(text),
            blocks=blocks,
            state=state_of(blocks, message.chosen.get(self.person.id, {})),
            is_new=self.person.id in channel.members and self._is_unread(channel, message),
            warning=self.workspace.warnings.get(f"{channel.id}/{message.ts}/{self.person.id}"),
            replies=[
                self._shown(channel, reply)
                for reply in (channel.replies(message.ts) if not message.is_reply else [])
            ],
        )

    def mark_read(self, channel: Channel) -> None:
        """The person has seen everything that is there now."""
        if channel.messages:
            channel.read_until[self.person.id] = next(reversed(channel.messages))

    def reactions(self, message: Message) -> list[Json]:
        """name, count, mine, and who."""
        return [
            {
                "name": r["name"],
                "count": r["count"],
                "mine": self.person.id in r["users"],
                "who": ", ".join(self.user_name(u) or u for u in r["users"]),
            }
            for r in message.payload.get("reactions", [])
        ]

    # Views

    def open_modal(self) -> View | None:
        """The modal on top, None if there is none."""
        own = [v for v in self.workspace.views.values() if v.user_id == self.person.id]
        return own[-1] if own else None

    def view_state(self, view: View) -> Json:
        """What is filled in."""
        return state_of(view.content["blocks"], view.values)

    def home(self, app: App) -> View | None:
        """The Home tab of an app; None if it has not been published for this person."""
        return self.workspace.homes.get((app.id, self.person.id))

    # Choices of menus

    def choices(self, element: Json) -> list[tuple[str, list[tuple[str, str]]]]:
        """The options of a menu as groups of (value, label); one nameless group if they are not grouped."""
        kind = element["type"].removeprefix("multi_")
        if kind == "users_select":
            people = sorted(self.workspace.people(), key=lambda u: u.real_name)
            return [("", [(u.id, u.real_name) for u in people])]
        if kind in ("channels_select", "conversations_select"):
            channels = self.workspace.visible_channels(self.person.id)
            named = [c for c in channels if c.kind == "channel" or kind == "conversations_select"]
            return [("", [(c.id, self.name_of(c)) for c in named])]
        if "option_groups" in element:
            return [(g["label"]["text"], _labelled(g["options"])) for g in element["option_groups"]]
        return [("", _labelled(element.get("options", [])))]


def _labelled(options: list[Json]) -> list[tuple[str, str]]:
    return [(option["value"], option["text"]["text"]) for option in options]


def selected_values(state: Json) -> list[str]:
    """The values that are chosen in one element, from its state."""
    value: Any = next((v for name, v in state.items() if name != "type"), None)
    if value is None:
        return []
    items = value if isinstance(value, list) else [value]
    return [str(item["value"]) if isinstance(item, dict) else str(item) for item in items]
