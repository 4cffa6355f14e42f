import json
from collections.abc import Iterator

import pytest
from typer.testing import CliRunner, Result

from g40flow.cli_campaign import WIRING, campaign
from tests.use_cases.campaigns.world import CampaignWorld
from tests.web.world import World, build_world

BY_ANNA = ["--person", "anna-testerink"]


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
    return CliRunner().invoke(campaign, list(arguments))


def test_campaigns_are_listed_and_what_is_kept_of_somebody_is_handed_out_and_erased(world: World) -> None:
    network = CampaignWorld(world.database, now=world.now())
    network.ask(network.campaign())
    network.log(1, subject="Met Piet Verzonnen")

    listed, as_json = run("list"), json.loads(run("list", "--json").output)
    kept = json.loads(run("export-person", *BY_ANNA, "--name", "Piet Verzonnen").output)
    erased = run("erase-person", *BY_ANNA, "--name", "Piet Verzonnen", "--reason", "op verzoek", "--yes")
    stopped = run("erase-person", *BY_ANNA, "--name", "Piet Verzonnen", "--reason", "op verzoek")

    assert "2026-001" in listed.output
    assert (as_json[0]["type"], as_json[0]["asks"]) == ("agenda_setting", 1)
    assert kept["touchpoints"][0]["subject"] == "Met Piet Verzonnen"
    assert "gewist uit 1 contacten" in erased.output
    assert stopped.exit_code == 1
    assert "geen campagnes" in run("list", "bestaatniet").output
