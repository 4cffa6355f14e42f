"""Who may call what, in which form."""

from typing import Any

import httpx
import pytest
from slack_sdk import WebClient
from slack_sdk.errors import SlackApiError

from g40flow.sandbox.slack.server import SlackServer


def error_of(slack: SlackServer, token: str, method: str, **arguments: str) -> dict[str, object]:
    with pytest.raises(SlackApiError) as caught:
        WebClient(token, base_url=slack.api_url).api_call(method, params=arguments)
    return dict(caught.value.response.data)


def raw(slack: SlackServer, method: str, **request: Any) -> httpx.Response:
    headers = {"Authorization": "Bearer xoxb-test-bot", **request.pop("headers", {})}
    return httpx.post(f"{slack.api_url}{method}", headers=headers, trust_env=False, **request)


def test_auth_test_says_which_bot_in_which_workspace(web: WebClient) -> None:
    answer = web.auth_test()

    assert answer["team_id"] == "T0TEST"
    assert (answer["user_id"], answer["bot_id"], answer["user"]) == ("U0BOT", "B0BOT", "testbot")
    assert answer["url"] == "https://test.slack.com/"


def test_the_scopes_of_the_token_stand_in_a_header(web: WebClient) -> None:
    answer = web.auth_test()

    assert "chat:write" in answer.headers["x-oauth-scopes"].split(",")


@pytest.mark.parametrize(
    ("token", "error"),
    [
        ("xoxb-unknown", "invalid_auth"),
        ("xoxb-revoked", "token_revoked"),
        ("xoxb-expired", "token_expired"),
        ("xoxp-gone", "account_inactive"),
        ("xapp-test", "not_allowed_token_type"),
    ],
)
def test_a_token_that_does_not_count_is_refused_by_name(slack: SlackServer, token: str, error: str) -> None:
    assert error_of(slack, token, "auth.test")["error"] == error


def test_a_token_expires_by_the_clock_of_the_stand_in(slack: SlackServer) -> None:
    short = WebClient("xoxb-short", base_url=slack.api_url)
    assert short.auth_test()["ok"]

    slack.advance(minutes=31)

    assert error_of(slack, "xoxb-short", "auth.test")["error"] == "token_expired"


def test_a_call_without_token_is_not_authed(slack: SlackServer) -> None:
    answer = httpx.post(f"{slack.url}/api/auth.test", trust_env=False)

    assert (answer.status_code, answer.json()) == (200, {"ok": False, "error": "not_authed"})


def test_a_token_is_taken_from_a_form_and_not_from_the_address(slack: SlackServer) -> None:
    in_form = httpx.post(f"{slack.url}/api/auth.test", data={"token": "xoxb-test-bot"}, trust_env=False)
    in_address = httpx.post(f"{slack.url}/api/auth.test?token=xoxb-test-bot", trust_env=False)

    assert in_form.json()["ok"] is True
    assert in_address.json()["error"] == "not_authed"


def test_a_missing_scope_is_named_together_with_those_that_are_there(slack: SlackServer) -> None:
    refusal = error_of(slack, "xoxb-few", "chat.postMessage", channel="C0OPEN", text="x")

    assert refusal == {
        "ok": False,
        "error": "missing_scope",
        "needed": "chat:write",
        "provided": "users:read",
    }


def test_an_unknown_method_is_a_refusal_with_status_200(slack: SlackServer) -> None:
    answer = raw(slack, "chat.postTelegram")

    assert (answer.status_code, answer.json()["error"]) == (200, "unknown_method")


def test_a_method_for_forms_does_not_read_json(slack: SlackServer) -> None:
    as_json = raw(slack, "users.lookupByEmail", json={"email": "anna@example.nl"}).json()
    as_form = raw(slack, "users.lookupByEmail", data={"email": "anna@example.nl"}).json()

    assert as_json["error"] == "invalid_arguments"
    assert as_json["response_metadata"]["messages"] == ["[ERROR] missing required field: email"]
    assert as_form["user"]["id"] == "U0ANNA"


def test_nested_values_in_a_form_are_json_text(slack: SlackServer) -> None:
    blocks = '[{"type": "divider", "block_id": "line"}]'

    answer = raw(slack, "chat.postMessage", data={"channel": "C0OPEN", "text": "x", "blocks": blocks}).json()

    assert answer["message"]["blocks"] == [{"type": "divider", "block_id": "line"}]


def test_json_without_charset_is_taken_with_a_warning(slack: SlackServer) -> None:
    answer = raw(slack, "chat.postMessage", json={"channel": "C0OPEN", "text": "x"}).json()

    assert (answer["ok"], answer["warning"]) == (True, "missing_charset")


@pytest.mark.parametrize(
    ("content", "media_type", "error"),
    [
        (b"{", "application/json; charset=utf-8", "invalid_json"),
        (b"[]", "application/json; charset=utf-8", "json_not_object"),
        (b"{}", "application/json; charset=koi8-r", "invalid_charset"),
        (b"<a/>", "application/xml", "invalid_post_type"),
        (b"text=x", "", "missing_post_type"),
        (b'{"te xt": 1}', "application/json; charset=utf-8", "invalid_arg_name"),
        (b"--x\r\nbroken", "multipart/form-data; boundary=y", "invalid_form_data"),
    ],
)
def test_a_body_that_cannot_be_read_is_refused(
    slack: SlackServer, content: bytes, media_type: str, error: str
) -> None:
    answer = raw(slack, "chat.postMessage", content=content, headers={"Content-Type": media_type})

    assert (answer.status_code, answer.json()["error"]) == (200, error)


def test_every_call_is_in_the_log_without_its_token(slack: SlackServer, web: WebClient) -> None:
    web.chat_postMessage(channel="C0OPEN", text="een")
    with pytest.raises(SlackApiError):
        web.chat_postMessage(channel="C0NOTHERE", text="twee")

    first, second = slack.see("calls", method="chat.postMessage")["calls"]

    assert (first["arguments"]["text"], first["stored"], first["error"]) == ("een", True, None)
    assert (second["stored"], second["error"]) == (False, "channel_not_found")
    assert "xoxb-test-bot" not in str(slack.see("calls"))


def test_the_stand_in_also_works_below_a_prefix() -> None:
    with SlackServer(prefix="/slack") as below:
        web = WebClient("xoxb-sandbox-bot", base_url=below.api_url)
        upload = web.files_getUploadURLExternal(filename="a.txt", length=3)

    assert upload["upload_url"].startswith(f"{below.url}/upload/v1/")
    assert below.url.endswith("/slack")
