"""The pages on which people choose how they hear things, and the one behind the link in a mail."""

from datetime import time
from typing import Any

import pytest

from g40flow.domain.preferences import Explanations, Pace, QuietHours, Topic
from g40flow.storage.history import NETWORK, latest_of
from g40flow.storage.messages import write_message
from g40flow.storage.preferences import absences_of, preferences_of
from g40flow.use_cases.access.rules import FAILURES_PER_CLIENT
from tests.web.reading import Page, Reader, TestClient
from tests.web.signing_in import ANNA, browser_of
from tests.web.world import World, consultation

LARS = "lars-schijn"
OWN = "/voorkeuren"


def chosen(world: World, person: str = ANNA) -> object:
    with world.database.reading() as session:
        return preferences_of(session, person, world.now())


def test_a_choice_is_kept_and_shown_again(world: World, reader: Reader) -> None:
    values: dict[str, Any] = {
        "pace.dossier": "weekly",
        "quiet_from": "18:00",
        "quiet_until": "8.30",
        "quiet_day": ["4"],
        "explanations": "short",
    }

    after = reader.send(reader.get(OWN), OWN, **values)

    assert "Bewaard" in after.text
    assert after.tree.xpath("//input[@name='pace.dossier'][@checked]/@value") == ["weekly"]
    assert after.tree.xpath("//input[@name='quiet_from']/@value") == ["18:00"]
    with world.database.reading() as session:
        kept = preferences_of(session, ANNA, world.now())
    assert kept.pace(Topic.DOSSIER) is Pace.WEEKLY
    assert kept.quiet == QuietHours(from_clock=time(18), until_clock=time(8, 30), weekdays=frozenset({4}))
    assert kept.explanations is Explanations.SHORT


def test_a_choice_for_one_group_is_offered_to_who_has_that_group(world: World) -> None:
    jasmijn = Reader(browser_of(world, "jasmijn-de-voorbeeld"))

    values: dict[str, Any] = {"pace.dossier.woningmarkt": "daily"}

    after = jasmijn.send(jasmijn.get(OWN), OWN, **values)

    field = "//select[@name='pace.dossier.woningmarkt']"
    assert after.tree.xpath(f"{field}/option[@selected]/@value") == ["daily"]
    with world.database.reading() as session:
        wanted = preferences_of(session, "jasmijn-de-voorbeeld", world.now())
    assert wanted.pace(Topic.DOSSIER, "woningmarkt") is Pace.DAILY
    assert wanted.pace(Topic.DOSSIER) is Pace.AT_ONCE


def test_what_always_arrives_has_no_field_and_the_page_says_why(reader: Reader) -> None:
    page = reader.get(OWN)

    assert page.tree.xpath("//*[@name='pace.decision']") == []
    assert "Deze berichten kunnen niet uit" in page.text
    assert "Besluiten die u worden gevraagd" in page.text


@pytest.mark.parametrize(
    ("values", "words"),
    [
        ({"quiet_from": "25:00", "quiet_until": "8:00"}, "dit is geen tijd"),
        ({"quiet_from": "18:00", "quiet_until": ""}, "vul beide tijden in"),
        ({"quiet_from": "8:00", "quiet_until": "8:00"}, "twee verschillende tijden"),
        ({"quiet_day": [str(day) for day in range(7)]}, "ten minste één dag"),
        ({"pace.decision": "off"}, "deze keuze is er niet"),
    ],
)
def test_a_mistake_is_explained_and_changes_nothing(
    world: World, reader: Reader, values: dict[str, Any], words: str
) -> None:
    before = chosen(world)

    page = reader.send(reader.get(OWN), OWN, status=422, **{"pace.result": "off", **values})

    assert words in page.text
    assert page.tree.xpath("//input[@name='pace.result'][@checked]/@value") == ["off"]
    assert chosen(world) == before


def test_an_absence_is_noted_shown_and_taken_back(world: World, reader: Reader) -> None:
    page = reader.send(
        reader.get(OWN), "/afwezig", from_on="2026-11-23", until_on="2026-11-27", deputy="bram-bedacht"
    )
    assert "Nu afwezig" in page.part("afwezig")
    assert "Vervanger: Bram Bedacht, voor 0 rollen" in page.part("afwezig")

    after = reader.send(page, "/terug")

    assert "Nu afwezig" not in after.text
    with world.database.reading() as session:
        assert absences_of(session, ANNA, world.now()) == []


def test_an_absence_with_a_mistake_keeps_what_was_filled_in(reader: Reader) -> None:
    values = {"from_on": "2026-12-04", "until_on": "2026-12-01", "deputy": "bram-bedacht"}
    page = reader.send(reader.get(OWN), "/afwezig", status=422, **values)

    assert "de laatste dag ligt voor de eerste" in page.part("afwezig")
    assert page.tree.xpath("//select[@name='deputy']/option[@selected]/@value") == ["bram-bedacht"]


def test_the_secretariat_chooses_for_somebody_and_the_history_says_so(world: World, reader: Reader) -> None:
    page = reader.get(reader.get(f"/admin/people/{LARS}").link("Voorkeuren van Lars Schijn"))

    off: dict[str, Any] = {"pace.digest": "off"}
    after = reader.send(page, "/voorkeuren", **off)

    assert "U kiest voor Lars Schijn" in after.text
    with world.database.reading() as session:
        [last] = latest_of(session, NETWORK, 1)
    assert (last.person, last.action, last.facts["person"]) == (ANNA, "change_preferences", LARS)


def test_who_wants_plain_words_reads_one_sentence_and_unfolds_the_rest(world: World, reader: Reader) -> None:
    number = world.publish(consultation("Woningen voor ouderen"))
    before = reader.get(f"/items/{number}").part("routering")

    reader.send(reader.get(OWN), OWN, explanations="short")
    after = reader.get(f"/items/{number}").part("routering")

    assert "kans 87" in before
    assert "Dit past bij het werk van Woningmarkt." in after
    assert "kans" not in after


# --- behind the link in a mail ------------------------------------------------------------------


@pytest.fixture
def stranger(world: World) -> TestClient:
    """A mail program: no session, and it says nothing of where it comes from."""
    return browser_of(world, None, origin=False)


@pytest.fixture
def address(world: World) -> str:
    """The link in a mail to Anna about a dossier."""
    with world.database.writing() as session:
        message = write_message(
            session, "note:1", audience=f"person:{ANNA}", kind="dossier_note", now=world.now()
        )
    return f"/afmelden/{world.unsubscribing.token_of(message)}"


def is_off(world: World) -> bool:
    with world.database.reading() as session:
        return preferences_of(session, ANNA, world.now()).pace(Topic.DOSSIER) is Pace.OFF


def test_a_scanner_that_opens_the_link_changes_nothing(
    world: World, stranger: TestClient, address: str
) -> None:
    answers = [stranger.get(address).status_code, stranger.head(address).status_code]

    assert answers[0] == 200
    assert not is_off(world)


def test_one_click_of_a_mail_program_switches_off_and_the_page_takes_it_back(
    world: World, stranger: TestClient, address: str
) -> None:
    answer = stranger.post(address, data={"List-Unsubscribe": "One-Click"})
    assert answer.status_code == 200
    assert "U bent afgemeld" in Page(answer.text).text
    switched_off = is_off(world)

    undone = stranger.post(f"{address}/terug", data={})

    assert switched_off
    assert "U krijgt deze berichten weer" in Page(undone.text).text
    assert not is_off(world)


def test_a_wrong_link_says_nothing_of_people_and_guessing_ends(
    world: World, stranger: TestClient, address: str
) -> None:
    wrong = [stranger.get(f"{address[:-1]}"), stranger.post("/afmelden/12.abc", data={})]
    for _ in range(FAILURES_PER_CLIENT):
        last = stranger.get("/afmelden/niets")

    assert [answer.status_code for answer in wrong] == [404, 404]
    assert wrong[0].text == wrong[1].text
    assert last.status_code == 429
    assert "Anna" not in wrong[0].text
