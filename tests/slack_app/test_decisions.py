"""The board decides in Slack: on exactly the text that was on the card, and kindly when it is too late."""

from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest

from g40flow.domain.dossier.decisions import Result
from g40flow.sandbox.slack.server import ControlRefused
from g40flow.storage.decisions import positions_of
from tests.slack_app.conftest import ANNA, World, actions_of, text_of, wait_until
from tests.use_cases.decisions.board import CHAIR, JOOST, KIM, MEMBERS, WRITER, Board
from tests.use_cases.dossier.world import World as Dossiers


@pytest.fixture
def board(world: World) -> Board:
    """A dossier at the board, in the database of the program."""
    return Board.of(Dossiers(world.app.database, now=world.now))


def request_to(world: World, user: str) -> dict[str, Any]:
    """The request that stands in somebody's conversation with the app."""

    def found() -> dict[str, Any] | None:
        messages = world.direct(user)
        return messages[0] if messages else None

    return dict(wait_until(found))


def press(world: World, user: str, action: str) -> dict[str, Any]:
    message = request_to(world, user)
    return world.slack.do("press", user=user, channel="dm", ts=message["ts"], action_id=action)


def choose_in_menu(world: World, user: str, value: str) -> dict[str, Any]:
    message = request_to(world, user)
    return world.slack.do("choose", user=user, channel="dm", ts=message["ts"], action_id="more", value=value)


def taken(world: World, round_id: int) -> list[tuple[str, str, str]]:
    with world.reading() as session:
        return [(p.member, p.position, p.surface) for p in positions_of(session, round_id)]


def test_every_member_gets_a_request_with_the_version_and_six_positions(world: World, board: Board) -> None:
    board.open(question="Stellen we deze reactie vast?")
    world.deliver()

    for member in MEMBERS:
        request = request_to(world, member)
        assert "Stellen we deze reactie vast?" in text_of(request)
        assert board.text[:8] in text_of(request)
        assert actions_of(request)[:5] == [
            "position_approve",
            "position_approve_with_changes",
            "position_object",
            "position_hold",
            "more",
        ]
    assert not world.direct(ANNA)


def test_one_click_decides_and_every_request_counts_it(world: World, board: Board) -> None:
    round_id = board.open()
    world.deliver()

    assert press(world, JOOST, "position_approve")["acked"]

    assert wait_until(lambda: "Jouw besluit:" in text_of(request_to(world, JOOST)))
    assert taken(world, round_id) == [(JOOST, "approve", "slack")]
    assert wait_until(lambda: "1 van 6 leden" in text_of(request_to(world, KIM)))


def test_an_objection_asks_for_words_first(world: World, board: Board) -> None:
    round_id = board.open()
    world.deliver()
    press(world, KIM, "position_object")

    done = world.submit(KIM, comment="Dit legt de rekening bij de steden.")

    assert done["closed"]
    assert wait_until(lambda: "bezwaar" in text_of(request_to(world, KIM)))
    assert taken(world, round_id) == [(KIM, "object", "slack")]


CHOICES = [("position_abstain", "abstain"), ("position_recuse", "recuse")]


@pytest.mark.parametrize(("choice", "position"), CHOICES)
def test_the_menu_holds_what_is_chosen_seldom(world: World, board: Board, choice: str, position: str) -> None:
    round_id = board.open()
    world.deliver()
    value = f"{choice} {round_id}:{board.text}"

    choose_in_menu(world, JOOST, value)

    assert wait_until(lambda: taken(world, round_id)) == [(JOOST, position, "slack")]


def test_a_decision_in_the_portal_shows_in_slack(world: World, board: Board) -> None:
    round_id = board.open()
    world.deliver()

    board.take(round_id, JOOST)
    world.deliver()

    assert "Jouw besluit:" in text_of(request_to(world, JOOST))


def test_a_click_on_an_old_text_decides_nothing_and_says_that_the_text_changed(
    world: World, board: Board
) -> None:
    round_id = board.open()
    world.deliver()
    board.world.text(board.dossier, "# Een andere reactie\n", author=WRITER)

    press(world, JOOST, "position_approve")

    assert world.heard(JOOST, "tekst is veranderd")
    assert taken(world, round_id) == []


def test_an_objection_on_an_old_text_keeps_the_typed_words_readable(world: World, board: Board) -> None:
    round_id = board.open()
    world.deliver()
    press(world, KIM, "position_object")
    world.modal(KIM)
    board.world.text(board.dossier, "# Een andere reactie\n", author=WRITER)

    done = world.submit(KIM, comment="Dit legt de rekening bij de steden.")

    assert done["response_action"] == "update"
    assert "Dit legt de rekening bij de steden." in str(done["view"]["blocks"])
    assert taken(world, round_id) == []


def test_a_click_after_the_end_hears_how_it_ended(world: World, board: Board) -> None:
    round_id = board.open()
    world.deliver()
    old = request_to(world, KIM)
    board.all_take(round_id, *MEMBERS[:5])
    blocks = list(old["blocks"])
    board.close(round_id, Result.ADOPTED)
    world.deliver()
    assert "vastgesteld" in text_of(request_to(world, KIM))
    assert "position_approve" not in str(request_to(world, KIM)["blocks"])
    # What was still on a screen is clicked.
    channel = next(c for c in world.slack.workspace.channels.values() if old["ts"] in c.messages)

    def clicked() -> bool:
        channel.messages[old["ts"]].payload["blocks"] = blocks
        try:
            press(world, KIM, "position_approve")
        except ControlRefused:  # the card was renewed once more just then
            return False
        return True

    wait_until(clicked)

    assert world.heard(KIM, "al besloten")


def test_who_is_not_asked_cannot_decide_with_the_buttons_of_another(world: World, board: Board) -> None:
    round_id = board.open()
    world.deliver()
    blocks = request_to(world, JOOST)["blocks"]
    found = world.slack.workspace.find_channel("g40-beheer")
    assert found is not None
    posted = world.slack.workspace.post(
        found, {"text": "gekopieerd", "blocks": blocks}, world.slack.clock.now(), app_id="A0G40FLOW"
    )

    world.slack.do("press", user=ANNA, channel="g40-beheer", ts=posted.ts, action_id="position_approve")

    assert world.heard(ANNA, "met jouw rol niet")
    assert taken(world, round_id) == []


def test_two_members_who_decide_at_once_both_count(world: World, board: Board) -> None:
    round_id = board.open()
    world.deliver()
    with ThreadPoolExecutor(2) as people:
        list(people.map(lambda who: press(world, who, "position_approve"), (CHAIR, JOOST)))

    assert wait_until(lambda: len(taken(world, round_id)) == 2)
    assert {member for member, _, _ in taken(world, round_id)} == {CHAIR, JOOST}
