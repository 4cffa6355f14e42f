"""How a city answers: with a link from a message and no account, or signed in."""

from datetime import timedelta
from typing import Any

import pytest

from g40flow.domain.actors import Surface
from g40flow.domain.dossier.calls import AnswerKind, Visibility
from g40flow.storage.calls import all_answers_of, invitations_of, visits_of
from g40flow.storage.dossier_tables import CallAnswer
from g40flow.use_cases.access.rules import FAILURES_PER_CLIENT
from g40flow.use_cases.access.sign_in import actor_for
from g40flow.use_cases.calls.manage_call import revoke_invitation
from tests.web.calling import (
    AFTER_CLOSING,
    CLOSES_AT,
    SECRETARY,
    answered,
    call_in,
    coordinator_of,
    dossier_in_call,
    token_for,
)
from tests.web.reading import Reader
from tests.web.signing_in import browser_of
from tests.web.world import World, consultation


@pytest.fixture
def dossier(world: World) -> int:
    """A dossier at the stage of the call."""
    return dossier_in_call(world, world.publish(consultation("Wet regie woningen")))


@pytest.fixture
def stranger(world: World) -> Reader:
    """Somebody without an account."""
    return Reader(browser_of(world, None))


def kept(world: World, call: int, city: str) -> list[CallAnswer]:
    """What a city answered, newest first."""
    with world.database.reading() as session:
        return list(all_answers_of(session, call, city))


def acts(world: World, call: int) -> list[str]:
    """What was done with the links of a call, newest first."""
    with world.database.reading() as session:
        ids = [one.id for one in invitations_of(session, call) if one.id is not None]
        return [visit.act for visit in visits_of(session, ids)]


# --- by link ------------------------------------------------------------------------------------


def test_a_city_answers_without_an_account_and_sees_what_it_sent(
    world: World, dossier: int, stranger: Reader
) -> None:
    call = call_in(world, dossier)
    address = f"/uitvraag/{token_for(world, call, 'delft')}"

    page = stranger.get(address)
    assert "Wat kost de wet uw stad?" in page.text
    assert "Een schatting is genoeg." in page.text
    assert "Uitloggen" not in page.text
    sent = stranger.send(
        page,
        address,
        kind="input",
        answer_q1="Twee miljoen.\r\nPer jaar.",
        example="Wijk Noord",
        publish_example="yes",
    )

    assert "Het antwoord van Delft is ontvangen" in sent.text
    assert "Twee miljoen." in sent.part("verstuurd")
    assert "mag openbaar worden" in sent.part("verstuurd")
    (answer,) = kept(world, call, "delft")
    assert answer.answers == {"q1": "Twee miljoen.\nPer jaar."}
    assert answer.publish_example
    assert acts(world, call) == ["opened", "answered", "opened"]


def test_opening_the_link_many_times_answers_nothing(world: World, dossier: int, stranger: Reader) -> None:
    call = call_in(world, dossier)
    address = f"/uitvraag/{token_for(world, call, 'delft')}"

    for _ in range(5):
        stranger.get(address)
        stranger.get(f"{address}?done=answered")
    assert stranger.client.head(address).status_code in (200, 405)

    assert kept(world, call, "delft") == []


def test_a_draft_is_not_lost_when_something_is_wrong(world: World, dossier: int, stranger: Reader) -> None:
    call = call_in(world, dossier)
    address = f"/uitvraag/{token_for(world, call, 'delft')}"
    page = stranger.get(address)

    again = stranger.send(page, address, status=422, kind="dissent", answer_q1="Mijn lange tekst")

    assert "nog niet verstuurd" in again.text
    assert "schrijf hier wat uw stad vindt" in again.text
    _, values = again.form(address)
    assert values["answer_q1"] == ["Mijn lange tekst"]
    assert values["kind"] == ["dissent"]
    assert kept(world, call, "delft") == []


def test_as_much_as_may_be_written_comes_across_whatever_the_letters(
    world: World, dossier: int, stranger: Reader
) -> None:
    call = call_in(world, dossier)
    address = f"/uitvraag/{token_for(world, call, 'delft')}"
    fields = ("answer_q1", "answer_q2", "remark", "figures")
    long: dict[str, Any] = dict.fromkeys(fields, "€" * 6000)

    stranger.send(stranger.get(address), address, kind="input", **long)
    page = stranger.get(address)
    again = stranger.send(page, address, status=422, kind="input", example="€", **long)

    assert "Kort uw antwoorden in" in again.text
    assert [answer.figures for answer in kept(world, call, "delft")] == ["€" * 6_000]


@pytest.mark.parametrize("kind", ["", "niets", "INPUT"])
def test_an_answer_that_does_not_exist_is_asked_again(
    world: World, dossier: int, stranger: Reader, kind: str
) -> None:
    call = call_in(world, dossier)
    address = f"/uitvraag/{token_for(world, call, 'delft')}"

    again = stranger.send(stranger.get(address), address, status=422, kind=kind, remark="x")

    assert "kies een van de vier antwoorden" in again.text


def test_an_answer_can_be_replaced(world: World, dossier: int, stranger: Reader) -> None:
    call = call_in(world, dossier)
    address = f"/uitvraag/{token_for(world, call, 'delft')}"
    page = stranger.send(stranger.get(address), address, kind="support")

    stranger.send(page, address, kind="dissent", remark="Toch niet.", mention_dissent="yes")

    assert [(a.kind, a.mention_dissent) for a in kept(world, call, "delft")] == [
        ("dissent", True),
        ("support", False),
    ]


def test_a_colleague_who_answered_meanwhile_is_shown_before_anything_is_replaced(
    world: World, dossier: int, stranger: Reader
) -> None:
    call = call_in(world, dossier)
    address = f"/uitvraag/{token_for(world, call, 'delft')}"
    page = stranger.get(address)
    answered(world, call, "delft")

    again = stranger.send(page, address, status=409, kind="support", remark="Mijn tekst")
    assert "een collega van uw stad heeft intussen geantwoord" in again.text
    assert "In delft kost het veel." in again.part("verstuurd")
    assert again.form(address)[1]["remark"] == ["Mijn tekst"]
    stranger.send(again, address)

    assert [a.kind for a in kept(world, call, "delft")] == ["support", "input"]


def test_a_late_answer_is_refused_kindly_with_whom_to_ask(
    world: World, dossier: int, stranger: Reader
) -> None:
    call = call_in(world, dossier)
    address = f"/uitvraag/{token_for(world, call, 'delft')}"
    page = stranger.get(address)
    world.moment = AFTER_CLOSING

    late = stranger.send(page, address, status=409, kind="input", answer_q1="Net te laat")

    assert "Uw antwoord is niet verstuurd" in late.text
    assert "jasmijn-de-voorbeeld@example.nl" in late.text
    assert "Net te laat" in late.source
    assert "heeft niet geantwoord" in stranger.get(address).text
    assert kept(world, call, "delft") == []


def test_every_link_that_opens_nothing_gives_the_same_page(
    world: World, dossier: int, stranger: Reader
) -> None:
    call = call_in(world, dossier)
    revoked, expired = token_for(world, call, "almere"), token_for(world, call, "delft")
    with world.database.writing() as session:
        link = next(one for one in invitations_of(session, call) if one.city == "almere")
        actor = actor_for(session, world.network, SECRETARY, surface=Surface.PORTAL, now=world.now())
        revoke_invitation(session, call, link.id or 0, actor=actor, now=world.now())
    world.moment = CLOSES_AT + timedelta(days=4)

    pages = [stranger.get(f"/uitvraag/{token}", status=404) for token in (revoked, expired, "x" * 43, "a.b")]

    assert len({page.source for page in pages}) == 1
    assert "Deze link werkt niet" in pages[0].text
    assert "Wet regie" not in pages[0].text
    assert acts(world, call) == ["refused", "refused"]
    answer = stranger.client.post(f"/uitvraag/{revoked}", data={"kind": "support"})
    assert answer.status_code == 404


def test_who_guesses_links_must_wait(world: World, dossier: int, stranger: Reader) -> None:
    call = call_in(world, dossier)
    for number in range(FAILURES_PER_CLIENT):
        stranger.get(f"/uitvraag/{number:043}", status=404)

    answer = stranger.client.get(f"/uitvraag/{token_for(world, call, 'delft')}")

    assert answer.status_code == 429
    assert int(answer.headers["retry-after"]) > 0
    world.later(hours=1)
    stranger.get(f"/uitvraag/{token_for(world, call, 'delft')}")


def test_an_old_link_is_no_guess_however_often_it_is_opened(
    world: World, dossier: int, stranger: Reader
) -> None:
    token = token_for(world, call_in(world, dossier), "delft")
    world.moment = CLOSES_AT + timedelta(days=4)

    for _ in range(FAILURES_PER_CLIENT + 1):
        stranger.get(f"/uitvraag/{token}", status=404)


def test_a_form_of_another_site_answers_nothing(world: World, dossier: int) -> None:
    call = call_in(world, dossier)
    client = browser_of(world, None)

    answer = client.post(
        f"/uitvraag/{token_for(world, call, 'delft')}",
        data={"kind": "support"},
        headers={"Origin": "https://kwaad.example"},
    )

    assert answer.status_code == 403
    assert kept(world, call, "delft") == []


@pytest.mark.parametrize(("visibility", "is_shown"), [("group", True), ("private", False)])
def test_answers_of_others_are_shown_if_cities_see_each_other_and_do_no_harm(
    world: World, dossier: int, stranger: Reader, visibility: str, is_shown: bool
) -> None:
    call = call_in(world, dossier, visibility=Visibility(visibility))
    answered(world, call, "almere")

    page = stranger.get(f"/uitvraag/{token_for(world, call, 'delft')}")

    assert ("In almere kost het veel." in page.text) is is_shown
    assert "<script" not in page.source


# --- signed in ----------------------------------------------------------------------------------


def test_a_coordinator_finds_what_waits_and_answers_signed_in(world: World, dossier: int) -> None:
    call = call_in(world, dossier)
    delft = Reader(browser_of(world, coordinator_of(world, call, "delft")))

    mine = delft.get("/calls")
    page = delft.get(mine.link("Wat kost de wet uw stad?"))
    sent = delft.send(page, f"/calls/{call}/delft", kind="support")

    assert "Wat kost de wet uw stad?" in mine.part("wacht")
    assert "Het antwoord van Delft is ontvangen" in sent.text
    assert "Wat kost de wet uw stad?" in delft.get("/calls").part("beantwoord")
    (answer,) = kept(world, call, "delft")
    assert (answer.kind, answer.surface) == (AnswerKind.SUPPORT, "portal")
    world.moment = AFTER_CLOSING
    assert "Er wacht niets op u." in delft.get("/calls").text
    assert "Wat kost de wet uw stad?" in delft.get("/calls").part("gesloten")


def test_a_coordinator_does_not_answer_for_another_city(world: World, dossier: int) -> None:
    call = call_in(world, dossier)
    client = browser_of(world, coordinator_of(world, call, "delft"))

    assert client.get(f"/calls/{call}/zwolle").status_code == 403
    assert client.post(f"/calls/{call}/zwolle", data={"kind": "support"}).status_code == 403
    assert client.get(f"/calls/{call}/rotterdam").status_code == 404
    assert client.get("/calls/999/delft").status_code == 404
    assert kept(world, call, "zwolle") == []


def test_a_signed_in_draft_is_not_lost_either(world: World, dossier: int) -> None:
    call = call_in(world, dossier)
    delft = Reader(browser_of(world, coordinator_of(world, call, "delft")))
    address = f"/calls/{call}/delft"
    page = delft.get(address)
    world.moment = AFTER_CLOSING

    late = delft.send(page, address, status=409, kind="input", figures="12 gezinnen")

    assert late.form(address)[1]["figures"] == ["12 gezinnen"]


def test_somebody_without_a_city_has_no_calls(reader: Reader) -> None:
    assert "Er wacht niets op u." in reader.get("/calls").text
