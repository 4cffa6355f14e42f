from collections.abc import Iterator

import pytest
from sqlmodel import col, select

from g40flow.demo_campaigns import aim_at_debate, play_campaigns
from g40flow.domain.dossier.workflow import Process, Stage
from g40flow.storage.campaign_tables import Ask
from g40flow.storage.dossier_tables import Dossier
from g40flow.storage.hook_tables import Hook
from tests.use_cases.campaigns.hook_world import HookWorld
from tests.web.world import World, build_world


@pytest.fixture
def world(sqlite_url: str) -> Iterator[World]:
    built = build_world(sqlite_url)
    yield built
    built.database.close()


def test_the_demo_shows_one_campaign_that_runs_and_one_that_was_won(world: World) -> None:
    numbers = play_campaigns(world)

    with world.database.reading() as session:
        query = select(Dossier).where(col(Dossier.process) == Process.CAMPAIGN).order_by(col(Dossier.id))
        found = session.scalars(query).all()
        assert [row.number for row in found] == numbers
        assert [row.stage for row in found] == [Stage.RUNNING, Stage.CLOSED]
        results = session.scalars(select(col(Ask.result)).order_by(col(Ask.id))).all()
        assert results == ["", "", "achieved"]


def test_the_demo_aims_at_the_debate_that_its_script_moves(world: World) -> None:
    assert aim_at_debate(world) is None
    HookWorld(world.database, now=world.now()).activity(title="Woningbouwopgave ", facts={})

    number = aim_at_debate(world)

    with world.database.reading() as session:
        hook = session.scalars(select(Hook).where(col(Hook.state) == "accepted")).one()
        assert session.get_one(Dossier, hook.dossier_id).number == number
        assert hook.reasons == [{"kind": "word", "value": "woningbouwopgave"}]
