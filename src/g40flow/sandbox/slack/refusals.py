"""How Slack says no: HTTP 200 with `ok: false`, or 429 and 5xx."""

from collections.abc import Iterable
from typing import Any

Json = dict[str, Any]


class Refused(Exception):
    """A call that Slack would answer with `{"ok": false, "error": code}`.

    messages: explanations for `response_metadata.messages`, written as Slack does ("[ERROR] …").
    status: HTTP status, 200 unless Slack uses another. headers: extra answer headers.
    extra: further top-level fields of the answer, such as `needed` and `provided`.
    """

    def __init__(
        self,
        error: str,
        *,
        messages: Iterable[str] = (),
        status: int = 200,
        headers: dict[str, str] | None = None,
        **extra: Any,
    ) -> None:
        super().__init__(error)
        self.error = error
        self.messages = list(messages)
        self.status = status
        self.headers = headers or {}
        self.extra = extra

    def answer(self) -> Json:
        """The body of the answer."""
        body: Json = {"ok": False, "error": self.error, **self.extra}
        if self.messages:
            body["response_metadata"] = {"messages": self.messages}
        return body


def missing_argument(name: str) -> Refused:
    """The refusal of a call without a required argument."""
    return Refused("invalid_arguments", messages=[f"[ERROR] missing required field: {name}"])


def invalid_argument(name: str, why: str) -> Refused:
    """The refusal of an argument with an impossible value. why: as in "must be a string"."""
    return Refused("invalid_arguments", messages=[f"[ERROR] {why} [json-pointer:/{name}]"])
