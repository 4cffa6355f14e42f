"""Slack over HTTP: three addresses of the portal, each request signed by Slack.

The alternative to Socket Mode for a portal that Slack can reach. See
https://docs.slack.dev/authentication/verifying-requests-from-slack/
"""

import json
import logging
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any
from urllib.parse import parse_qs

from slack_sdk.signature import Clock, SignatureVerifier
from starlette.concurrency import run_in_threadpool
from starlette.requests import ClientDisconnect, Request
from starlette.responses import JSONResponse, PlainTextResponse, Response
from starlette.routing import Route

from g40flow.bootstrap import App
from g40flow.domain.errors import InvalidInput
from g40flow.slack_app.receiver import Receiver

LARGEST_BODY = 1024 * 1024
"""Bytes. A view is at most 250 kB, and three times that with percent signs."""
_TIMESTAMP = re.compile(r"\d{9,11}", re.ASCII)
_SIGNATURE = re.compile(r"v0=[0-9a-f]{64}", re.ASCII)

log = logging.getLogger(__name__)


class Refusal(Exception):
    """A request that is not answered. status: of HTTP; the message is for the log only."""

    def __init__(self, status: int, message: str) -> None:
        super().__init__(message)
        self.status = status


class _AppClock(Clock):
    """The program's clock, which may be moved to practise."""

    def __init__(self, app: App) -> None:
        self._app = app

    def now(self) -> float:
        return self._app.now().timestamp()


@dataclass(frozen=True)
class SlackOverHttp:
    """The three addresses. Signatures are good for five minutes, replays within that are seen twice."""

    verifier: SignatureVerifier
    receiver: Receiver

    async def interactions(self, request: Request) -> Response:
        """Buttons, menus, modals and shortcuts: a form with one JSON field."""
        return await self._answer(request, _payload_of_form)

    async def commands(self, request: Request) -> Response:
        """Slash commands: a form."""
        return await self._answer(request, _fields)

    async def events(self, request: Request) -> Response:
        """Events: JSON. The first call of an address gives its challenge back."""
        return await self._answer(request, _json)

    async def _answer(self, request: Request, read: Callable[[bytes], dict[str, Any]]) -> Response:
        try:
            body = await _body(request)
            self._check_signature(body, request.headers)
            payload = read(body)
            if payload.get("type") == "url_verification":
                return PlainTextResponse(str(payload.get("challenge", "")))
            if "ssl_check" in payload:
                return Response()
            answer = await run_in_threadpool(self.receiver.receive, payload)
        except Refusal as refusal:
            log.warning("%s refused: %s", request.url.path, refusal)
            return Response(status_code=refusal.status)
        except InvalidInput as error:
            log.warning("%s refused: %s", request.url.path, error)
            return Response(status_code=400)
        return Response() if answer is None else JSONResponse(answer)

    def _check_signature(self, body: bytes, headers: Mapping[str, str]) -> None:
        timestamp = headers.get("x-slack-request-timestamp", "")
        signature = headers.get("x-slack-signature", "")
        # Looked at first: the SDK stumbles over what is no number or no ASCII.
        if not _TIMESTAMP.fullmatch(timestamp) or not _SIGNATURE.fullmatch(signature):
            raise Refusal(401, "no signature of Slack's")
        try:
            is_good = self.verifier.is_valid(body, timestamp, signature)
        except UnicodeDecodeError as error:
            raise Refusal(400, "the body is no text") from error
        if not is_good:
            raise Refusal(401, "the signature does not fit, or is too old")


def slack_routes(app: App, receiver: Receiver, signing_secret: str) -> list[Route]:
    """The addresses for the portal, outside its sign-in: whoever asks there proves to be Slack."""
    over_http = SlackOverHttp(SignatureVerifier(signing_secret, _AppClock(app)), receiver)
    return [
        Route("/slack/interactions", over_http.interactions, methods=["POST"]),
        Route("/slack/commands", over_http.commands, methods=["POST"]),
        Route("/slack/events", over_http.events, methods=["POST"]),
    ]


async def _body(request: Request) -> bytes:
    """Raises Refusal for a body that is larger than any of Slack's."""
    pieces, size = [], 0
    try:
        async for piece in request.stream():
            size += len(piece)
            if size > LARGEST_BODY:
                raise Refusal(413, "larger than anything Slack sends")
            pieces.append(piece)
    except ClientDisconnect as error:
        raise Refusal(400, "broke off") from error
    return b"".join(pieces)


def _fields(body: bytes) -> dict[str, Any]:
    try:
        return {name: values[-1] for name, values in parse_qs(body.decode(), max_num_fields=50).items()}
    except ValueError as error:
        raise Refusal(400, "no form") from error


def _payload_of_form(body: bytes) -> dict[str, Any]:
    fields = _fields(body)
    return fields if "ssl_check" in fields else _object(fields.get("payload", ""))


def _json(body: bytes) -> dict[str, Any]:
    return _object(body)


def _object(text: str | bytes) -> dict[str, Any]:
    try:
        found = json.loads(text)
    except (ValueError, RecursionError) as error:
        raise Refusal(400, "no JSON") from error
    if not isinstance(found, dict):
        raise Refusal(400, "no JSON object")
    return found
