"""The routing rules in config/routing/: one file per theme group, `_shared.yaml` and `_bodies.yaml`."""

import hashlib
import json
from collections.abc import Iterable, Mapping
from datetime import date
from pathlib import Path
from typing import Any, TypeVar

import yaml
from pydantic import BaseModel, Field, PositiveFloat, PositiveInt, ValidationError

from g40flow.config.yaml import Strict, load_strict
from g40flow.domain.errors import ConfigError
from g40flow.domain.routing.compounds import Compounds
from g40flow.domain.routing.features import FEATURES
from g40flow.domain.routing.model import RoutingModel, WordModel
from g40flow.domain.routing.router import Router
from g40flow.domain.routing.rules import Decision, GroupTerms, Hint, RuleBook
from g40flow.domain.routing.terms import TermUnreadable, parse_phrase, parse_term

SHARED_FILE = "_shared.yaml"
BODIES_FILE = "_bodies.yaml"
MODEL_FILE = "model.json"

_Loader: Any = getattr(yaml, "CSafeLoader", yaml.SafeLoader)


class GroupRulesConfig(Strict):
    """Terms of one theme group; how they are written: g40flow.domain.routing.terms.

    miss: what it costs when this group misses an item, if other than in _shared.yaml.
    """

    group: str
    name: str
    miss: PositiveFloat | None = None
    acts: tuple[str, ...] = ()
    strong: tuple[str, ...] = ()
    context: tuple[str, ...] = ()
    against: tuple[str, ...] = ()


class DecisionConfig(Strict):
    """What mistakes cost; see g40flow.domain.routing.rules.Decision."""

    miss: PositiveFloat = 2.0
    noise: PositiveFloat = 1.0
    noise_beside: PositiveFloat = 1.6
    triage_from: float = Field(default=0.2, ge=0, le=1)
    most_groups: PositiveInt = 3


class SharedRulesConfig(Strict):
    """Terms that concern every theme group. fields: weight per field, title = 1."""

    fields: dict[str, float]
    decision: DecisionConfig = DecisionConfig()
    negators: tuple[str, ...] = ()
    procedural: tuple[str, ...] = ()
    masks: tuple[str, ...] = ()
    national: tuple[str, ...] = ()
    national_mild: tuple[str, ...] = ()
    city: tuple[str, ...] = ()


class HintConfig(Strict):
    """One name of a committee or ministry, and the days on which it meant this."""

    words: str
    groups: dict[str, float]
    national: float = Field(default=0.0, ge=0, le=1)
    since: date | None = None
    until: date | None = None


class BodiesConfig(Strict):
    """Committees and ministries; every entry whose words occur in the name counts."""

    committees: tuple[HintConfig, ...] = ()
    ministries: tuple[HintConfig, ...] = ()


Model = TypeVar("Model", bound=BaseModel)


def load_rule_book(directory: Path) -> RuleBook:
    """Read config/routing. Raises ConfigError with file, line and key, also for unreadable terms."""
    paths = sorted(path for path in directory.glob("*.yaml") if not path.name.startswith("_"))
    if not paths:
        raise ConfigError(f"{directory}: no routing rules found, expected one .yaml per theme group")
    shared = _load(directory / SHARED_FILE, SharedRulesConfig)
    bodies = _load(directory / BODIES_FILE, BodiesConfig)
    groups = [_load(path, GroupRulesConfig) for path in paths]
    for path, group in zip(paths, groups, strict=True):
        _check_terms(path, (*group.acts, *group.strong, *group.context, *group.against))
        if group.group != path.stem:
            raise ConfigError(f"{path}: group: expected {path.stem}, found {group.group}")
    _check_terms(directory / SHARED_FILE, (*shared.national, *shared.national_mild, *shared.city))
    _check_phrases(directory / SHARED_FILE, (*shared.masks, *shared.negators))
    hints = (*bodies.committees, *bodies.ministries)
    _check_phrases(directory / BODIES_FILE, (hint.words for hint in hints))
    _check_groups(directory / BODIES_FILE, hints, {group.group for group in groups})
    return RuleBook(
        version=_version(groups, shared, bodies),
        groups=tuple(GroupTerms(slug=g.group, **g.model_dump(exclude={"group", "miss"})) for g in groups),
        decision=Decision(
            **shared.decision.model_dump(),
            misses={group.group: group.miss for group in groups if group.miss is not None},
        ),
        committees=tuple(Hint(**hint.model_dump()) for hint in bodies.committees),
        ministries=tuple(Hint(**hint.model_dump()) for hint in bodies.ministries),
        **shared.model_dump(exclude={"decision"}),
    )


def _load(path: Path, model: type[Model]) -> Model:
    """The fast reader for a correct file; the slow one knows file, line and key of a mistake."""
    try:
        return model.model_validate(yaml.load(path.read_bytes(), Loader=_Loader))  # noqa: S506 - a safe loader, in C
    except (yaml.YAMLError, ValidationError, OSError):
        return load_strict(path, model)


def _check_terms(path: Path, terms: Iterable[str]) -> None:
    for term in terms:
        try:
            parse_term(term)
        except TermUnreadable as error:
            raise ConfigError(f"{path}:{_line_of(path, term)}: {error}") from error


def _check_phrases(path: Path, phrases: Iterable[str]) -> None:
    for phrase in phrases:
        try:
            parse_phrase(phrase)
        except TermUnreadable as error:
            raise ConfigError(f"{path}:{_line_of(path, phrase)}: {error}") from error


def _check_groups(path: Path, hints: Iterable[HintConfig], known: set[str]) -> None:
    for hint in hints:
        for slug in hint.groups:
            if slug not in known:
                raise ConfigError(f"{path}:{_line_of(path, slug)}: {slug}: no such theme group")


def _line_of(path: Path, text: str) -> int:
    lines = path.read_text(encoding="utf-8").splitlines()
    return next((number for number, line in enumerate(lines, start=1) if text in line), 1)


def _version(groups: Iterable[BaseModel], *others: BaseModel) -> str:
    content = [model.model_dump(mode="json") for model in (*groups, *others)]
    return hashlib.sha256(json.dumps(content, sort_keys=True).encode()).hexdigest()[:12]


def load_router(directory: Path) -> Router:
    """The router of config/routing with its learned model. Raises ConfigError.

    Without model.json the weights that were set by hand are used.
    """
    book = load_rule_book(directory)
    path = directory / MODEL_FILE
    return Router(book, load_model(path)) if path.exists() else Router(book)


class WordModelConfig(Strict):
    """groups: the order in which weights are numbered; weights: word -> [group number, weight] pairs.

    parts: stems that compounds are split into.
    """

    groups: tuple[str, ...]
    bias: tuple[float, ...]
    weights: dict[str, tuple[tuple[int, float], ...]]
    parts: frozenset[str] = frozenset()


class ModelConfig(Strict):
    """A trained model as it stands in model.json.

    data: fingerprint (sha256) and number of the items it learned from. rules: version of the rule book.
    metrics: cross-validated figures at the time of training. version: fingerprint of the numbers.
    """

    version: str
    rules: str
    data: dict[str, str | int]
    metrics: dict[str, float]
    bias: float
    weights: dict[str, float]
    precedence: dict[str, float] = {}
    words: WordModelConfig


def load_model(path: Path) -> RoutingModel:
    """Read model.json. Raises ConfigError when it is not as training wrote it."""
    try:
        stored = ModelConfig.model_validate_json(path.read_bytes())
    except ValidationError as error:
        first = error.errors()[0]
        key = ".".join(str(part) for part in first["loc"])
        raise ConfigError(f"{path}: {key}: {first['msg']}; train again with `g40flow route train`") from error
    unknown = set(stored.weights) - set(FEATURES)
    if unknown:
        raise ConfigError(f"{path}: weights: unknown feature {sorted(unknown)[0]}; train again")
    names = stored.words.groups
    return RoutingModel(
        weights=stored.weights,
        bias=stored.bias,
        precedence=stored.precedence,
        words=WordModel(
            weights={
                word: {names[number]: weight for number, weight in pairs}
                for word, pairs in stored.words.weights.items()
            },
            bias=dict(zip(names, stored.words.bias, strict=True)),
            compounds=Compounds(stored.words.parts),
        ),
        version=stored.version,
    )


def model_bytes(
    model: RoutingModel, *, rules: str, data: Mapping[str, str | int], metrics: Mapping[str, float]
) -> bytes:
    """The file for a trained model: the same model gives the same bytes."""
    words = model.words or WordModel({}, {})
    names = sorted(words.bias)
    numbers = {name: number for number, name in enumerate(names)}
    content: dict[str, Any] = {
        "rules": rules,
        "data": dict(data),
        "metrics": dict(metrics),
        "bias": model.bias,
        "weights": dict(model.weights),
        "precedence": dict(model.precedence),
        "words": {
            "groups": names,
            "bias": [words.bias[name] for name in names],
            "parts": sorted(words.compounds.parts),
            "weights": {
                word: [[numbers[name], weight] for name, weight in sorted(weights.items())]
                for word, weights in sorted(words.weights.items())
            },
        },
    }
    numbers_only = json.dumps(
        [content[key] for key in ("bias", "weights", "precedence", "words")], sort_keys=True
    )
    content["version"] = hashlib.sha256(numbers_only.encode()).hexdigest()[:12]
    text = json.dumps(content, ensure_ascii=False, sort_keys=True, separators=(",", ":"))
    return (text.replace('],"', '],\n"') + "\n").encode()
