"""Every word of the program that the pages of dossiers can show has its Dutch one."""

import ast
from collections.abc import Collection, Iterator
from pathlib import Path

import pytest
from jinja2 import Environment, FileSystemLoader

import g40flow
from g40flow.domain.actors import Surface
from g40flow.domain.campaigns.workflow import CAMPAIGN_STEPS
from g40flow.domain.dossier.words import (
    DocumentType,
    ExceptionCode,
    GroupState,
    NoResponseCode,
    PartnerState,
    ResponseType,
)
from g40flow.domain.dossier.workflow import RESPONSE_STEPS, Guard, Stage
from g40flow.resources import resource
from g40flow.use_cases.dossier.work import WHO_MOVES, Asked

TEMPLATES = Environment(loader=FileSystemLoader(resource("templates") / "web"), autoescape=True)
SOURCE = Path(g40flow.__file__).parent
WORK = [
    SOURCE / "use_cases" / part
    for part in ("dossier", "text", "calls", "decisions", "submission", "campaigns")
]


def labels(kind: str) -> set[str]:
    """The words that have a label in one list."""
    return set(getattr(TEMPLATES.get_template("labels.html").module, kind))


def calls(name: str, folders: Collection[Path]) -> Iterator[ast.Call]:
    """Calls of a function in the work on dossiers."""
    for folder in folders:
        for file in sorted(folder.glob("*.py")):
            for node in ast.walk(ast.parse(file.read_text(encoding="utf-8"))):
                if isinstance(node, ast.Call) and getattr(node.func, "id", "") == name:
                    yield node


def words_at(position: int, name: str, folders: Collection[Path] = WORK) -> set[str]:
    """The plain words given to a function at one position."""
    given = (node.args[position] for node in calls(name, folders) if len(node.args) > position)
    return {
        str(part.value)
        for argument in given
        for part in ast.walk(argument)
        if isinstance(part, ast.Constant) and isinstance(part.value, str)
    }


@pytest.mark.parametrize(
    ("kind", "words"),
    [
        ("stage", [*Stage]),
        ("step", [step.action for step in (*RESPONSE_STEPS, *CAMPAIGN_STEPS)]),
        ("guard", [*Guard]),
        ("document_type", [*DocumentType]),
        ("response_type", [*ResponseType]),
        ("no_response_code", [*NoResponseCode]),
        ("exception", [*ExceptionCode]),
        ("group_state", [*GroupState]),
        ("partner_state", [*PartnerState]),
        ("surface", [*Surface]),
        ("asked", [*Asked, *WHO_MOVES]),
    ],
)
def test_every_word_of_a_list_has_a_label_and_no_more(kind: str, words: Collection[str]) -> None:
    assert labels(kind) == {str(word) for word in words}


def test_everything_that_is_written_in_a_history_is_said_in_dutch() -> None:
    acts = words_at(3, "note_change") - {"", "raise_", "lift_"}

    unknown = acts - labels("history_act") - labels("step")

    assert unknown == set()


def test_every_mistake_on_the_page_of_a_dossier_is_explained() -> None:
    codes = words_at(0, "InvalidInput", WORK[:1])

    assert codes - labels("input_error") == set()
