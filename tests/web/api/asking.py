"""Programs that ask the API, each in somebody's name."""

from typing import Any

from g40flow.bootstrap import App
from g40flow.domain.actors import PROGRAM
from g40flow.use_cases.access.tokens import create_token
from g40flow.web.portal import build_portal
from tests.web.reading import PORTAL, TestClient

API = "/api/v1"


def secret_of(app: App, person: str, *, may_write: bool = True) -> str:
    """A new token."""
    with app.database.writing() as session:
        _, secret = create_token(
            session,
            app.network,
            person,
            name="archief",
            may_write=may_write,
            days=30,
            actor=PROGRAM,
            now=app.now(),
        )
    return secret


def program_of(app: App, person: str, *, may_write: bool = True, portal: Any = None) -> TestClient:
    """A program that acts in somebody's name."""
    headers = {"Authorization": f"Bearer {secret_of(app, person, may_write=may_write)}"}
    return TestClient(
        build_portal(app) if portal is None else portal,
        base_url=f"{PORTAL}{API}",
        headers=headers,
        follow_redirects=False,
        raise_server_exceptions=False,
    )
