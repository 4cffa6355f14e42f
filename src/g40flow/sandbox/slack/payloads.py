"""What Slack puts in the things it sends: interactions, commands and the parts they share."""

from dataclasses import dataclass
from datetime import datetime

from g40flow.sandbox.slack.elements import options_of
from g40flow.sandbox.slack.objects import message_object, view_object
from g40flow.sandbox.slack.refusals import Json
from g40flow.sandbox.slack.state import App, Channel, Message, User, View
from g40flow.sandbox.slack.workspace import Workspace


@dataclass(frozen=True)
class Sender:
    """Makes payloads about what one person did at one moment. base_url: ends with a slash."""

    workspace: Workspace
    app: App
    person: User
    now: datetime
    base_url: str

    def common(self, kind: str) -> Json:
        """Who, where and to which app."""
        return {
            "type": kind,
            "token": "sandbox",
            "api_app_id": self.app.id,
            "team": {"id": self.workspace.team_id, "domain": self.workspace.definition.team.domain},
            "user": {
                "id": self.person.id,
                "username": self.person.part.name,
                "name": self.person.part.name,
                "team_id": self.workspace.team_id,
            },
            "enterprise": None,
            "is_enterprise_install": False,
        }

    def trigger(self, view: View | None = None) -> Json:
        """A new trigger_id."""
        trigger = self.workspace.new_trigger(self.app, self.person.id, self.now, view.id if view else None)
        return {"trigger_id": trigger.id}

    def response_url(
        self, channel: Channel, message: Message | None = None, *, kind: str = "actions"
    ) -> Json:
        """A new response_url."""
        ts = message.ts if message else None
        address = self.workspace.new_response_address(self.app, self.person.id, channel.id, self.now, ts)
        return {"response_url": f"{self.base_url}{kind}/{self.workspace.team_id}/{address.key}"}

    def message_action(self, channel: Channel, message: Message, state: Json, action: Json) -> Json:
        """block_actions in a message."""
        ephemeral = message.only_for is not None
        container: Json = {
            "type": "message",
            "message_ts": message.ts,
            "channel_id": channel.id,
            "is_ephemeral": ephemeral,
        }
        if message.is_reply:
            container["thread_ts"] = message.thread_ts
        return {
            **self.common("block_actions"),
            "container": container,
            "channel": channel_reference(channel),
            **({} if ephemeral else {"message": message_object(channel, message)}),
            "state": {"values": state},
            **self.trigger(),
            **self.response_url(channel, message),
            "actions": [action],
        }

    def view_action(self, view: View, state: Json, action: Json) -> Json:
        """block_actions in a modal or Home tab: no message, no response_url."""
        shown = {**view_object(self.workspace, view), "state": {"values": state}}
        return {
            **self.common("block_actions"),
            "container": {"type": "view", "view_id": view.id},
            "view": shown,
            **self.trigger(view),
            "actions": [action],
        }

    def submission(self, view: View, state: Json) -> Json:
        """view_submission."""
        shown = {**view_object(self.workspace, view), "state": {"values": state}}
        return {
            **self.common("view_submission"),
            **self.trigger(view),
            "view": shown,
            "response_urls": [],
        }

    def closing(self, view: View, *, cleared: bool) -> Json:
        """view_closed."""
        return {
            **self.common("view_closed"),
            "view": view_object(self.workspace, view),
            "is_cleared": cleared,
        }

    def message_shortcut(self, callback_id: str, channel: Channel, message: Message) -> Json:
        """message_action."""
        return {
            **self.common("message_action"),
            "callback_id": callback_id,
            "action_ts": f"{self.now.timestamp():.6f}",
            "message_ts": message.ts,
            "channel": channel_reference(channel),
            "message": message_object(channel, message),
            **self.trigger(),
            **self.response_url(channel, message, kind="app"),
        }

    def global_shortcut(self, callback_id: str) -> Json:
        """shortcut: no channel, no response_url."""
        return {
            **self.common("shortcut"),
            "callback_id": callback_id,
            "action_ts": f"{self.now.timestamp():.6f}",
            **self.trigger(),
        }

    def command(self, command: str, text: str, channel: Channel) -> Json:
        """The fields of a slash command."""
        return {
            "token": "sandbox",
            "team_id": self.workspace.team_id,
            "team_domain": self.workspace.definition.team.domain,
            "channel_id": channel.id,
            "channel_name": channel_reference(channel)["name"],
            "user_id": self.person.id,
            "user_name": self.person.part.name,
            "command": command,
            "text": text,
            "api_app_id": self.app.id,
            "is_enterprise_install": "false",
            **self.response_url(channel, kind="commands"),
            **self.trigger(),
        }

    def suggestion(self, block: Json, element: Json, typed: str, view: View | None) -> Json:
        """block_suggestion: what an external select asks for."""
        payload = {
            **self.common("block_suggestion"),
            "action_id": element["action_id"],
            "block_id": block["block_id"],
            "value": typed,
        }
        if view is not None:
            payload |= {
                "container": {"type": "view", "view_id": view.id},
                "view": view_object(self.workspace, view),
            }
        return payload


def channel_reference(channel: Channel) -> Json:
    """A channel as interactions name it: private ones without their name."""
    name = {"im": "directmessage", "group": "privategroup"}.get(channel.kind, channel.name)
    return {"id": channel.id, "name": name}


def action_of(block: Json, element: Json, state: Json | None, now: datetime) -> Json:
    """One entry of `actions`. state: what was chosen; None for a button."""
    action: Json = {
        "type": element["type"],
        "action_id": element["action_id"],
        "block_id": block["block_id"],
        "action_ts": f"{now.timestamp():.6f}",
    }
    for name in ("text", "value", "style", "url", "placeholder", "initial_option", "initial_options"):
        if name in element:
            action[name] = element[name]
    if state is not None:
        action |= {name: value for name, value in state.items() if name != "type"}
    return action


def has_option_with_url(element: Json, value: str) -> str | None:
    """The address of an overflow option; None if it has none."""
    return next((o.get("url") for o in options_of(element) if o["value"] == value), None)
