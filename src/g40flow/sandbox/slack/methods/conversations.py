"""conversations.*: finding, entering and reading channels."""

import re
from itertools import pairwise

from g40flow.sandbox.slack.call import READ_SCOPES, Call
from g40flow.sandbox.slack.objects import channel_object, message_object
from g40flow.sandbox.slack.refusals import Json, Refused
from g40flow.sandbox.slack.state import Channel, Message, User
from g40flow.sandbox.slack.workspace import page_of

KINDS = {"public_channel": "channel", "private_channel": "group", "im": "im", "mpim": "mpim"}
NAME_LIMIT = 80
PEOPLE_IN_A_CONVERSATION = 8
_TS = re.compile(r"\d{1,12}(\.\d{1,6})?")


def list_channels(call: Call) -> Json:
    """conversations.list: public channels, and of the other kinds those that the caller is in."""
    wanted = call.arguments.names("types") or ["public_channel"]
    if unknown := set(wanted) - KINDS.keys():
        raise Refused("invalid_types", messages=[f"[ERROR] unknown type: {', '.join(sorted(unknown))}"])
    kinds = {KINDS[name] for name in wanted}
    for kind in sorted(kinds):
        call.need_scope(READ_SCOPES[kind])
    limit = call.arguments.limit(100, 1000)
    channels = [
        channel
        for channel in call.workspace.visible_channels(call.caller_id)
        if channel.kind in kinds and not (channel.is_archived and call.arguments.flag("exclude_archived"))
    ]
    page, cursor = page_of(channels, call.arguments.text("cursor"), limit)
    return {
        "channels": [channel_object(channel, call.caller_id) for channel in page],
        "response_metadata": {"next_cursor": cursor},
    }


def info(call: Call) -> Json:
    """conversations.info."""
    channel = call.channel()
    call.need_scope(READ_SCOPES[channel.kind])
    shown = channel_object(channel, call.caller_id)
    if not call.arguments.flag("include_num_members"):
        shown.pop("num_members", None)
    return {"channel": shown}


def members(call: Call) -> Json:
    """conversations.members."""
    channel = call.channel()
    call.need_scope(READ_SCOPES[channel.kind])
    page, cursor = page_of(channel.members, call.arguments.text("cursor"), call.arguments.limit(100, 1000))
    return {"members": page, "response_metadata": {"next_cursor": cursor}}


def create(call: Call) -> Json:
    """conversations.create."""
    is_private = call.arguments.flag("is_private")
    call.need_scope("channels:manage", *(["groups:write"] if is_private else []))
    name = _channel_name(call.arguments.text("name") or "")
    if call.workspace.find_channel(name):
        raise Refused("name_taken")
    if call.workspace.users[call.caller_id].part.is_restricted:
        raise Refused("restricted_action")
    channel = call.workspace.create_channel(name, is_private=is_private, creator=call.caller_id, now=call.now)
    return {"channel": channel_object(channel, call.caller_id)}


def _channel_name(name: str) -> str:
    if not name:
        raise Refused("invalid_name_required")
    if len(name) > NAME_LIMIT:
        raise Refused("invalid_name_maxlength")
    if re.fullmatch(r"[\W_]+", name):
        raise Refused("invalid_name_punctuation")
    if name != name.lower() or not re.fullmatch(r"[\w-]+", name):
        raise Refused("invalid_name_specials")
    return name


def join(call: Call) -> Json:
    """conversations.join: public channels only."""
    channel = call.workspace.channels.get(call.arguments.required("channel"))
    if channel is None:
        raise Refused("channel_not_found")
    if channel.is_private:
        raise Refused("method_not_supported_for_channel_type")
    if channel.is_archived:
        raise Refused("is_archived")
    if call.caller_id in channel.members:
        call.warnings.append("already_in_channel")
    else:
        channel.members.append(call.caller_id)
        call.workspace.touch()
    return {"channel": channel_object(channel, call.caller_id)}


def invite(call: Call) -> Json:
    """conversations.invite."""
    channel = call.member_channel()
    call.need_scope(*(["groups:write", "channels:manage"] if channel.is_private else ["channels:manage"]))
    if channel.kind in ("im", "mpim"):
        raise Refused("method_not_supported_for_channel_type")
    if channel.is_archived:
        raise Refused("is_archived")
    names = call.arguments.names("users")
    if not names:
        raise Refused("no_user")
    guests = [_guest(call, channel, name) for name in names]
    channel.members += [guest.id for guest in guests]
    call.workspace.touch()
    return {"channel": channel_object(channel, call.caller_id)}


def _guest(call: Call, channel: Channel, name: str) -> User:
    user = call.workspace.users.get(name)
    if user is None or user.part.hidden:
        raise Refused("user_not_found")
    if user.id == call.caller_id:
        raise Refused("cant_invite_self")
    if user.id in channel.members:
        raise Refused("already_in_channel")
    if user.part.deleted:
        raise Refused("cant_invite")
    return user


def open_conversation(call: Call) -> Json:
    """conversations.open: the direct message with one person, or with up to eight."""
    names = call.arguments.names("users")
    if call.arguments.text("channel"):
        channel, existed = call.channel(), True
        if channel.kind not in ("im", "mpim"):
            raise Refused("method_not_supported_for_channel_type")
    elif not names:
        raise Refused("users_list_not_supplied")
    elif len(names) > PEOPLE_IN_A_CONVERSATION:
        raise Refused("too_many_users")
    else:
        people = [_partner(call, name) for name in names]
        everybody = [call.caller_id, *(person.id for person in people)]
        channel, existed = call.workspace.direct_conversation(everybody, call.now)
    if call.arguments.flag("return_im"):
        shown = channel_object(channel, call.caller_id)
    else:
        shown = {"id": channel.id}
    return {"channel": shown, "no_op": existed, "already_open": existed}


def _partner(call: Call, name: str) -> User:
    user = call.workspace.users.get(name)
    if user is None:
        raise Refused("user_not_found")
    if user.part.hidden:
        raise Refused("user_not_visible")
    if user.part.deleted:
        raise Refused("user_disabled")
    if user.part.is_bot:
        raise Refused("cannot_dm_bot")
    return user


def history(call: Call) -> Json:
    """conversations.history: newest first, without replies in threads."""
    channel = call.readable_channel()
    shown = [message for message in channel.messages.values() if message.in_channel]
    return _messages(call, channel, _between(call, shown)[::-1])


def replies(call: Call) -> Json:
    """conversations.replies: the parent and its thread, oldest first."""
    channel = call.readable_channel()
    parent = channel.messages.get(call.arguments.required("ts"))
    if parent is None:
        raise Refused("thread_not_found")
    if parent.is_reply:
        return _messages(call, channel, [parent])
    return _messages(call, channel, [parent, *_between(call, channel.replies(parent.ts))])


def _messages(call: Call, channel: Channel, messages: list[Message]) -> Json:
    assert all(a.ts != b.ts for a, b in pairwise(messages))
    page, cursor = page_of(messages, call.arguments.text("cursor"), call.arguments.limit(100, 999))
    with_metadata = call.arguments.flag("include_all_metadata")
    answer: Json = {
        "messages": [message_object(channel, m, with_metadata=with_metadata) for m in page],
        "has_more": bool(cursor),
        "pin_count": len(channel.pins),
    }
    if cursor:
        answer["response_metadata"] = {"next_cursor": cursor}
    return answer


def _between(call: Call, messages: list[Message]) -> list[Message]:
    """Those after `oldest` and before `latest`; the bounds themselves only with `inclusive`."""
    oldest, latest = _bound(call, "oldest"), _bound(call, "latest")
    inclusive = call.arguments.flag("inclusive")
    return [
        message
        for message in messages
        if (oldest is None or _key(message.ts) > oldest or (inclusive and _key(message.ts) == oldest))
        and (latest is None or _key(message.ts) < latest or (inclusive and _key(message.ts) == latest))
    ]


def _bound(call: Call, name: str) -> tuple[int, int] | None:
    value = call.arguments.text(name)
    if value in (None, "", "0"):
        return None
    if value == "now":
        return _key(f"{call.now.timestamp():.6f}")
    if value is None or not _TS.fullmatch(value):
        raise Refused(f"invalid_ts_{name}")
    return _key(value)


def _key(ts: str) -> tuple[int, int]:
    seconds, _, fraction = ts.partition(".")
    return int(seconds), int(fraction.ljust(6, "0") or 0)
