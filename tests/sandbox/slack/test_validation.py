"""Which blocks and views Slack takes, and the three ways in which it says no."""

import json
from contextlib import suppress
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from slack_sdk import WebClient
from slack_sdk.errors import SlackApiError

from g40flow.sandbox.slack.refusals import Refused
from g40flow.sandbox.slack.validation import (
    accept_message_blocks,
    accept_view,
    validate_blocks,
    validate_message,
    validate_view,
    with_ids,
)

Json = dict[str, Any]


def plain(text: str = "x") -> Json:
    return {"type": "plain_text", "text": text}


def mrkdwn(text: str = "x") -> Json:
    return {"type": "mrkdwn", "text": text}


def button(**changes: Any) -> Json:
    return {"type": "button", "action_id": "press", "text": plain(), **changes}


def option(number: int = 0, **changes: Any) -> Json:
    return {"text": plain(), "value": str(number), **changes}


def select(**changes: Any) -> Json:
    return {"type": "static_select", "action_id": "choose", "options": [option()], **changes}


def actions(*elements: Json, **changes: Any) -> Json:
    return {"type": "actions", "elements": list(elements), **changes}


def section(**changes: Any) -> Json:
    return {"type": "section", "text": mrkdwn(), **changes}


def header(text: Json) -> Json:
    return {"type": "header", "text": text}


def field(element: Json, **changes: Any) -> Json:
    return {"type": "input", "label": plain(), "element": element, **changes}


def image(**changes: Any) -> Json:
    return {"type": "image", "alt_text": "x", "image_url": "https://example.nl/x.png", **changes}


CONFIRM = {"title": plain(), "text": mrkdwn(), "confirm": plain(), "deny": plain()}
RADIO = {"type": "radio_buttons", "action_id": "r", "options": [option()]}
TYPED = {"type": "plain_text_input", "action_id": "t"}

TAKEN = [
    section(text=mrkdwn("x" * 3000)),
    section(fields=[mrkdwn("x" * 2000)] * 3),
    section(fields=[plain()] * 10, expand=True, accessory=button()),
    header(plain("x" * 150)),
    {"type": "divider", "block_id": "x" * 255},
    {"type": "context", "elements": [mrkdwn(), plain(), image()] * 3 + [mrkdwn()]},
    actions(*(button(action_id=str(n)) for n in range(25))),
    actions(button(text=plain("x" * 75), value="x" * 2000, url="https://example.nl/" + "x" * 2900)),
    actions(button(style="primary", confirm={**CONFIRM, "style": "danger"}, accessibility_label="x" * 75)),
    actions(select(options=[option(n) for n in range(100)], placeholder=plain("x" * 150))),
    actions(select(options=[option(text=plain("x" * 75), value="x" * 150, description=plain("x" * 75))])),
    actions({"type": "static_select", "option_groups": [{"label": plain(), "options": [option()]}]}),
    actions({"type": "overflow", "options": [option(n) for n in range(5)]}),
    actions(RADIO, {"type": "checkboxes", "action_id": "c", "options": [option(n) for n in range(10)]}),
    actions({"type": "datepicker", "initial_date": "2026-09-01"}, {"type": "timepicker", "action_id": "t"}),
    actions({"type": "users_select"}, {"type": "conversations_select", "action_id": "c"}),
    section(accessory={"type": "multi_static_select", "options": [option()], "max_selected_items": 2}),
    field({**TYPED, "multiline": True, "max_length": 3000}, label=plain("x" * 2000), hint=plain("x" * 2000)),
    image(title=plain(), alt_text="x" * 2000),
    {"type": "markdown", "text": "x" * 12_000},
]

REFUSED = [
    (section(text=mrkdwn("x" * 3001)), "/0/text/text", "must be less than 3001 characters"),
    (section(text=mrkdwn("")), "/0/text/text", "must be more than 0 characters"),
    ({"type": "section"}, "/0", "missing required field: text or fields"),
    (section(fields=[]), "/0/fields", "no fewer than 1 items allowed"),
    (section(fields=[plain()] * 11), "/0/fields", "no more than 10 items allowed"),
    (section(fields=[plain("x" * 2001)]), "/0/fields/0/text", "must be less than 2001 characters"),
    (section(accessory=TYPED), "/0/accessory/type", "unsupported type: plain_text_input"),
    (section(colour="red"), "/0", "invalid additional property: colour"),
    (section(text={"type": "invalid", "text": "x"}), "/0/text/type", "unsupported type: invalid"),
    (section(text={**mrkdwn(), "emoji": True}), "/0/text", "invalid additional property: emoji"),
    (section(text="x"), "/0/text", "must provide an object"),
    (header(plain("x" * 151)), "/0/text/text", "must be less than 151 characters"),
    (header(mrkdwn()), "/0/text/type", "unsupported type: mrkdwn"),
    ({"type": "context", "elements": []}, "/0/elements", "no fewer than 1 items allowed"),
    ({"type": "context", "elements": [plain()] * 11}, "/0/elements", "no more than 10 items allowed"),
    ({"type": "context", "elements": [button()]}, "/0/elements/0/type", "unsupported type: button"),
    (actions(), "/0/elements", "no fewer than 1 items allowed"),
    (
        actions(*(button(action_id=str(n)) for n in range(26))),
        "/0/elements",
        "no more than 25 items allowed",
    ),
    (actions(TYPED), "/0/elements/0/type", "unsupported type: plain_text_input"),
    (actions(button(), button()), "/0/elements/1/action_id", '`action_id` "press" already exists'),
    (actions(button(action_id="x" * 256)), "/0/elements/0/action_id", "must be less than 256 characters"),
    (actions(button(text=plain("x" * 76))), "/0/elements/0/text/text", "must be less than 76 characters"),
    (actions(button(text=mrkdwn())), "/0/elements/0/text/type", "unsupported type: mrkdwn"),
    (actions(button(value="x" * 2001)), "/0/elements/0/value", "must be less than 2001 characters"),
    (
        actions(button(url="https://" + "x" * 3000)),
        "/0/elements/0/url",
        "must be less than 3001 characters",
    ),
    (actions(button(url="example.nl")), "/0/elements/0/url", "must be a valid URL with a scheme"),
    (
        actions(button(style="green")),
        "/0/elements/0/style",
        "must be a valid enum value: primary, danger",
    ),
    (
        actions(button(accessibility_label="x" * 76)),
        "/0/elements/0/accessibility_label",
        "must be less than 76 characters",
    ),
    (
        actions(button(confirm={**CONFIRM, "title": plain("x" * 101)})),
        "/0/elements/0/confirm/title/text",
        "must be less than 101 characters",
    ),
    (
        actions(button(confirm={**CONFIRM, "deny": plain("x" * 31)})),
        "/0/elements/0/confirm/deny/text",
        "must be less than 31 characters",
    ),
    (
        actions(select(options=[option(n) for n in range(101)])),
        "/0/elements/0/options",
        "no more than 100 items allowed",
    ),
    (
        actions(select(options=[option(text=plain("x" * 76))])),
        "/0/elements/0/options/0/text/text",
        "must be less than 76 characters",
    ),
    (
        actions(select(options=[option(value="x" * 151)])),
        "/0/elements/0/options/0/value",
        "must be less than 151 characters",
    ),
    (
        actions(select(options=[option(description=plain("x" * 76))])),
        "/0/elements/0/options/0/description/text",
        "must be less than 76 characters",
    ),
    (
        actions(select(placeholder=plain("x" * 151))),
        "/0/elements/0/placeholder/text",
        "must be less than 151 characters",
    ),
    (
        actions(select(initial_option=option(9))),
        "/0/elements/0/initial_option",
        "initial_option must exactly match one of the provided options",
    ),
    (
        actions({"type": "overflow", "options": [option(n) for n in range(6)]}),
        "/0/elements/0/options",
        "no more than 5 items allowed",
    ),
    (
        actions({**RADIO, "options": [option(n) for n in range(11)]}),
        "/0/elements/0/options",
        "no more than 10 items allowed",
    ),
    (
        actions({"type": "datepicker", "initial_date": "1-9-2026"}),
        "/0/elements/0/initial_date",
        "must be a date as YYYY-MM-DD",
    ),
    (field(TYPED, label=plain("x" * 2001)), "/0/label/text", "must be less than 2001 characters"),
    (field(TYPED, label=mrkdwn()), "/0/label/type", "unsupported type: mrkdwn"),
    (field({**TYPED, "max_length": 3001}), "/0/element/max_length", "must be less than or equal to 3000"),
    (field(button()), "/0/element/type", "unsupported type: button"),
    ({"type": "image", "image_url": "https://example.nl/x.png"}, "/0", "missing required field: alt_text"),
    (image(image_url="ftp://example.nl"), "/0/image_url", "must be a valid URL with a scheme"),
    ({"type": "divider", "block_id": "x" * 256}, "/0/block_id", "must be less than 256 characters"),
    ({"type": "divider", "block_id": ""}, "/0/block_id", '`block_id` "" already exists'),
    ({"type": "hologram"}, "/0/type", "unsupported type: hologram"),
    ({}, "/0", "missing required field: type"),
    ("tekst", "/0", "must provide an object"),
]


def findings(blocks: Any) -> list[Json]:
    with pytest.raises(Refused) as caught:
        validate_blocks(blocks)
    return list(caught.value.extra["errors"])


@pytest.mark.parametrize("block", TAKEN, ids=lambda block: str(block)[:40])
def test_a_block_at_its_limits_is_taken(block: Json) -> None:
    validate_blocks([block])


@pytest.mark.parametrize(("block", "pointer", "message"), REFUSED, ids=lambda value: str(value)[-60:])
def test_a_block_beyond_a_limit_is_refused_with_its_place(block: Any, pointer: str, message: str) -> None:
    found = [(finding["pointer"], finding["message"]) for finding in findings([block])]

    assert found == [(pointer, message)]


def test_a_message_takes_fifty_blocks_and_a_view_a_hundred() -> None:
    line = {"type": "divider"}
    view = {"type": "home", "blocks": [line] * 100}

    validate_blocks([line] * 50)
    validate_view(view)

    assert findings([line] * 51)[0]["message"] == "no more than 50 items allowed"
    with pytest.raises(Refused, match="invalid_view"):
        validate_view({**view, "blocks": [line] * 101})


def test_block_ids_are_unique_in_the_message_and_action_ids_in_their_block() -> None:
    twice = [{"type": "divider", "block_id": "a"}, {"type": "divider", "block_id": "a"}]

    assert findings(twice)[0]["pointer"] == "/1/block_id"
    validate_blocks([actions(button()), actions(button())])


def test_markdown_blocks_share_twelve_thousand_characters() -> None:
    half = {"type": "markdown", "text": "x" * 6_001}

    assert "together" in findings([half, half])[0]["message"]


def test_all_text_of_a_message_together_has_a_limit() -> None:
    accept_message_blocks([section(text=mrkdwn("x" * 2500))] * 4)

    with pytest.raises(Refused, match="msg_blocks_too_long"):
        accept_message_blocks([section(text=mrkdwn("x" * 3000))] * 5)


def test_a_message_is_refused_with_lines_and_pointers() -> None:
    too_many = actions(*(button(action_id=str(n)) for n in range(26)))

    with pytest.raises(Refused) as caught:
        accept_message_blocks([{"type": "divider"}, too_many])

    line = "no more than 25 items allowed [json-pointer:/blocks/1/elements]"
    assert caught.value.answer() == {
        "ok": False,
        "error": "invalid_blocks",
        "errors": [line],
        "response_metadata": {"messages": [f"[ERROR] {line}"]},
    }


def test_blocks_that_are_no_json_list_have_the_wrong_format() -> None:
    for given_blocks in ("[", "{}", {"type": "divider"}, 7):
        with pytest.raises(Refused, match="invalid_blocks_format"):
            accept_message_blocks(given_blocks)


def test_a_view_is_refused_as_an_argument() -> None:
    options = [option(text=plain("x" * 76))]
    view = {"type": "modal", "title": plain(), "blocks": [actions(select(options=options))]}

    with pytest.raises(Refused) as caught:
        accept_view(json.dumps(view), ("modal",))

    assert caught.value.answer() == {
        "ok": False,
        "error": "invalid_arguments",
        "response_metadata": {
            "messages": [
                "[ERROR] failed to match all allowed schemas [json-pointer:/view]",
                "[ERROR] must be less than 76 characters "
                "[json-pointer:/view/blocks/0/elements/0/options/0/text/text]",
            ]
        },
    }


def modal(**changes: Any) -> Json:
    return {"type": "modal", "title": plain(), "blocks": [section()], **changes}


@pytest.mark.parametrize(
    ("view", "kind"),
    [
        ({"type": "modal", "blocks": []}, "modal"),
        (modal(title=plain("x" * 25)), "modal"),
        (modal(title=mrkdwn()), "modal"),
        (modal(submit=plain("x" * 25)), "modal"),
        (modal(close=plain("x" * 25)), "modal"),
        (modal(callback_id="x" * 256), "modal"),
        (modal(private_metadata="x" * 3001), "modal"),
        (modal(blocks=[field(TYPED)]), "modal"),
        (modal(colour="red"), "modal"),
        (modal(), "home"),
        ({"type": "home", "blocks": [], "title": plain()}, "home"),
        ({"type": "home", "blocks": [], "submit": plain()}, "home"),
        ({"type": "home"}, "home"),
    ],
)
def test_views_that_slack_does_not_take(view: Json, kind: str) -> None:
    with pytest.raises(Refused, match="invalid_arguments"):
        accept_view(view, (kind,))


def test_views_at_their_limits_are_taken() -> None:
    accept_view(
        modal(
            title=plain("x" * 24),
            submit=plain("x" * 24),
            close=plain("x" * 24),
            callback_id="x" * 255,
            private_metadata="x" * 3000,
            blocks=[field(TYPED)],
            notify_on_close=True,
        ),
        ("modal",),
    )
    accept_view({"type": "home", "blocks": [field(TYPED)], "private_metadata": "x"}, ("home",))


def test_a_view_has_at_most_250_kilobytes() -> None:
    with pytest.raises(Refused, match="view_too_large"):
        accept_view(modal(blocks=[section(text=mrkdwn("x" * 2990))] * 90), ("modal",))


def test_ids_that_are_missing_are_filled_in_and_others_kept() -> None:
    numbers = iter(range(10))

    stored = with_ids(
        [section(block_id="mine"), actions(button(), select(action_id="own"))], lambda: str(next(numbers))
    )

    assert stored[0]["block_id"] == "mine"
    assert stored[1]["block_id"] == "0"
    assert [e["action_id"] for e in stored[1]["elements"]] == ["press", "own"]


def test_blocks_validate_reports_code_message_pointer_and_constraint(web: WebClient) -> None:
    wrong = [section(text={"type": "invalid", "text": "x"})]

    with pytest.raises(SlackApiError) as caught:
        web.api_call("blocks.validate", json={"blocks": wrong})

    assert caught.value.response["error"] == "invalid_blocks"
    assert caught.value.response["errors"] == [
        {
            "code": "failed_constraint",
            "message": "unsupported type: invalid",
            "pointer": "/0/text/type",
            "constraint": {"type": "enum", "expected": ["plain_text", "mrkdwn"]},
        }
    ]


@pytest.mark.parametrize(
    ("arguments", "error"),
    [
        ({}, "invalid_arguments"),
        ({"blocks": [], "view": modal()}, "invalid_arguments"),
        ({"blocks": "["}, "invalid_blocks_format"),
        ({"message": {}}, "invalid_message"),
        ({"message": {"text": "x", "blocks": [{}]}}, "invalid_message"),
        ({"view": modal(title=plain("x" * 25))}, "invalid_view"),
    ],
)
def test_blocks_validate_takes_exactly_one_thing(web: WebClient, arguments: Json, error: str) -> None:
    with pytest.raises(SlackApiError) as caught:
        web.api_call("blocks.validate", json=arguments)

    assert caught.value.response["error"] == error


def test_blocks_validate_needs_no_scope_and_posts_nothing(web: WebClient) -> None:
    assert web.api_call("blocks.validate", params={"message": json.dumps({"text": "x"})})["ok"]
    assert web.api_call("blocks.validate", json={"view": modal()})["ok"]
    assert web.conversations_history(channel="C0OPEN")["messages"] == []


NAMES = [
    *("type", "text", "elements", "options", "option_groups", "block_id", "accessory", "blocks"),
    *("initial_option", "initial_options", "fields", "action_id", "value", "confirm", "title"),
]
KINDS = ("section", "actions", "static_select", "modal", "input", "mrkdwn")
JSON_VALUES = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=5),
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(st.sampled_from(NAMES), inner | st.sampled_from(KINDS), max_size=5)
    ),
    max_leaves=12,
)


@settings(derandomize=True, deadline=None)
@given(JSON_VALUES)
def test_nothing_that_json_can_say_breaks_the_validation(value: Any) -> None:
    for check in (validate_blocks, validate_message, validate_view):
        with suppress(Refused):
            check(value)
