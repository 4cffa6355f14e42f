"""More time for a round of the board, and a meeting on a later day."""

from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest

from g40flow.domain.dossier.decisions import DecisionForm, Result, RoundClosed
from g40flow.domain.errors import InvalidInput, NotAllowed
from g40flow.domain.instants import end_of_dutch_day
from tests.use_cases.decisions.board import JOOST, KIM, MEMBERS, SECRETARY, WRITER, Board

LATER = end_of_dutch_day(date(2026, 12, 1))


def test_a_round_goes_on_with_the_answers_it_has_and_everybody_hears(board: Board) -> None:
    round_id = board.open()
    board.take(round_id, JOOST)

    board.extend(round_id, closes_at=LATER)

    board.world.now = end_of_dutch_day(date(2026, 11, 30))  # after the old end
    assert board.expire() == []
    board.all_take(round_id, *(member for member in MEMBERS if member != JOOST))
    assert board.close(round_id).result == Result.ADOPTED
    assert {f"person:{slug}" for slug in (*MEMBERS, WRITER, SECRETARY)} <= set(
        board.world.messages("round_extended")
    )
    entry = next(e for e in board.world.history(board.dossier) if e.action == "extend_round")
    assert (entry.reason, entry.facts["until"]) == ("twee zijn ziek", LATER.isoformat())


def test_a_meeting_is_moved_to_a_later_day(board: Board) -> None:
    round_id = board.open(form=DecisionForm.MEETING, meeting_on=date(2026, 11, 25))

    board.extend(round_id, meeting_on=date(2026, 12, 2), reason="te weinig leden")

    assert board.round(round_id).meeting_on == date(2026, 12, 2)
    assert f"person:{KIM}" in board.world.messages("round_extended")


@pytest.mark.parametrize(
    ("given", "code"),
    [
        ({"closes_at": LATER, "reason": " "}, "reason_needed"),
        ({}, "no_date"),
        ({"closes_at": datetime(2026, 11, 1, tzinfo=UTC)}, "day_passed"),
        ({"closes_at": end_of_dutch_day(date(2026, 11, 26))}, "not_later"),
        ({"closes_at": end_of_dutch_day(date(2027, 3, 1))}, "after_deadline"),
    ],
)
def test_what_is_no_later_end_changes_nothing(board: Board, given: dict[str, Any], code: str) -> None:
    round_id = board.open()
    ends = board.round(round_id).closes_at

    with pytest.raises(InvalidInput) as refused:
        board.extend(round_id, **given)

    assert refused.value.code == code
    assert board.round(round_id).closes_at == ends
    assert board.world.messages("round_extended") == []


def test_only_the_secretary_of_the_board_gives_more_time(board: Board) -> None:
    round_id = board.open()

    with pytest.raises(NotAllowed):
        board.extend(round_id, by=JOOST, closes_at=LATER)


def test_what_is_over_is_not_lengthened(board: Board) -> None:
    round_id = board.open()
    board.all_take(round_id, *MEMBERS)
    board.world.now += timedelta(days=9)

    with pytest.raises(InvalidInput) as over:
        board.extend(round_id, closes_at=LATER + timedelta(days=9))
    board.close(round_id)
    with pytest.raises(RoundClosed):
        board.extend(round_id, closes_at=LATER + timedelta(days=9))

    assert over.value.code == "round_over"
