"""Corrections as labelled examples: what people said of stored items, in the form the router reads."""

import json
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import groupby
from typing import Any

from sqlmodel import Session

from g40flow.domain.routing.evaluation import LabelledItem
from g40flow.storage.corrections import all_corrections
from g40flow.storage.tables import RoutingCorrection
from g40flow.use_cases.evaluate_routing import Line, read_lines

UNDONE = "Correctie ongedaan gemaakt."
"""Reason that is kept with a correction that takes back another one."""


@dataclass(frozen=True, kw_only=True)
class Judgement:
    """What people said last of one item. correction_ids: every correction of it, oldest first.

    line: the item as the router saw it, with what people decided as its label.
    """

    item_id: int
    correction_ids: tuple[int, ...]
    line: Line

    @property
    def label(self) -> LabelledItem:
        """Whom it is for; a judgement always has one."""
        assert self.line.label is not None
        return self.line.label


def judgements(session: Session) -> list[Judgement]:
    """One for each item that people judged, oldest first by the last correction.

    An item whose corrections were all taken back is left out: then nobody said anything of it.
    """
    corrections = sorted(all_corrections(session), key=lambda row: (row.item_id, row.id or 0))
    found = [
        judgement
        for _, rows in groupby(corrections, key=lambda row: row.item_id)
        if (judgement := _judgement(list(rows))) is not None
    ]
    return sorted(found, key=lambda judgement: judgement.correction_ids[-1])


def example_lines(judged: Iterable[Judgement]) -> Iterator[str]:
    """JSON lines as `g40flow route eval` and `train` read them; without the names of people."""
    for judgement in judged:
        yield json.dumps(_row(judgement), ensure_ascii=False)


def as_known_items(judged: Iterable[Judgement]) -> list[Line]:
    """The same with identifiers that cannot be those of other lists: see `known_id`."""
    lines = []
    for judgement in judged:
        item = replace(judgement.line.item, id=known_id(judgement.item_id))
        lines.append(Line(item, replace(judgement.label, id=item.id)))
    return lines


def known_id(item_id: int) -> str:
    """How a stored item is called among known items."""
    return f"stuk:{item_id}"


def _judgement(rows: Sequence[RoutingCorrection]) -> Judgement | None:
    last = rows[-1]
    said = [row for row in rows if row.reason != UNDONE]
    if not any(row.new_groups == last.new_groups for row in said):
        return None
    (line,) = read_lines([json.dumps({**last.example, "groups": last.new_groups})], labelled=True)
    return Judgement(
        item_id=last.item_id, correction_ids=tuple(row.id for row in rows if row.id is not None), line=line
    )


def _row(judgement: Judgement) -> dict[str, Any]:
    item = judgement.line.item
    seen = {name: value for name, value in vars(item).items() if value}
    if item.date is not None:
        seen["date"] = item.date.isoformat()
    return {**seen, "groups": judgement.label.groups, "optional": []}
