import pytest

from g40flow.domain.dossier.workflow import Stage
from g40flow.domain.errors import GuardFailed, InvalidInput, NotAllowed, StaleVersion, StepNotAllowed
from g40flow.storage.corrections import corrections_of
from g40flow.storage.dossier_tables import Dossier, MemberCall
from g40flow.storage.dossiers import items_of_dossier
from g40flow.storage.items import groups_of_items
from g40flow.use_cases.dossier.groups import accept, ask_group, change_lead, reject, reroute
from tests.conftest import on_both
from tests.use_cases.dossier.world import (
    ANNOUNCER,
    CARE,
    CARE_LEAD,
    DESK,
    HOUSING,
    HOUSING_LEAD,
    HOUSING_SECRETARY,
    PILLAR_CHAIR,
    SAFETY,
    SAFETY_LEAD,
    SECRETARIAT,
    World,
)


def say_yes(world: World, dossier_id: int, group: str, by: str) -> Dossier:
    with world.writing() as session:
        return accept(
            session, DESK, dossier_id, group, actor=world.actor(by), seen_revision=None, now=world.now
        )


def say_no(world: World, dossier_id: int, group: str, by: str, reason: str = "niet van ons") -> Dossier:
    with world.writing() as session:
        return reject(
            session, DESK, dossier_id, group, reason=reason, actor=world.actor(by), seen_revision=None,
            now=world.now,
        )  # fmt: skip


def send_to(world: World, dossier_id: int, *groups: str, by: str = SECRETARIAT) -> Dossier:
    with world.writing() as session:
        return reroute(
            session, DESK, ANNOUNCER, dossier_id, groups, reason="gaat over zorg", actor=world.actor(by),
            seen_revision=None, now=world.now,
        )  # fmt: skip


def ask(world: World, dossier_id: int, group: str, by: str = SECRETARIAT) -> Dossier:
    with world.writing() as session:
        return ask_group(
            session, DESK, dossier_id, group, actor=world.actor(by), seen_revision=None, now=world.now
        )


def lead(world: World, dossier_id: int, group: str, by: str = SECRETARIAT) -> Dossier:
    with world.writing() as session:
        return change_lead(
            session, DESK, dossier_id, group, reason="meer zorg dan wonen", actor=world.actor(by),
            seen_revision=None, now=world.now,
        )  # fmt: skip


@on_both
def test_when_every_group_has_answered_the_decision_begins_by_itself(world: World) -> None:
    dossier_id = world.dossier(HOUSING, CARE, SAFETY)

    assert say_yes(world, dossier_id, HOUSING, HOUSING_LEAD).stage == Stage.ROUTED
    assert say_no(world, dossier_id, CARE, CARE_LEAD).stage == Stage.ROUTED
    assert say_yes(world, dossier_id, SAFETY, SAFETY_LEAD).stage == Stage.RESPONSE_DECISION

    assert world.groups(dossier_id) == {HOUSING: "accepted", SAFETY: "accepted", CARE: "rejected"}
    assert world.group(dossier_id, CARE).reason == "niet van ons"
    assert world.acts(dossier_id)[-4:] == ["accept", "reject", "accept", "start_decision"]


def test_whose_move_the_decision_is_hears_that_it_began_but_not_who_made_it_begin(world: World) -> None:
    dossier_id = world.dossier(HOUSING, CARE)
    say_yes(world, dossier_id, HOUSING, HOUSING_LEAD)
    before = world.messages("dossier_note")

    say_no(world, dossier_id, CARE, CARE_LEAD)
    told = world.messages("dossier_note")[len(before) :]

    assert sorted(told) == [f"person:{PILLAR_CHAIR}", f"person:{HOUSING_LEAD}"]


def test_the_lead_who_makes_the_decision_begin_is_not_told_so(world: World) -> None:
    dossier_id = world.dossier(HOUSING)

    say_yes(world, dossier_id, HOUSING, HOUSING_LEAD)

    assert world.messages("dossier_note") == [f"person:{PILLAR_CHAIR}"]


def test_a_lead_group_that_says_no_sends_it_back_to_triage(world: World) -> None:
    dossier_id = world.dossier(HOUSING, CARE)

    assert say_no(world, dossier_id, HOUSING, HOUSING_LEAD).stage == Stage.TRIAGE

    entry = world.history(dossier_id)[-1]
    assert (entry.action, entry.person, entry.reason) == ("back_to_triage", HOUSING_LEAD, "niet van ons")


def test_a_lead_group_does_not_walk_away_from_what_is_being_worked_on(world: World) -> None:
    dossier_id = world.at(Stage.DRAFTING, HOUSING, CARE)

    with pytest.raises(InvalidInput, match="change the lead"):
        say_no(world, dossier_id, HOUSING, HOUSING_LEAD)

    assert say_no(world, dossier_id, CARE, CARE_LEAD).stage == Stage.DRAFTING


@pytest.mark.parametrize("by", [CARE_LEAD, HOUSING_SECRETARY, SECRETARIAT])
def test_only_the_lead_of_a_group_answers_for_it(world: World, by: str) -> None:
    dossier_id = world.dossier(HOUSING, CARE)

    with pytest.raises(NotAllowed):
        say_yes(world, dossier_id, HOUSING, by)
    with pytest.raises(NotAllowed):
        say_no(world, dossier_id, HOUSING, by)

    assert world.groups(dossier_id) == {HOUSING: "asked", CARE: "asked"}


def test_a_group_says_why_it_says_no_and_only_one_that_was_asked_answers(world: World) -> None:
    dossier_id = world.dossier(HOUSING)

    with pytest.raises(InvalidInput, match="reason"):
        say_no(world, dossier_id, HOUSING, HOUSING_LEAD, " ")
    with pytest.raises(InvalidInput, match="no part"):
        say_yes(world, dossier_id, CARE, CARE_LEAD)


def test_accepting_twice_is_written_down_once(world: World) -> None:
    dossier_id = world.dossier(HOUSING, CARE)

    say_yes(world, dossier_id, HOUSING, HOUSING_LEAD)
    say_yes(world, dossier_id, HOUSING, HOUSING_LEAD)

    assert world.acts(dossier_id).count("accept") == 1


def test_an_answer_on_an_old_screen_is_refused(world: World) -> None:
    dossier_id = world.dossier(HOUSING, CARE)
    seen = world.read(dossier_id).revision
    say_yes(world, dossier_id, CARE, CARE_LEAD)

    with pytest.raises(StaleVersion), world.writing() as session:
        accept(
            session, DESK, dossier_id, HOUSING, actor=world.actor(HOUSING_LEAD), seen_revision=seen,
            now=world.now,
        )  # fmt: skip


def test_another_group_can_be_asked_and_one_that_said_no_asked_again(world: World) -> None:
    dossier_id = world.dossier(HOUSING, CARE)
    say_no(world, dossier_id, CARE, CARE_LEAD)

    ask(world, dossier_id, SAFETY)
    ask(world, dossier_id, CARE)

    assert world.groups(dossier_id) == {HOUSING: "asked", CARE: "asked", SAFETY: "asked"}
    assert world.messages("dossier_card") == [f"group:{g}" for g in (HOUSING, CARE, SAFETY)]
    with pytest.raises(InvalidInput, match="already"):
        ask(world, dossier_id, SAFETY)
    with pytest.raises(InvalidInput, match="gnomes"):
        ask(world, dossier_id, "gnomes")
    with pytest.raises(NotAllowed):
        ask(world, dossier_id, "europa", by=SAFETY_LEAD)


def test_the_lead_can_go_to_another_group_and_the_pillar_with_it(world: World) -> None:
    dossier_id = world.dossier(HOUSING, CARE)
    say_yes(world, dossier_id, CARE, CARE_LEAD)

    dossier = lead(world, dossier_id, CARE)

    assert (dossier.lead_group, dossier.pillar) == (CARE, "sociaal")
    assert world.groups(dossier_id) == {CARE: "accepted", HOUSING: "asked"}
    assert not world.group(dossier_id, HOUSING).is_lead
    with pytest.raises(NotAllowed):
        lead(world, dossier_id, HOUSING, by=CARE_LEAD)


@on_both
def test_a_dossier_at_the_wrong_group_goes_to_the_right_one_and_teaches_the_router(world: World) -> None:
    dossier_id = world.dossier(HOUSING, SAFETY)
    say_yes(world, dossier_id, SAFETY, SAFETY_LEAD)

    dossier = send_to(world, dossier_id, CARE, SAFETY)

    assert (dossier.stage, dossier.lead_group) == (Stage.ROUTED, CARE)
    assert world.groups(dossier_id) == {CARE: "asked", SAFETY: "accepted"}
    assert world.exceptions(dossier_id)["wrong_group"].facts == {
        "groups_before": [HOUSING, SAFETY], "groups": [CARE, SAFETY],
    }  # fmt: skip
    with world.database.reading() as session:
        item = items_of_dossier(session, dossier_id)[0].item_id
        assert groups_of_items(session, [item]) == {item: [CARE, SAFETY]}
        correction = corrections_of(session, item)[0]
    assert (correction.old_groups, correction.new_groups) == ([HOUSING, SAFETY], [CARE, SAFETY])
    assert (correction.person, correction.reason) == ("Anna Testerink", "gaat over zorg")
    assert f"group:{CARE}" in world.messages("dossier_card")


def test_in_triage_the_groups_are_only_put_right(world: World) -> None:
    dossier_id = world.dossier(HOUSING, routed=False)

    dossier = send_to(world, dossier_id, CARE)

    assert dossier.stage == Stage.TRIAGE
    assert world.groups(dossier_id) == {CARE: "asked"}
    assert world.messages("dossier_card") == []


def test_a_text_in_review_is_not_sent_to_other_groups(world: World) -> None:
    dossier_id = world.at(Stage.OFFICIAL_REVIEW, HOUSING)

    with pytest.raises(StepNotAllowed):
        send_to(world, dossier_id, CARE)
    with pytest.raises(NotAllowed):
        send_to(world, world.dossier(HOUSING), CARE, by=HOUSING_SECRETARY)

    assert world.groups(dossier_id) == {HOUSING: "accepted"}


def test_a_dossier_with_an_open_call_stays_with_its_groups(world: World) -> None:
    dossier_id = world.at(Stage.MEMBER_CALL, HOUSING)
    with world.writing() as session:
        session.add(
            MemberCall(
                dossier_id=dossier_id, questions=[], theme_groups=[], cities=[], opened_at=world.now,
                term_since=world.now,
                opened_by=HOUSING_SECRETARY, closes_at=world.now,
            )
        )  # fmt: skip

    with pytest.raises(GuardFailed):
        send_to(world, dossier_id, CARE)

    assert world.groups(dossier_id) == {HOUSING: "accepted"}


def test_a_dossier_that_rests_or_is_closed_asks_nobody(world: World) -> None:
    dossier_id = world.dossier(HOUSING)
    world.change(dossier_id, stage=Stage.SUSPENDED)

    with pytest.raises(InvalidInput):
        say_yes(world, dossier_id, HOUSING, HOUSING_LEAD)
    with pytest.raises(InvalidInput):
        ask(world, dossier_id, CARE)
