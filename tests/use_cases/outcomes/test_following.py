"""What happens in the Chamber becomes proposals that explain themselves; people say what it means."""

from dataclasses import replace
from datetime import date

import pytest

from g40flow.domain.dossier.workflow import Stage
from g40flow.domain.errors import InvalidInput, NotAllowed, NotFound, StaleVersion
from g40flow.domain.parliament.support import Direction, Support
from g40flow.domain.parliament.votes import Chamber, Result
from g40flow.storage.campaigns import ask_by_id
from g40flow.storage.outcomes import proofs_of
from g40flow.storage.texts import point_of
from g40flow.use_cases.dossier.settle import make_confidential
from g40flow.use_cases.outcomes.link import (
    OutcomeLink,
    dismiss_outcome,
    link_outcome,
    reopen_outcome,
    unlink_outcome,
)
from g40flow.use_cases.outcomes.read import linked_shown, outcomes_shown, support_of, targets_of
from g40flow.use_cases.outcomes.story import EventKind, story_of
from g40flow.use_cases.text.points import PointText, add_point
from tests.use_cases.dossier.world import DESK, HOUSING, HOUSING_SECRETARY
from tests.use_cases.outcomes.world import TODAY, OutcomeWorld

BOARD_MEMBER = "lars-schijn"
ASK = "Schrap de opschalingskorting"
MOTION = "Motie van het lid Van Opzet over de opschalingskorting"


def test_a_motion_on_the_dossier_that_touches_an_ask_is_proposed_and_told_once(world: OutcomeWorld) -> None:
    campaign = world.bill_campaign(ASK)
    world.case("Motie", MOTION, key="m1")

    assert (world.follow(campaign), world.follow(campaign)) == (1, 0)

    [proposal] = world.proposals(campaign)
    assert [reason["kind"] for reason in proposal.reasons] == ["dossier_number", "touches"]
    assert [reason["value"] for reason in proposal.reasons] == ["36512", "opschalingskorting"]
    [_, second] = world.asks(campaign)
    assert proposal.ask_id == second.id
    assert world.told() == ["outcome_proposal"]


def test_what_touches_no_words_stands_on_the_page_and_is_not_told(world: OutcomeWorld) -> None:
    campaign = world.bill_campaign(ASK)
    world.case("Motie", "Motie over vuurwerk", key="m1")

    world.follow(campaign)

    [proposal] = world.proposals(campaign)
    assert (proposal.strong, proposal.ask_id) == (False, None)
    assert world.told() == []


@pytest.mark.parametrize(
    ("kind", "fields"),
    [
        ("Motie", {"published_on": date(2025, 1, 1)}),
        ("Motie", {"dossier_number": "36999"}),
        ("Brief regering", {}),
    ],
    ids=["from before the campaign", "another dossier", "a letter"],
)
def test_what_can_be_no_outcome_is_not_proposed(
    world: OutcomeWorld, kind: str, fields: dict[str, object]
) -> None:
    campaign = world.bill_campaign(ASK)
    world.case(kind, MOTION, key="m1", **fields)

    assert world.follow(campaign) == 0


def test_family_and_the_subject_itself_are_other_reasons(world: OutcomeWorld) -> None:
    campaign = world.bill_campaign(ASK)
    world.family(world.items_of(campaign)[0], world.case("Amendement", MOTION, key="a1", dossier_number=None))
    world.vote("bill")

    world.follow(campaign)

    found = {proposal.kind.value: proposal.reasons[0]["kind"] for proposal in world.proposals(campaign)}
    assert found == {"amendment": "family", "bill_vote": "subject"}


def test_the_result_of_a_vote_is_told_when_it_settled_and_each_correction_once(world: OutcomeWorld) -> None:
    campaign = world.bill_campaign(ASK)
    world.case("Motie", MOTION, key="m1")
    world.follow(campaign)
    vote = world.vote("m1")

    assert world.follow(campaign, after_minutes=10) == 0
    assert world.follow(campaign) == 1
    assert world.told() == ["outcome_proposal", "outcome_change"]

    world.vote("m1", words="Aangenomen.")  # nothing that a reader sees
    world.follow(campaign)
    assert world.told() == ["outcome_proposal", "outcome_change"]

    mistaken = replace(vote.lines[0], mistake=True)
    world.vote("m1", stated=Result.REJECTED, lines=(mistaken, vote.lines[1]))
    world.follow(campaign)
    world.follow(campaign)
    assert world.told() == ["outcome_proposal", "outcome_change", "outcome_change"]
    assert [proposal.corrections for proposal in world.proposals(campaign)] == [1]


def test_a_debate_with_many_motions_is_not_a_flood_of_messages(world: OutcomeWorld) -> None:
    campaign = world.bill_campaign(ASK)
    for number in range(9):
        world.case("Motie", f"{MOTION} ({number})", key=f"m{number}")

    world.follow(campaign)

    assert len(world.proposals(campaign)) == 9
    assert len(world.told()) == 3


def test_a_commitment_in_a_meeting_of_the_dossier_is_proposed_with_its_office(world: OutcomeWorld) -> None:
    campaign = world.bill_campaign(ASK)
    world.item(
        source="tweedekamer",
        identifier="activiteit:d1",
        kind="activity",
        dossier_number="36512",
        title="Debat",
    )
    world.promise("De minister rekent de opschalingskorting opnieuw door.", made_in="activiteit:d1")

    world.follow(campaign)

    with world.database.reading() as session:
        [shown] = outcomes_shown(session, DESK.network, campaign)
    assert (shown.kind.value, shown.commitment_by) == ("commitment", "Minister van Wonen")
    assert shown.target == ASK


def test_one_click_links_as_proof_and_another_says_the_result(world: OutcomeWorld) -> None:
    campaign = world.bill_campaign(ASK)
    world.case("Motie", MOTION, key="m1")
    world.follow(campaign)
    [proposal] = world.proposals(campaign)

    world.do(link_outcome, proposal.id, OutcomeLink())
    world.do(link_outcome, proposal.id, OutcomeLink())

    with world.database.reading() as session:
        [proof] = proofs_of(session, campaign)
        assert ask_by_id(session, proof.ask_id or 0).result == ""
    assert world.acts(campaign).count("link_outcome") == 1

    world.do(link_outcome, proposal.id, OutcomeLink(result="partly", note="De motie is aangenomen."))

    with world.database.reading() as session:
        ask = ask_by_id(session, proof.ask_id or 0)
        assert (ask.result, ask.result_item_id) == ("partly", proposal.item_id)
        assert ask.result_source == "https://kamer.example/m1"
        assert [event.kind for event in story_of(session, campaign)][-1] is EventKind.RESULT


def test_a_link_and_a_dismissal_can_be_taken_back(world: OutcomeWorld) -> None:
    campaign = world.bill_campaign(ASK)
    world.case("Motie", MOTION, key="m1")
    world.follow(campaign)
    [proposal] = world.proposals(campaign)

    world.do(dismiss_outcome, proposal.id, reason="gaat over iets anders")
    with pytest.raises(StaleVersion):
        world.do(link_outcome, proposal.id, OutcomeLink())
    world.do(reopen_outcome, proposal.id)
    proof = world.do(link_outcome, proposal.id, OutcomeLink())
    with pytest.raises(StaleVersion):
        world.do(dismiss_outcome, proposal.id)
    world.do(unlink_outcome, proof.id)

    assert [one.state.value for one in world.proposals(campaign)] == ["open"]
    assert world.acts(campaign)[-4:] == [
        "dismiss_outcome",
        "reopen_outcome",
        "link_outcome",
        "unlink_outcome",
    ]
    assert world.follow(campaign) == 0  # what was decided is not proposed again


def test_only_who_may_say_results_links_and_only_to_own_asks(world: OutcomeWorld) -> None:
    campaign, other = world.bill_campaign(ASK), world.running()
    world.case("Motie", MOTION, key="m1")
    world.follow(campaign)
    [proposal] = world.proposals(campaign)

    with pytest.raises(NotAllowed):
        world.do(link_outcome, proposal.id, OutcomeLink(), by=BOARD_MEMBER)
    with pytest.raises(NotFound):
        world.do(link_outcome, proposal.id, OutcomeLink(ask_id=world.asks(other)[0].id))
    with pytest.raises(InvalidInput, match="sideways"):
        world.do(link_outcome, proposal.id, OutcomeLink(direction="sideways"))
    with pytest.raises(InvalidInput):
        world.do(link_outcome, proposal.id, OutcomeLink(result="achieved"))

    assert world.proposals(campaign)[0].state.value == "open"


def test_linked_votes_make_a_picture_that_follows_corrections_and_sizes(world: OutcomeWorld) -> None:
    campaign = world.bill_campaign(ASK)
    world.case("Motie", MOTION, key="m1")
    vote = world.vote("m1")
    world.groups_of_house(Roos=75, Wilg=5)
    world.follow(campaign)
    [proposal] = world.proposals(campaign)
    world.do(link_outcome, proposal.id, OutcomeLink(direction=Direction.HARMS))

    def supports() -> dict[str, Support]:
        with world.database.reading() as session:
            linked = linked_shown(session, DESK.network, campaign)
            [picture] = support_of(session, linked, targets_of(session, campaign)[1])
        assert picture.chamber is Chamber.HOUSE
        assert {party.name: party.seats for party in picture.parties} == {"Roos": 75, "Iep": 70, "Wilg": 5}
        return {party.name: party.support for party in picture.parties}

    assert supports() == {"Roos": Support.AGAINST, "Iep": Support.WITH, "Wilg": Support.SILENT}

    world.vote("m1", sides="Iep", lines=tuple(replace(line, mistake=False) for line in vote.lines[1:]))

    assert supports()["Roos"] is Support.SILENT


def test_a_report_on_a_consultation_is_proposed_for_the_points_of_a_response(world: OutcomeWorld) -> None:
    dossier = world.dossier(HOUSING, title="Wet regie")
    [item] = world.items_of(dossier)
    point = world.do(
        add_point, dossier, PointText(problem="De opschalingskorting blijft"), by=HOUSING_SECRETARY
    )
    world.change(dossier, stage=Stage.FOLLOW_UP)
    bill = world.case(
        "Wetgeving",
        "Wet regie op de volkshuisvesting",
        key="bill",
        facts={"documents": [{"kind": "Memorie van toelichting", "title": "Memorie", "url": ""}]},
    )
    world.family(item, bill)

    world.follow(dossier)
    [proposal] = world.proposals(dossier)

    assert proposal.kind.value == "explanatory_memorandum"
    assert proposal.point_id == point.id
    assert world.told() == ["outcome_proposal"]

    world.do(link_outcome, proposal.id, OutcomeLink(result="not", note="Niet overgenomen in de toelichting."))
    with world.database.reading() as session:
        kept = point_of(session, dossier, point.id or 0)
    assert (kept.outcome, kept.outcome_source) == ("not", "https://kamer.example/bill")


def test_a_campaign_that_is_closed_or_only_an_idea_is_not_followed(world: OutcomeWorld) -> None:
    campaign = world.bill_campaign(ASK)
    world.case("Motie", MOTION, key="m1")

    for stage in (Stage.CLOSED, Stage.IDEA, Stage.SUSPENDED):
        world.change(campaign, stage=stage)
        assert world.follow(campaign) == 0

    assert world.proposals(campaign) == []


def test_a_confidential_campaign_is_told_to_persons_only(world: OutcomeWorld) -> None:
    campaign = world.bill_campaign(ASK)
    revision = world.read(campaign).revision
    world.do(make_confidential, campaign, [], reason="gevoelig", seen_revision=revision)
    world.case("Motie", MOTION, key="m1")

    world.follow(campaign)

    with world.database.reading() as session:
        audiences = {audience.partition(":")[0] for audience in world.audiences(session)}
    assert audiences == {"person"}


def test_the_time_line_has_steps_contacts_votes_and_results_in_order(world: OutcomeWorld) -> None:
    campaign = world.bill_campaign(ASK)
    world.log(campaign, happened_on=date(2026, 11, 20))
    world.case("Motie", MOTION, key="m1")
    world.vote("m1")
    world.follow(campaign)
    [proposal] = world.proposals(campaign)
    world.do(link_outcome, proposal.id, OutcomeLink(result="partly", note="Aangenomen."))

    with world.database.reading() as session:
        story = story_of(session, campaign)

    assert [event.on for event in story] == sorted(event.on for event in story)
    assert {event.kind for event in story} == {
        EventKind.STEP,
        EventKind.CONTACT,
        EventKind.VOTE,
        EventKind.RESULT,
    }
    assert [event.word for event in story if event.kind is EventKind.VOTE] == ["adopted"]
    assert story[0].on < TODAY
