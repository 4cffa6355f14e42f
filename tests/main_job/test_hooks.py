"""A real activity of the Tweede Kamer as a moment of a campaign, from the publisher to what people see."""

import pytest

from g40flow import jobs
from g40flow.domain.actors import Actor, Surface, actor_on
from g40flow.domain.campaigns.hooks import HookState
from g40flow.domain.instants import dutch_date
from g40flow.storage.hook_tables import Hook, HookChange
from g40flow.use_cases.campaigns.hooks import accept_hook
from g40flow.use_cases.campaigns.open_campaign import NewCampaign, open_campaign
from tests.main_job.world import HOUSE, World

pytestmark = pytest.mark.xdist_group("main_job")
JASMIJN = "jasmijn-de-voorbeeld"  # secretary of Woningmarkt


def secretary(world: World) -> Actor:
    person = world.network.person(JASMIJN)
    assert person is not None
    return actor_on(person, dutch_date(world.now()), Surface.PORTAL)


def test_a_debate_is_proposed_chosen_moved_by_the_chamber_and_told_once(world: World) -> None:
    debate = world.item("Woningbouwopgave")
    assert debate.id is not None
    new = NewCampaign(
        title="Bouw in de stad",
        campaign_type="bill",
        ask="Bouw betaalbaar",
        origin="netwerkdag",
        groups=["woningmarkt"],
        item_ids=[debate.id],
    )
    with world.database.writing() as session:
        campaign = open_campaign(session, world.desk, new, actor=secretary(world), now=world.now())
    jobs.watch_deadlines(world)
    [proposal] = [hook for hook in world.rows(Hook) if hook.item_id == debate.id]
    with world.database.writing() as session:
        accept_hook(
            session,
            world.desk,
            campaign.id or 0,
            proposal.id,
            actor=secretary(world),
            seen_revision=None,
            now=world.now(),
        )
    world.deliver()

    with world.watching() as office, world.watching(JASMIJN) as jasmijn:
        world.sandbox.happen("move_activity", key="cd-woningbouw", days=7)
        world.poll(HOUSE)
        world.deliver()

    [hook] = [hook for hook in world.rows(Hook) if hook.state == HookState.ACCEPTED]
    [change] = world.rows(HookChange)
    assert hook.item_id != debate.id
    assert (change.event, (change.new_on - change.old_on).days) == ("moved", 7)
    told = [m for m in jasmijn.new if m.is_direct]
    assert [m.summary.split(":")[0] for m in told] == ["Moment verplaatst"]
    assert "brief aan de woordvoerders: uiterlijk" in told[0].words
    in_channel = [m.summary for m in office.new if m.channel == "themagroep-woningmarkt"]
    assert len([line for line in in_channel if line.startswith("Moment verplaatst")]) == 1
    assert not [m for m in office.new if m.channel == "themagroep-woningmarkt" and m.in_thread]
    assert [m.summary for m in office.renewed if "Campagne" in m.summary]
