"""Deadlines by command, without Prefect."""

import json
from collections.abc import Iterator
from datetime import date, timedelta

import pytest
from typer.testing import CliRunner, Result

from g40flow.cli_deadlines import WIRING, deadlines
from g40flow.domain.dossier.workflow import Stage
from g40flow.storage.dossiers import dossier_by_id
from tests.use_cases.dossier.deadlines import a_dossier, an_item
from tests.web.world import World, build_world


@pytest.fixture
def world(sqlite_url: str) -> Iterator[World]:
    built = build_world(sqlite_url)
    before = getattr(WIRING, "app", None)
    WIRING.app = lambda: built
    yield built
    if before is not None:
        WIRING.app = before
    built.database.close()


def run(*arguments: str) -> Result:
    return CliRunner().invoke(deadlines, list(arguments))


def test_watching_says_what_it_did_and_the_second_time_that_there_is_nothing(world: World) -> None:
    with world.database.writing() as session:
        dossier_id = a_dossier(
            session, stage=Stage.NO_RESPONSE, objection_until=world.now() - timedelta(days=1)
        )

    first, second = run("watch"), run("watch")

    assert (first.exit_code, second.exit_code) == (0, 0)
    assert "1  dossiers zonder reactie afgesloten" in first.output
    assert second.output == "niets te doen\n"
    with world.database.reading() as session:
        assert dossier_by_id(session, dossier_id).stage == Stage.CLOSED


def test_recalculating_counts_as_json(world: World) -> None:
    with world.database.writing() as session:
        item = an_item(session, closes_on=date(2027, 3, 1))
        a_dossier(session, items=(item,))

    done = run("recalculate", "--json")

    assert json.loads(done.output)["recalculated"] == 1
