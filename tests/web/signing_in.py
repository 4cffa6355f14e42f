"""Browsers in which somebody of the network is signed in."""

from collections.abc import Iterator
from contextlib import contextmanager

from fastapi import FastAPI
from playwright.sync_api import Browser

from g40flow.bootstrap import App
from g40flow.storage.access import effective_person
from g40flow.use_cases.access.sign_in import start_session
from g40flow.web.actor import cookie_name
from g40flow.web.portal import build_portal
from tests.browsing import OpenPage, opening, served
from tests.web.reading import PORTAL, TestClient

ANNA = "anna-testerink"
"""Of the PA office: may correct, decide and look after people."""


def session_of(app: App, person: str) -> str:
    """The cookie of a new session of somebody."""
    with app.database.writing() as session:
        found = effective_person(session, app.network, person)
        assert found is not None, person
        return start_session(session, app.access, found, agent="Firefox, Linux", now=app.now())


@contextmanager
def pages_of(app: App, browser: Browser, *, allowed: str = "") -> Iterator[OpenPage]:
    """Opens pages of the portal in a real browser; see tests.browsing.opening."""
    with (
        served(build_portal(app)) as address,
        opening(
            browser, address, lambda person: (cookie_name(app), session_of(app, person)), allowed=allowed
        ) as open_,
    ):
        yield open_


def sign_in(client: TestClient, app: App, person: str) -> None:
    """Let somebody be signed in in a browser."""
    client.cookies.set(cookie_name(app), session_of(app, person))


def browser_of(
    app: App,
    person: str | None = ANNA,
    *,
    origin: bool = True,
    raise_server_exceptions: bool = True,
    portal: FastAPI | None = None,
) -> TestClient:
    """A browser on this machine; it says where a form comes from, as browsers do.

    person: who is signed in; None for nobody. portal: None builds one.
    """
    client = TestClient(
        portal or build_portal(app),
        base_url=PORTAL,
        headers={"Origin": PORTAL} if origin else {},
        follow_redirects=False,
        raise_server_exceptions=raise_server_exceptions,
    )
    if person is not None:
        sign_in(client, app, person)
    return client
