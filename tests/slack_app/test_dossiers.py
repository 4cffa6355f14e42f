"""Dossiers in Slack: from the card of an item to the card of a dossier, and steps from there."""

from concurrent.futures import ThreadPoolExecutor

import pytest
from sqlmodel import col, select

from g40flow.sandbox.slack.server import SlackServer
from g40flow.storage.dossier_tables import Dossier
from g40flow.storage.dossiers import groups_of
from g40flow.storage.history import chain_of, history_of
from tests.slack_app.conftest import (
    ANNA,
    JASMIJN,
    QUINT,
    WELZIJN,
    WONINGMARKT,
    ZEGER,
    World,
    actions_of,
    listening,
    program,
    text_of,
    wait_until,
)

WELZIJN_LEAD = "xandra-van-schets"


def dossiers(world: World) -> list[Dossier]:
    with world.reading() as session:
        return list(session.scalars(select(Dossier).order_by(col(Dossier.id))))


def cards(world: World, group: str = WONINGMARKT) -> list[str]:
    """The cards about dossiers in the channel of a group."""
    found = world.standing(world.channel_of(group))
    return [text_of(message) for message in found if "dossier_follow" in str(message["blocks"])]


def ts_of_dossier_card(world: World, group: str = WONINGMARKT) -> str:
    found = wait_until(
        lambda: [m for m in world.standing(world.channel_of(group)) if "dossier_steps" in str(m["blocks"])]
    )
    return str(found[-1]["ts"])


def open_by_secretary(world: World, *groups: str) -> Dossier:
    """A dossier that the secretary of Woningmarkt opened, so that its lead is still to accept."""
    world.add_item("Wet regie", *(groups or (WONINGMARKT, WELZIJN)))
    world.press(JASMIJN, "item_take_up")
    world.heard(JASMIJN, "Opgepakt")
    (dossier,) = dossiers(world)
    ts_of_dossier_card(world)
    return dossier


def test_taking_up_opens_a_dossier_and_every_card_says_so(world: World) -> None:
    world.add_item("Wet regie", WONINGMARKT, WELZIJN)
    ts = world.card(WELZIJN)["ts"]

    world.press(ZEGER, "item_take_up")

    assert world.heard(ZEGER, "Opgepakt")
    (dossier,) = dossiers(world)
    card = wait_until(
        lambda: [
            m for m in world.standing(world.channel_of(WELZIJN)) if m["ts"] == ts and "Opgepakt" in text_of(m)
        ]
    )[0]
    assert dossier.number in text_of(card)
    assert "item_take_up" not in actions_of(card)
    assert wait_until(lambda: cards(world))


def test_two_people_at_once_open_one_dossier(world: World) -> None:
    world.add_item("Wet regie", WONINGMARKT, WELZIJN)
    with ThreadPoolExecutor(2) as people:
        list(
            people.map(
                lambda who: world.press(who[0], "item_take_up", group=who[1]),
                [(ZEGER, WONINGMARKT), (WELZIJN_LEAD, WELZIJN)],
            )
        )

    assert world.heard(ZEGER, "Opgepakt")
    assert world.heard(WELZIJN_LEAD, "Opgepakt")
    assert len(dossiers(world)) == 1


def test_who_has_no_part_in_it_hears_which_dossier_there_is(world: World) -> None:
    open_by_secretary(world, WONINGMARKT)
    card = next(
        m for m in world.standing(world.channel_of(WONINGMARKT)) if "item_pass_on" in str(m["blocks"])
    )

    # The button has gone from the card; this is a click on what was still on a screen.
    world.slack.workspace.channels[card_channel(world)].messages[card["ts"]].payload["blocks"].append(
        {
            "type": "actions",
            "block_id": "old",
            "elements": [
                {
                    "type": "button",
                    "action_id": "item_take_up",
                    "value": "1:woningmarkt",
                    "text": {"type": "plain_text", "text": "Oppakken"},
                }
            ],
        }
    )
    world.press(QUINT, "item_take_up", ts=card["ts"])

    assert world.heard(QUINT, "Hierover is al een dossier")
    assert len(dossiers(world)) == 1


def card_channel(world: World) -> str:
    found = world.slack.workspace.find_channel(world.channel_of(WONINGMARKT))
    assert found is not None
    return found.id


def test_the_lead_accepts_with_one_click(world: World) -> None:
    dossier = open_by_secretary(world)

    world.press(ZEGER, "dossier_accept", ts=ts_of_dossier_card(world))

    assert world.heard(ZEGER, "Aangenomen namens Woningmarkt")
    with world.reading() as session:
        states = {row.theme_group: row.state for row in groups_of(session, dossier.id or 0)}
        last = history_of(session, chain_of(dossier.id or 0))[-1]
    assert states == {WONINGMARKT: "accepted", WELZIJN: "asked"}
    assert (last.person, last.surface) == ("zeger-de-voorbeeld", "slack")


def test_a_secretary_cannot_accept_and_hears_it_privately(world: World) -> None:
    dossier = open_by_secretary(world)

    world.press(JASMIJN, "dossier_accept", ts=ts_of_dossier_card(world))

    assert "Het kan wel door: de trekker van de themagroep" in world.heard(JASMIJN, "met jouw rol niet")
    with world.reading() as session:
        assert {row.state for row in groups_of(session, dossier.id or 0)} == {"asked"}


def test_rejecting_asks_a_reason_and_the_card_shows_it(world: World) -> None:
    open_by_secretary(world)
    ts = ts_of_dossier_card(world, WELZIJN)
    world.press(WELZIJN_LEAD, "dossier_reject", group=WELZIJN, ts=ts)

    world.submit(WELZIJN_LEAD, reason="Dit raakt onze steden niet.")

    def shown() -> bool:
        return any(
            "Dit raakt onze steden niet" in text_of(m) for m in world.standing(world.channel_of(WELZIJN))
        )

    assert wait_until(shown)


def test_a_step_is_chosen_in_a_modal_that_says_what_the_others_wait_for(world: World) -> None:
    dossier = open_by_secretary(world)
    world.press(ANNA, "dossier_steps", ts=ts_of_dossier_card(world))
    modal = world.modal(ANNA)
    assert "Kan nog niet" in str(modal["blocks"])

    done = world.submit(ANNA, step="back_to_triage", reason="Eerst met de VNG overleggen.")

    assert done["closed"]
    assert world.heard(ANNA, "Beoordelen")
    with world.reading() as session:
        assert session.get_one(Dossier, dossier.id).stage == "triage"


def test_a_step_without_its_reason_keeps_the_modal_open_with_the_mistake_at_the_field(world: World) -> None:
    open_by_secretary(world)
    world.press(ANNA, "dossier_steps", ts=ts_of_dossier_card(world))

    done = world.submit(ANNA, step="back_to_triage")

    assert done["errors"] == {"reason": "Schrijf waarom. Anderen lezen dit later terug."}


def test_a_step_on_what_changed_is_refused_and_what_was_written_stays_readable(
    world: World,
) -> None:
    dossier = open_by_secretary(world)
    world.press(ANNA, "dossier_steps", ts=ts_of_dossier_card(world))
    world.modal(ANNA)
    world.press(ZEGER, "dossier_accept", ts=ts_of_dossier_card(world))
    world.heard(ZEGER, "Aangenomen")

    done = world.submit(ANNA, step="back_to_triage", reason="Eerst met de VNG overleggen.")

    assert done["response_action"] == "update"
    shown = str(done["view"]["blocks"])
    assert "intussen veranderd" in shown
    assert "Eerst met de VNG overleggen." in shown
    with world.reading() as session:
        assert session.get_one(Dossier, dossier.id).stage == "routed"


@pytest.mark.postgres
def test_it_works_on_postgresql_as_on_sqlite(postgres_url: str, slack: SlackServer) -> None:
    with program(postgres_url, slack) as app, listening(World(app, slack)) as world:
        open_by_secretary(world)
        ts = ts_of_dossier_card(world)

        with ThreadPoolExecutor(2) as people:
            list(people.map(lambda _: world.press(ZEGER, "dossier_accept", ts=ts), range(2)))

        assert world.heard(ZEGER, "Aangenomen namens Woningmarkt")
        with world.reading() as session:
            entries = history_of(session, chain_of(1))
        assert [entry.action for entry in entries].count("accept") == 1
