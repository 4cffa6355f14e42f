"""From a motion and a vote at the publisher to the channel of the group, by the real main job."""

from sqlmodel import col, select

from g40flow.domain.parliament.votes import Result, tally
from g40flow.jobs import watch_deadlines
from g40flow.storage.dossier_tables import DossierItem
from g40flow.storage.outcomes import proposals_of
from g40flow.storage.parliament import votes_by_id
from g40flow.storage.parliament_tables import GroupRow
from g40flow.storage.tables import Item
from tests.main_job.world import World
from tests.use_cases.campaigns.world import CampaignWorld

CHANNEL = "themagroep-woningmarkt"
ASK = "Verhoog de investeringen in doorstroomlocaties"
IN_FAVOUR = ("Stad & Land", "Nieuw Midden", "Samen Wonen")


def campaign_on(world: World, dossier_number: str) -> int:
    network = CampaignWorld(world.database, now=world.now())
    campaign = network.running()
    network.ask(campaign, ASK)
    with world.database.writing() as session:
        query = select(col(Item.id)).where(col(Item.dossier_number) == dossier_number)
        item = session.scalars(query.order_by(col(Item.id))).first()
        session.add(DossierItem(dossier_id=campaign, item_id=item or 0))
    return campaign


def look(world: World) -> list[str]:
    """The publisher is read, and an hour later deadlines are watched; what the channel then has more."""
    with world.watching() as difference:
        world.poll("tweedekamer")
        world.later(hours=1)
        assert watch_deadlines(world).errors == []
        world.deliver()
    texts = [message.summary for message in difference.new if message.channel == CHANNEL]
    return [text for text in texts if "doorstroomlocaties" in text]


def test_a_motion_its_vote_and_a_mistake_told_later_each_reach_the_group_once(world: World) -> None:
    campaign = campaign_on(world, "36512")
    world.sandbox.happen(
        "new_motion", title="Motie van een lid over doorstroomlocaties in steden", dossier="36512"
    )

    proposed = look(world)
    world.sandbox.happen("hold_vote", case="motie-nieuw", in_favour=list(IN_FAVOUR))
    voted = look(world)
    world.sandbox.happen("correct_vote", case="motie-nieuw", group="Samen Wonen", in_favour=list(IN_FAVOUR))
    corrected = look(world)

    assert [len(proposed), len(voted), len(corrected), len(look(world))] == [1, 1, 1, 0]
    assert voted[0].startswith("Motie aangenomen")
    assert corrected[0].startswith("Stemming verbeterd")
    with world.database.reading() as session:
        [proposal] = [one for one in proposals_of(session, campaign) if one.strong]
        vote = votes_by_id(session, [proposal.vote_id or 0])[proposal.vote_id or 0]
        groups = session.scalars(select(GroupRow)).all()
    counted = tally(vote)
    assert (vote.stated, counted.result, proposal.corrections) == (Result.ADOPTED, Result.REJECTED, 1)
    assert counted.difference is not None
    assert sum(group.seats or 0 for group in groups) == 150
