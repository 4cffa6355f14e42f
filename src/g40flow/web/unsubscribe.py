"""The page behind the link in a mail: looking changes nothing, one button or one click does.

Mail programs and scanners open every link, so a GET only shows. A POST is sent by the button, or by
the mail program itself (RFC 8058), without a cookie: the token is the proof.
"""

from collections.abc import Callable
from datetime import datetime
from typing import Annotated

from fastapi import APIRouter, Path, Request
from fastapi.responses import HTMLResponse
from sqlmodel import Session

from g40flow.bootstrap import App
from g40flow.domain.errors import NotFound
from g40flow.use_cases.access.rules import count_failure, require_patience
from g40flow.use_cases.preferences.unsubscribe import MailSubscription
from g40flow.web.actor import client_of
from g40flow.web.pages import Pages
from g40flow.web.wiring import CurrentApp, CurrentPages

router = APIRouter()
Token = Annotated[str, Path(max_length=100)]
Act = Callable[[Session, str, datetime], MailSubscription]


@router.get("/afmelden/{token}")
def subscription(token: Token, request: Request, app: CurrentApp, pages: CurrentPages) -> HTMLResponse:
    """What would be switched off. Nothing is."""

    def look(session: Session, token: str, _now: datetime) -> MailSubscription:
        return app.unsubscribing.subscription(session, token)

    return _answer(app, pages, request, token, look, done="")


@router.post("/afmelden/{token}")
def post_unsubscribe(token: Token, request: Request, app: CurrentApp, pages: CurrentPages) -> HTMLResponse:
    """Switch it off. Answered with a page and not with another address, as RFC 8058 asks."""
    return _answer(app, pages, request, token, app.unsubscribing.unsubscribe, done="off")


@router.post("/afmelden/{token}/terug")
def post_undo(token: Token, request: Request, app: CurrentApp, pages: CurrentPages) -> HTMLResponse:
    """Take it back."""
    return _answer(app, pages, request, token, app.unsubscribing.undo, done="on")


def _answer(app: App, pages: Pages, request: Request, token: str, act: Act, *, done: str) -> HTMLResponse:
    """The same page for every link that leads nowhere, so that nobody learns which exist."""
    now, client = app.now(), client_of(request)
    with app.database.reading() as session:
        require_patience(session, client, now)
    opened = app.database.writing if done else app.database.reading
    try:
        with opened() as session:
            found = act(session, token, now)
    except NotFound:
        with app.database.writing() as session:
            count_failure(session, client, now)
        return pages.show("unsubscribe_refused.html", status=404)
    return pages.show("unsubscribe.html", found=found, token=token, done=done)
