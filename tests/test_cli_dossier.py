import json
from collections.abc import Iterator

import pytest
from sqlalchemy import text
from typer.testing import CliRunner, Result

from g40flow.cli_dossier import WIRING, audit, dossier
from tests.web.world import World, build_world, fill

AS_ANNA = ["--person", "anna-testerink"]


@pytest.fixture
def world(sqlite_url: str) -> Iterator[World]:
    built = build_world(sqlite_url)
    before = getattr(WIRING, "app", None)
    WIRING.app = lambda: built
    yield built
    if before is not None:
        WIRING.app = before
    built.database.close()


@pytest.fixture
def item(world: World) -> str:
    """An item that goes to a group."""
    return str(min(fill(world).values()))


def run(*arguments: str) -> Result:
    return CliRunner().invoke(dossier, list(arguments))


def test_a_dossier_is_opened_listed_shown_and_moved(item: str) -> None:
    opened = run("open", item, *AS_ANNA)
    listed = run("list")
    moved = run("step", "2026-001", "suspend", *AS_ANNA, "--reason", "wacht op het ministerie")
    shown = run("show", "2026-001")

    assert "geopend: 2026-001" in opened.output
    assert "2026-001  Beoordelen" in listed.output
    assert "2026-001 staat nu op Opgeschort" in moved.output
    assert "wacht op het ministerie" in shown.output
    assert "let op     Laat gesignaleerd, Opgeschort" in shown.output
    assert "geen dossiers" in run("list").output
    assert "2026-001" in run("list", "--all").output


def test_scripts_get_json(item: str) -> None:
    run("open", item, *AS_ANNA)

    (listed,) = json.loads(run("list", "--json").output)
    shown = json.loads(run("show", "2026-001", "--json").output)

    assert (listed["number"], listed["stage"]) == ("2026-001", "triage")
    assert shown["history"][0]["action"] == "open"


def test_what_cannot_be_done_is_said_in_dutch_and_ends_with_1(item: str) -> None:
    run("open", item, *AS_ANNA)

    for arguments, words in (
        (["suspend", *AS_ANNA], "Zeg waarom"),
        (["suspend", "--person", "joost-proefsma", "--reason", "x"], "niet door joost-proefsma"),
        (["submit", *AS_ANNA], "kan nu niet"),
    ):
        refused = run("step", "2026-001", *arguments)
        assert refused.exit_code == 1
        assert words in refused.output

    assert "staat nu op" not in run("show", "2026-001").output


def test_what_does_not_exist_is_an_error(world: World, item: str) -> None:
    assert "er is geen dossier" in str(run("show", "2026-999").exception)
    assert "er is niemand die" in str(run("open", item, "--person", "niemand").exception)


def test_a_second_dossier_about_an_item_is_asked_for(item: str) -> None:
    run("open", item, *AS_ANNA)

    assert "er is al een dossier: 2026-001" in str(run("open", item, *AS_ANNA).exception)
    assert "geopend: 2026-002" in run("open", item, *AS_ANNA, "--second").output


def test_an_untouched_history_is_in_order_and_a_changed_one_is_named(world: World, item: str) -> None:
    run("open", item, *AS_ANNA)
    run("step", "2026-001", "suspend", *AS_ANNA, "--reason", "x")
    fine = CliRunner().invoke(audit, [])

    with world.database.writing() as session:
        session.execute(text("UPDATE history_entry SET reason = 'y' WHERE action = 'suspend'"))
    broken = CliRunner().invoke(audit, [])
    as_json = CliRunner().invoke(audit, ["--json"])

    assert fine.exit_code == 0
    assert "in orde: 1 geschiedenissen" in fine.output
    assert broken.exit_code == 1
    assert "gebroken: dossier:1: entry 4 is not what was written" in broken.output
    assert json.loads(as_json.output)["broken"]
