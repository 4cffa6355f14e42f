"""Users, channels, messages and views as the methods of Slack return them."""

from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from g40flow.sandbox.slack.refusals import Json
from g40flow.sandbox.slack.state import Channel, Message, User, View
from g40flow.sandbox.slack.workspace import Workspace


def user_object(workspace: Workspace, user: User, now: datetime, *, with_email: bool) -> Json:
    """A user for users.list, users.info and users.lookupByEmail. with_email: scope users:read.email."""
    part = user.part
    offset = now.astimezone(ZoneInfo(part.tz)).utcoffset()
    return {
        "id": user.id,
        "team_id": workspace.team_id,
        "name": part.name,
        "deleted": part.deleted,
        "color": "9f69e7",
        "real_name": user.real_name,
        "tz": part.tz,
        "tz_label": now.astimezone(ZoneInfo(part.tz)).tzname(),
        "tz_offset": int(offset.total_seconds()) if offset is not None else 0,
        "profile": _profile(workspace, user, with_email=with_email),
        "is_admin": part.is_admin,
        "is_owner": part.is_owner,
        "is_primary_owner": False,
        "is_restricted": part.is_restricted,
        "is_ultra_restricted": part.is_ultra_restricted,
        "is_bot": part.is_bot,
        "is_app_user": False,
        "updated": user.updated,
        "locale": part.locale,
    }


def _profile(workspace: Workspace, user: User, *, with_email: bool) -> Json:
    part = user.part
    first, _, last = user.real_name.partition(" ")
    profile: Json = {
        "title": part.title,
        "real_name": user.real_name,
        "real_name_normalized": user.real_name,
        "display_name": part.display_name or "",
        "display_name_normalized": part.display_name or "",
        "first_name": first,
        "last_name": last,
        "status_text": "",
        "status_emoji": "",
        "team": workspace.team_id,
    }
    if with_email and part.email:
        profile["email"] = part.email
    if user.app_id:
        profile["api_app_id"] = user.app_id
        profile["bot_id"] = workspace.apps[user.app_id].bot_id
    return profile


def channel_object(channel: Channel, viewer: str | None) -> Json:
    """A conversation as somebody sees it. viewer: user id, for is_member and the other side of an im."""
    common: Json = {
        "id": channel.id,
        "created": channel.created,
        "is_archived": channel.is_archived,
        "is_im": channel.kind == "im",
        "is_mpim": channel.kind == "mpim",
        "is_private": channel.is_private,
    }
    if channel.kind == "im":
        other = next((m for m in channel.members if m != viewer), viewer)
        return {
            **common,
            "is_channel": False,
            "is_group": False,
            "is_open": True,
            "user": other,
            "priority": 0,
        }
    return {
        **common,
        "name": channel.name,
        "name_normalized": channel.name,
        "is_channel": channel.kind == "channel",
        "is_group": channel.kind == "group",
        "is_general": channel.is_general,
        "is_shared": False,
        "is_org_shared": False,
        "is_ext_shared": False,
        "creator": channel.creator,
        "is_member": viewer in channel.members,
        "topic": {"value": channel.topic, "creator": channel.creator if channel.topic else "", "last_set": 0},
        "purpose": {
            "value": channel.purpose,
            "creator": channel.creator if channel.purpose else "",
            "last_set": 0,
        },
        "num_members": len(channel.members),
    }


def message_object(channel: Channel, message: Message, *, with_metadata: bool = True) -> Json:
    """A message as stored, with the numbers of its thread."""
    shown: Json = dict(message.payload)
    if not with_metadata:
        shown.pop("metadata", None)
    replies = [] if message.is_reply else channel.replies(message.ts)
    if replies:
        writers = list(dict.fromkeys(r.payload.get("user") for r in replies))
        shown |= {
            "thread_ts": message.ts,
            "reply_count": len(replies),
            "reply_users": writers,
            "reply_users_count": len(writers),
            "latest_reply": replies[-1].ts,
        }
    if message.only_for:
        shown["is_ephemeral"] = True
    if message.ts in channel.pins:
        shown["pinned_to"] = [channel.id]
    return shown


def view_object(workspace: Workspace, view: View, *, with_state: bool = True) -> Json:
    """A view as views.open returns it and as interactions carry it."""
    content = view.content
    shown: Json = {
        "id": view.id,
        "team_id": workspace.team_id,
        "type": content["type"],
        "blocks": content["blocks"],
        "private_metadata": content.get("private_metadata", ""),
        "callback_id": content.get("callback_id", ""),
        "external_id": content.get("external_id", ""),
        "state": {"values": view.values if with_state else {}},
        "hash": view.hash,
        "title": content.get("title"),
        "close": content.get("close"),
        "submit": content.get("submit"),
        "clear_on_close": content.get("clear_on_close", False),
        "notify_on_close": content.get("notify_on_close", False),
        "submit_disabled": content.get("submit_disabled", False),
        "root_view_id": view.root_id,
        "previous_view_id": view.previous_id,
        "app_id": view.app_id,
        "app_installed_team_id": workspace.team_id,
        "bot_id": workspace.apps[view.app_id].bot_id,
    }
    if content["type"] == "home":
        shown["title"] = {"type": "plain_text", "text": "View Title", "emoji": True}
    return shown


def without_nothing(values: dict[str, Any]) -> Json:
    """The entries that are not None."""
    return {name: value for name, value in values.items() if value is not None}
