"""reactions.* and pins.*: marks on messages."""

import re

from g40flow.sandbox.slack.call import Call
from g40flow.sandbox.slack.objects import message_object
from g40flow.sandbox.slack.refusals import Json, Refused
from g40flow.sandbox.slack.state import Message

DIFFERENT_REACTIONS = 50
REACTIONS_OF_ONE_USER = 23
_EMOJI = re.compile(r"[a-z0-9_+'’-]{1,100}(::skin-tone-[2-6])?")


def add_reaction(call: Call) -> Json:
    """reactions.add."""
    name = _emoji(call)
    channel = call.member_channel()
    react(call.message(channel, "timestamp"), name, call.caller_id)
    call.workspace.touch()
    return {}


def remove_reaction(call: Call) -> Json:
    """reactions.remove."""
    name = _emoji(call)
    channel = call.member_channel()
    unreact(call.message(channel, "timestamp"), name, call.caller_id)
    call.workspace.touch()
    return {}


def react(message: Message, name: str, user_id: str) -> None:
    """Raises Refused: already_reacted, too_many_reactions."""
    reactions = message.payload.setdefault("reactions", [])
    present = next((r for r in reactions if r["name"] == name), None)
    if present and user_id in present["users"]:
        raise Refused("already_reacted")
    of_user = sum(user_id in r["users"] for r in reactions)
    if of_user >= REACTIONS_OF_ONE_USER or (present is None and len(reactions) >= DIFFERENT_REACTIONS):
        raise Refused("too_many_reactions")
    if present is None:
        present = {"name": name, "users": [], "count": 0}
        reactions.append(present)
    present["users"].append(user_id)
    present["count"] += 1


def unreact(message: Message, name: str, user_id: str) -> None:
    """Raises Refused no_reaction."""
    reactions = message.payload.get("reactions", [])
    present = next((r for r in reactions if r["name"] == name and user_id in r["users"]), None)
    if present is None:
        raise Refused("no_reaction")
    present["users"].remove(user_id)
    present["count"] -= 1
    message.payload["reactions"] = [r for r in reactions if r["count"]]


def valid_emoji(name: str) -> bool:
    """A name without colons, as in "white_check_mark"."""
    return bool(_EMOJI.fullmatch(name))


def _emoji(call: Call) -> str:
    name = call.arguments.text("name") or ""
    if not valid_emoji(name):
        raise Refused("invalid_name")
    return name


def add_pin(call: Call) -> Json:
    """pins.add."""
    channel = call.member_channel()
    message = call.message(channel, "timestamp")
    if message.ts in channel.pins:
        raise Refused("already_pinned")
    channel.pins.append(message.ts)
    call.workspace.touch()
    return {}


def remove_pin(call: Call) -> Json:
    """pins.remove."""
    channel = call.member_channel()
    message = call.message(channel, "timestamp")
    if message.ts not in channel.pins:
        raise Refused("no_pin")
    channel.pins.remove(message.ts)
    call.workspace.touch()
    return {}


def list_pins(call: Call) -> Json:
    """pins.list."""
    channel = call.member_channel()
    items = [
        {"type": "message", "channel": channel.id, "message": message_object(channel, channel.messages[ts])}
        for ts in channel.pins
    ]
    return {"items": items}
