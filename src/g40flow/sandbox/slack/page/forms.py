"""Forms of the page: which element was pressed, and what stands in the fields."""

import json
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from starlette.datastructures import FormData

from g40flow.sandbox.slack.block_kit import elements_of
from g40flow.sandbox.slack.elements import STATELESS
from g40flow.sandbox.slack.refusals import Json, Refused

MULTIPLE = {
    "checkboxes",
    "multi_static_select",
    "multi_external_select",
    "multi_users_select",
    "multi_channels_select",
    "multi_conversations_select",
    "file_input",
}


def field_name(block: Json, element: Json) -> str:
    """The name of the form field of an element."""
    return f"v{json.dumps([block['block_id'], element['action_id']])}"


def press_value(block: Json, element: Json, option: str | None = None) -> str:
    """The value of the button that presses an element. option: of an overflow menu."""
    parts = [block["block_id"], element["action_id"]]
    return json.dumps(parts if option is None else [*parts, option])


def pressed(form: FormData) -> tuple[str, str, str | None]:
    """block_id, action_id and option of the pressed button. Raises Refused action_not_found."""
    try:
        parts = json.loads(str(form.get("press", "")))
    except ValueError:
        raise Refused("action_not_found") from None
    is_named = isinstance(parts, list) and len(parts) in (2, 3)
    if not is_named or not all(isinstance(part, str) for part in parts):
        raise Refused("action_not_found")
    return parts[0], parts[1], parts[2] if len(parts) == 3 else None


def filled_in(form: FormData, blocks: list[Json], zone: str) -> Json:
    """block_id → action_id → value of every field of the form that belongs to these blocks."""
    values: Json = {}
    for block in blocks:
        for element in elements_of(block):
            if element["type"] not in STATELESS and _is_in(form, block, element):
                values.setdefault(block["block_id"], {})[element["action_id"]] = value_of(
                    form, block, element, zone
                )
    return values


def value_of(form: FormData, block: Json, element: Json, zone: str) -> Any:
    """What the form says about one element."""
    given = [str(value).replace("\r\n", "\n") for value in form.getlist(field_name(block, element))]
    if element["type"] in MULTIPLE:
        return [value for value in given if value]
    value = given[-1] if given else ""
    if element["type"] == "datetimepicker" and value:
        return int(datetime.fromisoformat(value).replace(tzinfo=ZoneInfo(zone)).timestamp())
    return value


def _is_in(form: FormData, block: Json, element: Json) -> bool:
    # Browsers leave out empty check boxes and radio buttons; a hidden field says that they were there.
    name = field_name(block, element)
    return name in form or f"has-{name}" in form
