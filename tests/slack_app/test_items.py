"""Cards about items: what people do with their buttons, and what they see of it."""

from g40flow.storage.family_members import family_id_of, family_subject
from g40flow.storage.items import routings_of
from g40flow.use_cases.dossier.follow import is_following
from tests.slack_app.conftest import (
    GUEST,
    QUINT,
    WELZIJN,
    WONINGMARKT,
    ZEGER,
    World,
    actions_of,
    text_of,
    wait_until,
)


def test_a_card_has_buttons_to_act(world: World) -> None:
    world.add_item()

    assert actions_of(world.card())[:4] == ["item_take_up", "item_pass_on", "item_not_ours", "item_follow"]


def test_following_is_confirmed_to_the_person_alone(world: World) -> None:
    world.add_item()

    answer = world.press(ZEGER, "item_follow")

    assert answer["acked"]
    assert world.heard(ZEGER, "Je volgt dit nu")
    assert world.whispers(QUINT) == []


def test_who_follows_already_is_offered_the_way_out(world: World) -> None:
    world.add_item()
    world.press(ZEGER, "item_follow")
    world.heard(ZEGER, "nu")

    world.press(ZEGER, "item_follow")

    assert world.heard(ZEGER, "Je volgt dit al")


def test_who_follows_an_item_can_follow_what_belongs_with_it(world: World) -> None:
    item = world.add_item()
    world.press(ZEGER, "item_follow")
    world.heard(ZEGER, "Je volgt dit nu")
    offer = next(
        m for channel in world.slack.see("sees", user=ZEGER)["channels"] for m in channel["ephemerals"]
    )

    world.press(ZEGER, "family_follow", ts=offer["ts"])

    assert world.heard(ZEGER, "Je volgt nu")
    with world.reading() as session:
        family = family_id_of(session, item)
        assert family is not None
        assert is_following(session, ZEGER, family_subject(family))
    world.press(ZEGER, "item_follow")
    world.heard(ZEGER, "Je volgt dit al")


def test_turning_down_takes_the_group_off_and_the_card_says_so(world: World) -> None:
    item = world.add_item("Wet regie", WONINGMARKT, WELZIJN)
    world.press(ZEGER, "item_not_ours")

    done = world.submit(ZEGER, reason="Dit gaat over zorg, niet over bouwen.")

    assert done["closed"]
    with world.reading() as session:
        assert [routing.theme_group for routing in routings_of(session, item)] == [WELZIJN]
    assert wait_until(lambda: "item_not_ours" in str(world.card(WELZIJN)))
    assert world.heard(ZEGER, "Afgemeld voor")


def test_without_the_right_one_hears_privately_why_not(world: World) -> None:
    world.add_item()

    world.press("ines-de-modelle", "item_not_ours")

    assert world.heard("ines-de-modelle", "met jouw rol niet")


def test_a_guest_hears_privately_why_not(world: World) -> None:
    world.add_item()

    world.press(GUEST, "item_follow")

    assert world.heard(GUEST, "gast")


def test_a_link_button_is_acknowledged_and_nothing_is_said(world: World) -> None:
    world.add_item()

    assert world.press(ZEGER, "open_portal")["acked"]
    assert world.whispers(ZEGER) == []


def test_passing_on_gives_the_other_group_a_card(world: World) -> None:
    world.add_item()
    world.press(ZEGER, "item_pass_on")

    world.submit(ZEGER, lead=WELZIJN, others=[], reason="Dit gaat over zorg.")

    card = wait_until(lambda: world.standing(world.channel_of(WELZIJN)))[-1]
    assert "Wet regie" in text_of(card)
