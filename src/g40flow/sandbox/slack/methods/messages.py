"""chat.*: posting, changing, scheduling and pointing at messages."""

import json
from typing import Any

from g40flow.sandbox.slack.call import Call
from g40flow.sandbox.slack.methods.files import accept_shown_files
from g40flow.sandbox.slack.objects import message_object, without_nothing
from g40flow.sandbox.slack.refusals import Json, Refused
from g40flow.sandbox.slack.state import Channel, Message, Scheduled
from g40flow.sandbox.slack.validation import accept_message_blocks

CUT_AT = 40_000
EDIT_LIMIT = 4_000
MARKDOWN_LIMIT = 12_000
METADATA_LIMIT = 8_000
ATTACHMENTS_LIMIT = 100
FARTHEST_SECONDS = 120 * 24 * 3600
SCHEDULED_PER_WINDOW = 30
WINDOW_SECONDS = 300
RESTRICTIONS = {
    "read_only": "restricted_action_read_only_channel",
    "thread_only": "restricted_action_thread_only_channel",
    "non_threadable": "restricted_action_non_threadable_channel",
    "locked": "restricted_action_thread_locked",
}


def post_message(call: Call) -> Json:
    """chat.postMessage. Never deduplicates: two calls are two messages."""
    content = _content(call)
    channel = _channel_to_post_in(call)
    payload = {**content, **_thread(call, channel), **_metadata(call), **call.author()}
    _count_post(call, channel)
    message = call.workspace.post(channel, payload, call.now, app_id=call.app.id)
    return {"channel": channel.id, "ts": message.ts, "message": message_object(channel, message)}


def update(call: Call) -> Json:
    """chat.update. Blocks and metadata that are left out stay; `[]` and `{}` take them away."""
    channel = call.channel()
    message = call.message(channel, "ts")
    if message.app_id != call.app.id or message.payload.get("user") != call.caller_id:
        raise Refused("cant_update_message")
    if channel.is_archived:
        raise Refused("is_inactive")
    if call.caller_id not in channel.members:
        raise Refused("not_in_channel")
    _refuse_late_edit(call, message)
    if len(call.arguments.text("text") or "") > EDIT_LIMIT:
        raise Refused("msg_too_long")
    changes: Json = {**_content(call, allow_empty_blocks=True), **_metadata(call, for_update=True)}
    if not changes.get("blocks", True):
        changes["blocks"] = None
    call.workspace.edit(message, changes, call.caller_id, call.now)
    shown = message_object(channel, message)
    return {"channel": channel.id, "ts": message.ts, "text": shown.get("text", ""), "message": shown}


def delete(call: Call) -> Json:
    """chat.delete."""
    channel = call.channel()
    message = call.message(channel, "ts")
    if message.app_id != call.app.id or message.payload.get("user") != call.caller_id:
        raise Refused("cant_delete_message")
    ts = message.ts
    call.workspace.delete(message)
    return {"channel": channel.id, "ts": ts}


def post_ephemeral(call: Call) -> Json:
    """chat.postEphemeral. Shown to one member, in no history."""
    if len(call.arguments.text("text") or "") > EDIT_LIMIT:
        raise Refused("msg_too_long")
    content = _content(call)
    reader = call.arguments.required("user")
    channel = call.member_channel()
    if channel.is_archived:
        raise Refused("is_archived")
    if reader not in channel.members:
        raise Refused("user_not_in_channel")
    payload = {**content, **_thread(call, channel), **call.author()}
    message = call.workspace.post(channel, payload, call.now, app_id=call.app.id, only_for=reader)
    return {"message_ts": message.ts}


def schedule_message(call: Call) -> Json:
    """chat.scheduleMessage. With metadata it is accepted and never posted, as at Slack."""
    post_at = call.arguments.number("post_at", "invalid_time")
    if post_at is None:
        raise Refused("invalid_time")
    if post_at <= call.now.timestamp():
        raise Refused("time_in_past")
    if post_at > call.now.timestamp() + FARTHEST_SECONDS:
        raise Refused("time_too_far")
    content = _content(call)
    channel = _channel_to_post_in(call)
    near = [
        entry
        for entry in call.workspace.scheduled.values()
        if entry.channel_id == channel.id and abs(entry.post_at - post_at) < WINDOW_SECONDS
    ]
    if len(near) >= SCHEDULED_PER_WINDOW:
        raise Refused("restricted_too_many")
    metadata = _metadata(call)
    payload = {**content, **_thread(call, channel), **metadata, **call.author()}
    entry = Scheduled(
        call.workspace.new_id("Q"), channel.id, post_at, payload, call.app.id, never_posts=bool(metadata)
    )
    call.workspace.scheduled[entry.id] = entry
    return {
        "scheduled_message_id": entry.id,
        "channel": channel.id,
        "post_at": post_at,
        "message": {**payload, "type": "delayed_message"},
    }


def delete_scheduled_message(call: Call) -> Json:
    """chat.deleteScheduledMessage."""
    channel = call.channel()
    entry = call.workspace.scheduled.get(call.arguments.required("scheduled_message_id"))
    if entry is None or entry.channel_id != channel.id or entry.app_id != call.app.id:
        raise Refused("invalid_scheduled_message_id")
    del call.workspace.scheduled[entry.id]
    return {}


def list_scheduled_messages(call: Call) -> Json:
    """chat.scheduledMessages.list."""
    wanted = call.arguments.text("channel")
    entries = [
        {"id": e.id, "channel_id": e.channel_id, "post_at": e.post_at, "text": e.payload.get("text", "")}
        for e in call.workspace.scheduled.values()
        if e.app_id == call.app.id and wanted in (None, "", e.channel_id)
    ]
    return {"scheduled_messages": entries, "response_metadata": {"next_cursor": ""}}


def get_permalink(call: Call) -> Json:
    """chat.getPermalink."""
    channel = call.channel()
    message = call.message(channel, "message_ts")
    link = f"{call.workspace.team_url}archives/{channel.id}/p{message.ts.replace('.', '')}"
    if message.is_reply:
        link += f"?thread_ts={message.thread_ts}&cid={channel.id}"
    return {"channel": channel.id, "permalink": link}


def _channel_to_post_in(call: Call) -> Channel:
    """By channel id, by #name, or by user id, which opens the direct message."""
    name = call.arguments.required("channel")
    workspace = call.workspace
    person = workspace.users.get(name)
    if person is not None:
        if person.part.deleted or person.part.is_bot or person.part.hidden:
            raise Refused("channel_not_found")
        if not call.app.part.messages_tab:
            raise Refused("messages_tab_disabled")
        return workspace.direct_conversation([call.caller_id, person.id], call.now)[0]
    channel = workspace.find_channel(name)
    is_member = channel is not None and call.caller_id in channel.members
    if channel is None or (channel.is_private and not is_member):
        raise Refused("channel_not_found")
    if channel.is_archived:
        raise Refused("is_archived")
    if not is_member and "chat:write.public" not in call.token.scopes:
        raise Refused("not_in_channel")
    if channel.kind == "im" and not call.app.part.messages_tab:
        raise Refused("messages_tab_disabled")
    _refuse_restricted(call, channel)
    return channel


def _refuse_restricted(call: Call, channel: Channel) -> None:
    in_thread = bool(call.arguments.text("thread_ts"))
    forbidden = {
        "read_only": True,
        "thread_only": not in_thread,
        "non_threadable": in_thread,
        "locked": in_thread,
    }
    if channel.restriction and forbidden[channel.restriction]:
        raise Refused(RESTRICTIONS[channel.restriction])


def _content(call: Call, *, allow_empty_blocks: bool = False) -> Json:
    """text, blocks and attachments, checked. Raises Refused no_text if there is nothing to show."""
    arguments = call.arguments
    text = arguments.text("text")
    markdown = arguments.text("markdown_text")
    raw_blocks = arguments.values.get("blocks")
    has_blocks = raw_blocks not in (None, "")
    blocks = accept_message_blocks(raw_blocks) if has_blocks else None
    accept_shown_files(call, blocks)
    attachments = _attachments(call)
    if markdown:
        if text or blocks:
            raise Refused("markdown_text_conflict")
        if len(markdown) > MARKDOWN_LIMIT:
            raise Refused("msg_too_long")
        return {"text": markdown, "blocks": [{"type": "markdown", "text": markdown}]}
    if not text and not blocks and not attachments:
        raise Refused("no_text")
    if text and len(text) > CUT_AT:
        text = text[:CUT_AT]
        call.warnings.append("message_truncated")
    keep_empty = blocks if allow_empty_blocks else (blocks or None)
    if text is None and not allow_empty_blocks:
        text = ""
    return without_nothing({"text": text, "blocks": keep_empty, "attachments": attachments or None})


def _attachments(call: Call) -> list[Json]:
    given: Any = call.arguments.values.get("attachments")
    if given in (None, "", []):
        return []
    if isinstance(given, str):
        try:
            given = json.loads(given)
        except ValueError:
            raise Refused("invalid_attachments") from None
    if not isinstance(given, list) or not all(isinstance(item, dict) for item in given):
        raise Refused("invalid_attachments")
    if len(given) > ATTACHMENTS_LIMIT:
        raise Refused("too_many_attachments")
    for attachment in given:
        if "blocks" in attachment:
            accept_message_blocks(attachment["blocks"])
    return given


def _thread(call: Call, channel: Channel) -> Json:
    thread_ts = call.arguments.text("thread_ts")
    if not thread_ts:
        return {}
    parent = channel.messages.get(thread_ts)
    if parent is None or parent.is_reply:
        raise Refused("cannot_reply_to_message")
    broadcast = call.arguments.flag("reply_broadcast")
    return {"thread_ts": thread_ts, **({"subtype": "thread_broadcast"} if broadcast else {})}


def _metadata(call: Call, *, for_update: bool = False) -> Json:
    """`{"metadata": …}` if given; None as value takes it away in an update."""
    given: Any = call.arguments.values.get("metadata")
    if given in (None, ""):
        return {}
    if isinstance(given, str):
        try:
            given = json.loads(given)
        except ValueError:
            raise Refused("invalid_metadata_format") from None
    if not isinstance(given, dict):
        raise Refused("invalid_metadata_format")
    if not given:
        return {"metadata": None} if for_update else {}
    if set(given) - {"event_type", "event_payload", "entities"}:
        raise Refused("invalid_metadata_schema")
    kind, payload = given.get("event_type"), given.get("event_payload")
    if not isinstance(kind, str) or not kind or not isinstance(payload, dict):
        raise Refused("invalid_metadata_schema")
    if len(json.dumps(given)) > METADATA_LIMIT:
        raise Refused("metadata_too_large")
    return {"metadata": given}


def _refuse_late_edit(call: Call, message: Message) -> None:
    minutes = call.workspace.definition.settings.edit_window_minutes
    if minutes is not None and call.now.timestamp() - float(message.ts) > minutes * 60:
        raise Refused("edit_window_closed")


def _count_post(call: Call, channel: Channel) -> None:
    wait = call.workspace.limits.count_post(channel.id, call.app.id, call.now)
    if wait is not None:
        raise too_many_calls(wait)


def too_many_calls(wait: int) -> Refused:
    """HTTP 429. wait: whole seconds."""
    return Refused("ratelimited", status=429, headers={"Retry-After": str(wait)})
