"""Block Kit as tables: every block, element and composition object with its limits.

Source of the numbers: https://docs.slack.dev/reference/block-kit, see docs/sandbox-slack.md.
"""

from collections.abc import Iterator
from typing import Any

from g40flow.sandbox.slack.rules import (
    Findings,
    Rule,
    anything,
    boolean,
    by_type,
    exactly_one_of,
    integer,
    list_of,
    matching,
    one_of,
    shape,
    string,
    web_address,
)

MESSAGE_BLOCKS = 50
VIEW_BLOCKS = 100
MARKDOWN_CHARACTERS = 12_000


def plain(limit: int | None = None) -> Rule:
    """A plain_text object of 1 up to `limit` characters."""
    return by_type({"plain_text": shape({"text": string(limit)}, {"emoji": boolean})})


def text(limit: int | None = None) -> Rule:
    """A plain_text or mrkdwn object of 1 up to `limit` characters."""
    return by_type(
        {
            "plain_text": shape({"text": string(limit)}, {"emoji": boolean}),
            "mrkdwn": shape({"text": string(limit)}, {"verbatim": boolean}),
        }
    )


IDENTIFIER = string(255)
DATE = matching(r"\d{4}-(0[1-9]|1[0-2])-(0[1-9]|[12]\d|3[01])", "a date as YYYY-MM-DD")
TIME = matching(r"([01]\d|2[0-3]):[0-5]\d", "a time as HH:mm")
PLACEHOLDER = plain(150)
CONFIRM = shape(
    {"title": plain(100), "text": text(300), "confirm": plain(30), "deny": plain(30)},
    {"style": one_of("primary", "danger")},
)
OPTION = shape({"text": plain(75), "value": string(150)}, {"description": plain(75)})
OVERFLOW_OPTION = shape(
    {"text": plain(75), "value": string(150)}, {"description": plain(75), "url": web_address(3000)}
)
CHOICE_OPTION = shape({"text": text(75), "value": string(150)}, {"description": text(75)})
OPTION_GROUP = shape({"label": plain(75), "options": list_of(OPTION, most=100)})
SLACK_FILE = shape(
    {},
    {"id": matching(r"F[A-Z0-9]{8,}", "the id of a file"), "url": web_address(3000)},
    exactly_one_of("id", "url"),
)
DISPATCH = shape(
    {}, {"trigger_actions_on": list_of(one_of("on_enter_pressed", "on_character_entered"), most=2)}
)
CONVERSATION_FILTER = shape(
    {},
    {
        "include": list_of(one_of("im", "mpim", "private", "public"), most=4),
        "exclude_external_shared_channels": boolean,
        "exclude_bot_users": boolean,
    },
)


def _offered_options(value: dict[str, Any]) -> list[Any]:
    options = list(_as_list(value.get("options")))
    for group in _as_list(value.get("option_groups")):
        options += _as_list(group.get("options")) if isinstance(group, dict) else []
    return options


def _as_list(value: Any) -> list[Any]:
    return value if isinstance(value, list) else []


def _initial_is_offered(value: Any, pointer: str, findings: Findings) -> None:
    offered = _offered_options(value)
    single, several = value.get("initial_option"), value.get("initial_options")
    if single is not None and single not in offered:
        findings.add(
            f"{pointer}/initial_option",
            "initial_option must exactly match one of the provided options",
            "enum",
        )
    for position, option in enumerate(_as_list(several)):
        if option not in offered:
            findings.add(
                f"{pointer}/initial_options/{position}",
                "initial_options must exactly match the provided options",
                "enum",
            )


_MENU = {
    "action_id": IDENTIFIER,
    "placeholder": PLACEHOLDER,
    "confirm": CONFIRM,
    "focus_on_load": boolean,
}
_MULTI = {**_MENU, "max_selected_items": integer(1, 1_000_000)}
_STATIC = {
    "options": list_of(OPTION, most=100),
    "option_groups": list_of(OPTION_GROUP, most=100),
}
_CONVERSATION = {
    "default_to_current_conversation": boolean,
    "filter": CONVERSATION_FILTER,
}
_TYPED = {
    "action_id": IDENTIFIER,
    "placeholder": PLACEHOLDER,
    "dispatch_action_config": DISPATCH,
    "focus_on_load": boolean,
}
_PICKER = {"action_id": IDENTIFIER, "confirm": CONFIRM, "focus_on_load": boolean}

BUTTON = shape(
    {"text": plain(75)},
    {
        "action_id": IDENTIFIER,
        "value": string(2000),
        "url": web_address(3000),
        "style": one_of("primary", "danger"),
        "confirm": CONFIRM,
        "accessibility_label": string(75),
    },
)
IMAGE_ELEMENT = shape(
    {"alt_text": string(2000)},
    {"image_url": web_address(3000, "https?"), "slack_file": SLACK_FILE},
    exactly_one_of("image_url", "slack_file"),
)
OVERFLOW = shape({"options": list_of(OVERFLOW_OPTION, most=5)}, {"action_id": IDENTIFIER, "confirm": CONFIRM})
RADIO_BUTTONS = shape(
    {"options": list_of(CHOICE_OPTION, most=10)},
    {"action_id": IDENTIFIER, "initial_option": CHOICE_OPTION, "confirm": CONFIRM, "focus_on_load": boolean},
    _initial_is_offered,
)
CHECKBOXES = shape(
    {"options": list_of(CHOICE_OPTION, most=10)},
    {
        "action_id": IDENTIFIER,
        "initial_options": list_of(CHOICE_OPTION, most=10),
        "confirm": CONFIRM,
        "focus_on_load": boolean,
    },
    _initial_is_offered,
)
SELECTS: dict[str, Rule] = {
    "static_select": shape(
        {},
        {**_MENU, **_STATIC, "initial_option": OPTION},
        exactly_one_of("options", "option_groups"),
        _initial_is_offered,
    ),
    "external_select": shape({}, {**_MENU, "initial_option": OPTION, "min_query_length": integer(0, 255)}),
    "users_select": shape({}, {**_MENU, "initial_user": string()}),
    "conversations_select": shape(
        {}, {**_MENU, **_CONVERSATION, "initial_conversation": string(), "response_url_enabled": boolean}
    ),
    "channels_select": shape({}, {**_MENU, "initial_channel": string(), "response_url_enabled": boolean}),
}
MULTI_SELECTS: dict[str, Rule] = {
    "multi_static_select": shape(
        {},
        {**_MULTI, **_STATIC, "initial_options": list_of(OPTION, most=100)},
        exactly_one_of("options", "option_groups"),
        _initial_is_offered,
    ),
    "multi_external_select": shape(
        {},
        {**_MULTI, "initial_options": list_of(OPTION, most=100), "min_query_length": integer(0, 255)},
    ),
    "multi_users_select": shape({}, {**_MULTI, "initial_users": list_of(string(), most=100)}),
    "multi_conversations_select": shape(
        {}, {**_MULTI, **_CONVERSATION, "initial_conversations": list_of(string(), most=100)}
    ),
    "multi_channels_select": shape({}, {**_MULTI, "initial_channels": list_of(string(), most=100)}),
}
PICKERS: dict[str, Rule] = {
    "datepicker": shape({}, {**_PICKER, "initial_date": DATE, "placeholder": PLACEHOLDER}),
    "timepicker": shape(
        {}, {**_PICKER, "initial_time": TIME, "placeholder": PLACEHOLDER, "timezone": string()}
    ),
    "datetimepicker": shape({}, {**_PICKER, "initial_date_time": integer(1_000_000_000, 9_999_999_999)}),
}
TEXT_INPUTS: dict[str, Rule] = {
    "plain_text_input": shape(
        {},
        {
            **_TYPED,
            "initial_value": string(3000, least=0),
            "multiline": boolean,
            "min_length": integer(0, 3000),
            "max_length": integer(1, 3000),
        },
    ),
    "email_text_input": shape({}, {**_TYPED, "initial_value": string()}),
    "url_text_input": shape({}, {**_TYPED, "initial_value": string()}),
    "number_input": shape(
        {"is_decimal_allowed": boolean},
        {**_TYPED, "initial_value": string(), "min_value": string(), "max_value": string()},
    ),
    "rich_text_input": shape({}, {**_TYPED, "initial_value": anything}),
    "file_input": shape(
        {},
        {"action_id": IDENTIFIER, "filetypes": list_of(string(), most=100), "max_files": integer(1, 10)},
    ),
}
CHOICES: dict[str, Rule] = {"radio_buttons": RADIO_BUTTONS, "checkboxes": CHECKBOXES}

INTERACTIVE: dict[str, Rule] = {
    "button": BUTTON,
    "overflow": OVERFLOW,
    **CHOICES,
    **SELECTS,
    **MULTI_SELECTS,
    **PICKERS,
}
CONTEXT_ELEMENTS: dict[str, Rule] = {
    "image": IMAGE_ELEMENT,
    "plain_text": shape({"text": string()}, {"emoji": boolean}),
    "mrkdwn": shape({"text": string()}, {"verbatim": boolean}),
}
INPUT_ELEMENTS: dict[str, Rule] = {**TEXT_INPUTS, **CHOICES, **SELECTS, **MULTI_SELECTS, **PICKERS}


def _text_or_fields(value: Any, pointer: str, findings: Findings) -> None:
    if value.get("text") is None and value.get("fields") is None:
        findings.add(pointer, "missing required field: text or fields", "required", ["text", "fields"])


def _unique_action_ids(value: Any, pointer: str, findings: Findings) -> None:
    seen: set[str] = set()
    for position, element in enumerate(_as_list(value.get("elements"))):
        action_id = element.get("action_id") if isinstance(element, dict) else None
        if not isinstance(action_id, str):
            continue
        if action_id in seen:
            findings.add(
                f"{pointer}/elements/{position}/action_id",
                f'`action_id` "{action_id}" already exists',
                "unique",
            )
        seen.add(action_id)


# The empty block_id is refused with the duplicates, see unique_block_ids.
_ID = {"block_id": string(255, least=0)}

BLOCKS: dict[str, Rule] = {
    "section": shape(
        {},
        {
            **_ID,
            "text": text(3000),
            "fields": list_of(text(2000), most=10),
            "accessory": by_type({**INTERACTIVE, "image": IMAGE_ELEMENT}),
            "expand": boolean,
        },
        _text_or_fields,
    ),
    "header": shape({"text": plain(150)}, _ID),
    "divider": shape({}, _ID),
    "context": shape({"elements": list_of(by_type(CONTEXT_ELEMENTS), most=10)}, _ID),
    "actions": shape({"elements": list_of(by_type(INTERACTIVE), most=25)}, _ID, _unique_action_ids),
    "input": shape(
        {"label": plain(2000), "element": by_type(INPUT_ELEMENTS)},
        {**_ID, "hint": plain(2000), "optional": boolean, "dispatch_action": boolean},
    ),
    "image": shape(
        {"alt_text": string(2000)},
        {
            **_ID,
            "image_url": web_address(3000, "https?"),
            "slack_file": SLACK_FILE,
            "title": plain(2000),
        },
        exactly_one_of("image_url", "slack_file"),
    ),
    "markdown": shape({"text": string(MARKDOWN_CHARACTERS)}, _ID),
    "rich_text": shape({"elements": list_of(anything, most=1000)}, _ID),
}


def check_blocks(blocks: Any, pointer: str, most: int, findings: Findings) -> None:
    """All rules for the blocks of one message or view."""
    list_of(by_type(BLOCKS), least=0, most=most)(blocks, pointer, findings)
    if isinstance(blocks, list):
        _unique_block_ids(blocks, pointer, findings)
        _markdown_together(blocks, pointer, findings)


def _unique_block_ids(blocks: list[Any], pointer: str, findings: Findings) -> None:
    # Slack treats the empty string as an id that is taken already.
    seen = {""}
    for position, block in enumerate(blocks):
        block_id = block.get("block_id") if isinstance(block, dict) else None
        if not isinstance(block_id, str):
            continue
        if block_id in seen:
            findings.add(
                f"{pointer}/{position}/block_id", f'`block_id` "{block_id}" already exists', "unique"
            )
        seen.add(block_id)


def _markdown_together(blocks: list[Any], pointer: str, findings: Findings) -> None:
    texts = [b.get("text") for b in blocks if isinstance(b, dict) and b.get("type") == "markdown"]
    if len(texts) > 1 and sum(len(t) for t in texts if isinstance(t, str)) > MARKDOWN_CHARACTERS:
        findings.add(
            pointer,
            f"markdown blocks together must be less than {MARKDOWN_CHARACTERS + 1} characters",
            "max_length",
            MARKDOWN_CHARACTERS,
        )


def elements_of(block: dict[str, Any]) -> list[dict[str, Any]]:
    """The elements of one valid block that a person can act on or fill in."""
    candidates = [*block.get("elements", []), block.get("accessory"), block.get("element")]
    known = INTERACTIVE.keys() | INPUT_ELEMENTS.keys()
    return [e for e in candidates if isinstance(e, dict) and e.get("type") in known]


def all_text(value: Any) -> Iterator[str]:
    """Every text in blocks: the `text` of text objects and markdown blocks, at any depth."""
    if isinstance(value, dict):
        for name, part in value.items():
            if name == "text" and isinstance(part, str):
                yield part
            else:
                yield from all_text(part)
    elif isinstance(value, list):
        for part in value:
            yield from all_text(part)
