"""One consultation from signal to decision, as the demo plays it, by the program as it is wired."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

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
    MemberCall,
    RoundPosition,
    TextVersion,
)
from g40flow.storage.dossiers import dossier_by_id
from g40flow.storage.history import chain_of, chains, history_of, verify_chain
from g40flow.storage.tables import MessageState
from tests.conftest import begin_from
from tests.main_job.conftest import Beginning
from tests.main_job.world import CONSULTATIONS, Sandbox, World, build_world

pytestmark = pytest.mark.xdist_group("main_job")


@dataclass(frozen=True)
class Play:
    """The play, with the two dossiers that it leaves open, after everything was delivered."""

    world: World
    dossier_id: int
    open_ids: tuple[int, int]


@pytest.fixture(scope="module")
def play(
    the_sandbox: Sandbox, beginning: Beginning, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Play]:
    """Played once, as it takes seconds; tests only look at it."""
    the_sandbox.reset(slack=beginning.slack)
    path = tmp_path_factory.mktemp("play") / "g40flow.sqlite"
    world = build_world(the_sandbox, begin_from(beginning.database, path))

    def look() -> None:
        world.poll(CONSULTATIONS)
        world.deliver()

    stage = Stage(app=world, sandbox=the_sandbox.screen, look=look, tell=lambda _: None)
    dossier_id, open_ids = play_response(stage), leave_open(stage)
    world.deliver()
    yield Play(world, dossier_id, open_ids)
    world.database.close()


def actions(history: Sequence[HistoryEntry]) -> list[str]:
    return [entry.action for entry in history]


def test_a_consultation_goes_from_signal_to_adoption_on_exactly_the_text_that_was_seen(play: Play) -> None:
    with play.world.database.reading() as session:
        dossier = dossier_by_id(session, play.dossier_id)
        versions = list(session.scalars(of(TextVersion, play).order_by(col(TextVersion.number))))
        [round_] = session.scalars(of(DecisionRound, play))
        positions = list(
            session.scalars(select(RoundPosition).where(col(RoundPosition.round_id) == round_.id))
        )
        done = actions(history_of(session, chain_of(play.dossier_id)))
    assert dossier.stage is DossierStage.SUBMITTED
    assert len(versions) == 2
    assert {dossier.adopted_hash, round_.version_hash} == {versions[-1].content_hash}
    assert {position.seen_hash for position in positions} == {versions[-1].content_hash}
    assert [position.member for position in positions] == list(BOARD[:4])
    assert round_.result == "adopted"
    assert done.index("send_back") < done.index("agree_officially") < done.index("adopt")


def test_dissent_and_the_longer_term_are_kept_and_told(play: Play) -> None:
    with play.world.database.reading() as session:
        [call] = session.scalars(of(MemberCall, play))
        given = session.scalars(select(CallAnswer).where(col(CallAnswer.call_id) == call.id))
        answers = {answer.city: answer.kind for answer in given}
        codes = {row.code for row in session.scalars(of(DossierException, play))}
        [comment] = session.scalars(of(Comment, play))
        dossier = dossier_by_id(session, play.dossier_id)
    assert answers == {"zwolle": "input", "delft": "support", "ede": "dissent"}
    assert {"dissent", "extended"} <= codes
    assert (comment.disposition, bool(comment.disposition_reason)) == ("rejected", True)
    assert dossier.plan["closes_on"] == str(dossier.closes_on)


def test_the_history_of_the_whole_play_chains(play: Play) -> None:
    with play.world.database.reading() as session:
        lengths = {chain: verify_chain(session, chain) for chain in chains(session)}

    assert sum(name.startswith("dossier:") for name in lengths) == 3
    assert min(lengths.values()) > 5


def test_every_message_of_the_play_can_be_made_and_delivered(play: Play) -> None:
    failed = [(m.key, m.last_error) for m in play.world.messages() if m.state == MessageState.FAILED]

    assert [key for key, error in failed if "cannot be made" in error or "nothing makes" in error] == []


def test_two_dossiers_stay_open_for_who_tries_the_demo(play: Play) -> None:
    calling, deciding = play.open_ids

    with play.world.database.reading() as session:
        assert dossier_by_id(session, calling).stage is DossierStage.MEMBER_CALL
        assert dossier_by_id(session, deciding).stage is DossierStage.BOARD_APPROVAL
        assert open_round_of(session, deciding) is not None


def of(table: Any, play: Play) -> Any:
    """The rows of the dossier that was played to its end."""
    return select(table).where(col(table.dossier_id) == play.dossier_id)
