"""chat.*"""

from typing import Any

import pytest
from slack_sdk import WebClient
from slack_sdk.errors import SlackApiError

from g40flow.sandbox.slack.server import SlackServer

SECTION = {"type": "section", "block_id": "s", "text": {"type": "mrkdwn", "text": "tekst"}}


# The SDK warns when a text is missing; these tests leave it out on purpose.
pytestmark = pytest.mark.filterwarnings("ignore:The top-level `text` argument")


def refusal(call: Any, **arguments: Any) -> str:
    with pytest.raises(SlackApiError) as caught:
        call(**arguments)
    return str(caught.value.response["error"])


def post(web: WebClient, channel: str = "C0OPEN", **arguments: Any) -> str:
    return str(web.chat_postMessage(channel=channel, text=arguments.pop("text", "tekst"), **arguments)["ts"])


def test_a_message_comes_back_as_it_was_stored(web: WebClient) -> None:
    answer = web.chat_postMessage(channel="C0OPEN", text="tekst", blocks=[SECTION])

    assert answer["channel"] == "C0OPEN"
    assert answer["message"]["ts"] == answer["ts"]
    assert answer["message"]["blocks"] == [SECTION]
    assert (answer["message"]["bot_id"], answer["message"]["app_id"]) == ("B0BOT", "A0TEST")


def test_every_ts_in_a_channel_is_different_and_later(web: WebClient) -> None:
    stamps = [post(web) for _ in range(3)]

    assert stamps == sorted(set(stamps))
    assert all(len(ts.split(".")[1]) == 6 for ts in stamps)


def test_equal_posts_are_two_messages(web: WebClient) -> None:
    post(web, client_msg_id="same")
    post(web, client_msg_id="same")

    assert len(web.conversations_history(channel="C0OPEN")["messages"]) == 2


@pytest.mark.parametrize(
    ("channel", "error"),
    [
        ("C0NOTHERE", "channel_not_found"),
        ("C0ELSE", "not_in_channel"),
        ("C0SECR", "channel_not_found"),
        ("C0OLD", "is_archived"),
        ("U0GONE", "channel_not_found"),
    ],
)
def test_where_the_bot_may_not_post(web: WebClient, channel: str, error: str) -> None:
    assert refusal(web.chat_postMessage, channel=channel, text="x") == error


def test_with_the_public_scope_the_bot_posts_where_it_is_no_member(slack: SlackServer) -> None:
    answer = WebClient("xoxb-public", base_url=slack.api_url).chat_postMessage(channel="C0ELSE", text="x")

    assert answer["channel"] == "C0ELSE"


def test_a_user_id_opens_the_direct_message_whose_id_must_be_used_afterwards(web: WebClient) -> None:
    answer = web.chat_postMessage(channel="U0ANNA", text="x")

    assert answer["channel"].startswith("D")
    assert web.chat_update(channel=answer["channel"], ts=answer["ts"], text="y")["text"] == "y"
    assert refusal(web.chat_update, channel="U0ANNA", ts=answer["ts"], text="y") == "channel_not_found"


def test_a_message_with_nothing_to_show_is_refused(web: WebClient) -> None:
    assert refusal(web.chat_postMessage, channel="C0OPEN", text="") == "no_text"


def test_too_long_a_text_is_cut_with_a_warning(web: WebClient) -> None:
    answer = web.chat_postMessage(channel="C0OPEN", text="x" * 40_001)

    assert len(answer["message"]["text"]) == 40_000
    assert answer["warning"] == "message_truncated"


def test_markdown_text_goes_with_nothing_else(web: WebClient) -> None:
    assert web.chat_postMessage(channel="C0OPEN", markdown_text="**x**")["message"]["text"] == "**x**"
    assert (
        refusal(web.chat_postMessage, channel="C0OPEN", markdown_text="x", text="y")
        == "markdown_text_conflict"
    )


@pytest.mark.parametrize(
    ("metadata", "error"),
    [
        ("{", "invalid_metadata_format"),
        ({"event_type": "x"}, "invalid_metadata_schema"),
        ({"event_type": "x", "event_payload": []}, "invalid_metadata_schema"),
        ({"event_type": "x", "event_payload": {"k": "v" * 20_000}}, "metadata_too_large"),
    ],
)
def test_metadata_has_a_form_and_a_size(web: WebClient, metadata: Any, error: str) -> None:
    assert refusal(web.chat_postMessage, channel="C0OPEN", text="x", metadata=metadata) == error


def test_metadata_is_read_back_only_when_asked_for(web: WebClient) -> None:
    metadata = {"event_type": "g40", "event_payload": {"key": "k1"}}
    post(web, metadata=metadata)

    asked = web.conversations_history(channel="C0OPEN", include_all_metadata=True)["messages"][0]
    not_asked = web.conversations_history(channel="C0OPEN")["messages"][0]

    assert asked["metadata"] == metadata
    assert "metadata" not in not_asked


def test_an_update_keeps_metadata_and_blocks_that_are_left_out(web: WebClient) -> None:
    metadata = {"event_type": "g40", "event_payload": {"key": "k1"}}
    ts = post(web, metadata=metadata, blocks=[SECTION])

    kept = web.chat_update(channel="C0OPEN", ts=ts, text="nieuw")["message"]
    gone = web.chat_update(channel="C0OPEN", ts=ts, text="nieuw", metadata={}, blocks=[])["message"]

    assert (kept["metadata"], kept["blocks"], kept["text"]) == (metadata, [SECTION], "nieuw")
    assert kept["edited"]["user"] == "U0BOT"
    assert "metadata" not in gone
    assert "blocks" not in gone


def test_an_update_of_what_is_not_there_or_too_long_is_refused(web: WebClient) -> None:
    ts = post(web)

    assert refusal(web.chat_update, channel="C0OPEN", ts="1.000000", text="x") == "message_not_found"
    assert refusal(web.chat_update, channel="C0OPEN", ts=ts, text="x" * 4_001) == "msg_too_long"
    assert refusal(web.chat_update, channel="C0OPEN", ts=ts) == "no_text"


def test_somebody_elses_message_is_not_the_bots_to_change(slack: SlackServer, web: WebClient) -> None:
    ts = slack.do("say", user="anna", channel="algemeen", text="van mij")["ts"]

    assert refusal(web.chat_update, channel="C0OPEN", ts=ts, text="x") == "cant_update_message"
    assert refusal(web.chat_delete, channel="C0OPEN", ts=ts) == "cant_delete_message"


def test_in_an_archived_channel_nothing_changes_any_more(slack: SlackServer, web: WebClient) -> None:
    ts = post(web)
    slack.do("channels/archive", channel="algemeen")

    assert refusal(web.chat_update, channel="C0OPEN", ts=ts, text="x") == "is_inactive"


def test_a_deleted_message_is_gone_and_a_deleted_parent_leaves_a_tombstone(web: WebClient) -> None:
    alone, parent = post(web), post(web)
    post(web, thread_ts=parent)

    web.chat_delete(channel="C0OPEN", ts=alone)
    web.chat_delete(channel="C0OPEN", ts=parent)

    (left,) = web.conversations_history(channel="C0OPEN")["messages"]
    assert left["subtype"] == "tombstone"
    assert refusal(web.chat_delete, channel="C0OPEN", ts=alone) == "message_not_found"


def test_an_ephemeral_message_is_seen_by_one_person_and_in_no_history(
    slack: SlackServer, web: WebClient
) -> None:
    ts = web.chat_postEphemeral(channel="C0OPEN", user="U0ANNA", text="alleen jij")["message_ts"]

    assert web.conversations_history(channel="C0OPEN")["messages"] == []
    (anna,) = slack.see("sees", user="anna", channel="algemeen")["channels"]
    (bram,) = slack.see("sees", user="bram", channel="algemeen")["channels"]
    assert [m["text"] for m in anna["ephemerals"]] == ["alleen jij"]
    assert bram["ephemerals"] == []
    assert refusal(web.chat_update, channel="C0OPEN", ts=ts, text="x") == "message_not_found"


@pytest.mark.parametrize(
    ("arguments", "error"),
    [
        ({"channel": "C0OPEN", "user": "U0GUEST", "text": "x"}, "user_not_in_channel"),
        ({"channel": "C0ELSE", "user": "U0ANNA", "text": "x"}, "not_in_channel"),
        ({"channel": "C0OPEN", "user": "U0ANNA", "text": "x" * 4_001}, "msg_too_long"),
        ({"channel": "C0OPEN", "user": "U0ANNA", "text": ""}, "no_text"),
    ],
)
def test_when_an_ephemeral_message_is_refused(web: WebClient, arguments: dict[str, str], error: str) -> None:
    assert refusal(web.chat_postEphemeral, **arguments) == error


def test_a_scheduled_message_appears_when_its_moment_comes(slack: SlackServer, web: WebClient) -> None:
    post_at = int(slack.clock.now().timestamp()) + 600
    web.chat_scheduleMessage(channel="C0OPEN", post_at=post_at, text="later")

    before = web.conversations_history(channel="C0OPEN")["messages"]
    slack.advance(minutes=11)
    after = web.conversations_history(channel="C0OPEN")["messages"]

    assert before == []
    assert [m["text"] for m in after] == ["later"]


def test_a_scheduled_message_with_metadata_never_appears(slack: SlackServer, web: WebClient) -> None:
    metadata = {"event_type": "g40", "event_payload": {}}
    post_at = int(slack.clock.now().timestamp()) + 600
    web.chat_scheduleMessage(channel="C0OPEN", post_at=post_at, text="later", metadata=metadata)

    slack.advance(days=1)

    assert web.conversations_history(channel="C0OPEN")["messages"] == []


def test_a_scheduled_message_can_be_withdrawn_once(slack: SlackServer, web: WebClient) -> None:
    post_at = int(slack.clock.now().timestamp()) + 600
    name = web.chat_scheduleMessage(channel="C0OPEN", post_at=post_at, text="x")["scheduled_message_id"]

    assert name.startswith("Q")
    assert web.chat_deleteScheduledMessage(channel="C0OPEN", scheduled_message_id=name)["ok"]
    again = refusal(web.chat_deleteScheduledMessage, channel="C0OPEN", scheduled_message_id=name)
    assert again == "invalid_scheduled_message_id"


@pytest.mark.parametrize(
    ("seconds", "error"), [(-1, "time_in_past"), (121 * 86_400, "time_too_far"), ("soon", "invalid_time")]
)
def test_when_a_message_cannot_be_scheduled(
    slack: SlackServer, web: WebClient, seconds: int | str, error: str
) -> None:
    moment = slack.clock.now().timestamp()
    post_at = seconds if isinstance(seconds, str) else str(int(moment) + seconds)

    assert refusal(web.chat_scheduleMessage, channel="C0OPEN", post_at=post_at, text="x") == error


def test_thirty_scheduled_messages_fit_in_five_minutes(slack: SlackServer, web: WebClient) -> None:
    post_at = int(slack.clock.now().timestamp()) + 600
    for _ in range(30):
        web.chat_scheduleMessage(channel="C0OPEN", post_at=post_at, text="x")

    again = refusal(web.chat_scheduleMessage, channel="C0OPEN", post_at=post_at, text="x")

    assert again == "restricted_too_many"


def test_replies_are_in_the_thread_and_a_broadcast_also_in_the_channel(web: WebClient) -> None:
    parent = post(web, text="ouder")
    post(web, text="antwoord", thread_ts=parent)
    post(web, text="aan allen", thread_ts=parent, reply_broadcast=True)

    thread = web.conversations_replies(channel="C0OPEN", ts=parent)["messages"]
    channel = web.conversations_history(channel="C0OPEN")["messages"]

    assert [m["text"] for m in thread] == ["ouder", "antwoord", "aan allen"]
    assert [m["text"] for m in channel] == ["aan allen", "ouder"]
    assert (thread[0]["reply_count"], thread[0]["thread_ts"]) == (2, parent)


def test_a_thread_needs_a_parent(web: WebClient) -> None:
    error = refusal(web.chat_postMessage, channel="C0OPEN", text="x", thread_ts="1.000000")

    assert error == "cannot_reply_to_message"
    assert refusal(web.conversations_replies, channel="C0OPEN", ts="1.000000") == "thread_not_found"


@pytest.mark.parametrize(
    ("restriction", "error"),
    [
        ("read_only", "restricted_action_read_only_channel"),
        ("thread_only", "restricted_action_thread_only_channel"),
    ],
)
def test_a_restricted_channel_refuses_by_name(
    slack: SlackServer, web: WebClient, restriction: str, error: str
) -> None:
    slack.workspace.channels["C0OPEN"].restriction = restriction

    assert refusal(web.chat_postMessage, channel="C0OPEN", text="x") == error


def test_a_permalink_points_at_the_message_and_its_thread(web: WebClient) -> None:
    parent = post(web)
    reply = post(web, thread_ts=parent)

    of_parent = web.chat_getPermalink(channel="C0OPEN", message_ts=parent)["permalink"]
    of_reply = web.chat_getPermalink(channel="C0OPEN", message_ts=reply)["permalink"]

    assert of_parent == f"https://test.slack.com/archives/C0OPEN/p{parent.replace('.', '')}"
    assert of_reply.endswith(f"?thread_ts={parent}&cid=C0OPEN")
    assert refusal(web.chat_getPermalink, channel="C0OPEN", message_ts="1.000000") == "message_not_found"
