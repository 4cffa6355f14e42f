"""Coming in by a link, staying in, and going out."""

import re
from datetime import timedelta

import pytest
from sqlmodel import select

from g40flow.domain.errors import ConfigError
from g40flow.storage.access_tables import SignInLink, WebSession
from g40flow.storage.tables import Message
from g40flow.use_cases.access.rules import FAILURES_PER_CLIENT, LINKS_PER_ADDRESS, LINKS_PER_CLIENT
from g40flow.use_cases.access.sign_in import make_link
from g40flow.web.actor import cookie_name, local_path
from g40flow.web.portal import build_portal
from tests.web.reading import Page, Reader, TestClient
from tests.web.signing_in import ANNA, browser_of, session_of, sign_in
from tests.web.world import World, build_world

MAIL = "anna-testerink@example.nl"


@pytest.fixture
def stranger(world: World) -> TestClient:
    """A browser in which nobody is signed in."""
    return browser_of(world, None)


def link_of(world: World, person: str = ANNA) -> str:
    """The path of a new link."""
    with world.database.writing() as session:
        return f"/sign-in/link/{make_link(session, world.access, person, world.now())}"


def asked_for(world: World) -> list[Message]:
    """Messages with links, as they wait for the mail."""
    with world.database.reading() as session:
        return list(session.scalars(select(Message).where(Message.kind == "sign_in_link")))


def is_signed_in(client: TestClient) -> bool:
    """Whether the portal knows who looks."""
    return bool(client.get("/account").status_code == 200)


# --- links --------------------------------------------------------------------------------------


def test_a_link_in_a_mail_signs_in_and_leads_to_the_page_that_was_asked_for(
    world: World, stranger: TestClient
) -> None:
    reader = Reader(stranger)
    asked = stranger.get("/items?q=warmte")
    page = reader.get(asked.headers["location"])

    sent = reader.send(page, "/sign-in/link", email=MAIL.upper())
    (message,) = asked_for(world)
    with world.database.reading() as session:
        mail = world.composer.compose(session, message, world.now())
    assert mail is not None
    found = re.search(r"http://127\.0\.0\.1:8040(/sign-in/link/\S+)", mail.text)
    assert found
    shown = reader.get(found.group(1))
    address, values = shown.form("")
    answer = stranger.post(address, data=values)

    assert "Kijk in uw mail." in sent.text
    assert (message.transport, message.audience) == ("mail", "person:anna-testerink")
    assert mail.private
    assert "Inloggen als Anna Testerink" in shown.text
    assert answer.headers["location"] == "/items?q=warmte"
    assert is_signed_in(stranger)


def test_neither_the_link_nor_the_message_keeps_the_token(world: World, stranger: TestClient) -> None:
    stranger.post("/sign-in/link", data={"email": MAIL})
    (message,) = asked_for(world)
    with world.database.reading() as session:
        mail = world.composer.compose(session, message, world.now())
        kept = repr([vars(session.scalars(select(SignInLink)).one()), vars(message)])

    assert mail is not None
    token = mail.text.split("/sign-in/link/")[1].split()[0]
    assert len(token) == 43
    assert token not in kept


def test_looking_at_a_link_any_number_of_times_uses_nothing(world: World, stranger: TestClient) -> None:
    link = link_of(world)

    for _ in range(5):
        answer = stranger.get(link)
        assert answer.status_code == 200
        assert "set-cookie" not in answer.headers
    assert stranger.head(link).status_code in (200, 405)

    assert stranger.post(link, data={"next": "/"}).status_code == 303
    assert is_signed_in(stranger)


def test_a_link_works_once(world: World, stranger: TestClient) -> None:
    link = link_of(world)
    stranger.post(link, data={"next": "/"})
    other = browser_of(world, None)

    looked, tried = other.get(link), other.post(link, data={"next": "/"})

    assert looked.status_code == tried.status_code == 403
    assert "Deze link is al gebruikt" in tried.text
    assert not is_signed_in(other)


def test_using_one_link_ends_the_others(world: World, stranger: TestClient) -> None:
    first, second = link_of(world), link_of(world)
    stranger.post(second, data={"next": "/"})

    assert browser_of(world, None).post(first, data={"next": "/"}).status_code == 403


def test_a_link_is_over_after_its_time(world: World, stranger: TestClient) -> None:
    link = link_of(world)
    world.moment += world.access.link_life

    answer = stranger.post(link, data={"next": "/"})

    assert answer.status_code == 403
    assert "Deze link is verlopen" in answer.text


def test_a_mail_that_could_not_leave_in_time_is_not_sent_any_more(world: World, stranger: TestClient) -> None:
    stranger.post("/sign-in/link", data={"email": MAIL})
    (message,) = asked_for(world)
    world.moment += world.access.link_life

    with world.database.reading() as session:
        assert world.composer.compose(session, message, world.now()) is None


@pytest.mark.parametrize("address", ["niemand@example.nl", MAIL])
def test_a_known_and_an_unknown_address_get_the_same_answer(stranger: TestClient, address: str) -> None:
    answer = stranger.post("/sign-in/link", data={"email": address, "next": "/items"})

    assert answer.status_code == 303
    assert answer.headers["location"] == "/sign-in?done=sent&next=%2Fitems#melding"
    assert "set-cookie" not in answer.headers


def test_nothing_is_sent_to_an_unknown_address(world: World, stranger: TestClient) -> None:
    stranger.post("/sign-in/link", data={"email": "niemand@example.nl"})

    assert asked_for(world) == []


@pytest.mark.parametrize("address", ["niemand@example.nl", MAIL])
def test_asking_too_often_is_refused_for_known_and_unknown_addresses_alike(
    world: World, stranger: TestClient, address: str
) -> None:
    for _ in range(LINKS_PER_ADDRESS):
        assert stranger.post("/sign-in/link", data={"email": address}).status_code == 303

    refused = stranger.post("/sign-in/link", data={"email": address.upper()})
    world.later(minutes=16)

    assert refused.status_code == 429
    assert refused.headers["retry-after"] == "900"
    assert "kwartier" in refused.text
    assert stranger.post("/sign-in/link", data={"email": address}).status_code == 303


def test_one_client_cannot_ask_for_everybody(stranger: TestClient) -> None:
    codes = [
        stranger.post("/sign-in/link", data={"email": f"p{n}@example.nl"}).status_code
        for n in range(LINKS_PER_CLIENT + 1)
    ]

    assert codes == [303] * LINKS_PER_CLIENT + [429]


def test_what_is_no_address_is_asked_again(stranger: TestClient) -> None:
    answer = stranger.post("/sign-in/link", data={"email": "anna"})

    assert "Dit is geen e-mailadres" in stranger.get(answer.headers["location"]).text


def test_guessing_tokens_is_stopped(world: World, stranger: TestClient) -> None:
    link = link_of(world)
    for number in range(FAILURES_PER_CLIENT):
        assert stranger.get(f"/sign-in/link/{number:043d}").status_code == 403

    assert stranger.get(f"/sign-in/link/{'x' * 43}").status_code == 429
    assert stranger.post(link, data={"next": "/"}).status_code == 429

    world.later(minutes=16)
    assert stranger.post(link, data={"next": "/"}).status_code == 303


# --- sessions -----------------------------------------------------------------------------------


def test_the_cookie_is_out_of_reach_of_scripts_and_other_sites(world: World, stranger: TestClient) -> None:
    answer = stranger.post(link_of(world), data={"next": "/"})

    cookie = answer.headers["set-cookie"].lower()
    assert "httponly" in cookie
    assert "samesite=lax" in cookie
    assert "path=/" in cookie
    assert "domain" not in cookie


def test_over_https_the_cookie_belongs_to_this_host_alone(sqlite_url: str) -> None:
    world = build_world(sqlite_url, G40FLOW_PORTAL_URL="https://portaal.example.nl")
    client = TestClient(
        build_portal(world),
        base_url="https://portaal.example.nl",
        headers={"Origin": "https://portaal.example.nl"},
        follow_redirects=False,
    )

    answer = client.post(link_of(world), data={"next": "/"})

    assert answer.headers["set-cookie"].startswith("__Host-g40flow=")
    assert "; secure" in answer.headers["set-cookie"].lower()
    assert is_signed_in(client)
    world.database.close()


def test_a_session_that_was_slipped_in_is_not_taken_over(world: World, stranger: TestClient) -> None:
    planted = session_of(world, "bram-bedacht")
    stranger.cookies.set(cookie_name(world), planted)

    answer = stranger.post(link_of(world), data={"next": "/"})

    given = answer.headers["set-cookie"].partition("=")[2].partition(";")[0]
    assert given != planted
    attacker = browser_of(world, None)
    attacker.cookies.set(cookie_name(world), planted)
    assert not is_signed_in(attacker)


def test_a_cookie_that_nobody_gave_out_is_nobody(world: World, stranger: TestClient) -> None:
    for made_up in ("", "x", "0" * 43, "é"):
        answer = stranger.get("/account", headers={"Cookie": f"{cookie_name(world)}={made_up}".encode()})
        assert answer.status_code == 303


def test_a_session_that_is_not_used_ends(sqlite_url: str) -> None:
    world = _with_real_lengths(sqlite_url, G40FLOW_SESSION_IDLE_HOURS="2")
    client = browser_of(world)

    world.later(minutes=119)
    assert is_signed_in(client)
    world.later(minutes=119)
    assert is_signed_in(client)
    world.later(minutes=121)

    assert client.get("/items?q=a").headers["location"] == "/sign-in?next=/items%3Fq%3Da"
    world.database.close()


def test_a_session_ends_however_busy_it_is(sqlite_url: str) -> None:
    world = _with_real_lengths(sqlite_url, G40FLOW_SESSION_DAYS="1")
    client = browser_of(world)
    for _ in range(23):
        world.later(hours=1)
        assert is_signed_in(client)

    world.later(hours=1)

    assert not is_signed_in(client)
    world.database.close()


def test_a_session_in_use_costs_a_write_only_now_and_then(world: World, client: TestClient) -> None:
    def seen() -> object:
        with world.database.reading() as session:
            return session.scalars(select(WebSession)).one().last_seen_at

    first = seen()
    world.later(minutes=4)
    client.get("/account")
    assert seen() == first

    world.later(minutes=2)
    client.get("/account")
    assert seen() == world.now()


def test_signing_out_ends_the_session_itself_and_not_only_the_cookie(
    world: World, client: TestClient
) -> None:
    token = client.cookies[cookie_name(world)]
    page = Reader(client).get("/")

    after = Reader(client).send(page, "/sign-out")

    assert "U bent uitgelogd" in after.text
    client.cookies.set(cookie_name(world), token)
    assert not is_signed_in(client)


def test_looking_at_the_address_of_signing_out_signs_nobody_out(client: TestClient) -> None:
    assert client.get("/sign-out").status_code == 405
    assert is_signed_in(client)


def test_signing_out_everywhere_ends_every_session_and_link_but_of_nobody_else(
    world: World, client: TestClient
) -> None:
    phone, colleague, link = browser_of(world), browser_of(world, "bram-bedacht"), link_of(world)
    page = Reader(client).get("/account")
    assert page.text.count("Firefox, Linux") == 2

    Reader(client).send(page, "/account/sign-out-everywhere")

    assert not is_signed_in(client)
    assert not is_signed_in(phone)
    assert browser_of(world, None).post(link, data={"next": "/"}).status_code == 403
    assert is_signed_in(colleague)


def test_a_form_that_is_sent_after_the_session_ended_changes_nothing(
    world: World, client: TestClient, items: dict[str, int]
) -> None:
    page = Reader(client).get(f"/items/{items['nobody']}")
    address, values = page.form("/routing")
    client.cookies.clear()

    answer = client.post(address.partition("#")[0], data={**values, "lead": "europa", "reason": "x"})

    assert answer.headers["location"] == "/sign-in?done=lost"
    assert "Wat u net verstuurde, is niet bewaard" in Reader(client).get(answer.headers["location"]).text
    assert world.corrections() == []


@pytest.mark.parametrize(
    ("came_from", "leads_to"),
    [
        ("http://HOST/items?q=a%26b", "/sign-in?done=lost&next=/items%3Fq%3Da%2526b"),
        ("https://evil.example/items", "/sign-in?done=lost"),
        ("http://HOST//evil.example", "/sign-in?done=lost"),
        ("http://[broken", "/sign-in?done=lost"),
    ],
)
def test_after_a_form_that_came_too_late_one_comes_back_to_the_page_it_stood_on(
    stranger: TestClient, came_from: str, leads_to: str
) -> None:
    host = stranger.base_url.netloc.decode()

    answer = stranger.post(
        "/account/sign-out-everywhere", headers={"referer": came_from.replace("HOST", host)}
    )

    assert answer.headers["location"] == leads_to


# --- where to afterwards ------------------------------------------------------------------------


@pytest.mark.parametrize(
    "given",
    [
        "https://evil.example/",
        "//evil.example/",
        "/\\evil.example",
        "\\\\evil.example",
        "/\t/evil.example",
        "javascript:alert(1)",
        "http:evil.example",
        "evil.example",
        "/items\r\nSet-Cookie: a=b",
        "/sign-in?next=/sign-in",
        "/sign-out",
        "///evil.example",
        "/é",
        "",
        " /items",
        "/" + "x" * 600,
    ],
)
def test_after_signing_in_one_never_leaves_the_portal(world: World, stranger: TestClient, given: str) -> None:
    assert local_path(given) == "/"

    answer = stranger.post(link_of(world), data={"next": given[:500]})

    assert answer.headers["location"] == "/" or given[:500] != given


@pytest.mark.parametrize("given", ["/", "/items", "/items/3?done=routing", "/items?q=a%2F%2Fb&x=http://y"])
def test_a_page_of_ours_is_come_back_to(given: str) -> None:
    assert local_path(given) == given


def test_who_is_signed_in_already_goes_straight_on(client: TestClient) -> None:
    assert client.get("/sign-in?next=/items").headers["location"] == "/items"
    assert client.get("/sign-in?next=//evil.example").headers["location"] == "/"


# --- to practise --------------------------------------------------------------------------------


def test_where_people_practise_one_can_be_anybody(sqlite_url: str) -> None:
    world = build_world(sqlite_url, G40FLOW_CHOOSE_PERSON="1")
    client = browser_of(world, None)
    reader = Reader(client)

    after = reader.send(reader.get("/sign-in"), "/sign-in/choose", person="bram-bedacht")

    assert "Ingelogd als Bram Bedacht" in after.text
    world.database.close()


def test_where_people_work_nobody_can_be_chosen(stranger: TestClient) -> None:
    assert "Oefenen als iemand" not in stranger.get("/sign-in").text
    assert stranger.post("/sign-in/choose", data={"person": ANNA}).status_code == 404
    assert not is_signed_in(stranger)


@pytest.mark.parametrize("url", ["https://portaal.example.nl", "http://10.0.0.5:8040", "http://0.0.0.0:8040"])
def test_a_portal_that_others_can_reach_refuses_to_let_anybody_be_anybody(sqlite_url: str, url: str) -> None:
    world = build_world(sqlite_url, G40FLOW_CHOOSE_PERSON="1", G40FLOW_PORTAL_URL=url)

    with pytest.raises(ConfigError, match="G40FLOW_CHOOSE_PERSON"):
        build_portal(world)
    world.database.close()


def test_the_names_of_people_are_not_on_the_sign_in_page(stranger: TestClient) -> None:
    assert "Testerink" not in Page(stranger.get("/sign-in").text).text


def test_somebody_who_signs_in_again_is_somebody_else(world: World, client: TestClient) -> None:
    sign_in(client, world, "bram-bedacht")

    assert "Bram Bedacht" in client.get("/account").text


def _with_real_lengths(sqlite_url: str, **environment: str) -> World:
    world = build_world(sqlite_url, **environment)
    del world.__dict__["access"]
    assert world.access.session_idle < timedelta(days=100)
    return world
