"""Whatever people try in whatever order: rights are respected, and the history says all and nothing else."""

from itertools import pairwise
from typing import Any

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlmodel import col, select

from g40flow.domain.campaigns.words import CampaignType
from g40flow.domain.campaigns.workflow import CAMPAIGN_STEPS, STEPS_OF
from g40flow.domain.dossier.workflow import CAMPAIGN_STAGES, RESTING, Stage
from g40flow.domain.errors import G40FlowError, GuardFailed, InvalidInput, StepNotAllowed
from g40flow.storage.campaign_tables import Ask
from g40flow.use_cases.dossier.desk import roles_on
from tests.use_cases.campaigns.world import CampaignWorld
from tests.use_cases.dossier.world import (
    BOARD_MEMBER,
    BOARD_SECRETARY,
    HOUSING_LEAD,
    HOUSING_SECRETARY,
    PILLAR_CHAIR,
    SECRETARIAT,
)

PEOPLE = (SECRETARIAT, HOUSING_LEAD, HOUSING_SECRETARY, PILLAR_CHAIR, BOARD_SECRETARY, BOARD_MEMBER)
ACTIONS = sorted({step.action for step in CAMPAIGN_STEPS})
WORK = ("mandate", "ask", "write", "adopt", "judge", "nothing")
TRIES = st.lists(
    st.tuples(st.sampled_from(WORK), st.sampled_from(ACTIONS), st.sampled_from(PEOPLE)),
    min_size=5,
    max_size=25,
)


@settings(max_examples=6, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(kind=st.sampled_from(CampaignType), tries=TRIES, ahead=st.integers(min_value=0, max_value=9))
def test_a_campaign_under_any_acts(
    world: CampaignWorld, kind: CampaignType, tries: list[tuple[str, str, str]], ahead: int
) -> None:
    campaign_id, taken = world.campaign(kind), 0
    tries = [*_ahead()[:ahead], *tries]
    for work, action, person in tries:
        _work(world, campaign_id, work)
        before, told = world.read(campaign_id), len(world.history(campaign_id))
        try:
            moved = world.step(campaign_id, action, person)
        except (StepNotAllowed, GuardFailed, InvalidInput):
            after = world.read(campaign_id)
            assert (after.stage, after.revision) == (before.stage, before.revision)
            assert len(world.history(campaign_id)) == told
            continue
        taken += 1
        _was_allowed(world, kind, campaign_id, before.stage, action, person)
        assert moved.stage in CAMPAIGN_STAGES
        assert (moved.stage_before != "") == (moved.stage in RESTING)

    steps = [e for e in world.history(campaign_id) if "from" in e.facts and e.person != "g40flow"]
    assert len(steps) == taken
    places = [(e.facts["from"], e.facts["to"]) for e in world.history(campaign_id) if "from" in e.facts]
    assert all(end == begin for (_, end), (begin, _) in pairwise(places))


def _ahead() -> list[tuple[str, str, str]]:
    """The usual way, so that later stages are tried too."""
    return [
        ("mandate", "ask_mandate", HOUSING_SECRETARY),
        ("nothing", "give_mandate", PILLAR_CHAIR),
        ("ask", "stop", BOARD_MEMBER),
        ("write", "offer_for_adoption", HOUSING_SECRETARY),
        ("adopt", "start_running", HOUSING_SECRETARY),
        ("nothing", "reach_decision", HOUSING_SECRETARY),
        ("nothing", "evaluate", SECRETARIAT),
        ("judge", "close", SECRETARIAT),
        ("nothing", "reopen", SECRETARIAT),
    ]


def _work(world: CampaignWorld, campaign_id: int, work: str) -> None:
    """What people do between steps; what cannot be done now is left."""
    acts: dict[str, Any] = {
        "mandate": lambda: world.mandate(campaign_id),
        "ask": lambda: world.ask(campaign_id),
        "write": lambda: world.write(campaign_id, f"# Stuk {len(world.history(campaign_id))}\n"),
        "adopt": lambda: world.adopt(campaign_id),
        "judge": lambda: [world.judge(ask) for ask in _asks(world, campaign_id)],
        "nothing": lambda: None,
    }
    try:
        acts[work]()
    except G40FlowError:
        return


def _asks(world: CampaignWorld, campaign_id: int) -> list[int]:
    with world.database.reading() as session:
        return [
            id_ or 0
            for id_ in session.scalars(select(col(Ask.id)).where(col(Ask.campaign_id) == campaign_id))
        ]


def _was_allowed(
    world: CampaignWorld, kind: CampaignType, campaign_id: int, stage: Stage, action: str, person: str
) -> None:
    step = next(s for s in STEPS_OF[kind] if s.action == action and stage in s.sources)
    with world.database.reading() as session:
        dossier = world.read(campaign_id)
        assert step.roles & roles_on(session, dossier, world.actor(person))
