"""What surrounds a dossier, and votes, on both databases."""

from datetime import UTC, date, datetime

from g40flow.domain.parliament.votes import Chamber
from g40flow.storage.database import Database
from g40flow.storage.dossier_tables import Dossier
from g40flow.storage.outcomes import around, followed_dossiers
from g40flow.storage.parliament import groups_today, votes_by_id, votes_on
from tests.use_cases.outcomes.world import HOUSE, OutcomeWorld

LONG_AGO = datetime(2025, 1, 1, tzinfo=UTC)


def test_surroundings_proposals_and_votes_are_found(database: Database) -> None:
    world = OutcomeWorld(database)
    campaign = world.bill_campaign("Schrap de opschalingskorting")
    motion = world.case("Motie", "Motie over de opschalingskorting", key="m1")
    past = {"published_on": date(2025, 1, 1), "first_seen_at": LONG_AGO}
    old = world.case("Motie", "Motie van vorig jaar", key="old", **past)
    relative = world.case("Amendement", "Amendement", key="a1", dossier_number=None)
    world.family(world.items_of(campaign)[0], relative)
    vote = world.vote("m1")
    world.groups_of_house()

    assert world.follow(campaign) == 2

    with database.reading() as session:
        opened = session.get_one(Dossier, campaign).opened_at
        found = {one.item.id: one.tie.value for one in around(session, campaign, opened)}
        on = votes_on(session, {HOUSE: ["zaak:m1", "zaak:a1"]})
        kept = votes_by_id(session, on[HOUSE, "zaak:m1"])
        assert found == {
            world.items_of(campaign)[0]: "subject",
            relative: "family",
            motion: "dossier_number",
        }
        assert old not in found
        assert [set(one.lines) for one in kept.values()] == [set(vote.lines)]
        assert campaign in followed_dossiers(session)
        assert [group.name for group in groups_today(session, Chamber.HOUSE)] == ["Iep", "Roos"]
    assert world.told() == ["outcome_proposal"]
