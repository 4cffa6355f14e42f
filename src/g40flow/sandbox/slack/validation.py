"""Whether Slack takes a message or a view, said in the three ways in which Slack says no."""

import copy
import json
from collections.abc import Callable
from typing import Any

from g40flow.sandbox.slack.block_kit import (
    MESSAGE_BLOCKS,
    VIEW_BLOCKS,
    all_text,
    check_blocks,
    elements_of,
    plain,
)
from g40flow.sandbox.slack.refusals import Json, Refused
from g40flow.sandbox.slack.rules import Finding, Findings, Rule, anything, boolean, by_type, shape, string

MESSAGE_TEXT = 13_200
"""All text of one message together; no documented number, refusals are seen from about here on."""
VIEW_BYTES = 250_000


def accept_message_blocks(given: Any) -> list[Json]:
    """The blocks of a message, decoded and valid. given: a list or the JSON text of one.

    Raises Refused: invalid_blocks_format, invalid_blocks, msg_blocks_too_long.
    """
    blocks = _decoded_blocks(given)
    findings = Findings()
    check_blocks(blocks, "/blocks", MESSAGE_BLOCKS, findings)
    if findings.found:
        raise Refused(
            "invalid_blocks",
            messages=[f"[ERROR] {line}" for line in _lines(findings.found)],
            errors=_lines(findings.found),
        )
    if sum(map(len, all_text(blocks))) > MESSAGE_TEXT:
        raise Refused("msg_blocks_too_long")
    return blocks


def accept_view(given: Any, kinds: tuple[str, ...]) -> Json:
    """A view, decoded and valid. kinds: the types that the method takes ("modal", "home").

    Raises Refused: invalid_arguments, view_too_large.
    """
    view = _decoded_view(given)
    if len(json.dumps(view, ensure_ascii=False, separators=(",", ":")).encode()) > VIEW_BYTES:
        raise Refused("view_too_large")
    findings = Findings()
    check_view(view, "/view", findings, kinds)
    if findings.found:
        first = "[ERROR] failed to match all allowed schemas [json-pointer:/view]"
        raise Refused(
            "invalid_arguments",
            messages=[first, *(f"[ERROR] {line}" for line in _lines(findings.found))],
        )
    return view


def validate_blocks(given: Any) -> None:
    """blocks.validate for `blocks`. Raises Refused invalid_blocks or invalid_blocks_format."""
    findings = Findings()
    check_blocks(_decoded_blocks(given), "", MESSAGE_BLOCKS, findings)
    _refuse_with_report("invalid_blocks", findings)


def validate_message(given: Any) -> None:
    """blocks.validate for `message`. Raises Refused invalid_message."""
    message = _decoded(given, lambda: Refused("invalid_message"))
    findings = Findings()
    if not isinstance(message, dict):
        findings.add("", "must provide an object", "type", "object")
    else:
        if not any(message.get(name) for name in ("text", "blocks", "attachments", "markdown_text")):
            findings.add("", "missing required field: text or blocks", "required", ["text", "blocks"])
        if message.get("text") is not None:
            string(40_000, least=0)(message["text"], "/text", findings)
        if message.get("blocks") is not None:
            check_blocks(message["blocks"], "/blocks", MESSAGE_BLOCKS, findings)
    _refuse_with_report("invalid_message", findings)


def validate_view(given: Any) -> None:
    """blocks.validate for `view`. Raises Refused invalid_view."""
    view = _decoded(given, lambda: Refused("invalid_view"))
    findings = Findings()
    check_view(view, "", findings, ("modal", "home"))
    _refuse_with_report("invalid_view", findings)


def check_view(view: Any, pointer: str, findings: Findings, kinds: tuple[str, ...]) -> None:
    """All rules for one view."""
    by_type({kind: _VIEWS[kind] for kind in kinds})(view, pointer, findings)


def with_ids(blocks: list[Json], new_id: Callable[[], str]) -> list[Json]:
    """A copy in which every block has a block_id and every element an action_id, as Slack stores it."""
    stored = copy.deepcopy(blocks)
    for block in stored:
        if "block_id" not in block:
            block["block_id"] = new_id()
        for element in elements_of(block):
            if "action_id" not in element:
                element["action_id"] = new_id()
    return stored


def _view_blocks(value: Any, pointer: str, findings: Findings) -> None:
    check_blocks(value, pointer, VIEW_BLOCKS, findings)


def _submit_for_inputs(value: Any, pointer: str, findings: Findings) -> None:
    blocks = value.get("blocks")
    if not isinstance(blocks, list):
        return
    inputs = any(isinstance(b, dict) and b.get("type") == "input" for b in blocks)
    if inputs and value.get("submit") is None:
        findings.add(pointer, "missing required field: submit", "required", "submit")


_COMMON: dict[str, Rule] = {
    "callback_id": string(255, least=0),
    "private_metadata": string(3000, least=0),
    "external_id": string(255, least=0),
}
_VIEWS: dict[str, Rule] = {
    "modal": shape(
        {"title": plain(24), "blocks": _view_blocks},
        {
            **_COMMON,
            "submit": plain(24),
            "close": plain(24),
            "clear_on_close": boolean,
            "notify_on_close": boolean,
            "submit_disabled": boolean,
        },
        _submit_for_inputs,
    ),
    "home": shape(
        {"blocks": _view_blocks}, {**_COMMON, "clear_on_close": anything, "notify_on_close": anything}
    ),
}


def _lines(found: list[Finding]) -> list[str]:
    return [f"{finding.message} [json-pointer:{finding.pointer}]" for finding in found]


def _refuse_with_report(error: str, findings: Findings) -> None:
    if findings.found:
        raise Refused(
            error,
            messages=[f"[ERROR] {line}" for line in _lines(findings.found)],
            errors=[
                {"code": f.code, "message": f.message, "pointer": f.pointer, "constraint": f.constraint}
                for f in findings.found
            ],
        )


def _decoded(given: Any, refusal: Callable[[], Refused]) -> Any:
    if not isinstance(given, str):
        return given
    try:
        return json.loads(given)
    except ValueError:
        raise refusal() from None


def _decoded_blocks(given: Any) -> list[Json]:
    blocks = _decoded(given, lambda: Refused("invalid_blocks_format"))
    if not isinstance(blocks, list):
        raise Refused("invalid_blocks_format")
    return blocks


def _decoded_view(given: Any) -> Json:
    unreadable = Refused(
        "invalid_arguments", messages=["[ERROR] must be a valid view object [json-pointer:/view]"]
    )
    view = _decoded(given, lambda: unreadable)
    if not isinstance(view, dict):
        raise unreadable
    return view
