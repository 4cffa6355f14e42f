"""Every sample page beside what its parser makes of it, as somebody checked it."""

import json
from collections.abc import Callable
from dataclasses import asdict
from pathlib import Path
from typing import Any

import pytest

from g40flow.domain.errors import SourceError
from g40flow.sources.internetconsultatie.lists import ParsedList, parse_open_list, parse_results
from g40flow.sources.internetconsultatie.page import ConsultationPage, parse_consultation
from g40flow.sources.internetconsultatie.site import Site

SAMPLES = Path(__file__).parents[2] / "samples" / "internetconsultatie"
SITE = Site("https://www.internetconsultatie.nl")
SLUGS = {"nieuw": "voorbeeldbereikbaarheid", "oud": "oudvoorbeeld"}

PARSERS: dict[str, Callable[[bytes, Path], ParsedList | ConsultationPage]] = {
    "openconsultaties": lambda body, path: parse_open_list(body, SITE),
    "zoeken": lambda body, path: parse_results(body, SITE),
    "gesloten": lambda body, path: parse_results(body, SITE),
    "consultatie": lambda body, path: parse_consultation(
        body, SLUGS.get(path.stem.rpartition("_")[2], "vreemd"), SITE
    ),
}


def parsed(path: Path) -> Any:
    """What the parser named in the file name makes of the page, as JSON has it."""
    try:
        value: Any = asdict(PARSERS[path.stem.split("_")[1]](path.read_bytes(), path))
    except SourceError as error:
        value = {"error": type(error).__name__, "message": str(error)}
    return json.loads(json.dumps(value))


@pytest.mark.parametrize(
    "path", sorted(p for p in SAMPLES.iterdir() if p.suffix in {".html", ".xml"}), ids=lambda p: p.stem
)
def test_a_sample_is_read_as_somebody_checked(path: Path) -> None:
    expected = path.with_suffix(".json")
    found = parsed(path)
    if not expected.exists():
        expected.write_text(json.dumps(found, ensure_ascii=False, indent=1) + "\n", encoding="utf-8")
        pytest.fail(f"{expected.name} was written: read it, and keep it if it is right")

    assert found == json.loads(expected.read_text(encoding="utf-8"))
