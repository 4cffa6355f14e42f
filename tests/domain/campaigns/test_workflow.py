from collections.abc import Iterable

import pytest
from hypothesis import given
from hypothesis import strategies as st

from g40flow.domain.campaigns.bodies import ADOPTED_BY, WHO_RECORDS, Body
from g40flow.domain.campaigns.types import CAMPAIGN_TYPES
from g40flow.domain.campaigns.words import CampaignType, HookKind, TargetKind
from g40flow.domain.campaigns.workflow import CAMPAIGN_STEPS, STEPS_OF, WHO_ACTS
from g40flow.domain.dossier.rights import RIGHTS, Right
from g40flow.domain.dossier.words import DocumentType
from g40flow.domain.dossier.workflow import (
    CAMPAIGN_STAGES,
    CAMPAIGN_WORK,
    FINAL,
    RESPONSE_STEPS,
    RESTING,
    Guard,
    Stage,
    Step,
    find_step,
    stages_without_exit,
    unreachable,
)
from g40flow.domain.errors import StepNotAllowed
from g40flow.domain.network import Role

EVERY_STEP = pytest.mark.parametrize("step", CAMPAIGN_STEPS, ids=lambda step: step.action)
EVERY_TYPE = pytest.mark.parametrize("kind", list(CampaignType))


def leads_to(steps: Iterable[Step[Stage]], end: Stage) -> set[Stage]:
    """Stages from which some series of steps leads to the end; a step back leads to every stage of work."""
    found = {end}
    while True:
        back = found & set(CAMPAIGN_WORK)
        more = {
            source
            for step in steps
            for source in step.sources
            if step.target in found or (step.target is None and back)
        } - found
        if not more:
            return found
        found |= more


def test_no_stage_is_a_dead_end_not_even_the_last() -> None:
    assert stages_without_exit(CAMPAIGN_STEPS, CAMPAIGN_STAGES, final=()) == set()


def test_every_stage_is_reached_from_the_idea_and_leads_to_the_end() -> None:
    assert unreachable(CAMPAIGN_STEPS, CAMPAIGN_STAGES, Stage.IDEA) == set()
    assert leads_to(CAMPAIGN_STEPS, Stage.CLOSED) == set(CAMPAIGN_STAGES)


def test_the_stages_come_in_the_order_of_the_process_of_the_network() -> None:
    forward = [(step.sources[0], step.target) for step in CAMPAIGN_STEPS if not step.reason]
    order = [*CAMPAIGN_WORK, Stage.CLOSED]

    for source, target in forward:
        assert target is not None
        assert order.index(target) == order.index(source) + 1


def test_an_action_means_one_thing_at_each_stage_and_the_same_words_serve_both_tables() -> None:
    pairs = [(step.action, source) for step in CAMPAIGN_STEPS for source in step.sources]
    shared = {step.action for step in CAMPAIGN_STEPS} & {step.action for step in RESPONSE_STEPS}

    assert len(pairs) == len(set(pairs))
    assert shared == {"adopt", "return_from_board", "void_adoption", "close", "suspend", "resume"}


def test_every_stage_after_preparation_can_be_returned_to_it_with_a_reason() -> None:
    for stage in CAMPAIGN_WORK[CAMPAIGN_WORK.index(Stage.PREPARATION) + 1 :]:
        step = find_step(CAMPAIGN_STEPS, stage, "back_to_preparation", {Role.PA_OFFICER})

        assert (step.target, step.reason) == (Stage.PREPARATION, True)


@pytest.mark.parametrize("action", ["stop", "suspend"])
def test_work_can_be_stopped_and_suspended_with_a_reason_and_taken_up_again(action: str) -> None:
    for stage in CAMPAIGN_WORK:
        step = find_step(CAMPAIGN_STEPS, stage, action, {Role.PILLAR_CHAIR})

        assert step.reason
        assert step.target in RESTING
        assert find_step(CAMPAIGN_STEPS, step.target, "resume", {Role.PA_OFFICER}).target is None


def test_a_closed_campaign_can_be_opened_again_with_a_reason() -> None:
    assert find_step(CAMPAIGN_STEPS, Stage.CLOSED, "reopen", {Role.PA_OFFICER}).reason
    assert {step.action for step in CAMPAIGN_STEPS if FINAL.intersection(step.sources)} == {"reopen"}


@EVERY_STEP
def test_each_role_can_take_exactly_the_steps_of_its_rows(step: Step[Stage]) -> None:
    assert step.roles
    assert not step.roles & {Role.AUDITOR, Role.PARTNER}
    for source in step.sources:
        for role in Role:
            if role in step.roles:
                assert find_step(CAMPAIGN_STEPS, source, step.action, {role}) is step
            else:
                with pytest.raises(StepNotAllowed):
                    find_step(CAMPAIGN_STEPS, source, step.action, {role})


def test_only_the_pillar_gives_a_mandate_and_only_with_lead_capacity_and_scope() -> None:
    ways = [step for step in CAMPAIGN_STEPS if Stage.MANDATE in step.sources and step.target is not None]
    forward = [step for step in ways if step.target is Stage.PREPARATION]

    assert [step.action for step in forward] == ["give_mandate"]
    assert forward[0].roles == {Role.PILLAR_CHAIR, Role.PILLAR_VICE_CHAIR}
    assert Guard.MANDATE_SETTLED in forward[0].guards


def test_nobody_comes_to_a_coalition_without_something_that_was_adopted() -> None:
    ways = {step.action: step.guards for step in CAMPAIGN_STEPS if step.target is Stage.COALITION}

    assert ways.keys() == {"adopt", "use_adopted_position"}
    assert Guard.ADOPTED in ways["adopt"]
    assert Guard.POSITION_NAMED in ways["use_adopted_position"]


def test_a_campaign_closes_only_when_every_ask_was_judged() -> None:
    assert Guard.ASKS_JUDGED in find_step(CAMPAIGN_STEPS, Stage.EVALUATION, "close", {Role.PA_OFFICER}).guards


def test_it_is_somebodys_move_at_every_stage_of_work() -> None:
    assert set(WHO_ACTS) == set(CAMPAIGN_WORK)
    for stage, roles in WHO_ACTS.items():
        assert any(step.roles & roles for step in CAMPAIGN_STEPS if stage in step.sources)


# --- types ----------------------------------------------------------------------------------------


@EVERY_TYPE
def test_a_type_adds_conditions_and_changes_nothing_else(kind: CampaignType) -> None:
    for plain, typed in zip(CAMPAIGN_STEPS, STEPS_OF[kind], strict=True):
        assert (plain.action, plain.sources, plain.target) == (typed.action, typed.sources, typed.target)
        assert (plain.roles, plain.reason, plain.automatic) == (typed.roles, typed.reason, typed.automatic)
        assert set(plain.guards) <= set(typed.guards)


@EVERY_TYPE
def test_every_type_has_a_document_that_a_body_adopts_targets_and_hooks(kind: CampaignType) -> None:
    rules = CAMPAIGN_TYPES[kind]

    assert ADOPTED_BY[rules.document]
    assert rules.document not in rules.proposes
    assert rules.targets
    assert rules.hooks
    assert len(set(rules.hooks)) == len(rules.hooks)
    assert rules.needs.keys() <= {step.action for step in CAMPAIGN_STEPS}


def test_every_target_and_every_hook_matters_to_some_type() -> None:
    assert {target for rules in CAMPAIGN_TYPES.values() for target in rules.targets} == set(TargetKind)
    assert {hook for rules in CAMPAIGN_TYPES.values() for hook in rules.hooks} == set(HookKind)


# --- bodies ---------------------------------------------------------------------------------------


def test_every_document_has_its_row_and_every_body_but_the_board_somebody_who_records() -> None:
    assert set(ADOPTED_BY) == set(DocumentType)
    assert set(WHO_RECORDS) == set(Body) - {Body.DAILY_BOARD}


# --- any walk -------------------------------------------------------------------------------------


@given(st.lists(st.integers(min_value=0, max_value=40), max_size=60), st.sampled_from(CampaignType))
def test_any_walk_stays_in_the_table_and_can_still_end(choices: list[int], kind: CampaignType) -> None:
    """Whatever people do, a campaign never stands where nobody can do anything, and its way back is known."""
    stage, before, steps = Stage.IDEA, Stage.IDEA, STEPS_OF[kind]
    for choice in choices:
        possible = [step for step in steps if stage in step.sources]
        step = possible[choice % len(possible)]
        target = step.target or before
        if target in RESTING and stage not in RESTING:
            before = stage
        stage = target

        assert stage in CAMPAIGN_STAGES
        assert stage in leads_to(steps, Stage.CLOSED)


def test_an_auditor_and_a_partner_change_nothing_in_a_campaign() -> None:
    acts = (Right.OPEN_CAMPAIGN, Right.EDIT_CAMPAIGN, Right.EDIT_ASKS, Right.LOG_TOUCHPOINT,
            Right.RECORD_ASK_RESULT, Right.MANAGE_STAKEHOLDERS, Right.MANAGE_PERSONAL_DATA)  # fmt: skip

    for act in acts:
        assert not RIGHTS[act] & {Role.AUDITOR, Role.PARTNER}
