"""oauth.v2.access and openid.connect.*: exchanging a code for tokens."""

import secrets
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import cached_property
from typing import Any

import jwt
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPrivateKey, generate_private_key
from jwt.algorithms import RSAAlgorithm

from g40flow.sandbox.slack.arguments import Arguments
from g40flow.sandbox.slack.call import Call
from g40flow.sandbox.slack.refusals import Json, Refused
from g40flow.sandbox.slack.state import App, Grant, Token, User
from g40flow.sandbox.slack.workspace import Workspace

ISSUER = "https://slack.com"
KEY_ID = "sandbox-1"
CODE_LIFE = timedelta(minutes=10)
TOKEN_LIFE = timedelta(minutes=5)


class SigningKey:
    """An RSA key of the stand-in's own, made when it is first needed."""

    @cached_property
    def _key(self) -> RSAPrivateKey:
        return generate_private_key(public_exponent=65537, key_size=2048)

    def sign(self, claims: Json) -> str:
        """A JWT, RS256."""
        return jwt.encode(claims, self._key, algorithm="RS256", headers={"kid": KEY_ID})

    def public_keys(self) -> Json:
        """The JSON Web Key Set."""
        key: dict[str, Any] = RSAAlgorithm.to_jwk(self._key.public_key(), as_dict=True)
        key.pop("key_ops", None)
        return {"keys": [{**key, "kid": KEY_ID, "use": "sig", "alg": "RS256"}]}


KEY = SigningKey()


@dataclass
class Exchange:
    """A call that a client makes in its own name, before it has a token."""

    workspace: Workspace
    now: datetime
    arguments: Arguments
    base_url: str
    client_id: str | None
    client_secret: str | None


def new_grant(
    workspace: Workspace,
    app: App,
    person: User,
    now: datetime,
    *,
    redirect_uri: str,
    scopes: tuple[str, ...],
    nonce: str | None = None,
) -> Grant:
    """A code that can be exchanged once within ten minutes. Raises Refused bad_redirect_uri."""
    if redirect_uri not in app.part.redirect_urls:
        raise Refused("bad_redirect_uri")
    code = f"{secrets.randbelow(10**12)}.{secrets.token_hex(20)}"
    grant = Grant(code, app.part.client_id, redirect_uri, person.id, scopes, now + CODE_LIFE, nonce)
    workspace.grants[code] = grant
    return grant


def oauth_access(call: Exchange) -> Json:
    """oauth.v2.access: installing the app."""
    app, grant = _redeemed(call, unknown_client="invalid_client_id")
    bot_scopes = [scope for scope in grant.scopes if not scope.startswith("user:")]
    user_scopes = [scope.removeprefix("user:") for scope in grant.scopes if scope.startswith("user:")]
    answer: Json = {
        "app_id": app.id,
        "authed_user": {"id": grant.person_id},
        "team": {"id": call.workspace.team_id, "name": call.workspace.definition.team.name},
        "enterprise": None,
        "is_enterprise_install": False,
    }
    if bot_scopes:
        token = _new_token(call.workspace, "bot", app, app.bot_user_id, bot_scopes)
        answer |= {
            "access_token": token,
            "token_type": "bot",
            "scope": ",".join(bot_scopes),
            "bot_user_id": app.bot_user_id,
        }
    if user_scopes:
        token = _new_token(call.workspace, "user", app, grant.person_id, user_scopes)
        answer["authed_user"] |= {
            "access_token": token,
            "token_type": "user",
            "scope": ",".join(user_scopes),
        }
    return answer


def openid_token(call: Exchange) -> Json:
    """openid.connect.token: signing in."""
    app, grant = _redeemed(call, unknown_client="invalid_client")
    person = call.workspace.users[grant.person_id]
    token = _new_token(call.workspace, "user", app, person.id, grant.scopes)
    now = int(call.now.timestamp())
    claims = {
        "iss": ISSUER,
        "aud": app.part.client_id,
        "iat": now,
        "exp": now + int(TOKEN_LIFE.total_seconds()),
        "auth_time": now,
        "at_hash": secrets.token_urlsafe(16),
        **({"nonce": grant.nonce} if grant.nonce else {}),
        **_claims(call.workspace, person, frozenset(grant.scopes), call.base_url),
    }
    return {"access_token": token, "token_type": "Bearer", "id_token": KEY.sign(claims)}


def openid_user_info(call: Call) -> Json:
    """openid.connect.userInfo."""
    person = call.workspace.users[call.caller_id]
    return _claims(call.workspace, person, call.token.scopes, call.base_url)


def _claims(workspace: Workspace, person: User, scopes: frozenset[str], base_url: str) -> Json:
    claims: Json = {
        "sub": person.id,
        "https://slack.com/user_id": person.id,
        "https://slack.com/team_id": workspace.team_id,
    }
    if "email" in scopes:
        claims |= {
            "email": person.part.email,
            "email_verified": person.part.email is not None,
            "date_email_verified": person.updated,
        }
    if "profile" in scopes:
        first, _, last = person.real_name.partition(" ")
        claims |= {
            "name": person.real_name,
            "given_name": first,
            "family_name": last,
            "locale": person.part.locale,
            "picture": f"{base_url}sandbox/slack/pictures/{person.id}.svg",
            "https://slack.com/team_name": workspace.definition.team.name,
            "https://slack.com/team_domain": workspace.definition.team.domain,
        }
    return claims


def _redeemed(call: Exchange, *, unknown_client: str) -> tuple[App, Grant]:
    app = next((a for a in call.workspace.apps.values() if a.part.client_id == call.client_id), None)
    if app is None:
        raise Refused(unknown_client)
    if not secrets.compare_digest((call.client_secret or "").encode(), app.part.client_secret.encode()):
        raise Refused("bad_client_secret")
    grant = call.workspace.grants.get(call.arguments.text("code") or "")
    if grant is None or grant.used or grant.client_id != call.client_id or call.now > grant.expires_at:
        raise Refused("invalid_code")
    redirect_uri = call.arguments.text("redirect_uri")
    if redirect_uri != grant.redirect_uri:
        raise Refused("bad_redirect_uri")
    grant.used = True
    return app, grant


def _new_token(
    workspace: Workspace, kind: str, app: App, user_id: str, scopes: tuple[str, ...] | list[str]
) -> str:
    value = f"{'xoxb' if kind == 'bot' else 'xoxp'}-sandbox-{secrets.token_hex(16)}"
    token_kind: Any = kind
    workspace.tokens[value] = Token(value, token_kind, app.id, user_id, frozenset(scopes))
    return value
