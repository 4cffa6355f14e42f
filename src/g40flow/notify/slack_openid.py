"""Sign in with Slack: OpenID Connect, with state, nonce and PKCE, and an id token that is checked.

Slack's side: https://docs.slack.dev/authentication/sign-in-with-slack. Its addresses come from its
discovery document; what the token must say is pinned here.
"""

import time
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any, cast

import httpx
from authlib.oauth2.client import OAuth2Client
from authlib.oidc.core import CodeIDToken
from joserfc import jwt
from joserfc.errors import JoseError
from joserfc.jwk import KeySet, KeySetSerialization

from g40flow.domain.errors import SignInFailed
from g40flow.domain.slack_identity import SlackIdentity

SLACK = "https://slack.com"
ISSUER = "https://slack.com"
SCOPE = "openid email profile"
ALGORITHMS = ["RS256"]
TEAM, USER = "https://slack.com/team_id", "https://slack.com/user_id"

KEPT_SECONDS = 3600.0
"""How long Slack's addresses and keys are kept; an unknown key is asked for at once."""
LEEWAY_SECONDS = 120
"""By how much our clock and Slack's may differ."""
TIMEOUT = httpx.Timeout(10.0, connect=5.0)


@dataclass(frozen=True, kw_only=True)
class Attempt:
    """The secrets of one attempt to sign in, kept in that browser until it comes back.

    state: comes back in the address. nonce: comes back in the token. verifier: shown with the code.
    """

    state: str
    nonce: str
    verifier: str


@dataclass
class SlackOpenId:
    """One Slack app as a way to sign in.

    redirect_uri: our page that Slack sends people back to, as it is known to the Slack app.
    team_id: the only workspace whose people come in. base_url: of Slack, without a slash.
    clock: seconds since 1970, as Slack counts.
    """

    client_id: str
    client_secret: str
    team_id: str
    redirect_uri: str
    base_url: str = SLACK
    clock: Callable[[], float] = time.time
    _kept: dict[str, tuple[float, dict[str, Any]]] = field(default_factory=dict)

    def address(self, attempt: Attempt) -> str:
        """Where to send somebody. Raises SignInFailed when Slack cannot be asked."""
        client = OAuth2Client(
            None, self.client_id, scope=SCOPE, redirect_uri=self.redirect_uri, code_challenge_method="S256"
        )
        address, _ = client.create_authorization_url(
            self._addresses()["authorization_endpoint"],
            state=attempt.state,
            nonce=attempt.nonce,
            code_verifier=attempt.verifier,
            team=self.team_id,
        )
        return str(address)

    def identity(self, code: str, attempt: Attempt) -> SlackIdentity:
        """Who came back with this code. Raises SignInFailed."""
        answer = self._call(
            "POST",
            self._addresses()["token_endpoint"],
            data={
                "client_id": self.client_id,
                "client_secret": self.client_secret,
                "grant_type": "authorization_code",
                "code": code,
                "redirect_uri": self.redirect_uri,
                "code_verifier": attempt.verifier,
            },
        )
        if not answer.get("ok") or not isinstance(answer.get("id_token"), str):
            raise SignInFailed("slack_answer", f"Slack gave no token: {answer.get('error')}")
        return self.read(answer["id_token"], attempt)

    def read(self, id_token: str, attempt: Attempt) -> SlackIdentity:
        """Who an id token says it is, checked in every respect. Raises SignInFailed."""
        claims = self._checked(id_token, attempt)
        if claims.get(TEAM) != self.team_id:
            raise SignInFailed("slack_team", f"expected workspace {self.team_id}, found {claims.get(TEAM)}")
        user_id = claims.get(USER)
        if not isinstance(user_id, str) or not user_id:
            raise SignInFailed("slack_answer", "the token names no Slack user")
        return SlackIdentity(
            user_id=user_id,
            email=str(claims.get("email") or ""),
            email_verified=claims.get("email_verified") is True,
        )

    def _checked(self, id_token: str, attempt: Attempt) -> dict[str, Any]:
        """The claims of a token that Slack signed for this app, now, for this attempt."""
        try:
            decoded = self._decoded(id_token)
            claims = CodeIDToken(
                decoded.claims,
                decoded.header,
                options={"iss": {"values": [ISSUER]}, "aud": {"values": [self.client_id]}},
                params={"nonce": attempt.nonce, "client_id": self.client_id},
            )
            claims.validate(now=int(self.clock()), leeway=LEEWAY_SECONDS)
        except (JoseError, ValueError, TypeError) as error:
            raise SignInFailed("slack_answer", f"the token cannot be believed: {error}") from error
        return dict(claims)

    def _decoded(self, id_token: str) -> jwt.Token:
        address = self._addresses()["jwks_uri"]
        try:
            return jwt.decode(id_token, self._keys(address), algorithms=ALGORITHMS)
        except (JoseError, ValueError):
            # Slack may have changed its key since we asked.
            self._kept.pop(address, None)
            return jwt.decode(id_token, self._keys(address), algorithms=ALGORITHMS)

    def _keys(self, address: str) -> KeySet:
        return KeySet.import_key_set(cast(KeySetSerialization, self._remembered(address)))

    def _addresses(self) -> dict[str, Any]:
        return self._remembered(f"{self.base_url}/.well-known/openid-configuration")

    def _remembered(self, address: str) -> dict[str, Any]:
        asked_at, answer = self._kept.get(address, (float("-inf"), {}))
        if time.monotonic() - asked_at > KEPT_SECONDS:
            answer = self._call("GET", address)
            self.remember(address, answer)
        return answer

    def remember(self, address: str, answer: dict[str, Any]) -> None:
        """Keep what Slack has at an address for an hour, instead of asking."""
        self._kept[address] = (time.monotonic(), answer)

    def _call(self, method: str, address: str, **content: Any) -> dict[str, Any]:
        try:
            answer = httpx.request(method, address, timeout=TIMEOUT, follow_redirects=False, **content)
            answer.raise_for_status()
            found = answer.json()
        except (httpx.HTTPError, ValueError) as error:
            raise SignInFailed("slack_unreachable", f"Slack gave no usable answer: {error}") from error
        if not isinstance(found, dict):
            raise SignInFailed("slack_answer", f"expected an object from {address}")
        return found
