import json
from pathlib import Path

import pytest
from typer.testing import CliRunner

from g40flow.cli_route import route

REPOSITORY = Path(__file__).parents[1]
CONFIG = ["--config", str(REPOSITORY / "config")]
KNOWN = REPOSITORY / "tests" / "routing" / "known_items.jsonl"


@pytest.fixture
def labelled(tmp_path: Path) -> Path:
    path = tmp_path / "items.jsonl"
    rows = [
        {"id": "1", "title": "Woningbouw", "groups": ["woningmarkt"]},
        {"id": "2", "title": "Raad Buitenlandse Zaken", "groups": []},
    ]
    path.write_text("\n".join(json.dumps(row) for row in rows), encoding="utf-8")
    return path


def test_predict_prints_one_json_line_for_each_item(labelled: Path) -> None:
    result = CliRunner().invoke(route, ["predict", str(labelled), *CONFIG])

    assert result.exit_code == 0
    assert [json.loads(line) for line in result.output.splitlines()] == [
        {"id": "1", "groups": ["woningmarkt"], "triage": False},
        {"id": "2", "groups": [], "triage": False},
    ]


def test_predict_names_the_line_that_is_wrong(tmp_path: Path) -> None:
    path = tmp_path / "bad.jsonl"
    path.write_text('{"id": "1", "title": "a"}\n{"id": "2"}\n', encoding="utf-8")

    result = CliRunner().invoke(route, ["predict", str(path), *CONFIG])

    assert result.exit_code == 1
    assert "regel 2" in result.output


def test_eval_tells_the_figures_for_people_and_for_scripts(labelled: Path) -> None:
    told = CliRunner().invoke(route, ["eval", str(labelled), *CONFIG])
    figures = json.loads(CliRunner().invoke(route, ["eval", str(labelled), *CONFIG, "--json"]).output)

    assert "F1 1.000" in told.output
    assert figures["evaluation"]["f1"] == 1
    assert figures["evaluation"]["irrelevant_routed"]["value"] == 0


def test_explain_says_why_and_why_not() -> None:
    result = CliRunner().invoke(route, ["explain", "Woningbouw naast de luchthaven", *CONFIG])

    assert result.exit_code == 0
    assert "Voor Woningmarkt, want ‘Woningbouw’ in de titel" in result.output
    assert "Regels " in result.output


def test_propose_offers_a_term_with_its_effect() -> None:
    result = CliRunner().invoke(
        route,
        [
            "propose",
            "Pottenbakkerijen",
            "--group",
            "vitale-binnensteden-werklocaties",
            "--known",
            str(KNOWN),
            *CONFIG,
        ],
    )

    assert "voeg toe aan strong: pottenbakkerijen" in result.output
    assert "0 slechter" in result.output


def test_volume_has_a_line_for_every_theme_group(labelled: Path) -> None:
    result = CliRunner().invoke(route, ["volume", str(labelled), *CONFIG])

    assert len(result.output.splitlines()) == 16
