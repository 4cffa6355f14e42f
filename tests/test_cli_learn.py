import json
from collections.abc import Iterator
from pathlib import Path

import pytest
from typer.testing import CliRunner, Result

from g40flow.cli_learn import route
from g40flow.cli_route import WIRING
from g40flow.use_cases.evaluate_routing import read_lines
from tests.use_cases.small_rules import FILES, KNOWN
from tests.web.learning import LearningWorld, build_learning_world

ANNA = ["--person", "Anna Testerink", "--reason", "Hofjes zijn woningen"]


@pytest.fixture
def world(sqlite_url: str, tmp_path: Path) -> Iterator[LearningWorld]:
    folder = tmp_path / "config"
    folder.mkdir()
    world, before = build_learning_world(sqlite_url, folder), WIRING.app
    WIRING.app = lambda: world
    yield world
    WIRING.app = before
    world.database.close()


def run(*arguments: str) -> Result:
    return CliRunner().invoke(route, list(arguments))


def correct(world: LearningWorld, title: str = "Brief over hofjes") -> None:
    world.rules.correct(world.rules.item(title), "woningmarkt")


def test_corrections_are_told_to_people_and_as_examples(world: LearningWorld) -> None:
    correct(world)

    told, lines = run("corrections"), run("corrections", "--json").output.splitlines()

    assert "Brief over hofjes  woningmarkt" in told.output
    (line,) = read_lines(lines, labelled=True)
    assert line.label is not None
    assert (line.item.title, line.label.groups) == ("Brief over hofjes", ("woningmarkt",))
    assert "Anna" not in lines[0]


def test_without_corrections_it_says_so(world: LearningWorld) -> None:
    assert "nog geen correcties" in run("corrections").output


def test_proposals_are_sought_listed_and_accepted(world: LearningWorld) -> None:
    correct(world)

    sought = run("proposals", "--search")
    accepted = run("accept", "1", *ANNA)

    assert "1 gecorrigeerde stukken bekeken: 1 voorstellen erbij" in sought.output
    assert "1. woningmarkt: voeg toe aan strong: hofjes" in sought.output
    assert "Zou 1 toevoegen en 0 schrappen: 1 bekend stuk beter, 0 slechter." in sought.output
    assert accepted.exit_code == 0
    assert "hofjes" in world.rules.text("woningmarkt")
    assert "geen voorstellen" in run("proposals").output


def test_proposals_for_scripts_are_json(world: LearningWorld) -> None:
    correct(world)
    run("proposals", "--search")

    (row,) = json.loads(run("proposals", "--json").output)

    assert (row["number"], row["term"], row["adds"]) == (1, "hofjes", True)


def test_known_items_that_get_worse_are_named_until_they_were_seen(world: LearningWorld) -> None:
    correct(world)
    run("proposals", "--search")
    world.rules.know(*KNOWN, {"id": "n3", "title": "Hofjes van het\x1b[31m koningshuis", "groups": []})

    refused = run("accept", "1", *ANNA)

    assert refused.exit_code == 1
    assert "n3  Hofjes van het" in refused.output
    assert "\x1b" not in refused.output
    assert world.rules.text("woningmarkt") == FILES["woningmarkt.yaml"]
    assert run("accept", "1", *ANNA, "--seen", "n3").exit_code == 0


def test_a_refusal_takes_an_accepted_term_out_again(world: LearningWorld) -> None:
    correct(world)
    run("proposals", "--search")
    run("accept", "1", *ANNA)

    assert run("refuse", "1", *ANNA).exit_code == 0
    assert world.rules.text("woningmarkt") == FILES["woningmarkt.yaml"]


def test_an_unknown_proposal_is_one_line(world: LearningWorld) -> None:
    result = run("accept", "7", *ANNA)

    assert (result.exit_code, result.output) == (1, "g40flow: er is geen voorstel 7\n")


@pytest.fixture
def judged(tmp_path: Path) -> Path:
    """Items enough to learn from, in the words of the small rules."""
    rows = [
        {"id": f"j{n}", "title": f"Wet {word} {n}", "groups": groups}
        for n in range(60)
        for word, groups in [
            (("huurwoningen", ["woningmarkt"]), ("uit Brussel", ["europa"]), ("begraafplaatsen", []))[n % 3]
        ]
    ]
    path = tmp_path / "judged.jsonl"
    path.write_text("".join(json.dumps(row) + "\n" for row in rows), encoding="utf-8")
    return path


def test_the_learning_curve_says_how_much_more_labels_help(world: LearningWorld, judged: Path) -> None:
    pytest.importorskip("sklearn")
    world.rules.know(*({**row, "id": f"{row['id']}-{n}"} for n in range(12) for row in KNOWN))

    told = run("learning-curve", str(judged), "--config", str(world.config_dir), "--parts", "1")

    head, *points, measured = told.output.splitlines()
    assert head.startswith("geleerd van")
    assert [line.split()[0] for line in points] == ["0", str(60 - int(measured.split()[2]))]


def test_training_learns_from_corrections_too(world: LearningWorld, judged: Path) -> None:
    pytest.importorskip("sklearn")
    correct(world)
    config = ["--config", str(world.config_dir)]
    model = world.config_dir / "routing" / "model.json"

    run("train", str(judged), *config)
    without = json.loads(model.read_text(encoding="utf-8"))["data"]
    trained = run("train", str(judged), *config, "--corrections")

    assert trained.exit_code == 0, trained.output
    assert json.loads(model.read_text(encoding="utf-8"))["data"]["items"] == without["items"] + 1
