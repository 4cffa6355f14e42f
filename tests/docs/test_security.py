"""The threat model names tests that exist."""

import re
from pathlib import Path

REPOSITORY = Path(__file__).parents[2]
NAMED = re.compile(r"`(tests/[\w/.]+)`")


def test_every_test_that_a_measure_leans_on_is_there() -> None:
    text = (REPOSITORY / "docs" / "security.md").read_text(encoding="utf-8")

    assert [name for name in NAMED.findall(text) if not (REPOSITORY / name).exists()] == []
