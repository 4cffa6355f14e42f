"""Every value of outcomes and votes has a Dutch word, on pages and in messages."""

from collections.abc import Iterable
from typing import Any

import pytest
from jinja2 import Environment, FileSystemLoader

from g40flow.domain.outcomes.words import OutcomeKind
from g40flow.domain.parliament.support import Direction
from g40flow.domain.parliament.votes import Chamber, Method, Result, Stance
from g40flow.resources import resource
from g40flow.use_cases.outcomes.story import EventKind

PAGES: Any = (
    Environment(loader=FileSystemLoader(resource("templates") / "web"), autoescape=True)
    .get_template("outcome_words.html")
    .module
)


@pytest.mark.parametrize(
    ("words", "values"),
    [
        ("kind", OutcomeKind),
        ("result", Result),
        ("result_tone", Result),
        ("chamber", Chamber),
        ("method", Method),
        ("stance", Stance),
        ("direction", Direction),
        ("event", EventKind),
        ("note", ("mistake", "contradictory", "without_size", "too_many_seats")),
    ],
)
def test_every_value_has_a_word(words: str, values: Iterable[str]) -> None:
    assert set(getattr(PAGES, words)) == {str(value) for value in values}


def test_messages_know_every_kind() -> None:
    messages = (resource("templates") / "messages" / "_outcome.jinja").read_text(encoding="utf-8")

    assert [kind for kind in OutcomeKind if f'"{kind.value}": ' not in messages] == []
