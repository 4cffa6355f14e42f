"""Deciding alone: registering and revoking mandates, deciding with them, and ratification."""

from datetime import date, timedelta
from typing import Any

import pytest
from sqlmodel import col, select

from g40flow.domain.dossier.decisions import DecisionForm, Position, Result
from g40flow.domain.dossier.workflow import Stage
from g40flow.domain.errors import GuardFailed, InvalidInput, NotAllowed, StaleVersion
from g40flow.domain.instants import dutch_date
from g40flow.storage.dossier_tables import Ratification
from g40flow.storage.history import NETWORK, history_of, verify_chain
from g40flow.storage.tables import Message
from g40flow.use_cases.decisions.mandates import follow_meetings, ratify, revoke_mandate
from tests.conftest import on_both
from tests.use_cases.decisions.board import CHAIR, JOOST, LARS, MIEKE, SECRETARY, WRITER, Board
from tests.use_cases.dossier.world import DESK, HOUSING_LEAD, PILLAR_CHAIR, SECRETARIAT


def revoke(board: Board, mandate: int, by: str = SECRETARY, reason: str = "weer gewoon") -> None:
    with board.world.writing() as session:
        actor, now = board.world.actor(by), board.world.now
        revoke_mandate(session, DESK, mandate, reason=reason, actor=actor, now=now)


def record(board: Board, ratified: bool, note: str = "", by: str = SECRETARY) -> Ratification:
    (due,) = board.ratifications()
    assert due.id is not None
    with board.world.writing() as session:
        actor, now = board.world.actor(by), board.world.now
        return ratify(session, DESK, due.id, ratified=ratified, note=note, actor=actor, now=now)


def code_of(error: pytest.ExceptionInfo[InvalidInput]) -> str:
    return error.value.code


def test_a_mandate_is_registered_by_the_secretary_and_stands_in_the_history(board: Board) -> None:
    mandate = board.mandate(theme_groups=["woningmarkt"])

    with board.world.database.reading() as session:
        verify_chain(session, NETWORK)
        (entry,) = history_of(session, NETWORK)
    assert (entry.action, entry.person, entry.facts["mandate"]) == ("register_mandate", SECRETARY, mandate)
    assert entry.facts["theme_groups"] == ["woningmarkt"]


@pytest.mark.parametrize(
    ("fields", "code"),
    [
        ({"scope": " "}, "scope_needed"),
        ({"until_on": date(2026, 10, 1)}, "period_reversed"),
        ({"holder": WRITER}, "holder_cannot_decide"),
        ({"holder": JOOST}, "holder_cannot_decide"),
        ({"holder": "niemand"}, "holder_cannot_decide"),
        ({"theme_groups": ["bestaat-niet"]}, "unknown_group"),
        ({"document_types": ["roman"]}, "unknown_document_type"),
    ],
)
def test_a_mandate_that_cannot_be_is_refused(board: Board, fields: dict[str, Any], code: str) -> None:
    with pytest.raises(InvalidInput) as refused:
        board.mandate(**fields)

    assert code_of(refused) == code
    assert board.mandates() == []


@on_both
def test_the_chair_decides_alone_and_the_next_meeting_must_ratify_it(board: Board) -> None:
    round_id = board.decide_alone(board.mandate())

    assert (board.stage(), board.adopted()) == (Stage.READY_TO_SUBMIT, board.text)
    round_ = board.round(round_id)
    assert (round_.form, round_.result, round_.closed_by) == (DecisionForm.MANDATE, Result.ADOPTED, CHAIR)
    (due,) = board.ratifications()
    assert (due.round_id, due.result, due.due_on) == (round_id, "", date(2026, 12, 21))
    told = board.world.messages("ratification_due")
    assert told == [f"person:{SECRETARY}"] * 3  # now, on the day itself, and when it is late


def test_a_mandate_without_ratification_leaves_nothing_to_do(board: Board) -> None:
    board.decide_alone(board.mandate(must_ratify=False))

    assert board.adopted() == board.text
    assert board.ratifications() == []


def test_the_chair_of_the_pillar_decides_with_a_mandate_too(board: Board) -> None:
    board.decide_alone(board.mandate(LARS), LARS)

    assert board.adopted() == board.text


@pytest.mark.parametrize(
    ("fields", "code"),
    [
        ({"until_on": date(2026, 11, 20)}, "mandate_period"),
        ({"from_on": date(2026, 12, 1)}, "mandate_period"),
        ({"theme_groups": ["veiligheid"]}, "mandate_group"),
        ({"document_types": ["letter_minister"]}, "mandate_document"),
    ],
)
def test_a_mandate_reaches_no_further_than_it_says(board: Board, fields: dict[str, Any], code: str) -> None:
    mandate = board.mandate(**fields)

    with pytest.raises(InvalidInput) as refused:
        board.decide_alone(mandate)

    assert code_of(refused) == code
    assert (board.rounds(), board.adopted()) == ([], "")


def test_nobody_decides_with_the_mandate_of_another(board: Board) -> None:
    mandate = board.mandate()

    with pytest.raises(InvalidInput) as refused:
        board.decide_alone(mandate, LARS)
    with pytest.raises(NotAllowed):
        board.decide_alone(mandate, JOOST)
    with pytest.raises(NotAllowed):
        board.decide_alone(mandate, MIEKE)  # chairs another pillar

    assert code_of(refused) == "mandate_of_other"


@on_both
def test_a_mandate_that_was_revoked_is_over_and_what_waited_for_it_too(board: Board) -> None:
    mandate = board.mandate()
    waiting = board.open(form=DecisionForm.MANDATE, mandate_id=mandate)

    revoke(board, mandate)

    assert board.round(waiting).result == Result.CANCELLED
    with pytest.raises(InvalidInput) as refused:
        board.decide_alone(mandate)
    assert code_of(refused) == "mandate_revoked"
    with pytest.raises(InvalidInput):
        revoke(board, mandate)


def test_only_the_secretary_revokes_and_says_why(board: Board) -> None:
    mandate = board.mandate()

    with pytest.raises(NotAllowed):
        revoke(board, mandate, by=CHAIR)
    with pytest.raises(InvalidInput):
        revoke(board, mandate, reason="")


def test_the_secretary_can_ask_the_holder_of_a_mandate_whose_position_decides(board: Board) -> None:
    mandate = board.mandate()
    round_id = board.open(form=DecisionForm.MANDATE, mandate_id=mandate)

    with pytest.raises(NotAllowed):
        board.take(round_id, JOOST)
    board.take(round_id, CHAIR)

    assert board.world.messages("approval_request") == [f"person:{CHAIR}"]
    assert board.adopted() == board.text
    assert len(board.ratifications()) == 1


def test_doubt_of_who_decides_alone_takes_it_to_the_meeting(board: Board) -> None:
    mandate = board.mandate()

    round_id = board.decide_alone(mandate, position=Position.HOLD)

    assert board.round(round_id).result == Result.HELD_OVER
    assert (board.stage(), board.adopted(), board.ratifications()) == (Stage.BOARD_APPROVAL, "", [])


def test_who_decides_alone_cannot_abstain(board: Board) -> None:
    with pytest.raises(InvalidInput) as refused:
        board.decide_alone(board.mandate(), position=Position.ABSTAIN)

    assert code_of(refused) == "mandate_position"


def test_nobody_decides_alone_on_another_text_or_past_an_open_round(board: Board) -> None:
    mandate = board.mandate()

    with pytest.raises(StaleVersion):
        board.decide_alone(mandate, seen="0" * 64)
    board.open()
    with pytest.raises(GuardFailed) as refused:
        board.decide_alone(mandate)

    assert refused.value.guards == ("no_open_round",)


def test_a_decision_is_ratified_once(board: Board) -> None:
    board.decide_alone(board.mandate())

    with pytest.raises(NotAllowed):
        record(board, True, by=CHAIR)
    record(board, True)
    with pytest.raises(InvalidInput) as refused:
        record(board, False, "toch niet")

    assert code_of(refused) == "already_ratified"
    assert board.ratifications()[0].result == "ratified"
    assert (board.stage(), board.world.acts(board.dossier)[-1]) == (Stage.READY_TO_SUBMIT, "ratify")


def test_what_a_meeting_refuses_to_ratify_goes_back_to_the_board(board: Board) -> None:
    board.decide_alone(board.mandate())

    with pytest.raises(InvalidInput):
        record(board, False)
    record(board, False, "te stellig")

    assert (board.stage(), board.adopted()) == (Stage.BOARD_APPROVAL, "")
    assert board.ratifications()[0].result == "refused"
    assert board.world.acts(board.dossier)[-3:] == [
        "refuse_ratification",
        "raise_post_adoption_change",
        "void_adoption",
    ]


def test_what_was_sent_already_stays_sent_when_it_is_not_ratified(board: Board) -> None:
    board.decide_alone(board.mandate())
    board.world.change(board.dossier, stage=Stage.SUBMITTED)

    record(board, False, "te stellig")

    assert (board.stage(), board.adopted()) == (Stage.SUBMITTED, board.text)
    told = set(board.world.messages("dossier_note"))
    assert told >= {f"person:{who}" for who in (CHAIR, SECRETARIAT, HOUSING_LEAD, PILLAR_CHAIR)}


@pytest.mark.parametrize("ratified", [True, False])
def test_who_decided_alone_hears_what_the_meeting_said_of_it(board: Board, ratified: bool) -> None:
    board.decide_alone(board.mandate())

    record(board, ratified, "te stellig")

    assert board.world.messages("dossier_note") == [f"person:{CHAIR}"]


def test_the_secretary_hears_of_a_ratification_at_once_on_its_day_and_when_it_is_late(board: Board) -> None:
    board.decide_alone(board.mandate())
    (due,) = board.ratifications()

    with board.world.database.reading() as session:
        found = session.scalars(select(Message).where(col(Message.kind) == "ratification_due"))
        days = [dutch_date(message.not_before or board.world.now) for message in found]

    assert due.due_on is not None
    assert days == [dutch_date(board.world.now), due.due_on, due.due_on + timedelta(days=1)]


def test_another_text_makes_the_ratification_of_the_old_one_pointless(board: Board) -> None:
    board.decide_alone(board.mandate())

    board.rewrite("# Heel anders\n", "substantive")

    assert board.ratifications()[0].result == "lapsed"
    assert board.stage() == Stage.BOARD_APPROVAL


@on_both
def test_ratification_is_due_at_the_next_meeting_that_is_planned(board: Board) -> None:
    other = Board.of(board.world)
    other.open(form=DecisionForm.MEETING, meeting_on=date(2026, 12, 2))

    board.decide_alone(board.mandate())

    assert board.ratifications()[0].due_on == date(2026, 12, 2)


def look(board: Board) -> int:
    with board.world.writing() as session:
        return follow_meetings(session, DESK, board.world.now)


@on_both
def test_a_meeting_that_is_planned_later_on_ratifies_when_it_comes_earlier(board: Board) -> None:
    board.decide_alone(board.mandate())
    (before,) = board.ratifications()
    assert before.due_on is not None
    meeting_on = before.due_on - timedelta(days=5)
    Board.of(board.world).open(form=DecisionForm.MEETING, meeting_on=meeting_on)

    assert (look(board), look(board)) == (1, 0)

    assert board.ratifications()[0].due_on == meeting_on
    entry = board.world.history(board.dossier)[-1]
    assert (entry.action, entry.facts["old"]) == ("ratify_earlier", before.due_on.isoformat())
    with board.world.database.reading() as session:
        found = session.scalars(select(Message).where(col(Message.kind) == "ratification_due"))
        days = {str(message.subject.get("due_on")): message.not_before for message in found}
    assert set(days) == {"None", str(before.due_on), str(meeting_on)}


def test_a_meeting_that_comes_later_and_what_was_ratified_change_nothing(board: Board) -> None:
    board.decide_alone(board.mandate())
    (due,) = board.ratifications()
    assert due.due_on is not None
    Board.of(board.world).open(form=DecisionForm.MEETING, meeting_on=due.due_on + timedelta(days=1))
    assert look(board) == 0

    record(board, True)
    Board.of(board.world).open(form=DecisionForm.MEETING, meeting_on=due.due_on - timedelta(days=5))

    assert look(board) == 0
    assert board.ratifications()[0].due_on == due.due_on
