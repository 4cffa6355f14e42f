"""Calendars and news in the portal: making an address, reading it without signing in, and refusals."""

import logging
import re

import pytest
import vobject
from fastapi import FastAPI

from g40flow.web.portal import build_portal
from tests.web.reading import PORTAL, Reader, TestClient
from tests.web.signing_in import browser_of
from tests.web.world import World, debate

MAKE = {"what": "group:woningmarkt", "kind": "calendar"}


@pytest.fixture
def portal(world: World) -> FastAPI:
    """One portal for people and programs."""
    return build_portal(world)


@pytest.fixture
def reader(world: World, portal: FastAPI) -> Reader:
    """Anna Testerink of the PA office, signed in."""
    return Reader(browser_of(world, portal=portal))


@pytest.fixture
def stranger(world: World, portal: FastAPI) -> TestClient:
    """A program without a session."""
    return browser_of(world, None, origin=False, portal=portal)


def made(reader: Reader, **fields: str) -> str:
    """The path of a new address."""
    page = reader.send(reader.get("/account/feeds"), "/account/feeds", status=200, **{**MAKE, **fields})
    address = str(page.tree.xpath("//input[@id='address']/@value")[0])
    assert address.startswith(f"{PORTAL}/feeds/")
    return address.removeprefix(PORTAL)


def test_an_address_is_shown_once_read_without_a_session_and_listed_with_its_last_use(
    world: World, reader: Reader, stranger: TestClient
) -> None:
    world.publish(debate())
    path = made(reader)

    answer = stranger.get(path)
    assert answer.status_code == 200
    assert answer.headers["content-type"] == "text/calendar; charset=utf-8"
    assert answer.headers["cache-control"] == "private, no-cache"
    assert "set-cookie" not in answer.headers
    assert stranger.head(path).headers["etag"] == answer.headers["etag"]
    events = vobject.readOne(answer.text).vevent_list
    assert "Commissiedebat: Woningbouwopgave" in [event.summary.value for event in events]
    listed = reader.get("/account/feeds")
    assert path not in listed.source
    assert "Agenda: Woningmarkt" in listed.part("adressen")
    assert "laatst gelezen" in listed.part("adressen")


@pytest.mark.parametrize("kind", ["calendar", "news"])
def test_a_program_that_has_it_already_gets_nothing_again_until_something_changes(
    world: World, reader: Reader, stranger: TestClient, kind: str
) -> None:
    path = made(reader, kind=kind)
    mark = stranger.get(path).headers["etag"]

    unchanged = stranger.get(path, headers={"If-None-Match": f'"other", W/{mark}'})
    assert (unchanged.status_code, unchanged.content) == (304, b"")
    assert unchanged.headers["etag"] == mark
    world.publish(debate())
    assert stranger.get(path, headers={"If-None-Match": mark}).status_code == 200


def test_an_address_stands_in_no_log(
    reader: Reader, stranger: TestClient, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    path = made(reader)
    stranger.get(path)
    stranger.get(path.replace(".ics", ".atom"))

    ours = [record.getMessage() for record in caplog.records if not record.name.startswith("httpx")]
    assert not any(path.removesuffix(".ics") in said for said in ours)


def test_a_revoked_address_and_one_that_never_was_are_refused_alike(
    reader: Reader, stranger: TestClient
) -> None:
    path = made(reader)
    reader.send(reader.get("/account/feeds"), "/revoke")

    refused, unknown = stranger.get(path), stranger.get(re.sub(r"feeds/.", "feeds/_", path))
    assert (refused.status_code, refused.text) == (404, "Dit adres werkt niet (meer).\n")
    assert (unknown.status_code, unknown.text) == (refused.status_code, refused.text)
    assert stranger.get(path.replace(".ics", ".atom")).status_code == 404


def test_a_new_address_takes_the_place_of_the_old_one(reader: Reader, stranger: TestClient) -> None:
    old = made(reader, kind="news", what="network")
    page = reader.send(reader.get("/account/feeds"), "/renew", status=200)
    new = str(page.tree.xpath("//input[@id='address']/@value")[0]).removeprefix(PORTAL)

    assert stranger.get(old).status_code == 404
    assert stranger.get(new).headers["content-type"] == "application/atom+xml; charset=utf-8"


def test_who_guesses_addresses_is_stopped_and_an_old_address_is_no_guess(
    reader: Reader, stranger: TestClient
) -> None:
    path = made(reader)
    reader.send(reader.get("/account/feeds"), "/revoke")
    assert {stranger.get(path).status_code for _ in range(25)} == {404}

    codes = [stranger.get(f"/feeds/{'x' * 40}{n}.ics").status_code for n in range(21)]
    assert codes == [404] * 20 + [429]


def test_a_choice_that_cannot_be_is_explained_and_kept(reader: Reader) -> None:
    for fields, said in (
        ({"what": "person", "kind": "news"}, "Kies een daarvan"),
        ({"what": "group:nergens"}, "Kies een themagroep."),
        ({"what": "alles"}, "Kies wat u wilt zien en hoe."),
    ):
        page = reader.send(reader.get("/account/feeds"), "/account/feeds", status=422, **{**MAKE, **fields})

        assert said in page.part("maken")
        assert page.tree.xpath("//select[@id='what']/@aria-describedby") == ["probleem"]


def test_from_the_agenda_of_a_group_its_calendar_is_chosen_already(reader: Reader) -> None:
    agenda = reader.get("/agenda?group=woningmarkt")
    page = reader.get(agenda.link("Zet ze in uw eigen agenda").partition("#")[0])

    assert page.tree.xpath("//select[@id='what']//option[@selected]/@value") == ["group:woningmarkt"]


def test_a_partner_is_offered_only_the_own_calendar(world: World) -> None:
    page = Reader(browser_of(world, "vigo-partnerman")).get("/account/feeds")

    assert page.tree.xpath("//select[@id='what']//option/@value") == ["person"]
    assert page.tree.xpath("//select[@id='kind']//option/@value") == ["calendar"]
