"""Adding a term to a file of config/routing, or taking it out, and leaving all else as it stands.

People write these files with comments and in an order of their own, so the text is edited and
never written anew from its values. Every edit is read back before it is kept: the one list must
have changed by the one term, and nothing else.
"""

import json
import os
import shutil
import tempfile
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import yaml

from g40flow.domain.errors import ConfigError
from g40flow.domain.routing.learning import RuleChange
from g40flow.domain.routing.rules import Role
from g40flow.resources import PACKAGE

LISTS: Mapping[Role, str] = {
    Role.ACT: "acts",
    Role.STRONG: "strong",
    Role.CONTEXT: "context",
    Role.AGAINST: "against",
}
"""Under which key of a group's file the terms of a role stand."""


def may_be_written(directory: Path) -> bool:
    """Whether these rules are somebody's own. Those inside the installed program would be lost at
    its next version."""
    return not directory.resolve().is_relative_to(PACKAGE.resolve())


@contextmanager
def changed_rules(directory: Path, change: RuleChange) -> Iterator[None]:
    """The file of the group with the change, for good when the block ends well.

    After an error in the block the file is as it was. Raises ConfigError when the folder is that of
    the program, or when the file cannot be changed without touching anything else.
    """
    if not may_be_written(directory):
        raise ConfigError(
            f"{directory}: deze regels horen bij het programma en worden bij een nieuwe versie vervangen; "
            "richt een eigen map in met `g40flow init`"
        )
    path = (directory / f"{change.group}.yaml").resolve()
    try:
        before = path.read_bytes()
        _replace(path, with_change(before.decode("utf-8"), change).encode())
    except (OSError, UnicodeDecodeError, ValueError) as error:
        raise ConfigError(f"{path}: kan niet worden gewijzigd: {error}") from error
    try:
        yield
    except BaseException:
        _replace(path, before)
        raise


def with_change(text: str, change: RuleChange) -> str:
    """The text of a group's file with one term more or less.

    Raises ValueError when the term is there already, or is not there, or when no edit of that place
    alone gives what is wanted.
    """
    key = LISTS[change.role]
    content = _content(text)
    terms = list(content.get(key) or [])
    if (change.term in terms) == change.add:
        raise ValueError(f"{key}: {change.term!r} " + ("staat er al" if change.add else "staat er niet"))
    rest = [term for term in terms if term != change.term]
    edits = _added(text, key, change.term) if change.add else _removed(text, key, change.term)
    for edited in edits:
        found = _content_or_none(edited)
        if found is None or {**found, key: None} != {**content, key: None}:
            continue
        now = found.get(key) or []
        if sorted(now) == sorted([*rest, change.term] if change.add else rest):
            return edited
    raise ValueError(f"{key}: {change.term!r} past niet in de opmaak van dit bestand; wijzig het met de hand")


def _added(text: str, key: str, term: str) -> Iterator[str]:
    """Ways to add a term, the smallest change first."""
    written = _written(term)
    node = _list(text, key)
    if node is None or (not node.value and not node.flow_style):
        yield _with_new_list(text, key, written)
        return
    if not node.flow_style:
        last = node.value[-1]
        line = _line_start(text, last.start_mark.index)
        indent = text[line : last.start_mark.index].partition("-")[0]
        end = _line_end(text, last.end_mark.index)
        yield f"{text[:end]}\n{indent}- {written}{text[end:]}"
        return
    if node.value:
        line = _line_start(text, node.value[-1].start_mark.index)
        if line > node.start_mark.index:
            indent = text[line:][: len(text[line:]) - len(text[line:].lstrip(" "))]
            yield f"{text[:line]}{indent}{written},\n{text[line:]}"
    opened = node.start_mark.index + 1
    yield f"{text[:opened]}{written}{', ' if node.value else ''}{text[opened:]}"


def _with_new_list(text: str, key: str, written: str) -> str:
    """For a key that is not there, or has nothing behind it."""
    for line in text.splitlines(keepends=True):
        if line.rstrip() == f"{key}:":
            return text.replace(line, f"{key}: [{written}]\n", 1)
    return f"{text.rstrip(chr(10))}\n{key}: [{written}]\n"


def _removed(text: str, key: str, term: str) -> Iterator[str]:
    """Ways to take a term out. Comments beside it stay."""
    node = _list(text, key)
    if node is None:
        return
    edited = text
    for number in reversed([n for n, found in enumerate(node.value) if found.value == term]):
        found = node.value[number]
        start, end = found.start_mark.index, found.end_mark.index
        if not node.flow_style:
            start, end = _line_start(edited, start), min(len(edited), _line_end(edited, end) + 1)
        elif number + 1 < len(node.value):
            gap = edited[end : node.value[number + 1].start_mark.index]
            end += gap.index(",") + 1 if "#" in gap else len(gap)
        elif number:
            before = node.value[number - 1].end_mark.index
            gap = edited[before:start]
            start = start if "#" in gap else before
        edited = edited[:start] + edited[end:]
    yield edited


def _list(text: str, key: str) -> yaml.SequenceNode | None:
    root = yaml.compose(text, Loader=yaml.SafeLoader)
    if not isinstance(root, yaml.MappingNode):
        return None
    return next(
        (v for k, v in root.value if k.value == key and isinstance(v, yaml.SequenceNode)),
        None,
    )


def _content(text: str) -> Mapping[str, Any]:
    found = _content_or_none(text)
    if found is None:
        raise ValueError("verwachtte leesbare YAML met sleutels")
    return found


def _content_or_none(text: str) -> dict[str, Any] | None:
    try:
        found = yaml.safe_load(text)
    except yaml.YAMLError:
        return None
    return found if isinstance(found, dict) else None


def _written(term: str) -> str:
    """The term as YAML: bare where that means the same, else between quotes."""
    try:
        is_plain = yaml.safe_load(f"[{term}]") == [term] and yaml.safe_load(f"- {term}") == [term]
    except yaml.YAMLError:
        is_plain = False
    return term if is_plain else json.dumps(term, ensure_ascii=False)


def _line_start(text: str, at: int) -> int:
    return text.rfind("\n", 0, at) + 1


def _line_end(text: str, at: int) -> int:
    end = text.find("\n", at)
    return len(text) if end < 0 else end


def _replace(path: Path, content: bytes) -> None:
    """Never half a file: written beside it, then put in its place."""
    with tempfile.NamedTemporaryFile(dir=path.parent, prefix=f".{path.name}.", delete=False) as file:
        try:
            file.write(content)
            file.flush()
            os.fsync(file.fileno())
            shutil.copymode(path, file.name)
            Path(file.name).replace(path)
        except BaseException:
            Path(file.name).unlink(missing_ok=True)
            raise
