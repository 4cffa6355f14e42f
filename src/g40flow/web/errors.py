"""A page for everything that can go wrong, in words that say what to do."""

import re
from collections.abc import Sequence

from fastapi import FastAPI, Request
from fastapi.exceptions import RequestValidationError
from fastapi.responses import HTMLResponse, RedirectResponse
from starlette.exceptions import HTTPException

from g40flow.domain.errors import NotAllowed, NotFound, StaleVersion, TooManyAttempts
from g40flow.web.actor import SignInNeeded, sign_in_address
from g40flow.web.forms import see_other
from g40flow.web.guard import add_safety_headers
from g40flow.web.pages import Pages

_OVERVIEW_OF_PATH = re.compile(r"/(?:(?:items|dossiers)/\d{1,18}|sources/[a-z0-9-]+|routing/[a-z]+|[a-z]+)")
_KNOWN_STATUSES = {404: "missing", 405: "method"}


def add_error_pages(portal: FastAPI, pages: Pages) -> None:
    """Answer errors with pages instead of bare texts."""

    def show(
        request: Request, status: int, kind: str, back: str = "/", roles: Sequence[str] = ()
    ) -> HTMLResponse:
        # Without a session the page has no menu: somebody may ask for what does not exist.
        return pages.seen_by(getattr(request.state, "actor", None)).error(status, kind, back, roles)

    @portal.exception_handler(SignInNeeded)
    def strange(request: Request, error: SignInNeeded) -> RedirectResponse:
        return see_other(sign_in_address(error.back, was_form=error.was_form))

    @portal.exception_handler(NotAllowed)
    def refused(request: Request, error: NotAllowed) -> HTMLResponse:
        actor = getattr(request.state, "actor", None)
        kind = "no_role" if actor is not None and not actor.holdings else "not_allowed"
        return show(request, 403, kind, _page_of(request), error.roles)

    @portal.exception_handler(TooManyAttempts)
    def too_often(request: Request, error: TooManyAttempts) -> HTMLResponse:
        answer = show(request, 429, "too_often")
        answer.headers["Retry-After"] = str(int(error.retry_after.total_seconds()))
        return answer

    @portal.exception_handler(NotFound)
    def missing(request: Request, error: NotFound) -> HTMLResponse:
        return show(request, 404, "missing")

    @portal.exception_handler(StaleVersion)
    def stale(request: Request, error: StaleVersion) -> HTMLResponse:
        return show(request, 409, "stale", _page_of(request))

    @portal.exception_handler(RequestValidationError)
    def unreadable(request: Request, error: RequestValidationError) -> HTMLResponse:
        return show(request, 422, "unreadable", _page_of(request))

    @portal.exception_handler(HTTPException)
    def other(request: Request, error: HTTPException) -> HTMLResponse:
        return show(request, error.status_code, _KNOWN_STATUSES.get(error.status_code, "other"))

    @portal.exception_handler(Exception)
    def broken(request: Request, error: Exception) -> HTMLResponse:
        # Starlette answers this one outside all middleware, and logs the error itself.
        answer = show(request, 500, "broken", _page_of(request))
        add_safety_headers(answer.headers)
        return answer


def _page_of(request: Request) -> str:
    """The page from which a form was sent, as far as its address tells."""
    found = _OVERVIEW_OF_PATH.match(request.url.path)
    return found.group() if found else "/"
