"""The arguments of a call, from a query, a form or JSON, by Slack's rules."""

import json
import re
from dataclasses import dataclass, field
from typing import Any

from starlette.datastructures import UploadFile
from starlette.requests import Request

from g40flow.sandbox.slack.refusals import Json, Refused, invalid_argument, missing_argument

_NAME = re.compile(r"[A-Za-z0-9_][A-Za-z0-9_.\[\]-]{0,99}")
_FORMS = ("application/x-www-form-urlencoded", "multipart/form-data")
_TRUE = {"1", "true", "yes", "on"}
_FALSE = {"0", "false", "no", "off", ""}


@dataclass
class Arguments:
    """What a caller sent. values: strings from a form, any JSON value from a JSON body; no nulls.

    warnings: codes for the `warning` field of the answer.
    """

    values: Json = field(default_factory=dict)
    warnings: list[str] = field(default_factory=list)

    def __contains__(self, name: str) -> bool:
        return name in self.values

    def text(self, name: str) -> str | None:
        """A string; numbers count as their digits. Raises Refused invalid_arguments for anything else."""
        value = self.values.get(name)
        if isinstance(value, int | float) and not isinstance(value, bool):
            return str(value)
        if value is not None and not isinstance(value, str):
            raise invalid_argument(name, "must provide a string")
        return value

    def required(self, name: str) -> str:
        """A string that is not empty. Raises Refused invalid_arguments."""
        value = self.text(name)
        if not value:
            raise missing_argument(name)
        return value

    def flag(self, name: str) -> bool:
        """True or false; also 1, 0, "true" and "false". Absent is false."""
        value = self.values.get(name)
        if isinstance(value, bool):
            return value
        word = str(value).lower() if value is not None else ""
        if word not in _TRUE | _FALSE:
            raise invalid_argument(name, "must be a boolean")
        return word in _TRUE

    def number(self, name: str, error: str = "invalid_arguments") -> int | None:
        """A whole number; None if absent. Raises Refused with `error`."""
        value = self.values.get(name)
        if value is None or value == "":
            return None
        if isinstance(value, bool) or not re.fullmatch(r"-?\d{1,15}", str(value)):
            raise Refused(error, messages=[f"[ERROR] must be an integer [json-pointer:/{name}]"])
        return int(value)

    def names(self, name: str) -> list[str]:
        """A list of strings, also written as "a,b"; empty if absent."""
        value = self.values.get(name)
        if isinstance(value, list):
            return [str(item) for item in value]
        return [item.strip() for item in (self.text(name) or "").split(",") if item.strip()]

    def limit(self, default: int, most: int) -> int:
        """The page size. Raises Refused invalid_limit outside 1 up to `most`; 0 means the default."""
        value = self.number("limit", "invalid_limit")
        if not value:
            return default
        if not 0 < value <= most:
            raise Refused("invalid_limit")
        return value


async def read_arguments(request: Request, *, accepts_json: bool) -> Arguments:
    """Decode a call. A JSON body of a method that takes forms only is not read, as at Slack.

    Raises Refused: missing_post_type, invalid_post_type, invalid_charset, invalid_json,
    json_not_object, invalid_form_data, invalid_arg_name.
    """
    arguments = Arguments(dict(request.query_params))
    if request.method == "POST":
        await _read_body(request, arguments, accepts_json)
    for name in arguments.values:
        if not _NAME.fullmatch(name):
            raise Refused("invalid_arg_name")
    arguments.values = {name: value for name, value in arguments.values.items() if value is not None}
    return arguments


async def _read_body(request: Request, arguments: Arguments, accepts_json: bool) -> None:
    body = await request.body()
    kind, _, parameters = request.headers.get("content-type", "").lower().partition(";")
    kind = kind.strip()
    if not kind:
        if body:
            raise Refused("missing_post_type")
        return
    charset = re.search(r"charset=\"?([\w-]+)", parameters)
    if charset and charset[1] not in ("utf-8", "utf8", "iso-8859-1", "us-ascii"):
        raise Refused("invalid_charset")
    if kind in _FORMS:
        arguments.values |= await _form(request)
    elif kind == "application/json":
        if not charset:
            arguments.warnings.append("missing_charset")
        if accepts_json:
            arguments.values |= _json_object(body)
    elif kind != "text/plain":
        raise Refused("invalid_post_type")


async def _form(request: Request) -> Json:
    try:
        form = await request.form()
    except Exception as error:
        # Starlette raises its own and the form parser's errors; to the caller they are one.
        raise Refused("invalid_form_data") from error
    return {
        name: (await value.read()).decode("utf-8", "replace") if isinstance(value, UploadFile) else value
        for name, value in form.items()
    }


def _json_object(body: bytes) -> Json:
    if not body.strip():
        return {}
    try:
        content: Any = json.loads(body)
    except (ValueError, RecursionError):
        raise Refused("invalid_json") from None
    if not isinstance(content, dict):
        raise Refused("json_not_object")
    return content
