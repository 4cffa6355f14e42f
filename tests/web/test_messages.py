from g40flow.domain.reach import MailState
from g40flow.storage.mail_states import note_refusal
from g40flow.storage.messages import note_delivery
from g40flow.storage.tables import Message, MessageState
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


FEMKE = "femke-schijn"


def refuse_mail_to_femke(world: World) -> None:
    with world.database.writing() as session:
        note_refusal(
            session, f"{FEMKE}@example.nl", FEMKE, MailState.HARD, "550 5.1.1 <b>weg</b>", world.moment
        )


def test_somebody_whose_mail_is_refused_is_named_and_allowed_again(
    world: World, reader: Reader, items: dict[str, int]
) -> None:
    refuse_mail_to_femke(world)
    page = reader.get("/messages")

    after = reader.send(page, f"/messages/mail/{FEMKE}/allow")

    assert "Mail aan Femke Schijn wordt geweigerd" in page.text
    assert "550 5.1.1 <b>weg</b>" in page.text
    assert "Mail aan Femke Schijn mag weer." in after.text
    assert "wordt geweigerd" not in after.text


def test_mail_that_is_refused_for_now_needs_nobody(world: World, reader: Reader) -> None:
    with world.database.writing() as session:
        note_refusal(session, f"{FEMKE}@example.nl", FEMKE, MailState.SOFT, "452 vol", world.moment)

    assert "wordt geweigerd" not in reader.get("/messages").text


def test_by_which_channel_somebody_was_told_is_shown_with_why(
    world: World, reader: Reader, items: dict[str, int]
) -> None:
    with world.database.writing() as session:
        message = session.get_one(Message, world.messages()[f"person:{FEMKE}"].id)
        message.transport = "mail"
        note_delivery(session, message, "route", world.moment, text="not_found")

    text = reader.get(f"/messages?audience=person:{FEMKE}").text

    assert "Persoon: Femke Schijn per e-mail" in text
    assert "andere weg (e-mail): niet gevonden in Slack" in text
