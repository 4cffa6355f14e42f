"""A network with another name, other groups, other people and its own words: configuration alone."""

from dataclasses import replace
from pathlib import Path

import pytest

from g40flow.sandbox.world import WORLD_START
from tests.main_job.world import CONSULTATIONS, Sandbox, build_world

pytestmark = pytest.mark.xdist_group("main_job")

FILES = {
    "network.yaml": """
name: Vereniging van Voorbeeldgemeenten
short_name: VVG
pillars: [{slug: ruimte, name: Ruimte}]
theme_groups:
  - {slug: water, name: Commissie Water en Bodem, short_name: Water, pillar: ruimte}
  - {slug: bestuur, name: Commissie Bestuur, short_name: Bestuur}
cities: [{slug: voorbeeldstad, name: Voorbeeldstad}]
""",
    "people.yaml": """
people:
  - slug: secretaris
    name: Jasmijn de Voorbeeld
    email: jasmijn-de-voorbeeld@example.nl
    roles: [{role: theme_group_secretary, scope: water}]
""",
    "notifications.yaml": """
channels:
  triage: g40-triage
  operators: g40-beheer
  groups: {water: vvg-water, bestuur: vvg-bestuur}
at_once: {consultation: ["*"]}
""",
    "calendar.yaml": "recesses: [{name: Kerst, from_on: 2026-12-18, until_on: 2027-01-11}]\n",
    "workflow.yaml": """
plan:
  from_opening: {triage: 1, routed: 2, response_decision: 4}
  before_closing:
    {member_call: 12, drafting: 10, official_review: 8, political_review: 6, board_approval: 4,
     ready_to_submit: 2, submitted: 1}
decisions:
  written_round: {minimum_answers: 2, counts_as_approval: [approve]}
  meeting: {minimum_answers: 2, counts_as_approval: [approve]}
  mandate: {minimum_answers: 1, counts_as_approval: [approve]}
submission: {organisation: Vereniging van Voorbeeldgemeenten, place: Voorbeeldstad}
""",
    "routing/_shared.yaml": "fields: {title: 1.0, summary: 0.6, agenda: 0.6, theme: 0.8, documents: 0.5}\n",
    "routing/_bodies.yaml": "committees: []\nministries: []\n",
    "routing/water.yaml": "group: water\nname: Water\nstrong: [riolering*, drinkwater*, hemelwater*]\n",
    "routing/bestuur.yaml": "group: bestuur\nname: Bestuur\nstrong: [raadsleden, burgemeester*]\n",
}


def another_network(folder: Path, sources: Path) -> Path:
    """Configuration that was written from nothing, but for the addresses of the publishers."""
    for name, text in FILES.items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")
    (folder / "sources.yaml").write_bytes(sources.read_bytes())
    return folder


def test_another_network_runs_the_whole_main_job_by_configuration_alone(
    sandbox: Sandbox, sqlite_url: str, tmp_path: Path
) -> None:
    config = another_network(tmp_path / "config", sandbox.config / "sources.yaml")
    for channel in ("vvg-water", "vvg-bestuur"):
        sandbox.slack("channels", name=channel, members=["jasmijn-de-voorbeeld"])
    world = build_world(replace(sandbox, config=config), sqlite_url)
    world.poll(CONSULTATIONS)
    world.deliver()
    sandbox.happen("new_consultation", slug="riool", title="Besluit riolering", working_days=5)

    with world.watching("jasmijn-de-voorbeeld") as difference:
        world.poll(CONSULTATIONS)
        world.deliver()

    shown = [(message.channel, message.is_direct) for message in difference.new]
    assert sorted(shown) == [("", True), ("vvg-water", False)]
    assert all("Besluit riolering" in message.words for message in difference.new)
    assert {message.audience for message in world.messages()} <= {
        *("group:water", "group:bestuur", "triage", "operators", "person:secretaris")
    }
    assert world.now() >= WORLD_START
    world.database.close()
