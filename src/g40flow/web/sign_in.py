"""Coming in and going out: by a link in an e-mail, with Slack, or by choosing a person to practise."""

import logging
from collections.abc import Callable
from typing import Annotated, Any

from fastapi import APIRouter, BackgroundTasks, Form, Path, Query, Request
from fastapi.responses import RedirectResponse, Response
from sqlmodel import Session

from g40flow.bootstrap import App
from g40flow.domain.errors import NotFound, SignInFailed
from g40flow.domain.network import Person
from g40flow.domain.outside_text import one_line
from g40flow.storage.access import effective_people, effective_person
from g40flow.use_cases.access.rules import admit_link_request, count_failure, require_patience
from g40flow.use_cases.access.sign_in import (
    end_session,
    person_of_link,
    request_link,
    start_session,
    use_link,
)
from g40flow.web.actor import (
    CurrentVisitor,
    client_of,
    cookie_name,
    is_https,
    local_path,
    session_token,
)
from g40flow.web.agents import kind_of_browser
from g40flow.web.forms import see_other
from g40flow.web.links import address_with
from g40flow.web.wiring import CurrentApp, CurrentPages

log = logging.getLogger(__name__)
router = APIRouter()

LONGEST_ADDRESS = 200

Token = Annotated[str, Path(min_length=20, max_length=100, pattern=r"^[A-Za-z0-9_-]+$")]
Next = Annotated[str, Query(alias="next", max_length=500)]
NextField = Annotated[str, Form(alias="next", max_length=500)]
Word = Annotated[str, Query(max_length=30)]


@router.get("/sign-in")
def sign_in(
    app: CurrentApp,
    pages: CurrentPages,
    found: CurrentVisitor,
    back: Next = "/",
    done: Word = "",
    problem: Word = "",
) -> Response:
    """The ways in. done: "sent" or "out"; problem: a code of SignInFailed, "address" or "ended"."""
    if found.actor is not None and not done and not problem:
        return see_other(local_path(back))
    return pages.show(
        "sign_in.html",
        back=local_path(back),
        done=done,
        problem=problem,
        with_slack=app.slack_openid is not None,
        people=_choices(app),
        link_minutes=int(app.access.link_life.total_seconds() // 60),
    )


@router.post("/sign-in/link")
def post_link_request(
    request: Request,
    app: CurrentApp,
    later: BackgroundTasks,
    email: Annotated[str, Form(max_length=LONGEST_ADDRESS)] = "",
    back: NextField = "/",
) -> Response:
    """Ask for a link by e-mail. The answer is the same for an address that nobody has."""
    address = one_line(email)
    if "@" not in address:
        return see_other(address_with("/sign-in", {"problem": "address", "next": _kept(back)}))
    with app.database.writing() as session:
        admitted = admit_link_request(session, address, client_of(request), app.now())
    admitted.require()
    later.add_task(_send_link, app, address, local_path(back))
    return see_other(address_with("/sign-in", {"done": "sent", "next": _kept(back)}) + "#melding")


def _send_link(app: App, email: str, back: str) -> None:
    """After the answer has gone, so that the time it took says nothing."""
    with app.database.writing() as session:
        request_link(session, app.access, email, back=back, now=app.now())


@router.get("/sign-in/link/{token}")
def link_page(
    token: Token, request: Request, app: CurrentApp, pages: CurrentPages, back: Next = "/"
) -> Response:
    """The page behind a link: it only asks. Programs that look through mail open it, and nothing happens."""

    def look(session: Session) -> Person:
        return person_of_link(session, app.access, token, app.now())

    try:
        person = _try(app, request, look)
    except SignInFailed as failed:
        return pages.show("sign_in_failed.html", status=403, problem=failed.code)
    return pages.show("sign_in_link.html", person=person, token=token, back=local_path(back))


@router.post("/sign-in/link/{token}")
def post_link(
    token: Token, request: Request, app: CurrentApp, pages: CurrentPages, back: NextField = "/"
) -> Response:
    """Sign in with a link."""

    def use(session: Session) -> str:
        return use_link(
            session,
            app.access,
            token,
            agent=kind_of_browser(request.headers.get("user-agent", "")),
            replaces=session_token(app, request),
            now=app.now(),
        )

    try:
        started = _try(app, request, use)
    except SignInFailed as failed:
        return pages.show("sign_in_failed.html", status=403, problem=failed.code)
    return with_session(app, see_other(local_path(back)), started)


@router.post("/sign-in/choose")
def post_choose(
    request: Request, app: CurrentApp, person: Annotated[str, Form()] = "", back: NextField = "/"
) -> Response:
    """Be somebody, to practise. Raises NotFound unless this is switched on, see docs/access.md."""
    if not app.settings.choose_person:
        raise NotFound("nobody can be chosen here")
    with app.database.writing() as session:
        chosen = effective_person(session, app.network, person)
        if chosen is None:
            raise NotFound(f"no person {person!r}")
        started = begin_session(session, app, request, chosen)
    return with_session(app, see_other(local_path(back)), started)


@router.post("/sign-out")
def post_sign_out(request: Request, app: CurrentApp) -> RedirectResponse:
    """Sign out in this browser."""
    with app.database.writing() as session:
        end_session(session, session_token(app, request), app.now())
    return without_session(app, see_other("/sign-in?done=out#melding"))


def begin_session(session: Session, app: App, request: Request, person: Person) -> str:
    """Sign somebody in whose identity was shown; returns the token for the cookie."""
    return start_session(
        session,
        app.access,
        person,
        agent=kind_of_browser(request.headers.get("user-agent", "")),
        replaces=session_token(app, request),
        now=app.now(),
    )


def with_session(app: App, answer: RedirectResponse, token: str) -> RedirectResponse:
    """The answer with the session's cookie, which scripts and other sites cannot use."""
    answer.set_cookie(
        cookie_name(app),
        token,
        max_age=int(app.access.session_longest.total_seconds()),
        path="/",
        httponly=True,
        secure=is_https(app),
        samesite="lax",
    )
    return answer


def without_session(app: App, answer: RedirectResponse) -> RedirectResponse:
    """The answer that takes the session's cookie away."""
    answer.delete_cookie(cookie_name(app), path="/", httponly=True, secure=is_https(app), samesite="lax")
    return answer


def _try(app: App, request: Request, act: Callable[[Session], Any]) -> Any:
    """Do something with a token; one that is none counts. Raises SignInFailed, TooManyAttempts."""
    client = client_of(request)
    with app.database.reading() as session:
        require_patience(session, client, app.now())
    try:
        with app.database.writing() as session:
            return act(session)
    except SignInFailed as failed:
        log.warning("a sign-in link did not work: %s: %s, client %s", failed.code, failed, client)
        if failed.code == "link_unknown":
            with app.database.writing() as session:
                count_failure(session, client, app.now())
        raise


def _kept(back: str) -> str:
    path = local_path(back)
    return "" if path == "/" else path


def _choices(app: App) -> list[Person]:
    if not app.settings.choose_person:
        return []
    with app.database.reading() as session:
        return sorted(effective_people(session, app.network), key=lambda person: person.name)
