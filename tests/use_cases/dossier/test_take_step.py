"""Every step of the table: what it asks, what it does, and that else nothing changes."""

import itertools
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, date, datetime

import pytest
from sqlmodel import col, select

from g40flow.domain.actors import Actor, Surface
from g40flow.domain.dossier.workflow import FINAL, RESPONSE_STEPS, RESTING, Guard, Stage, Step
from g40flow.domain.errors import GuardFailed, InvalidInput, NotFound, StaleVersion, StepNotAllowed
from g40flow.domain.network import Role, RoleHolding
from g40flow.storage.dossier_tables import Dossier
from g40flow.storage.tables import Message
from g40flow.use_cases.dossier.follow import follow_dossier
from g40flow.use_cases.dossier.take_step import (
    BY_THE_FACTS,
    ELSEWHERE,
    advance,
    possible_steps,
    step_by_program,
    take_step,
)
from tests.conftest import on_both
from tests.use_cases.dossier.conditions import make
from tests.use_cases.dossier.world import (
    BOARD_SECRETARY,
    CARE,
    CARE_LEAD,
    DESK,
    HOUSING,
    HOUSING_LEAD,
    HOUSING_SECRETARY,
    PILLAR_CHAIR,
    SECRETARIAT,
    World,
)

PEN_HOLDER = "nout-modelman"

TAKEN_HERE = [step for step in RESPONSE_STEPS if step.action not in ELSEWHERE]
SCOPES = {Role.PILLAR_CHAIR: "fysiek", Role.PILLAR_VICE_CHAIR: "fysiek", Role.CITY_COORDINATOR: "delft"}
OF_A_GROUP = (Role.THEME_GROUP_LEAD, Role.THEME_GROUP_SECRETARY, Role.THEME_GROUP_MEMBER)


def holder(role: Role) -> Actor:
    """Somebody with one role; the pen holder has none but that."""
    if role is Role.PEN_HOLDER:
        return Actor(person=HOUSING_SECRETARY, name="Penvoerder", surface=Surface.PORTAL)
    scope = HOUSING if role in OF_A_GROUP else SCOPES.get(role)
    held = RoleHolding(role=role, scope=scope)
    return Actor(person="iemand", name="Iemand", surface=Surface.PORTAL, holdings=(held,))


def ready(world: World, step: Step[Stage], source: Stage) -> int:
    """A dossier from which a step can be taken."""
    came_from = Stage.DRAFTING.value if source in RESTING else ""
    dossier_id = world.at(source, pen_holder=HOUSING_SECRETARY, stage_before=came_from)
    for guard in step.guards:
        make(world, dossier_id, guard, hold=True)
    if step.target is Stage.ROUTED:  # else the program goes on at once
        make(world, dossier_id, Guard.GROUPS_ANSWERED, hold=False)
    return dossier_id


def do(world: World, dossier_id: int, step: Step[Stage], actor: Actor, reason: str = "omdat") -> Dossier:
    """Take a step as somebody who saw the dossier as it is."""
    facts = {"code": "no_capacity"} if step.action == "decide_no_response" else {}
    with world.writing() as session:
        return take_step(
            session,
            DESK,
            dossier_id,
            step.action,
            actor=actor,
            seen_revision=world.read(dossier_id).revision,
            reason=reason,
            facts=facts,
            now=world.now,
        )


@on_both
def test_every_step_moves_a_dossier_and_is_written_down(world: World) -> None:
    for step in TAKEN_HERE:
        for source, role in zip(step.sources[:6], itertools.cycle(sorted(step.roles)), strict=False):
            dossier_id = ready(world, step, source)

            moved = do(world, dossier_id, step, holder(role))

            entry = world.history(dossier_id)[-1]
            assert moved.stage == (step.target or Stage.DRAFTING), step.action
            assert (entry.action, entry.surface, entry.reason) == (step.action, "portal", "omdat")
            assert (entry.facts["from"], entry.facts["to"]) == (source, moved.stage)
            assert (moved.closed_at is not None) == (moved.stage in FINAL)
            assert (moved.stage_before != "") == (moved.stage in RESTING)
            assert moved.stage_since == world.now


def test_nobody_takes_a_step_that_is_not_for_his_role(world: World) -> None:
    for step in TAKEN_HERE:
        dossier_id = ready(world, step, step.sources[0])
        before = world.read(dossier_id), world.acts(dossier_id)

        for role in set(Role) - step.roles - {Role.PEN_HOLDER, Role.PARTNER}:
            with pytest.raises(StepNotAllowed):
                do(world, dossier_id, step, holder(role))

        assert (world.read(dossier_id), world.acts(dossier_id)) == before, step.action


def test_every_step_waits_for_each_of_its_conditions(world: World) -> None:
    for step in TAKEN_HERE:
        for guard in step.guards:
            dossier_id = ready(world, step, step.sources[0])
            make(world, dossier_id, guard, hold=False)
            before = world.acts(dossier_id)

            with pytest.raises(GuardFailed) as waits:
                do(world, dossier_id, step, holder(next(iter(step.roles))))

            assert guard in waits.value.guards, step.action
            assert world.read(dossier_id).stage == step.sources[0]
            assert world.acts(dossier_id) == before


def test_a_step_that_turns_back_or_ends_something_says_why(world: World) -> None:
    for step in TAKEN_HERE:
        dossier_id = ready(world, step, step.sources[0])
        actor = holder(next(iter(step.roles)))

        if step.reason:
            with pytest.raises(InvalidInput) as error:
                do(world, dossier_id, step, actor, reason=" \u200b ")
            assert error.value.code == "reason_needed"
            assert world.read(dossier_id).stage == step.sources[0]
        else:
            assert do(world, dossier_id, step, actor, reason="").stage == step.target


def test_a_step_on_an_old_screen_changes_nothing(world: World) -> None:
    dossier_id = world.at(Stage.OFFICIAL_REVIEW)
    seen = world.read(dossier_id).revision
    world.step(dossier_id, "send_back", HOUSING_SECRETARY)

    with pytest.raises(StaleVersion), world.writing() as session:
        take_step(
            session, DESK, dossier_id, "send_back", actor=world.actor(HOUSING_SECRETARY),
            seen_revision=seen, reason="nog eens", now=world.now,
        )  # fmt: skip

    assert world.acts(dossier_id).count("send_back") == 1


@on_both
def test_two_people_who_do_the_same_at_once_do_it_once(world: World) -> None:
    dossier_id = world.at(Stage.OFFICIAL_REVIEW)
    seen = world.read(dossier_id).revision

    def act(action: str) -> str:
        try:
            with world.writing() as session:
                take_step(
                    session, DESK, dossier_id, action, actor=world.actor(SECRETARIAT), seen_revision=seen,
                    reason="omdat", now=world.now,
                )  # fmt: skip
        except (StaleVersion, StepNotAllowed) as refused:
            return type(refused).__name__
        return "done"

    with ThreadPoolExecutor(4) as pool:
        outcomes = sorted(pool.map(act, ["suspend", "withdraw", "suspend", "withdraw"]))

    assert outcomes == ["StaleVersion"] * 3 + ["done"]
    assert len(world.history(dossier_id)) == 3  # opening, the exception, the step


def test_what_a_step_waits_for_is_known_before_it_is_taken(world: World) -> None:
    dossier_id = world.at(Stage.RESPONSE_DECISION, pen_holder=HOUSING_SECRETARY)

    with world.database.reading() as session:
        dossier = session.get_one(Dossier, dossier_id)
        found = possible_steps(session, dossier, world.actor(HOUSING_LEAD), world.now)
        nobodys = possible_steps(session, dossier, world.actor("floor-bordpapier"), world.now)

    waits = {possible.step.action: possible.waits_for for possible in found}
    assert waits["call_members"] == (Guard.RESPONSE_CHOSEN, Guard.PLAN_FIXED)
    assert waits["support_vng"] == ()
    assert nobodys == []


@on_both
def test_the_program_goes_on_as_soon_as_the_facts_allow(world: World) -> None:
    for action in BY_THE_FACTS:
        step = next(step for step in RESPONSE_STEPS if step.action == action)
        dossier_id = ready(world, step, step.sources[0])

        with world.writing() as session:
            done = advance(session, DESK, session.get_one(Dossier, dossier_id), world.now)

        assert done == [action]
        assert world.history(dossier_id)[-1].person == "g40flow"
        assert world.read(dossier_id).stage == step.target


def test_routing_to_groups_that_have_all_answered_goes_on_to_the_decision(world: World) -> None:
    dossier_id = world.at(Stage.TRIAGE)

    assert world.step(dossier_id, "route", SECRETARIAT, "").stage == "response_decision"

    assert world.acts(dossier_id)[-2:] == ["route", "start_decision"]


def test_an_earlier_call_does_not_end_the_next_one(world: World) -> None:
    dossier_id = world.at(Stage.DRAFTING)
    make(world, dossier_id, Guard.CALL_CLOSED, hold=True)
    world.later(hours=1)

    assert world.step(dossier_id, "call_again", HOUSING_SECRETARY).stage == "member_call"

    with world.writing() as session:
        assert advance(session, DESK, session.get_one(Dossier, dossier_id), world.now) == []


def test_the_program_does_not_go_on_without_the_facts(world: World) -> None:
    dossier_id = world.at(Stage.BOARD_APPROVAL)

    with world.writing() as session:
        assert advance(session, DESK, session.get_one(Dossier, dossier_id), world.now) == []
    with world.writing() as session, pytest.raises(StepNotAllowed):
        step_by_program(
            session, DESK, session.get_one(Dossier, dossier_id), "submit", now=world.now, reason=""
        )


def test_not_responding_has_a_reason_a_decider_and_a_window_for_objections(world: World) -> None:
    dossier_id = world.at(Stage.RESPONSE_DECISION)

    world.step(dossier_id, "decide_no_response", HOUSING_LEAD, "geen tijd", code="no_capacity")

    dossier, noted = world.read(dossier_id), world.exceptions(dossier_id)["no_response"]
    assert (dossier.response_type, dossier.no_response_code) == ("none", "no_capacity")
    assert dossier.objection_until == datetime(2026, 11, 26, 22, 59, 59, tzinfo=UTC)  # three working days
    assert (noted.facts["decider"], noted.note) == (HOUSING_LEAD, "geen tijd")
    world.step(dossier_id, "object_to_no_response", "zeger-de-voorbeeld", "toch wel")
    again = world.read(dossier_id)
    assert (again.stage, again.response_type, again.objection_until) == ("response_decision", "", None)
    assert "no_response" not in world.exceptions(dossier_id)


def test_not_responding_needs_a_reason_of_the_list(world: World) -> None:
    dossier_id = world.at(Stage.RESPONSE_DECISION)

    for code in (None, "", "boredom"):
        with pytest.raises(InvalidInput, match="covered_by_vng"):
            world.step(dossier_id, "decide_no_response", HOUSING_LEAD, code=code)


def test_joining_vng_names_vng_as_partner_and_can_be_reconsidered(world: World) -> None:
    dossier_id = world.at(Stage.RESPONSE_DECISION)

    assert world.step(dossier_id, "support_vng", HOUSING_LEAD).response_type == "support_vng"
    assert world.step(dossier_id, "reconsider_response", HOUSING_LEAD).response_type == ""


def test_a_suspended_dossier_comes_back_where_it_was(world: World) -> None:
    dossier_id = world.at(Stage.POLITICAL_REVIEW)

    world.step(dossier_id, "suspend", SECRETARIAT)
    assert world.exceptions(dossier_id)["suspended"].facts["since"] == "2026-11-23T09:00:00+00:00"
    world.later(days=7)
    back = world.step(dossier_id, "resume", SECRETARIAT)

    assert (back.stage, back.stage_before) == ("political_review", "")
    assert world.exceptions(dossier_id) == {}


def test_what_is_withdrawn_while_suspended_still_knows_where_it_was(world: World) -> None:
    dossier_id = world.at(Stage.DRAFTING)

    world.step(dossier_id, "suspend", SECRETARIAT)
    world.step(dossier_id, "withdraw", SECRETARIAT)
    assert list(world.exceptions(dossier_id)) == ["withdrawn"]
    back = world.step(dossier_id, "resume", SECRETARIAT)

    assert back.stage == "drafting"


def test_returning_a_text_from_the_board_takes_back_its_adoption(world: World) -> None:
    dossier_id = world.at(Stage.BOARD_APPROVAL, adopted_hash="a" * 64, adopted_at=world.now)

    returned = world.step(dossier_id, "return_from_board", BOARD_SECRETARY)

    assert (returned.adopted_hash, returned.adopted_at) == ("", None)
    assert world.history(dossier_id)[-1].facts["adopted_hash_before"] == "a" * 64


def test_a_clean_version_needs_a_receipt_of_its_own(world: World) -> None:
    submit = next(step for step in RESPONSE_STEPS if step.action == "submit")
    dossier_id = ready(world, submit, Stage.READY_TO_SUBMIT)
    do(world, dossier_id, submit, holder(Role.PA_OFFICER))
    world.later(hours=1)

    world.step(dossier_id, "resubmit_clean", SECRETARIAT, "een telefoonnummer stond erin")

    with pytest.raises(GuardFailed) as waits:
        do(world, dossier_id, submit, holder(Role.PA_OFFICER))
    assert set(waits.value.guards) == {Guard.RECEIPT_STORED, Guard.NO_PERSONAL_DATA}


def test_who_follows_hears_of_every_step_but_not_of_his_own(world: World) -> None:
    dossier_id = world.at(Stage.OFFICIAL_REVIEW)
    with world.writing() as session:
        for person in (CARE_LEAD, HOUSING_SECRETARY):
            follow_dossier(session, dossier_id, actor=world.actor(person), now=world.now)

    world.step(dossier_id, "send_back", HOUSING_SECRETARY)
    world.step(dossier_id, "call_again", HOUSING_SECRETARY)

    assert world.messages("dossier_note") == [f"person:{CARE_LEAD}"] * 2


def test_whose_move_it_is_hears_what_somebody_else_did(world: World) -> None:
    dossier_id = world.at(Stage.OFFICIAL_REVIEW, HOUSING, pen_holder=PEN_HOLDER)

    world.step(dossier_id, "send_back", HOUSING_SECRETARY, "de cijfers kloppen niet")

    assert world.messages("dossier_note") == [f"person:{PEN_HOLDER}"]


def test_a_decision_not_to_respond_and_an_objection_to_it_are_told(world: World) -> None:
    dossier_id = world.at(Stage.RESPONSE_DECISION, HOUSING, CARE)

    world.step(dossier_id, "decide_no_response", HOUSING_LEAD, "geen mensen", code="no_capacity")
    told = set(world.messages("dossier_note"))
    world.step(dossier_id, "object_to_no_response", CARE_LEAD, "dit raakt ons")

    assert {f"person:{who}" for who in (CARE_LEAD, PILLAR_CHAIR, SECRETARIAT)} <= told
    assert f"person:{HOUSING_LEAD}" not in told
    with world.database.reading() as session:
        notes = session.exec(select(Message).where(col(Message.urgent).is_(True))).all()
    assert {f"person:{HOUSING_LEAD}", f"person:{SECRETARIAT}"} <= {note.audience for note in notes}
    assert {note.subject["objection"] for note in notes} == {True}


def test_stopping_the_clock_is_told_to_everybody_involved_but_who_did_it(world: World) -> None:
    dossier_id = world.at(Stage.OFFICIAL_REVIEW)

    world.step(dossier_id, "suspend", SECRETARIAT)

    told = world.messages("term_notice")
    assert {f"group:{HOUSING}", f"person:{HOUSING_LEAD}", f"person:{HOUSING_SECRETARY}"} <= set(told)
    assert f"person:{SECRETARIAT}" not in told
    assert len(told) == len(set(told))


def test_routing_tells_the_groups(world: World) -> None:
    dossier_id = world.dossier(HOUSING, CARE, routed=False)
    assert world.messages("dossier_card") == []

    world.step(dossier_id, "route", SECRETARIAT, "")

    assert world.messages("dossier_card") == [f"group:{HOUSING}", f"group:{CARE}"]


def test_steps_that_need_more_than_a_reason_have_their_own_way(world: World) -> None:
    dossier_id = world.at(Stage.DRAFTING)

    for action in ELSEWHERE:
        with pytest.raises(InvalidInput, match=action):
            world.step(dossier_id, action, SECRETARIAT)


def test_until_the_end_of_the_agreed_day_the_term_is_open(world: World) -> None:
    submit = next(step for step in RESPONSE_STEPS if step.action == "submit")
    dossier_id = ready(world, submit, Stage.READY_TO_SUBMIT)
    world.change(dossier_id, closes_on=date(2026, 11, 20), agreed_closes_on=date(2026, 11, 23))
    world.now = datetime(2026, 11, 23, 22, 59, 59, tzinfo=UTC)

    assert do(world, dossier_id, submit, holder(Role.PA_OFFICER)).stage == "submitted"


def test_nothing_is_done_to_a_dossier_by_somebody_without_a_role(world: World) -> None:
    nobody = Actor(person="iemand", name="Iemand", surface=Surface.API)
    dossier_id = world.at(Stage.ROUTED)

    with pytest.raises(NotFound), world.writing() as session:
        take_step(session, DESK, dossier_id, "suspend", actor=nobody, seen_revision=None, now=world.now)

    assert world.read(dossier_id).stage == "routed"
