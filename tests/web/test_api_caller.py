"""Programs come in by the token of each request, and by nothing else."""

import pytest
from fastapi import APIRouter, FastAPI, Request
from fastapi.responses import JSONResponse

from g40flow.domain.actors import PROGRAM
from g40flow.domain.errors import NotAllowed, SignInFailed, TooManyAttempts
from g40flow.storage.access import api_tokens
from g40flow.use_cases.access.people import deactivate
from g40flow.use_cases.access.rules import FAILURES_PER_CLIENT
from g40flow.use_cases.access.tokens import create_token
from g40flow.web.actor import cookie_name
from g40flow.web.api_caller import ApiCaller
from tests.web.reading import PORTAL, TestClient
from tests.web.signing_in import ANNA, session_of
from tests.web.world import World


def portal_with_two_routes(world: World) -> FastAPI:
    """Only what is needed to try the caller: a route that reads and one that changes."""
    portal, router = FastAPI(), APIRouter()
    portal.state.app = world

    @router.api_route("/api/who", methods=["GET", "POST"])
    def who(caller: ApiCaller) -> dict[str, str]:
        return {"person": caller.actor.person, "surface": caller.actor.surface}

    def refused(request: Request, error: Exception) -> JSONResponse:
        codes = {SignInFailed: 401, NotAllowed: 403, TooManyAttempts: 429}
        return JSONResponse({}, status_code=codes[type(error)])

    for kind in (SignInFailed, NotAllowed, TooManyAttempts):
        portal.add_exception_handler(kind, refused)
    portal.include_router(router)
    return portal


@pytest.fixture
def program(world: World) -> TestClient:
    return TestClient(portal_with_two_routes(world), base_url=PORTAL)


def bearer(world: World, *, may_write: bool = False, person: str = ANNA) -> dict[str, str]:
    with world.database.writing() as session:
        _, secret = create_token(
            session,
            world.network,
            person,
            name="archief",
            may_write=may_write,
            days=30,
            actor=PROGRAM,
            now=world.now(),
        )
    return {"Authorization": f"Bearer {secret}"}


def test_a_program_acts_in_the_name_of_the_person_of_its_token(world: World, program: TestClient) -> None:
    answer = program.get("/api/who", headers=bearer(world))

    assert answer.json() == {"person": ANNA, "surface": "api"}


def test_a_token_to_read_changes_nothing(world: World, program: TestClient) -> None:
    assert program.post("/api/who", headers=bearer(world)).status_code == 403
    assert program.post("/api/who", headers=bearer(world, may_write=True)).status_code == 200


@pytest.mark.parametrize("header", ["", "Bearer", "Bearer ", "Bearer x", "Basic YTpi", "g40_x"])
def test_without_a_token_that_works_nothing_is_told(program: TestClient, header: str) -> None:
    assert program.get("/api/who", headers={"Authorization": header}).status_code == 401


def test_a_session_of_a_browser_does_not_count(world: World, program: TestClient) -> None:
    program.cookies.set(cookie_name(world), session_of(world, ANNA))

    assert program.get("/api/who").status_code == 401


def test_a_token_is_over_on_its_last_day_and_with_its_person(world: World, program: TestClient) -> None:
    header = bearer(world)
    world.later(days=30)
    assert program.get("/api/who", headers=header).status_code == 401

    other = bearer(world, person="lars-schijn")
    with world.database.writing() as session:
        deactivate(session, world.network, "lars-schijn", actor=PROGRAM, now=world.now())
    assert program.get("/api/who", headers=other).status_code == 401


def test_guessing_tokens_is_stopped_for_a_while(world: World, program: TestClient) -> None:
    good = bearer(world)
    for number in range(FAILURES_PER_CLIENT):
        program.get("/api/who", headers={"Authorization": f"Bearer g40_{number}"})

    assert program.get("/api/who", headers=good).status_code == 429
    world.later(minutes=16)
    assert program.get("/api/who", headers=good).status_code == 200


def test_one_sees_when_a_token_was_last_used(world: World, program: TestClient) -> None:
    header = bearer(world)
    world.later(hours=2)

    program.get("/api/who", headers=header)

    with world.database.reading() as session:
        (token,) = api_tokens(session)
    assert token.last_used_at == world.now()
