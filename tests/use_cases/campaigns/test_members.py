"""Members of committees as the Chamber tells them: proposed, kept when wanted, and forgotten when gone."""

import pytest

from g40flow.domain.errors import NotAllowed, NotFound
from g40flow.domain.parliament.facts import CommitteeSeat
from g40flow.storage.campaigns import stakeholder_by_id, stakeholders_of
from g40flow.storage.database import Database
from g40flow.storage.parliament import keep_seats
from g40flow.use_cases.campaigns.known_bodies import know_bodies
from g40flow.use_cases.campaigns.members import map_member, refresh_members, suggested_members
from g40flow.use_cases.campaigns.stakeholders import find_stakeholders
from tests.use_cases.dossier.world import DESK, HOUSING_SECRETARY
from tests.use_cases.outcomes.world import HOUSE, OutcomeWorld

COMMITTEE = "Vaste commissie voor Wonen"


@pytest.fixture
def world(sqlite: Database) -> OutcomeWorld:
    return OutcomeWorld(sqlite)


def seat(key: str = "s1", holder: str = "Roos van Zandbak", committee: str = COMMITTEE) -> CommitteeSeat:
    return CommitteeSeat(key=key, committee=committee, holder=holder, party="Stad & Land", function="Lid")


def sit(world: OutcomeWorld, *seats: CommitteeSeat) -> None:
    with world.writing() as session:
        keep_seats(session, HOUSE, seats)


def campaign_on(world: OutcomeWorld) -> int:
    campaign = world.campaign()
    world.tie(campaign, world.case("Wetgeving", "Wet regie", key="bill", committee=COMMITTEE))
    return campaign


def test_members_of_the_committee_are_proposed_and_kept_only_when_wanted(world: OutcomeWorld) -> None:
    campaign = campaign_on(world)
    sit(world, seat(), seat("s2", "Joris Speelman"), seat("s3", "Mira Schets", "Vaste commissie voor Vee"))

    row = world.do(map_member, campaign, "s1", by=HOUSING_SECRETARY)

    assert (row.function, row.holder, row.party) == (f"lid {COMMITTEE}", "Roos van Zandbak", "Stad & Land")
    with world.database.reading() as session:
        assert [one.holder for one in suggested_members(session, campaign)] == ["Joris Speelman"]
        assert [one.id for _, one in stakeholders_of(session, campaign)] == [row.id]
        assert not any("Speelman" in one.folded for one in find_stakeholders(session))


def test_who_leaves_is_named_no_longer_and_who_takes_the_seat_is(world: OutcomeWorld) -> None:
    campaign = campaign_on(world)
    sit(world, seat(), seat("s2", "Joris Speelman"))
    gone = world.do(map_member, campaign, "s1", by=HOUSING_SECRETARY)
    stays = world.do(map_member, campaign, "s2", by=HOUSING_SECRETARY)

    sit(world, seat("s2", "Mira Schets"))
    with world.writing() as session:
        assert refresh_members(session, world.now) == 2
        assert refresh_members(session, world.now) == 0

    with world.database.reading() as session:
        left, follows = stakeholder_by_id(session, gone.id or 0), stakeholder_by_id(session, stays.id or 0)
        assert (left.holder, left.retired_at) == ("", world.now)
        assert "zandbak" not in left.folded
        assert (follows.holder, follows.retired_at) == ("Mira Schets", None)


def test_only_who_may_edit_the_campaign_puts_members_on_its_map(world: OutcomeWorld) -> None:
    campaign = campaign_on(world)
    sit(world, seat())

    with pytest.raises(NotAllowed):
        world.do(map_member, campaign, "s1", by="lars-schijn")
    with pytest.raises(NotFound):
        world.do(map_member, campaign, "unknown", by=HOUSING_SECRETARY)


def test_parties_and_offices_become_stakeholders_without_names(world: OutcomeWorld) -> None:
    world.groups_of_house(Oud=0)
    world.promise("Een brief", made_in="activiteit:d1")

    with world.writing() as session:
        added = know_bodies(session, DESK, world.now)
        assert know_bodies(session, DESK, world.now) == 0

    with world.database.reading() as session:
        found = {(row.kind.value, row.function, row.holder) for row in find_stakeholders(session)}
    assert added == 3
    assert found == {
        ("party", "fractie Roos", ""),
        ("party", "fractie Iep", ""),
        ("minister", "Minister van Wonen", ""),
    }
