"""Rounds of the board: opening, answering, closing, and what time and a new text do to them."""

from datetime import date, timedelta
from typing import Any

import pytest

from g40flow.domain.actors import Surface
from g40flow.domain.dossier.decisions import APPROVED, DecisionForm, Position, Result, RoundClosed
from g40flow.domain.dossier.workflow import Stage
from g40flow.domain.errors import (
    GuardFailed,
    InvalidInput,
    NotAllowed,
    NotFound,
    StaleVersion,
    StepNotAllowed,
)
from g40flow.domain.instants import end_of_dutch_day
from g40flow.storage.decisions import members_of
from g40flow.storage.dossier_tables import Comment, Dossier, DossierReader
from tests.conftest import on_both
from tests.use_cases.decisions.board import (
    CHAIR,
    DEPUTY_OF_KIM,
    JOOST,
    KIM,
    LARS,
    MEMBERS,
    MIEKE,
    NIELS,
    SECRETARY,
    WRITER,
    Board,
)
from tests.use_cases.dossier.world import SECRETARIAT


def code_of(error: pytest.ExceptionInfo[InvalidInput]) -> str:
    return error.value.code


def comment(board: Board) -> None:
    """An open remark on the text."""
    with board.world.writing() as session:
        version = session.get_one(Dossier, board.dossier).current_version_id
        assert version is not None
        session.add(
            Comment(dossier_id=board.dossier, version_id=version, author=WRITER, created_at=board.world.now)
        )


# --- opening --------------------------------------------------------------------------------------


@on_both
def test_a_written_round_asks_every_member_and_the_deputy_named_before_it(board: Board) -> None:
    round_id = board.open(question="Gaat u akkoord?")

    with board.world.database.reading() as session:
        seats = {row.member: row.deputy for row in members_of(session, round_id)}
    assert seats == {**dict.fromkeys(MEMBERS, ""), KIM: DEPUTY_OF_KIM}
    asked = {f"person:{slug}" for slug in (*MEMBERS, DEPUTY_OF_KIM)}
    assert set(board.world.messages("approval_request")) == asked
    assert set(board.world.messages("approval_reminder")) == asked
    round_ = board.round(round_id)
    assert round_.closes_at == end_of_dutch_day(date(2026, 11, 26))
    assert round_.version_hash == board.text


def test_a_round_does_not_end_after_the_deadline_unless_the_secretary_knows(board: Board) -> None:
    board.world.change(board.dossier, closes_on=date(2026, 11, 24))
    late = end_of_dutch_day(date(2026, 11, 25))

    with pytest.raises(InvalidInput) as refused:
        board.open(closes_at=late)
    round_id = board.open(closes_at=late, after_deadline=True)

    assert code_of(refused) == "after_deadline"
    assert board.round(round_id).closes_at == late


def test_the_usual_end_is_no_later_than_the_agreed_deadline(board: Board) -> None:
    board.world.change(board.dossier, closes_on=date(2026, 12, 24), agreed_closes_on=date(2026, 11, 24))

    assert board.round(board.open()).closes_at == end_of_dutch_day(date(2026, 11, 24))


@pytest.mark.parametrize(
    ("new", "code"),
    [
        ({"form": DecisionForm.MEETING}, "meeting_day_needed"),
        ({"form": DecisionForm.MEETING, "meeting_on": date(2026, 11, 20)}, "day_passed"),
        ({"form": DecisionForm.MEETING, "meeting_on": date(2027, 2, 1)}, "after_deadline"),
        ({"form": DecisionForm.MANDATE}, "mandate_needed"),
        ({"closes_at": end_of_dutch_day(date(2026, 11, 20))}, "day_passed"),
    ],
)
def test_a_round_that_cannot_be_is_not_opened(board: Board, new: dict[str, Any], code: str) -> None:
    with pytest.raises(InvalidInput) as refused:
        board.open(**new)

    assert code_of(refused) == code
    assert board.rounds() == []


def test_only_the_secretary_of_the_board_opens_a_round(board: Board) -> None:
    for person in (CHAIR, WRITER, LARS):
        with pytest.raises(NotAllowed):
            board.open(by=person)


def test_no_round_on_a_text_that_was_not_on_screen(board: Board) -> None:
    with pytest.raises(StaleVersion):
        board.open(seen="0" * 64)


def test_no_round_while_comments_are_open(board: Board) -> None:
    comment(board)

    with pytest.raises(GuardFailed) as refused:
        board.open()

    assert refused.value.guards == ("comments_disposed",)


def test_no_second_round_while_one_is_open(board: Board) -> None:
    board.open()

    with pytest.raises(GuardFailed) as refused:
        board.open()

    assert refused.value.guards == ("no_open_round",)


def test_no_round_before_the_text_is_at_the_board(board: Board) -> None:
    board.world.change(board.dossier, stage=Stage.POLITICAL_REVIEW)

    with pytest.raises(StepNotAllowed):
        board.open()


def test_members_see_a_confidential_dossier_only_when_the_secretary_lets_them(board: Board) -> None:
    board.world.change(board.dossier, confidential=True)
    with board.world.writing() as session:
        session.add(DossierReader(dossier_id=board.dossier, person=SECRETARY))

    with pytest.raises(InvalidInput) as refused:
        board.open()
    round_id = board.open(admit=True)

    assert code_of(refused) == "members_cannot_see"
    board.take(round_id, JOOST)


# --- answering ------------------------------------------------------------------------------------


@on_both
def test_what_a_member_says_first_counts_until_it_is_changed_and_both_are_kept(board: Board) -> None:
    round_id = board.open()

    board.take(round_id, JOOST, Position.APPROVE)
    board.take(round_id, JOOST, Position.HOLD, "eerst bespreken", surface=Surface.SLACK)

    assert board.positions(round_id) == {JOOST: "hold"}
    assert [p.position for p in board.all_positions(round_id)] == ["approve", "hold"]
    entries = [e for e in board.world.history(board.dossier) if e.action == "take_position"]
    assert [(e.facts["position"], e.surface, e.version_hash) for e in entries] == [
        ("approve", "portal", board.text),
        ("hold", "slack", board.text),
    ]


def test_saying_the_same_twice_is_said_once(board: Board) -> None:
    round_id = board.open()

    board.take(round_id, JOOST)
    board.take(round_id, JOOST)

    assert len(board.all_positions(round_id)) == 1
    assert board.world.acts(board.dossier).count("take_position") == 1


def test_a_deputy_answers_for_the_member_and_the_member_can_still_change_it(board: Board) -> None:
    round_id = board.open()

    board.take(round_id, DEPUTY_OF_KIM, Position.APPROVE)
    board.take(round_id, KIM, Position.ABSTAIN)

    taken = board.all_positions(round_id)
    assert [(p.member, p.decided_by) for p in taken] == [(KIM, DEPUTY_OF_KIM), (KIM, KIM)]
    assert board.positions(round_id) == {KIM: "abstain"}


@pytest.mark.parametrize("person", [SECRETARY, WRITER, "rens-leesmans", "anna-testerink"])
def test_nobody_outside_the_board_takes_a_position(board: Board, person: str) -> None:
    round_id = board.open()

    with pytest.raises(NotAllowed):
        board.take(round_id, person)

    assert board.all_positions(round_id) == []


def test_a_member_answers_for_no_other_member(board: Board) -> None:
    round_id = board.open()

    with pytest.raises(NotAllowed):
        board.take(round_id, JOOST, member=MIEKE)


def test_a_position_on_a_text_that_is_not_the_newest_is_refused_with_both_texts_named(board: Board) -> None:
    round_id, old = board.open(), board.text

    with pytest.raises(StaleVersion, match="0000abcd"):
        board.take(round_id, JOOST, seen="0000abcd" + "0" * 56)
    new = board.world.text(board.dossier, "# Anders\n")
    with pytest.raises(StaleVersion, match=new[:8]):
        board.take(round_id, JOOST, seen=old)
    with pytest.raises(StaleVersion):
        board.take(round_id, JOOST, seen=new)

    assert board.all_positions(round_id) == []


@pytest.mark.parametrize("position", [Position.OBJECT, Position.HOLD, Position.APPROVE_WITH_CHANGES])
def test_an_objection_or_a_change_needs_words(board: Board, position: Position) -> None:
    round_id = board.open()

    with pytest.raises(InvalidInput) as refused:
        board.take(round_id, JOOST, position, comment=" \n ")

    assert code_of(refused) == "comment_needed"


def test_a_late_click_is_told_how_it_ended_and_changes_nothing(board: Board) -> None:
    round_id = board.open()
    board.world.later(days=4)
    with pytest.raises(RoundClosed) as over:
        board.take(round_id, JOOST)
    board.expire()

    with pytest.raises(RoundClosed) as closed:
        board.take(round_id, JOOST)

    assert (over.value.code, over.value.result) == ("round_closed", "")
    assert closed.value.result == Result.EXPIRED
    assert board.all_positions(round_id) == []


def test_the_last_second_still_counts(board: Board) -> None:
    round_id = board.open()
    closes_at = board.round(round_id).closes_at
    assert closes_at is not None

    board.world.now = closes_at
    board.take(round_id, JOOST)
    board.world.now = closes_at + timedelta(seconds=1)
    with pytest.raises(RoundClosed):
        board.take(round_id, LARS)

    assert board.positions(round_id) == {JOOST: "approve"}


def test_a_round_of_a_dossier_one_may_not_see_does_not_exist(board: Board) -> None:
    round_id = board.open()
    board.world.change(board.dossier, confidential=True)

    with pytest.raises(NotFound):
        board.take(round_id, JOOST)


# --- closing --------------------------------------------------------------------------------------


@on_both
def test_what_meets_the_rule_is_adopted_by_the_secretary_on_exactly_this_text(board: Board) -> None:
    round_id = board.open()
    board.all_take(round_id, CHAIR, JOOST, KIM, LARS)

    board.close(round_id, reason="")

    assert (board.stage(), board.adopted()) == (Stage.READY_TO_SUBMIT, board.text)
    assert board.world.read(board.dossier).adopted_at == board.world.now
    assert board.round(round_id).result == Result.ADOPTED
    assert board.world.acts(board.dossier)[-2:] == ["close_round", "adopt"]
    told = set(board.world.messages("decision_result"))
    assert told >= {f"person:{slug}" for slug in (*MEMBERS, DEPUTY_OF_KIM, SECRETARY, WRITER)}


def test_a_wish_for_changes_is_in_the_result(board: Board) -> None:
    round_id = board.open()
    board.all_take(round_id, CHAIR, JOOST, KIM)
    board.take(round_id, LARS, Position.APPROVE_WITH_CHANGES, "punt 2 scherper")

    board.close(round_id)

    assert board.round(round_id).result == Result.ADOPTED_WITH_CHANGES


def test_what_does_not_meet_the_rule_cannot_be_adopted(board: Board) -> None:
    round_id = board.open()
    board.all_take(round_id, CHAIR, JOOST, KIM)

    with pytest.raises(InvalidInput) as few:
        board.close(round_id)
    board.take(round_id, LARS, Position.OBJECT, "de bekostiging ontbreekt")
    with pytest.raises(InvalidInput) as objected:
        board.close(round_id)

    assert (code_of(few), code_of(objected)) == ("rule_not_met", "rule_not_met")
    assert (board.stage(), board.adopted()) == (Stage.BOARD_APPROVAL, "")


@pytest.mark.parametrize("result", [Result.REJECTED, Result.CANCELLED])
def test_a_round_can_be_closed_without_approval_and_says_why(board: Board, result: Result) -> None:
    round_id = board.open()
    board.all_take(round_id, *MEMBERS)

    with pytest.raises(InvalidInput) as refused:
        board.close(round_id, result, reason=" ")
    board.close(round_id, result, reason="tekst komt terug")

    assert code_of(refused) == "reason_needed"
    round_ = board.round(round_id)
    assert (round_.result, round_.reason, round_.closed_by) == (result, "tekst komt terug", SECRETARY)
    assert (board.stage(), board.adopted()) == (Stage.BOARD_APPROVAL, "")


def test_held_over_names_the_new_day_and_shows_the_risk_until_it_is_decided(board: Board) -> None:
    board.world.change(board.dossier, closes_on=date(2026, 12, 1))
    round_id = board.open()

    with pytest.raises(InvalidInput) as refused:
        board.close(round_id, Result.HELD_OVER)
    board.close(round_id, Result.HELD_OVER, until=date(2026, 12, 3))

    assert code_of(refused) == "new_day_needed"
    assert board.round(round_id).meeting_on == date(2026, 12, 3)
    shown = board.world.exceptions(board.dossier)["held_over"].facts
    assert shown == {"until": "2026-12-03", "too_late": True}
    again = board.open()
    board.all_take(again, *MEMBERS)
    board.close(again)
    assert "held_over" not in board.world.exceptions(board.dossier)


@pytest.mark.parametrize("result", [Result.EXPIRED, Result.VOID])
def test_nobody_chooses_a_result_that_follows_from_time_or_text(board: Board, result: Result) -> None:
    round_id = board.open()

    with pytest.raises(InvalidInput) as refused:
        board.close(round_id, result)

    assert code_of(refused) == "result_unknown"


def test_a_round_ends_once(board: Board) -> None:
    round_id = board.open()
    board.close(round_id, Result.CANCELLED)

    with pytest.raises(RoundClosed):
        board.close(round_id, Result.REJECTED)


def test_only_the_secretary_of_the_board_closes_a_round(board: Board) -> None:
    round_id = board.open()
    board.all_take(round_id, *MEMBERS)

    for person in (CHAIR, WRITER):
        with pytest.raises(NotAllowed):
            board.close(round_id, by=person)


def test_nothing_is_adopted_while_comments_are_open(board: Board) -> None:
    round_id = board.open()
    board.all_take(round_id, *MEMBERS)
    comment(board)

    with pytest.raises(GuardFailed):
        board.close(round_id)

    assert (board.stage(), board.adopted(), board.round(round_id).result) == (Stage.BOARD_APPROVAL, "", "")


def test_recusal_lowers_what_is_needed_and_is_not_missing(board: Board) -> None:
    round_id = board.open()
    for person in (CHAIR, JOOST, KIM):
        board.take(round_id, person, Position.RECUSE)
    board.all_take(round_id, LARS, MIEKE)

    standing = board.take(round_id, NIELS)

    assert (standing.base, standing.missing, standing.is_met) == (3, (), True)


def test_the_secretary_hears_once_that_everybody_has_answered(board: Board) -> None:
    round_id = board.open()

    board.all_take(round_id, *MEMBERS)
    board.take(round_id, JOOST, Position.ABSTAIN)

    assert board.world.messages("round_ready") == [f"person:{SECRETARY}"]


# --- time -----------------------------------------------------------------------------------------


@pytest.mark.parametrize("answered", [0, 3])
def test_time_approves_nothing(board: Board, answered: int) -> None:
    round_id = board.open()
    board.all_take(round_id, *MEMBERS[:answered])
    board.world.later(days=4)

    assert board.expire() == [round_id]

    round_ = board.round(round_id)
    assert (round_.result, round_.closed_by) == (Result.EXPIRED, "g40flow")
    assert (board.stage(), board.adopted()) == (Stage.BOARD_APPROVAL, "")


def test_what_meets_the_rule_at_the_end_waits_for_the_secretary(board: Board) -> None:
    round_id = board.open()
    board.all_take(round_id, CHAIR, JOOST, KIM, LARS)
    board.world.later(days=4)

    assert [board.expire(), board.expire()] == [[], []]
    assert (board.stage(), board.adopted()) == (Stage.BOARD_APPROVAL, "")
    assert board.world.messages("round_ready") == [f"person:{SECRETARY}"]

    board.close(round_id)
    assert board.adopted() == board.text


@on_both
def test_an_objection_takes_a_round_to_the_meeting_when_its_time_is_over(board: Board) -> None:
    round_id = board.open()
    board.take(round_id, JOOST, Position.HOLD, "eerst bespreken")
    board.world.later(days=4)

    board.expire()

    assert board.round(round_id).result == Result.HELD_OVER
    assert board.world.exceptions(board.dossier)["held_over"].facts["until"] == ""


def test_a_round_whose_time_is_not_over_is_left_alone(board: Board) -> None:
    round_id = board.open()

    assert board.expire() == []
    assert board.round(round_id).closed_at is None


# --- meetings -------------------------------------------------------------------------------------

DAY = date(2026, 11, 25)


def test_a_meeting_is_recorded_by_its_secretary_on_the_day_itself(board: Board) -> None:
    round_id = board.open(form=DecisionForm.MEETING, meeting_on=DAY)
    positions = {
        CHAIR: Position.APPROVE,
        JOOST: Position.APPROVE,
        KIM: Position.OBJECT,
        LARS: Position.APPROVE,
    }

    with pytest.raises(InvalidInput) as early:
        board.meet(round_id, positions, Result.ADOPTED)
    with pytest.raises(InvalidInput) as own:
        board.take(round_id, JOOST)
    board.world.later(days=2)
    board.meet(round_id, positions, Result.ADOPTED)

    assert (code_of(early), code_of(own)) == ("meeting_not_yet", "decided_in_meeting")
    assert board.adopted() == board.text
    assert {p.decided_by for p in board.all_positions(round_id)} == {SECRETARY}
    assert "record_meeting" in board.world.acts(board.dossier)


def test_a_meeting_adopts_nothing_against_its_chair(board: Board) -> None:
    round_id = board.open(form=DecisionForm.MEETING, meeting_on=DAY)
    board.world.later(days=2)
    positions = {**dict.fromkeys(MEMBERS, Position.APPROVE), CHAIR: Position.OBJECT}

    with pytest.raises(InvalidInput) as refused:
        board.meet(round_id, positions, Result.ADOPTED)
    assert code_of(refused) == "rule_not_met"
    assert board.all_positions(round_id) == []

    board.meet(round_id, positions, Result.REJECTED)
    assert board.round(round_id).result == Result.REJECTED


def test_a_meeting_without_enough_members_holds_it_over(board: Board) -> None:
    round_id = board.open(form=DecisionForm.MEETING, meeting_on=DAY)
    board.world.later(days=2)

    board.meet(round_id, {CHAIR: Position.APPROVE}, Result.HELD_OVER, until=date(2026, 12, 9))

    assert board.round(round_id).meeting_on == date(2026, 12, 9)
    assert board.round(round_id).result not in APPROVED


def test_nobody_else_records_a_meeting_and_no_stranger_was_there(board: Board) -> None:
    round_id = board.open(form=DecisionForm.MEETING, meeting_on=DAY)
    board.world.later(days=2)

    with pytest.raises(NotAllowed):
        board.meet(round_id, {}, Result.REJECTED, by=CHAIR)
    with pytest.raises(InvalidInput) as refused:
        board.meet(round_id, {WRITER: Position.APPROVE}, Result.REJECTED)

    assert code_of(refused) == "unknown_member"


def test_a_written_round_is_not_recorded_as_a_meeting(board: Board) -> None:
    round_id = board.open()

    with pytest.raises(InvalidInput) as refused:
        board.meet(round_id, {}, Result.REJECTED)

    assert code_of(refused) == "not_a_meeting"


# --- a new text -----------------------------------------------------------------------------------


@on_both
def test_another_text_ends_the_open_round_without_a_result(board: Board) -> None:
    round_id, old = board.open(), board.text
    board.all_take(round_id, *MEMBERS)

    board.rewrite("# Heel anders\n", "substantive")

    round_ = board.round(round_id)
    assert (round_.result, round_.version_hash) == (Result.VOID, old)
    with pytest.raises(RoundClosed):
        board.take(round_id, JOOST)
    board.open()


def test_nobody_changes_the_words_under_the_eyes_of_the_board(board: Board) -> None:
    board.open()

    with pytest.raises(InvalidInput) as refused:
        board.rewrite("# Reactie.\n", "editorial", by=SECRETARY)

    assert code_of(refused) == "round_is_open"


def adopted(board: Board) -> str:
    round_id = board.open()
    board.all_take(round_id, *MEMBERS)
    board.close(round_id)
    return board.text


def test_another_text_after_adoption_takes_it_back_to_the_board(board: Board) -> None:
    adopted(board)

    board.rewrite("# Heel anders\n", "substantive")

    assert (board.stage(), board.adopted()) == (Stage.BOARD_APPROVAL, "")
    assert board.world.read(board.dossier).adopted_at is None
    assert "post_adoption_change" in board.world.exceptions(board.dossier)
    assert f"person:{SECRETARY}" in board.world.messages("adoption_voided")


def test_an_editorial_change_after_adoption_is_logged_and_adopted_with_it(board: Board) -> None:
    old = adopted(board)

    with pytest.raises(NotAllowed):
        board.rewrite("# Reactie.\n", "editorial", by=WRITER)
    new = board.rewrite("# Reactie.\n", "editorial", by=SECRETARY)

    assert (board.stage(), board.adopted()) == (Stage.READY_TO_SUBMIT, new)
    (logged,) = [e for e in board.world.history(board.dossier) if e.facts.get("adopted_hash") == old]
    assert logged.reason == "zin verduidelijkt"


def test_a_board_smaller_than_its_rule_is_not_asked(board: Board) -> None:
    for person in MEMBERS[:3]:
        board.deactivate(person)

    with pytest.raises(InvalidInput) as refused:
        board.open()

    assert code_of(refused) == "too_few_members"


# --- a dossier that rests or ends --------------------------------------------------------------------


@on_both
def test_a_round_waits_while_its_dossier_is_suspended_and_gets_that_time_back(board: Board) -> None:
    round_id = board.open()
    before = board.round(round_id).closes_at
    board.world.step(board.dossier, "suspend", SECRETARIAT, "wacht op het ministerie")
    board.world.now += timedelta(days=10)

    ended = board.expire()
    board.world.step(board.dossier, "resume", SECRETARIAT, "verder")

    assert ended == []
    assert before is not None
    assert board.round(round_id).closes_at == before + timedelta(days=10)
    assert board.world.history(board.dossier)[-1].facts["ends"] == {
        f"round:{round_id}": (before + timedelta(days=10)).isoformat()
    }


def test_who_was_asked_hears_that_a_withdrawn_dossier_ended_the_round(board: Board) -> None:
    round_id = board.open()

    board.world.step(board.dossier, "withdraw", SECRETARIAT, "ingetrokken")

    assert board.round(round_id).result == Result.CANCELLED
    assert {f"person:{slug}" for slug in MEMBERS} <= set(board.world.messages("decision_result"))
