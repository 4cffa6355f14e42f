"""Every word and every mistake of texts and submissions has a Dutch label."""

import re
from collections.abc import Iterable
from typing import Any

import pytest
from jinja2 import Environment, FileSystemLoader

from g40flow.domain.dossier.checklist import Check
from g40flow.domain.dossier.personal_data import PersonalData
from g40flow.domain.dossier.text import Change
from g40flow.domain.dossier.writing import Disposition, Origin, Outcome, VersionKind
from g40flow.resources import CHECKOUT, resource

LABELS: Any = (
    Environment(loader=FileSystemLoader(resource("templates") / "web"), autoescape=True)
    .get_template("text_labels.html")
    .module
)
CODE = CHECKOUT / "src" / "g40flow"
FILES = (
    *(CODE / "use_cases" / "text").glob("*.py"),
    *(CODE / "use_cases" / "submission").glob("*.py"),
    *(CODE / "render" / name for name in ("documents.py", "pandoc.py", "word_import.py")),
    CODE / "domain" / "dossier" / "writing.py",
)
ELSEWHERE = {"reason_needed", "title_needed"}


@pytest.mark.parametrize(
    ("label", "words"),
    [
        ("version_kind", VersionKind),
        ("version_origin", Origin),
        ("disposition", Disposition),
        ("point_outcome", Outcome),
        ("check", Check),
        ("personal_data", PersonalData),
        ("change_name", Change),
    ],
)
def test_every_word_has_a_label(label: str, words: Iterable[str]) -> None:
    assert set(words) <= set(getattr(LABELS, label))


def test_every_mistake_has_a_sentence() -> None:
    codes = {
        code
        for file in FILES
        for code in re.findall(r'(?:InvalidInput|_refused)\(\s*"([a-z_]+)"', file.read_text(encoding="utf-8"))
    }

    assert len(codes) > 30
    assert codes - ELSEWHERE <= set(LABELS.text_error)


def test_every_act_has_a_label() -> None:
    texts = " ".join(file.read_text(encoding="utf-8") for file in FILES)
    acts = set(re.findall(r'(?:actor|PROGRAM),\s*"([a-z_]+)",\s*now=', texts))

    assert len(acts) > 10
    assert acts <= set(LABELS.text_act)
