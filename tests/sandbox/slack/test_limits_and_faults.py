"""What goes wrong: too many calls, and everything on demand."""

from http.client import RemoteDisconnected
from typing import Any

import pytest
from slack_sdk import WebClient
from slack_sdk.errors import SlackApiError

from g40flow.sandbox.slack.server import ControlRefused, SlackServer


def failure(call: Any, **arguments: Any) -> Any:
    with pytest.raises(SlackApiError) as caught:
        call(**arguments)
    return caught.value.response


def texts(web: WebClient) -> list[str]:
    return [m["text"] for m in web.conversations_history(channel="C0OPEN")["messages"]]


def test_without_limits_posts_may_follow_each_other(web: WebClient) -> None:
    for number in range(5):
        web.chat_postMessage(channel="C0OPEN", text=str(number))

    assert len(texts(web)) == 5


def test_with_limits_a_channel_takes_one_message_a_second(slack: SlackServer, web: WebClient) -> None:
    slack.do("rate-limits", enabled=True)
    web.chat_postMessage(channel="C0OPEN", text="een")

    refused = failure(web.chat_postMessage, channel="C0OPEN", text="twee")
    elsewhere = web.chat_postMessage(channel="C0PRIV", text="elders")
    slack.advance(seconds=1)
    later = web.chat_postMessage(channel="C0OPEN", text="drie")

    assert (refused.status_code, refused.headers["Retry-After"]) == (429, "1")
    assert refused.data == {"ok": False, "error": "ratelimited"}
    assert elsewhere["ok"]
    assert later["ok"]


def test_a_burst_can_be_allowed(slack: SlackServer, web: WebClient) -> None:
    slack.do("rate-limits", enabled=True, burst=3)
    for number in range(3):
        web.chat_postMessage(channel="C0OPEN", text=str(number))

    assert failure(web.chat_postMessage, channel="C0OPEN", text="x").status_code == 429


def test_the_whole_workspace_has_a_maximum_too(slack: SlackServer, web: WebClient) -> None:
    slack.do("rate-limits", enabled=True, burst=10, posts_per_minute=2)
    web.chat_postMessage(channel="C0OPEN", text="x")
    web.chat_postMessage(channel="C0PRIV", text="x")

    assert failure(web.chat_postMessage, channel="U0ANNA", text="x").headers["Retry-After"] == "60"


def test_a_tier_is_a_number_of_calls_in_a_minute_per_method(slack: SlackServer, web: WebClient) -> None:
    slack.do("rate-limits", enabled=True)
    for _ in range(20):
        web.conversations_list()
        slack.advance(seconds=1)

    refused = failure(web.conversations_list)
    other_method = web.conversations_info(channel="C0OPEN")
    slack.advance(seconds=int(refused.headers["Retry-After"]))
    later = web.conversations_list()

    assert (refused.status_code, refused.headers["Retry-After"]) == (429, "40")
    assert other_method["ok"]
    assert later["ok"]


def test_a_dropped_connection_hides_a_message_that_was_stored(slack: SlackServer, web: WebClient) -> None:
    slack.do("faults", kind="drop_after_storing", method="chat.postMessage")

    with pytest.raises((ConnectionResetError, RemoteDisconnected)):
        web.chat_postMessage(channel="C0OPEN", text="aangekomen")

    assert texts(web) == ["aangekomen"]
    (call,) = slack.see("calls", method="chat.postMessage")["calls"]
    assert (call["stored"], call["fault"]) == (True, "drop_after_storing")


def test_what_a_dropped_connection_carried_can_come_to_be_much_later(
    slack: SlackServer, web: WebClient
) -> None:
    slack.do("faults", kind="drop_and_store_late", method="chat.postMessage", seconds=90)
    with pytest.raises((ConnectionResetError, RemoteDisconnected)):
        web.chat_postMessage(channel="C0OPEN", text="laat")
    at_once = texts(web)

    slack.advance(seconds=91)

    assert (at_once, texts(web)) == ([], ["laat"])


def test_the_default_retry_of_the_sdk_posts_twice_after_a_dropped_connection(
    slack: SlackServer, web: WebClient
) -> None:
    slack.do("faults", kind="drop_after_storing", method="chat.postMessage")
    retrying = WebClient("xoxb-test-bot", base_url=f"{slack.url}/api/")

    retrying.chat_postMessage(channel="C0OPEN", text="dubbel")

    assert texts(web) == ["dubbel", "dubbel"]


def test_a_connection_can_also_drop_before_anything_is_stored(slack: SlackServer, web: WebClient) -> None:
    slack.do("faults", kind="drop_before_storing")

    with pytest.raises((ConnectionResetError, RemoteDisconnected)):
        web.chat_postMessage(channel="C0OPEN", text="weg")

    assert texts(web) == []


def test_the_next_calls_of_one_method_are_too_many(slack: SlackServer, web: WebClient) -> None:
    slack.do("faults", kind="rate_limited", method="chat.postMessage", times=2, retry_after=17)

    answers = [failure(web.chat_postMessage, channel="C0OPEN", text="x") for _ in range(2)]

    assert [(a.status_code, a.headers["Retry-After"]) for a in answers] == [(429, "17")] * 2
    assert web.auth_test()["ok"]
    assert web.chat_postMessage(channel="C0OPEN", text="x")["ok"]


@pytest.mark.parametrize(("kind", "status"), [("http_500", 500), ("html_503", 503)])
@pytest.mark.parametrize("after_storing", [False, True])
def test_an_error_of_the_server_says_nothing_about_what_happened(
    slack: SlackServer, web: WebClient, kind: str, status: int, after_storing: bool
) -> None:
    slack.do("faults", kind=kind, method="chat.postMessage", after_storing=after_storing)

    answer = failure(web.chat_postMessage, channel="C0OPEN", text="x")

    assert answer.status_code == status
    assert texts(web) == (["x"] if after_storing else [])


def test_a_refusal_can_be_ordered(slack: SlackServer, web: WebClient) -> None:
    slack.do("faults", kind="error", method="chat.postMessage", error="fatal_error")

    assert failure(web.chat_postMessage, channel="C0OPEN", text="x")["error"] == "fatal_error"


def test_a_slow_answer_comes_after_its_seconds(slack: SlackServer, web: WebClient) -> None:
    slack.do("faults", kind="slow", method="chat.postMessage", seconds=9)

    assert web.chat_postMessage(channel="C0OPEN", text="traag")["ok"]
    (call,) = slack.see("calls", method="chat.postMessage")["calls"]
    assert call["fault"] == "slow"


def test_a_token_can_be_revoked_and_restored(slack: SlackServer, web: WebClient) -> None:
    slack.do("faults", kind="revoked_token", token="xoxb-test-bot")

    assert failure(web.auth_test)["error"] == "token_revoked"
    slack.do("tokens/revoke", token="xoxb-test-bot", status="active")
    assert web.auth_test()["ok"]


def test_an_unknown_fault_is_refused(slack: SlackServer) -> None:
    for given in ({"kind": "earthquake"}, {"kind": "slow", "secnods": 3}):
        with pytest.raises(ControlRefused) as caught:
            slack.do("faults", **given)
        assert caught.value.error == "invalid_fault"
