"""What people do with elements: the state that a choice leaves behind, and what is wrong with it."""

import re
from typing import Any

from g40flow.sandbox.slack.block_kit import elements_of
from g40flow.sandbox.slack.refusals import Json, Refused

STATELESS = {"button", "overflow"}
_SINGLE = {
    "users_select": ("selected_user", "initial_user"),
    "channels_select": ("selected_channel", "initial_channel"),
    "conversations_select": ("selected_conversation", "initial_conversation"),
    "datepicker": ("selected_date", "initial_date"),
    "timepicker": ("selected_time", "initial_time"),
    "datetimepicker": ("selected_date_time", "initial_date_time"),
}
_SEVERAL = {
    "multi_users_select": ("selected_users", "initial_users"),
    "multi_channels_select": ("selected_channels", "initial_channels"),
    "multi_conversations_select": ("selected_conversations", "initial_conversations"),
    "file_input": ("files", "initial_files"),
}
_ONE_OPTION = {"static_select", "external_select", "radio_buttons", "overflow"}
_OPTIONS = {"multi_static_select", "multi_external_select", "checkboxes"}
_MAIL = re.compile(r"[^@\s]+@[^@\s]+\.[^@\s]+")


def options_of(element: Json) -> list[Json]:
    """All options that an element offers, groups taken together."""
    grouped = [option for group in element.get("option_groups", []) for option in group["options"]]
    return [*element.get("options", []), *grouped]


def initial_state(element: Json) -> Json:
    """The state of an element that nobody touched."""
    kind = element["type"]
    if kind in _ONE_OPTION:
        return {"type": kind, "selected_option": element.get("initial_option")}
    if kind in _OPTIONS:
        return {"type": kind, "selected_options": element.get("initial_options", [])}
    if kind in _SINGLE:
        field, initial = _SINGLE[kind]
        return {"type": kind, field: element.get(initial)}
    if kind in _SEVERAL:
        field, initial = _SEVERAL[kind]
        return {"type": kind, field: element.get(initial, [])}
    if kind == "rich_text_input":
        return {"type": kind, "rich_text_value": element.get("initial_value")}
    return {"type": kind, "value": element.get("initial_value")}


def chosen_state(element: Json, given: Any) -> Json:
    """The state after a person filled in `given`: an option's value, a list of them, a text, a date.

    Raises Refused no_option for something that the element does not offer.
    """
    kind = element["type"]
    if kind in _ONE_OPTION:
        return {"type": kind, "selected_option": _option(element, given) if given not in (None, "") else None}
    if kind in _OPTIONS:
        return {"type": kind, "selected_options": [_option(element, one) for one in _as_list(given)]}
    if kind in _SINGLE:
        value = given if given != "" else None
        if kind == "datetimepicker" and value is not None:
            value = int(value)
        return {"type": kind, _SINGLE[kind][0]: value}
    if kind in _SEVERAL:
        return {"type": kind, _SEVERAL[kind][0]: _as_list(given)}
    field = "rich_text_value" if kind == "rich_text_input" else "value"
    return {"type": kind, field: given if given != "" else None}


def _as_list(given: Any) -> list[Any]:
    if given in (None, ""):
        return []
    return list(given) if isinstance(given, list | tuple) else [given]


def _option(element: Json, given: Any) -> Json:
    if element["type"].endswith("external_select"):
        return (
            given
            if isinstance(given, dict)
            else {"text": {"type": "plain_text", "text": given}, "value": given}
        )
    wanted = given.get("value") if isinstance(given, dict) else given
    for option in options_of(element):
        if option["value"] == wanted or option["text"]["text"] == wanted:
            return {name: option[name] for name in ("text", "value", "description", "url") if name in option}
    raise Refused("no_option")


def find_element(blocks: list[Json], action_id: str, block_id: str | None) -> tuple[Json, Json]:
    """The block and the element with an action_id. Raises Refused action_not_found."""
    for block in blocks:
        if block_id is not None and block.get("block_id") != block_id:
            continue
        for element in elements_of(block):
            if element.get("action_id") == action_id:
                return block, element
    raise Refused("action_not_found")


def state_of(blocks: list[Json], filled_in: Json) -> Json:
    """block_id → action_id → state of everything that can be filled in."""
    state: Json = {}
    for block in blocks:
        for element in elements_of(block):
            if element["type"] in STATELESS:
                continue
            known = filled_in.get(block["block_id"], {}).get(element["action_id"])
            same_kind = isinstance(known, dict) and known.get("type") == element["type"]
            state.setdefault(block["block_id"], {})[element["action_id"]] = (
                known if same_kind else initial_state(element)
            )
    return state


def mistakes_in(blocks: list[Json], state: Json) -> dict[str, str]:
    """block_id → what Slack's own screen says before it submits, in Dutch."""
    mistakes = {}
    for block in blocks:
        if block["type"] != "input":
            continue
        element = block["element"]
        mistake = _mistake(block, element, state[block["block_id"]][element["action_id"]])
        if mistake:
            mistakes[block["block_id"]] = mistake
    return mistakes


def _mistake(block: Json, element: Json, state: Json) -> str | None:
    value = next((v for name, v in state.items() if name != "type"), None)
    if value in (None, "", []):
        return None if block.get("optional") else "Vul dit veld in."
    if isinstance(value, list) and len(value) > element.get("max_selected_items", len(value)):
        return f"Kies er hoogstens {element['max_selected_items']}."
    if element["type"] == "plain_text_input":
        least, most = element.get("min_length", 0), element.get("max_length", 3000)
        if len(value) < least:
            return f"Minstens {least} tekens."
        if len(value) > most:
            return f"Hoogstens {most} tekens."
    if element["type"] == "email_text_input" and not _MAIL.fullmatch(value):
        return "Vul een e-mailadres in."
    if element["type"] == "url_text_input" and not re.match(r"https?://\S+$", value):
        return "Vul een webadres in."
    if element["type"] == "number_input":
        return _number_mistake(element, str(value))
    return None


def _number_mistake(element: Json, value: str) -> str | None:
    shape = r"-?\d+(\.\d+)?" if element["is_decimal_allowed"] else r"-?\d+"
    if not re.fullmatch(shape, value):
        return "Vul een getal in."
    if "min_value" in element and float(value) < float(element["min_value"]):
        return f"Minstens {element['min_value']}."
    if "max_value" in element and float(value) > float(element["max_value"]):
        return f"Hoogstens {element['max_value']}."
    return None
