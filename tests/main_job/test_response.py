"""One consultation from signal to decision, as the demo plays it, by the program as it is wired."""

from collections.abc import Sequence

import pytest
from sqlmodel import col, select

from flows.demo_response import BOARD, Stage, leave_open, play_response
from g40flow.domain.dossier.workflow import Stage as DossierStage
from g40flow.storage.decisions import open_round_of
from g40flow.storage.dossier_tables import (
    CallAnswer,
    Comment,
    DecisionRound,
    DossierException,
    HistoryEntry,
    RoundPosition,
    TextVersion,
)
from g40flow.storage.dossiers import dossier_by_id
from g40flow.storage.history import chain_of, chains, history_of, verify_chain
from g40flow.storage.tables import MessageState
from tests.main_job.world import CONSULTATIONS, World


@pytest.fixture
def told() -> list[str]:
    """What the play says on screen."""
    return []


@pytest.fixture
def stage(world: World, told: list[str]) -> Stage:
    """The program after its first reading."""

    def look() -> None:
        world.poll(CONSULTATIONS)
        world.deliver()

    return Stage(app=world, sandbox=world.sandbox.screen, look=look, tell=told.append)


def actions(history: Sequence[HistoryEntry]) -> list[str]:
    return [entry.action for entry in history]


def test_a_consultation_goes_from_signal_to_adoption_on_exactly_the_text_that_was_seen(
    stage: Stage, world: World
) -> None:
    dossier_id = play_response(stage)

    with world.database.reading() as session:
        dossier = dossier_by_id(session, dossier_id)
        versions = list(session.scalars(select(TextVersion).order_by(col(TextVersion.number))))
        [round_] = session.scalars(select(DecisionRound))
        positions = list(session.scalars(select(RoundPosition)))
        done = actions(history_of(session, chain_of(dossier_id)))
    assert dossier.stage is DossierStage.SUBMITTED
    assert len(versions) == 2
    assert {dossier.adopted_hash, round_.version_hash} == {versions[-1].content_hash}
    assert {position.seen_hash for position in positions} == {versions[-1].content_hash}
    assert [position.member for position in positions] == list(BOARD[:4])
    assert round_.result == "adopted"
    assert done.index("send_back") < done.index("agree_officially") < done.index("adopt")


def test_dissent_and_the_longer_term_are_kept_and_told(stage: Stage, world: World) -> None:
    dossier_id = play_response(stage)

    with world.database.reading() as session:
        answers = {answer.city: answer.kind for answer in session.scalars(select(CallAnswer))}
        codes = {row.code for row in session.scalars(select(DossierException))}
        [comment] = session.scalars(select(Comment))
        dossier = dossier_by_id(session, dossier_id)
    assert answers == {"zwolle": "input", "delft": "support", "ede": "dissent"}
    assert {"dissent", "extended"} <= codes
    assert (comment.disposition, bool(comment.disposition_reason)) == ("rejected", True)
    assert dossier.plan["closes_on"] == str(dossier.closes_on)


def test_the_history_of_the_whole_play_chains(stage: Stage, world: World) -> None:
    play_response(stage)
    leave_open(stage)

    with world.database.reading() as session:
        lengths = {chain: verify_chain(session, chain) for chain in chains(session)}

    assert sum(name.startswith("dossier:") for name in lengths) == 3
    assert min(lengths.values()) > 5


def test_every_message_of_the_play_can_be_made_and_delivered(stage: Stage, world: World) -> None:
    play_response(stage)
    leave_open(stage)
    world.deliver()

    failed = [(m.key, m.last_error) for m in world.messages() if m.state == MessageState.FAILED]

    assert [key for key, error in failed if "cannot be made" in error or "nothing makes" in error] == []


def test_two_dossiers_stay_open_for_who_tries_the_demo(stage: Stage, world: World) -> None:
    calling, deciding = leave_open(stage)

    with world.database.reading() as session:
        assert dossier_by_id(session, calling).stage is DossierStage.MEMBER_CALL
        assert dossier_by_id(session, deciding).stage is DossierStage.BOARD_APPROVAL
        assert open_round_of(session, deciding) is not None
