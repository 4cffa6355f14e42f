import json
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from g40flow.config.routing import load_router
from g40flow.use_cases.evaluate_routing import (
    BadLine,
    evaluate,
    evaluate_items,
    predict,
    prediction_row,
    read_files,
    read_lines,
)

REPOSITORY = Path(__file__).parents[2]
ROUTER = load_router(REPOSITORY / "config" / "routing")
KNOWN = REPOSITORY / "tests" / "routing" / "known_items.jsonl"
SHARED = REPOSITORY.parent / "shared" / "routing"


def line(**fields: object) -> str:
    return json.dumps({"id": "1", "title": "Woningbouw", **fields})


def test_a_line_needs_only_id_and_title_and_unknown_fields_are_tolerated() -> None:
    rows = [prediction_row(routing) for routing in predict(ROUTER, [line(colour="blauw"), "", line(id="2")])]

    assert rows == [
        {"id": "1", "groups": ["woningmarkt"], "triage": False},
        {"id": "2", "groups": ["woningmarkt"], "triage": False},
    ]


@pytest.mark.parametrize(
    ("bad", "complaint"),
    [
        ("{", "geen geldige JSON"),
        ("[1]", "verwachtte een JSON-object"),
        ('{"id": "2"}', "verplicht"),
        ('{"id": "2", "title": ["a"]}', "title"),
        ('{"id": "2", "title": "a", "groups": [1]}', "groups"),
        (line(), "staat ook op regel 1"),
    ],
)
def test_a_bad_line_is_refused_with_its_number(bad: str, complaint: str) -> None:
    with pytest.raises(BadLine, match="regel 2") as error:
        list(read_lines([line(), bad]))

    assert complaint in str(error.value)


def test_measuring_needs_expected_groups() -> None:
    with pytest.raises(BadLine, match="groups"):
        evaluate(ROUTER, [line()])


def test_known_items_keep_the_quality_they_had() -> None:
    found = evaluate_items(ROUTER, read_files([KNOWN]))

    assert found.overall.f1 >= 0.94
    assert found.relevant_found.value >= 0.98
    assert found.irrelevant_routed.value <= 0.05
    assert found.lead_right.value >= 0.94


@pytest.mark.skipif(
    not SHARED.is_dir(), reason="the labelled development items lie beside the repository only"
)
@pytest.mark.parametrize("name", ["dev_parliament.jsonl", "dev_consultations.jsonl"])
def test_labelled_development_items_are_routed_well(name: str) -> None:
    found = evaluate_items(ROUTER, read_files([SHARED / name]))

    assert found.overall.f1 >= 0.85
    assert found.relevant_found.value >= 0.95
    assert found.irrelevant_routed.value <= 0.15
    assert found.lead_right.value >= 0.90


@settings(derandomize=True, deadline=None)
@given(st.text(max_size=80))
def test_any_text_is_an_item_or_a_clear_refusal(text: str) -> None:
    refusal, rows = "", 0
    try:
        rows = len(list(read_lines([text.replace("\n", " ")])))
    except BadLine as error:
        refusal = str(error)

    assert rows <= 1
    assert refusal == "" or refusal.startswith("regel 1: ")
