from collections.abc import Iterable

import pytest

from g40flow.domain.dossier.workflow import (
    BEFORE_SUBMISSION,
    FINAL,
    OPEN,
    RESPONSE_STAGES,
    RESPONSE_STEPS,
    RESTING,
    Guard,
    Stage,
    Step,
    automatic_step,
    failing_guards,
    find_step,
    stages_without_exit,
    steps_from,
    unreachable,
)
from g40flow.domain.errors import StepNotAllowed
from g40flow.domain.network import Role

EVERY_STEP = pytest.mark.parametrize("step", RESPONSE_STEPS, ids=lambda step: step.action)


def leads_to(steps: Iterable[Step[Stage]], end: Stage) -> set[Stage]:
    """Stages from which some series of steps leads to the end."""
    found = {end}
    while True:
        more = {s for step in steps for s in step.sources if step.target in found} - found
        if not more:
            return found
        found |= more


def test_no_stage_is_a_dead_end() -> None:
    assert stages_without_exit(RESPONSE_STEPS, RESPONSE_STAGES, FINAL) == set()


def test_from_every_stage_that_is_not_final_a_dossier_can_be_closed() -> None:
    assert leads_to(RESPONSE_STEPS, Stage.CLOSED) == set(RESPONSE_STAGES) - {Stage.MERGED}


def test_no_step_leaves_a_final_stage() -> None:
    assert [step.action for step in RESPONSE_STEPS if FINAL.intersection(step.sources)] == []


def test_every_stage_can_be_reached_from_the_signal() -> None:
    assert unreachable(RESPONSE_STEPS, RESPONSE_STAGES, Stage.SIGNALED) == set()


def test_an_action_means_one_thing_at_each_stage() -> None:
    pairs = [(step.action, source) for step in RESPONSE_STEPS for source in step.sources]

    assert len(pairs) == len(set(pairs))


@EVERY_STEP
def test_every_step_is_for_somebody(step: Step[Stage]) -> None:
    assert step.roles
    assert Role.AUDITOR not in step.roles
    assert Role.PARTNER not in step.roles


@EVERY_STEP
def test_each_role_can_take_exactly_the_steps_of_its_rows(step: Step[Stage]) -> None:
    for source in step.sources:
        for role in Role:
            if role in step.roles:
                assert find_step(RESPONSE_STEPS, source, step.action, {role}) is step
            else:
                with pytest.raises(StepNotAllowed):
                    find_step(RESPONSE_STEPS, source, step.action, {role})


@EVERY_STEP
def test_no_step_is_taken_from_a_stage_that_it_does_not_name(step: Step[Stage]) -> None:
    same_word = {s for other in RESPONSE_STEPS if other.action == step.action for s in other.sources}

    for stage in set(Stage) - same_word:
        with pytest.raises(StepNotAllowed):
            find_step(RESPONSE_STEPS, stage, step.action, set(Role))


@EVERY_STEP
def test_the_program_takes_only_what_is_marked_automatic(step: Step[Stage]) -> None:
    if step.automatic:
        assert automatic_step(RESPONSE_STEPS, step.sources[0], step.action) is step
    else:
        with pytest.raises(StepNotAllowed):
            automatic_step(RESPONSE_STEPS, step.sources[0], step.action)


def test_nothing_reaches_the_publisher_without_an_adopted_text_and_a_receipt() -> None:
    handing_in = [s for s in RESPONSE_STEPS if s.target in (Stage.SUBMITTED, Stage.SUBMITTED_LATE)]

    assert len(handing_in) == 2
    for step in handing_in:
        assert {Guard.ADOPTED, Guard.CHECKLIST_SIGNED, Guard.RECEIPT_STORED} <= set(step.guards)
        assert step.roles == {Role.PA_OFFICER}
        assert not step.automatic


def test_the_only_way_to_ready_is_adoption_or_a_cleaned_text_that_was_adopted() -> None:
    ways = {step.action for step in RESPONSE_STEPS if step.target is Stage.READY_TO_SUBMIT}

    assert ways == {"adopt", "resubmit_clean"}


def test_the_board_is_skipped_by_nobody() -> None:
    """Without the steps into board approval no dossier becomes ready to submit."""
    others = [step for step in RESPONSE_STEPS if step.target is not Stage.BOARD_APPROVAL]

    assert Stage.READY_TO_SUBMIT in unreachable(others, Stage, Stage.SIGNALED)


def test_turning_back_says_why() -> None:
    turning_back = {
        "dismiss", "reconsider", "back_to_triage", "reroute", "send_back", "return_text", "return_from_board",
        "void_adoption", "resubmit_clean", "decide_no_response", "object_to_no_response", "close_missed",
        "withdraw", "close_withdrawn", "suspend", "resume", "merge", "reconsider_response",
    }  # fmt: skip

    assert turning_back <= {step.action for step in RESPONSE_STEPS if step.reason}


def test_every_open_stage_can_be_withdrawn_suspended_and_merged() -> None:
    for action in ("withdraw", "suspend", "merge"):
        for stage in set(OPEN).intersection(RESPONSE_STAGES):
            assert find_step(RESPONSE_STEPS, stage, action, {Role.PA_OFFICER}).reason


def test_stages_fall_into_open_resting_and_final() -> None:
    assert set(OPEN) | RESTING | FINAL == set(Stage)
    assert not set(OPEN) & (RESTING | FINAL)
    assert set(BEFORE_SUBMISSION) < set(OPEN)
    assert Stage.SUBMITTED not in BEFORE_SUBMISSION


def test_steps_from_a_stage_are_those_of_the_roles_held() -> None:
    found = steps_from(RESPONSE_STEPS, Stage.BOARD_APPROVAL, {Role.BOARD_SECRETARY})

    assert [step.action for step in found] == ["return_from_board", "adopt"]
    assert steps_from(RESPONSE_STEPS, Stage.BOARD_APPROVAL, {Role.AUDITOR}) == []


def test_the_conditions_that_do_not_hold_are_named_in_order() -> None:
    step = find_step(RESPONSE_STEPS, Stage.BOARD_APPROVAL, "adopt", {Role.BOARD_SECRETARY})
    facts = dict.fromkeys(Guard, True) | {Guard.NO_OPEN_ROUND: False, Guard.ADOPTED: False}

    assert failing_guards(step, facts) == [Guard.ADOPTED, Guard.NO_OPEN_ROUND]


def test_a_refusal_says_what_is_possible_or_for_whom_it_is() -> None:
    with pytest.raises(StepNotAllowed, match="possible are"):
        find_step(RESPONSE_STEPS, Stage.SIGNALED, "adopt", {Role.BOARD_SECRETARY})
    with pytest.raises(StepNotAllowed, match="board_secretary"):
        find_step(RESPONSE_STEPS, Stage.BOARD_APPROVAL, "adopt", {Role.PA_OFFICER})
