"""What a digest offers in Slack is what Slack's cards and the Home tab can do, and it does it."""

from dataclasses import replace
from datetime import timedelta
from typing import Any

from g40flow.domain.digest.audiences import AudienceKind
from g40flow.domain.dossier.calls import Asked, Audience
from g40flow.domain.dossier.workflow import Stage
from g40flow.notify.slack import SlackTransport
from g40flow.render.digests import DigestRenderer
from g40flow.render.pictures import png
from g40flow.resources import resource
from g40flow.slack_app.calls import CALLS
from g40flow.slack_app.decisions import DECISIONS
from g40flow.slack_app.dossiers import DOSSIERS
from g40flow.slack_app.items import ITEMS
from g40flow.storage.calls import all_answers_of
from g40flow.storage.decisions import positions_of
from g40flow.storage.dossier_tables import Dossier
from g40flow.storage.dossiers import groups_of
from g40flow.use_cases.calls.open_call import NewCall, Question, open_call
from tests.slack_app.conftest import ANNA, JASMIJN, WELZIJN, WONINGMARKT, ZEGER, World, text_of, wait_until
from tests.slack_app.test_dossiers import dossiers, open_by_secretary
from tests.use_cases.decisions.board import JOOST, Board
from tests.use_cases.dossier.world import HOUSING
from tests.use_cases.dossier.world import World as Dossiers

CITY, COORDINATOR = "almelo", "bente-van-opzet"


def test_every_button_of_a_digest_does_something() -> None:
    renderer = DigestRenderer(resource("templates"), portal_url="https://portaal.example", interactive=True)
    table = ITEMS | DOSSIERS | DECISIONS | CALLS

    assert renderer.acts <= set(table.actions)


def send(world: World, kind: AudienceKind) -> None:
    """Make the digests of everything up to a moment from now, and bring them."""
    later = world.now + timedelta(minutes=1)
    replace(world.app.digester(), clock=lambda: later).make_due([kind], up_to_now=True)
    world.slack.advance(seconds=90)
    world.app.__dict__["slack"] = SlackTransport(
        "xoxb-sandbox-bot", base_url=world.slack.api_url, sleep=lambda _: None, draw=png
    )
    deliverer = world.app.deliverer()
    replace(deliverer, clock=lambda: later + timedelta(minutes=1)).deliver()


def digests(messages: list[dict[str, Any]]) -> list[dict[str, Any]]:
    return [message for message in messages if "open_digest" in str(message["blocks"])]


def press(world: World, user: str, channel: str, message: dict[str, Any], action: str) -> dict[str, Any]:
    """The button beside the first line of a message that has this act."""
    block = next(
        block for block in message["blocks"] if block.get("accessory", {}).get("action_id") == action
    )
    return world.slack.do(
        "press",
        user=user,
        channel=channel,
        ts=message["ts"],
        action_id=action,
        block_id=block["block_id"],
    )


def in_channel(world: World, group: str) -> dict[str, Any]:
    return digests(world.standing(world.channel_of(group)))[-1]


def test_an_item_is_taken_up_from_its_line_and_its_card_says_so(world: World) -> None:
    world.add_item("Wet regie", WONINGMARKT, WELZIJN)
    send(world, AudienceKind.THEME_GROUP)
    digest = in_channel(world, WONINGMARKT)

    press(world, ZEGER, world.channel_of(WONINGMARKT), digest, "item_take_up")

    assert world.heard(ZEGER, "Opgepakt")
    (dossier,) = dossiers(world)
    first = world.standing(world.channel_of(WELZIJN))[0]["ts"]
    card = wait_until(
        lambda: [
            m
            for m in world.standing(world.channel_of(WELZIJN))
            if m["ts"] == first and "Opgepakt" in text_of(m)
        ]
    )[0]
    assert dossier.number in text_of(card)
    line = wait_until(
        lambda: [said for said in [text_of(in_channel(world, WONINGMARKT))] if "opgepakt" in said]
    )[0]
    assert f"*Gedaan:* opgepakt in <http://127.0.0.1:8040/dossiers/{dossier.id}|{dossier.number}>" in line
    assert "item_take_up" not in str(in_channel(world, WONINGMARKT)["blocks"])


def test_a_group_takes_part_from_the_line_of_a_dossier(world: World) -> None:
    dossier = open_by_secretary(world)
    send(world, AudienceKind.THEME_GROUP)

    press(world, ZEGER, world.channel_of(WONINGMARKT), in_channel(world, WONINGMARKT), "dossier_accept")

    assert world.heard(ZEGER, "Aangenomen namens Woningmarkt")
    with world.reading() as session:
        states = {row.theme_group: row.state for row in groups_of(session, dossier.id or 0)}
    assert states[WONINGMARKT] == "accepted"


def test_a_step_is_taken_from_the_line_of_a_dossier(world: World) -> None:
    dossier = Dossiers(world.app.database, now=world.now).at(Stage.DRAFTING, HOUSING)
    send(world, AudienceKind.THEME_GROUP)

    press(world, ANNA, world.channel_of(WONINGMARKT), in_channel(world, WONINGMARKT), "dossier_steps")
    done = world.submit(ANNA, step="suspend", reason="Eerst met de VNG overleggen.")

    assert done["closed"]
    with world.reading() as session:
        assert session.get_one(Dossier, dossier).stage == "suspended"


def test_a_member_decides_and_a_coordinator_answers_from_the_lines_of_their_own_digest(world: World) -> None:
    people = Dossiers(world.app.database, now=world.now)
    round_id = Board.of(people).open()
    call = _call(world, people)
    send(world, AudienceKind.PERSON)

    press(world, JOOST, "dm", digests(world.direct(JOOST))[-1], "round_decide")
    assert world.submit(JOOST, position="approve")["closed"]
    press(world, COORDINATOR, "dm", digests(world.direct(COORDINATOR))[-1], "call_answer")
    assert world.submit(COORDINATOR, kind="no_remarks")["closed"]

    with world.reading() as session:
        taken = [(p.member, p.position, p.surface) for p in positions_of(session, round_id)]
        answers = [answer.kind for answer in all_answers_of(session, call, CITY)]
    assert taken == [(JOOST, "approve", "slack")]
    assert answers == ["no_remarks"]


def test_the_pictures_of_a_digest_are_files_that_slack_shows(world: World) -> None:
    open_by_secretary(world)
    send(world, AudienceKind.THEME_GROUP)

    shown = [block for block in in_channel(world, WONINGMARKT)["blocks"] if block["type"] == "image"]

    assert shown
    for block in shown:
        file = world.slack.workspace.files[block["slack_file"]["id"]]
        assert file.content is not None
        assert file.content.startswith(b"\x89PNG")
        assert file.alt_text == block["alt_text"]


def _call(world: World, people: Dossiers) -> int:
    dossier = people.at(Stage.MEMBER_CALL, HOUSING)
    new = NewCall(
        title="Wat betekent de wet voor uw stad?",
        questions=[Question(text="Welk artikel raakt u het meest?")],
        asked=Asked(audience=Audience.CHOSEN, chosen=[CITY]),
        closes_at=world.now + timedelta(days=10),
    )
    with world.writing() as session:
        opened = open_call(
            session,
            world.app.desk,
            world.app.call_links,
            dossier,
            new,
            actor=people.actor(JASMIJN),
            seen_revision=None,
            now=world.now,
        )
        found = opened.id
    assert found is not None
    return found
