"""Strict YAML: a typo stops the start with file, line and key."""

from difflib import get_close_matches
from pathlib import Path
from typing import Any, TypeVar

import yaml
from pydantic import BaseModel, ConfigDict, ValidationError

from g40flow.domain.errors import ConfigError


class Strict(BaseModel):
    """Base of every model in config/: unknown keys are refused, values cannot change afterwards."""

    model_config = ConfigDict(extra="forbid", frozen=True)


_LOADER: Any = getattr(yaml, "CSafeLoader", yaml.SafeLoader)  # ten times as quick where it is there

Model = TypeVar("Model", bound=BaseModel)
Location = tuple[int | str, ...]


def load_strict(path: Path, model: type[Model]) -> Model:
    """The validated content of one file. An empty file counts as an empty mapping.

    Raises ConfigError naming file, line, key, what was expected and what was found; all mistakes
    of the file are told at once.
    """
    try:
        text = path.read_text(encoding="utf-8")
    except FileNotFoundError:
        raise ConfigError(f"{path}: the file is missing; `g40flow init` writes an example") from None
    except (OSError, UnicodeDecodeError) as error:
        raise ConfigError(f"{path}: cannot be read as UTF-8 text: {error}") from error
    try:
        root, content = _read(text, path)
    except yaml.MarkedYAMLError as error:
        line = error.problem_mark.line + 1 if error.problem_mark else 1
        raise ConfigError(f"{path}:{line}: not valid YAML: {error.problem}") from error
    except yaml.YAMLError as error:
        raise ConfigError(f"{path}: not valid YAML: {error}") from error
    try:
        return model.model_validate(content)
    except ValidationError as error:
        raise ConfigError("\n".join(_complaint(path, root, model, e) for e in error.errors())) from error


def _read(text: str, path: Path) -> tuple[yaml.Node | None, Any]:
    """The document as nodes, which know their lines, and as values; parsed once, since that takes long."""
    loader = _LOADER(text)
    try:
        root = loader.get_single_node()
        if root is None:
            return None, {}
        _refuse_repeated_keys(root, path)
        return root, loader.construct_document(root)
    finally:
        loader.dispose()


def _refuse_repeated_keys(node: yaml.Node, path: Path) -> None:
    if isinstance(node, yaml.SequenceNode):
        for child in node.value:
            _refuse_repeated_keys(child, path)
    if isinstance(node, yaml.MappingNode):
        seen: dict[str, int] = {}
        for key, value in node.value:
            line = key.start_mark.line + 1
            if key.value in seen:
                raise ConfigError(
                    f"{path}:{line}: {key.value}: stands twice (first on line {seen[key.value]})"
                )
            seen[str(key.value)] = line
            _refuse_repeated_keys(value, path)


def _complaint(path: Path, root: yaml.Node | None, model: type[BaseModel], error: Any) -> str:
    location: Location = error["loc"]
    line = _line_of(root, location)
    key = ".".join(str(part) for part in location) or "(whole file)"
    if error["type"] == "extra_forbidden":
        known = _known_keys(model, location[:-1])
        close = get_close_matches(str(location[-1]), known, n=1)
        hint = (
            f"did you mean {close[0]}?" if close else f"known here: {', '.join(sorted(known)) or 'nothing'}"
        )
        return f"{path}:{line}: {key}: unknown key; {hint}"
    found = "" if error["type"] == "missing" else f"; found {error['input']!r:.80}"
    return f"{path}:{line}: {key}: {error['msg']}{found}"


def _line_of(node: yaml.Node | None, location: Location) -> int:
    """1-based line of the deepest part of `location` that exists in the document."""
    line = 1 if node is None else node.start_mark.line + 1
    for part in location:
        if isinstance(node, yaml.MappingNode):
            found = next(((k, v) for k, v in node.value if k.value == str(part)), None)
            if found is None:
                break
            line, node = found[0].start_mark.line + 1, found[1]
        elif isinstance(node, yaml.SequenceNode) and isinstance(part, int) and part < len(node.value):
            node = node.value[part]
            line = node.start_mark.line + 1
        else:
            break
    return line


def _known_keys(model: type[BaseModel], location: Location) -> list[str]:
    """Field names that the model at `location` knows; empty if it cannot be told."""
    schema: dict[str, Any] = model.model_json_schema()
    definitions = schema.get("$defs", {})
    for part in location:
        schema = _step_into(schema, part, definitions)
    return list(_resolved(schema, definitions).get("properties", {}))


def _step_into(schema: dict[str, Any], part: int | str, definitions: dict[str, Any]) -> dict[str, Any]:
    schema = _resolved(schema, definitions)
    step: Any
    if isinstance(part, int):
        step = schema.get("items", {})
    else:
        step = schema.get("properties", {}).get(part, schema.get("additionalProperties", {}))
    return step if isinstance(step, dict) else {}


def _resolved(schema: dict[str, Any], definitions: dict[str, Any]) -> dict[str, Any]:
    for option in (schema, *schema.get("anyOf", ()), *schema.get("allOf", ())):
        if "$ref" in option:
            resolved: dict[str, Any] = definitions[option["$ref"].rsplit("/", 1)[-1]]
            return resolved
    return schema
