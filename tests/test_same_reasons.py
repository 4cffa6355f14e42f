"""Why a group did not get an item is said in the same words wherever somebody asks."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from typer.testing import CliRunner

from g40flow.bootstrap import build_app
from g40flow.cli_route import WIRING, route
from g40flow.config.routing import load_rule_book
from g40flow.domain.routing import RoutableItem
from g40flow.resources import resource
from g40flow.use_cases.route_items import routable_with_id
from tests.web.learning import LearningWorld, build_learning_world
from tests.web.reading import Reader
from tests.web.signing_in import browser_of
from tests.web.world import consultation

DOUBT = "Niet voor Europa: wel ‘subsidies’ in de titel, maar dat is op zichzelf te weinig. Kans "


@pytest.fixture
def world(sqlite_url: str, tmp_path: Path) -> Iterator[LearningWorld]:
    folder = tmp_path / "config"
    folder.mkdir()
    world = build_learning_world(sqlite_url, folder)
    rules = folder / "routing"
    (rules / "europa.yaml").write_text(
        "group: europa\nname: Europa\nstrong: [brussel]\ncontext: [subsidie]\n", encoding="utf-8"
    )
    (rules / "_shared.yaml").write_text(
        "fields: {title: 1.0, summary: 0.6}\ndecision: {triage_from: 0.01}\n", encoding="utf-8"
    )
    before = WIRING.find_item

    def find(identifier: str) -> RoutableItem | None:
        with world.database.reading() as session:
            return routable_with_id(session, identifier, world.now())

    WIRING.find_item = find
    yield world
    WIRING.find_item = before
    world.database.close()


def test_a_group_that_did_not_get_an_item_is_told_why_in_the_same_sentence(world: LearningWorld) -> None:
    number = world.publish(consultation("Regeling subsidies voor musea", summary=""))
    world.later(hours=1)
    world.deliver()

    explained = CliRunner().invoke(route, ["explain", str(number), "--config", str(world.config_dir)]).output
    portal = Reader(browser_of(world)).get(f"/items/{number}").text
    (card,) = [m.shown_text for audience, m in world.messages().items() if audience == "triage"]

    sentence = next(line for line in explained.splitlines() if line.startswith("Niet voor Europa"))
    assert sentence.startswith(DOUBT)
    assert sentence in portal
    assert sentence in card
    assert world.item(number).triage


def test_groups_have_the_same_name_in_the_rules_and_in_the_network() -> None:
    book, network = load_rule_book(resource("config") / "routing"), build_app({}).network

    assert {group.slug: group.name for group in book.groups} == {
        group.slug: group.name for group in network.theme_groups
    }
