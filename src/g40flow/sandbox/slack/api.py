"""The Web API over HTTP: who calls, may he, what goes wrong, what is logged."""

import asyncio
import base64
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from datetime import datetime, timedelta

from starlette.requests import Request
from starlette.responses import HTMLResponse, JSONResponse, Response

from g40flow.sandbox.clock import SandboxClock
from g40flow.sandbox.slack.addresses import base_address
from g40flow.sandbox.slack.arguments import Arguments, read_arguments
from g40flow.sandbox.slack.call import Call, missing_scope
from g40flow.sandbox.slack.connection_reset import ConnectionReset
from g40flow.sandbox.slack.faults import Fault
from g40flow.sandbox.slack.method_table import CLIENT_METHODS, METHODS, Method
from g40flow.sandbox.slack.methods.messages import too_many_calls
from g40flow.sandbox.slack.methods.sign_in import Exchange
from g40flow.sandbox.slack.refusals import Json, Refused
from g40flow.sandbox.slack.state import CallRecord, Token
from g40flow.sandbox.slack.workspace import Workspace

UNAVAILABLE = (
    "<!DOCTYPE html><html><head><title>503 Service Unavailable</title></head>"
    "<body><h1>Service Unavailable</h1></body></html>"
)
_HIDDEN = {"token", "client_secret"}


@dataclass
class WebApi:
    """The endpoint for every method. sleep: waits real seconds, for slow answers."""

    workspace: Workspace
    clock: SandboxClock
    sleep: Callable[[float], Awaitable[None]] = asyncio.sleep

    async def answer(self, request: Request) -> Response:
        """One call: POST or GET /api/METHOD."""
        name = request.path_params["method"]
        now = self.clock.now()
        try:
            arguments = await self._arguments(request, name)
        except Refused as refusal:
            with self.workspace.lock:
                return self._refuse(name, None, Arguments(), now, refusal, None)
        with self.workspace.lock:
            self.workspace.post_due(now)
            fault = self.workspace.faults.take_for_call(name, _channel_of(arguments))
            if fault and fault.kind == "drop_and_store_late":
                response = self._carry_out_later(request, name, arguments, now, fault)
            elif fault and _before_storing(fault):
                response = self._fail(name, arguments, now, fault)
            else:
                response = self._carry_out(request, name, arguments, now, fault)
        if fault and fault.kind == "slow":
            await self.sleep(fault.seconds)
        return response

    async def _arguments(self, request: Request, name: str) -> Arguments:
        if name not in METHODS and name not in CLIENT_METHODS:
            raise Refused("unknown_method", req_method=name)
        accepts_json = name in METHODS and METHODS[name].json
        return await read_arguments(request, accepts_json=accepts_json)

    def _carry_out(
        self, request: Request, name: str, arguments: Arguments, now: datetime, fault: Fault | None
    ) -> Response:
        token: Token | None = None
        try:
            if name in CLIENT_METHODS:
                body = CLIENT_METHODS[name](_exchange(request, self.workspace, arguments, now))
                warnings = arguments.warnings
            else:
                method = METHODS[name]
                token = self._token(request, arguments)
                call = Call(self.workspace, now, token, arguments, base_address(request))
                body = self._run(method, call)
                warnings = [*arguments.warnings, *call.warnings]
        except Refused as refusal:
            return self._refuse(name, token, arguments, now, refusal, fault)
        answer = _with_warnings({"ok": True, **body}, warnings)
        self._log(name, token, arguments, now, answer=answer, fault=fault, stored=True)
        if fault and fault.kind != "slow":
            return _broken(fault)
        return JSONResponse(answer, headers=_scope_headers(name, token))

    def _carry_out_later(
        self, request: Request, name: str, arguments: Arguments, now: datetime, fault: Fault
    ) -> Response:
        """The connection drops now; what was asked for happens when nobody expects it any more."""
        due = now + timedelta(seconds=fault.seconds)
        self.workspace.late.append(
            (due, lambda later: self._carry_out(request, name, arguments, later, None))
        )
        return _broken(fault)

    def _run(self, method: Method, call: Call) -> Json:
        if call.token.kind not in method.tokens:
            raise Refused("not_allowed_token_type")
        wait = self.workspace.limits.count_call(method.name, method.tier, call.app.id, call.now)
        if wait is not None:
            raise too_many_calls(wait)
        if method.scope and method.scope not in call.token.scopes:
            raise missing_scope(method.scope, call.token)
        return method.run(call)

    def _token(self, request: Request, arguments: Arguments) -> Token:
        """Raises Refused: not_authed, invalid_auth, token_revoked, token_expired, account_inactive."""
        scheme, _, value = request.headers.get("authorization", "").partition(" ")
        if scheme.lower() != "bearer":
            value = arguments.text("token") or "" if "token" not in request.query_params else ""
        if not value.strip():
            raise Refused("not_authed")
        token = self.workspace.tokens.get(value.strip())
        if token is None:
            raise Refused("invalid_auth")
        if token.status != "active":
            raise Refused(f"token_{token.status}")
        if token.expires_at is not None and self.clock.now() >= token.expires_at:
            raise Refused("token_expired")
        if token.user_id is not None and self.workspace.users[token.user_id].part.deleted:
            raise Refused("account_inactive")
        return token

    def _fail(self, name: str, arguments: Arguments, now: datetime, fault: Fault) -> Response:
        """The answer to a call that a fault keeps from being carried out."""
        if fault.kind == "error":
            return self._refuse(name, None, arguments, now, Refused(fault.error), fault)
        if fault.kind == "rate_limited":
            return self._refuse(name, None, arguments, now, too_many_calls(fault.retry_after), fault)
        response = _broken(fault)
        self._log(name, None, arguments, now, status=response.status_code, error=fault.kind, fault=fault)
        return response

    def _refuse(
        self,
        name: str,
        token: Token | None,
        arguments: Arguments,
        now: datetime,
        refusal: Refused,
        fault: Fault | None,
    ) -> Response:
        answer = _with_warnings(refusal.answer(), arguments.warnings)
        self._log(
            name,
            token,
            arguments,
            now,
            status=refusal.status,
            error=refusal.error,
            answer=answer,
            fault=fault,
        )
        headers = {**_scope_headers(name, token), **refusal.headers}
        return JSONResponse(answer, status_code=refusal.status, headers=headers)

    def _log(
        self,
        name: str,
        token: Token | None,
        arguments: Arguments,
        now: datetime,
        *,
        status: int = 200,
        error: str | None = None,
        answer: Json | None = None,
        stored: bool = False,
        fault: Fault | None = None,
    ) -> None:
        shown = {k: "…" if k in _HIDDEN else v for k, v in arguments.values.items()}
        number = self.workspace.calls[-1].number + 1 if self.workspace.calls else 1
        app_id = token.app_id if token else None
        kind = fault.kind if fault else None
        self.workspace.log_call(
            CallRecord(number, now, name, app_id, shown, status, error, answer, stored, kind)
        )


def _channel_of(arguments: Arguments) -> str | None:
    value = arguments.values.get("channel")
    return value if isinstance(value, str) else None


def _before_storing(fault: Fault) -> bool:
    if fault.kind in ("http_500", "html_503"):
        return not fault.after_storing
    return fault.kind in ("error", "rate_limited", "drop_before_storing")


def _broken(fault: Fault) -> Response:
    if fault.kind == "http_500":
        return JSONResponse({"ok": False, "error": "internal_error"}, status_code=500)
    if fault.kind == "html_503":
        return HTMLResponse(UNAVAILABLE, status_code=503)
    return ConnectionReset(status_code=500)


def _exchange(request: Request, workspace: Workspace, arguments: Arguments, now: datetime) -> Exchange:
    client_id, secret = arguments.text("client_id"), arguments.text("client_secret")
    scheme, _, value = request.headers.get("authorization", "").partition(" ")
    if scheme.lower() == "basic":
        try:
            client_id, _, secret = base64.b64decode(value, validate=True).decode().partition(":")
        except ValueError:
            raise Refused("invalid_client_id") from None
    return Exchange(workspace, now, arguments, base_address(request), client_id, secret)


def _with_warnings(answer: Json, warnings: list[str]) -> Json:
    if not warnings:
        return answer
    metadata = {**answer.get("response_metadata", {}), "warnings": warnings}
    return {**answer, "warning": ",".join(warnings), "response_metadata": metadata}


def _scope_headers(name: str, token: Token | None) -> dict[str, str]:
    if token is None:
        return {}
    headers = {"x-oauth-scopes": ",".join(sorted(token.scopes))}
    needed = METHODS[name].scope
    return {**headers, "x-accepted-oauth-scopes": needed} if needed else headers
