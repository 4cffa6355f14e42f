"""Every method with its tier, body, tokens and scopes: the table of docs/sandbox-slack.md as code."""

from collections.abc import Callable
from dataclasses import dataclass

from g40flow.sandbox.slack.call import Call
from g40flow.sandbox.slack.definition import TokenKind
from g40flow.sandbox.slack.methods import (
    conversations,
    files,
    installation,
    marks,
    messages,
    people,
    sign_in,
    views,
)
from g40flow.sandbox.slack.refusals import Json

BOT_OR_USER: tuple[TokenKind, ...] = ("bot", "user")
APP: tuple[TokenKind, ...] = ("app",)
USER: tuple[TokenKind, ...] = ("user",)


@dataclass(frozen=True)
class Method:
    """tier: 1–4; None has a generous limit of its own. json: takes a JSON body besides a form.

    scope: what the token must have; None if nothing, or if `run` decides by the kind of channel.
    """

    name: str
    run: Callable[[Call], Json]
    tier: int | None = None
    json: bool = False
    scope: str | None = None
    tokens: tuple[TokenKind, ...] = BOT_OR_USER


_METHODS = (
    Method("auth.test", installation.auth_test, json=True),
    Method("blocks.validate", installation.blocks_validate, json=True),
    Method("chat.postMessage", messages.post_message, json=True, scope="chat:write"),
    Method("chat.update", messages.update, 3, json=True, scope="chat:write"),
    Method("chat.delete", messages.delete, 3, json=True, scope="chat:write"),
    Method("chat.postEphemeral", messages.post_ephemeral, 4, json=True, scope="chat:write"),
    Method("chat.scheduleMessage", messages.schedule_message, 3, json=True, scope="chat:write"),
    Method(
        "chat.deleteScheduledMessage", messages.delete_scheduled_message, 3, json=True, scope="chat:write"
    ),
    Method("chat.scheduledMessages.list", messages.list_scheduled_messages, 3, json=True),
    Method("chat.getPermalink", messages.get_permalink),
    Method("conversations.list", conversations.list_channels, 2),
    Method("conversations.info", conversations.info, 3),
    Method("conversations.members", conversations.members, 4),
    Method("conversations.create", conversations.create, 2, json=True),
    Method("conversations.join", conversations.join, 3, json=True, scope="channels:join"),
    Method("conversations.invite", conversations.invite, 3, json=True),
    Method("conversations.open", conversations.open_conversation, 3, json=True, scope="im:write"),
    Method("conversations.history", conversations.history, 3, json=True),
    Method("conversations.replies", conversations.replies, 3),
    Method("users.list", people.list_users, 2, scope="users:read"),
    Method("users.info", people.info, 4, scope="users:read"),
    Method("users.lookupByEmail", people.lookup_by_email, 3, scope="users:read.email"),
    Method("dnd.teamInfo", people.dnd_team_info, 2, scope="dnd:read"),
    Method("dnd.info", people.dnd_info, 3, scope="dnd:read"),
    Method("views.open", views.open_view, 4, json=True),
    Method("views.update", views.update, 4, json=True),
    Method("views.push", views.push, 4, json=True),
    Method("views.publish", views.publish, 4, json=True),
    Method("views.generateTriggerId", views.generate_trigger_id, json=True),
    Method("files.getUploadURLExternal", files.get_upload_url, 4, scope="files:write"),
    Method("files.completeUploadExternal", files.complete_upload, 4, json=True, scope="files:write"),
    Method("reactions.add", marks.add_reaction, 3, json=True, scope="reactions:write"),
    Method("reactions.remove", marks.remove_reaction, 2, json=True, scope="reactions:write"),
    Method("pins.add", marks.add_pin, 2, json=True, scope="pins:write"),
    Method("pins.remove", marks.remove_pin, 2, json=True, scope="pins:write"),
    Method("pins.list", marks.list_pins, 2, scope="pins:read"),
    Method(
        "apps.connections.open",
        installation.open_connection,
        3,
        json=True,
        scope="connections:write",
        tokens=APP,
    ),
    Method("openid.connect.userInfo", sign_in.openid_user_info, 3, scope="openid", tokens=USER),
)
METHODS = {method.name: method for method in _METHODS}

CLIENT_METHODS: dict[str, Callable[[sign_in.Exchange], Json]] = {
    "oauth.v2.access": sign_in.oauth_access,
    "openid.connect.token": sign_in.openid_token,
}
"""Called with client id and secret instead of a token."""
