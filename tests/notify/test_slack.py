"""Messages in Slack: where they arrive, what they carry, how fast, and what a failure means."""

import asyncio
from datetime import timedelta
from typing import Any

import pytest

from g40flow.domain.errors import DeliveryError
from g40flow.domain.items import Json
from g40flow.domain.messages import Posted, Rendered
from g40flow.notify.contract import Address
from g40flow.notify.slack import SlackTransport
from g40flow.sandbox.slack import Workspace
from g40flow.sandbox.slack.server import SlackServer
from tests.notify.conftest import START, WORKSPACE, Waiting

WONINGMARKT = Address(channel="woningmarkt")
ANNA = Address(email="anna@example.nl")
BLOCKS: tuple[dict[str, Json], ...] = (
    {"type": "section", "text": {"type": "mrkdwn", "text": "*Wet regie*"}},
)
CARD = Rendered(summary="Wet regie: nog 6 werkdagen", text="Wet regie\nnog 6 werkdagen", blocks=BLOCKS)


def post(transport: SlackTransport, address: Address = WONINGMARKT, key: str = "kaart:1") -> Posted:
    return transport.post(address, CARD, key=key, thread=None)


def standing(slack: SlackServer, channel: str = "C0WONING01") -> list[dict[str, Any]]:
    """What stands in a conversation, replies included."""
    return [message.payload for message in slack.workspace.channels[channel].messages.values()]


def fail(slack: SlackServer, kind: str, **fault: Any) -> None:
    slack.do("faults", kind=kind, **fault)


def failure(act: Any, *arguments: Any, **named: Any) -> DeliveryError:
    with pytest.raises(DeliveryError) as caught:
        act(*arguments, **named)
    return caught.value


# Posting


def test_a_message_stands_in_the_channel_with_its_key_and_without_previews(
    slack: SlackServer, transport: SlackTransport
) -> None:
    posted = post(transport)

    (message,) = standing(slack)
    assert posted == Posted(channel="C0WONING01", ts=message["ts"])
    assert message["text"] == "Wet regie: nog 6 werkdagen"
    assert message["blocks"][0]["text"]["text"] == "*Wet regie*"
    assert message["metadata"] == {"event_type": "g40flow", "event_payload": {"key": "kaart:1"}}
    (call,) = slack.see("calls", method="chat.postMessage")["calls"][-1:]
    assert (call["arguments"]["unfurl_links"], call["arguments"]["unfurl_media"]) == (False, False)


def test_the_app_enters_a_public_channel_by_itself(slack: SlackServer, transport: SlackTransport) -> None:
    assert "U0BOT" not in slack.workspace.channels["C0WONING01"].members

    post(transport)

    assert "U0BOT" in slack.workspace.channels["C0WONING01"].members


@pytest.mark.parametrize("name", ["triage", "#triage", "C0TRIAGE01"])
def test_a_channel_is_found_by_name_or_id(slack: SlackServer, transport: SlackTransport, name: str) -> None:
    assert post(transport, Address(channel=name)).channel == "C0TRIAGE01"


def test_channels_are_looked_up_once(slack: SlackServer, transport: SlackTransport) -> None:
    post(transport)
    post(transport, Address(channel="triage"))

    assert len(slack.see("calls", method="conversations.list")["calls"]) == 1


def test_a_channel_that_came_later_is_found(
    slack: SlackServer, transport: SlackTransport, waiting: Waiting
) -> None:
    post(transport)
    slack.do("channels", name="nieuw")
    waiting.sleep(60)

    post(transport, Address(channel="nieuw"))

    assert len(slack.see("calls", method="conversations.list")["calls"]) == 2


def test_a_long_list_of_channels_is_read_to_its_end(slack: SlackServer, transport: SlackTransport) -> None:
    for number in range(230):
        slack.workspace.create_channel(f"kanaal-{number}", is_private=False, creator="U0ANNA0001", now=START)

    assert post(transport, Address(channel="kanaal-229"))


@pytest.mark.parametrize(
    ("name", "advice"),
    [
        ("bestaat-niet", "/invite @g40flow"),
        ("geheim", "/invite @g40flow"),
        ("C0SECRET01", "/invite @g40flow"),
        ("oud", "gearchiveerd"),
        ("alleen-lezen", "mag in dit kanaal niet schrijven"),
    ],
)
def test_a_channel_that_cannot_be_written_in_is_permanent_and_says_what_to_do(
    transport: SlackTransport, name: str, advice: str
) -> None:
    error = failure(post, transport, Address(channel=name))

    assert error.permanent
    assert not error.unsure
    assert advice in str(error)
    assert "\n" not in str(error)


def test_without_the_right_for_private_channels_the_public_ones_still_work(
    slack: SlackServer, waiting: Waiting
) -> None:
    transport = SlackTransport("xoxb-public-only", base_url=slack.api_url, clock=waiting.now)

    assert post(transport).channel == "C0WONING01"


@pytest.mark.parametrize("address", [ANNA, Address(slack_user="U0ANNA0001")])
def test_a_person_gets_a_direct_message_in_a_conversation_that_can_be_renewed(
    slack: SlackServer, transport: SlackTransport, address: Address
) -> None:
    posted = post(transport, address)
    transport.renew(posted, Rendered(summary="Gesloten", text="Gesloten"), key="kaart:1")

    assert posted.channel.startswith("D")
    assert standing(slack, posted.channel)[0]["text"] == "Gesloten"


def test_a_person_is_looked_up_once(slack: SlackServer, transport: SlackTransport) -> None:
    post(transport, ANNA, key="a")
    post(transport, ANNA, key="b")

    assert len(slack.see("calls", method="users.lookupByEmail")["calls"]) == 1


@pytest.mark.parametrize(
    ("address", "reason"),
    [
        (Address(email="gast@example.nl"), "gast in Slack"),
        (Address(slack_user="U0GONE0001"), "uit Slack gehaald"),
        (Address(email="weg@example.nl"), "config/people.yaml"),
        (Address(slack_user="U0BOT"), "is een bot"),
        (Address(email="onbekend@example.nl"), "config/people.yaml"),
    ],
)
def test_who_is_no_member_gets_nothing(transport: SlackTransport, address: Address, reason: str) -> None:
    error = failure(post, transport, address)

    assert error.permanent
    assert reason in str(error)


def test_a_reply_stands_in_the_thread(slack: SlackServer, transport: SlackTransport) -> None:
    card = post(transport)

    transport.post(WONINGMARKT, CARD, key="reply:1", thread=card)

    reply = standing(slack)[1]
    assert reply["thread_ts"] == card.ts
    assert "subtype" not in reply


def test_a_reply_for_everybody_is_shown_in_the_channel_too(
    slack: SlackServer, transport: SlackTransport
) -> None:
    card = post(transport)
    withdrawn = Rendered(summary="Ingetrokken", text="Ingetrokken", blocks=BLOCKS, to_channel=True)

    transport.post(WONINGMARKT, withdrawn, key="reply:1", thread=card)

    assert standing(slack)[1]["subtype"] == "thread_broadcast"


def test_text_from_outside_notifies_nobody(slack: SlackServer, transport: SlackTransport) -> None:
    hostile = Rendered(summary="<!channel> B&W\n<@U0ANNA0001>", text="<!channel>\n<@U0ANNA0001>")

    transport.post(WONINGMARKT, hostile, key="a", thread=None)
    transport.post(
        WONINGMARKT, Rendered(summary=hostile.summary, text="x", blocks=BLOCKS), key="b", thread=None
    )

    plain, with_blocks = (message["text"] for message in standing(slack))
    assert plain == "&lt;!channel&gt;\n&lt;@U0ANNA0001&gt;"
    assert with_blocks == "&lt;!channel&gt; B&amp;W &lt;@U0ANNA0001&gt;"


# Renewing


def test_a_renewed_message_shows_only_the_new_content(slack: SlackServer, transport: SlackTransport) -> None:
    posted = post(transport)

    transport.renew(posted, Rendered(summary="Gesloten", text="Gesloten"), key="kaart:1")

    (message,) = standing(slack)
    assert message["text"] == "Gesloten"
    assert not message.get("blocks")
    assert message["metadata"]["event_payload"] == {"key": "kaart:1"}


def test_a_long_text_can_be_renewed(slack: SlackServer, transport: SlackTransport) -> None:
    posted = post(transport)

    transport.renew(posted, Rendered(summary="&" * 3_000, text="x", blocks=BLOCKS), key="kaart:1")

    assert len(standing(slack)[0]["text"]) <= 4_000


def test_a_message_that_somebody_deleted_is_permanent(slack: SlackServer, transport: SlackTransport) -> None:
    posted = post(transport)
    transport.client.chat_delete(channel=posted.channel, ts=posted.ts)

    error = failure(transport.renew, posted, CARD, key="kaart:1")

    assert error.permanent
    assert "verwijderd" in str(error)


# Pace


def test_a_channel_gets_one_message_a_second_and_another_channel_need_not_wait(
    slack: SlackServer, transport: SlackTransport, waiting: Waiting
) -> None:
    slack.do("rate-limits", enabled=True)

    for number in range(3):
        post(transport, key=str(number))
    post(transport, Address(channel="triage"))

    assert waiting.waits == [1.0, 1.0]


def test_direct_messages_together_are_one_a_second(
    slack: SlackServer, transport: SlackTransport, waiting: Waiting
) -> None:
    post(transport, ANNA)
    post(transport, Address(email="bram@example.nl"))

    assert waiting.waits == [1.0]


def test_three_hundred_messages_a_minute_go_to_all_channels_together(
    slack: SlackServer, transport: SlackTransport, waiting: Waiting
) -> None:
    slack.do("rate-limits", enabled=True)
    channels = [f"kanaal-{number}" for number in range(10)]
    for name in channels:
        slack.workspace.create_channel(name, is_private=False, creator="U0ANNA0001", now=START)

    for number in range(301):
        post(transport, Address(channel=channels[number % 10]), key=str(number))

    assert waiting.waits == [*[1.0] * 30, 30.0]


def test_thirty_messages_a_minute_are_renewed(
    slack: SlackServer, transport: SlackTransport, waiting: Waiting
) -> None:
    posted = post(transport)

    for _ in range(31):
        transport.renew(posted, CARD, key="kaart:1")

    assert waiting.waits == [60.0]


# Failures


def test_too_many_messages_say_when_to_come_back(
    slack: SlackServer, transport: SlackTransport, waiting: Waiting
) -> None:
    fail(slack, "rate_limited", method="chat.postMessage", retry_after=17)

    error = failure(post, transport)

    assert error.retry_after == timedelta(seconds=17)
    assert not error.permanent
    assert not error.unsure


def test_what_must_wait_is_not_asked_again_before_its_time(
    slack: SlackServer, transport: SlackTransport, waiting: Waiting
) -> None:
    fail(slack, "rate_limited", method="chat.postMessage", retry_after=17)
    failure(post, transport)
    before = len(slack.see("calls", method="chat.postMessage")["calls"])
    waiting.sleep(7)

    error = failure(post, transport)
    post(transport, Address(channel="triage"))
    waiting.sleep(10)
    post(transport)

    assert error.retry_after == timedelta(seconds=10)
    assert len(slack.see("calls", method="chat.postMessage")["calls"]) == before + 3  # one of them: joining


@pytest.mark.parametrize(
    "fault",
    [
        {"kind": "drop_after_storing"},
        {"kind": "drop_before_storing"},
        {"kind": "http_500"},
        {"kind": "html_503"},
        {"kind": "http_500", "after_storing": True},
        {"kind": "error", "error": "internal_error"},
        {"kind": "error", "error": "fatal_error"},
    ],
)
def test_a_broken_answer_leaves_us_unsure_and_is_not_sent_again(
    slack: SlackServer, transport: SlackTransport, fault: dict[str, Any]
) -> None:
    transport.directory.channel("woningmarkt")
    slack.workspace.channels["C0WONING01"].members.append("U0BOT")
    fail(slack, fault.pop("kind"), method="chat.postMessage", **fault)

    error = failure(post, transport)

    assert error.unsure
    assert not error.permanent
    assert len(slack.see("calls", method="chat.postMessage")["calls"]) == 1


def test_a_failure_before_the_message_left_is_certain(slack: SlackServer, transport: SlackTransport) -> None:
    fail(slack, "drop_after_storing", method="conversations.list")

    error = failure(post, transport)

    assert not error.unsure
    assert not error.permanent


def test_an_answer_that_takes_too_long_leaves_us_unsure() -> None:
    async def half_as_long_again(seconds: float) -> None:
        await asyncio.sleep(seconds)

    with SlackServer(Workspace.from_text(WORKSPACE), sleep=half_as_long_again) as slow:
        transport = SlackTransport("xoxb-test", base_url=slow.api_url, timeout=1)
        fail(slow, "slow", method="chat.postMessage", seconds=1.5)

        error = failure(post, transport, Address(channel="triage"))

        assert error.unsure
        assert len(standing(slow, "C0TRIAGE01")) == 1


def test_nobody_listening_is_certain_and_passes() -> None:
    transport = SlackTransport("xoxb-test", base_url="http://127.0.0.1:9/api/", timeout=2)

    error = failure(post, transport)

    assert not error.unsure
    assert not error.permanent
    assert "niet bereikbaar" in str(error)


def test_a_revoked_token_is_permanent_and_says_which_setting_to_look_at(slack: SlackServer) -> None:
    error = failure(post, SlackTransport("xoxb-revoked", base_url=slack.api_url))

    assert error.permanent
    assert "token_revoked" in str(error)
    assert "G40FLOW_SLACK_BOT_TOKEN" in str(error)
    assert "xoxb-revoked" not in str(error)


def test_a_missing_right_is_named(slack: SlackServer, waiting: Waiting) -> None:
    transport = SlackTransport("xoxb-public-only", base_url=slack.api_url, clock=waiting.now)

    error = failure(post, transport, ANNA)

    assert error.permanent
    assert "users:read.email" in str(error)


def test_blocks_that_slack_refuses_are_reported_with_the_reason(transport: SlackTransport) -> None:
    wrong = Rendered(summary="x", text="x", blocks=({"type": "header", "text": {}},))

    error = failure(transport.post, WONINGMARKT, wrong, key="a", thread=None)

    assert error.permanent
    assert "json-pointer:/blocks/0" in str(error)


def test_blocks_can_be_checked_without_posting(slack: SlackServer, transport: SlackTransport) -> None:
    transport.validate(CARD)
    error = failure(transport.validate, Rendered(summary="x", text="x", blocks=({"type": "kop"},)))

    assert error.permanent
    assert standing(slack) == []


# Looking whether a message arrived


def test_a_message_that_was_stored_before_the_connection_dropped_is_found(
    slack: SlackServer, transport: SlackTransport
) -> None:
    post(transport, key="eerder")
    fail(slack, "drop_after_storing", method="chat.postMessage")
    failure(post, transport, key="kaart:2")

    found = transport.find(WONINGMARKT, key="kaart:2", since=START, thread=None)

    assert found == Posted(channel="C0WONING01", ts=standing(slack)[1]["ts"])


def test_of_a_message_that_stands_there_twice_the_other_one_is_taken_away(
    slack: SlackServer, transport: SlackTransport
) -> None:
    posted, other = post(transport, key="kaart:1"), post(transport, key="kaart:2")
    late = post(transport, key="kaart:1")

    removed = transport.remove_doubles({"kaart:1": posted, "kaart:2": other}, since=START, thread=None)

    assert removed == {"kaart:1": 1}
    assert [message["ts"] for message in standing(slack)] == [posted.ts, other.ts]
    assert late.ts not in slack.workspace.channels["C0WONING01"].messages


def test_a_double_in_a_thread_is_taken_away_there(slack: SlackServer, transport: SlackTransport) -> None:
    card = post(transport)
    first, _ = (transport.post(WONINGMARKT, CARD, key="reply:1", thread=card) for _ in range(2))

    removed = transport.remove_doubles({"reply:1": first}, since=START, thread=card)

    assert removed == {"reply:1": 1}
    assert [message["ts"] for message in standing(slack)] == [card.ts, first.ts]


def test_a_message_of_another_app_with_our_key_is_left_alone(
    slack: SlackServer, transport: SlackTransport
) -> None:
    posted = post(transport)
    slack.workspace.channels["C0WONING01"].messages[post(transport).ts].app_id = "A0OTHER"

    assert transport.remove_doubles({"kaart:1": posted}, since=START, thread=None) == {}


def test_a_message_that_never_arrived_is_not_found(slack: SlackServer, transport: SlackTransport) -> None:
    post(transport, key="kaart:1")

    assert transport.find(WONINGMARKT, key="kaart:2", since=START, thread=None) is None


def test_a_direct_message_is_found(transport: SlackTransport) -> None:
    posted = post(transport, ANNA)

    assert transport.find(ANNA, key="kaart:1", since=START, thread=None) == posted


def test_a_reply_is_found_in_its_thread_only(slack: SlackServer, transport: SlackTransport) -> None:
    card = post(transport)
    reply = transport.post(WONINGMARKT, CARD, key="reply:1", thread=card)

    assert transport.find(WONINGMARKT, key="reply:1", since=START, thread=card) == reply
    assert transport.find(WONINGMARKT, key="reply:1", since=START, thread=None) is None


def test_a_message_is_found_behind_hundreds_of_others(slack: SlackServer, transport: SlackTransport) -> None:
    posted = post(transport, Address(channel="triage"))
    for number in range(230):
        transport.client.chat_postMessage(channel="C0TRIAGE01", text=str(number))

    found = transport.find(Address(channel="triage"), key="kaart:1", since=START, thread=None)

    assert found == posted


def test_older_messages_are_not_read(slack: SlackServer, transport: SlackTransport) -> None:
    post(transport)
    slack.advance(hours=2)

    later = START + timedelta(hours=1)

    assert transport.find(WONINGMARKT, key="kaart:1", since=later, thread=None) is None


def test_the_metadata_of_others_is_no_message_of_ours(slack: SlackServer, transport: SlackTransport) -> None:
    metadata = {"event_type": "iets_anders", "event_payload": {"key": "kaart:1"}}
    transport.client.chat_postMessage(channel="C0TRIAGE01", text="x", metadata=metadata)

    assert transport.find(Address(channel="triage"), key="kaart:1", since=START, thread=None) is None


def test_in_a_channel_the_app_was_put_out_of_it_looks_after_entering_again(
    slack: SlackServer, transport: SlackTransport
) -> None:
    posted = post(transport)
    slack.do("channels/remove", channel="woningmarkt", user="U0BOT")

    assert transport.find(WONINGMARKT, key="kaart:1", since=START, thread=None) == posted
