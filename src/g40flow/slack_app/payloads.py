"""What Slack sends, read: buttons, modals, commands and events as one kind of value.

Shapes: https://docs.slack.dev/reference/interaction-payloads and …/interactivity/implementing-slash-commands.
What we do not know in a payload is left alone; what we need and is not there is a refusal.
"""

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from enum import StrEnum
from typing import Any

from g40flow.domain.errors import InvalidInput

OVERFLOW = "more"
"""action_id of every overflow menu; its options carry the name and the value of an act."""
LONGEST_KEY = 200


class Kind(StrEnum):
    """What somebody did."""

    ACTION = "action"  # a button or menu, in a message or a view
    SUBMISSION = "submission"  # of a modal
    CLOSED = "closed"
    COMMAND = "command"
    SHORTCUT = "shortcut"
    EVENT = "event"
    OPTIONS = "options"  # what a menu asks for while somebody types


@dataclass(frozen=True, kw_only=True)
class Interaction:
    """One thing that somebody did in Slack. Texts that are absent are "".

    key: Slack's own mark of this act, the same however often it is delivered.
    name: action_id, callback_id, command or type of event.
    value: of the button or of the chosen option; the text of a command.
    slack_user, team, user_team: ids; user_team is where the person's account is.
    channel, message_ts, thread_ts: the message acted on.
    view_id, view_hash, view_type: the view acted on ("modal" or "home"); metadata: what we put in it.
    typed: of a view, {block_id: text, or list of values}.
    response_url, trigger_id: how to answer, and the right to open one view within three seconds.
    """

    kind: Kind
    key: str
    name: str
    slack_user: str
    team: str
    user_team: str = ""
    value: str = ""
    channel: str = ""
    message_ts: str = ""
    thread_ts: str = ""
    view_id: str = ""
    view_hash: str = ""
    view_type: str = ""
    metadata: Mapping[str, Any] = field(default_factory=dict)
    typed: Mapping[str, Any] = field(default_factory=dict)
    response_url: str = ""
    trigger_id: str = ""

    @property
    def wants_answer(self) -> bool:
        """Whether the acknowledgement itself can carry an answer."""
        return self.kind in (Kind.SUBMISSION, Kind.COMMAND)

    def text(self, name: str) -> str:
        """What was typed or chosen in one field; "" for nothing."""
        given = self.typed.get(name)
        return given if isinstance(given, str) else ""

    def day(self, name: str) -> date | None:
        """The day in one field; None for nothing. Raises InvalidInput ("no_date") for what is no day."""
        given = self.text(name)
        try:
            return date.fromisoformat(given) if given else None
        except ValueError as error:
            raise InvalidInput("no_date", f"expected a day, found {given[:20]!r}", field=name) from error

    def chosen(self, name: str) -> tuple[str, ...]:
        """What was chosen in a field of several choices."""
        given = self.typed.get(name)
        return tuple(given) if isinstance(given, list) else ((given,) if isinstance(given, str) else ())


def read_interaction(payload: Mapping[str, Any]) -> Interaction:
    """A payload of any kind. Raises InvalidInput ("slack_payload") for what is none of them."""
    try:
        return _read(payload)
    except (KeyError, TypeError, AttributeError, IndexError, ValueError) as error:
        raise InvalidInput("slack_payload", f"no payload of Slack's: {error!r}") from error


def _read(payload: Mapping[str, Any]) -> Interaction:
    kind = payload.get("type")
    if "command" in payload:
        return _command(payload)
    if kind == "event_callback":
        return _event(payload)
    if kind == "block_actions":
        return _action(payload)
    if kind in ("view_submission", "view_closed"):
        return _view(payload, Kind.SUBMISSION if kind == "view_submission" else Kind.CLOSED)
    if kind in ("shortcut", "message_action"):
        return _shortcut(payload)
    if kind == "block_suggestion":
        return _common(payload, Kind.OPTIONS, _text(payload, "action_id"), value=_text(payload, "value"))
    raise ValueError(f"unknown type {kind!r}")


def _common(payload: Mapping[str, Any], kind: Kind, name: str, **more: Any) -> Interaction:
    user = payload["user"]
    key = _text(payload, "trigger_id")
    view = payload.get("view") or {}
    if not key:  # a view that was closed gives no trigger
        key = ":".join((_text(view, "id"), _text(view, "hash"), _text(user, "id"), kind, name))
    return Interaction(
        kind=kind,
        key=_key("trigger", key),
        name=name,
        slack_user=str(user["id"]),
        team=_text(payload.get("team") or user, "id" if payload.get("team") else "team_id"),
        user_team=_text(user, "team_id"),
        channel=_text(payload.get("channel") or payload.get("container") or {}, *_channel_keys(payload)),
        message_ts=_text(payload.get("container") or payload, "message_ts"),
        thread_ts=_text(payload.get("container") or {}, "thread_ts"),
        view_id=_text(view, "id"),
        view_hash=_text(view, "hash"),
        view_type=_text(view, "type"),
        metadata=_metadata(view),
        typed=_typed(view.get("state") or {}),
        response_url=_text(payload, "response_url"),
        trigger_id=_text(payload, "trigger_id"),
        **more,
    )


def _channel_keys(payload: Mapping[str, Any]) -> tuple[str, ...]:
    return ("id",) if payload.get("channel") else ("channel_id",)


def _action(payload: Mapping[str, Any]) -> Interaction:
    action = payload["actions"][0]
    name, value = str(action["action_id"]), _chosen_value(action)
    if name == OVERFLOW:
        name, _, value = value.partition(" ")
    return _common(payload, Kind.ACTION, name, value=value)


def _chosen_value(action: Mapping[str, Any]) -> str:
    option = action.get("selected_option")
    if isinstance(option, Mapping):
        return _text(option, "value")
    return _text(action, "value") or _text(action, "selected_date")


def _view(payload: Mapping[str, Any], kind: Kind) -> Interaction:
    return _common(payload, kind, str(payload["view"]["callback_id"]))


def _shortcut(payload: Mapping[str, Any]) -> Interaction:
    return _common(payload, Kind.SHORTCUT, str(payload["callback_id"]))


def _command(payload: Mapping[str, Any]) -> Interaction:
    return Interaction(
        kind=Kind.COMMAND,
        key=_key("trigger", str(payload["trigger_id"])),
        name=str(payload["command"]),
        slack_user=str(payload["user_id"]),
        team=str(payload["team_id"]),
        user_team=str(payload["team_id"]),
        value=_text(payload, "text").strip(),
        channel=_text(payload, "channel_id"),
        response_url=_text(payload, "response_url"),
        trigger_id=str(payload["trigger_id"]),
    )


def _event(payload: Mapping[str, Any]) -> Interaction:
    event = payload["event"]
    user = event.get("user") or {}
    view = event.get("view") or {}
    return Interaction(
        kind=Kind.EVENT,
        key=_key("event", str(payload["event_id"])),
        name=str(event["type"]),
        slack_user=str(user["id"]) if isinstance(user, Mapping) and user else str(user or ""),
        team=str(payload["team_id"]),
        user_team=str(payload["team_id"]),
        value=_text(event, "tab"),
        channel=_text(event, "channel"),
        view_id=_text(view, "id"),
        view_hash=_text(view, "hash"),
        view_type=_text(view, "type"),
    )


def _typed(state: Mapping[str, Any]) -> dict[str, Any]:
    """{block_id: what was typed or chosen}; each of our input blocks has one element."""
    return {
        str(block_id): _value_of(next(iter(elements.values())))
        for block_id, elements in (state.get("values") or {}).items()
        if elements
    }


def _value_of(element: Mapping[str, Any]) -> str | list[str]:
    if "selected_options" in element:
        return [str(option["value"]) for option in element["selected_options"] or ()]
    option = element.get("selected_option")
    if isinstance(option, Mapping):
        return str(option["value"])
    return str(element.get("value") or element.get("selected_date") or element.get("selected_time") or "")


def _metadata(view: Mapping[str, Any]) -> dict[str, Any]:
    given = _text(view, "private_metadata")
    found = json.loads(given) if given else {}
    if not isinstance(found, dict):
        raise TypeError("private_metadata is no object")
    return found


def _key(prefix: str, key: str) -> str:
    if not key or len(key) > LONGEST_KEY:
        raise ValueError("no usable mark of this act")
    return f"{prefix}:{key}"


def _text(given: Mapping[str, Any], *names: str) -> str:
    for name in names:
        value = given.get(name)
        if isinstance(value, str):
            return value
    return ""
