"""Every value that the program can have has a Dutch word."""

from dataclasses import fields
from enum import StrEnum
from typing import Any

import pytest
from jinja2 import Environment, FileSystemLoader

from g40flow.bootstrap import build_app
from g40flow.domain.items import ItemKind, ItemStatus, SourceItem
from g40flow.domain.news import News
from g40flow.domain.routing.rules import Role
from g40flow.resources import resource
from g40flow.storage.tables import MessageState, ProposalState, RunOutcome
from g40flow.web.source_state import SourceStanding

LABELS: Any = (
    Environment(loader=FileSystemLoader(resource("templates") / "web"), autoescape=True)
    .get_template("labels.html")
    .module
)


@pytest.mark.parametrize(
    ("words", "values"),
    [
        ("kind", ItemKind),
        ("status", ItemStatus),
        ("status_tone", ItemStatus),
        ("news", News),
        ("rule", Role),
        ("outcome", RunOutcome),
        ("outcome_tone", RunOutcome),
        ("state", MessageState),
        ("state_tone", MessageState),
        ("proposal_state", ProposalState),
        ("proposal_tone", ProposalState),
        ("standing", SourceStanding),
        ("standing_tone", SourceStanding),
    ],
)
def test_every_value_has_a_word(words: str, values: type[StrEnum]) -> None:
    assert {value.value for value in values} <= set(getattr(LABELS, words))


def test_every_field_that_can_change_has_a_word() -> None:
    assert {part.name for part in fields(SourceItem) if part.compare} <= set(LABELS.field)


def test_every_configured_source_has_a_word() -> None:
    assert set(build_app({}).sources_config.all()) <= set(LABELS.source)


def test_every_kind_of_message_has_a_word() -> None:
    assert build_app({}).composer.kinds <= set(LABELS.message_kind)
