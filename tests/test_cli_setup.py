"""Setting up, and being set up wrongly: commands that need no publisher."""

import os
from pathlib import Path

import pytest

from tests.commands import Run, runner


@pytest.fixture
def run(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], tmp_path: Path) -> Run:
    """In an empty folder, with nothing set."""
    for name in [name for name in os.environ if name.startswith("G40FLOW_")]:
        monkeypatch.delenv(name)
    monkeypatch.chdir(tmp_path)
    return runner(monkeypatch, capsys)


def test_init_sets_up_an_empty_folder_and_never_overwrites(run: Run, tmp_path: Path) -> None:
    first = run("init")
    (tmp_path / "config" / "network.yaml").write_text("mine", encoding="utf-8")
    second = run("init")

    assert (first.code, second.code) == (0, 0)
    assert "g40flow doctor" in first.out
    assert "geschreven" not in second.out
    assert (tmp_path / "config" / "network.yaml").read_text(encoding="utf-8") == "mine"


def test_a_database_is_made_where_none_was_and_then_left_alone(run: Run, tmp_path: Path) -> None:
    first, second = run("db", "upgrade"), run("db", "upgrade")

    assert "versie leeg →" in first.out
    assert "al op versie" in second.out
    assert (tmp_path / ".data" / "g40flow.sqlite").is_file()


@pytest.mark.parametrize("command", [["poll"], ["sources"], ["items"], ["outbox"], ["deliver"]])
def test_without_a_database_every_command_says_what_to_do_first(run: Run, command: list[str]) -> None:
    ended = run(*command)

    assert (ended.code, ended.out) == (1, "")
    assert ended.complaint.endswith("voer eerst uit: g40flow db upgrade")


@pytest.mark.parametrize(
    "command", [["pol"], ["poll", "--strem"], ["items", "--limit", "nul"], ["outbox", "--limit", "0"]]
)
def test_a_misspelt_command_ends_with_two(run: Run, command: list[str]) -> None:
    assert run(*command).code == 2


@pytest.mark.parametrize(
    ("variable", "value", "expected"),
    [
        ("G40FLOW_DATABASE_URL", "mysql://jan:geheim@db/g40", "expected sqlite or postgresql"),
        ("G40FLOW_DATABASE_URL", "postgresql://jan:geheim@127.0.0.1:1/g40", "cannot be opened"),
        ("G40FLOW_DATABASE_URL", "sqlite:////dev/null/map/x.sqlite", "no folder for the database"),
        ("G40FLOW_DATABASE_URL", "sqlite:////", "cannot be opened"),
        ("G40FLOW_SLACK_BOT_TOKN", "xoxb-geheim", "G40FLOW_SLACK_BOT_TOKN"),
        ("G40FLOW_CLOCK_OFFSET_SECONDS", "geheim", "G40FLOW_CLOCK_OFFSET_SECONDS"),
        ("G40FLOW_CONFIG_DIR", "nergens", "G40FLOW_CONFIG_DIR"),
    ],
)
def test_a_wrong_setting_is_one_line_that_names_it_and_no_secret(
    run: Run, monkeypatch: pytest.MonkeyPatch, variable: str, value: str, expected: str
) -> None:
    monkeypatch.setenv(variable, value)

    ended = run("items")

    assert ended.code == 1
    assert expected in ended.complaint
    assert "geheim" not in ended.err


def test_a_missing_file_is_one_clear_line(run: Run) -> None:
    ended = run("route", "eval", "nergens.jsonl")

    assert ended.code == 1
    assert "nergens.jsonl" in ended.complaint
