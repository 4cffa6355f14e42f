"""Two people on two connections act in the same moment: one order comes out, and nothing breaks."""

import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest

from g40flow.domain.dossier.decisions import Position, Result, RoundClosed
from g40flow.domain.dossier.workflow import Stage
from g40flow.domain.errors import G40FlowError, GuardFailed, InvalidInput, StaleVersion
from tests.conftest import on_both
from tests.use_cases.decisions.board import CHAIR, DEPUTY_OF_KIM, JOOST, KIM, LARS, MEMBERS, MIEKE, Board

AGAIN = range(3)
"""Each race is run more than once: which one wins is chance."""


def together(*acts: Callable[[], Any]) -> list[Any]:
    """Start all acts in the same moment; what each returned, or how it was refused."""
    gate = threading.Barrier(len(acts))

    def run(act: Callable[[], Any]) -> Any:
        gate.wait(timeout=30)
        try:
            return act()
        except G40FlowError as error:
            return error

    with ThreadPoolExecutor(len(acts)) as pool:
        return [future.result(timeout=60) for future in [pool.submit(run, act) for act in acts]]


def refusals(outcomes: list[Any]) -> list[type[Exception]]:
    return [type(outcome) for outcome in outcomes if isinstance(outcome, G40FlowError)]


@pytest.mark.parametrize("_", AGAIN)
@on_both
def test_two_rounds_opened_at_once_are_one(board: Board, _: int) -> None:
    outcomes = together(board.open, board.open)

    assert refusals(outcomes) == [GuardFailed]
    assert len(board.rounds()) == 1


@on_both
def test_all_members_answering_at_once_are_all_heard(board: Board) -> None:
    round_id = board.open()

    outcomes = together(*(lambda by=by: board.take(round_id, by) for by in MEMBERS))

    assert refusals(outcomes) == []
    assert board.positions(round_id) == dict.fromkeys(MEMBERS, "approve")
    entries = [e for e in board.world.history(board.dossier) if e.action == "take_position"]
    assert [entry.facts["member"] for entry in entries] == [p.member for p in board.all_positions(round_id)]


@pytest.mark.parametrize("_", AGAIN)
@on_both
def test_a_member_and_the_deputy_at_once_leave_one_position_that_counts(board: Board, _: int) -> None:
    round_id = board.open()

    together(
        lambda: board.take(round_id, KIM, Position.APPROVE),
        lambda: board.take(round_id, DEPUTY_OF_KIM, Position.ABSTAIN),
    )

    last = board.all_positions(round_id)[-1]
    assert board.positions(round_id) == {KIM: last.position}


@pytest.mark.parametrize("_", AGAIN)
@on_both
def test_an_objection_and_the_adoption_at_once_never_both_count(board: Board, _: int) -> None:
    round_id = board.open()
    board.all_take(round_id, CHAIR, JOOST, KIM, LARS)

    closing, objecting = together(
        lambda: board.close(round_id), lambda: board.take(round_id, MIEKE, Position.OBJECT, "niet zo")
    )

    if board.adopted():
        assert isinstance(objecting, RoundClosed)
        assert MIEKE not in board.positions(round_id)
    else:
        assert isinstance(closing, InvalidInput)
        assert board.positions(round_id)[MIEKE] == "object"


@pytest.mark.parametrize("_", AGAIN)
@on_both
def test_a_new_text_and_the_adoption_at_once_never_adopt_what_is_old(board: Board, _: int) -> None:
    round_id = board.open()
    board.all_take(round_id, *MEMBERS)

    together(lambda: board.close(round_id), lambda: board.rewrite("# Anders\n", "substantive"))

    assert (board.stage(), board.adopted()) == (Stage.BOARD_APPROVAL, "")
    assert board.round(round_id).result in (Result.ADOPTED, Result.VOID)
    assert board.world.acts(board.dossier).count("write_version") == 1


@pytest.mark.parametrize("_", AGAIN)
@on_both
def test_a_position_and_a_new_text_at_once_never_mix(board: Board, _: int) -> None:
    round_id, seen = board.open(), board.text

    taking, _written = together(
        lambda: board.take(round_id, JOOST, seen=seen), lambda: board.rewrite("# Anders\n", "substantive")
    )

    assert board.round(round_id).result == Result.VOID
    assert all(taken.seen_hash == seen for taken in board.all_positions(round_id))
    assert isinstance(taking, (RoundClosed, StaleVersion)) or len(board.all_positions(round_id)) == 1


@pytest.mark.parametrize("_", AGAIN)
@on_both
def test_the_clock_and_the_secretary_at_once_end_a_round_once(board: Board, _: int) -> None:
    round_id = board.open()
    board.world.later(days=4)

    outcomes = together(lambda: board.close(round_id, Result.REJECTED), board.expire, board.expire)

    ends = [e for e in board.world.history(board.dossier) if e.action in ("close_round", "expire_round")]
    assert len(ends) == 1
    assert board.round(round_id).result == ends[0].facts["result"]
    assert len(refusals(outcomes)) == (ends[0].action == "expire_round")


@pytest.mark.parametrize("_", AGAIN)
@on_both
def test_a_mandate_and_a_round_at_once_decide_once(board: Board, _: int) -> None:
    mandate = board.mandate()

    outcomes = together(lambda: board.decide_alone(mandate), board.open)

    assert len(refusals(outcomes)) == 1
    assert len(board.rounds()) == 1
