import json
import shutil
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


@pytest.fixture
def other_config(tmp_path: Path) -> Path:
    """The same rules without a model, and with hardly a word for woningmarkt."""
    rules = REPOSITORY / "config" / "routing"
    shutil.copytree(rules, tmp_path / "other", ignore=shutil.ignore_patterns("*.json*"))
    path = tmp_path / "other" / "woningmarkt.yaml"
    path.write_text("group: woningmarkt\nname: Woningmarkt\nstrong: [hofje]\n", encoding="utf-8")
    return tmp_path / "other"


def test_eval_compares_two_configs_item_by_item(labelled: Path, other_config: Path) -> None:
    arguments = ["eval", str(labelled), *CONFIG, "--compare", str(other_config)]

    told = CliRunner().invoke(route, arguments)
    figures = json.loads(CliRunner().invoke(route, [*arguments, "--json"]).output)["comparison"]

    assert "1 van 2 stukken anders: 0 beter, 1 slechter met de tweede config" in told.output
    assert "eerst woningmarkt, dan " in told.output
    assert "kan toeval zijn" in told.output
    assert (figures["worse"], figures["significant"]) == (1, False)
    assert figures["differences"][0]["first"] == ["woningmarkt"]


def test_eval_tells_which_first_groups_were_mistaken_for_which(tmp_path: Path) -> None:
    path = tmp_path / "wrong.jsonl"
    rows = [{"id": str(n), "title": "Woningbouw", "groups": ["europa"]} for n in range(3)]
    rows.append({"id": "9", "title": "Woningbouw\x1b[31m", "groups": []})
    path.write_text("\n".join(json.dumps(row) for row in rows), encoding="utf-8")

    output = CliRunner().invoke(route, ["eval", str(path), *CONFIG]).output

    assert "Verwisselingen van de eerste groep" in output
    assert "3        europa    woningmarkt" in output
    assert "1        niemand   woningmarkt" in output
    assert "\x1b" not in output


def test_explain_tells_about_a_group_that_was_far_off() -> None:
    told = CliRunner().invoke(route, ["explain", "Woningbouw", "--group", "europa", *CONFIG])
    unknown = CliRunner().invoke(route, ["explain", "Woningbouw", "--group", "sport", *CONFIG])

    assert told.output.startswith("Niet voor Europa: er staat geen woord in dat bij deze groep hoort.")
    assert (unknown.exit_code, "sport" in unknown.output) == (1, True)


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
