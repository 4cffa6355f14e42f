"""Messages about decisions as they reach people: made when they leave, renewed when something changes."""

from collections.abc import Callable
from datetime import date

import pytest
from sqlmodel import col, select

from g40flow.domain.dossier.decisions import DecisionForm, Position, Result
from g40flow.domain.instants import end_of_dutch_day
from g40flow.domain.messages import Rendered
from g40flow.render.dossier_messages import DossierRenderer
from g40flow.resources import resource
from g40flow.storage.database import Database
from g40flow.storage.tables import Message, MessageState
from g40flow.use_cases.compose_messages import Composer
from g40flow.use_cases.decisions.mandates import follow_meetings
from g40flow.use_cases.messages_about_decisions import MessagesAboutDecisions
from g40flow.use_cases.messages_about_dossiers import DossierViews
from tests.use_cases.decisions.board import CHAIR, JOOST, KIM, LARS, MEMBERS, SECRETARY, WRITER, Board
from tests.use_cases.dossier.world import DESK, World

PORTAL = "https://portal.example"
Told = Callable[..., Rendered | None]


@pytest.fixture
def board(sqlite: Database) -> Board:
    """A dossier at the board."""
    return Board.of(World(sqlite))


@pytest.fixture
def told(board: Board) -> Told:
    """What a message of some kind says to somebody now; None if it says nothing."""
    composer = Composer(
        [
            MessagesAboutDecisions(
                views=DossierViews(desk=DESK, portal_url=PORTAL),
                renderer=DossierRenderer(resource("templates"), interactive=True),
            )
        ]
    )

    def compose(kind: str, person: str, *, number: int = -1) -> Rendered | None:
        with board.world.database.reading() as session:
            query = select(Message).where(Message.kind == kind, Message.audience == f"person:{person}")
            found = session.exec(query.order_by(col(Message.id))).all()
            return composer.compose(session, found[number], board.world.now)

    return compose


def arrive(board: Board) -> None:
    """Everything that was written stands in its channel."""
    with board.world.writing() as session:
        for message in session.exec(select(Message)):
            message.state, message.external_channel, message.external_ts = MessageState.SENT, "D1", "1.0"
            session.add(message)


def test_the_request_leads_to_the_page_on_which_one_decides(board: Board, told: Told) -> None:
    round_id = board.open(question="Akkoord met punt 2?")

    request = told("approval_request", JOOST)

    assert request is not None
    for words in ("Akkoord met punt 2?", "versie 1", board.text[:8], f"{PORTAL}/board/{round_id}"):
        assert words in request.text
    assert "position_approve" in str(request.blocks)
    assert "position_approve" not in request.html  # a mail only leads to the page
    assert f"{PORTAL}/board/{round_id}?via=mail" in request.html


def test_what_stands_follows_and_the_reminder_stays_away(board: Board, told: Told) -> None:
    round_id = board.open()
    assert told("approval_reminder", JOOST) is not None

    board.take(round_id, JOOST)

    assert told("approval_reminder", JOOST) is None
    arrive(board)
    request = told("approval_request", JOOST)
    assert request is not None
    assert "Jouw besluit: akkoord" in request.text
    assert "1 van 6" in request.text


def test_a_longer_round_says_its_old_and_new_end_and_moves_the_reminder(board: Board, told: Told) -> None:
    round_id = board.open()
    reminders = len(board.world.messages("approval_reminder"))

    board.extend(round_id, closes_at=end_of_dutch_day(date(2026, 12, 1)))

    notice = told("round_extended", JOOST)
    assert notice is not None
    for words in ("dinsdag 1 december 2026", "donderdag 26 november 2026", "twee zijn ziek"):
        assert words in notice.text
    assert "position_approve" in str(notice.blocks)
    assert len(board.world.messages("approval_reminder")) == 2 * reminders
    assert told("approval_reminder", JOOST) is not None
    assert told("approval_reminder", JOOST, number=0) is None  # of an end that counts no longer


def test_every_message_on_show_is_renewed_when_somebody_decides(board: Board) -> None:
    round_id = board.open()
    arrive(board)

    board.take(round_id, JOOST)

    with board.world.database.reading() as session:
        query = select(Message).where(Message.kind == "approval_request")
        assert {message.state for message in session.exec(query)} == {MessageState.PENDING}


def test_the_result_reaches_everybody_and_takes_the_buttons_away(board: Board, told: Told) -> None:
    round_id = board.open()
    arrive(board)
    board.all_take(round_id, *MEMBERS)
    ready = told("round_ready", SECRETARY)

    board.close(round_id)

    assert ready is not None
    assert "De regel van deze ronde is gehaald" in ready.text
    for person in (CHAIR, WRITER, SECRETARY):
        result = told("decision_result", person)
        assert result is not None
        assert "vastgesteld" in result.text.lower()
    request = told("approval_request", KIM)
    assert request is not None
    assert "position_approve" not in str(request.blocks)
    assert request.change == ""  # no second mail about what the result says
    assert told("decision_result", KIM) is not None


def test_held_over_says_until_when(board: Board, told: Told) -> None:
    round_id = board.open()
    board.take(round_id, LARS, Position.HOLD, "eerst bespreken")

    board.close(round_id, Result.HELD_OVER, until=board.world.now.date().replace(month=12, day=9))

    result = told("decision_result", LARS)
    assert result is not None
    assert "woensdag 9 december 2026" in result.text


def test_a_request_that_is_over_before_it_left_is_not_sent(board: Board, told: Told) -> None:
    round_id = board.open()

    board.close(round_id, Result.CANCELLED)

    assert told("approval_request", JOOST) is None


def test_a_meeting_is_announced_without_buttons(board: Board, told: Told) -> None:
    board.open(form=DecisionForm.MEETING, meeting_on=board.world.now.date())

    request = told("approval_request", JOOST)

    assert request is not None
    assert "Op de agenda" in request.text
    assert "position_approve" not in str(request.blocks)


def test_a_decision_under_mandate_asks_for_ratification_and_says_when_it_is_done(
    board: Board, told: Told
) -> None:
    board.decide_alone(board.mandate())

    due = told("ratification_due", SECRETARY)

    assert due is not None
    assert "maandag 21 december 2026" in due.text


def test_of_a_ratification_that_comes_earlier_the_old_day_is_told_no_more(board: Board, told: Told) -> None:
    board.decide_alone(board.mandate())
    Board.of(board.world).open(form=DecisionForm.MEETING, meeting_on=date(2026, 12, 16))

    with board.world.writing() as session:
        follow_meetings(session, DESK, board.world.now)

    at_once, old_day, old_late, new_day, new_late = (
        told("ratification_due", SECRETARY, number=number) for number in range(5)
    )
    assert (old_day, old_late) == (None, None)
    for said in (at_once, new_day, new_late):
        assert said is not None
        assert "woensdag 16 december 2026" in said.text


def test_a_voided_adoption_is_told_with_its_reason(board: Board, told: Told) -> None:
    board.decide_alone(board.mandate())

    board.rewrite("# Heel anders\n", "substantive")

    voided = told("adoption_voided", SECRETARY)
    assert voided is not None
    assert "zin verduidelijkt" in voided.text
    assert "besluit opnieuw" in voided.text
