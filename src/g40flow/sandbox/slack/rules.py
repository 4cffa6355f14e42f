"""Small rules from which the shapes of Block Kit are put together.

A rule looks at one value and adds what is wrong with it to a list of findings; it never raises.
Wording and pointers are Slack's ("must be less than 76 characters", "/blocks/0/text/text").
"""

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any


@dataclass(frozen=True)
class Finding:
    """One thing that is wrong. pointer: JSON pointer from the root that was checked, "" for the root."""

    pointer: str
    message: str
    constraint: dict[str, Any]
    code: str = "failed_constraint"


@dataclass
class Findings:
    """Everything that is wrong with one message or view, in document order."""

    found: list[Finding] = field(default_factory=list)

    def add(self, pointer: str, message: str, kind: str, expected: Any = None) -> None:
        """kind, expected: the `constraint` that blocks.validate reports."""
        constraint: dict[str, Any] = {"type": kind}
        if expected is not None:
            constraint["expected"] = expected
        self.found.append(Finding(pointer, message, constraint))


Rule = Callable[[Any, str, Findings], None]


def string(limit: int | None = None, *, least: int = 1) -> Rule:
    """A string of `least` up to and including `limit` characters."""

    def check(value: Any, pointer: str, findings: Findings) -> None:
        if not isinstance(value, str):
            findings.add(pointer, "must provide a string", "type", "string")
        elif len(value) < least:
            findings.add(pointer, f"must be more than {least - 1} characters", "min_length", least)
        elif limit is not None and len(value) > limit:
            findings.add(pointer, f"must be less than {limit + 1} characters", "max_length", limit)

    return check


def matching(pattern: str, meaning: str, limit: int | None = None) -> Rule:
    """A string that the pattern describes from start to end; `meaning` completes "must be …"."""
    shape = re.compile(pattern)
    short_enough = string(limit)

    def check(value: Any, pointer: str, findings: Findings) -> None:
        before = len(findings.found)
        short_enough(value, pointer, findings)
        if len(findings.found) == before and not shape.fullmatch(value):
            findings.add(pointer, f"must be {meaning}", "format", meaning)

    return check


def web_address(limit: int, schemes: str = r"[a-z][a-z0-9+.-]*") -> Rule:
    """An address with a scheme, without white space."""
    return matching(rf"(?i:{schemes}):(//)?\S+", "a valid URL with a scheme", limit)


def boolean(value: Any, pointer: str, findings: Findings) -> None:
    """true or false, nothing that looks like it."""
    if not isinstance(value, bool):
        findings.add(pointer, "must be a boolean", "type", "boolean")


def integer(least: int, most: int) -> Rule:
    """A whole number within bounds, both included."""

    def check(value: Any, pointer: str, findings: Findings) -> None:
        if not isinstance(value, int) or isinstance(value, bool):
            findings.add(pointer, "must be an integer", "type", "integer")
        elif value < least:
            findings.add(pointer, f"must be greater than or equal to {least}", "minimum", least)
        elif value > most:
            findings.add(pointer, f"must be less than or equal to {most}", "maximum", most)

    return check


def one_of(*allowed: str) -> Rule:
    """One of the listed strings."""

    def check(value: Any, pointer: str, findings: Findings) -> None:
        if value not in allowed:
            findings.add(pointer, f"must be a valid enum value: {', '.join(allowed)}", "enum", list(allowed))

    return check


def anything(value: Any, pointer: str, findings: Findings) -> None:
    """Accepted as it is: parts that are carried along but not looked into."""


def list_of(rule: Rule, *, least: int = 1, most: int) -> Rule:
    """A list of `least` up to `most` values that each satisfy the rule."""

    def check(value: Any, pointer: str, findings: Findings) -> None:
        if not isinstance(value, list):
            findings.add(pointer, "must provide an array", "type", "array")
            return
        if len(value) < least:
            findings.add(pointer, f"no fewer than {least} items allowed", "min_items", least)
        if len(value) > most:
            findings.add(pointer, f"no more than {most} items allowed", "max_items", most)
        for position, item in enumerate(value):
            rule(item, f"{pointer}/{position}", findings)

    return check


def shape(
    required: Mapping[str, Rule] | None = None, optional: Mapping[str, Rule] | None = None, *also: Rule
) -> Rule:
    """An object with exactly these properties. also: rules about several properties together.

    `type` is always allowed: whoever chooses the shape has looked at it.
    """
    needed = dict(required or {})
    known = {"type": anything, **needed, **(optional or {})}

    def check(value: Any, pointer: str, findings: Findings) -> None:
        if not isinstance(value, dict):
            findings.add(pointer, "must provide an object", "type", "object")
            return
        for name in needed:
            if value.get(name) is None:
                findings.add(pointer, f"missing required field: {name}", "required", name)
        for name, part in value.items():
            if name not in known:
                findings.add(pointer, f"invalid additional property: {name}", "additional_property", name)
            elif part is not None:
                known[name](part, f"{pointer}/{name}", findings)
        for rule in also:
            rule(value, pointer, findings)

    return check


def by_type(shapes: Mapping[str, Rule]) -> Rule:
    """An object whose `type` says which shape it must have."""

    def check(value: Any, pointer: str, findings: Findings) -> None:
        if not isinstance(value, dict):
            findings.add(pointer, "must provide an object", "type", "object")
            return
        kind = value.get("type")
        if kind is None:
            findings.add(pointer, "missing required field: type", "required", "type")
        elif not isinstance(kind, str) or kind not in shapes:
            findings.add(f"{pointer}/type", f"unsupported type: {kind}", "enum", list(shapes))
        else:
            shapes[kind](value, pointer, findings)

    return check


def exactly_one_of(*names: str) -> Rule:
    """A rule for a shape: one of these properties, not none and not two."""

    def check(value: Any, pointer: str, findings: Findings) -> None:
        given = [name for name in names if value.get(name) is not None]
        if not given:
            findings.add(pointer, f"missing required field: {' or '.join(names)}", "required", list(names))
        elif len(given) > 1:
            findings.add(pointer, f"only one of these is allowed: {', '.join(given)}", "exclusive", given)

    return check
