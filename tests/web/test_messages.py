from g40flow.storage.tables import MessageState
from tests.web.reading import Reader
from tests.web.signing_in import browser_of
from tests.web.world import World, build_world


def test_messages_say_for_whom_what_and_when(reader: Reader, items: dict[str, int]) -> None:
    text = reader.get("/messages").text

    assert "Kaart over een stuk spoed Wet collectieve warmte voor woningen" in text
    assert "Themagroep: Duurzaamheid" in text
    assert "Persoon: Femke Schijn" in text
    assert "PA-secretariaat" in text
    assert "verstuurd ma 23 nov 11:00 uur" in text


def test_a_change_in_a_thread_names_its_item(reader: Reader, items: dict[str, int]) -> None:
    assert "Wijziging, onder de kaart spoed Wet collectieve warmte" in reader.get("/messages").text


def test_messages_can_be_chosen_by_state_and_audience(reader: Reader, items: dict[str, int]) -> None:
    failed = reader.get("/messages?state=failed").text
    triage = reader.get("/messages?audience=triage").text

    assert "2 berichten" in failed
    assert "channel_not_found" in failed
    assert "1 bericht " in triage


def test_a_failed_message_is_given_another_chance_once(
    world: World, reader: Reader, items: dict[str, int]
) -> None:
    message = world.messages()["group:zorg-jeugd-onderwijs"]
    page = reader.get("/messages?state=failed")

    after = reader.send(page, f"/messages/{message.id}/retry")

    assert f"Bericht {message.id} staat weer klaar." in after.text
    assert world.messages()["group:zorg-jeugd-onderwijs"].state == MessageState.PENDING
    refused = reader.send(page, f"/messages/{message.id}/retry", status=409)
    assert refused.link("Bekijk hoe het nu staat") == "/messages"


def test_a_message_that_did_not_fail_has_no_button(
    world: World, reader: Reader, items: dict[str, int]
) -> None:
    sent = world.messages()["group:duurzaamheid"]

    assert not reader.get("/messages").has_form(f"/messages/{sent.id}/retry")


def test_an_empty_outbox_says_how_messages_come_about(reader: Reader) -> None:
    assert "Berichten ontstaan vanzelf" in reader.get("/messages").text


def test_filters_without_messages_lead_back(reader: Reader, items: dict[str, int]) -> None:
    assert reader.get("/messages?state=cancelled").link("Toon alle berichten") == "/messages"


def test_with_slack_set_up_nothing_is_said_about_it(sqlite_url: str) -> None:
    world = build_world(sqlite_url, G40FLOW_SLACK_BOT_TOKEN="xoxb-test")
    client = browser_of(world)

    assert "Slack is nog niet gekoppeld" not in Reader(client).get("/messages").text
    world.database.close()
