"""Signing in and installing in the browser: who agrees, and back to the app with a code."""

from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode

from starlette.requests import Request
from starlette.responses import HTMLResponse, JSONResponse, RedirectResponse, Response
from starlette.routing import BaseRoute, Route

from g40flow.sandbox.clock import SandboxClock
from g40flow.sandbox.slack.addresses import base_address
from g40flow.sandbox.slack.methods.sign_in import ISSUER, KEY, new_grant
from g40flow.sandbox.slack.page.pages import HEADERS, templates
from g40flow.sandbox.slack.refusals import Refused
from g40flow.sandbox.slack.state import App, User
from g40flow.sandbox.slack.workspace import Workspace

OPENID_SCOPES = {"openid", "email", "profile"}


@dataclass
class SignInPages:
    """The addresses of OpenID Connect and OAuth that a browser or a library visits."""

    workspace: Workspace
    clock: SandboxClock

    def routes(self) -> list[BaseRoute]:
        """All addresses, for the application."""
        return [
            Route("/openid/connect/authorize", self._authorize_openid),
            Route("/openid/connect/keys", self._keys),
            Route("/.well-known/openid-configuration", self._configuration),
            Route("/oauth/v2/authorize", self._authorize_oauth),
        ]

    async def _keys(self, _: Request) -> Response:
        return JSONResponse(KEY.public_keys())

    async def _configuration(self, request: Request) -> Response:
        """Slack's own issuer, so that tokens can be checked as real ones; the addresses are ours."""
        here = base_address(request)
        return JSONResponse(
            {
                "issuer": ISSUER,
                "authorization_endpoint": f"{here}openid/connect/authorize",
                "token_endpoint": f"{here}api/openid.connect.token",
                "userinfo_endpoint": f"{here}api/openid.connect.userInfo",
                "jwks_uri": f"{here}openid/connect/keys",
                "scopes_supported": sorted(OPENID_SCOPES),
                "response_types_supported": ["code"],
                "response_modes_supported": ["form_post"],
                "grant_types_supported": ["authorization_code"],
                "subject_types_supported": ["public"],
                "id_token_signing_alg_values_supported": ["RS256"],
                "claims_supported": ["sub", "auth_time", "iss"],
                "claims_parameter_supported": False,
                "request_parameter_supported": False,
                "request_uri_parameter_supported": True,
                "token_endpoint_auth_methods_supported": ["client_secret_post", "client_secret_basic"],
            }
        )

    async def _authorize_openid(self, request: Request) -> Response:
        scopes = _words(request.query_params.get("scope", ""))
        if request.query_params.get("response_type") != "code":
            return _mistake("invalid_response_type")
        if "openid" not in scopes or not set(scopes) <= OPENID_SCOPES:
            return _mistake("invalid_scope")
        return self._authorize(request, scopes)

    async def _authorize_oauth(self, request: Request) -> Response:
        wanted = _words(request.query_params.get("scope", ""))
        of_user = [f"user:{scope}" for scope in _words(request.query_params.get("user_scope", ""))]
        return self._authorize(request, [*wanted, *of_user])

    def _authorize(self, request: Request, scopes: list[str]) -> Response:
        """Ask who agrees; `user` in the address answers that at once, for tests."""
        query = dict(request.query_params)
        with self.workspace.lock:
            app = next(
                (a for a in self.workspace.apps.values() if a.part.client_id == query.get("client_id")), None
            )
            if app is None:
                return _mistake("invalid_client_id")
            if query.get("redirect_uri") not in app.part.redirect_urls:
                return _mistake("bad_redirect_uri")
            if query.get("team") not in (None, "", self.workspace.team_id):
                return _mistake("invalid_team_for_non_distributed_app")
            if "user" in query or "user_id" in query:
                return self._agreed(app, query, scopes)
            return self._ask(request, app, query, scopes)

    def _agreed(self, app: App, query: dict[str, str], scopes: list[str]) -> Response:
        person = self.workspace.find_user(query.get("user") or query.get("user_id", ""))
        if person is None or not person.is_person:
            return _mistake("user_not_found")
        try:
            grant = new_grant(
                self.workspace,
                app,
                person,
                self.clock.now(),
                redirect_uri=query["redirect_uri"],
                scopes=tuple(scopes),
                nonce=query.get("nonce"),
            )
        except Refused as refusal:
            return _mistake(refusal.error)
        return RedirectResponse(
            _with_query(query["redirect_uri"], code=grant.code, state=query.get("state")), status_code=302
        )

    def _ask(self, request: Request, app: App, query: dict[str, str], scopes: list[str]) -> Response:
        # Links and no form: the content policy keeps forms from leading to another host.
        people = sorted(self.workspace.people(), key=lambda user: user.real_name)
        choices: list[tuple[User, str]] = [
            (person, f"?{urlencode({**query, 'user': person.id})}") for person in people
        ]
        values: dict[str, Any] = {
            "base": f"{request.scope.get('root_path', '')}/",
            "team": self.workspace.definition.team.name,
            "version": self.workspace.version,
            "app_name": app.part.name,
            "scopes": scopes,
            "choices": choices,
            "refuse": _with_query(query["redirect_uri"], error="access_denied", state=query.get("state")),
        }
        return HTMLResponse(templates().get_template("authorize.html").render(**values), headers=HEADERS)


def _mistake(error: str) -> Response:
    """Slack shows a page of its own and does not send anybody back with a mistake in the request."""
    return JSONResponse({"ok": False, "error": error}, status_code=400)


def _with_query(address: str, **values: str | None) -> str:
    given = {name: value for name, value in values.items() if value is not None}
    return f"{address}{'&' if '?' in address else '?'}{urlencode(given)}"


def _words(given: str) -> list[str]:
    return given.replace(",", " ").split()
