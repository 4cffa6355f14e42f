"""response_url: an answer to a person without a token, five times within half an hour."""

import json
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from starlette.requests import Request
from starlette.responses import JSONResponse, PlainTextResponse, Response

from g40flow.sandbox.clock import SandboxClock
from g40flow.sandbox.slack.objects import without_nothing
from g40flow.sandbox.slack.refusals import Json, Refused
from g40flow.sandbox.slack.state import App, Channel, Message, ResponseAddress
from g40flow.sandbox.slack.validation import accept_message_blocks
from g40flow.sandbox.slack.workspace import Workspace


@dataclass
class ResponseUrls:
    """The endpoint behind every response_url."""

    workspace: Workspace
    clock: SandboxClock

    async def answer(self, request: Request) -> Response:
        """One answer of an app."""
        body = await request.body()
        with self.workspace.lock:
            try:
                self._take(str(request.path_params["key"]), _content(body))
            except Refused as refusal:
                return JSONResponse(refusal.answer(), status_code=refusal.status)
        return PlainTextResponse("ok")

    def _take(self, key: str, content: Json) -> None:
        now = self.clock.now()
        address = self.workspace.response_addresses.get(key)
        if address is None:
            raise Refused("no_service", status=404)
        if now > address.expires_at:
            raise Refused("expired_url", status=404)
        if address.uses_left <= 0:
            raise Refused("used_url", status=404)
        channel = self.workspace.channels[address.channel_id]
        original = _original(channel, address)
        if content.get("delete_original") is True:
            if original is None:
                raise Refused("message_not_found", status=404)
            self.workspace.delete(original)
        elif content.get("replace_original") is True and original is not None:
            changes = {"blocks": None, **_shown(content)}
            app = self.workspace.apps[address.app_id]
            self.workspace.edit(original, changes, app.bot_user_id, now)
        else:
            app = self.workspace.apps[address.app_id]
            post_answer(self.workspace, app, channel, address.user_id, content, now)
        address.uses_left -= 1


def post_answer(
    workspace: Workspace, app: App, channel: Channel, user_id: str, content: Json, now: datetime
) -> Message:
    """Post what an app answers to a command or response_url: to the person, or to the channel.

    Raises Refused: no_text, invalid_blocks, invalid_response_type.
    """
    kind = content.get("response_type", "ephemeral")
    if kind not in ("ephemeral", "in_channel"):
        raise Refused("invalid_response_type", status=400)
    payload: Json = {**_shown(content), **workspace.bot_author(app)}
    thread_ts = content.get("thread_ts")
    if isinstance(thread_ts, str) and thread_ts in channel.messages:
        payload["thread_ts"] = thread_ts
    only_for = user_id if kind == "ephemeral" else None
    return workspace.post(channel, payload, now, app_id=app.id, only_for=only_for)


def _shown(content: Json) -> Json:
    text, blocks = content.get("text"), content.get("blocks")
    try:
        accepted = accept_message_blocks(blocks) if blocks else None
    except Refused as refusal:
        refusal.status = 400
        raise
    if not text and not accepted and not content.get("attachments"):
        raise Refused("no_text", status=400)
    shown = {"text": text or "", "blocks": accepted, "attachments": content.get("attachments")}
    return without_nothing(shown)


def _original(channel: Channel, address: ResponseAddress) -> Message | None:
    if address.message_ts is None:
        return None
    ephemeral = (m for m in channel.ephemerals if m.ts == address.message_ts)
    return channel.messages.get(address.message_ts) or next(ephemeral, None)


def _content(body: bytes) -> Json:
    try:
        content: Any = json.loads(body)
    except ValueError:
        raise Refused("invalid_payload", status=400) from None
    if not isinstance(content, dict):
        raise Refused("invalid_payload", status=400)
    return content
