"""Weekly digests by command, without Prefect."""

import json
from collections.abc import Iterator
from pathlib import Path

import pytest
from typer.testing import CliRunner, Result

from g40flow.cli_digest import WIRING, digest
from tests.web.world import World, build_world, consultation


@pytest.fixture
def world(sqlite_url: str) -> Iterator[World]:
    built = build_world(sqlite_url)
    built.publish(consultation("Besluit woningbouw"))
    built.later(minutes=5)
    before = getattr(WIRING, "app", None)
    WIRING.app = lambda: built
    yield built
    if before is not None:
        WIRING.app = before
    built.database.close()


def run(*arguments: str) -> Result:
    return CliRunner().invoke(digest, list(arguments))


def test_a_preview_is_shown_in_every_form_and_keeps_nothing(world: World, tmp_path: Path) -> None:
    forms = ("text", "html", "slack")
    text, html, slack = (run("preview", "--group", "woningmarkt", "--as", form) for form in forms)
    file = tmp_path / "overzicht.pdf"
    pdf = run("preview", "--group", "woningmarkt", "--as", "pdf", "--output", str(file))

    assert "Besluit woningbouw" in text.output
    assert html.output.startswith("<!DOCTYPE html>")
    assert json.loads(slack.output)[0]["blocks"][0]["type"] == "header"
    assert pdf.exit_code == 0
    assert file.read_bytes().startswith(b"%PDF")
    assert "nog geen overzichten" in run("list").output


def test_a_preview_of_a_day_in_the_past_knows_nothing_of_later(world: World) -> None:
    assert "Besluit woningbouw" not in run("preview", "--network", "--until", "2026-11-20").output


def test_a_preview_is_of_exactly_one_audience(world: World) -> None:
    assert run("preview").exit_code == 2
    assert run("preview", "--board", "--staff").exit_code == 2


def test_sending_now_makes_them_once_and_lists_them(world: World) -> None:
    first = run("send", "--now", "--kind", "theme_group", "--json")
    listed = json.loads(run("list", "--json", "--limit", "50").output)

    assert json.loads(first.output)["digests"] == 16
    assert {row["audience"]: row["copies"] for row in listed}["theme_group:woningmarkt"] == 1
    assert len({row["hash"] for row in listed}) == len(listed) == 16


def test_without_anything_due_it_says_so(world: World) -> None:
    run("send")

    assert run("send").output == "er is nu niets aan de beurt\n"


def test_an_unknown_kind_is_refused(world: World) -> None:
    assert run("send", "--kind", "stad").exit_code == 2
