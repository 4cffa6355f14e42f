"""Calendars and news by private address, and the page on which people make such addresses."""

import hashlib
from collections.abc import Mapping
from typing import Annotated

from fastapi import APIRouter, Form, Path, Query, Request
from fastapi.responses import HTMLResponse, PlainTextResponse, RedirectResponse, Response
from sqlmodel import Session

from g40flow.bootstrap import App
from g40flow.domain.errors import InvalidInput
from g40flow.domain.private_feeds import FeedKind, FeedScope
from g40flow.storage.private_feed_tables import PrivateFeed
from g40flow.storage.private_feeds import feeds_of
from g40flow.use_cases.access.rules import count_failure, require_patience
from g40flow.use_cases.private_feeds.addresses import (
    is_to_be_noted,
    make_feed,
    note_read,
    renew_feed,
    revoke_feed,
)
from g40flow.use_cases.private_feeds.calendars import calendar_state, keep_changes, name_of, write_calendar
from g40flow.use_cases.private_feeds.news import write_news
from g40flow.use_cases.private_feeds.reading import OpenFeed, is_known, open_feed
from g40flow.web.actor import CurrentActor, client_of
from g40flow.web.forms import see_other
from g40flow.web.pages import Pages
from g40flow.web.wiring import CurrentApp, CurrentPages

router = APIRouter()

ASK_AGAIN = "private, no-cache"
"""No proxy may keep it; a reader may, if it asks each time whether it changed."""

READING = ["GET", "HEAD"]
"""Some programs look whether there is anything before they read it."""

ICALENDAR, ATOM = "text/calendar; charset=utf-8", "application/atom+xml; charset=utf-8"
SUFFIX = {FeedKind.CALENDAR: "ics", FeedKind.NEWS: "atom"}

Word = Annotated[str, Form(max_length=100)]
Asked = Annotated[str, Query(max_length=100)]
Number = Annotated[int, Path(ge=1, le=2**62)]


# --- read by programs -------------------------------------------------------------------------------


@router.api_route("/feeds/{token}.ics", methods=READING)
def calendar(token: str, request: Request, app: CurrentApp) -> Response:
    """The calendar behind a private address."""
    now = app.now()
    with app.database.reading() as session:
        opened = _open(session, app, request, token, FeedKind.CALENDAR)
        if opened is None:
            return _refused(app, request, token)
        state = calendar_state(session, app.calendar_desk, opened, now)
    if state.changes or is_to_be_noted(opened.feed, now):
        with app.database.writing() as session:
            keep_changes(session, state)
            _note(session, app, opened)
    if _has(request, state.mark):
        return _unchanged(state.mark)
    with app.database.reading() as session:
        return _answer(write_calendar(session, app.calendar_desk, state), ICALENDAR, state.mark, "agenda.ics")


@router.api_route("/feeds/{token}.atom", methods=READING)
def news(token: str, request: Request, app: CurrentApp) -> Response:
    """The news behind a private address."""
    with app.database.reading() as session:
        opened = _open(session, app, request, token, FeedKind.NEWS)
        if opened is None:
            return _refused(app, request, token)
        address = _address(app, FeedKind.NEWS, token)
        content = write_news(session, app.network, app.news_writer, opened, address)
    if is_to_be_noted(opened.feed, app.now()):
        with app.database.writing() as session:
            _note(session, app, opened)
    mark = hashlib.sha256(content).hexdigest()[:32]
    return _unchanged(mark) if _has(request, mark) else _answer(content, ATOM, mark, "nieuws.atom")


def _open(session: Session, app: App, request: Request, token: str, kind: FeedKind) -> OpenFeed | None:
    """Raises TooManyAttempts for a client that showed too many tokens that are none."""
    require_patience(session, client_of(request), app.now())
    return open_feed(session, app.network, token, kind, app.now())


def _refused(app: App, request: Request, token: str) -> Response:
    """The same for every address that opens nothing. Only a token that never was one counts as guessing."""
    with app.database.writing() as session:
        if not is_known(session, token):
            count_failure(session, client_of(request), app.now())
    return PlainTextResponse("Dit adres werkt niet (meer).\n", status_code=404)


def _note(session: Session, app: App, opened: OpenFeed) -> None:
    if is_to_be_noted(opened.feed, app.now()) and opened.feed.id is not None:
        note_read(session, opened.feed.id, app.now())


def _has(request: Request, mark: str) -> bool:
    """Whether the reader has this very content, see RFC 9110, 13.1.2."""
    given = request.headers.get("if-none-match", "")
    return any(one.strip().removeprefix("W/") in (f'"{mark}"', "*") for one in given.split(","))


def _unchanged(mark: str) -> Response:
    return Response(status_code=304, headers={"ETag": f'"{mark}"', "Cache-Control": ASK_AGAIN})


def _answer(content: bytes, media_type: str, mark: str, name: str) -> Response:
    headers = {
        "ETag": f'"{mark}"',
        "Cache-Control": ASK_AGAIN,
        "Content-Disposition": f'inline; filename="{name}"',
    }
    return Response(content, media_type=media_type, headers=headers)


# --- made by people ---------------------------------------------------------------------------------


@router.get("/account/feeds")
def feeds_page(
    app: CurrentApp, pages: CurrentPages, actor: CurrentActor, what: Asked = "person", done: Asked = ""
) -> HTMLResponse:
    """One's own private addresses. what: already chosen in the form, as in post_feed."""
    typed = {"what": what, "kind": "calendar", "reminds": False}
    return _show(app, pages, actor.person, typed=typed, done=done)


@router.post("/account/feeds")
def post_feed(
    app: CurrentApp,
    pages: CurrentPages,
    actor: CurrentActor,
    what: Word = "",
    kind: Word = "",
    reminds: Annotated[bool, Form()] = False,
) -> Response:
    """Make an address and show it this once. what: "person", "network" or "group:<slug>"."""
    scope, _, group = what.partition(":")
    typed = {"what": what, "kind": kind, "reminds": reminds}
    if scope not in set(FeedScope) or kind not in set(FeedKind):
        return _show(app, pages, actor.person, typed=typed, problem="choose", status=422)
    try:
        with app.database.writing() as session:
            feed, token = make_feed(
                session,
                app.network,
                kind=FeedKind(kind),
                scope=FeedScope(scope),
                theme_group=group,
                reminds=reminds,
                actor=actor,
                now=app.now(),
            )
    except InvalidInput as error:
        return _show(app, pages, actor.person, typed=typed, problem=error.code, status=422)
    return _show_address(app, pages, feed, token)


@router.post("/account/feeds/{feed_id}/renew")
def post_renew(feed_id: Number, app: CurrentApp, pages: CurrentPages, actor: CurrentActor) -> HTMLResponse:
    """Another address in place of one that others may have seen."""
    with app.database.writing() as session:
        feed, token = renew_feed(session, feed_id, actor=actor, now=app.now())
    return _show_address(app, pages, feed, token)


@router.post("/account/feeds/{feed_id}/revoke")
def post_revoke(feed_id: Number, app: CurrentApp, actor: CurrentActor) -> RedirectResponse:
    """Let an address work no more."""
    with app.database.writing() as session:
        revoke_feed(session, feed_id, actor=actor, now=app.now())
    return see_other("/account/feeds?done=revoked#melding")


def _show_address(app: App, pages: Pages, feed: PrivateFeed, token: str) -> HTMLResponse:
    address = _address(app, feed.kind, token)
    return pages.show(
        "feed_address.html",
        here="account",
        feed=feed,
        name=name_of(app.network, feed),
        address=address,
        # Never the plain scheme for an https portal: the address, which is a secret, would travel readable.
        webcal=address.replace("https://", "webcals://", 1).replace("http://", "webcal://", 1),
    )


def _address(app: App, kind: FeedKind, token: str) -> str:
    return f"{app.settings.portal_url.rstrip('/')}/feeds/{token}.{SUFFIX[kind]}"


def _show(
    app: App,
    pages: Pages,
    person: str,
    *,
    typed: Mapping[str, object],
    problem: str = "",
    done: str = "",
    status: int = 200,
) -> HTMLResponse:
    with app.database.reading() as session:
        found = feeds_of(session, person)
    return pages.show(
        "feeds.html",
        status=status,
        here="account",
        feeds=[(feed, name_of(app.network, feed)) for feed in found],
        typed=typed,
        problem=problem,
        done=done,
    )
