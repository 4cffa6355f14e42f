"""Signing in with Slack, against the strict stand-in over real HTTP."""

import json
from base64 import urlsafe_b64decode, urlsafe_b64encode
from collections.abc import Iterator
from typing import Any
from urllib.parse import parse_qs, urlsplit

import httpx
import jwt
import pytest
from cryptography.hazmat.primitives.asymmetric.rsa import generate_private_key

from g40flow.domain.errors import ConfigError, SignInFailed
from g40flow.notify.slack_openid import Attempt, SlackOpenId
from g40flow.sandbox.clock import SandboxClock
from g40flow.sandbox.slack.server import SlackServer
from g40flow.sandbox.slack.workspace import Workspace
from g40flow.storage.access import effective_person
from g40flow.storage.access_tables import SlackLink
from g40flow.web.portal import build_portal
from tests.conftest import MONDAY
from tests.web.reading import TestClient
from tests.web.signing_in import browser_of
from tests.web.test_sign_in import is_signed_in
from tests.web.world import World, build_world

WORKSPACE = """
team: {id: T0G40, name: G40, domain: g40}
apps:
  - {id: A0G40FLOW, name: g40flow, client_id: "1.2", client_secret: sandbox-client-secret,
     redirect_urls: [http://127.0.0.1:8040/sign-in/slack/callback]}
users:
  - {id: U0ANNA, name: anna, real_name: Anna Testerink, email: anna-testerink@example.nl}
  - {id: U0BRAM, name: bram, real_name: Bram Bedacht, email: bram-bedacht@example.nl}
  - {id: U0GAST, name: gast, real_name: Gast, email: gast@example.nl}
  - {id: U0KAAL, name: kaal, real_name: Zonder Mail}
"""


@pytest.fixture
def slack() -> Iterator[SlackServer]:
    with SlackServer(Workspace.from_text(WORKSPACE), SandboxClock(MONDAY)) as server:
        yield server


@pytest.fixture
def world(sqlite_url: str, slack: SlackServer) -> Iterator[World]:
    built = build_world(
        sqlite_url,
        G40FLOW_SLACK_BASE_URL=slack.api_url,
        G40FLOW_SLACK_CLIENT_ID="1.2",
        G40FLOW_SLACK_CLIENT_SECRET="sandbox-client-secret",
        G40FLOW_SLACK_TEAM_ID="T0G40",
    )
    yield built
    built.database.close()


@pytest.fixture
def browser(world: World) -> TestClient:
    """A browser in which nobody is signed in."""
    return browser_of(world, None)


def agreed(browser: TestClient, user: str, back: str = "/") -> str:
    """The address that Slack sends a person to who agrees."""
    to_slack = browser.get("/sign-in/slack", params={"next": back})
    assert to_slack.status_code == 303
    answer = httpx.get(f"{to_slack.headers['location']}&user={user}", trust_env=False)
    assert answer.status_code == 302, answer.text
    return str(answer.headers["location"]).removeprefix("http://127.0.0.1:8040")


def problem_of(answer: Any) -> str:
    """The code of what went wrong, as the sign-in page is told."""
    assert answer.status_code == 303
    return str(parse_qs(urlsplit(answer.headers["location"]).query)["problem"][0])


def test_who_agrees_at_slack_is_signed_in_and_comes_back_where_he_was(
    world: World, browser: TestClient
) -> None:
    assert "Inloggen met Slack" in browser.get("/sign-in").text

    answer = browser.get(agreed(browser, "anna", "/items?q=warmte"))

    assert answer.headers["location"] == "/items?q=warmte"
    assert "Anna Testerink" in browser.get("/account").text
    with world.database.reading() as session:
        assert session.get_one(SlackLink, "anna-testerink").slack_user == "U0ANNA"
        person = effective_person(session, world.network, "anna-testerink")
        assert person is not None
        assert person.slack_user == "U0ANNA"


def test_the_question_to_slack_has_state_nonce_pkce_and_the_workspace(browser: TestClient) -> None:
    queries = [parse_qs(urlsplit(browser.get("/sign-in/slack").headers["location"]).query) for _ in range(2)]

    assert queries[0]["team"] == ["T0G40"]
    assert queries[0]["scope"] == ["openid email profile"]
    assert queries[0]["code_challenge_method"] == ["S256"]
    for name in ("state", "nonce", "code_challenge"):
        assert len(queries[0][name][0]) >= 43
        assert queries[0][name] != queries[1][name]


def test_the_second_time_the_slack_user_counts_and_not_the_address(
    world: World, slack: SlackServer, browser: TestClient
) -> None:
    browser.get(agreed(browser, "anna"))
    slack.do("users/change", user="anna", email="anna@nieuw.example.nl")
    again = browser_of(world, None)

    again.get(agreed(again, "anna"))

    assert "Anna Testerink" in again.get("/account").text


def test_an_address_that_was_given_to_a_newcomer_does_not_open_the_account_of_who_left(
    world: World, slack: SlackServer, browser: TestClient
) -> None:
    browser.get(agreed(browser, "anna"))
    slack.do("users/change", user="anna", email="anna@oud.example.nl")
    slack.do("users/change", user="gast", email="anna-testerink@example.nl")
    newcomer = browser_of(world, None)

    answer = newcomer.get(agreed(newcomer, "gast"))

    assert problem_of(answer) == "slack_other"
    assert not is_signed_in(newcomer)


def test_a_slug_that_the_configuration_renamed_does_not_keep_its_person_out(
    world: World, browser: TestClient
) -> None:
    with world.database.writing() as session:
        session.add(SlackLink(person="anna-vroeger", slack_user="U0ANNA", linked_at=world.now()))

    answer = browser.get(agreed(browser, "anna"))

    assert answer.headers["location"] == "/"
    assert "Anna Testerink" in browser.get("/account").text


@pytest.mark.parametrize(("user", "problem"), [("gast", "nobody"), ("kaal", "slack_email")])
def test_who_is_not_of_the_network_stays_outside(browser: TestClient, user: str, problem: str) -> None:
    answer = browser.get(agreed(browser, user))

    assert problem_of(answer) == problem
    assert "Inloggen met Slack lukte niet" in browser.get(answer.headers["location"]).text
    assert not is_signed_in(browser)


def test_who_refuses_at_slack_is_told_what_else_can_be_done(browser: TestClient) -> None:
    state = parse_qs(urlsplit(browser.get("/sign-in/slack").headers["location"]).query)["state"][0]

    answer = browser.get(f"/sign-in/slack/callback?error=access_denied&state={state}")

    assert problem_of(answer) == "slack_refused"


@pytest.mark.parametrize("change", [("state=", "state=x"), ("state=", "other="), ("code=", "code=x")])
def test_a_tampered_way_back_signs_nobody_in(browser: TestClient, change: tuple[str, str]) -> None:
    answer = browser.get(agreed(browser, "anna").replace(*change))

    assert problem_of(answer) in ("slack_answer", "slack_unreachable")
    assert not is_signed_in(browser)


def test_a_way_back_works_only_in_the_browser_that_went_and_only_once(
    world: World, browser: TestClient
) -> None:
    way_back = agreed(browser, "anna")
    other = browser_of(world, None)
    agreed(other, "bram")

    assert problem_of(other.get(way_back)) == "slack_answer"
    assert browser.get(way_back).headers["location"] == "/"
    assert problem_of(browser.get(way_back)) == "slack_answer"


def test_a_cookie_of_an_attempt_that_was_changed_or_is_too_old_counts_for_nothing(
    world: World, browser: TestClient
) -> None:
    way_back = agreed(browser, "anna")
    sealed = browser.cookies["g40flow-slack"]
    content, _, mark = sealed.partition(".")
    values = json.loads(urlsafe_b64decode(content))
    values[0]["back"] = "/messages"
    forged = f"{urlsafe_b64encode(json.dumps(values).encode()).decode()}.{mark}"

    for cookie in (forged, "", "x.y", sealed[:-1]):
        stranger = browser_of(world, None)
        stranger.cookies.set("g40flow-slack", cookie)
        assert problem_of(stranger.get(way_back)) == "slack_answer"
    world.later(minutes=11)
    assert problem_of(browser.get(way_back)) == "slack_answer"


def test_slack_that_is_away_is_told_and_mail_still_works(sqlite_url: str) -> None:
    world = build_world(
        sqlite_url,
        G40FLOW_SLACK_BASE_URL="http://127.0.0.1:9/api/",
        G40FLOW_SLACK_CLIENT_ID="1.2",
        G40FLOW_SLACK_CLIENT_SECRET="s",
        G40FLOW_SLACK_TEAM_ID="T0G40",
    )
    browser = browser_of(world, None)

    answer = browser.get("/sign-in/slack?next=/items")

    assert problem_of(answer) == "slack_unreachable"
    assert "Stuur mij een link" in browser.get(answer.headers["location"]).text
    world.database.close()


def test_without_slack_there_is_no_such_way_in(sqlite_url: str) -> None:
    world = build_world(sqlite_url)
    browser = browser_of(world, None)

    assert "Inloggen met Slack" not in browser.get("/sign-in").text
    assert browser.get("/sign-in/slack").status_code == 404
    world.database.close()


def test_half_a_set_up_stops_the_start(sqlite_url: str) -> None:
    world = build_world(sqlite_url, G40FLOW_SLACK_CLIENT_ID="1.2")

    with pytest.raises(ConfigError, match="G40FLOW_SLACK_TEAM_ID"):
        build_portal(world)
    world.database.close()


# --- the token ----------------------------------------------------------------------------------

ATTEMPT = Attempt(state="s", nonce="the-nonce", verifier="v" * 43)
KEY = generate_private_key(public_exponent=65537, key_size=2048)
CLAIMS: dict[str, Any] = {
    "iss": "https://slack.com",
    "sub": "U0ANNA",
    "aud": "1.2",
    "iat": int(MONDAY.timestamp()),
    "exp": int(MONDAY.timestamp()) + 300,
    "nonce": "the-nonce",
    "https://slack.com/user_id": "U0ANNA",
    "https://slack.com/team_id": "T0G40",
    "email": "anna-testerink@example.nl",
    "email_verified": True,
}


def openid(key: Any = KEY) -> SlackOpenId:
    """The client, which has Slack's addresses and this key already."""
    public = json.loads(jwt.algorithms.RSAAlgorithm.to_jwk(key.public_key()))
    client = SlackOpenId(
        client_id="1.2",
        client_secret="s",
        team_id="T0G40",
        redirect_uri="http://127.0.0.1:8040/sign-in/slack/callback",
        base_url="http://127.0.0.1:9",
        clock=lambda: MONDAY.timestamp() + 5,
    )
    keys = {"keys": [{**public, "kid": "k", "use": "sig", "alg": "RS256"}]}
    client.remember(
        "http://127.0.0.1:9/.well-known/openid-configuration", {"jwks_uri": "http://127.0.0.1:9/k"}
    )
    client.remember("http://127.0.0.1:9/k", keys)
    return client


def signed(claims: dict[str, Any], key: Any = KEY, algorithm: str = "RS256") -> str:
    return jwt.encode(claims, key, algorithm=algorithm, headers={"kid": "k"})


def test_a_good_token_says_who_it_is() -> None:
    identity = openid().read(signed(CLAIMS), ATTEMPT)

    assert (identity.user_id, identity.email_verified) == ("U0ANNA", True)


@pytest.mark.parametrize(
    "changed",
    [
        {"iss": "https://evil.example"},
        {"aud": "another-app"},
        {"exp": int(MONDAY.timestamp()) - 300},
        {"nonce": "another"},
        {"nonce": None},
        {"https://slack.com/team_id": "T0OTHER"},
        {"https://slack.com/team_id": None},
        {"https://slack.com/user_id": ""},
        {"iat": int(MONDAY.timestamp()) + 3600},
    ],
)
def test_a_token_that_is_not_for_us_now_is_refused(changed: dict[str, Any]) -> None:
    claims = {name: value for name, value in {**CLAIMS, **changed}.items() if value is not None}

    with pytest.raises(SignInFailed):
        openid().read(signed(claims), ATTEMPT)


def test_a_token_of_another_key_is_refused() -> None:
    forger = generate_private_key(public_exponent=65537, key_size=2048)

    with pytest.raises(SignInFailed):
        openid().read(signed(CLAIMS, forger), ATTEMPT)


@pytest.mark.parametrize("algorithm", ["none", "HS256"])
def test_a_token_with_a_weaker_signature_is_refused(algorithm: str) -> None:
    key = None if algorithm == "none" else "x" * 40

    with pytest.raises(SignInFailed):
        openid().read(signed(CLAIMS, key, algorithm), ATTEMPT)


@pytest.mark.parametrize(
    "token",
    ["", "x", "a.b.c", signed(CLAIMS)[:-4], "é.é.é"],
    ids=["nothing", "a word", "three words", "cut off", "no ASCII"],  # of one that is signed no two are equal
)
def test_what_is_no_token_is_refused(token: str) -> None:
    with pytest.raises(SignInFailed):
        openid().read(token, ATTEMPT)


def test_an_address_counts_only_when_slack_verified_it() -> None:
    for value in (False, "true", 1, None):
        assert not openid().read(signed({**CLAIMS, "email_verified": value}), ATTEMPT).email_verified
