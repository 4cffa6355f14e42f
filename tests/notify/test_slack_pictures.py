"""Pictures in Slack: uploaded once, shown in their place, and never a reason to lose a message."""

from typing import Any

import pytest

from g40flow.domain.errors import DeliveryError
from g40flow.domain.items import Json
from g40flow.domain.messages import MessagePicture, Rendered
from g40flow.notify.contract import Address
from g40flow.notify.slack import SlackTransport
from g40flow.sandbox.slack.server import SlackServer
from tests.notify.conftest import Waiting

PNG = b"\x89PNG\r\n\x1a\n" + b"drawing"
TIMELINE = MessagePicture(
    name="timeline",
    heading="Lopende <dossiers>",
    svg="<svg/>",
    words="Eerst sluit <Wet & regie>.",
    width=420,
    height=200,
)
DIGEST = Rendered(
    summary="Weekoverzicht",
    text="Weekoverzicht",
    blocks=(
        {"type": "section", "text": {"type": "mrkdwn", "text": "Een regel"}},
        {"type": "image", "alt_text": TIMELINE.words, "slack_file": {"id": TIMELINE.cid}},
    ),
    pictures=(TIMELINE,),
)
WONINGMARKT, TRIAGE = Address(channel="woningmarkt"), Address(channel="triage")


@pytest.fixture
def drawn() -> list[str]:
    """What was drawn."""
    return []


@pytest.fixture
def transport(slack: SlackServer, waiting: Waiting, drawn: list[str]) -> SlackTransport:
    def draw(svg: str) -> bytes:
        drawn.append(svg)
        return PNG

    return SlackTransport(
        "xoxb-test", base_url=slack.api_url, clock=waiting.now, sleep=waiting.sleep, draw=draw
    )


def blocks(slack: SlackServer, channel: str = "C0WONING01") -> list[dict[str, Any]]:
    (message,) = slack.workspace.channels[channel].messages.values()
    found: list[dict[str, Any]] = message.payload["blocks"]
    return found


def test_a_picture_is_uploaded_and_shown_to_who_reads_the_message_only(
    slack: SlackServer, transport: SlackTransport
) -> None:
    transport.post(WONINGMARKT, DIGEST, key="digest:1", thread=None)

    (file,) = slack.workspace.files.values()
    assert (file.content, file.alt_text, file.shared_in) == (PNG, TIMELINE.words, [])
    assert blocks(slack)[1]["slack_file"] == {"id": file.id}


def test_the_same_picture_is_uploaded_once_for_all_who_get_it_and_when_it_is_renewed(
    slack: SlackServer, transport: SlackTransport, drawn: list[str]
) -> None:
    posted = transport.post(WONINGMARKT, DIGEST, key="digest:1", thread=None)
    transport.post(TRIAGE, DIGEST, key="digest:1:triage", thread=None)
    transport.renew(posted, DIGEST, key="digest:1")

    assert len(slack.workspace.files) == len(drawn) == 1


def test_a_file_that_slack_must_still_look_at_is_waited_for(
    slack: SlackServer, transport: SlackTransport, waiting: Waiting
) -> None:
    slack.workspace.definition.settings.file_ready_seconds = 2

    transport.post(WONINGMARKT, DIGEST, key="digest:1", thread=None)

    assert [block["type"] for block in blocks(slack)] == ["section", "image"]
    assert waiting.waits[:2] == [1.0, 2.0]


def test_a_file_that_never_gets_ready_does_not_hold_up_its_message(
    slack: SlackServer, transport: SlackTransport
) -> None:
    slack.workspace.definition.settings.file_ready_seconds = 3_600

    transport.post(WONINGMARKT, DIGEST, key="digest:1", thread=None)

    said = blocks(slack)[1]["text"]["text"]
    assert said == "*Lopende &lt;dossiers&gt;*\nEerst sluit &lt;Wet &amp; regie&gt;."


def test_an_app_that_may_not_upload_says_the_words_of_a_picture(slack: SlackServer, waiting: Waiting) -> None:
    transport = SlackTransport(
        "xoxb-public-only",
        base_url=slack.api_url,
        clock=waiting.now,
        sleep=waiting.sleep,
        draw=lambda _svg: PNG,
    )

    transport.post(WONINGMARKT, DIGEST, key="digest:1", thread=None)

    assert slack.workspace.files == {}
    assert "Eerst sluit" in blocks(slack)[1]["text"]["text"]


def test_an_upload_that_fails_for_now_leaves_no_message_and_may_be_tried_again(
    slack: SlackServer, transport: SlackTransport
) -> None:
    slack.do("faults", kind="rate_limited", method="files.getUploadURLExternal", retry_after=5)

    with pytest.raises(DeliveryError) as caught:
        transport.post(WONINGMARKT, DIGEST, key="digest:1", thread=None)

    assert not caught.value.permanent
    assert not caught.value.unsure
    assert not slack.workspace.channels["C0WONING01"].messages


def test_a_picture_of_another_app_or_one_that_was_never_sent_is_refused(
    slack: SlackServer, transport: SlackTransport
) -> None:
    announced = transport.client.files_getUploadURLExternal(filename="x.png", length=4)["file_id"]
    block: dict[str, Json] = {"type": "image", "alt_text": "x", "slack_file": {"id": announced}}

    with pytest.raises(DeliveryError, match="invalid_blocks"):
        transport.post(WONINGMARKT, Rendered(summary="x", text="x", blocks=(block,)), key="x", thread=None)
