"""The secretary of the board gives a round more time in Slack, with the rights and checks of the portal."""

from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest

from g40flow.domain.dossier.decisions import DecisionForm
from g40flow.domain.instants import end_of_dutch_day
from tests.slack_app.conftest import World, actions_of, text_of, wait_until
from tests.slack_app.test_home_and_command import open_home
from tests.slack_app.test_home_and_command import press as press_at_home
from tests.use_cases.decisions.board import JOOST, SECRETARY, WRITER, Board
from tests.use_cases.dossier.world import World as Dossiers

LATER = date(2026, 12, 1)


@pytest.fixture
def board(world: World) -> Board:
    """A dossier at the board, in the database of the program."""
    return Board.of(Dossiers(world.app.database, now=world.now))


def newest(world: World, user: str, words: str) -> dict[str, Any]:
    """The message with these words in somebody's conversation with the app."""
    return dict(wait_until(lambda: [m for m in world.direct(user) if words in text_of(m)])[-1])


def told_of_end(world: World, board: Board, round_id: int) -> dict[str, Any]:
    """The message about a round that was lengthened by one day, as its secretary has it."""
    ends = board.round(round_id).closes_at
    assert ends is not None
    board.extend(round_id, closes_at=ends + timedelta(days=1))
    world.deliver()
    return newest(world, SECRETARY, "Meer tijd om te besluiten")


def press(world: World, user: str, message: dict[str, Any]) -> None:
    world.slack.do("press", user=user, channel="dm", ts=message["ts"], action_id="round_extend")


def test_the_secretary_lengthens_a_round_from_the_home_tab(world: World, board: Board) -> None:
    round_id = board.open()
    home = open_home(world, SECRETARY)
    assert "volg de besluitronde" in text_of(home)
    press_at_home(world, SECRETARY, home, "round_extend")

    done = world.submit(
        SECRETARY, closes_on=LATER.isoformat(), closes_time="12:30", reason="twee leden zijn ziek"
    )

    assert "1 december" in str(done["view"]["blocks"])
    assert board.round(round_id).closes_at == datetime(2026, 12, 1, 11, 30, tzinfo=UTC)
    entry = next(e for e in board.world.history(board.dossier) if e.action == "extend_round")
    assert (entry.surface, entry.person, entry.reason) == ("slack", SECRETARY, "twee leden zijn ziek")
    assert newest(world, JOOST, "twee leden zijn ziek")


def test_a_meeting_is_moved_from_a_message(world: World, board: Board) -> None:
    round_id = board.open(form=DecisionForm.MEETING, meeting_on=date(2026, 11, 25))
    board.extend(round_id, meeting_on=date(2026, 11, 26), reason="zaal bezet")
    world.deliver()
    press(world, SECRETARY, newest(world, SECRETARY, "De vergadering is later"))

    world.submit(SECRETARY, meeting_on=LATER.isoformat(), reason="te weinig leden")

    wait_until(lambda: board.round(round_id).meeting_on == LATER)


def test_only_the_secretary_of_the_board_has_the_button(world: World, board: Board) -> None:
    round_id = board.open()
    told_of_end(world, board, round_id)

    assert "round_extend" in actions_of(newest(world, SECRETARY, "Meer tijd om te besluiten"))
    assert "round_extend" not in actions_of(newest(world, JOOST, "Meer tijd om te besluiten"))


def test_a_copied_button_is_refused_with_who_may(world: World, board: Board) -> None:
    round_id = board.open()
    blocks = told_of_end(world, board, round_id)["blocks"]
    found = world.slack.workspace.find_channel("g40-beheer")
    assert found is not None
    posted = world.slack.workspace.post(
        found, {"text": "gekopieerd", "blocks": blocks}, world.slack.clock.now(), app_id="A0G40FLOW"
    )

    world.slack.do("press", user=WRITER, channel="g40-beheer", ts=posted.ts, action_id="round_extend")

    assert "de secretaris van het bestuur" in world.heard(WRITER, "met jouw rol niet")


def test_an_earlier_day_is_said_at_its_field_and_changes_nothing(world: World, board: Board) -> None:
    round_id = board.open()
    press(world, SECRETARY, told_of_end(world, board, round_id))
    ends = board.round(round_id).closes_at

    done = world.submit(SECRETARY, closes_on="2026-11-24", reason="te vroeg gekozen")

    assert done["errors"] == {"closes_on": "Een ronde kan alleen langer worden. Kies een later moment."}
    assert board.round(round_id).closes_at == ends


def test_after_the_deadline_needs_a_tick(world: World, board: Board) -> None:
    round_id = board.open()
    press(world, SECRETARY, told_of_end(world, board, round_id))
    late = {"closes_on": "2027-03-01", "reason": "het reces komt ertussen"}

    refused = world.submit(SECRETARY, **late)
    world.submit(SECRETARY, **late, after_deadline=["yes"])

    assert "na de sluitingsdatum" in refused["errors"]["closes_on"]
    wait_until(lambda: board.round(round_id).closes_at == end_of_dutch_day(date(2027, 3, 1)))


def test_a_round_on_a_text_that_changed_is_not_lengthened(world: World, board: Board) -> None:
    round_id = board.open()
    message = told_of_end(world, board, round_id)
    board.world.text(board.dossier, "# Een andere reactie\n", author=WRITER)

    press(world, SECRETARY, message)

    assert world.heard(SECRETARY, "tekst is veranderd")


def test_words_typed_while_the_round_ended_stay_readable(world: World, board: Board) -> None:
    round_id = board.open()
    press(world, SECRETARY, told_of_end(world, board, round_id))
    world.modal(SECRETARY)
    board.rewrite("# Heel iets anders\n", kind="substantive")

    done = world.submit(SECRETARY, closes_on=LATER.isoformat(), reason="twee leden zijn ziek")

    assert done["response_action"] == "update"
    assert "twee leden zijn ziek" in str(done["view"]["blocks"])
