"""files.*: uploads in three steps."""

import json
import secrets
from collections.abc import Iterator
from pathlib import PurePosixPath
from typing import Any

from g40flow.sandbox.slack.call import Call
from g40flow.sandbox.slack.objects import without_nothing
from g40flow.sandbox.slack.refusals import Json, Refused, invalid_argument, missing_argument
from g40flow.sandbox.slack.state import Channel, File
from g40flow.sandbox.slack.validation import accept_message_blocks

LARGEST_FILE = 1_000_000_000
PICTURES = frozenset({".png", ".jpg", ".jpeg", ".gif"})
"""What an image block shows, by the name of the file."""


def get_upload_url(call: Call) -> Json:
    """files.getUploadURLExternal."""
    name = call.arguments.required("filename")
    length = call.arguments.number("length")
    if length is None:
        raise missing_argument("length")
    if length <= 0:
        raise invalid_argument("length", "must be greater than 0")
    if length > LARGEST_FILE:
        raise Refused("file_upload_size_restricted")
    settings = call.workspace.definition.settings
    if PurePosixPath(name).suffix.lower() in settings.refused_file_types:
        raise Refused("file_type_not_allowed")
    used = sum(file.length for file in call.workspace.files.values())
    if settings.storage_bytes is not None and used + length > settings.storage_bytes:
        raise Refused("storage_limit_reached")
    file = File(
        id=call.workspace.new_id("F"),
        key=secrets.token_urlsafe(24),
        name=name,
        length=length,
        app_id=call.app.id,
        user_id=call.caller_id,
        created=int(call.now.timestamp()),
        title=name,
        alt_text=call.arguments.text("alt_txt") or "",
    )
    call.workspace.files[file.id] = file
    return {"upload_url": f"{call.base_url}upload/v1/{file.key}", "file_id": file.id}


def complete_upload(call: Call) -> Json:
    """files.completeUploadExternal: give titles, and share in a channel if one is named."""
    wanted = _wanted_files(call)
    channels = _channels(call)
    blocks = call.arguments.values.get("blocks")
    if blocks not in (None, ""):
        accept_message_blocks(blocks)
    for file, title in wanted:
        file.title = title or file.title
        if file.ready_at is None:
            file.ready_at = call.now.timestamp() + call.workspace.definition.settings.file_ready_seconds
    for channel in channels:
        _share(call, channel, [file for file, _ in wanted])
    return {"files": [file_object(call, file) for file, _ in wanted]}


def _wanted_files(call: Call) -> list[tuple[File, str]]:
    given: Any = call.arguments.values.get("files")
    if given in (None, "", []):
        raise missing_argument("files")
    if isinstance(given, str):
        try:
            given = json.loads(given)
        except ValueError:
            raise invalid_argument("files", "must be a valid JSON array") from None
    if not isinstance(given, list) or not all(isinstance(f, dict) and "id" in f for f in given):
        raise invalid_argument("files", "must be an array of objects with an id")
    return [(_uploaded(call, str(entry["id"])), str(entry.get("title") or "")) for entry in given]


def _uploaded(call: Call, file_id: str) -> File:
    file = call.workspace.files.get(file_id)
    if file is None or file.app_id != call.app.id or file.content is None:
        raise Refused("file_not_found")
    return file


def _channels(call: Call) -> list[Channel]:
    """Of `channel_id`, and of `channels` as older callers name several."""
    names = [*call.arguments.names("channel_id"), *call.arguments.names("channels")]
    channels = []
    for name in dict.fromkeys(names):
        channel = call.workspace.channels.get(name)
        is_member = channel is not None and call.caller_id in channel.members
        if channel is None or (channel.is_private and not is_member):
            raise Refused("channel_not_found")
        if not is_member:
            raise Refused("not_in_channel")
        if channel.is_archived:
            raise Refused("is_archived")
        channels.append(channel)
    return channels


def _share(call: Call, channel: Channel, files: list[File]) -> None:
    blocks = call.arguments.values.get("blocks")
    thread_ts = call.arguments.text("thread_ts")
    if thread_ts and thread_ts not in channel.messages:
        raise Refused("thread_not_found")
    for file in files:
        file.shared_in.append(channel.id)
    payload = without_nothing(
        {
            "text": call.arguments.text("initial_comment") or "",
            "blocks": accept_message_blocks(blocks) if blocks else None,
            "thread_ts": thread_ts or None,
            "files": [file_object(call, file) for file in files],
            **call.author(),
        }
    )
    call.workspace.post(channel, payload, call.now, app_id=call.app.id)


def accept_shown_files(call: Call, blocks: list[Json] | None) -> None:
    """Raises Refused unless every file that image blocks show is a picture of this app, and looked at by now.

    That Slack says so for some seconds after an upload is seen by others:
    https://github.com/slackapi/python-slack-sdk/issues/1521 and 1658.
    """
    for pointer, shown in _shown_files(blocks or []):
        file = call.workspace.files.get(str(shown.get("id")))
        is_picture = file is not None and PurePosixPath(file.name).suffix.lower() in PICTURES
        is_ours = file is not None and file.app_id == call.app.id
        is_ready = file is not None and file.ready_at is not None and file.ready_at <= call.now.timestamp()
        if "url" not in shown and not (is_picture and is_ours and is_ready):
            found = f"invalid slack file [json-pointer:{pointer}/slack_file]"
            raise Refused("invalid_blocks", messages=[f"[ERROR] {found}"], errors=[found])


def _shown_files(blocks: list[Json]) -> Iterator[tuple[str, Json]]:
    """(JSON pointer, slack_file) of every image that is a file."""
    for number, block in enumerate(blocks):
        parts = [(f"/blocks/{number}", block)]
        if "accessory" in block:
            parts.append((f"/blocks/{number}/accessory", block["accessory"]))
        parts += [
            (f"/blocks/{number}/elements/{n}", part) for n, part in enumerate(block.get("elements") or ())
        ]
        for pointer, part in parts:
            if isinstance(part, dict) and part.get("type") == "image" and "slack_file" in part:
                yield pointer, part["slack_file"]


def file_object(call: Call, file: File) -> Json:
    """A file as the methods return it."""
    channels = [call.workspace.channels[name] for name in file.shared_in]
    return {
        "id": file.id,
        "created": file.created,
        "timestamp": file.created,
        "name": file.name,
        "title": file.title,
        "alt_txt": file.alt_text,
        "filetype": PurePosixPath(file.name).suffix.lower().removeprefix(".") or "binary",
        "user": file.user_id,
        "size": file.length,
        "mode": "hosted",
        "is_external": False,
        "channels": [c.id for c in channels if c.kind == "channel"],
        "groups": [c.id for c in channels if c.kind == "group"],
        "ims": [c.id for c in channels if c.kind == "im"],
        "permalink": f"{call.workspace.team_url}files/{file.user_id}/{file.id}/{file.name}",
    }
