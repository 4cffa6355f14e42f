"""OAuth v2 and OpenID Connect."""

from typing import Any
from urllib.parse import parse_qs, urlsplit

import httpx
import jwt
import pytest
from slack_sdk import WebClient
from slack_sdk.errors import SlackApiError

from g40flow.sandbox.slack.server import SlackServer

REDIRECT = "http://127.0.0.1:9/callback"
ASKED = {
    "response_type": "code",
    "scope": "openid profile email",
    "client_id": "111.222",
    "redirect_uri": REDIRECT,
    "state": "s1",
    "nonce": "n1",
    "team": "T0TEST",
}


def agreed(slack: SlackServer, path: str = "openid/connect/authorize", **changes: str) -> str:
    """The code after somebody agreed in the browser."""
    response = httpx.get(f"{slack.url}/{path}", params={**ASKED, "user": "anna", **changes}, trust_env=False)
    query = parse_qs(urlsplit(response.headers["location"]).query)
    assert (response.status_code, query["state"]) == (302, ["s1"])
    return query["code"][0]


def exchange(slack: SlackServer, code: str, **changes: str) -> Any:
    given = {"client_id": "111.222", "client_secret": "very-secret", "redirect_uri": REDIRECT, **changes}
    return WebClient(base_url=slack.api_url).openid_connect_token(code=code, **given)


def test_signing_in_gives_a_token_that_the_published_key_confirms(slack: SlackServer) -> None:
    answer = exchange(slack, agreed(slack))

    configuration = httpx.get(f"{slack.url}/.well-known/openid-configuration", trust_env=False).json()
    keys = httpx.get(configuration["jwks_uri"], trust_env=False).json()
    key = jwt.PyJWKSet.from_dict(keys).keys[0]
    claims = jwt.decode(
        answer["id_token"],
        key,
        algorithms=["RS256"],
        audience="111.222",
        issuer="https://slack.com",
        options={"verify_exp": False, "verify_iat": False},
    )
    assert (claims["nonce"], claims["https://slack.com/team_id"]) == ("n1", "T0TEST")
    assert (claims["sub"], claims["email"], claims["email_verified"]) == ("U0ANNA", "anna@example.nl", True)
    assert (claims["given_name"], claims["family_name"]) == ("Anna", "Voorbeeld")
    assert claims["exp"] == int(slack.clock.now().timestamp()) + 300
    assert configuration["issuer"] == "https://slack.com"
    assert (answer["token_type"], answer["access_token"][:5]) == ("Bearer", "xoxp-")


def test_the_access_token_shows_who_signed_in(slack: SlackServer) -> None:
    token = exchange(slack, agreed(slack))["access_token"]

    info = WebClient(token, base_url=slack.api_url).openid_connect_userInfo()

    assert (info["https://slack.com/user_id"], info["name"]) == ("U0ANNA", "Anna Voorbeeld")
    assert httpx.get(info["picture"], trust_env=False).headers["content-type"].startswith("image/svg+xml")


def test_a_bot_token_is_not_somebody_who_signed_in(web: WebClient) -> None:
    with pytest.raises(SlackApiError, match="not_allowed_token_type"):
        web.openid_connect_userInfo()


@pytest.mark.parametrize(
    ("changes", "error"),
    [
        ({"client_id": "9.9"}, "invalid_client"),
        ({"client_secret": "wrong"}, "bad_client_secret"),
        ({"redirect_uri": "http://127.0.0.1:9/other"}, "bad_redirect_uri"),
    ],
)
def test_an_exchange_that_is_not_right_is_refused(
    slack: SlackServer, changes: dict[str, str], error: str
) -> None:
    code = agreed(slack)

    with pytest.raises(SlackApiError, match=error):
        exchange(slack, code, **changes)


def test_a_code_works_once_and_for_ten_minutes(slack: SlackServer) -> None:
    used, late = agreed(slack), agreed(slack)
    exchange(slack, used)

    slack.advance(minutes=11)

    for code in (used, late, "none"):
        with pytest.raises(SlackApiError, match="invalid_code"):
            exchange(slack, code)


@pytest.mark.parametrize(
    ("changes", "error"),
    [
        ({"client_id": "9.9"}, "invalid_client_id"),
        ({"redirect_uri": "http://evil.example/"}, "bad_redirect_uri"),
        ({"scope": "email"}, "invalid_scope"),
        ({"response_type": "token"}, "invalid_response_type"),
        ({"team": "T0OTHER"}, "invalid_team_for_non_distributed_app"),
        ({"user": "gone"}, "user_not_found"),
    ],
)
def test_a_wrong_request_does_not_send_anybody_back(
    slack: SlackServer, changes: dict[str, str], error: str
) -> None:
    asked = {**ASKED, "user": "anna", **changes}

    response = httpx.get(f"{slack.url}/openid/connect/authorize", params=asked, trust_env=False)

    assert (response.status_code, response.json()["error"]) == (400, error)


def test_in_the_browser_a_person_is_chosen_or_nobody(slack: SlackServer) -> None:
    page = httpx.get(f"{slack.url}/openid/connect/authorize", params=ASKED, trust_env=False).text

    assert "Anna Voorbeeld" in page
    assert "error=access_denied" in page


def test_installing_gives_a_bot_token_with_the_scopes_that_were_agreed(slack: SlackServer) -> None:
    code = agreed(slack, "oauth/v2/authorize", scope="chat:write,users:read", user_scope="openid")

    answer = WebClient(base_url=slack.api_url).oauth_v2_access(
        client_id="111.222", client_secret="very-secret", code=code, redirect_uri=REDIRECT
    )

    assert (answer["scope"], answer["bot_user_id"], answer["app_id"]) == (
        "chat:write,users:read",
        "U0BOT",
        "A0TEST",
    )
    assert answer["team"] == {"id": "T0TEST", "name": "Testwerkplaats"}
    assert answer["authed_user"]["id"] == "U0ANNA"
    installed = WebClient(answer["access_token"], base_url=slack.api_url)
    assert installed.chat_postMessage(channel="C0OPEN", text="x")["ok"]


def test_an_unknown_client_cannot_install(slack: SlackServer) -> None:
    with pytest.raises(SlackApiError, match="invalid_client_id"):
        WebClient(base_url=slack.api_url).oauth_v2_access(client_id="9", client_secret="9", code="9")


def test_a_code_can_be_had_without_a_browser(slack: SlackServer) -> None:
    code = slack.do("authorize", user="anna", redirect_uri=REDIRECT, nonce="n2")["code"]

    assert exchange(slack, code)["ok"]
