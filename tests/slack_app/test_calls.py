"""Calls for input in Slack: a coordinator gets a link of his own, and can answer shortly on the spot."""

from datetime import timedelta
from typing import Any

import pytest
from sqlmodel import select

from g40flow.domain.dossier.calls import Asked, Audience
from g40flow.domain.dossier.workflow import Stage
from g40flow.storage.calls import all_answers_of
from g40flow.storage.tables import Message
from g40flow.use_cases.calls.chase_calls import chase_by_hand
from g40flow.use_cases.calls.manage_call import close_call
from g40flow.use_cases.calls.open_call import NewCall, Question, open_call
from tests.slack_app.conftest import JASMIJN, World, actions_of, text_of, wait_until
from tests.use_cases.dossier.world import HOUSING
from tests.use_cases.dossier.world import World as Dossiers

CITY, COORDINATOR = "almelo", "bente-van-opzet"


@pytest.fixture
def dossiers(world: World) -> Dossiers:
    return Dossiers(world.app.database, now=world.now)


@pytest.fixture
def call(world: World, dossiers: Dossiers) -> int:
    """An open call to two cities, whose coordinators have their invitation."""
    dossier = dossiers.at(Stage.MEMBER_CALL, HOUSING)
    new = NewCall(
        title="Wat betekent de wet voor uw stad?",
        questions=[Question(text="Welk artikel raakt u het meest?"), Question(text="Wat kost het <!here>?")],
        asked=Asked(audience=Audience.CHOSEN, chosen=[CITY, "breda"]),
        closes_at=world.now + timedelta(days=10),
    )
    with world.writing() as session:
        opened = open_call(
            session,
            world.app.desk,
            world.app.call_links,
            dossier,
            new,
            actor=dossiers.actor(JASMIJN),
            seen_revision=None,
            now=world.now,
        )
        found = opened.id
    assert found is not None
    world.deliver()
    return found


def invitation(world: World) -> dict[str, Any]:
    return dict(wait_until(lambda: world.direct(COORDINATOR))[0])


def press(world: World) -> None:
    ts = invitation(world)["ts"]
    world.slack.do("press", user=COORDINATOR, channel="dm", ts=ts, action_id="call_answer")


def kinds(world: World, call: int) -> list[str]:
    with world.reading() as session:
        return [answer.kind for answer in all_answers_of(session, call, CITY)]


def test_the_invitation_carries_the_questions_and_a_link_that_the_ledger_does_not_keep(
    world: World, call: int
) -> None:
    shown = invitation(world)

    assert "Welk artikel raakt u het meest?" in text_of(shown)
    assert "&lt;!here&gt;" in text_of(shown)
    assert actions_of(shown) == ["open_call", "call_answer"]
    link = shown["blocks"][-2]["elements"][0]["url"]
    assert "/uitvraag/" in link
    with world.reading() as session:
        texts = [message.shown_text for message in session.exec(select(Message))]
    assert not [text for text in texts if link in text]


def test_a_short_answer_is_kept_and_the_invitation_says_so(world: World, call: int) -> None:
    press(world)

    done = world.submit(COORDINATOR, kind="no_remarks")

    assert done["closed"]
    assert kinds(world, call) == ["no_remarks"]
    assert wait_until(lambda: "heeft geantwoord" in text_of(invitation(world)))


def test_who_answers_again_finds_what_the_city_agreed_to(world: World, call: int) -> None:
    press(world)
    world.submit(COORDINATOR, kind="dissent", remark="Wij willen dit niet.", mention=["mention"])
    wait_until(lambda: "heeft geantwoord" in text_of(invitation(world)))
    press(world)

    ticks = next(b["element"] for b in world.modal(COORDINATOR)["blocks"] if b.get("block_id") == "mention")

    assert [option["value"] for option in ticks["initial_options"]] == ["mention"]


def test_dissent_without_words_is_a_mistake_at_the_field(world: World, call: int) -> None:
    press(world)

    done = world.submit(COORDINATOR, kind="dissent")

    assert done["errors"] == {"remark": "Schrijf wat de stad ervan vindt."}
    assert kinds(world, call) == []


def test_after_closing_the_button_is_gone_and_a_late_click_is_answered(
    world: World, dossiers: Dossiers, call: int
) -> None:
    press(world)
    world.modal(COORDINATOR)
    with world.writing() as session:
        actor = dossiers.actor(JASMIJN)
        close_call(session, world.app.desk, call, actor=actor, seen_revision=None, now=world.now)
    world.deliver()

    late = world.submit(COORDINATOR, kind="support")

    assert "niet meer open" in str(late["view"]["blocks"])
    assert kinds(world, call) == []
    assert "call_answer" not in str(invitation(world)["blocks"])
    assert "gesloten" in text_of(invitation(world))


def test_who_answered_is_not_reminded(world: World, dossiers: Dossiers, call: int) -> None:
    press(world)
    world.submit(COORDINATOR, kind="support")
    before = len(world.direct(COORDINATOR))

    with world.writing() as session:
        chase_by_hand(session, world.app.desk, call, actor=dossiers.actor(JASMIJN), now=world.now)
    world.deliver()

    assert len(world.direct(COORDINATOR)) == before
