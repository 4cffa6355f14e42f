"""One call of one method, as its function sees it."""

from dataclasses import dataclass, field
from datetime import datetime

from g40flow.sandbox.slack.arguments import Arguments
from g40flow.sandbox.slack.refusals import Json, Refused
from g40flow.sandbox.slack.state import App, Channel, Message, Token, User
from g40flow.sandbox.slack.workspace import Workspace

HISTORY_SCOPES = {
    "channel": "channels:history",
    "group": "groups:history",
    "im": "im:history",
    "mpim": "mpim:history",
}
READ_SCOPES = {"channel": "channels:read", "group": "groups:read", "im": "im:read", "mpim": "mpim:read"}


@dataclass
class Call:
    """now: aware UTC. base_url: where the stand-in is, with a slash at the end.

    caller: who acts, the bot user or the person of a user token. warnings: for the answer.
    stored: set by a function that has changed something.
    """

    workspace: Workspace
    now: datetime
    token: Token
    arguments: Arguments
    base_url: str
    warnings: list[str] = field(default_factory=list)

    @property
    def app(self) -> App:
        """The app of the token."""
        return self.workspace.apps[self.token.app_id]

    @property
    def caller_id(self) -> str:
        """User id in whose name the call is made."""
        return self.token.user_id or self.app.bot_user_id

    def need_scope(self, *any_of: str) -> None:
        """Raises Refused missing_scope unless the token has one of the scopes."""
        if not self.token.scopes.intersection(any_of):
            raise missing_scope(any_of[0], self.token)

    def author(self) -> Json:
        """The fields of a message that say who wrote it."""
        if self.token.kind == "bot":
            return self.workspace.bot_author(self.app)
        return {"user": self.caller_id, "app_id": self.app.id}

    def channel(self, name: str = "channel") -> Channel:
        """The conversation of an argument, if the caller may know of it. Raises channel_not_found."""
        channel = self.workspace.channels.get(self.arguments.required(name))
        if channel is None or (channel.is_private and self.caller_id not in channel.members):
            raise Refused("channel_not_found")
        return channel

    def readable_channel(self) -> Channel:
        """The conversation of `channel` whose messages the caller may read.

        Raises Refused: channel_not_found, missing_scope, not_in_channel.
        """
        channel = self.channel()
        self.need_scope(HISTORY_SCOPES[channel.kind])
        if self.caller_id not in channel.members:
            raise Refused("not_in_channel")
        return channel

    def member_channel(self) -> Channel:
        """The conversation of `channel` that the caller is in. Raises channel_not_found, not_in_channel."""
        channel = self.channel()
        if self.caller_id not in channel.members:
            raise Refused("not_in_channel")
        return channel

    def message(self, channel: Channel, name: str) -> Message:
        """The message whose ts an argument gives. Raises Refused message_not_found."""
        message = channel.messages.get(self.arguments.required(name))
        if message is None or message.payload.get("subtype") == "tombstone":
            raise Refused("message_not_found")
        return message

    def user(self, name: str, error: str = "user_not_found") -> User:
        """The user of an argument, by id. Raises Refused with `error`, or user_not_visible."""
        user = self.workspace.users.get(self.arguments.required(name))
        if user is None:
            raise Refused(error)
        if user.part.hidden:
            raise Refused("user_not_visible")
        return user


def missing_scope(needed: str, token: Token) -> Refused:
    """The refusal of a call that the scopes of the token do not cover."""
    return Refused("missing_scope", needed=needed, provided=",".join(sorted(token.scopes)))
