"""Route items from JSON lines, and measure the router against labelled ones."""

import json
import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

from g40flow.domain.errors import G40FlowError
from g40flow.domain.routing.comparison import Comparison
from g40flow.domain.routing.comparison import compare as compare_predictions
from g40flow.domain.routing.evaluation import Evaluation, LabelledItem, Prediction
from g40flow.domain.routing.evaluation import evaluate as compare
from g40flow.domain.routing.items import RoutableItem, Routing
from g40flow.domain.routing.router import Router

_DAY = re.compile(r"(\d{4})-(\d{2})(?:-(\d{2}))?")


class BadLine(G40FlowError):
    """A line that is no item; the message gives its number and what was expected."""


@dataclass(frozen=True)
class Line:
    """One item of a JSON lines file, with the labels if it has any."""

    item: RoutableItem
    label: LabelledItem | None


def read_lines(lines: Iterable[str], *, labelled: bool = False) -> Iterator[Line]:
    """Items in file order; blank lines are passed over, unknown fields tolerated.

    labelled: every line must have "groups". Raises BadLine, also for an id that stands twice.
    """
    seen: dict[str, int] = {}
    for number, text in enumerate(lines, start=1):
        if not text.strip():
            continue
        row = _object(text, number)
        item = _item(row, number)
        if item.id in seen:
            raise BadLine(f"regel {number}: id {item.id!r} staat ook op regel {seen[item.id]}")
        seen[item.id] = number
        if labelled and "groups" not in row:
            raise BadLine(
                f'regel {number}: "groups" ontbreekt; zonder verwachte groepen is er niets te meten'
            )
        yield Line(item, _label(row, item, number) if "groups" in row else None)


def predict(router: Router, lines: Iterable[str]) -> Iterator[Routing]:
    """The routing of every line, in file order. Raises BadLine."""
    for line in read_lines(lines):
        yield router.route(line.item)


def prediction_row(routing: Routing) -> dict[str, Any]:
    """What `route predict` prints for one item."""
    return {"id": routing.item_id, "groups": list(routing.groups), "triage": routing.triage}


def evaluate(router: Router, lines: Iterable[str]) -> Evaluation:
    """Measure the router on labelled lines. Raises BadLine."""
    return evaluate_items(router, list(read_lines(lines, labelled=True)))


def evaluate_items(router: Router, items: Iterable[Line]) -> Evaluation:
    """The same for lines that have been read already; those without labels are left out."""
    labels: list[LabelledItem] = []
    predictions: list[Prediction] = []
    for line in items:
        if line.label is not None:
            labels.append(line.label)
            predictions.append(as_prediction(router.route(line.item)))
    return compare(labels, predictions)


def compare_routers(first: Router, second: Router, items: Iterable[Line]) -> Comparison:
    """The second router against the first, on the lines that have labels."""
    labelled = [line for line in items if line.label is not None]
    return compare_predictions(
        [line.label for line in labelled if line.label is not None],
        [as_prediction(first.route(line.item)) for line in labelled],
        [as_prediction(second.route(line.item)) for line in labelled],
    )


def as_prediction(routing: Routing) -> Prediction:
    """A routing in the form in which it is measured."""
    return Prediction(id=routing.item_id, groups=routing.groups, triage=routing.triage, scores=routing.scores)


def read_files(paths: Iterable[Path]) -> list[Line]:
    """All labelled lines of some files. Raises BadLine naming file and line, or OSError."""
    found: list[Line] = []
    for path in paths:
        try:
            with path.open(encoding="utf-8") as file:
                found += read_lines(file, labelled=True)
        except BadLine as error:
            raise BadLine(f"{path}: {error}") from error
    return found


def _object(text: str, number: int) -> Mapping[str, Any]:
    try:
        row = json.loads(text)
    except (json.JSONDecodeError, RecursionError) as error:
        raise BadLine(f"regel {number}: geen geldige JSON: {error}") from error
    if not isinstance(row, dict):
        raise BadLine(f"regel {number}: verwachtte een JSON-object, vond {type(row).__name__}")
    return row


def _item(row: Mapping[str, Any], number: int) -> RoutableItem:
    title = _text(row, "title", number)
    identifier = _text(row, "id", number)
    if not identifier or not title:
        raise BadLine(f'regel {number}: "id" en "title" zijn verplicht en mogen niet leeg zijn')
    return RoutableItem(
        id=identifier,
        title=title,
        summary=_text(row, "summary", number),
        kind=_text(row, "kind", number),
        source=_text(row, "source", number),
        type=_text(row, "type", number),
        committee=_text(row, "committee", number),
        following_committees=_texts(row, "following_committees", number),
        ministry=_text(row, "ministry", number),
        themes=_texts(row, "themes", number) or _texts(row, "theme", number),
        agenda=_texts(row, "agenda", number),
        document_titles=_texts(row, "document_titles", number),
        dossier_number=_text(row, "dossier_number", number),
        dossier_groups=_texts(row, "dossier_groups", number),
        date=_day(_text(row, "date", number)),
    )


def _label(row: Mapping[str, Any], item: RoutableItem, number: int) -> LabelledItem:
    groups = _texts(row, "groups", number)
    return LabelledItem(
        id=item.id,
        title=item.title,
        groups=groups,
        optional=_texts(row, "optional", number),
        lead_agreed=bool(groups) and bool(row.get("lead_agreed", True)),
    )


def _text(row: Mapping[str, Any], key: str, number: int) -> str:
    value = row.get(key)
    if value is None:
        return ""
    if isinstance(value, bool | dict | list):
        raise BadLine(f"regel {number}: {key}: verwachtte tekst, vond {type(value).__name__}")
    return str(value).strip()


def _texts(row: Mapping[str, Any], key: str, number: int) -> tuple[str, ...]:
    value = row.get(key)
    if value is None or value == "":
        return ()
    if isinstance(value, str):
        return (value.strip(),)
    if not isinstance(value, list) or not all(isinstance(part, str) for part in value):
        raise BadLine(f"regel {number}: {key}: verwachtte tekst of een lijst van teksten")
    return tuple(part.strip() for part in value)


def _day(text: str) -> date | None:
    """A day or a month ("2021-06" is read as its first day); anything else is an unknown day."""
    found = _DAY.match(text)
    if not found:
        return None
    try:
        return date(int(found[1]), int(found[2]), int(found[3] or 1))
    except ValueError:
        return None
