"""The Home tab and the slash command: what waits, and how a thing stands, for one person's eyes."""

from typing import Any

import pytest

from g40flow.domain.dossier.workflow import Stage
from g40flow.storage.decisions import standing_positions
from tests.slack_app.conftest import ANNA, GUEST, ZEGER, World, text_of, wait_until
from tests.use_cases.decisions.board import JOOST, Board
from tests.use_cases.dossier.world import CARE, HOUSING
from tests.use_cases.dossier.world import World as Dossiers


def home(world: World, user: str) -> dict[str, Any]:
    """The Home tab as somebody sees it, as soon as it is there."""
    return dict(wait_until(lambda: world.slack.see("sees", user=user)["homes"])[-1])


def open_home(world: World, user: str) -> dict[str, Any]:
    """The Home tab as it is made for this opening, not as it stood there before."""

    def made() -> int:
        return len(world.slack.see("calls", method="views.publish")["calls"])

    before = made()
    assert world.slack.do("open-home", user=user)
    wait_until(lambda: made() > before)
    return home(world, user)


def press(world: World, user: str, view: dict[str, Any], action: str) -> dict[str, Any]:
    block = next(
        b
        for b in view["blocks"]
        if b["type"] == "actions" and action in [e["action_id"] for e in b["elements"]]
    )
    return world.slack.do(
        "press", user=user, view_id=view["id"], action_id=action, block_id=block["block_id"]
    )


@pytest.fixture
def dossiers(world: World) -> Dossiers:
    return Dossiers(world.app.database, now=world.now)


def command(world: World, user: str, text: str) -> dict[str, Any]:
    return world.slack.do("command", user=user, channel="g40-beheer", command="/g40flow", text=text)


def test_home_says_when_nothing_waits(world: World) -> None:
    assert "Er wacht nu niets op je, Zeger de Voorbeeld" in text_of(open_home(world, ZEGER))


def test_home_shows_what_waits_and_is_renewed_after_an_act_on_it(world: World, dossiers: Dossiers) -> None:
    dossiers.dossier(HOUSING, CARE)
    view = open_home(world, ZEGER)
    assert "doen jullie mee?" in text_of(view)

    press(world, ZEGER, view, "dossier_accept")

    assert wait_until(lambda: "doen jullie mee?" not in text_of(home(world, ZEGER)))
    assert "Aangenomen" in str(world.modal(ZEGER)["blocks"])


def test_a_member_of_the_board_decides_from_home(world: World, dossiers: Dossiers) -> None:
    board = Board.of(dossiers)
    round_id = board.open()
    view = open_home(world, JOOST)
    press(world, JOOST, view, "round_decide")

    done = world.submit(JOOST, position="approve")

    assert done["response_action"] == "update"
    assert "Genoteerd" in str(done["view"]["blocks"])
    with world.reading() as session:
        assert standing_positions(session, round_id)[JOOST].position == "approve"


def test_an_objection_from_home_without_words_is_a_mistake_at_the_field(
    world: World, dossiers: Dossiers
) -> None:
    Board.of(dossiers).open()
    press(world, JOOST, open_home(world, JOOST), "round_decide")

    done = world.submit(JOOST, position="object")

    assert done["errors"] == {"comment": "Schrijf op wat je bedoelt."}


def test_home_opened_again_is_not_published_again_when_nothing_changed(world: World) -> None:
    open_home(world, ZEGER)
    assert world.entry is not None
    before = len(world.slack.see("calls", method="views.publish")["calls"])

    world.entry.homes.renew_all_soon()
    world.entry.homes.close()

    assert len(world.slack.see("calls", method="views.publish")["calls"]) == before


def test_the_command_helps_and_says_what_it_does_not_know(world: World) -> None:
    helped = command(world, ANNA, "help")["message"]
    unknown = command(world, ANNA, "koffie")["message"]

    assert "/g40flow zoek woorden" in text_of(helped)
    assert "‘koffie’ ken ik niet" in text_of(unknown)


def test_search_finds_items_with_all_words(world: World) -> None:
    world.add_item("Wet regie op de volkshuisvesting")

    found = command(world, ANNA, "zoek regie volkshuisvesting")["message"]
    nothing = command(world, ANNA, "zoek regie <!channel> *vet*")["message"]

    assert "Wet regie op de volkshuisvesting" in text_of(found)
    assert "Niets gevonden" in text_of(nothing)
    assert "<!channel>" not in text_of(nothing)


def test_a_dossier_is_shown_by_its_number(world: World, dossiers: Dossiers) -> None:
    dossiers.at(Stage.DRAFTING, HOUSING)

    shown = command(world, ANNA, "dossier 2026-001")["message"]
    unknown = command(world, ANNA, "dossier 1999-999")["message"]

    assert "Wet regie" in text_of(shown)
    assert "Concept" in text_of(shown)
    assert "Ik ken geen dossier" in unknown["text"]


def test_a_confidential_dossier_is_not_there_for_others(world: World, dossiers: Dossiers) -> None:
    dossiers.at(Stage.DRAFTING, HOUSING, confidential=True)

    hidden = command(world, ZEGER, "dossier 2026-001")["message"]

    assert "niet voor jou te zien" in hidden["text"]
    assert "Wet regie" not in str(hidden)


def test_a_guest_gets_an_explanation_and_nothing_else(world: World) -> None:
    answer = command(world, GUEST, "mijn werk")

    assert "gast" in answer["message"]["text"]
