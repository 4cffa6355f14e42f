"""conversations.*, users.*, dnd.*, reactions.*, pins.* and files.*"""

from typing import Any

import httpx
import pytest
from slack_sdk import WebClient
from slack_sdk.errors import SlackApiError

from g40flow.sandbox.slack.server import SlackServer


def refusal(call: Any, **arguments: Any) -> str:
    with pytest.raises(SlackApiError) as caught:
        call(**arguments)
    return str(caught.value.response["error"])


def names(answer: Any) -> list[str]:
    return [channel["name"] for channel in answer["channels"]]


def test_public_channels_are_listed_to_everybody_and_private_ones_to_members(web: WebClient) -> None:
    public = names(web.conversations_list())
    both = names(web.conversations_list(types="public_channel,private_channel", exclude_archived=True))

    assert public == ["algemeen", "elders", "oud"]
    assert both == ["algemeen", "elders", "triage"]


def test_a_list_comes_in_pages(web: WebClient) -> None:
    first = web.conversations_list(limit=2)
    second = web.conversations_list(limit=2, cursor=first["response_metadata"]["next_cursor"])

    assert names(first) + names(second) == ["algemeen", "elders", "oud"]
    assert second["response_metadata"]["next_cursor"] == ""


@pytest.mark.parametrize(
    ("arguments", "error"),
    [
        ({"cursor": "nonsense"}, "invalid_cursor"),
        ({"limit": 5000}, "invalid_limit"),
        ({"limit": "many"}, "invalid_limit"),
        ({"types": "secret_channel"}, "invalid_types"),
        ({"types": "mpim"}, "missing_scope"),
    ],
)
def test_what_a_list_refuses(web: WebClient, arguments: dict[str, Any], error: str) -> None:
    assert refusal(web.conversations_list, **arguments) == error


def test_a_private_channel_without_the_bot_does_not_exist_for_it(web: WebClient) -> None:
    assert refusal(web.conversations_info, channel="C0SECR") == "channel_not_found"
    assert refusal(web.conversations_members, channel="C0SECR") == "channel_not_found"
    assert refusal(web.conversations_history, channel="C0SECR") == "channel_not_found"


def test_history_of_a_public_channel_needs_membership_that_the_bot_can_take(web: WebClient) -> None:
    assert refusal(web.conversations_history, channel="C0ELSE") == "not_in_channel"

    web.conversations_join(channel="C0ELSE")

    assert web.conversations_history(channel="C0ELSE")["messages"] == []
    assert "U0BOT" in web.conversations_members(channel="C0ELSE")["members"]


def test_joining_twice_is_a_warning(web: WebClient) -> None:
    assert web.conversations_join(channel="C0OPEN")["warning"] == "already_in_channel"


@pytest.mark.parametrize(
    ("channel", "error"),
    [
        ("C0SECR", "method_not_supported_for_channel_type"),
        ("C0OLD", "is_archived"),
        ("C0NOTHERE", "channel_not_found"),
    ],
)
def test_where_the_bot_cannot_join(web: WebClient, channel: str, error: str) -> None:
    assert refusal(web.conversations_join, channel=channel) == error


def test_history_is_newest_first_and_bounded(slack: SlackServer, web: WebClient) -> None:
    stamps = [web.chat_postMessage(channel="C0OPEN", text=str(n))["ts"] for n in range(4)]

    def texts(**bounds: Any) -> list[str]:
        return [m["text"] for m in web.conversations_history(channel="C0OPEN", **bounds)["messages"]]

    assert texts() == ["3", "2", "1", "0"]
    assert texts(oldest=stamps[1]) == ["3", "2"]
    assert texts(oldest=stamps[1], inclusive=True) == ["3", "2", "1"]
    assert texts(latest=stamps[1]) == ["0"]
    first = web.conversations_history(channel="C0OPEN", limit=3)
    assert first["has_more"] is True
    assert texts(limit=3, cursor=first["response_metadata"]["next_cursor"]) == ["0"]
    assert refusal(web.conversations_history, channel="C0OPEN", oldest="gisteren") == "invalid_ts_oldest"


@pytest.mark.parametrize(
    ("name", "error"),
    [
        ("", "invalid_name_required"),
        ("x" * 81, "invalid_name_maxlength"),
        ("---", "invalid_name_punctuation"),
        ("Hoofdletters", "invalid_name_specials"),
        ("met spatie", "invalid_name_specials"),
        ("algemeen", "name_taken"),
    ],
)
def test_names_that_no_channel_can_have(web: WebClient, name: str, error: str) -> None:
    assert refusal(web.conversations_create, name=name) == error


def test_a_created_channel_has_its_creator_who_can_invite(web: WebClient) -> None:
    channel = web.conversations_create(name="nieuw-kanaal")["channel"]["id"]

    web.conversations_invite(channel=channel, users="U0ANNA,U0BRAM")

    assert web.conversations_members(channel=channel)["members"] == ["U0BOT", "U0ANNA", "U0BRAM"]


@pytest.mark.parametrize(
    ("channel", "users", "error"),
    [
        ("C0OPEN", "U0ANNA", "already_in_channel"),
        ("C0OPEN", "U0BOT", "cant_invite_self"),
        ("C0OPEN", "U0NOBODY", "user_not_found"),
        ("C0ELSE", "U0BRAM", "not_in_channel"),
    ],
)
def test_who_cannot_be_invited(web: WebClient, channel: str, users: str, error: str) -> None:
    assert refusal(web.conversations_invite, channel=channel, users=users) == error


def test_opening_a_conversation_twice_gives_the_same_one(web: WebClient) -> None:
    first = web.conversations_open(users="U0ANNA")["channel"]["id"]
    second = web.conversations_open(users="U0ANNA")

    assert first == second["channel"]["id"]
    assert first.startswith("D")
    assert second["already_open"] is True


@pytest.mark.parametrize(
    ("users", "error"),
    [
        ("", "users_list_not_supplied"),
        ("U0NOBODY", "user_not_found"),
        ("U0GONE", "user_disabled"),
        ("U0HIDE", "user_not_visible"),
        (",".join(f"U{n}" for n in range(9)), "too_many_users"),
    ],
)
def test_whom_no_conversation_can_be_opened_with(web: WebClient, users: str, error: str) -> None:
    assert refusal(web.conversations_open, users=users) == error


def test_a_user_has_a_zone_and_flags(web: WebClient) -> None:
    user = web.users_info(user="U0BRAM")["user"]

    assert (user["tz"], user["tz_offset"]) == ("Europe/London", 3600)
    assert (user["deleted"], user["is_bot"], user["is_restricted"]) == (False, False, False)
    assert user["profile"]["email"] == "bram@example.nl"


def test_addresses_are_only_shown_with_their_scope(slack: SlackServer) -> None:
    user = WebClient("xoxb-few", base_url=slack.api_url).users_info(user="U0BRAM")["user"]

    assert "email" not in user["profile"]


def test_people_are_found_by_address_while_they_are_active(web: WebClient) -> None:
    assert web.users_lookupByEmail(email="Anna@Example.NL")["user"]["id"] == "U0ANNA"
    assert refusal(web.users_lookupByEmail, email="niemand@example.nl") == "users_not_found"
    assert refusal(web.users_lookupByEmail, email="gone@example.nl") == "users_not_found"


def test_everybody_is_listed_in_pages_deactivated_people_too(web: WebClient) -> None:
    ids = [[user["id"] for user in page["members"]] for page in web.users_list(limit=4)]

    assert [len(page) for page in ids] == [4, 2]
    assert {*ids[0], *ids[1]} == {"U0ANNA", "U0BRAM", "U0GUEST", "U0GONE", "U0DND", "U0BOT"}


def test_a_big_workspace_must_be_listed_with_a_limit(slack: SlackServer, web: WebClient) -> None:
    slack.workspace.definition.settings.users_list_without_limit_up_to = 3
    try:
        error = refusal(web.users_list)
    finally:
        slack.workspace.definition.settings.users_list_without_limit_up_to = 1000

    assert error == "limit_required"


def test_who_cannot_be_looked_at(web: WebClient) -> None:
    assert refusal(web.users_info, user="U0NOBODY") == "user_not_found"
    assert refusal(web.users_info, user="U0HIDE") == "user_not_visible"


def test_do_not_disturb(web: WebClient) -> None:
    info = web.dnd_info(user="U0DND")
    team = web.dnd_teamInfo(users="U0DND,U0ANNA")["users"]

    assert (info["dnd_enabled"], info["next_dnd_start_ts"], info["snooze_enabled"]) == (
        True,
        1788300000,
        False,
    )
    assert (team["U0DND"]["dnd_enabled"], team["U0ANNA"]["dnd_enabled"]) == (True, False)
    assert refusal(web.dnd_teamInfo, users="") == "no_users_provided"


def test_a_reaction_can_be_given_once(web: WebClient) -> None:
    ts = web.chat_postMessage(channel="C0OPEN", text="x")["ts"]
    give = {"channel": "C0OPEN", "timestamp": ts, "name": "white_check_mark"}

    web.reactions_add(**give)

    (message,) = web.conversations_history(channel="C0OPEN")["messages"]
    assert message["reactions"] == [{"name": "white_check_mark", "users": ["U0BOT"], "count": 1}]
    assert refusal(web.reactions_add, **give) == "already_reacted"
    assert refusal(web.reactions_add, **{**give, "name": ":eyes:"}) == "invalid_name"
    assert refusal(web.reactions_add, **{**give, "timestamp": "1.0"}) == "message_not_found"


def test_one_user_gives_at_most_twenty_three_reactions(web: WebClient) -> None:
    ts = web.chat_postMessage(channel="C0OPEN", text="x")["ts"]
    for number in range(23):
        web.reactions_add(channel="C0OPEN", timestamp=ts, name=f"emoji_{number}")

    assert refusal(web.reactions_add, channel="C0OPEN", timestamp=ts, name="more") == "too_many_reactions"


def test_a_message_can_be_pinned_once(web: WebClient) -> None:
    ts = web.chat_postMessage(channel="C0OPEN", text="x")["ts"]

    web.pins_add(channel="C0OPEN", timestamp=ts)

    assert [item["message"]["ts"] for item in web.pins_list(channel="C0OPEN")["items"]] == [ts]
    assert refusal(web.pins_add, channel="C0OPEN", timestamp=ts) == "already_pinned"


def test_a_file_is_uploaded_in_three_steps(web: WebClient) -> None:
    web.files_upload_v2(content="inhoud", filename="reactie.txt", title="Reactie", channel="C0OPEN")

    (message,) = web.conversations_history(channel="C0OPEN")["messages"]
    (file,) = message["files"]
    assert (file["title"], file["size"], file["channels"]) == ("Reactie", 6, ["C0OPEN"])


def test_what_an_upload_refuses(web: WebClient) -> None:
    ask = web.files_getUploadURLExternal

    assert refusal(ask, filename="a.txt", length=2_000_000_000) == "file_upload_size_restricted"
    assert refusal(ask, filename="a.exe", length=1) == "file_type_not_allowed"
    unsent = ask(filename="a.txt", length=1)["file_id"]
    complete = web.files_completeUploadExternal
    assert refusal(complete, files=[{"id": "F0NONE", "title": "x"}]) == "file_not_found"
    assert refusal(complete, files=[{"id": unsent, "title": "x"}]) == "file_not_found"


def test_a_file_is_not_shared_where_the_bot_is_not(web: WebClient) -> None:
    upload = web.files_getUploadURLExternal(filename="a.txt", length=1)
    wrong = httpx.post(upload["upload_url"], content=b"too long", trust_env=False)
    right = httpx.post(upload["upload_url"], content=b"x", trust_env=False)
    files = [{"id": upload["file_id"], "title": "x"}]

    assert (wrong.status_code, right.status_code) == (400, 200)
    complete = web.files_completeUploadExternal
    assert refusal(complete, files=files, channel_id="C0ELSE") == "not_in_channel"
    assert refusal(complete, files=files, channel_id="C0NONE") == "channel_not_found"
